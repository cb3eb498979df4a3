"""Exemptions: a paper of a named authority, confirmed by it to one, decided by two others, for a time, revocable. Nothing stores "exempt".

Whether one holds is `core.screening.exemption`'s answer each time it is asked for; every step is an entry of its own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.custody.entry import PersonId, TravellerId
from pratique.core.screening import exemption as core
from pratique.core.screening.exemption import Standing, Terms
from pratique.services import force, signing
from pratique.store import models
from pratique.store.ids import make_id

CONFIRMED, DECIDED, REVOKED = "confirmed", "decided", "revoked"
STEPS = (CONFIRMED, DECIDED, REVOKED)


@dataclass(frozen=True, slots=True)
class Paper:
    """What the paper says: about whom, what for, of which authority under which reference, why, and for which time."""

    traveller: UUID
    sort: str
    authority: str
    reference: str
    reason: str
    valid_from: datetime
    valid_until: datetime
    issued_at: datetime


def find_terms() -> Terms | None:
    """The terms of exemption of this port; None: nobody is exempted here."""
    return protocols.find_terms(jurisdiction=models.Port.objects.values_list("jurisdiction", flat=True).get())


def get_terms() -> Terms:
    """The terms of exemption of this port. Raises `Refused`: `exemption_without_terms`."""
    terms = find_terms()
    if terms is None:
        raise Refused("exemption_without_terms", "no terms of exemption hold at this port")
    return terms


def issue(
    *, paper: Paper, by: UUID | None, now: datetime, exemption_id: UUID | None = None
) -> models.Exemption:
    """Write a paper down; it holds only once it was confirmed and decided. The same id again is the same paper.

    Raises `Refused`: `traveller_unknown`, `exemption_unfit` (with everything that no confirmation could mend).
    """
    if not models.Traveller.objects.filter(id=paper.traveller).exists():
        raise Refused("traveller_unknown", "nobody of this id is in the book")
    fields = {
        "traveller_id": paper.traveller,
        "sort": paper.sort,
        "authority": paper.authority,
        "reference": paper.reference.strip(),
        "reason": paper.reason.strip(),
        "valid_from": paper.valid_from,
        "valid_until": paper.valid_until,
        "happened_at": paper.issued_at,
        "recorded_at": now,
        "by_id": by,
    }
    name = exemption_id or make_id()
    _refuse_unfit(models.Exemption(id=name, **fields), now)
    row, _ = models.Exemption.objects.get_or_create(id=name, defaults=fields)
    return row


_MENDABLE = frozenset({"exemption_unverified", "exemption_persons", "exemption_not_yet"})
"""What is wanting of every paper that has just been handed in."""


def _refuse_unfit(row: models.Exemption, now: datetime) -> None:
    if row.sort not in set(core.Sort):
        raise Refused("exemption_unfit", f"an exemption is one of {', '.join(core.Sort)}")
    faults = [
        o
        for o in core.judge(exemption=_make(row, []), terms=get_terms(), now=now).objections
        if o.code not in _MENDABLE
    ]
    if faults:
        raise Refused(
            "exemption_unfit", "; ".join(f"{o.code}: {o.because.partition(': ')[2]}" for o in faults)
        )


def confirm(*, exemption: UUID, authority: str, reference: str, by: UUID, now: datetime) -> None:
    """The authority itself was asked, by a contact of the port's own list, and said that it issued this reference.

    Whoever asks has finished their first two shifts and is none of the two who decide. Raises `Refused`: `exemption_unknown`,
    `exemption_revoked`, `exemption_other_reference`, `exemption_verified_elsewhere`, `exemption_new_officer`, `exemption_one_hand`.
    """
    shifts = force.count_shifts(person=by, before=now)
    with transaction.atomic():
        row = _lock(exemption)
        _refuse_new(shifts)
        if models.ExemptionStep.objects.filter(exemption_id=exemption, step=DECIDED, by_id=by).exists():
            raise Refused("exemption_one_hand", "you have decided: another person asks the authority")
        if authority != row.authority:
            raise Refused("exemption_verified_elsewhere", "ask the authority that issued it, not another")
        if reference.strip() != row.reference:
            raise Refused("exemption_other_reference", "another reference was confirmed than the one on it")
        _step(row, CONFIRMED, by, now, authority=authority, reference=row.reference, shifts_before=shifts)


def _refuse_new(shifts: int) -> None:
    least = get_terms().shifts_before_min
    if shifts < least:
        raise Refused(
            "exemption_new_officer",
            f"who confirms or decides must have finished {least} shifts before; you have finished {shifts}",
        )


def decide(*, exemption: UUID, by: UUID, now: datetime) -> Standing:
    """One of the two decides for it, after it was confirmed; how it stands then.

    Raises `Refused`: `exemption_unknown`, `exemption_revoked`, `rank_missing`, `exemption_unverified`,
    `exemption_new_officer`, `exemption_one_hand` (whoever asked the authority), `second_person_needed` (the same person twice).
    """
    rank = signing.rank_of(person=by)
    shifts = force.count_shifts(person=by, before=now)
    with transaction.atomic():
        row = _lock(exemption)
        steps = list(models.ExemptionStep.objects.filter(exemption_id=exemption))
        if not any(step.step == CONFIRMED for step in steps):
            raise Refused("exemption_unverified", "ask the authority itself first whether it issued it")
        if any(step.step == DECIDED and step.by_id == by for step in steps):
            raise Refused("second_person_needed", "you have decided already: another person must, too")
        if any(step.step == CONFIRMED and step.by_id == by for step in steps):
            raise Refused("exemption_one_hand", "you asked the authority: two others decide")
        _refuse_new(shifts)
        _step(row, DECIDED, by, now, rank=rank, shifts_before=shifts)
    return judge(exemption=row, now=now)


def revoke(*, exemption: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take it back: from now on it opens nothing. Raises `Refused`: `exemption_unknown`, `reason_missing`, `exemption_revoked`."""
    if not because.strip():
        raise Refused("reason_missing", "say why it is revoked")
    with transaction.atomic():
        _step(_lock(exemption), REVOKED, by, now, because=because.strip())


def _lock(exemption: UUID) -> models.Exemption:
    row = models.Exemption.objects.select_for_update().filter(id=exemption).first()
    if row is None:
        raise Refused("exemption_unknown", "there is no such exemption")
    if models.ExemptionStep.objects.filter(exemption_id=exemption, step=REVOKED).exists():
        raise Refused("exemption_revoked", "it was revoked: a new paper is needed")
    return row


def _step(row: models.Exemption, step: str, by: UUID, now: datetime, **more: object) -> None:
    models.ExemptionStep.objects.create(
        id=make_id(), exemption_id=row.id, step=step, happened_at=now, recorded_at=now, by_id=by, **more
    )


def list_of(*, travellers: Iterable[UUID]) -> list[core.Exemption]:
    """Every exemption of these travellers, as the core judges them."""
    return _make_all(list(models.Exemption.objects.filter(traveller_id__in=list(travellers))))


def list_standing(*, now: datetime, traveller: UUID | None = None) -> list[Standing]:
    """Exemptions that are not over (of one traveller: all of theirs), each with whether it holds, the latest end last."""
    found = models.Exemption.objects.order_by("valid_until", "id")
    found = found.filter(valid_until__gt=now) if traveller is None else found.filter(traveller_id=traveller)
    terms = find_terms()
    if terms is None:
        return []
    return [core.judge(exemption=one, terms=terms, now=now) for one in _make_all(list(found))]


def judge(*, exemption: models.Exemption, now: datetime) -> Standing:
    """How one exemption stands."""
    (made,) = _make_all([exemption])
    return core.judge(exemption=made, terms=get_terms(), now=now)


def find_holding(*, traveller: UUID, now: datetime) -> Standing | None:
    """The exemption of a traveller that holds now; None where none does, or the port has no terms."""
    mine, terms = list_of(travellers=[traveller]), find_terms()
    if not mine or terms is None:
        return None
    return core.find_holding(exemptions=mine, traveller=TravellerId(str(traveller)), terms=terms, now=now)


def _make_all(found: list[models.Exemption]) -> list[core.Exemption]:
    steps: dict[UUID, list[models.ExemptionStep]] = defaultdict(list)
    for step in models.ExemptionStep.objects.filter(exemption_id__in=[e.id for e in found]).order_by("seq"):
        steps[step.exemption_id].append(step)
    return [_make(row, steps[row.id]) for row in found]


def _make(row: models.Exemption, steps: list[models.ExemptionStep]) -> core.Exemption:
    confirmed = next((s for s in reversed(steps) if s.step == CONFIRMED), None)
    revoked = next((s for s in steps if s.step == REVOKED), None)
    return core.Exemption(
        id=core.ExemptionId(str(row.id)),
        traveller=TravellerId(str(row.traveller_id)),
        sort=core.Sort(row.sort),
        authority=row.authority,
        reference=row.reference,
        reason=row.reason,
        issued_at=row.happened_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        verification=core.Verification(
            confirmed.authority,
            confirmed.reference,
            PersonId(str(confirmed.by_id)),
            confirmed.happened_at,
            confirmed.shifts_before or 0,
        )
        if confirmed
        else None,
        deciders=tuple(
            core.Decider(PersonId(str(s.by_id)), s.rank, s.shifts_before or 0, s.happened_at)
            for s in steps
            if s.step == DECIDED
        ),
        revoked_at=revoked.happened_at if revoked else None,
        revoked_because=revoked.because if revoked else "",
    )
