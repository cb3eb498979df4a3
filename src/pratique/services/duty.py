"""Evidence and waivers go in; what is owed is worked out from them by `register`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import LIVES, RANKS, Kind
from pratique.store import models
from pratique.store.ids import make_id


@dataclass(frozen=True, slots=True)
class Done:
    """What was done for whom: subject kind and id, the record's word, when, what the word asks for besides, and the
    piece of evidence it belongs to."""

    subject_kind: str
    subject: str
    code: str
    happened_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""


def record(
    *, evidence: Done, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Write down that something was done. The same id again is the same evidence."""
    if evidence.subject_kind not in set(Kind):
        raise Refused("subject_unknown", f"evidence is about one of {', '.join(Kind)}")
    if not evidence.code:
        raise Refused("evidence_code_missing", "say what was done")
    row, _ = models.Evidence.objects.get_or_create(
        id=evidence_id or make_id(),
        defaults={
            "subject_kind": evidence.subject_kind,
            "subject_id": evidence.subject,
            "code": evidence.code,
            "about": evidence.about,
            "attributes": dict(evidence.attributes),
            "happened_at": min(evidence.happened_at, now),
            "recorded_at": now,
            "by_id": by,
        },
    )
    return row


def record_all(*, evidence: list[tuple[UUID, Done]], by: UUID | None, now: datetime) -> int:
    """Write down many pieces at once (a round of temperatures); known ids are left alone. Returns how many were new."""
    known = set(models.Evidence.objects.filter(id__in=[i for i, _ in evidence]).values_list("id", flat=True))
    fresh = {i: done for i, done in evidence if i not in known}
    unknown = sorted({done.subject_kind for done in fresh.values()} - set(Kind))
    if unknown:
        raise Refused(
            "subject_unknown", f"evidence is about one of {', '.join(Kind)}, not {', '.join(unknown)}"
        )
    models.Evidence.objects.bulk_create(
        [
            models.Evidence(
                id=i,
                subject_kind=done.subject_kind,
                subject_id=done.subject,
                code=done.code,
                about=done.about,
                attributes=dict(done.attributes),
                happened_at=min(done.happened_at, now),
                recorded_at=now,
                by_id=by,
            )
            for i, done in fresh.items()
        ],
        batch_size=2_000,
    )
    return len(fresh)


def withdraw(*, evidence: UUID, because: str, by: UUID | None, now: datetime) -> None:
    """Take evidence or a waiver back; what it discharged is owed again."""
    if not because.strip():
        raise Refused("reason_missing", "say why it is taken back")
    known = models.Evidence.objects.filter(id=evidence).exists()
    if not known and not models.Waiver.objects.filter(id=evidence).exists():
        raise Refused("evidence_unknown", "there is no such evidence")
    models.Withdrawal.objects.create(
        id=make_id(), evidence_id=evidence, because=because, happened_at=now, recorded_at=now, by_id=by
    )


@dataclass(frozen=True, slots=True)
class Leave:
    """A waiver: of which duty of whom (one by its key, or all of the code), why, who signed in which rank, until when."""

    subject_kind: str
    subject: str
    code: str
    because: str
    signatures: tuple[tuple[UUID, str], ...]
    expires_at: datetime
    key: str = ""


def waive(*, leave: Leave, by: UUID, now: datetime, waiver_id: UUID | None = None) -> models.Waiver:
    """Write a waiver down. Whether the rule allows it is judged each time duties are worked out, and shown."""
    if leave.subject_kind not in set(Kind):
        raise Refused("subject_unknown", f"a waiver is about one of {', '.join(Kind)}")
    if not leave.because.strip():
        raise Refused("waiver_without_reason", "a waiver needs a reason")
    if leave.expires_at <= now:
        raise Refused("waiver_without_time", "it expires before it is given")
    if not leave.signatures or any(rank not in RANKS for _, rank in leave.signatures):
        raise Refused("waiver_rank", f"it is signed in one of the ranks {', '.join(RANKS)}")
    row, _ = models.Waiver.objects.get_or_create(
        id=waiver_id or make_id(),
        defaults={
            "subject_kind": leave.subject_kind,
            "subject_id": leave.subject,
            "code": leave.code,
            "key": leave.key,
            "because": leave.because,
            "signatures": [[str(person), rank] for person, rank in leave.signatures],
            "expires_at": leave.expires_at,
            "happened_at": now,
            "recorded_at": now,
            "by_id": by,
        },
    )
    return row


def list_words(kind: str) -> tuple[str, ...]:
    """The records that can be written about a kind of subject."""
    return tuple(record.code for record in LIVES[Kind(kind)].records)
