"""What is expected of trips under way: when they arrive, by what that is known, and which are late or silent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.core.transport import convoy, progress, stretch
from pratique.core.transport.progress import Fix, Method, Sign, Signs, Spot, Stop, Watch
from pratique.services import duty
from pratique.services.dispatch import duration, settings
from pratique.store import models
from pratique.store.queries import convoys, ports, tracking, ways
from pratique.store.queries.origins import Origins
from pratique.store.withdrawn import without_withdrawn

FELL_SILENT, HEARD = "silent", "heard"
"""What the register of duties is told of a trip."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a trip is expected to arrive (`method` says by what that is known), when it should by its plan, and how many minutes of what
    its convoy said it loses are in the first."""

    expected_at: datetime
    planned_at: datetime
    method: Method
    delay_minutes: int = 0

    @property
    def late_minutes(self) -> float:
        """Minutes beyond the plan; below zero: ahead of it."""
        return progress.count_late(expected_at=self.expected_at, planned_at=self.planned_at)


@dataclass(frozen=True, slots=True)
class Outlook:
    """How it stands with one trip on the road.

    `fix` is the last position that was kept, `source` what reported it; `heard_at` when it last gave a sign of life, by position or by
    word. `arrival` is when it will be there (None: no way to there is known).
    """

    trip: UUID
    sign: Sign
    heard_at: datetime
    fix: Fix | None
    source: str
    arrival: Due | None

    @property
    def late_minutes(self) -> int:
        """Whole minutes beyond the plan; below zero: ahead of it."""
        return round(self.arrival.late_minutes) if self.arrival else 0


def list_moving() -> list[Any]:
    """Trips that have departed and not arrived, by departure."""
    moving = models.Trip.objects.filter(
        departed_at__isnull=False, arrived_at__isnull=True, ended_at__isnull=True
    )
    return list(moving.select_related("vehicle", "destination", "origin").order_by("departed_at", "id"))


def foresee(*, trips: Iterable[Any], now: datetime) -> dict[UUID, Outlook]:
    """The outlook of every trip of these that is moving, whether or not a way to its end is known: silence needs none."""
    moving = [trip for trip in trips if trip.departed_at and not trip.arrived_at and not trip.ended_at]
    if not moving:
        return {}
    rules = settings.get_rules().positions
    watch = Watch(rules.late_minutes, rules.silent_minutes, rules.word_minutes)
    ids = [trip.id for trip in moving]
    heard, told = tracking.list_last(trips=ids), tracking.list_words(trips=ids)
    tracked = tracking.list_tracked(vehicles=[trip.vehicle.id for trip in moving])
    dues = _list_dues(moving, heard, now)
    found = {}
    for trip in moving:
        last, due = heard.get(trip.id), dues.get(trip.id)
        signs = Signs(trip.departed_at, last.received_at if last else None, told.get(trip.id))
        sign = progress.judge(
            late_minutes=due.late_minutes if due else 0, signs=signs, tracked=trip.vehicle.id in tracked, watch=watch, now=now,
        )  # fmt: skip
        fix, source = (last.fix, last.source) if last else (None, "")
        found[trip.id] = Outlook(trip.id, sign, signs.last_at, fix, source, due)
    return found


def _list_dues(moving: Sequence[Any], heard: Mapping[UUID, tracking.Heard], now: datetime) -> dict[UUID, Due]:
    """When each of these arrives; one to a place to which no way is known is left out. One that fetches people elsewhere comes by there
    first, and is beyond it once somebody is aboard."""
    rules, port = settings.get_rules(), ports.find_port()
    known, spots = ways.list_ways(), tracking.find_spots()
    ids = [trip.id for trip in moving]
    halts, delays = convoys.list_halts(trips=ids), convoys.list_delays(trips=ids)
    origins = Origins()
    fetching = [trip.id for trip in moving if trip.origin]
    held = models.Position.objects.filter(inside=True, holder_id__in=fetching) if fetching else ()
    carrying = {position.holder_id for position in held}
    found = {}
    for trip in moving:
        lead = origins.find_way(trip.origin) if trip.origin else None
        way = (
            origins.find_leg(trip.origin, trip.destination)
            if trip.origin
            else known.get(trip.destination.place)
        )
        if way is None or not way.minutes:
            continue
        stops = _list_stops(way.minutes, halts.get(trip.id, ()), spots)
        ends = Stop("", spots.get(port.code) if port else None, 0), spots.get(trip.destination.place)
        stops = [ends[0], *stops[:-1], Stop(trip.destination.place, ends[1], stops[-1].minutes)]
        if lead is not None:
            there = duration.count_lead(minutes=lead.minutes)
            stops.insert(1, Stop(trip.origin.place, spots.get(trip.origin.place), there))
        last = heard.get(trip.id)
        *_, arrival = progress.foresee(
            stops=stops, departed_at=trip.departed_at, fix=last.fix if last else None, now=now,
            passed=int(lead is not None and trip.id in carrying), delays=delays.get(trip.id, ()),
        )  # fmt: skip
        kind = rules.kinds.get(trip.vehicle.kind)
        starts_at = trip.during.lower if hasattr(trip, "during") else trip.starts_at
        minutes = (kind.board if kind else 0) + sum(stop.minutes for stop in stops)
        planned_at = starts_at + timedelta(minutes=minutes)
        found[trip.id] = Due(arrival.at, planned_at, arrival.method, round(arrival.delay_minutes))
    return found


def _list_stops(way: int, halts: Sequence[convoys.RestPlace], spots: Mapping[str, Spot]) -> list[Stop]:
    """The stops of a way of so many minutes of driving, its end the last and without a place: minutes with the rest before each.

    A convoy rests at its rest places; those whose coordinates are known divide the way, so that its arrival is foreseen leg by leg.
    A trip by itself rests as the planner counts.
    """
    rules = settings.get_rules()
    within = [halt for halt in halts if halt.minutes < way]
    if not within:
        legs = stretch.cut(minutes=way, every=rules.rules.rest_every, rest=rules.rules.rest_min)
        return [Stop("", None, legs[-1].arrives)]
    marks = [convoy.Halt(halt.code, halt.minutes) for halt in within]
    legs = convoy.cut_legs(minutes=way, halts=marks, rest=rules.convoy.rest_minutes)
    found, gone = [], 0
    for halt, leg in zip(within, legs, strict=False):
        if halt.code in spots:
            found.append(Stop(halt.code, spots[halt.code], leg.arrives - gone))
            gone = leg.arrives
    return [*found, Stop("", None, legs[-1].arrives - gone)]


def watch(*, now: datetime) -> int:
    """Tell the register of duties which trips fell silent and which are heard again; how many of both.

    Silence is owed an answer: the dispatcher asks by telephone (`answers`). It ends when the trip is heard, arrives or ends.
    """
    moving = list_moving()
    outlooks = foresee(trips=moving, now=now)
    told = models.Evidence.objects.filter(subject_kind="trip", code__in=(FELL_SILENT, HEARD))
    open_trips = models.Trip.objects.filter(departed_at__isnull=False, ended_at__isnull=True)
    ids = [str(trip) for trip in open_trips.values_list("id", flat=True)]
    last = dict(
        without_withdrawn(told.filter(subject_id__in=ids))
        .order_by("happened_at", "seq")
        .values_list("subject_id", "code")
    )
    silent = {str(trip) for trip, outlook in outlooks.items() if outlook.sign is Sign.SILENT}
    changed = [
        duty.Done("trip", trip, FELL_SILENT, now) for trip in sorted(silent) if last.get(trip) != FELL_SILENT
    ]
    changed += [
        duty.Done("trip", trip, HEARD, now)
        for trip in sorted(last)
        if last[trip] == FELL_SILENT and trip not in silent
    ]
    for done in changed:
        duty.record(evidence=done, by=None, now=now)
    return len(changed)


__all__ = ["FELL_SILENT", "HEARD", "Due", "Outlook", "Spot", "foresee", "list_moving", "watch"]
