"""What drivers and escorts have behind them: how long they sat at the wheel, and since when they are on duty.

The law counts the hours at the wheel in 24 hours (`hours.day` of the rules of transport), whatever shift they fell into. What was
driven until a trip arrived is of whoever was at the wheel, once a change was reported; all else its drivers share. Whoever has
no shift and drives on call is on duty from the first of their trips, no longer than a shift of the force's rules, and then rests as
long as these ask.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.core.transport import stretch
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import driving
from pratique.services.force import rules as force_rules
from pratique.store import models
from pratique.store.queries.origins import Origins

COUNTED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Stint:
    """One trip of somebody's: from when to when it took them, and their minutes at the wheel: driven, and ahead or not reported."""

    trip: UUID
    starts_at: datetime
    ends_at: datetime
    driven: float
    ahead: float


@dataclass(frozen=True, slots=True)
class Worked:
    """The trips of the last day and those that are facts now, by person."""

    drove: Mapping[UUID, tuple[Stint, ...]]
    now: datetime

    def count_driven(self, *, who: UUID, from_at: datetime, leaving: Collection[UUID] = ()) -> int:
        """Minutes at the wheel of trips that reach into the 24 hours before somebody goes on duty, whole minutes up; of trips that
        they are `leaving` only what they have driven."""
        those = [one for one in self.drove.get(who, ()) if one.ends_at > from_at - COUNTED]
        return math.ceil(sum(one.driven + (0 if one.trip in leaving else one.ahead) for one in those))

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
    trips = [*running, *ended]
    turns = driving.read_turns(trips=trips)
    for trip in trips:
        start = trip.departed_at or trip.during.lower
        end = ends.get(trip.id) or trip.ended_at
        driven, ahead = count_wheel(trip=trip, known=known, rules=rules, now=now)
        named = [who for who in (trip.driver_id, *(one.pk for one in trip.reliefs.all())) if who is not None]
        own = _share(named, turns[trip.id], driven, trip.arrived_at or trip.ended_at or now)
        for who in {*named, *own}:
            later = ahead / len(named) if who in named else 0.0
            found[who].append(Stint(trip.id, start, end, own.get(who, 0.0), later))
    return Worked({who: tuple(those) for who, those in found.items()}, now)


def _share(
    named: Sequence[UUID], turns: Sequence[tuple[UUID | None, datetime]], driven: float, until: datetime
) -> dict[UUID, float]:
    """The minutes that were driven until then by driver: by the turns, if a change was reported; in equal parts if none was."""
    if len(turns) < 2:
        return dict.fromkeys(named, driven / max(len(named), 1))
    ends = [*(at for _, at in turns[1:]), until]
    spans = [(who, max(0.0, (end - at).total_seconds())) for (who, at), end in zip(turns, ends, strict=True)]
    whole = sum(seconds for _, seconds in spans) or 1.0
    found: dict[UUID, float] = defaultdict(float)
    for who, seconds in spans:
        if who is not None:
            found[who] += driven * seconds / whole
    return found


def count_wheel(*, trip: Any, known: Origins, rules: TransportRules, now: datetime) -> tuple[float, float]:
    """Minutes that a trip's vehicle is driven, empty ways too: what was driven until it arrived, or until now, and what is ahead
    or nobody reported, by the table of ways. The way there is as long as it was reported, without the rests; a vehicle that broke
    down drove until then.
    """
    there = known.find_way(trip.destination)
    back = there.minutes if there else 0
    lead = known.find_way(trip.origin) if trip.origin is not None else None
    leg = known.find_leg(trip.origin, trip.destination) if trip.origin is not None else there
    way = (lead.minutes if lead else 0) + (leg.minutes if leg else 0)
    if trip.departed_at is None:
        return 0.0, way + back
    lasted: timedelta = (trip.arrived_at or trip.ended_at or now) - trip.departed_at
    gone = max(0.0, lasted.total_seconds() / 60)
    if trip.arrived_at is None and trip.ended_at is not None:
        return min(way + back, gone), 0.0
    if trip.arrived_at is None:
        return min(way, gone), way - min(way, gone) + back
    if trip.origin is not None:  # nobody reports when a vehicle leaves where it fetched people
        return way, back
    rest = stretch.count_rest(minutes=way, every=rules.rules.rest_every, rest=rules.rules.rest_min)
    return max(0.0, gone - rest), back
