"""The values of a protocol: what each kind of subject is owed, by whom, when, and what lets a gate open.

Nothing here computes; `protocol` reads these values from a document, `register` applies them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from pratique.core.duties.vocabulary import Kind, Words

Attribute: TypeAlias = str | int | float | bool


class Basis(StrEnum):
    """Where a rule comes from: a published source, or a choice of this port that its authority may change."""

    SOURCE = "source"
    LOCAL = "local setting"


@dataclass(frozen=True, slots=True)
class Source:
    """A document a rule rests on; `mark` says how well it was checked: V read in the primary text, S in a secondary
    one, M from memory (an M source cannot carry a rule by itself)."""

    code: str
    title: Words
    mark: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """What one attribute of a piece of evidence must be: one of `among`, or a number from `least` to `most`; with none
    of the three it must merely be there."""

    attribute: str
    among: tuple[Attribute, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Evidence of one of these kinds whose attributes are as wanted."""

    records: frozenset[str]
    wants: tuple[Want, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What discharges a duty.

    `count` pieces are needed; where it is more than one they must `differ` in that attribute, and a shared value of
    `differ_in_principle` is remarked. `about_trigger`: the evidence must say that it is about the record that
    triggered the duty. `apart_minutes`: evidence nearer than that to evidence already counted for another duty of the
    same rule is not counted. `void_if`: evidence is void once such a record about it stands (a lost sample).
    """

    pattern: Pattern
    count: int = 1
    differ: str = ""
    differ_in_principle: str = ""
    about_trigger: bool = False
    apart_minutes: int = 0
    void_if: Pattern | None = None


class Which(StrEnum):
    """Which of several triggering records counts."""

    FIRST = "first"
    LAST = "last"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Trigger:
    """The record that makes the duty owed; with `nth` above 1 every nth of them, in the order they happened."""

    pattern: Pattern
    which: Which = Which.FIRST
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a local day, in minutes after midnight; `closes` beyond 1440 runs into the next day."""

    name: str
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Span:
    """Owed once, between two moments counted in minutes from the trigger (`opens_minutes` may be negative)."""

    opens_minutes: int
    within_minutes: int


@dataclass(frozen=True, slots=True)
class Days:
    """Owed on numbered local days in given hours; the trigger's own day has the protocol's number.

    `days` repeat every `repeat_days` (0: not at all) up to and including `last_day` (None: until the subject stops).
    A window of which less than `least_minutes` is left after the trigger is dropped where the days repeat (another
    follows) and held open `least_minutes` from the trigger where they do not (nobody is late at birth, no test is lost).
    """

    days: tuple[int, ...]
    windows: tuple[Window, ...]
    repeat_days: int = 0
    last_day: int | None = None
    least_minutes: int = 0


class Until(StrEnum):
    """How long a missed duty can still be made up: until the next one of its rule opens, or until the subject stops."""

    NEXT = "next"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Rung:
    """So many minutes after a duty became overdue, this post is told (``owner``: whoever owes it)."""

    after_minutes: int
    to: str


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may say that a duty need not be done, or a condition need not hold: `persons` different people, the first of
    at least `rank`, the others of at least `second_rank`, for `hours_max` hours at most."""

    rank: str
    persons: int
    second_rank: str
    hours_max: int


@dataclass(frozen=True, slots=True)
class Obligation:
    """One rule of a protocol. `local` names the keys that are this port's choice although the rule has a source;
    `waiver` None means that nobody can waive it; `resume_minutes` None means that what fell due while the subject was
    suspended is dropped, otherwise the last of it is owed so many minutes after resumption; `in_pauses` says that it is
    owed all the same while the subject is away (tests of an isolation); `moved_by` names the record whose latest `days` move the
    hours (an order that makes a stay longer or shorter); `only` limits the rule to
    subjects with these facts (a fact that is not known does not exempt)."""

    code: str
    kind: Kind
    title: Words
    owner: str
    owed_to: str
    trigger: Trigger
    schedule: Span | Days
    proof: Proof
    ladder: tuple[Rung, ...]
    source: str
    basis: Basis
    grace_minutes: int = 0
    late_until: Until = Until.STOP
    resume_minutes: int | None = None
    in_pauses: bool = False
    moved_by: str = ""
    stops: frozenset[str] = frozenset()
    waiver: Permission | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    local: tuple[str, ...] = ()


class Check(StrEnum):
    """The kinds of condition a gate may set."""

    ELAPSED = "elapsed"
    SETTLED = "settled"
    NOT_OVERDUE = "not_overdue"
    ANSWERED = "answered"
    ABSENT = "absent"
    LATEST = "latest"
    THROUGHOUT = "throughout"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a gate.

    - elapsed: `full_days` × 24 hours have passed since `which` record of `pattern`;
    - settled: every duty of `duties` (the latest one with `which` last) is discharged or waived, or was suspended away;
    - not_overdue: no duty of `duties` is overdue, and the latest one that was done or came due was not missed;
    - answered: every piece of evidence counted for `duties` has a record about it, and all such records fit `pattern`;
    - absent: nothing fits `pattern`, counting from the latest record of one of `since` if that is given;
    - latest: the latest record of the pattern's kind, at most `within_hours` old, fits it;
    - throughout: every record of the pattern's kind of the last `within_hours` fits it, counting from the latest record of
      `since` if that is given; one of them is no report of the subject's own, and the latest such fits in any case;
    - fact: the subject's `fact` is one of `among`.

    `none_ok` lets settled and answered hold where there is no such duty, and elapsed where there is no such record;
    `firm` means no exception is possible.
    """

    code: str
    check: Check
    title: Words
    source: str
    basis: Basis
    pattern: Pattern = field(default_factory=lambda: Pattern(frozenset()))
    which: Which = Which.FIRST
    full_days: int = 0
    duties: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    within_hours: int = 0
    fact: str = ""
    among: tuple[str, ...] = ()
    none_ok: bool = False
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that may not happen before its conditions hold: a release, a vehicle's next trip, a shift's end."""

    code: str
    kind: Kind
    title: Words
    conditions: tuple[Condition, ...]
    exception: Permission | None = None


class Transition(StrEnum):
    """Whom a new edition of a series concerns: those who arrive from its date on, or also those already held."""

    ARRIVALS = "arrivals"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Protocol:
    """One edition of one series of rules, as signed by an authority.

    In force from `effective_on` to `until_on` (both local dates, inclusive; None: until superseded) where
    `jurisdiction` applies. `first_day` is the number of the trigger's own day (0 or 1); `local` names
    those of `first_day`, `transition` and `effective_on` that are the port's own choice.
    """

    code: str
    series: str
    edition: str
    jurisdiction: str
    title: Words
    signed_by: Words
    issued_on: date
    effective_on: date
    until_on: date | None
    transition: Transition
    first_day: int
    sources: tuple[Source, ...]
    posts: Mapping[str, Words]
    records: Mapping[Kind, Mapping[str, tuple[str, ...]]]
    obligations: tuple[Obligation, ...]
    gates: tuple[Gate, ...]
    local: tuple[str, ...] = ()
