"""An ill traveller: detect, interview, report, isolate and refer, each with what it needs."""

from datetime import UTC, datetime, timedelta

import pytest

from pratique.core.answers import Refused
from pratique.core.screening import illness
from pratique.core.screening.illness import State

from .desk import CN

NOON = datetime(2020, 3, 20, 12, 0, tzinfo=UTC)
EVERYTHING = frozenset(CN.needs)


def follow(done=(), have=EVERYTHING, now=NOON):
    return illness.follow(edition=CN, done=dict.fromkeys(done, NOON), have=have, now=now)


def states(stages):
    return [stage.state for stage in stages]


def test_the_steps_follow_one_another():
    assert states(follow()) == [State.READY, State.LATER, State.LATER, State.LATER]
    assert states(follow(["detect", "interview"])) == [State.DONE, State.DONE, State.READY, State.LATER]
    assert set(states(follow(["detect", "interview", "report", "isolate_refer"]))) == {State.DONE}


def test_what_a_step_lacks_is_told_before_it_is_reached():
    stages = follow(["detect"], EVERYTHING - {"separate_room", "ambulance"})
    assert states(stages)[1] is State.LACKING
    assert [stage.lacks for stage in stages] == [(), ("separate_room",), (), ("ambulance",)]


def test_isolation_does_not_wait_for_the_report_which_stays_open():
    stages = follow(["detect", "interview", "isolate_refer"])
    assert states(stages)[2:] == [State.READY, State.DONE]
    assert [stage.early for stage in stages] == [False, False, False, True]


@pytest.mark.parametrize(("minutes", "overdue"), [(29, False), (30, True)])
def test_the_interview_is_due_half_an_hour_after_the_detection(minutes, overdue):
    stages = follow(["detect"], now=NOON + timedelta(minutes=minutes))
    assert stages[1].due_at == NOON + timedelta(minutes=30)
    assert stages[1].overdue is overdue
    assert not stages[2].overdue


def test_a_step_nobody_knows_is_refused():
    with pytest.raises(Refused, match="step_unknown"):
        follow(["quarantine"])
