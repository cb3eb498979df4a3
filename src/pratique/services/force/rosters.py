"""Rosters proposed from live state, planned in the background, adopted or refused; re-planned in seconds after a no-show."""

import threading
import time as stopwatch
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.roster import change, check, diff, json_form
from pratique.core.roster.plan import Roster, Unfilled
from pratique.core.roster.problem import Duty, RosterProblem
from pratique.engines.anytime import Progress
from pratique.engines.roster.replan import replan
from pratique.engines.roster.solve import solve
from pratique.services.force import judging, people, pose, rules
from pratique.store import locks, models
from pratique.store.queries import ports

SECONDS = 20.0
SECONDS_MAX = 120.0
REPLAN_SECONDS = 3.0
REPLAN_DAYS = 3
GOOD_MINUTES = 12 * 60
"""A proposal that is older has been overtaken by what happened since."""
LOST_SECONDS = 90
"""A planner not heard for so long beyond its time is taken to be gone."""
TELL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """Which days to plan, and for how many seconds."""

    first_on: date
    days: int
    seconds: float = SECONDS


def find_proposed() -> models.Roster | None:
    """The proposal that waits for an answer."""
    return models.Roster.objects.filter(state="proposed").first()


def find_planning() -> models.Roster | None:
    """The roster that is being planned."""
    return models.Roster.objects.filter(state="planning").order_by("made_at").first()


def find_adopted() -> models.Roster | None:
    """The roster in force: the last adopted."""
    return models.Roster.objects.filter(state="adopted").order_by("-settled_at").first()


def find_failed() -> models.Roster | None:
    """The last roster, if its planning failed."""
    last = models.Roster.objects.order_by("-made_at").first()
    return last if last is not None and last.state == "failed" else None


def request(*, order: Order, by: UUID, now: datetime) -> models.Roster:
    """Ask for a roster; a planner takes it up in the background. Raises `Refused`: `roster_planning`, `draw_past`."""
    if people.days_ahead(on=order.first_on, now=now) < 0:
        raise Refused("draw_past", "that day is over")
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        if find_planning() is not None:
            raise Refused("roster_planning", "a roster is being planned: wait for it, or stop it")
        return models.Roster.objects.create(
            first_on=order.first_on,
            days=max(1, min(order.days, pose.DAYS_MAX)),
            seconds=max(1.0, min(order.seconds, SECONDS_MAX)),
            base=find_adopted(),
            made_at=now,
            made_by_id=by,
        )


def stop(*, roster: UUID, by: UUID, now: datetime) -> None:
    """Stop planning; the best found so far is not kept. Raises `Refused("roster_unknown")`."""
    stopped = models.Roster.objects.filter(id=roster, state="planning").update(
        state="refused", settled_at=now, settled_by_id=by, because="stopped"
    )
    if not stopped:
        raise Refused("roster_unknown", "no such roster is being planned")


def work(*, clock: Callable[[], datetime], wall: Callable[[], datetime]) -> bool:
    """Plan the roster that was asked for, if there is one; whether there was. Meant for a process of its own.

    Progress is written down while it lasts; a stop is heeded. `wall` is the world's clock, by which a planner that is not
    heard any more is taken to be gone: a drill's may run faster.
    """
    row: Any = find_planning()
    if row is None:
        return False
    now = wall()
    if row.heard_at is not None and now < row.heard_at + timedelta(seconds=row.seconds + LOST_SECONDS):
        return False
    taken = models.Roster.objects.filter(id=row.id, state="planning", heard_at=row.heard_at)
    if not taken.update(heard_at=now):
        return False
    try:
        _plan(row, clock)
    except Refused as refused:
        models.Roster.objects.filter(id=row.id, state="planning").update(
            state="failed", because=refused.because, settled_at=clock()
        )
    return True


def _plan(row: Any, clock: Callable[[], datetime]) -> None:
    posed = pose.pose(first_on=row.first_on, days=row.days, now=clock())
    teller = _Teller(row.id)
    result = solve(problem=posed.problem, seconds=row.seconds, stop=teller.stop, tell=teller.tell)
    if teller.stop.is_set():
        return
    before = pose.read_in_force(problem=posed.problem)
    changes = diff.compare(before=before, after=result.roster, lost={})
    made = write(posed, result.roster, changes)
    made |= {
        "cost": write_cost(result.cost),
        "objective": result.cost.total,
        "bound": result.bound,
        "progress": teller.rows,
    }
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        if not models.Roster.objects.filter(id=row.id, state="planning").exists():
            return
        replace_proposed(now=clock())
        models.Roster.objects.filter(id=row.id).update(state="proposed", **made)


class _Teller:
    """Writes down what the planner says, now and then, and stops it when the desk does."""

    def __init__(self, roster: UUID) -> None:
        self.roster = roster
        self.rows: list[list[float]] = []
        self.stop = threading.Event()
        self.told_at = 0.0

    def tell(self, heard: Progress) -> None:
        self.rows.append([round(heard.seconds, 2), round(heard.objective, 2), round(heard.bound, 2)])
        if stopwatch.monotonic() < self.told_at + TELL_SECONDS:
            return
        self.told_at = stopwatch.monotonic()
        told = models.Roster.objects.filter(id=self.roster, state="planning").update(progress=self.rows)
        if not told:
            self.stop.set()


def replan_now(
    *, changes: Iterable[change.Change] = (), by: UUID, now: datetime, seconds: float = REPLAN_SECONDS
) -> models.Roster:
    """Fill again what was lost (no-shows known, leave entered, and `changes`) with the fewest changes; a proposal.

    Raises `Refused`: `roster_nothing_lost`.
    """
    zone = ports.find_zone()
    today = now.astimezone(zone).date()
    posed = pose.pose(first_on=today, days=REPLAN_DAYS, now=now)
    base = _read_base(posed.problem, today, now)
    told = tuple(changes)
    local = now.astimezone(zone).replace(tzinfo=None)
    replanning = change.apply(problem=posed.problem, base=base, changes=told, now=local)
    if not replanning.lost and not replanning.wanted:
        raise Refused("roster_nothing_lost", "nobody is missing from the next days' roster")
    answer = replan(replanning=replanning, base=base, seconds=seconds)
    made = write(pose.Posed(replanning.problem, posed.left_out), answer.roster, answer.diff)
    made |= {
        "cost": write_cost(answer.cost) | {"changes": answer.changes, "fewest": answer.is_proven},
        "objective": answer.cost.total,
        "seconds": answer.seconds,
    }
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        replace_proposed(now=now)
        return models.Roster.objects.create(
            state="proposed",
            base=find_adopted(),
            first_on=today,
            days=REPLAN_DAYS,
            made_at=now,
            made_by_id=by,
            **made,
        )


def _read_base(problem: RosterProblem, today: date, now: datetime) -> Roster:
    """The roster in force with the duties of those who did not come since it was made, which are what is lost."""
    adopted = find_adopted()
    rows: list[Any] = list(
        models.Deployment.objects.filter(
            on__gte=today,
            on__lt=problem.on(problem.days),
            absent_at__gt=adopted.made_at if adopted else datetime.min.replace(tzinfo=UTC),
            ends_at__gt=now,
        )
    )
    missing = [
        Duty((row.on - problem.first_on).days, row.shift, row.post, str(row.person_id))
        for row in rows
        if row.shift in problem.shifts and row.post in problem.posts and str(row.person_id) in problem.people
    ]
    return Roster(tuple(sorted((*pose.read_in_force(problem=problem).duties, *missing))))


def write(posed: pose.Posed, roster: Roster, changes: diff.Diff) -> dict[str, Any]:
    problem = posed.problem
    return {
        "document": json_form.write(problem=problem),
        "duties": write_duties(problem=problem, roster=roster, pinned=set(problem.pins)),
        "unfilled": [write_unfilled(one) for one in roster.unfilled],
        "diff": write_diff(changes),
        "left_out": [[one.person, one.code, one.because] for one in posed.left_out],
        "fairness": pose.read_fairness(problem=problem, duties=roster.duties),
    }


def write_duties(*, problem: RosterProblem, roster: Roster, pinned: set[Duty]) -> list[dict[str, Any]]:
    """Duties as they are stored."""
    return [
        {
            "on": problem.on(duty.day).isoformat(),
            "shift": duty.shift,
            "post": duty.post,
            "person": duty.person,
            "pinned": duty in pinned,
        }
        for duty in roster.duties
    ]


def write_unfilled(one: Unfilled) -> dict[str, Any]:
    """A gap as it is stored."""
    return {name: getattr(one, name) for name in Unfilled.__slots__}


def write_diff(changes: diff.Diff) -> list[dict[str, Any]]:
    """A diff as it is stored."""

    def place(of: Duty | None) -> list[str] | None:
        return None if of is None else [of.shift, of.post]

    return [
        {
            "day": one.day,
            "person": one.person,
            "what": one.what,
            "before": place(one.before),
            "after": place(one.after),
            "because": one.because,
            "must": one.must,
        }
        for one in changes.changes
    ]


def write_cost(cost: check.Cost) -> dict[str, Any]:
    """A cost by part, as it is stored."""
    return {part: float(getattr(cost, part)) for part in check.Cost.__slots__}


def read_problem(*, roster: models.Roster) -> RosterProblem:
    """The problem a roster was made for."""
    found, faults = json_form.read(document=roster.document)
    if found is None:
        raise AssertionError(f"a stored problem is faulty: {faults[0].where}: {faults[0].message}")
    return found


def read_duties(*, roster: models.Roster) -> Roster:
    """The duties of a stored roster."""
    return Roster(
        tuple(
            sorted(
                Duty(
                    (date.fromisoformat(row["on"]) - roster.first_on).days,
                    row["shift"],
                    row["post"],
                    row["person"],
                )
                for row in roster.duties
            )
        )
    )


def replace_proposed(*, now: datetime) -> None:
    """No proposal stands any more; part of the caller's transaction, under the lock of the force."""
    models.Roster.objects.filter(state="proposed").update(state="replaced", settled_at=now)


def refuse(*, roster: UUID, because: str, by: UUID, now: datetime) -> models.Roster:
    """Say no to a proposal, and why; what is in force stays so. Raises `Refused`."""
    if not because.strip():
        raise Refused("reason_missing", "say why the roster is refused")
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        found = get_standing(roster=roster)
        return _settle(found, "refused", because, by, now)


def get_standing(*, roster: UUID) -> models.Roster:
    """The proposal, if it is still one. Raises `Refused`: `roster_unknown`, `roster_overtaken`."""
    found = models.Roster.objects.select_for_update().filter(id=roster).first()
    if found is None:
        raise Refused("roster_unknown", "there is no such roster")
    if found.state != "proposed":
        raise Refused("roster_overtaken", f"the roster is {found.state} already")
    return found


def _settle(row: models.Roster, state: str, because: str, by: UUID, now: datetime) -> models.Roster:
    row.state, row.because, row.settled_at = state, because, now
    row.settled_by_id = by  # type: ignore[attr-defined]
    row.save(update_fields=["state", "because", "settled_at", "settled_by"])
    return row


def adopt(*, roster: UUID, by: UUID, now: datetime) -> models.Roster:
    """Put a proposal in force: its duties of shifts not begun become everybody's, those it does not have are gone.

    All of it or nothing. Raises `Refused`: `roster_unknown`, `roster_overtaken` (another was adopted meanwhile, it is too
    old, two have swapped since, or what it assumed has changed so that a rule would be broken).
    """
    with transaction.atomic():
        locks.hold_in_transaction(locks.FORCE)
        found = get_standing(roster=roster)
        refuse_if_swapped(roster=found)
        _keep_off(found, by, now)
        _refuse_if_overtaken(found, now)
        _deploy(found, now)
        return _settle(found, "adopted", "", by, now)


def refuse_if_swapped(*, roster: models.Roster) -> None:
    """Raises `Refused("roster_overtaken")` where two have swapped a shift since the proposal was made: it would undo what they
    agreed on without a word to either."""
    last_on = roster.first_on + timedelta(days=roster.days - 1)
    planned = {(one["person"], one["on"], one["shift"], one["post"]) for one in roster.duties}
    agreed = models.Swap.objects.filter(state="agreed", settled_at__gte=roster.made_at)
    for swap in agreed.select_related("giver", "taker"):
        for on, who in ((swap.giver_on, swap.taker), (swap.taker_on, swap.giver)):
            if on is None or not roster.first_on <= on <= last_on:
                continue
            mine = models.Deployment.objects.filter(person=who, on=on).first()
            if mine and (str(who.id), on.isoformat(), mine.shift, mine.post) not in planned:
                two = f"{swap.giver.username} and {swap.taker.username}"
                raise Refused("roster_overtaken", f"{two} swapped a shift of {on} meanwhile: plan again")


def _keep_off(row: Any, by: UUID, now: datetime) -> None:
    """Who was taken off a day by hand is away that day, so that draws and plans to come know it; who is set to a post of it
    by hand is not off any more."""
    standing = models.Absence.objects.filter(sort="off", cancelled_at=None)
    for duty in row.duties:
        if duty["pinned"]:
            mine = standing.filter(person_id=duty["person"], from_on=duty["on"])
            mine.update(cancelled_at=now, cancelled_by_id=by)
    for who, on in row.off:
        if not standing.filter(person_id=who, from_on=on).exists():
            values = {"sort": "off", "from_on": on, "until_on": on, "entered_at": now, "entered_by_id": by}
            models.Absence.objects.create(person_id=who, **values)


def _refuse_if_overtaken(row: Any, now: datetime) -> None:
    adopted = find_adopted()
    if row.base_id != (adopted.id if adopted else None):
        raise Refused("roster_overtaken", "another roster was adopted meanwhile: plan again")
    if now - row.made_at > timedelta(minutes=GOOD_MINUTES):
        raise Refused("roster_overtaken", "the roster is too old: plan again")
    problem = judging.frame(first_on=row.first_on, days=row.days, now=now)
    planned = {person["id"] for person in row.document["people"]}
    before = [one for one in pose.read_in_force(problem=problem).duties if one.day < row.days]
    after = [*read_duties(roster=row).duties, *(one for one in before if one.person not in planned)]
    found = judging.judge(problem=problem, days=row.days, before=before, after=after)
    found += judging.find_apart(first_on=row.first_on, before=before, after=after)
    if found:
        raise Refused("roster_overtaken", f"{found[0].because}: plan again")


def _deploy(row: Any, now: datetime) -> None:
    """Write the duties down as deployments; what has begun stays as it is."""
    last_on = row.first_on + timedelta(days=row.days - 1)
    wanted = {(UUID(duty["person"]), date.fromisoformat(duty["on"])): duty for duty in row.duties}
    standing: list[Any] = list(models.Deployment.objects.filter(on__range=(row.first_on, last_on)))
    planned = {person["id"] for person in row.document["people"]}
    stay = {(one.person_id, one.on) for one in standing if _stays(one, now, planned)}
    gone = [one.id for one in standing if (one.person_id, one.on) not in stay]
    models.Deployment.objects.filter(id__in=gone).delete()
    units = dict(models.Person.objects.values_list("id", "unit_id"))
    crews = dict(models.Person.objects.values_list("id", "crew"))
    fresh = []
    for (who, on), duty in wanted.items():
        if (who, on) in stay:
            continue
        starts_at, ends_at = rules.find_hours(on=on, shift=duty["shift"])
        fresh.append(
            models.Deployment(
                person_id=who,
                unit_id=units[who],
                on=on,
                crew=crews[who],
                shift=duty["shift"],
                post=duty["post"],
                starts_at=starts_at,
                ends_at=ends_at,
                pinned=duty["pinned"] and starts_at > now,
                roster=row,
            )
        )
    models.Deployment.objects.bulk_create(fresh)


def _stays(one: Any, now: datetime, planned: set[str]) -> bool:
    """Whether a deployment is a fact already (somebody came or did not, its shift is over), or not of those planned."""
    is_fact = one.in_at is not None or one.absent_at is not None or one.ends_at <= now
    return is_fact or str(one.person_id) not in planned
