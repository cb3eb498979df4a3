"""Trips and rooms planned anew when a case changes who may ride or stay with whom.

A list of a trip that has not begun to board loses whoever may not ride with the others any more; a proposal made before is
replaced by another, which keeps what was pinned by hand. What boards or is on the road cannot be changed from here: it is named. Of rooms nothing is
written: whoever is beside people of another class stands on reception's page with a room proposed, worked out as it is read.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services.dispatch import means, people, plans, searches, settings
from pratique.services.stay import rooms
from pratique.store import locks, models
from pratique.store.queries import stays


@dataclass(frozen=True, slots=True)
class Replanned:
    """Who was struck off which trips, by code; trips that board or run with somebody whose class changed; the new proposal; and
    per facility that has somebody of them how many must change rooms there now."""

    struck: dict[str, tuple[UUID, ...]]
    under_way: tuple[str, ...]
    proposal: UUID | None
    houses: dict[UUID, int] = field(default_factory=dict)


def replan(
    *,
    travellers: Collection[UUID],
    by: UUID | None,
    now: datetime,
    search: searches.Order | None = None,
) -> Replanned:
    """Plan anew around these travellers, whose class has changed; with `search` a better plan is looked for from then on. Nothing is
    adopted: a dispatcher does that."""
    if not travellers:
        return Replanned({}, (), None)
    with transaction.atomic():
        locks.hold_in_transaction(locks.DISPATCH)
        planned = plans.find_proposed() is not None or plans.find_adopted() is not None
        opened = means.list_open()
        _, changeable = means.split(opened=opened)
        struck = _strike(changeable, set(travellers), now)
    held = models.Position.objects.filter(traveller_id__in=travellers).values_list("holder_id", flat=True)
    fixed = {trip.id for trip in changeable}
    named = models.BoardingLine.objects.filter(traveller_id__in=travellers).values_list("trip_id", flat=True)
    touched = set(held) | set(named)
    on_the_way = [t.id for t in opened if t.id not in fixed and t.id in touched]
    codes = dict(models.Custodian.objects.filter(id__in=[*struck, *on_the_way]).values_list("id", "code"))
    return Replanned(
        {codes[trip]: off for trip, off in struck.items()},
        tuple(sorted(codes[trip] for trip in on_the_way)),
        _propose(by, now, search) if planned else None,
        _count_moves(travellers, now),
    )


def _count_moves(travellers: Collection[UUID], now: datetime) -> dict[UUID, int]:
    houses = sorted(set(stays.find_houses(travellers=travellers).values()))
    moves = {one: rooms.count_misplaced(custodian=one, now=now) for one in houses}
    return {one: count for one, count in moves.items() if count}


def _strike(
    changeable: Collection[Any], travellers: set[UUID], now: datetime
) -> dict[UUID, tuple[UUID, ...]]:
    """Take those off the lists who may not ride with most of the others there."""
    found = people.find(now=now, rules=settings.get_rules(now=now), taken=frozenset())
    classes = {one.traveller: group.cls for group in found.groups for one in group.members}
    struck: dict[UUID, tuple[UUID, ...]] = {}
    for trip in changeable:
        riders = [line.traveller_id for line in trip.lines.all()]
        sorts = Counter(classes.get(who, people.ORDINARY) for who in riders)
        if len(sorts) < 2 or not travellers & set(riders):
            continue
        stays = sorts.most_common(1)[0][0]
        off = tuple(who for who in riders if classes.get(who, people.ORDINARY) != stays)
        models.BoardingLine.objects.filter(trip_id=trip.id, traveller_id__in=off).delete()
        struck[trip.id] = off
    return struck


def _propose(by: UUID | None, now: datetime, search: searches.Order | None) -> UUID | None:
    searches.make_way()
    try:
        plan: Any = plans.propose(by=by, now=now, search=search)
    except Refused:  # nobody waits any more, and what was proposed before is for nobody
        with transaction.atomic():
            locks.hold_in_transaction(locks.DISPATCH)
            plans.replace_proposed(now=now)
        return None
    made: UUID = plan.id
    return made
