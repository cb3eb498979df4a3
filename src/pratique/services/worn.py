"""What was worn on a shift: the level of protection of people who came, said by whoever saw it. Contact tracing goes by it.

The level stands on the shift; each word about it is evidence of the person, so that who said what, and what was said before,
stays on record.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty
from pratique.store import models
from pratique.store.ids import make_id

LEVELS = (0, 1, 2, 3)
"""None, or not throughout; then the levels of protection of the rules of internal safety."""


@dataclass(frozen=True, slots=True)
class Worn:
    """Whose shifts, by their ids, and the level that was worn throughout."""

    shifts: Collection[UUID]
    level: int


def say(*, worn: Worn, by: UUID | None, now: datetime) -> int:
    """Write down what was worn on these shifts; how many are different from before. Sent again it changes nothing.

    Raises `Refused`: `protection_level_unknown`; `shift_not_worked` if one of them is none, or nobody came to it.
    """
    if worn.level not in LEVELS:
        raise Refused("protection_level_unknown", f"a level is one of {', '.join(map(str, LEVELS))}")
    with transaction.atomic():
        rows = list(
            models.Deployment.objects.select_for_update()
            .filter(id__in=list(worn.shifts), in_at__isnull=False)
            .select_related("person")
            .order_by("id")
        )
        if not rows or len(rows) != len(set(worn.shifts)):
            raise Refused("shift_not_worked", "choose shifts that somebody came to")
        changed = [row for row in rows if row.protection != worn.level]
        told = [
            duty.Done(
                Kind.STAFF.value,
                str(row.person.pk),
                "protection",
                now,
                {"level": worn.level} | ({} if row.protection is None else {"was": row.protection}),
                str(row.id),
            )
            for row in changed
        ]
        duty.record_all(evidence=[(make_id(), one) for one in told], by=by, now=now)
        models.Deployment.objects.filter(id__in=[row.id for row in changed]).update(protection=worn.level)
    return len(changed)
