"""A roster changed by hand: somebody to a post, or off duty; the core's checker judges at once. What was set is pinned.

An edit makes a new proposal of the old one (or of what is in force, if none stands), so that nobody adopts what they have not
seen.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Objection, Refused
from pratique.core.roster import check, diff
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import Duty, RosterProblem
from pratique.engines.roster.reasons import explain
from pratique.services.force import judging, pose, rosters, rules
from pratique.store import locks, models
from pratique.store.queries import ports


@dataclass(frozen=True, slots=True)
class Edit:
    """Put somebody to a post for a shift of a day; `shift` empty: take them off that day, which later plans keep like a
    post that was set. `roster` is the proposal that was seen (None: what is in force)."""

    roster: UUID | None
    person: UUID
    on: date
    shift: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The new proposal, or what the checker has against it (then the old one stands unchanged)."""

    roster: models.Roster | None
    breaches: tuple[Objection, ...]


def apply(*, edit: Edit, by: UUID, now: datetime) -> Edited:
    """Change a roster by hand. Raises `Refused`: `roster_unknown`, `roster_overtaken`, `roster_edit_unknown`."""
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        standing = _find_standing(edit.roster)
        problem, before, pinned = _read(standing, now)
        who, day = str(edit.person), (edit.on - problem.first_on).days
        _refuse_unknown(problem, edit, who, day)
        problem = _lift(problem, who, edit.on)
        rest = [duty for duty in before.duties if (duty.person, duty.day) != (who, day)]
        fresh = [Duty(day, edit.shift, edit.post, who)] if edit.shift else []
        after = Roster(tuple(sorted([*rest, *fresh])))
        found = _judge(problem, edit, before, after, now)
        if found:
            return Edited(None, found)
        after = Roster(after.duties, explain(problem=problem, roster=after))
        pins = {duty for duty in pinned if (duty.person, duty.day) != (who, day)} | set(fresh)
        in_force = pose.read_in_force(problem=problem)
        changes = diff.compare(before=in_force, after=after, lost={})
        cost = check.cost(problem=problem, roster=after)
        made = rosters.write(pose.Posed(problem, ()), after, changes)
        made["duties"] = rosters.write_duties(problem=problem, roster=after, pinned=pins)
        made["left_out"] = standing.left_out if standing else []
        made["off"] = _list_off(standing, edit)
        made |= {"cost": rosters.write_cost(cost), "objective": cost.total}
        bound = min(standing.bound, cost.total) if standing and standing.bound is not None else None
        rosters.replace_proposed(now=now)
        row = models.Roster.objects.create(
            state="proposed",
            base=rosters.find_adopted(),
            first_on=problem.first_on,
            days=problem.days,
            bound=bound,
            made_at=now,
            made_by_id=by,
            **made,
        )
    return Edited(row, ())


def _find_standing(roster: UUID | None) -> models.Roster | None:
    if roster is not None:
        standing = rosters.get_standing(roster=roster)
        rosters.refuse_if_swapped(roster=standing)
        return standing
    if rosters.find_proposed() is not None:
        raise Refused("roster_overtaken", "a roster was proposed meanwhile: look at it first")
    return None


def _read(standing: Any, now: datetime) -> tuple[RosterProblem, Roster, set[Duty]]:
    """The problem as it is now, the duties that are changed, and which of them are pinned."""
    first_on = standing.first_on if standing else ports.find_day(at=now)
    days = standing.days if standing else rules.get_rules().days
    problem = pose.pose(first_on=first_on, days=days, now=now).problem
    if standing is None:
        return problem, pose.read_in_force(problem=problem), set(problem.pins)
    before = rosters.read_duties(roster=standing)
    known = Roster(tuple(duty for duty in before.duties if duty.person in problem.people))
    marked: dict[tuple[str, str], bool] = defaultdict(bool)
    for row in standing.duties:
        marked[row["person"], row["on"]] = row["pinned"]
    pinned = {duty for duty in known.duties if marked[duty.person, problem.on(duty.day).isoformat()]}
    return problem, known, pinned


def _lift(problem: RosterProblem, who: str, on: date) -> RosterProblem:
    """The problem in which somebody is not off duty by hand on a day any more: a hand may undo what a hand did."""
    person = problem.people[who]
    absences = tuple(a for a in person.absences if (a.reason, a.from_on) != ("off", on))
    return replace(problem, people={**problem.people, who: replace(person, absences=absences)})


def _judge(
    problem: RosterProblem, edit: Edit, before: Roster, after: Roster, now: datetime
) -> tuple[Objection, ...]:
    """What the edit would break, of what follows the roster too, and whether it would bring together who is kept apart."""
    wide = judging.frame(first_on=problem.first_on, days=problem.days, now=now)
    wide = _lift(wide, str(edit.person), edit.on)
    apart = judging.find_apart(first_on=problem.first_on, before=before.duties, after=after.duties)
    found = judging.judge(problem=wide, days=problem.days, before=before.duties, after=after.duties)
    return (*found, *apart)


def _list_off(standing: Any, edit: Edit) -> list[list[str]]:
    """Who is off which day by hand, by the proposal that is made."""
    pair = [str(edit.person), edit.on.isoformat()]
    others = [one for one in (standing.off if standing else ()) if one != pair]
    return others if edit.shift else [*others, pair]


def _refuse_unknown(problem: RosterProblem, edit: Edit, who: str, day: int) -> None:
    known = (
        who in problem.people
        and problem.settled_days <= day < problem.days
        and (not edit.shift or (edit.shift in problem.shifts and edit.post in problem.posts))
    )
    if not known:
        raise Refused("roster_edit_unknown", "the roster has no such person, day, shift or post")
