"""Orders about the term of a stay: written with a reason, signed by two, served in a language understood with the remedy told.

Whether one counts is `core.stay.order`'s answer each time; an order that was not served holds nobody. Served is only what will
count, and what was served is taken back only where that lets somebody out sooner.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.stay import order as core
from pratique.services import signing
from pratique.services.stay import release
from pratique.services.stay.orders import SERVED, SIGNED, TOLD, WITHDRAWN, get_rules, list_of
from pratique.store import models
from pratique.store.ids import make_id


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
    """The order was given to the traveller. Served again, because it was not understood, the last time counts.

    Raises `Refused`: `order_unknown`, `order_withdrawn`, `order_served` once it counts, `word_unknown`, and with its own code
    whatever would keep it from counting: nobody is handed a paper that says what will not be (`order_persons` before two
    have signed, `order_rank`, `order_too_far`, `order_served_late`).
    """
    if not service.language.strip():
        raise Refused("word_unknown", "say in which language it was served")
    with transaction.atomic():
        row = _lock(order)
        made = list_of(travellers=[row.traveller_id])
        mine = next(one for one in made if str(one.id) == str(order))
        if mine.served_at is not None and (mine.sort is core.Sort.REDUCE or _is_whole(mine)):
            raise Refused("order_served", "it was served already")
        _refuse_idle(mine, made, row.traveller_id, now)
        _step(
            order,
            SERVED,
            by,
            now,
            language=service.language,
            understood=service.understood,
            remedy_told=service.remedy_told,
        )


def _is_whole(order: core.Order) -> bool:
    return order.understood and order.remedy_told


def _refuse_idle(mine: core.Order, made: list[core.Order], traveller: UUID, now: datetime) -> None:
    """Refuse to serve what would change nothing if it were served now and understood."""
    as_served = replace(mine, served_at=now, understood=True, remedy_told=True)
    looked = release.look(traveller=traveller, now=now).release
    if looked is None or looked.base_end is None:
        faults = core.judge(order=as_served, rules=get_rules(), now=now)
    else:
        others = [one for one in made if one.id != mine.id]
        term = core.work_out(ends_at=looked.base_end, orders=[*others, as_served], rules=get_rules(), now=now)
        faults = term.faults.get(mine.id, ())
    if faults:
        raise Refused(faults[0].code, faults[0].because.partition(": ")[2])


def withdraw(*, order: UUID, because: str, by: UUID, now: datetime) -> None:
    """Take an order back that holds somebody or was not served: one person may, for it lets nobody stay longer.

    Raises `Refused`: `order_unknown`, `order_withdrawn`, `reason_missing`; `order_binds` for a reduction that was served:
    whoever is to stay longer after all is ordered so, by an extension of two that is served.
    """
    if not because.strip():
        raise Refused("reason_missing", "say why it is taken back")
    with transaction.atomic():
        row = _lock(order)
        served = models.StayOrderStep.objects.filter(order_id=order, step=SERVED).exists()
        if served and row.sort == core.Sort.REDUCE:
            raise Refused("order_binds", "it was served: a stay is made longer only by an extension of two")
        _step(order, WITHDRAWN, by, now, because=because.strip())


def tell_withdrawn(*, order: UUID, service: Service, by: UUID, now: datetime) -> None:
    """The traveller was told that the extension they had been given was taken back. Again is the same.

    Raises `Refused`: `order_unknown`, `word_unknown`; `order_not_withdrawn` where nothing that was served was taken back.
    """
    if not service.language.strip():
        raise Refused("word_unknown", "say in which language they were told")
    with transaction.atomic():
        if not models.StayOrder.objects.select_for_update().filter(id=order).exists():
            raise Refused("order_unknown", "there is no such order")
        steps = set(models.StayOrderStep.objects.filter(order_id=order).values_list("step", flat=True))
        if not {SERVED, WITHDRAWN} <= steps:
            raise Refused("order_not_withdrawn", "nothing that was served was taken back")
        if TOLD not in steps:
            _step(order, TOLD, by, now, language=service.language, understood=service.understood)


def waits_for_service(order: core.Order) -> bool:
    """Whether somebody is to go to the traveller about it: to serve it, or to tell that it was taken back."""
    if order.withdrawn_at is not None:
        return order.served_at is not None and order.told_at is None
    if len({str(one.person) for one in order.signatures}) < 2:
        return False
    return order.served_at is None or (order.sort is core.Sort.EXTEND and not _is_whole(order))


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
