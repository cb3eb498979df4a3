"""From a health declaration, what is seen at the desk and what other lists say to the facts that rules ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pratique.core.answers import Objection
from pratique.core.screening.edition import Edition, Grading
from pratique.core.screening.fact import FACTS, Origin, Sort, Value

CELSIUS_LEAST, CELSIUS_MOST = 30.0, 45.0
"""Outside of these a thermometer is wrong, not a person (the bounds of the duty `temperature`)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was in a place (an ISO 3166 code, refined by dashes) from a day until another, both included."""

    place: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration as it was filled in: every field of the form by name, whatever the form asks, and the journey.

    A field that was left empty is absent or None. Names and documents may stand here; `gather` takes none of them.
    """

    answers: Mapping[str, Value | None] = field(default_factory=dict)
    visits: Sequence[Visit] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What the journey comes to: the strictest level known (None: it cannot be said yet), the visit that gave it, and
    the days of the window on which nobody knows where the traveller was."""

    level: str | None
    visit: Visit | None
    gaps: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts that are known, how the journey was read, and answers that were not believed."""

    facts: dict[str, Value]
    history: History
    objections: tuple[Objection, ...]


def gather(
    *,
    told: Declaration,
    seen: Mapping[str, Value | None],
    arrived_on: date,
    edition: Edition,
    subject: str = "",
) -> Gathered:
    """The facts of one traveller: asked ones from the declaration, the others from `seen` (desk and lists).

    What is of the wrong sort or beyond what a body has is not believed: the fact stays unknown, and an objection names
    it. A declaration cannot answer what must be seen or listed (a temperature, the crew list, an exemption).
    """
    facts: dict[str, Value] = {}
    objections: list[Objection] = []
    for name, fact in FACTS.items():
        value = told.answers.get(name) if fact.origin is Origin.ASKED else seen.get(name)
        if fact.origin is Origin.ASKED and value is None:
            value = seen.get(name)
        if value is None or fact.origin is Origin.JOURNEY:
            continue
        if not _is_answer(fact.sort, value):
            objections.append(Objection("answer_not_believed", subject, f"{name}: {value!r}"))
            continue
        facts[name] = value
    for visit in told.visits:
        if visit.until_on < visit.from_on:
            objections.append(Objection("visit_backwards", subject, f"{visit.place}: ends before it begins"))
    history = read_history(visits=told.visits, arrived_on=arrived_on, edition=edition)
    if history.level is not None:
        facts["history_level"] = history.level
    return Gathered(facts, history, tuple(objections))


def _is_answer(sort: Sort, value: Value) -> bool:
    if sort is Sort.FLAG:
        return isinstance(value, bool)
    if sort is Sort.WORD:
        return isinstance(value, str)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and CELSIUS_LEAST <= float(value) <= CELSIUS_MOST


def read_history(*, visits: Sequence[Visit], arrived_on: date, edition: Edition) -> History:
    """The strictest level of the places of the window and of the day of arrival, each by its level on the days of the visit.

    A day of the window without a place leaves the level open, unless what is known is already the strictest of all.
    """
    days = [arrived_on - timedelta(days=back) for back in range(edition.history_days, -1, -1)]
    valid = [visit for visit in visits if visit.from_on <= visit.until_on]
    found: tuple[int, Visit] | None = None
    gaps = []
    for day in days:
        there = [visit for visit in valid if visit.from_on <= day <= visit.until_on]
        if not there and day < arrived_on:
            gaps.append(day)
        for visit in there:
            rank = edition.levels.index(grade(place=visit.place, on=day, edition=edition))
            if found is None or rank > found[0]:
                found = (rank, visit)
    if found is None:
        return History(None, None, tuple(gaps))
    rank, visit = found
    settled = not gaps or rank == len(edition.levels) - 1
    return History(edition.levels[rank] if settled else None, visit, tuple(gaps))


def grade(*, place: str, on: date, edition: Edition) -> str:
    """The level of a place on a day: its own, else that of what it lies in (CN-53 in CN), else what unknown counts as."""
    name = place
    while name:
        for grading in edition.gradings:
            if grading.place == name and _covers(grading, on):
                return grading.level
        name = name.rpartition("-")[0]
    return edition.level_unknown


def _covers(grading: Grading, on: date) -> bool:
    return grading.from_on <= on and (grading.until_on is None or on <= grading.until_on)
