"""The roster problem of the moment: demand from posts, flights and trips; people with leave, training, rest and health."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from pratique.core.roster import check, fairness
from pratique.core.roster.plan import Roster
from pratique.core.roster.problem import (
    MEASURES,
    Absence,
    Demand,
    Duty,
    Limits,
    Pattern,
    Person,
    Post,
    RosterProblem,
    Shift,
    Team,
    Weights,
)
from pratique.services import force
from pratique.services.force import people, rules
from pratique.services.force.calls import STANDING
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.queries.flights import ask_due

DAYS_MAX = 31
BEFORE_DAYS = AFTER_DAYS = 7
"""How far beyond its days a roster is looked at: a week, and the longest run, end within them."""
WORKED_DAYS = 28
LOAD_SHARE = 0.7
HEADS_USUAL = 150
"""Heads of a flight without a list: so many of its seats, or so many where its seats are not known either."""
USUAL_TIMES = 3
HOURS = 24


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody the planner may not move: duties of theirs break a rule by themselves and stay as they are."""

    person: str
    code: str
    because: str


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, and who was left out of it."""

    problem: RosterProblem
    left_out: tuple[LeftOut, ...]


def pose(*, first_on: date, days: int, now: datetime) -> Posed:
    """The problem of so many days; on days that are drawn only those called may work.

    What has begun, and what was set by hand, is pinned. Where such a duty breaks a rule by itself its holder is left out by
    name, and the duty counts as filled. Duties in force after the last day stay: nothing may break a rule with them.
    """
    days = max(1, min(days, DAYS_MAX))
    problem = frame(first_on=first_on, days=days, now=now)
    in_force = read_in_force(problem=problem)
    problem = _carry_after(_part(problem, in_force), in_force)
    fixed = _list_fixed(problem, now)
    left_out = tuple(_find_broken(problem, fixed, in_force))
    gone = {one.person for one in left_out}
    there = [duty for duty in in_force.duties if duty.person in gone]
    settled = min(max(0, (_day(now) - first_on).days), days)
    problem = replace(
        problem,
        people={who: one for who, one in problem.people.items() if who not in gone},
        demands=tuple(_read_demands(problem, there)),
        pins=tuple(duty for duty in fixed if duty.person not in gone),
        settled_days=settled,
    )
    return Posed(problem, left_out)


def _part(problem: RosterProblem, in_force: Roster) -> RosterProblem:
    """Of those kept apart from each other only one is open to be put to a day: who has a duty on it, else by turns."""
    apart = people.read_apart()
    standing = {(duty.day, duty.person) for duty in in_force.duties}
    concerned = sorted(apart.keys() & problem.people.keys())
    closed: dict[str, set[int]] = defaultdict(set)
    for day in range(problem.days if concerned else 0):
        turn = problem.on(day).toordinal() % len(concerned)
        here = [who for who in concerned[turn:] + concerned[:turn] if _is_open(problem, who, day)]
        here.sort(key=lambda who: (day, who) not in standing)
        taken: set[str] = set()
        for who in here:
            if (day, who) in standing or not apart[who] & taken:
                taken.add(who)
            else:
                closed[who].add(day)
    every = frozenset(range(problem.days))
    parted = {}
    for who, days in closed.items():
        one = problem.people[who]
        parted[who] = replace(one, drawn=(every if one.drawn is None else one.drawn) - days)
    return replace(problem, people={**problem.people, **parted})


def _is_open(problem: RosterProblem, who: str, day: int) -> bool:
    """Whether somebody could be put to a day at all: drawn for it, and not away."""
    one = problem.people[who]
    return (one.drawn is None or day in one.drawn) and not any(
        away.is_on(on=problem.on(day)) for away in one.absences
    )


def _carry_after(problem: RosterProblem, in_force: Roster) -> RosterProblem:
    """The problem with the duties that stand in the days after it. Whose duties in force break a rule with them already is
    planned without: that is not of this problem's making."""
    ids = [UUID(who) for who in problem.people]
    since = problem.on(problem.days)
    rows = people.read_service(people=ids, since=since, before=since + timedelta(days=AFTER_DAYS))
    carried = {}
    for who, service in rows.items():
        one = problem.people[str(who)]
        after = tuple(
            ((row.on - problem.first_on).days, row.shift) for row in service if row.shift in problem.shifts
        )
        mine = [duty for duty in in_force.duties if duty.person == one.id]
        then = replace(problem, people={one.id: replace(one, after=after)})
        known = set(check.line_breaches(problem=problem, person=one.id, duties=mine))
        if set(check.line_breaches(problem=then, person=one.id, duties=mine)) <= known:
            carried[one.id] = then.people[one.id]
    return replace(problem, people={**problem.people, **carried})


def frame(*, first_on: date, days: int, now: datetime, drawn: bool = True) -> RosterProblem:
    """Everybody and the rules over so many days, with nothing demanded and nothing pinned: what a line is judged by."""
    known: list[Any] = people.list_officers()
    return RosterProblem(
        name=f"force {first_on}",
        first_on=first_on,
        days=days,
        shifts=_read_shifts(),
        posts=_read_posts(),
        demands=(),
        people=_read_people(known, first_on, days, now, drawn),
        patterns=_read_patterns(first_on),
        teams=_read_teams(known, first_on),
        rest_minutes=rules.get_rules().rest_minutes,
        weights=_read_weights(),
    )


def _day(now: datetime) -> date:
    return ports.find_day(at=now)


def _read_shifts() -> dict[str, Shift]:
    told = rules.get_rules().shifts
    return {name: Shift(name, one.start_minutes, one.minutes, one.night) for name, one in told.items()}


def _read_posts() -> dict[str, Post]:
    return {
        name: Post(name, one.needs, one.side or None, one.exposure, one.shifts_before)
        for name, one in rules.get_rules().posts.items()
    }


def _read_weights() -> Weights:
    told = rules.get_rules().weights
    return Weights(told.off_pattern, told.off_post, told.fairness)


def _read_patterns(first_on: date) -> dict[str, Pattern]:
    name = rules.get_rules().pattern
    one = rules.get_rules().patterns[name]
    turns = tuple(turn or None for turn in one.turns)
    ahead = (first_on - one.anchor_on).days
    return {
        name: Pattern(name, turns, {crew: (place + ahead) % len(turns) for crew, place in one.crews.items()})
    }


def name_team(person: Any) -> str | None:
    """The team somebody keeps to: crew and, within it, the few who keep together."""
    pattern = rules.get_rules().patterns[rules.get_rules().pattern]
    return f"{person.crew}{person.team}" if person.crew in pattern.crews else None


def _read_teams(known: Iterable[Any], first_on: date) -> dict[str, Team]:
    """Teams with the posts they usually work: where its people stood several times lately."""
    team_of = {who.id: name_team(who) for who in known}
    stood: dict[str, Counter[str]] = defaultdict(Counter)
    rows = models.Deployment.objects.filter(
        person_id__in=list(team_of), on__gte=first_on - timedelta(days=WORKED_DAYS), in_at__isnull=False
    )
    for who, post in rows.values_list("person_id", "post"):
        stood[team_of[who] or ""][post] += 1
    known_posts = rules.get_rules().posts
    return {
        team: Team(
            team,
            rules.get_rules().pattern,
            next(who.crew for who in known if name_team(who) == team),
            tuple(sorted(p for p, n in stood[team].items() if n >= USUAL_TIMES and p in known_posts)),
        )
        for team in sorted({team for team in team_of.values() if team})
    }


def _read_people(
    known: list[Any], first_on: date, days: int, now: datetime, drawn: bool
) -> dict[str, Person]:
    ids = [who.id for who in known]
    last_on = first_on + timedelta(days=days - 1)
    absences = people.read_absences(people=ids, first_on=first_on, last_on=last_on)
    for ahead in (0, 1):
        on = _day(now) + timedelta(days=ahead)
        for who, code in people.read_overdue(now=now, ahead=ahead).items():
            absences.setdefault(who, []).append(Absence(code, on, on))
    for who, on in _list_absent(first_on, last_on):
        absences.setdefault(who, []).append(Absence("did not come", on, on))
    held = people.read_qualifications(people=known)
    service = people.read_service(people=ids, since=first_on - timedelta(days=WORKED_DAYS), before=first_on)
    finished = force.count_finished(people=ids, before=now)
    called = _read_called(first_on, last_on) if drawn else {}
    limits = rules.get_rules().limits
    found = {}
    for who in known:
        mine = [row for row in service.get(who.id, ()) if row.shift in rules.get_rules().shifts]
        late = first_on - timedelta(days=BEFORE_DAYS)
        found[str(who.id)] = Person(
            id=str(who.id),
            unit=str(who.unit_id),
            team=name_team(who),
            side=who.side or None,
            qualifications=held.get(who.id, ()),
            absences=tuple(absences.get(who.id, ())),
            limits=Limits(
                run_max=limits.run_max,
                nights_run_max=limits.nights_run_max,
                week_minutes_max=limits.week_minutes_max,
            ),
            before=tuple(((row.on - first_on).days, row.shift) for row in mine if row.on >= late),
            shifts_before=finished[who.id],
            worked=_measure(mine),
            drawn=_days_open(called, who.id, first_on, days),
        )
    return found


def _list_absent(first_on: date, last_on: date) -> list[tuple[UUID, date]]:
    """Who did not come on which day: nobody plans them for that day again."""
    rows = models.Deployment.objects.filter(on__range=(first_on, last_on), absent_at__isnull=False)
    return list(rows.values_list("person_id", "on"))


def _read_called(first_on: date, last_on: date) -> dict[date, set[UUID]]:
    """Of each day that is drawn, who is called for it."""
    span = (first_on, last_on)
    found: dict[date, set[UUID]] = {
        on: set() for on in models.Draw.objects.filter(on__range=span).values_list("on", flat=True)
    }
    rows = models.CallOut.objects.filter(on__range=span, person__isnull=False, state__in=STANDING)
    for on, who in rows.values_list("on", "person_id"):
        found[on].add(who)
    return found


def _days_open(
    called: Mapping[date, set[UUID]], who: UUID, first_on: date, days: int
) -> frozenset[int] | None:
    """The days somebody may be put to: those not drawn yet, and those they are called for; None: every day."""
    if not called:
        return None
    span = [first_on + timedelta(days=day) for day in range(days)]
    return frozenset(day for day, on in enumerate(span) if on not in called or who in called[on])


def _measure(rows: Iterable[Any]) -> dict[str, float]:
    """What was worked lately, by measure; only shifts that somebody came to count."""
    found = dict.fromkeys(MEASURES, 0.0)
    told = rules.get_rules()
    for row in rows:
        if row.in_at is None:
            continue
        hours = (row.ends_at - row.starts_at).total_seconds() / 3600
        post = told.posts.get(row.post)
        found["nights"] += told.shifts[row.shift].night
        found["weekends"] += row.on.weekday() >= 5
        found["hours"] += hours
        found["exposure"] += hours * (post.exposure if post else 0.0)
    return found


def _list_fixed(problem: RosterProblem, now: datetime) -> list[Duty]:
    """Duties that have begun, or were set by hand, in the problem's words."""
    rows = _list_deployed(problem)
    return [duty for duty, row in rows if row.pinned or row.starts_at <= now]


def read_in_force(*, problem: RosterProblem) -> Roster:
    """The duties of the roster in force over the problem's days, of its people, shifts and posts."""
    return Roster(tuple(sorted(duty for duty, _row in _list_deployed(problem))))


def _list_deployed(problem: RosterProblem) -> list[tuple[Duty, Any]]:
    rows: list[Any] = list(
        models.Deployment.objects.filter(
            on__gte=problem.first_on, on__lt=problem.on(problem.days), absent_at=None
        )
    )
    return [
        (Duty((row.on - problem.first_on).days, row.shift, row.post, str(row.person_id)), row)
        for row in rows
        if row.shift in problem.shifts and row.post in problem.posts and str(row.person_id) in problem.people
    ]


def _find_broken(problem: RosterProblem, fixed: list[Duty], in_force: Roster) -> Iterable[LeftOut]:
    """Whose fixed duties break a rule: nothing lawful could be planned for them beside."""
    by_person: dict[str, list[Duty]] = defaultdict(list)
    for duty in sorted(fixed):
        by_person[duty.person].append(duty)
    for who, mine in sorted(by_person.items()):
        found = check.line_breaches(problem=problem, person=who, duties=mine)
        if found:
            yield LeftOut(who, found[0].code, found[0].because)


def _read_demands(problem: RosterProblem, there: Iterable[Duty]) -> Iterable[Demand]:
    """Demand post by post, by spans of hours with one count; who is left out is not asked for again, nor is the first
    morning, which is of the night before."""
    flights, trips = _read_flights(problem), _read_trips(problem)
    filled: Counter[tuple[str, int]] = Counter()
    for duty in there:
        start = duty.day * HOURS + (problem.shifts[duty.shift].start_minutes or 0) // 60
        for hour in range(start, start + problem.shifts[duty.shift].minutes // 60):
            filled[duty.post, hour] += 1
    told = rules.get_rules()
    of_day = {
        hour
        for shift in told.shifts.values()
        for hour in range(shift.start_minutes // 60, (shift.start_minutes + shift.minutes) // 60)
    }
    for name, post in told.posts.items():
        base = [_base(name, hour) for hour in range(HOURS)]
        for day in range(problem.days):
            counts = []
            for hour in range(HOURS):
                at = day * HOURS + hour
                wanted = max(
                    base[hour],
                    math.ceil(flights[name].get(at, 0.0) - 1e-9),
                    math.ceil(post.per_trip * trips.get(at, 0) - 1e-9),
                )
                is_ours = day > 0 or hour in of_day
                counts.append(max(0, wanted - filled[name, at]) if is_ours else 0)
            yield from _spans(name, day, counts, post.under or told.under, told.over)


def list_demands(*, first_on: date, days: int) -> tuple[Demand, ...]:
    """How many are wanted at each post, hour by hour, by posts, flights and trips as they stand; the first morning belongs to the night
    before and is left out."""
    problem = RosterProblem("demand", first_on, days, _read_shifts(), _read_posts(), (), {})
    return tuple(_read_demands(problem, ()))


def _base(post: str, hour: int) -> int:
    told = rules.get_rules()
    for shift, count in told.posts[post].count.items():
        rule = told.shifts[shift]
        if (hour * 60 - rule.start_minutes) % 1440 < rule.minutes:
            return count
    return 0


def _spans(post: str, day: int, counts: list[int], under: float, over: float) -> Iterable[Demand]:
    first = 0
    for hour in range(1, HOURS + 1):
        if hour == HOURS or counts[hour] != counts[first]:
            if counts[first]:
                yield Demand(post, day, counts[first], under, over, first * 60, hour * 60)
            first = hour


def _read_flights(problem: RosterProblem) -> dict[str, dict[int, float]]:
    """Officers asked for by flights: by post and hour from the first day, heads by the post's measure and the level."""
    zone = ports.find_zone()
    begins_at = datetime.combine(problem.first_on, time(), zone)
    ends_at = begins_at + timedelta(days=problem.days)
    flights = list(
        models.Flight.objects.alias(due=ask_due()).filter(
            due__range=(begins_at - timedelta(hours=6), ends_at), closed_at=None
        )
    )
    listed = dict(
        models.Listing.objects.filter(flight__in=flights, gone_version=None)
        .values_list("flight_id")
        .annotate(heads=Count("traveller_id"))
    )
    found: dict[str, dict[int, float]] = {name: {} for name in rules.get_rules().posts}
    for flight in flights:
        heads = listed.get(flight.id) or (LOAD_SHARE * flight.seats if flight.seats else HEADS_USUAL)
        level = rules.get_rules().levels.get(flight.protection, 1.0)
        arrives = ((flight.landed_at or flight.due_at) - begins_at).total_seconds()
        for name, post in rules.get_rules().posts.items():
            if not post.heads_each:
                continue
            first, last = arrives / 60 + post.from_minutes, arrives / 60 + post.until_minutes
            for hour in range(math.floor(first / 60), math.ceil(last / 60)):
                found[name][hour] = found[name].get(hour, 0.0) + heads * level / post.heads_each
    return found


def _read_trips(problem: RosterProblem) -> dict[int, int]:
    """How many trips of the transport plan run in each hour from the first day."""
    begins_at = datetime.combine(problem.first_on, time(), ports.find_zone())
    ends_at = begins_at + timedelta(days=problem.days)
    rows = models.Trip.objects.filter(withdrawn_at=None, during__overlap=(begins_at, ends_at))
    found: Counter[int] = Counter()
    for during in rows.values_list("during", flat=True):
        first = max(0.0, (during.lower - begins_at).total_seconds() / 3600)
        last = min(problem.days * HOURS, (during.upper - begins_at).total_seconds() / 3600)
        found.update(range(math.floor(first), math.ceil(last)))
    return found


def read_fairness(*, problem: RosterProblem, duties: Iterable[Duty]) -> list[dict[str, Any]]:
    """How evenly each measure is spread: figures over everybody, never of one person or one group."""
    return [
        {
            "measure": one.measure,
            "least": round(one.least, 1),
            "most": round(one.most, 1),
            "ideal": round(one.ideal, 1),
            "deviation": round(one.deviation, 2),
            "people": one.people,
        }
        for one in fairness.figures(problem=problem, duties=duties)
    ]
