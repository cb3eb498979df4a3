"""How far a vehicle is on its way, when it will be at its stops, and whether it is late or silent.

The method is stated so that a dispatcher can judge it: the way is taken as straight lines from stop to stop; the nearest
point on it to the last known position says which part of a leg lies behind; of the leg's minutes by the table of ways the
rest is still to be driven, counted from the time of that position. Without a position the minutes count from departure.
A delay that was announced is added; of one announced before the instant from which the minutes count, what was left of it then.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EARTH_KM = 6371.0088
"""Mean radius (IUGG)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Somewhere on earth: WGS 84, degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a vehicle was at an instant."""

    at: datetime
    spot: Spot


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop: where it is (None: nobody knows its coordinates), and how long from the stop before, rests included."""

    name: str
    spot: Spot | None
    minutes: float


class Method(StrEnum):
    """What an expected arrival is worked out from."""

    POSITION = "position"
    TABLE = "table"


class Sign(StrEnum):
    """How it stands with a trip on the road. `untracked`: nothing that could report is with it; its crew is heard by word alone."""

    ON_TIME = "on_time"
    LATE = "late"
    SILENT = "silent"
    UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True)
class Delay:
    """So many minutes that a trip will lose, as it was said at an instant."""

    at: datetime
    minutes: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a stop will be reached, by what method that is known, and how many minutes of announced delays are in it."""

    stop: str
    at: datetime
    method: Method
    delay_minutes: float = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """The numbers by which a trip is judged: minutes after the plan that are still on time, and for how many minutes it is well after
    a position, and after a word of its crew."""

    late_minutes: float
    silent_minutes: float
    word_minutes: float


def measure_km(one: Spot, other: Spot) -> float:
    """Great-circle distance in kilometres (haversine)."""
    phi, psi = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((psi - phi) / 2) ** 2
    turn = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half + math.cos(phi) * math.cos(psi) * turn)))


def project(spot: Spot, start: Spot, end: Spot) -> tuple[float, float]:
    """The point nearest to `spot` on the straight line from start to end: its part of the line (0–1), and km to it.

    On a plane that touches the earth at `spot`, good to a thousandth over the few hundred kilometres of a trip.
    """
    stretch = math.cos(math.radians(spot.latitude))

    def flat(there: Spot) -> tuple[float, float]:
        turned = (there.longitude - spot.longitude + 180) % 360 - 180
        return turned * stretch, there.latitude - spot.latitude

    (x0, y0), (x1, y1) = flat(start), flat(end)
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    part = min(1.0, max(0.0, -(x0 * dx + y0 * dy) / length)) if length else 1.0
    return part, math.radians(math.hypot(x0 + part * dx, y0 + part * dy)) * EARTH_KM


def count_left(*, delays: Iterable[Delay], since: datetime) -> float:
    """Minutes of these delays that were still to come at an instant.

    Each runs from when it is announced, the later of two after the earlier: who stands still meanwhile is as much later by the clock
    as is left less here, so that the arrival keeps. One that was announced after the instant was then still to come whole.
    """
    over: datetime | None = None
    for delay in sorted(delays, key=lambda one: one.at):
        begins = min(delay.at, since)
        over = (begins if over is None else max(over, begins)) + timedelta(minutes=delay.minutes)
    return max(0.0, (over - since).total_seconds() / 60) if over is not None else 0.0


def foresee(
    *, stops: Sequence[Stop], departed_at: datetime, fix: Fix | None, now: datetime, passed: int = 0,
    delays: Sequence[Delay] = (),
) -> tuple[Arrival, ...]:  # fmt: skip
    """When each stop after the `passed`-th will be reached, never before `now`.

    `stops` begins with where the trip starts (stop 0; its minutes do not count). A fix older than the departure is none.
    """
    ahead = range(passed + 1, len(stops))
    known = fix if fix is not None and fix.at >= departed_at else None
    found = _locate(stops, known.spot, passed) if known else None
    if known is None or found is None:
        gone = departed_at + timedelta(minutes=sum(stop.minutes for stop in stops[1 : passed + 1]))
        left = count_left(delays=delays, since=departed_at)
        return _add_up(stops, ahead, gone, now, Method.TABLE, left)
    leg, part = found
    at = known.at - timedelta(minutes=part * stops[leg].minutes)
    at -= timedelta(minutes=sum(stops[k].minutes for k in ahead if k < leg))
    return _add_up(stops, ahead, at, now, Method.POSITION, count_left(delays=delays, since=known.at))


def measure_share(*, ends: tuple[Stop, Stop], departed_at: datetime, fix: Fix | None, at: datetime) -> float:
    """The part (0-1) of a way from one stop to the next that lay behind a vehicle when it stood still at an instant.

    By its last position where both ends are known, else by the clock since departure: it is taken to have kept to its minutes.
    """
    start, end = ends
    if fix is not None and fix.at >= departed_at and start.spot is not None and end.spot is not None:
        return project(fix.spot, start.spot, end.spot)[0]
    gone = (at - departed_at).total_seconds() / 60
    return min(1.0, max(0.0, gone / end.minutes)) if end.minutes > 0 else 1.0


def _add_up(
    stops: Sequence[Stop], ahead: range, begun_at: datetime, now: datetime, method: Method, delay: float
) -> tuple[Arrival, ...]:
    found, at = [], begun_at + timedelta(minutes=delay)
    for number in ahead:
        at += timedelta(minutes=stops[number].minutes)
        found.append(Arrival(stops[number].name, max(at, now), method, delay))
    return tuple(found)


def _locate(stops: Sequence[Stop], spot: Spot, passed: int) -> tuple[int, float] | None:
    """The leg (by the number of its end) nearest to a spot and the part of it that lies behind; the first of equals."""
    best: tuple[float, int, float] | None = None
    for number in range(passed + 1, len(stops)):
        start, end = stops[number - 1].spot, stops[number].spot
        if start is not None and end is not None:
            part, km = project(spot, start, end)
            if best is None or km < best[0] - 1e-9:
                best = (km, number, part)
    return best[1:] if best else None


def count_late(*, expected_at: datetime, planned_at: datetime) -> float:
    """Minutes beyond the plan; below zero: ahead of it."""
    return (expected_at - planned_at).total_seconds() / 60


@dataclass(frozen=True, slots=True)
class Signs:
    """Signs of life of a trip on the road: when it departed, when its last position reached us, and when its crew last gave word (a stop
    reported, somebody scanned aboard, a check-in of its convoy, an answer by telephone). None: never."""

    departed_at: datetime
    fixed_at: datetime | None = None
    told_at: datetime | None = None

    @property
    def last_at(self) -> datetime:
        """When something of it was last heard; that it departed is the first word."""
        return max(at for at in (self.departed_at, self.fixed_at, self.told_at) if at is not None)


def judge(*, late_minutes: float, signs: Signs, tracked: bool, watch: Watch, now: datetime) -> Sign:
    """How it stands with a trip under way. Silence comes before lateness: what is expected of a silent trip is a guess.

    The last sign of life says when the next is awaited: after a position within `silent_minutes`, and so after the departure of a
    vehicle with a tracker (`tracked`); after a word within `word_minutes`, and so after the departure of any other.
    """
    last_at = signs.last_at
    by_position = last_at == signs.fixed_at or (tracked and last_at == signs.departed_at)
    if now - last_at > timedelta(minutes=watch.silent_minutes if by_position else watch.word_minutes):
        return Sign.SILENT
    if late_minutes > watch.late_minutes:
        return Sign.LATE
    return Sign.ON_TIME if tracked or signs.fixed_at is not None else Sign.UNTRACKED


class Doubt(StrEnum):
    """Why a reported position is not kept."""

    AHEAD = "fix_ahead"
    BEFORE_TRIP = "fix_before_trip"
    VAGUE = "fix_vague"
    UNREACHABLE = "fix_unreachable"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a position must keep to: seconds it may be ahead of our clock, metres of uncertainty, km/h a vehicle can
    do, and kilometres granted besides (where exactly it set off, how exact a phone is)."""

    ahead_seconds: float
    accuracy_metres: float
    speed_kmh: float
    slack_km: float


def doubt(
    *, fix: Fix, accuracy_metres: float | None, departed: Fix | None, departed_at: datetime, last: Fix | None,
    limits: Limits, now: datetime,
) -> Doubt | None:  # fmt: skip
    """Why a position cannot be believed, or None. It must lie where the vehicle can be by then, from where the trip set
    off and from the last position kept; what is out of reach comes into reach with time, so one error never shuts out
    the truth for good."""
    if (fix.at - now).total_seconds() > limits.ahead_seconds:
        return Doubt.AHEAD
    if fix.at < departed_at:
        return Doubt.BEFORE_TRIP
    if accuracy_metres is not None and accuracy_metres > limits.accuracy_metres:
        return Doubt.VAGUE
    for known in (departed, last):
        if known is not None:
            hours = abs((fix.at - known.at).total_seconds()) / 3600
            if measure_km(fix.spot, known.spot) > limits.slack_km + hours * limits.speed_kmh:
                return Doubt.UNREACHABLE
    return None
