"""An odometer never runs back, from trip to trip; what was typed wrong is taken back with a reason and counts no more."""

import pytest

from pratique.core.answers import Refused
from pratique.services import odometer, transport
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import make_dispatcher
from .port import at


@pytest.fixture
def coach(port):
    """Two trips of one coach, at minutes 0 and 200."""
    vehicle = models.Vehicle.objects.create(plate="A", kind="coach", seats=20)
    port.trips = [add_trip(port, vehicle, minute) for minute in (0, 200)]
    return port


def add_trip(port, vehicle, minute):
    order = transport.Order(vehicle.id, port.custodians["hotel"], at(minute), 60)
    return transport.plan_trip(order=order, code=f"trip:{vehicle.plate}{minute}").id


def report(coach, number, step, km, minute):
    told = transport.Report(coach.trips[number], step, odometer_km=km)
    transport.report(report=told, by=None, now=at(minute))


def run_first(coach, end):
    report(coach, 0, "departed", 1000.5, 5)
    report(coach, 0, "ended", end, 55)


def test_the_next_trip_begins_at_the_last_reading_of_the_vehicle_or_above_and_both_figures_are_said(coach):
    run_first(coach, 1062.5)
    with pytest.raises(Refused) as refused:
        report(coach, 1, "departed", 1062, 205)
    assert (refused.value.code, refused.value.told) == (
        "odometer_backwards",
        {"given": 1062.0, "last": 1062.5, "trip": "trip:A0"},
    )
    assert models.Trip.objects.get(id=coach.trips[1]).departed_at is None
    report(coach, 1, "departed", 1062.5, 205)


def test_another_vehicle_and_a_trip_that_comes_later_do_not_count(coach):
    other = models.Vehicle.objects.create(plate="B", kind="coach", seats=20)
    coach.trips.append(add_trip(coach, other, 0))
    report(coach, 0, "departed", 1000, 5)
    report(coach, 1, "departed", 1070, 205)
    report(coach, 0, "arrived", 1030, 206)  # heard of late
    report(coach, 2, "departed", 12, 5)


def test_a_reading_that_was_wrong_is_taken_back_with_a_reason_and_what_was_entered_stands(coach):
    run_first(coach, 10625)
    with pytest.raises(Refused, match="10,625 km, read on trip:A0"):
        report(coach, 1, "departed", 1063, 205)
    wrong = models.TripEvent.objects.get(odometer_km=10625)
    by = make_dispatcher().id
    with pytest.raises(Refused, match="reason_missing"):
        odometer.take_back(trip=coach.trips[0], event=wrong.id, because=" ", by=by, now=at(206))
    for trip, event in ((coach.trips[1], wrong.id), (coach.trips[0], make_id())):
        with pytest.raises(Refused, match="reading_unknown"):
            odometer.take_back(trip=trip, event=event, because="a digit too many", by=by, now=at(206))
    for _ in range(2):
        odometer.take_back(
            trip=coach.trips[0], event=wrong.id, because="a digit too many", by=by, now=at(206)
        )
    (told,) = odometer.list_taken_back(trip=coach.trips[0]).values()
    assert (told.attributes, told.by_id) == ({"km": 10625, "because": "a digit too many"}, by)
    assert models.TripEvent.objects.filter(odometer_km=10625).exists()
    with pytest.raises(Refused, match="1,000.5 km, read on"):
        report(coach, 1, "departed", 1000, 207)
    report(coach, 1, "departed", 1063, 207)
