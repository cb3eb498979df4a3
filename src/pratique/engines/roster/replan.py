"""Mend a roster after something happened, with the fewest changes.

Only the days round what was lost are free, and only what was lost (or is newly wanted) is to be filled again: gaps that were there
before stay for another plan. Posts filled come first, then as few changed days of people as can be, then the roster's own
costs as a tie-break; all by the same lines and the same program as a roster from nothing.
"""

import math
import threading
import time
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pratique.core.answers import Refused
from pratique.core.roster import check, diff
from pratique.core.roster.change import Replanning
from pratique.core.roster.plan import Roster
from pratique.engines.roster import value
from pratique.engines.roster.layout import Layout, lay_out
from pratique.engines.roster.line_kernel import INFINITE
from pratique.engines.roster.master import line_of
from pratique.engines.roster.reasons import explain
from pratique.engines.roster.search import Search
from pratique.engines.roster.solve import to_roster

_AROUND_DAYS = 2
_CHAIN = 8
_TIES = 0.002
_CHOOSE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Answer:
    """The mended roster, what changes, its cost, how many changes it has and the least any such roster could have."""

    roster: Roster
    diff: diff.Diff
    cost: check.Cost
    changes: int
    is_proven: bool
    seconds: float


def replan(
    *, replanning: Replanning, base: Roster, seconds: float, stop: threading.Event | None = None
) -> Answer:
    """The roster with the fewest changes that fills again what can be filled, found in about `seconds`."""
    began = time.monotonic()
    problem = replanning.problem
    layout = lay_out(problem=problem)
    kinds = _kinds(layout, replanning.kept)
    _set_aims(layout, replanning, base)
    _set_costs(layout, replanning, kinds)
    halt = stop or threading.Event()
    search = Search(
        layout=layout,
        halted=lambda: halt.is_set() or time.monotonic() > began + seconds,
        note=lambda: None,
    )
    search.least_step = _least_change(layout) * (1 - 80 * _TIES)
    if not check.breaches(problem=problem, roster=replanning.kept):
        _stand(search, layout, kinds)
    if impossible := search.first():
        names = ", ".join(layout.names[one] for one in impossible[:5])
        raise Refused("roster_impossible", f"what stays and the rules leave no lawful line to {names}")
    search.polish(passes=2)
    master = search.root(slow_seconds=0.5 * seconds)
    if master is not None and not search.halted():
        chosen = master.choose(seconds=_CHOOSE_SHARE * seconds, cheaper_than=search.best)
        if chosen is not None:
            search.keep(chosen)
    if not search.halted():
        search.improve()
    roster = to_roster(layout=layout, search=search)
    if found := check.breaches(problem=problem, roster=roster):
        raise AssertionError(f"an engine broke a rule: {found[0].code} {found[0].subject} {found[0].because}")
    changes = diff.compare(before=base, after=roster, lost=replanning.lost)
    own = sum(not one.must or one.after is not None for one in changes.changes)
    roster = Roster(roster.duties, explain(problem=problem, roster=roster))
    proven = search.best - search.bound < search.step
    cost = check.cost(problem=problem, roster=roster)
    return Answer(roster, changes, cost, own, proven, time.monotonic() - began)


def _stand(search: Search, layout: Layout, kinds: np.ndarray) -> None:
    """Begin from what stands, each in turn taking what is worth most beside it: a machine that is busy gets no further, and
    has few changes all the same."""
    standing = [line_of(layout=layout, person=one, kinds=kinds[one]) for one in range(len(layout.names))]
    for line in standing:
        search.learn(line)
    search.keep(standing)
    search.polish(passes=1)


def _kinds(layout: Layout, kept: Roster) -> np.ndarray:
    """What everybody does in the roster in force, without what was lost: [person, day]."""
    kind_of = {(layout.shifts[shift], post): kind for kind, (shift, post) in enumerate(layout.kinds) if kind}
    place = {who: number for number, who in enumerate(layout.names)}
    kinds = np.zeros((len(layout.names), layout.days), np.int64)
    for duty in kept.duties:
        kinds[place[duty.person], duty.day] = kind_of.get((duty.shift, duty.post), 0)
    return kinds


def _set_aims(layout: Layout, replanning: Replanning, base: Roster) -> None:
    """Fill again only what was filled before, or what is newly wanted; too many are no matter here."""
    before = _kinds(layout, base)
    lines = [line_of(layout=layout, person=one, kinds=before[one]) for one in range(len(layout.names))]
    covered = value.cover(layout=layout, lines=lines)
    fresh = np.zeros(len(layout.rows), bool)
    for one in replanning.wanted:
        for cell in _cells(layout, one.day, one.post):
            fresh[layout.rows_of[cell]] = True
    layout.target = np.where(fresh, layout.target, np.minimum(layout.target, covered))
    layout.over = np.zeros_like(layout.over)


def _cells(layout: Layout, day: int, post: str) -> list[int]:
    """The cells that may cover a post on a day: of that day, and of the night before."""
    return [
        at * len(layout.kinds) + kind
        for at in (day - 1, day)
        if at >= 0
        for kind, (_, other) in enumerate(layout.kinds)
        if kind and other == post
    ]


def _least_change(layout: Layout) -> float:
    some = layout.under[layout.under > 0]
    return float(some.min()) / _CHAIN if len(some) else 1.0


def _set_costs(layout: Layout, replanning: Replanning, kinds: np.ndarray) -> None:
    """Every changed day costs the same, more than all ties; days far from what happened may not change."""
    days = {duty.day for duty in replanning.lost} | {one.day for one in replanning.wanted}
    near = np.zeros(layout.days, bool)
    for day in days:
        near[max(0, day - _AROUND_DAYS) : day + _AROUND_DAYS + 1] = True
    people, span = np.arange(len(layout.names))[:, None], np.arange(layout.days)[None, :]
    change = _least_change(layout)
    own = layout.cost.copy()
    if len(layout.weight):
        amounts = np.array(
            [line_of(layout=layout, person=one, kinds=kinds[one]).amount for one in range(len(layout.names))]
        )
        away = layout.worked + amounts - layout.ideal
        own = own + np.tensordot(2 * layout.weight * away, layout.amount, axes=1)
    lawful = layout.cost < INFINITE / 2
    spread = float(np.ptp(own[lawful])) if lawful.any() else 0.0
    ties = _TIES * change * (own - own[lawful].min(initial=math.inf)) / spread if spread > 0 else 0.0 * own
    cost = np.where(lawful, change + ties, INFINITE)
    held = lawful[people, span, kinds]
    cost[people, span, kinds] = np.where(held, 0.0, INFINITE)
    freed: dict[int, set[int]] = defaultdict(set)
    names = {who: number for number, who in enumerate(layout.names)}
    for duty in replanning.lost:
        freed[names[duty.person]].add(duty.day)
    for person, some in freed.items():
        for day in some:
            if lawful[person, day, 0]:
                cost[person, day, 0] = 0.0
    far = ~near
    keep = cost[people, span, kinds].copy()
    cost[:, far, :] = INFINITE
    cost[people, span, kinds] = keep
    layout.cost = cost
    layout.weight, layout.amount = layout.weight[:0], layout.amount[:0]
    layout.ideal, layout.worked = layout.ideal[:, :0], layout.worked[:, :0]
