"""The orders about a stay and the rules they are judged by, as the core reads them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pratique import protocols
from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import PersonId, TravellerId
from pratique.core.duties.evidence import Signature
from pratique.core.stay import order as core
from pratique.core.stay.rule import Rules
from pratique.store import models, rows

SIGNED, SERVED, WITHDRAWN, TOLD = "signed", "served", "withdrawn", "told"
"""The steps of an order; `told`: the traveller was told that an extension they had been given was taken back."""


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


def list_of(*, travellers: Iterable[UUID]) -> list[core.Order]:
    """Every order about these travellers, as the core reads them, the oldest first. It holds for the person: under whichever of
    their names it was made, it is about whoever of them was asked for."""
    asked = rows.find_askers(travellers)
    found = list(models.StayOrder.objects.filter(traveller_id__in=list(asked)).order_by("seq"))
    steps: dict[UUID, list[models.StayOrderStep]] = defaultdict(list)
    for step in models.StayOrderStep.objects.filter(order_id__in=[o.id for o in found]).order_by("seq"):
        steps[step.order_id].append(step)
    made = {row.id: _make(row, steps[row.id]) for row in found}
    return [
        replace(made[row.id], traveller=TravellerId(str(one)))
        for row in found
        for one in asked[row.traveller_id]
    ]


def judge(*, order: core.Order, now: datetime) -> tuple[Objection, ...]:
    """Everything for which an order does not count now, looked at alone: where no days run yet that it could change."""
    return core.judge(order=order, rules=get_rules(), now=now)


def _make(row: models.StayOrder, steps: list[models.StayOrderStep]) -> core.Order:
    served = next((s for s in reversed(steps) if s.step == SERVED), None)
    withdrawn = next((s for s in steps if s.step == WITHDRAWN), None)
    told = next((s for s in steps if s.step == TOLD), None)
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
        told_at=told.happened_at if told else None,
    )
