"""Release: decided by the rules with every condition shown, by a person who signs for it; no result, no exit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind as Holder
from pratique.core.duties import register as core_register
from pratique.core.duties.gate import Reason
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay import release as core
from pratique.core.stay.release import Release
from pratique.services import register
from pratique.services.stay import orders
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import deaths, leavings
from pratique.store.withdrawn import without_withdrawn

STANDS_HOURS = 36
"""A decision stands so long, so that a scan at the door that was lost can be made good the next day; whoever has not left by
then is looked at again."""
ADVERSE = frozenset({Reason.ON_RECORD, Reason.ANSWER_DIFFERS, Reason.UNFIT, Reason.NO_ANSWER})
"""What may not have turned up between a decision and the door: an answer that is missing or not negative, fever, symptoms."""
LEFT = frozenset({"released", "departed", "handed_over", "laid_to_rest"})
"""That somebody went through an exit says nothing about whether they might."""


@dataclass(frozen=True, slots=True)
class Looked:
    """How a release stands for somebody: the rules' answer (None: no rule lets anybody out there) and a decision that stands."""

    release: Release | None
    decision: models.ReleaseDecision | None

    @property
    def open(self) -> bool:
        """Whether they may leave: the gate is open, or was when a decision was signed that still stands."""
        return bool(self.release and (self.release.open or (self.decision and not _has_turned(self.release))))

    @property
    def signed(self) -> bool:
        """Whether a way out is open to them: somebody signed, the decision stands and nothing has turned up since."""
        return self.decision is not None and self.open


def _has_turned(release: Release) -> bool:
    bad = any(not one.passes and one.finding.reason in ADVERSE for one in release.conditions)
    return bad or release.tested is False


def look(*, traveller: UUID, now: datetime) -> Looked:
    """How a release stands for one traveller at `now`."""
    return look_all(moments={traveller: now})[traveller]


def look_all(*, moments: dict[UUID, datetime]) -> dict[UUID, Looked]:
    """How a release stood for each of these travellers, each at a moment of their own, by everything known today."""
    rules = orders.find_rules() if moments else None
    if rules is None:
        return {one: Looked(None, None) for one in moments}
    rulebook = register.get_rulebook()
    names = rows.read_names(moments)
    subjects, records, waivers = register.gather([(Kind.TRAVELLER, str(one)) for one in moments])
    known = {str(subject.id): subject for subject in subjects}
    evidence = defaultdict(list)
    for piece in records:
        if piece.record not in LEFT:
            evidence[str(piece.subject)].append(piece)
    ordered = defaultdict(list)
    for order in orders.list_of(travellers={own[0] for own in names.values()}):
        ordered[str(order.traveller)].append(order)
    decisions = _list_decisions(moments, names)
    found = {one: Looked(None, None) for one in moments}
    dead = deaths.find_confirmed(travellers=sorted({name for own in names.values() for name in own}))
    for traveller, now in moments.items():
        person = str(names[traveller][0])
        if person not in known or any(one in dead for one in names[traveller]):
            continue  # of the dead nobody is released any more
        account = core_register.duties_of(
            subject=known[person], evidence=evidence[person], waivers=waivers, rulebook=rulebook, now=now
        )
        try:
            release = core.decide(account=account, orders=ordered[person], rules=rules, now=now)
        except Refused as refused:
            if refused.code != "gate_unknown":
                raise
            release = None
        found[traveller] = Looked(release, decisions.get(traveller))
    return found


def _list_decisions(
    moments: dict[UUID, datetime], names: Mapping[UUID, tuple[UUID, ...]]
) -> dict[UUID, models.ReleaseDecision]:
    """The decision that stood for each at their moment, under whichever of their names it was signed."""
    people = {name: own[0] for own in names.values() for name in own}
    signed = defaultdict(list)
    for row in models.ReleaseDecision.objects.filter(traveller_id__in=people).order_by("seq"):
        signed[people[row.traveller_id]].append(row)
    found = {}
    for one, now in moments.items():
        for row in signed[names[one][0]]:
            if row.happened_at <= now < row.valid_until:
                found[one] = row
    withdrawn = models.Withdrawal.objects.filter(evidence_id__in=[row.id for row in found.values()])
    taken_back = set(withdrawn.values_list("evidence_id", flat=True))
    return {one: row for one, row in found.items() if row.id not in taken_back}


def decide(
    *, traveller: UUID, by: UUID, now: datetime, decision_id: UUID | None = None
) -> models.ReleaseDecision:
    """Sign a release: every condition is written down as it stood. The same id again is the same decision.

    Raises `Refused`: `release_closed`, with the conditions in the way; `release_elsewhere` for whoever is in no facility or hospital;
    `release_in_hospital` before the hospital has discharged them; `release_own_assessment` for whoever explained their fever;
    `release_own_result` for whoever typed one of their results: somebody else signs.
    """
    sent_again = models.ReleaseDecision.objects.filter(id=decision_id).first() if decision_id else None
    if sent_again is not None:
        return sent_again
    traveller = rows.read_as(traveller)
    with transaction.atomic():
        position = models.Position.objects.select_for_update().filter(traveller_id=traveller).first()
        if position is None or not _is_in_house(position):
            raise Refused(
                "release_elsewhere", "only somebody whom a facility or a hospital has is released from it"
            )
        if position.holder_kind == Holder.HOSPITAL and find_discharge(position=position) is None:
            raise Refused("release_in_hospital", "the hospital has not discharged them yet")
        release = look(traveller=traveller, now=now).release
        if release is None:
            raise Refused("gate_unknown", "no edition in force says when somebody is released")
        if not release.open:
            wanting = [one.finding.condition.code for one in release.conditions if not one.passes]
            wanting += [o.code for o in release.objections if o.code.startswith("release_")]
            raise Refused("release_closed", f"not yet: {', '.join(dict.fromkeys(wanting))}")
        if has_typed_result(traveller=traveller, by=by):
            raise Refused("release_own_result", "you typed one of their results: somebody else signs")
        if has_cleared(traveller=traveller, by=by):
            raise Refused(
                "release_own_assessment", "you explained their fever or symptoms: somebody else signs"
            )
        return models.ReleaseDecision.objects.create(
            id=decision_id or make_id(),
            traveller_id=traveller,
            conditions=_write_down(release),
            valid_until=now + timedelta(hours=STANDS_HOURS),
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )


def _is_in_house(position: models.Position) -> bool:
    """Whether a facility or a hospital has them, or an exit keeps them at its door."""
    if position.holder_kind == Holder.EXIT:
        return leavings.is_kept(travellers=rows.list_names(position.traveller_id), at=position.holder_id)
    return position.holder_kind in (Holder.FACILITY, Holder.HOSPITAL)


def find_discharge(*, position: models.Position) -> models.Evidence | None:
    """The hospital's word, given since it has somebody, that they need it no longer."""
    told = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER,
        subject_id__in=_name(position.traveller_id),
        code="discharged",
        happened_at__gte=position.since_at,
    )
    return without_withdrawn(told).order_by("seq").last()


def has_cleared(*, traveller: UUID, by: UUID) -> bool:
    """Whether `by` explained a fever or symptoms of theirs, and that stands: they do not sign the release too."""
    told = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER, subject_id__in=_name(traveller), code="cleared", by_id=by
    )
    return without_withdrawn(told).exists()


def has_typed_result(*, traveller: UUID, by: UUID) -> bool:
    """Whether `by` typed a result of theirs by hand, or put one right, that stands: they do not sign the release too."""
    typed = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER,
        subject_id__in=_name(traveller),
        code="result",
        attributes__typed=True,
        by_id=by,
    )
    return without_withdrawn(typed).exists()


def _name(traveller: UUID) -> list[str]:
    return [str(name) for name in rows.list_names(traveller)]


def _write_down(release: Release) -> list[dict[str, Any]]:
    return [
        {
            "code": one.finding.condition.code,
            "held": one.finding.held,
            "reason": one.finding.reason.value,
            "waiver": one.by_waiver,
            "orders": list(one.by_orders),
        }
        for one in release.conditions
    ]


def list_standing(*, now: datetime) -> list[UUID]:
    """Whose release was decided and stands: whom a post at the way out may let go without asking."""
    since = models.ReleaseDecision.objects.filter(happened_at__lte=now, valid_until__gt=now)
    ids = without_withdrawn(since).values_list("traveller_id", flat=True).distinct()
    return [one for one, looked in look_all(moments=dict.fromkeys(ids, now)).items() if looked.signed]


def list_due(*, facility: UUID, now: datetime, hours: int = 24) -> dict[UUID, Looked]:
    """Of whom a facility has: those whose days are over, or will be within so many hours, with every condition."""
    held = models.Position.objects.filter(holder_id=facility, inside=True)
    there = list(held.values_list("traveller_id", flat=True))
    ends = models.Owed.objects.filter(
        subject_kind=Kind.TRAVELLER.value,
        subject_id__in=[str(t) for t in there],
        code="release",
        opens_at__lte=now + timedelta(hours=hours),
    )
    due = {UUID(name) for name in ends.values_list("subject_id", flat=True)}
    due |= {UUID(str(order.traveller)) for order in orders.list_of(travellers=there)}
    looked = look_all(moments=dict.fromkeys(due, now))
    return {one: how for one, how in looked.items() if _is_near(how, now + timedelta(hours=hours))}


def _is_near(looked: Looked, until: datetime) -> bool:
    ends = looked.release.term.ends_at if looked.release and looked.release.term else None
    return looked.open or (ends is not None and ends <= until)


def find_exits() -> list[models.Custodian]:
    """The exits through which somebody who is released goes."""
    exits = models.Custodian.objects.filter(kind=Holder.EXIT.value, closed_at__isnull=True)
    return [one for one in exits.order_by("code") if one.attributes.get("record") == "released"]


def list_decisions(*, travellers: Iterable[UUID]) -> dict[UUID, models.ReleaseDecision]:
    """The latest decision about each of these travellers that was not taken back, whether it still stands or not."""
    names = rows.read_names(travellers)
    people = {name: own[0] for own in names.values() for name in own}
    decided = models.ReleaseDecision.objects.filter(traveller_id__in=people)
    latest = {people[row.traveller_id]: row for row in without_withdrawn(decided).order_by("seq")}
    return {one: latest[own[0]] for one, own in names.items() if own[0] in latest}
