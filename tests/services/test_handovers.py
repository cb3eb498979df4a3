"""An accepted handover whose counts or names differ stands on somebody's list, by name, until it is settled."""

import pytest

from pratique.core.custody.handover import Step
from pratique.services import custody
from pratique.store.ids import make_id
from pratique.store.queries import handovers, tower

from .port import at


@pytest.fixture
def given(port):
    """Two people offered by the hall to the bus with their names; the bus has scanned the first and a third person."""
    handover = make_id()
    for who in range(3):
        port.send(port.told(who=who, where="hall", minute=5 + who))
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], 2, tuple(port.travellers[:2]), 45)
    custody.offer(handover_id=handover, offer=offer, by=None, now=at(15))
    for who in (0, 2):
        port.send(port.told(who=who, where="bus", minute=16 + who, handover=handover))
    return handover


def accept(handover, heads, minute=20):
    custody.answer(handover_id=handover, step=Step.ACCEPTED, heads=heads, because="", by=None, now=at(minute))


def listed(minute):
    return {
        (e.code, e.subject) for e in tower.list_exceptions(now=at(minute)) if e.code.startswith("handover")
    }


def test_whoever_was_not_received_and_whoever_was_not_listed_stand_on_the_list_by_name(port, given):
    accept(given, heads=2)
    assert listed(21) == {
        ("handover_missing", str(port.travellers[1])),
        ("handover_unexpected", str(port.travellers[2])),
    }
    port.send(port.told(who=1, where="bus", minute=25, handover=given))
    port.send(port.told(who=2, where="bus", minute=26))
    assert listed(27) == set()


def test_whoever_was_scanned_elsewhere_since_is_not_sought_any_more(port, given):
    accept(given, heads=2)
    port.send(port.told(who=1, where="hall", minute=30))
    assert ("handover_missing", str(port.travellers[1])) not in listed(31)


def test_whoever_the_receiver_has_all_the_same_is_not_sought(port, given):
    port.send(port.told(who=1, where="bus", minute=19))  # scanned, but not as part of the handover
    accept(given, heads=2)
    assert ("handover_missing", str(port.travellers[1])) not in listed(21)


def test_counts_that_differ_stand_on_the_list_until_both_sides_count_again(port, given):
    accept(given, heads=3)
    assert ("handover_counts_differ", str(given)) in listed(21)
    accept(given, heads=2, minute=22)
    assert ("handover_counts_differ", str(given)) not in listed(23)


def test_an_offer_that_nobody_answered_is_known_by_its_two_sides(port, given):
    assert listed(61) == {("handover_lapsed", str(given))}
    assert handovers.name_parties(handovers=[given]) == {
        given: (port.custodians["hall"], port.custodians["bus"])
    }


def test_what_agrees_is_on_no_list(port, given):
    port.send(port.told(who=1, where="bus", minute=18, handover=given))
    other = make_id()
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus2"], 0, (), 45)
    custody.offer(handover_id=other, offer=offer, by=None, now=at(19))
    accept(other, heads=0)
    accept(given, heads=2)
    assert listed(21) == {("handover_unexpected", str(port.travellers[2]))}
