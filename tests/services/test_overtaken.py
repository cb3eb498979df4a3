"""Of a trip made by hand, boarding or on the road it is said what has changed, who is concerned and where its people could go instead."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pratique.services import duty, transport
from pratique.services.dispatch import boarding, broken, means, overtaken, plans, pose, settings
from pratique.services.stay import intake
from pratique.store import models
from pratique.store.queries import ways

from .fleet import hold, make_dispatcher, open_port, take_out
from .port import NOON, at


@pytest.fixture
def port(db):
    """Six wait; a coach with a driver is planned by hand to the hotel for the first two of them."""
    port = open_port()
    hold(port, *range(6))
    open_trip(port, "coach", 0, 1)
    return port


def open_trip(port, name, *who, end="hotel", driver="driver0", number=0):
    vehicle = models.Vehicle.objects.filter(kind="coach").order_by("plate")[number]
    person = models.Person.objects.get(username=driver)
    escort = models.Person.objects.get(username=f"escort{number}")
    order = transport.Order(
        vehicle.id, port.custodians[end], at(40), 120, driver=person.id, escorts=(escort.id,)
    )
    trip = transport.plan_trip(order=order, code=f"trip:{name}").id
    port.custodians[name] = trip
    boarding.write_lists(lists={trip: [port.travellers[n] for n in who]})


def board(port, *who):
    port.send(*(port.told(who=n, where="coach", minute=45) for n in who))


def leave(port):
    """Both get on and it sets off."""
    board(port, 0, 1)
    boarding.report(report=transport.Report(port.custodians["coach"], "departed"), by=None, now=at(50))


def break_vehicle(port):
    take_out(models.Vehicle.objects.filter(kind="coach").order_by("plate")[0].plate, 55)


def end_a_trip(port):
    """Its vehicle came back from another trip, and nobody has said that it was disinfected."""
    coach = models.Vehicle.objects.filter(kind="coach").order_by("plate")[0]
    duty.record(evidence=duty.Done("vehicle", str(coach.id), "trip_ended", at(25)), by=None, now=at(55))


def hold_for_health(port):
    models.Absence.objects.create(
        person=models.Person.objects.get(username="driver0"),
        sort="health",
        from_on=NOON.date(),
        until_on=NOON.date(),
        entered_at=at(55),
    )


def shut(port, where="hotel"):
    by = make_dispatcher().pk
    intake.close(facility=port.custodians[where], because="full", until=None, by=by, now=at(55), closure=None)


def close_for_good(port):
    models.Custodian.objects.filter(code="hotel").update(closed_at=at(55))


def fill(port):
    models.Custodian.objects.filter(code="hotel").update(capacity=1)


def turn_positive(port):
    models.Traveller.objects.filter(id=port.travellers[0]).update(channel="symptomatic")


def find(port, minute=60):
    return {
        (one.sort, one.stage) for one in overtaken.find_all(posed=pose.pose(now=at(minute)), now=at(minute))
    }


EVENTS = {
    "vehicle": break_vehicle,
    "crew": hold_for_health,
    "shut": shut,
    "closed": close_for_good,
    "case": turn_positive,
}


BEFORE = {**EVENTS, "soiled": end_a_trip}
"""What may happen to a trip that has not set off."""


@pytest.mark.parametrize("sort", BEFORE)
def test_what_happened_to_a_trip_made_by_hand_is_found_and_no_plan_is_proposed_for_it(port, sort):
    assert find(port) == set()
    BEFORE[sort](port)
    assert find(port) == {(sort, "waiting")}
    assert broken.heed(now=at(61)) == 0


@pytest.mark.parametrize("sort", BEFORE)
def test_what_happened_to_a_trip_that_boards_is_found(port, sort):
    board(port, 1)
    assert find(port) == set()
    BEFORE[sort](port)
    assert find(port) == {(sort, "boarding")}


def test_a_trip_that_should_have_set_off_is_found_until_it_has(port):
    late = 40 + 20 + settings.get_rules().positions.late_minutes
    assert find(port, late) == set()
    assert find(port, late + 1) == {("not_departed", "waiting")}
    models.Trip.objects.update(plan=plans.propose(by=make_dispatcher().pk, now=at(41)).id)
    assert find(port, late + 1) == {("not_departed", "waiting")}, "of a plan too"
    board(port, 0)
    assert find(port, late + 1) == {("not_departed", "boarding")}
    leave(port)
    assert ("not_departed", "road") not in find(port, late + 1)


@pytest.mark.parametrize(("sort", "happen"), [*EVENTS.items(), ("full", fill)])
def test_what_happened_to_a_trip_on_the_road_is_found_until_it_arrives(port, sort, happen):
    leave(port)
    assert find(port) == set()
    happen(port)
    wanted = "case_aboard" if sort == "case" else sort
    assert find(port) == {(wanted, "road")}
    boarding.report(report=transport.Report(port.custodians["coach"], "arrived"), by=None, now=at(62))
    assert find(port, 63) == set()


def test_where_its_people_could_go_is_the_nearest_place_of_their_sort_that_takes_them_all(port):
    leave(port)
    shut(port)
    (found,) = overtaken.find_of(trips=[port.custodians["coach"]], now=at(60))
    assert (found.which, found.instead) == (port.custodians["hotel"], port.custodians["hotel2"])
    models.Custodian.objects.filter(code="hotel2").update(capacity=1)
    (found,) = overtaken.find_of(trips=[port.custodians["coach"]], now=at(60))
    assert found.instead is None


def test_a_late_coach_and_its_driver_are_free_when_it_can_be_back_and_not_when_they_should_have_been(port):
    def ends(minute):
        rules = settings.get_rules()
        trip, found = (
            means.list_open()[0],
            means.find_ends(trips=means.list_open(), rules=rules, now=at(minute)),
        )
        return rules, trip, *found[trip.id]

    # People sit in it long after it should have been back, and nobody pressed "departed": all of its time is before it.
    board(port, 0, 1)
    assert ends(45)[2] == at(165)
    assert ends(200)[2] == at(320)
    driver = models.Person.objects.get(username="driver0").id
    busy = means.Busy(at(200), at(900), means.list_open(), settings.get_rules())
    assert busy.window(driver, at(200), at(900))[0] == ends(200)[3] > at(200)

    # It sets off late: it ends as much later, however soon that is asked.
    boarding.report(report=transport.Report(port.custodians["coach"], "departed"), by=None, now=at(200))
    rules, trip, end, crew = ends(201)
    kind = rules.kinds["coach"]
    assert end >= at(200 - kind.board + 120)

    # On the road at what was its end: it arrives, unloads, drives back and is disinfected, and none of that is done yet.
    way = ways.list_ways()[trip.destination.place].minutes
    rests = rules.rules.rest_min * ((way - 1) // rules.rules.rest_every)
    rest = kind.unload + way + rests
    assert ends(900)[2:] == (at(900 + rest + kind.disinfect), at(900 + rest + rules.rules.crew_doff))

    # Once it has arrived that time runs, until only the disinfection is left.
    boarding.report(report=transport.Report(port.custodians["coach"], "arrived"), by=None, now=at(900))
    assert ends(905)[2] == at(900 + rest + kind.disinfect)
    assert ends(900 + rest + 60)[2] == at(900 + rest + 60 + kind.disinfect)


def test_a_trip_on_leave_of_its_driver_that_is_on_the_road_already_goes_on(port):
    leave(port)
    models.Absence.objects.create(
        person=models.Person.objects.get(username="driver0"),
        sort="leave",
        from_on=NOON.date(),
        until_on=NOON.date(),
        entered_at=at(55),
    )
    assert find(port) == set()


def test_a_child_shares_a_room_so_that_a_coach_with_one_fills_no_more_than_it_takes(port):
    models.Traveller.objects.filter(id=port.travellers[1]).update(under_age=True)
    leave(port)
    fill(port)
    assert find(port) == set()


def test_a_case_on_the_list_of_a_coach_that_boards_rides_in_the_ambulance_of_the_next_plan(port):
    board(port, 1)
    posed = pose.pose(now=at(60))
    assert port.travellers[0] in {one.subject for one in posed.left_out if one.because == "boarding"}
    turn_positive(port)
    plan = plans.propose(by=None, now=at(61), seconds=0.1)
    plans.adopt(plan=plan.id, by=make_dispatcher().pk, now=at(62))
    line = models.BoardingLine.objects.get(traveller_id=port.travellers[0], trip__vehicle__kind="ambulance")
    assert line.trip.destination_id == port.custodians["hospital"]


def test_people_who_were_taken_elsewhere_leave_a_list_with_nobody_and_that_is_said(port):
    port.send(*(port.told(who=n, where="bus", minute=50) for n in (0, 1)))
    assert find(port) == {("people", "waiting")}


def test_three_trips_take_no_more_statements_than_one(port):
    def count():
        posed = pose.pose(now=at(60))
        with CaptureQueriesContext(connection) as made:
            found = overtaken.find_all(posed=posed, now=at(60))
        return len(made), len({one.trip for one in found})

    shut(port)
    count()  # what a process remembers
    first, trips = count()
    assert trips == 1
    models.Vehicle.objects.create(plate="云A·D0009", kind="coach", seats=20)
    open_trip(port, "second", 2, driver="driver1", number=1)
    open_trip(port, "third", 3, driver="driver2", number=2)
    count()
    assert count() == (first, 3)
