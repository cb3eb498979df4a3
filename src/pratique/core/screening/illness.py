"""An ill traveller, step by step: detect, interview, report, isolate and refer (WHO, 19 March 2020)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pratique.core.answers import Refused
from pratique.core.duties.evidence import aware
from pratique.core.screening.edition import Edition, Step


class State(StrEnum):
    """Where a step stands: done; the next, with all it needs; the next, with something lacking; after that one."""

    DONE = "done"
    READY = "ready"
    LACKING = "lacking"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of one traveller: its state, what it lacks of what it needs, when it is due and whether that is past.

    `lacks` is told of every step that is not done, so that an ambulance is called before the interview is over.
    """

    step: Step
    state: State
    lacks: tuple[str, ...]
    due_at: datetime | None
    overdue: bool
    early: bool = False


def follow(
    *, edition: Edition, done: Mapping[str, datetime], have: Collection[str], now: datetime
) -> tuple[Stage, ...]:
    """Every step in order. `done` says when a step was done, `have` what is there (words of the edition's needs).

    A step may be done before the one that precedes it (isolation does not wait for a report); it is then told as
    `early` while that one is open. Each step is due its minutes after the one before it was done. Raises Refused
    ``step_unknown`` for a step this edition does not have.
    """
    aware(now)
    known = {step.code for step in edition.steps}
    for code in done:
        if code not in known:
            raise Refused("step_unknown", f"{edition.code} has no step '{code}': {', '.join(sorted(known))}")
    stages: list[Stage] = []
    before: datetime | None = None
    reached = True
    for number, step in enumerate(edition.steps):
        lacks = tuple(need for need in step.needs if need not in have)
        due_at = before + timedelta(minutes=step.within_minutes) if number and before is not None else None
        if step.code in done:
            stages.append(Stage(step, State.DONE, (), due_at, False, early=not reached))
            before = done[step.code]
            continue
        state = (State.LACKING if lacks else State.READY) if reached else State.LATER
        stages.append(Stage(step, state, lacks, due_at, due_at is not None and due_at <= now))
        reached, before = False, None
    return tuple(stages)
