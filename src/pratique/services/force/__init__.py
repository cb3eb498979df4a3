"""Who works today: deployments and attendance."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from pratique.core.answers import Refused
from pratique.store import models

RELEASED = timedelta(hours=1)
"""Who goes so long before their shift ends has finished it: their relief had come."""


@dataclass(frozen=True, slots=True)
class Duty:
    """An officer's shift on a day: crew, shift, post and its hours."""

    person: UUID
    on: date
    starts_at: datetime
    ends_at: datetime
    crew: str = ""
    shift: str = ""
    post: str = ""


def deploy(*, duty: Duty) -> models.Deployment:
    """Draw an officer for a day. The same officer on the same day again changes the post, not the count."""
    person = models.Person.objects.filter(id=duty.person).first()
    if person is None or person.unit_id is None:
        raise Refused("person_unknown", "only somebody of a unit can be deployed")
    if duty.ends_at <= duty.starts_at:
        raise Refused("shift_backwards", "a shift ends after it starts")
    row, _ = models.Deployment.objects.update_or_create(
        person=person,
        on=duty.on,
        defaults={
            "unit_id": person.unit_id,
            "crew": duty.crew,
            "shift": duty.shift,
            "post": duty.post,
            "starts_at": duty.starts_at,
            "ends_at": duty.ends_at,
        },
    )
    return row


def attend(*, person: UUID, on: date, going: str, now: datetime) -> models.Deployment:
    """Somebody came `in` or went `out`. Officer-deployments are counted from who came in."""
    if going not in ("in", "out"):
        raise Refused("attendance_unknown", "attendance is in or out")
    with transaction.atomic():
        row = models.Deployment.objects.select_for_update().filter(person_id=person, on=on).first()
        if row is None:
            raise Refused("deployment_unknown", "this officer is not deployed that day")
        if going == "out" and row.in_at is None:
            raise Refused(
                "attendance_order", "nobody can leave who did not come in: record the arrival first"
            )
        setattr(row, f"{going}_at", now)
        row.save(update_fields=[f"{going}_at"])
    return row


def count_finished(*, people: Collection[UUID], before: datetime) -> Counter[UUID]:
    """How many shifts these people have finished before an instant: came, went out again, and the shift was over by then, or was
    in its last hour when they went. Two taps on a badge are no shift.
    """
    over = Q(ends_at__lte=before) | Q(out_at__gte=F("ends_at") - RELEASED)
    rows = models.Deployment.objects.filter(
        over, person_id__in=list(people), in_at__isnull=False, out_at__lte=before
    )
    return Counter(rows.values_list("person_id", flat=True))


def count_shifts(*, person: UUID, before: datetime) -> int:
    """How many shifts somebody has finished before an instant.

    Someone on their first two shifts may not decide exemptions: who has finished fewer than two is refused.
    """
    return count_finished(people=[person], before=before)[person]
