"""The roster problem: people, shifts, posts with their demand, rules and weights, as frozen values.

Days are counted from the first day of the roster (0); times are minutes after 00:00 of a day. A *duty* is one person at one
post for one shift; a person has at most one on a day, which is the day it begins.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY_MINUTES = 1440
MEASURES = ("nights", "weekends", "hours", "exposure")
"""What is to be fair: night shifts, shifts that begin on a Saturday or Sunday, hours, hours times a post's exposure."""
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Shift:
    """A span of duty; `start_minutes` is None where only the length is known (then `not_next` says all about rest)."""

    id: str
    start_minutes: int | None
    minutes: int
    night: bool = False
    not_next: frozenset[str] = frozenset()
    """Shifts that may not follow on the next day, besides what rest forbids."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where people are needed: qualifications that must be valid that day, side of the port, exposure per hour.

    `shifts_before` is how many shifts somebody must have finished before: two for a post that decides exemptions.
    """

    id: str
    needs: tuple[str, ...] = ()
    side: str | None = None
    exposure: float = 0.0
    shifts_before: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """How many are wanted at a post: from minute to minute of a day (weights a person and hour), or in one shift of it
    (`shift` named, weights a person)."""

    post: str
    day: int
    count: int
    under: float
    over: float
    from_minutes: int = 0
    until_minutes: int = DAY_MINUTES
    shift: str | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Turns that repeat day by day (a shift, or None for rest) and where in them each crew stands on day 0."""

    id: str
    turns: tuple[str | None, ...]
    crews: Mapping[str, int]

    def turn(self, *, crew: str, day: int) -> str | None:
        """The shift of a crew on a day; None: it rests."""
        return self.turns[(self.crews[crew] + day) % len(self.turns)]


@dataclass(frozen=True, slots=True)
class Team:
    """People who keep together: in one crew of a pattern, at their usual posts (none named: any)."""

    id: str
    pattern: str | None = None
    crew: str = ""
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Qualification:
    """A training, licence or language, valid from and until these days (both included; None: without end)."""

    id: str
    from_on: date | None = None
    until_on: date | None = None

    def is_valid(self, *, on: date) -> bool:
        """Whether it holds on a day."""
        return (self.from_on is None or self.from_on <= on) and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days (both included; None: open) on which somebody may not work: leave, or a state of health."""

    reason: str
    from_on: date
    until_on: date | None = None

    def is_on(self, *, on: date) -> bool:
        """Whether it covers a day."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Limits:
    """The hard limits of one person; None: no limit. A run that touches the first or last day may be shorter than its
    least; what was worked before, and what stands after, counts towards its most."""

    minutes_max: int | None = None
    minutes_min: int = 0
    week_minutes_max: int | None = None
    run_max: int | None = None
    run_min: int = 1
    off_run_min: int = 1
    nights_run_max: int | None = None
    weekends_max: int | None = None
    shifts_max: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """A wish: to work a shift on a day, or not to (`shift` None: any shift); `weight` is what not granting it costs."""

    day: int
    shift: str | None
    wanted: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be rostered. `before` are the last duties as (day below 0, shift), `after` those that stand after the
    last day; `shifts_before` all shifts ever finished; `worked` what was worked of each measure; `drawn` the days drawn
    for (None: every day)."""

    id: str
    unit: str = ""
    team: str | None = None
    side: str | None = None
    qualifications: tuple[Qualification, ...] = ()
    absences: tuple[Absence, ...] = ()
    limits: Limits = Limits()
    requests: tuple[Request, ...] = ()
    before: tuple[tuple[int, str], ...] = ()
    shifts_before: int = 0
    worked: Mapping[str, float] = field(default_factory=dict)
    drawn: frozenset[int] | None = None
    after: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """One person at one post for one shift."""

    day: int
    shift: str
    post: str
    person: str


@dataclass(frozen=True, slots=True)
class Weights:
    """Cost of a duty off the crew's pattern, of one at a post that is not the team's, and of each measure's squared
    distance from its ideal."""

    off_pattern: float = 0.0
    off_post: float = 0.0
    fairness: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Everything a roster is made from. Days before `settled_days` are as the pins say; a pin is a duty that stays."""

    name: str
    first_on: date
    days: int
    shifts: Mapping[str, Shift]
    posts: Mapping[str, Post]
    demands: tuple[Demand, ...]
    people: Mapping[str, Person]
    patterns: Mapping[str, Pattern] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    rest_minutes: int = 600
    weights: Weights = Weights()
    settled_days: int = 0
    pins: tuple[Duty, ...] = ()

    def on(self, day: int) -> date:
        """The date of a day."""
        return self.first_on + timedelta(days=day)

    def is_weekend(self, day: int) -> bool:
        """Whether a day is a Saturday or Sunday."""
        return self.on(day).weekday() >= SATURDAY
