"""The dispatch problem is what the ledger says, and nobody is skipped in silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pratique.core.transport.plan import Trip
from pratique.services import care, duty, transport
from pratique.services import flight as flights
from pratique.services.dispatch import pose, settings, stretches
from pratique.services.dispatch.people import classify
from pratique.services.force import people as absences
from pratique.services.stay import intake
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, make_party, open_port, take_out
from .port import NOON, at


@pytest.fixture
def port(db):
    return open_port()


def parties_of(posed):
    return {frozenset(row["travellers"]): row for row in posed.document["parties"]}


def ids(port, *who):
    return frozenset(str(port.travellers[n]) for n in who)


def test_households_stay_together_and_are_ready_when_the_last_of_them_is(port):
    make_party(port, 0, 1)
    hold(port, 0, minute=20)
    hold(port, 1, minute=40)
    hold(port, 2, minute=30)
    posed = pose.pose(now=at(60))
    row = parties_of(posed)[ids(port, 0, 1)]
    assert (row["size"], row["rooms"], row["cls"], row["dest"]) == (2, 2, "ordinary", -1)
    assert posed.day0_at + timedelta(minutes=row["ready"]) == at(40)
    assert parties_of(posed)[ids(port, 2)]["size"] == 1


def test_a_child_shares_the_room_of_its_household(port):
    make_party(port, 0, 1)
    models.Traveller.objects.filter(id=port.travellers[1]).update(under_age=True)
    hold(port, 0, 1)
    assert parties_of(pose.pose(now=at(60)))[ids(port, 0, 1)]["rooms"] == 1


@pytest.mark.parametrize(
    ("evidence", "cls"),
    [
        ({"positive": True}, "case"),
        ({"symptomatic": True, "channel": "green"}, "case"),
        ({"channel": "symptomatic"}, "case"),
        ({"area": "contact"}, "contact"),
        ({"channel": "red"}, "contact"),
        ({"channel": "yellow"}, "contact"),
        ({"channel": "green"}, "ordinary"),
        ({}, "ordinary"),
    ],
)
def test_the_class_follows_the_table(evidence, cls):
    known = {"positive": False, "symptomatic": False, "area": "", "channel": ""}
    assert classify(**{**known, **evidence}) == cls


def test_whoever_is_found_positive_leaves_the_household_for_the_hospital_by_ambulance(port):
    make_party(port, 0, 1)
    hold(port, 0, 1)
    care.take_sample(swab=care.Swab(port.travellers[0], "T1"), by=None, now=at(30))
    care.record_result(tube="T1", result="positive", by=None, now=at(50))
    posed = pose.pose(now=at(60))
    case, other = parties_of(posed)[ids(port, 0)], parties_of(posed)[ids(port, 1)]
    hospital = next(row for row in posed.document["locations"] if row["kind"] == "hospital")
    assert (case["cls"], case["dest"], other["cls"]) == ("case", hospital["id"], "ordinary")
    assert posed.document["classes"]["case"]["cap"] == {"ambulance-2": 1}


def test_a_temperature_makes_a_case_until_it_is_withdrawn(port):
    hold(port, 0)
    fever = duty.Done("traveller", str(port.travellers[0]), "temperature", at(30), {"celsius": 38.4})
    row = duty.record(evidence=fever, by=None, now=at(30))
    assert parties_of(pose.pose(now=at(60)))[ids(port, 0)]["cls"] == "case"
    duty.withdraw(evidence=row.id, because="the thermometer was broken", by=make_dispatcher().id, now=at(40))
    assert parties_of(pose.pose(now=at(60)))[ids(port, 0)]["cls"] == "ordinary"


def test_cases_beyond_the_beds_are_named(port):
    hold(port, 0, 1, 2)
    models.Traveller.objects.filter(id__in=port.travellers[:3]).update(channel="symptomatic")
    posed = pose.pose(now=at(60))
    assert [one.because for one in posed.left_out if one.sort == "traveller"] == ["no_bed"]
    assert posed.heads == posed.in_parties + 1 == 6


def test_the_decision_where_somebody_goes_is_kept(port):
    hold(port, 0, 1)
    hotel2 = port.custodians["hotel2"]
    models.Traveller.objects.filter(id=port.travellers[0]).update(bound_id=hotel2)
    nowhere = models.Custodian.objects.create(
        id=make_id(), code="far", kind="exit", name_zh="远", name_en="Far", place="X9"
    )
    models.Traveller.objects.filter(id=port.travellers[1]).update(bound=nowhere)
    posed = pose.pose(now=at(60))
    refs = {row["id"]: row.get("ref") for row in posed.document["locations"]}
    assert refs[parties_of(posed)[ids(port, 0)]["dest"]] == str(hotel2)
    assert [(o.subject, o.because) for o in posed.left_out if o.sort == "traveller"] == [
        (port.travellers[1], "bound_unreachable")
    ]


def test_crews_and_whoever_is_in_transit_are_named_and_not_planned(port):
    hold(port, 0, 1, 2)
    models.Listing.objects.filter(traveller_id=port.travellers[0]).update(crew=True)
    models.Listing.objects.filter(traveller_id=port.travellers[1]).update(in_transit=True)
    posed = pose.pose(now=at(60))
    why = {o.subject: o.because for o in posed.left_out if o.sort == "traveller"}
    assert why == {port.travellers[0]: "crew", port.travellers[1]: "in_transit"}
    assert posed.heads == posed.in_parties + 2


def test_rooms_are_what_is_free(port):
    port.send(*(port.told(who=n, where="bus", minute=10) for n in (0, 1, 2)))
    port.send(*(port.told(who=n, where="hotel", minute=50) for n in (0, 1, 2)))
    models.Traveller.objects.filter(id__in=port.travellers[:2]).update(room="301")
    posed = pose.pose(now=at(60))
    rooms = {row["ref"]: row["rooms"] for row in posed.document["locations"] if row["kind"] == "facility"}
    assert rooms == {str(port.custodians["hotel"]): 38, str(port.custodians["hotel2"]): 40}


def test_a_vehicle_on_the_road_is_free_when_it_is_back_and_a_broken_one_is_not_there(port):
    coach, other = models.Vehicle.objects.filter(kind="coach").order_by("plate")
    order = transport.Order(coach.id, port.custodians["hotel"], at(50), 90)
    trip = transport.plan_trip(order=order, code="T1")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(55))
    take_out(other.plate, 40)
    posed = pose.pose(now=at(60))
    windows = {row["ref"]: row["window"][0] for row in posed.document["vehicles"]}
    # It was planned until 140; but its hotel is 40 minutes away, and it unloads, drives back and is disinfected.
    assert posed.day0_at + timedelta(minutes=windows[str(coach.id)]) == at(185)
    assert str(other.id) not in windows


def test_a_crew_is_free_before_its_vehicle_is_disinfected(port):
    coach = models.Vehicle.objects.filter(kind="coach").first()
    driver = models.Person.objects.get(username="driver0")
    order = transport.Order(coach.id, port.custodians["hotel"], at(50), 90, driver=driver.id)
    trip = transport.plan_trip(order=order, code="T1")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(55))
    posed = pose.pose(now=at(60))
    row = next(row for row in posed.document["crew"] if row["ref"] == str(driver.id))
    # Back and disinfected at 185; disinfection takes 30 minutes, taking off one's gear 15.
    assert posed.day0_at + timedelta(minutes=row["shift"][0]) == at(170)


def test_a_late_vehicle_and_its_crew_are_not_free_before_they_are_back_and_clean(port):
    coach = models.Vehicle.objects.filter(kind="coach").first()
    driver = models.Person.objects.get(username="driver0")
    order = transport.Order(coach.id, port.custodians["hotel"], at(50), 90, driver=driver.id)
    trip = transport.plan_trip(order=order, code="T1")
    transport.report(report=transport.Report(trip.id, "departed"), by=None, now=at(55))
    posed = pose.pose(
        now=at(200)
    )  # nobody has reported that it arrived: unloading and the way back are to come
    vehicle = next(row for row in posed.document["vehicles"] if row["ref"] == str(coach.id))
    person = next(row for row in posed.document["crew"] if row["ref"] == str(driver.id))
    assert posed.day0_at + timedelta(minutes=vehicle["window"][0]) == at(290)
    assert posed.day0_at + timedelta(minutes=person["shift"][0]) == at(275)


def count_on(port, person, minute):
    """From when to when a plan counts on somebody, in minutes after noon; None: not at all."""
    posed = pose.pose(now=at(minute))
    found = [row["shift"] for row in posed.document["crew"] if row["ref"] == str(person.pk)]
    offset = (at(0) - posed.day0_at) / timedelta(minutes=1)
    return [int(one - offset) for one in found[0]] if found else None


def be_away(person, sort, first, last):
    """Away on these days of April."""
    models.Absence.objects.filter(person=person).delete()
    days = {"from_on": NOON.date().replace(day=first), "until_on": NOON.date().replace(day=last)}
    models.Absence.objects.create(person=person, sort=sort, entered_at=at(0), **days)


def test_whoever_is_on_call_is_counted_on_until_the_midnight_of_their_leave_and_from_the_one_after(port):
    driver = models.Person.objects.get(username="driver0")
    assert count_on(port, driver, 660) == [660, 660 + 720]
    for sort in ("leave", "health", "off"):
        be_away(driver, sort, 16, 16)
        assert count_on(port, driver, 660) == [660, 720], "on call from 23:00, away from midnight"
        be_away(driver, sort, 14, 15)
        assert count_on(port, driver, 660) == [720, 660 + 720]
        be_away(driver, sort, 14, 16)
        assert count_on(port, driver, 660) is None


def test_leave_is_counted_by_the_shift_and_a_hold_for_health_at_once(port):
    escort = models.Person.objects.get(username="escort0")
    models.Deployment.objects.filter(person=escort).update(starts_at=at(480), ends_at=at(1200))
    be_away(escort, "leave", 16, 16)
    assert count_on(port, escort, 730) == [730, 1200], "the night of the 15th is theirs"
    assert escort.pk not in absences.list_away_at(at=at(730))
    be_away(escort, "leave", 15, 15)
    assert count_on(port, escort, 730) is None
    assert escort.pk in absences.list_away_at(at=at(730))
    be_away(escort, "health", 16, 16)
    assert count_on(port, escort, 730) is None
    assert escort.pk in absences.list_away_at(at=at(730))


def test_no_plan_counts_on_a_room_that_is_closed(port):
    hotel = port.custodians["hotel"]
    for code, state in (("301", "blocked"), ("302", "ready")):
        models.Room.objects.create(facility_id=hotel, code=code, floor=3, beds=1, state=state)
    rooms = {row.get("ref"): row.get("rooms") for row in pose.pose(now=at(60)).document["locations"]}
    assert rooms[str(hotel)] == 39


def test_a_facility_that_takes_nobody_has_no_room_for_a_plan_until_its_time_is_over_or_it_is_opened(port):
    hold(port, 0)
    hotel, by = port.custodians["hotel"], make_dispatcher().pk

    def rooms_at(minute):
        posed = pose.pose(now=at(minute))
        said = {one.because for one in posed.left_out if one.subject == hotel}
        (place,) = [row for row in posed.document["locations"] if row.get("ref") == str(hotel)]
        return place["rooms"], said

    before, said = rooms_at(60)
    assert before > 0
    assert not said
    intake.close(facility=hotel, because="no kitchen", until=at(120), by=by, now=at(60), closure=make_id())
    assert rooms_at(61) == (0, {"intake_closed"})
    assert rooms_at(121) == (before, set())
    intake.close(facility=hotel, because="full", until=None, by=by, now=at(130), closure=None)
    assert rooms_at(500)[0] == 0
    intake.reopen(facility=hotel, by=by, now=at(501))
    assert rooms_at(502) == (before, set())


def test_a_soiled_vehicle_is_disinfected_first(port):
    coach = models.Vehicle.objects.filter(kind="coach").first()
    done = duty.Done("vehicle", str(coach.id), "trip_ended", at(58))
    duty.record(evidence=done, by=None, now=at(58))
    assert vehicle_from(coach, 60) == at(90), "it is believed to be under way, on ticks of five minutes"
    assert vehicle_from(coach, 90) == at(120), "nobody has reported it: all of it is still to come"
    order = transport.Order(coach.id, port.custodians["hotel"], at(1200), 60)
    transport.plan_trip(order=order, code="later", trip_id=make_id())
    assert vehicle_from(coach, 90) == at(120), "its next trip makes it no cleaner"
    duty.record(evidence=replace(done, code="disinfection", happened_at=at(91)), by=None, now=at(91))
    assert vehicle_from(coach, 92) == at(95)


def vehicle_from(vehicle, minute):
    posed = pose.pose(now=at(minute))
    row = next(row for row in posed.document["vehicles"] if row["ref"] == str(vehicle.id))
    return posed.day0_at + timedelta(minutes=row["window"][0])


def test_a_vehicle_that_broke_down_on_the_road_is_disinfected_before_it_goes_again(port):
    coach = models.Vehicle.objects.filter(kind="coach").first()
    order = transport.Order(coach.id, port.custodians["hotel"], at(10), 60)
    trip = transport.plan_trip(order=order, code="T", trip_id=make_id()).id
    for step, minute in (("departed", 12), ("broken_down", 40)):
        transport.report(report=transport.Report(trip, step, because="brakes"), by=None, now=at(minute))
    assert vehicle_from(coach, 100) == at(130)


def test_a_vehicle_of_a_kind_without_rules_is_named(port):
    tram = models.Vehicle.objects.create(plate="云A·T1", kind="tram", seats=80)
    assert ("vehicle", tram.id, "kind_unknown") in {
        (o.sort, o.subject, o.because) for o in pose.pose(now=at(60)).left_out
    }


def test_escorts_have_their_shift_and_drivers_without_one_are_on_call(port):
    posed = pose.pose(now=at(60))
    roles = sorted(row["role"] for row in posed.document["crew"])
    assert roles == ["E", "E", "E", "L", "L", "S"]
    shifts = {
        row["role"]: posed.day0_at + timedelta(minutes=row["shift"][1]) for row in posed.document["crew"]
    }
    assert shifts["E"] == at(-60) + timedelta(hours=12)
    assert shifts["L"] == at(60) + timedelta(hours=12)


def drive(port, driver, start, minutes, *, under_way=False, destination="hotel"):
    """A trip with this driver that was so long on its way there, and is over unless it is still under way."""
    vehicle = models.Vehicle.objects.filter(kind="coach").order_by("plate")[0]
    order = transport.Order(
        vehicle.id, port.custodians[destination], at(start), minutes + 60, driver=driver.id
    )
    trip = transport.plan_trip(order=order, code=f"T{start}").id
    transport.report(report=transport.Report(trip, "departed"), by=None, now=at(start))
    if not under_way:
        transport.report(report=transport.Report(trip, "arrived"), by=None, now=at(start + minutes))
        transport.report(report=transport.Report(trip, "ended"), by=None, now=at(start + minutes + 50))
    return trip


def crew_of(posed, who):
    return next((row for row in posed.document["crew"] if row["ref"] == str(who.id)), None)


def test_what_somebody_drove_today_counts_towards_the_day_that_the_law_allows(port):
    hold(port, 0)
    driver = models.Person.objects.get(username="driver0")
    drive(port, driver, -300, 55)
    drive(port, driver, -180, 45, under_way=True)
    # 55 as reported there and 40 back by the table; 40 and 40 of the trip that is still under way.
    assert crew_of(pose.pose(now=at(60)), driver)["driven"] == 55 + 40 + 80
    other = models.Person.objects.get(username="driver1")
    assert "driven" not in crew_of(pose.pose(now=at(60)), other)


def test_what_was_driven_is_of_whoever_was_at_the_wheel_by_the_turns_that_were_reported(port):
    hold(port, 0)
    first, second = (models.Person.objects.get(username=f"driver{n}") for n in range(2))
    trip = drive(port, first, -300, 100, under_way=True)
    models.Trip.objects.get(id=trip).reliefs.add(second)

    def driven():
        posed = pose.pose(now=at(60))
        return [crew_of(posed, who).get("driven") for who in (first, second)]

    transport.report(report=transport.Report(trip, "arrived"), by=None, now=at(-200))
    transport.report(report=transport.Report(trip, "ended"), by=None, now=at(-150))
    assert driven() == [70, 70]  # no change was reported: a hundred there and forty back in equal parts
    told = {"driver": str(second.pk), "rested": 0}
    duty.record(evidence=duty.Done("trip", str(trip), "drives", at(-225), told), by=None, now=at(-225))
    assert driven() == [75 + 20, 25 + 20]


def test_what_somebody_drove_more_than_a_day_ago_does_not_count(port):
    hold(port, 0)
    driver = models.Person.objects.get(username="driver0")
    drive(port, driver, -1500, 55)
    assert "driven" not in crew_of(pose.pose(now=at(60)), driver)


def test_a_driver_on_call_is_on_duty_from_the_first_trip_for_a_shift_and_then_rests(port):
    hold(port, 0)
    driver = models.Person.objects.get(username="driver0")
    drive(port, driver, -300, 55)
    posed = pose.pose(now=at(60))
    shift = [posed.day0_at + timedelta(minutes=one) for one in crew_of(posed, driver)["shift"]]
    assert shift == [at(60), at(-300) + timedelta(hours=12)]
    drive(port, driver, 300, 55)
    posed = pose.pose(now=at(430))
    # The shift was over at 420; the last trip took them until 405, and the force's rules ask for ten hours of rest.
    shift = [posed.day0_at + timedelta(minutes=one) for one in crew_of(posed, driver)["shift"]]
    assert shift == [at(405) + timedelta(hours=10), at(405) + timedelta(hours=22)]


def test_whoever_is_not_through_the_hall_is_forecast_at_its_pace(port):
    port.send(*(port.told(who=n, where="hall", minute=20 + n) for n in range(3)))
    posed = pose.pose(now=at(60))
    rows = [parties_of(posed)[ids(port, n)] for n in range(4)]
    assert all(row["forecast"] for row in rows)
    ready = [posed.day0_at + timedelta(minutes=row["ready"]) for row in rows]
    # Sixty an hour by the rules: a minute each, on the next tick.
    assert ready == [at(65), at(65), at(65), at(65)]


def test_the_pace_is_measured_once_enough_have_passed(db):
    port = open_port(travellers=14)
    hold(port, *range(12), minute=30)
    port.send(*(port.told(who=n, where="hall", minute=50) for n in (12, 13)))
    posed = pose.pose(now=at(60))
    # Twelve within the hour: five minutes each.
    ready = [posed.day0_at + timedelta(minutes=parties_of(posed)[ids(port, n)]["ready"]) for n in (12, 13)]
    assert sorted(ready) == [at(65), at(70)]


def test_a_flight_soon_expected_is_planned_with(port):
    later = flights.schedule(
        arrival=flights.Arrival("CA1", "BKK", NOON.date(), at(120), arrival="KMG"), now=at(0)
    )
    traveller = models.Traveller.objects.create(code="ABCDEFGH", flight=later)
    models.Listing.objects.create(traveller=traveller, flight=later, since_version=1, row=1)
    crew = models.Traveller.objects.create(code="ABCDEFGJ", flight=later)
    models.Listing.objects.create(traveller=crew, flight=later, since_version=1, row=2, crew=True)
    posed = pose.pose(now=at(60))
    row = parties_of(posed)[frozenset({str(traveller.id)})]
    assert posed.day0_at + timedelta(minutes=row["ready"]) == at(165)
    assert frozenset({str(crew.id)}) not in parties_of(posed)


@pytest.mark.parametrize(("hour", "minutes", "drive"), [(20, 180, 480), (5, 0, 480), (1, 0, 60)])
def test_a_proposed_trip_says_how_long_it_drives_while_long_ways_must_stand(port, hour, minutes, drive):
    problem = pose.pose(now=at(60)).problem
    far = replace(problem.locations[1], drive_minutes=drive)
    problem = replace(problem, locations={**problem.locations, 1: far})
    coach = next(one.id for one in problem.vehicles.values() if one.kind.startswith("coach"))
    trip = Trip(hour * 60, coach, 1, (next(iter(problem.parties)),), (0, 1), ())
    hours = replace(settings.get_rules().hours, closed_from=120, closed_until=300)
    found = stretches.count_closed(problem=problem, trip=trip, hours=hours)
    assert (found > 0) == (minutes > 0) and found <= minutes
