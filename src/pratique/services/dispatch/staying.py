"""Whoever a dispatcher keeps off every trip: they stay behind, and later plans keep it until somebody lets plans take them again.

It is written where the plan says who stays and why, as everything pinned is part of a plan: the proposal that stands says it, or else
the plan in force. Whoever has come into another class since, a contact, a case, is another load and is planned again.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from pratique.core.transport.plan import Plan, Reason
from pratique.core.transport.problem import TransportProblem, TravellerClass
from pratique.services.dispatch.draft import Names
from pratique.store import models

BY_HAND = "by-hand"
"""The code of the reason for which they stay."""
BECAUSE, REMEDY = "taken off by hand", "put it on a trip, or let plans take it again"
_KEPT_BACK = "~kept-back"
"""The class, carried by nothing, in which a planner sees them: they cost what they cost, unmoved."""


def read(*, plan: models.Plan) -> frozenset[int]:
    """The parties that a plan keeps back by hand, in its own numbers."""
    return frozenset(row["party"] for row in plan.unmoved if row["code"] == BY_HAND)


def find(*, names: Names, plan: models.Plan | None) -> frozenset[int]:
    """Those of a new problem whom this plan keeps back: everybody of the party, in the class they were in."""
    parties = read(plan=plan) if plan is not None else frozenset()
    if plan is None or not parties:
        return frozenset()
    before = Names(plan.document)
    known = {who: before.rows[party]["cls"] for party in parties for who in before.parties[party]}
    return frozenset(
        party
        for party, members in names.parties.items()
        if all(known.get(who) == names.rows[party]["cls"] for who in members)
    )


def list_travellers(*, names: Names, parties: Collection[int]) -> frozenset[UUID]:
    """Who they are."""
    return frozenset().union(*(names.parties[party] for party in parties))


def hold_back(*, problem: TransportProblem, parties: Collection[int]) -> TransportProblem:
    """The problem in which nothing may carry them: whoever plans it, and whoever checks the plan, leaves them."""
    if not parties:
        return problem
    return replace(
        problem,
        classes={**problem.classes, _KEPT_BACK: TravellerClass(_KEPT_BACK, {})},
        parties={
            number: replace(one, cls=_KEPT_BACK) if number in parties else one
            for number, one in problem.parties.items()
        },
    )


def explain(*, plan: Plan, parties: Collection[int]) -> Plan:
    """The plan with the reason for which they stay."""
    others = (one for one in plan.unmoved if one.party not in parties)
    kept_back = (Reason(party, BY_HAND, BECAUSE, REMEDY) for party in sorted(parties))
    return Plan(plan.trips, (*others, *kept_back))


def mark(*, changes: list[dict[str, Any]], parties: Collection[int]) -> list[dict[str, Any]]:
    """A stored diff that says of them that it was no choice of the planner's."""
    for change in changes:
        if change["party"] in parties and not change["must"]:
            change["because"] = "changed by hand"
    return changes
