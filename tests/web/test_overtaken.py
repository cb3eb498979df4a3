"""What has changed of a trip on the road stands on the desk, on its page and on the phones of its crew, with what to do next."""

import pytest

from pratique.services import clock, transport
from pratique.services.dispatch import boarding
from pratique.services.stay import intake
from pratique.store import models
from services.fleet import hold, open_port
from services.port import at, man

from .airport import open_airport


@pytest.fixture
def road(db):
    """A coach on its way to the hotel with one traveller, its escort somebody of the pages; the hotel takes nobody any more."""
    airport = open_airport(port=open_port())
    port = airport.port
    hold(port, 0, 1)
    coach = models.Vehicle.objects.filter(kind="coach").first()
    escort = airport.people["escort"]
    order = transport.Order(coach.id, port.custodians["hotel"], at(30), 120, escorts=(escort.pk,))
    airport.trip = port.custodians["coach"] = transport.plan_trip(order=order, code="trip:coach").id
    port.send(port.told(who=0, where="coach", minute=40))
    man(airport.trip)
    boarding.report(report=transport.Report(airport.trip, "departed"), by=None, now=at(45))
    intake.close(
        facility=port.custodians["hotel"],
        because="no water",
        until=None,
        by=airport.people["commander"].pk,
        now=at(50),
        closure=None,
    )
    return airport


SAID = {
    "en": ("hotel takes nobody for now", "drive to hotel2, where they are scanned"),
    "zh-hans": ("hotel已停止接收", "改送hotel2，在该处扫码交接"),
}


@pytest.mark.parametrize("language", SAID)
def test_a_destination_that_closed_is_told_to_desk_and_crew_with_where_to_drive_instead(road, language):
    pages = (("dispatcher", "/dispatch/"), ("escort", f"/trips/{road.trip}/"), ("escort", "/ride/"))
    for role, address in pages:
        page = road.client(role, language).get(address).content.decode()
        assert all(said in page for said in SAID[language]), address
    assert "Plan around them" not in road.client("dispatcher").get("/dispatch/").content.decode()
    intake.reopen(facility=road.port.custodians["hotel"], by=road.people["commander"].pk, now=at(55))
    for role, address in pages:
        page = road.client(role, language).get(address).content.decode()
        assert not any(said in page for said in SAID[language]), address


def test_whoever_became_a_case_aboard_is_named_by_code_to_the_crew(road):
    models.Traveller.objects.filter(id=road.port.travellers[0]).update(channel="symptomatic")
    page = road.client("escort").get("/ride/").content.decode()
    assert f"cases by now: {road.code(0)}" in page and "call an ambulance" in page


def test_a_trip_that_has_not_set_off_in_time_is_told_to_desk_list_and_crew(road):
    models.Trip.objects.update(departed_at=None)
    clock.set_clock(at=at(70), speed=0)
    pages = (("dispatcher", "/dispatch/"), ("escort", f"/trips/{road.trip}/"), ("escort", "/ride/"))
    for role, address in pages:
        page = road.client(role).get(address).content.decode()
        assert "it should have set off at 12:50, and has not" in page, address
        assert "people sit in it" in page, address
    assert "should have set off at <time" in road.client("escort").get("/trips/").content.decode()
