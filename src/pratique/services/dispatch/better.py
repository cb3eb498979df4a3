"""A proposal bettered in the background, by a process of its own: each better plan takes its place while it stands untouched.

What is found is of the same facts as the proposal, and is held against the problem of the moment before anybody sees it. A better
plan has another id, so that nobody changes by hand what they have not seen; `searches.find_latest` leads from the old one to it.
"""

import logging
import threading
import time as stopwatch
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.transport import check, diff
from pratique.core.transport.problem import TransportProblem
from pratique.engines.anytime import Moment
from pratique.engines.transport.solve import Drawn, solve
from pratique.services.dispatch import obstacle, plans, searches, staying
from pratique.services.dispatch.draft import Names
from pratique.services.dispatch.pose import pose
from pratique.store import locks, models
from pratique.store.ids import make_id

KEEP_SECONDS = 2.0
"""A proposal is replaced no more often."""
BETTER = 1.0
"""What saves less than this replaces nothing: a person who waits a minute."""

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a search works on: the problem of the proposal with its pins, what is in force in its numbers, why trips are lost, and
    the parties that are kept back by hand."""

    problem: TransportProblem
    names: Names
    in_force: plans.InForce
    repaired: float
    kept_back: frozenset[int]


def work(*, clock: Clock, wall: Clock) -> bool:
    """Better the proposal whose search waits, if one does; whether one did. Meant for a process of its own.

    `clock` is the port's, `wall` the world's. It ends when its seconds are over, when no plan can be better, and as soon as the
    proposal is settled, changed by hand or not possible any more.
    """
    row: Any = searches.take(wall=wall())
    if row is None:
        return False
    search = _Search(row, clock, wall)
    try:
        search.run()
    except BaseException:
        searches.end(plan=search.plan, because="failed")
        raise
    return True


def _read_ground(row: Any) -> _Ground:
    names, kept_back = Names(row.document), staying.read(plan=row)
    problem = staying.hold_back(problem=plans.read_problem(plan=row), parties=kept_back)
    in_force = plans.find_in_force(
        problem=problem, names=names, drafts=plans.list_changeable(), standing=row, kept_back=kept_back
    )
    must = {one["party"]: one["because"] for one in row.diff if one["must"]}
    in_force = replace(in_force, because=must | dict(in_force.because))
    pinned = replace(problem, pins=plans.list_pins(in_force=in_force))
    return _Ground(pinned, names, in_force, float(row.cost["if_only_repaired"]), kept_back)


class _Search:
    """One search; `plan` is the id of the proposal that stands, as this process knows it."""

    def __init__(self, row: Any, clock: Clock, wall: Clock) -> None:
        self.plan = row.id
        self._row = row
        self._clock, self._wall = clock, wall
        self._objective = float(row.objective)
        self._trips = row.trips
        self._stop = threading.Event()
        self._keep_at = 0.0

    def run(self) -> None:
        """Search until there is a reason to end, and say which."""
        row = self._row
        self._ground = ground = _read_ground(row)
        standing = plans.read_plan(plan=row)
        if check.breaches(problem=ground.problem, plan=standing):
            searches.end(plan=self.plan, because="changed")
            return
        # Where nothing is in force nobody was told anything: the whole day may be laid out anew.
        start = standing if ground.in_force.base.trips or ground.problem.pins else None
        seconds = row.cost["search"]["seconds"]
        try:
            result = solve(
                problem=ground.problem, seconds=seconds, start=start, stop=self._stop, watch=self._watch
            )
        except Refused:  # pins that contradict each other: what was pinned has changed
            searches.end(plan=self.plan, because="changed")
            return
        if self._stop.is_set() or not self._heard(min(result.seconds, seconds), result.bound):
            return
        self._offer(Drawn(result.plan, result.cost), result.bound)
        searches.end(plan=self.plan, because="proven" if self._is_proven(result.bound) else "done")

    def _is_proven(self, bound: float) -> bool:
        """Whether nothing better than what stands can be found: the search itself may be on a worse plan and not know."""
        return bound > self._objective - BETTER

    def _watch(self, moment: Moment[Drawn]) -> None:
        heard = moment.progress
        if not self._heard(heard.seconds, heard.bound):
            self._stop.set()
            return
        if self._is_proven(heard.bound):
            searches.end(plan=self.plan, because="proven")
            self._stop.set()
            return
        if heard.objective > self._objective - BETTER or stopwatch.monotonic() < self._keep_at:
            return
        self._offer(moment.draw(), heard.bound)
        self._keep_at = stopwatch.monotonic() + KEEP_SECONDS

    def _heard(self, seconds: float, bound: float) -> bool:
        """Say how far the search is; whether it is still wanted. One whose facts are too old to be adopted is not."""
        if self._clock() - self._row.made_at > timedelta(minutes=plans.GOOD_MINUTES):
            searches.end(plan=self.plan, because="changed")
            return False
        return searches.hear(plan=self.plan, gone=seconds, bound=bound, wall=self._wall())

    def _offer(self, drawn: Drawn, bound: float) -> None:
        """Put a plan in the place of the proposal, if it is better and can still be done."""
        if drawn.cost.total > self._objective - BETTER:
            return
        values = _write(self._ground, self._row, drawn)
        drafts = [self._ground.names.read(trip) for trip in drawn.plan.trips]
        found = obstacle.find(posed=pose(now=self._clock()), drafts=drafts)
        if found is not None:
            log.info("a better plan cannot be done any more (%s): the search for one ends", found.code)
            searches.end(plan=self.plan, because="changed")
            self._stop.set()
            return
        with transaction.atomic():
            locks.hold_in_transaction(locks.DISPATCH)
            row: Any = searches.get_open(plan=self.plan)
            if (
                row is None or row.trips != self._trips
            ):  # settled meanwhile, or a trip of it was pinned or has another crew
                searches.end(plan=self.plan, because="edited")
                self._stop.set()
                return
            search = row.cost["search"]
            search |= {
                "found": search["found"] + 1,
                "left": plans.count_left(problem=self._ground.problem, plan=drawn.plan),
                "before": [*search["before"], str(row.id)],
            }
            values["cost"] |= {"in_force": row.cost.get("in_force", {}), "search": search}
            values |= {"id": make_id(), "bound": min(max(row.bound, bound), drawn.cost.total)}
            models.Plan.objects.filter(id=row.id).update(**values)
        self.plan, self._objective, self._trips = values["id"], drawn.cost.total, values["trips"]


def _write(ground: _Ground, row: Any, drawn: Drawn) -> dict[str, Any]:
    """A better plan as it is stored, with what it changes against what is in force."""
    found = check.breaches(problem=ground.problem, plan=drawn.plan)
    if found:
        raise AssertionError(f"the planner broke a rule: {found[0].subject}: {found[0].because}")
    changes = diff.compare(
        problem=ground.problem,
        before=ground.in_force.base,
        after=drawn.plan,
        because=ground.in_force.because,
        repaired=ground.repaired,
    )
    cost = plans.write_cost(cost=drawn.cost, repaired=ground.repaired, left={})
    plan = staying.explain(plan=drawn.plan, parties=ground.kept_back)
    return plans.write_trips(plan=plan, in_force=ground.in_force) | {
        "diff": staying.mark(changes=plans.write_diff(found=changes), parties=ground.kept_back),
        "cost": cost,
        "objective": drawn.cost.total,
    }
