"""The door to a post asks for what the draw, the roster and the training page ask for: the modules of that post, on that day."""

from datetime import timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import force, health, register
from pratique.services.force import attendance, rules, training, watch
from pratique.store import models

from .squad import FIRST_ON, Squad, at


@pytest.fixture
def squad(db):
    return Squad(officers_each=3)


def put(squad, post):
    """Somebody is put to a post for the day, with no mark of any module yet."""
    who = squad.of_unit(0)[0].id
    models.TrainingMark.objects.filter(person_id=who).delete()
    force.deploy(duty=force.Duty(who, FIRST_ON, at(8), at(20), "A", "day", post))
    return who


def teach(squad, who, module, days_ago, passed=True):
    lesson = training.Lesson(module, at(9, -days_ago), {who: passed})
    training.hold(lesson=lesson, by=squad.clerk.id, now=at(7))


def come(who):
    return attendance.tap(person=who, by=who, now=at(8)).in_at is not None


def stand(who):
    """What the watch over posts says of somebody in the day shift."""
    stands = watch.list_stands(now=at(7.8), until=at(9))
    return next(one.state for post in stands for one in post.holders if one.person.id == who)


def test_who_was_last_taught_thirty_one_days_ago_takes_up_the_post_they_are_valid_for(squad):
    who = put(squad, "information")
    for module in ("law", "protocol"):
        teach(squad, who, module, 31)
    assert come(who)


def test_who_retakes_a_test_and_fails_keeps_what_they_passed_and_their_post(squad):
    who = put(squad, "information")
    for module in ("law", "protocol"):
        teach(squad, who, module, 3)
    questions = rules.get_training().modules["law"].questions
    wrong = [(one.right + 1) % len(one.answers) for one in questions]
    assert not training.take_test(module="law", answers=wrong, by=who, now=at(7.5)).passed
    assert come(who)


def test_a_drill_yesterday_opens_no_post_whose_own_module_has_lapsed(squad):
    who = put(squad, "information")
    teach(squad, who, "law", 3)
    teach(squad, who, "protocol", 45)
    teach(squad, who, "drill", 1)
    found = health.judge(person=who, now=at(7.8))
    assert [(one.module, one.state) for one in found.untaught] == [("protocol", "lapsed")]
    assert [one.condition.code for one in found.wanting] == ["trained"] and not found.held
    with pytest.raises(Refused, match="post_barred"):
        come(who)
    assert (
        stand(who) == "barred"
    )  # whoever the door will turn away is not counted on before, so the post alarms
    right = [one.right for one in rules.get_training().modules["protocol"].questions]
    training.take_test(module="protocol", answers=right, by=who, now=at(7.9))
    assert stand(who) == "confirmed"
    assert come(who)


def test_a_module_holds_on_its_last_day_and_for_a_shift_that_begins_on_it(squad):
    who = put(squad, "information")
    teach(squad, who, "law", 3)
    teach(squad, who, "protocol", 44)
    assert come(who)
    tomorrow = FIRST_ON + timedelta(days=1)
    assert [one.state for one in training.list_standings(people_ids=[who], on=tomorrow)[who]].count(
        "lapsed"
    ) == 1


def test_who_has_no_shift_is_asked_for_no_module(squad):
    who = squad.of_unit(0)[0].id
    models.TrainingMark.objects.filter(person_id=who).delete()
    assert register.account_of(kind=Kind.STAFF, subject=str(who), now=at(0)) is not None
    assert health.judge(person=who, now=at(0)).untaught == ()
