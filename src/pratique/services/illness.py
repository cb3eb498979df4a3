"""Somebody ill at the port, traveller or found at a checkpoint: the steps of the rules, each on record with its clock.

What is there of what a step needs (a mask, a room, an ambulance) is noted as it comes, also before its step.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.core.screening import illness
from pratique.core.screening.edition import Edition
from pratique.services import duty, screening
from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

CODE = "ill_step"
KINDS = (Kind.TRAVELLER, Kind.FINDING)


@dataclass(frozen=True, slots=True)
class Course:
    """Where the steps of one person stand, what is there, and the rules they follow."""

    stages: tuple[illness.Stage, ...]
    have: frozenset[str]
    edition: Edition

    @property
    def over(self) -> bool:
        """Whether every step is done."""
        return all(stage.state is illness.State.DONE for stage in self.stages)

    @property
    def following(self) -> illness.Stage | None:
        """The step that comes next."""
        return next((stage for stage in self.stages if stage.state is not illness.State.DONE), None)


def follow(*, kind: Kind, subject: UUID, now: datetime) -> Course:
    """Where the steps stand by what is on record. Raises `Refused("screening_without_rules")`."""
    edition = screening.find_edition(now=now)
    known = {step.code for step in edition.steps}
    done: dict[str, datetime] = {}
    have: set[str] = set()
    for row in _list_standing(kind, subject):
        have |= set(str(row.attributes.get("have", "")).split())
        if (step := str(row.attributes.get("step", ""))) in known:
            done.setdefault(step, row.happened_at)
    stages = illness.follow(edition=edition, done=done, have=have, now=now)
    return Course(stages, frozenset(have & set(edition.needs)), edition)


def _list_standing(kind: Kind, subject: UUID) -> list[models.Evidence]:
    own = models.Evidence.objects.filter(subject_kind=kind.value, subject_id=str(subject), code=CODE)
    return list(without_withdrawn(own).order_by("happened_at", "seq"))


@dataclass(frozen=True, slots=True)
class Report:
    """What is there now, and which step was done (empty: only that something is there)."""

    kind: Kind
    subject: UUID
    have: Collection[str] = ()
    step: str = ""


def report(*, report: Report, by: UUID | None, now: datetime, evidence_id: UUID | None = None) -> Course:
    """A step was done, or something it needs is there. A step done twice counts once, the first.

    What a step lacks does not keep it from being recorded: it was done without. Raises `Refused`: `step_unknown`,
    `word_unknown`, `ill_nothing`.
    """
    course = follow(kind=report.kind, subject=report.subject, now=now)
    if report.kind not in KINDS or not set(report.have) <= set(course.edition.needs):
        raise Refused("word_unknown", f"what is needed is one of {', '.join(course.edition.needs)}")
    if report.step and report.step not in {stage.step.code for stage in course.stages}:
        raise Refused("step_unknown", f"{course.edition.code} has no step '{report.step}'")
    fresh = set(report.have) - course.have
    done = {stage.step.code for stage in course.stages if stage.state is illness.State.DONE}
    if not fresh and (not report.step or report.step in done):
        if report.step:
            return course
        raise Refused("ill_nothing", "tick what is there, or name the step that was done")
    told = {"edition": course.edition.code, "have": " ".join(sorted(fresh))}
    told |= {"step": report.step} if report.step and report.step not in done else {}
    piece = duty.Done(report.kind.value, str(report.subject), CODE, now, {k: v for k, v in told.items() if v})
    duty.record(evidence=piece, by=by, now=now, evidence_id=evidence_id)
    return follow(kind=report.kind, subject=report.subject, now=now)
