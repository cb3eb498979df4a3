"""The bound's compiled core: with a price on every resource and tick, the cheapest schedule of each queue alone.

The proof that this never exceeds the cost of a plan is in docs/concepts/transport-bound.md; numbers like BIG stand
for "impossible" because infinities would forbid the fast arithmetic used here.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pratique.engines.transport.kernel import (
    BIG,
    COUNT,
    CREW_TICKS,
    DRIVERS,
    ESCORTS,
    EXCESS,
    EXCESS_AFTER,
    FROM,
    LARGE,
    OVERRUN,
    TICK,
    TICKS,
    TRIP_COST,
    UNMOVED,
    UNTIL,
    VEHICLE_TICKS,
    WAIT,
)

MIXED, NOBODY = -1, -2
_jit = njit(nogil=True, fastmath=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

FIRST_PERSON, AFTER_PERSON, QUEUE_CLASS, PLACE_FROM, PLACE_TO, ROOMS_NEEDED, QUEUE_FLIGHT = range(7)


class Queues(NamedTuple):
    """Persons in order of their ready time by queue (flight and class; places they may go to; shared pair cost)."""

    queue: np.ndarray
    person: np.ndarray  # ready tick, ready minute
    places: np.ndarray
    pair: np.ndarray  # per entry of places
    rooms_left: np.ndarray
    ratio: np.ndarray  # least and most rooms per person


class Prices(NamedTuple):
    """Per (kind, place, start): the trip's price and the pools that make it up (vehicle, driver, escort)."""

    full: np.ndarray
    pick: np.ndarray
    room: np.ndarray


class Scratch(NamedTuple):
    """Working memory: `value` [tick, persons], `load` [tick, persons] prices of carrying so many at once."""

    value: np.ndarray
    load: np.ndarray
    wait: np.ndarray
    shifted: np.ndarray


@_jit
def _cheapest(fixed, total, first, start, end, overrun):
    best = BIG
    chosen = -1
    for pool in range(fixed.first[first], fixed.first[first + 1]):
        if (
            fixed.pool[pool, FROM] > start
            or fixed.pool[pool, UNTIL] + overrun < end
            or fixed.pool[pool, COUNT] == 0
        ):
            continue
        price = total[pool, end] - total[pool, start]
        if price < best:
            best = price
            chosen = pool
    return best, chosen


@_jit
def _set_prices(fixed, total, prices):
    kinds, places = fixed.job.shape[0], fixed.job.shape[1]
    ticks = int(fixed.weights[TICKS])
    for kind in range(kinds):
        for place in range(places):
            for start in range(ticks):
                prices.full[kind, place, start] = BIG
                end = start + fixed.job[kind, place, VEHICLE_TICKS]
                if end > ticks:
                    continue
                vehicle, v = _cheapest(fixed, total, kind, start, end, 0)
                end = start + fixed.job[kind, place, CREW_TICKS]
                overrun = fixed.job[kind, place, OVERRUN]
                driver, d = _cheapest(fixed, total, kinds, start, end, overrun)
                if fixed.job[kind, place, LARGE] == 0:
                    other, o = _cheapest(fixed, total, kinds + 1, start, end, overrun)
                    if other < driver:
                        driver, d = other, o
                escort, e = _cheapest(fixed, total, kinds + 2, start, end, overrun)
                escorts = fixed.job[kind, place, ESCORTS]
                if v < 0 or d < 0 or (e < 0 and escorts > 0):
                    continue
                if escorts == 0:
                    escort = 0.0
                price = vehicle + driver * fixed.job[kind, place, DRIVERS] + escort * escorts
                prices.full[kind, place, start] = price + fixed.job_cost[kind, place, TRIP_COST]
                prices.pick[kind, place, start, 0] = v
                prices.pick[kind, place, start, 1] = d
                prices.pick[kind, place, start, 2] = e


@_jit
def _load_prices(fixed, queues, prices, q, entry, start, row):
    """The price of carrying exactly m persons at once from `start`, for every m, to one place or (MIXED) to any."""
    cls = queues.queue[q, QUEUE_CLASS]
    most = 0
    first, last = (
        (queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]) if entry == MIXED else (entry, entry + 1)
    )
    for m in range(len(row)):
        row[m] = BIG
    for kind in range(fixed.capacity.shape[1]):
        capacity = min(fixed.capacity[cls, kind], len(row) - 1)
        most = max(most, capacity)
        for i in range(first, last):
            place = queues.places[i]
            base = prices.full[kind, place, start]
            slope = prices.room[place] * queues.ratio[q, 0] if entry == MIXED else 0.0
            if entry != MIXED:
                row[capacity] = min(row[capacity], base)
            else:
                for m in range(1, capacity + 1):
                    row[m] = min(row[m], base + slope * m)
    if entry != MIXED:
        for m in range(most - 1, 0, -1):
            row[m] = min(row[m], row[m + 1])
    row[0] = BIG
    return most


@_jit
def _span(fixed, queues, q):
    """First start worth a look, last start looked at one by one; later ones are taken together."""
    first = queues.person[queues.queue[q, FIRST_PERSON], 0]
    last = queues.person[queues.queue[q, AFTER_PERSON] - 1, 0]
    ticks = int(fixed.weights[TICKS])
    return min(first, ticks - 1), min(last + 24, ticks - 1)


@_jit
def _waits(fixed, queues, q, start, wait):
    """Cost of waiting of the first n persons if they all leave at `start`; the number ready by then."""
    weights = fixed.weights
    wait[0] = 0.0
    n = 0
    for person in range(queues.queue[q, FIRST_PERSON], queues.queue[q, AFTER_PERSON]):
        if queues.person[person, 0] > start:
            break
        minutes = start * weights[TICK] - queues.person[person, 1]
        wait[n + 1] = (
            wait[n] + weights[WAIT] * minutes + weights[EXCESS] * max(0.0, minutes - weights[EXCESS_AFTER])
        )
        n += 1
    return n


@_jit
def _schedule(fixed, queues, prices, scratch, q, entry):
    """The cheapest way to move the queue at these prices, without pair and (one place) room cost.

    value[r + 1, n]: the first n persons have left (or stay) with starts up to first + r. The last row stands for all
    later starts: their cheapest price, but only the waiting of the first of them.
    """
    persons = queues.queue[q, AFTER_PERSON] - queues.queue[q, FIRST_PERSON]
    first, last = _span(fixed, queues, q)
    ticks = int(fixed.weights[TICKS])
    skip = fixed.weights[UNMOVED]
    if entry != MIXED:
        skip -= prices.room[queues.places[entry]] * queues.ratio[q, 1]
    value, load, wait, shifted = scratch.value, scratch.load, scratch.wait, scratch.shifted
    for n in range(persons + 1):
        value[0, n] = skip * n
    for row in range(1, last - first + 3):
        start = first + row - 1
        most = 0
        if start <= last:
            most = _load_prices(fixed, queues, prices, q, entry, start, load[row])
        else:
            for m in range(load.shape[1]):
                load[row, m] = BIG
            for later in range(start, ticks):
                most = max(most, _load_prices(fixed, queues, prices, q, entry, later, load[0]))
                for m in range(load.shape[1]):
                    load[row, m] = min(load[row, m], load[0, m])
        ready = _waits(fixed, queues, q, min(start, ticks - 1), wait)
        shifted[0] = value[row - 1, 0]
        value[row, 0] = value[row - 1, 0]
        for n in range(1, persons + 1):
            best = min(value[row - 1, n], value[row, n - 1] + skip)
            if n <= ready:
                leave = BIG
                for m in range(1, min(most, n) + 1):
                    leave = min(leave, shifted[n - m] + load[row, m])
                best = min(best, leave + wait[n])
                shifted[n] = best - wait[n]
            value[row, n] = best
    return value[last - first + 2, persons]


@_jit
def _add_use(fixed, queues, prices, use, q, entry, start, m):
    """Add to `use` the pools of the trip that carries m persons from `start`; its place."""
    cls = queues.queue[q, QUEUE_CLASS]
    first, last = (
        (queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]) if entry == MIXED else (entry, entry + 1)
    )
    best = BIG
    best_kind, best_place = -1, -1
    for kind in range(fixed.capacity.shape[1]):
        if fixed.capacity[cls, kind] < m:
            continue
        for i in range(first, last):
            place = queues.places[i]
            price = prices.full[kind, place, start]
            if entry == MIXED:
                price += prices.room[place] * queues.ratio[q, 0] * m
            if price < best:
                best, best_kind, best_place = price, kind, place
    if best_kind < 0:
        return -1
    pick = prices.pick[best_kind, best_place, start]
    end = start + fixed.job[best_kind, best_place, VEHICLE_TICKS]
    for at in range(start, end):
        use[pick[0], at] += 1.0
    end = start + fixed.job[best_kind, best_place, CREW_TICKS]
    for at in range(start, end):
        use[pick[1], at] += fixed.job[best_kind, best_place, DRIVERS]
        if fixed.job[best_kind, best_place, ESCORTS] > 0:
            use[pick[2], at] += fixed.job[best_kind, best_place, ESCORTS]
    return best_place


@_jit
def _trace(fixed, queues, prices, scratch, use, rooms, q, entry):
    """Walk back the schedule that `_schedule` just found and add what it uses."""
    first, last = _span(fixed, queues, q)
    n = queues.queue[q, AFTER_PERSON] - queues.queue[q, FIRST_PERSON]
    ticks = int(fixed.weights[TICKS])
    value, load, wait = scratch.value, scratch.load, scratch.wait
    moved = 0
    row = last - first + 2
    ready = _waits(fixed, queues, q, min(first + row - 1, ticks - 1), wait)
    while n > 0 and row > 0:
        if value[row, n] >= value[row - 1, n] - 1e-7:
            row -= 1
            ready = _waits(fixed, queues, q, min(first + row - 1, ticks - 1), wait)
            continue
        best = BIG
        chosen = 0
        for m in range(1, min(load.shape[1] - 1, n) + 1):
            price = value[row, n - m] + load[row, m] + wait[n] - wait[n - m]
            if n <= ready and price < best:
                best, chosen = price, m
        if chosen == 0 or best > value[row, n] + 1e-5:
            n -= 1
            continue
        start = min(first + row - 1, ticks - 1)
        place = _add_use(fixed, queues, prices, use, q, entry, start, chosen)
        if entry == MIXED and place >= 0:
            rooms[place] += queues.ratio[q, 0] * chosen
        moved += chosen
        n -= chosen
    if entry != MIXED:
        rooms[queues.places[entry]] += queues.queue[q, ROOMS_NEEDED]


@njit(cache=True, nogil=True, fastmath=True)
def evaluate(fixed, queues, prices, scratch, total, use, rooms, gap, among):
    """The sum over queues of the cheapest schedule at these prices; fills what they use.

    `total` are running sums of pool prices by tick. `gap[i]` keeps how much worse entry i was than its queue's best;
    entries with a gap above `among` are not looked at again, so the sum is only a bound if `among` is BIG.
    """
    _set_prices(fixed, total, prices)
    value = 0.0
    asked = np.zeros(len(gap), np.bool_)
    for q in range(len(queues.queue)):
        first, last = queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]
        persons = queues.queue[q, AFTER_PERSON] - queues.queue[q, FIRST_PERSON]
        best = fixed.weights[UNMOVED] * persons
        chosen = NOBODY
        for i in range(first, last):
            asked[i] = gap[i] <= among
            if not asked[i]:
                continue
            place = queues.places[i]
            price = queues.pair[i] + prices.room[place] * queues.queue[q, ROOMS_NEEDED]
            price += _schedule(fixed, queues, prices, scratch, q, i)
            if queues.queue[q, ROOMS_NEEDED] > queues.rooms_left[place]:
                price = max(price, fixed.weights[UNMOVED])
            gap[i] = price
            if price < best:
                best, chosen = price, i
        if last - first > 1:
            low, second = BIG, BIG
            for i in range(first, last):
                pair = queues.pair[i]
                if pair < low:
                    low, second = pair, low
                elif pair < second:
                    second = pair
            price = low + second + _schedule(fixed, queues, prices, scratch, q, MIXED)
            if price < best:
                best, chosen = price, MIXED
        for i in range(first, last):
            if asked[i]:
                gap[i] -= best
        value += best
        if chosen != NOBODY:
            if chosen != MIXED:
                _schedule(fixed, queues, prices, scratch, q, chosen)
            _trace(fixed, queues, prices, scratch, use, rooms, q, chosen)
    return value
