"""A traveller who refuses: word, supervisor, written order, the least the law allows, record; each with its hour and name."""

from django.urls import reverse

from pratique.services import clock
from pratique.store import models
from pratique.store.ids import make_id

from .airport import at


def begin(airport, client, code="refusal"):
    run = make_id()
    told = {"run": run, "procedure": code, "code": airport.code(0)}
    answer = client.post(reverse("procedure-begin"), told)
    assert answer["Location"] == reverse("procedure", args=[run])
    return run


def take(client, run, step, outcome, **more):
    told = {"step": step, "outcome": outcome, "note": "said no", "evidence": make_id(), **more}
    told["back"] = reverse("procedure", args=[run])
    return client.post(reverse("procedure-take", args=[run]), told, follow=True).content.decode()


def test_a_traveller_who_refuses_is_met_step_by_step_by_several_people(airport):
    screener, commander = airport.client("screener"), airport.client("commander")
    run = begin(airport, screener)
    first = screener.get(reverse("procedure", args=[run])).content.decode()
    assert "Explain" in first
    assert "May I ask why?" in first
    take(screener, run, "explain", "refused")
    alone = take(screener, run, "supervisor", "refused")
    assert "it takes two people" in alone.lower() or "somebody else" in alone.lower()
    assert models.Evidence.objects.filter(code="procedure_step", about=str(run)).count() == 1
    take(commander, run, "supervisor", "refused")
    without = take(screener, run, "order", "refused")
    assert "number of the written order" in without
    take(screener, run, "order", "refused", document="KMG 2020-17")
    clock.set_clock(at=at(130), speed=0)
    assert "overdue" in commander.get(reverse("procedure", args=[run])).content.decode()
    take(commander, run, "minimum", "stopped")
    page = take(commander, run, "record", "recorded")
    assert "The procedure is over" in page
    assert "KMG 2020-17" in page
    assert "Officer screener" in page
    assert "Officer commander" in page
    steps = models.Evidence.objects.filter(code="procedure_step", about=str(run)).order_by("seq")
    assert [s.attributes["step"] for s in steps] == ["explain", "supervisor", "order", "minimum", "record"]
    assert {s.by_id for s in steps} == {airport.people["screener"].pk, airport.people["commander"].pk}


def test_whoever_agrees_at_once_is_never_ordered_anything(airport):
    client = airport.client("screener")
    run = begin(airport, client)
    page = take(client, run, "explain", "agreed")
    assert "Record and after-care" in page


def test_a_step_sent_twice_is_one(airport):
    client = airport.client("screener")
    run, name = begin(airport, client), make_id()
    for _ in range(2):
        take(client, run, "explain", "refused", evidence=name)
    assert models.Evidence.objects.filter(code="procedure_step", about=str(run)).count() == 1


def test_procedures_under_way_stand_on_a_list_and_on_the_travellers_page(airport):
    client = airport.client("screener", language="zh-hans")
    run = begin(airport, client, "vulnerable")
    for where in (reverse("procedures"), reverse("traveller", args=[airport.port.travellers[0]])):
        page = client.get(where).content.decode()
        assert reverse("procedure", args=[run]) in page
        assert "未成年人与需要照顾者" in page


def test_a_code_that_is_nobodys_begins_nothing(airport):
    told = {"run": make_id(), "procedure": "calm", "code": "NOBODY"}
    answer = airport.client("screener").post(reverse("procedure-begin"), told)
    assert answer.status_code == 422
    assert not models.Evidence.objects.filter(code="procedure_step").exists()
