"""What drivers and escorts have behind them: how long they sat at the wheel, and since when they are on duty.

The law counts the hours at the wheel in 24 hours (`hours.day` of the rules of transport), whatever shift they fell into. Whoever has
no shift and drives on call is on duty from the first of their trips, no longer than a shift of the force's rules, and then rests as
long as these ask.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.formats.transport_rules import TransportRules
from pratique.services.force import rules as force_rules
from pratique.store import models
from pratique.store.queries.origins import Origins

COUNTED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Stint:
    """One trip of somebody's: from when to when it took them, and the minutes at the wheel of each of its drivers."""

    starts_at: datetime
    ends_at: datetime
    driven: float


@dataclass(frozen=True, slots=True)
class Worked:
    """The trips of the last day and those that are facts now, by person."""

    drove: Mapping[UUID, tuple[Stint, ...]]
    now: datetime

    def count_driven(self, *, who: UUID, from_at: datetime) -> int:
        """Minutes at the wheel of trips that reach into the 24 hours before somebody goes on duty, whole minutes up."""
        those = [one for one in self.drove.get(who, ()) if one.ends_at > from_at - COUNTED]
        return math.ceil(sum(one.driven for one in those))

    def find_duty(self, *, who: UUID) -> tuple[datetime, datetime]:
        """From when to when somebody on call may work: from their first trip after a rest, or now; after that a rest, and another."""
        told = force_rules.get_rules()
        rest = timedelta(minutes=told.rest_minutes)
        longest = timedelta(minutes=max(shift.minutes for shift in told.shifts.values()))
        begun = sorted(
            (s for s in self.drove.get(who, ()) if s.starts_at <= self.now), key=lambda s: s.starts_at
        )
        first: datetime | None = None
        last = self.now
        for one in begun:
            if first is None or one.starts_at - last >= rest:
                first, last = one.starts_at, one.ends_at
            last = max(last, one.ends_at)
        if first is None or self.now - last >= rest:
            return self.now, self.now + longest
        if first + longest > self.now:
            return first, first + longest
        return last + rest, last + rest + longest


def find(
    *, now: datetime, running: Iterable[Any], ends: Mapping[UUID, datetime], rules: TransportRules
) -> Worked:
    """Of trips that are facts (`ends`: when their crews are free) and those that ended within a day; withdrawn ones took nobody."""
    over = models.Trip.objects.filter(
        ended_at__gt=now - COUNTED, departed_at__isnull=False, withdrawn_at__isnull=True
    )
    ended = over.select_related("destination", "origin").prefetch_related("reliefs")
    known = Origins()
    found: dict[UUID, list[Stint]] = defaultdict(list)
    for trip in [*running, *ended]:
        drivers = [trip.driver_id, *(one.pk for one in trip.reliefs.all())]
        named = [who for who in drivers if who is not None]
        start = trip.departed_at or trip.during.lower
        end = ends.get(trip.id) or trip.ended_at
        each = count_wheel(trip=trip, known=known, rules=rules) / max(len(named), 1)
        for who in named:
            found[who].append(Stint(start, end, each))
    return Worked({who: tuple(those) for who, those in found.items()}, now)


def count_wheel(*, trip: Any, known: Origins, rules: TransportRules) -> float:
    """Minutes that a trip's vehicle is driven, empty ways too: the way there as it was reported, without the rests, and all that
    nobody reported by the table of ways. A vehicle that broke down drove until then.
    """
    there = known.find_way(trip.destination)
    back = there.minutes if there else 0
    lead = known.find_way(trip.origin) if trip.origin is not None else None
    leg = known.find_leg(trip.origin, trip.destination) if trip.origin is not None else there
    way = (lead.minutes if lead else 0) + (leg.minutes if leg else 0)
    if trip.departed_at is None:
        return way + back
    if trip.arrived_at is None and trip.ended_at is not None:
        lasted: timedelta = trip.ended_at - trip.departed_at
        return min(way + back, lasted.total_seconds() / 60)
    if (
        trip.arrived_at is None or trip.origin is not None
    ):  # nobody reports when a vehicle leaves where it fetched people
        return way + back
    took: timedelta = trip.arrived_at - trip.departed_at
    rest = rules.rules.rest_min * ((way - 1) // rules.rules.rest_every) if way > rules.rules.rest_every else 0
    return max(0.0, took.total_seconds() / 60 - rest) + back
