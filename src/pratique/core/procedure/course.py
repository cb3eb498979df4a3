"""How far a procedure has come with one person: the steps taken, the one to take now, and its clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.core.answers import Refused
from pratique.core.custody.entry import PersonId
from pratique.core.duties.evidence import aware
from pratique.core.procedure.edition import END, Procedure, Step


@dataclass(frozen=True, slots=True)
class Taken:
    """A step on record: which, how it came out, when, by whom, and what was written down with it."""

    step: str
    outcome: str
    at: datetime
    by: PersonId | None
    note: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A procedure under way: `now` is the step to take (None: it is over), owed by `due_at`; `late` the steps that were."""

    procedure: Procedure
    taken: tuple[Taken, ...]
    now: Step | None
    since_at: datetime
    due_at: datetime | None
    overdue: bool
    late: tuple[str, ...]


def follow(*, procedure: Procedure, taken: Sequence[Taken], began_at: datetime, now: datetime) -> Course:
    """Where a procedure that `began_at` stands. Records of steps that were not due (sent twice, of another edition) are
    left aside; none is believed out of turn."""
    aware(now)
    step: Step | None = procedure.steps[0]
    since = began_at
    on_the_way: list[Taken] = []
    late: list[str] = []
    for one in sorted(taken, key=lambda t: t.at):
        outcome = next((o for o in step.outcomes if o.code == one.outcome), None) if step else None
        if step is None or one.step != step.code or outcome is None:
            continue
        if one.at > since + timedelta(minutes=step.within_minutes):
            late.append(step.code)
        on_the_way.append(one)
        since = one.at
        step = None if outcome.then == END else procedure.find_step(outcome.then)
    due_at = since + timedelta(minutes=step.within_minutes) if step else None
    return Course(
        procedure=procedure,
        taken=tuple(on_the_way),
        now=step,
        since_at=since,
        due_at=due_at,
        overdue=due_at is not None and now > due_at,
        late=tuple(late),
    )


def check(*, course: Course, taking: Taken) -> None:
    """Refuse a step that may not be taken now.

    Raises `Refused`: `procedure_over`, `step_not_due`, `outcome_unknown`, `second_person_needed`, `note_missing`,
    `document_missing`.
    """
    step = course.now
    if step is None:
        raise Refused("procedure_over", "every step of it is taken")
    if taking.step != step.code:
        raise Refused("step_not_due", f"'{step.code}' comes first")
    outcome = next((one for one in step.outcomes if one.code == taking.outcome), None)
    if outcome is None:
        raise Refused("outcome_unknown", "say how the step came out")
    if step.another and course.taken and taking.by == course.taken[-1].by:
        raise Refused("second_person_needed", "somebody else than who took the step before")
    if step.note and not taking.note.strip():
        raise Refused("note_missing", "say in a sentence what was seen and said")
    if outcome.document and not taking.document.strip():
        raise Refused("document_missing", "write down the number of the order")
