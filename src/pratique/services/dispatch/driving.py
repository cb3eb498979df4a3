"""Who drives a trip now: turns at the wheel by the clock, until when the law lets one drive, and a warning before that.

The driver of the order begins. Each change is reported from the road with its time; the same driver may go on after a rest as long
as the law's. Half an hour before somebody has driven as long as the law allows, by day or by night, the register owes a relief.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

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


def list_turns(*, trip: UUID) -> list[tuple[models.Person | None, datetime]]:
    """Who drove from when on, the first first; empty before it has set off."""
    row: Any = models.Trip.objects.filter(id=trip).first()
    turns = read_turns(trips=[row] if row is not None else [])[trip]
    people = models.Person.objects.in_bulk([who for who, _ in turns if who is not None])
    return [(people.get(who) if who else None, since) for who, since in turns]


def read_turns(*, trips: Iterable[Any]) -> Mapping[UUID, list[tuple[UUID | None, datetime]]]:
    """Who drove these trips from when on, the first first, by trip (rows); empty before it has set off."""
    found: dict[UUID, list[tuple[UUID | None, datetime]]] = defaultdict(list)
    for row in trips:
        if row.departed_at is not None:
            found[row.id].append((row.driver_id, row.departed_at))
    told = models.Evidence.objects.filter(subject_kind="trip", subject_id__in=map(str, found), code=DRIVES)
    for one in without_withdrawn(told).order_by("happened_at", "seq"):
        found[UUID(one.subject_id)].append((UUID(one.attributes["driver"]), one.happened_at))
    return found


def find_wheel(*, trip: UUID) -> Wheel | None:
    """Who drives now; None: it is not on the road."""
    row: Any = models.Trip.objects.filter(id=trip).first()
    turns = list_turns(trip=trip)
    if not turns or row.arrived_at is not None or row.ended_at is not None:
        return None
    driver, since = turns[-1]
    return Wheel(driver, since, since + timedelta(minutes=_count_allowed(since)))


def _count_allowed(since: datetime) -> int:
    """How many minutes somebody may drive who begins then: as long as by day, or less where the night's limit comes first."""
    hours = settings.get_rules().hours
    local = since.astimezone(ports.find_zone())
    begins = 60 * local.hour + local.minute
    for minutes in range(1, hours.continuous + 1):
        run = [stretch.Stretch(0, minutes, 0)]
        night = stretch.count_within(run, begins, (hours.night_from, hours.night_until))
        if night > hours.night_continuous:
            return minutes - 1
    return hours.continuous


def take_wheel(*, trip: UUID, driver: UUID, rested: int, by: UUID | None, now: datetime) -> models.Evidence:
    """Somebody of the crew drives from now on; the same driver only after `rested` minutes as long as the law's rest.

    Raises `Refused`: `trip_unknown`, `trip_not_on_road`, `driver_not_of_crew`, `driver_away` (ill, on leave or off duty),
    `driver_not_rested`.
    """
    with transaction.atomic():
        row: Any = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        if row is None:
            raise Refused("trip_unknown", "there is no such trip")
        wheel = find_wheel(trip=trip)
        if wheel is None:
            raise Refused("trip_not_on_road", "nobody drives it now")
        crew = {row.driver_id, *row.reliefs.values_list("id", flat=True)}
        if driver not in crew:
            raise Refused("driver_not_of_crew", "name them as a relief driver of the trip first")
        if driver in absences.list_away_at(at=now, begun_at=row.departed_at):
            raise Refused(
                "driver_away",
                "they are down as ill, on leave or off duty: another drives, or a vehicle is sent",
            )
        if (
            wheel.driver is not None
            and wheel.driver.pk == driver
            and rested < settings.get_rules().hours.rest
        ):
            least = settings.get_rules().hours.rest
            raise Refused("driver_not_rested", f"the same driver goes on after a rest of {least} minutes")
        told = {"driver": str(driver), "rested": rested}
        return duty.record(evidence=duty.Done("trip", str(trip), DRIVES, now, told), by=by, now=now)


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
        told = models.Evidence.objects.filter(
            subject_kind="trip", subject_id=str(trip), code=DUE, happened_at__gte=wheel.since_at
        )
        if not told.exists():
            facts = {"driver": str(wheel.driver.pk) if wheel.driver else ""}
            done = duty.Done("trip", str(trip), DUE, wheel.until_at - WARNED, facts)
            duty.record(evidence=done, by=None, now=now)
            warned += 1
    return warned
