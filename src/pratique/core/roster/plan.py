"""A roster: duties, and every post that stays short of people with the reason and the cheapest remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pratique.core.answers import Problem
from pratique.core.roster.problem import Duty

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Unfilled:
    """A post short of `missing` people between two minutes of a day (in one shift where it is named), and what to do."""

    day: int
    from_minutes: int
    until_minutes: int
    post: str
    missing: int
    code: str
    because: str
    remedy: str
    shift: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Duties in order of day, shift and post, and what they leave unfilled."""

    duties: tuple[Duty, ...]
    unfilled: tuple[Unfilled, ...] = ()


def read(*, document: Any, first_on: date) -> tuple[Roster | None, tuple[Problem, ...]]:
    """The roster a document states (``{"kind": "roster", "duties": [...]}``), or None with every fault of form.

    Only the form is judged here; whether people, shifts and posts exist and the rules hold is for `check`.
    """
    if not isinstance(document, dict) or not isinstance(document.get("duties"), list):
        fault = Problem(
            "roster-plan-form", "duties", "there is no list of duties", 'give {"duties": [...]}', True
        )
        return None, (fault,)
    problems: list[Problem] = []
    duties = []
    for index, row in enumerate(document["duties"]):
        duty = _read_duty(f"duties[{index}]", row, first_on, problems)
        if duty is not None:
            duties.append(duty)
    if problems:
        return None, tuple(problems)
    return Roster(tuple(sorted(duties))), ()


def _read_duty(where: str, row: Any, first_on: date, problems: list[Problem]) -> Duty | None:
    before = len(problems)

    def fault(key: str, message: str, remedy: str) -> None:
        problems.append(Problem("roster-plan-form", f"{where}{key}", message, remedy, True))

    if not isinstance(row, dict):
        fault("", "it is not an object", "give on, shift, post and person")
        return None
    for key in ("shift", "post", "person"):
        if not isinstance(row.get(key), str) or not row[key]:
            fault(f".{key}", f"{row.get(key)!r} is not a word", "give its id as a text")
    day = 0
    try:
        day = (date.fromisoformat(row.get("on", "")) - first_on).days
    except (TypeError, ValueError):
        fault(".on", f"{row.get('on')!r} is not a date", "give a date such as 2020-04-06")
    if len(problems) > before:
        return None
    return Duty(day, row["shift"], row["post"], row["person"])


def write(*, roster: Roster, first_on: date) -> dict[str, Any]:
    """The roster's file form; `unfilled` is an addition that readers may ignore."""

    def on(day: int) -> str:
        return (first_on + timedelta(days=day)).isoformat()

    unfilled: list[Mapping[str, Any]] = [
        {"on": on(one.day), "from": clock(one.from_minutes), "until": clock(one.until_minutes)}
        | ({"shift": one.shift} if one.shift else {})
        | {"post": one.post, "missing": one.missing, "code": one.code}
        | {"because": one.because, "remedy": one.remedy}
        for one in roster.unfilled
    ]
    return {
        "version": VERSION,
        "kind": "roster",
        "duties": [
            {"on": on(one.day), "shift": one.shift, "post": one.post, "person": one.person}
            for one in roster.duties
        ],
        "unfilled": unfilled,
    }


def clock(minutes: int) -> str:
    """Minutes of a day as hours and minutes; the end of the day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
