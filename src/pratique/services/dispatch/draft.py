"""A trip of a plan as the ledger speaks of it: ids of rows and instants instead of the problem's numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.core.transport.plan import Trip
from pratique.core.transport.problem import ROAD


@dataclass(frozen=True, slots=True)
class Draft:
    """One trip; `trip` is the one in force that it is, `pinned` that every plan must keep it; `origin` is who has its people, where
    it does not board at the port."""

    vehicle: UUID
    destination: UUID
    starts_at: datetime
    travellers: frozenset[UUID]
    drivers: tuple[UUID, ...] = ()
    escorts: tuple[UUID, ...] = ()
    pinned: bool = False
    trip: UUID | None = None
    origin: UUID | None = None


class Names:
    """What the numbers of a stored problem stand for, both ways."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.day0_at = datetime.fromisoformat(document["day0"])
        self.tick = int(document["rules"]["tick"])
        self.not_before = int(document["not_before"])
        self.vehicles = _refs(document["vehicles"])
        self.crew = _refs(document["crew"])
        self.places = _refs(document["locations"])
        self.roads = [UUID(row["ref"]) for row in document["locations"] if row["kind"] == ROAD]
        self.flights = {row["id"]: row["ref"] for row in document["flights"]}
        self.parties = {row["id"]: frozenset(map(UUID, row["travellers"])) for row in document["parties"]}
        self.rows = {row["id"]: row for row in document["parties"]}
        self._party = {who: number for number, members in self.parties.items() for who in members}
        self._vehicles = {ref: number for number, ref in self.vehicles.items()}
        self._crew = {ref: number for number, ref in self.crew.items()}
        self._places = {ref: number for number, ref in self.places.items()}

    def instant(self, minute: int) -> datetime:
        """The instant of a minute."""
        return self.day0_at + timedelta(minutes=minute)

    def minute(self, at: datetime) -> int:
        """The tick at or after an instant, not before the problem's present."""
        minutes = (at - self.day0_at).total_seconds() / 60
        return max(self.not_before, int(-(-minutes // self.tick) * self.tick))

    def list_parties(self, travellers: frozenset[UUID]) -> tuple[int, ...]:
        """Parties all of whose people are among these."""
        return tuple(number for number in self._touch(travellers) if self.parties[number] <= travellers)

    def list_grown(self, travellers: frozenset[UUID]) -> tuple[int, ...]:
        """Parties only some of whose people are among these: somebody has come to them since."""
        return tuple(number for number in self._touch(travellers) if not self.parties[number] <= travellers)

    def _touch(self, travellers: frozenset[UUID]) -> tuple[int, ...]:
        return tuple(sorted({self._party[who] for who in travellers if who in self._party}))

    def list_members(self, parties: Iterable[int]) -> frozenset[UUID]:
        """Everybody of these parties."""
        return frozenset().union(*(self.parties[party] for party in parties))

    def read(self, trip: Trip, *, pinned: bool = False, kept: UUID | None = None) -> Draft:
        """A plan's trip in the ledger's words."""
        return Draft(
            vehicle=self.vehicles[trip.vehicle],
            destination=self.places[trip.dest],
            starts_at=self.instant(trip.start_at),
            travellers=self.list_members(trip.parties),
            drivers=tuple(self.crew[who] for who in trip.drivers),
            escorts=tuple(self.crew[who] for who in trip.escorts),
            pinned=pinned,
            trip=kept,
            origin=self.find_origin(trip.parties),
        )

    def find_origin(self, parties: Sequence[int]) -> UUID | None:
        """Who has these people, where they do not board at the port."""
        number = self.rows[parties[0]].get("origin") if parties else None
        return self.places[number] if number else None

    def list_missing(self, draft: Draft) -> tuple[tuple[str, UUID | None], ...]:
        """What of a trip is not in the problem any more: vehicle, place, crew (each by its id), or its people where it boards."""
        crew = [who for who in (*draft.drivers, *draft.escorts) if who not in self._crew]
        parties = self._touch(draft.travellers)
        found: list[tuple[str, UUID | None]] = []
        if draft.vehicle not in self._vehicles:
            found.append(("vehicle", draft.vehicle))
        if draft.destination not in self._places:
            found.append(("place", draft.destination))
        found += [("crew", who) for who in crew]
        if not parties or self.find_origin(parties) != draft.origin:
            found.append(("people", None))
        return tuple(found)

    def write(self, draft: Draft) -> Trip | None:
        """The ledger's trip in the problem's numbers, with whoever has come to its households since; None if its vehicle, place,
        somebody of its crew or all its people are not in the problem any more."""
        if self.list_missing(draft):
            return None
        parties = self._touch(draft.travellers)
        return Trip(
            start_at=self.minute(draft.starts_at),
            vehicle=self._vehicles[draft.vehicle],
            dest=self._places[draft.destination],
            parties=parties,
            drivers=tuple(self._crew[who] for who in draft.drivers),
            escorts=tuple(self._crew[who] for who in draft.escorts),
        )


def _refs(rows: Iterable[Mapping[str, Any]]) -> dict[int, UUID]:
    return {row["id"]: UUID(row["ref"]) for row in rows if "ref" in row}


def of_trip(trip: Any) -> Draft:
    """A trip in force (a row of `models.Trip`) as a draft."""
    drivers = [trip.driver_id] if trip.driver_id else []
    return Draft(
        vehicle=trip.vehicle_id,
        destination=trip.destination_id,
        starts_at=trip.during.lower,
        travellers=frozenset(line.traveller_id for line in trip.lines.all()),
        drivers=(*drivers, *(p.pk for p in trip.reliefs.all())),
        escorts=tuple(p.pk for p in trip.escorts.all()),
        pinned=trip.pinned,
        trip=trip.id,
        origin=trip.origin_id,
    )
