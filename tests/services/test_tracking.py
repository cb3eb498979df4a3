"""Trackers and fixes on a real database: kept only while a trip runs, doubted, counted, erased; late and silent trips."""

from datetime import timedelta

import pytest

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.transport.progress import Sign, Spot
from pratique.formats.osmand import Reported
from pratique.services import register, transport
from pratique.services.tracking import answers, fix, outlook, tracker
from pratique.store import models
from pratique.store.queries import tracking

from .port import at

PORT, HOTEL = Spot(25.1019, 102.9292), Spot(25.0389, 102.7183)
RULES = protocols.list_transport()[0].positions


@pytest.fixture
def road(port):
    """A coach that is planned to leave for the hotel at minute 60; the hotel is 40 minutes away."""
    vehicle = models.Vehicle.objects.create(plate="云A·T0001", kind="coach", seats=20)
    hotel = models.Custodian.objects.get(code="hotel")
    models.Place.objects.create(code="KMG", latitude=PORT.latitude, longitude=PORT.longitude)
    models.Place.objects.create(code=hotel.place, latitude=HOTEL.latitude, longitude=HOTEL.longitude)
    models.Travel.objects.filter(one=min("KMG", hotel.place), other=max("KMG", hotel.place)).update(
        minutes=40
    )
    crew = models.Person.objects.create(username="rides", role="escort", password="!")
    order = transport.Order(vehicle.id, hotel.id, at(60), 120, escorts=(crew.id,))
    return transport.plan_trip(order=order, code="trip:t")


def depart(trip, minute=80):
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(minute))


def end(trip, minute):
    transport.report(report=transport.Report(trip.id, "ended"), by=None, now=at(minute))


def say(minute, part=0.5, **more):
    spot = Spot(
        PORT.latitude + part * (HOTEL.latitude - PORT.latitude),
        PORT.longitude + part * (HOTEL.longitude - PORT.longitude),
    )
    return Reported(at=at(minute), spot=more.pop("spot", spot), **more)


def hear(device, *reported, now):
    return fix.hear(tracker=device, reported=reported, unreadable=0, now=at(now))


def issue(trip):
    return tracker.issue(vehicle=trip.vehicle_id, name="GPS 1", by=None, now=at(0))


def test_an_identifier_is_kept_as_a_hash_alone_and_opens_nothing_once_it_is_revoked(road):
    device, identifier = issue(road)
    row = models.Tracker.objects.values().get()
    assert identifier not in str(row)
    assert tracker.recognise(identifier=f" {identifier.upper()} ").id == device.id
    tracker.revoke(tracker=device.id, by=None, now=at(1))
    for wrong in (identifier, road.vehicle.plate, str(road.vehicle_id), ""):
        with pytest.raises(Refused, match="tracker_unknown"):
            tracker.recognise(identifier=wrong)


def test_two_identifiers_are_never_alike(road):
    assert len({issue(road)[1] for _ in range(20)}) == 20


def test_a_tracker_needs_a_vehicle(road):
    with pytest.raises(Refused, match="vehicle_unknown"):
        tracker.issue(vehicle=road.id, name="", by=None, now=at(0))


def test_nothing_is_stored_on_the_empty_way_back(road):
    device, _ = issue(road)
    depart(road)
    transport.report(report=transport.Report(road.id, "arrived"), by=None, now=at(120))
    assert hear(device, say(119), say(121), now=121) == [fix.NO_TRIP] * 2


def test_nothing_is_stored_before_a_trip_departs_or_after_it_has_ended(road):
    device, _ = issue(road)
    assert hear(device, say(70), now=70) == [fix.NO_TRIP]
    depart(road)
    assert hear(device, say(90), now=90) == [fix.KEPT]
    end(road, 120)
    assert hear(device, say(110), say(121), now=121) == [fix.NO_TRIP] * 2
    assert models.Fix.objects.count() == 1
    assert models.FixTally.objects.get(code=fix.NO_TRIP).count == 3


def test_late_doubled_and_disordered_reports_find_their_place_once(road):
    device, _ = issue(road)
    depart(road)
    assert hear(device, say(100, 0.7), say(90, 0.3), say(100, 0.7), now=100) == [
        fix.KEPT,
        fix.KEPT,
        fix.DOUBLED,
    ]
    assert hear(device, say(95, 0.5), now=101) == [fix.KEPT]
    assert [f.at for f in models.Fix.objects.order_by("at")] == [at(90), at(95), at(100)]
    assert outlook.foresee(trips=outlook.list_moving(), now=at(101))[road.id].fix.at == at(100)


def test_what_cannot_be_believed_is_counted_by_name_and_not_kept(road):
    device, _ = issue(road)
    depart(road)
    wild = Spot(48.85, 2.35)
    told = [say(90, spot=wild), say(79), say(95), say(91, accuracy_metres=5000.0), say(92, spot=None)]
    assert hear(device, *told, now=92) == [
        "fix_unreachable", "fix_before_trip", "fix_ahead", "fix_vague", "fix_empty",
    ]  # fmt: skip
    assert not models.Fix.objects.exists()
    assert dict(models.FixTally.objects.values_list("code", "count")) == {
        "fix_unreachable": 1, "fix_before_trip": 1, "fix_ahead": 1, "fix_vague": 1, "fix_empty": 1,
    }  # fmt: skip


def test_only_the_crew_reports_by_phone_and_only_its_own_trip(road):
    depart(road)
    crew = models.Person.objects.get(username="rides")
    stranger = models.Person.objects.create(username="other", role="escort", password="!")
    assert fix.hear_crew(person=crew.pk, trip=road.id, reported=[say(85)], now=at(85)) == [fix.KEPT]
    with pytest.raises(Refused, match="trip_not_yours"):
        fix.hear_crew(person=stranger.pk, trip=road.id, reported=[say(85)], now=at(85))
    end(road, 120)
    assert fix.hear_crew(person=crew.pk, trip=road.id, reported=[say(119)], now=at(121)) == [fix.NO_TRIP]
    assert models.Fix.objects.get().source == "phone"


def test_fixes_are_erased_by_their_clock_and_only_their_number_stays(road):
    device, _ = issue(road)
    depart(road)
    hear(device, say(90), say(95), now=95)
    end(road, 120)
    kept = timedelta(hours=RULES.keep_hours)
    assert fix.erase_due(now=at(120) + kept - timedelta(seconds=1)) == 0
    assert fix.erase_due(now=at(120) + kept) == 2
    assert not models.Fix.objects.exists()
    assert models.FixErasure.objects.values_list("trip_id", "count").get() == (road.id, 2)
    assert fix.erase_due(now=at(120) + kept) == 0


def test_a_trip_that_nobody_ends_does_not_keep_its_fixes_for_ever(road):
    device, _ = issue(road)
    depart(road)
    hear(device, say(90), now=90)
    assert fix.erase_due(now=at(90) + timedelta(hours=RULES.keep_hours_max)) == 1


def foresee(minute):
    return outlook.foresee(trips=outlook.list_moving(), now=at(minute))


def test_arrival_is_foreseen_from_the_last_position_and_else_from_the_table(road):
    assert foresee(70) == {}
    depart(road)
    one = foresee(81)[road.id]
    assert one.sign is Sign.UNTRACKED
    assert one.arrival == outlook.Due(at(120), at(120), "table")
    device, _ = issue(road)
    hear(device, say(90, 0.5), now=90)
    one = foresee(90)[road.id]
    assert (one.sign, one.arrival.method) == (Sign.ON_TIME, "position")
    assert abs((one.arrival.expected_at - at(110)).total_seconds()) < 10


def test_a_trip_is_late_beyond_the_tolerance_of_the_rules(road):
    device, _ = issue(road)
    depart(road)
    hear(device, say(80 + 16, 0.01), now=96)
    assert foresee(96)[road.id].sign is Sign.LATE
    assert foresee(96)[road.id].late_minutes == 16


def test_silence_is_told_to_the_register_once_and_ends_when_the_trip_is_heard(road):
    device, _ = issue(road)
    depart(road)
    hear(device, say(85, 0.1), now=85)
    assert outlook.watch(now=at(85 + RULES.silent_minutes)) == 0
    assert outlook.watch(now=at(86 + RULES.silent_minutes)) == 1
    assert outlook.watch(now=at(87 + RULES.silent_minutes)) == 0
    hear(device, say(100, 0.4), now=100)
    assert outlook.watch(now=at(100)) == 1
    told = models.Evidence.objects.filter(
        subject_kind="trip", subject_id=str(road.id), code__in=("silent", "heard")
    )
    assert list(told.order_by("seq").values_list("code", flat=True)) == ["silent", "heard"]


def test_a_silent_trip_is_owed_a_call(road):
    device, _ = issue(road)
    depart(road)
    hear(device, say(85, 0.1), now=85)
    outlook.watch(now=at(100))
    register.tick(now=at(100))
    owed = models.Owed.objects.get(code="silence")
    assert (owed.owner, owed.due_at) == ("command_office", at(110))
    hear(device, say(105, 0.5), now=105)
    outlook.watch(now=at(105))
    register.tick(now=at(106))
    assert not models.Owed.objects.filter(code="silence").exists()


def owe(minute):
    """Tell the register of silence as a round does; the due times of what is owed of it then."""
    outlook.watch(now=at(minute))
    register.tick(now=at(minute))
    owed = models.Owed.objects.filter(code="silence", subject_kind="trip")
    return list(owed.values_list("due_at", flat=True))


ANSWER = answers.Answer("the driver", "km 31")


def test_a_trip_without_a_tracker_is_silent_too_until_somebody_answers_by_telephone(road):
    depart(road)
    models.Travel.objects.all().delete()
    assert foresee(81)[road.id].arrival is None, "silence needs no way"
    assert owe(80 + RULES.word_minutes) == []
    assert owe(81 + RULES.word_minutes) == [at(91 + RULES.word_minutes)]
    answer = answers.reach_trip(trip=road.id, told=ANSWER, by=None, now=at(145))
    assert foresee(146)[road.id].sign is Sign.UNTRACKED
    assert owe(146) == []
    assert owe(145 + RULES.word_minutes) == []
    by = models.Person.objects.get(username="rides").pk
    answers.take_back(trip=road.id, answer=answer.id, because="another coach", by=by, now=at(206))
    assert foresee(206)[road.id].sign is Sign.SILENT
    assert owe(206) == [at(216)]


def test_an_answer_has_a_name_a_place_and_a_time_on_the_road(road):
    for told, minute, code in (
        (ANSWER, 79, "trip_not_on_road"),
        (answers.Answer("", "km 31"), 90, "answer_unnamed"),
        (answers.Answer("the driver", " "), 90, "answer_unnamed"),
        (answers.Answer("the driver", "km 31", at(79)), 90, "answer_impossible"),
        (answers.Answer("the driver", "km 31", at(91)), 90, "answer_impossible"),
    ):
        if minute == 90:
            depart(road)
        with pytest.raises(Refused, match=code):
            answers.reach_trip(trip=road.id, told=told, by=None, now=at(minute))
    row = answers.reach_trip(
        trip=road.id, told=answers.Answer("driver", "km 31", at(85)), by=None, now=at(90)
    )
    assert (row.happened_at, row.recorded_at) == (at(85), at(90))
    transport.report(report=transport.Report(road.id, "arrived"), by=None, now=at(120))
    with pytest.raises(Refused, match="trip_not_on_road"):
        answers.reach_trip(trip=road.id, told=ANSWER, by=None, now=at(121))
    assert tracking.list_answers(trip=road.id) == [row], "that it reached its end is no answer"


def test_a_stop_reported_and_somebody_scanned_aboard_are_words_too(road, port):
    depart(road)
    port.custodians["t"] = road.id
    transport.report(report=transport.Report(road.id, "stopped", because="petrol"), by=None, now=at(110))
    assert foresee(141)[road.id].sign is Sign.LATE
    port.send(port.told(who=0, where="hall", minute=60), port.told(who=0, where="t", minute=130))
    assert foresee(130 + RULES.word_minutes)[road.id].heard_at == at(130)
    assert foresee(131 + RULES.word_minutes)[road.id].sign is Sign.SILENT


def test_a_trip_that_arrives_is_silent_no_more(road):
    issue(road)
    depart(road)
    outlook.watch(now=at(95))
    transport.report(report=transport.Report(road.id, "arrived"), by=None, now=at(120))
    assert foresee(121) == {}
    assert outlook.watch(now=at(121)) == 1
