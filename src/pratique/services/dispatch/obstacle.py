"""What is in the way of trips of a plan as things stand now: they are held against the problem of the moment, by the checker that every
plan is held against."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pratique.core.answers import Objection
from pratique.core.transport import check
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.services.dispatch.draft import Draft, Names
from pratique.services.dispatch.pose import Posed

GRACE_MINUTES = 15
"""A trip that can be done so much later is late and no more."""

GROWN = "somebody has come to their household since, and there is no room for all of them"
"""Why a household loses its trip that others keep."""

_ROOM = {f"transport-{code}" for code in ("capacity", "seats", "wheelchairs", "child-seats", "rooms")}
_OWN = {f"transport-{code}" for code in ("kind", "early", "destination", "accepts")}
"""What is wrong with one party, whoever rides along."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of a trip in force: the trip as it is kept, None if it is given up; the parties that it goes without, each with the
    reason; and what was in the way of the whole."""

    trip: Trip | None
    off: Mapping[int, str] = field(default_factory=dict)
    found: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is in the way of one trip: what is not there for it any more (a sort and an id), or else what the checker has against it,
    in the words of the problem that `document` writes."""

    draft: Draft
    code: str
    document: Mapping[str, Any]
    missing: tuple[tuple[str, UUID | None], ...] = ()
    because: str = ""


def keep_late(*, fitting: Fitting, trip: Trip, tick: int) -> tuple[Trip | None, tuple[Objection, ...]]:
    """Keep a trip, if need be later by up to `GRACE_MINUTES`: the trip as it is kept, or what is in its way at its own time."""
    found = fitting.keep(trip)
    if not found:
        return trip, ()
    for delay in range(tick, GRACE_MINUTES + 1, tick):
        late = replace(trip, start_at=trip.start_at + delay)
        if not fitting.keep(late):
            return late, ()
    return None, found


def keep_most(*, fitting: Fitting, trip: Trip, tick: int, grown: Collection[int] = ()) -> Kept:
    """Keep a trip as `keep_late` does; if it cannot be done, without those who broke it: households that have `grown` since its list
    was written and have no room in it now, or whoever is of another class or bound elsewhere, or not ready in time. What is wrong with
    its vehicle, crew or place is wrong for everybody, and the trip is given up."""
    late, found = keep_late(fitting=fitting, trip=trip, tick=tick)
    if late is not None:
        return Kept(late)
    fewer = replace(trip, parties=tuple(party for party in trip.parties if party not in grown))
    if grown and fewer.parties:
        late, _ = keep_late(fitting=fitting, trip=fewer, tick=tick)
        if late is not None:
            full = any(one.code in _ROOM for one in found)
            return Kept(late, dict.fromkeys(sorted(grown), GROWN if full else found[0].because), found)
    # First as many as a late start leaves; where the trip itself cannot be late, those who are ready when it is to start.
    latest = replace(trip, start_at=trip.start_at + GRACE_MINUTES // tick * tick)
    for at in (latest, trip):
        off = _list_breakers(fitting, at)
        fewer = replace(trip, parties=tuple(party for party in trip.parties if party not in off))
        if off and fewer.parties:
            late, _ = keep_late(fitting=fitting, trip=fewer, tick=tick)
            if late is not None:
                return Kept(late, off, found)
    return Kept(None, {}, found)


def _list_breakers(fitting: Fitting, trip: Trip) -> dict[int, str]:
    """The parties that could not ride in this trip even alone, and of the others all but the largest load that may ride together; why."""
    off: dict[int, str] = {}
    heads: dict[tuple[int, str], int] = defaultdict(int)
    parties = fitting.problem.parties
    for party in trip.parties:
        alone = Plan((replace(trip, parties=(party,)),))
        own = [one for one in check.breaches(problem=fitting.problem, plan=alone) if one.code in _OWN]
        if own:
            off[party] = own[0].because
        else:
            heads[parties[party].flight, parties[party].cls] += parties[party].size
    most = max(heads, key=lambda load: heads[load], default=None)
    for party in trip.parties:
        if party not in off and (parties[party].flight, parties[party].cls) != most:
            off[party] = "it mixes flights or classes"
    return off


def find(*, posed: Posed, drafts: Iterable[Draft], beside: Iterable[Draft] = ()) -> Obstacle | None:
    """The first thing that is in the way of these trips, `beside` those that stay whatever becomes of them; None where they can be done,
    if need be a little later, and everybody of them still waits as they did."""
    # When somebody will be ready is foreseen and moves with every scan; it is no fact.
    parties = {number: replace(one, ready_at=0) for number, one in posed.problem.parties.items()}
    names, fitting = Names(posed.document), Fitting(replace(posed.problem, parties=parties))
    fitting.keep_all(trip for trip in map(names.write, beside) if trip is not None)
    for one in sorted(drafts, key=lambda draft: draft.starts_at):
        trip = names.write(one)
        if trip is None:
            missing = names.list_missing(one)
            return Obstacle(one, missing[0][0], posed.document, missing)
        if names.read(trip).travellers != one.travellers:
            return Obstacle(one, "people", posed.document, (("people", None),))
        kept, found = keep_late(fitting=fitting, trip=trip, tick=names.tick)
        if kept is None:
            return Obstacle(one, found[0].code, posed.document, because=found[0].because)
    return None
