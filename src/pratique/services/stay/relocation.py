"""That a contact was moved apart is on record by their room: in one of their own, on a floor of their class, nothing is owed.

Rooms say it wherever they are given or changed, and a list of contacts says it of whoever was apart already.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from pratique.core.custody.entry import TravellerId
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay import relocation
from pratique.core.stay.facility import Facility
from pratique.services import duty, register
from pratique.services.stay import house
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import stays
from pratique.store.withdrawn import without_withdrawn

MOVED = "moved_apart"


def note(*, facility: UUID, moved: Collection[UUID] = (), by: UUID | None, now: datetime) -> list[UUID]:
    """Write down of every close contact in a facility who is apart, and of whom it is not on record, that they were moved apart.

    What somebody took back is written again only of those who have just `moved`. Part of the caller's transaction. Who it was.
    """
    there = house.read_facility(custodian=facility, now=now)
    guests = {guest.id for room in there.rooms for guest in room.guests}
    owed = _list_owed(guests, {str(one) for one in moved})
    found = [row for row in owed if relocation.is_apart(guest=TravellerId(row.subject_id), facility=there)]
    names = _name_rooms(there, [row.subject_id for row in found])
    told = [
        duty.Done(
            Kind.TRAVELLER.value, row.subject_id, MOVED, now, {"place": names[row.subject_id]}, str(row.id)
        )
        for row in found
    ]
    duty.record_all(evidence=[(make_id(), one) for one in told], by=by, now=now)
    stands = sorted({(Kind.TRAVELLER, one.subject) for one in told})
    if stands:
        register.work_out(stands=stands, now=now)
    return [UUID(who) for _, who in stands]


def note_of(*, travellers: Collection[UUID], by: UUID | None, now: datetime) -> list[UUID]:
    """The same of the facilities that have these travellers."""
    houses = set(stays.find_houses(travellers=travellers).values())
    return [who for one in sorted(houses) for who in note(facility=one, by=by, now=now)]


def _list_owed(guests: Iterable[str], moved: Collection[str]) -> list[models.Evidence]:
    """Standing records that name one of these guests as a close contact of the first ring, and nothing says they are apart."""
    rows = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER.value,
        subject_id__in=list(guests),
        code="listed",
        attributes__grade="close",
        attributes__ring="1",
    )
    named = list(without_withdrawn(rows).order_by("seq"))
    said = models.Evidence.objects.filter(code=MOVED, about__in=[str(row.id) for row in named])
    standing = set(without_withdrawn(said).values_list("about", flat=True))
    taken_back = set(said.values_list("about", flat=True)) - standing
    return [
        row
        for row in named
        if str(row.id) not in standing and (str(row.id) not in taken_back or row.subject_id in moved)
    ]


def _name_rooms(there: Facility, guests: Iterable[str]) -> dict[str, str]:
    """Guest → the number of their room."""
    inside = {guest: room.id for guest in guests if (room := there.find_room(TravellerId(guest))) is not None}
    codes = {
        str(one): code
        for one, code in models.Room.objects.filter(id__in=set(inside.values())).values_list("id", "code")
    }
    return {guest: codes[room] for guest, room in inside.items()}
