"""What units asked and reported upwards, and what was answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from pratique.store import models
from pratique.store.rows import key
from pratique.store.withdrawn import without_withdrawn


@dataclass(frozen=True, slots=True)
class Upward:
    """A request or a report (`sort`) of a unit in words, by whom, its answer if there is one, and until when an answer is
    owed (None: none is)."""

    id: UUID
    sort: str
    unit: models.Unit
    text: str
    at: datetime
    by: models.Person | None
    due_at: datetime | None
    answer: str = ""
    answered_at: datetime | None = None
    answered_by: models.Person | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether its answer is overdue."""
        return self.due_at is not None and self.due_at <= now


def list_upward(*, since_at: datetime, unit: UUID | None = None, by: UUID | None = None) -> list[Upward]:
    """Requests without an answer, however old, the oldest first; then what was asked or reported since, the latest first:
    of one unit, by one person, or everybody's."""
    of_units = without_withdrawn(models.Evidence.objects.filter(subject_kind="unit"))
    answers = {row.about: row for row in of_units.filter(code="answer")}
    rows = of_units.filter(Q(code="request") | Q(code="report", happened_at__gte=since_at))
    if unit is not None:
        rows = rows.filter(subject_id=key(unit))
    if by is not None:
        rows = rows.filter(by_id=by)
    kept = [row for row in rows.order_by("happened_at", "seq") if row.attributes.get("text")]
    waiting = [row for row in kept if row.code == "request" and str(row.id) not in answers]
    others = [row for row in reversed(kept) if row not in waiting and row.happened_at >= since_at]
    return _read([*waiting, *others], answers)


def _read(rows: list[models.Evidence], answers: dict[str, models.Evidence]) -> list[Upward]:
    units = models.Unit.objects.in_bulk({UUID(row.subject_id) for row in rows})
    said = [answers[str(row.id)] for row in rows if str(row.id) in answers]
    people = models.Person.objects.in_bulk(_list_people([*rows, *said]))
    owed = models.Owed.objects.filter(subject_kind="unit", code="request")
    due = dict(owed.values_list("key", "overdue_at"))
    found = []
    for row in rows:
        reply = answers.get(str(row.id))
        found.append(
            Upward(
                id=row.id,
                sort=row.code,
                unit=units[UUID(row.subject_id)],
                text=str(row.attributes["text"]),
                at=row.happened_at,
                by=people.get(row.by_id),
                due_at=None if reply else due.get(str(row.id)),
                answer=str(reply.attributes.get("text", "")) if reply else "",
                answered_at=reply.happened_at if reply else None,
                answered_by=people.get(reply.by_id) if reply else None,
            )
        )
    return found


def _list_people(rows: Iterable[models.Evidence]) -> set[UUID]:
    return {row.by_id for row in rows if row.by_id}
