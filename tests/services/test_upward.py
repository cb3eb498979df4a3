"""A unit asks, the command answers by a time; nobody asks for another unit, nothing is answered twice."""

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import health, register
from pratique.services.force import shift_handover, upward
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import upward as asked

from .port import at


@pytest.fixture
def liaison(port):
    unit = models.Unit.objects.create(code="PSB", name_zh="市公安局", name_en="City police")
    return models.Person.objects.create(username="l1", name_zh="张某", unit=unit, role="liaison")


def ask(liaison, minute=0, **more):
    said = upward.Ask(liaison.unit_id, "Two coaches more tonight?")
    return upward.ask(said=said, by=liaison.pk, now=at(minute), **more)


def owed(liaison, minute):
    account = register.account_of(kind=Kind.UNIT, subject=str(liaison.unit_id), now=at(minute))
    return [
        (d.state, d.owner) for d in account.duties if d.code == "request" and d.state in ("due", "overdue")
    ]


def test_a_request_is_owed_an_answer_by_the_commander_and_late_after_four_hours(liaison):
    row = ask(liaison)
    assert owed(liaison, 10) == [("due", "duty_commander")]
    assert owed(liaison, 241) == [("overdue", "duty_commander")]
    upward.answer(about=row.id, text="Granted: two from the city.", by=make_id(), now=at(250))
    assert owed(liaison, 260) == []
    (one,) = asked.list_upward(since_at=at(-60))
    assert (one.answer, one.by.pk) == ("Granted: two from the city.", liaison.pk)


def test_the_same_sent_twice_is_once_and_nothing_is_answered_twice(liaison):
    name, reply = make_id(), make_id()
    rows = {ask(liaison, request_id=name).id for _ in range(2)}
    assert rows == {name}
    for _ in range(2):
        upward.answer(about=name, text="Yes", by=make_id(), now=at(5), answer_id=reply)
    with pytest.raises(Refused, match="ask_answered"):
        upward.answer(about=name, text="No", by=make_id(), now=at(6))


def test_one_asks_for_ones_own_unit_and_in_words(liaison):
    other = models.Unit.objects.create(code="FD", name_zh="消防", name_en="Fire brigade")
    with pytest.raises(Refused, match="unit_not_yours"):
        upward.ask(said=upward.Ask(other.id, "More men"), by=liaison.pk, now=at(0))
    with pytest.raises(Refused, match="request_missing"):
        upward.ask(said=upward.Ask(liaison.unit_id, "  "), by=liaison.pk, now=at(0))
    with pytest.raises(Refused, match="ask_unknown"):
        upward.answer(about=make_id(), text="Yes", by=make_id(), now=at(1))


def test_a_report_may_be_answered_and_a_nil_report_is_nothing_to_answer(liaison):
    health.report_unit(told=health.UnitReport(liaison.unit_id), by=liaison.pk, now=at(0))
    row = health.report_unit(
        told=health.UnitReport(liaison.unit_id, "The hall leaks"), by=liaison.pk, now=at(1)
    )
    assert owed(liaison, 400) == []
    upward.answer(about=row.id, text="A plumber comes at four", by=make_id(), now=at(5))
    (one,) = asked.list_upward(since_at=at(-60), unit=liaison.unit_id)
    assert (one.sort, one.answer) == ("report", "A plumber comes at four")


def test_what_waits_for_an_answer_stands_on_the_sheet_of_the_hand_over(liaison):
    row = ask(liaison)
    assert [one[0] for one in shift_handover.fill(now=at(5))["requests"]] == [str(row.id)]
    upward.answer(about=row.id, text="Yes", by=make_id(), now=at(6))
    assert shift_handover.fill(now=at(7))["requests"] == []
