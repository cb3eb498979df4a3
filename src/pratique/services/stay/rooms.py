"""Rooms: who is in which, who is to be given one, and what becomes of a room when somebody leaves it.

Who was in which room from when is a row of entries beside the ledger (`Lodging`); the ledger says with which facility somebody
is, and whoever it has not any more has no room there either (`heed`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import TravellerId
from pratique.core.stay import assignment, check, facility, move
from pratique.core.stay import relocation as core
from pratique.core.stay.facility import Need, RoomId, State
from pratique.services.stay import house, orders, relocation
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import lodgings

DISINFECTION_MINUTES = 90
"""So long a room is disinfected and aired at least, before somebody may say that it is ready."""
APART = "apart"
"""The reason of a move that a change of class made necessary."""
EMPTIED, DISINFECTED, BLOCKED, OPENED = "emptied", "disinfected", "blocked", "opened"


@dataclass(frozen=True, slots=True)
class Choice:
    """Rooms that reception chooses for people who came together: who, and which room."""

    travellers: tuple[UUID, ...]
    room: UUID
    because: str = ""


def list_waiting(*, custodian: UUID, now: datetime) -> list[UUID]:
    """Whom a facility has and who is in none of its rooms."""
    held = lodgings.list_held(facility=custodian)
    within = lodgings.find_rooms(travellers=held, now=now)
    return [one for one in held if one not in within or within[one].facility.id != custodian]


def propose(*, custodian: UUID, now: datetime) -> assignment.Assignment:
    """Rooms for whoever has none, with the reason and the cheapest remedy for those who find none. Nothing is written."""
    held = lodgings.list_held(facility=custodian)
    guests = house.make_guests(travellers=list_waiting(custodian=custodian, now=now), among=held)
    return assignment.assign(
        guests=list(guests.values()),
        facility=house.read_facility(custodian=custodian, now=now),
        rules=orders.get_rules(),
    )


def list_alone(*, custodian: UUID, now: datetime) -> list[UUID]:
    """Who is in a room of a facility without the guardian or carer they are to be with: that one lies elsewhere, or none is named."""
    faults = check.check(facility=house.read_facility(custodian=custodian, now=now), rules=orders.get_rules())
    return sorted({UUID(one.subject) for one in faults if one.code in ("guardian_missing", "bond_broken")})


def accept(*, custodian: UUID, by: UUID | None, now: datetime) -> assignment.Assignment:
    """Take the proposal as it stands now."""
    with transaction.atomic():
        _lock(custodian)
        found = propose(custodian=custodian, now=now)
        for unit, room in found.placed:
            _enter([UUID(guest.id) for guest in unit.guests], models.Room.objects.get(id=room), "", by, now)
        relocation.note(facility=custodian, moved=_list_guests(found), by=by, now=now)
    return found


def _list_guests(found: assignment.Assignment) -> list[UUID]:
    return [UUID(guest.id) for unit, _ in found.placed for guest in unit.guests]


def propose_moves(*, custodian: UUID, now: datetime) -> core.Relocation:
    """Where whoever is beside people of another class could move, since a case changed whose class is what. Nothing is
    written; other facilities are named where this one has no room."""
    others = [row.id for row in lodgings.list_facilities() if row.id != custodian]
    return core.propose(
        facility=house.read_facility(custodian=custodian, now=now),
        rules=orders.get_rules(),
        disinfected_at=now + timedelta(minutes=DISINFECTION_MINUTES),
        elsewhere=[house.read_facility(custodian=one, now=now) for one in others],
    )


def count_misplaced(*, custodian: UUID, now: datetime) -> int:
    """How many people of a facility must change rooms."""
    return len(core.list_misplaced(facility=house.read_facility(custodian=custodian, now=now)))


def accept_moves(*, custodian: UUID, by: UUID | None, now: datetime) -> core.Relocation:
    """Make the moves as they are proposed now; the rooms that empty are disinfected, and contacts who are apart then have been
    moved apart."""
    with transaction.atomic():
        _lock(custodian)
        found = propose_moves(custodian=custodian, now=now)
        movers = _list_guests(found.rooms)
        left = set(lodgings.find_rooms(travellers=movers, now=now).values())
        for unit, room in found.rooms.placed:
            _enter(
                [UUID(guest.id) for guest in unit.guests], models.Room.objects.get(id=room), APART, by, now
            )
        _empty(left, by, now)
        relocation.note(facility=custodian, moved=movers, by=by, now=now)
    return found


def _get_room(room: UUID) -> models.Room:
    found = models.Room.objects.select_related("facility").filter(id=room).first()
    if found is None:
        raise Refused("room_unknown", "there is no such room")
    return found


def give(*, choice: Choice, by: UUID | None, now: datetime) -> None:
    """Put people who have no room into one that reception chose.

    Raises `Refused`: `room_unknown`, `guest_unknown` (not held there), `guest_in_room`, `room_unfit` with every rule that
    it would break.
    """
    room = _get_room(choice.room)
    custodian = room.facility.id
    with transaction.atomic():
        _lock(custodian)
        room.refresh_from_db()
        waiting = set(list_waiting(custodian=custodian, now=now))
        if not choice.travellers or not set(choice.travellers) <= set(lodgings.list_held(facility=custodian)):
            raise Refused("guest_unknown", "only people whom this facility has get a room here")
        if not set(choice.travellers) <= waiting:
            raise Refused("guest_in_room", "they are in a room already: move them instead")
        before = house.read_facility(custodian=custodian, now=now)
        held = lodgings.list_held(facility=custodian)
        guests = tuple(house.make_guests(travellers=choice.travellers, among=held).values())
        after = facility.Facility(
            before.id,
            tuple(
                facility.Room(r.id, r.floor, r.sort, r.beds, r.state, r.ready_at, (*r.guests, *guests))
                if r.id == str(room.id)
                else r
                for r in before.rooms
            ),
        )
        _refuse_broken(before, after)
        _enter(list(choice.travellers), room, choice.because, by, now)
        relocation.note(facility=custodian, moved=choice.travellers, by=by, now=now)


def _refuse_broken(before: facility.Facility, after: facility.Facility) -> None:
    rules = orders.get_rules()
    broken = set(check.check(facility=after, rules=rules)) - set(check.check(facility=before, rules=rules))
    if broken:
        raise Refused("room_unfit", _say(sorted(broken)))


def _say(broken: Sequence[Objection]) -> str:
    return ", ".join(dict.fromkeys(objection.code for objection in broken))


def shift(*, choice: Choice, by: UUID | None, now: datetime) -> None:
    """Move people into another room of the same facility; the one that empties is disinfected.

    Raises `Refused`: `room_unknown`, `guest_unknown`, `reason_missing`, `room_unfit`, `move_of_nobody`.
    """
    if not choice.because.strip():
        raise Refused("reason_missing", "say why they move")
    room = _get_room(choice.room)
    custodian = room.facility.id
    with transaction.atomic():
        _lock(custodian)
        moved = move.move(
            guests=[TravellerId(str(one)) for one in choice.travellers],
            to=RoomId(str(room.id)),
            facility=house.read_facility(custodian=custodian, now=now),
            rules=orders.get_rules(),
            disinfected_at=now + timedelta(minutes=DISINFECTION_MINUTES),
        )
        if moved.facility is None:
            raise Refused("room_unfit", _say(moved.objections))
        left = set(lodgings.find_rooms(travellers=choice.travellers, now=now).values())
        _enter(list(choice.travellers), room, choice.because.strip(), by, now)
        _empty(left - {room}, by, now)
        relocation.note(facility=custodian, moved=choice.travellers, by=by, now=now)


def _enter(
    travellers: Sequence[UUID], room: models.Room, because: str, by: UUID | None, now: datetime
) -> None:
    _write(travellers, room.facility.id, room, because, by, now)
    models.Traveller.objects.filter(id__in=list(travellers)).update(room=room.code)


def _write(
    travellers: Sequence[UUID],
    custodian: UUID,
    room: models.Room | None,
    because: str,
    by: UUID | None,
    at: datetime,
) -> None:
    models.Lodging.objects.bulk_create(
        [
            models.Lodging(
                id=make_id(),
                traveller_id=one,
                facility_id=custodian,
                room_id=room.id if room else None,
                because=because,
                happened_at=at,
                recorded_at=at,
                by_id=by,
            )
            for one in travellers
        ]
    )


def _empty(left: Iterable[models.Room], by: UUID | None, now: datetime) -> None:
    """Rooms that nobody is in any more are being disinfected."""
    for room in left:
        if lodgings.is_empty(room=room.id, now=now):
            _step(room, EMPTIED, State.DISINFECTING, by, now, now + timedelta(minutes=DISINFECTION_MINUTES))


def _step(
    room: models.Room,
    step: str,
    state: State,
    by: UUID | None,
    now: datetime,
    ready_at: datetime | None = None,
    because: str = "",
) -> None:
    models.RoomEvent.objects.create(
        id=make_id(),
        room_id=room.id,
        step=step,
        ready_at=ready_at,
        because=because,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )
    models.Room.objects.filter(id=room.id).update(state=state.value, ready_at=ready_at, because=because)


def finish_disinfection(*, room: UUID, by: UUID | None, now: datetime) -> None:
    """Somebody says that a room is disinfected and aired. Raises `Refused`: `room_unknown`, `room_not_disinfecting`,
    `room_not_aired` while the time is not over."""
    with transaction.atomic():
        row = _lock_room(room)
        if row.state != State.DISINFECTING:
            raise Refused("room_not_disinfecting", "this room is not being disinfected")
        if row.ready_at is not None and now < row.ready_at:
            raise Refused("room_not_aired", f"not before {row.ready_at.isoformat(timespec='minutes')}")
        _step(row, DISINFECTED, State.READY, by, now)


def block(*, room: UUID, because: str, by: UUID, now: datetime) -> None:
    """Close an empty room for a reason. Raises `Refused`: `room_unknown`, `reason_missing`, `room_occupied`."""
    if not because.strip():
        raise Refused("reason_missing", "say why the room is closed")
    with transaction.atomic():
        row = _lock_room(room)
        if not lodgings.is_empty(room=room, now=now):
            raise Refused("room_occupied", "somebody is in it: move them first")
        _step(row, BLOCKED, State.BLOCKED, by, now, None, because.strip())


def reopen(*, room: UUID, by: UUID, now: datetime) -> None:
    """A closed room can be given again, once it is disinfected where it was not since it emptied. Raises `Refused`: `room_unknown`,
    `room_not_blocked`."""
    with transaction.atomic():
        row = _lock_room(room)
        if row.state != State.BLOCKED:
            raise Refused("room_not_blocked", "this room is not closed")
        soiled = models.RoomEvent.objects.filter(room_id=room, step__in=(EMPTIED, DISINFECTED))
        last = soiled.order_by("seq").last()
        if last is not None and last.step == EMPTIED:
            _step(row, OPENED, State.DISINFECTING, by, now, last.ready_at)
        else:
            _step(row, OPENED, State.READY, by, now)


def _lock_room(room: UUID) -> models.Room:
    row = models.Room.objects.select_for_update().filter(id=room).first()
    if row is None:
        raise Refused("room_unknown", "there is no such room")
    return row


def _lock(custodian: UUID) -> None:
    """One at a time gives rooms of a facility."""
    list(models.Room.objects.select_for_update().filter(facility_id=custodian).order_by("id"))


def heed(*, now: datetime) -> int:
    """Whoever left a facility, by its scans under any of their names, has left their room: to hospital, home, or another facility. How
    many."""
    gone = lodgings.list_gone()
    with transaction.atomic():
        rooms = {row.id: row for row in models.Room.objects.filter(id__in={g.room for g in gone})}
        for one in gone:
            _write([one.traveller], one.facility, None, "", None, min(one.left_at, now))
        models.Traveller.objects.filter(id__in=[g.traveller for g in gone]).update(room="")
        _empty(rooms.values(), None, now)
        _tell_names(now)
    return len(gone)


def _tell_names(now: datetime) -> None:
    """Whoever has several wristbands is in one room, whichever it was given to: every one of them says so."""
    linked = lodgings.list_linked()
    within = lodgings.find_rooms(travellers=linked, now=now)
    for row in models.Traveller.objects.filter(id__in=linked).only("id", "room"):
        room = within[row.id].code if row.id in within else ""
        if row.room != room:
            models.Traveller.objects.filter(id=row.id).update(room=room)


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be known of a guest: needs of the room, what they eat, whom they live with, who answers for a minor or
    cares for somebody."""

    needs: tuple[str, ...] = ()
    diets: tuple[str, ...] = ()
    household: str = ""
    guardian: UUID | None = None
    carer: UUID | None = None


DIETS = (
    "vegetarian",
    "vegan",
    "halal",
    "no_pork",
    "no_beef",
    "no_nuts",
    "no_gluten",
    "diabetic",
    "soft",
    "baby",
)
"""What a kitchen must know."""


def record_needs(*, traveller: UUID, told: Needs) -> models.Guest:
    """Keep what is needed, in place of what was known. Raises `Refused`: `traveller_unknown`, `word_unknown`."""
    if not models.Traveller.objects.filter(id=traveller).exists():
        raise Refused("traveller_unknown", "nobody of this id is in the book")
    traveller = rows.read_as(traveller)
    if not set(told.needs) <= set(Need) or not set(told.diets) <= set(DIETS):
        raise Refused("word_unknown", "choose needs and diets from the list")
    row, _ = models.Guest.objects.update_or_create(
        traveller_id=traveller,
        defaults={
            "needs": sorted(told.needs),
            "diets": sorted(told.diets),
            "household": told.household.strip(),
            "guardian_id": told.guardian,
            "carer_id": told.carer,
        },
    )
    return row
