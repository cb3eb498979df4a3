"""What reception looks at: who stays in a facility, in which room, what is owed to them today, who is on the way."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from pratique.store import models, rows
from pratique.store.queries import deaths, lodgings, persons
from pratique.store.withdrawn import without_withdrawn

TODAY_HOURS = 12
FEVER_CELSIUS = 37.3


@dataclass(frozen=True, slots=True)
class Lodger:
    """Somebody whom a facility has, a deceased until they are handed over too: room and floor (empty and None for who has none), what they need and eat, the last
    temperature, and what is owed by code (the earliest of each)."""

    traveller: UUID
    code: str
    designator: str
    room: models.Room | None
    since_at: datetime
    seen_at: datetime
    under_age: bool
    channel: str
    needs: tuple[str, ...]
    diets: tuple[str, ...]
    celsius: float | None
    symptomatic: bool
    taken_at: datetime | None
    owed: dict[str, models.Owed] = field(default_factory=dict)
    died: bool = False

    @property
    def fever(self) -> bool:
        """Whether the last temperature or answer calls for the nurse."""
        return not self.died and (self.symptomatic or (self.celsius or 0) >= FEVER_CELSIUS)


@dataclass(frozen=True, slots=True)
class House:
    """One line of the list of facilities."""

    custodian: models.Custodian
    held: int
    rooms: int
    free: int
    blocked: int
    disinfecting: int


@dataclass(frozen=True, slots=True)
class Coming:
    """A trip on its way to a facility, with how many it brings."""

    trip: models.Trip
    heads: int
    aboard: int


def list_houses() -> list[House]:
    """Facilities with how full they are."""
    held = dict(
        models.Position.objects.filter(holder_kind="facility", inside=True)
        .values_list("holder_id")
        .annotate(Count("traveller_id"))
    )
    states: dict[UUID, dict[str, int]] = defaultdict(dict)
    for facility, state, count in models.Room.objects.values_list("facility_id", "state").annotate(
        Count("id")
    ):
        states[facility][state] = count
    inside = models.Position.objects.filter(holder_kind="facility", inside=True).values("traveller_id")
    pairs = models.Traveller.objects.filter(id__in=inside).exclude(room="").values_list("id", "room")
    by_room = dict(pairs)
    holders = dict(
        models.Position.objects.filter(traveller_id__in=by_room).values_list("traveller_id", "holder_id")
    )
    rooms = defaultdict(set)
    for traveller, room in by_room.items():
        rooms[holders[traveller]].add(room)
    taken = {facility: len(names) for facility, names in rooms.items()}
    return [
        House(
            one,
            held.get(one.id, 0),
            sum(states[one.id].values()),
            max(0, states[one.id].get("ready", 0) - taken.get(one.id, 0)),
            states[one.id].get("blocked", 0),
            states[one.id].get("disinfecting", 0),
        )
        for one in lodgings.list_facilities()
    ]


def list_hospitals() -> list[tuple[models.Custodian, int]]:
    """Hospitals that are open, by code, each with how many people it has."""
    found = models.Custodian.objects.filter(kind="hospital", closed_at__isnull=True).order_by("code")
    held = models.Position.objects.filter(holder_kind="hospital", inside=True).values_list("holder_id")
    counts = dict(held.annotate(Count("traveller_id")))
    return [(one, counts.get(one.id, 0)) for one in found]


def find_houses(*, travellers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Traveller → the facility that has them; whoever is in none is not in it."""
    held = models.Position.objects.filter(
        traveller_id__in=list(travellers), holder_kind="facility", inside=True
    )
    return dict(held.values_list("traveller_id", "holder_id"))


def list_lodgers(*, facility: UUID, now: datetime) -> list[Lodger]:
    """Whom a facility has, by room; those without a room first."""
    positions = {p.traveller_id: p for p in models.Position.objects.filter(holder_id=facility, inside=True)}
    people = models.Traveller.objects.filter(id__in=list(positions)).select_related("flight")
    rooms = lodgings.find_rooms(travellers=positions, now=now)
    guests = persons.find_guests(travellers=positions)
    facts = persons.find_facts(names=rows.read_names(positions))
    owed = _list_owed([str(one) for one in positions], now)
    last = _read_last(positions)
    dead = deaths.find_confirmed(travellers=positions)
    found = []
    for one in people:
        room, guest = rooms.get(one.id), guests.get(one.id)
        told, taken_at = last.get(one.id, ({}, None))
        found.append(
            Lodger(
                traveller=one.id,
                code=one.code,
                designator=one.flight.designator if one.flight else "",
                room=room if room and room.facility.id == facility else None,
                since_at=positions[one.id].since_at,
                seen_at=positions[one.id].seen_at,
                under_age=facts[one.id].under_age,
                channel=facts[one.id].channel,
                needs=tuple(guest.needs) if guest else (),
                diets=tuple(guest.diets) if guest else (),
                celsius=told.get("celsius"),
                symptomatic=bool(told.get("symptomatic")),
                taken_at=taken_at,
                owed=owed.get(str(one.id), {}),
                died=one.id in dead,
            )
        )
    return sorted(
        found,
        key=lambda one: (one.room.floor if one.room else 0, one.room.code if one.room else "", one.code),
    )


def _list_owed(names: list[str], now: datetime) -> dict[str, dict[str, models.Owed]]:
    waiting = models.Owed.objects.filter(
        Q(opens_at__lte=now) | Q(due_at__lte=now + timedelta(hours=TODAY_HOURS)),
        subject_kind="traveller",
        subject_id__in=names,
    ).order_by("due_at", "id")
    found: dict[str, dict[str, models.Owed]] = defaultdict(dict)
    for row in waiting:
        found[row.subject_id].setdefault(row.code, row)
    return found


def _read_last(travellers: Iterable[UUID]) -> dict[UUID, tuple[dict[str, float], datetime | None]]:
    """The last temperature of each, under whichever of their names it was taken."""
    asked = rows.find_askers(travellers)
    taken = models.Evidence.objects.filter(
        subject_kind="traveller", code="temperature", subject_id__in=[str(name) for name in asked]
    )
    latest = without_withdrawn(taken).order_by("subject_id", "-happened_at", "-seq").distinct("subject_id")
    return {
        one: (row.attributes, row.happened_at)
        for row in sorted(latest, key=lambda row: (row.happened_at, row.seq))
        for one in asked[UUID(row.subject_id)]
    }


def list_coming(*, facility: UUID) -> list[Coming]:
    """Trips that are planned or on the road to a facility, with whom they bring."""
    trips = models.Trip.objects.filter(
        destination_id=facility, ended_at__isnull=True, withdrawn_at__isnull=True
    ).select_related("vehicle")
    lines = dict(
        models.BoardingLine.objects.filter(trip__in=trips).values_list("trip_id").annotate(Count("id"))
    )
    aboard = dict(
        models.Position.objects.filter(holder_id__in=[t.id for t in trips], inside=True)
        .values_list("holder_id")
        .annotate(Count("traveller_id"))
    )
    found = [Coming(trip, lines.get(trip.id, 0), aboard.get(trip.id, 0)) for trip in trips]
    return sorted(found, key=lambda one: (one.trip.departed_at is None, one.trip.during.lower))
