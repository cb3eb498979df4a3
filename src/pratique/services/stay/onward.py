"""The way home: the prefecture that looks after somebody from their release on, with its acceptance; and isolation at home."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import care, duty, signing
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.withdrawn import without_withdrawn

HOME = "home"
"""What an assessment says of whom home is enough for."""
OFFERED, ACCEPTED, DECLINED = "offered", "accepted", "declined"
FOLLOWS = {OFFERED: (None, DECLINED), ACCEPTED: (OFFERED,), DECLINED: (OFFERED,)}
"""Step → after which steps it may be taken."""


def step(
    *, traveller: UUID, unit: UUID, step: str, because: str, by: UUID, now: datetime
) -> models.OnwardStep:
    """A home prefecture is asked, accepts (`because`: who said so) or declines (why).

    Raises `Refused`: `unit_unknown`, `onward_step_refused`, `reason_missing`, `traveller_unknown`.
    """
    if step not in FOLLOWS:
        raise Refused("onward_step_refused", f"it is one of {', '.join(FOLLOWS)}")
    if step != OFFERED and not because.strip():
        raise Refused("reason_missing", "say who accepted or why not")
    with transaction.atomic():
        if models.Traveller.objects.select_for_update().filter(id=traveller).first() is None:
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        if not models.Unit.objects.filter(id=unit, sort="prefecture").exists():
            raise Refused("unit_unknown", "choose the prefecture")
        last = find(traveller=traveller)
        same = last.step if last and last.unit_id == unit else None
        if same not in FOLLOWS[step] and not (step == OFFERED and last and last.unit_id != unit):
            raise Refused("onward_step_refused", f"after {same or 'nothing'} it cannot be {step}")
        return models.OnwardStep.objects.create(
            id=make_id(),
            traveller_id=traveller,
            unit_id=unit,
            step=step,
            because=because.strip(),
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )


def find(*, traveller: UUID) -> models.OnwardStep | None:
    """The latest step of the way home."""
    return models.OnwardStep.objects.filter(traveller_id=traveller).order_by("-seq").first()


def assess_home(
    *, traveller: UUID, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """A health lead finds that isolation at home is enough. The same id again is the same assessment.

    Raises `Refused`: `rank_missing`, `traveller_unknown`.
    """
    if signing.rank_of(person=by) != "health_lead":
        raise Refused("rank_missing", "a health lead assesses")
    if not models.Traveller.objects.filter(id=traveller).exists():
        raise Refused("traveller_unknown", "nobody of this id is in the book")
    done = duty.Done("traveller", str(traveller), "assessment", now, {"outcome": HOME})
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def find_assessment(*, traveller: UUID) -> models.Evidence | None:
    """The latest assessment that home is enough, None where there is none or it was taken back."""
    found = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id=str(traveller), code="assessment", attributes__outcome=HOME
    )
    return without_withdrawn(found).order_by("-seq").first()


def send_home(
    *, notice: care.Notice, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Isolation at home instead of a facility: ordered after the assessment, with the rights told, by a second person.

    They still leave only by a handover that their community accepts. Raises `Refused`: `assessment_missing`,
    `second_person_needed`, and as `care.tell_rights`.
    """
    assessed = find_assessment(traveller=notice.traveller)
    if assessed is None:
        raise Refused("assessment_missing", "a health lead assesses first whether home is enough")
    if assessed.by_id == by:
        raise Refused("second_person_needed", "who assesses and who orders it are two persons")
    ordered = replace(notice, measure="home isolation")
    return care.tell_rights(notice=ordered, by=by, now=now, evidence_id=evidence_id)
