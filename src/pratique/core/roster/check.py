"""Re-verify a roster from scratch: every hard rule, and what it costs. Shares no code with any engine."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pratique.core.answers import Objection
from pratique.core.roster import fairness
from pratique.core.roster.plan import Roster, clock
from pratique.core.roster.problem import (
    DAY_MINUTES,
    MEASURES,
    SATURDAY,
    SUNDAY,
    Demand,
    Duty,
    Person,
    RosterProblem,
)

_LESS_IS_BETTER = frozenset({"roster-run", "roster-nights", "roster-hours", "roster-week-hours"})


@dataclass(frozen=True, slots=True)
class Cost:
    """The objective by part; `total` is what is minimised."""

    unfilled: float
    overfilled: float
    requests: float
    pattern: float
    post: float
    nights: float
    weekends: float
    hours: float
    exposure: float

    @property
    def total(self) -> float:
        """The sum of all parts."""
        return float(sum(getattr(self, part) for part in Cost.__slots__))


def breaches(*, problem: RosterProblem, roster: Roster) -> tuple[Objection, ...]:
    """Every breach of a hard rule, in order; none means that the roster may be shown and adopted."""
    unknown = tuple(_unknown(problem, roster))
    if unknown:
        return unknown
    lines: dict[str, list[Duty]] = defaultdict(list)
    for duty in sorted(roster.duties):
        lines[duty.person].append(duty)
    found = set(_settled(problem, roster))
    for who in problem.people:
        found |= set(line_breaches(problem=problem, person=who, duties=lines[who]))
    return tuple(sorted(found))


def line_breaches(*, problem: RosterProblem, person: str, duties: list[Duty]) -> tuple[Objection, ...]:
    """Every breach in one person's duties (all of them, in order of day)."""
    found = [one for duty in duties for one in _duty_breaches(problem, duty)]
    return (*found, *_line_breaches(problem, problem.people[person], duties))


def new_breaches(
    *, problem: RosterProblem, person: str, before: list[Duty], after: list[Duty]
) -> tuple[Objection, ...]:
    """What a change of one person's duties (all of them, in order of day) breaks that was not broken before it. A run or a
    week that was too long already and only got shorter is nothing new."""
    stays = [duty for duty in after if duty in before]
    eased = {
        one
        for one in line_breaches(problem=problem, person=person, duties=stays)
        if one.code in _LESS_IS_BETTER
    }
    known = eased | set(line_breaches(problem=problem, person=person, duties=before))
    found = line_breaches(problem=problem, person=person, duties=after)
    return tuple(sorted(set(found) - known))


def cost(*, problem: RosterProblem, roster: Roster) -> Cost:
    """What a roster costs, by part; meaningful only if it has no breach."""
    under = over = requests = pattern = post = 0.0
    for demand in problem.demands:
        for missing, hours in shortages(problem=problem, roster=roster, demand=demand):
            under += demand.under * max(0, missing) * hours
            over += demand.over * max(0, -missing) * hours
    shift_of = {(duty.person, duty.day): duty.shift for duty in roster.duties}
    for who, person in problem.people.items():
        for wish in person.requests:
            given = shift_of.get((who, wish.day))
            met = given is not None if wish.shift is None else given == wish.shift
            requests += wish.weight * (met != wish.wanted)
    for duty in roster.duties:
        team = problem.teams.get(problem.people[duty.person].team or "")
        if team is None:
            continue
        if team.pattern is not None:
            turn = problem.patterns[team.pattern].turn(crew=team.crew, day=duty.day)
            pattern += problem.weights.off_pattern * (turn != duty.shift)
        post += problem.weights.off_post * bool(team.posts and duty.post not in team.posts)
    ideal = fairness.ideals(problem=problem)
    done = fairness.worked(problem=problem, duties=roster.duties)
    unfair = dict.fromkeys(MEASURES, 0.0)
    for (who, measure), value in done.items():
        weight = problem.weights.fairness.get(measure, 0.0)
        unfair[measure] += weight * (value - ideal[who, measure]) ** 2
    return Cost(under, over, requests, pattern, post, **unfair)


def shortages(*, problem: RosterProblem, roster: Roster, demand: Demand) -> tuple[tuple[int, float], ...]:
    """How many a demand is short of (below 0: too many), piece by piece with its hours (1 where a shift is named)."""
    if demand.shift is not None:
        there = sum(
            (duty.day, duty.shift, duty.post) == (demand.day, demand.shift, demand.post)
            for duty in roster.duties
        )
        return ((demand.count - there, 1.0),)
    return tuple(
        (demand.count - there, (last - first) / 60)
        for first, last, there in presence(problem=problem, roster=roster, demand=demand)
    )


def presence(*, problem: RosterProblem, roster: Roster, demand: Demand) -> tuple[tuple[int, int, int], ...]:
    """Who many are at a demand's post, as (from minute, until minute, people) over its span."""
    offset = demand.day * DAY_MINUTES
    first, last = offset + demand.from_minutes, offset + demand.until_minutes
    changes: dict[int, int] = {first: 0, last: 0}
    for duty in roster.duties:
        shift = problem.shifts[duty.shift]
        if duty.post != demand.post or shift.start_minutes is None:
            continue
        start = duty.day * DAY_MINUTES + shift.start_minutes
        begins, ends = max(start, first), min(start + shift.minutes, last)
        if begins < ends:
            changes[begins] = changes.get(begins, 0) + 1
            changes[ends] = changes.get(ends, 0) - 1
    pieces, there = [], 0
    times = sorted(changes)
    for at, until in zip(times, times[1:], strict=False):
        there += changes[at]
        pieces.append((at - offset, until - offset, there))
    return tuple(pieces)


def _unknown(problem: RosterProblem, roster: Roster) -> Iterator[Objection]:
    tables = (("person", problem.people), ("shift", problem.shifts), ("post", problem.posts))
    for duty in roster.duties:
        subject = f"{duty.person}, day {duty.day}"
        for word, table in tables:
            name = getattr(duty, word)
            if name not in table:
                yield Objection("roster-unknown", subject, f"there is no {word} {name}")
        if not 0 <= duty.day < problem.days:
            yield Objection("roster-unknown", subject, f"the roster has {problem.days} days")


def _duty_breaches(problem: RosterProblem, duty: Duty) -> Iterator[Objection]:
    """What forbids one duty by itself: qualification, side, absence, the draw."""
    person, post, on = problem.people[duty.person], problem.posts[duty.post], problem.on(duty.day)

    def breach(code: str, because: str) -> Objection:
        return Objection(f"roster-{code}", duty.person, f"{on}: {because}")

    for need in post.needs:
        held = [one for one in person.qualifications if one.id == need]
        if not held:
            yield breach("qualification", f"post {post.id} needs {need}")
        elif not any(one.is_valid(on=on) for one in held):
            yield breach("qualification", f"post {post.id} needs {need}, which is not valid that day")
    if post.side is not None and person.side is not None and post.side != person.side:
        yield breach("side", f"post {post.id} is {post.side}, the person {person.side}")
    for absence in person.absences:
        if absence.is_on(on=on):
            yield breach("absent", f"absent: {absence.reason}")
    if person.drawn is not None and duty.day not in person.drawn:
        yield breach("not-drawn", "not drawn for that day")


def _line_breaches(problem: RosterProblem, person: Person, duties: list[Duty]) -> Iterator[Objection]:
    """What one person's duties break together."""

    def breach(code: str, because: str) -> Objection:
        return Objection(f"roster-{code}", person.id, because)

    days = [duty.day for duty in duties]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield breach("twice", f"{problem.on(day)}: more than one shift")
    for number, duty in enumerate(duties):
        finished = person.shifts_before + sum(one.day < duty.day for one in duties[:number])
        wanted = problem.posts[duty.post].shifts_before
        if finished < wanted:
            yield breach(
                "experience", f"{problem.on(duty.day)}: {finished} shifts done, {duty.post} asks for {wanted}"
            )
    sides = {problem.posts[duty.post].side for duty in duties} - {None}
    if len(sides) > 1:
        yield breach("sides", f"works on both sides: {', '.join(sorted(str(one) for one in sides))}")
    line = sorted([*person.before, *((duty.day, duty.shift) for duty in duties), *person.after])
    yield from (breach(code, because) for code, because in _rests(problem, line))
    yield from (breach(code, because) for code, because in _runs(problem, person, line))
    yield from (breach(code, because) for code, because in _amounts(problem, person, line))


def _rests(problem: RosterProblem, line: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    for (day, one), (later, other) in zip(line, line[1:], strict=False):
        if later < 0 or day >= problem.days:
            continue
        first, second = problem.shifts[one], problem.shifts[other]
        if later == day + 1 and other in first.not_next:
            yield "follow", f"{problem.on(later)}: {other} may not follow {one}"
        if first.start_minutes is None or second.start_minutes is None:
            continue
        rest = (later - day) * DAY_MINUTES + second.start_minutes - first.start_minutes - first.minutes
        if later > day and rest < problem.rest_minutes:
            yield (
                "rest",
                f"{problem.on(later)}: {clock(max(rest, 0))} of rest, {clock(problem.rest_minutes)} needed",
            )


def _runs(problem: RosterProblem, person: Person, line: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """Days worked in a row, days off in a row, nights in a row."""
    limits, last = person.limits, problem.days - 1
    nights = [day for day, shift in line if problem.shifts[shift].night]
    runs = list(_spans([day for day, _ in line]))
    for first, until in runs:
        length = until - first + 1
        if first <= last and until >= 0 and limits.run_max is not None and length > limits.run_max:
            yield "run", f"{length} days in a row from {problem.on(first)}, at most {limits.run_max}"
        if first > 0 and until < last and length < limits.run_min:
            yield "run-short", f"{length} days in a row from {problem.on(first)}, at least {limits.run_min}"
    within = [run for run in runs if run[0] <= last and run[1] >= 0]
    for (_, until), (first, _) in zip(within, within[1:], strict=False):
        if until + 1 > 0 and first - until - 1 < limits.off_run_min:
            yield (
                "off-short",
                f"{first - until - 1} days off from {problem.on(until + 1)}, at least {limits.off_run_min}",
            )
    for first, until in _spans(nights):
        most = limits.nights_run_max
        if first <= last and until >= 0 and most is not None and until - first + 1 > most:
            yield "nights", f"{until - first + 1} nights in a row from {problem.on(first)}, at most {most}"


def _amounts(
    problem: RosterProblem, person: Person, line: list[tuple[int, str]]
) -> Iterator[tuple[str, str]]:
    """Hours in all and by week, weekends, shifts of one sort."""
    limits = person.limits
    mine = [(day, problem.shifts[shift]) for day, shift in line if 0 <= day < problem.days]
    minutes = sum(shift.minutes for _, shift in mine)
    if limits.minutes_max is not None and minutes > limits.minutes_max:
        yield "hours", f"{minutes} minutes, at most {limits.minutes_max}"
    if minutes < limits.minutes_min:
        yield "hours-short", f"{minutes} minutes, at least {limits.minutes_min}"
    if limits.weekends_max is not None:
        weekends = {
            problem.on(day).isocalendar()[:2]
            for day, _ in mine
            if problem.on(day).weekday() in (SATURDAY, SUNDAY)
        }
        if len(weekends) > limits.weekends_max:
            yield "weekends", f"{len(weekends)} weekends, at most {limits.weekends_max}"
    if limits.week_minutes_max is not None:
        weeks: dict[tuple[int, int], int] = defaultdict(int)
        for day, shift in line:
            weeks[_week(problem.on(day))] += problem.shifts[shift].minutes
        for week in sorted({_week(problem.on(day)) for day, _ in mine}):
            if weeks[week] > limits.week_minutes_max:
                yield (
                    "week-hours",
                    f"{weeks[week]} minutes in week {week[1]}, at most {limits.week_minutes_max}",
                )
    for name, most in limits.shifts_max.items():
        number = sum(shift.id == name for _, shift in mine)
        if number > most:
            yield "shift-limit", f"{number} shifts {name}, at most {most}"


def _week(on: date) -> tuple[int, int]:
    year, week, _ = on.isocalendar()
    return year, week


def _spans(days: list[int]) -> Iterator[tuple[int, int]]:
    """Days, in order, as spans of days in a row."""
    first: int | None = None
    previous = 0
    for day in sorted(set(days)):
        if first is not None and day > previous + 1:
            yield first, previous
            first = None
        if first is None:
            first = day
        previous = day
    if first is not None:
        yield first, previous


def _settled(problem: RosterProblem, roster: Roster) -> Iterator[Objection]:
    """What has been, and what is pinned, stays."""
    given = set(roster.duties)
    for pin in problem.pins:
        if pin not in given:
            yield Objection(
                "roster-pin", pin.person, f"{problem.on(pin.day)}: {pin.shift} at {pin.post} is not kept"
            )
    pinned = set(problem.pins)
    for duty in roster.duties:
        if duty.day < problem.settled_days and duty not in pinned:
            yield Objection("roster-settled", duty.person, f"{problem.on(duty.day)}: that day is past")
