"""How many drivers and escorts a trip needs by its vehicle and its way, and which trips have not all of them named: none of these sets
off, and no plan changes one that was made by hand.

Trips of a plan have their crews from it. One made by hand may be opened before anybody is named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import settings, worked
from pratique.store import models
from pratique.store.queries.origins import Origins


@dataclass(frozen=True, slots=True)
class Manned:
    """How many drivers and escorts a trip has, and how many it needs."""

    drivers: int
    escorts: int
    needed: tuple[int, int]

    @property
    def short(self) -> bool:
        """Whether somebody is wanting."""
        return self.drivers < self.needed[0] or self.escorts < self.needed[1]


def is_long(*, trip: Any, minutes: float, rules: TransportRules) -> bool:
    """Whether a trip's way, of so many minutes at the wheel there and back, is long. Of a trip that a plan made the plan has said it: a
    routing server that finds the road slower today makes no other trip of it."""
    by_hand = trip.plan_id is None and minutes > 2 * rules.rules.long_drive
    return bool(trip.long_distance or by_hand)


def count_needed(*, trip: Any, minutes: float, rules: TransportRules) -> tuple[int, int]:
    """Drivers and escorts by the kind of a trip's vehicle; on a long way as many drivers as that asks for."""
    kind = rules.kinds.get(trip.vehicle.kind)
    drivers, escorts = (kind.drivers, kind.escorts) if kind else (1, 0)
    long = is_long(trip=trip, minutes=minutes, rules=rules)
    return rules.rules.long_drivers if long else drivers, escorts


def list_short(*, trips: Iterable[Any]) -> dict[UUID, Manned]:
    """Of these trips that have not set off, those whose crew is not whole, with what they have and need."""
    known, rules = Origins(), settings.get_rules()
    counted = {trip.id: _count(trip, known, rules) for trip in trips if trip.departed_at is None}
    return {trip: crew for trip, crew in counted.items() if crew.short}


def _count(trip: Any, known: Origins, rules: TransportRules) -> Manned:
    _, minutes = worked.count_wheel(trip=trip, known=known, rules=rules, now=trip.during.lower)
    drivers = {one for one in (trip.driver_id, *(p.pk for p in trip.reliefs.all())) if one is not None}
    needed = count_needed(trip=trip, minutes=minutes, rules=rules)
    return Manned(len(drivers), len(trip.escorts.all()), needed)


def find_short(*, trip: UUID) -> Manned | None:
    """What a trip that has not set off has and needs, if its crew is not whole."""
    rows = models.Trip.objects.filter(id=trip, ended_at__isnull=True)
    return list_short(trips=rows.select_related("vehicle", "destination", "origin")).get(trip)


def refuse_short(*, trip: UUID) -> None:
    """Before a trip sets off. Raises `Refused("crew_missing")`."""
    found = find_short(trip=trip)
    if found is None:
        return
    plate = models.Vehicle.objects.values_list("plate", flat=True).get(trips=trip)
    because = f"{found.drivers} of {found.needed[0]} drivers, {found.escorts} of {found.needed[1]} escorts"
    told = {
        "plate": plate,
        "drivers": found.drivers,
        "drivers_wanted": found.needed[0],
        "escorts": found.escorts,
        "escorts_wanted": found.needed[1],
    }
    raise Refused("crew_missing", f"{plate}: {because} are named", **told)
