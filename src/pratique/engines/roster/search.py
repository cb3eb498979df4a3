"""Whole rosters: one line after the other, then columns with a bound, dives into their program, and neighbourhoods."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from pratique.engines.roster import value
from pratique.engines.roster.layout import Floats, Layout
from pratique.engines.roster.line_kernel import INFINITE
from pratique.engines.roster.master import Duals, Line, Master, line_of
from pratique.engines.roster.pricer import Priced, Pricer

_EPSILON = 1e-6
_SMOOTH = 0.5
_POOL = 60


class Search:
    """The best lines so far, every line known by person, and the bound. `halted` says when to stop, `note` hears of progress."""

    def __init__(
        self, *, layout: Layout, halted: Callable[[], bool], note: Callable[[], None], seed: int = 1
    ) -> None:
        self.layout = layout
        self.pricer = Pricer(layout=layout)
        self.random = np.random.default_rng(seed)
        self.people = range(len(layout.names))
        self.lines: list[Line] = []
        self.best = math.inf
        self.bound = -math.inf
        self.known: list[list[Line]] = [[] for _ in self.people]
        self.duals: Duals | None = None
        self.center: Duals | None = None
        self._halted, self._note = halted, note
        self.is_whole = _is_whole(layout)

    def halted(self) -> bool:
        """Whether time is up or nothing can be better."""
        return self._halted() or self.is_proven()

    def is_proven(self) -> bool:
        """Whether no roster can be cheaper."""
        step = 1.0 if self.is_whole else 0.0
        return self.best - self.bound < step + max(_EPSILON, 1e-7 * abs(self.best)) - (2e-6 if step else 0.0)

    def keep(self, lines: Sequence[Line]) -> bool:
        """Take a whole roster as the best, if it is."""
        cost = value.cost(layout=self.layout, lines=lines)
        if cost >= self.best - _EPSILON:
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
            self.known[line.person].append(line)
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

    def root(self) -> Master:
        """Columns for everybody until no line is worth adding; raises the bound on the way."""
        master = self._master(self.people, value.target(layout=self.layout))
        smooth = _SMOOTH
        while not self.halted():
            least, _, duals = master.solve()
            self.duals = duals
            asked = duals if self.center is None or smooth == 0 else _between(self.center, duals, smooth)
            added, bound = self._price(master, asked, list(self.people))
            if bound > self.bound:
                self.center = asked
                self.bound = bound
                self._note()
            gap = least - self.bound
            if gap < 1e-6 * max(1.0, abs(least)) or (not added and asked is duals):
                break
            smooth = _SMOOTH if added else 0.0
        return master

    def dive(self, master: Master) -> None:
        """Fix the lines that the program takes most of, a few people at a time, with fresh columns between."""
        free = set(master.people)
        taken: list[Line] = []
        while free and not self.halted():
            least, share, _ = self._settle(master, sorted(free), 3)
            if least >= self.best - _EPSILON:
                return
            ranked = sorted(
                ((share[number], number) for number, line in enumerate(master.columns) if line.person in free),
                reverse=True,
            )
            most = max(1, len(master.people) // 12)
            done = 0
            for part, number in ranked:
                line = master.columns[number]
                if line.person not in free:
                    continue
                if done and (part < 0.7 or (part < 0.999 and done >= most)):
                    break
                master.fix(line.person, line)
                free.discard(line.person)
                taken.append(line)
                done += 1
        if not free:
            self.keep(taken)

    def improve(self) -> None:
        """Choose anew, all together, the lines of a few people beside everybody else's, again and again."""
        number = 4
        while not self.halted():
            people = self._neighbours(min(number, len(self.people)))
            others = [line for line in self.lines if line.person not in people]
            mine = [line for line in self.lines if line.person in people]
            left = value.target(layout=self.layout) - value.cover(layout=self.layout, lines=others)
            master = self._master(sorted(people), left)
            for line in mine:
                master.add(line)
            now = self._cost_beside(mine, left)
            least, _, _ = self._settle(master, sorted(people), 12)
            if least > now - (1.0 if self.is_whole else 0.0) - _EPSILON + (2e-6 if self.is_whole else 0.0):
                number = min(number + 1, 14)
                continue
            chosen = master.choose(seconds=2.0, cheaper_than=now - _EPSILON)
            if chosen is None or not self.keep([*others, *chosen]):
                number = max(3, number - 1) if self.random.random() < 0.5 else number

    def _cost_beside(self, lines: Sequence[Line], left: Floats) -> float:
        missing = left - value.cover(layout=self.layout, lines=lines)
        under = np.array([row.under for row in self.layout.rows])
        over = np.array([row.over for row in self.layout.rows])
        total = float((under * np.maximum(missing, 0) + over * np.maximum(-missing, 0)).sum())
        return total + sum(one.cost + value.unfair(layout=self.layout, line=one) for one in lines)

    def _master(self, people: Sequence[int], target: Floats) -> Master:
        master = Master(layout=self.layout, people=people, target=target)
        for person in people:
            for line in self._promising(person):
                master.add(line)
        return master

    def _promising(self, person: int) -> list[Line]:
        """Known lines of one person, the most promising at the last prices first."""
        lines = self.known[person]
        if self.center is None or len(lines) <= _POOL:
            return lines
        center = self.center

        def reduced(line: Line) -> float:
            return line.cost - float(center.rows[line.rows].sum() + center.measures[person] @ line.amount)

        return sorted(lines, key=reduced)[:_POOL]

    def _settle(self, master: Master, people: list[int], rounds: int) -> tuple[float, Floats, Duals]:
        """The program's answer after at most so many rounds of fresh columns for some people."""
        answer = master.solve()
        for _ in range(rounds):
            if self._halted() or not people:
                break
            added, _ = self._price(master, answer[2], people)
            if not added:
                break
            answer = master.solve()
        return answer

    def _price(self, master: Master, duals: Duals, people: list[int]) -> tuple[int, float]:
        """Add each person's cheapest line at some prices; how many were new, and the bound that these prices prove."""
        cells = master.prices(duals=duals, people=people)
        most = self._cheapest_known(master, cells, people)
        found = self.pricer.all(people=people, cells=cells, most=most - _EPSILON)
        added = sum(self._take(master, person, one) for person, one in zip(people, found, strict=True))
        return added, duals.fixed + sum(one.bound for one in found)

    def _take(self, master: Master, person: int, priced: Priced) -> bool:
        if priced.kinds is None:
            return False
        line = line_of(layout=self.layout, person=person, kinds=priced.kinds)
        if master.add(line):
            self.known[person].append(line)
            return True
        return False

    def _cheapest_known(self, master: Master, cells: Floats, people: list[int]) -> Floats:
        """By person, the price of the cheapest line that the program knows."""
        place = {person: number for number, person in enumerate(people)}
        days = np.arange(self.layout.days)
        most = np.full(len(people), INFINITE)
        mine = [line for line in master.columns if line.person in place]
        if mine:
            places = np.array([place[line.person] for line in mine])
            kinds = np.stack([line.kinds for line in mine])
            np.minimum.at(most, places, cells[places[:, None], days[None, :], kinds].sum(axis=1))
        return most

    def _neighbours(self, number: int) -> set[int]:
        """Some people: those whose lines cost much, or who could cover a row that is short or over, or any."""
        random = self.random
        if random.random() < 0.4:
            return {int(one) for one in random.choice(len(self.people), number, replace=False)}
        covered = value.cover(layout=self.layout, lines=self.lines)
        wrong = np.array(
            [
                row.under * max(0, row.target - there) + row.over * max(0, there - row.target)
                for row, there in zip(self.layout.rows, covered, strict=True)
            ]
        )
        own = np.array([line.cost + value.unfair(layout=self.layout, line=line) for line in self.lines])
        own = np.maximum(own - own.min(initial=0.0), 0) + 1e-3
        near = np.array([wrong[line.rows].sum() for line in self.lines]) + 1e-3
        weight = (own / own.sum()) + (near / near.sum()) + 1 / len(self.people)
        return {
            int(one) for one in random.choice(len(self.people), number, replace=False, p=weight / weight.sum())
        }


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
    prices = np.array([[row.under, row.over] for row in layout.rows])
    return not len(layout.weight) and bool((costs == np.rint(costs)).all() and (prices == np.rint(prices)).all())
