"""What is done for each contact: told, moved apart, tested, off duty; written down, and taken back if it was not so."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty, register
from pratique.services.cases import contacting, home
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

STEPS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TRAVELLER: ("told", "moved_apart"),
    Kind.STAFF: ("told", "off_duty"),
}
"""What can be written down of a contact here; a test is recorded where samples are."""
OWED = frozenset(
    {"told", "told_others", "told_second", "moved_apart", "off_duty", "contact_test", "second_test"}
)
"""Duties of contacts, by the codes of the editions of the series `contacts`."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something done for a contact: the evidence of it and when."""

    evidence: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """Something still owed to a contact or a case: the rule, who owes it, until when, and whether that is past. `key` is the
    record that it is owed for, where each has its own."""

    kind: Kind
    subject: str
    code: str
    owner: str
    due_at: datetime
    overdue: bool
    key: str = ""


@dataclass(slots=True)
class Contact:
    """A contact on record of a case, what was done and what is open; `exposed_at` is when last, of close ones."""

    kind: Kind
    subject: UUID
    listed: UUID
    listed_at: datetime
    ring: str
    grade: str
    rule: str
    edition: str
    exposed_at: datetime | None = None
    left: home.Home | None = None
    done: dict[str, Step] = field(default_factory=dict)
    result: str = ""
    open: list[Task] = field(default_factory=list)


def list_contacts(*, case: UUID, now: datetime) -> list[Contact]:
    """Everybody on record as a contact of a case: the first ring's close ones first, then by last exposure."""
    found: dict[tuple[Kind, str], Contact] = {}
    for (kind, who), rows in contacting.list_standing(case=case).items():
        listed = rows.get("listed")
        if listed is None:
            continue
        told = listed.attributes
        exposed = rows.get("exposed")
        found[kind, who] = Contact(
            kind=kind,
            subject=UUID(who),
            listed=listed.id,
            listed_at=listed.happened_at,
            ring=str(told.get("ring", "")),
            grade=str(told.get("grade", "")),
            rule=str(told.get("rule", "")),
            edition=str(told.get("edition", "")),
            exposed_at=exposed.happened_at if exposed else None,
        )
    _read_done(found)
    left = home.find_left(travellers=[c.subject for c in found.values() if c.kind is Kind.TRAVELLER])
    for contact in found.values():
        contact.left = left.get(contact.subject)
    for task in list_tasks(now=now, subjects=[who for _, who in found]):
        if (task.kind, task.subject) in found:
            found[task.kind, task.subject].open.append(task)
    return sorted(found.values(), key=_order)


def _order(contact: Contact) -> tuple[str, bool, float, str]:
    last = contact.exposed_at.timestamp() if contact.exposed_at else 0.0
    return contact.ring, contact.grade != "close", -last, str(contact.subject)


def _read_done(found: Mapping[tuple[Kind, str], Contact]) -> None:
    rows = without_withdrawn(
        models.Evidence.objects.filter(
            subject_id__in=[who for _, who in found],
            code__in=("told", "moved_apart", "off_duty", "sample", "result"),
        )
    )
    for row in rows.order_by("happened_at", "seq"):
        contact = found.get((Kind(row.subject_kind), row.subject_id))
        if contact is None:
            continue
        if row.code in ("sample", "result"):
            if row.happened_at >= contact.listed_at and row.code == "sample":
                contact.done["sample"] = Step(row.id, row.happened_at)
            sampled = contact.done.get("sample")
            if row.code == "result" and sampled and row.about == str(sampled.evidence):
                contact.result = str(row.attributes.get("result", ""))
        elif row.about == str(contact.listed):
            contact.done[row.code] = Step(row.id, row.happened_at)


def list_tasks(*, now: datetime, subjects: list[str] | None = None) -> list[Task]:
    """What contacts and cases are still owed, as the register has it: by owner, the soonest first."""
    rows = models.Owed.objects.filter(opens_at__lte=now)
    rows = rows.filter(code__in=OWED) | rows.filter(subject_kind=Kind.CASE.value)
    if subjects is not None:
        rows = rows.filter(subject_id__in=subjects)
    return [
        Task(Kind(r.subject_kind), r.subject_id, r.code, r.owner, r.due_at, r.overdue_at <= now, r.key)
        for r in rows.order_by("owner", "due_at", "subject_id")
    ]


def group_by_owner(tasks: list[Task]) -> dict[str, list[Task]]:
    """Tasks by the post that owes them."""
    found: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        found[task.owner].append(task)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Act:
    """Something done for a contact, who is known by the record that named them (`listed`): `step` is one of `STEPS`,
    `told` what belongs to it."""

    listed: UUID
    step: str
    told: Mapping[str, Any] = field(default_factory=dict)


def do(*, act: Act, by: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """Write down that a contact was told, moved apart or taken off duty.

    Raises `Refused`: `contact_unknown`, `word_unknown`; `told_without_language` for travellers.
    """
    with transaction.atomic():
        listed = _get_listed(act.listed)
        kind = Kind(listed.subject_kind)
        if act.step not in STEPS[kind]:
            raise Refused("word_unknown", f"for a contact of this sort one writes {' or '.join(STEPS[kind])}")
        told = dict(act.told)
        if act.step == "told" and kind is Kind.TRAVELLER and not str(told.get("language", "")).strip():
            raise Refused("told_without_language", "say in which language they were told")
        if act.step == "told":
            told.setdefault("understood", True)
        done = duty.Done(kind.value, listed.subject_id, act.step, now, told, str(listed.id))
        row = duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)
    _work_out(listed, now)
    return row


def undo(*, act: Act, because: str, by: UUID, now: datetime) -> None:
    """Take back what was written down of a contact; it is owed again.

    Raises `Refused`: `contact_unknown`, `step_not_done`, `reason_missing`.
    """
    with transaction.atomic():
        listed = _get_listed(act.listed)
        standing = without_withdrawn(models.Evidence.objects.filter(code=act.step, about=str(listed.id)))
        row = standing.order_by("-happened_at", "-seq").first()
        if row is None:
            raise Refused("step_not_done", "nothing of this sort is on record of this contact")
        duty.withdraw(evidence=row.id, because=because, by=by, now=now)
    _work_out(listed, now)


def _get_listed(listed: UUID) -> models.Evidence:
    row = models.Evidence.objects.filter(id=listed, code="listed").first()
    if row is None or models.Withdrawal.objects.filter(evidence_id=listed).exists():
        raise Refused("contact_unknown", "this person is no contact of this case")
    return row


def _work_out(listed: models.Evidence, now: datetime) -> None:
    """What is owed to this one person, at once; the round would do it a little later."""
    register.work_out(stands=[(Kind(listed.subject_kind), listed.subject_id)], now=now)


def find_listed(*, kind: Kind, subject: str) -> list[models.Evidence]:
    """The standing records that name somebody as a contact, the latest first."""
    rows = models.Evidence.objects.filter(subject_kind=kind.value, subject_id=subject, code="listed")
    rows = without_withdrawn(rows)
    return list(rows.order_by("-happened_at", "-seq"))


RECENT = timedelta(hours=12)
RECENT_MAX = 50


@dataclass(frozen=True, slots=True)
class Recent:
    """Something that was done for a contact a while ago and may be taken back."""

    listed: UUID
    kind: Kind
    subject: UUID
    step: str
    at: datetime


def list_recent(*, now: datetime) -> list[Recent]:
    """What was done for contacts within the last hours, the latest first."""
    codes = {step for steps in STEPS.values() for step in steps}
    rows = models.Evidence.objects.filter(code__in=codes, happened_at__gte=now - RECENT, happened_at__lte=now)
    rows = without_withdrawn(rows).exclude(about="")
    return [
        Recent(UUID(row.about), Kind(row.subject_kind), UUID(row.subject_id), row.code, row.happened_at)
        for row in rows.order_by("-happened_at", "-seq")[:RECENT_MAX]
    ]


@dataclass(slots=True)
class Summary:
    """How it stands with the contacts of a case: how many, and how many duties of theirs and of the case are open."""

    close: int = 0
    general: int = 0
    second: int = 0
    told: int = 0
    open: int = 0
    overdue: int = 0

    @property
    def contacts(self) -> int:
        """Everybody named."""
        return self.close + self.general + self.second


def summarise(*, now: datetime) -> dict[UUID, Summary]:
    """Every case that has contacts or open duties, in figures."""
    found: dict[UUID, Summary] = defaultdict(Summary)
    named: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    by_listed: dict[str, UUID] = {}
    for row in without_withdrawn(models.Evidence.objects.filter(code="listed")):
        case = UUID(row.about)
        named[row.subject_kind, row.subject_id].add(case)
        by_listed[str(row.id)] = case
        if row.attributes.get("ring") == "2":
            found[case].second += 1
        elif row.attributes.get("grade") == "close":
            found[case].close += 1
        else:
            found[case].general += 1
    told = without_withdrawn(models.Evidence.objects.filter(code="told"))
    for about in set(told.values_list("about", flat=True)) & by_listed.keys():
        found[by_listed[about]].told += 1
    for task in list_tasks(now=now):
        own = {UUID(task.subject)} if task.kind is Kind.CASE else named[task.kind.value, task.subject]
        for case in own:
            found[case].open += 1
            found[case].overdue += task.overdue
    return dict(found)
