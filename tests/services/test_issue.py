"""A problem found is mended, checked by somebody else, and counted for what it was."""

from datetime import date

import pytest

from pratique.core.answers import Refused
from pratique.services import bulletin, issue
from pratique.store.ids import make_id

from .port import at

DAY = date(2020, 4, 15)


@pytest.fixture
def found(port):
    raised = issue.raise_issue(found=issue.Found("problem", "the thermometer reads low"), by=None, now=at(10))
    return raised.id


def step(found, what, by, minute):
    return issue.step(issue=found, step=what, because="looked at it", by=by, now=at(minute)).state


def counted():
    published = bulletin.publish(on=DAY, by=None, now=at(300))
    assert published.objections == ()
    codes = ("issues_opened", "issues_closed", "issues_reopened", "issues_open")
    return tuple(published.figures[code].today for code in codes)


def test_what_was_mended_is_closed_by_somebody_else(found):
    one, other = make_id(), make_id()
    assert step(found, "mended", one, 20) == "mended"
    with pytest.raises(Refused, match="second_person_needed"):
        step(found, "verified", one, 25)
    assert step(found, "verified", other, 30) == "closed"
    assert counted() == (1, 1, 0, 0)


def test_whoever_ever_mended_it_does_not_verify_what_another_mended_after_them(found):
    one, other = make_id(), make_id()
    step(found, "mended", one, 20)
    step(found, "sent_back", make_id(), 25)
    step(found, "mended", other, 30)
    with pytest.raises(Refused, match="second_person_needed"):
        step(found, "verified", one, 35)
    assert step(found, "verified", make_id(), 40) == "closed"


def test_what_is_not_mended_after_all_is_sent_back_and_was_open_all_the_time(found):
    assert step(found, "mended", make_id(), 20) == "mended"
    assert step(found, "sent_back", make_id(), 30) == "open"
    assert counted() == (1, 0, 0, 1)


def test_only_what_was_closed_is_reopened(found):
    step(found, "mended", make_id(), 20)
    with pytest.raises(Refused, match="issue_step_refused"):
        step(found, "reopened", make_id(), 25)
    step(found, "verified", make_id(), 30)
    assert step(found, "reopened", make_id(), 40) == "open"
    assert counted() == (1, 1, 1, 1)
