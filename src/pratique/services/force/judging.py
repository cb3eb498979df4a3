"""A change of duties judged by the whole line of everybody it concerns: what it breaks with the duties that follow, too.

A week and the longest run end within seven days of the last day that changes, so that the days looked at go so far beyond.
Only what is broken by the change counts against it; what was broken before is for another plan to mend.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from pratique.core.answers import Objection
from pratique.core.roster import check
from pratique.core.roster.problem import Duty, RosterProblem
from pratique.services.force import people, pose
from pratique.services.force.calls import STANDING
from pratique.store import models


def frame(*, first_on: date, days: int, now: datetime, drawn: bool = True) -> RosterProblem:
    """Everybody with their rules over so many days and those that follow."""
    return pose.frame(first_on=first_on, days=days + pose.AFTER_DAYS, now=now, drawn=drawn)


def judge(
    *, problem: RosterProblem, days: int, before: Iterable[Duty], after: Iterable[Duty]
) -> tuple[Objection, ...]:
    """What everybody whose duties of the first `days` days change breaks by it; `problem` is a `frame` of those days, in
    which the duties in force follow. Who is not of it is named by `roster-unknown` if they are put to a duty."""
    old, new = set(before), set(after)
    follows = [duty for duty in pose.read_in_force(problem=problem).duties if duty.day >= days]
    found: set[Objection] = set()
    for who in sorted({duty.person for duty in old ^ new}):
        if who not in problem.people:
            if any(duty.person == who for duty in new - old):
                found.add(Objection("roster-unknown", who, "may not be rostered"))
            continue
        mine, then = (sorted(duty for duty in (*some, *follows) if duty.person == who) for some in (old, new))
        found |= set(check.new_breaches(problem=problem, person=who, before=mine, after=then))
    return tuple(sorted(found))


def find_apart(
    *,
    first_on: date,
    before: Iterable[Duty],
    after: Iterable[Duty],
    released: Iterable[tuple[int, str]] = (),
) -> tuple[Objection, ...]:
    """Whoever would newly be there on a day on which somebody they are kept apart from is called or has a duty, which is how
    the draw keeps people apart. `before` and `after` are everybody's duties, `released` the (day, person) whose call
    goes with the change."""
    apart = people.read_apart()
    old = {(duty.day, duty.person) for duty in before}
    new = {(duty.day, duty.person) for duty in after}
    fresh = {one for one in new - old if one[1] in apart}
    if not fresh:
        return ()
    called = _read_called(first_on, {day for day, _ in fresh})
    there = new | (called - set(released))
    return tuple(
        Objection("roster-apart", who, f"{first_on + timedelta(days=day)}: kept apart from somebody there")
        for day, who in sorted(fresh - called)
        if any((day, other) in there for other in apart[who])
    )


def _read_called(first_on: date, days: set[int]) -> set[tuple[int, str]]:
    """Who is counted on by a call on which of these days."""
    rows: Any = models.CallOut.objects.filter(
        on__in=[first_on + timedelta(days=day) for day in days], person__isnull=False, state__in=STANDING
    )
    return {((on - first_on).days, str(who)) for on, who in rows.values_list("on", "person_id")}
