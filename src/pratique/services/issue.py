"""Issues: found by anyone, mended with proof, verified by somebody else or sent back to its owner, reopened if it comes back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.store import models
from pratique.store.ids import make_id


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: its sort (problem, complaint, error, infection, caused_case), in words, whose it is, until when."""

    sort: str
    title: str
    owner: UUID | None = None
    due_at: datetime | None = None
    traveller: UUID | None = None


def raise_issue(
    *, found: Found, by: UUID | None, now: datetime, issue_id: UUID | None = None
) -> models.Issue:
    """Put an issue on its owner's list. The same id again is the same issue."""
    if not found.title.strip():
        raise Refused("title_missing", "say in a sentence what was found")
    with transaction.atomic():
        issue, fresh = models.Issue.objects.get_or_create(
            id=issue_id or make_id(),
            defaults={
                "sort": found.sort,
                "title": found.title,
                "owner_id": found.owner,
                "due_at": found.due_at,
                "traveller_id": found.traveller,
                "found_at": now,
                "found_by_id": by,
            },
        )
        if fresh:
            _write(issue, "opened", "", by, now)
    return issue


STEPS = {
    ("open", "mended"): "mended",
    ("mended", "verified"): "closed",
    ("mended", "sent_back"): "open",
    ("closed", "reopened"): "open",
}
"""(state, step) → state; any other step is refused. Only what was closed can be reopened: what is not mended after all is
sent back, and was open all the time."""


def step(*, issue: UUID, step: str, because: str, by: UUID, now: datetime) -> models.Issue:
    """Mend (with proof), verify (by somebody else than who mended it), send back or reopen an issue."""
    with transaction.atomic():
        row = models.Issue.objects.select_for_update().filter(id=issue).first()
        if row is None:
            raise Refused("issue_unknown", "there is no such issue")
        state = STEPS.get((row.state, step))
        if state is None:
            raise Refused("issue_step_refused", f"an issue that is {row.state} cannot be {step}")
        if not because.strip():
            raise Refused("reason_missing", "say what was done, or what was seen")
        mended = models.IssueEvent.objects.filter(issue_id=issue, step="mended").order_by("-seq").first()
        if step == "verified" and mended is not None and mended.by_id == by:
            raise Refused("second_person_needed", "who mended it cannot verify it: ask somebody else")
        row.state = state
        row.save(update_fields=["state"])
        _write(row, step, because, by, now)
    return row


def _write(issue: models.Issue, step: str, because: str, by: UUID | None, now: datetime) -> None:
    models.IssueEvent.objects.create(
        id=make_id(),
        issue_id=issue.id,
        step=step,
        because=because,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )
