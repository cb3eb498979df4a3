"""Who drives a trip now: turns at the wheel by the clock, until when the law lets one drive, and a warning before that.

The driver of the order begins. Each change is reported from the road with its time; the same driver may go on after a rest as long
as the law's. Half an hour before somebody has driven as long as the law allows, by day or by night, the register owes a relief.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.answers import Refused
from pratique.core.transport import stretch
from pratique.services import duty
from pratique.services.dispatch import settings
from pratique.services.force import people as absences
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn

DRIVES, DUE = "drives", "relief_due"
WARNED = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wheel:
    """Who is at the wheel (None: nobody was named), since when, and until when the law lets them drive without a rest."""

    driver: models.Person | None
    since_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class _Turn:
    """Who took the wheel (None: nobody was named), when, and how many minutes the vehicle had stood before."""

    driver: UUID | None
    since_at: datetime
    rested: int = 0


def list_turns(*, trip: UUID) -> list[tuple[models.Person | None, datetime]]:
    """Who drove from when on, the first first; empty before it has set off."""
    row: Any = models.Trip.objects.filter(id=trip).first()
    turns = read_turns(trips=[row] if row is not None else [])[trip]
    people = models.Person.objects.in_bulk([who for who, _ in turns if who is not None])
    return [(people.get(who) if who else None, since) for who, since in turns]


def read_turns(*, trips: Iterable[Any]) -> Mapping[UUID, list[tuple[UUID | None, datetime]]]:
    """Who drove these trips from when on, the first first, by trip (rows); empty before it has set off."""
    found: dict[UUID, list[tuple[UUID | None, datetime]]] = defaultdict(list)
    for trip, turns in _read(trips).items():
        found[trip] = [(one.driver, one.since_at) for one in turns]
    return found


def _read(trips: Iterable[Any]) -> dict[UUID, list[_Turn]]:
    departed = {row.id: row for row in trips if row.departed_at is not None}
    found = {row.id: [_Turn(row.driver_id, row.departed_at)] for row in departed.values()}
    told = models.Evidence.objects.filter(subject_kind="trip", subject_id__in=map(str, found), code=DRIVES)
    for one in without_withdrawn(told).order_by("happened_at", "seq"):
        trip = UUID(one.subject_id)
        # What was reported before a departure that was taken back is of a way that was none.
        if one.happened_at >= departed[trip].departed_at:
            rested = int(one.attributes.get("rested") or 0)
            found[trip].append(_Turn(UUID(one.attributes["driver"]), one.happened_at, rested))
    return found


def find_wheel(*, trip: UUID) -> Wheel | None:
    """Who drives now; None: it is not on the road."""
    row: Any = models.Trip.objects.filter(id=trip).first()
    if row is None or row.departed_at is None or row.arrived_at is not None or row.ended_at is not None:
        return None
    turns = _read([row])[trip]
    last = turns[-1]
    driver = models.Person.objects.filter(id=last.driver).first() if last.driver else None
    return Wheel(driver, last.since_at, last.since_at + timedelta(minutes=_count_allowed(turns)))


def _count_allowed(turns: Sequence[_Turn]) -> int:
    """How many minutes whoever has the last turn may drive from its start on: as long as by day, or less where the night's limit comes
    first, without what they drove since they last rested."""
    hours = settings.get_rules().hours
    last = turns[-1]
    local = last.since_at.astimezone(ports.find_zone())
    begins = 60 * local.hour + local.minute
    driven = [
        stretch.Stretch(_count_minutes(last.since_at, start), _count_minutes(last.since_at, end), 0)
        for start, end in _list_run(turns, hours.rest)
    ]
    left = hours.continuous - sum(one.minutes for one in driven)
    for minutes in range(1, left + 1):
        run = [*driven, stretch.Stretch(0, minutes, 0)]
        night = stretch.count_within(run, begins, (hours.night_from, hours.night_until))
        if night > hours.night_continuous:
            return minutes - 1
    return max(0, left)


def _count_minutes(origin: datetime, at: datetime) -> int:
    return round((at - origin).total_seconds() / 60)


def _list_run(turns: Sequence[_Turn], rest: int) -> list[tuple[datetime, datetime]]:
    """What the driver of the last turn drove before it without a rest as long as the law's. A turn ends where the next begins, less
    what the vehicle stood before that; a short turn of somebody else is no rest."""
    last, found = turns[-1], []
    begins_at = last.since_at
    for number in range(len(turns) - 2, -1, -1):
        own, after = turns[number], turns[number + 1]
        if own.driver is None or own.driver != last.driver:
            continue
        ended_at = max(own.since_at, after.since_at - timedelta(minutes=after.rested))
        if begins_at - ended_at >= timedelta(minutes=rest):
            break
        found.append((own.since_at, ended_at))
        begins_at = own.since_at
    return found


@dataclass(frozen=True, slots=True)
class Takes:
    """Who takes the wheel, how many minutes the vehicle had stood before, and when, if not just now."""

    driver: UUID
    rested: int = 0
    at: datetime | None = None


def take_wheel(*, trip: UUID, told: Takes, by: UUID | None, now: datetime) -> models.Evidence:
    """Somebody of the crew drives from then on; the same driver only after a rest as long as the law's, and whoever drove before only if
    the law leaves them time.

    Raises `Refused`: `trip_unknown`, `trip_not_on_road`, `trip_step_order` (before the last turn, or in the future), `driver_not_of_crew`,
    `driver_away` (ill, on leave or off duty), `driver_not_rested`.
    """
    at = told.at or now
    with transaction.atomic():
        row: Any = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        if row is None:
            raise Refused("trip_unknown", "there is no such trip")
        if row.departed_at is None or row.arrived_at is not None or row.ended_at is not None:
            raise Refused("trip_not_on_road", "nobody drives it now")
        turns = _read([row])[trip]
        if not turns[-1].since_at <= at <= now:
            raise Refused("trip_step_order", "it is after the turn before it, and not in the future")
        crew = {row.driver_id, *row.reliefs.values_list("id", flat=True)}
        if told.driver not in crew:
            raise Refused("driver_not_of_crew", "name them as a relief driver of the trip first")
        if told.driver in absences.list_away_at(at=at, begun_at=row.departed_at):
            raise Refused(
                "driver_away",
                "they are down as ill, on leave or off duty: another drives, or a vehicle is sent",
            )
        _refuse_unrested(turns, told, at)
        facts = {"driver": str(told.driver), "rested": told.rested}
        for early in _list_due(trip).filter(happened_at__gte=at):
            duty.withdraw(evidence=early.id, because="somebody else drove by then", by=by, now=now)
        return duty.record(evidence=duty.Done("trip", str(trip), DRIVES, at, facts), by=by, now=now)


def _refuse_unrested(turns: Sequence[_Turn], told: Takes, at: datetime) -> None:
    least = settings.get_rules().hours.rest
    goes_on = turns[-1].driver == told.driver and told.rested < least
    if goes_on or not _count_allowed([*turns, _Turn(told.driver, at, told.rested)]):
        raise Refused("driver_not_rested", f"they drive again after a rest of {least} minutes", least=least)


def _list_due(trip: UUID) -> QuerySet[models.Evidence]:
    """The warnings of a trip that stand."""
    return without_withdrawn(
        models.Evidence.objects.filter(subject_kind="trip", subject_id=str(trip), code=DUE)
    )


def watch(*, now: datetime) -> int:
    """Warn of drivers who must be relieved soon, once a turn; of how many."""
    moving = models.Trip.objects.filter(
        departed_at__isnull=False, arrived_at__isnull=True, ended_at__isnull=True
    )
    # Whoever set off within the shortest time that any rule lets somebody drive cannot be due.
    hours = settings.get_rules().hours
    shortest = timedelta(minutes=min(hours.continuous, hours.night_continuous)) - WARNED
    warned = 0
    for trip in moving.filter(departed_at__lte=now - shortest).values_list("id", flat=True):
        wheel = find_wheel(trip=trip)
        if wheel is None or now < wheel.until_at - WARNED:
            continue
        if not _list_due(trip).filter(happened_at__gte=wheel.since_at).exists():
            facts = {"driver": str(wheel.driver.pk) if wheel.driver else ""}
            done = duty.Done("trip", str(trip), DUE, wheel.until_at - WARNED, facts)
            duty.record(evidence=done, by=None, now=now)
            warned += 1
    return warned
