"""Issues: found by anyone, owned by a unit until a time, mended with proof, verified by somebody else or sent back,
reopened if it comes back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.store import models
from pratique.store.ids import make_id

SORTS = ("problem", "complaint", "error", "infection", "caused_case")
"""All but the first stand on the zero board."""
BY_HAND = tuple(sort for sort in SORTS if sort not in ("infection", "caused_case"))
"""What somebody can write down: an infection of the staff comes from a result, a case caused from the page of a case."""

TOPICS = protocols.TOPICS
"""What an issue can be about; the words stand with the pages."""


LOOKED_INTO = timedelta(hours=24)
"""Until when what the software found by itself is looked into: the port's choice."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record an issue comes from: one of the store's `RECORDS`, and its id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: its sort (one of `SORTS`), in words, whose it is, until when; about which traveller, which of
    `TOPICS` (empty: not said), at which post, and which record it comes from (None: somebody wrote it down)."""

    sort: str
    title: str
    owner: UUID | None = None
    due_at: datetime | None = None
    traveller: UUID | None = None
    topic: str = ""
    place: UUID | None = None
    record: Record | None = None


def find_owner(
    *,
    unit: UUID | None = None,
    place: UUID | None = None,
    traveller: UUID | None = None,
    by: UUID | None = None,
) -> UUID | None:
    """Whose something found is to mend: the unit of the thing or person it is about, else that of the place, else of where the traveller
    is, else of whoever found it, who gives it on where it is another's. None: none of these has a unit."""
    if unit is not None:
        return unit
    held = models.Position.objects.filter(traveller_id=traveller).values_list("holder_id", flat=True)
    where = [place] if place else list(held) if traveller else []
    owner: UUID | None = (
        models.Custodian.objects.filter(id__in=where).values_list("unit_id", flat=True).first()
    )
    if owner is not None or by is None:
        return owner
    return models.Person.objects.filter(id=by).values_list("unit_id", flat=True).first()


def raise_issue(
    *, found: Found, by: UUID | None, now: datetime, issue_id: UUID | None = None
) -> models.Issue:
    """Put an issue on its owner's list. The same id again is the same issue.

    Raises `Refused`: `title_missing`, `word_unknown`.
    """
    if not found.title.strip():
        raise Refused("title_missing", "say in a sentence what was found")
    if found.sort not in SORTS or found.topic not in ("", *TOPICS):
        raise Refused(
            "word_unknown", f"an issue is one of {', '.join(SORTS)}, about one of {', '.join(TOPICS)}"
        )
    with transaction.atomic():
        issue, fresh = models.Issue.objects.get_or_create(
            id=issue_id or make_id(),
            defaults={
                "sort": found.sort,
                "title": found.title,
                "owner_id": found.owner,
                "due_at": found.due_at,
                "traveller_id": found.traveller,
                "topic": found.topic,
                "place_id": found.place,
                "record": found.record.kind if found.record else "",
                "record_id": found.record.id if found.record else None,
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
        mended = models.IssueEvent.objects.filter(issue_id=issue, step="mended", by_id=by).exists()
        if step == "verified" and mended:
            raise Refused("second_person_needed", "who mended it cannot verify it: ask somebody else")
        row.state = state
        row.save(update_fields=["state"])
        _write(row, step, because, by, now)
    return row


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose an issue is to mend (None: nobody's yet) and until when."""

    unit: UUID | None
    due_at: datetime | None


def assign(*, issue: UUID, to: Owner, because: str, by: UUID, now: datetime) -> models.Issue:
    """Give an issue that is not closed to another unit or another time; why is kept with it.

    Raises `Refused`: `issue_unknown`, `issue_step_refused`, `reason_missing`, `unit_unknown`.
    """
    with transaction.atomic():
        row = models.Issue.objects.select_for_update().filter(id=issue).first()
        if row is None:
            raise Refused("issue_unknown", "there is no such issue")
        if row.state == "closed":
            raise Refused("issue_step_refused", "an issue that is closed cannot be assigned")
        if not because.strip():
            raise Refused("reason_missing", "say why it goes to somebody else, or to another time")
        unit = models.Unit.objects.filter(id=to.unit).first()
        if to.unit is not None and unit is None:
            raise Refused("unit_unknown", "there is no such unit")
        row.owner, row.due_at = unit, to.due_at
        row.save(update_fields=["owner", "due_at"])
        _write(row, "assigned", because, by, now)
    return row


def reclass(*, issue: UUID, sort: str, because: str, by: UUID | None, now: datetime) -> models.Issue:
    """What an issue comes from turned out otherwise: it is of another sort from now on, and why is kept with it. Nobody types this in.

    Raises `Refused`: `issue_unknown`.
    """
    with transaction.atomic():
        row: models.Issue | None = models.Issue.objects.select_for_update().filter(id=issue).first()
        if row is None:
            raise Refused("issue_unknown", "there is no such issue")
        if row.sort != sort:
            row.sort = sort
            row.save(update_fields=["sort"])
            _write(row, "reclassed", because, by, now)
    return row


def note(*, issue: UUID, said: str, by: UUID, now: datetime) -> None:
    """Write a remark down beside an issue, in whatever state it is. Raises `Refused`: `issue_unknown`, `reason_missing`."""
    row = models.Issue.objects.filter(id=issue).first()
    if row is None:
        raise Refused("issue_unknown", "there is no such issue")
    if not said.strip():
        raise Refused("reason_missing", "say what is to be noted")
    _write(row, "noted", said, by, now)


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
