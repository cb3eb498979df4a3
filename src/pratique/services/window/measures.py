"""What was ordered for a traveller, as they see it and may object to it: measures, orders about the term, removals, being kept.

Under whichever of their wristbands it was written down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from pratique.core.custody.entry import Kind as Holder
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay.order import Order
from pratique.services.stay import orders
from pratique.store import models, rows
from pratique.store.queries.removals import ASKED, DROPPED
from pratique.store.withdrawn import without_withdrawn

STAY = "stay"
"""Being kept, whether or not a measure was written down: what it is about where somebody objects to that."""
REMOVAL = "removal"
KEPT_BY = frozenset({Holder.HALL, Holder.HOLDING, Holder.FACILITY, Holder.HOSPITAL})
BOTH = 2
"""An order is one once two have signed it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing ordered: `id` is that of its evidence or order, or `STAY`; `word` the measure, `extend`, `reduce`, `removal` or
    `stay`; `ordered_at` when (of being kept: since when). `order` stands for an order about the term, `receiver` for whom somebody is
    to be taken to, `because` for why: a word of `stay.removal`, or of an order the reason as it was written."""

    id: str
    word: str
    ordered_at: datetime
    order: Order | None = None
    receiver: models.Custodian | None = None
    because: str = ""

    @property
    def served_at(self) -> datetime | None:
        """When an order was given to them."""
        return self.order.served_at if self.order else None

    @property
    def ranks(self) -> tuple[str, ...]:
        """The ranks in which an order was signed."""
        return tuple(dict.fromkeys(one.rank for one in self.order.signatures)) if self.order else ()


def list_measures(*, traveller: UUID) -> list[models.Evidence]:
    """The measures ordered for this traveller and not taken back, the latest first."""
    return list(_find_evidence(traveller, "measure_ordered").order_by("-happened_at", "-seq"))


def _find_evidence(traveller: UUID, code: str) -> QuerySet[models.Evidence]:
    names = [str(name) for name in rows.list_names(traveller)]
    found = models.Evidence.objects.filter(subject_kind=Kind.TRAVELLER.value, subject_id__in=names, code=code)
    return without_withdrawn(found)


def list_orders(*, traveller: UUID) -> list[Measure]:
    """Orders about the term that two have signed, also those taken back after they were served, and removals asked for and not called
    off; the latest first."""
    found = [*_list_terms(traveller), *_list_removals(traveller)]
    return sorted(found, key=lambda one: one.ordered_at, reverse=True)


def _list_terms(traveller: UUID) -> Iterator[Measure]:
    for order in orders.list_of(travellers=[traveller]):
        signed = {one.person for one in order.signatures}
        if len(signed) >= BOTH and (order.withdrawn_at is None or order.served_at is not None):
            yield Measure(str(order.id), order.sort.value, order.ordered_at, order, because=order.reason)


def _list_removals(traveller: UUID) -> Iterator[Measure]:
    over = set(_find_evidence(traveller, DROPPED).values_list("about", flat=True))
    asked = [piece for piece in _find_evidence(traveller, ASKED) if str(piece.id) not in over]
    places = models.Custodian.objects.only("code", "kind", "name_zh", "name_en")
    known = {one.code: one for one in places.filter(code__in=[p.attributes["receiver"] for p in asked])}
    for piece in asked:
        told = piece.attributes
        receiver = known.get(told["receiver"])
        yield Measure(
            str(piece.id), REMOVAL, piece.happened_at, receiver=receiver, because=str(told.get("because", ""))
        )


def list_all(*, traveller: UUID) -> list[Measure]:
    """Everything ordered for them that was not taken back before it was served, and that they are kept; that first, then the latest."""
    found = list_orders(traveller=traveller)
    for piece in list_measures(traveller=traveller):
        found.append(Measure(str(piece.id), str(piece.attributes.get("measure", "")), piece.happened_at))
    found.sort(key=lambda one: one.ordered_at, reverse=True)
    position = models.Position.objects.filter(traveller_id=traveller, inside=True).first()
    kept = [Measure(STAY, STAY, position.since_at)] if position and position.holder_kind in KEPT_BY else []
    return kept + found


def list_open_to_objection(*, traveller: UUID) -> list[Measure]:
    """Of all that those that were not taken back: to these they may object."""
    return [
        one for one in list_all(traveller=traveller) if one.order is None or one.order.withdrawn_at is None
    ]


def list_ids(*, traveller: UUID, about: str) -> list[UUID]:
    """The ids of the evidence or orders that an objection is about: of being kept, everything that is ordered for them."""
    if about != STAY:
        return [UUID(about)]
    return [UUID(one.id) for one in list_open_to_objection(traveller=traveller) if one.id != STAY]


def list_who_ordered(*, traveller: UUID, about: str) -> set[UUID]:
    """Who ordered or signed what an objection is about."""
    ids = list_ids(traveller=traveller, about=about)
    ordered = models.Evidence.objects.filter(id__in=ids).values_list("by_id", flat=True)
    signed = models.StayOrderStep.objects.filter(order_id__in=ids, step=orders.SIGNED)
    return {one for one in (*ordered, *signed.values_list("by_id", flat=True)) if one is not None}


def list_roles() -> dict[str, str]:
    """In which role each measure and removal was ordered, by its id, of the traveller of this connection's visit: their page knows
    roles and no colleague."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT thing, role FROM window_ordered()")
        return {str(thing): role for thing, role in cursor.fetchall()}


def name_measures(*, about: list[str]) -> dict[str, str]:
    """The word of each of these things, by its id."""
    ids = [UUID(one) for one in about if one and one != STAY]
    found = {one: STAY for one in about if one == STAY}
    for piece in models.Evidence.objects.filter(id__in=ids):
        found[str(piece.id)] = REMOVAL if piece.code == ASKED else str(piece.attributes.get("measure", ""))
    for order in models.StayOrder.objects.filter(id__in=ids):
        found[str(order.id)] = order.sort
    return found
