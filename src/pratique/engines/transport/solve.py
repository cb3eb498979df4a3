"""Plan transport: hand dispatch at once, then search beside a proven bound, until told to stop.

Search and bound run in two threads (their compiled cores release the interpreter) and help each other: the bound's
prices guide whole-group moves, the best plan tells the bound how far it may still rise.
"""

import atexit
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Reason
from pratique.core.transport.problem import TransportProblem
from pratique.engines.anytime import Moment, Progress, compute_gap
from pratique.engines.transport import away, greedy, needs
from pratique.engines.transport.assign import assign, loads_of
from pratique.engines.transport.bound import Bound
from pratique.engines.transport.branch import Tree
from pratique.engines.transport.columns import Column, Dual
from pratique.engines.transport.dive import Dive, complete, near
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Layout, lay_out
from pratique.engines.transport.reasons import explain
from pratique.engines.transport.search import Search

HOT, COLD = 80.0, 3.0
_HALF, _WARM = 20.0, 8.0
_CHUNK_SECONDS = 0.05
_DIVE_FROM_SECONDS = 3.0
_FOLLOW_SECONDS = 5.0
_CHOOSE_SECONDS, _MEND_LONGER = 3.0, 3.0
_HELP_SECONDS = 8.0
_EARLY_SHARE, _LATE_SHARE, _DIVES_LEFT, _SHAKEN = 0.3, 0.15, 5.0, 0.1
_PACKED_QUEUES_MOST, _FREE_LEAST, _FREE_MOST = 150, 15, 30
_LEARNT_AT_ONCE = 300
_NEAR, _IN_VAIN, _DIVES_AT_ONCE, _BRIEF = 0.035, 10, 2, 0.05
_CASES_QUEUES_MOST, _CASES_SHARE = 40, 0.45
_REMEDIES_LEAST, _REMEDIES_SHARE = 0.3, 0.1
WATCH_SECONDS = 0.5
"""Who watches a search is told how it stands so often."""
_THREAD = "transport-planning"


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
        return compute_gap(objective=self.cost.total, bound=self.bound)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The best plan of a search that goes on, without breaches, with reasons for whoever stays, and its cost."""

    plan: Plan
    cost: check.Cost


Watch = Callable[[Moment[Drawn]], None]


@dataclass(slots=True)
class _Run:
    """What the two threads share. `relaxed` is what the bound is proven for and `floor` what its pins cost; where that is
    another problem than the search's, its prices do not guide the search."""

    layout: Layout
    base: float
    end_at: float
    stop: threading.Event
    relaxed: Layout
    floor: float
    best: float = math.inf
    bound: float = 0.0
    prover: Bound | None = None
    loads: tuple[Load, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)
    over: bool = False
    dive_seconds: float = 0.0
    failure: BaseException | None = None
    history: list[Progress] = field(default_factory=list)

    def halted(self) -> bool:
        """Whether time is up, somebody said stop, or nothing can be better."""
        proven = self.best - self.bound <= 1e-7 * abs(self.best)
        return self.over or proven or self.stop.is_set() or time.monotonic() >= self.end_at


def solve(
    *,
    problem: TransportProblem,
    seconds: float,
    start: Plan | None = None,
    stop: threading.Event | None = None,
    tell: Callable[[Progress], None] | None = None,
    watch: Watch | None = None,
) -> Result:
    """The best plan found in about `seconds` (or until `stop` is set); `tell` hears of every better plan, in the thread that found
    it; `watch` is told now and then how the search stands, in the caller's own, and may have the best plan so far drawn.

    The plan never breaks a rule of the core's checker; whoever cannot be moved is named with a reason. With `start`
    the search begins there, cool, so that it changes what helps and leaves the rest. Refused if pins contradict
    each other.
    """
    if faults := check.contradictions(problem=problem):
        raise Refused(faults[0].code, f"{faults[0].where}: {faults[0].message}")
    began = time.monotonic()
    settled = needs.settle(problem=problem, start=start)
    start, layout = settled.start, lay_out(problem=settled.problem)
    base = floor = _cost_of_pins(settled.problem)
    relaxed = layout
    if settled.relaxed is not None:
        relaxed = lay_out(problem=settled.relaxed)
        floor = _cost_of_pins(settled.relaxed) + away.count_least(problem=problem)
    run = _Run(layout, base, began + seconds, stop or threading.Event(), relaxed, floor)
    plan, cost, loads, first_at = _first(layout, 0.5 * seconds, start)
    first_seconds, best_seconds = first_at - began, time.monotonic() - began
    run.best = cost.total

    def note(objective: float) -> None:
        run.history.append(Progress(time.monotonic() - began, objective, run.bound))
        if tell is not None:
            tell(run.history[-1])

    def draw() -> Drawn:
        found, price = _finish(layout, run.loads, start)
        return Drawn(_say_why(settled, layout, found, _REMEDIES_LEAST), price)

    def look() -> None:
        if watch is not None:
            proven = min(max(run.bound, floor), run.best)
            watch(Moment(Progress(time.monotonic() - began, run.best, proven), draw))

    note(cost.total)
    run.loads = loads
    if loads and not run.halted():
        _work(run, start is not None, note, look)
        better, better_cost = _finish(layout, run.loads, start)
        if better_cost.total < cost.total:
            plan, cost = better, better_cost
            best_seconds = max((one.seconds for one in run.history), default=first_seconds)
    note(cost.total)
    share = 0.0 if run.stop.is_set() else _REMEDIES_SHARE
    plan = _say_why(settled, layout, plan, _REMEDIES_LEAST + share * seconds)
    bound = min(max(run.bound, floor), cost.total)
    elapsed = time.monotonic() - began
    return Result(plan, cost, bound, first_seconds, best_seconds, elapsed, tuple(run.history))


def _say_why(settled: needs.Settled, layout: Layout, plan: Plan, seconds: float) -> Plan:
    """The plan with a reason for everybody it leaves; `seconds` are for the remedies of groups."""
    reasons = explain(layout=layout, plan=plan, seconds=seconds)
    told = [Reason(one.party, *settled.reasons[one.party]) for one in reasons if one.party in settled.reasons]
    return Plan(plan.trips, (*(one for one in reasons if one.party not in settled.reasons), *told))


def wait_until_prepared(*, tell: Callable[[], None]) -> None:
    """Let what is still being compiled (once per installation) come to its end, so that the next plan has it at once."""
    busy = [one for one in threading.enumerate() if one.name == _THREAD and one.is_alive()]
    for one in busy:
        one.join(timeout=3.0)
    if any(one.is_alive() for one in busy):
        tell()
        for one in busy:
            one.join()


@atexit.register
def _let_end() -> None:
    """A thread in compiled code at the interpreter's end would abort the process; each looks at the clock every moment."""
    for one in threading.enumerate():
        if one.name == _THREAD:
            one.join(timeout=10.0)


def _work(run: "_Run", cool: bool, note: Callable[[float], None], look: Callable[[], None]) -> None:
    """Search and prove in two threads until time is up, and `look` at it now and then; what they compile for the first time delays
    nobody."""
    tasks = (lambda: _search(run, cool, note), lambda: _prove(run, cool, note))
    threads = [
        threading.Thread(target=_guarded, args=(run, task), name=_THREAD, daemon=True) for task in tasks
    ]
    for one in threads:
        one.start()
    look_at = time.monotonic() + WATCH_SECONDS
    try:
        while not run.halted() and any(one.is_alive() for one in threads):
            time.sleep(0.02)
            if time.monotonic() >= look_at:
                look()
                look_at = time.monotonic() + WATCH_SECONDS
        for one in threads:
            one.join(timeout=0.3)
    finally:
        run.over = True
    if run.failure is not None:
        raise run.failure


def _guarded(run: "_Run", task: Callable[[], None]) -> None:
    try:
        task()
    except BaseException as failure:  # handed to the caller's thread
        run.failure = failure


def _first(
    layout: Layout, seconds: float, start: Plan | None
) -> tuple[Plan, check.Cost, tuple[Load, ...], float]:
    """The best hand dispatch of several holding times, as many as fit into `seconds`; and when the first was there."""
    end_at = time.monotonic() + seconds
    best: tuple[Plan, check.Cost, tuple[Load, ...]] | None = None
    first_at = end_at
    keep = loads_of(layout=layout, plan=start) if start is not None else ()
    for hold in reversed(greedy.HOLDS_MINUTES):
        loads = greedy.dispatch(layout=layout, hold_minutes=hold, keep=keep)
        plan, cost = _finish(layout, loads, start)
        if best is None:
            first_at = time.monotonic()
        if best is None or cost.total < best[1].total:
            best = (plan, cost, loads)
        if time.monotonic() > end_at:
            break
    assert best is not None
    return *best, first_at


def _finish(layout: Layout, loads: tuple[Load, ...], prefer: Plan | None) -> tuple[Plan, check.Cost]:
    """The concrete plan of some loads, with vehicles and people of `prefer` where these can stay; believed only
    after the core's check.
    """
    plan, _ = assign(layout=layout, loads=loads, prefer=prefer)
    plan = _fill(layout, plan)
    found = check.breaches(problem=layout.problem, plan=plan)
    if found:
        raise AssertionError(f"an engine broke a rule: {found[0].code} {found[0].subject} {found[0].because}")
    return plan, check.cost(problem=layout.problem, plan=plan)


def _fill(layout: Layout, plan: Plan) -> Plan:
    """Beside a search's plan whoever is left is dispatched by hand: for some of them there may be a vehicle and a crew."""
    kept = loads_of(layout=layout, plan=plan)
    loads = greedy.dispatch(layout=layout, hold_minutes=0, keep=kept)
    if len(loads) == len(kept):
        return plan
    filled, _ = assign(layout=layout, loads=loads, prefer=plan)
    before, after = (check.cost(problem=layout.problem, plan=one).total for one in (plan, filled))
    return filled if after < before else plan


def _search(run: _Run, cool: bool, note: Callable[[float], None]) -> None:
    """Better the run's loads until its time is up: anneal, then dive into the bound's program, annealing between."""
    best = _Best(run, note)
    if not _dives(run, cool):
        best.anneal(COLD if cool else HOT, COLD, run.end_at)
        return
    wait_until = 0.5 * (time.monotonic() + run.end_at)
    while not run.halted() and time.monotonic() < wait_until and not (run.prover and run.prover.ready):
        best.anneal(HOT, HOT / 2, time.monotonic() + 1.0)
    if run.prover is not None and run.prover.ready and not run.halted():
        best.improve(run.prover, np.random.default_rng(1), early=True)
    best.anneal(HOT / 2, COLD, run.end_at)


def _dives(run: _Run, cool: bool) -> bool:
    """Whether there is time, and no plan in force to keep to, so that schedules are chosen out of the bound's program."""
    return not cool and run.end_at - time.monotonic() >= _DIVE_FROM_SECONDS


class _Best:
    """The best loads so far and the ways to better ones."""

    def __init__(self, run: _Run, note: Callable[[float], None], seed: int = 1) -> None:
        self.run, self._note = run, note
        self._seed = seed
        self._search = Search(layout=run.layout, loads=run.loads, seed=seed)
        self.cost = self._search.best_cost

    def anneal(self, hot: float, cold: float, until: float) -> None:
        """Anneal from the search's present plan between two temperatures until a time."""
        began = time.monotonic()
        span = max(until - began, 1e-3)
        turns = 200
        follow_at = began + _FOLLOW_SECONDS
        while (now := time.monotonic()) < until and not self.run.halted():
            if now > follow_at and self.run.prover is not None:
                guide, liking = self.run.prover.guide()
                self._search.follow(guide=guide, liking=liking)
                follow_at = now + _FOLLOW_SECONDS
            self._search.run(temperature=hot * (cold / hot) ** ((now - began) / span), turns=turns)
            self._take()
            took = time.monotonic() - now
            turns = max(50, min(50_000, int(turns * min(2.0, _CHUNK_SECONDS / max(took, 1e-4)))))

    def improve(self, prover: Bound, random: np.random.Generator, *, early: bool) -> None:
        """Choose a part of the best plan anew, again and again, with a little annealing after each; while it is far from the
        bound, or that has been in vain for a while, dive for another. `early` begins with a quick dive at prices not good yet.
        """
        run = self.run
        dive = Dive(layout=run.layout, halted=run.halted)
        if early:
            self._dive(dive, prover, random, _EARLY_SHARE)
        if len(dive.pricer.members) <= _PACKED_QUEUES_MOST:
            dive.pack()
        guide, center, best, dives, in_vain = prover.guide(), None, math.inf, 0, 0
        while not run.halted():
            in_vain = 0 if run.best < best - 1e-6 else in_vain + 1
            best = run.best
            is_far = dives < _DIVES_AT_ONCE and best > (1.0 + _NEAR) * run.bound
            time_left = run.end_at - time.monotonic() > _DIVES_LEFT * run.dive_seconds
            if time_left and (is_far or in_vain > _IN_VAIN):
                self._dive(dive, prover, random, _LATE_SHARE)
                dives, in_vain = dives + 1, 0
                continue
            if prover.center is not center:
                center = prover.center
                dive.learn(center)
            columns = dive.columns_of(run.loads)
            free = _neighbours(columns, random)
            found = dive.improve(center=prover.center, columns=columns, free=free, seconds=_CHOOSE_SECONDS)
            self._from(found, guide, (_WARM, _HALF)[int(random.integers(2))])

    def _dive(self, dive: Dive, prover: Bound, random: np.random.Generator, share: float) -> None:
        """A plan from the prices met lately, each time a little different, and what annealing makes of it."""
        for dual in _spread(prover.trail, max(4, _LEARNT_AT_ONCE // len(dive.pricer.members))):
            if self.run.halted():
                return
            dive.learn(dual)
        guide, center = prover.guide(), prover.center.shaken(random, _SHAKEN)
        began = time.monotonic()
        columns = dive.plan(center=center, share=share)
        if not dive.packed:
            self.run.dive_seconds = time.monotonic() - began
        else:
            seconds = min(_MEND_LONGER * self.run.dive_seconds, self.run.end_at - time.monotonic())
            columns = dive.mend(center=center, columns=columns, random=random, seconds=seconds)
        self._from(columns, guide, _HALF)

    def _from(self, columns: list[Column], guide: tuple[Floats, Floats], hot: float) -> None:
        """Anneal for a while from what a dive found, completed by hand."""
        loads = complete(layout=self.run.layout, columns=columns)
        self._search = Search(layout=self.run.layout, loads=loads, seed=self._seed)
        self._search.follow(guide=guide[0], liking=guide[1])
        left = self.run.end_at - time.monotonic()
        self.anneal(hot, COLD, time.monotonic() + max(0.3, _BRIEF * left))

    def _take(self) -> None:
        if self._search.best_cost > self.cost - 1e-6:
            return
        self.cost = self._search.best_cost
        with self.run.lock:
            if self.cost + self.run.base < self.run.best - 1e-6 and not self.run.over:
                self.run.loads = self._search.best_loads()
                self.run.best = self.cost + self.run.base
                self._note(self.run.best)


def _spread(trail: list[Dual], most: int) -> list[Dual]:
    """So many of the prices met lately, far apart from one another."""
    late = trail[2 * len(trail) // 3 :]
    return late[:: -max(1, len(late) // most)][:most][::-1]


def _neighbours(columns: list[Column], random: np.random.Generator) -> set[int]:
    """Some queues that are on the road at about the same time, or go to the same places."""
    some = [column for column in columns if column.loads]
    seed = some[int(random.integers(len(some)))]
    least, most = min(_FREE_LEAST, len(columns) // 5), min(_FREE_MOST, len(columns) // 2)
    number = int(random.integers(max(1, least), max(1, most) + 1))
    return near(some, seed, number, random) | {column.queue for column in columns if not column.loads}


def _prove(run: _Run, cool: bool, note: Callable[[float], None]) -> None:
    """Raise the bound until time is up or it can rise no further; then cut a small day into cases for a while, and help to
    search from the best plan so far.
    """
    prover = Bound(layout=run.relaxed, end_at=run.end_at)
    if run.relaxed is run.layout:
        run.prover = prover
    while not run.halted() and not prover.done:
        sliding = prover.sliding
        prover.step(target=run.best - run.floor)
        if run.prover is not None and sliding and not prover.sliding:
            prover.take(run.loads)
        run.bound = max(run.bound, prover.best + run.floor)
    if len(prover.pricer.members) <= _CASES_QUEUES_MOST:
        now = time.monotonic()
        until = now + _CASES_SHARE * (run.end_at - now)
        tree = Tree(bound=prover, halted=run.halted)
        while not run.halted() and not tree.done and time.monotonic() < until:
            run.bound = max(run.bound, tree.step(target=run.best - run.floor) + run.floor)
    seed = 2
    if run.prover is not None and _dives(run, cool) and not run.halted():
        _Best(run, note, seed).improve(run.prover, np.random.default_rng(seed), early=False)
    while not run.halted():
        seed += 1
        _Best(run, note, seed).anneal(_HALF, COLD, min(run.end_at, time.monotonic() + _HELP_SECONDS))


def _cost_of_pins(problem: TransportProblem) -> float:
    """What the pinned trips cost by themselves; every plan pays it."""
    plan, _ = assign(layout=lay_out(problem=problem), loads=())
    cost = check.cost(problem=problem, plan=plan)
    return cost.total - cost.unmoved
