"""Vehicles and crews by the hour: what runs, what is in force, what is proposed and what a proposal takes away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from pratique.core.transport import check
from pratique.services.dispatch import boarding, edit, means, plans, settings
from pratique.store import models
from pratique.web import words
from pratique.web.dispatch import labels

BEFORE, HOURS = timedelta(hours=1), 9
LABELLED_PERCENT = 12.0
COUNTED_PERCENT = 2.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One trip in a row; `state` is running, in_force, proposed or withdrawn; places in percent of the width. `load` is
    what somebody moves by hand (empty: it stays)."""

    state: str
    start: float
    width: float
    heads: int
    destination: str
    starts_at: datetime
    ends_at: datetime
    trip: UUID | None
    load: str
    pinned: bool

    @property
    def middle(self) -> float:
        """Where its text stands."""
        return self.start + self.width / 2

    @property
    def text(self) -> str:
        """As much as there is room for."""
        if self.width >= LABELLED_PERCENT:
            return f"{self.heads} · {self.destination}"
        return str(self.heads) if self.width >= COUNTED_PERCENT else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A vehicle or somebody of a crew, and their trips."""

    name: str
    note: str
    vehicle: UUID | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """The rows and the hours above them (percent, time)."""

    vehicles: tuple[Row, ...]
    crew: tuple[Row, ...]
    hours: tuple[tuple[float, datetime], ...]
    now: float
    first: datetime


@dataclass(frozen=True, slots=True)
class _Span:
    """A trip from when to when, with whom, before it is placed."""

    state: str
    starts_at: datetime
    ends_at: datetime
    crew_ends_at: datetime
    vehicle: UUID
    people: tuple[UUID, ...]
    destination: UUID
    heads: int
    trip: UUID | None
    load: str
    pinned: bool
    origin: UUID | None = None


def draw(*, now: datetime, plan: models.Plan | None) -> Chart:
    """Everything in sight: an hour back and eight ahead."""
    first = (now - BEFORE).replace(minute=0, second=0, microsecond=0)
    spans = [*_list_in_force(plan, now), *(_list_proposed(plan) if plan else ())]
    places = models.Custodian.objects.filter(
        id__in={who for one in spans for who in (one.destination, one.origin)}
    )
    names = {row.id: words.name_of(row) for row in places}
    names |= labels.name_stands(trips={one.origin for one in spans if one.origin})
    by_vehicle: dict[UUID, list[Bar]] = {}
    by_person: dict[UUID, list[Bar]] = {}
    for one in sorted(spans, key=lambda s: (s.state != "withdrawn", s.starts_at)):
        way = f"{names.get(one.origin, '')} → " if one.origin else ""
        way += names.get(one.destination, "")
        bar = _place(one, one.ends_at, first, way)
        if bar is not None:
            by_vehicle.setdefault(one.vehicle, []).append(bar)
        bar = _place(one, one.crew_ends_at, first, way)
        for who in one.people if bar is not None else ():
            by_person.setdefault(who, []).append(bar)
    hours = tuple((100 * n / HOURS, first + timedelta(hours=n)) for n in range(HOURS))
    return Chart(
        vehicles=tuple(_list_vehicles(now, by_vehicle)),
        crew=tuple(_list_people(by_person)),
        hours=hours,
        now=100 * (now - first) / timedelta(hours=HOURS),
        first=first,
    )


def _list_vehicles(now: datetime, bars: dict[UUID, list[Bar]]) -> Iterable[Row]:
    for vehicle in models.Vehicle.objects.order_by("plate"):
        out = vehicle.out_of_service_at is not None and vehicle.out_of_service_at <= now
        if out and vehicle.id not in bars:
            continue
        note = gettext("out of service") if out else labels.say_kind(f"{vehicle.kind}-{vehicle.seats}")
        yield Row(vehicle.plate, note, None if out else vehicle.id, tuple(bars.get(vehicle.id, ())))


def _list_people(bars: dict[UUID, list[Bar]]) -> Iterable[Row]:
    for person in models.Person.objects.filter(id__in=list(bars)).order_by("licence", "username"):
        said = labels.say_resource("driver" if person.licence else "escort")
        yield Row(words.name_of(person) or person.username, said, None, tuple(bars[person.pk]))


def _list_in_force(plan: models.Plan | None, now: datetime) -> Iterable[_Span]:
    """Open trips, those under way until their vehicle and crew are free as it looks now; one that may be changed and is not in the proposal is shown as withdrawn by it, unless it was made by hand since."""
    opened, rules = means.list_open(), settings.get_rules()
    aboard = _count_aboard([trip.id for trip in opened])
    _, changeable = means.split(opened=opened)
    loose = {trip.id for trip in changeable}
    ends = means.find_ends(trips=[trip for trip in opened if trip.id not in loose], rules=rules, now=now)
    rows = {UUID(row["trip"]): row for row in plan.trips if row.get("trip")} if plan else {}
    staying, newer = loose, set[UUID]()
    if plan:
        newer = {trip.id for trip in boarding.list_newer(document=plan.document, changeable=changeable)}
        staying = {*rows, *newer}
    for trip in opened:
        state = "running" if trip.id not in loose else "in_force" if trip.id in staying else "withdrawn"
        people = [trip.driver_id, *(p.pk for p in (*trip.reliefs.all(), *trip.escorts.all()))]
        heads = aboard.get(trip.id, 0) if state == "running" and aboard.get(trip.id) else trip.lines.count()
        yield _Span(
            state,
            trip.during.lower,
            *ends.get(trip.id, (trip.during.upper, means.find_crew_end(trip=trip, rules=rules))),
            trip.vehicle_id,
            tuple(who for who in people if who),
            trip.destination_id,
            heads,
            trip.id,
            str(trip.id) if state == "in_force" and trip.id not in newer else "",
            bool(rows[trip.id]["pinned"]) if trip.id in rows else trip.pinned,
            trip.origin_id,
        )


def _count_aboard(trips: list[UUID]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    held: Any = models.Position.objects.filter(holder_id__in=trips, inside=True).values_list(
        "holder_id", flat=True
    )
    for holder in held:
        found[holder] = found.get(holder, 0) + 1
    return found


def _list_proposed(plan: models.Plan) -> Iterable[_Span]:
    """Trips of the proposal that are not in force yet."""
    problem = plans.read_problem(plan=plan)
    for number, (one, row) in enumerate(zip(plans.list_drafts(plan=plan), plan.trips, strict=True)):
        if one.trip is None:
            ends = check.end_of(problem=problem, trip=plans.read_row(row))
            crew_minutes, minutes = (end - row["start"] for end in ends)
            yield _Span(
                "proposed",
                one.starts_at,
                one.starts_at + timedelta(minutes=minutes),
                one.starts_at + timedelta(minutes=crew_minutes),
                one.vehicle,
                (*one.drivers, *one.escorts),
                one.destination,
                len(one.travellers),
                None,
                edit.name_load(number=number, row=row),
                one.pinned,
                one.origin,
            )


def _place(span: _Span, ends_at: datetime, first: datetime, destination: str) -> Bar | None:
    """Its place in the picture; None if it lies outside."""
    width = timedelta(hours=HOURS)
    start = max(0.0, 100 * ((span.starts_at - first) / width))
    end = min(100.0, 100 * ((ends_at - first) / width))
    if end <= start:
        return None
    return Bar(
        span.state,
        start,
        end - start,
        span.heads,
        destination,
        timezone.localtime(span.starts_at),
        timezone.localtime(ends_at),
        span.trip,
        span.load,
        span.pinned,
    )
