"""How far orders moved the end of stays, as records of the register: what follows the term is owed by the term as it was served."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pratique.core.duties import register
from pratique.core.duties.edition import Rulebook
from pratique.core.duties.evidence import Evidence, EvidenceId, Subject
from pratique.core.duties.vocabulary import Kind
from pratique.core.stay import release
from pratique.core.stay.order import Order, list_moves
from pratique.services.stay import orders
from pratique.store import models


def list_records(
    *, subjects: Iterable[Subject], records: Iterable[Evidence], rulebook: Rulebook, now: datetime
) -> list[Evidence]:
    """A record `term` of each of these travellers for each moment at which an order that counts was served or taken back."""
    people = {str(one.id): one for one in subjects if one.kind is Kind.TRAVELLER}
    ordered: dict[str, list[Order]] = defaultdict(list)
    for order in orders.list_of(travellers=[UUID(name) for name in people]) if people else ():
        if order.served_at is not None:
            ordered[str(order.traveller)].append(order)
    rules = orders.find_rules() if ordered else None
    if rules is None:
        return []
    known = defaultdict(list)
    for piece in records:
        known[str(piece.subject)].append(piece)
    found = []
    for name, own in ordered.items():
        account = register.duties_of(
            subject=people[name], evidence=known[name], waivers=(), rulebook=rulebook, now=now
        )
        ends_at = release.find_base_end(account=account, now=now)
        if ends_at is None:
            continue
        for at, days in list_moves(ends_at=ends_at, orders=own, rules=rules, now=now):
            told = EvidenceId(f"term/{name}/{at.isoformat()}")
            found.append(
                Evidence(told, Kind.TRAVELLER, people[name].id, "term", at, attributes={"days": days})
            )
    return found


def list_touched(*, after: int) -> set[UUID]:
    """Whose orders were signed, served or taken back since this entry of the book."""
    steps = models.StayOrderStep.objects.filter(seq__gt=after).values("order_id")
    return set(models.StayOrder.objects.filter(id__in=steps).values_list("traveller_id", flat=True))
