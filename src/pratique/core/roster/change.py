"""What happened since a roster came into force, and the problem that is left.

Days before the clock's are as they were; duties of the clock's own day that have begun stay. Whoever did not come, fell ill or has
lost a qualification has lost duties; all else may stay as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pratique.core.answers import Problem
from pratique.core.roster import check
from pratique.core.roster.fields import Fields
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import Absence, Demand, Duty, RosterProblem

KINDS = ("no_show", "absent", "lapsed", "demand")


@dataclass(frozen=True, slots=True)
class Change:
    """`no_show`: a person, one day; `absent`: from and until; `lapsed`: a qualification, from a day on; `demand`: another
    count at a post on a day (between two minutes, or in a shift)."""

    kind: str
    person: str = ""
    reason: str = ""
    from_on: date | None = None
    until_on: date | None = None
    demand: Demand | None = None


@dataclass(frozen=True, slots=True)
class Replanning:
    """The problem as it is now, what is left of the roster in force, the duties lost with their reason, and demands that
    changed."""

    problem: RosterProblem
    kept: Roster
    lost: Mapping[Duty, str]
    wanted: frozenset[Demand]


def read(*, document: Any, problem: RosterProblem) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The changes a document lists, or every fault in it."""
    fields = Fields()
    if not isinstance(document, list):
        fields.fault("type", "document", "it is not a list", 'give a list such as [{"change": "no_show", …}]')
        return (), tuple(fields.problems)
    changes = []
    for where, row in fields.rows({"": document}, ""):
        kind = fields.word(row, "change", where, KINDS)
        changes.append(_read(fields, where, row, kind, problem))
    return (() if fields.problems else tuple(changes)), tuple(fields.problems)


def _read(fields: Fields, where: str, row: Mapping[str, Any], kind: str, problem: RosterProblem) -> Change:
    if kind == "demand":
        return Change(kind, demand=_read_demand(fields, where, row, problem))
    who = fields.word(row, "person", where, problem.people)
    if kind == "no_show":
        on = fields.day(row, "on", where)
        return Change(kind, who, "did not come", on, on)
    first, until = fields.span(row, where)
    if first is None:
        fields.fault("missing", f"{where}.from", "there is no first day", "give one such as 2020-04-06")
    what = fields.word(row, "reason" if kind == "absent" else "qualification", where) if kind else ""
    return Change(kind, who, what, first, until)


def _read_demand(fields: Fields, where: str, row: Mapping[str, Any], problem: RosterProblem) -> Demand:
    post = fields.word(row, "post", where, problem.posts)
    on = fields.day(row, "on", where) or problem.first_on
    day = (on - problem.first_on).days
    if not 0 <= day < problem.days:
        fields.fault("day", f"{where}.on", f"{on} is not a day of the roster", "give one of its days")
    shift = fields.word(row, "shift", where, problem.shifts) if "shift" in row else None
    span = [
        fields.minute(row, key, where) if key in row else end for key, end in (("from", 0), ("until", 1440))
    ]
    under, over = (
        fields.number(row, "under", where, default=100.0),
        fields.number(row, "over", where, default=1.0),
    )
    if span[1] <= span[0]:
        fields.fault("span", f"{where}.until", "it ends before it begins", "split what passes midnight")
    return Demand(
        post, day, fields.whole(row, "count", where, most=10_000), under, over, span[0], span[1], shift
    )


def apply(*, problem: RosterProblem, base: Roster, changes: tuple[Change, ...], now: datetime) -> Replanning:
    """The problem after what happened; `base` speaks of this problem's people, shifts and posts only."""
    people = dict(problem.people)
    for one in changes:
        if one.kind in ("no_show", "absent") and one.from_on is not None:
            absence = Absence(one.reason, one.from_on, one.until_on)
            person = people[one.person]
            people[one.person] = replace(person, absences=(*person.absences, absence))
        elif one.kind == "lapsed" and one.from_on is not None:
            people[one.person] = replace(
                people[one.person], qualifications=_lapsed(people[one.person].qualifications, one)
            )
    extra = frozenset(one.demand for one in changes if one.demand is not None)
    demands = (*(one for one in problem.demands if not any(_is_same(one, other) for other in extra)), *extra)
    today = (now.date() - problem.first_on).days
    changed = replace(problem, people=people, demands=tuple(demands))
    lost = {duty: reason for duty in base.duties if (reason := _lost(changed, duty, now))}
    for who in {duty.person for duty in lost}:
        # What was agreed as a least is not asked of somebody who cannot come.
        limits = replace(people[who].limits, run_min=1, off_run_min=1, minutes_min=0)
        people[who] = replace(people[who], limits=limits)
    changed = replace(changed, people=people)
    stay = tuple(duty for duty in base.duties if duty not in lost)
    begun = tuple(
        one for one in stay if one.day < today or (one.day == today and _has_begun(problem, one, now))
    )
    settled = min(max(0, today), problem.days)
    return Replanning(replace(changed, settled_days=settled, pins=begun), Roster(stay), lost, extra)


def _lapsed(held: tuple[Any, ...], change: Change) -> tuple[Any, ...]:
    assert change.from_on is not None
    before = date.fromordinal(change.from_on.toordinal() - 1)
    return tuple(
        replace(one, until_on=min(one.until_on or before, before)) if one.id == change.reason else one
        for one in held
    )


def _is_same(one: Demand, other: Demand) -> bool:
    """Whether the second says anew what the first said."""
    if (one.post, one.day, one.shift) != (other.post, other.day, other.shift):
        return False
    return one.shift is not None or (one.from_minutes, one.until_minutes) == (
        other.from_minutes,
        other.until_minutes,
    )


def _lost(problem: RosterProblem, duty: Duty, now: datetime) -> str:
    """Why a duty of today or later cannot be kept; empty if it can."""
    if problem.on(duty.day) < now.date():
        return ""
    found = check.line_breaches(problem=problem, person=duty.person, duties=[duty])
    alone = {"roster-absent", "roster-qualification", "roster-side", "roster-not-drawn"}
    return "; ".join(one.because for one in found if one.code in alone)


def _has_begun(problem: RosterProblem, duty: Duty, now: datetime) -> bool:
    start = problem.shifts[duty.shift].start_minutes
    return start is not None and start <= now.hour * 60 + now.minute
