"""A convoy in a real browser: formed at the desk, heard from a phone on the road, received by scanning wristbands."""

import pytest
from playwright.sync_api import expect

from pratique.services import transport
from pratique.services.dispatch import boarding
from pratique.store import models
from services.port import at, man
from services.prefecture import open_prefecture, plan_coach

pytestmark = pytest.mark.browser


def report(trip, step, minute):
    boarding.report(report=transport.Report(trip, step), by=None, now=at(minute))


def test_from_the_desk_to_the_receivers_own_count(visit):
    day = visit()
    puer = open_prefecture(day.airport.port, rests=(("rest:a", 110), ("rest:b", 215)))
    models.Person.objects.filter(username="partner").update(unit=puer.unit)
    trip = plan_coach(day.airport.port, 1).id
    page = day.sit_down("dispatcher")
    day.go("/convoys/")
    assert page.locator("input[name=halts]:checked").count() == 2
    page.get_by_label("Convoy commander").select_option(label="Officer escort")
    page.get_by_role("button", name="Form it").click()
    page.get_by_text("Later plans keep its trips as they are").wait_for()
    where = page.url.removeprefix(day.url)

    for who in range(2):
        day.airport.port.send(day.airport.port.told(who=who, where="hall", minute=10))
        day.airport.port.send(day.airport.port.told(who=who, where="coach1", minute=42 + who))
    man(trip)
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
    field = page.get_by_label("Scan or type a wristband")
    expect(field).to_be_enabled()
    count = page.get_by_label("How many people got off? Count them.")
    count.fill("2")
    for given in (count, page.locator("input[name=present]").first):
        given.press("Enter")  # it leads on, and sends nobody unticked
        expect(field).to_be_focused()
    for code in (day.airport.code(0), "NOBODY22", day.airport.code(1).lower()):
        field.fill(code)
        field.press("Enter")
    assert "ticked" in page.locator("[data-said]").inner_text()
    assert page.locator("input[name=present]:checked").count() == 2
    page.get_by_role("button", name="Accept them").click()
    page.get_by_text("Everybody is accepted").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert models.Convoy.objects.get().ended_at is not None
