"""Why a post stays short, and the cheapest thing that would fill it.

Everybody is asked in turn what stands in the way of one more duty there; the core's own checker answers. What is cheapest is
what asks for least: somebody who is free but not drawn, then training for somebody free, then more people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pratique.core.roster import check
from pratique.core.roster.plan import Roster, Unfilled, clock
from pratique.core.roster.problem import DAY_MINUTES, Demand, Duty, RosterProblem, Shift

_SURVEYS_MOST = 60
_NAMES = 3
_WORDS = {
    "qualification": "without a valid {needs}",
    "experience": "too new for it",
    "side": "of the other side",
    "sides": "of the other side",
    "absent": "on leave or off duty for health",
    "not-drawn": "not drawn",
    "busy": "at another post that day",
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


@dataclass(frozen=True, slots=True)
class _Survey:
    """By what stands in the way first, who it is; and the same of those with nothing else in the way."""

    first: dict[str, list[str]]
    sole: dict[str, list[str]]


def explain(*, problem: RosterProblem, roster: Roster) -> tuple[Unfilled, ...]:
    """Every post that is short, in order of time, with the reason and the cheapest remedy."""
    lines: dict[str, list[Duty]] = defaultdict(list)
    for duty in roster.duties:
        lines[duty.person].append(duty)
    found = []
    for number, gap in enumerate(_gaps(problem, roster)):
        survey = _survey(problem, lines, gap) if number < _SURVEYS_MOST else None
        found.append(_unfilled(problem, gap, survey))
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


def _survey(problem: RosterProblem, lines: dict[str, list[Duty]], gap: _Gap) -> _Survey:
    """Ask everybody."""
    survey = _Survey(defaultdict(list), defaultdict(list))
    duty = _duty(problem, gap)
    for who in problem.people if duty is not None else ():
        assert duty is not None
        words = _obstacles(problem, who, lines[who], Duty(duty.day, duty.shift, duty.post, who))
        survey.first[words[0]].append(who)
        if len(words) == 1:
            survey.sole[words[0]].append(who)
    return survey


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


def _obstacles(problem: RosterProblem, who: str, mine: list[Duty], duty: Duty) -> list[str]:
    """What stands in the way of one more duty, hardest to change first; `free` if nothing does."""
    beside = [one for one in mine if one.day != duty.day]
    before = {one.code for one in check.line_breaches(problem=problem, person=who, duties=beside)}
    after = {
        one.code for one in check.line_breaches(problem=problem, person=who, duties=sorted([*beside, duty]))
    }
    new = {code.removeprefix("roster-") for code in after - before}
    if len(beside) < len(mine):
        new.add("busy")
    return [word for word in _ORDER if word in new] or ["free"]


def _unfilled(problem: RosterProblem, gap: _Gap, survey: _Survey | None) -> Unfilled:
    demand, needs = gap.demand, problem.posts[gap.demand.post].needs
    first, until = gap.first % DAY_MINUTES, (gap.until - 1) % DAY_MINUTES + 1
    wanted = f"{gap.missing} more" + (f" with {' and '.join(needs)}" if needs else "")
    if demand.shift is not None and problem.shifts[demand.shift].start_minutes is None:
        when = f"in shift {demand.shift} on {problem.on(demand.day)}"
        first, until = 0, DAY_MINUTES
    else:
        when = f"from {clock(first)} on {problem.on(demand.day)}"
    code, because, how = "roster-short", "too few people for all that is wanted", ""
    if survey is not None:
        because = _because(survey.first, needs)
        code, how = _cheapest(problem, survey)
    remedy = f"{wanted} {when}" + (f": {how}" if how else "")
    return Unfilled(demand.day, first, until, demand.post, gap.missing, code, because, remedy, demand.shift)


def _because(blocks: dict[str, list[str]], needs: tuple[str, ...]) -> str:
    if not blocks:
        return "no shift of this roster covers that time"
    counts = Counter({word: len(who) for word, who in blocks.items()})
    return ", ".join(
        f"{n} {_WORDS[word].format(needs=' and '.join(needs))}" for word, n in counts.most_common()
    )


def _cheapest(problem: RosterProblem, survey: _Survey) -> tuple[str, str]:
    """What asks for least: code and words."""
    blocks = survey.sole

    def few(names: list[str]) -> str:
        return ", ".join(names[:_NAMES]) + (" or others" if len(names) > _NAMES else "")

    if not survey.first:
        return "roster-no-shift", "add a shift that does, or roster the day before as well"
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
