"""What was done for a person, written down by hand: the loop can be worked without a phone."""

import re
from datetime import timedelta

import pytest

from pratique.core.duties.vocabulary import Kind
from pratique.services import clock, register
from pratique.store import models

from .airport import PASSWORD


def address(airport, who=0):
    return f"/travellers/{airport.port.travellers[who]}/"


def write(airport, role="reception", **typed):
    return airport.client(role).post(f"{address(airport)}record/", typed, follow=True)


def stored(code):
    return list(models.Evidence.objects.filter(code=code).order_by("seq"))


def test_a_temperature_stands_in_the_timeline_and_is_no_longer_owed(airport):
    airport.settle(0)
    clock.set_clock(at=clock.now() + timedelta(hours=2), speed=0)  # within the hours of the evening round
    said = write(airport, act="temperature", celsius="36.8", method="ear", symptomatic="no")
    assert said.status_code == 200
    (piece,) = stored("temperature")
    assert piece.attributes == {"celsius": 36.8, "method": "ear", "symptomatic": False}
    assert piece.subject_id == str(airport.port.travellers[0])
    assert "36.8" in said.content.decode()
    owed = register.account_of(kind=Kind.TRAVELLER, subject=piece.subject_id, now=clock.now())
    assert any(str(piece.id) in duty.evidence for duty in owed.duties if duty.code == "temperature")


def test_sent_twice_it_is_written_once(airport):
    airport.settle(0)
    page = airport.client("reception").get(address(airport)).content.decode()
    evidence = re.search(r'value="temperature"><input type="hidden" name="evidence" value="([^"]+)"', page)[1]
    for _ in range(2):
        write(airport, act="temperature", celsius="36.8", method="ear", symptomatic="no", evidence=evidence)
    assert len(stored("temperature")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        {"celsius": "99", "method": "ear", "symptomatic": "no"},
        {"celsius": "nan", "method": "ear", "symptomatic": "no"},
        {"celsius": "", "method": "ear", "symptomatic": "no"},
        {"celsius": "36.8", "method": "guess", "symptomatic": "no"},
        {"celsius": "36.8", "method": "ear"},
    ],
)
def test_what_cannot_be_comes_back_and_nothing_is_written(airport, typed):
    airport.settle(0)
    clock.set_clock(at=clock.now() + timedelta(hours=2), speed=0)  # within the hours of the evening round
    said = write(airport, act="temperature", **typed)
    assert said.status_code == 422
    assert "field-error" in said.content.decode()
    assert not stored("temperature")


def test_rights_are_told_together_with_the_measure_that_they_are_about(airport):
    airport.settle(0)
    write(airport, act="notice", measure="central isolation", language="th", understood="yes")
    (measure,), (notice,) = stored("measure_ordered"), stored("notice")
    assert measure.attributes == {"measure": "central isolation"}
    assert (notice.about, notice.attributes) == (str(measure.id), {"language": "th", "understood": True})
    owed = register.account_of(kind=Kind.TRAVELLER, subject=notice.subject_id, now=clock.now())
    assert any(str(notice.id) in duty.evidence for duty in owed.duties if duty.code == "notice")


def test_a_measure_that_was_ordered_without_a_notice_is_named_and_not_ordered_again(airport):
    airport.settle(0)
    traveller = str(airport.port.travellers[0])
    models.Evidence.objects.create(
        id=traveller, subject_kind="traveller", subject_id=traveller, code="measure_ordered", about="",
        attributes={"measure": "home isolation"}, happened_at=clock.now(), recorded_at=clock.now(),
    )  # fmt: skip
    page = airport.client("reception").get(address(airport)).content.decode()
    assert "Ordered without a notice so far: home isolation" in page
    write(airport, act="notice", language="en", understood="no")
    assert len(stored("measure_ordered")) == 1
    assert stored("notice")[0].about == traveller


def test_a_sample_and_its_result_are_written_and_a_tube_of_another_is_refused(airport):
    airport.settle(0)
    swab = {"act": "sample", "tube": "KMG1", "site": "nasopharyngeal", "kit": "A", "laboratory": "L"}
    assert write(airport, **swab).status_code == 200
    assert stored("sample")[0].attributes["lab"] == "L"
    assert write(airport, act="result", tube="KMG2", result="positive").status_code == 422
    assert write(airport, act="result", tube="KMG1", result="positive").status_code == 200
    assert models.Sample.objects.get().result == "positive"
    again = airport.client("reception").post(f"{address(airport, 1)}record/", swab)
    assert again.status_code == 422
    assert models.Sample.objects.count() == 1


def test_nobody_types_a_negative_alone(airport):
    airport.settle(0)
    write(airport, act="sample", tube="KMG1", site="nasopharyngeal", kit="A", laboratory="L")
    negative = {"act": "result", "tube": "KMG1", "result": "negative"}
    for signed, said in (
        ({}, "A negative typed by hand needs a second signature"),
        ({"second_name": "reception", "second_password": PASSWORD}, "Somebody else must confirm this"),
        ({"second_name": "screener", "second_password": "guessed"}, "password"),
    ):
        answer = write(airport, **negative, **signed)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not stored("result")
    done = write(airport, **negative, second_name="screener", second_password=PASSWORD)
    assert done.status_code == 200
    (piece,) = stored("result")
    assert piece.attributes["second"] == str(airport.people["screener"].pk)
    timeline = done.content.decode()
    assert "second signature screener" in timeline
    assert PASSWORD not in timeline


def test_an_act_the_page_does_not_have_is_refused(airport):
    airport.settle(0)
    assert write(airport, act="release").status_code in (400, 409, 422)
    assert not stored("release")


def test_whoever_may_only_look_is_offered_no_form(airport):
    airport.settle(0)
    assert "Write it down" not in airport.client("auditor").get(address(airport)).content.decode()
    assert write(airport, role="auditor", act="temperature").status_code == 403


def test_values_are_said_in_the_language_of_the_page(airport):
    airport.settle(0)
    write(airport, act="temperature", celsius="36.8", method="forehead", symptomatic="no")
    client = airport.client("reception")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(airport)).content.decode()
    assert "额温" in page
    timeline = page[page.index('class="timeline') : page.index("</ol>", page.index('class="timeline'))]
    assert "forehead" not in timeline


def test_whoever_may_not_have_been_on_board_has_the_carriers_word_on_their_page_until_a_post_sees_them(
    airport,
):
    told = {"said_by": "Ms Li, check-in", "said_at": "2020-04-15T09:00", "document": "CLS 7"}
    shown = write(airport, act="carrier", **told).content.decode()
    (piece,) = stored("carrier_word")
    assert (piece.attributes["said_by"], piece.attributes["document"]) == (told["said_by"], "CLS 7")
    assert told["said_by"] in shown and 'value="carrier"' in shown
    airport.settle(0)
    assert 'value="carrier"' not in airport.client("screener").get(address(airport)).content.decode()
