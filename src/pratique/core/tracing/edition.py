"""An edition of tracing rules: what counts as a case, when one is infectious, and who is a contact. Data, not code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pratique.core.tracing.presence import Setting


class Grade(StrEnum):
    """How a contact is classed, the strictest first."""

    CLOSE = "close"
    GENERAL = "general"
    NONE = "none"

    @property
    def strictness(self) -> int:
        """Larger is stricter."""
        return _STRICTNESS[self]


_STRICTNESS = {Grade.CLOSE: 2, Grade.GENERAL: 1, Grade.NONE: 0}


class Near(StrEnum):
    """What a rule means by near: everybody at the place; so many rows before and behind, whole rows; so many seats in
    any direction; who served the section of the cabin."""

    ANYWHERE = "anywhere"
    ROWS = "rows"
    SEATS = "seats"
    SECTION = "section"


class Only(StrEnum):
    """Whom a rule speaks of."""

    EVERYBODY = "everybody"
    TRAVELLERS = "travellers"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: in these settings, whoever was so near for at least `minutes_min` is a contact of this grade.

    `distance` counts rows or seats; `aisle_seats` how many seats an aisle stands for. Two who missed each other by no
    more than `within_minutes` count as having met. Staff whose protection was at least `protection_from` are of grade
    `protected` instead. `air` restricts the rule to places whose air is moved so; empty: any.
    """

    code: str
    settings: Sequence[Setting]
    grade: Grade
    title: Said
    source: str
    near: Near = Near.ANYWHERE
    distance: int = 0
    aisle_seats: int = 0
    only: Only = Only.EVERYBODY
    minutes_min: int = 0
    within_minutes: int = 0
    protection_from: int | None = None
    protected: Grade = Grade.NONE
    air: Sequence[str] = ()
    local: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From when a case is infectious: hours before onset, and before the first positive sample of one without symptoms.

    `whole_days` lets it begin with that day, by the port's clock. It ends when the case is isolated.
    """

    onset_hours: int
    sample_hours: int
    whole_days: bool
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A sort of case: somebody for whom all facts of one of the alternatives hold (`!` before one: does not hold)."""

    code: str
    title: Said
    alternatives: Sequence[Sequence[str]]
    traced: bool
    source: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition with its jurisdiction, dates and sources. `unknown_seat_near`: whoever's seat nobody knows counts as
    near. The order of the definitions is that in which they are tried."""

    code: str
    jurisdiction: str
    from_on: date
    until_on: date | None
    title: Said
    sources: dict[str, Said] = field(hash=False)
    unknown_seat_near: bool
    window: Window
    definitions: Sequence[Definition]
    rules: Sequence[Rule]

    def get_rule(self, code: str) -> Rule:
        """The rule of that code; raises KeyError."""
        return next(rule for rule in self.rules if rule.code == code)
