"""The desk of cases: listed with what is open, one with its contacts and tasks, lists for others."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pratique.services import care, custody, declaration, register
from pratique.services.cases import book, done
from pratique.services.laboratory import intake
from pratique.services.stay import onward
from pratique.services.window import contact
from pratique.store import models
from pratique.store.ids import make_id
from services.prefecture import open_prefecture

from .airport import at


@pytest.fixture
def found(airport):
    """An A320: the case in 12C, one three rows behind, one four, one far in front; the result is positive."""
    models.Flight.objects.filter(id=airport.port.flight).update(equipment="320")
    for traveller, seat in zip(airport.port.travellers, ("12C", "16A", "17A", "2F"), strict=True):
        models.Listing.objects.filter(traveller_id=traveller).update(seat=seat)
    models.Listing.objects.update(party="")
    care.take_sample(swab=care.Swab(airport.port.travellers[0], "TUBE-7"), by=None, now=at(20))
    care.record_result(tube="TUBE-7", result="positive", by=None, now=at(50))
    book.heed_results(now=at(55))
    return airport


def case_of(airport):
    return book.find(subject=airport.port.travellers[0])


def get(airport, path="", role="epidemiologist", language="en"):
    answer = airport.client(role, language).get(f"/cases/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def post(airport, path, role="epidemiologist", **told):
    return airport.client(role).post(f"/cases/{path}", told, follow=True)


def adopt(airport):
    return post(airport, f"{case_of(airport).id}/adopt/", rules="cn-2020")


def list_homes(airport):
    """Which home authorities the register says are to be told of contacts of the case."""
    owed = models.Owed.objects.filter(subject_id=str(case_of(airport).id), code="home_told")
    entries = {str(e.id): e.attributes for e in book.get(case=case_of(airport).id).entries}
    return {entries[row.key.rpartition("/")[2]]["home"] for row in owed}


def test_the_list_says_of_each_case_how_it_is_classed_and_what_is_open(found):
    register.tick(now=at(56))
    page = get(found)
    assert "C0001" in page and "without symptoms" in page and "no list adopted" in page
    assert "2 open" in page
    assert "尚未采用名单" in get(found, language="zh-hans")


def test_an_epidemiologist_opens_a_case_by_wristband_code(found):
    answer = post(found, "open/", code=found.code(1).lower())
    assert answer.redirect_chain and "C0002" in answer.content.decode()
    assert post(found, "open/", code="NOBODY").status_code == 422


def test_one_case_shows_its_contacts_why_and_that_nothing_is_on_record_yet(found):
    page = get(found, f"{case_of(found).id}/")
    assert "3 not on record yet" in page and "Adopt this list" in page
    for who in (1, 2, 3):
        assert found.code(who) in page
    assert "Same row or three rows before or behind" in page
    assert "ZHANG" not in page
    assert '<svg class="graph"' in page and '<svg class="seats"' in page


def test_adopting_the_list_says_what_it_changed_and_opens_tasks_by_owner(found):
    answer = adopt(found).content.decode()
    assert "Adopted: 3 new, 0 changed, 0 withdrawn." in answer
    assert "1 traveller is now moved and housed apart." in answer
    tasks = get(found, "tasks/", role="reception")
    assert found.code(1) in tasks and "Facility nurse" in tasks and "Facility lead" in tasks
    assert "C0001" not in tasks and found.code(0) not in tasks
    assert "You were near somebody who has tested positive" in tasks and "您最近与一名" in tasks


def test_a_task_is_done_once_by_whoever_tells_them_and_can_be_taken_back(found):
    adopt(found)
    listed = models.Evidence.objects.get(subject_id=str(found.port.travellers[1]), code="listed")
    told = {"step": "told", "language": "th", "evidence": "019a0000-0000-7000-8000-000000000001"}
    for _again in range(2):
        page = post(found, f"tasks/{listed.id}/", role="reception", **told).content.decode()
    assert "Done lately" in page
    assert models.Evidence.objects.filter(code="told").count() == 1
    page = post(found, f"tasks/{listed.id}/", role="reception", step="told", undo="on").content.decode()
    assert "Taken back" in page and "Done lately" not in page
    assert post(found, f"tasks/{listed.id}/", role="dispatcher", **told).status_code == 403


def test_class_and_dates_are_written_down_with_their_reason(found):
    case = case_of(found)
    page = post(
        found,
        f"{case.id}/class/",
        sort="confirmed",
        rules="cn-2020",
        because="pneumonia on CT",
        facts=["imaging"],
    ).content.decode()
    assert "pneumonia on CT" in page and "imaging" in page
    assert book.get(case=case.id).sort == "confirmed"
    assert post(found, f"{case.id}/class/", sort="confirmed", rules="cn-2020", because="").status_code == 422
    page = post(found, f"{case.id}/dates/", onset="2020-04-13T08:00").content.decode()
    assert "Look at the contacts again" in page
    ahead = (at(60) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert post(found, f"{case.id}/dates/", onset=ahead).status_code == 422
    assert post(found, f"{case.id}/note/", code="closed", because="").status_code == 409


def test_a_positive_corrected_asks_to_class_the_case_anew_and_ruled_out_frees_its_contacts(found):
    adopt(found)
    case = case_of(found)
    tube = models.Sample.objects.get(traveller_id=found.port.travellers[0]).tube
    told = intake.Correction(tube, "negative", "tubes were swapped", by=make_id(), second=make_id())
    intake.correct(correction=told, now=at(65))
    assert "C0001" in models.Issue.objects.get(record="case").title
    page = get(found, f"{case.id}/")
    assert "stands no more" in page and "Nobody knows yet when" in page
    page = post(
        found, f"{case.id}/class/", sort="excluded", rules="cn-2020", because="swapped"
    ).content.decode()
    assert "3 contacts are withdrawn" in page and "Ruled out: nobody" in page
    assert "stands no more" not in page and found.code(1) not in page
    assert not done.list_contacts(case=case.id, now=at(66))


def test_a_case_infected_inside_the_loop_stands_on_the_zero_board_and_leaves_it_when_found_otherwise(found):
    case, board = case_of(found), "/boards/tower/zeros/caused_case/"
    assert post(found, f"{case.id}/infected/", where="loop", because="").status_code == 422
    answer = post(found, f"{case.id}/infected/", where="loop", because="negative twice, then a shared room")
    assert "inside the loop" in answer.text
    assert f"/cases/{case.id}/" in found.client("commander").get(board).text
    post(found, f"{case.id}/infected/", where="before", because="sequenced: another lineage")
    assert f"/cases/{case.id}/" not in found.client("commander").get(board).text
    (row,) = models.Issue.objects.filter(record="case")
    assert row.sort == "problem" and models.IssueEvent.objects.filter(step="reclassed").count() == 1
    post(found, f"{case.id}/infected/", where="loop", because="sequenced again")
    assert models.Issue.objects.get(record="case").sort == "caused_case"


def test_whom_a_case_infected_outside_the_loop_stands_on_the_zero_board_and_opens_into_that_case(found):
    case, board = case_of(found), "/boards/tower/zeros/caused_case/"
    told = {"people": "2", "shown_by": "letter CDC-31"}
    assert "Spread outside the loop" not in get(found, f"{case.id}/")
    assert post(found, f"{case.id}/spread/", **told).status_code == 422  # still with us: nobody outside
    assert not models.Issue.objects.filter(record="case").exists()
    found.port.send(found.port.told(who=0, where="released", minute=57))
    assert "Spread outside the loop" in get(found, f"{case.id}/")
    assert "letter CDC-31" in post(found, f"{case.id}/spread/", **told).text
    post(found, f"{case.id}/infected/", where="loop", because="a shared room")
    assert found.client("commander").get(board).text.count(f"/cases/{case.id}/") == 3
    post(found, f"{case.id}/spread/", people="1", shown_by="letter CDC-32: one of them another lineage")
    assert found.client("commander").get(board).text.count(f"/cases/{case.id}/") == 2
    assert post(found, f"{case.id}/spread/", people="-1", shown_by="x").status_code == 422


def test_the_list_on_paper_has_names_and_the_look_is_written_down(found):
    adopt(found)
    page = get(found, f"{case_of(found).id}/paper/")
    assert "NGUYEN" in page and "ZHANG" not in page
    assert models.Access.objects.filter(what="contacts of a case").count() == 3


def test_contacts_who_have_left_go_as_a_file_to_their_home_authority_and_it_is_told(found):
    found.port.send(found.port.told(who=3, where="released", minute=57))
    adopt(found)
    case = case_of(found)
    page = get(found, f"{case.id}/")
    assert "Contacts who have left" in page and "<strong>China</strong>" in page
    told = declaration.Form(
        mobile="+86 1", email="a@example.org", stay=declaration.Address(name="Inn", city="Dali")
    )
    declaration.declare(
        traveller=found.port.travellers[3], declaration=told, by=None, source="traveller", now=at(40)
    )
    contact.give(
        traveller=found.port.travellers[3], contact=contact.Contact(telephone="+86 2"), by=None, now=at(50)
    )
    answer = post(found, f"{case.id}/export/", home="CHN", kind="json")
    (row,) = json.loads(answer.content)["contacts"]
    # How to reach them is what they said themselves, and what they corrected last.
    assert (row["telephone"], row["email"]) == ("+86 2", "a@example.org")
    asked = []
    for people in (found.port.travellers[3:], found.port.travellers):
        with CaptureQueriesContext(connection) as statements:
            contact.list_ways(travellers=people, listed={})
        asked.append(len(statements))
    assert len(set(asked)) == 1, "as many statements for one as for all"
    assert row["surname"] == "AUNG" and row["document_number"] == "E12345673"
    assert {"code", "address", "told_on", "result"}.isdisjoint(row)
    assert answer["Cache-Control"] == "no-store"
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert post(found, f"{case.id}/export/", home="CHN", kind=kind).content.startswith(begins)
    assert post(found, f"{case.id}/export/", home="THA", kind="csv").status_code == 409
    page = post(found, f"{case.id}/note/", code="home_told", home="CHN").content.decode()
    assert "Home authority told" in page


def test_a_released_contact_belongs_to_the_prefecture_that_accepted_them(found):
    puer, who, by = (
        open_prefecture(found.port, rests=()),
        found.port.travellers[3],
        found.people["partner"].pk,
    )
    found.port.send(found.port.told(who=3, where="released", minute=57))
    unit = {"traveller": who, "unit": puer.unit_id, "by": by}
    onward.step(**unit, step="offered", because="", now=at(57))
    adopt(found)
    assert "<strong>China</strong>" in get(found, f"{case_of(found).id}/")  # asked, and has not answered
    assert list_homes(found) == {"CHN"}
    onward.step(**unit, step="accepted", because="by letter", now=at(58))
    assert list_homes(found) == {str(puer.id)}  # nobody waits any more for word from the country
    onward.step(**unit, step="taken_back", because="of another child", now=at(59))
    assert list_homes(found) == {"CHN"}
    onward.step(**unit, step="offered", because="", now=at(60))
    onward.step(**unit, step="accepted", because="by letter", now=at(61))
    page = get(found, f"{case_of(found).id}/")
    assert "<strong>Pu&#x27;er prefecture</strong>" in page and "<strong>China</strong>" not in page
    answer = post(found, f"{case_of(found).id}/export/", home=str(puer.id), kind="json")
    assert json.loads(answer.content)["contacts"][0]["code"] == found.code(3)


def test_who_leaves_after_the_list_was_adopted_is_their_home_authority_s_until_the_scan_is_taken_back(found):
    adopt(found)
    assert list_homes(found) == set()
    told = found.port.told(who=2, where="released", minute=57)
    found.port.send(told)
    assert list_homes(found) == {"CHN"}
    custody.annul(scan=told.id, by=None, because="of the next in the queue", now=at(58))
    assert list_homes(found) == set()


def test_a_home_authority_tells_of_somebody_who_became_positive_after_leaving(found, tmp_path):
    found.port.send(found.port.told(who=2, where="released", minute=57))
    file = tmp_path / "told.csv"
    rows = [
        "document number,first positive sample,onset,letter",
        "E12345672,2020-04-15,2020-04-14,GD-7",
        "E99999999,2020-04-15,,GD-7",
        "E12345671,yesterday,,GD-7",
        ",2020-04-15,,GD-7",
    ]
    file.write_text("\n".join(rows))
    for first in (True, False):
        with file.open("rb") as data:
            answer = found.client("epidemiologist").post("/cases/reported/", {"file": data})
        page = answer.content.decode()
        assert ("opened; look at its contacts next" in page) is first
        assert "nobody of this port fits" in page and "row 4, sampled_on" in page and "row 5" in page
    case = book.get(case=book.find(subject=found.port.travellers[2]).id)
    assert (case.row.source, case.sort) == ("home", "confirmed")
    assert case.last("opened").attributes["reference"] == "GD-7"
    assert models.Case.objects.count() == 2
    assert len([e for e in case.entries if e.code == "dated"]) == 1
    with (tmp_path / "bad.csv").open("wb+") as data:
        data.write(b"\x00\x01")
        data.seek(0)
        assert found.client("epidemiologist").post("/cases/reported/", {"file": data}).status_code == 422


@pytest.mark.parametrize("role", ["dispatcher", "reception", "auditor", "partner", "escort"])
def test_a_case_is_for_the_epidemiologist_and_the_commander(found, role):
    for path in ("", f"{case_of(found).id}/", f"{case_of(found).id}/paper/", "reported/"):
        assert found.client(role).get(f"/cases/{path}").status_code == 403
