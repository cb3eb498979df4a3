"""Finding people, flights and vehicles."""

from datetime import timedelta

import pytest

from pratique.store import models


def find(client, sought):
    return client.post("/find/", {"sought": sought})


def test_a_wristband_code_opens_its_traveller_however_it_is_typed(airport):
    code = airport.code(0)
    spaced = f"{code[:4].lower()} {code[4:].lower()}"
    assert find(airport.client(), spaced)["Location"] == f"/travellers/{airport.port.travellers[0]}/"


@pytest.mark.parametrize("sought", ["E12345671", "e 1234-5671", "Nguyen Thi Hoa", "HOA nguyen"])
def test_a_document_and_a_name_find_their_traveller_for_whoever_may_see_names(airport, sought):
    assert (
        find(airport.client("screener"), sought)["Location"] == f"/travellers/{airport.port.travellers[1]}/"
    )


@pytest.mark.parametrize("sought", ["E12345671", "NGUYEN THI HOA"])
def test_whoever_may_not_see_names_does_not_find_by_them(airport, sought):
    page = find(airport.client("escort"), sought).content.decode()
    assert "Nothing found" in page


def test_a_flight_opens_at_once(airport):
    assert find(airport.client(), "mu 2086")["Location"] == f"/flights/{airport.port.flight}/"


def test_of_several_flights_each_stands_with_when_it_comes_by_the_latest_word(airport):
    row = models.Flight.objects.get(id=airport.port.flight)
    late = row.scheduled_at + timedelta(hours=13)
    models.Flight.objects.create(
        designator="MU2088", on=row.on, scheduled_at=row.scheduled_at, estimated_at=late
    )
    page = find(airport.client(), "mu208").content.decode()
    assert "2020-04-15 12:00" in page and "2020-04-16 01:00" in page


def test_a_vehicle_is_found_by_part_of_its_plate(airport):
    models.Vehicle.objects.create(plate="云A12345", kind="bus", seats=45)
    assert "云A12345" in find(airport.client(), "a123").content.decode()


def test_what_is_sought_never_stands_in_an_address(airport):
    page = airport.client().get("/find/?sought=ZHANG").content.decode()
    assert "Found for" not in page
    assert 'method="get"' not in page.lower()


def test_a_search_by_name_is_written_down(airport):
    models.Access.objects.all().delete()
    find(airport.client("screener"), "ZHANG XIAOMING")
    assert models.Access.objects.filter(what="search", traveller_id=airport.port.travellers[0]).exists()


def test_nothing_found_says_how_things_are_written(airport):
    assert "A flight is its carrier and number" in find(airport.client(), "zzz").content.decode()
