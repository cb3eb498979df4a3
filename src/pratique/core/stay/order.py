"""A stay made longer or shorter: by a written order with a reason, of two persons, served in a language understood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from pratique.core.answers import Objection
from pratique.core.custody.entry import TravellerId
from pratique.core.duties.evidence import Signature, aware
from pratique.core.duties.vocabulary import RANKS
from pratique.core.stay.rule import Rules

OrderId = NewType("OrderId", str)


class Sort(StrEnum):
    """What an order does to a stay."""

    EXTEND = "extend"
    REDUCE = "reduce"


@dataclass(frozen=True, slots=True)
class Order:
    """One order about one traveller's stay. `document` names the written order; `understood` that it was served in a
    language they understand, `remedy_told` that they were told how to object."""

    id: OrderId
    traveller: TravellerId
    sort: Sort
    days: int
    reason: str
    document: str
    signatures: tuple[Signature, ...]
    ordered_at: datetime
    served_at: datetime | None = None
    understood: bool = False
    remedy_told: bool = False
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """When a stay ends, the orders that count, and what is wrong with those that do not."""

    ends_at: datetime
    counted: tuple[OrderId, ...]
    objections: tuple[Objection, ...]


def judge(*, order: Order, rules: Rules, now: datetime) -> tuple[Objection, ...]:
    """Everything for which an order does not count at `now`; empty: it counts."""
    aware(now)
    faults = _list_faults(order, rules, now)
    return tuple(Objection(code, order.traveller, f"{order.id}: {because}") for code, because in faults)


def _list_faults(order: Order, rules: Rules, now: datetime) -> Iterator[tuple[str, str]]:
    change = rules.extension if order.sort is Sort.EXTEND else rules.reduction
    if order.days < 1:
        yield "order_without_days", "it changes nothing"
    elif order.days > change.days_max:
        yield "order_too_far", f"at most {change.days_max} days"
    if not order.reason.strip():
        yield "order_without_reason", "it states no reason"
    if not order.document.strip():
        yield "order_not_written", "there is no written order"
    if order.served_at is None or order.served_at > now:
        yield "order_not_served", "the traveller has not been given it"
    else:
        if order.served_at < order.ordered_at:
            yield "order_served_early", "it was served before it was made"
        if not order.understood:
            yield "order_not_understood", "serve it in a language they understand"
        if not order.remedy_told:
            yield "order_without_remedy", "tell them how to object"
    if order.withdrawn_at is not None and order.withdrawn_at <= now:
        yield "order_withdrawn", "it was taken back"
    ranks: dict[str, int] = {}
    for signature in order.signatures:
        if signature.rank in RANKS and str(signature.person) != str(order.traveller):
            ranks[signature.person] = max(ranks.get(signature.person, 0), RANKS.index(signature.rank))
    needed = sorted((RANKS.index(change.rank), RANKS.index(change.second_rank)), reverse=True)
    held = sorted(ranks.values(), reverse=True)[:2]
    if len(held) < 2:
        yield "order_persons", "two different persons must sign"
    elif any(has < must for has, must in zip(held, needed, strict=True)):
        yield (
            "order_rank",
            f"must be signed by {change.rank} and {change.second_rank}, or above",
        )


def work_out(*, ends_at: datetime, orders: Iterable[Order], rules: Rules, now: datetime) -> Term:
    """When a stay ends that would end at `ends_at`, by the orders that count at `now`.

    Orders of one sort add up to the days the rules allow and no further; those beyond do not count, the later first. An
    order that does not count holds nobody a day longer and lets nobody out a day sooner; nor does an extension that was served
    when the days were over, for nobody is held back who had been free to go.
    """
    aware(ends_at)
    days = 0
    counted: list[OrderId] = []
    objections: list[Objection] = []
    spent = {Sort.EXTEND: 0, Sort.REDUCE: 0}
    for order in sorted(
        {order.id: order for order in orders}.values(), key=lambda one: (one.ordered_at, one.id)
    ):
        faults = judge(order=order, rules=rules, now=now)
        change = rules.extension if order.sort is Sort.EXTEND else rules.reduction
        if not faults and spent[order.sort] + order.days > change.days_max:
            because = f"{order.id}: with those before it, more than {change.days_max} days"
            faults = (Objection("order_too_far", order.traveller, because),)
        is_late = order.served_at is not None and order.served_at > ends_at + timedelta(days=days)
        if not faults and order.sort is Sort.EXTEND and is_late:
            because = f"{order.id}: the days were over when it was served"
            faults = (Objection("order_served_late", order.traveller, because),)
        objections += faults
        if not faults:
            spent[order.sort] += order.days
            days += order.days if order.sort is Sort.EXTEND else -order.days
            counted.append(order.id)
    return Term(ends_at + timedelta(days=days), tuple(counted), tuple(objections))
