"""A test is open: what would it mean? The result comes: whom did they expose? In a browser, at a desk and on a phone."""

import re

import pytest

from pratique.services import care
from pratique.store import models
from services.port import at

pytestmark = pytest.mark.browser
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_the_epidemiologist_asks_what_if_and_later_whom(visit):
    day = visit()
    models.Port.objects.update(name_zh="港", name_en="Port")
    models.Flight.objects.filter(id=day.airport.port.flight).update(equipment="320")
    case, *others = day.airport.port.travellers
    for traveller, seat in zip((case, *others), ("12C", "16A", "17A", "2F"), strict=True):
        models.Listing.objects.filter(traveller_id=traveller).update(seat=seat, party="")
    day.airport.settle(0)
    care.take_sample(swab=care.Swab(case, "TUBE-7"), by=None, now=at(70))
    page = day.sit_down("epidemiologist")
    day.go(f"/travellers/{case}/")
    page.get_by_role("link", name="Contacts").click()
    page.get_by_role("heading", name="Whom would they have exposed?").wait_for()
    page.get_by_role("link", name=day.airport.code(1)).wait_for()
    care.record_result(tube="TUBE-7", result="positive", by=None, now=at(80))
    page.get_by_label("also contacts of close contacts").check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name="Whom did they expose?").wait_for()
    page.get_by_role("heading", name="Second ring").wait_for()
    assert page.locator(".seat.is-case title").text_content().startswith("12C")
    for language, size in (
        ("en", (1440, 900)),
        ("en", (390, 844)),
        ("zh-hans", (1440, 900)),
        ("zh-hans", (390, 844)),
    ):
        page = day.sit_down("epidemiologist", language, size)
        day.go(f"/travellers/{case}/contacts/?second=on")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], (language, size)
        said = page.locator("main").inner_text()
        assert bool(HAN.search(said)) is (language == "zh-hans")
