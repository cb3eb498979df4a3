"""A vehicle is on one trip at a time, as planned and as it was."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.core.answers import Refused
from pratique.services import transport
from pratique.store import models
from pratique.store.queries import tower

from .port import at


@pytest.fixture
def garage(port):
    port.unit = models.Unit.objects.create(code="U1", name_zh="一分局", name_en="District 1")
    port.vehicle = add_vehicle(port, 1)
    return port


def add_vehicle(port, number):
    plate = f"云A·D{number:04d}"
    return models.Vehicle.objects.create(plate=plate, kind="coach", seats=20, unit=port.unit)


def plan(garage, minute, minutes=60, vehicle=None):
    number = models.Trip.objects.count() + 1
    order = transport.Order(
        (vehicle or garage.vehicle).id, garage.custodians["hotel"], starts_at=at(minute), minutes=minutes
    )
    return transport.plan_trip(order=order, code=f"T{number}")


def report(trip, step, minute):
    return transport.report(report=transport.Report(trip.id, step), by=None, now=at(minute))


def taken(trip):
    during = models.Trip.objects.get(id=trip.id).during
    return tuple((end - at(0)) / timedelta(minutes=1) for end in (during.lower, during.upper))


def test_a_vehicle_that_is_taken_cannot_be_planned_again(garage):
    plan(garage, 0)
    with pytest.raises(Refused, match="vehicle_taken"):
        plan(garage, 59)
    assert taken(plan(garage, 60)) == (60, 120)


def test_a_trip_that_ends_early_frees_its_vehicle(garage):
    trip, next_one = plan(garage, 0), plan(garage, 75)
    report(trip, "departed", 2)
    report(trip, "ended", 40)
    assert taken(trip) == (0, 40)
    assert taken(next_one) == (75, 135), "by then it is clean"


def test_a_trip_that_runs_late_was_as_long_as_it_was_and_puts_off_the_next_ones(garage):
    trip, second, third, far = plan(garage, 0), plan(garage, 60), plan(garage, 120), plan(garage, 300)
    report(trip, "departed", 2)
    report(trip, "ended", 95)
    assert [taken(t) for t in (trip, second, third, far)] == [(0, 95), (125, 185), (185, 245), (300, 360)], (
        "it is disinfected for half an hour first"
    )
    put_off = models.TripEvent.objects.filter(step="put_off").values_list("trip_id", flat=True)
    assert set(put_off) == {second.id, third.id}


def test_a_late_report_ends_where_the_vehicle_set_off_again(garage):
    trip, second = plan(garage, 0), plan(garage, 60)
    report(trip, "departed", 2)
    report(second, "departed", 65)
    report(trip, "ended", 95)
    assert (taken(trip), taken(second)) == ((0, 60), (60, 120))
    assert models.Trip.objects.get(id=trip.id).ended_at == at(95)


def test_whoever_is_still_in_the_book_of_a_trip_an_hour_after_it_arrived_is_sought_however_long_the_way(
    garage,
):
    order = transport.Order(
        garage.vehicle.id, garage.custodians["hotel"], starts_at=at(0), minutes=600, long_distance=True
    )
    trip = transport.plan_trip(order=order, code="far")
    garage.custodians["far"] = trip.id
    garage.send(garage.told(who=0, where="hall", minute=0), garage.told(who=1, where="hall", minute=1))
    garage.send(garage.told(who=0, where="far", minute=5), garage.told(who=1, where="far", minute=6))
    report(trip, "departed", 10)
    report(trip, "arrived", 120)
    garage.send(garage.told(who=1, where="hotel", minute=125))
    riders = set(garage.travellers[:2])
    assert riders.isdisjoint(tower.list_missed(now=at(180)))
    assert riders.intersection(tower.list_missed(now=at(181))) == {garage.travellers[0]}
    about = str(garage.travellers[0])
    sought = [e for e in tower.list_exceptions(now=at(181)) if e.subject == about]
    assert [(e.code, e.since_at) for e in sought] == [("unseen", at(180))]


def test_another_vehicle_is_not_concerned(garage):
    trip, other = plan(garage, 0), plan(garage, 60, vehicle=add_vehicle(garage, 2))
    report(trip, "departed", 2)
    report(trip, "ended", 95)
    assert taken(other) == (60, 120)


def test_no_trip_arrives_or_ends_that_has_not_set_off_and_its_departure_is_taken_with_its_time(garage):
    trip = plan(garage, 0)
    for step in ("arrived", "ended", "stopped"):
        with pytest.raises(Refused, match="trip_not_on_road"):
            report(trip, step, 50)
    for late, code in ((51, "trip_step_order"), (5, "")):
        told = transport.Report(trip.id, "departed", at=at(late))
        if code:
            with pytest.raises(Refused, match=code):
                transport.report(report=told, by=None, now=at(50))
        else:
            transport.report(report=told, by=None, now=at(50))
    row = models.TripEvent.objects.get(step="departed")
    assert (row.happened_at, row.recorded_at) == (at(5), at(50))
    with pytest.raises(Refused, match="trip_step_order"):
        transport.report(report=transport.Report(trip.id, "arrived", at=at(4)), by=None, now=at(51))
    assert report(trip, "arrived", 52).arrived_at == at(52)


def test_what_was_before_the_end_is_taken_after_it_and_nothing_else(garage):
    trip, second = plan(garage, 0), plan(garage, 60)
    report(trip, "departed", 2)
    transport.report(report=transport.Report(trip.id, "ended", at=at(40)), by=None, now=at(90))
    assert taken(trip) == (0, 40)
    assert taken(second) == (70, 130), "disinfected from its end, not from its report"
    for step, minute in (("stopped", 20), ("arrived", 38)):
        transport.report(report=transport.Report(trip.id, step, at=at(minute)), by=None, now=at(91))
    assert models.Trip.objects.get(id=trip.id).arrived_at == at(38)
    with pytest.raises(Refused, match="trip_over"):
        transport.report(report=transport.Report(trip.id, "stopped", at=at(41)), by=None, now=at(92))


STEPS = st.lists(st.tuples(st.sampled_from(["plan", "departed", "ended"]), st.integers(0, 6)), max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, minutes=st.lists(st.integers(1, 90), min_size=14, max_size=14))
def test_whatever_is_planned_and_reported_no_vehicle_is_on_two_trips(garage, steps, minutes):
    vehicle, minute, trips = add_vehicle(garage, models.Vehicle.objects.count() + 1), 0, []
    for (step, which), after in zip(steps, minutes, strict=False):
        minute += after
        if step == "plan":
            starts = max([minute, *(taken(t)[1] for t in trips)])
            trips.append(plan(garage, starts, vehicle=vehicle))
        elif which < len(trips):
            with suppress(Refused):  # of a trip that is over nothing more is reported
                report(trips[which], step, minute)
    spans = sorted(taken(t) for t in trips)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(since < until for since, until in spans)


def test_a_step_that_was_taken_is_not_taken_again_and_a_trip_that_is_over_or_taken_back_takes_none(garage):
    first = plan(garage, 0)
    for minute in (5, 9):
        report(first, "departed", minute)
    assert models.Trip.objects.get(id=first.id).departed_at == at(5)
    report(first, "ended", 50)
    with pytest.raises(Refused, match="trip_over"):
        report(first, "arrived", 55)
    second = plan(garage, 100)
    transport.withdraw(trips=[second.id], because="another plan", by=None, now=at(70))
    with pytest.raises(Refused, match="trip_withdrawn"):
        report(second, "departed", 101)
