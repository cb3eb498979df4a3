"""Somebody ill, step by step, traveller or not; counts at checkpoints; a screening withdrawn and done again."""

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening.illness import State
from pratique.services import checkpoint, illness, register, screening
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import checkpoints

from .port import at
from .test_screening import ask, channel_of, is_owed


def owed(kind, subject, minute):
    account = register.account_of(kind=kind, subject=str(subject), now=at(minute))
    return [
        (d.code, d.state.value)
        for d in account.duties
        if d.code.startswith("ill_") and d.state in ("due", "overdue")
    ]


def report(port, step="", have=(), minute=31, kind=Kind.TRAVELLER, subject=None):
    told = illness.Report(kind, subject or port.travellers[0], have, step)
    return illness.report(report=told, by=None, now=at(minute))


def test_each_step_is_owed_by_its_clock_until_it_is_on_record(port):
    ask(port, celsius=38.4)
    assert owed(Kind.TRAVELLER, port.travellers[0], 31) == [("ill_detect", "due")]
    assert owed(Kind.TRAVELLER, port.travellers[0], 36) == [("ill_detect", "overdue")]
    report(port, "detect", ["mask", "distance"], 37)
    assert owed(Kind.TRAVELLER, port.travellers[0], 38) == [("ill_interview", "due")]
    for minute, step in ((40, "interview"), (50, "report"), (60, "isolate_refer")):
        course = report(port, step, minute=minute)
    assert course.over
    assert owed(Kind.TRAVELLER, port.travellers[0], 61) == []


def test_what_is_there_is_noted_before_its_step_and_what_is_lacking_is_said(port):
    ask(port, celsius=38.4)
    course = report(port, have=["ambulance"])
    last = course.stages[-1]
    assert (last.state, "ambulance" in last.lacks, "isolation_room" in last.lacks) == (
        State.LATER,
        False,
        True,
    )
    course = report(port, "detect")
    assert course.following.step.code == "interview"
    assert course.following.state is State.LACKING
    with pytest.raises(Refused, match="ill_nothing"):
        report(port, have=["ambulance"])
    with pytest.raises(Refused, match="word_unknown"):
        report(port, have=["champagne"])
    with pytest.raises(Refused, match="step_unknown"):
        report(port, "guess")


def test_a_step_reported_twice_is_on_record_once(port):
    ask(port, celsius=38.4)
    report(port, "detect"), report(port, "detect", minute=33)
    assert models.Evidence.objects.filter(code="ill_step").count() == 1


def test_a_screening_taken_back_is_owed_again_and_done_again(port):
    ask(port, celsius=38.4)
    assert channel_of(port) == "symptomatic"
    one = make_id()
    with pytest.raises(Refused, match="reason_missing"):
        screening.take_back(traveller=port.travellers[0], because="", by=one, now=at(32))
    screening.take_back(
        traveller=port.travellers[0], because="the neighbour's temperature", by=one, now=at(32)
    )
    assert channel_of(port) == ""
    assert is_owed(port)
    assert owed(Kind.TRAVELLER, port.travellers[0], 40) == []
    ask(port, minute=34)
    assert channel_of(port) == "ordinary"
    with pytest.raises(Refused, match="screening_missing"):
        screening.take_back(traveller=port.travellers[1], because="x", by=one, now=at(35))


def test_to_consider_writes_nothing_and_names_what_could_still_change_it(port):
    found = screening.consider(interview=screening.Interview(port.travellers[0], celsius=36.5), now=at(30))
    assert {"unwell", "fever", "history_level"} <= set(found.decision.missing)
    assert not models.Evidence.objects.filter(code__in=["screened", "temperature"]).exists()


@pytest.fixture
def gate(db):
    return checkpoint.open_checkpoint(code="t1", name_zh="员工通道", name_en="Staff gate")


def test_heads_are_counted_by_hour_and_a_mistake_is_undone(port, gate):
    one = make_id()
    tap = checkpoint.Tap(gate.id, "staff", 5, make_id())
    for _ in range(2):
        checkpoint.count(tap=tap, by=one, now=at(10))
    checkpoint.count(tap=checkpoint.Tap(gate.id, "crew"), by=one, now=at(70))
    checkpoint.count(tap=checkpoint.Tap(gate.id, "visitor", 9), by=one, now=at(71))
    checkpoint.undo(checkpoint=gate.id, by=one, now=at(72))
    hours = checkpoints.count_hours(since=at(-600), until=at(600))
    assert [(h.sort, h.heads) for h in hours] == [("staff", 5), ("crew", 1)]
    with pytest.raises(Refused, match="undo_nothing"):
        checkpoint.undo(checkpoint=gate.id, by=make_id(), now=at(73))
    for wrong in (
        checkpoint.Tap(gate.id, "staff", 0),
        checkpoint.Tap(gate.id, "dog"),
        checkpoint.Tap(make_id(), "staff"),
    ):
        with pytest.raises(Refused):
            checkpoint.count(tap=wrong, by=one, now=at(74))


def test_a_finding_leads_to_the_same_steps_and_a_mistake_ends_them(port, gate):
    found = checkpoint.find(found=checkpoint.Found(gate.id, "staff", 37.9, ["cough"]), by=None, now=at(10))
    assert (Kind.FINDING, str(found.id)) in register.list_subjects()
    assert owed(Kind.FINDING, found.id, 11) == [("ill_detect", "due")]
    report(port, "detect", ["mask"], 12, Kind.FINDING, found.id)
    assert owed(Kind.FINDING, found.id, 13) == [("ill_interview", "due")]
    other = checkpoint.find(found=checkpoint.Found(gate.id, "crew", 38.0), by=None, now=at(14))
    assert other.number == found.number + 1
    checkpoint.withdraw(finding=other.id, because="a hot cup", by=None, now=at(15))
    assert owed(Kind.FINDING, other.id, 16) == []
    with pytest.raises(Refused, match="finding_empty"):
        checkpoint.find(found=checkpoint.Found(gate.id, "staff"), by=None, now=at(16))
