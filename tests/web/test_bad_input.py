"""What the world gets wrong is a clear answer, or an exception on somebody's list, from the phone to the page."""

import json
import re

import pytest
from django.test import Client

from pratique.services import device, proof
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at
from .test_manifest import GOOD, HEAD, ONE, look, take_in


@pytest.fixture
def phone(airport):
    """A phone of the screening lead: `phone(scans, offset)` sends and gives back the answer."""
    _, token = device.register(name="the phone at the west hall", person=airport.people["screener"])

    def send(*scans, offset_seconds=0.0):
        body = json.dumps({"scans": scans, "offset_seconds": offset_seconds})
        answer = Client().post(
            "/api/v1/scans",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.content
        return [one["state"] for one in answer.json()["answers"]]

    return send


def scan(airport, minute, *, who=0, where="hall", counter=1, traveller=None):
    return {
        "id": str(make_id()),
        "traveller": str(traveller or airport.port.travellers[who]),
        "custodian": str(airport.port.custodians[where]),
        "counter": counter,
        "device_at": at(minute).isoformat(),
    }


def read(airport, address="/boards/tower/exceptions/", role="commander", language="en"):
    answer = airport.client(role, language).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_scan_for_nobody_on_the_list_is_kept_and_stands_on_the_board_until_somebody_links_them(
    airport, phone
):
    stranger = make_id()
    assert phone(scan(airport, 50, traveller=stranger)) == ["folded"]
    code = models.Traveller.objects.get(id=stranger).code
    page = read(airport)
    assert "On no list" in page
    assert code in page
    assert "不在任何名单上" in read(airport, language="zh-hans")
    assert "Who is this?" in read(airport, f"/travellers/{stranger}/")
    answer = airport.client().post(
        f"/travellers/{stranger}/link/", {"code": airport.code(0), "because": "the passport says so"}
    )
    assert answer.status_code == 302
    assert code not in read(airport)
    assert airport.port.where(0) == "hall"


def test_a_clock_two_hours_fast_and_measured_is_corrected_and_the_phone_stands_on_the_board(airport, phone):
    assert phone(scan(airport, 170), offset_seconds=7200) == ["moved"]
    assert models.Scan.objects.get().happened_at == at(50)
    page = read(airport)
    assert "Phone clock adrift" in page
    assert "the phone at the west hall" in page


def test_a_clock_two_hours_fast_that_believes_itself_right_is_held_to_the_server_s_time_and_stands_there_too(
    airport, phone
):
    assert phone(scan(airport, 180)) == ["moved"]
    assert models.Scan.objects.get().happened_at == at(60)
    assert "the phone at the west hall" in read(airport)


def test_a_clock_two_hours_slow_and_measured_is_corrected_and_the_phone_stands_on_the_board(airport, phone):
    assert phone(scan(airport, -70), offset_seconds=-7200) == ["moved"]
    assert models.Scan.objects.get().happened_at == at(50)
    assert "the phone at the west hall" in read(airport)


def test_a_scan_at_a_post_that_nobody_knows_is_kept_and_somebody_must_settle_it(airport, phone):
    airport.port.custodians["nowhere"] = make_id()
    assert phone(scan(airport, 50, where="nowhere")) == ["custodian_unknown"]
    page = read(airport)
    assert "Post unknown" in page
    assert airport.code(0) in page
    assert airport.port.where(0) == "cabin"


def test_two_travellers_with_one_document_are_told_by_row_and_both_are_kept(airport):
    client = airport.client("screener")
    both = HEAD + ONE.format("LI", "NA", 1, 1, "A") + ONE.format("WU", "FANG", 2, 1, "B")
    page = look(client, both).content.decode()
    assert re.search(r'class="problem-where">[^<]*3', page), "the row of the second is named"
    take_in(client, page)
    version = models.Manifest.objects.get(flight__designator="KY3022")
    assert version.flight.listings.count() == 2
    assert {problem["code"] for problem in version.problems} == {"document_shared"}
    assert "problem-where" in read(airport, f"/lists/{version.id}/")


def test_a_list_for_a_flight_that_nobody_has_announced_says_so_and_opens_it(airport):
    client = airport.client("screener")
    page = look(client, GOOD).content.decode()
    assert "not on the schedule: it will be added" in page
    take_in(client, page)
    flight = models.Flight.objects.get(designator="KY3022")
    assert "KY3022" in read(airport, "/flights/?on=2020-04-15")
    assert "LI NA" in read(airport, f"/flights/{flight.id}/")


def test_whatever_came_in_wrong_the_book_still_balances(airport, phone):
    airport.port.custodians["nowhere"] = make_id()
    phone(
        scan(airport, 50, counter=1),
        scan(airport, 51, traveller=make_id(), counter=2),
        scan(airport, 52, who=1, where="nowhere", counter=3),
        scan(airport, 190, who=2, counter=4),
    )
    structural = ("unbroken chain", "totals", "no silent skip")
    found = proof.prove(now=at(61)).findings.by_proof
    assert {name: found[name] for name in structural} == dict.fromkeys(structural, ())
