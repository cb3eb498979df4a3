"""The page of a flight."""

import re
from datetime import timedelta

from pratique.core.custody.proofs import Source
from pratique.services import clock
from pratique.services import flight as flights
from pratique.store import models


def read(client, airport, query=""):
    answer = client.get(f"/flights/{airport.port.flight}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def list_codes(page):
    return re.findall(r'<span class="(?:note )?code">([2-9A-Z]{8})</span>', page)


def test_open_names_stand_first_whatever_the_order_of_the_list(airport):
    airport.settle(0, 1)
    codes = list_codes(read(airport.client(), airport))
    assert set(codes[:2]) == {airport.code(2), airport.code(3)}
    assert set(codes[2:]) == {airport.code(0), airport.code(1)}


def test_only_the_open_ones_can_be_asked_for(airport):
    airport.settle(0, 1, 2)
    assert list_codes(read(airport.client(), airport, "?place=open")) == [airport.code(3)]
    assert len(list_codes(read(airport.client(), airport, "?place=facility"))) == 3


def test_whoever_may_not_see_names_sees_codes_and_no_look_is_written_down(airport):
    page = read(airport.client("auditor"), airport)
    assert "ZHANG XIAOMING" not in page
    assert airport.code(0) in page
    assert not models.Access.objects.exists()


def test_whoever_sees_names_is_written_down_once_for_each_person(airport):
    assert "ZHANG XIAOMING" in read(airport.client("screener"), airport)
    looks = models.Access.objects.filter(what="flight list", person_id=airport.people["screener"].pk)
    assert set(looks.values_list("traveller_id", flat=True)) == set(airport.port.travellers)


def test_a_flight_is_not_closed_over_an_open_name_and_the_page_shows_who(airport):
    airport.settle(0, 1, 2)
    client = airport.client()
    answer = client.post(f"/flights/{airport.port.flight}/close/", follow=True)
    page = answer.content.decode()
    assert "1 person is still open" in page
    assert list_codes(page) == [airport.code(3)]
    assert models.Flight.objects.get(id=airport.port.flight).closed_at is None


def test_a_flight_with_nobody_open_is_closed_once(airport):
    airport.settle(0, 1, 2, 3)
    client = airport.client()
    assert (
        "The flight is closed"
        in client.post(f"/flights/{airport.port.flight}/close/", follow=True).content.decode()
    )
    assert models.Flight.objects.get(id=airport.port.flight).closed_at is not None
    assert "Close the flight" not in read(client, airport)


def test_a_flight_whose_counts_differ_is_closed_with_reasons_and_where_people_may_be_missing_by_two(airport):
    airport.settle(0, 1, 2, 3)
    client, where = airport.client(), f"/flights/{airport.port.flight}/"
    client.post(f"{where}count/", {"source": "door", "heads": 5})
    assert "Door: 5, in the book 4. Why?" in read(client, airport)
    why = {"because_door": "an infant was counted twice"}
    for told in ({}, why, why | {"second_name": "commander", "second_password": "four words never alike"}):
        assert client.post(f"{where}close/", told).status_code == 422
    assert models.Flight.objects.get(id=airport.port.flight).closed_at is None
    second = {"second_name": "screener", "second_password": "four words never alike"}
    page = client.post(f"{where}close/", why | second, follow=True).content.decode()
    assert "The flight is closed" in page and "an infant was counted twice" in page


def test_counts_stand_side_by_side_and_the_one_that_differs_from_the_book_is_marked(airport):
    client = airport.client()
    for source, heads in (("door", 5), ("carrier", 4)):
        client.post(f"/flights/{airport.port.flight}/count/", {"source": source, "heads": heads})
    page = read(client, airport)
    door, carrier = (re.search(rf"<div([^>]*)><dt>{word}</dt>", page) for word in ("Door", "Carrier"))
    assert "count-beside" in door[1]
    assert "count-beside" not in carrier[1]
    assert models.FlightCount.objects.filter(by_id=airport.people["commander"].pk).count() == 2


def test_a_count_that_is_no_number_is_refused_and_nothing_is_written(airport):
    client = airport.client()
    answer = client.post(
        f"/flights/{airport.port.flight}/count/", {"source": "door", "heads": "many"}, follow=True
    )
    assert "Give a whole number of heads" in answer.content.decode()
    assert not models.FlightCount.objects.exists()


def test_the_latest_count_of_a_source_is_the_one_shown(airport):
    for heads in (9, 4):
        flights.count(flight=airport.port.flight, source=Source.DOOR, heads=heads, by=None, now=clock.now())
    page = read(airport.client(), airport)
    assert re.search(r"<dt>Door</dt><dd class=\"count-figure\">4", page)


def test_an_unknown_flight_is_said_to_be_unknown(airport):
    answer = airport.client().get("/flights/01a20b41-3629-75ac-a372-570615697a34/")
    assert (answer.status_code, "Nothing is here" in answer.content.decode()) == (404, True)


def test_the_day_lists_its_flights_and_another_day_has_none(airport):
    client = airport.client()
    assert "MU2086" in client.get("/flights/").content.decode()
    assert "MU2086" in client.get("/flights/?on=2020-04-15").content.decode()
    assert "No flight is announced for this day" in client.get("/flights/?on=2020-04-16").content.decode()
    assert client.get("/flights/?on=nonsense").status_code == 200


def test_a_flight_that_nobody_has_named_is_added_by_hand(airport):
    told = {"designator": "mu 0777", "departure": "bkk", "scheduled_at": "2020-04-15T18:00"}
    page = airport.client("dispatcher").post("/flights/add/", told, follow=True).content.decode()
    assert "The flight is on the board" in page
    assert models.Flight.objects.filter(designator="MU777", departure="BKK", arrival="KMG").count() == 1


def test_a_flight_that_is_late_is_said_to_be_and_shown_with_when_it_comes(airport):
    client = airport.client("dispatcher")
    added = {"designator": "CA1", "departure": "BKK", "scheduled_at": "2020-04-15T18:00"}
    where = client.post("/flights/add/", added)["Location"]
    for told, said in (
        ("2020-04-15T21:30", "CA1 is expected at 2020-04-15 21:30"),
        ("2020-04-16T00:10", "CA1 is expected at 2020-04-16 00:10"),
    ):
        assert said in client.post(f"{where}expect/", {"expected_at": told}, follow=True).content.decode()
    assert 'value="2020-04-16T00:10"' in client.get(where).content.decode()
    assert "2020-04-16 00:10" in client.get("/flights/?on=2020-04-15").content.decode()
    for wrong in ("2020-04-30T21:30", "2020-04-15T01:00", "tonight", ""):
        answer = client.post(f"{where}expect/", {"expected_at": wrong})
        assert (answer.status_code, "field-error" in answer.content.decode()) == (422, True)
    row = models.Flight.objects.get(designator="CA1")
    assert row.estimated_at.isoformat() == "2020-04-15T16:10:00+00:00"
    choices = airport.client("screener").get("/lists/").content.decode()
    assert "CA1 BKK 04-16 00:10<" in choices and re.search(r"MU2086 BKK \d\d:\d\d<", choices)
    late = client.get("/flights/?on=2020-04-16").content.decode()
    assert "<strong>CA1<" in late and "<strong>MU2086<" not in late
    landed_at = row.estimated_at + timedelta(minutes=2)
    flights.land(flight=row.id, landed_at=landed_at, now=landed_at)
    for on, said in (("15", "2020-04-16 00:12"), ("16", "00:12")):
        page = client.get(f"/flights/?on=2020-04-{on}").content.decode()
        assert re.search(rf"landed <time [^>]*>{said}<", page), f"CA1 stays on the page of the {on}th"


def test_a_flight_without_a_number_is_refused_with_what_is_needed(airport):
    told = {"designator": "Eastern", "departure": "Bangkok", "scheduled_at": "2020-04-15T18:00"}
    answer = airport.client().post("/flights/add/", told)
    assert answer.status_code == 422
    assert "carrier and number" in answer.content.decode()
    assert "three letters" in answer.content.decode()


def test_a_long_list_is_short_on_a_phone_until_all_of_it_is_asked_for(airport, monkeypatch):
    assert 'class="folded"' not in read(airport.client(), airport)
    monkeypatch.setattr("pratique.web.flight.views.FEW", 3)
    page = read(airport.client(), airport, "?place=cabin")
    assert 'class="folded"' in page and "?place=cabin&amp;all=1#people" in page
    whole = read(airport.client(), airport, "?place=cabin&all=1")
    assert 'class="folded"' not in whole and list_codes(whole) == list_codes(page)
