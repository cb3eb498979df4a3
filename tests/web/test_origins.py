"""Where people board who are not at the port: on the desk, the trip's page, its papers, the phone of its crew, and at reception."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pratique.services import clock, transport
from pratique.services.dispatch import boarding, plans
from pratique.services.stay import removal
from pratique.store import models
from pratique.store.ids import make_id
from services.fleet import hold, open_port
from services.port import man

from .airport import at, open_airport


@pytest.fixture
def airport(db, monkeypatch):
    """Four people, two coaches, crews on duty; plans are made in a moment."""
    monkeypatch.setattr(plans, "SECONDS", 0.1)
    return open_airport(travellers=4, port=open_port(travellers=4))


def show(airport, name, *args, role="dispatcher", language="en"):
    return airport.client(role, language).get(reverse(name, args=args)).content.decode()


def adopt(airport):
    client = airport.client("dispatcher")
    client.post(reverse("dispatch-propose"))
    plan = plans.find_proposed()
    desk = show(airport, "dispatch")
    client.post(reverse("dispatch-adopt", args=[plan.id]))
    return desk


def break_down(airport):
    """A coach with two of them aboard stands half-way to the hotel; its trip."""
    hold(airport.port, 0, 1)
    coach = models.Vehicle.objects.get(plate="云A·D0000")
    order = transport.Order(coach.id, airport.port.custodians["hotel"], at(50), 90)
    trip = transport.plan_trip(order=order, code="T1").id
    airport.port.custodians["broken"] = trip
    airport.port.send(*(airport.port.told(who=n, where="broken", minute=55) for n in (0, 1)))
    man(trip)
    for step, minute in (("departed", 60), ("broken_down", 80)):
        boarding.report(report=transport.Report(trip, step, because="engine"), by=None, now=at(minute))
    clock.set_clock(at=at(90), speed=0)
    return trip


def test_who_stands_on_the_road_is_on_the_desk_and_the_trip_that_fetches_them_says_where(airport):
    broken = break_down(airport)
    before = show(airport, "dispatch")
    assert before.count("the roadside by 云A·D0000") == 1 and "broken down" in before
    assert "云A·D0000停车处" in show(airport, "dispatch", language="zh-hans")
    desk = adopt(airport)
    assert "boards at the roadside by 云A·D0000" in desk
    trip = models.Trip.objects.get(origin=broken)
    leaves = timezone.localtime(trip.during.lower)
    boards = timezone.localtime(trip.during.lower + timedelta(minutes=20))
    for name in ("trip", "trip-list", "trip-route"):
        shown = show(airport, name, trip.id)
        assert "the roadside by 云A·D0000" in shown and f"{boards:%H:%M}" in shown
    assert f"{leaves:%H:%M}" in show(airport, "trip", trip.id)
    assert "the roadside by 云A·D0000" in show(airport, "trips")
    assert trip.vehicle.plate in show(airport, "trip", broken).partition("Fetched by")[2][:200]
    driver = models.Person.objects.get(id=trip.driver_id)
    airport.people["escort"] = driver
    models.Person.objects.filter(id=driver.id).update(role="escort")
    assert "Leaves the port" in show(airport, "ride", role="escort")


def test_where_nobody_can_come_the_desk_names_them(airport):
    break_down(airport)
    models.Vehicle.objects.filter(kind="coach").update(out_of_service_at=at(70))
    airport.client("dispatcher").post(reverse("dispatch-propose"))
    shown = show(airport, "dispatch")
    assert airport.code(0) in shown and airport.code(1) in shown
    models.Travel.objects.filter(one="F1").delete()
    assert "nobody knows where" in show(airport, "dispatch")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_reception_leaves_it_to_the_next_plan_to_send_a_vehicle(airport, language):
    port = airport.port
    airport.settle(0)
    client, who = airport.client("reception", language), port.travellers[0]
    asked = {
        "id": make_id(), "receiver": port.custodians["hotel2"], "because": "contact", "agreed_by": "Reception",
        "vehicle": "plan", "minutes": 0,
    }  # fmt: skip
    assert client.post(reverse("removal-ask", args=[who]), asked | {"vehicle": "x"}).status_code == 422
    assert client.post(reverse("removal-ask", args=[who]), asked).status_code == 302
    said = {"en": "the next plan of dispatch sends a vehicle", "zh-hans": "待下次调度计划派车"}[language]
    assert said in client.get(reverse("release", args=[who])).content.decode()
    adopt(airport)
    trip = removal.find_open(traveller=who).trip
    page = client.get(reverse("release", args=[who])).content.decode()
    assert trip.vehicle.plate in page and said not in page
