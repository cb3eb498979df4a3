"""The roster problem's file form (docs/reference/roster-problem.md).

What is wrong with the whole (a shift, a post, a demand, a rule) refuses the file; what is wrong with one person leaves that
person out, by name, and keeps everybody else. Every fault names its place and remedy.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pratique.core.answers import Problem
from pratique.core.roster.fields import Fields
from pratique.core.roster.plan import clock
from pratique.core.roster.problem import (
    DAY_MINUTES,
    MEASURES,
    Absence,
    Demand,
    Duty,
    Limits,
    Pattern,
    Person,
    Post,
    Qualification,
    Request,
    RosterProblem,
    Shift,
    Team,
    Weights,
)

VERSION = 1
DAYS_MOST = 400
_LIMITS = (
    *("minutes_max", "minutes_min", "week_minutes_max", "run_max", "run_min", "off_run_min"),
    *("nights_run_max", "weekends_max"),
)


def is_roster(*, document: Any) -> bool:
    """Whether a document says that it is a roster problem, or can be nothing else."""
    if not isinstance(document, dict):
        return False
    return document.get("kind") == "roster" or {"shifts", "people"} <= document.keys()


def read(*, document: Any) -> tuple[RosterProblem | None, tuple[Problem, ...]]:
    """The problem a document states, with what had to be left out; or None with every fault that refuses it."""
    fields = Fields()
    if not isinstance(document, dict):
        fields.fault(
            "type", "document", "it is not an object", "give a JSON object with the keys of the reference"
        )
        return None, tuple(fields.problems)
    if document.get("version", VERSION) != VERSION:
        fields.fault(
            "version", "version", f"version {document['version']!r} is unknown", f"write version {VERSION}"
        )
    first_on = fields.day(document, "first", "document") or date(2020, 1, 6)
    days = fields.whole(document, "days", "document", least=1, most=DAYS_MOST)
    rest = fields.whole(document, "rest_minutes", "document", most=DAY_MINUTES, default=600)
    shifts = fields.keyed(document, "shifts", lambda where, row: _read_shift(fields, where, row))
    for where, row in fields.rows(document, "shifts"):
        fields.known(row, "not_next", where, shifts)
    _judge_shifts(fields, shifts, rest)
    posts = fields.keyed(document, "posts", lambda where, row: _read_post(fields, where, row))
    patterns = fields.keyed(
        document, "patterns", lambda w, row: _read_pattern(fields, w, row, shifts), needed=False
    )
    teams = fields.keyed(
        document, "teams", lambda w, row: _read_team(fields, w, row, patterns, posts), needed=False
    )
    span = _Span(first_on, days)
    demands = tuple(
        demand
        for where, row in fields.rows(document, "demand")
        for demand in _read_demand(fields, where, row, span, (shifts, posts))
    )
    defaults = _read_limits(fields, fields.table(document, "limits"), "limits", Limits(), shifts)
    people = _read_people(fields, document, span, (shifts, teams, defaults))
    weights = _read_weights(fields, fields.table(document, "weights"))
    settled = fields.day(document, "settled_until", "document") if "settled_until" in document else first_on
    pins = tuple(
        pin
        for where, row in fields.rows(document, "pins", needed=False)
        if (pin := _read_pin(fields, where, row, span, (shifts, posts, people)))
    )
    if not demands and not fields.is_refused:
        fields.fault("missing", "demand", "nobody is wanted anywhere", 'add rows to "demand"')
    if fields.is_refused:
        return None, tuple(fields.problems)
    name = document.get("name")
    return (
        RosterProblem(
            name if isinstance(name, str) else "",
            first_on,
            days,
            shifts,
            posts,
            demands,
            people,
            patterns,
            teams,
            rest,
            weights,
            max(0, (settled - first_on).days) if settled else 0,
            pins,
        ),
        tuple(fields.problems),
    )


class _Span:
    """The days of the roster."""

    def __init__(self, first_on: date, days: int) -> None:
        self.first_on, self.days = first_on, days

    def number(
        self, fields: Fields, row: Mapping[str, Any], where: str, *, place: str = "within"
    ) -> int | None:
        """The day a row's `on` names, from 0: within the roster, or only `before` its first or `after` its last day."""
        on = fields.day(row, "on", where)
        if on is None:
            return None
        day = (on - self.first_on).days
        if place != ("before" if day < 0 else "within" if day < self.days else "after"):
            which = {
                "before": "before the first day",
                "within": f"one of the {self.days} days from {self.first_on}",
                "after": "after the last day",
            }[place]
            fields.fault(
                "day", f"{where}.on", f"{on} is not {which}", "give such a day, or leave the row out"
            )
            return None
        return day


def _read_shift(fields: Fields, where: str, row: Mapping[str, Any]) -> Shift:
    minutes = fields.whole(row, "minutes", where, least=1, most=DAY_MINUTES)
    start = fields.minute(row, "start", where) if row.get("start") is not None else None
    return Shift(
        str(row.get("id")),
        start,
        minutes,
        fields.truth(row, "night", where),
        frozenset(fields.words(row, "not_next", where)),
    )


def _judge_shifts(fields: Fields, shifts: Mapping[str, Shift], rest: int) -> None:
    """A shift and the rest after it may not reach past the next day; either all shifts have a start, or none."""
    for one in shifts.values():
        if one.start_minutes is not None and one.start_minutes + one.minutes + rest > 2 * DAY_MINUTES:
            fields.fault(
                "shift-long",
                f"shift {one.id}",
                "with the rest after it, it reaches past the end of the next day",
                "shorten the shift or the rest",
            )


def _read_post(fields: Fields, where: str, row: Mapping[str, Any]) -> Post:
    return Post(
        str(row.get("id")),
        fields.words(row, "needs", where),
        fields.word(row, "side", where) if row.get("side") is not None else None,
        fields.number(row, "exposure", where, default=0.0),
        fields.whole(row, "shifts_before", where, most=100, default=0),
    )


def _read_pattern(fields: Fields, where: str, row: Mapping[str, Any], shifts: Mapping[str, Shift]) -> Pattern:
    turns = row.get("turns")
    if (
        not isinstance(turns, list)
        or not turns
        or not all(one is None or (isinstance(one, str) and one in shifts) for one in turns)
    ):
        fields.fault(
            "pattern",
            f"{where}.turns",
            "its turns are not shifts",
            'give shifts and null, as ["D", "N", null]',
        )
        turns = [None]
    crews = row.get("crews")
    good = isinstance(crews, dict) and all(
        isinstance(one, int) and not isinstance(one, bool) for one in crews.values()
    )
    if not good:
        fields.fault(
            "pattern",
            f"{where}.crews",
            "its crews have no places",
            'give where each stands on day 0, as {"A": 0}',
        )
    return Pattern(str(row.get("id")), tuple(turns), dict(crews) if good and crews else {})


def _read_team(
    fields: Fields,
    where: str,
    row: Mapping[str, Any],
    patterns: Mapping[str, Pattern],
    posts: Mapping[str, Post],
) -> Team:
    pattern = fields.word(row, "pattern", where, patterns) if row.get("pattern") is not None else None
    crew = fields.word(row, "crew", where, patterns[pattern].crews) if pattern and pattern in patterns else ""
    return Team(str(row.get("id")), pattern, crew, fields.known(row, "posts", where, posts))


def _read_demand(
    fields: Fields,
    where: str,
    row: Mapping[str, Any],
    span: _Span,
    tables: tuple[Mapping[str, Shift], Mapping[str, Post]],
) -> Iterable[Demand]:
    """The demands of one row: of one day or (without `on`) of every day; hour by hour, from minute to minute, or in a shift."""
    shifts, posts = tables
    post = fields.word(row, "post", where, posts)
    under = fields.number(row, "under", where, default=100.0)
    over = fields.number(row, "over", where, default=1.0)
    if "on" in row:
        day = span.number(fields, row, where)
        days: Iterable[int] = () if day is None else (day,)
    else:
        days = range(span.days)
    pieces: list[tuple[int, int, int, str | None]] = []
    if "hours" in row:
        hours = row["hours"]
        if not isinstance(hours, list) or len(hours) != 24 or not all(_is_count(one) for one in hours):
            fields.fault(
                "hours",
                f"{where}.hours",
                "it is not 24 counts",
                "give 24 whole numbers, one an hour from 00:00",
            )
        else:
            cuts = [0, *(hour for hour in range(1, 24) if hours[hour] != hours[hour - 1]), 24]
            pieces = [
                (first * 60, last * 60, hours[first], None)
                for first, last in zip(cuts, cuts[1:], strict=False)
            ]
    else:
        count = fields.whole(row, "count", where, most=10_000)
        shift = fields.word(row, "shift", where, shifts) if "shift" in row else None
        first = fields.minute(row, "from", where) if "from" in row else 0
        until = fields.minute(row, "until", where) if "until" in row else DAY_MINUTES
        if until <= first:
            fields.fault(
                "span",
                f"{where}.until",
                "it ends before it begins",
                "split what passes midnight into two rows",
            )
        pieces = [(first, until, count, shift)]
    if any(shift is None for *_, shift in pieces) and any(
        one.start_minutes is None for one in shifts.values()
    ):
        fields.fault(
            "start",
            where,
            "it names hours, and a shift has no start",
            "give every shift a start, or name a shift",
        )
    return [
        Demand(post, day, count, under, over, first, until, shift)
        for day in days
        for first, until, count, shift in pieces
        if count
    ]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _read_limits(
    fields: Fields, row: Mapping[str, Any], where: str, defaults: Limits, shifts: Mapping[str, Shift]
) -> Limits:
    values: dict[str, Any] = {key: getattr(defaults, key) for key in _LIMITS}
    for key in _LIMITS:
        if key in row and row[key] is None:
            values[key] = getattr(Limits(), key)
        elif key in row:
            values[key] = fields.whole(row, key, where, most=10_000_000)
    for key in row.keys() - set(_LIMITS) - {"shifts_max"}:
        fields.fault(
            "unknown", f"{where}.{key}", "there is no such limit", f"one of {', '.join(_LIMITS)}, shifts_max"
        )
    for key in ("run_min", "off_run_min"):
        values[key] = max(1, values[key])
    if values["run_max"] is not None and values["run_min"] > values["run_max"] > 0:
        fields.fault("span", f"{where}.run_min", "it is above run_max", "lower one or raise the other")
    most = dict(defaults.shifts_max)
    given = row.get("shifts_max", {})
    if not isinstance(given, dict) or not all(_is_count(one) for one in given.values()):
        fields.fault("type", f"{where}.shifts_max", "it is no table of counts", 'give {"N": 5}')
        given = {}
    for shift, number in given.items():
        if shift not in shifts:
            fields.fault(
                "unknown", f"{where}.shifts_max", f"there is no shift {shift!r}", "name one of the shifts"
            )
        most[shift] = number
    return Limits(**values, shifts_max=most)


_Tables = tuple[Mapping[str, Shift], Mapping[str, Team], Limits]


def _read_people(
    fields: Fields, document: Mapping[str, Any], span: _Span, tables: _Tables
) -> dict[str, Person]:
    """Everybody whose row can be read; the others are named as left out."""
    people: dict[str, Person] = {}
    for where, row in fields.rows(document, "people", keeps=True):
        with fields.leaving_out(f"{where} is left out"):
            who = fields.word(row, "id", where)
            if who in people:
                fields.fault("duplicate", f"{where}.id", f"{who} occurs twice", "give each person one row")
            person = _read_person(fields, where, row, span, tables)
            if not fields.is_spoilt:
                people[who] = person
    return people


def _read_person(fields: Fields, where: str, row: Mapping[str, Any], span: _Span, tables: _Tables) -> Person:
    shifts, teams, defaults = tables
    team = fields.word(row, "team", where, teams) if row.get("team") is not None else None
    qualifications = tuple(
        Qualification(fields.word(one, "id", place), *fields.span(one, place))
        for place, one in fields.rows(row, "qualifications", where, needed=False, short="id")
    )
    absences = []
    for place, one in fields.rows(row, "absences", where, needed=False):
        first, last = fields.span(one, place)
        absences.append(Absence(fields.word(one, "reason", place), first or span.first_on, last))
    requests = []
    for place, one in fields.rows(row, "requests", where, needed=False):
        shift = fields.word(one, "shift", place, shifts) if one.get("shift") is not None else None
        day = span.number(fields, one, place)
        wanted, weight = fields.truth(one, "wanted", place), fields.number(one, "weight", place, default=1.0)
        requests.append(Request(day or 0, shift, wanted, weight))
    worked = fields.table(row, "worked", where)
    for key in worked.keys() - set(MEASURES):
        fields.fault(
            "unknown", f"{where}.worked.{key}", "there is no such measure", f"one of {', '.join(MEASURES)}"
        )
    drawn = None
    if row.get("drawn") is not None:
        drawn = frozenset((on - span.first_on).days for on in fields.dates(row, "drawn", where))
    return Person(
        str(row.get("id")),
        fields.word(row, "unit", where) if row.get("unit") is not None else "",
        team,
        fields.word(row, "side", where) if row.get("side") is not None else None,
        qualifications,
        tuple(absences),
        _read_limits(fields, fields.table(row, "limits", where), f"{where}.limits", defaults, shifts),
        tuple(requests),
        _read_beside(fields, where, row, "before", span, shifts),
        fields.whole(row, "shifts_before", where, most=100_000, default=0),
        {key: fields.number(worked, key, f"{where}.worked") for key in MEASURES if key in worked},
        drawn,
        _read_beside(fields, where, row, "after", span, shifts),
    )


def _read_beside(
    fields: Fields, where: str, row: Mapping[str, Any], key: str, span: _Span, shifts: Mapping[str, Shift]
) -> tuple[tuple[int, str], ...]:
    """The duties before the first day, or after the last."""
    found = []
    for place, one in fields.rows(row, key, where, needed=False):
        day = span.number(fields, one, place, place=key)
        found.append((day or -1, fields.word(one, "shift", place, shifts)))
    if len({day for day, _ in found}) < len(found):
        fields.fault("duplicate", f"{where}.{key}", "a day occurs twice", "give one shift a day")
    return tuple(sorted(found))


def _read_weights(fields: Fields, row: Mapping[str, Any]) -> Weights:
    fair = fields.table(row, "fairness", "weights")
    for key in fair.keys() - set(MEASURES):
        fields.fault(
            "unknown", f"weights.fairness.{key}", "there is no such measure", f"one of {', '.join(MEASURES)}"
        )
    return Weights(
        fields.number(row, "off_pattern", "weights", default=0.0),
        fields.number(row, "off_post", "weights", default=0.0),
        {key: fields.number(fair, key, "weights.fairness") for key in MEASURES if key in fair},
    )


def _read_pin(
    fields: Fields, where: str, row: Mapping[str, Any], span: _Span, tables: tuple[Mapping[str, Any], ...]
) -> Duty | None:
    day = span.number(fields, row, where)
    shift, post, person = (
        fields.word(row, key, where, table)
        for key, table in zip(("shift", "post", "person"), tables, strict=True)
    )
    return None if day is None else Duty(day, shift, post, person)


def write(*, problem: RosterProblem) -> dict[str, Any]:
    """The problem's file form; `read` gives the same problem back."""
    on = problem.on
    document: dict[str, Any] = {"version": VERSION, "kind": "roster", "name": problem.name}
    document |= {
        "first": problem.first_on.isoformat(),
        "days": problem.days,
        "rest_minutes": problem.rest_minutes,
    }
    document["shifts"] = [
        _said({"id": one.id, "minutes": one.minutes, "night": one.night, "not_next": sorted(one.not_next)})
        | ({} if one.start_minutes is None else {"start": clock(one.start_minutes)})
        for one in problem.shifts.values()
    ]
    document["posts"] = [
        _said({"id": one.id, "needs": list(one.needs), "side": one.side, "exposure": one.exposure})
        | _said({"shifts_before": one.shifts_before})
        for one in problem.posts.values()
    ]
    document["patterns"] = [
        {"id": one.id, "turns": list(one.turns), "crews": dict(one.crews)}
        for one in problem.patterns.values()
    ]
    document["teams"] = [
        _said({"id": one.id, "pattern": one.pattern, "crew": one.crew, "posts": list(one.posts)})
        for one in problem.teams.values()
    ]
    document["demand"] = [
        {
            "post": one.post,
            "on": on(one.day).isoformat(),
            "count": one.count,
            "under": one.under,
            "over": one.over,
        }
        | (
            {"shift": one.shift}
            if one.shift is not None
            else {"from": clock(one.from_minutes), "until": clock(one.until_minutes)}
        )
        for one in problem.demands
    ]
    document["people"] = [_write_person(problem, one) for one in problem.people.values()]
    weights = problem.weights
    document["weights"] = {"off_pattern": weights.off_pattern, "off_post": weights.off_post}
    document["weights"] |= {"fairness": dict(weights.fairness)}
    if problem.settled_days:
        document["settled_until"] = on(problem.settled_days).isoformat()
    if problem.pins:
        document["pins"] = [
            {"on": on(one.day).isoformat(), "shift": one.shift, "post": one.post, "person": one.person}
            for one in problem.pins
        ]
    return document


def _write_person(problem: RosterProblem, person: Person) -> dict[str, Any]:
    def span(one: Qualification | Absence) -> dict[str, str]:
        ends = {"from": one.from_on, "until": one.until_on}
        return {key: value.isoformat() for key, value in ends.items() if value is not None}

    limits = {
        key: getattr(person.limits, key)
        for key in (*_LIMITS, "shifts_max")
        if getattr(person.limits, key) != getattr(Limits(), key)
    }
    row = {"id": person.id} | _said({"unit": person.unit, "team": person.team, "side": person.side})
    row |= _said(
        {
            "qualifications": [{"id": one.id} | span(one) for one in person.qualifications],
            "absences": [{"reason": one.reason} | span(one) for one in person.absences],
            "limits": {
                key: dict(value) if isinstance(value, Mapping) else value for key, value in limits.items()
            },
            "requests": [
                {"on": problem.on(one.day).isoformat(), "wanted": one.wanted, "weight": one.weight}
                | _said({"shift": one.shift})
                for one in person.requests
            ],
            "before": [{"on": problem.on(day).isoformat(), "shift": shift} for day, shift in person.before],
            "after": [{"on": problem.on(day).isoformat(), "shift": shift} for day, shift in person.after],
            "shifts_before": person.shifts_before,
            "worked": dict(person.worked),
        }
    )
    if person.drawn is not None:
        row["drawn"] = [problem.on(day).isoformat() for day in sorted(person.drawn)]
    return row


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """What says something."""
    return {key: value for key, value in row.items() if value or key == "id"}
