"""A stay in a real browser: somebody arrives, is given a room, is measured on a round, is released, and leaves by an open door."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from pratique.store import models
from services.doors import open_exits
from services.test_way import AFTER, DAY, do, swab

from .conftest import Visit

pytestmark = pytest.mark.browser


def test_arrive_room_round_release_certificate(visit):
    day: Visit = visit()
    port = day.airport.port
    open_exits(port)
    for number in (1, 2, 3):
        models.Room.objects.create(
            facility_id=port.custodians["hotel"], code=f"30{number}", floor=3, sort="single", beds=1
        )
    day.airport.settle(0, 1)
    do(port, "screened", 58, channel="ordinary")
    swab(port, 59, "negative")
    swab(port, 13 * DAY + 60, "negative")
    who, code = port.travellers[0], day.airport.code(0)
    desk = reverse("stay-facility", args=[port.custodians["hotel"]])

    page = day.sit_down("reception")
    day.go(desk)
    page.get_by_role("button", name="Give these rooms").click()
    page.get_by_text("Everybody has a room.").wait_for()
    assert page.locator(".room-occupied.room").count() == 2

    day.set_clock(AFTER)
    day.go(desk)
    page.get_by_role("link", name="Round").click()
    field = page.get_by_label("Wristband or room")
    expect(field).to_be_focused()
    page.evaluate("addEventListener('submit', (event) => (window.sent = event.submitter.textContent))")
    field.fill(code.lower())
    field.press("Enter")
    page.keyboard.type("36,6")
    assert page.locator(f"#c-{who}").input_value() == "36,6"
    page.get_by_label(f"Symptoms {code}").press("Enter")
    page.locator(".round-celsius").last.press("Enter")
    expect(page.get_by_role("button", name="Write the round down")).to_be_focused()
    assert page.evaluate("window.sent") is None, "Enter sends no part of a round"
    page.get_by_role("button", name="Write the round down").click()
    page.get_by_text("1 reading is written down.").wait_for()

    day.go(reverse("release", args=[who]))
    page.get_by_role("button", name="Release them").click()
    page.get_by_text("Released. Print the certificate").wait_for()
    page.get_by_role("link", name="Certificate").click()
    printed = page.locator(".paper").inner_text()
    assert "ZHANG XIAOMING" in printed
    assert "negative" in printed
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280

    day.stand_at(port.custodians["released"], "reception")
    page.fill("#scanned", day.airport.code(1))
    page.press("#scanned", "Enter")
    page.locator("#verdict[data-verdict=stop]", has_text="Keep this person here").wait_for()
    day.scan(code)

    page.context.set_offline(True)
    page.fill("#scanned", day.airport.code(2))
    page.press("#scanned", "Enter")
    page.locator("#verdict:not([data-verdict=good])").wait_for()
    page.context.set_offline(False)
