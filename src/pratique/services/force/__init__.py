"""Who works today: deployments and attendance."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.store import models


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


def count_shifts(*, person: UUID, before: datetime) -> int:
    """How many shifts somebody has finished before an instant: came in, and went out again.

    Someone on their first two shifts may not decide exemptions: who has finished fewer than two is refused.
    """
    return models.Deployment.objects.filter(
        person_id=person, in_at__isnull=False, out_at__isnull=False, out_at__lte=before
    ).count()
