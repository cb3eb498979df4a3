"""The page of requests: a liaison sees their unit's, an officer their own, the command everybody's and answers."""

import pytest

from pratique.store import models
from pratique.store.ids import make_id

from .airport import Airport


def say(answer):
    return answer.content.decode()


@pytest.fixture
def unit(airport: Airport):
    found = models.Unit.objects.get(code="PSB")
    models.Person.objects.filter(pk=airport.people["staff"].pk).update(unit=found)
    return found


def ask(airport, role="liaison", text="Two coaches more tonight?"):
    told = {"id": make_id(), "text": text}
    return airport.client(role).post("/upward/ask/", told, follow=True)


def test_what_a_liaison_asks_the_commander_answers_and_both_see_it(airport: Airport, unit):
    page = say(ask(airport))
    assert "Two coaches more tonight?" in page and "Answer it" not in page
    row = models.Evidence.objects.get(code="request")
    commander = airport.client("commander")
    assert "Answer it" in say(commander.get("/upward/"))
    commander.post(f"/upward/{row.id}/answer/", {"id": make_id(), "text": "Granted"})
    assert "Granted" in say(airport.client("liaison").get("/upward/"))


def test_an_officer_sees_what_they_asked_and_nothing_of_others(airport: Airport, unit):
    ask(airport)
    page = say(ask(airport, "staff", "May I swap the gate key?"))
    assert "May I swap the gate key?" in page and "Two coaches" not in page
    assert "Two coaches" not in say(airport.client("dispatcher").get("/upward/"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_stands_empty_and_says_what_it_is_for(airport: Airport, unit, language):
    page = say(airport.client("liaison", language).get("/upward/"))
    assert ("Nothing waits for an answer" if language == "en" else "没有待答复") in page


def test_an_empty_request_is_refused_in_words(airport: Airport, unit):
    assert "Say what is to be decided" in say(ask(airport, text=" "))
    assert not models.Evidence.objects.filter(code="request").exists()
