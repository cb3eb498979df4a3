"""Calls for help: owed an answer until there is one; what was said is sealed and can be erased."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind
from pratique.services import identity, register
from pratique.services.stay import call
from pratique.store import models

from .port import NOON as LANDED_AT


def list_owed(port, now):
    account = register.account_of(kind=Kind.TRAVELLER, subject=str(port.travellers[0]), now=now)
    return [d.state for d in account.duties if d.code == "help"]


def test_a_call_is_owed_an_answer_until_it_has_one(port):
    who, now = port.travellers[0], LANDED_AT + timedelta(hours=1)
    asked = call.call_for_help(traveller=who, sort="medical", text="I need my insulin", now=now)
    assert list_owed(port, now) == [State.DUE]
    assert list_owed(port, now + timedelta(hours=2)) == [State.OVERDUE]
    call.answer(call=asked.id, text="A nurse is with you", by=uuid4(), now=now + timedelta(minutes=8))
    assert list_owed(port, now + timedelta(hours=2)) == [State.DISCHARGED]
    (shown,) = call.read(traveller=who)
    assert (shown.said, shown.answered) == ("I need my insulin", "A nurse is with you")
    assert shown.by_themselves


def test_sent_twice_it_is_one_call_and_answered_twice_is_refused(port):
    who, now, name = port.travellers[0], LANDED_AT + timedelta(hours=1), uuid4()
    for _ in range(2):
        call.call_for_help(traveller=who, sort="food", text="No pork", now=now, call_id=name)
    assert models.HelpCall.objects.count() == 1
    call.answer(call=name, text="Told the kitchen", by=uuid4(), now=now)
    with pytest.raises(Refused, match="help_call_answered"):
        call.answer(call=name, text="Again", by=uuid4(), now=now)
    with pytest.raises(Refused, match="help_call_of_another"):
        call.call_for_help(traveller=port.travellers[1], sort="food", text="", now=now, call_id=name)


def test_what_was_said_is_unreadable_at_rest_and_goes_with_the_identity(port):
    who, now = port.travellers[0], LANDED_AT + timedelta(hours=1)
    call.call_for_help(traveller=who, sort="psychological", text="I cannot sleep", now=now)
    assert b"sleep" not in bytes(models.HelpCall.objects.get().said)
    assert not models.Evidence.objects.filter(attributes__icontains="sleep").exists()
    identity.write(identities={who: identity.Identity(surname="LI")}, erase_on=date(2020, 5, 1))
    assert call.erase_due(on=date(2020, 6, 1), now=now) == 0  # still held
    models.Position.objects.filter(traveller_id=who).update(
        inside=False, holder_kind="exit", since_at=LANDED_AT - timedelta(days=20)
    )
    assert call.erase_due(on=date(2020, 4, 30), now=now) == 0
    assert call.erase_due(on=date(2020, 5, 1), now=now) == 1
    (shown,) = call.read(traveller=who)
    assert (shown.said, shown.sort) == ("", "psychological")


def test_a_call_about_nobody_or_for_nothing_known_is_refused(port):
    now = LANDED_AT
    with pytest.raises(Refused, match="traveller_unknown"):
        call.call_for_help(traveller=uuid4(), sort="medical", text="", now=now)
    with pytest.raises(Refused, match="help_sort_unknown"):
        call.call_for_help(traveller=port.travellers[0], sort="gold", text="", now=now)
    assert not models.Evidence.objects.filter(code="help_request").exists()
