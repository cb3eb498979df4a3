"""The epidemiologist's page: whom a case exposed, and whom somebody would have exposed before the result is there."""

import pytest

from pratique.services import care
from pratique.store import models

from .airport import at


@pytest.fixture
def seated(airport):
    """An A320 without a row 13: the case in 12C, one three rows behind, one four, one far in front."""
    models.Flight.objects.filter(id=airport.port.flight).update(equipment="320")
    for traveller, seat in zip(airport.port.travellers, ("12C", "16A", "17A", "2F"), strict=True):
        models.Listing.objects.filter(traveller_id=traveller).update(seat=seat)
    models.Listing.objects.update(party="")
    airport.settle(0)
    care.take_sample(swab=care.Swab(airport.port.travellers[0], "TUBE-7"), by=None, now=at(70))
    return airport


def read(airport, role="epidemiologist", language="en", query=""):
    answer = airport.client(role, language).get(f"/travellers/{airport.port.travellers[0]}/contacts/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_the_result_it_says_what_a_positive_one_would_mean(seated):
    page = read(seated)
    assert "Whom would they have exposed?" in page and "no positive result" in page
    care.record_result(tube="TUBE-7", result="positive", by=None, now=at(80))
    after = read(seated)
    assert "Whom did they expose?" in after and "no positive result" not in after


def test_every_contact_stands_there_by_code_with_rule_place_seat_and_rows(seated):
    page = read(seated)
    for who in (1, 2, 3):
        assert seated.code(who) in page
    row = page[page.index(f'href="/travellers/{seated.port.travellers[1]}/"') :].split("</tr>")[0]
    assert "Same row or three rows before or behind" in row and "16A" in row and "3 rows apart" in row
    assert "ZHANG" not in page


def test_the_drawing_marks_the_case_and_the_contacts_by_their_grade(seated):
    page = read(seated)
    drawn = {state: page.count(f'class="seat is-{state}"') for state in ("case", "close", "general", "empty")}
    assert drawn == {"case": 1, "close": 1, "general": 2, "empty": 178 - 4}
    assert "<title>12C case</title>" in page and "<title>16A close contact</title>" in page


def test_other_rules_give_other_contacts_and_the_second_ring_is_there_if_asked(seated):
    page = read(seated, query="?rules=ecdc-2020&second=on")
    assert 'class="seat is-close"' not in page
    assert "Second ring" in page
    answer = seated.client("epidemiologist").get(
        f"/travellers/{seated.port.travellers[0]}/contacts/?rules=mars"
    )
    assert answer.status_code == 409


def test_it_is_said_in_chinese_too(seated):
    page = read(seated, language="zh-hans")
    for word in ("密切接触者", "飞机同排及前后各三排", "相隔 3 排", "末次暴露", "依据"):
        assert word in page


@pytest.mark.parametrize("role", ["dispatcher", "screener", "reception", "auditor", "partner"])
def test_who_is_no_epidemiologist_does_not_see_it(seated, role):
    address = f"/travellers/{seated.port.travellers[0]}/contacts/"
    assert seated.client(role).get(address).status_code == 403
    assert address not in seated.client("screener").get(address.removesuffix("contacts/")).content.decode()


def test_the_page_of_a_traveller_leads_there(seated):
    page = seated.client("epidemiologist").get(f"/travellers/{seated.port.travellers[0]}/").content.decode()
    assert f'href="/travellers/{seated.port.travellers[0]}/contacts/"' in page


def test_somebody_who_does_not_exist_has_no_contacts(airport):
    address = f"/travellers/{airport.port.flight}/contacts/"
    assert airport.client("epidemiologist").get(address).status_code == 404
