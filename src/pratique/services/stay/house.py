"""A facility as the core sees it: its rooms, and whoever is in them as guests with class, household and needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.core.custody.entry import TravellerId
from pratique.core.stay import facility
from pratique.core.stay.facility import Need, RoomId, State
from pratique.store import models, rows
from pratique.store.queries import lodgings, persons

GRADES = {"contact": "contact", "symptomatic": "case", "red": "contact", "yellow": "contact"}
"""Channel → the class that is never mixed on a floor; any other is ordinary."""


def read_facility(*, custodian: UUID, now: datetime) -> facility.Facility:
    """A facility with its rooms and whoever is in them now, as the core sees it; rooms go by the ids of their rows."""
    rooms = list(models.Room.objects.filter(facility_id=custodian).order_by("floor", "code"))
    within = lodgings.find_rooms(travellers=lodgings.list_held(facility=custodian), now=now)
    lodged = {one: room for one, room in within.items() if room.facility.id == custodian}
    guests = make_guests(travellers=lodged)
    by_room = defaultdict(list)
    for traveller, room in lodged.items():
        by_room[room.id].append(guests[traveller])
    return facility.Facility(str(custodian), tuple(_room(row, tuple(by_room[row.id])) for row in rooms))


def _room(row: models.Room, guests: tuple[facility.Guest, ...]) -> facility.Room:
    return facility.Room(
        id=RoomId(str(row.id)),
        floor=row.floor,
        sort=facility.Sort(row.sort),
        beds=row.beds,
        state=State(row.state),
        ready_at=row.ready_at,
        guests=tuple(sorted(guests, key=lambda guest: guest.id)),
    )


def make_guests(*, travellers: Iterable[UUID], among: Iterable[UUID] = ()) -> dict[UUID, facility.Guest]:
    """Travellers as guests, each a person with all of their wristbands: class by channel, household by what was recorded or their booking,
    a minor's guardian by what was recorded, else an adult of the same booking, of these travellers or `among` others in the house."""
    asked = list(travellers)
    wanted = list({*asked, *among})
    names = rows.read_names(wanted)
    facts = persons.find_facts(names=names)
    known = persons.find_guests(travellers=wanted)
    parties = dict(
        models.Listing.objects.filter(traveller_id__in=wanted, gone_version__isnull=True)
        .exclude(party="")
        .values_list("traveller_id", "party")
    )
    people = [
        _Person(one, flight, facts[one].channel, facts[one].under_age)
        for one, flight in models.Traveller.objects.filter(id__in=wanted)
        .order_by("code")
        .values_list("id", "flight_id")
    ]
    adults: dict[str, UUID] = {}
    for one in people:
        if one.id in parties and not one.under_age:
            adults.setdefault(f"{one.flight}/{parties[one.id]}", one.id)
    found = {one.id: _guest(one, known.get(one.id), parties.get(one.id, ""), adults) for one in people}
    return {one: found[one] for one in asked if one in found}


@dataclass(frozen=True, slots=True)
class _Person:
    id: UUID
    flight: UUID | None
    channel: str
    under_age: bool


def _guest(
    person: _Person, known: models.Guest | None, party: str, adults: Mapping[str, UUID]
) -> facility.Guest:
    booked = f"{person.flight}/{party}" if party else ""
    guardian = (known.guardian_id if known else None) or adults.get(booked)
    return facility.Guest(
        id=TravellerId(str(person.id)),
        flight=str(person.flight or ""),
        grade=GRADES.get(person.channel, "ordinary"),
        household=(known.household if known else "") or booked,
        under_age=person.under_age,
        guardian=TravellerId(str(guardian)) if person.under_age and guardian else None,
        carer=TravellerId(str(known.carer_id)) if known and known.carer_id else None,
        needs=frozenset(Need(one) for one in (known.needs if known else ()) if one in set(Need)),
    )
