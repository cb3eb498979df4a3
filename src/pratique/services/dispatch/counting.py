"""Counts of a trip that is over: as many got off as got on, or the names that differ, found and explained.

A trip that broke down is counted once nobody is with it any more: everybody who boarded was handed over on the road. A count that
differed is counted again when late scans make it agree; else somebody finds the names that differ and says why, and that is kept.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.services import duty
from pratique.services.dispatch import boarding
from pratique.store import models
from pratique.store.queries import tower, trips
from pratique.store.withdrawn import without_withdrawn

COUNT = "count"
LOOKED_BACK = timedelta(days=3)
"""So far back a round looks for trips that broke down and for counts that differed."""
TAKES_ON = (Kind.TRIP.value, Kind.FACILITY.value, Kind.HOSPITAL.value, Kind.EXIT.value)


def count(*, trip: UUID, by: UUID | None, now: datetime) -> bool:
    """Write down whether everybody who boarded was received; where nobody ever boarded that is so."""
    sheet = boarding.read_sheet(trip=trip)
    received = sheet.alighted
    if trips.is_broken_down(trip=trip):
        left = [line.traveller for line in sheet.lines if line.state == "elsewhere"]
        received += len(_list_taken_on(trip, left))
    told = {"agreed": sheet.boarded == received, "boarded": sheet.boarded, "received": received}
    duty.record(evidence=duty.Done("trip", str(trip), COUNT, now, told), by=by, now=now)
    return bool(told["agreed"])


def _list_taken_on(trip: UUID, travellers: Iterable[UUID]) -> set[UUID]:
    """Who of these was scanned by another vehicle, a house or an authority after they boarded."""
    annulled = models.Annulment.objects.values("scan_id")
    own = models.Scan.objects.filter(custodian_id=trip, traveller_id__in=list(travellers)).exclude(
        id__in=annulled
    )
    boarded = dict(own.order_by("-happened_at").values_list("traveller_id", "happened_at"))
    takers = models.Custodian.objects.filter(kind__in=TAKES_ON).exclude(id=trip).values("id")
    later = models.Scan.objects.filter(traveller_id__in=boarded, custodian_id__in=takers)
    rows = later.exclude(id__in=annulled).values_list("traveller_id", "happened_at")
    return {who for who, at in rows if at > boarded[who]}


def find_count(*, trip: UUID) -> Any | None:
    """The last count of a trip."""
    rows = models.Evidence.objects.filter(subject_kind="trip", subject_id=str(trip), code=COUNT)
    return without_withdrawn(rows).order_by("happened_at", "seq").last()


def settle(*, trip: UUID, because: str, by: UUID, now: datetime) -> None:
    """The names that differ were found, and this is why they differ: the count is settled, by whom and how.

    Raises `Refused`: `reason_missing`, `count_not_open`, `count_names_missing` while somebody of them is not found.
    """
    if not because.strip():
        raise Refused("reason_missing", "say where each of them is and why the counts differ")
    with transaction.atomic():
        models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        last = find_count(trip=trip)
        if last is None or last.attributes.get("agreed"):
            raise Refused("count_not_open", "no count of this trip differs")
        sheet = boarding.read_sheet(trip=trip)
        missed = set(tower.list_missed(now=now))
        lost = [
            line.code for line in sheet.differing if line.holder in (None, trip) or line.traveller in missed
        ]
        if lost:
            raise Refused("count_names_missing", f"not found yet: {', '.join(lost)}")
        told = {
            "agreed": True,
            "because": because.strip(),
            "names": [line.code for line in sheet.differing],
            "boarded": sheet.boarded,
            "received": sheet.alighted,
        }
        duty.record(evidence=duty.Done("trip", str(trip), COUNT, now, told), by=by, now=now)


def heed(*, now: datetime) -> int:
    """Count trips that broke down and are empty now, and again those whose count differed; how many were written."""
    written = 0
    for trip in _list_emptied(now):
        with transaction.atomic():
            row: Any = models.Trip.objects.select_for_update(of=("self",)).get(id=trip)
            if models.Evidence.objects.filter(
                subject_kind="trip", subject_id=str(trip), code="ended"
            ).exists():
                continue
            duty.record(evidence=duty.Done("trip", str(trip), "ended", now), by=None, now=now)
            over = duty.Done("vehicle", str(row.vehicle_id), "trip_ended", now, about=str(trip))
            duty.record(evidence=over, by=None, now=now)
            count(trip=trip, by=None, now=now)
            written += 1
    for trip in _list_differing(now):
        if _agrees_now(trip):
            count(trip=trip, by=None, now=now)
            written += 1
    return written


def _list_emptied(now: datetime) -> list[UUID]:
    broken = models.TripEvent.objects.filter(step="broken_down", happened_at__gte=now - LOOKED_BACK)
    ids = set(broken.values_list("trip_id", flat=True))
    held = models.Position.objects.filter(holder_id__in=ids, inside=True).values_list("holder_id", flat=True)
    over = models.Evidence.objects.filter(
        subject_kind="trip", subject_id__in=[str(one) for one in ids], code="ended"
    )
    return sorted(ids - set(held) - {UUID(name) for name in over.values_list("subject_id", flat=True)})


def _list_differing(now: datetime) -> list[UUID]:
    rows = models.Evidence.objects.filter(
        subject_kind="trip", code=COUNT, happened_at__gte=now - LOOKED_BACK
    ).order_by("happened_at", "seq")
    last = {row.subject_id: row for row in without_withdrawn(rows)}
    return [UUID(trip) for trip, row in last.items() if not row.attributes.get("agreed")]


def _agrees_now(trip: UUID) -> bool:
    sheet = boarding.read_sheet(trip=trip)
    left = [line.traveller for line in sheet.lines if line.state == "elsewhere"]
    handed = len(_list_taken_on(trip, left)) if trips.is_broken_down(trip=trip) else 0
    return sheet.boarded == sheet.alighted + handed
