"""Asking and reporting: what a unit asks the command to decide, what it reports, and the answers. An answer is owed by a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

ASKED = ("request", "report")
"""What goes upwards and can be answered; an answer to a request is owed, to a report it is not."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a unit asks, in words, and who of it asks."""

    unit: UUID
    text: str


def ask(*, said: Ask, by: UUID, now: datetime, request_id: UUID | None = None) -> models.Evidence:
    """Ask the command for a decision, for one's own unit. The same id again is the same request.

    Raises `Refused`: `unit_unknown`, `unit_not_yours`, `request_missing`.
    """
    if not models.Unit.objects.filter(id=said.unit).exists():
        raise Refused("unit_unknown", "there is no such unit")
    if not models.Person.objects.filter(id=by, unit_id=said.unit).exists():
        raise Refused("unit_not_yours", "one asks for one's own unit")
    if not said.text.strip():
        raise Refused("request_missing", "say what is to be decided")
    done = duty.Done(Kind.UNIT, str(said.unit), "request", now, {"text": said.text.strip()})
    return duty.record(evidence=done, by=by, now=now, evidence_id=request_id)


def answer(
    *, about: UUID, text: str, by: UUID, now: datetime, answer_id: UUID | None = None
) -> models.Evidence:
    """Answer a request or a report. The same id again is the same answer.

    Raises `Refused`: `ask_unknown`, `ask_answered`, `answer_missing`.
    """
    if not text.strip():
        raise Refused("answer_missing", "say what is decided, and why")
    with transaction.atomic():
        stands = without_withdrawn(
            models.Evidence.objects.filter(id=about, subject_kind=Kind.UNIT, code__in=ASKED)
        )
        row = stands.select_for_update(of=("self",)).first()
        if row is None:
            raise Refused("ask_unknown", "there is no such request or report")
        known = models.Evidence.objects.filter(
            subject_kind=Kind.UNIT, code="answer", about=str(about)
        ).first()
        if known is not None and known.id == answer_id:
            return known
        if known is not None:
            raise Refused("ask_answered", "it has been answered already")
        done = duty.Done(Kind.UNIT, row.subject_id, "answer", now, {"text": text.strip()}, about=str(about))
        return duty.record(evidence=done, by=by, now=now, evidence_id=answer_id)
