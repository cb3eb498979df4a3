"""A trip in force that cannot be done any more is named with what is in its way, and a plan is proposed by itself."""

from datetime import timedelta

import pytest

from pratique.services import clock
from pratique.services import flight as flights
from pratique.services.dispatch import broken, means, obstacle, plans, pose, searches
from pratique.services.stay import intake
from pratique.store import models

from .fleet import hold, make_dispatcher, make_party, open_port, take_out
from .port import NOON, at


@pytest.fixture
def port(db):
    """Two wait, everybody else is crew; their trip is in force from minute 61 on."""
    port = open_port()
    models.Listing.objects.filter(traveller_id__in=port.travellers[2:]).update(crew=True)
    hold(port, 0, 1)
    adopt(plans.propose(by=None, now=at(60), seconds=0.1), 61)
    return port


def adopt(plan, minute):
    plans.adopt(plan=plan.id, by=make_dispatcher().pk, now=at(minute))


def get_trip():
    (trip,) = means.list_open()
    return trip


def find(minute):
    return broken.find(posed=pose.pose(now=at(minute)))


def break_vehicle(port):
    take_out(get_trip().vehicle.plate, 62)
    return "vehicle"


def fall_sick(port):
    day = NOON.date()
    models.Absence.objects.create(
        person=get_trip().driver, sort="health", from_on=day, until_on=day, entered_at=at(62)
    )
    return "crew"


def fill_facility(port):
    intake.close(
        facility=get_trip().destination_id,
        because="full",
        until=None,
        by=make_dispatcher().pk,
        now=at(62),
        closure=None,
    )
    return "rooms needed"


def turn_positive(port):
    models.Sample.objects.create(
        tube="T1", traveller_id=port.travellers[0], taken_at=at(30), result="positive", resulted_at=at(62)
    )
    models.Sample.objects.create(
        tube="T2", traveller_id=port.travellers[1], taken_at=at(30), result="positive", resulted_at=at(62)
    )
    return "may not carry"


EVENTS = [break_vehicle, fall_sick, fill_facility, turn_positive]


@pytest.mark.parametrize("happen", EVENTS)
def test_what_happened_to_a_trip_is_named_and_a_plan_without_it_is_proposed_once(port, happen):
    assert not find(62)
    assert broken.heed(now=at(62)) == 0
    trip, in_the_way = get_trip().id, happen(port)
    (found,) = find(63)
    assert found.trip == trip
    assert in_the_way in {sort for sort, _ in found.missing} or in_the_way in found.because
    assert broken.heed(now=at(63)) == 1
    proposal = plans.find_proposed()
    assert proposal.made_by is None
    assert str(trip) not in {row["trip"] for row in proposal.trips}
    assert broken.heed(now=at(64)) == 0
    adopt(proposal, 65)
    assert not find(66)


def test_what_is_proposed_by_itself_is_looked_on_for_as_a_dispatchers_own_is(port):
    order = searches.Order(20, clock.wall())
    standing = plans.propose(by=make_dispatcher().pk, now=at(62), seconds=0.1, search=order)
    assert searches.take(wall=order.asked_at).id == standing.id
    break_vehicle(port)
    assert broken.heed(now=at(63), search=order) == 1
    assert plans.find_proposed().id != standing.id and searches.is_asked(wall=order.asked_at)


def test_a_late_flight_breaks_the_trip_that_waits_for_it(db):
    port = open_port(travellers=0)
    later = flights.schedule(
        arrival=flights.Arrival("CA1", "BKK", NOON.date(), at(120), arrival="KMG"), now=at(0)
    )
    traveller = models.Traveller.objects.create(code="ABCDEFGH", flight=later)
    models.Listing.objects.create(traveller=traveller, flight=later, since_version=1, row=1)
    adopt(plans.propose(by=None, now=at(60), seconds=0.1), 61)
    assert port.travellers == [] or not find(62)
    flights.expect(flight=later.id, estimated_at=at(220), by=None, now=at(62))
    (found,) = find(63)
    assert "is ready at" in found.because
    assert broken.heed(now=at(63)) == 1
    (row,) = plans.find_proposed().trips
    assert plans.list_drafts(plan=plans.find_proposed())[0].starts_at >= at(220) - timedelta(minutes=60)
    assert row["trip"] is None


def test_a_household_that_has_grown_rides_together_where_there_is_room_and_else_its_trip_goes_without_it(
    port,
):
    models.Listing.objects.filter(traveller_id=port.travellers[2]).update(crew=False)
    hold(port, 2)
    models.Trip.objects.update(withdrawn_at=at(61), ended_at=at(61))
    adopt(plans.propose(by=None, now=at(62), seconds=0.1), 62)
    trip = get_trip()
    models.Listing.objects.filter(traveller_id=port.travellers[3]).update(crew=False)
    make_party(port, 2, 3)
    port.send(port.told(who=3, where="holding", minute=63))
    assert not find(64)
    (draft,) = plans.list_drafts(plan=plans.propose(by=None, now=at(64), seconds=0.1))
    assert (draft.trip, set(draft.travellers)) == (trip.id, set(port.travellers[:4]))

    models.Vehicle.objects.filter(id=trip.vehicle_id).update(seats=6)  # three may ride
    (found,) = find(65)
    assert (found.trip, found.off, found.because) == (trip.id, {*port.travellers[2:4]}, obstacle.GROWN)
    assert broken.heed(now=at(65)) == 1 and broken.heed(now=at(66)) == 0
    stays = next(one for one in plans.list_drafts(plan=plans.find_proposed()) if one.trip == trip.id)
    assert set(stays.travellers) == set(port.travellers[:2])


def test_whoever_refused_is_asked_again_only_after_a_while(port):
    break_vehicle(port)
    broken.heed(now=at(63))
    plans.refuse(
        plan=plans.find_proposed().id, because="it is being towed", by=make_dispatcher().pk, now=at(64)
    )
    assert broken.heed(now=at(66)) == 0
    assert broken.heed(now=at(63 + plans.GOOD_MINUTES + 1)) == 1


def test_a_trip_goes_without_the_one_who_turned_positive_and_who_refused_that_hears_of_what_else_happens(
    port,
):
    models.Listing.objects.filter(traveller_id=port.travellers[2]).update(crew=False)
    hold(port, 2)
    models.Trip.objects.update(withdrawn_at=at(61), ended_at=at(61))
    adopt(plans.propose(by=None, now=at(62), seconds=0.1), 62)
    models.Trip.objects.filter(withdrawn_at=None).update(pinned=True)
    trip, ill, others = get_trip(), port.travellers[0], set(port.travellers[1:3])
    seats = dict(trip.lines.filter(traveller_id__in=others).values_list("traveller_id", "seat"))
    models.Sample.objects.create(
        tube="T1", traveller_id=ill, taken_at=at(30), result="positive", resulted_at=at(62)
    )
    (found,) = find(63)
    assert found.trip == trip.id and found.off == {ill} and "may not carry" in found.because
    assert broken.heed(now=at(63)) == 1 and broken.heed(now=at(64)) == 0
    plan = plans.find_proposed()
    (stays,) = [one for one in plans.list_drafts(plan=plan) if one.trip]
    assert (stays.trip, stays.pinned, set(stays.travellers)) == (trip.id, True, others)
    (change,) = plan.diff
    assert change["must"] and change["persons"] == 1 and "goes without it" in change["because"]
    plans.refuse(plan=plan.id, because="not yet", by=make_dispatcher().pk, now=at(64))
    assert broken.heed(now=at(65)) == 0
    models.Vehicle.objects.filter(id=trip.vehicle_id).update(out_of_service_at=at(65))
    assert broken.heed(now=at(66)) == 1
    models.Vehicle.objects.filter(id=trip.vehicle_id).update(out_of_service_at=None)
    adopt(plans.propose(by=None, now=at(67), seconds=0.1), 67)
    trip.refresh_from_db()
    assert trip.withdrawn_at is None and dict(trip.lines.values_list("traveller_id", "seat")) == seats
    assert not find(68)


def test_a_trip_made_by_hand_is_its_makers_and_no_plan_is_proposed_for_it(port):
    coach = get_trip().vehicle
    plans.propose(by=None, now=at(62), seconds=0.1)
    models.Trip.objects.update(plan=None)
    take_out(coach.plate, 63)
    assert not find(64)
    assert broken.heed(now=at(64)) == 0
