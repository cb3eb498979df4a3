"""Positions as trackers send them: the OsmAnd protocol of Traccar, as parameters or as the JSON of Traccar Client 9.

Source: traccar.org/osmand. Parameters (query or form): `id` or `deviceid`; `timestamp` (Unix seconds or milliseconds,
ISO 8601, or `yyyy-MM-dd HH:mm:ss` in UTC); `lat`, `lon` or `location=lat,lon`; `speed` in knots; `bearing` or `heading`,
degrees; `altitude` and `accuracy`, metres; `batt`, percent; `valid`. JSON: `device_id` and `location`, one or several, each
with `timestamp`, `coords` (speed in m/s) and `battery.level` (0–1). Whatever else they say is left alone.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from pratique.core.answers import Problem
from pratique.core.transport.progress import Spot

KNOT_KMH = 1.852
METRE_A_SECOND_KMH = 3.6
MILLISECONDS_FROM = 10**11
"""A number of seconds this large would be after the year 5000: it is milliseconds."""
LOCATIONS_MAX = 500
YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class Reported:
    """One position as it was said. `at` None: now; `spot` None: a sign of life without a position."""

    at: datetime | None
    spot: Spot | None
    speed_kmh: float | None = None
    heading: float | None = None
    altitude_metres: float | None = None
    accuracy_metres: float | None = None
    battery: float | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """Who reports (a secret: never write it down), what can be read of it, and what cannot."""

    identifier: str
    reported: tuple[Reported, ...]
    problems: tuple[Problem, ...]


class _Faulty(ValueError):
    """A value that says nothing: where, and what is wrong."""

    def __init__(self, where: str, message: str, remedy: str) -> None:
        super().__init__(where)
        self.problem = Problem("fix-unreadable", where, message, remedy, fatal=False)


def read_parameters(*, told: Mapping[str, str]) -> Message:
    """What query or form parameters say; an empty identifier if there is none."""
    identifier = (told.get("id") or told.get("deviceid") or "").strip()
    try:
        return Message(identifier, (_read_flat(told),), ())
    except _Faulty as fault:
        return Message(identifier, (), (fault.problem,))


def _read_flat(told: Mapping[str, str]) -> Reported:
    latitude, longitude = told.get("lat"), told.get("lon")
    if told.get("location"):
        latitude, _, longitude = told["location"].partition(",")
    spot = None
    if told.get("valid", "true").lower() not in ("false", "0") and (latitude or longitude):
        spot = _spot(latitude, longitude)
    speed = _number(told.get("speed"), "speed")
    battery = _number(told.get("batt"), "batt")
    return Reported(
        at=_instant(told.get("timestamp")),
        spot=spot,
        speed_kmh=_at_least(speed, 0, KNOT_KMH),
        heading=_heading(_number(told.get("bearing") or told.get("heading"), "bearing")),
        altitude_metres=_number(told.get("altitude"), "altitude"),
        accuracy_metres=_at_least(_number(told.get("accuracy"), "accuracy"), 0),
        battery=_share(None if battery is None else battery / 100),
    )


def read_json(*, data: bytes) -> Message:
    """What a JSON body says. A fault in one location does not lose the others."""
    try:
        document = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        problem = _Faulty("body", str(error), "send JSON as traccar.org/osmand describes").problem
        return Message("", (), (problem,))
    if not isinstance(document, dict):
        problem = _Faulty("body", "it is not an object", "device_id and location").problem
        return Message("", (), (problem,))
    identifier = document.get("device_id")
    told = document.get("location")
    rows = told if isinstance(told, list) else [told]
    found, problems = [], []
    for number, row in enumerate(rows[:LOCATIONS_MAX], start=1):
        try:
            found.append(_read_location(row, f"location {number}"))
        except _Faulty as fault:
            problems.append(fault.problem)
    if len(rows) > LOCATIONS_MAX:
        remedy = f"at most {LOCATIONS_MAX} at once"
        problems.append(_Faulty("location", f"{len(rows)} at once: the rest is left", remedy).problem)
    named = str(identifier) if isinstance(identifier, str | int) else ""
    return Message(named.strip(), tuple(found), tuple(problems))


def _read_location(row: Any, where: str) -> Reported:
    if not isinstance(row, dict):
        raise _Faulty(where, "it is not an object", "timestamp and coords")
    coords, battery = row.get("coords"), row.get("battery")
    coords = coords if isinstance(coords, dict) else {}
    battery = battery if isinstance(battery, dict) else {}
    spot = None
    if coords.get("latitude") is not None or coords.get("longitude") is not None:
        spot = _spot(coords.get("latitude"), coords.get("longitude"))
    return Reported(
        at=_instant(row.get("timestamp")),
        spot=spot,
        speed_kmh=_at_least(_number(coords.get("speed"), "speed"), 0, METRE_A_SECOND_KMH),
        heading=_heading(_number(coords.get("heading"), "heading")),
        altitude_metres=_number(coords.get("altitude"), "altitude"),
        accuracy_metres=_at_least(_number(coords.get("accuracy"), "accuracy"), 0),
        battery=_share(_number(battery.get("level"), "battery.level")),
    )


def _spot(latitude: object, longitude: object) -> Spot:
    """Where that is; nought and nought is what a tracker says that knows nothing, not the Gulf of Guinea."""
    found = []
    for where, value, limit in (("lat", latitude, 90), ("lon", longitude, 180)):
        number = _number(value, where)
        if number is None or not -limit <= number <= limit:
            raise _Faulty(where, f"{_short(value)} is no coordinate", f"degrees from -{limit} to {limit}")
        found.append(number)
    if found == [0.0, 0.0]:
        raise _Faulty("lat, lon", "0, 0 is no position", "send none as long as there is none")
    return Spot(*found)


def _number(value: object, where: str) -> float | None:
    if value is None or value == "":
        return None
    try:
        number = (
            float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
        )
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise _Faulty(where, f"{_short(value)} is no number", "a number in digits")
    return number


def _at_least(value: float | None, least: float, unit: float = 1.0) -> float | None:
    """Apps say -1 for what they do not know."""
    return None if value is None or value < least else value * unit


def _heading(value: float | None) -> float | None:
    return None if value is None or value < 0 else value % 360


def _share(value: float | None) -> float | None:
    return value if value is not None and 0 <= value <= 1 else None


def _instant(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        text = str(value).strip()
        if text.lstrip("-").replace(".", "", 1).isdecimal():
            seconds = float(text)
            at = datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)
        else:
            at = datetime.fromisoformat(text.replace(" ", "T") if "+" not in text else text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if at.year in YEARS:
            return at
    except (ValueError, OverflowError, OSError):
        pass
    raise _Faulty("timestamp", f"{_short(value)} is no time", "Unix seconds, or 2020-04-15T08:00:00Z")


def _short(value: object) -> str:
    return repr(value)[:40]
