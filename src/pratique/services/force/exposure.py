"""Whether somebody who works here was exposed to a case, and therefore stands at no post until they are let back."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty
from pratique.store import models

BECAUSE = "contact of a case"
"""The reason on the absence that an exposure makes; open-ended, until `let_back` or until the contact list is corrected."""


def list_exposed(*, people: Collection[UUID] | None = None, now: datetime) -> dict[UUID, datetime]:
    """Who of these (None: of everybody) is a close contact of a case and not let back since: person → last exposure."""
    rows = models.Evidence.objects.filter(
        subject_kind=Kind.STAFF.value, code__in=("exposed", "back"), happened_at__lte=now
    ).exclude(id__in=models.Withdrawal.objects.values("evidence_id"))
    if people is not None:
        rows = rows.filter(subject_id__in=[str(one) for one in people])
    found: dict[UUID, datetime] = {}
    for row in rows.order_by("recorded_at", "seq"):
        if row.code == "exposed":
            found[UUID(row.subject_id)] = max(
                row.happened_at, found.get(UUID(row.subject_id), row.happened_at)
            )
        else:
            found.pop(UUID(row.subject_id), None)
    return found


def hold_off(*, people: Collection[UUID], by: UUID | None, now: datetime, today: date) -> None:
    """Keep these out of every roster from today on; whoever is kept out already stays so. Part of a transaction."""
    known = set(_list_held(people).values_list("person_id", flat=True))
    models.Absence.objects.bulk_create(
        models.Absence(
            person_id=one,
            sort="health",
            from_on=today,
            because=BECAUSE,
            entered_at=now,
            entered_by_id=by,
        )
        for one in people
        if one not in known
    )


def release(*, people: Collection[UUID], by: UUID | None, now: datetime) -> None:
    """These may stand in rosters again, as far as contacts go. Part of a transaction."""
    _list_held(people).update(cancelled_at=now, cancelled_by_id=by)


def let_back(*, person: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """Somebody exposed is back at work, because the health lead says so. Raises `Refused`: `not_exposed`."""
    with transaction.atomic():
        if person not in list_exposed(people=[person], now=now):
            raise Refused("not_exposed", "this person is held off by no case")
        done = duty.Done(Kind.STAFF.value, str(person), "back", now)
        row = duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)
        release(people=[person], by=by, now=now)
    return row


def _list_held(people: Collection[UUID]) -> QuerySet[models.Absence]:
    return models.Absence.objects.filter(
        person_id__in=people, sort="health", cancelled_at=None, until_on=None, because=BECAUSE
    )
