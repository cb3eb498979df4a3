"""What a clinician finds of somebody in a stay: a fever or symptoms explained, and the hospital's word that they may leave it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind as Holder
from pratique.services import care, duty
from pratique.services.health import FEVER_CELSIUS
from pratique.services.stay.release import find_discharge
from pratique.store import models, rows
from pratique.store.withdrawn import without_withdrawn

CLEARED, DISCHARGED = "cleared", "discharged"


@dataclass(frozen=True, slots=True)
class Finding:
    """A clinician has looked at somebody with a fever or symptoms: what was measured now, and what explains them."""

    traveller: UUID
    celsius: float
    method: str
    because: str


def clear(*, finding: Finding, by: UUID, now: datetime, evidence_id: UUID | None = None) -> models.Evidence:
    """A fever or symptoms are explained and no sign of the infection: what was measured before counts no more for the release, what was
    measured now does. It answers each reading that waits for an assessment. The same id again is the same.

    Raises `Refused`: `reason_missing`, `assessment_fever` while there is a fever, and as `care.take_temperature`.
    """
    if not finding.because.strip():
        raise Refused("reason_missing", "say what explains the fever or the symptoms")
    if finding.celsius >= FEVER_CELSIUS:
        raise Refused("assessment_fever", "nobody is cleared who has a fever now")
    sent_again = models.Evidence.objects.filter(id=evidence_id, code=CLEARED).first()
    if sent_again is not None:
        return sent_again
    person = rows.read_as(finding.traveller)
    who, told = str(person), {"because": finding.because.strip()}
    with transaction.atomic():
        measured = care.take_temperature(
            temperature=care.Temperature(person, finding.celsius, False, finding.method),
            by=by,
            now=now,
        )
        for reading in list_waiting(traveller=person):
            done = duty.Done("traveller", who, "assessment", now, {"outcome": CLEARED}, about=str(reading.id))
            duty.record(evidence=done, by=by, now=now)
        done = duty.Done("traveller", who, CLEARED, now, told, about=str(measured.id))
        return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def list_waiting(*, traveller: UUID) -> list[models.Evidence]:
    """Readings with a fever or symptoms that no assessment is about."""
    own = _list_own(traveller)
    assessed = without_withdrawn(own.filter(code="assessment")).values_list("about", flat=True)
    unwell = Q(attributes__celsius__gte=FEVER_CELSIUS) | Q(attributes__symptomatic=True)
    readings = without_withdrawn(own.filter(unwell, code="temperature")).order_by("happened_at", "seq")
    answered = set(assessed)
    return [one for one in readings if str(one.id) not in answered]


def _list_own(traveller: UUID) -> QuerySet[models.Evidence]:
    """What is on record about a person, under whichever of their wristbands."""
    names = [str(name) for name in rows.list_names(traveller)]
    return models.Evidence.objects.filter(subject_kind="traveller", subject_id__in=names)


def find_cleared(*, traveller: UUID) -> models.Evidence | None:
    """The latest that explained a fever or symptoms, and stands."""
    return without_withdrawn(_list_own(traveller).filter(code=CLEARED)).order_by("happened_at", "seq").last()


def discharge(
    *, traveller: UUID, doctor: str, document: str, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """The hospital says that somebody needs it no longer: what they owe runs again, and the release looks at them where they are.

    Raises `Refused`: `reason_missing` without the doctor and the paper, `discharge_elsewhere` for whoever is in no hospital.
    """
    if not doctor.strip() or not document.strip():
        raise Refused("reason_missing", "say which doctor of the hospital, and by which paper")
    traveller = rows.read_as(traveller)
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=traveller).first()
        if position is None or position.holder_kind != Holder.HOSPITAL:
            raise Refused("discharge_elsewhere", "only whoever a hospital has is discharged from it")
        standing = find_discharge(position=position)
        if standing is not None:
            return standing
        told = {"doctor": doctor.strip(), "document": document.strip()}
        done = duty.Done("traveller", str(traveller), DISCHARGED, now, told)
        return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def take_back(*, traveller: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take the latest of the two back, with everything that was written with it. Raises `Refused`: `reason_missing`, `assessment_missing`."""
    if not because.strip():
        raise Refused("reason_missing", "say why it is taken back")
    own = _list_own(traveller)
    told = without_withdrawn(own.filter(code__in=(CLEARED, DISCHARGED))).order_by("happened_at", "seq").last()
    if told is None:
        raise Refused("assessment_missing", "there is nothing to take back")
    pieces = [told]
    if told.code == CLEARED:
        with_it = own.filter(
            Q(id=told.about) | Q(code="assessment", attributes__outcome=CLEARED, happened_at=told.happened_at)
        )
        pieces += list(without_withdrawn(with_it))
    with transaction.atomic():
        for piece in pieces:
            duty.withdraw(evidence=piece.id, because=because.strip(), by=by, now=now)
