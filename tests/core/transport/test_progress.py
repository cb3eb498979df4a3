"""How far a vehicle is, when it arrives, what is late, silent or not to be believed: on arbitrary trips."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.transport import progress
from pratique.core.transport.progress import Delay, Doubt, Fix, Limits, Method, Sign, Signs, Spot, Stop, Watch

NOON = datetime(2020, 4, 15, 4, tzinfo=UTC)
PORT, CITY, FAR = Spot(25.1019, 102.9292), Spot(25.0389, 102.7183), Spot(25.6065, 100.2676)
WATCH = Watch(late_minutes=15, silent_minutes=10, word_minutes=60)
LIMITS = Limits(ahead_seconds=120, accuracy_metres=1000, speed_kmh=140, slack_km=15)

spots = st.builds(Spot, st.floats(21.2, 29.2), st.floats(97.6, 106.1))
minutes = st.integers(0, 600)


@st.composite
def ways(draw):
    count = draw(st.integers(1, 4))
    return [Stop(str(n), draw(spots), draw(st.integers(1, 300)) if n else 0) for n in range(count + 1)]


def after(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def between(one: Spot, other: Spot, part: float) -> Spot:
    return Spot(
        one.latitude + part * (other.latitude - one.latitude),
        one.longitude + part * (other.longitude - one.longitude),
    )


def test_distances_agree_with_published_ones():
    # Kunming to Dali by great circle: 253 km (public coordinates of both airports' cities).
    assert progress.measure_km(CITY, FAR) == pytest.approx(254, abs=2)
    assert progress.measure_km(PORT, PORT) == 0
    # A degree of a meridian: pi / 180 of the mean radius.
    assert progress.measure_km(Spot(0, 0), Spot(1, 0)) == pytest.approx(111.195, abs=0.001)


@given(spots, spots)
def test_a_distance_is_the_same_both_ways(one, other):
    assert progress.measure_km(one, other) == pytest.approx(progress.measure_km(other, one))


@given(ways(), minutes, minutes)
def test_stops_are_reached_in_their_order_and_never_in_the_past(stops, gone, since):
    fix = Fix(after(gone), stops[0].spot)
    found = progress.foresee(stops=stops, departed_at=NOON, fix=fix, now=after(gone + since))
    assert [a.stop for a in found] == [stop.name for stop in stops[1:]]
    instants = [a.at for a in found]
    assert instants == sorted(instants)
    assert all(at >= after(gone + since) for at in instants)


@given(ways())
def test_without_a_position_the_table_counts_from_departure(stops):
    found = progress.foresee(stops=stops, departed_at=NOON, fix=None, now=NOON)
    total = 0
    for arrival, stop in zip(found, stops[1:], strict=True):
        total += stop.minutes
        assert arrival.at == after(total)
        assert arrival.method is Method.TABLE


@given(st.floats(0, 1), st.integers(1, 600), minutes)
def test_what_remains_is_the_part_of_the_way_that_lies_ahead(part, drive, gone):
    stops = [Stop("port", PORT, 0), Stop("far", FAR, drive)]
    fix = Fix(after(gone), between(PORT, FAR, part))
    (arrival,) = progress.foresee(stops=stops, departed_at=NOON, fix=fix, now=NOON)
    assert arrival.method is Method.POSITION
    # The line is straight on the plane at the vehicle, the test's on the map: they differ by thousandths.
    assert (arrival.at - after(gone)).total_seconds() / 60 == pytest.approx(
        (1 - part) * drive, abs=0.01 * drive + 0.01
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_whoever_is_further_on_is_expected_no_later(one, other):
    nearer, further = sorted((one, other))
    stops = [Stop("port", PORT, 0), Stop("far", FAR, 270)]

    def arrive(part):
        fix = Fix(after(5), between(PORT, FAR, part))
        return progress.foresee(stops=stops, departed_at=NOON, fix=fix, now=NOON)[0].at

    assert arrive(further) <= arrive(nearer) + timedelta(seconds=1)


@given(ways(), spots, minutes, minutes)
def test_a_vehicle_that_stands_still_arrives_as_much_later_as_it_stood(stops, spot, gone, stood):
    def arrive(at):
        found = progress.foresee(stops=stops, departed_at=NOON, fix=Fix(after(at), spot), now=NOON)
        return found[-1].at

    assert arrive(gone + stood) - arrive(gone) <= timedelta(minutes=stood)
    if arrive(gone) > NOON:
        assert arrive(gone + stood) - arrive(gone) == timedelta(minutes=stood)


def test_an_announced_delay_is_in_the_arrival_until_a_position_of_after_it_speaks_alone():
    stops = [Stop("port", PORT, 0), Stop("far", FAR, 270)]
    delays = (Delay(after(60), 30), Delay(after(70), 20))

    def arrive(minute, delays=delays):
        fix = Fix(after(minute), PORT) if minute else None
        return progress.foresee(stops=stops, departed_at=NOON, fix=fix, now=NOON, delays=delays)[0]

    assert (arrive(0).at, arrive(0).delay_minutes) == (after(270 + 50), 50)
    # Told after the position; then it stands for as long as was said, and for ten minutes more.
    assert arrive(50).at == after(50 + 270 + 50)
    assert {arrive(minute).at for minute in (60, 75, 110)} == {after(110 + 270)}
    assert (arrive(120).at, arrive(120).delay_minutes) == (after(120 + 270), 0)
    assert arrive(0, (Delay(after(-20), 30),)).at == after(270 + 10)


def test_stops_already_passed_are_not_gone_back_to():
    stops = [Stop("port", PORT, 0), Stop("city", CITY, 40), Stop("port again", PORT, 40)]
    found = progress.foresee(stops=stops, departed_at=NOON, fix=Fix(after(50), CITY), now=after(50), passed=1)
    assert [(a.stop, a.at) for a in found] == [("port again", after(90))]


def test_a_place_without_coordinates_is_foreseen_by_the_table():
    stops = [Stop("port", PORT, 0), Stop("somewhere", None, 40)]
    (arrival,) = progress.foresee(stops=stops, departed_at=NOON, fix=Fix(after(5), CITY), now=after(5))
    assert (arrival.at, arrival.method) == (after(40), Method.TABLE)


def judge(minute, *, fixed=None, told=None, tracked=True, late=0.0):
    signs = Signs(NOON, *(None if at is None else after(at) for at in (fixed, told)))
    return progress.judge(late_minutes=late, signs=signs, tracked=tracked, watch=WATCH, now=after(minute))


def test_on_time_late_silent_and_untracked_are_told_apart():
    assert judge(5, fixed=0) is Sign.ON_TIME
    assert judge(5, fixed=0, late=15) is Sign.ON_TIME
    assert judge(5, fixed=0, late=15.1) is Sign.LATE
    assert judge(10, fixed=0) is Sign.ON_TIME
    assert judge(10.1, fixed=0) is Sign.SILENT
    assert judge(10.1, fixed=0, late=99) is Sign.SILENT
    assert judge(11) is Sign.SILENT
    assert judge(60, tracked=False) is Sign.UNTRACKED
    assert judge(60, tracked=False, late=16) is Sign.LATE
    assert judge(20, tracked=False, fixed=5) is Sign.SILENT


def test_a_vehicle_that_nothing_reports_of_is_silent_an_hour_after_its_last_word():
    assert judge(60.1, tracked=False) is Sign.SILENT
    assert judge(60.1, tracked=False, late=99) is Sign.SILENT
    assert judge(60.1, tracked=False, told=30) is Sign.UNTRACKED
    assert judge(90.1, tracked=False, told=30) is Sign.SILENT


def test_a_word_is_a_sign_of_life_and_holds_longer_than_a_position():
    assert judge(30, fixed=5, told=20) is Sign.ON_TIME
    assert judge(80.1, fixed=5, told=20) is Sign.SILENT
    assert judge(31, fixed=20, told=5) is Sign.SILENT


def doubt(**changed):
    told = {
        "fix": Fix(after(10), CITY), "accuracy_metres": 12.0, "departed": Fix(NOON, PORT), "departed_at": NOON,
        "last": None, "limits": LIMITS, "now": after(10),
    }  # fmt: skip
    return progress.doubt(**{**told, **changed})


def test_what_cannot_be_is_not_believed_and_why_is_named():
    assert doubt() is None
    assert doubt(fix=Fix(after(13), CITY)) is Doubt.AHEAD
    assert doubt(fix=Fix(after(-1), CITY)) is Doubt.BEFORE_TRIP
    assert doubt(accuracy_metres=1001) is Doubt.VAGUE
    assert doubt(accuracy_metres=None) is None
    assert doubt(fix=Fix(after(10), FAR)) is Doubt.UNREACHABLE
    assert doubt(fix=Fix(after(10), FAR), departed=None) is None
    assert doubt(last=Fix(after(9), FAR)) is Doubt.UNREACHABLE


@given(spots, spots)
def test_no_error_shuts_out_the_truth_for_good(wrong, true):
    hours = progress.measure_km(wrong, true) / LIMITS.speed_kmh + 0.01
    at = NOON + timedelta(hours=hours)
    assert doubt(fix=Fix(at, true), last=Fix(NOON, wrong), departed=None, now=at) is None
