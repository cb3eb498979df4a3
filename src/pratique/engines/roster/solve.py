"""Plan a roster: a lawful one at once, then better ones beside a proven bound, until told to stop."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pratique.core.answers import Refused
from pratique.core.roster import check
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import Duty, RosterProblem
from pratique.engines.anytime import Progress, compute_gap
from pratique.engines.roster.layout import Layout, lay_out
from pratique.engines.roster.reasons import explain
from pratique.engines.roster.search import Search

_ANNEAL_SHARE, _SLOW_SHARE = 0.05, 0.12


@dataclass(frozen=True, slots=True)
class Result:
    """A roster without breaches, its cost, a proven lower bound, and when the first and the best were there."""

    roster: Roster
    cost: check.Cost
    bound: float
    first_seconds: float
    best_seconds: float
    seconds: float
    history: tuple[Progress, ...]

    @property
    def gap(self) -> float:
        """How much cheaper any roster could at most be, as a share of the bound."""
        return compute_gap(objective=self.cost.total, bound=self.bound)


@dataclass(slots=True)
class _Run:
    layout: Layout
    began: float
    end_at: float
    stop: threading.Event
    tell: Callable[[Progress], None] | None
    history: list[Progress] = field(default_factory=list)
    search: Search | None = None
    first_at: float = 0.0
    best_at: float = 0.0
    best: float = math.inf

    def halted(self) -> bool:
        return self.stop.is_set() or time.monotonic() >= self.end_at

    def note(self) -> None:
        assert self.search is not None
        now, constant = time.monotonic() - self.began, self.layout.constant
        objective, bound = self.search.best + constant, max(0.0, self.search.bound + constant)
        if self.best == math.inf:
            self.first_at = now
        if objective < self.best:
            self.best, self.best_at = objective, now
        self.history.append(Progress(now, objective, bound))
        if self.tell is not None:
            self.tell(self.history[-1])


def solve(
    *,
    problem: RosterProblem,
    seconds: float,
    stop: threading.Event | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> Result:
    """The best roster found in about `seconds` (or until `stop` is set); `tell` hears of everything better.

    The roster never breaks a rule of the core's checker; every post that stays short is named with reason and remedy.
    Refused if somebody has no lawful line at all (hours that cannot be reached, pins that contradict the rules).
    """
    began = time.monotonic()
    layout = lay_out(problem=problem)
    run = _Run(layout, began, began + seconds, stop or threading.Event(), tell)
    search = run.search = Search(layout=layout, halted=run.halted, note=run.note)
    if impossible := search.first():
        names = ", ".join(layout.names[one] for one in impossible[:5])
        raise Refused(
            "roster_impossible", f"the rules, hours to reach and pins leave no lawful line to {names}"
        )
    search.polish(passes=3)
    if not search.halted():
        search.anneal(seconds=_ANNEAL_SHARE * (run.end_at - time.monotonic()))
        _work(search, run)
    roster = to_roster(layout=layout, search=search)
    if found := check.breaches(problem=problem, roster=roster):
        raise AssertionError(f"an engine broke a rule: {found[0].code} {found[0].subject} {found[0].because}")
    cost = check.cost(problem=problem, roster=roster)
    roster = Roster(roster.duties, explain(problem=problem, roster=roster))
    bound = min(max(0.0, _rounded(search) + layout.constant), cost.total)
    elapsed = time.monotonic() - began
    return Result(roster, cost, bound, run.first_at, run.best_at, elapsed, tuple(run.history))


def _work(search: Search, run: _Run) -> None:
    if search.halted():
        return
    search.root(slow_seconds=_SLOW_SHARE * (run.end_at - time.monotonic()))
    if not search.halted():
        search.improve()


def _rounded(search: Search) -> float:
    """The bound; where every roster costs a whole number, the next one."""
    if not math.isfinite(search.bound):
        return 0.0
    return math.ceil(search.bound - 1e-6) if search.is_whole else search.bound


def to_roster(*, layout: Layout, search: Search) -> Roster:
    """The duties of the best lines."""
    duties = []
    for line in search.lines:
        for day, kind in enumerate(line.kinds):
            if kind:
                shift, post = layout.kinds[kind]
                duties.append(Duty(day, layout.shifts[shift], post, layout.names[line.person]))
    return Roster(tuple(sorted(duties)))
