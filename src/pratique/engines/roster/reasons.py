"""Why a post stays short, and the cheapest thing that would fill it.

Everybody is asked in turn what stands in the way of one more duty there; the core's own checker answers. What is cheapest is
what asks for least: somebody who is free but not drawn, then training for somebody free, then more people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pratique.core.roster import check
from pratique.core.roster.plan import Roster, Unfilled, clock
from pratique.core.roster.problem import DAY_MINUTES, Demand, Duty, RosterProblem, Shift

_SURVEYS_MOST = 60
_NAMES = 3
_WORDS = {
    "busy": "at another post that day",
    "qualification": "without a valid {needs}",
    "experience": "too new for it",
    "side": "of the other side",
    "sides": "of the other side",
    "absent": "on leave or off duty for health",
    "not-drawn": "not drawn",
    "rest": "at rest",
    "follow": "at rest",
    "run": "at their most days in a row",
    "nights": "at their most nights in a row",
    "weekends": "at their most weekends",
    "hours": "at their most hours",
    "week-hours": "at their most hours of the week",
    "shift-limit": "at their most shifts of this sort",
    "run-short": "without a second day to work",
    "off-short": "in need of days off together",
    "free": "free",
}
_ORDER = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class _Gap:
    """So many missing at a post over a span of a day."""

    demand: Demand
    first: int
    until: int
    missing: int


def explain(*, problem: RosterProblem, roster: Roster) -> tuple[Unfilled, ...]:
    """Every post that is short, in order of time, with the reason and the cheapest remedy."""
    lines: dict[str, list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        lines[duty.person].append(duty)
    found = []
    for number, gap in enumerate(_gaps(problem, roster)):
        blocks: dict[str, list[str]] | None = None
        if number < _SURVEYS_MOST:
            blocks = _survey(problem, lines, gap)
        found.append(_unfilled(problem, gap, blocks))
    return tuple(sorted(found))


def _gaps(problem: RosterProblem, roster: Roster) -> Iterator[_Gap]:
    by_post: dict[str, list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        by_post[duty.post].append(duty)
    for demand in problem.demands:
        there = Roster(tuple(one for one in by_post[demand.post] if abs(one.day - demand.day) <= 1))
        if demand.shift is not None:
            ((missing, _),) = check.shortages(problem=problem, roster=there, demand=demand)
            if missing > 0:
                yield _Gap(demand, *_hours(problem.shifts[demand.shift]), missing)
            continue
        last: _Gap | None = None
        for first, until, present in check.presence(problem=problem, roster=there, demand=demand):
            missing = demand.count - present
            if last is not None and missing == last.missing:
                last = _Gap(demand, last.first, until, missing)
                continue
            if last is not None and last.missing > 0:
                yield last
            last = _Gap(demand, first, until, missing)
        if last is not None and last.missing > 0:
            yield last


def _hours(shift: Shift) -> tuple[int, int]:
    start = shift.start_minutes or 0
    return start, start + shift.minutes


def _survey(problem: RosterProblem, lines: dict[str, list[Duty]], gap: _Gap) -> dict[str, list[str]]:
    """By what stands in the way, who it is."""
    duty = _duty(problem, gap)
    blocks: dict[str, list[str]] = defaultdict(list)
    if duty is None:
        return blocks
    for who in problem.people:
        mine = lines[who]
        if any(one.day == duty.day for one in mine):
            own = Duty(duty.day, duty.shift, duty.post, who)
            word = _first(
                problem, who, [one for one in mine if one.day != duty.day], own, only=("qualification",)
            )
            blocks[word or "busy"].append(who)
            continue
        word = _first(problem, who, mine, Duty(duty.day, duty.shift, duty.post, who), only=_ORDER)
        blocks[word or "free"].append(who)
    return blocks


def _duty(problem: RosterProblem, gap: _Gap) -> Duty | None:
    """One more duty that would fill most of a gap (nobody's yet)."""
    demand = gap.demand
    if demand.shift is not None:
        return Duty(demand.day, demand.shift, demand.post, "")
    best: tuple[int, int, str] | None = None
    for shift in problem.shifts.values():
        for back in (0, 1):
            start = (shift.start_minutes or 0) - back * DAY_MINUTES
            overlap = min(start + shift.minutes, gap.until) - max(start, gap.first)
            if overlap > 0 and demand.day >= back and (best is None or overlap > best[0]):
                best = (overlap, demand.day - back, shift.id)
    return None if best is None else Duty(best[1], best[2], demand.post, "")


def _first(
    problem: RosterProblem, who: str, mine: list[Duty], duty: Duty, *, only: Iterable[str]
) -> str | None:
    """What stands in the way first, in the order in which things are hardest to change."""
    before = {one.code for one in check.line_breaches(problem=problem, person=who, duties=mine)}
    after = check.line_breaches(problem=problem, person=who, duties=sorted([*mine, duty]))
    new = {one.code.removeprefix("roster-") for one in after} - {
        one.removeprefix("roster-") for one in before
    }
    return next((one for one in only if one in new), None)


def _unfilled(problem: RosterProblem, gap: _Gap, blocks: dict[str, list[str]] | None) -> Unfilled:
    demand, needs = gap.demand, problem.posts[gap.demand.post].needs
    first, until = gap.first % DAY_MINUTES, (gap.until - 1) % DAY_MINUTES + 1
    wanted = f"{gap.missing} more" + (f" with {' and '.join(needs)}" if needs else "")
    if demand.shift is not None and problem.shifts[demand.shift].start_minutes is None:
        when = f"in shift {demand.shift} on {problem.on(demand.day)}"
        first, until = 0, DAY_MINUTES
    else:
        when = f"from {clock(first)} on {problem.on(demand.day)}"
    code, because, how = "roster-short", "too few people for all that is wanted", ""
    if blocks is not None:
        because = _because(blocks, needs)
        code, how = _cheapest(problem, gap, blocks)
    remedy = f"{wanted} {when}" + (f": {how}" if how else "")
    return Unfilled(demand.day, first, until, demand.post, gap.missing, code, because, remedy, demand.shift)


def _because(blocks: dict[str, list[str]], needs: tuple[str, ...]) -> str:
    if not blocks:
        return "no shift covers that time"
    counts = Counter({word: len(who) for word, who in blocks.items()})
    return ", ".join(
        f"{n} {_WORDS[word].format(needs=' and '.join(needs))}" for word, n in counts.most_common()
    )


def _cheapest(problem: RosterProblem, gap: _Gap, blocks: dict[str, list[str]]) -> tuple[str, str]:
    def few(names: list[str]) -> str:
        return ", ".join(names[:_NAMES]) + (" or others" if len(names) > _NAMES else "")

    if not blocks:
        return "roster-no-shift", "add a shift that covers it"
    if free := blocks.get("free"):
        return "roster-not-worth", f"{few(free)} could: give the demand more weight, or change less else"
    if spare := blocks.get("not-drawn"):
        units = Counter(problem.people[who].unit for who in spare)
        unit = units.most_common(1)[0][0]
        return "roster-not-drawn", f"draw {few(spare)}" + (f" (most of unit {unit})" if unit else "")
    if idle := blocks.get("qualification"):
        return "roster-unqualified", f"train or license {few(idle)}, or draw others who are"
    if bound := [
        who for word in ("hours", "week-hours", "weekends", "shift-limit") for who in blocks.get(word, [])
    ]:
        return "roster-limits", f"more people, or a commander's leave for more hours of {few(bound)}"
    return "roster-short", "more people from the units"
