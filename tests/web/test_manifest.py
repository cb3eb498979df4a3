"""Handing in a list: first look, then take in."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pratique.store import models

HEAD = "flight,date,departure,arrival,surname,given names,sex,birth date,nationality,passport,seat\n"
ONE = "KY3022,2020-04-15,VTE,KMG,{},{},F,1990-01-0{},CHN,G1111111{},1{}\n"
GOOD = HEAD + "".join(ONE.format(*row) for row in (("LI", "NA", 1, 1, "A"), ("WU", "FANG", 2, 2, "B")))


def look(client, content, name="list.csv", **more):
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return client.post("/lists/look/", {"file": file, **more})


def take_in(client, page):
    parcel = re.search(r'name="parcel" value="([^"]+)"', page)
    assert parcel is not None
    return client.post("/lists/take-in/", {"parcel": unescape(parcel[1])}, follow=True)


def test_looking_at_a_list_writes_nothing(airport):
    page = look(airport.client("screener"), GOOD).content.decode()
    assert "LI NA" in page
    assert "not on the schedule: it will be added" in page
    assert models.Flight.objects.count() == 1
    assert not models.Manifest.objects.exists()


def test_what_was_looked_at_is_taken_in_and_its_flight_opens(airport):
    client = airport.client("screener")
    answer = take_in(client, look(client, GOOD).content.decode())
    assert "Taken in: 2 people on the list." in answer.content.decode()
    assert "KY3022" in answer.content.decode()
    flight = models.Flight.objects.get(designator="KY3022")
    assert flight.listings.count() == 2


def test_the_same_file_again_changes_nothing_and_says_so(airport):
    client = airport.client("screener")
    take_in(client, look(client, GOOD).content.decode())
    assert "in the book already" in look(client, GOOD).content.decode()
    assert models.Manifest.objects.count() == 1


def test_a_newer_version_shows_who_is_new_gone_and_changed(airport):
    client = airport.client("screener")
    take_in(client, look(client, GOOD).content.decode())
    newer = HEAD + ONE.format("LI", "NA", 1, 1, "C") + ONE.format("HE", "JUN", 3, 3, "B")
    page = look(client, newer).content.decode()
    assert re.search(r"− gone</span></td><th scope=\"row\">WU FANG", page)
    assert re.search(r"\+ new</span></td><th scope=\"row\">HE JUN", page)
    assert re.search(r"seat</span> <del>1A</del> → <ins>1C</ins>", page)
    take_in(client, page)
    version = models.Manifest.objects.get(version=2)
    shown = client.get(f"/lists/{version.id}/").content.decode()
    assert (version.new, version.gone, version.changed) == (1, 1, 1)
    assert "Who came and who went" in shown


def test_problems_stand_row_by_row_with_what_to_do_and_what_is_good_is_kept(airport):
    client = airport.client("screener")
    bad = GOOD + "KY3022,2020-04-15,VTE,KMG,HE,JUN,F,1990-13-45,CHN,G33333333,1C\n"
    page = look(client, bad).content.decode()
    assert "what is good is kept" in page
    assert re.search(r'class="problem-where">[^<]*4', page), "the fourth row of the file is named"
    assert "Take it in" in page


def test_problems_are_said_in_chinese_to_whoever_reads_chinese(airport):
    bad = GOOD + "KY3022,2020-04-15,VTE,KMG,HE,JUN,F,1990-13-45,CHN,G33333333,1C\n"
    page = look(airport.client("screener", "zh-hans"), bad).content.decode()
    where = re.search(r'class="problem-where">([^<]*)', page)
    assert "单元格 H4" in where[1]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"%PDF-1.4 nothing", "list.pdf"), (b"\x89PNG\r\n", "list.png"), (b"hello\nworld\n", "x.txt")],
)
def test_a_file_that_is_no_list_is_refused_with_why_and_what_to_do(airport, content, name):
    page = look(airport.client("screener"), content, name).content.decode()
    assert "This file cannot be taken in" in page
    assert "problem-where" in page
    assert 'name="parcel"' not in page


def test_an_empty_file_is_refused(airport):
    assert "This file is empty" in look(airport.client("screener"), b"").content.decode()


def test_a_list_that_names_no_flight_asks_for_it_and_takes_the_one_chosen(airport):
    client = airport.client("screener")
    bare = "surname,given names,birth date,passport\nLI,NA,1990-01-01,G11111111\n"
    assert "choose it below" in look(client, bare).content.decode()
    page = look(client, bare, flight=str(airport.port.flight)).content.decode()
    assert "MU2086" in page


def test_a_flight_to_another_airport_is_refused(airport):
    elsewhere = GOOD.replace(",KMG,", ",PEK,")
    assert "does not arrive here" in look(airport.client("screener"), elsewhere).content.decode()


def test_what_somebody_else_looked_at_cannot_be_taken_in(airport):
    page = look(airport.client("screener"), GOOD).content.decode()
    answer = take_in(airport.client("commander"), page)
    assert (
        "changed outside of Pratique" in answer.content.decode()
        or "did not come through" in answer.content.decode()
    )
    assert not models.Manifest.objects.exists()


def test_a_garbled_parcel_takes_nothing_in(airport):
    answer = airport.client("screener").post("/lists/take-in/", {"parcel": "k:~~~"}, follow=True)
    assert "did not come through" in answer.content.decode()


def test_a_closed_flight_s_list_does_not_change_any_more(airport):
    airport.settle(0, 1, 2, 3)
    client = airport.client("screener")
    client.post(f"/flights/{airport.port.flight}/close/")
    bare = "surname,given names,birth date,passport\nLI,NA,1990-01-01,G11111111\n"
    answer = take_in(client, look(client, bare, flight=str(airport.port.flight)).content.decode())
    assert "The flight is closed" in answer.content.decode()
