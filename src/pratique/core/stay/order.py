"""A stay made longer or shorter: by a written order with a reason, of two persons, served in a language understood.

What was served binds whoever ordered it: a reduction that somebody was given stands and cannot be taken back. Whoever is to
stay longer after all is ordered so by an extension, which like any other is of two, and served before the days are over.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    language they understand, `remedy_told` that they were told how to object; `told_at` when they were told that an extension
    they had been given was taken back."""

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
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """When a stay ends, the orders that count as they were served, and for each of the others what is wrong with it."""

    ends_at: datetime
    counted: tuple[OrderId, ...]
    faults: Mapping[OrderId, tuple[Objection, ...]] = field(default_factory=dict)

    @property
    def objections(self) -> tuple[Objection, ...]:
        """What is wrong with any order that does not count."""
        return tuple(one for faults in self.faults.values() for one in faults)


def stands(order: Order, now: datetime) -> bool:
    """Whether an order is not taken back: never was, or too late, for a reduction that was served stands."""
    taken_at = order.withdrawn_at
    if taken_at is None or taken_at > now:
        return True
    return order.sort is Sort.REDUCE and order.served_at is not None and order.served_at <= taken_at


def judge(*, order: Order, rules: Rules, now: datetime) -> tuple[Objection, ...]:
    """Everything for which an order does not count at `now`, looked at alone; empty: it counts.

    That it was understood and the remedy told protects whoever is held by it: of a reduction neither is asked.
    """
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
        if not order.understood and order.sort is Sort.EXTEND:
            yield "order_not_understood", "serve it in a language they understand"
        if not order.remedy_told and order.sort is Sort.EXTEND:
            yield "order_without_remedy", "tell them how to object"
    if not stands(order, now):
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
    """When a stay ends that would end at `ends_at`, by what was served and taken back until `now`, in that order.

    Orders of one sort add up to the days the rules allow and no further; those beyond do not count, the later served first.
    An order that does not count holds nobody a day longer; nor does an extension that was served when the days were over, as
    orders served before had left them: nobody is held back who had been free to go. An extension taken back shortens the stay
    from then on.
    """
    aware(ends_at)
    mine = sorted({one.id: one for one in orders}.values(), key=lambda one: (one.ordered_at, one.id))
    faults = {one.id: judge(order=one, rules=rules, now=now) for one in mine}
    counted: dict[OrderId, int] = {}
    for at, one in _list_steps(mine):
        if at > now:
            break
        if one.id in counted:  # a second step of an order that counts: it is taken back
            del counted[one.id]
        elif not (mended := judge(order=one, rules=rules, now=at)):
            mended = _judge_with(counted, one, ends_at + timedelta(days=sum(counted.values())), rules)
            if mended:
                faults[one.id] = mended
            else:
                counted[one.id] = one.days if one.sort is Sort.EXTEND else -one.days
    found = tuple(one.id for one in mine if one.id in counted)
    wrong = {name: told for name, told in faults.items() if told}
    return Term(ends_at + timedelta(days=sum(counted.values())), found, wrong)


def list_moves(
    *, ends_at: datetime, orders: Sequence[Order], rules: Rules, now: datetime
) -> list[tuple[datetime, int]]:
    """When orders that count moved the end of a stay that would end at `ends_at`, and by how many days it stood moved from then on."""
    found: list[tuple[datetime, int]] = []
    for at in sorted({at for at, _ in _list_steps(orders) if at <= now}):
        days = (work_out(ends_at=ends_at, orders=orders, rules=rules, now=at).ends_at - ends_at).days
        if days != (found[-1][1] if found else 0):
            found.append((at, days))
    return found


def _list_steps(orders: Iterable[Order]) -> list[tuple[datetime, Order]]:
    """When each order was served, and each extension taken back; of one moment what is taken back comes first."""
    steps = [(one.served_at, 1, one.ordered_at, one.id, one) for one in orders if one.served_at]
    steps += [
        (one.withdrawn_at, 0, one.ordered_at, one.id, one)
        for one in orders
        if one.withdrawn_at and one.served_at and one.withdrawn_at > one.served_at and one.sort is Sort.EXTEND
    ]
    return [(step[0], step[4]) for step in sorted(steps, key=lambda step: step[:4])]


def _judge_with(
    counted: Mapping[OrderId, int], order: Order, ends_at: datetime, rules: Rules
) -> tuple[Objection, ...]:
    """What keeps an order that is whole from counting beside those that counted when it was served."""
    sign, change = (1, rules.extension) if order.sort is Sort.EXTEND else (-1, rules.reduction)
    spent = sum(days * sign for days in counted.values() if days * sign > 0)
    if spent + order.days > change.days_max:
        because = f"{order.id}: with those before it, more than {change.days_max} days"
        return (Objection("order_too_far", order.traveller, because),)
    if order.sort is Sort.EXTEND and order.served_at is not None and order.served_at > ends_at:
        because = f"{order.id}: the days were over when it was served"
        return (Objection("order_served_late", order.traveller, because),)
    return ()
