"""A case changes whose class is what: rooms are planned anew at once, and the move says by itself that a contact is apart."""

from uuid import uuid4

import pytest

from pratique.core.duties.vocabulary import Kind
from pratique.core.stay.assignment import Help
from pratique.services.cases import book, done, replan
from pratique.services.stay import rooms
from pratique.store import models
from pratique.store.queries import lodgings

from .port import at, build
from .test_cases import adopt, owed, records, seat, swab

WHO = uuid4()


@pytest.fixture
def hotel(db):
    """Four travellers of one flight, two to a coach, in single rooms on floor 3; the floors 5 and 6 are empty."""
    port = build(travellers=4)
    for code in ("301", "302", "303", "304", "501", "502", "601", "602"):
        models.Room.objects.create(
            id=uuid4(), facility_id=port.custodians["hotel"], code=code, floor=int(code[0]), beds=1
        )
    seat(port, "12C", "12D", "30A", "2F")
    for minute, where in ((20, "hall"), (60, "bus"), (110, "hotel")):
        for who in range(4):
            ride = "bus2" if where == "bus" and who > 1 else where
            port.send(port.told(who=who, where=ride, minute=minute + who * 0.1))
    rooms.accept(custodian=port.custodians["hotel"], by=WHO, now=at(120))
    return port


def find_case(port, minute=200):
    swab(port.travellers[0], minute=minute - 20)
    book.heed_results(now=at(minute))
    return book.find(subject=port.travellers[0])


def where(port, minute=400):
    found = lodgings.find_rooms(travellers=port.travellers, now=at(minute))
    return {n: found[t].code for n, t in enumerate(port.travellers) if t in found}


def propose(port, minute=210):
    return rooms.propose_moves(custodian=port.custodians["hotel"], now=at(minute))


def test_contacts_on_an_ordinary_floor_are_proposed_rooms_and_the_move_discharges_what_is_owed(hotel):
    assert propose(hotel).misplaced == ()
    case = find_case(hotel)
    found = adopt(case, 205)
    near = hotel.travellers[1]
    assert near in found.moved and "moved_apart" in owed(Kind.TRAVELLER, near, 206)
    made = replan.replan(travellers=found.moved, by=None, now=at(206))
    assert made.houses == {hotel.custodians["hotel"]: len(propose(hotel).misplaced)}
    moving = {one.guest.id for one in propose(hotel).misplaced}
    assert str(near) in moving and str(hotel.travellers[0]) in moving
    before = where(hotel)
    rooms.accept_moves(custodian=hotel.custodians["hotel"], by=WHO, now=at(210))
    after = where(hotel)
    assert after[1][0] in "56" and after[1][0] != after[0][0]
    (said,) = records(near, "moved_apart")
    assert (said.attributes, said.by_id) == ({"place": after[1]}, WHO)
    assert "moved_apart" not in owed(Kind.TRAVELLER, near, 211)
    assert models.Room.objects.get(code=before[1]).state == "disinfecting"
    assert propose(hotel).misplaced == ()
    assert rooms.count_misplaced(custodian=hotel.custodians["hotel"], now=at(211)) == 0


def test_whoever_was_apart_already_owes_nothing_once_the_list_is_adopted_again_nor_twice(hotel):
    case = find_case(hotel)
    adopt(case, 205)
    rooms.accept_moves(custodian=hotel.custodians["hotel"], by=WHO, now=at(210))
    adopt(case, 215)
    assert len(records(hotel.travellers[1], "moved_apart")) == 1


def test_what_somebody_took_back_is_owed_until_they_move_again(hotel):
    adopt(find_case(hotel), 205)
    rooms.accept_moves(custodian=hotel.custodians["hotel"], by=WHO, now=at(210))
    near = hotel.travellers[1]
    (listed,) = records(near, "listed")
    done.undo(act=done.Act(listed.id, "moved_apart"), because="the door stood open", by=WHO, now=at(220))
    assert "moved_apart" in owed(Kind.TRAVELLER, near, 221)
    other = next(r for r in ("502", "602") if r[0] == where(hotel)[1][0])
    rooms.shift(
        choice=rooms.Choice((near,), models.Room.objects.get(code=other).id, "another door"),
        by=WHO,
        now=at(230),
    )
    assert "moved_apart" not in owed(Kind.TRAVELLER, near, 231)


def test_where_no_floor_is_empty_the_reason_and_what_would_help_are_said(hotel):
    for code in ("501", "502", "601", "602"):
        rooms.block(room=models.Room.objects.get(code=code).id, because="a leak", by=WHO, now=at(130))
    adopt(find_case(hotel), 205)
    found = propose(hotel)
    assert not found.rooms.placed
    assert {one.remedy.help for one in found.rooms.unplaced} == {Help.UNBLOCK}
    assert "moved_apart" in owed(Kind.TRAVELLER, hotel.travellers[1], 206)
