"""Trips: planned, departed, arrived, ended, broken down. A trip is a custodian with the trip's id."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services import duty, odometer
from pratique.services.dispatch import settings
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import tracking

SHORTEST = timedelta(minutes=1)
UNSEEN_MINUTES = 90
LONG_UNSEEN_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Order:
    """A trip as it is ordered. `minutes` is how long the vehicle is expected to be taken, there and back; `origin` is who has
    the people that it fetches (None: the port)."""

    vehicle: UUID
    destination: UUID
    starts_at: datetime
    minutes: int
    long_distance: bool = False
    driver: UUID | None = None
    escorts: tuple[UUID, ...] = ()
    km: float | None = None
    reliefs: tuple[UUID, ...] = ()
    origin: UUID | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An order with the id and the code its trip gets, the plan it is part of, and whether later plans must keep it."""

    order: Order
    code: str
    trip: UUID
    plan: UUID | None = None
    pinned: bool = False


def make_code(*, trip: UUID, starts_at: datetime) -> str:
    """What a trip goes by: the day on which it starts, in the zone of `starts_at`, and the end of its id."""
    return f"trip:{starts_at:%Y%m%d}-{trip.hex[-8:]}"


def plan_trip(*, order: Order, code: str, trip_id: UUID | None = None) -> models.Trip:
    """Open a trip and its account in the ledger. Raises `Refused("vehicle_taken")` when the vehicle is under way."""
    known = models.Trip.objects.filter(id=trip_id).first() if trip_id else None
    if known is not None and order.minutes > 0:
        return known
    return plan_trips(openings=[Opening(order, code, trip_id or make_id())])[0]


def plan_trips(*, openings: Sequence[Opening]) -> list[models.Trip]:
    """Open trips and their accounts, all or none, in as many statements as for one. Raises `Refused`."""
    if any(one.order.minutes <= 0 for one in openings):
        raise Refused("trip_too_short", "a trip takes at least a minute")
    vehicles = models.Vehicle.objects.select_related("unit").in_bulk({one.order.vehicle for one in openings})
    places = models.Custodian.objects.in_bulk({one.order.destination for one in openings})
    for order in (one.order for one in openings):
        if order.vehicle not in vehicles or order.destination not in places:
            raise Refused("trip_unknown_party", "vehicle and destination must be known")
        vehicle = vehicles[order.vehicle]
        if vehicle.out_of_service_at is not None and vehicle.out_of_service_at <= order.starts_at:
            raise Refused("vehicle_out_of_service", f"{vehicle.plate} is out of service")
    try:
        with transaction.atomic():
            trips = models.Trip.objects.bulk_create([_make_trip(one, vehicles, places) for one in openings])
            models.Custodian.objects.bulk_create([_make_account(one, vehicles, places) for one in openings])
            _add_crews({one.trip: (one.order.escorts, one.order.reliefs) for one in openings})
            return trips
    except IntegrityError as error:
        _refuse_if_taken(error, vehicles.values())
        raise


def _make_trip(one: Opening, vehicles: Mapping[UUID, Any], places: Mapping[UUID, Any]) -> models.Trip:
    order = one.order
    return models.Trip(
        id=one.trip,
        vehicle=vehicles[order.vehicle],
        destination=places[order.destination],
        on=order.starts_at.date(),
        long_distance=order.long_distance,
        driver_id=order.driver,
        km=order.km,
        origin_id=order.origin,
        during=DateTimeTZRange(order.starts_at, order.starts_at + timedelta(minutes=order.minutes)),
        plan_id=one.plan,
        pinned=one.pinned,
    )


def _make_account(one: Opening, vehicles: Mapping[UUID, Any], places: Mapping[UUID, Any]) -> models.Custodian:
    order, vehicle, place = one.order, vehicles[one.order.vehicle], places[one.order.destination]
    return models.Custodian(
        id=one.trip,
        code=one.code,
        kind=Kind.TRIP.value,
        name_zh=f"{vehicle.plate} 往{place.name_zh}",
        name_en=f"{vehicle.plate} to {place.name_en}",
        limit_minutes=LONG_UNSEEN_MINUTES if order.long_distance else UNSEEN_MINUTES,
        capacity=vehicle.seats,
        unit=vehicle.unit,
        responsible_id=order.escorts[0] if order.escorts else order.driver,
    )


def _add_crews(crews: Mapping[UUID, tuple[Sequence[UUID], Sequence[UUID]]]) -> None:
    """Escorts and relief drivers by trip."""
    escorts, reliefs = models.Trip.escorts.through, models.Trip.reliefs.through
    for table, which in ((escorts, 0), (reliefs, 1)):
        table.objects.bulk_create(
            [table(trip_id=trip, person_id=who) for trip, both in crews.items() for who in both[which]]
        )


def set_crews(*, crews: Mapping[UUID, tuple[Sequence[UUID], Sequence[UUID]]]) -> None:
    """Who escorts and who relieves the driver, by trip, in place of whoever did; part of the caller's transaction."""
    for table in (models.Trip.escorts.through, models.Trip.reliefs.through):
        table.objects.filter(trip_id__in=crews).delete()
    _add_crews(crews)


def set_responsible(*, people: Mapping[UUID, tuple[Sequence[UUID], Sequence[UUID]]]) -> None:
    """Who answers for the people of trips, by their escorts and drivers: the first escort, else the driver. Whoever does and still rides
    along goes on; part of the caller's transaction."""
    accounts: list[Any] = list(models.Custodian.objects.filter(id__in=people).only("id", "responsible"))
    changed: list[Any] = []
    for account in accounts:
        escorts, drivers = people[account.id]
        if account.responsible_id not in (*escorts, *drivers):
            account.responsible_id = next(iter((*escorts, *drivers)), None)
            changed.append(account)
    models.Custodian.objects.bulk_update(changed, ["responsible"])


def _refuse_if_taken(error: IntegrityError, vehicles: Iterable[Any]) -> None:
    """Refuse if it is the constraint on vehicles that was broken; the database names the vehicle by its id."""
    if "trip_vehicle_not_twice" in str(error):
        plate = next((v.plate for v in vehicles if str(v.id) in str(error)), "a vehicle of it")
        raise Refused("vehicle_taken", f"{plate} is on another trip at that time") from None


def set_service(*, vehicle: UUID, in_service: bool, now: datetime) -> models.Vehicle:
    """Take a vehicle out of service from now on, or put it back; trips it is on are not touched. Raises `Refused`."""
    with transaction.atomic():
        found = models.Vehicle.objects.select_for_update().filter(id=vehicle).first()
        if found is None:
            raise Refused("vehicle_unknown", "there is no such vehicle")
        found.out_of_service_at = None if in_service else (found.out_of_service_at or now)
        found.save(update_fields=["out_of_service_at"])
    return found


def put_off(*, times: Mapping[UUID, tuple[datetime, int]]) -> None:
    """Let trips that have not set off take their vehicles at other times (start and minutes, by trip).

    Two may change places: all leave their old times (an empty range is in nobody's way) before any takes its new one.
    Raises `Refused("vehicle_taken")`.
    """
    waiting = models.Trip.objects.filter(departed_at__isnull=True)
    rows: list[Any] = []
    try:
        with transaction.atomic():
            found = waiting.filter(id__in=times).select_for_update(of=("self",))
            rows.extend(found.select_related("vehicle"))
            waiting.filter(id__in=times).update(during=DateTimeTZRange(empty=True))
            for row in rows:
                start, minutes = times[row.id]
                row.during = DateTimeTZRange(start, start + timedelta(minutes=minutes))
            waiting.bulk_update(rows, ["during"])
    except IntegrityError as error:
        _refuse_if_taken(error, [row.vehicle for row in rows])
        raise


def withdraw(*, trips: Collection[UUID], because: str, by: UUID | None, now: datetime) -> None:
    """Take back trips that have not set off and hold nobody; their vehicles are free again, their accounts closed."""
    if not because.strip():
        raise Refused("reason_missing", "say why the trip is withdrawn")
    with transaction.atomic():
        found = list(models.Trip.objects.select_for_update().filter(id__in=trips))
        if len(found) < len(set(trips)):
            raise Refused("trip_unknown", "there is no such trip")
        if any(trip.departed_at is not None or trip.ended_at is not None for trip in found):
            raise Refused("trip_under_way", "the trip has set off or is over")
        _refuse_if_aboard(trips)
        models.Trip.objects.filter(id__in=trips).update(withdrawn_at=now, ended_at=now)
        models.Custodian.objects.filter(id__in=trips).update(closed_at=now)
        models.TripEvent.objects.bulk_create(
            [_make_event(Report(trip, "withdrawn", because=because), by, now) for trip in trips]
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What a trip reports: departed, stopped (for a while on the way, where stands in `because`), arrived, broken_down or ended,
    with the odometer if it was read, and when it was, if not just now."""

    trip: UUID
    step: str
    odometer_km: float | None = None
    because: str = ""
    at: datetime | None = None


STOPPED = "stopped"
_FIELDS = {"departed": "departed_at", "arrived": "arrived_at", "ended": "ended_at", "broken_down": "ended_at"}


def report(*, report: Report, by: UUID | None, now: datetime) -> models.Trip:
    """Take a trip's report. A trip cannot end while it still holds people: the screen shows their codes. The same step again changes
    nothing: the first time stands, until it is taken back (`dispatch.steps`).

    A step that comes late is taken with its own time, also a stop or an arrival that was before the end. What nothing before it
    makes possible is not: no trip arrives or ends that has not set off, and the remedy is to report the departure first, with
    its time. Nobody's custody waits for that: it goes by scans, which are never refused.

    Raises `Refused`: `trip_step_unknown`, `trip_unknown`, `trip_withdrawn` (a later plan took it back), `trip_over`,
    `trip_not_on_road`, `trip_step_order`, and as `odometer.refuse_backwards`.
    """
    column = _FIELDS.get(report.step)
    if column is None and report.step != STOPPED:
        raise Refused("trip_step_unknown", f"a trip reports one of {STOPPED}, {', '.join(_FIELDS)}")
    at = report.at or now
    with transaction.atomic():
        trip = models.Trip.objects.select_for_update().filter(id=report.trip).first()
        if trip is None:
            raise Refused("trip_unknown", "there is no such trip")
        if trip.withdrawn_at is not None:
            raise Refused("trip_withdrawn", "this trip was taken back: ask dispatch which one it is now")
        if column is not None and _has_reported(trip, report.step):
            return trip
        _refuse_out_of_order(trip, report.step, at, now)
        if report.step == "ended":
            _refuse_if_aboard([trip.id])
        if report.odometer_km is not None:
            odometer.refuse_backwards(trip=trip.id, km=report.odometer_km, at=at)
        if column is not None:
            setattr(trip, column, at)
            if column == "ended_at":
                _end(trip, by, now)
                models.Custodian.objects.filter(id=trip.id).update(closed_at=now)
            trip.save(update_fields=[column, "during"])
        _write_event(report, by, now)
        _record_evidence(trip, report, by, now)
    return trip


def _has_reported(trip: models.Trip, step: str) -> bool:
    """Whether it has reported this step and nobody took that back."""
    told = models.TripEvent.objects.filter(trip_id=trip.id, step=step)
    return told.exclude(id__in=tracking.list_wrong_steps(trips=[trip.id])).exists()


def _refuse_out_of_order(trip: models.Trip, step: str, at: datetime, now: datetime) -> None:
    """A step has a time that fits between those known: not in the future, after the departure, and after the end only if it was before.
    A vehicle may break down before it has set off."""
    if trip.ended_at is not None and (step not in (STOPPED, "arrived") or at > trip.ended_at):
        raise Refused("trip_over", "the trip is over: nothing more is reported of it")
    if trip.departed_at is None and step in (STOPPED, "arrived", "ended"):
        raise Refused("trip_not_on_road", "it has not set off: report its departure first, with its time")
    before = {"departed": (), "ended": (trip.departed_at, trip.arrived_at)}.get(step, (trip.departed_at,))
    after = (trip.arrived_at,) if step == "departed" else ()
    if at > now or any(one and at < one for one in before) or any(one and at > one for one in after):
        raise Refused("trip_step_order", "its time is after the step before it, and not in the future")


def _end(trip: models.Trip, by: UUID | None, now: datetime) -> None:
    """The vehicle was taken until the trip ended, whatever was planned: trips that have not set off yet are put off until it is back and
    disinfected, for as long as that takes its kind.

    If it has set off on another trip meanwhile, it was back by then, and only the report is late.
    """
    kind = settings.get_rules(now=now).kinds.get(trip.vehicle.kind)
    cleaning = timedelta(minutes=kind.disinfect if kind else 0)
    later = models.Trip.objects.select_for_update().filter(
        vehicle_id=trip.vehicle.id, withdrawn_at__isnull=True
    )
    later = later.exclude(id=trip.id)
    rows = list(later.filter(during__startswith__gte=trip.during.lower).order_by("during"))
    left = [t for t in rows if t.departed_at is not None or t.ended_at is not None]
    end = max(trip.ended_at or now, trip.during.lower + SHORTEST)
    trip.during = DateTimeTZRange(trip.during.lower, min([end, *(t.during.lower for t in left)]))
    # What is over leaves its vehicle soiled; what is planned counts that in its time.
    taken = [(t.during.lower, t.during.upper + (cleaning if t.ended_at else timedelta())) for t in left]
    moved, free = [], trip.during.upper + cleaning
    for waiting in rows:
        if waiting not in left:
            length = waiting.during.upper - waiting.during.lower
            start = _find_start(max(free, waiting.during.lower), length, taken)
            free = start + length
            if start != waiting.during.lower:
                waiting.during = DateTimeTZRange(start, free)
                moved.append(waiting)
    for waiting in reversed(moved):  # the last first, so that none is in another's way
        waiting.save(update_fields=["during"])
        _write_event(Report(waiting.id, "put_off"), by, now)


def _find_start(start: datetime, length: timedelta, taken: Iterable[tuple[datetime, datetime]]) -> datetime:
    """The first time from `start` on at which the vehicle is free for so long."""
    for since, until in taken:
        if start < until and since < start + length:
            start = until
    return start


def _write_event(report: Report, by: UUID | None, now: datetime) -> None:
    _make_event(report, by, now).save(force_insert=True)


def _make_event(report: Report, by: UUID | None, now: datetime) -> models.TripEvent:
    return models.TripEvent(
        id=make_id(),
        trip_id=report.trip,
        step=report.step,
        odometer_km=report.odometer_km,
        because=report.because,
        happened_at=report.at or now,
        recorded_at=now,
        by_id=by,
    )


def _record_evidence(trip: models.Trip, report: Report, by: UUID | None, now: datetime) -> None:
    word = {"departed": "set_off", "arrived": "reached", "ended": "ended", "broken_down": "broken_down"}.get(
        report.step
    )
    if word is None:
        return
    at = report.at or now
    duty.record(evidence=duty.Done("trip", str(trip.id), word, at), by=by, now=now)
    if word == "ended":
        vehicle = str(trip.vehicle.id)
        duty.record(
            evidence=duty.Done("vehicle", vehicle, "trip_ended", at, about=str(trip.id)), by=by, now=now
        )


def _refuse_if_aboard(trips: Collection[UUID]) -> None:
    aboard = models.Position.objects.filter(holder_id__in=trips, inside=True).values_list(
        "traveller_id", flat=True
    )
    codes = models.Traveller.objects.filter(id__in=aboard).order_by("code").values_list("code", flat=True)
    if codes:
        raise Refused("trip_not_empty", f"still aboard: {', '.join(codes)}")
