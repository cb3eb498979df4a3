"""Isolation at home instead of a facility: out by an assessment that holds, and until when it lasts."""

from uuid import uuid4

import pytest

from pratique.core.custody.handover import Step
from pratique.services import custody, duty, way
from pratique.services.window import slip, standing
from pratique.store import models
from pratique.store.queries import leavings

from .doors import DAY, employ, open_exits, walk_to
from .page import opened_by
from .port import at, build
from .test_way import TOLD, do, leave, offer


@pytest.fixture
def port(db):
    """Four travellers, landed; every sort of exit."""
    port = build(travellers=4)
    open_exits(port)
    return port


NOT_HOME = {
    "nobody assessed": lambda port, lead: None,
    "no health lead assessed": lambda port, lead: assess(port, employ("reception"), 22),
    "who ordered it assessed": lambda port, lead: assess(port, None, 22),
    "it was taken back": lambda port, lead: duty.withdraw(
        evidence=assess(port, lead, 22), because="lives with an infant", by=lead, now=at(24)
    ),
    "a later one says otherwise": lambda port, lead: (
        assess(port, lead, 22), assess(port, lead, 24, outcome="refer")
    ),
    "it was assessed after they had left": lambda port, lead: assess(port, lead, 32),
}  # fmt: skip


def assess(port, by, minute, outcome="home"):
    told = duty.Done("traveller", str(port.travellers[0]), "assessment", at(minute), {"outcome": outcome})
    return duty.record(evidence=told, by=by, now=at(minute)).id


@pytest.mark.parametrize("fault", NOT_HOME)
def test_nobody_leaves_for_isolation_at_home_without_an_assessment_that_holds(port, fault):
    walk_to(port, 0, ("hall", 20))
    NOT_HOME[fault](port, employ("epidemiologist"))
    do(port, "measure_ordered", 25, measure="home isolation")
    accepted = offer(port, 0, "border", 26)
    custody.answer(handover_id=accepted, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(28))
    assert leave(port, 0, "border", 30, handover=accepted).state == way.CLOSED
    assert models.WayJudged.objects.get().because == ["home_unassessed"]
    way.heed(now=at(40))
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[0]]


def test_an_assessment_that_holds_opens_the_hand_over_home_and_the_phone_at_the_door_knows(port):
    walk_to(port, 0, ("hall", 20))
    do(port, "measure_ordered", 25, measure="home isolation")
    accepted = offer(port, 0, "border", 26)
    custody.answer(handover_id=accepted, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(28))
    assert way.list_leaving(custodian=port.custodians["border"], now=at(29)) == []
    assess(port, employ("epidemiologist"), 29)
    assert way.list_leaving(custodian=port.custodians["border"], now=at(29)) == [port.travellers[0]]
    assert leave(port, 0, "border", 30, handover=accepted).state == "moved"
    _, secret = slip.issue(traveller=port.travellers[0], language="en", by=None, now=at(20), slip_id=uuid4())
    with opened_by(secret):
        looked = standing.look(traveller=port.travellers[0], now=at(31))
    assert (looked.word, looked.place.name_en) == ("home", "border")  # and not that they are free to go
    assert looked.home_until == at(14 * DAY)  # as for everybody: 14 days from when they arrived
    looked = standing.look(traveller=port.travellers[0], now=looked.home_until)
    assert (looked.word, looked.home_until) == ("handed", None)
