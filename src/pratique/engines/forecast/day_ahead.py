"""People, rooms, vehicles and escorts needed in each of the next 24 hours, as bands in which eight of ten days lie.

A few hundred days are drawn from one seed. In each, flights come early or late, some passengers do not come, some are cases
or contacts, the hall is quicker or slower, some stays last longer. Screening is one queue, of which class and plan are mixed
well; whoever is through rides when a vehicle is full or has been held for a while; a case goes by ambulance at once. Trips that
are under way or planned are taken as they were planned. Time is cut into five minutes; minute 0 is now.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pratique.core.transport.assumptions import Assumptions

HOURS, TICK = 24, 5
TICKS, TICKS_AN_HOUR = HOURS * 60 // TICK, 60 // TICK
DAYS = 400
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
ORDINARY, CONTACT, PLANNED = range(3)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Expected:
    """A flight: due so many minutes from now, by an estimate or the schedule alone; landed ones are never late any more.
    `planned` of its heads are on a trip already."""

    due_minute: float
    heads: int
    planned: int = 0
    estimated: bool = False
    landed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who is here and aboard nothing: in the hall's queue (of whom some are planned), and through it without a trip, by class."""

    hall: int = 0
    hall_planned: int = 0
    ordinary: int = 0
    contact: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Ride:
    """A trip under way or planned: minutes of its start, its arrival, and when crew and vehicle are free; rooms it fills."""

    start: float
    arrival: float
    crew_until: float
    vehicle_until: float
    rooms: float
    escorts: int


@dataclass(frozen=True, slots=True)
class Usual:
    """What a usual trip of a class is: heads a full vehicle carries, minutes to there, for crew and for vehicle, escorts."""

    heads: float
    there_minutes: float
    crew_minutes: float
    vehicle_minutes: float
    escorts: float


@dataclass(frozen=True, slots=True)
class Situation:
    """All that is known now. `stays` are minutes at which stays end, with the rooms they free; `hourly` the hall's pace."""

    expected: tuple[Expected, ...]
    waiting: Waiting
    rides: tuple[Ride, ...]
    stays: tuple[tuple[float, float], ...]
    hourly: float
    door_minutes: float
    rooms_per_head: float
    ordinary: Usual
    contact: Usual
    case: Usual


@dataclass(frozen=True, slots=True)
class Band:
    """A number for each hour: eight of ten days lie between low and high, half at or below middle."""

    low: tuple[int, ...]
    middle: tuple[int, ...]
    high: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """By hour: people coming to the hall, rooms filled above those that stays free, vehicles and escorts at work at once."""

    people: Band
    rooms: Band
    vehicles: Band
    escorts: Band


def forecast(*, situation: Situation, assumptions: Assumptions, seed: int, days: int = DAYS) -> Forecast:
    """The bands from so many drawn days; the same seed gives the same."""
    people, rooms, vehicles, escorts = draw(
        situation=situation, assumptions=assumptions, seed=seed, days=days
    )
    return Forecast(_band(people), _band(rooms), _band(vehicles), _band(escorts))


def draw(
    *, situation: Situation, assumptions: Assumptions, seed: int, days: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Drawn days themselves: people, rooms, vehicles, escorts, each [day, hour]."""
    random = np.random.default_rng(seed)
    comes, cases, heads = _come(situation, assumptions, random, days)
    ready = _screen(situation, assumptions, comes, random)
    starts, moved = _leave(situation, assumptions, ready, cases)
    usual = (situation.ordinary, situation.contact, situation.case)
    vehicles, escorts = np.zeros((days, TICKS)), np.zeros((days, TICKS))
    filled = np.zeros((days, TICKS))
    for sort, one in enumerate(usual):
        vehicles += _at_work(starts[:, :, sort], one.vehicle_minutes)
        escorts += _at_work(starts[:, :, sort], one.crew_minutes) * one.escorts
        if sort != 2:
            filled += _later(moved[:, :, sort], one.there_minutes) * situation.rooms_per_head
    for ride in situation.rides:
        vehicles += _during(ride.start, ride.vehicle_until)
        escorts += _during(ride.start, ride.crew_until) * ride.escorts
        filled += _at(ride.arrival) * ride.rooms
    for minute, rooms in situation.stays:
        on_time = random.random(days) < assumptions.stay_on_time_share
        filled -= on_time[:, None] * _at(minute)[None, :] * rooms
    needed = np.maximum(0.0, np.cumsum(filled, axis=1))[:, TICKS_AN_HOUR - 1 :: TICKS_AN_HOUR]
    return _hours(heads).sum(axis=2), needed, _hours(vehicles).max(axis=2), _hours(escorts).max(axis=2)


def _come(
    situation: Situation, assumed: Assumptions, random: np.random.Generator, days: int
) -> tuple[Floats, Floats, Floats]:
    """Who comes to the hall: by sort [day, tick, sort], cases (they pass it by) and all heads [day, tick]."""
    comes, cases, heads = (np.zeros((days, TICKS, 3)), np.zeros((days, TICKS)), np.zeros((days, TICKS)))
    for flight in situation.expected:
        minute = _land(flight, assumed, random, days) + situation.door_minutes
        flies = random.random(days) >= (0 if flight.landed else assumed.cancelled_share)
        here = 1.0 if flight.landed else 1 - assumed.no_show_share
        aboard = random.binomial(flight.heads, here, days) * flies
        ill = random.binomial(aboard, _share(assumed.case_share, assumed, random, days))
        contact = random.binomial(aboard - ill, _share(assumed.contact_share, assumed, random, days))
        tick = np.floor(np.maximum(minute, 0) / TICK).astype(int)
        within = np.flatnonzero(tick < TICKS)
        free = 1 - (flight.planned / flight.heads if flight.heads else 0)
        rows, ticks = within, tick[within]
        heads[rows, ticks] += aboard[within]
        cases[rows, ticks] += ill[within] * free
        comes[rows, ticks, CONTACT] += contact[within] * free
        comes[rows, ticks, ORDINARY] += (aboard - ill - contact)[within] * free
        comes[rows, ticks, PLANNED] += (aboard - ill)[within] * (1 - free)
    waiting = situation.waiting
    unplanned = waiting.hall - waiting.hall_planned
    comes[:, 0, CONTACT] += unplanned * assumed.contact_share
    comes[:, 0, ORDINARY] += unplanned * (1 - assumed.contact_share)
    comes[:, 0, PLANNED] += waiting.hall_planned
    return comes, cases, heads


def _land(flight: Expected, assumed: Assumptions, random: np.random.Generator, days: int) -> Floats:
    """The minute of landing on each day: not before now for whoever has not landed."""
    if flight.landed:
        return np.full(days, flight.due_minute)
    middle = float(np.interp(0.5, assumed.late_shares, assumed.late_minutes))
    minutes = np.array(assumed.late_minutes, np.float64)
    if flight.estimated:
        minutes = (minutes - middle) * assumed.estimated_share
    passed = float(np.interp(-flight.due_minute, minutes, assumed.late_shares, left=0.0, right=0.999))
    share = random.uniform(passed, 1.0, days)
    found: Floats = np.maximum(0.0, flight.due_minute + np.interp(share, assumed.late_shares, minutes))
    return found


def _share(mean: float, assumed: Assumptions, random: np.random.Generator, days: int) -> Floats:
    """A flight's share on each day."""
    if mean <= 0 or mean >= 1 or math.isinf(assumed.share_sample):
        return np.full(days, float(mean))
    return random.beta(mean * assumed.share_sample, (1 - mean) * assumed.share_sample, days)


def _screen(situation: Situation, assumed: Assumptions, comes: Floats, random: np.random.Generator) -> Floats:
    """Who is through the hall, by sort [day, tick, sort]: one queue at one pace a day."""
    pace = situation.hourly * np.exp(random.normal(0.0, assumed.pace_spread, len(comes))) / TICKS_AN_HOUR
    ready, queue = np.zeros_like(comes), np.zeros((len(comes), 3))
    for tick in range(TICKS):
        queue += comes[:, tick]
        total = queue.sum(axis=1)
        passed = queue * np.minimum(1.0, pace / np.maximum(total, 1e-9))[:, None]
        ready[:, tick] = passed
        queue = queue - passed
    return ready


def _leave(situation: Situation, assumed: Assumptions, ready: Floats, cases: Floats) -> tuple[Floats, Floats]:
    """Trips that start and heads that leave with them, of ordinary ones, contacts and cases: [day, tick, sort]."""
    starts, moved = np.zeros((len(ready), TICKS, 3)), np.zeros((len(ready), TICKS, 3))
    waiting = situation.waiting
    hold = max(1, assumed.hold_minutes // TICK)
    for sort, one, here in (
        (ORDINARY, situation.ordinary, waiting.ordinary),
        (CONTACT, situation.contact, waiting.contact),
    ):
        pool, full = np.full(len(ready), float(here)), max(1.0, one.heads * assumed.fill_share)
        for tick in range(TICKS):
            pool += ready[:, tick, sort]
            trips = np.floor(pool / full + 1e-9)
            left = pool - trips * full
            if tick % hold == 0:
                trips = trips + (left > 0.5)
                left = np.where(left > 0.5, 0.0, left)
            starts[:, tick, sort], moved[:, tick, sort] = trips, pool - left
            pool = left
    starts[:, :, 2] = cases
    starts[:, 0, 2] += waiting.cases
    moved[:, :, 2] = starts[:, :, 2]
    return starts, moved


def _at_work(starts: Floats, minutes: float) -> Floats:
    """How many of what started is still at work at each tick."""
    length = max(1, math.ceil(minutes / TICK))
    begun = np.cumsum(starts, axis=1)
    ended = np.zeros_like(begun)
    ended[:, length:] = begun[:, :-length]
    found: Floats = begun - ended
    return found


def _later(values: Floats, minutes: float) -> Floats:
    """The same, so many minutes later."""
    shift = max(0, math.ceil(minutes / TICK))
    if shift == 0:
        return values
    found = np.zeros_like(values)
    found[:, shift:] = values[:, :-shift]
    return found


def _during(start: float, until: float) -> Floats:
    """One between two minutes, by tick."""
    ticks = np.arange(TICKS) * TICK
    return ((ticks + TICK > start) & (ticks < until)).astype(np.float64)


def _at(minute: float) -> Floats:
    """One at a minute (now, if it is past), by tick; nothing after the last."""
    found, tick = np.zeros(TICKS), int(max(0.0, minute) // TICK)
    if tick < TICKS:
        found[tick] = 1.0
    return found


def _hours(values: Floats) -> Floats:
    """[day, tick] as [day, hour, tick]."""
    return values.reshape(len(values), HOURS, TICKS_AN_HOUR)


def _band(values: Floats) -> Band:
    """Quantiles by hour, in whole people, rooms or vehicles; a part of one is one."""
    rounded = np.ceil(values - 1e-6)
    cuts = np.quantile(rounded, (LOW, MIDDLE, HIGH), axis=0, method="inverted_cdf")
    return Band(*(tuple(int(value) for value in cut) for cut in cuts))
