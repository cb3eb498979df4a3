"""Moves within a facility: whoever leaves a room leaves it to be disinfected, and no move breaks a rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import TravellerId
from pratique.core.stay.check import check
from pratique.core.stay.facility import Facility, RoomId, State
from pratique.core.stay.rule import Rules


@dataclass(frozen=True, slots=True)
class Moved:
    """The facility after a move (None: it may not be made), and every rule that it would break."""

    facility: Facility | None
    objections: tuple[Objection, ...]


def move(
    *,
    guests: Sequence[TravellerId],
    to: RoomId,
    facility: Facility,
    rules: Rules,
    disinfected_at: datetime | None,
) -> Moved:
    """Move guests together into another room. A room that empties is being disinfected until `disinfected_at`.

    Only what the move itself would break counts: a fault that stood before stands in nobody's way. Raises Refused
    ``room_unknown`` or ``guest_unknown``, and ``move_of_nobody`` for an empty list.
    """
    if not guests:
        raise Refused("move_of_nobody", "name at least one guest")
    if all(room.id != to for room in facility.rooms):
        raise Refused("room_unknown", f"{facility.id} has no room {to}")
    moving = {guest.id: guest for room in facility.rooms for guest in room.guests if guest.id in set(guests)}
    for guest in guests:
        if guest not in moving:
            raise Refused("guest_unknown", f"{guest} is in no room of {facility.id}")
    rooms = []
    for room in facility.rooms:
        stay = tuple(guest for guest in room.guests if guest.id not in moving)
        if room.id == to:
            rooms.append(replace(room, guests=(*stay, *(moving[guest] for guest in dict.fromkeys(guests)))))
        elif room.guests and not stay:
            rooms.append(replace(room, guests=(), state=State.DISINFECTING, ready_at=disinfected_at))
        else:
            rooms.append(replace(room, guests=stay))
    after = replace(facility, rooms=tuple(rooms))
    broken = sorted(set(check(facility=after, rules=rules)) - set(check(facility=facility, rules=rules)))
    return Moved(None if broken else after, tuple(broken))
