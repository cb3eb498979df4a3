"""The sampling table: swabs, boxes, and a laboratory's file from preview to the traveller's timeline."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pratique.services import care, clock
from pratique.store import models

FILE = "条码,结果\nK1,阴性\nFOREIGN-9,阳性\n"


def say(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def find_parcel(page):
    return html.unescape(re.search(r'name="parcel" value="([^"]+)"', page)[1])


def swab(airport, who=0, tube="K1", role="reception", **more):
    told = {
        "person": airport.code(who),
        "tube": tube,
        "pool_size": "1",
        "site": "nasopharyngeal",
        "laboratory": "L",
    }
    return airport.client(role).post("/samples/take/", told | more, follow=True)


SECOND = {"second_name": "screener", "second_password": "four words never alike"}


def look(airport, text=FILE, name="results.csv", role="reception"):
    sent = SimpleUploadedFile(name, text.encode())
    return airport.client(role).post("/samples/results/look/", {"file": sent})


def test_a_swab_is_taken_with_two_scans_and_the_rest_stays_in_the_form(airport):
    client = airport.client("reception")
    told = {
        "person": airport.code(0),
        "tube": "P1",
        "pool_size": "3",
        "site": "oropharyngeal",
        "laboratory": "L",
    }
    page = say(client.post("/samples/take/", told, follow=True))
    assert models.Sample.objects.get().pool_size == 3
    assert 'value="P1"' in page
    told["person"] = "no such code"
    again = client.post("/samples/take/", told)
    assert again.status_code == 422
    assert models.Sample.objects.count() == 1


def test_a_box_is_filled_closed_handed_over_and_received(airport):
    swab(airport)
    client = airport.client("reception")
    page = say(client.post("/samples/batches/", {"laboratory": "L"}, follow=True))
    box = models.Batch.objects.get()
    assert box.code in page
    where = f"/samples/batches/{box.id}/"
    for told in (
        {"act": "scan", "tube": "K1"},
        {"act": "close"},
        {"act": "hand_over", "count": "1", "courier": "Wang"},
        {"act": "receive", "count": "1", "received_by": "Li"},
    ):
        say(client.post(f"{where}step/", told, follow=True))
    box.refresh_from_db()
    assert (box.handed_count, box.received_count) == (1, 1)
    assert "K1" in say(client.get(where))


def test_a_count_that_differs_comes_back_with_what_to_do(airport):
    swab(airport)
    client = airport.client("reception")
    client.post("/samples/batches/", {"laboratory": "L"})
    where = f"/samples/batches/{models.Batch.objects.get().id}/"
    for told in ({"act": "scan", "tube": "K1"}, {"act": "close"}):
        client.post(f"{where}step/", told)
    refused = client.post(
        f"{where}step/", {"act": "hand_over", "count": "2", "courier": "W", "back": where}, follow=True
    )
    assert "scan them again" in say(refused)
    client.post(f"{where}step/", {"act": "hand_over", "count": "1", "courier": "W"})
    answer = client.post(f"{where}step/", {"act": "receive", "count": "0", "received_by": "Li"})
    assert answer.status_code == 422
    assert "name the tubes" in answer.content.decode()
    told = {"act": "receive", "count": "0", "received_by": "Li", "missing": "K1"}
    assert "did not arrive" in say(client.post(f"{where}step/", told, follow=True))
    say(client.post(f"{where}step/", {"act": "lost", "tube": "K1"}, follow=True))
    assert models.Sample.objects.get().result == "lost"


def test_the_sheet_bears_every_tube_with_its_barcode(airport):
    swab(airport)
    client = airport.client("reception")
    client.post("/samples/batches/", {"laboratory": "L"})
    where = f"/samples/batches/{models.Batch.objects.get().id}/"
    client.post(f"{where}step/", {"act": "scan", "tube": "K1"})
    assert say(client.get(f"{where}sheet/")).count('class="barcode"') == 2


def test_a_file_is_looked_at_then_taken_in_and_stands_in_the_timeline(airport):
    swab(airport)
    page = say(look(airport))
    assert not models.ResultFile.objects.exists()
    assert "nobody" in page
    parcel = find_parcel(page)
    client = airport.client("reception")
    alone = client.post("/samples/results/take-in/", {"parcel": parcel})
    assert alone.status_code == 422 and "A second person signs" in alone.content.decode()
    assert models.Sample.objects.get().result == ""
    desk = say(client.post("/samples/results/take-in/", {"parcel": parcel, **SECOND}, follow=True))
    assert "FOREIGN-9" in desk
    assert models.Sample.objects.get().result == "negative"
    assert "negative" in say(client.get(f"/travellers/{airport.port.travellers[0]}/"))
    assert "already" in say(look(airport, name="again.csv"))
    settled = client.post("/samples/unknown/", {"tube": "FOREIGN-9", "because": "their control"}, follow=True)
    assert "FOREIGN-9" not in say(settled)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Name,Document number,Date of birth\nA B,E1,1990-01-01\n", "page of lists"),
        ("Barcode,Result\nK1,fine\n", "fine"),
    ],
)
def test_what_is_no_result_is_not_taken(airport, text, said):
    answer = look(airport, text)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'name="parcel"' not in answer.content.decode()


def test_a_parcel_of_somebody_else_is_not_opened(airport):
    swab(airport)
    parcel = find_parcel(say(look(airport)))
    airport.client("screener").post("/samples/results/take-in/", {"parcel": parcel})
    assert models.Sample.objects.get().result == ""


def test_a_result_is_corrected_by_two_persons_and_never_by_one(airport):
    swab(airport)
    care.record_result(tube="K1", result="negative", by=None, now=clock.now())
    where = f"/samples/results/{models.Sample.objects.get().id}/correct/"
    client = airport.client("reception")
    told = {"result": "positive", "because": "tested again", "second_password": "four words never alike"}
    assert client.post(where, told | {"second_name": "reception"}).status_code == 422
    assert client.post(where, told | {"second_name": "screener", "second_password": "no"}).status_code == 422
    assert not models.Issue.objects.exists()
    say(client.post(where, told | {"second_name": "screener"}, follow=True))
    assert models.Sample.objects.get().result == "positive"
    assert models.Issue.objects.get().state == "mended"


def test_one_of_the_staff_is_sampled_by_their_badge_and_only_who_may_know_sees_the_result(airport):
    unit = models.Unit.objects.get(code="PSB")
    officer = models.Person.objects.create(username="psb-7", name_zh="张某", unit=unit, role="staff")
    page = say(swab(airport, tube="S1", person="psb-7"))
    assert "psb-7: tube S1" in page
    client = airport.client("reception")
    say(client.post("/samples/batches/", {"laboratory": "L"}, follow=True))
    where = f"/samples/batches/{models.Batch.objects.get().id}/"
    say(client.post(f"{where}step/", {"act": "scan", "tube": "S1"}, follow=True))
    parcel = find_parcel(say(look(airport, "条码,结果\nS1,阴性\n")))
    say(client.post("/samples/results/take-in/", {"parcel": parcel, **SECOND}, follow=True))
    sample = models.Sample.objects.get(person_id=officer.pk)
    assert sample.result == "negative"
    seen = say(client.get(where))
    assert "psb-7" in seen and "result is in" in seen and "egative" not in seen
    assert "egative" in say(airport.client("epidemiologist").get(where))
    assert client.get(f"/samples/results/{sample.id}/correct/").status_code == 404
    say(airport.client("epidemiologist").get(f"/samples/results/{sample.id}/correct/"))
