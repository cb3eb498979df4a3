"""A passport at a post: recorded if it is certain, asked about if it is not."""

from datetime import date

import pytest

from pratique.services import identity
from pratique.store import models

pytestmark = pytest.mark.browser

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
"""The specimen of ICAO 9303-4."""


def know(day, who: int, number: str) -> str:
    """Traveller `who` is Anna Maria Eriksson with that number on the list: their wristband code."""
    anna = identity.Identity(
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        born_on=date(1974, 8, 12),
        documents=(("P", number, "UTO", None),),
    )
    identity.write(identities={day.airport.port.travellers[who]: anna}, erase_on=None)
    return day.airport.code(who)


def read_passport(page) -> None:
    """A scanner types both lines, each with its Enter."""
    for line in PASSPORT.splitlines():
        page.fill("#scanned", line)
        page.press("#scanned", "Enter")


def test_a_passport_that_agrees_is_recorded_at_once(visit):
    day = visit()
    code = know(day, 1, "L898902C3")
    page = day.stand_at(day.airport.port.custodians["hall"], "screener")
    read_passport(page)
    page.locator("#verdict[data-verdict=good]", has_text=code).wait_for()
    assert page.locator("#choices").is_hidden()


def test_a_passport_that_fits_in_part_is_asked_about_and_nobody_is_recorded_until_touched(visit):
    day = visit()
    codes = [know(day, who, number) for who, number in ((1, "N1234567"), (2, "N7654321"))]
    page = day.stand_at(day.airport.port.custodians["hall"], "screener")
    before = models.Scan.objects.count()
    read_passport(page)
    page.locator("#verdict[data-verdict=ask]", has_text="say who it is").wait_for()
    offered = page.locator("#choices-list button")
    assert sorted(offered.locator(".code").all_inner_texts()) == sorted(codes)
    assert "number differs" in offered.first.inner_text()
    assert models.Scan.objects.count() == before
    page.keyboard.press("Enter")  # as a scanner ends: it touches nobody
    assert models.Scan.objects.count() == before
    offered.filter(has_text=codes[1]).click()
    page.locator("#verdict[data-verdict=good]", has_text=codes[1]).wait_for()
    assert models.Scan.objects.count() == before + 1
    assert page.locator("#choices").is_hidden()
