"""Screening of staff and others who pass through the terminal: counted by checkpoint and hour, findings led to their steps.

Nobody is named: a passing is a number of heads, a finding has a number of its own.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening.declaration import CELSIUS_LEAST, CELSIUS_MOST
from pratique.core.screening.fact import SYMPTOMS
from pratique.services import duty
from pratique.store import locks, models
from pratique.store.ids import make_id

SORTS = ("staff", "crew", "visitor", "other")
HEADS_MAX = 500
UNDO = timedelta(minutes=30)
"""So long after a tap it can be undone; later a correction is another count."""


def open_checkpoint(*, code: str, name_zh: str, name_en: str) -> models.Checkpoint:
    """A place to count at; the same code is the same place."""
    if not code.strip() or not (name_zh.strip() or name_en.strip()):
        raise Refused("checkpoint_nameless", "a checkpoint needs a code and a name")
    row, _ = models.Checkpoint.objects.get_or_create(
        code=code.strip().upper(), defaults={"name_zh": name_zh.strip(), "name_en": name_en.strip()}
    )
    return row


@dataclass(frozen=True, slots=True)
class Tap:
    """So many people of one sort passed a checkpoint and were measured; `id` is made by whoever counts."""

    checkpoint: UUID
    sort: str
    heads: int = 1
    id: UUID | None = None


def count(*, tap: Tap, by: UUID | None, now: datetime) -> models.Passing:
    """Count people who passed. The same id again is the same tap. Raises `Refused`: `word_unknown`, `heads_impossible`,
    `checkpoint_unknown`."""
    if tap.sort not in SORTS:
        raise Refused("word_unknown", f"who passes is one of {', '.join(SORTS)}")
    if not 1 <= tap.heads <= HEADS_MAX:
        raise Refused("heads_impossible", f"1 to {HEADS_MAX} at once")
    _check_open(tap.checkpoint)
    row, _ = models.Passing.objects.get_or_create(
        id=tap.id or make_id(),
        defaults={
            "checkpoint_id": tap.checkpoint,
            "sort": tap.sort,
            "heads": tap.heads,
            "happened_at": now,
            "by_id": by,
        },
    )
    return row


def _check_open(checkpoint: UUID) -> None:
    if not models.Checkpoint.objects.filter(id=checkpoint, closed_at__isnull=True).exists():
        raise Refused("checkpoint_unknown", "there is no such checkpoint")


def undo(*, checkpoint: UUID, by: UUID | None, now: datetime) -> models.Passing:
    """Take back this person's last tap there; it stays, marked. Raises `Refused("undo_nothing")`."""
    with transaction.atomic():
        row = (
            models.Passing.objects.select_for_update()
            .filter(checkpoint_id=checkpoint, by_id=by, undone_at__isnull=True, happened_at__gte=now - UNDO)
            .order_by("-happened_at", "-id")
            .first()
        )
        if row is None:
            raise Refused("undo_nothing", "there is nothing of yours to undo here")
        row.undone_at = now
        row.save(update_fields=["undone_at"])
    return row


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody at a checkpoint: of which sort, how warm, with which symptoms (words of the facts of screening)."""

    checkpoint: UUID
    sort: str
    celsius: float | None = None
    symptoms: Collection[str] = ()
    id: UUID | None = None


def find(*, found: Found, by: UUID | None, now: datetime) -> models.Finding:
    """Somebody has a fever or symptoms: they get a number, and steps with clocks begin. The same id is the same finding.

    Raises `Refused`: `word_unknown`, `temperature_impossible`, `finding_empty`, `checkpoint_unknown`.
    """
    if found.sort not in SORTS or not set(found.symptoms) <= SYMPTOMS:
        raise Refused("word_unknown", "a sort of people and symptoms by their words")
    if found.celsius is not None and not CELSIUS_LEAST <= found.celsius <= CELSIUS_MOST:
        raise Refused("temperature_impossible", "measure again")
    if found.celsius is None and not found.symptoms:
        raise Refused("finding_empty", "say what was found: a temperature or a symptom")
    _check_open(found.checkpoint)
    with transaction.atomic():
        locks.hold_word_in_transaction("finding number")
        known = models.Finding.objects.filter(id=found.id).first() if found.id else None
        if known is not None:
            return known
        last = models.Finding.objects.aggregate(last=Max("number"))["last"] or 0
        row = models.Finding.objects.create(
            id=found.id or make_id(),
            number=last + 1,
            checkpoint_id=found.checkpoint,
            sort=found.sort,
            celsius=found.celsius,
            symptoms=sorted(found.symptoms),
            found_at=now,
            by_id=by,
        )
        duty.record(evidence=duty.Done(Kind.FINDING.value, str(row.id), "found", now), by=by, now=now)
    return row


def withdraw(*, finding: UUID, because: str, by: UUID | None, now: datetime) -> models.Finding:
    """A finding was entered by mistake: it stays, marked, and its duties end."""
    if not because.strip():
        raise Refused("reason_missing", "say why")
    with transaction.atomic():
        row = models.Finding.objects.select_for_update().filter(id=finding).first()
        if row is None:
            raise Refused("finding_unknown", "there is no such finding")
        if row.undone_at is None:
            row.undone_at = now
            row.save(update_fields=["undone_at"])
            told = {"because": because.strip()}
            done = duty.Done(Kind.FINDING.value, str(finding), "withdrawn", now, told)
            duty.record(evidence=done, by=by, now=now)
    return row
