"""What the duties that stand after a roster leave room for on its last days, in the words of a layout.

A run that goes on after the last day, nights in a row and a week that does not end with the roster leave so much for a *tail*
of its days: an amount with a most, which counts from the tail's first day. A shift that alone is too much there, or after
which the next duty comes too soon, is closed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pratique.core.roster.problem import DAY_MINUTES, Person, RosterProblem


@dataclass(frozen=True, slots=True)
class Tail:
    """From day `first` on (0 or below: all the roster's days) no more than `most`, of which `held` was used before the roster;
    `gains` is what each shift adds, `full` the same before it was capped at `most`."""

    first: int
    most: int
    held: int
    gains: Mapping[str, int]
    full: Mapping[str, int]


def list_amounts(*, problem: RosterProblem, person: Person) -> Iterator[Tail]:
    """The tails that can bind beyond the shifts they close."""
    for one in _list_tails(problem, person):
        left = problem.days - max(one.first, 0)
        if one.held + left * max(one.gains.values(), default=0) > one.most > 0:
            yield one


def list_closed(*, problem: RosterProblem, person: Person) -> set[tuple[int, str]]:
    """The (day, shift) that the duties after the roster rule out whatever else is worked."""
    closed = {
        (day, shift)
        for one in _list_tails(problem, person)
        for day in range(max(one.first, 0), problem.days)
        for shift, gain in one.full.items()
        if gain > one.most
    }
    following = dict(person.after).get(problem.days)
    if following is not None:
        closed |= {(problem.days - 1, one) for one in problem.shifts if not follows(problem, one, following)}
    return closed


def follows(problem: RosterProblem, one: str, other: str) -> bool:
    """Whether a shift may come on the day after another."""
    first, second = problem.shifts[one], problem.shifts[other]
    if second.id in first.not_next:
        return False
    if first.start_minutes is None or second.start_minutes is None:
        return True
    rest = DAY_MINUTES + second.start_minutes - first.start_minutes - first.minutes
    return rest >= problem.rest_minutes


def _list_tails(problem: RosterProblem, person: Person) -> Iterator[Tail]:
    limits, line = person.limits, {**dict(person.before), **dict(person.after)}

    def is_night(shift: str) -> bool:
        return problem.shifts[shift].night

    yield from _run(problem, line, limits.run_max, lambda shift: True)
    yield from _run(problem, line, limits.nights_run_max, is_night)
    if limits.week_minutes_max is not None:
        last_on = problem.on(problem.days - 1)
        first = problem.days - 1 - last_on.weekday()
        minutes = {day: problem.shifts[shift].minutes for day, shift in line.items()}
        then = sum(minutes.get(day, 0) for day in range(problem.days, first + 7))
        if then:
            held = sum(minutes.get(day, 0) for day in range(first, 0))
            gains = {one.id: one.minutes for one in problem.shifts.values()}
            yield _tail(first, limits.week_minutes_max - then, held, gains)


def _run(
    problem: RosterProblem, line: Mapping[int, str], most: int | None, counts: Callable[[str], bool]
) -> Iterator[Tail]:
    """A run of days that count goes on after the roster: the days before it may not all count."""
    if most is None:
        return
    length = 0
    while problem.days + length in line and counts(line[problem.days + length]):
        length += 1
    if not length:
        return
    span = max(1, most - length + 1)
    first = problem.days - span
    if all(day in line and counts(line[day]) for day in range(first, 0)):
        yield _tail(first, span - 1, max(0, -first), {one: int(counts(one)) for one in problem.shifts})


def _tail(first: int, most: int, held: int, gains: Mapping[str, int]) -> Tail:
    most = max(most, 0)
    capped = {shift: min(gain, most) for shift, gain in gains.items()}
    return Tail(first, most, min(held, most), capped, gains)
