"""Issues as the desk looks at them: the open ones first, one with everything that became of it, and what comes back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet

from pratique.store import models

RECURS_WITHIN = timedelta(days=14)
RECURS_FROM = 2
"""So many of one topic at one place, or at none, within that time are one thing that comes back."""
LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """Which issues are asked for; empty means any. `nowhere`: only those of no place."""

    state: str = ""
    sort: str = ""
    topic: str = ""
    owner: UUID | None = None
    place: UUID | None = None
    nowhere: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An issue on the list: how often it was reopened, and whether its time is over."""

    issue: models.Issue
    reopened: int
    late: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What became of an issue, by whom (None: by the software, or by a traveller)."""

    step: str
    because: str
    at: datetime
    by: models.Person | None


@dataclass(frozen=True, slots=True)
class Recurring:
    """One topic at one place (None: at no place, like vehicles, the lodging, travellers' complaints) that came up again and
    again; `open` of them are not closed."""

    topic: str
    place: models.Custodian | None
    found: int
    open: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Late:
    """So many issues of a unit (None: nobody's) whose time is over and that are not mended, the oldest since when."""

    owner: models.Unit | None
    number: int
    since_at: datetime


def _select(sought: Sought) -> QuerySet[models.Issue]:
    states = Q(state__in=["open", "mended"]) if sought.state == "unclosed" else Q(state=sought.state)
    found = models.Issue.objects.filter(states) if sought.state else models.Issue.objects.all()
    if sought.sort:
        found = found.filter(sort=sought.sort)
    if sought.topic:
        found = found.filter(topic=sought.topic)
    if sought.owner:
        found = found.filter(owner_id=sought.owner)
    if sought.place:
        found = found.filter(place_id=sought.place)
    if sought.nowhere:
        found = found.filter(place__isnull=True)
    return found


def list_issues(*, sought: Sought, now: datetime) -> list[Line]:
    """The issues asked for: overdue ones first, then by their time, then the latest; at most `LISTED_MAX`."""
    ordered = (
        _select(sought)
        .select_related("owner", "place")
        .order_by(F("due_at").asc(nulls_last=True), "-found_at", "id")
    )
    rows = list(ordered[:LISTED_MAX])
    again = _count_reopened(rows)
    return [Line(row, again.get(row.id, 0), is_late(row, now)) for row in rows]


def count_issues(*, sought: Sought) -> int:
    """How many there are of these."""
    return _select(sought).count()


def is_late(issue: models.Issue, now: datetime) -> bool:
    """Whether its time is over and it is not mended."""
    return issue.state == "open" and issue.due_at is not None and issue.due_at <= now


def list_late(*, now: datetime) -> list[Late]:
    """Whose issues are not mended although their time is over: nobody's first, then whose has waited longest."""
    late = models.Issue.objects.filter(state="open", due_at__lte=now)
    told = late.values_list("owner_id").annotate(Count("id"), Min("due_at")).order_by()
    units = models.Unit.objects.in_bulk([owner for owner, _, _ in told if owner])
    found = [Late(units.get(owner), number, since_at) for owner, number, since_at in told]
    return sorted(found, key=lambda one: (one.owner is not None, one.since_at))


def _count_reopened(rows: list[models.Issue]) -> dict[UUID, int]:
    steps = models.IssueEvent.objects.filter(issue_id__in=[row.id for row in rows], step="reopened")
    return dict(steps.values_list("issue_id").annotate(Count("id")))


def find_issue(*, issue: UUID, now: datetime) -> Line | None:
    """One issue."""
    row = models.Issue.objects.filter(id=issue).select_related("owner", "place").first()
    return Line(row, _count_reopened([row]).get(row.id, 0), is_late(row, now)) if row else None


def list_steps(*, issue: UUID) -> list[Step]:
    """Everything that became of it, the latest first."""
    steps = list(models.IssueEvent.objects.filter(issue_id=issue).order_by("-seq"))
    people = models.Person.objects.in_bulk({step.by_id for step in steps if step.by_id})
    return [Step(s.step, s.because, s.happened_at, people.get(s.by_id)) for s in steps]


def list_recurring(*, now: datetime) -> list[Recurring]:
    """What came up at one place, or at none, more than once lately, the most frequent first."""
    recent = models.Issue.objects.filter(found_at__gte=now - RECURS_WITHIN).exclude(topic="")
    groups: dict[tuple[str, UUID | None], list[models.Issue]] = defaultdict(list)
    for row in recent.select_related("place").order_by("found_at"):
        groups[row.topic, row.place.id if row.place else None].append(row)
    found = [
        Recurring(topic, rows[0].place, len(rows), sum(r.state != "closed" for r in rows), rows[-1].found_at)
        for (topic, _), rows in groups.items()
        if len(rows) >= RECURS_FROM
    ]
    return sorted(
        found, key=lambda one: (-one.found, -one.open, one.topic, one.place.code if one.place else "")
    )
