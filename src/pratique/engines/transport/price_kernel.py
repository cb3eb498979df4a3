"""With a price on every resource and tick, the cheapest schedule of each queue alone: the compiled core of bound and dive.

A queue is a row of items in order of their ready time: persons (then its price never exceeds that of any plan: the
proof is in docs/concepts/transport-bound.md), or parties that stay together (then it can be carried out). Numbers
like BIG stand for "impossible" because infinities would forbid the fast arithmetic used here.
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

ANYWHERE, NOBODY = -1, -2
_MARGIN, _MARGIN_OF_FEW, _FEW = 24, 96, 16
_LUMP, _LUMPS = 6, 12
_FINEST = 0.03
_jit = njit(nogil=True, fastmath=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

FIRST_ITEM, AFTER_ITEM, QUEUE_CLASS, PLACE_FROM, PLACE_TO, ROOMS_NEEDED, QUEUE_FLIGHT, SET_FROM, SET_TO = (
    range(9)
)
FAMILY_FROM, FAMILY_TO = 9, 10
FAMILY_SIZE, FAMILY_ROOMS = range(2)
ITEM_READY, ITEM_MINUTE, ITEM_SIZE = range(3)
TRIP_KIND, TRIP_PLACE, TRIP_START, TRIP_FIRST, TRIP_AFTER, TRIP_VEHICLE, TRIP_DRIVER, TRIP_ESCORT = range(8)


class Queues(NamedTuple):
    """Items in order of their ready time by queue (flight and class), and the sets of places a queue may use."""

    queue: np.ndarray
    item: np.ndarray  # ready tick, ready minute, size
    places: np.ndarray
    sets: np.ndarray  # first and last entry of a set of one or two places, or ANYWHERE
    pair: np.ndarray  # per set, the least pair cost of using it
    roomy: np.ndarray  # per set, whether it has rooms for the whole queue
    family: np.ndarray  # size and rooms of every party
    ratio: np.ndarray  # most rooms per person


class Prices(NamedTuple):
    """Per (kind, place, start): the trip's price and the pools that make it up (vehicle, driver, escort)."""

    full: np.ndarray
    late: np.ndarray  # the lowest price from that start on
    pick: np.ndarray
    room: np.ndarray


class Scratch(NamedTuple):
    """Working memory: `value` [tick, items], `load` [tick, persons] prices of carrying so many at once."""

    value: np.ndarray
    load: np.ndarray
    wait: np.ndarray
    shifted: np.ndarray
    gone: np.ndarray  # persons among the first n items


class Found(NamedTuple):
    """The cheapest schedules: per queue its price, its set (or NOBODY), its span of `trip`, its rooms by place."""

    price: np.ndarray
    chosen: np.ndarray
    span: np.ndarray
    rooms: np.ndarray
    trip: np.ndarray


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
            prices.late[kind, place, ticks - 1] = prices.full[kind, place, ticks - 1]
            for start in range(ticks - 2, -1, -1):
                later = prices.late[kind, place, start + 1]
                prices.late[kind, place, start] = min(prices.full[kind, place, start], later)


@_jit
def _cheapest_room(queues, prices, among, n):
    """The entry with the lowest price of a room among the first n of `among`."""
    best = among[0]
    for i in range(1, n):
        if prices.room[queues.places[among[i]]] < prices.room[queues.places[best]]:
            best = among[i]
    return best


@_jit
def _least(prices, kind, place, start, end):
    """The lowest price of a trip with a start in this stretch."""
    if end == prices.full.shape[2] - 1:
        return prices.late[kind, place, start]
    price = prices.full[kind, place, start]
    for at in range(start + 1, end + 1):
        price = min(price, prices.full[kind, place, at])
    return price


@_jit
def _load_prices(fixed, queues, prices, q, among, n, ratio, start, end, row):
    """The price of carrying m persons at once with a start in a stretch, for every m, to one of n places.

    The room of the cheapest place is paid for everybody elsewhere, so here only what another place costs above it,
    at `ratio` rooms per person (what parties save against that is given back elsewhere).
    """
    cls = queues.queue[q, QUEUE_CLASS]
    most = 0
    base = prices.room[queues.places[_cheapest_room(queues, prices, among, n)]]
    for m in range(len(row)):
        row[m] = BIG
    for kind in range(fixed.capacity.shape[1]):
        capacity = min(fixed.capacity[cls, kind], len(row) - 1)
        if capacity == 0:
            continue
        most = max(most, capacity)
        for i in range(n):
            place = queues.places[among[i]]
            price = _least(prices, kind, place, start, end)
            slope = (prices.room[place] - base) * ratio
            if slope == 0.0:
                row[capacity] = min(row[capacity], price)
            else:
                for m in range(1, capacity + 1):
                    row[m] = min(row[m], price + slope * m)
    for m in range(most - 1, 0, -1):
        row[m] = min(row[m], row[m + 1])
    row[0] = BIG
    return most


@_jit
def _opening(fixed, queues, prices, q, first):
    """The first start from `first` on for which there is any vehicle and crew at all; the last tick if none."""
    ticks = int(fixed.weights[TICKS])
    cls = queues.queue[q, QUEUE_CLASS]
    for start in range(first, ticks):
        for kind in range(fixed.capacity.shape[1]):
            if fixed.capacity[cls, kind] == 0:
                continue
            for i in range(queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]):
                if prices.full[kind, queues.places[i], start] < BIG:
                    return start
    return ticks - 1


@_jit
def _span(fixed, queues, prices, q):
    """First start worth a look, last start looked at one by one, number of rows of the table.

    Later starts are taken together, first by the half-hour, at last all of them.
    """
    ticks = int(fixed.weights[TICKS])
    first_item, after_item = queues.queue[q, FIRST_ITEM], queues.queue[q, AFTER_ITEM]
    first = _opening(fixed, queues, prices, q, min(queues.item[first_item, ITEM_READY], ticks - 1))
    margin = _MARGIN if after_item - first_item > _FEW else _MARGIN_OF_FEW
    last = min(max(first, queues.item[after_item - 1, ITEM_READY]) + margin, ticks - 1)
    rows = last - first + 1
    for lump in range(_LUMPS + 1):
        rows += int(last + 1 + lump * _LUMP < ticks)
    return first, last, rows


@_jit
def _stretch(first, last, row, ticks):
    """The starts that a row (from 1) of the table stands for: from, to."""
    start = first + row - 1
    if start <= last:
        return start, start
    lump = start - last - 1
    start = last + 1 + lump * _LUMP
    return start, min(start + _LUMP, ticks) - 1 if lump < _LUMPS else ticks - 1


@_jit
def _waits(fixed, queues, q, start, wait):
    """Cost of waiting of the first n items if they all leave at `start`; the number ready by then."""
    weights = fixed.weights
    wait[0] = 0.0
    n = 0
    for item in range(queues.queue[q, FIRST_ITEM], queues.queue[q, AFTER_ITEM]):
        if queues.item[item, ITEM_READY] > start:
            break
        minutes = start * weights[TICK] - queues.item[item, ITEM_MINUTE]
        price = weights[WAIT] * minutes + weights[EXCESS] * max(0.0, minutes - weights[EXCESS_AFTER])
        wait[n + 1] = wait[n] + price * queues.item[item, ITEM_SIZE]
        n += 1
    return n


@_jit
def _count(queues, q, gone):
    """Fill `gone` with the persons among the first n items; the number of items."""
    first = queues.queue[q, FIRST_ITEM]
    n = queues.queue[q, AFTER_ITEM] - first
    gone[0] = 0
    for i in range(n):
        gone[i + 1] = gone[i] + queues.item[first + i, ITEM_SIZE]
    return n


@_jit
def _fill_row(scratch, row, n, ready, most, skip):
    """One row of the table: the cheapest way for the first i items to have left with starts up to this one."""
    value, load, wait = scratch.value, scratch.load, scratch.wait
    shifted, gone = scratch.shifted, scratch.gone
    shifted[0] = value[row - 1, 0]
    value[row, 0] = value[row - 1, 0]
    single = gone[n] == n
    for i in range(1, n + 1):
        best = min(value[row - 1, i], value[row, i - 1] + skip * (gone[i] - gone[i - 1]))
        if i <= ready:
            leave = BIG
            if single:
                for m in range(1, min(most, i) + 1):
                    leave = min(leave, shifted[i - m] + load[row, m])
            else:
                for j in range(i - 1, -1, -1):
                    persons = gone[i] - gone[j]
                    if persons > most:
                        break
                    leave = min(leave, shifted[j] + load[row, persons])
            best = min(best, leave + wait[i])
            shifted[i] = best - wait[i]
        value[row, i] = best


@_jit
def _dearest_room(queues, prices, among, n):
    """The entry with the highest price of a room among the first n of `among`."""
    best = among[0]
    for i in range(1, n):
        if prices.room[queues.places[among[i]]] > prices.room[queues.places[best]]:
            best = among[i]
    return best


@_jit
def _saved(queues, q, ratio):
    """Rooms below "persons times ratio" that all parties together save."""
    saved = 0.0
    for i in range(queues.queue[q, FAMILY_FROM], queues.queue[q, FAMILY_TO]):
        saved += max(0.0, ratio * queues.family[i, FAMILY_SIZE] - queues.family[i, FAMILY_ROOMS])
    return saved


@_jit
def _schedule(fixed, queues, prices, scratch, q, among, n_places, ratio):
    """The cheapest way to move the queue to the places `among` at these prices, with rooms, without pair cost.

    Any `ratio` of rooms to persons is valid, one may prove more than another.

    value[r, n]: the first n items have left (or stay) with starts up to those of row r.
    """
    first, last, rows = _span(fixed, queues, prices, q)
    ticks = int(fixed.weights[TICKS])
    room = prices.room[queues.places[_cheapest_room(queues, prices, among, n_places)]]
    above = prices.room[queues.places[_dearest_room(queues, prices, among, n_places)]] - room
    skip = fixed.weights[UNMOVED] - room * queues.ratio[q]
    value, load = scratch.value, scratch.load
    items = _count(queues, q, scratch.gone)
    for n in range(items + 1):
        value[0, n] = skip * scratch.gone[n]
    for row in range(1, rows + 1):
        start, end = _stretch(first, last, row, ticks)
        most = _load_prices(fixed, queues, prices, q, among, n_places, ratio, start, end, load[row])
        ready = _waits(fixed, queues, q, start, scratch.wait)
        _fill_row(scratch, row, items, ready, most, skip)
    saved = above * _saved(queues, q, ratio) if above > 0.0 else 0.0
    return value[rows, items] + room * queues.queue[q, ROOMS_NEEDED] - saved


@_jit
def _add_trip(fixed, queues, prices, found, q, among, n_places, ratio, span, n, items, persons):
    """Write the cheapest trip for so many persons with a start in `span` as trip n; its place."""
    cls = queues.queue[q, QUEUE_CLASS]
    best = BIG
    chosen = found.trip[n]
    chosen[TRIP_PLACE] = -1
    for kind in range(fixed.capacity.shape[1]):
        if fixed.capacity[cls, kind] < persons:
            continue
        for i in range(n_places):
            place = queues.places[among[i]]
            for at in range(span[0], span[1] + 1):
                price = prices.full[kind, place, at] + prices.room[place] * ratio * persons
                if price < best:
                    best = price
                    chosen[TRIP_KIND], chosen[TRIP_PLACE], chosen[TRIP_START] = kind, place, at
    kind, place, at = chosen[TRIP_KIND], chosen[TRIP_PLACE], chosen[TRIP_START]
    chosen[TRIP_FIRST], chosen[TRIP_AFTER] = items[0], items[1]
    if place >= 0:
        for i in range(3):
            chosen[TRIP_VEHICLE + i] = prices.pick[kind, place, at, i]
    return place


@_jit
def _trace(fixed, queues, prices, scratch, found, q, among, n_places, ratio):
    """Walk back the schedule that `_schedule` just found and write down its trips and rooms."""
    first, last, row = _span(fixed, queues, prices, q)
    n = queues.queue[q, AFTER_ITEM] - queues.queue[q, FIRST_ITEM]
    ticks = int(fixed.weights[TICKS])
    value, load, wait, gone = scratch.value, scratch.load, scratch.wait, scratch.gone
    cheapest = queues.places[_cheapest_room(queues, prices, among, n_places)]
    rooms = found.rooms[q]
    dearest = queues.places[_dearest_room(queues, prices, among, n_places)]
    saved = _saved(queues, q, ratio)
    rooms[cheapest] += queues.queue[q, ROOMS_NEEDED] + saved
    rooms[dearest] -= saved
    written = found.span[q, 0]
    ready = _waits(fixed, queues, q, _stretch(first, last, row, ticks)[0], wait)
    while n > 0:
        if row > 0 and value[row, n] >= value[row - 1, n] - 1e-7:
            row -= 1
            ready = _waits(fixed, queues, q, _stretch(first, last, max(row, 1), ticks)[0], wait)
            continue
        best = BIG
        chosen = n
        if row > 0 and n <= ready:
            for j in range(n - 1, -1, -1):
                persons = gone[n] - gone[j]
                if persons >= load.shape[1]:
                    break
                price = value[row, j] + load[row, persons] + wait[n] - wait[j]
                if price < best:
                    best, chosen = price, j
        if chosen == n or best > value[row, n] + 1e-5:
            rooms[cheapest] -= queues.ratio[q] * (gone[n] - gone[n - 1])
            n -= 1
            continue
        persons = gone[n] - gone[chosen]
        span = _stretch(first, last, row, ticks)
        place = _add_trip(
            fixed, queues, prices, found, q, among, n_places, ratio, span, written, (chosen, n), persons
        )
        written += 1
        if place >= 0 and place != cheapest:
            rooms[place] += ratio * persons
            rooms[cheapest] -= ratio * persons
        n = chosen
    found.span[q, 1] = written


@_jit
def _members(queues, q, one, among):
    """Write the entries of a set (or, for ANYWHERE, all of the queue) into `among`; their number."""
    if queues.sets[one, 0] == ANYWHERE:
        n = 0
        for i in range(queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]):
            among[n] = i
            n += 1
        return n
    among[0] = queues.sets[one, 0]
    among[1] = queues.sets[one, 1]
    return 1 if queues.sets[one, 0] == queues.sets[one, 1] else 2


@_jit
def _prove_more(fixed, queues, prices, scratch, q, members, n, ratio, price):
    """The highest price met when the ratio of rooms to persons is moved up and down, and its ratio."""
    step = 0.24
    while step > _FINEST:
        moved = False
        for way in (step, -step):
            other = min(queues.ratio[q], max(0.0, ratio + way))
            found = _schedule(fixed, queues, prices, scratch, q, members, n, other)
            if found > price:
                price, ratio, moved = found, other, True
                break
        if not moved:
            step /= 2
    return price, ratio


@_jit
def _best_set(fixed, queues, prices, scratch, q, gap, ratio, among, members):
    """The set with the cheapest schedule (or NOBODY) and its price; `gap` learns how much worse the others are."""
    last_gone = _count(queues, q, scratch.gone)
    best = fixed.weights[UNMOVED] * scratch.gone[last_gone]
    chosen = NOBODY
    anywhere = -BIG
    for i in range(queues.queue[q, SET_FROM], queues.queue[q, SET_TO]):
        if gap[i] > among:
            continue
        n = _members(queues, q, i, members)
        if n == 2 and anywhere + queues.pair[i] > best:
            gap[i] = anywhere + queues.pair[i]
            continue
        price = _schedule(fixed, queues, prices, scratch, q, members, n, ratio[i])
        if n > 1 and among == BIG and price + queues.pair[i] < best:
            price, ratio[i] = _prove_more(fixed, queues, prices, scratch, q, members, n, ratio[i], price)
        if queues.sets[i, 0] == ANYWHERE:
            anywhere = price
        price += queues.pair[i]
        if not queues.roomy[i]:
            price = max(price, fixed.weights[UNMOVED])
        gap[i] = price
        if price < best:
            best, chosen = price, i
    return best, chosen


@njit(cache=True, nogil=True, fastmath=True)
def evaluate(fixed, queues, prices, scratch, total, asked, gap, ratio, among, found):
    """The sum over the queues asked for of the cheapest schedule at these prices; `found` gets the schedules.

    `total` are running sums of pool prices by tick. `gap[i]` keeps how much worse set i was than its queue's best;
    sets with a gap above `among` are not looked at again, so the sum is only a bound if `among` is BIG. `ratio[i]`
    keeps the ratio of rooms to persons that proved most for set i.
    """
    _set_prices(fixed, total, prices)
    value = 0.0
    written = 0
    members = np.zeros(len(queues.places) + 2, np.int64)
    for q in range(len(queues.queue)):
        found.span[q, 0] = written
        found.span[q, 1] = written
        if not asked[q]:
            continue
        before = gap[queues.queue[q, SET_FROM] : queues.queue[q, SET_TO]].copy()
        best, chosen = _best_set(fixed, queues, prices, scratch, q, gap, ratio, among, members)
        for i in range(queues.queue[q, SET_FROM], queues.queue[q, SET_TO]):
            if before[i - queues.queue[q, SET_FROM]] <= among:
                gap[i] -= best
        value += best
        found.price[q] = best
        found.chosen[q] = chosen
        found.rooms[q] = 0.0
        if chosen != NOBODY:
            n = _members(queues, q, chosen, members)
            _schedule(fixed, queues, prices, scratch, q, members, n, ratio[chosen])
            _trace(fixed, queues, prices, scratch, found, q, members, n, ratio[chosen])
            written = found.span[q, 1]
    return value
