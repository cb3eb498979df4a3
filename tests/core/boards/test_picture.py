"""The tower's picture."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pratique.core.boards.picture import OPEN_STAGES, Owed, Row, Stage, Tower, split

NOON = datetime(2020, 4, 15, 12, tzinfo=UTC)
HEADS = st.dictionaries(st.sampled_from(list(Stage)), st.integers(0, 500))


def row(flight="f", *, landed_minutes_ago=None, due_minutes=0, **heads):
    return Row(
        flight=flight,
        designator=flight,
        departure="BKK",
        scheduled_at=NOON + timedelta(minutes=due_minutes),
        landed_at=None if landed_minutes_ago is None else NOON - timedelta(minutes=landed_minutes_ago),
        heads={Stage(stage): count for stage, count in heads.items()},
    )


def tower(*rows, **more):
    return Tower(rows={r.flight: r for r in rows}, **more)


@given(HEADS)
def test_a_bar_covers_everybody_once_in_the_order_of_the_loop(heads):
    segments = split(heads=heads)
    assert {s.stage: s.heads for s in segments} == {k: v for k, v in heads.items() if v}
    assert [s.stage for s in segments] == [s for s in Stage if heads.get(s)]
    assert all(
        abs(b.start_percent - a.start_percent - a.width_percent) < 1e-9
        for a, b in zip(segments, segments[1:], strict=False)
    )
    if segments:
        assert abs(sum(s.width_percent for s in segments) - 100) < 1e-6


@given(HEADS)
def test_one_single_person_can_be_seen_beside_five_hundred(heads):
    assert all(s.width_percent > 5.99 for s in split(heads=heads))


@given(HEADS)
def test_more_people_never_get_the_narrower_part(heads):
    segments = split(heads=heads)
    assert all(
        a.width_percent >= b.width_percent - 1e-9 for a in segments for b in segments if a.heads > b.heads
    )


def test_whoever_is_on_the_road_is_open_and_whoever_is_in_a_facility_is_not():
    flight = row(landed_minutes_ago=90, hall=3, trip=2, facility=40, hospital=1, exit=4)
    assert (flight.total, flight.open, flight.settled) == (50, 5, False)
    assert Stage.HOSPITAL not in OPEN_STAGES


def test_whoever_has_arrived_by_a_disputed_scan_alone_is_still_open():
    flight = replace(row(landed_minutes_ago=90, facility=40), disputed=1, contested=1)
    assert (flight.open, flight.settled) == (1, False)


def test_a_flight_that_has_not_landed_is_not_settled_and_its_people_are_not_on_the_wall_s_count():
    board = tower(row("a", expected=180), row("b", landed_minutes_ago=5, cabin=7))
    assert board.open == 7
    assert not board.rows["a"].settled


def test_the_flight_that_has_waited_longest_stands_first():
    board = tower(row("late", landed_minutes_ago=10, hall=1), row("early", landed_minutes_ago=200, trip=1))
    assert [r.flight for r in board.list_working()] == ["early", "late"]


def test_settled_flights_leave_the_working_list():
    board = tower(
        row("done", landed_minutes_ago=300, facility=90), row("busy", landed_minutes_ago=10, cabin=1)
    )
    assert [r.flight for r in board.list_working()] == ["busy"]
    assert [r.flight for r in board.list_settled()] == ["done"]


def test_the_next_three_hours_keep_a_flight_that_is_late():
    board = tower(row("gone", due_minutes=-20), row("next", due_minutes=100), row("later", due_minutes=200))
    arriving = board.list_arriving(now=NOON, within=timedelta(hours=3))
    assert [r.flight for r in arriving] == ["gone", "next"]


def test_the_owner_with_most_overdue_stands_first_and_nobody_without_any():
    owed = {o.owner: o for o in (Owed("a", 1, 5), Owed("b", 4), Owed("c"))}
    assert [o.owner for o in tower(owed=owed).list_owed()] == ["b", "a"]
