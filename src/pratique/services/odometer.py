"""The odometer of a vehicle never runs back, from one trip to the next; a reading that was wrong is taken back, with a reason.

Taking back is evidence about the trip, naming the report; the report itself stands as it was entered, and no kilometres are counted by it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.store import models

WRONG = "odometer_wrong"


def refuse_backwards(*, trip: UUID, km: float, at: datetime) -> None:
    """Refuse a reading below an earlier one of the vehicle, on this trip or one before it, or above a later one of this trip: a report
    may come late. Raises `Refused`: `odometer_backwards`."""
    own: Any = models.Trip.objects.filter(id=trip).first()
    if own is None:
        return
    before = models.Trip.objects.filter(vehicle=own.vehicle_id, during__startswith__lte=own.during.lower)
    read = models.TripEvent.objects.filter(trip_id__in=before.values("id"), odometer_km__isnull=False)
    told = {UUID(one.about) for one in _list_wrong(before.values_list("id", flat=True))}
    read = read.exclude(id__in=told)
    last: Any = read.exclude(trip_id=trip, happened_at__gt=at).order_by("-odometer_km").first()
    after: Any = read.filter(trip_id=trip, happened_at__gt=at).order_by("odometer_km").first()
    if last is not None and km < last.odometer_km:
        _refuse(float(km), float(last.odometer_km), last.trip_id)
    if after is not None and km > after.odometer_km:
        _refuse(float(after.odometer_km), float(km), trip)


def _refuse(given: float, last: float, trip: UUID) -> None:
    code = models.Custodian.objects.values_list("code", flat=True).get(id=trip)
    because = f"{given:,.10g} km is below {last:,.10g} km, read on {code}: read it again"
    raise Refused("odometer_backwards", because, given=given, last=last, trip=code)


def list_taken_back(*, trip: UUID) -> dict[UUID, models.Evidence]:
    """The reports of a trip whose reading was taken back, each with when, by whom and why."""
    return {UUID(one.about): one for one in _list_wrong([trip])}


def _list_wrong(trips: Iterable[UUID]) -> list[models.Evidence]:
    names = [str(one) for one in trips]
    return list(models.Evidence.objects.filter(subject_kind="trip", subject_id__in=names, code=WRONG))


def take_back(*, trip: UUID, event: UUID, because: str, by: UUID, now: datetime) -> models.Evidence:
    """The reading of a report was wrong: it counts no more. Taken back twice is once. Raises `Refused`: `reason_missing`,
    `reading_unknown`."""
    if not because.strip():
        raise Refused("reason_missing", "say what is wrong with it")
    with transaction.atomic():
        row: Any = models.TripEvent.objects.filter(id=event, trip_id=trip, odometer_km__isnull=False).first()
        if row is None:
            raise Refused("reading_unknown", "this report of the trip has no reading")
        known = list_taken_back(trip=trip).get(event)
        if known is not None:
            return known
        facts = {"km": row.odometer_km, "because": because.strip()}
        return duty.record(
            evidence=duty.Done("trip", str(trip), WRONG, now, facts, str(event)), by=by, now=now
        )
