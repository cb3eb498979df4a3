"""A roster problem as arrays: what each duty costs each person, what it covers, and each person's rules for the kernel.

A *kind* is a shift at a post; kind 0 is a day off. `cost[person, day, kind]` is what it costs by itself (wishes, pattern, post),
infinite where it is forbidden by itself. *Rows* are what all share: people wanted at a post over a span in which the
shifts that cover it are the same.
"""

import math
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from pratique.core.roster import fairness
from pratique.core.roster.problem import DAY_MINUTES, SATURDAY, SUNDAY, Person, RosterProblem
from pratique.engines.roster import following
from pratique.engines.roster.line_kernel import INFINITE

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineRules:
    """One person's rules as the kernel wants them (see there)."""

    step: Any
    quanta: Any
    leave: Any
    weekend: Any
    is_off: Any
    rule: Any
    start: Any
    amounts: tuple[Any, ...]
    dones: int


@dataclass(frozen=True, slots=True)
class Row:
    """How many are wanted over a span: `under` and `over` are the price of each missing or superfluous one over all of it."""

    target: int
    under: float
    over: float


@dataclass(slots=True)
class Layout:
    """All arrays of one problem; `rows_of[cell]` are the rows a kind on a day covers (cell = day · kinds + kind)."""

    problem: RosterProblem
    names: list[str]
    shifts: list[str]
    kinds: list[tuple[int, str]]
    cost: Floats
    rows: list[Row]
    rows_of: list[Whole]
    covers: Floats
    amount: Floats
    weight: Floats
    ideal: Floats
    worked: Floats
    rules: list[LineRules]
    done_wanted: Whole
    constant: float = 0.0
    target: Floats = field(default_factory=lambda: np.zeros(0))
    under: Floats = field(default_factory=lambda: np.zeros(0))
    over: Floats = field(default_factory=lambda: np.zeros(0))
    shift_of: Whole = field(default_factory=lambda: np.zeros(0, np.int64))
    sides: list[Any] = field(default_factory=list)

    @property
    def days(self) -> int:
        """How many days."""
        return self.problem.days


def lay_out(*, problem: RosterProblem) -> Layout:
    """The arrays of a problem."""
    names, shifts = list(problem.people), list(problem.shifts)
    posts = sorted({one.post for one in problem.demands} | {one.post for one in problem.pins})
    kinds = [(-1, "")] + [(number, post) for number in range(len(shifts)) for post in posts]
    cost = np.full((len(names), problem.days, len(kinds)), INFINITE)
    constant = 0.0
    for number, who in enumerate(names):
        constant += _own_costs(problem, problem.people[who], shifts, kinds, cost[number])
        for day, shift in following.list_closed(problem=problem, person=problem.people[who]):
            cost[
                number, day, [kind for kind, one in enumerate(kinds) if kind and shifts[one[0]] == shift]
            ] = INFINITE
    rows, rows_of = _rows(problem, shifts, kinds)
    covers = np.zeros((len(rows), problem.days * len(kinds)))
    for cell, covered in enumerate(rows_of):
        covers[covered, cell] = 1.0
    measures = [one for one in fairness.MEASURES if problem.weights.fairness.get(one, 0.0) > 0]
    ideals = fairness.ideals(problem=problem)
    wanted = np.array([0] + [problem.posts[post].shifts_before for _, post in kinds[1:]], np.int64)
    layout = Layout(
        problem,
        names,
        shifts,
        kinds,
        cost,
        rows,
        rows_of,
        covers,
        _amounts(problem, shifts, kinds, measures),
        np.array([problem.weights.fairness[one] for one in measures]),
        np.array([[ideals[who, one] for one in measures] for who in names]).reshape(
            len(names), len(measures)
        ),
        np.array([[problem.people[who].worked.get(one, 0.0) for one in measures] for who in names]).reshape(
            len(names), len(measures)
        ),
        [_rules(problem, problem.people[who], shifts, int(wanted.max(initial=0))) for who in names],
        wanted,
        constant,
    )
    layout.shift_of = np.array([shift for shift, _ in kinds], np.int64)
    layout.target = np.array([float(row.target) for row in rows])
    layout.under = np.array([row.under for row in rows])
    layout.over = np.array([row.over for row in rows])
    layout.sides = [_sides(problem, problem.people[who], kinds) for who in names]
    return layout


def _own_costs(
    problem: RosterProblem, person: Person, shifts: list[str], kinds: list[tuple[int, str]], cost: Floats
) -> float:
    """Fill in what each duty costs one person; the answer is what every line of theirs costs."""
    team = problem.teams.get(person.team or "")
    pinned = {one.day: (one.shift, one.post) for one in problem.pins if one.person == person.id}
    for day in range(problem.days):
        turn: str | None = ""
        if team is not None and team.pattern is not None:
            turn = problem.patterns[team.pattern].turn(crew=team.crew, day=day)
        for kind, (shift, post) in enumerate(kinds):
            duty = (shifts[shift], post) if kind else None
            if (day in pinned or day < problem.settled_days) and duty != pinned.get(day):
                continue
            if duty is None:
                cost[day, kind] = 0.0
                continue
            if day not in pinned and not fairness.could_work(
                problem=problem, person=person, day=day, post=problem.posts[post]
            ):
                continue
            off_pattern = turn != "" and turn != shifts[shift]
            off_post = team is not None and bool(team.posts) and post not in team.posts
            cost[day, kind] = problem.weights.off_pattern * off_pattern + problem.weights.off_post * off_post
    constant = 0.0
    for wish in person.requests:
        constant += wish.weight * wish.wanted
        sign = -wish.weight if wish.wanted else wish.weight
        for kind, (shift, _) in enumerate(kinds):
            if kind and (wish.shift is None or shifts[shift] == wish.shift):
                cost[wish.day, kind] += sign
    return constant


def _rows(
    problem: RosterProblem, shifts: list[str], kinds: list[tuple[int, str]]
) -> tuple[list[Row], list[Whole]]:
    """Every demand cut where a shift begins or ends, and what each cell covers of it."""
    rows: list[Row] = []
    rows_of: list[list[int]] = [[] for _ in range(problem.days * len(kinds))]
    number_of = {(shifts[shift], post): kind for kind, (shift, post) in enumerate(kinds) if kind}
    timed = [one for one in problem.shifts.values() if one.start_minutes is not None]
    for one in problem.demands:
        if one.shift is not None:
            rows_of[one.day * len(kinds) + number_of[one.shift, one.post]].append(len(rows))
            rows.append(Row(one.count, one.under, one.over))
            continue
        for first, until in _cut(one.from_minutes, one.until_minutes, timed):
            hours = (until - first) / 60
            for shift in timed:
                for back in (0, 1):
                    start = (shift.start_minutes or 0) - back * DAY_MINUTES
                    if one.day >= back and start <= first < start + shift.minutes:
                        cell = (one.day - back) * len(kinds) + number_of[shift.id, one.post]
                        rows_of[cell].append(len(rows))
            rows.append(Row(one.count, one.under * hours, one.over * hours))
    return _merge(rows, rows_of)


def _merge(rows: list[Row], rows_of: list[list[int]]) -> tuple[list[Row], list[Whole]]:
    """Rows that the same duties cover and that want as many (a night before and after midnight) as one, prices summed."""
    cells: list[list[int]] = [[] for _ in rows]
    for cell, covered in enumerate(rows_of):
        for row in covered:
            cells[row].append(cell)
    place: dict[tuple[int, tuple[int, ...]], int] = {}
    merged: list[Row] = []
    for row, mine in zip(rows, cells, strict=True):
        key = (row.target, tuple(mine))
        if key in place:
            old = merged[place[key]]
            merged[place[key]] = Row(row.target, old.under + row.under, old.over + row.over)
        else:
            place[key] = len(merged)
            merged.append(row)
    found: list[list[int]] = [[] for _ in rows_of]
    for (_, mine), number in place.items():
        for cell in mine:
            found[cell].append(number)
    return merged, [np.array(one, np.int64) for one in found]


def _cut(first: int, until: int, timed: list[Any]) -> list[tuple[int, int]]:
    cuts = {first, until}
    for shift in timed:
        for at in (shift.start_minutes, shift.start_minutes + shift.minutes):
            cuts |= {one for one in (at, at - DAY_MINUTES) if first < one < until}
    ordered = sorted(cuts)
    return list(zip(ordered, ordered[1:], strict=False))


def _amounts(
    problem: RosterProblem, shifts: list[str], kinds: list[tuple[int, str]], measures: list[str]
) -> Floats:
    """How much of each measure a kind on a day is: [measure, day, kind]."""
    found = np.zeros((len(measures), problem.days, len(kinds)))
    for kind, (shift, post) in enumerate(kinds):
        if not kind:
            continue
        span, place = problem.shifts[shifts[shift]], problem.posts[post]
        for number, measure in enumerate(measures):
            for day in range(problem.days):
                found[number, day, kind] = {
                    "nights": float(span.night),
                    "weekends": float(problem.on(day).weekday() >= SATURDAY),
                    "hours": span.minutes / 60,
                    "exposure": span.minutes / 60 * place.exposure,
                }[measure]
    return found


def _sides(problem: RosterProblem, person: Person, kinds: list[tuple[int, str]]) -> list[Any]:
    """The kinds allowed, as masks: one for each side somebody without a side could keep to."""
    side_of = [problem.posts[post].side if kind else None for kind, (_, post) in enumerate(kinds)]
    known = sorted({one for one in side_of if one is not None})
    fixed = {problem.posts[one.post].side for one in problem.pins if one.person == person.id} - {None}
    choices = [one for one in known if person.side in (None, one) and fixed <= {one}]
    if len(known) <= 1 and not choices:
        choices = known
    if not choices:
        return [np.array([one is None for one in side_of])]
    return [np.array([one is None or one == side for one in side_of]) for side in choices]


def _rules(problem: RosterProblem, person: Person, shifts: list[str], wanted: int) -> LineRules:
    """Nodes and steps of one person: off nodes (days off in a row, capped at the least), then work nodes by shift, days in a
    row and nights in a row."""
    limits = person.limits
    spans = [problem.shifts[one] for one in shifts]
    run_most = limits.run_max if limits.run_max is not None else max(1, limits.run_min)
    saturate = limits.run_max is None
    run_most = max(run_most, 1)
    tracked = limits.nights_run_max is not None and any(one.night for one in spans)
    nights_most = limits.nights_run_max if tracked and limits.nights_run_max is not None else 0
    if not saturate and nights_most >= run_most:
        tracked, nights_most = False, 0
    least_off = max(1, limits.off_run_min)
    shape = _Nodes(len(spans), run_most, nights_most + 1, least_off)
    step = np.full((shape.number, len(spans) + 1), -1, np.int64)
    leave = np.zeros((shape.number, 2), np.int64)
    for node in range(shape.number):
        shift, run, nights, off = shape.read(node)
        step[node, 0] = shape.off(min(off + 1, least_off)) if off else shape.off(1)
        leave[node] = (off, 0) if off and off < least_off else (0, 0)
        if not off:
            leave[node] = (run, 1) if run < limits.run_min else (0, 0)
        for after, span in enumerate(spans):
            if not off and not following.follows(problem, shifts[shift], shifts[after]):
                continue
            number = 1 if off else run + 1
            if number > run_most:
                if not saturate:
                    continue
                number = run_most
            next_nights = (nights + 1 if span.night else 0) if tracked else 0
            if next_nights > nights_most or (limits.run_max == 0):
                continue
            step[node, after + 1] = shape.work(after, number, next_nights)
    quanta, used = _quanta(
        limits.minutes_max, limits.minutes_min, [one.minutes for one in spans], problem.days
    )
    weekend, weekends = _weekends(problem, limits.weekends_max)
    start = np.array([_start(problem, person, shifts, shape, tracked)], np.int64)
    is_off = np.array([shape.read(node)[3] > 0 for node in range(shape.number)])
    rule = np.array([*used, weekends], np.int64)
    dones = max(0, wanted - person.shifts_before) + 1
    return LineRules(step, quanta, leave, weekend, is_off, rule, start, _held(problem, person, shifts), dones)


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Numbers of nodes: off 1..`offs` first, then work."""

    shifts: int
    runs: int
    nights: int
    offs: int

    @property
    def number(self) -> int:
        return self.offs + self.shifts * self.runs * self.nights

    def off(self, length: int) -> int:
        return length - 1

    def work(self, shift: int, run: int, nights: int) -> int:
        return self.offs + (shift * self.runs + run - 1) * self.nights + nights

    def read(self, node: int) -> tuple[int, int, int, int]:
        """Shift, days in a row, nights in a row, days off in a row (0: at work)."""
        if node < self.offs:
            return -1, 0, 0, node + 1
        rest, nights = divmod(node - self.offs, self.nights)
        shift, run = divmod(rest, self.runs)
        return shift, run + 1, nights, 0


def _quanta(
    most: int | None, least: int, minutes: list[int], days: int
) -> tuple[Whole, tuple[int, int, int]]:
    """Minutes in units of their common divisor, only if a limit can bind; and (least, most, saturate)."""
    binding = most is not None and most < days * max(minutes)
    if not binding and least <= 0:
        return np.zeros(len(minutes) + 1, np.int64), (0, 0, 1)
    unit = reduce(math.gcd, minutes)
    least_used = -(-least // unit)
    most_used = most // unit if binding and most is not None else least_used
    quanta = np.array([0] + [one // unit for one in minutes], np.int64)
    return quanta, (least_used, max(0, most_used), 0 if binding else 1)


def _start(problem: RosterProblem, person: Person, shifts: list[str], shape: _Nodes, tracked: bool) -> int:
    """The node in which the first day finds the person; a run longer than lawful counts as the longest lawful."""
    line = {day: shift for day, shift in person.before if day < 0}
    if -1 not in line:
        off = 1
        while off < shape.offs and -1 - off not in line:
            off += 1
        return shape.off(off if line else shape.offs)
    run = nights = 0
    while -1 - run in line:
        run += 1
    while tracked and -1 - nights in line and problem.shifts[line[-1 - nights]].night:
        nights += 1
    return shape.work(shifts.index(line[-1]), min(run, shape.runs), min(nights, shape.nights - 1))


def _held(problem: RosterProblem, person: Person, shifts: list[str]) -> tuple[Any, ...]:
    """Amounts that have a most: minutes of a week, shifts of one sort, what the duties after the roster leave room for; only
    those that can bind."""
    limits, days = person.limits, problem.days
    weekdays = [problem.on(day).weekday() for day in range(days)]
    minutes = np.array([0] + [problem.shifts[one].minutes for one in shifts], np.int64)
    gains: list[Whole] = []
    resets: list[Any] = []
    caps: list[int] = []
    held: list[int] = []
    if limits.week_minutes_max is not None and limits.week_minutes_max < 7 * int(minutes.max()):
        gains.append(np.broadcast_to(minutes, (days, len(shifts) + 1)).copy())
        resets.append(np.array([day > 0 and weekday == 0 for day, weekday in enumerate(weekdays)]))
        caps.append(limits.week_minutes_max)
        monday = -weekdays[0]
        worked = sum(problem.shifts[shift].minutes for day, shift in person.before if monday <= day < 0)
        # A week that was too long before the roster leaves no shift of it, but does not forbid a day off.
        held.append(min(worked, limits.week_minutes_max))
    for name, most in limits.shifts_max.items():
        if name not in shifts or most >= days:
            continue
        gain = np.zeros((days, len(shifts) + 1), np.int64)
        gain[:, shifts.index(name) + 1] = 1
        gains.append(gain)
        resets.append(np.zeros(days, bool))
        caps.append(most)
        held.append(0)
    for one in following.list_amounts(problem=problem, person=person):
        gain = np.array([0] + [one.gains[name] for name in shifts], np.int64)
        gains.append(np.broadcast_to(gain, (days, len(shifts) + 1)).copy())
        resets.append(np.array([0 < day <= one.first for day in range(days)]))
        caps.append(one.most)
        held.append(one.held)
    shape = (len(caps), days, len(shifts) + 1)
    return (
        np.array(gains, np.int64).reshape(shape),
        np.array(resets, np.bool_).reshape(shape[:2]),
        np.array(caps, np.int64),
        np.array(held, np.int64),
    )


def _weekends(problem: RosterProblem, most: int | None) -> tuple[Whole, int]:
    """Where a worked day begins a weekend (see the kernel), and how many weekends may be worked, if that can bind."""
    weekdays = [problem.on(day).weekday() for day in range(problem.days)]
    found = np.zeros(problem.days, np.int64)
    number = sum(one == SATURDAY for one in weekdays) + (weekdays[0] == SUNDAY)
    if most is None or most >= number:
        return found, 0
    for day, weekday in enumerate(weekdays):
        if weekday >= SATURDAY:
            found[day] = 2 if weekday == SUNDAY and day else 1
    return found, most
