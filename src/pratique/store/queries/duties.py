"""What is owed now, as the register has written it down."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pratique.store import models

LINES_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One open duty: of whom, what, whose it is, until when; `overdue` as of the moment of reading.

    `told` is the post that was told last, where that is not its owner.
    """

    subject_kind: str
    subject: str
    code: str
    owner: str
    custodian: UUID | None
    due_at: datetime
    overdue: bool
    told: str = ""


def list_open(*, now: datetime, ahead: timedelta) -> list[Line]:
    """Duties that are overdue or fall due before `now` + `ahead`, those of one owner together, the oldest first."""
    rows = models.Owed.objects.filter(due_at__lte=now + ahead, opens_at__lte=now + ahead)
    return [
        Line(
            subject_kind=row.subject_kind,
            subject=row.subject_id,
            code=row.code,
            owner=row.owner,
            custodian=row.custodian_id,
            due_at=row.due_at,
            overdue=row.overdue_at <= now,
            told=row.told if row.told != row.owner else "",
        )
        for row in rows.order_by("owner", "due_at", "subject_id")[:LINES_MAX]
    ]
