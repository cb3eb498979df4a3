"""Orders about stays that wait for somebody: for a second signature, or to be served on whoever they are about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.stay import order as core
from pratique.services.stay import orders, term
from pratique.store import models, rows
from pratique.store.queries import deaths


@dataclass(frozen=True, slots=True)
class Paper:
    """One order that waits: whose stay, their code, who holds them now, in which room, and who signed so far."""

    order: core.Order
    traveller: UUID
    code: str
    holder: UUID
    room: str
    signers: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a second signature, and what is signed and waits to be served or told; the longest waiting first."""

    to_sign: tuple[Paper, ...]
    to_serve: tuple[Paper, ...]


def list_waiting(*, holder: UUID | None = None) -> Waiting:
    """Every order that waits, about people who are in the loop and alive; `holder`: only about whom this place has."""
    ordered = set(models.StayOrder.objects.values_list("traveller_id", flat=True))
    names = rows.read_names(ordered)
    inside = models.Position.objects.filter(
        inside=True, traveller_id__in={one for own in names.values() for one in own}
    )
    if holder is not None:
        inside = inside.filter(holder_id=holder)
    held = {row.traveller_id: row.holder_id for row in inside}
    here = {
        own[0]: next(held[one] for one in own if one in held)
        for own in names.values()
        if held.keys() & set(own)
    }
    dead = deaths.find_confirmed(travellers=here)
    found = [
        one
        for one in orders.list_of(travellers=here.keys() - dead.keys())
        if is_unsigned(one) or term.waits_for_service(one)
    ]
    people = models.Traveller.objects.in_bulk([UUID(str(one.traveller)) for one in found])
    papers = [_make(one, people, here) for one in sorted(found, key=lambda one: one.ordered_at)]
    return Waiting(
        tuple(one for one in papers if is_unsigned(one.order)),
        tuple(one for one in papers if not is_unsigned(one.order)),
    )


def _make(order: core.Order, people: dict[UUID, models.Traveller], here: dict[UUID, UUID]) -> Paper:
    who = UUID(str(order.traveller))
    signers = tuple(UUID(str(one.person)) for one in order.signatures)
    return Paper(order, who, people[who].code, here[who], people[who].room, signers)


def is_unsigned(order: core.Order) -> bool:
    """Whether an order waits for its second signature."""
    return order.withdrawn_at is None and len({str(one.person) for one in order.signatures}) < 2


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a list of orders: signed, or not, each with the refusal's code."""

    done: tuple[UUID, ...]
    refused: tuple[tuple[UUID, Refused], ...]


def sign_all(*, chosen: Iterable[UUID], by: UUID, now: datetime) -> Signed:
    """The second signature under each of these; what cannot be signed is named, the others are."""
    done: list[UUID] = []
    refused: list[tuple[UUID, Refused]] = []
    for one in dict.fromkeys(chosen):
        try:
            with transaction.atomic():
                term.sign(order=one, by=by, now=now)
            done.append(one)
        except Refused as why:
            refused.append((one, why))
    return Signed(tuple(done), tuple(refused))
