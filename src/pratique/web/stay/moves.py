"""Who must change rooms because a case changed their class: by unit, out of which room, into which, or why none fits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.stay.assignment import Remedy, Unit, Why
from pratique.services.stay import rooms
from pratique.store import models
from pratique.store.queries import lodgings, travellers


@dataclass(frozen=True, slots=True)
class Line:
    """People who move together: out of which rooms, why, and into which room (None: none fits; then why not, and what would
    help, with the rooms and the facility that it names)."""

    guests: tuple[tuple[UUID, str], ...]
    grade: str
    out_of: tuple[str, ...]
    because: str
    room: models.Room | None
    why_not: tuple[tuple[Why, int], ...] = ()
    remedy: Remedy | None = None
    help_rooms: tuple[str, ...] = ()
    help_facility: models.Custodian | None = None


def list_lines(*, facility: UUID, now: datetime) -> list[Line]:
    """The moves proposed for a facility, those who have a room to go to first."""
    found = rooms.propose_moves(custodian=facility, now=now)
    if not found.misplaced:
        return []
    known = models.Room.objects.in_bulk(list(models.Room.objects.values_list("id", flat=True)))
    codes = travellers.name_codes(travellers=[UUID(one.guest.id) for one in found.misplaced])
    because = {one.guest.id: one for one in found.misplaced}

    def line(unit: Unit, **more: Any) -> Line:
        mine = [because[guest.id] for guest in unit.guests]
        return Line(
            guests=tuple((UUID(one.guest.id), codes[UUID(one.guest.id)]) for one in mine),
            grade=mine[0].guest.grade,
            out_of=tuple(sorted({known[UUID(one.room)].code for one in mine})),
            because=mine[0].because.value,
            **more,
        )

    placed = [line(unit, room=known[UUID(room)]) for unit, room in found.rooms.placed]
    houses = {str(row.id): row for row in lodgings.list_facilities()}
    unplaced = [
        line(
            one.unit,
            room=None,
            why_not=one.because,
            remedy=one.remedy,
            help_rooms=tuple(known[UUID(room)].code for room in one.remedy.rooms) if one.remedy else (),
            help_facility=houses.get(one.remedy.facility) if one.remedy else None,
        )
        for one in found.rooms.unplaced
    ]
    return sorted(placed, key=lambda one: one.out_of) + sorted(unplaced, key=lambda one: one.out_of)
