"""Trips and what is needed to plan one: vehicles with what they are at, who may drive or escort, how long it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from pratique.store import models
from pratique.store.queries import ways
from pratique.store.queries.origins import Origins
from pratique.store.withdrawn import without_withdrawn

RECENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trip:
    """A trip with what it is called, who is on it and what it has reported. `aboard` is how many its account holds.

    It begins at the port at `starts_at`; where it fetches people from an `origin`, it first drives there for `lead_minutes`, without
    the rests of its driver (`services.dispatch.duration`). If that is a trip which broke down, `broken_plate` is its vehicle's.
    """

    id: UUID
    code: str
    on: date
    vehicle: models.Vehicle
    destination: models.Custodian
    starts_at: datetime
    ends_at: datetime
    departed_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    long_distance: bool
    km: float | None
    driver: models.Person | None
    escorts: tuple[models.Person, ...] = ()
    aboard: int = 0
    pinned: bool = False
    convoy: UUID | None = None
    reports: tuple[models.TripEvent, ...] = field(default=())
    origin: models.Custodian | None = None
    reliefs: tuple[models.Person, ...] = ()
    lead_minutes: int = 0
    broken_plate: str = ""
    withdrawn_at: datetime | None = None

    @property
    def step(self) -> str:
        """The last thing it did: planned, departed, arrived or ended; or that it was taken back before it set off."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.ended_at:
            return "ended"
        if self.arrived_at:
            return "arrived"
        return "departed" if self.departed_at else "planned"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle in service, the trip it is at or goes on next, when that begins if it has not (`goes_at`), and since when it must be
    disinfected before the next (None: it is clean)."""

    id: UUID
    plate: str
    kind: str
    seats: int
    trip: UUID | None
    soiled_at: datetime | None
    wheelchairs: int | None = None
    child_seats: int | None = None
    goes_at: datetime | None = None

    @property
    def free(self) -> bool:
        """Whether it stands here clean, on no trip now."""
        return not self.soiled and (self.trip is None or self.goes_at is not None)

    @property
    def soiled(self) -> bool:
        """Whether a trip of it is over and nobody has reported it clean since."""
        return self.soiled_at is not None


def list_trips(*, now: datetime) -> list[Trip]:
    """Trips that have not ended, by start, then those that ended within a day, the latest first."""
    rows = _rows(Q(ended_at__isnull=True) | Q(ended_at__gte=now - RECENT))
    under_way = [t for t in rows if t.ended_at is None]
    ended = sorted((t for t in rows if t.ended_at is not None), key=lambda t: t.ended_at or now, reverse=True)
    return sorted(under_way, key=lambda t: (t.starts_at, t.code)) + ended


def list_planned() -> list[Trip]:
    """Trips that have neither set off nor ended, by start."""
    rows = _rows(Q(departed_at__isnull=True, ended_at__isnull=True))
    return sorted(rows, key=lambda t: (t.starts_at, t.code))


def list_of_convoys(*, convoys: Iterable[UUID]) -> dict[UUID, tuple[Trip, ...]]:
    """The trips of convoys by convoy, in the order in which they start; those that were withdrawn are not among them."""
    found: dict[UUID, list[Trip]] = {}
    rows = _rows(Q(convoy__in=list(convoys), withdrawn_at__isnull=True))
    for trip in sorted(rows, key=lambda t: (t.starts_at, t.code)):
        if trip.convoy is not None:
            found.setdefault(trip.convoy, []).append(trip)
    return {convoy: tuple(own) for convoy, own in found.items()}


def find_trip(*, trip: UUID) -> Trip | None:
    """One trip with its reports, the oldest first."""
    found = next(iter(_rows(Q(id=trip))), None)
    if found is None:
        return None
    reports = models.TripEvent.objects.filter(trip_id=trip).order_by("happened_at", "seq")
    return _with_reports(found, tuple(reports))


def _with_reports(trip: Trip, reports: tuple[models.TripEvent, ...]) -> Trip:
    values = {name: getattr(trip, name) for name in Trip.__dataclass_fields__}
    return Trip(**{**values, "reports": reports})


def _rows(wanted: Q) -> list[Trip]:
    trips = list(
        models.Trip.objects.filter(wanted)
        .select_related("vehicle", "destination", "driver", "origin")
        .prefetch_related("escorts", "reliefs")
    )
    ids = [t.id for t in trips]
    codes = dict(models.Custodian.objects.filter(id__in=ids).values_list("id", "code"))
    held = models.Position.objects.filter(holder_id__in=ids, inside=True).values_list("holder_id")
    aboard = dict(held.annotate(Count("traveller_id")))
    known = Origins()
    broken = models.Trip.objects.filter(id__in=[t.origin.id for t in trips if t.origin is not None])
    plates = dict(broken.values_list("id", "vehicle__plate"))
    return [_trip(t, codes.get(t.id, ""), aboard.get(t.id, 0), known, plates) for t in trips]


def _trip(row: Any, code: str, aboard: int, known: Origins, plates: Mapping[UUID, str]) -> Trip:
    lead = known.find_way(row.origin) if row.origin else None
    return Trip(
        id=row.id,
        code=code,
        on=row.on,
        vehicle=row.vehicle,
        destination=row.destination,
        starts_at=row.during.lower,
        ends_at=row.during.upper,
        departed_at=row.departed_at,
        arrived_at=row.arrived_at,
        ended_at=row.ended_at,
        long_distance=row.long_distance,
        km=row.km,
        driver=row.driver,
        escorts=tuple(row.escorts.all()),
        reliefs=tuple(sorted(row.reliefs.all(), key=lambda one: one.username)),
        aboard=aboard,
        pinned=row.pinned,
        convoy=row.convoy_id,
        origin=row.origin,
        lead_minutes=lead.minutes if lead else 0,
        broken_plate=plates.get(row.origin_id, ""),
        withdrawn_at=row.withdrawn_at,
    )


def find_fetching(*, traveller: UUID, origin: UUID) -> Trip | None:
    """The open trip that fetches somebody from where they are."""
    wanted = Q(ended_at__isnull=True, origin=origin, lines__traveller=traveller)
    return next(iter(_rows(wanted)), None)


def list_fetching(*, origin: UUID) -> list[Trip]:
    """Open trips that fetch people from a place, or from a trip that broke down, the first there first."""
    return sorted(
        _rows(Q(ended_at__isnull=True, origin=origin)), key=lambda trip: (trip.starts_at, trip.code)
    )


def is_broken_down(*, trip: UUID) -> bool:
    """Whether a trip ended because its vehicle broke down."""
    return models.TripEvent.objects.filter(trip_id=trip, step="broken_down").exists()


def list_aboard(*, trip: UUID) -> list[UUID]:
    """Whom the trip's account holds."""
    return list(
        models.Position.objects.filter(holder_id=trip, inside=True).values_list("traveller_id", flat=True)
    )


def list_vehicles(*, now: datetime) -> list[Vehicle]:
    """Vehicles in service, the free ones first, each with the trip it is at or the next one."""
    rows = models.Vehicle.objects.filter(Q(out_of_service_at__isnull=True) | Q(out_of_service_at__gt=now))
    opened: Any = models.Trip.objects.filter(ended_at__isnull=True).order_by("-during")
    taken = {row.vehicle_id: row for row in opened.only("vehicle_id", "during", "departed_at")}
    soiled = list_soiled()
    found = [
        Vehicle(
            id=v.id,
            plate=v.plate,
            kind=v.kind,
            seats=v.seats,
            trip=trip.id if (trip := taken.get(v.id)) else None,
            soiled_at=soiled.get(v.id),
            wheelchairs=v.wheelchairs,
            child_seats=v.child_seats,
            goes_at=trip.during.lower if trip and not trip.departed_at and trip.during.lower > now else None,
        )
        for v in rows
    ]
    return sorted(found, key=lambda v: (not v.free, v.trip is not None, v.soiled, v.plate))


def list_soiled(*, vehicle: UUID | None = None) -> dict[UUID, datetime]:
    """Vehicles (only this one, if given) that nobody has reported clean since their last trip, and since when: it ended, or broke down
    on the road."""
    told = models.Evidence.objects.filter(subject_kind="vehicle", code__in=("trip_ended", "disinfection"))
    if vehicle is not None:
        told = told.filter(subject_id=str(vehicle))
    told = without_withdrawn(told)
    last = {
        UUID(vehicle): (at, code)
        for vehicle, at, code in told.order_by("happened_at", "seq").values_list(
            "subject_id", "happened_at", "code"
        )
    }
    told_broken = models.TripEvent.objects.filter(step="broken_down").values("trip_id")
    broken = models.Trip.objects.filter(id__in=told_broken, departed_at__isnull=False)
    if vehicle is not None:
        broken = broken.filter(vehicle=vehicle)
    for vehicle, at in broken.order_by("ended_at").values_list("vehicle_id", "ended_at"):
        if vehicle not in last or last[vehicle][0] < at:
            last[vehicle] = (at, "trip_ended")
    return {vehicle: at for vehicle, (at, code) in last.items() if code == "trip_ended"}


def list_out_of_service(*, now: datetime) -> list[models.Vehicle]:
    """Vehicles that are out of service, by plate."""
    return list(models.Vehicle.objects.filter(out_of_service_at__lte=now).order_by("plate"))


def list_drivers() -> list[models.Person]:
    """Whoever has a licence for a vehicle of the loop, by name."""
    people = models.Person.objects.filter(is_active=True).exclude(licence="")
    return list(people.order_by("name_zh", "username"))


def list_escorts(*, now: datetime) -> list[models.Person]:
    """Whoever escorts by their role, or by a shift now or later, by name."""
    shifts = models.Deployment.objects.filter(post="escort", ends_at__gt=now)
    people = models.Person.objects.filter(Q(role="escort") | Q(id__in=shifts.values("person_id")))
    return list(people.filter(is_active=True).order_by("name_zh", "username"))


@dataclass(frozen=True, slots=True)
class Route:
    """The port, who relieves a trip's driver, who answers where it ends, and the minutes of driving there from where its people
    board (null: the table of ways does not know its end)."""

    port: models.Port | None
    reliefs: tuple[models.Person, ...]
    receiver: models.Person | None
    minutes: int | None


def find_route(*, trip: Trip) -> Route:
    """What a driver must know of the way besides the trip itself."""
    port = models.Port.objects.first()
    way = _find_leg(trip.origin, trip.destination)
    return Route(
        port=port,
        reliefs=tuple(models.Person.objects.filter(trips_relieved=trip.id).order_by("username")),
        receiver=models.Person.objects.filter(custodians=trip.destination.id).first(),
        minutes=way.minutes if way else None,
    )


def _find_leg(origin: models.Custodian | None, destination: models.Custodian) -> ways.Way | None:
    """The way that people are driven."""
    if origin is not None:
        return Origins().find_leg(origin, destination)
    return ways.list_ways().get(destination.place)


def find_legs(
    *, destination: UUID, origin: models.Custodian | None = None
) -> tuple[ways.Way, ways.Way, ways.Way] | None:
    """A vehicle's way from the port to where people are fetched, with them to their destination, and back; None where the table of
    ways does not know it."""
    there = models.Custodian.objects.filter(id=destination).first()
    if there is None:
        return None
    lead = Origins().find_way(origin) if origin else ways.Way(0, 0.0)
    leg, back = _find_leg(origin, there), ways.list_ways().get(there.place)
    return (lead, leg, back) if lead and leg and back else None
