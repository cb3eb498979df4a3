"""Rooms are proposed with reasons, given, changed, emptied and disinfected; who was in which when stays in the book."""

from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.core.stay.assignment import Help
from pratique.services import tracing
from pratique.services.stay import intake, rooms
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import lodgings

from .port import at, build

WHO = uuid4()


@pytest.fixture
def port(db):
    """Four travellers in a hotel with a family room, two singles on one floor, and a single two floors up."""
    port = build(travellers=4)
    for _, (code, floor, sort, beds) in enumerate(
        (("301", 3, "family", 4), ("302", 3, "single", 1), ("303", 3, "single", 1), ("501", 5, "single", 1))
    ):
        models.Room.objects.create(
            id=uuid4(),
            facility_id=port.custodians["hotel"],
            code=code,
            floor=floor,
            sort=sort,
            beds=beds,
        )
    for minute, where in ((20, "hall"), (60, "bus"), (110, "hotel")):
        for who in range(4):
            port.send(port.told(who=who, where=where, minute=minute + who * 0.1))
    return port


def book(port, party, *members):
    models.Listing.objects.filter(traveller_id__in=[port.travellers[m] for m in members]).update(party=party)


def room(code):
    return models.Room.objects.get(code=code)


def where(port, minute=400):
    found = lodgings.find_rooms(travellers=port.travellers, now=at(minute))
    return {n: found[t].code for n, t in enumerate(port.travellers) if t in found}


def accept(port, minute=120):
    return rooms.accept(custodian=port.custodians["hotel"], by=WHO, now=at(minute))


def test_a_household_shares_a_room_and_strangers_do_not(port):
    book(port, "1", 0, 1)
    found = accept(port)
    assert not found.unplaced
    told = where(port)
    assert told[0] == told[1] == "301"
    assert len({told[2], told[3]}) == 2
    assert models.Traveller.objects.get(id=port.travellers[0]).room == "301"
    assert rooms.list_waiting(custodian=port.custodians["hotel"], now=at(130)) == []


def test_who_finds_no_room_is_told_why_and_what_would_help(port):
    rooms.block(room=room("302").id, because="a leak", by=WHO, now=at(100))
    rooms.block(room=room("303").id, because="a leak", by=WHO, now=at(100))
    found = accept(port)
    assert len(found.placed) == 2
    assert {u.remedy.help for u in found.unplaced} == {Help.UNBLOCK}
    assert len(rooms.list_waiting(custodian=port.custodians["hotel"], now=at(130))) == 2


def test_reception_may_choose_otherwise_but_breaks_no_rule(port):
    one, other = port.travellers[:2]
    rooms.give(choice=rooms.Choice((one,), room("501").id, "asks for quiet"), by=WHO, now=at(120))
    with pytest.raises(Refused, match="room_unfit.*room_of_strangers|room_too_small"):
        rooms.give(choice=rooms.Choice((other,), room("501").id), by=WHO, now=at(121))
    with pytest.raises(Refused, match="guest_in_room"):
        rooms.give(choice=rooms.Choice((one,), room("302").id), by=WHO, now=at(122))
    assert where(port) == {0: "501"}


def test_a_move_leaves_a_room_to_be_disinfected_and_nobody_may_hurry_it(port):
    accept(port)
    came_from = where(port)[3]
    gone = port.travellers[2]
    port.send(port.told(who=2, where="bus2", minute=200))
    rooms.heed(now=at(201))
    left = models.Room.objects.get(state="disinfecting")
    assert not models.Lodging.objects.filter(traveller_id=gone).order_by("-seq").first().room_id
    with pytest.raises(Refused, match="room_not_aired"):
        rooms.finish_disinfection(room=left.id, by=WHO, now=at(202))
    with pytest.raises(Refused, match="room_unfit"):
        rooms.shift(
            choice=rooms.Choice((port.travellers[3],), left.id, "nearer to the nurse"), by=WHO, now=at(203)
        )
    floor = {"facility": left.facility_id, "floor": left.floor, "by": WHO}
    intake.close_floor(**floor, because="paint", now=at(204))
    intake.open_floor(**floor, now=at(204))  # nor does closing its floor and opening it
    left.refresh_from_db()
    assert left.state == "disinfecting"
    with pytest.raises(Refused, match="room_not_aired"):
        rooms.finish_disinfection(room=left.id, by=WHO, now=at(205))
    rooms.finish_disinfection(room=left.id, by=WHO, now=at(200 + rooms.DISINFECTION_MINUTES + 2))
    rooms.block(room=left.id, because="paint", by=WHO, now=at(294))
    rooms.reopen(room=left.id, by=WHO, now=at(295))
    rooms.shift(
        choice=rooms.Choice((port.travellers[3],), left.id, "nearer to the nurse"), by=WHO, now=at(300)
    )
    assert where(port)[3] == left.code
    assert models.Room.objects.get(code=came_from).state == "disinfecting"


def test_from_hospital_they_come_back_without_a_room_and_are_given_one(port):
    accept(port)
    for minute, place in ((200, "bus2"), (240, "hospital")):
        port.send(port.told(who=0, where=place, minute=minute))
    rooms.heed(now=at(250))
    assert 0 not in where(port)
    for minute, place in ((2000, "bus"), (2060, "hotel")):
        port.send(port.told(who=0, where=place, minute=minute))
    assert rooms.list_waiting(custodian=port.custodians["hotel"], now=at(2070)) == [port.travellers[0]]
    emptied = models.Room.objects.get(state="disinfecting")
    rooms.finish_disinfection(room=emptied.id, by=WHO, now=at(2080))
    accept(port, 2090)
    spans = lodgings.list_spans(travellers=[port.travellers[0]])
    assert [(s.since_at, s.until_at) for s in spans] == [(at(120), at(200)), (at(2090), None)]
    # Known under a second wristband, which was given a room too: the next room ends the one before.
    pair = {"traveller_id": port.travellers[3], "same_as_id": port.travellers[0]}
    told = {"by_id": WHO, "because": "same", "happened_at": at(2100), "recorded_at": at(2100)}
    models.Link.objects.create(id=make_id(), **pair, **told)
    for one in (port.travellers[0], port.travellers[3]):
        spans = lodgings.list_spans(travellers=[one])
        assert [(s.traveller, s.since_at, s.until_at) for s in spans] == [
            (one, at(120), at(120)),
            (one, at(120), at(200)),
            (one, at(2090), None),
        ]


def test_an_occupied_room_is_not_closed_and_a_room_is_opened_again(port):
    accept(port)
    with pytest.raises(Refused, match="room_occupied"):
        rooms.block(room=room("301").id, because="paint", by=WHO, now=at(150))
    with pytest.raises(Refused, match="room_not_blocked"):
        rooms.reopen(room=room("301").id, by=WHO, now=at(150))


def test_the_history_of_rooms_is_never_changed(port):
    accept(port)
    with pytest.raises(Exception, match="append-only"):
        models.Lodging.objects.update(because="otherwise")


def test_whoever_shared_a_room_with_a_case_is_found_after_they_have_moved_apart(port):
    """A case shared a room with a mate for a day; now they are in different rooms, and the mate is still a contact."""
    case, mate, other = port.travellers[:3]
    book(port, "1", 0, 1)
    accept(port)
    day = 24 * 60
    models.Listing.objects.update(party="")
    spare = models.Room.objects.create(
        facility_id=port.custodians["hotel"], code="304", floor=3, sort="single", beds=1
    )
    rooms.shift(choice=rooms.Choice((mate,), spare.id, "asks for a room alone"), by=WHO, now=at(day))
    sample = models.Sample.objects.create(
        tube="T1", traveller_id=case, taken_at=at(day + 60), result="positive", resulted_at=at(day + 300)
    )
    assert sample.result == "positive"
    found = tracing.trace(
        case=tracing.find_case(who=case, now=at(day + 400)),
        edition=tracing.get_edition("cn-2020"),
        now=at(day + 400),
    )
    by_room = {
        contact.who
        for contact in found.tracing.contacts
        for reason in contact.reasons
        if reason.place.endswith("/room/301")
    }
    assert by_room == {str(mate)}
    assert str(other) not in by_room


def test_needs_and_diets_are_words_of_the_list(port):
    told = rooms.Needs(needs=("low_floor",), diets=("halal", "diabetic"))
    rooms.record_needs(traveller=port.travellers[0], told=told)
    assert models.Guest.objects.get().diets == ["diabetic", "halal"]
    with pytest.raises(Refused, match="word_unknown"):
        rooms.record_needs(traveller=port.travellers[0], told=rooms.Needs(diets=("caviar",)))
