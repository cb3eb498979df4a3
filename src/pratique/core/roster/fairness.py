"""What is fair: each person's ideal of every measure, and how far a roster is from it.

The ideal is a person's share of all that is demanded and was worked before, by the days on which that person could do such work
at all: nobody is to make up for leave, illness or a missing licence, and nobody is spared for being new.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pratique.core.roster.problem import DAY_MINUTES, MEASURES, Duty, Person, Post, RosterProblem, Shift


@dataclass(frozen=True, slots=True)
class Figure:
    """How one measure is spread over those who could work it: `deviation` is the root of the mean squared distance from
    the ideal, the others are of the measure itself."""

    measure: str
    least: float
    most: float
    ideal: float
    deviation: float
    people: int


def amount(*, problem: RosterProblem, measure: str, day: int, shift: Shift, post: Post) -> float:
    """How much of a measure one duty is."""
    hours = shift.minutes / 60
    return {
        "nights": float(shift.night),
        "weekends": float(problem.is_weekend(day)),
        "hours": hours,
        "exposure": hours * post.exposure,
    }[measure]


def could_work(*, problem: RosterProblem, person: Person, day: int, post: Post) -> bool:
    """Whether nothing about the person alone forbids a post on a day: qualification, side, absence, the draw."""
    on = problem.on(day)
    if person.drawn is not None and day not in person.drawn:
        return False
    if any(one.is_on(on=on) for one in person.absences):
        return False
    if post.side is not None and person.side is not None and post.side != person.side:
        return False
    held = {one.id for one in person.qualifications if one.is_valid(on=on)}
    return held.issuperset(post.needs)


def ideals(*, problem: RosterProblem) -> dict[tuple[str, str], float]:
    """By person and measure, what would be fair in all (before and in this roster)."""
    heads = _demanded_heads(problem)
    found: dict[tuple[str, str], float] = {}
    days = _possible_days(problem)
    for measure in MEASURES:
        able = {who: days[who, measure] for who in problem.people if days[who, measure]}
        total = sum(problem.people[who].worked.get(measure, 0.0) for who in able)
        for (day, shift, post), number in heads.items():
            each = amount(
                problem=problem,
                measure=measure,
                day=day,
                shift=problem.shifts[shift],
                post=problem.posts[post],
            )
            total += number * each
        everybody = sum(able.values())
        for who in problem.people:
            share = able.get(who, 0) / everybody if everybody else 0.0
            found[who, measure] = total * share if who in able else problem.people[who].worked.get(measure, 0)
    return found


def worked(*, problem: RosterProblem, duties: Iterable[Duty]) -> dict[tuple[str, str], float]:
    """By person and measure, what was worked before and in these duties."""
    found = {
        (who, measure): float(person.worked.get(measure, 0.0))
        for who, person in problem.people.items()
        for measure in MEASURES
    }
    for duty in duties:
        for measure in MEASURES:
            found[duty.person, measure] += amount(
                problem=problem,
                measure=measure,
                day=duty.day,
                shift=problem.shifts[duty.shift],
                post=problem.posts[duty.post],
            )
    return found


def figures(*, problem: RosterProblem, duties: Iterable[Duty]) -> tuple[Figure, ...]:
    """The spread of each measure."""
    done, ideal = worked(problem=problem, duties=duties), ideals(problem=problem)
    days = _possible_days(problem)
    found = []
    for measure in MEASURES:
        able = [who for who in problem.people if days[who, measure]]
        values = [done[who, measure] for who in able]
        squares = [(done[who, measure] - ideal[who, measure]) ** 2 for who in able]
        count = max(len(able), 1)
        mean = sum(ideal[who, measure] for who in able) / count
        spread = math.sqrt(sum(squares) / count)
        found.append(
            Figure(measure, min(values, default=0.0), max(values, default=0.0), mean, spread, len(able))
        )
    return tuple(found)


def _possible_days(problem: RosterProblem) -> dict[tuple[str, str], int]:
    """By person and measure, the days on which the person could do some of it at a post with demand."""
    posts: dict[int, set[str]] = {day: set() for day in range(problem.days)}
    for one in problem.demands:
        if one.count:
            posts[one.day].add(one.post)
    found: dict[tuple[str, str], int] = {}
    for who, person in problem.people.items():
        open_shifts = [one for one in problem.shifts.values() if person.limits.shifts_max.get(one.id, 1)]
        counts: Mapping[str, int] = dict.fromkeys(MEASURES, 0)
        counts = dict(counts)
        for day in range(problem.days):
            mine = [
                problem.posts[post]
                for post in posts[day]
                if could_work(problem=problem, person=person, day=day, post=problem.posts[post])
            ]
            possible = {
                "nights": bool(mine) and any(one.night for one in open_shifts),
                "weekends": bool(mine) and problem.is_weekend(day) and bool(open_shifts),
                "hours": bool(mine) and bool(open_shifts),
                "exposure": any(one.exposure for one in mine) and bool(open_shifts),
            }
            for measure in MEASURES:
                counts[measure] += possible[measure]
        found |= {(who, measure): counts[measure] for measure in MEASURES}
    return found


def _demanded_heads(problem: RosterProblem) -> dict[tuple[int, str, str], float]:
    """People wanted by (day a shift begins, shift, post); an hour that several shifts cover is split evenly among them."""
    heads: dict[tuple[int, str, str], float] = {}
    timed = [one for one in problem.shifts.values() if one.start_minutes is not None]
    for one in problem.demands:
        if one.shift is not None:
            key = (one.day, one.shift, one.post)
            heads[key] = heads.get(key, 0.0) + one.count
            continue
        for first, last in _pieces(one.from_minutes, one.until_minutes, timed):
            covering = [
                (one.day - back, shift)
                for shift in timed
                for back in (0, 1)
                if _covers(shift, first + back * DAY_MINUTES) and one.day - back >= 0
            ]
            for day, shift in covering:
                key = (day, shift.id, one.post)
                each = one.count * (last - first) / shift.minutes / len(covering)
                heads[key] = heads.get(key, 0.0) + each
    return heads


def _pieces(first: int, last: int, shifts: list[Shift]) -> list[tuple[int, int]]:
    """A span cut wherever a shift begins or ends."""
    cuts = {first, last}
    for shift in shifts:
        start = shift.start_minutes or 0
        for at in (start, start + shift.minutes, start + shift.minutes - DAY_MINUTES):
            if first < at < last:
                cuts.add(at)
    ordered = sorted(cuts)
    return list(zip(ordered, ordered[1:], strict=False))


def _covers(shift: Shift, minute: int) -> bool:
    start = shift.start_minutes or 0
    return start <= minute < start + shift.minutes
