"""The forecast's situation is what the ledger has: nobody counted twice, nobody left out, what is planned taken as planned."""

from datetime import timedelta

import pytest

from pratique.services import flight as flights
from pratique.services.dispatch import forecast, plans
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, open_port
from .port import NOON, at


@pytest.fixture
def port(db):
    return open_port(travellers=10)


def test_everybody_here_or_expected_is_in_the_situation_once(port):
    hold(port, 0, 1, 2)
    port.send(*(port.told(who=n, where="hall", minute=30) for n in (3, 4)))
    arrival = flights.Arrival("MU9", "BKK", NOON.date(), at(300), arrival="KMG")
    later = flights.schedule(arrival=arrival, now=at(0))
    for row in range(7):
        who = models.Traveller.objects.create(id=make_id(), code=f"X{row}")
        models.Listing.objects.create(traveller=who, flight=later, since_version=1, row=row, crew=row == 0)
    found = forecast.look_ahead(now=at(60)).situation
    assert (found.waiting.ordinary, found.waiting.hall) == (3, 2)
    cabin = next(one for one in found.expected if one.landed)
    expected = next(one for one in found.expected if not one.landed)
    assert (cabin.heads, cabin.due_minute) == (5, -60.0)
    assert (expected.heads, expected.due_minute, expected.estimated) == (6, 240.0, False)


def test_what_is_planned_is_taken_as_it_is_planned(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    hold(port, 0, 1, 2)
    plan = plans.propose(by=make_dispatcher().id, now=at(60), seconds=0.1)
    plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(60))
    found = forecast.look_ahead(now=at(61)).situation
    assert found.waiting.ordinary == 0 and len(found.rides) == 1
    (ride,) = found.rides
    assert ride.rooms == 3 and ride.escorts == 1 and ride.start < ride.arrival < ride.vehicle_until
    made = forecast.look_ahead(now=at(61)).forecast
    assert made.vehicles.low[0] == made.vehicles.high[0] == 1


def test_a_stay_that_ends_frees_its_room_and_the_means_are_counted(port):
    for minute, where in ((5, "hall"), (10, "bus"), (55, "hotel")):
        port.send(port.told(who=0, where=where, minute=minute))
    models.Owed.objects.create(
        subject_kind="traveller", subject_id=str(port.travellers[0]), code="release", edition="e", owner="reception",
        opens_at=at(200), due_at=at(300), overdue_at=at(400),
    )  # fmt: skip
    models.Owed.objects.create(
        subject_kind="traveller", subject_id=str(port.travellers[1]), code="release", edition="e", owner="reception",
        opens_at=at(200), due_at=at(300), overdue_at=at(400),
    )  # fmt: skip
    found = forecast.look_ahead(now=at(60))
    assert [minute for minute, _rooms in found.situation.stays] == [140.0]
    assert (found.have.rooms, found.have.vehicles, found.have.escorts[0]) == (79, 3, 3)
    assert found.have.escorts[23] == 0
    gone = models.Deployment.objects.filter(post="escort").order_by("person__username").first()
    models.Deployment.objects.filter(id=gone.id).update(absent_at=at(60))
    assert forecast.look_ahead(now=at(61)).have.escorts[0] == 2, "who did not come is no escort"


def test_the_same_minute_says_the_same(port):
    hold(port, 0, 1, 2)
    assert forecast.look_ahead(now=at(60)) == forecast.look_ahead(now=at(60))
    assert forecast.look_ahead(now=at(60)).at + timedelta(minutes=1) == forecast.look_ahead(now=at(61)).at


def test_a_flight_without_a_list_yet_counts_for_a_share_of_its_seats(port):
    arrival = flights.Arrival("MU7", "BKK", NOON.date(), at(200), arrival="KMG", seats=200)
    flights.schedule(arrival=arrival, now=at(0))
    flights.schedule(arrival=flights.Arrival("MU8", "BKK", NOON.date(), at(60 * 40), seats=200), now=at(0))
    found = forecast.look_ahead(now=at(60))
    (unlisted,) = [one for one in found.situation.expected if not one.landed]
    assert unlisted.heads == round(200 * found.assumptions.load_share) and unlisted.due_minute == 140.0
