"""The way home: the prefecture that looks after somebody from their release on, with its acceptance; and isolation at home."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.answers import Refused
from pratique.services import care, duty, signing
from pratique.services.cases import informing
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import onwards
from pratique.store.queries.onwards import ACCEPTED, DECLINED, OFFERED, TAKEN_BACK
from pratique.store.withdrawn import without_withdrawn

HOME = "home"
"""What an assessment says of whom home is enough for."""
LISTED = timedelta(days=28)
"""So long a request stands on the list of its prefecture: as long as what is monitored at home is kept."""
FOLLOWS = {
    OFFERED: (None, DECLINED, TAKEN_BACK),
    ACCEPTED: (OFFERED,),
    DECLINED: (OFFERED,),
    TAKEN_BACK: (OFFERED, ACCEPTED),
}
"""Step → after which steps it may be taken."""


def step(
    *, traveller: UUID, unit: UUID, step: str, because: str, by: UUID, now: datetime
) -> models.OnwardStep:
    """A home prefecture is asked, accepts (`because`: who said so, unless one of its own people answers) or declines (why); or what
    was asked or accepted is taken back (why). Contacts of a case who have left are theirs, or theirs no longer, from then on.

    Raises `Refused`: `unit_unknown`, `onward_step_refused`, `reason_missing`, `traveller_unknown`.
    """
    if step not in FOLLOWS:
        raise Refused("onward_step_refused", f"it is one of {', '.join(FOLLOWS)}")
    told_by_another = not models.Person.objects.filter(id=by, unit_id=unit).exists()
    if not because.strip() and (step in (DECLINED, TAKEN_BACK) or (step == ACCEPTED and told_by_another)):
        raise Refused("reason_missing", "say who accepted or why not")
    traveller = rows.read_as(traveller)
    with transaction.atomic():
        if models.Traveller.objects.select_for_update().filter(id=traveller).first() is None:
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        if not models.Unit.objects.filter(id=unit, sort="prefecture").exists():
            raise Refused("unit_unknown", "choose the prefecture")
        last = find(traveller=traveller)
        same = last.step if last and last.unit_id == unit else None
        if same not in FOLLOWS[step] and not (step == OFFERED and last and last.unit_id != unit):
            raise Refused("onward_step_refused", f"after {same or 'nothing'} it cannot be {step}")
        taken = models.OnwardStep.objects.create(
            id=make_id(),
            traveller_id=traveller,
            unit_id=unit,
            step=step,
            because=because.strip(),
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
    informing.follow(travellers=[traveller], by=by, now=now)
    return taken


def find(*, traveller: UUID) -> models.OnwardStep | None:
    """The latest step of the way home of a person, under whichever of their wristbands it was taken."""
    return onwards.find_latest(travellers=[traveller]).get(traveller)


def list_recent(*, unit: UUID | None, now: datetime) -> list[models.OnwardStep]:
    """The latest step of everybody of whom a prefecture (None: any) was asked within four weeks, the first asked first; each person once."""
    recent = list(models.OnwardStep.objects.filter(happened_at__gte=now - LISTED).order_by("seq"))
    names = rows.read_names(one.traveller_id for one in recent)
    latest = {names[one.traveller_id][0]: one for one in recent}
    return [one for one in latest.values() if unit is None or one.unit_id == unit]


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
    done = duty.Done("traveller", str(rows.read_as(traveller)), "assessment", now, {"outcome": HOME})
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def find_assessment(*, traveller: UUID) -> models.Evidence | None:
    """The assessment that home is enough; None where there is none, it was taken back, or a later one says otherwise."""
    last = _list_evidence(rows.list_names(traveller), "assessment").last()
    return last if last is not None and last.attributes.get("outcome") == HOME else None


def _list_evidence(names: Iterable[UUID], code: str) -> QuerySet[models.Evidence]:
    found = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(one) for one in names], code=code, about=""
    )
    return without_withdrawn(found).order_by("happened_at", "seq")


def name_measures(*, travellers: Iterable[UUID]) -> dict[UUID, str]:
    """The measure that stands for each of these travellers, in its word; who has none is not in it."""
    asked = rows.find_askers(travellers)
    return {
        one: str(piece.attributes.get("measure", ""))
        for piece in _list_evidence(asked, "measure_ordered")
        for one in asked[UUID(piece.subject_id)]
    }


def find_homeward(*, moments: Mapping[UUID, datetime]) -> dict[UUID, str]:
    """Whoever of these was to isolate at home at their moment → which health lead had found that home is enough.

    The name is empty where no assessment holds: none was made, it was taken back, a later one says otherwise, it is of
    whoever ordered the measure too, or of somebody who is no health lead.
    """
    latest: dict[str, dict[UUID, models.Evidence]] = {"measure_ordered": {}, "assessment": {}}
    asked = rows.find_askers(moments)
    for code, found in latest.items():
        for piece in _list_evidence(asked, code):
            for one in asked[UUID(piece.subject_id)]:
                if piece.happened_at <= moments[one]:
                    found[one] = piece
    measures = {
        one: piece
        for one, piece in latest["measure_ordered"].items()
        if piece.attributes.get("measure") == care.HOME_ISOLATION
    }
    leads = set(
        models.Person.objects.filter(
            id__in={piece.by_id for piece in latest["assessment"].values()},
            role__in=[role for role, rank in signing.RANKS_OF.items() if rank == "health_lead"],
        ).values_list("id", flat=True)
    )
    holding = {
        one: str(piece.by_id)
        for one, piece in latest["assessment"].items()
        if one in measures
        and piece.attributes.get("outcome") == HOME
        and piece.by_id in leads
        and piece.by_id != measures[one].by_id
    }
    return {one: holding.get(one, "") for one in measures}


def send_home(
    *, notice: care.Notice, by: UUID, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Isolation at home instead of a facility: ordered after the assessment, with the rights told, by a second person.

    They still leave only by a handover that their community accepts, and while the assessment holds. Raises `Refused`: `assessment_missing`,
    `second_person_needed`, and as `care.tell_rights`.
    """
    assessed = find_assessment(traveller=notice.traveller)
    if assessed is None:
        raise Refused("assessment_missing", "a health lead assesses first whether home is enough")
    if assessed.by_id == by:
        raise Refused("second_person_needed", "who assesses and who orders it are two persons")
    ordered = replace(notice, measure=care.HOME_ISOLATION)
    return care.tell_rights(notice=ordered, by=by, now=now, evidence_id=evidence_id)
