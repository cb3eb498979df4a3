"""Orders about the term of a stay: written with a reason, signed by two, served in a language understood with the remedy told.

Whether one counts is `core.stay.order`'s answer each time; an order that was not served holds nobody.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import PersonId, TravellerId
from pratique.core.duties.evidence import Signature
from pratique.core.stay import order as core
from pratique.core.stay.rule import Rules
from pratique.services import signing
from pratique.store import models
from pratique.store.ids import make_id

SIGNED, SERVED, WITHDRAWN = "signed", "served", "withdrawn"


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as it is drawn up: whose stay, longer or shorter, by how many days, why; `document` is its number on paper."""

    traveller: UUID
    sort: str
    days: int
    reason: str
    document: str


@dataclass(frozen=True, slots=True)
class Service:
    """An order given to the traveller: in which language, whether they say they understood, whether the remedy was told."""

    language: str
    understood: bool
    remedy_told: bool


def find_rules() -> Rules | None:
    """The rules of a stay of this port, None where there are none."""
    return protocols.find_stay_rules(
        jurisdiction=models.Port.objects.values_list("jurisdiction", flat=True).get()
    )


def get_rules() -> Rules:
    """The rules of a stay of this port. Raises `Refused`: `stay_without_rules`."""
    rules = find_rules()
    if rules is None:
        raise Refused("stay_without_rules", "no rules of a stay hold at this port")
    return rules


def draw_up(*, draft: Draft, by: UUID, now: datetime, order_id: UUID | None = None) -> models.StayOrder:
    """Write an order and sign it as the first of two. The same id again is the same order.

    Raises `Refused`: `traveller_unknown`, `order_sort_unknown`, `order_without_days`, `order_too_far`, `reason_missing`,
    `order_not_written`, `rank_missing`.
    """
    rank = signing.rank_of(person=by)
    if draft.sort not in set(core.Sort):
        raise Refused("order_sort_unknown", "an order extends or reduces a stay")
    rules = get_rules()
    change = rules.extension if draft.sort == core.Sort.EXTEND else rules.reduction
    if draft.days < 1:
        raise Refused("order_without_days", "say by how many days")
    if draft.days > change.days_max:
        raise Refused("order_too_far", f"at most {change.days_max} days")
    if not draft.reason.strip():
        raise Refused("reason_missing", "say why, in words that the traveller can read")
    if not draft.document.strip():
        raise Refused("order_not_written", "give the number of the written order")
    if not models.Traveller.objects.filter(id=draft.traveller).exists():
        raise Refused("traveller_unknown", "nobody of this id is in the book")
    with transaction.atomic():
        row, fresh = models.StayOrder.objects.get_or_create(
            id=order_id or make_id(),
            defaults={
                "traveller_id": draft.traveller,
                "sort": draft.sort,
                "days": draft.days,
                "reason": draft.reason.strip(),
                "document": draft.document.strip(),
                "happened_at": now,
                "recorded_at": now,
                "by_id": by,
            },
        )
        if fresh:
            _step(row.id, SIGNED, by, now, rank=rank)
    return row


def sign(*, order: UUID, by: UUID, now: datetime) -> None:
    """The second signature. Raises `Refused`: `order_unknown`, `order_withdrawn`, `second_person_needed`, `rank_missing`."""
    rank = signing.rank_of(person=by)
    with transaction.atomic():
        _lock(order)
        signed = models.StayOrderStep.objects.filter(order_id=order, step=SIGNED)
        if signed.filter(by_id=by).exists():
            raise Refused("second_person_needed", "you have signed already: another person must, too")
        _step(order, SIGNED, by, now, rank=rank)


def serve(*, order: UUID, service: Service, by: UUID, now: datetime) -> None:
    """The order was given to the traveller. Served again (in another language) the last time counts.

    Raises `Refused`: `order_unknown`, `order_withdrawn`, `order_persons` before two have signed, `word_unknown`.
    """
    if not service.language.strip():
        raise Refused("word_unknown", "say in which language it was served")
    with transaction.atomic():
        _lock(order)
        signed = models.StayOrderStep.objects.filter(order_id=order, step=SIGNED).values("by_id")
        if signed.distinct().count() < 2:
            raise Refused("order_persons", "two different persons must sign before it is served")
        _step(
            order,
            SERVED,
            by,
            now,
            language=service.language,
            understood=service.understood,
            remedy_told=service.remedy_told,
        )


def withdraw(*, order: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take an order back: it counts no longer. Raises `Refused`: `order_unknown`, `order_withdrawn`, `reason_missing`."""
    if not because.strip():
        raise Refused("reason_missing", "say why it is taken back")
    with transaction.atomic():
        _lock(order)
        _step(order, WITHDRAWN, by, now, because=because.strip())


def _lock(order: UUID) -> models.StayOrder:
    row = models.StayOrder.objects.select_for_update().filter(id=order).first()
    if row is None:
        raise Refused("order_unknown", "there is no such order")
    if models.StayOrderStep.objects.filter(order_id=order, step=WITHDRAWN).exists():
        raise Refused("order_withdrawn", "it was taken back: draw up another")
    return row


def _step(order: UUID, step: str, by: UUID, now: datetime, **more: object) -> None:
    models.StayOrderStep.objects.create(
        id=make_id(), order_id=order, step=step, happened_at=now, recorded_at=now, by_id=by, **more
    )


def list_of(*, travellers: Iterable[UUID]) -> list[core.Order]:
    """Every order about these travellers, as the core reads them, the oldest first."""
    found = list(models.StayOrder.objects.filter(traveller_id__in=list(travellers)).order_by("seq"))
    steps: dict[UUID, list[models.StayOrderStep]] = defaultdict(list)
    for step in models.StayOrderStep.objects.filter(order_id__in=[o.id for o in found]).order_by("seq"):
        steps[step.order_id].append(step)
    return [_make(row, steps[row.id]) for row in found]


def judge(*, order: core.Order, now: datetime) -> tuple[Objection, ...]:
    """Everything for which an order does not count now."""
    return core.judge(order=order, rules=get_rules(), now=now)


def _make(row: models.StayOrder, steps: list[models.StayOrderStep]) -> core.Order:
    served = next((s for s in reversed(steps) if s.step == SERVED), None)
    withdrawn = next((s for s in steps if s.step == WITHDRAWN), None)
    return core.Order(
        id=core.OrderId(str(row.id)),
        traveller=TravellerId(str(row.traveller_id)),
        sort=core.Sort(row.sort),
        days=row.days,
        reason=row.reason,
        document=row.document,
        signatures=tuple(
            Signature(PersonId(str(s.by_id)), s.rank) for s in steps if s.step == SIGNED and s.by_id
        ),
        ordered_at=row.happened_at,
        served_at=served.happened_at if served else None,
        understood=bool(served and served.understood),
        remedy_told=bool(served and served.remedy_told),
        withdrawn_at=withdrawn.happened_at if withdrawn else None,
    )
