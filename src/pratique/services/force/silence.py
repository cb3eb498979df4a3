"""Shifts that are over and of which nobody said whether they were worked: until somebody who speaks for the unit does."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty
from pratique.services.force import calls, people
from pratique.services.force.attendance import OPEN, SETTLED
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn


def list_silent(*, now: datetime, unit: UUID | None = None) -> list[tuple[models.Deployment, str]]:
    """Shifts (of one unit or all) that ended without a tap and that nobody noted as absent, the latest first, each with ``""``; and those
    settled in the last days, which may have been settled wrongly, with ``came`` or ``absent``. Who declined or was replaced is not asked for.
    """
    lost = models.CallOut.objects.filter(
        person_id=OuterRef("person_id"), on=OuterRef("on"), state__in=(*calls.LOST, "swapped")
    )
    lately = set(_list_settled().filter(happened_at__gt=now - OPEN).values_list("about", flat=True))
    silent = Q(~Exists(lost), in_at=None, absent_at=None)
    rows = models.Deployment.objects.filter(silent | Q(id__in=lately), ends_at__lte=now)
    if unit is not None:
        rows = rows.filter(unit_id=unit)
    ordered = rows.select_related("person").order_by(F("ends_at").desc(), "person__username")
    return [(row, "came" if row.in_at else "absent" if row.absent_at else "") for row in ordered]


def settle(*, shift: UUID, came: bool, by: UUID, now: datetime) -> models.Deployment:
    """Somebody who speaks for the unit says whether a shift was worked of which no tap tells: evidence of whose shift it was, with who said
    so. If it was, it is worked from its start to its end, and counts towards their tests. Within the last days it can be said anew.

    Raises `Refused`: `deployment_unknown`, `unit_not_yours`, `shift_not_silent`.
    """
    with transaction.atomic():
        row: Any = models.Deployment.objects.select_for_update().filter(id=shift).first()
        if row is None:
            raise Refused("deployment_unknown", "there is no such shift")
        people.hold_to_unit(by=by, unit=people.get_person(person=row.person_id).unit_id)  # type: ignore[attr-defined]
        said = _list_settled().filter(about=str(row.id)).first()
        silent = row.in_at is None and row.absent_at is None
        again = said is not None and said.happened_at > now - OPEN
        if row.ends_at > now or row.person_id == by or not (silent or again):
            raise Refused(
                "shift_not_silent", "only a shift that is over and that no tap tells of, and not one's own"
            )
        if said is not None:
            duty.withdraw(evidence=said.id, because="said anew", by=by, now=now)
        row.in_at, row.out_at = (row.starts_at, row.ends_at) if came else (None, None)
        row.absent_at = None if came else now
        row.save(update_fields=["in_at", "out_at", "absent_at"])
        done = duty.Done(
            Kind.STAFF.value, str(row.person_id), SETTLED, now, {"came": came}, about=str(row.id)
        )
        duty.record(evidence=done, by=by, now=now)
    return row  # type: ignore[no-any-return]


def _list_settled() -> Any:
    return without_withdrawn(models.Evidence.objects.filter(subject_kind=Kind.STAFF.value, code=SETTLED))
