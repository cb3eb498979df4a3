"""Evidence and waivers go in; what is owed and overdue is worked out from them and the protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.store import models
from pratique.store.ids import make_id

SUBJECTS = ("traveller", "trip", "vehicle", "facility", "staff", "unit", "shift", "day")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done for whom: subject kind and id, the evidence's code, when, and what the code asks for besides."""

    subject_kind: str
    subject: str
    code: str
    happened_at: datetime
    attributes: Mapping[str, Any] = field(default_factory=dict)


def record(
    *, evidence: Done, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Write down that something was done. The same id again is the same evidence."""
    if evidence.subject_kind not in SUBJECTS:
        raise Refused("subject_unknown", f"evidence is about one of {', '.join(SUBJECTS)}")
    if not evidence.code:
        raise Refused("evidence_code_missing", "say what was done")
    row, _ = models.Evidence.objects.get_or_create(
        id=evidence_id or make_id(),
        defaults={
            "subject_kind": evidence.subject_kind,
            "subject_id": evidence.subject,
            "code": evidence.code,
            "attributes": dict(evidence.attributes),
            "happened_at": min(evidence.happened_at, now),
            "recorded_at": now,
            "by_id": by,
        },
    )
    return row


def withdraw(*, evidence: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take evidence back; what it discharged is owed again."""
    if not because.strip():
        raise Refused("reason_missing", "say why the evidence is taken back")
    if not models.Evidence.objects.filter(id=evidence).exists():
        raise Refused("evidence_unknown", "there is no such evidence")
    models.Withdrawal.objects.create(
        id=make_id(), evidence_id=evidence, because=because, happened_at=now, recorded_at=now, by_id=by
    )
