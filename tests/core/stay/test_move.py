"""A move leaves its room to be disinfected and breaks no rule."""

from datetime import UTC, datetime

import pytest

from pratique.core.answers import Refused
from pratique.core.stay import move
from pratique.core.stay.facility import Sort, State

from .house import RULES, family, guest, house, room

NOON = datetime(2020, 4, 1, 12, tzinfo=UTC)


def go(names, to, *rooms):
    return move.move(guests=names, to=to, facility=house(*rooms), rules=RULES, disinfected_at=NOON)


def codes(found):
    return {one.code for one in found.objections}


def test_a_room_that_empties_is_disinfected_before_anybody_else_comes():
    found = go(["A"], "102", room("101", guests=[guest("A")]), room("102")).facility
    assert found.find_room("A").id == "102"
    left = found.rooms[0]
    assert (left.state, left.ready_at, left.is_free) == (State.DISINFECTING, NOON, False)


def test_a_child_is_not_moved_without_the_guardian_nor_left_behind():
    rooms = (room("101", 2, Sort.FAMILY, guests=family("K", 2)), room("102", 2, Sort.FAMILY))
    assert codes(go(["K1"], "102", *rooms)) == {"bond_broken"}
    assert codes(go(["K0"], "102", *rooms)) == {"bond_broken"}
    assert go(["K0", "K1"], "102", *rooms).facility is not None


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (room("102", state=State.DISINFECTING), "room_not_ready"),
        (room("102", guests=[guest("B")]), "room_too_small"),
        (room("102", 2, guests=[guest("B")]), "room_of_strangers"),
    ],
)
def test_what_a_move_would_break_is_in_its_way(target, code):
    found = go(["A"], target.id, room("101", guests=[guest("A")]), target)
    assert found.facility is None
    assert code in codes(found)


def test_nobody_is_moved_onto_a_floor_of_another_class():
    contact = room("201", guests=[guest("C", grade="contact")])
    assert codes(go(["A"], "202", room("101", guests=[guest("A")]), contact, room("202"))) == {
        "classes_mixed"
    }


def test_a_fault_that_stood_before_is_not_the_moves():
    mixed = [room("201", guests=[guest("C", grade="contact")]), room("202", guests=[guest("D")])]
    assert go(["A"], "102", room("101", guests=[guest("A")]), room("102"), *mixed).facility is not None


@pytest.mark.parametrize(
    ("names", "to", "code"),
    [([], "102", "move_of_nobody"), (["A"], "999", "room_unknown"), (["X"], "102", "guest_unknown")],
)
def test_a_move_of_nobody_to_nowhere_is_refused(names, to, code):
    with pytest.raises(Refused, match=code):
        go(names, to, room("101", guests=[guest("A")]), room("102"))
