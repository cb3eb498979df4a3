"""Training: modules taught in a daily session, a short test, and how long both hold. A post asks for valid modules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.formats.force_rules import Module
from pratique.services import duty
from pratique.services.force import people, rules
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn

WARN_DAYS = 7
"""A training that ends so soon is named before it ends."""
MISSING = ("never", "lapsed")
"""States of a module that no post counts."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A session held: module, who took part (by id: passed or not), where, and a note."""

    module: str
    held_at: datetime
    took_part: Mapping[UUID, bool]
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands with one module: valid until a day, or never passed (`until_on` None)."""

    module: str
    until_on: date | None
    state: str


def get_module(*, module: str) -> Module:
    """A module of the edition in use. Raises `Refused("module_unknown")`."""
    found = rules.get_training().modules.get(module)
    if found is None:
        raise Refused("module_unknown", "there is no such training module")
    return found


def hold(
    *, lesson: Lesson, by: UUID, now: datetime, session_id: UUID | None = None
) -> models.TrainingSession:
    """Write a session down with everybody's mark. The same id again is the same session. Raises `Refused`."""
    get_module(module=lesson.module)
    if not lesson.took_part:
        raise Refused("training_nobody", "say who took part")
    if lesson.held_at > now:
        raise Refused("training_ahead", "a session is written down once it was held")
    on = ports.find_day(at=lesson.held_at)
    with transaction.atomic():
        row, fresh = models.TrainingSession.objects.get_or_create(
            id=session_id or make_id(),
            defaults={
                "module": lesson.module,
                "on": on,
                "held_at": lesson.held_at,
                "place": lesson.place,
                "trainer_id": by,
                "note": lesson.note,
            },
        )
        if fresh:
            for who, passed in lesson.took_part.items():
                person: Any = people.get_person(person=who)
                people.hold_to_unit(by=by, unit=person.unit_id)
                _mark(person.id, lesson.module, passed, lesson.held_at, by, now, session=row)
    return row


def take_back(*, mark: UUID, because: str, by: UUID, now: datetime) -> None:
    """Somebody was ticked wrongly at a session: their mark is gone, and its evidence is taken back with the reason. What they passed
    in a test of their own stands. Raises `Refused`: `mark_unknown`, `unit_not_yours`, `reason_missing`.
    """
    with transaction.atomic():
        row: Any = (
            models.TrainingMark.objects.select_for_update(of=("self",))
            .select_related("session", "person")
            .filter(id=mark, session__isnull=False)
            .first()
        )
        if row is None:
            raise Refused("mark_unknown", "there is no such mark of a session, or it is taken back already")
        people.hold_to_unit(by=by, unit=row.person.unit_id)
        told = {"module": row.module, "passed": row.passed}
        of_mark = models.Evidence.objects.filter(
            subject_kind="staff",
            subject_id=str(row.person_id),
            code="training",
            happened_at=row.session.held_at,
        )
        for one in without_withdrawn(of_mark.filter(attributes=told)):
            duty.withdraw(evidence=one.id, because=because, by=by, now=now)
        row.delete()


def take_test(*, module: str, answers: Sequence[int], by: UUID, now: datetime) -> models.TrainingMark:
    """Somebody answers a module's test themselves; one answer a question, by number. Raises `Refused`.

    A test can be taken again; what was passed before stays valid.
    """
    questions = get_module(module=module).questions
    if not questions:
        raise Refused("test_none", "this module has no test: it is passed in a session")
    if len(answers) != len(questions):
        raise Refused("test_unfinished", "answer every question")
    people.get_person(person=by)
    right = sum(given == question.right for given, question in zip(answers, questions, strict=True))
    passed = right >= get_module(module=module).pass_share * len(questions)
    return _mark(by, module, passed, now, by, now, score=(right, len(questions)))


def _mark(
    person: UUID,
    module: str,
    passed: bool,
    at: datetime,
    by: UUID,
    now: datetime,
    *,
    session: models.TrainingSession | None = None,
    score: tuple[int, int] | None = None,
) -> models.TrainingMark:
    on = ports.find_day(at=at)
    until_on = on + timedelta(days=get_module(module=module).valid_days - 1) if passed else None
    done = duty.Done("staff", str(person), "training", at, {"module": module, "passed": passed})
    duty.record(evidence=done, by=by, now=now)
    return models.TrainingMark.objects.create(
        person_id=person,
        session=session,
        module=module,
        on=on,
        passed=passed,
        right=score[0] if score else None,
        asked=score[1] if score else None,
        until_on=until_on,
        marked_at=now,
        marked_by_id=by,
    )


def list_standings(*, people_ids: Sequence[UUID], on: date) -> dict[UUID, list[Standing]]:
    """How everybody stands with every module on a day: valid, ending (within a week), lapsed or never."""
    best: dict[tuple[UUID, str], date] = {}
    rows = models.TrainingMark.objects.filter(person_id__in=people_ids, passed=True, on__lte=on)
    for who, module, until_on in rows.values_list("person_id", "module", "until_on"):
        until = until_on or date.max
        best[who, module] = max(until, best.get((who, module), until))
    return {
        who: [
            Standing(name, best.get((who, name)), judge(until_on=best.get((who, name)), on=on))
            for name in rules.get_training().modules
        ]
        for who in people_ids
    }


def list_missing(*, shift: models.Deployment | None) -> list[Standing]:
    """The modules that the post of a shift asks for and whoever has it does not hold on its day, as the draw and the roster ask. A post
    that the rules do not know, and no shift, ask for none.
    """
    post = rules.get_rules(on=shift.on).posts.get(shift.post) if shift is not None else None
    if shift is None or post is None:
        return []
    who: UUID = shift.person_id  # type: ignore[attr-defined]
    standings = list_standings(people_ids=[who], on=shift.on)[who]
    return [one for one in standings if one.module in post.needs and one.state in MISSING]


def list_untaught(*, shifts: Iterable[models.Deployment], on: date) -> frozenset[UUID]:
    """Who of those put to posts on a day does not hold every module that their post asks for, as the door judges them."""
    posts = rules.get_rules(on=on).posts
    asked: dict[UUID, set[str]] = {}
    for one in shifts:
        if one.post in posts:
            asked.setdefault(one.person_id, set()).update(posts[one.post].needs)  # type: ignore[attr-defined]
    standings = list_standings(people_ids=[who for who, needs in asked.items() if needs], on=on)
    return frozenset(
        who
        for who, mine in standings.items()
        if any(one.module in asked[who] and one.state in MISSING for one in mine)
    )


def judge(*, until_on: date | None, on: date) -> str:
    """Whether a training holds on a day."""
    if until_on is None:
        return "never"
    if until_on < on:
        return "lapsed"
    return "ending" if until_on < on + timedelta(days=WARN_DAYS) else "valid"


def list_sessions(*, on: date) -> list[models.TrainingSession]:
    """The sessions of a day, with the marks given."""
    return list(
        models.TrainingSession.objects.filter(on=on)
        .select_related("trainer")
        .prefetch_related("marks__person")
    )
