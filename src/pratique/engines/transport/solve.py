"""Plan transport: hand dispatch at once, then search beside a proven bound, until told to stop.

Search and bound run in two threads (their compiled cores release the interpreter) and help each other: the bound's
prices guide whole-group moves, the best plan tells the bound how far it may still rise.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.core.transport.plan import Plan
from pratique.core.transport.problem import TransportProblem
from pratique.engines.transport import greedy
from pratique.engines.transport.assign import assign, loads_of
from pratique.engines.transport.bound import Bound
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Layout, lay_out
from pratique.engines.transport.reasons import explain
from pratique.engines.transport.search import Search

HOT, COLD = 80.0, 3.0
_CHUNK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after `seconds`: the best plan's objective and the proven bound."""

    seconds: float
    objective: float
    bound: float


@dataclass(frozen=True, slots=True)
class Result:
    """A plan without breaches, its cost, a proven lower bound, and when the first and the best plan were there."""

    plan: Plan
    cost: check.Cost
    bound: float
    first_seconds: float
    best_seconds: float
    seconds: float
    history: tuple[Progress, ...]

    @property
    def gap(self) -> float:
        """How much cheaper any plan could at most be, as a share of the bound."""
        if self.bound <= 0:
            return 0.0 if self.cost.total <= 1e-6 else math.inf
        return max(0.0, self.cost.total / self.bound - 1)


@dataclass(slots=True)
class _Run:
    """What the two threads share."""

    layout: Layout
    base: float
    end_at: float
    stop: threading.Event
    best: float = math.inf
    bound: float = 0.0
    guide: tuple[object, object] | None = None
    failure: BaseException | None = None
    history: list[Progress] = field(default_factory=list)


def solve(
    *,
    problem: TransportProblem,
    seconds: float,
    start: Plan | None = None,
    stop: threading.Event | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Result:
    """The best plan found in about `seconds` (or until `stop` is set); `tell` hears of every better plan.

    The plan never breaks a rule of the core's checker; whoever cannot be moved is named with a reason. With `start`
    the search begins there, cool, so that it changes what helps and leaves the rest. Refused if pins contradict
    each other.
    """
    if faults := check.contradictions(problem=problem):
        raise Refused(faults[0].code, f"{faults[0].where}: {faults[0].message}")
    began = time.monotonic()
    layout = lay_out(problem=problem)
    base = _cost_of_pins(problem)
    run = _Run(layout, base, began + seconds, stop or threading.Event())
    plan, cost, loads = _first(layout, min(1.0, seconds), start)
    first_seconds = best_seconds = time.monotonic() - began
    run.best = cost.total

    def note(objective: float) -> None:
        run.history.append(Progress(time.monotonic() - began, objective, run.bound))
        if tell is not None:
            tell(run.history[-1])

    note(cost.total)
    if loads and seconds > 0 and time.monotonic() < run.end_at:
        prover = threading.Thread(target=_prove, args=(run,), daemon=True)
        prover.start()
        search = _search(run, loads, COLD if start else HOT, note)
        run.stop.set() if stop is None else None
        prover.join(timeout=max(0.0, run.end_at - time.monotonic()) + 60)
        better, better_cost = _finish(layout, search.best_loads())
        if better_cost.total < cost.total:
            plan, cost = better, better_cost
            best_seconds = max((one.seconds for one in run.history), default=first_seconds)
    if run.failure is not None:
        raise run.failure
    note(cost.total)
    plan = Plan(plan.trips, explain(layout=layout, plan=plan))
    bound = min(max(run.bound, base), cost.total)
    elapsed = time.monotonic() - began
    return Result(plan, cost, bound, first_seconds, best_seconds, elapsed, tuple(run.history))


def _first(layout: Layout, seconds: float, start: Plan | None) -> tuple[Plan, check.Cost, tuple[Load, ...]]:
    """The best hand dispatch of several holding times, as many as fit into `seconds`."""
    end_at = time.monotonic() + seconds
    best: tuple[Plan, check.Cost, tuple[Load, ...]] | None = None
    keep = loads_of(layout=layout, plan=start) if start is not None else ()
    for hold in reversed(greedy.HOLDS_MINUTES):
        loads = greedy.dispatch(layout=layout, hold_minutes=hold, keep=keep)
        plan, cost = _finish(layout, loads)
        if best is None or cost.total < best[1].total:
            best = (plan, cost, loads)
        if time.monotonic() > end_at - seconds / 2:
            break
    assert best is not None
    return best


def _finish(layout: Layout, loads: tuple[Load, ...]) -> tuple[Plan, check.Cost]:
    """The concrete plan of some loads, believed only after the core's check."""
    plan, _ = assign(layout=layout, loads=loads)
    found = check.breaches(problem=layout.problem, plan=plan)
    if found:
        raise AssertionError(f"an engine broke a rule: {found[0].code} {found[0].subject} {found[0].because}")
    return plan, check.cost(problem=layout.problem, plan=plan)


def _search(run: _Run, loads: tuple[Load, ...], hot: float, note: Callable[[float], None]) -> Search:
    search = Search(layout=run.layout, loads=loads, seed=1)
    start_at = time.monotonic()
    span = max(run.end_at - start_at, 1e-3)
    turns = 200
    followed = None
    while (now := time.monotonic()) < run.end_at and not run.stop.is_set():
        done = (now - start_at) / span
        before = search.best_cost
        search.run(temperature=hot * (COLD / hot) ** done, turns=turns)
        if search.best_cost < before:
            run.best = min(run.best, search.best_cost + run.base)
            note(run.best)
        took = time.monotonic() - now
        turns = max(50, min(50_000, int(turns * min(2.0, _CHUNK_SECONDS / max(took, 1e-4)))))
        if run.guide is not followed and run.guide is not None:
            followed = run.guide
            search.follow(guide=followed[0], liking=followed[1])  # type: ignore[arg-type]
    return search


def _prove(run: _Run) -> None:
    """Raise the bound until time is up; what goes wrong here is raised in the caller."""
    try:
        prover = Bound(layout=run.layout)
        while time.monotonic() < run.end_at and not run.stop.is_set():
            height = prover.best
            prover.step(target=run.best - run.base)
            run.bound = max(run.bound, prover.best + run.base)
            if prover.best > height:
                run.guide = prover.guide()
    except BaseException as failure:  # handed to the caller's thread
        run.failure = failure


def _cost_of_pins(problem: TransportProblem) -> float:
    """What the pinned trips cost by themselves; every plan pays it."""
    plan, _ = assign(layout=lay_out(problem=problem), loads=())
    cost = check.cost(problem=problem, plan=plan)
    return cost.total - cost.unmoved
