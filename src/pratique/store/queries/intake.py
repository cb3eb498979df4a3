"""Which facilities and hospitals take nobody new for a time, and why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

CLOSED, OPENED = "intake_closed", "intake_opened"


@dataclass(frozen=True, slots=True)
class Closure:
    """A facility takes nobody new since `since`, until `until` (None: until somebody opens it again), for a reason; `id` is the
    evidence of it."""

    id: UUID
    facility: UUID
    because: str
    since: datetime
    until: datetime | None


def list_closed(*, now: datetime) -> dict[UUID, Closure]:
    """Facility → its closure that stands at `now`: the latest word on each of them counts."""
    rows = models.Evidence.objects.filter(
        code__in=(CLOSED, OPENED), subject_kind="facility", happened_at__lte=now
    )
    latest = {UUID(row.subject_id): row for row in without_withdrawn(rows).order_by("happened_at", "seq")}
    found = {}
    for facility, row in latest.items():
        until = row.attributes.get("until")
        ends = datetime.fromisoformat(until) if until else None
        if row.code == CLOSED and (ends is None or now < ends):
            found[facility] = Closure(row.id, facility, row.attributes["because"], row.happened_at, ends)
    return found
