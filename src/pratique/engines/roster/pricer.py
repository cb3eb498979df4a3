"""Everybody's cheapest lawful line at given prices, several people at a time (the compiled core releases the interpreter)."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from pratique.engines.roster.layout import Floats, Layout, Whole
from pratique.engines.roster.line_kernel import CUT, INFINITE, OFF, complete, extend, follow, keeps

_WIDTH = 2000


@dataclass(frozen=True, slots=True)
class Priced:
    """A person's cheapest line (a kind a day; None: none is cheaper than asked for), its price, and a bound on any."""

    kinds: Whole | None
    price: float
    bound: float


class Pricer:
    """Holds the arrays to work in; one for each thread."""

    def __init__(self, *, layout: Layout, threads: int) -> None:
        self.layout = layout
        self._local = threading.local()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="roster-pricing") if threads > 1 else None
        self._done = [one.dones - 1 for one in layout.rules]
        by_shift: list[list[int]] = [[] for _ in layout.shifts]
        for kind, shift in enumerate(layout.shift_of):
            if kind:
                by_shift[int(shift)].append(kind)
        self._kinds_of = [np.array([0])] + [np.array(one, np.int64) for one in by_shift]

    def all(self, *, people: Sequence[int], cells: Floats, most: Floats) -> list[Priced]:
        """The cheapest line of each of some people. `cells[person, day, kind]` are their prices, `most` what is known
        already: dearer lines need not be found."""
        tasks = zip(people, cells, most, strict=True)
        each = map if self._pool is None else self._pool.map
        return list(each(lambda one: self.one(person=one[0], prices=one[1], most=float(one[2])), tasks))

    def one(self, *, person: int, prices: Floats, most: float = INFINITE) -> Priced:
        """One person's cheapest line, on whichever side of the port is cheaper."""
        best, bound = Priced(None, most, most), INFINITE
        for side in self.layout.sides[person]:
            found = self._one(person, prices, side, best.price)
            bound = min(bound, found.bound)
            if found.kinds is not None and found.price < best.price:
                best = found
        return Priced(best.kinds, best.price, min(bound, best.price))

    def _one(self, person: int, prices: Floats, side: Any, most: float) -> Priced:
        rules, layout = self.layout.rules[person], self.layout
        by_shift, choice = self._by_shift(person, prices, side)
        dones, ends, span = by_shift.shape[1], int(rules.rule[3]) + 1, int(rules.rule[1]) + 1
        nodes = rules.step.shape[0]
        rest = self._rest(nodes, dones, ends, span)
        asked = (
            by_shift,
            rules.step,
            rules.quanta,
            rules.leave,
            rules.weekend,
            rules.is_off,
            rules.rule,
            rest,
        )
        complete(*asked)
        least = float(rest[0, rules.start[0], 0, 0, 0])
        if least >= min(most, CUT):
            return Priced(None, most, most)
        line = np.full(layout.days, OFF, np.int64)
        follow(*asked, rules.start, line)
        if keeps(line, *rules.amounts):
            return Priced(self._kinds(line, choice, dones), least, least)
        work = self._work(nodes * dones * ends * span, len(rules.amounts[2]))
        price, found, bound = extend(*asked, rules.start, most, rules.amounts, work, line)
        return Priced(self._kinds(line, choice, dones) if found else None, float(price), float(bound))

    def _by_shift(self, person: int, prices: Floats, side: Any) -> tuple[Floats, Whole]:
        """Prices by (day, shifts done, shift + 1) with the cheapest post of each, and which kind that is."""
        layout, dones = self.layout, self._done[person] + 1
        days, shifts = layout.days, len(layout.shifts)
        found = np.full((days, dones, shifts + 1), INFINITE)
        choice = np.zeros((days, dones, shifts + 1), np.int64)
        before = layout.problem.people[layout.names[person]].shifts_before
        for done in range(dones):
            allowed = side & (layout.done_wanted <= before + done)
            for number, kinds in enumerate(self._kinds_of):
                some = kinds[allowed[kinds]] if number else kinds
                if not len(some):
                    continue
                part = prices[:, some]
                at = part.argmin(axis=1)
                found[:, done, number] = part[np.arange(days), at]
                choice[:, done, number] = some[at]
        return found, choice

    def _kinds(self, line: Whole, choice: Whole, dones: int) -> Whole:
        """The kinds of a line of shifts."""
        kinds, done = np.zeros(len(line), np.int64), 0
        for day, shift in enumerate(line):
            kinds[day] = choice[day, done, shift + 1]
            done = min(done + (shift >= 0), dones - 1)
        return kinds

    def _rest(self, nodes: int, dones: int, ends: int, span: int) -> Floats:
        size = (self.layout.days + 1) * nodes * dones * ends * span
        old = getattr(self._local, "rest", None)
        if old is None or old.size < size:
            self._local.rest = old = np.empty(size)
        return old[:size].reshape(self.layout.days + 1, nodes, dones, ends, span)

    def _work(self, states: int, kinds: int) -> tuple[Any, ...]:
        most = (self.layout.days + 1) * _WIDTH + _WIDTH * (len(self.layout.shifts) + 1) + 1
        old = getattr(self._local, "work", None)
        if old is None or old[2].shape[1] != kinds:
            old = (
                np.empty(most),
                np.empty(most, np.int64),
                np.empty((most, kinds), np.int64),
                np.empty(most, np.int64),
                np.empty(most, np.int64),
            )
            self._local.work = old
            self._local.head = np.full(0, -1, np.int64)
            self._local.link = np.empty(most, np.int64)
        if len(self._local.head) < states:
            self._local.head = np.full(states, -1, np.int64)
        return (*old, self._local.head, self._local.link, _WIDTH)
