"""A convoy in a real browser: formed at the desk, heard from a phone on the road, received by scanning wristbands."""

import pytest

from pratique.services import transport
from pratique.services.dispatch import boarding
from pratique.store import models
from pratique.store.ids import make_id
from services.port import at

pytestmark = pytest.mark.browser
PLACE = "prefecture:5308"


def plan_coach(airport):
    """A coach to Pu'er planned for minute 40, and a receiver who works there."""
    unit = models.Unit.objects.create(code="5308", name_zh="普洱市", name_en="Pu'er", sort="prefecture")
    models.Person.objects.filter(username="partner").update(unit=unit)
    puer = models.Custodian.objects.create(
        id=make_id(), code="exit:5308", kind="exit", name_zh="移交普洱市", name_en="Handed to Pu'er", place=PLACE, unit=unit,
        attributes={"record": "handed_over", "takes": "prefecture"},
    )  # fmt: skip
    models.Travel.objects.create(one="KMG", other=PLACE, minutes_min=315, minutes=315, km=435)
    for code, minutes in (("rest:a", 110), ("rest:b", 215)):
        models.RestPlace.objects.create(
            code=code,
            name_zh=f"{code}服务区",
            name_en=f"Area {code}",
            minutes=minutes,
            km=minutes,
            towards=[PLACE],
        )
    vehicle = models.Vehicle.objects.create(plate="L-1", kind="coach", seats=20)
    trip = transport.plan_trip(order=transport.Order(vehicle.id, puer.id, at(40), 800), code="trip:1")
    airport.port.custodians["coach"] = trip.id
    return trip.id


def report(trip, step, minute):
    boarding.report(report=transport.Report(trip, step), by=None, now=at(minute))


def test_from_the_desk_to_the_receivers_own_count(visit):
    day = visit()
    trip = plan_coach(day.airport)
    page = day.sit_down("dispatcher")
    day.go("/convoys/")
    assert page.locator("input[name=halts]:checked").count() == 2
    page.get_by_label("Convoy commander").select_option(label="Officer escort")
    page.get_by_role("button", name="Form it").click()
    page.get_by_text("Later plans keep its trips as they are").wait_for()
    where = page.url.removeprefix(day.url)

    for who in range(2):
        day.airport.port.send(day.airport.port.told(who=who, where="hall", minute=10))
        day.airport.port.send(day.airport.port.told(who=who, where="coach", minute=42 + who))
    report(trip, "departed", 50)
    day.set_clock(160)
    page = day.sit_down("escort", size=(390, 844))
    day.go(where)
    page.get_by_label("Where", exact=True).select_option(label="Area rest:a")
    page.get_by_label("L-1").fill("2")
    page.get_by_role("button", name="All heard, all counted").click()
    page.get_by_text("heard there").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    report(trip, "arrived", 420)
    day.set_clock(425)
    day.go(where)
    page.get_by_role("button", name="Offer everybody aboard").click()
    page.get_by_text("The convoy is responsible until").wait_for()

    page = day.sit_down("partner", size=(390, 844))
    day.go("/convoys/")
    page.get_by_role("link", name="Pu'er").click()
    page.get_by_label("How many people got off? Count them.").fill("2")
    field = page.get_by_label("Scan or type a wristband")
    for code in (day.airport.code(0), "NOBODY22", day.airport.code(1).lower()):
        field.fill(code)
        field.press("Enter")
    assert "ticked" in page.locator("[data-said]").inner_text()
    assert page.locator("input[name=present]:checked").count() == 2
    page.get_by_role("button", name="Accept them").click()
    page.get_by_text("Everybody is accepted").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert models.Convoy.objects.get().ended_at is not None
