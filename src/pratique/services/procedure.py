"""Procedures with one person: begun by who stands there, each step written down with its hour and name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.custody.entry import PersonId
from pratique.core.procedure import course
from pratique.core.procedure.edition import Procedure
from pratique.services import duty
from pratique.store import models

BEGUN = "begun"
RECORD = "procedure_step"


@dataclass(frozen=True, slots=True)
class Run:
    """One procedure with one traveller: the id it was begun under, by whom, and where it stands."""

    id: UUID
    traveller: UUID
    begun_by: UUID | None
    course: course.Course


@dataclass(frozen=True, slots=True)
class Step:
    """How a step came out, what was seen and said, and the number of the written order where the step asks for one."""

    code: str
    outcome: str
    note: str = ""
    document: str = ""


def find_procedure(code: str) -> Procedure:
    """The procedure of this code. Raises `Refused("procedure_unknown")`."""
    found = next((one for one in protocols.list_procedures() if one.code == code), None)
    if found is None:
        raise Refused("procedure_unknown", "there is no such procedure")
    return found


def begin(*, traveller: UUID, code: str, by: UUID | None, now: datetime, run: UUID) -> Run:
    """Begin a procedure with this traveller: its first clock runs. The same id again is the same run.

    Raises `Refused`: `procedure_unknown`, `traveller_unknown`.
    """
    procedure = find_procedure(code)
    if not models.Traveller.objects.filter(id=traveller).exists():
        raise Refused("traveller_unknown", "there is no such traveller")
    told = {"procedure": code, "edition": procedure.edition, "step": BEGUN}
    done = duty.Done("traveller", str(traveller), RECORD, now, told)
    duty.record(evidence=done, by=by, now=now, evidence_id=run)
    return find_run(run=run, now=now)


def take(*, run: UUID, step: Step, by: UUID, now: datetime, evidence_id: UUID) -> Run:
    """Write down that the step due was taken, and how it came out. The same id again is the same step.

    Raises `Refused`: `procedure_run_unknown`, and what `core.procedure.course.check` does.
    """
    with transaction.atomic():
        models.Evidence.objects.select_for_update().filter(id=run).first()
        found = find_run(run=run, now=now)
        if models.Evidence.objects.filter(id=evidence_id).exists():
            return found
        taking = course.Taken(step.code, step.outcome, now, PersonId(str(by)), step.note, step.document)
        course.check(course=found.course, taking=taking)
        procedure = found.course.procedure
        told = {
            "procedure": procedure.code,
            "edition": procedure.edition,
            "step": step.code,
            "outcome": step.outcome,
            "note": step.note.strip(),
            "document": step.document.strip(),
        }
        done = duty.Done(
            "traveller",
            str(found.traveller),
            RECORD,
            now,
            {name: value for name, value in told.items() if value},
            about=str(run),
        )
        duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)
    return find_run(run=run, now=now)


def find_run(*, run: UUID, now: datetime) -> Run:
    """A procedure under way or over. Raises `Refused("procedure_run_unknown")`."""
    row = models.Evidence.objects.filter(id=run, code=RECORD, attributes__step=BEGUN).first()
    if row is None:
        raise Refused("procedure_run_unknown", "no procedure was begun under this id")
    return _follow(row, now)


def list_runs(*, traveller: UUID, now: datetime) -> list[Run]:
    """The procedures of one traveller, the latest first."""
    begun = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id=str(traveller), code=RECORD, attributes__step=BEGUN
    )
    return [_follow(row, now) for row in begun.order_by("-happened_at")]


def list_open(*, now: datetime, since: datetime) -> list[Run]:
    """Procedures begun since then that are not over, whose step is due first."""
    begun = models.Evidence.objects.filter(code=RECORD, happened_at__gte=since, attributes__step=BEGUN)
    runs = [_follow(row, now) for row in begun]
    return sorted((run for run in runs if run.course.due_at), key=lambda run: run.course.due_at or now)


def _follow(row: models.Evidence, now: datetime) -> Run:
    taken = [
        course.Taken(
            step=piece.attributes.get("step", ""),
            outcome=piece.attributes.get("outcome", ""),
            at=piece.happened_at,
            by=PersonId(str(piece.by_id)) if piece.by_id else None,
            note=piece.attributes.get("note", ""),
            document=piece.attributes.get("document", ""),
        )
        for piece in models.Evidence.objects.filter(code=RECORD, about=str(row.id)).order_by(
            "happened_at", "seq"
        )
    ]
    procedure = find_procedure(row.attributes["procedure"])
    followed = course.follow(procedure=procedure, taken=taken, began_at=row.happened_at, now=now)
    return Run(row.id, UUID(row.subject_id), row.by_id, followed)
