"""Who must change rooms because classes have changed, and where to: nobody stays beside people of another class.

Whoever becomes a contact, a case, or neither any more, is in a room that was given before. On a floor that has several classes
now the fewer move; in a room whoever is of another class or household than most. Guests of one class on one floor in rooms of
their own household are apart.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from pratique.core.custody.entry import TravellerId
from pratique.core.stay.assignment import Assignment, assign
from pratique.core.stay.facility import Facility, Guest, Room, RoomId, State
from pratique.core.stay.rule import Rules

STRICTNESS = ("ordinary", "contact", "case")
"""Classes of guests; where as many of two are on a floor, the stricter moves."""


class Beside(StrEnum):
    """Why somebody cannot stay: the room, or else the floor, is shared with people of another class or household."""

    ROOM = "room"
    FLOOR = "floor"
    BONDED = "bonded"
    """Whom they cannot be parted from must move."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A guest who must move, out of which room, and why."""

    guest: Guest
    room: RoomId
    because: Beside


@dataclass(frozen=True, slots=True)
class Relocation:
    """Everybody who must move, and the rooms found for them with reasons for whoever finds none."""

    misplaced: tuple[Misplaced, ...]
    rooms: Assignment


def propose(
    *, facility: Facility, rules: Rules, disinfected_at: datetime, elsewhere: Sequence[Facility] = ()
) -> Relocation:
    """Where whoever cannot stay could move. Rooms that empty are being disinfected until `disinfected_at`; nobody else moves.

    `elsewhere` are facilities to name where this one has no room.
    """
    misplaced = list_misplaced(facility=facility)
    movers = [one.guest for one in misplaced]
    after = assign(
        guests=movers,
        facility=_without(facility, {guest.id for guest in movers}, disinfected_at),
        rules=rules,
        elsewhere=elsewhere,
    )
    return Relocation(misplaced, after)


def _without(facility: Facility, gone: set[TravellerId], disinfected_at: datetime) -> Facility:
    rooms = []
    for room in facility.rooms:
        left = tuple(guest for guest in room.guests if guest.id not in gone)
        if room.guests and not left:
            rooms.append(replace(room, guests=(), state=State.DISINFECTING, ready_at=disinfected_at))
        else:
            rooms.append(replace(room, guests=left))
    return replace(facility, rooms=tuple(rooms))


def list_misplaced(*, facility: Facility) -> tuple[Misplaced, ...]:
    """Who is beside people of another class, or in a room with another household, and has to move; by room and id."""
    found: list[Misplaced] = []
    for floor in sorted({room.floor for room in facility.rooms}):
        rooms = [room for room in facility.rooms if room.floor == floor and room.guests]
        counts = Counter(guest.grade for room in rooms for guest in room.guests)
        stays = max(counts, key=lambda grade: (counts[grade], -_strictness(grade), grade), default="")
        for room in rooms:
            found += _judge(room, stays)
    return tuple(found)


def _strictness(grade: str) -> int:
    return STRICTNESS.index(grade) if grade in STRICTNESS else len(STRICTNESS)


def _judge(room: Room, stays: str) -> Iterable[Misplaced]:
    own = [guest for guest in room.guests if guest.grade == stays]
    households = _join(own)
    at_home = max(households, key=lambda ids: (len(ids), sorted(ids)), default=frozenset())
    off = {guest.id for guest in room.guests} - at_home
    bonded = {one.id for one in room.guests if one.id in at_home and _bonds(one, room) & off}
    shared = len(off) < len(room.guests) or len({guest.grade for guest in room.guests}) > 1
    for guest in sorted(room.guests, key=lambda one: one.id):
        if guest.id in off:
            yield Misplaced(guest, room.id, Beside.ROOM if shared else Beside.FLOOR)
        elif guest.id in bonded:
            yield Misplaced(guest, room.id, Beside.BONDED)


def _bonds(guest: Guest, room: Room) -> set[TravellerId]:
    """Whom a guest cannot be parted from, whichever of the two says so."""
    return {*guest.bonds, *(one.id for one in room.guests if guest.id in one.bonds)}


def _join(guests: Iterable[Guest]) -> list[frozenset[TravellerId]]:
    """Guests of one class by household, bonds included."""
    groups: list[tuple[set[str], set[TravellerId]]] = []
    for guest in guests:
        keys: set[str] = {guest.id, *guest.bonds, guest.household or guest.id}
        ids = {guest.id}
        for other in [group for group in groups if group[0] & keys]:
            groups.remove(other)
            keys, ids = keys | other[0], ids | other[1]
        groups.append((keys, ids))
    return [frozenset(ids) for _, ids in groups]


def is_apart(*, guest: TravellerId, facility: Facility) -> bool:
    """Whether a guest is in a room with nobody but their own household, on a floor with nobody of another class."""
    room = facility.find_room(guest)
    if room is None:
        return False
    grades = {one.grade for other in facility.rooms if other.floor == room.floor for one in other.guests}
    return len(grades) == 1 and len(_join(room.guests)) == 1
