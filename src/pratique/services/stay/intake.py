"""Whether a facility or hospital takes people: closed to arrivals for a time and a reason, and open again.

Closed, no plan brings anybody there, cases go to another hospital; whoever is on the way is received all the same, for a person at the door is a fact. A whole
floor is closed and opened at once, room by room, each with its own entry.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.stay.facility import State
from pratique.services import duty
from pratique.services.stay import rooms
from pratique.store import models
from pratique.store.queries import intake, lodgings
from pratique.store.queries.intake import CLOSED, OPENED, Closure


@dataclass(frozen=True, slots=True)
class Floor:
    """What became of a floor: rooms closed or opened, and those left as they are because somebody is in them."""

    changed: int
    occupied: int


def find_closure(*, facility: UUID, now: datetime) -> Closure | None:
    """The closure that stands, or None: it takes people."""
    return intake.list_closed(now=now).get(facility)


def close(
    *, facility: UUID, because: str, until: datetime | None, by: UUID, now: datetime, closure: UUID | None
) -> None:
    """Nobody new is brought here until then (None: until it is opened). Said anew it replaces what was said before.

    Raises `Refused`: `facility_unknown`, `reason_missing`, `intake_time_past`.
    """
    _require(facility, Kind.FACILITY, Kind.HOSPITAL)
    if not because.strip():
        raise Refused("reason_missing", "say why it takes nobody")
    if until is not None and until <= now:
        raise Refused("intake_time_past", "give a time that is still to come, or none")
    told = {"because": because.strip()} | ({"until": until.isoformat()} if until else {})
    duty.record(
        evidence=duty.Done("facility", str(facility), CLOSED, now, told), by=by, now=now, evidence_id=closure
    )


def reopen(*, facility: UUID, by: UUID, now: datetime) -> None:
    """It takes people again. Raises `Refused`: `intake_open` where it does already."""
    if find_closure(facility=facility, now=now) is None:
        raise Refused("intake_open", "this facility takes people already")
    duty.record(evidence=duty.Done("facility", str(facility), OPENED, now), by=by, now=now)


def close_floor(*, facility: UUID, floor: int, because: str, by: UUID, now: datetime) -> Floor:
    """Close every room of a floor in which nobody is. Raises `Refused`: `facility_unknown`, `reason_missing`,
    `floor_unknown`."""
    if not because.strip():
        raise Refused("reason_missing", "say why the floor is closed")
    with transaction.atomic():
        there = _list_floor(facility, floor)
        taken = {room.id for room in there if not lodgings.is_empty(room=room.id, now=now)}
        to_close = [room for room in there if room.state != State.BLOCKED and room.id not in taken]
        for room in to_close:
            rooms.block(room=room.id, because=because, by=by, now=now)
    return Floor(len(to_close), len(taken))


def open_floor(*, facility: UUID, floor: int, by: UUID, now: datetime) -> Floor:
    """Open every closed room of a floor again. Raises `Refused`: `facility_unknown`, `floor_unknown`."""
    with transaction.atomic():
        closed = [room for room in _list_floor(facility, floor) if room.state == State.BLOCKED]
        for room in closed:
            rooms.reopen(room=room.id, by=by, now=now)
    return Floor(len(closed), 0)


def _list_floor(facility: UUID, floor: int) -> list[models.Room]:
    _require(facility, Kind.FACILITY)
    found = list(models.Room.objects.filter(facility_id=facility, floor=floor).order_by("code"))
    if not found:
        raise Refused("floor_unknown", "there is no such floor here")
    return found


def _require(facility: UUID, *kinds: Kind) -> None:
    if not models.Custodian.objects.filter(id=facility, kind__in=[kind.value for kind in kinds]).exists():
        raise Refused("facility_unknown", "there is no such facility")
