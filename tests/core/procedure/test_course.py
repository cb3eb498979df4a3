"""One step at a time, each with its own clock; nothing out of turn is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.procedure import course

NOON = datetime(2020, 4, 15, 4, 0, tzinfo=UTC)
(REFUSAL,) = (one for one in protocols.list_procedures() if one.code == "refusal")


def at(minute):
    return NOON + timedelta(minutes=minute)


def taken(step, outcome, minute, by="a"):
    return course.Taken(step, outcome, at(minute), by, "said", "order 1")


def follow(*steps, minute):
    return course.follow(procedure=REFUSAL, taken=steps, began_at=NOON, now=at(minute))


def test_the_first_step_is_due_within_its_minutes():
    begun = follow(minute=10)
    assert (begun.now.code, begun.due_at, begun.overdue) == ("explain", at(15), False)
    assert follow(minute=16).overdue


def test_each_outcome_leads_to_its_step_and_the_clock_starts_anew():
    second = follow(taken("explain", "refused", 20), minute=30)
    assert (second.now.code, second.due_at, second.late) == ("supervisor", at(40), ("explain",))
    ended = follow(taken("explain", "agreed", 5), taken("record", "recorded", 9), minute=30)
    assert (ended.now, ended.due_at, ended.overdue) == (None, None, False)


def test_a_step_sent_twice_or_out_of_turn_changes_nothing():
    first = taken("explain", "refused", 5)
    assert follow(first, first, taken("minimum", "done", 6), minute=10).now.code == "supervisor"


@pytest.mark.parametrize(
    ("taking", "code"),
    [
        (taken("minimum", "done", 6, "b"), "step_not_due"),
        (taken("supervisor", "recorded", 6, "b"), "outcome_unknown"),
        (taken("supervisor", "refused", 6, "a"), "second_person_needed"),
        (course.Taken("supervisor", "refused", at(6), "b"), "note_missing"),
    ],
)
def test_what_may_not_be_done_now_is_refused(taking, code):
    with pytest.raises(Refused) as refused:
        course.check(course=follow(taken("explain", "refused", 5), minute=6), taking=taking)
    assert refused.value.code == code


def test_a_written_order_has_a_number_and_nothing_follows_the_end():
    way = [taken("explain", "refused", 5), taken("supervisor", "refused", 9, "b")]
    with pytest.raises(Refused, match="document_missing"):
        course.check(
            course=follow(*way, minute=10), taking=course.Taken("order", "refused", at(10), "c", "x")
        )
    over = follow(taken("explain", "agreed", 5), taken("record", "recorded", 9), minute=30)
    with pytest.raises(Refused, match="procedure_over"):
        course.check(course=over, taking=taken("record", "recorded", 31))
