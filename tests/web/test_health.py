"""The pages of staff health: silence is red at its deadline, a nil report is an answer, and only the health lead sees why."""

from datetime import timedelta

import pytest

from pratique.core.duties.vocabulary import Kind
from pratique.services import clock, health, register
from pratique.store import models
from pratique.store.ids import make_id

from .airport import PASSWORD, at


@pytest.fixture
def force(airport):
    """The unit has joined the day before; its people are on duty and trained."""
    unit = models.Unit.objects.get(code="PSB")
    models.Deployment.objects.create(
        person=airport.people["clerk"], unit=unit, on=at(-1000).date(), starts_at=at(-1000), ends_at=at(-520)
    )
    for role in ("escort", "liaison"):
        models.Deployment.objects.create(
            person=airport.people[role],
            unit=unit,
            on=at(0).date(),
            starts_at=at(-60),
            ends_at=at(420),
            in_at=at(-60),
        )
    return airport


def look(airport, minute, role="commander", path="/health/"):
    clock.set_clock(at=at(minute), speed=0)
    register.tick(now=at(minute))
    return airport.client(role).get(path)


def test_a_unit_that_says_nothing_is_red_within_a_minute_of_its_deadline(force):
    due = register.account_of(kind=Kind.UNIT, subject=str(models.Unit.objects.get(code="PSB").pk), now=at(0))
    deadline = next(d.overdue_at for d in due.duties if d.code == "report" and d.overdue_at > at(0))
    before = (deadline - at(0)).total_seconds() / 60
    assert "no unit is silent" in look(force, before - 1).text
    clock.set_clock(at=deadline + timedelta(seconds=59), speed=0)  # and no round of the register in between
    page = force.client("commander").get("/health/picture/")
    assert "1 unit silent" in page.text


def test_a_nil_report_is_an_answer(force):
    unit = models.Unit.objects.get(code="PSB").pk
    liaison = force.client("liaison")
    clock.set_clock(at=at(30), speed=0)
    answer = liaison.post(f"/health/units/{unit}/report/", {"sort": "nil", "id": make_id()}, follow=True)
    assert answer.status_code == 200 and "nil" in answer.text
    assert "no unit is silent" in look(force, 300).text


def test_a_report_without_a_word_is_not_sent(force):
    unit = models.Unit.objects.get(code="PSB").pk
    force.client("liaison").post(
        f"/health/units/{unit}/report/", {"sort": "text", "text": " ", "id": make_id()}
    )
    assert not models.Evidence.objects.filter(subject_kind="unit", code__in=["report", "nil_report"]).exists()


def test_a_liaison_sees_only_their_own_unit_and_nobodys_reasons(force):
    other = models.Unit.objects.create(code="CDC", name_zh="疾控中心", name_en="CDC")
    assert force.client("liaison").get(f"/health/units/{other.pk}/").status_code == 404
    health.expose(person=force.people["escort"].pk, because="breach", by=None, now=at(10))
    unit = models.Unit.objects.get(code="PSB").pk
    page = look(force, 60, "liaison", f"/health/units/{unit}/").text
    assert "not at a post for now" in page and "exposed" not in page.lower() and "breach" not in page.lower()
    for person in force.people.values():
        assert force.client("liaison").get(f"/health/people/{person.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("well", "celsius", "said"),
    [
        ("yes", "36,5", "Your report of today is in"),
        ("yes", "38.0", "health lead calls you"),
        ("no", "", "health lead calls you"),
    ],
)
def test_somebody_reports_how_they_are(force, well, celsius, said):
    answer = force.client("escort").post(
        "/health/own/report/", {"well": well, "celsius": celsius, "id": make_id()}, follow=True
    )
    assert said in answer.text


@pytest.mark.parametrize("celsius", ["365", "warm"])
def test_a_thermometer_that_cannot_be_is_said_so_and_nothing_is_kept(force, celsius):
    answer = force.client("escort").post(
        "/health/own/report/",
        {"well": "yes", "celsius": celsius, "id": make_id(), "back": "/health/own/"},
        follow=True,
    )
    assert "30" in answer.text or "temperature" in answer.text.lower()
    assert not models.Evidence.objects.filter(code="health_report").exists()


def test_the_health_lead_takes_somebody_off_and_back_and_corrects_a_slip(force):
    person = force.people["escort"].pk
    lead = force.client("epidemiologist")
    path = f"/health/people/{person}/"
    page = lead.post(path + "act/", {"act": "expose", "because": "ride", "id": make_id()}, follow=True).text
    assert "Ride with a case" in page and "No exposure since back at work" in page
    wrong = models.Evidence.objects.get(code="exposed").id
    page = lead.post(
        path + "act/", {"act": "take_back", "evidence": wrong, "note": "another bus"}, follow=True
    ).text
    assert "Ride with a case</span>" not in page
    answer = lead.post(path + "act/", {"act": "return", "id": make_id(), "back": path}, follow=True)
    assert "Not every condition of the return holds yet" in answer.text


def test_a_negative_of_the_staff_typed_by_hand_is_signed_by_two_and_by_nobody_for_themselves(force):
    person = force.people["escort"].pk
    lead, path = force.client("epidemiologist"), f"/health/people/{person}/"
    lead.post(path + "act/", {"act": "swab", "tube": "S-1", "id": make_id()})
    told = {"act": "result", "tube": "S-1", "result": "negative", "back": path}
    assert "second person" in lead.post(path + "act/", told, follow=True).text
    own = {"second_name": "escort", "second_password": PASSWORD}
    assert "themselves" in lead.post(path + "act/", told | own, follow=True).text
    assert models.Sample.objects.get(tube="S-1").result == ""
    two = {"second_name": "commander", "second_password": PASSWORD}
    assert "negative" in lead.post(path + "act/", told | two, follow=True).text.lower()
    assert models.Sample.objects.get(tube="S-1").result == "negative"


def test_what_was_asked_for_in_confidence_is_seen_by_the_health_lead_alone(force):
    force.client("escort").post("/health/own/support/", {"id": make_id()})
    assert "Asked for support" in look(force, 61, "epidemiologist").text
    assert "Asked for support" not in look(force, 61, "commander").text
    unit = models.Unit.objects.get(code="PSB").pk
    assert "upport" not in look(force, 61, "liaison", f"/health/units/{unit}/").text
