"""Where vehicles are: running trips, their last fixes, trackers, and coordinates of places."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max, Q, Sum

from pratique.core.transport.progress import Fix, Spot
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

ANSWERED = "answered"
"""The record that somebody of a trip or a convoy on the road answered by telephone."""
STEP_WRONG = "step_wrong"
"""The record that a step of a trip was reported by mistake (`services.dispatch.steps`)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of a trip's whereabouts: last fix and its source, when anything last reached us."""

    fix: Fix
    source: str
    received_at: datetime


def find_running(*, vehicle: UUID) -> Any:
    """The trip this vehicle is on the road with, None if there is none. One that has arrived runs no more: nobody needs
    to know where an empty vehicle goes."""
    running = models.Trip.objects.filter(
        vehicle=vehicle, departed_at__isnull=False, arrived_at__isnull=True, ended_at__isnull=True
    )
    return running.order_by("-departed_at").first()


def list_rides(*, person: UUID, also: Iterable[UUID] = ()) -> list[Any]:
    """Open trips on which somebody drives, relieves or escorts, and these of them, `also`; those under way first."""
    crew = Q(driver=person) | Q(escorts=person) | Q(reliefs=person)
    wanted = Q(ended_at__isnull=True) | Q(id__in=list(also))
    found = models.Trip.objects.filter(crew, wanted).distinct()
    rows = found.select_related("vehicle", "destination", "origin").order_by("during", "id")
    return sorted(rows, key=lambda trip: trip.departed_at is None)


def find_ride(*, person: UUID, trip: UUID) -> Any:
    """This trip, if that person is of its crew."""
    crew = Q(driver=person) | Q(escorts=person) | Q(reliefs=person)
    return models.Trip.objects.filter(crew, id=trip).distinct().first()


def is_relief(*, trip: UUID) -> bool:
    """Whether it took its people over from another trip on the road: then it set off from there, not from the port."""
    givers = models.HandoverEvent.objects.filter(receiver_id=trip).values("giver_id")
    return models.Trip.objects.filter(id__in=givers).exists()


def find_last(*, trip: UUID) -> Fix | None:
    """The latest fix of a trip."""
    row = models.Fix.objects.filter(trip=trip).order_by("-at").first()
    return Fix(row.at, Spot(row.latitude, row.longitude)) if row else None


def list_last(*, trips: Collection[UUID]) -> dict[UUID, Heard]:
    """The latest fix of each trip that has one."""
    rows: Any = models.Fix.objects.filter(trip__in=trips).order_by("trip", "-at").distinct("trip")
    return {
        row.trip_id: Heard(Fix(row.at, Spot(row.latitude, row.longitude)), row.source, row.received_at)
        for row in rows
    }


def list_words(*, trips: Collection[UUID]) -> dict[UUID, datetime]:
    """When the crew of each of these trips last gave word, of those that did: a stop reported, somebody scanned aboard, another driver at
    the wheel, an answer by telephone; a convoy's commander speaks for all its vehicles."""
    convoys = dict(models.Trip.objects.filter(id__in=trips, convoy__isnull=False).values_list("id", "convoy"))
    names = {str(trip): trip for trip in trips}
    stops = models.TripEvent.objects.filter(trip_id__in=trips, step="stopped").exclude(
        id__in=list_wrong_steps(trips=trips)
    )
    told = list(stops.values_list("trip_id", "happened_at"))
    scans = models.Scan.objects.filter(custodian_id__in=trips).values("custodian_id")
    told += scans.annotate(at=Max("happened_at")).values_list("custodian_id", "at")
    own = models.Evidence.objects.filter(
        subject_kind="trip", subject_id__in=list(names), code__in=(ANSWERED, "drives")
    )
    told += [(names[one], at) for one, at in without_withdrawn(own).values_list("subject_id", "happened_at")]
    led = models.Evidence.objects.filter(
        subject_kind="convoy", subject_id__in={str(one) for one in convoys.values()}, code__in=(ANSWERED, "checked_in")
    )  # fmt: skip
    spoken: dict[str, datetime] = dict(
        without_withdrawn(led).order_by("happened_at").values_list("subject_id", "happened_at")
    )
    told += [(trip, spoken[str(convoy)]) for trip, convoy in convoys.items() if str(convoy) in spoken]
    return dict(sorted(told, key=itemgetter(1)))


def list_wrong_steps(*, trips: Collection[UUID]) -> dict[UUID, models.Evidence]:
    """The reports of these trips that were taken back, each with when, by whom and why."""
    told = models.Evidence.objects.filter(
        subject_kind="trip", subject_id__in=[str(one) for one in trips], code=STEP_WRONG
    )
    return {UUID(one.about): one for one in told}


def list_answers(*, trip: UUID) -> list[models.Evidence]:
    """Answers by telephone of a trip that stand, the latest first."""
    rows = models.Evidence.objects.filter(subject_kind="trip", subject_id=str(trip), code=ANSWERED)
    return list(without_withdrawn(rows).order_by("-happened_at", "-seq"))


def find_spots() -> dict[str, Spot]:
    """Coordinates by the code of a place."""
    rows = models.Place.objects.values_list("code", "latitude", "longitude")
    return {code: Spot(latitude, longitude) for code, latitude, longitude in rows}


def list_tracked(*, vehicles: Collection[UUID]) -> set[UUID]:
    """Those of these vehicles that have a tracker."""
    found = models.Tracker.objects.filter(vehicle__in=vehicles, revoked_at__isnull=True)
    return set(found.values_list("vehicle_id", flat=True))


def list_trackers() -> list[Any]:
    """Every tracker with its vehicle, those in use first."""
    rows = models.Tracker.objects.select_related("vehicle", "issued_by", "revoked_by")
    return sorted(rows, key=lambda t: (t.revoked_at is not None, t.vehicle.plate, t.issued_at))


def count_unkept(*, on: date) -> dict[UUID | None, dict[str, int]]:
    """What was not kept on a day, by vehicle (None: unknown senders) and reason."""
    found: dict[UUID | None, dict[str, int]] = {}
    rows = models.FixTally.objects.filter(on=on).values_list("vehicle_id", "code", "count")
    for vehicle, code, number in rows.order_by("code"):
        found.setdefault(vehicle, {})[code] = number
    return found


def count_erased(*, trip: UUID) -> int:
    """How many fixes of a trip have been erased."""
    told = models.FixErasure.objects.filter(trip=trip).aggregate(n=Sum("count"))
    return int(told["n"] or 0)


def find_day(*, now: datetime, port: models.Port | None) -> date:
    """The day of the port."""
    return now.astimezone(ZoneInfo(port.time_zone if port else "UTC")).date()
