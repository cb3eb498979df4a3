"""What changes between two plans, for whom, why, and what it would cost not to change it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import Party, TransportProblem


@dataclass(frozen=True, slots=True)
class PartyChange:
    """One party's change; `what` is new, moved or dropped, `fields` are those of its trip that differ.

    `cost_of_not` is the objective's loss if only this change were refused: for somebody whose old trip is gone, the
    price of staying unmoved less that of going; for a change of choice, the difference the party itself feels
    (below zero if others gain by its waiting).
    """

    party: int
    persons: int
    what: str
    fields: tuple[str, ...]
    before: Trip | None
    after: Trip | None
    because: str
    must: bool
    cost_of_not: float


@dataclass(frozen=True, slots=True)
class Diff:
    """Changes by party (those that must first), the objective after the least repair and after the plan shown."""

    changes: tuple[PartyChange, ...]
    unchanged: int
    cost_if_only_repaired: float
    cost: float


def compare(
    *, problem: TransportProblem, before: Plan, after: Plan, because: Mapping[int, str], repaired: float
) -> Diff:
    """The diff from the plan in force to the proposed one; `because` names who lost the old trip and why."""
    old, new = _by_party(before), _by_party(after)
    changes = []
    for party in sorted(problem.parties.values(), key=lambda one: one.id):
        was, now = old.get(party.id), new.get(party.id)
        fields = _differing(was, now)
        if fields:
            changes.append(_party_change(problem, party, (was, now), fields, because.get(party.id)))
    changes.sort(key=lambda one: (not one.must, -one.cost_of_not, one.party))
    cost = check.cost(problem=problem, plan=after).total
    return Diff(tuple(changes), len(problem.parties) - len(changes), repaired, cost)


def _by_party(plan: Plan) -> dict[int, Trip]:
    return {party: trip for trip in plan.trips for party in trip.parties}


def _differing(was: Trip | None, now: Trip | None) -> tuple[str, ...]:
    """What the party would have to be told: another vehicle, time or place (who else rides along is not its affair)."""
    if was is None and now is None:
        return ()
    if was is None or now is None:
        return ("trip",)
    pairs = (
        ("start", was.start_at, now.start_at),
        ("dest", was.dest, now.dest),
        ("vehicle", was.vehicle, now.vehicle),
    )
    return tuple(name for name, one, other in pairs if one != other)


def _party_change(
    problem: TransportProblem,
    party: Party,
    trips: tuple[Trip | None, Trip | None],
    fields: tuple[str, ...],
    because: str | None,
) -> PartyChange:
    was, now = trips
    must = because is not None
    unmoved = problem.weights.unmoved * party.size
    feels = unmoved if now is None else _waiting(problem, party, now)
    if must or was is None:
        cost_of_not = unmoved - feels
    else:
        cost_of_not = _waiting(problem, party, was) - feels
    what = "new" if was is None else "dropped" if now is None else "moved"
    reason = because or ("it had no trip" if was is None else "the plan as a whole costs less")
    return PartyChange(party.id, party.size, what, fields, was, now, reason, must, cost_of_not)


def _waiting(problem: TransportProblem, party: Party, trip: Trip) -> float:
    weights = problem.weights
    minutes = max(0, check.boards_at(problem=problem, trip=trip) - party.ready_at)
    return party.size * (
        weights.wait * minutes + weights.wait_excess * max(0, minutes - weights.excess_after)
    )
