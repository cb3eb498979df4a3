"""Once a case has changed classes, whoever is beside others moves, with a room or a reason; whoever is apart stays."""

import random
from datetime import UTC, datetime

from pratique.core.stay import relocation
from pratique.core.stay.assignment import Help
from pratique.core.stay.check import check
from pratique.core.stay.facility import Sort, State
from pratique.core.stay.relocation import Beside

from .house import RULES, family, guest, house, room

NOON = datetime(2020, 4, 1, 12, tzinfo=UTC)


def contact(name, **more):
    return guest(name, grade="contact", **more)


def propose(*rooms, elsewhere=()):
    return relocation.propose(facility=house(*rooms), rules=RULES, disinfected_at=NOON, elsewhere=elsewhere)


def where(found):
    return {one.id: place for unit, place in found.rooms.placed for one in unit.guests}


def why(found):
    return {one.guest.id: one.because for one in found.misplaced}


def test_a_contact_on_an_ordinary_floor_moves_to_another_and_the_others_stay():
    found = propose(
        room("301", guests=[contact("C")]),
        room("302", guests=[guest("A")]),
        room("303", guests=[guest("B")]),
        room("401"),
    )
    assert why(found) == {"C": Beside.FLOOR}
    assert where(found) == {"C": "401"}
    left = found.rooms.facility.rooms[0]
    assert (left.state, left.ready_at) == (State.DISINFECTING, NOON)


def test_where_most_of_a_floor_are_contacts_the_few_others_move_and_of_as_many_the_stricter():
    most = propose(
        room("301", guests=[contact("C")]),
        room("302", guests=[contact("D")]),
        room("303", guests=[guest("A")]),
        room("401"),
    )
    assert where(most) == {"A": "401"}
    even = propose(room("301", guests=[contact("C")]), room("302", guests=[guest("A")]), room("401"))
    assert where(even) == {"C": "401"}


def test_contacts_of_two_households_do_not_share_a_room_even_on_a_floor_of_contacts():
    found = propose(
        room("301", 3, Sort.FAMILY, guests=[contact("C", household="H"), contact("D", household="H"), contact("E")]),
        room("302"),
    )  # fmt: skip
    assert why(found) == {"E": Beside.ROOM}
    assert where(found) == {"E": "302"}


def test_a_household_that_became_contacts_together_moves_together():
    found = propose(
        room("301", 3, Sort.FAMILY, guests=family("K", 3, grade="contact")),
        room("302", 4, Sort.FAMILY, guests=family("L", 4)),
        room("401", 3, Sort.FAMILY),
    )
    assert set(where(found)) == {"K0", "K1", "K2"} and set(where(found).values()) == {"401"}


def test_a_child_who_is_a_contact_is_not_parted_from_a_guardian_who_is_none_but_named_with_the_reason():
    parent, child = family("K", 2)
    exposed = guest("K1", grade="contact", household="K", under_age=True, guardian="K0")
    assert child.id == exposed.id
    found = propose(
        room("301", 2, Sort.FAMILY, guests=[parent, exposed]),
        room("302", guests=[guest("A")]),
        room("401", 2),
    )
    assert why(found) == {"K0": Beside.BONDED, "K1": Beside.ROOM}
    (unplaced,) = found.rooms.unplaced
    assert unplaced.remedy.help is Help.CLASS_ALIKE and not found.rooms.placed


def test_where_no_floor_is_empty_another_facility_is_named():
    full = (
        room("301", guests=[contact("C")]),
        room("302", guests=[guest("A")]),
        room("303", guests=[guest("B")]),
    )
    (unplaced,) = propose(*full, elsewhere=[house(room("101"), name="F2")]).rooms.unplaced
    assert (unplaced.remedy.help, unplaced.remedy.facility) == (Help.ELSEWHERE, "F2")


def test_whoever_is_alone_or_with_their_own_on_a_floor_of_their_class_is_apart_and_nobody_else():
    mixed = house(room("301", guests=[contact("C")]), room("302", guests=[guest("A")]))
    own = house(room("301", guests=[contact("C")]), room("302", guests=[contact("D")]))
    shared = house(room("301", 2, guests=[contact("C"), contact("D")]))
    together = house(room("301", 2, guests=[contact("C", household="H"), contact("D", household="H")]))
    answers = [
        relocation.is_apart(guest="C", facility=one) for one in (mixed, own, shared, together, house())
    ]
    assert answers == [False, True, False, True, False]


def make(chance):
    """A house of four floors whose guests were housed by the rules, before any of them became a contact or a case."""
    rooms = []
    for floor in range(1, 5):
        empty = chance.random() < 0.4
        for number in range(1, 7):
            name, beds = f"{floor}0{number}", chance.choice((1, 2, 3))
            home = family(f"G{name}", chance.randint(1, beds), minors=0) if beds > 1 else [guest(f"G{name}")]
            grades = chance.choices(("ordinary", "contact", "case"), (6, 3, 1), k=len(home))
            people = [guest(one.id, grade=grade, household=one.household) for one, grade in zip(home, grades, strict=True)]  # fmt: skip
            rooms.append(room(name, beds, guests=() if empty or chance.random() < 0.3 else people))
    return house(*rooms)


def test_over_random_houses_nobody_is_forgotten_the_rules_hold_after_and_all_who_moved_are_apart():
    moved = 0
    for seed in range(150):
        before = make(random.Random(seed))
        found = relocation.propose(facility=before, rules=RULES, disinfected_at=NOON)
        told = sorted(one.guest.id for one in found.misplaced)
        unplaced = [one.id for unit in found.rooms.unplaced for one in unit.unit.guests]
        assert told == sorted([*where(found), *unplaced])
        after = found.rooms.facility
        assert check(facility=after, rules=RULES) == ()
        assert all(relocation.is_apart(guest=one, facility=after) for one in where(found))
        assert relocation.list_misplaced(facility=after) == ()
        moved += len(where(found))
    assert moved > 200
