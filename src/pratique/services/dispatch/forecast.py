"""What the next 24 hours ask for: the situation as the ledger has it, and the means there will be, for the forecast's engine."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec

from pratique.core.custody.entry import Kind
from pratique.core.transport.assumptions import Assumptions
from pratique.engines.forecast import day_ahead
from pratique.engines.forecast.day_ahead import (
    HOURS,
    Expected,
    Forecast,
    Ride,
    Situation,
    Usual,
)
from pratique.engines.forecast.day_ahead import Waiting as Here
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import means, people, settings
from pratique.services.dispatch.people import CASE, CONTACT, ORDINARY, People
from pratique.store import models
from pratique.store.queries.flights import ask_due

RELEASE = "release"
ROOMS_A_HEAD = 0.8
"""Where nobody waits of whom it could be counted."""
UNKNOWN = Usual(heads=10, there_minutes=60, crew_minutes=120, vehicle_minutes=135, escorts=1)
"""A trip where no vehicle or place is known that it could be counted from."""


@dataclass(frozen=True, slots=True)
class Have:
    """What there is: free rooms now, vehicles in service, escorts on duty by hour."""

    rooms: int
    vehicles: int
    escorts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast from `at` on, what there is, and what it was worked out from."""

    at: datetime
    forecast: Forecast
    have: Have
    situation: Situation
    assumptions: Assumptions
    measured: bool
    edition: str


def look_ahead(*, now: datetime) -> Outlook:
    """The next 24 hours, by what is known at this moment; the same moment gives the same."""
    rules = settings.get_rules(now=now)
    longer = msgspec.structs.replace(rules.forecast, ahead_minutes=HOURS * 60)
    running, changeable = means.split(opened=means.list_open())
    found = people.find(now=now, rules=msgspec.structs.replace(rules, forecast=longer), taken=running.named)
    have = means.find(now=now, rules=rules, running=running)
    planned = {line.traveller_id for trip in changeable for line in trip.lines.all()}
    far = frozenset(one.id for one in have.places if one.kind == means.EXIT_KIND)
    rooms_a_head, bound = _count_rooms_a_head(found, far), _count_bound(found, far)
    ends = means.find_ends(trips=running.trips, rules=rules, now=now)
    rides = [*running.trips, *changeable]
    situation = Situation(
        expected=(*_list_expected(found, planned, now), *_list_unlisted(now, rules)),
        waiting=_count_here(found, planned),
        rides=tuple(_make_ride(trip, now, rules, rooms_a_head, ends.get(trip.id)) for trip in rides),
        stays=_list_stays(now, rooms_a_head),
        hourly=float(found.hourly),
        door_minutes=float(rules.forecast.door_minutes),
        rooms_per_head=rooms_a_head * (1 - sum(bound.values())),
        ordinary=_find_usual(ORDINARY, have, rules, bound),
        contact=_find_usual(CONTACT, have, rules),
        case=_find_usual(CASE, have, rules),
    )
    assumptions = rules.uncertainty
    seed = int(now.timestamp()) // 60
    return Outlook(
        at=now,
        forecast=day_ahead.forecast(situation=situation, assumptions=assumptions, seed=seed),
        have=_count_means(have, running, now),
        situation=situation,
        assumptions=assumptions,
        measured=found.measured,
        edition=rules.code,
    )


def _count_rooms_a_head(found: People, far: frozenset[UUID]) -> float:
    """Rooms that those who wait or are expected and stay here need, a head of them."""
    groups = [group for group in found.groups if group.cls != CASE and group.bound not in far]
    heads = sum(len(group.members) for group in groups)
    return sum(group.rooms for group in groups) / heads if heads else ROOMS_A_HEAD


def _count_bound(found: People, far: frozenset[UUID]) -> dict[UUID, float]:
    """What share of those who wait or are expected is bound for each of the other prefectures: long ways, and no room here."""
    groups = [group for group in found.groups if group.cls != CASE]
    heads = sum(len(group.members) for group in groups)
    counts: Counter[Any] = Counter(
        group.bound for group in groups if group.bound in far for _ in group.members
    )
    return {place: count / heads for place, count in counts.items()}


def _list_expected(found: People, planned: set[UUID], now: datetime) -> tuple[Expected, ...]:
    """Flights in the air with those on their lists, and those that have landed with whoever is still in the cabin."""
    cabins = set(models.Custodian.objects.filter(kind=Kind.CABIN.value).values_list("id", flat=True))
    heads: Counter[tuple[UUID, bool]] = Counter()
    riding: Counter[tuple[UUID, bool]] = Counter()
    since: dict[UUID, datetime] = {}
    for one in (member for group in found.groups for member in group.members):
        landed = one.holder in cabins and one.cls != CASE
        if one.flight is not None and (one.holder is None or landed):
            heads[one.flight, landed] += 1
            riding[one.flight, landed] += one.traveller in planned
            if landed and one.here_at:
                since[one.flight] = min(since.get(one.flight, one.here_at), one.here_at)
    flights = models.Flight.objects.in_bulk({flight for flight, _landed in heads})
    return tuple(
        Expected(
            due_minute=_minutes(since.get(flight, now) if landed else flights[flight].due_at, now),
            heads=count,
            planned=riding[flight, landed],
            estimated=flights[flight].estimated_at is not None,
            landed=landed,
        )
        for (flight, landed), count in sorted(heads.items(), key=str)
    )


def _list_unlisted(now: datetime, rules: TransportRules) -> Iterable[Expected]:
    """Flights on the board of which no list has come yet: a usual share of their seats."""
    until, share = now + timedelta(hours=HOURS), rules.uncertainty.load_share
    found = models.Flight.objects.alias(due=ask_due()).filter(
        landed_at__isnull=True,
        closed_at__isnull=True,
        seats__isnull=False,
        listings__isnull=True,
        due__range=(now - timedelta(days=1), until),
    )
    for flight in found.order_by("due", "id"):
        row: Any = flight
        due = _minutes(row.due_at, now)
        yield Expected(due, round(row.seats * share), estimated=row.estimated_at is not None)


def _minutes(at: datetime, now: datetime) -> float:
    return (at - now).total_seconds() / 60


def _count_here(found: People, planned: set[UUID]) -> Here:
    """Who stands in the hall's queue, and who is through it without a trip."""
    halls = set(models.Custodian.objects.filter(kind=Kind.HALL.value).values_list("id", flat=True))
    cabins = set(models.Custodian.objects.filter(kind=Kind.CABIN.value).values_list("id", flat=True))
    hall = hall_planned = 0
    counts: Counter[str] = Counter()
    for group in found.groups:
        for one in group.members:
            if one.holder is None or (one.holder in cabins and group.cls != CASE):
                continue
            if group.cls == CASE:
                counts[CASE] += one.traveller not in planned and one is group.members[0]
            elif one.holder in halls:
                hall += 1
                hall_planned += one.traveller in planned
            else:
                counts[group.cls] += one.traveller not in planned
    return Here(hall, hall_planned, counts[ORDINARY], counts[CONTACT], counts[CASE])


def _make_ride(
    trip: Any,
    now: datetime,
    rules: TransportRules,
    rooms_a_head: float,
    ends: tuple[datetime, datetime] | None,
) -> Ride:
    """A trip as it is planned, one under way as late as it is (`ends`: when its vehicle and its crew are free); it is there half-way
    through its time."""
    start, end = trip.during.lower, trip.during.upper
    late = max(timedelta(), ends[0] - end) if ends else timedelta()
    heads = len(trip.lines.all()) if trip.destination.kind == Kind.FACILITY.value else 0
    return Ride(
        start=_minutes(start, now),
        arrival=_minutes(trip.arrived_at or start + (end - start) / 2 + late, now),
        crew_until=_minutes(ends[1] if ends else means.find_crew_end(trip=trip, rules=rules), now),
        vehicle_until=_minutes(ends[0] if ends else end, now),
        rooms=0.0 if trip.arrived_at else heads * rooms_a_head,
        escorts=len(trip.escorts.all()),
    )


def _list_stays(now: datetime, rooms_a_head: float) -> tuple[tuple[float, float], ...]:
    """When those in facilities may leave, by the register of duties; who may already counts from now."""
    inside = models.Position.objects.filter(inside=True, holder_kind=Kind.FACILITY.value)
    names = {str(who) for who in inside.values_list("traveller_id", flat=True)}
    owed = models.Owed.objects.filter(
        subject_kind="traveller", code=RELEASE, opens_at__lt=now + timedelta(hours=HOURS)
    )
    ends = {subject: at for subject, at in owed.values_list("subject_id", "opens_at") if subject in names}
    by_minute: dict[float, float] = defaultdict(float)
    for at in ends.values():
        by_minute[max(0.0, _minutes(at, now))] += 1
    return tuple((minute, heads * rooms_a_head) for minute, heads in sorted(by_minute.items()))


def _find_usual(
    cls: str, have: means.Means, rules: TransportRules, bound: Mapping[UUID, float] = MappingProxyType({})
) -> Usual:
    """The mean over the vehicles that may carry a class and the ways to the places that may take it (beds or rooms free first);
    `bound`: the share of them that goes to each of the other places."""
    allowed = rules.classes[cls]
    fleet = [one for one in have.vehicles if one.kind in allowed.kinds]
    places = [
        one
        for one in have.places
        if (one.kind == "hospital" if cls == CASE else one.kind == "facility" and one.accepts == cls)
    ]
    if not fleet or not places:
        return UNKNOWN
    weights = [one.free or 0 for one in places]
    weights = weights if any(weights) else [1] * len(places)
    near = sum(one.minutes * w for one, w in zip(places, weights, strict=True)) / sum(weights)
    far = [(one.minutes, bound[one.id]) for one in have.places if one.id in bound]
    way = near * (1 - sum(share for _, share in far)) + sum(minutes * share for minutes, share in far)
    kinds = [rules.kinds[one.kind] for one in fleet]
    board, unload, disinfect, escorts = (
        sum(getattr(kind, name) for kind in kinds) / len(kinds)
        for name in ("board", "unload", "disinfect", "escorts")
    )
    fits = [max(1.0, one.seats * rules.seat_share) for one in fleet]
    heads = sum(min(fit, allowed.persons_max or fit) for fit in fits) / len(fits)
    away = board + 2 * way + unload
    return Usual(heads, board + way, away + rules.rules.crew_doff, away + disinfect, escorts)


def _count_means(have: means.Means, running: means.Running, now: datetime) -> Have:
    """Rooms free in facilities now (those of people on the road are free until they come), vehicles in service, and the escorts that a plan may count on in each hour."""
    until = now + timedelta(hours=HOURS)
    duties = [
        (one.starts_at, one.ends_at)
        for one in means.list_duties(now=now, until=until)
        if one.post == means.ESCORT_POST
    ]
    return Have(
        rooms=sum(
            (one.free or 0) + running.heads_to.get(one.id, 0) - one.short
            for one in have.places
            if one.kind == "facility"
        ),
        vehicles=models.Vehicle.objects.exclude(out_of_service_at__lte=now).count(),
        escorts=tuple(_count_on_duty(duties, now + timedelta(hours=hour)) for hour in range(HOURS)),
    )


def _count_on_duty(duties: Iterable[tuple[datetime, datetime]], hour_at: datetime) -> int:
    """Those who are there in the middle of an hour."""
    middle = hour_at + timedelta(minutes=30)
    return sum(start <= middle < end for start, end in duties)
