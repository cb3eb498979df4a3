"""A step of a trip that was reported by mistake (it departed, stopped, arrived) is taken back, the last one first, with a reason.

Taking back is evidence about the trip, naming the report; the report itself stands as it was entered. The trip is then what it was before
it: on the road again, or still to set off. What the register was told by it is withdrawn, of the trip and of its convoy.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.services.convoy import course, forming
from pratique.services.dispatch import boarding, driving
from pratique.services.tracking import fix, outlook
from pratique.store import models
from pratique.store.queries import tracking
from pratique.store.withdrawn import without_withdrawn

COLUMNS = {"departed": "departed_at", "arrived": "arrived_at", "stopped": ""}
"""The steps that can be taken back, and what each wrote down on its trip."""
TOLD = {
    "departed": ("set_off", outlook.FELL_SILENT, driving.DUE),
    "arrived": ("reached",),
    "stopped": (),
}
"""What the register was told of a trip by a step, or because of it."""


def find_last(*, trip: UUID) -> models.TripEvent | None:
    """The report that would be taken back next; None: there is none, or the trip is over."""
    if not models.Trip.objects.filter(id=trip, ended_at__isnull=True).exists():
        return None
    wrong = tracking.list_wrong_steps(trips=[trip])
    events = models.TripEvent.objects.filter(trip_id=trip, step__in=COLUMNS).exclude(id__in=wrong)
    return events.order_by("happened_at", "seq").last()


def take_back(*, trip: UUID, event: UUID, because: str, by: UUID, now: datetime) -> models.Evidence:
    """The last step of a trip was reported by mistake. Taken back twice is once.

    Raises `Refused`: `reason_missing`, `trip_step_unreported`, `trip_step_not_last` (a later one stands, or the trip is over), `trip_step_received` (somebody was
    scanned where it goes), `trip_step_accepted` (somebody said that they took its people over), `convoy_over`.
    """
    if not because.strip():
        raise Refused("reason_missing", "say why it is taken back")
    with transaction.atomic():
        row: Any = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        told: Any = models.TripEvent.objects.filter(id=event, trip_id=trip, step__in=COLUMNS).first()
        if row is None or told is None:
            raise Refused("trip_step_unreported", "the trip reported no such step")
        known = tracking.list_wrong_steps(trips=[trip]).get(event)
        if known is not None:
            return known
        last = find_last(trip=trip)
        if last is None or last.id != event:
            raise Refused("trip_step_not_last", "a later report of the trip stands, or it is over")
        if told.step != "stopped":
            _refuse_if_received(trip, told.happened_at)
        if row.convoy_id is not None:
            forming.lock(convoy=row.convoy_id)
        facts = {"step": told.step, "because": because.strip()}
        done = duty.Done("trip", str(trip), tracking.STEP_WRONG, now, facts, about=str(event))
        written = duty.record(evidence=done, by=by, now=now)
        _undo(row, told, because.strip(), by, now)
    return written


def _refuse_if_received(trip: UUID, since: datetime) -> None:
    """Whoever was received since the step says that it was true."""
    sheet = boarding.read_sheet(trip=trip)
    codes = [line.code for line in sheet.lines if line.state == "alighted"]
    if codes:
        raise Refused(
            "trip_step_received", f"scanned where it goes: {', '.join(codes)}", codes=", ".join(codes)
        )
    accepted = models.HandoverEvent.objects.filter(giver_id=trip, step="accepted", happened_at__gte=since)
    if accepted.exists():
        raise Refused("trip_step_accepted", "its people were accepted since")


def _undo(row: Any, told: Any, because: str, by: UUID, now: datetime) -> None:
    column = COLUMNS[told.step]
    if column:
        setattr(row, column, None)
        row.save(update_fields=[column])
    said = models.Evidence.objects.filter(
        subject_kind="trip",
        subject_id=str(row.id),
        code__in=TOLD[told.step],
        happened_at__gte=told.happened_at,
    )
    for evidence in without_withdrawn(said).values_list("id", flat=True):
        duty.withdraw(evidence=evidence, because=because, by=by, now=now)
    if told.step == "departed":
        fix.erase_of(trip=row.id, now=now)
    if row.convoy_id is not None:
        course.correct(convoy=row.convoy_id, because=because, by=by, now=now)
