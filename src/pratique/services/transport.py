"""Trips: planned, departed, arrived, ended, broken down. A trip is a custodian with the trip's id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services import duty
from pratique.store import models
from pratique.store.ids import make_id

SHORTEST = timedelta(minutes=1)
UNSEEN_MINUTES = 90
LONG_UNSEEN_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Order:
    """A trip as it is ordered. `minutes` is how long the vehicle is expected to be taken, there and back."""

    vehicle: UUID
    destination: UUID
    starts_at: datetime
    minutes: int
    long_distance: bool = False
    driver: UUID | None = None
    escorts: tuple[UUID, ...] = ()
    km: float | None = None
    reliefs: tuple[UUID, ...] = ()


def plan_trip(*, order: Order, code: str, trip_id: UUID | None = None) -> models.Trip:
    """Open a trip and its account in the ledger. Raises `Refused("vehicle_taken")` when the vehicle is under way."""
    if order.minutes <= 0:
        raise Refused("trip_too_short", "a trip takes at least a minute")
    known = models.Trip.objects.filter(id=trip_id).first() if trip_id else None
    if known is not None:
        return known
    vehicle = models.Vehicle.objects.filter(id=order.vehicle).first()
    destination = models.Custodian.objects.filter(id=order.destination).first()
    if vehicle is None or destination is None:
        raise Refused("trip_unknown_party", "vehicle and destination must be known")
    if vehicle.out_of_service_at is not None and vehicle.out_of_service_at <= order.starts_at:
        raise Refused("vehicle_out_of_service", f"{vehicle.plate} is out of service")
    try:
        with transaction.atomic():
            trip = models.Trip.objects.create(
                id=trip_id or make_id(),
                vehicle=vehicle,
                destination=destination,
                on=order.starts_at.date(),
                long_distance=order.long_distance,
                driver_id=order.driver,
                km=order.km,
                during=DateTimeTZRange(order.starts_at, order.starts_at + timedelta(minutes=order.minutes)),
            )
            trip.escorts.set(order.escorts)
            if order.reliefs:
                trip.reliefs.set(order.reliefs)
            models.Custodian.objects.create(
                id=trip.id,
                code=code,
                kind=Kind.TRIP.value,
                name_zh=f"{vehicle.plate} 往{destination.name_zh}",
                name_en=f"{vehicle.plate} to {destination.name_en}",
                limit_minutes=LONG_UNSEEN_MINUTES if order.long_distance else UNSEEN_MINUTES,
                capacity=vehicle.seats,
                unit=vehicle.unit,
                responsible_id=order.escorts[0] if order.escorts else order.driver,
            )
            return trip
    except IntegrityError as error:
        if "trip_vehicle_not_twice" in str(error):
            raise Refused("vehicle_taken", f"{vehicle.plate} is on another trip at that time") from None
        raise


def set_service(*, vehicle: UUID, in_service: bool, now: datetime) -> models.Vehicle:
    """Take a vehicle out of service from now on, or put it back; trips it is on are not touched. Raises `Refused`."""
    with transaction.atomic():
        found = models.Vehicle.objects.select_for_update().filter(id=vehicle).first()
        if found is None:
            raise Refused("vehicle_unknown", "there is no such vehicle")
        found.out_of_service_at = None if in_service else (found.out_of_service_at or now)
        found.save(update_fields=["out_of_service_at"])
    return found


def put_off(*, trip: UUID, starts_at: datetime, minutes: int) -> None:
    """Let a trip that has not set off take its vehicle at another time. Raises `Refused("vehicle_taken")`."""
    during = DateTimeTZRange(starts_at, starts_at + timedelta(minutes=minutes))
    try:
        with transaction.atomic():
            models.Trip.objects.filter(id=trip, departed_at__isnull=True).update(during=during)
    except IntegrityError as error:
        if "trip_vehicle_not_twice" in str(error):
            raise Refused("vehicle_taken", "the vehicle is on another trip at that time") from None
        raise


def withdraw(*, trip: UUID, because: str, by: UUID | None, now: datetime) -> models.Trip:
    """Take back a trip that has not set off and holds nobody; its vehicle is free again, its account is closed."""
    if not because.strip():
        raise Refused("reason_missing", "say why the trip is withdrawn")
    with transaction.atomic():
        found = models.Trip.objects.select_for_update().filter(id=trip).first()
        if found is None:
            raise Refused("trip_unknown", "there is no such trip")
        if found.departed_at is not None or found.ended_at is not None:
            raise Refused("trip_under_way", "the trip has set off or is over")
        _refuse_if_aboard(found)
        found.withdrawn_at = found.ended_at = now
        found.save(update_fields=["withdrawn_at", "ended_at"])
        models.Custodian.objects.filter(id=trip).update(closed_at=now)
        _write_event(Report(trip, "withdrawn", because=because), by, now)
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """What a trip reports: departed, arrived, broken_down or ended, with the odometer if it was read."""

    trip: UUID
    step: str
    odometer_km: float | None = None
    because: str = ""


_FIELDS = {"departed": "departed_at", "arrived": "arrived_at", "ended": "ended_at", "broken_down": "ended_at"}


def report(*, report: Report, by: UUID | None, now: datetime) -> models.Trip:
    """Take a trip's report. A trip cannot end while it still holds people: the screen shows their codes."""
    column = _FIELDS.get(report.step)
    if column is None:
        raise Refused("trip_step_unknown", f"a trip reports one of {', '.join(_FIELDS)}")
    with transaction.atomic():
        trip = models.Trip.objects.select_for_update().filter(id=report.trip).first()
        if trip is None:
            raise Refused("trip_unknown", "there is no such trip")
        if report.step == "ended":
            _refuse_if_aboard(trip)
        setattr(trip, column, now)
        if report.step in ("ended", "broken_down"):
            _end(trip, by, now)
            models.Custodian.objects.filter(id=trip.id).update(closed_at=now)
        trip.save(update_fields=[column, "during"])
        _write_event(report, by, now)
        _record_evidence(trip, report, by, now)
    return trip


def _end(trip: models.Trip, by: UUID | None, now: datetime) -> None:
    """The vehicle was taken until now, whatever was planned: trips that have not set off yet are put off until it is back.

    If it has set off on another trip meanwhile, it was back by then, and only the report is late.
    """
    later = models.Trip.objects.select_for_update().filter(
        vehicle_id=trip.vehicle.id, withdrawn_at__isnull=True
    )
    later = later.exclude(id=trip.id)
    rows = list(later.filter(during__startswith__gte=trip.during.lower).order_by("during"))
    left = [t for t in rows if t.departed_at is not None or t.ended_at is not None]
    end = max(now, trip.during.lower + SHORTEST)
    trip.during = DateTimeTZRange(trip.during.lower, min([end, *(t.during.lower for t in left)]))
    moved, free = [], trip.during.upper
    for waiting in rows:
        if waiting not in left:
            start = _find_start(max(free, waiting.during.lower), waiting, left)
            free = start + (waiting.during.upper - waiting.during.lower)
            if start != waiting.during.lower:
                waiting.during = DateTimeTZRange(start, free)
                moved.append(waiting)
    for waiting in reversed(moved):  # the last first, so that none is in another's way
        waiting.save(update_fields=["during"])
        _write_event(Report(waiting.id, "put_off", because="the vehicle came back late"), by, now)


def _find_start(start: datetime, waiting: models.Trip, left: list[models.Trip]) -> datetime:
    """The first time from `start` on at which the vehicle is not on a trip that has set off."""
    length = waiting.during.upper - waiting.during.lower
    for taken in left:
        if start < taken.during.upper and taken.during.lower < start + length:
            start = taken.during.upper
    return start


def _write_event(report: Report, by: UUID | None, now: datetime) -> None:
    models.TripEvent.objects.create(
        id=make_id(),
        trip_id=report.trip,
        step=report.step,
        odometer_km=report.odometer_km,
        because=report.because,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )


def _record_evidence(trip: models.Trip, report: Report, by: UUID | None, now: datetime) -> None:
    word = {"departed": "set_off", "ended": "ended", "broken_down": "ended"}.get(report.step)
    if word is None:
        return
    duty.record(evidence=duty.Done("trip", str(trip.id), word, now), by=by, now=now)
    if word == "ended":
        vehicle = str(trip.vehicle.id)
        duty.record(
            evidence=duty.Done("vehicle", vehicle, "trip_ended", now, about=str(trip.id)), by=by, now=now
        )


def _refuse_if_aboard(trip: models.Trip) -> None:
    aboard = models.Position.objects.filter(holder_id=trip.id, inside=True).values_list(
        "traveller_id", flat=True
    )
    codes = models.Traveller.objects.filter(id__in=aboard).order_by("code").values_list("code", flat=True)
    if codes:
        raise Refused("trip_not_empty", f"still aboard: {', '.join(codes)}")
