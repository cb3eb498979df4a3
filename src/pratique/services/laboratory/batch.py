"""Batches: opened, tubes scanned in, closed, handed over by count, received by the laboratory with a count of its own.

Each step is evidence about the batch, so that what waits between two doors is somebody's duty with a clock.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.store import locks, models
from pratique.store.ids import make_id
from pratique.store.queries import ports

KIND = "batch"


def open_batch(
    *, laboratory: str, by: UUID | None, now: datetime, batch_id: UUID | None = None
) -> models.Batch:
    """Begin a batch for a laboratory; the same id again is the same batch. Its code counts the batches of the day."""
    if not laboratory.strip():
        raise Refused("laboratory_missing", "say which laboratory the tubes go to")
    with transaction.atomic():
        locks.hold_word_in_transaction("batch code")
        found = models.Batch.objects.filter(id=batch_id).first() if batch_id else None
        if found is not None:
            return found
        on = ports.find_day(at=now)
        prefix = f"{on:%Y%m%d}-"
        number = models.Batch.objects.filter(code__startswith=prefix).count() + 1
        batch = models.Batch.objects.create(
            id=batch_id or make_id(),
            code=f"{prefix}{number:02}",
            laboratory=laboratory.strip(),
            opened_at=now,
        )
        _note(batch, "opened", {"laboratory": batch.laboratory}, by, now)
        return batch


def scan_in(*, batch: UUID, tube: str, by: UUID | None, now: datetime) -> models.BatchTube:
    """A tube goes into the box. Scanned twice it is in it once.

    Raises `Refused`: `tube_unknown`, `tube_in_batch` (it names the other), `tube_other_laboratory`, `tube_answered`.
    """
    with transaction.atomic():
        row = _lock(batch)
        if row.closed_at is not None:
            raise Refused("batch_closed", "this batch is closed: open another")
        there = models.BatchTube.objects.filter(tube=tube).select_related("batch").first()
        if there is not None and there.batch.pk == batch:
            return there
        if there is not None:
            raise Refused("tube_in_batch", f"this tube is in batch {there.batch.code}")
        samples = list(models.Sample.objects.select_for_update().filter(tube=tube))
        if not samples:
            raise Refused("tube_unknown", "no sample has this barcode: record the sample first")
        if any(sample.result for sample in samples):
            raise Refused("tube_answered", "this tube has a result already")
        if {sample.laboratory for sample in samples} - {"", row.laboratory}:
            raise Refused(
                "tube_other_laboratory",
                f"this tube was taken for {samples[0].laboratory}: put it in its batch",
            )
        for sample in samples:
            if not sample.laboratory:
                sample.laboratory = row.laboratory
                sample.save(update_fields=["laboratory"])
        return models.BatchTube.objects.create(batch=row, tube=tube, scanned_at=now, by_id=by)


def take_out(*, batch: UUID, tube: str) -> None:
    """A tube comes out of the box again, while that is open."""
    with transaction.atomic():
        if _lock(batch).closed_at is not None:
            raise Refused("batch_closed", "this batch is closed")
        if not models.BatchTube.objects.filter(batch_id=batch, tube=tube).delete()[0]:
            raise Refused("tube_not_in_batch", "this tube is not in the batch")


def close(*, batch: UUID, by: UUID | None, now: datetime) -> models.Batch:
    """The box is shut; from now on somebody owes that it leaves."""
    with transaction.atomic():
        row = _lock(batch)
        if row.closed_at is not None:
            return row
        tubes = _tubes(row).count()
        if not tubes:
            raise Refused("batch_empty", "scan a tube in first, or cancel the batch")
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        _note(row, "closed", {"tubes": tubes}, by, now)
        return row


def hand_over(*, batch: UUID, count: int, courier: str, by: UUID | None, now: datetime) -> models.Batch:
    """The box goes with a courier, counted once more. A count that differs is refused: nothing leaves uncertain."""
    with transaction.atomic():
        row = _lock(batch)
        if row.closed_at is None:
            raise Refused("batch_open", "close the batch first")
        if row.handed_at is not None:
            return row
        tubes = _tubes(row).count()
        if count != tubes:
            raise Refused(
                "batch_count_differs", f"{tubes} tubes were scanned in, {count} are counted: scan them again"
            )
        row.handed_at, row.handed_count = now, count
        row.save(update_fields=["handed_at", "handed_count"])
        _note(row, "handed_over", {"tubes": count, "courier": courier.strip()}, by, now)
        return row


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the laboratory counted, whom it was said by, and which tubes make the difference: those that did not come,
    those that came and are not on the list."""

    count: int
    received_by: str
    missing: Collection[str] = field(default_factory=frozenset)
    extra: Collection[str] = field(default_factory=frozenset)


def receive(*, batch: UUID, receipt: Receipt, by: UUID | None, now: datetime) -> models.Batch:
    """The laboratory has the box. A count that differs must be explained by names: which tubes are missing or more."""
    with transaction.atomic():
        row = _lock(batch)
        if row.handed_at is None:
            raise Refused("batch_not_handed", "it has not been handed over yet")
        if row.received_at is not None:
            return row
        if not receipt.received_by.strip():
            raise Refused("receiver_missing", "say who received it at the laboratory")
        listed = set(_tubes(row).values_list("tube", flat=True))
        missing, extra = set(receipt.missing), {tube.strip() for tube in receipt.extra if tube.strip()}
        if not missing <= listed or extra & listed:
            raise Refused("tube_not_in_batch", "a missing tube is one of the list, an extra one is not")
        if receipt.count != len(listed) - len(missing) + len(extra):
            raise Refused(
                "batch_receipt_unexplained",
                f"{len(listed)} were sent, {receipt.count} counted: name which are missing or more",
            )
        row.received_at, row.received_count, row.extra = now, receipt.count, sorted(extra)
        row.save(update_fields=["received_at", "received_count", "extra"])
        _tubes(row).filter(tube__in=missing).update(received=False)
        _tubes(row).exclude(tube__in=missing).update(received=True)
        told = {"tubes": receipt.count, "agreed": not missing and not extra}
        _note(row, "received", told | {"received_by": receipt.received_by.strip()}, by, now)
        return row


def cancel(*, batch: UUID, because: str, by: UUID | None, now: datetime) -> models.Batch:
    """The batch is given up before it left; its tubes are free for another."""
    if not because.strip():
        raise Refused("reason_missing", "say why")
    with transaction.atomic():
        row = _lock(batch)
        if row.handed_at is not None:
            raise Refused("batch_handed", "it has left already")
        _tubes(row).delete()
        row.cancelled_at = now
        row.save(update_fields=["cancelled_at"])
        _note(row, "cancelled", {"because": because}, by, now)
        return row


def _tubes(batch: models.Batch) -> QuerySet[models.BatchTube]:
    return models.BatchTube.objects.filter(batch=batch)


def _lock(batch: UUID) -> models.Batch:
    row = models.Batch.objects.select_for_update().filter(id=batch).first()
    if row is None:
        raise Refused("batch_unknown", "there is no such batch")
    if row.cancelled_at is not None:
        raise Refused("batch_cancelled", "this batch was cancelled")
    return row


def _note(batch: models.Batch, code: str, told: dict[str, object], by: UUID | None, now: datetime) -> None:
    duty.record(evidence=duty.Done(KIND, str(batch.id), code, now, told), by=by, now=now)
