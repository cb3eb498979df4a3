"""Whole rosters: one line after the other, then columns with a bound and a dive, then neighbourhoods in two threads."""

import math
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from pratique.engines.roster import value
from pratique.engines.roster.anneal import Annealer
from pratique.engines.roster.columns import EPSILON, Columns
from pratique.engines.roster.layout import Floats, Layout
from pratique.engines.roster.line_kernel import INFINITE
from pratique.engines.roster.master import Duals, Line, Master, line_of
from pratique.engines.roster.pricer import Pricer
from pratique.engines.roster.prices import Prices

_SMOOTH = 0.5
_POOL, _KNOWN = 40, 400
_CHOOSE_SECONDS = 1.5
_ANNEAL_SECONDS = 1.0
_SHARE_MOST = 0.6
_FAR = 0.3
_COOLING = (0.3, 0.1, 0.03)
_THREADS = 2
_WINDOWS = (4, 7, 10, 14)


class Search:
    """The best lines so far, every line known by person, and the bound. `halted` says when to stop, `note` hears of progress."""

    def __init__(
        self, *, layout: Layout, halted: Callable[[], bool], note: Callable[[], None], seed: int = 1
    ) -> None:
        self.layout = layout
        self.pricer = Pricer(layout=layout, threads=_THREADS)
        self.random = np.random.default_rng(seed)
        self.people = range(len(layout.names))
        self.lines: list[Line] = []
        self.best = math.inf
        self.bound = -math.inf
        self.known: list[list[Line]] = [[] for _ in self.people]
        self.center: Duals | None = None
        self.is_whole = _is_whole(layout)
        self.is_settled = True
        self.least_step = 1.0 if self.is_whole else 0.0
        self._halted, self._note = halted, note
        self._lock = threading.Lock()
        self.target = value.target(layout=layout)

    def halted(self) -> bool:
        """Whether time is up or nothing can be better."""
        return self._halted() or self.best - self.bound < self.step - EPSILON

    @property
    def step(self) -> float:
        """By how much a better roster is cheaper at least."""
        return self.least_step or 2 * EPSILON + 1e-6 * abs(self.best)

    def keep(self, lines: Sequence[Line]) -> bool:
        """Take a whole roster as the best, if it is."""
        cost = value.cost(layout=self.layout, lines=lines)
        with self._lock:
            if cost >= self.best - EPSILON:
                return False
            self.best, self.lines = cost, sorted(lines, key=lambda one: one.person)
            self._note()
        return True

    def first(self) -> list[int]:
        """Everybody in turn takes the line worth most beside those before; who has no lawful line is the answer."""
        layout = self.layout
        covered = np.zeros(len(layout.rows))
        lines: list[Line] = []
        impossible = []
        for person in self.random.permutation(len(self.people)):
            cells = layout.cost[person] - value.marginal(layout=layout, covered=covered)
            found = self.pricer.one(person=int(person), prices=cells)
            if found.kinds is None:
                impossible.append(int(person))
                continue
            line = line_of(layout=layout, person=int(person), kinds=found.kinds)
            np.add.at(covered, line.rows, 1.0)
            lines.append(line)
            self.learn(line)
        if not impossible:
            self.keep(lines)
        return impossible

    def polish(self, *, passes: int) -> None:
        """Everybody in turn takes the best line beside all others, until nobody has a better one."""
        layout = self.layout
        for _ in range(passes):
            better = False
            for person in self.random.permutation(len(self.people)):
                if self._halted():
                    return
                line = self.lines[person]
                others = [one for one in self.lines if one.person != person]
                cells = layout.cost[person] - value.marginal(
                    layout=layout, covered=value.cover(layout=layout, lines=others)
                )
                away = layout.worked[person] + line.amount - layout.ideal[person]
                cells = cells + np.tensordot(2 * layout.weight * away, layout.amount, axes=1)
                found = self.pricer.one(person=int(person), prices=cells)
                if found.kinds is not None:
                    other = line_of(layout=layout, person=int(person), kinds=found.kinds)
                    better |= self.keep([*others, other])
            if not better:
                return

    def anneal(self, *, seconds: float) -> None:
        """Cool down once from warm, in about that time."""
        annealer = Annealer(layout=self.layout, seed=1)
        for share in _COOLING:
            if self._halted():
                return
            found = annealer.run(
                lines=self.lines, hot=annealer.heat() * share, seconds=seconds / len(_COOLING)
            )
            if found is not None:
                self.replace(found)

    def root(self, *, slow_seconds: float) -> Master | None:
        """Columns for everybody until no line is worth adding, which raises the bound, then a dive. A program that has taken
        `slow_seconds` and is still far from the bound is left (None); prices alone go on with the bound beside the search."""
        columns = Columns(layout=self.layout, pricer=self.pricer, halted=self.halted, found=self.learn)
        master = self._master(self.people, self.target)
        smooth, spent = _SMOOTH, 0.0
        while not self.halted():
            began = time.monotonic()
            least, _, duals = master.solve()
            spent += time.monotonic() - began
            if spent > slow_seconds and least - self.bound > _FAR * abs(least):
                self.is_settled = False
                return None
            asked = duals if self.center is None or smooth == 0 else _between(self.center, duals, smooth)
            added, bound = columns.price(master, asked, list(self.people))
            self.raise_bound(bound, asked)
            if least - self.bound < 1e-6 * max(1.0, abs(least)) or (not added and asked is duals):
                break
            smooth = _SMOOTH if added else 0.0
        if not self.halted() and (lines := columns.dive(master, most_cost=self.best - EPSILON, share=0.15)):
            self.keep(lines)
        return master

    def raise_bound(self, bound: float, prices: Duals | None = None) -> None:
        """Take a proven bound, if it is higher."""
        with self._lock:
            if bound <= self.bound:
                return
            self.bound = bound
            if prices is not None:
                self.center = prices
            self._note()

    def improve(self) -> None:
        """Choose parts of the roster anew in two threads until told to stop."""
        failures: list[BaseException] = []

        def guarded(task: Callable[[], None]) -> None:
            try:
                task()
            except BaseException as failure:  # handed to the caller's thread
                failures.append(failure)

        def prove() -> None:
            self._prove()
            _Neighbourhoods(self, _THREADS).run()

        tasks = [_Neighbourhoods(self, seed).run for seed in range(1, _THREADS + 1)]
        if not self.is_settled:
            tasks[-1] = prove
        threads = [threading.Thread(target=guarded, args=(task,), daemon=True) for task in tasks]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        if failures:
            raise failures[0]

    def _prove(self) -> None:
        """Raise the bound by prices alone until they hardly move."""
        prices = Prices(layout=self.layout, pricer=Pricer(layout=self.layout, threads=1))
        while not self.halted() and not prices.is_done:
            for line in prices.step(target=self.best):
                self.learn(line)
            self.raise_bound(prices.bound)

    def replace(self, lines: Sequence[Line]) -> bool:
        """Some people's lines instead of what they have now; kept if no worse, and whether it is better."""
        with self._lock:
            mine = {line.person: line for line in lines}
            whole = [mine.get(line.person, line) for line in self.lines]
            cost = value.cost(layout=self.layout, lines=whole)
            if cost > self.best + EPSILON:
                return False
            better = cost < self.best - EPSILON
            self.lines = whole
            if better:
                self.best = cost
                self._note()
        return better

    def learn(self, line: Line) -> None:
        """Remember a line that was found."""
        known = self.known[line.person]
        known.append(line)
        if len(known) > _KNOWN:
            self.known[line.person] = self.promising(line.person, _KNOWN // 2)

    def _master(self, people: Sequence[int], target: Floats) -> Master:
        master = Master(layout=self.layout, people=people, target=target)
        for person in people:
            for line in self.promising(person, _POOL):
                master.add(line)
        return master

    def promising(self, person: int, number: int) -> list[Line]:
        """Known lines of one person, the most promising at the bound's prices first."""
        lines, center = list(self.known[person]), self.center
        if center is None or len(lines) <= number:
            return lines

        def reduced(line: Line) -> float:
            return line.cost - float(center.rows[line.rows].sum() + center.measures[person] @ line.amount)

        return sorted(lines, key=reduced)[:number]


class _Neighbourhoods:
    """One thread that frees some people, or some days of some people, and has their lines chosen anew all together."""

    def __init__(self, search: Search, seed: int) -> None:
        self.search, self.layout = search, search.layout
        self.random = np.random.default_rng(seed)
        self.share = 0.15
        self.anneals = 0.5
        self.annealer = Annealer(layout=search.layout, seed=seed)
        pricer = Pricer(layout=search.layout, threads=1)
        self.columns = Columns(layout=search.layout, pricer=pricer, halted=search.halted, found=search.learn)

    def run(self) -> None:
        """Until time is up or nothing can be better, by whichever of the two ways has been of more use."""
        while not self.search.halted():
            if self.random.random() < self.anneals:
                better = self.anneal()
                self.anneals += 0.05 if better else -0.1
            else:
                better = self.choose()
                self.anneals += -0.05 if better else 0.1
            self.anneals = min(0.9, max(0.1, self.anneals))

    def anneal(self) -> bool:
        """Anneal the whole roster from somewhere between cool and warm; whether it became better."""
        hot = self.annealer.heat() * 10 ** self.random.uniform(-2.0, -0.4)
        found = self.annealer.run(lines=self.search.lines, hot=hot, seconds=_ANNEAL_SECONDS)
        return found is not None and self.search.replace(found)

    def choose(self) -> bool:
        """Free a part and have it chosen anew; whether the roster became better."""
        search, lines = self.search, self.search.lines
        people, first, last = self._choose(lines)
        others = [line for line in lines if line.person not in people]
        mine = [line for line in lines if line.person in people]
        left = search.target - value.cover(layout=self.layout, lines=others)
        master = self._master(mine, left, first, last)
        now = _cost_beside(self.layout, mine, left)
        least, _, _ = self.columns.settle(master, sorted(people), 10)
        if search.halted():
            return False
        if least > now - search.step + EPSILON:
            self.share = min(_SHARE_MOST, self.share * 1.1)
            return False
        chosen = master.choose(seconds=_CHOOSE_SECONDS, cheaper_than=now)
        if chosen is not None and search.replace(chosen):
            return True
        chosen = self.columns.dive(master, most_cost=now - search.step + EPSILON, share=0.1)
        if chosen is not None and search.replace(chosen):
            return True
        self.share = max(0.05, self.share * 0.95)
        return False

    def _master(self, mine: list[Line], left: Floats, first: int, last: int) -> Master:
        """The program over some people in which only days first..last are free."""
        layout, whole = self.layout, (first, last) == (0, self.layout.days)
        people = [line.person for line in mine]
        cost = layout.cost[people]
        if not whole:
            days = np.arange(layout.days)
            for place, line in enumerate(mine):
                held = cost[place, days, line.kinds].copy()
                cost[place, :first] = cost[place, last:] = INFINITE
                cost[place, days, line.kinds] = held
        master = Master(layout=layout, people=people, target=left, cost=cost)
        for line in mine:
            master.add(line)
            if whole:
                for other in self.search.promising(line.person, _POOL):
                    master.add(other)
        return master

    def _choose(self, lines: list[Line]) -> tuple[set[int], int, int]:
        """Whom to free, and from which day to which."""
        random, days, everybody = self.random, self.layout.days, len(lines)
        first, last = 0, days
        width = int(random.choice(_WINDOWS))
        if random.random() < 0.6 and width < days:
            first = int(random.integers(0, days - width + 1))
            last = first + width
        number = round(self.share * everybody * days / (last - first))
        number = max(2, min(everybody, number))
        if random.random() < 0.4 or number >= everybody:
            return (
                {int(one) for one in random.choice(everybody, min(number, everybody), replace=False)},
                first,
                last,
            )
        covered = value.cover(layout=self.layout, lines=lines)
        wrong = value.by_row(layout=self.layout, missing=self.search.target - covered)
        own = np.array([line.cost + value.unfair(layout=self.layout, line=line) for line in lines])
        own = own - own.min() + 1e-3
        near = np.array([wrong[line.rows].sum() for line in lines]) + 1e-3
        weight = own / own.sum() + near / near.sum() + 1 / everybody
        chosen = random.choice(everybody, number, replace=False, p=weight / weight.sum())
        return {int(one) for one in chosen}, first, last


def _cost_beside(layout: Layout, lines: Sequence[Line], left: Floats) -> float:
    """What some lines cost where so much is left to cover."""
    missing = left - value.cover(layout=layout, lines=lines)
    own = sum(one.cost + value.unfair(layout=layout, line=one) for one in lines)
    return float(value.by_row(layout=layout, missing=missing).sum()) + own


def _between(one: Duals, other: Duals, share: float) -> Duals:
    """Prices between two, `share` of the first; what they are worth without a line is at least so much."""

    def mix(first: Floats, second: Floats) -> Floats:
        return share * first + (1 - share) * second

    return Duals(
        mix(one.rows, other.rows),
        mix(one.measures, other.measures),
        mix(one.lines, other.lines),
        share * one.fixed + (1 - share) * other.fixed,
    )


def _is_whole(layout: Layout) -> bool:
    """Whether every roster costs a whole number."""
    costs = layout.cost[layout.cost < INFINITE / 2]
    prices = np.concatenate((layout.under, layout.over))
    return not len(layout.weight) and bool(
        (costs == np.rint(costs)).all() and (prices == np.rint(prices)).all()
    )
