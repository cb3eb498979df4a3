"""Trips in force that cannot be done any more, and why; a new plan is proposed by itself when there are any, or when people stand
on the road whom nobody fetches.

A late flight, a broken vehicle, somebody of a crew who is away or held, a facility that is full, a class that changed: whatever it
was, the trip is held against the problem of the moment, by the checker that every plan is held against. One that can be done a
little later is late and no more; one that only some of its people broke goes without them. Nothing is adopted: that is for somebody to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.core.transport.fitting import Fitting
from pratique.services.dispatch import bedless, draft, obstacle, plans, searches
from pratique.services.dispatch.draft import Draft, Names
from pratique.services.dispatch.plans import GOOD_MINUTES
from pratique.services.dispatch.pose import Posed, pose
from pratique.store import models
from pratique.store.queries import origins


@dataclass(frozen=True, slots=True)
class Broken:
    """A trip in force that cannot be done as it stands: what is not there for it any more (a sort and an id), or else what the
    checker has against it, in the words of the problem. Where only some of its people broke it, they are `off` and it goes without them."""

    trip: UUID
    missing: tuple[tuple[str, UUID | None], ...] = ()
    because: str = ""
    off: frozenset[UUID] = frozenset()


def find(*, posed: Posed) -> tuple[Broken, ...]:
    """The trips of a plan in force that this problem does not allow, each with what is in its way; one made by hand is its
    maker's."""
    planned = [trip for trip in posed.changeable if trip.plan_id is not None]
    names, fitting = Names(posed.document), Fitting(posed.problem)
    drafts = sorted(
        (draft.of_trip(trip) for trip in planned),
        key=lambda one: (not one.pinned, one.starts_at, str(one.trip)),
    )
    return tuple(_judge(names, fitting, drafts))


def _judge(names: Names, fitting: Fitting, drafts: Iterable[Draft]) -> Iterable[Broken]:
    for one in drafts:
        trip, name = names.write(one), one.trip
        assert name is not None  # it is in force
        if trip is None:
            yield Broken(name, names.list_missing(one))
            continue
        grown = names.list_grown(one.travellers)
        kept = obstacle.keep_most(fitting=fitting, trip=trip, tick=names.tick, grown=grown)
        if kept.trip is None:
            yield Broken(name, because=kept.found[0].because)
        elif kept.off:
            yield Broken(name, because=next(iter(kept.off.values())), off=names.list_members(kept.off))


def heed(*, now: datetime, search: searches.Order | None = None) -> int:
    """Propose a plan where a trip in force has become impossible, or people stand on the road whom none fetches, and no proposal
    deals with it yet; and write down who has no bed in a hospital. How many were proposed. With `search` a better one is looked for
    from then on, as behind a dispatcher's own.

    Whoever refused a proposal is not asked again about the same trips and people for as long as a proposal is good.
    """
    in_force = plans.find_adopted() is not None and bool(plans.list_changeable())
    planned = in_force or bool(origins.list_stranded())
    if not planned and not bedless.may_lack(now=now):
        return 0
    posed = pose(now=now)
    bedless.heed(posed=posed, now=now)
    if not planned:
        return 0
    found, stranded = find(posed=posed), list_stranded(posed=posed)
    if not (found or stranded) or _is_answered(found, stranded, now):
        return 0
    try:
        searches.make_way()
        plans.propose(by=None, now=now, search=search)
    except Refused:  # nobody waits any more
        return 0
    return 1


def list_stranded(*, posed: Posed) -> frozenset[UUID]:
    """Who stands on the road and is on the list of no trip in force."""
    names = Names(posed.document)
    listed = {line.traveller_id for trip in posed.changeable for line in trip.lines.all()}
    on_road = (
        members for party, members in names.parties.items() if names.find_origin((party,)) in names.roads
    )
    return frozenset().union(*on_road) - listed


def _is_answered(found: tuple[Broken, ...], stranded: frozenset[UUID], now: datetime) -> bool:
    last: Any = models.Plan.objects.order_by("-made_at", "-id").first()
    if last is None or now - last.made_at > timedelta(minutes=GOOD_MINUTES):
        return False
    seen = {UUID(who) for row in last.document["parties"] for who in row["travellers"] if row.get("origin")}
    if not stranded <= seen:
        return False
    if last.state == "refused":
        known = {UUID(trip): {*map(UUID, off)} for trip, off in last.document.get("broken", {}).items()}
        return all(
            one.trip in known and (not known[one.trip] or bool(one.off) and one.off <= known[one.trip])
            for one in found
        )
    kept = {one.trip: one.travellers for one in plans.list_drafts(plan=last)}
    return bool(
        last.state == "proposed"
        and all(one.trip not in kept or (one.off and not one.off & kept[one.trip]) for one in found)
    )
