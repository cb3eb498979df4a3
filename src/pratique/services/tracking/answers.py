"""Answers by telephone: somebody of a vehicle or a convoy on the road was reached, and says where they are.

It is a word of theirs like a check-in: no silence is owed an answer any more, and the next word is awaited from then. What was written
down wrongly is taken back; what it discharged is owed again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.store import models
from pratique.store.queries import tracking
from pratique.store.queries.tracking import ANSWERED


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered (name or telephone), where they are, when if not just now, and what else they said."""

    who: str
    place: str
    at: datetime | None = None
    note: str = ""


def reach_trip(*, trip: UUID, told: Answer, by: UUID | None, now: datetime) -> models.Evidence:
    """Somebody of a trip on the road answered. Raises `Refused`: `trip_unknown`, `trip_not_on_road`, `answer_unnamed`,
    `answer_impossible`."""
    with transaction.atomic():
        row = models.Trip.objects.select_for_update(of=("self",)).filter(id=trip).first()
        if row is None:
            raise Refused("trip_unknown", "there is no such trip")
        if row.departed_at is None or row.arrived_at is not None or row.ended_at is not None:
            raise Refused(
                "trip_not_on_road", "it has not set off, or has arrived: there is nobody to be reached"
            )
        return _write("trip", trip, told, row.departed_at, by, now)


def reach_convoy(*, convoy: UUID, told: Answer, by: UUID | None, now: datetime) -> models.Evidence:
    """The commander of a convoy on the road answered for all of it; nobody was counted. Raises `Refused` as `reach_trip`."""
    moving = models.Trip.objects.filter(
        convoy=convoy, departed_at__isnull=False, arrived_at__isnull=True, ended_at__isnull=True
    )
    departed = moving.order_by("departed_at").values_list("departed_at", flat=True).first()
    if departed is None:
        raise Refused("trip_not_on_road", "none of its trips is on the road")
    return _write("convoy", convoy, told, departed, by, now)


def _write(
    kind: str, subject: UUID, told: Answer, departed: datetime, by: UUID | None, now: datetime
) -> models.Evidence:
    if not told.who.strip() or not told.place.strip():
        raise Refused("answer_unnamed", "say who answered, and where they are")
    at = told.at or now
    if not departed <= at <= now:
        raise Refused("answer_impossible", "they answered after they had set off, and not in the future")
    facts = {"who": told.who.strip(), "place": told.place.strip(), "note": told.note.strip()}
    return duty.record(evidence=duty.Done(kind, str(subject), ANSWERED, at, facts), by=by, now=now)


def take_back(*, trip: UUID, answer: UUID, because: str, by: UUID, now: datetime) -> None:
    """An answer of a trip that was wrong. Raises `Refused`: `evidence_unknown`, `reason_missing`."""
    if all(row.id != answer for row in tracking.list_answers(trip=trip)):
        raise Refused("evidence_unknown", "there is no such answer of this trip")
    duty.withdraw(evidence=answer, because=because, by=by, now=now)
