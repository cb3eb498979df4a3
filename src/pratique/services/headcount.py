"""Headcounts: a custodian states who is there, and what was stated wrongly is put right by another entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.core.answers import Refused
from pratique.store import models, rows
from pratique.store.ids import make_id


def count(
    *,
    custodian: UUID,
    heads: int,
    names: Iterable[UUID] | None,
    by: UUID | None,
    now: datetime,
    count_id: UUID | None = None,
) -> models.Headcount:
    """A custodian states who is there; ask `queries.headcounts` who is missing and who is unexpected by it."""
    called = _check_heads(heads, names)
    row, _ = models.Headcount.objects.get_or_create(
        id=count_id or make_id(),
        defaults={
            "custodian_id": custodian,
            "heads": heads,
            "names": called,
            "happened_at": now,
            "recorded_at": now,
            "by_id": by,
        },
    )
    return row


def _check_heads(heads: int, names: Iterable[UUID] | None) -> list[str] | None:
    if heads < 0:
        raise Refused("heads_negative", "a headcount cannot be below zero")
    called = None if names is None else sorted({rows.key(n) for n in names})
    if called is not None and len(called) != heads:
        raise Refused("heads_and_names_differ", f"{heads} heads, but {len(called)} names were called")
    return called


@dataclass(frozen=True, slots=True)
class Correction:
    """What a headcount should have said, and why it did not; `names` is None if only heads were counted."""

    heads: int
    names: tuple[UUID, ...] | None
    because: str


def correct(
    *, headcount: UUID, correction: Correction, by: UUID, now: datetime
) -> models.HeadcountCorrection:
    """Put a headcount right: the count stays in the book, and from now on the correction is held against it.

    Raises `Refused`: `headcount_unknown`, `reason_missing`, `heads_negative`, `heads_and_names_differ`, and
    `names_missing` when names were called and the correction gives none.
    """
    stated = models.Headcount.objects.filter(id=headcount).first()
    if stated is None:
        raise Refused("headcount_unknown", "there is no such headcount")
    if not correction.because.strip():
        raise Refused("reason_missing", "say why the count was wrong")
    if stated.names is not None and correction.names is None:
        raise Refused("names_missing", "names were called: say who was there, not only how many")
    return models.HeadcountCorrection.objects.create(
        id=make_id(),
        headcount_id=headcount,
        heads=correction.heads,
        names=_check_heads(correction.heads, correction.names),
        because=correction.because.strip(),
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )
