"""Annealing of whole rosters on compiled moves: for days on which many could do what many do, where lines alone are too coarse."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from pratique.engines.roster import value
from pratique.engines.roster.layout import Floats, Layout, Whole
from pratique.engines.roster.master import Line, line_of
from pratique.engines.roster.swap_kernel import anneal

_SPEED = 100_000.0
_COLD = 0.02


class Annealer:
    """A layout's arrays as the kernel wants them."""

    def __init__(self, *, layout: Layout, seed: int) -> None:
        self.layout = layout
        self._random = np.random.default_rng(seed)
        self._people = _people(layout)
        self._speed = _SPEED
        width = [len(rows) for rows in layout.rows_of]
        side_of = [
            layout.problem.posts[post].side if number else None
            for number, (_, post) in enumerate(layout.kinds)
        ]
        sides = sorted({one for one in side_of if one is not None})
        self._work = (
            layout.cost,
            layout.shift_of,
            layout.done_wanted,
            np.array([-1 if one is None else sides.index(one) for one in side_of], np.int64),
            np.concatenate(([0], np.cumsum(width))).astype(np.int64),
            np.concatenate([*layout.rows_of, np.zeros(0, np.int64)]),
            layout.target,
            layout.under,
            layout.over,
            layout.amount,
            layout.weight,
            layout.ideal - layout.worked,
        )

    def run(self, *, lines: Sequence[Line], hot: float, seconds: float) -> list[Line] | None:
        """Anneal for about so long from some lines (of everybody, in order), `hot` the first temperature; the lines that
        differ in a better roster, or None."""
        began, turns = time.monotonic(), max(1000, int(self._speed * seconds))
        kinds = np.stack([line.kinds for line in lines])
        covered = value.cover(layout=self.layout, lines=lines)
        amounts = np.stack([line.amount for line in lines])
        best = kinds.copy()
        heat = np.array([hot, hot * _COLD])
        seed = int(self._random.integers(1 << 30))
        gain = anneal((kinds, covered, amounts), self._people, self._work, heat, turns, seed, best)
        self._speed = min(1e7, turns / max(1e-3, time.monotonic() - began))
        if gain > -1e-9:
            return None
        changed = np.flatnonzero((best != np.stack([line.kinds for line in lines])).any(axis=1))
        return [line_of(layout=self.layout, person=int(one), kinds=best[one]) for one in changed]

    def heat(self) -> float:
        """A temperature at which a good part of what is dearer would be taken: the tenth of what a missing person costs."""
        under = self.layout.under[self.layout.under > 0]
        return float(np.median(under)) / 10 if len(under) else 1.0


def _people(layout: Layout) -> tuple[Any, ...]:
    """Everybody's rules, padded to the largest."""
    rules = layout.rules
    number, choices, days = len(rules), len(layout.shifts) + 1, layout.days
    nodes = max((one.step.shape[0] for one in rules), default=1)
    most = max((len(one.amounts[2]) for one in rules), default=0)
    step: Whole = np.full((number, nodes, choices), -1, np.int64)
    leave: Whole = np.zeros((number, nodes, 2), np.int64)
    is_off = np.zeros((number, nodes), bool)
    gains: Whole = np.zeros((number, most, choices), np.int64)
    resets = np.zeros((number, most, days), bool)
    caps: Whole = np.zeros((number, most), np.int64)
    held: Whole = np.zeros((number, most), np.int64)
    for at, one in enumerate(rules):
        size, some = one.step.shape[0], len(one.amounts[2])
        step[at, :size], leave[at, :size], is_off[at, :size] = one.step, one.leave, one.is_off
        # What a shift adds is the same on every day.
        gains[at, :some] = one.amounts[0][:, 0]
        resets[at, :some], caps[at, :some], held[at, :some] = one.amounts[1:]
    stack: list[Floats | Whole] = [
        np.stack([one.quanta for one in rules]),
        np.stack([one.weekend for one in rules]),
    ]
    rule, start = (
        np.stack([one.rule for one in rules]),
        np.array([int(one.start[0]) for one in rules], np.int64),
    )
    before = np.array([layout.problem.people[who].shifts_before for who in layout.names], np.int64)
    return (step, leave, *stack, is_off, rule, start, gains, resets, caps, held, before)
