"""The rules by which people are moved, as a TOML file: vehicle kinds, classes, the forecast's and the planner's numbers.

`protocols/transport/` holds the shipped edition; a port may give its own. Every fault is named with place and remedy,
and a file with one is not used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

import msgspec

from pratique.core.answers import Problem
from pratique.core.duties.vocabulary import Words
from pratique.core.transport.assumptions import Assumptions
from pratique.core.transport.stretch import Hours
from pratique.formats import toml_text
from pratique.formats.words import Twin

RELAY = ("flight", "elsewhere", "wheelchairs", "child_seats", "language")
"""What a person may decide on the road: another flight's vehicle, another destination, and, where no vehicle has it, what people need
on the way. Seats and classes are never set aside."""
REMEDY = Words(
    "参见随附版本 protocols/transport/cn-2020.toml",
    "see the shipped edition, protocols/transport/cn-2020.toml",
)


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: a field that is not known is a fault."""


class Said(_Form, frozen=True):
    """A text in both languages."""

    zh: str
    en: str


class Kind(_Form, frozen=True):
    """What vehicles of one kind share: minutes to board, unload and disinfect, the crew and the licence they need, and
    places for wheelchairs and child seats where a vehicle does not state its own."""

    board: int
    unload: int
    disinfect: int
    drivers: int
    escorts: int
    licence: str
    km_cost: float
    wheelchairs: int = 0
    child_seats: int = 0


class Class(_Form, frozen=True):
    """Which kinds may carry a class, and at most how many persons whatever the seats (0: as many as the seats allow)."""

    kinds: tuple[str, ...]
    persons_max: int = 0


class Forecast(_Form, frozen=True):
    """From touching down to being ready: minutes to the hall, how many the hall passes an hour, from how many measured
    in the last hour the measurement is believed, and how many minutes ahead flights count."""

    door_minutes: int
    hourly: int
    measured_from: int
    ahead_minutes: int


class Symptoms(_Form, frozen=True):
    """From which temperature on, in degrees Celsius, somebody counts as symptomatic."""

    celsius_from: float


class Positions(_Form, frozen=True):
    """When a trip is late and when it is silent, how long its positions are kept, and when one is doubted."""

    late_minutes: int
    silent_minutes: int
    word_minutes: int
    keep_hours: int
    keep_hours_max: int
    ahead_seconds: int
    accuracy_metres_max: int
    speed_kmh_max: int
    slack_km: float
    phone_seconds: int


class Needs(_Form, frozen=True):
    """Whether an infant may ride on an adult's lap, and whether a guardian goes along with an ill child."""

    infants_on_lap: bool
    guardian_with_child: bool


class Convoy(_Form, frozen=True):
    """Minutes: the longest leg between two rest places, the rest at each, and how long the receiver may take to answer an offer."""

    leg_minutes: int
    rest_minutes: int
    answer_minutes: int


class Relay(_Form, frozen=True):
    """What a dispatcher may set aside, with a reason, when one vehicle takes on the people of another (of `RELAY`)."""

    may_override: tuple[str, ...]


class Rules(_Form, frozen=True):
    """The planner's numbers: minutes, and how many drivers a long trip needs. `horizon` counts from the present, what
    starts within `keep` minutes is kept when a plan is made anew."""

    tick: int
    horizon: int
    keep: int
    long_drive: int
    rest_every: int
    rest_min: int
    crew_doff: int
    long_overrun: int
    max_drive: int
    long_drivers: int


class Weights(_Form, frozen=True):
    """What the plan is judged by; `excess_after` in minutes, the others cost per unit."""

    unmoved: float
    wait: float
    wait_excess: float
    excess_after: int
    trip: float
    crew_min: float
    vehicle: float
    pair: float


class TransportRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_on": "from"}):
    """One edition. `seat_share` is the share of a vehicle's seats that travellers may fill."""

    code: str
    jurisdiction: str
    from_on: date
    title: Said
    source: Said
    seat_share: float
    kinds: dict[str, Kind]
    classes: dict[str, Class]
    forecast: Forecast
    symptoms: Symptoms
    positions: Positions
    needs: Needs
    convoy: Convoy
    relay: Relay
    uncertainty: Assumptions
    rules: Rules
    weights: Weights
    hours: Hours


def read(*, data: bytes) -> tuple[TransportRules | None, tuple[Problem, ...]]:
    """The edition a file states, or None with every fault found."""
    document, faults = toml_text.take_apart(
        data=data, prefix="transport-rules", remedy=REMEDY.en, remedy_zh=REMEDY.zh
    )
    if document is None:
        return None, faults
    try:
        found = msgspec.convert(document, TransportRules)
        if unknown := tuple(_list_unknown(document)):
            return None, unknown
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        return None, (_fault("form", path.rstrip("`") or "file", toml_text.say_form(message), REMEDY),)
    problems = (*_hold(found), *_list_unlawful(found.rules, found.hours))
    return (None if problems else found), problems


def _list_unknown(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that are not known, of those tables that are the core's own and not forms."""
    for where, table in (("uncertainty", Assumptions), ("hours", Hours)):
        for name in sorted(document[where].keys() - {field.name for field in fields(table)}):
            unknown = toml_text.say_form(f"Object contains unknown field `{name}`")
            yield _fault("form", where, unknown, REMEDY)


def _fault(code: str, where: str, message: Words, remedy: Words) -> Problem:
    return Twin(f"transport-rules-{code}", where, message.en, remedy.en, True, message.zh, remedy.zh)


def _write(table: str) -> Words:
    return Words(f"请写 [{table}]", f"write [{table}]")


def _hold(found: TransportRules) -> list[Problem]:
    """What the form alone cannot show."""
    problems = []
    if not 0 < found.seat_share <= 1:
        problems.append(
            _fault("range", "seat_share", _no_share(found.seat_share), Words("一半请填0.5", "0.5 for a half"))
        )
    for name in ("case", "contact", "ordinary"):
        if name not in found.classes:
            problems.append(
                _fault(
                    "class",
                    "classes",
                    Words(f"没有类别“{name}”", f"there is no class {name}"),
                    _write(f"classes.{name}"),
                )
            )
    for code in found.relay.may_override:
        if code not in RELAY:
            listed = ", ".join(RELAY)
            said = Words(f"不得自行决定“{code}”", f"nobody may set aside {code!r}")
            remedy = Words(f"可选：{listed}", f"one of {listed}")
            problems.append(_fault("relay", "relay.may_override", said, remedy))
    for name, one in found.classes.items():
        for kind in one.kinds:
            if kind not in found.kinds:
                where = f"classes.{name}.kinds"
                said = Words(f"没有车种“{kind}”", f"there is no kind {kind}")
                problems.append(_fault("kind", where, said, _write(f"kinds.{kind}")))
    for name, kind in found.kinds.items():
        if kind.licence not in ("S", "L"):
            where = f"kinds.{name}.licence"
            said = Words(f"没有“{kind.licence}”这种驾照", f"{kind.licence!r} is no licence")
            problems.append(
                _fault("licence", where, said, Words("请填 S（小车）或 L（大车）", "S (small) or L (large)"))
            )
    problems += _list_uncertain(found.uncertainty)
    tables: dict[str, msgspec.Struct | Hours] = {
        "forecast": found.forecast,
        "positions": found.positions,
        "convoy": found.convoy,
        "rules": found.rules,
        "weights": found.weights,
        "hours": found.hours,
    }
    tables |= {f"kinds.{name}": kind for name, kind in found.kinds.items()}
    tables |= {f"classes.{name}": one for name, one in found.classes.items()}
    for where, table in tables.items():
        for name, value in _list_values(table):
            if isinstance(value, int | float) and value < (name in _POSITIVE):
                least = int(name in _POSITIVE)
                problems.append(
                    _fault(
                        "range",
                        f"{where}.{name}",
                        Words(f"{value:g} 小于{least}", f"{value:g} is below {least}"),
                        Words(f"请填{least}或更大的数", f"give {least} or more"),
                    )
                )
    if found.positions.keep_hours_max < found.positions.keep_hours:
        problems.append(
            _fault(
                "range",
                "positions.keep_hours_max",
                Words("小于 keep_hours", "it is below keep_hours"),
                Words("请填不小于它的数", "give as many or more"),
            )
        )
    return problems


def _list_unlawful(rules: Rules, hours: Hours) -> Iterator[Problem]:
    """Where the planner would ask more of a driver than the law's hours allow: it knows no night, so that night's limit holds always."""
    awake = min((getattr(hours, name), name) for name in ("continuous", "night_continuous"))
    for name, most, of in (("max_drive", hours.day, "day"), ("rest_every", *awake)):
        if getattr(rules, name) > most:
            said = Words(f"超过 hours.{of}（{most} 分钟）", f"it is above hours.{of}, {most} minutes")
            yield _fault("law", f"rules.{name}", said, Words(f"请填不大于{most}的数", f"give {most} or less"))
    if rules.rest_min < hours.rest:
        said = Words(f"短于 hours.rest（{hours.rest} 分钟）", f"it is below hours.rest, {hours.rest} minutes")
        remedy = Words(f"请填不小于{hours.rest}的数", f"give {hours.rest} or more")
        yield _fault("law", "rules.rest_min", said, remedy)


def _no_share(value: float) -> Words:
    return Words(f"{value:g} 不是比例", f"{value:g} is no share")


def _list_values(table: msgspec.Struct | Hours) -> Iterator[tuple[str, object]]:
    names = [field.name for field in fields(table)] if isinstance(table, Hours) else table.__struct_fields__
    return ((name, getattr(table, name)) for name in names)


def _list_uncertain(found: Assumptions) -> list[Problem]:
    """What is wrong with the assumptions, other than their form."""
    told = {field.name: getattr(found, field.name) for field in fields(found)}
    problems = [
        _fault("range", f"uncertainty.{name}", _no_share(value), Words("请填0至1", "give 0 to 1"))
        for name, value in told.items()
        if name.endswith("_share") and not 0 <= value <= 1
    ]
    problems += [
        _fault(
            "range",
            f"uncertainty.{name}",
            Words(f"{told[name]:g} 太小", f"{told[name]:g} is too little"),
            Words("请填大于0的数", "give more than 0"),
        )
        for name in ("share_sample", "fill_share", "hold_minutes")
        if told[name] <= 0
    ]
    shares, minutes = found.late_shares, found.late_minutes
    whole = len(shares) == len(minutes) >= 2 and (shares[0], shares[-1]) == (0.0, 1.0)
    if not whole or list(shares) != sorted(shares) or list(minutes) != sorted(minutes):
        where = "uncertainty.late_shares"
        message = Words(
            "须与分钟数一样多，从0升到1，分钟数也随之递增",
            "they are not as many as the minutes, rising from 0 to 1, and the minutes with them",
        )
        problems.append(_fault("range", where, message, REMEDY))
    return problems


_POSITIVE = frozenset(
    {"tick", "horizon", "rest_every", "long_drivers", "drivers", "hourly", "silent_minutes", "phone_seconds"}
    | {"word_minutes"}
    | {"continuous", "rest", "day", "night_continuous", "leg_minutes", "rest_minutes", "answer_minutes"}
)
