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
    FROM,
    LARGE,
    OVERRUN,
    TICKS,
    TRIP_COST,
    UNMOVED,
    UNTIL,
    VEHICLE_TICKS,
)
from pratique.engines.transport.table_kernel import (
    ANYWHERE,
    NOBODY,
    PLACE_FROM,
    PLACE_TO,
    QUEUE_CLASS,
    ROOMS_NEEDED,
    SET_FROM,
    SET_TO,
    cheapest_room,
    dearest_room,
    is_whole,
    prepare,
    saved_rooms,
    schedule,
)

_COARSEST, _FINEST = 0.24, 0.06
_NEAR, _CHUNK = 100.0, 8
_PRICED = 1e12  # added to a gap while it stands for a price
_jit = njit(nogil=True, fastmath=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

TRIP_KIND, TRIP_PLACE, TRIP_START, TRIP_FIRST, TRIP_AFTER, TRIP_VEHICLE, TRIP_DRIVER, TRIP_ESCORT = range(8)


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
def _find_trip(fixed, queues, prices, q, among, n, those, persons, rooms):
    """The lowest price of a trip for so many persons and rooms with a start among those, its kind, place and start."""
    cls = queues.queue[q, QUEUE_CLASS]
    base = prices.room[queues.places[cheapest_room(queues, prices, among, n)]]
    best = BIG
    found = -1, -1, -1
    for kind in range(fixed.capacity.shape[1]):
        if fixed.capacity[cls, kind] < persons:
            continue
        for i in range(n):
            place = queues.places[among[i]]
            above = (prices.room[place] - base) * rooms
            for at in range(those[0], those[1] + 1):
                price = prices.full[kind, place, at] + above
                if price < best:
                    best = price
                    found = kind, place, at
    return best, found


@_jit
def _write_trip(prices, found, n, trip, items):
    row = found.trip[n]
    row[TRIP_KIND], row[TRIP_PLACE], row[TRIP_START] = trip
    row[TRIP_FIRST], row[TRIP_AFTER] = items
    if trip[0] >= 0:
        for i in range(3):
            row[TRIP_VEHICLE + i] = prices.pick[trip[0], trip[1], trip[2], i]


@_jit
def _trace(fixed, queues, prices, scratch, found, q, among, n_places, ratio):
    """Walk back the schedule that `schedule` just found and write down its trips and rooms."""
    row, n = scratch.shape
    whole = is_whole(queues)
    value, gone, roomed = scratch.value, scratch.gone, scratch.roomed
    cheapest = queues.places[cheapest_room(queues, prices, among, n_places)]
    dearest = queues.places[dearest_room(queues, prices, among, n_places)]
    rooms = found.rooms[q]
    saved = 0.0 if whole else saved_rooms(queues, q, ratio)
    rooms[cheapest] += queues.queue[q, ROOMS_NEEDED] + saved
    rooms[dearest] -= saved
    written = found.span[q, 0]
    while n > 0:
        if row > 0 and value[row, n] >= value[row - 1, n] - 1e-7:
            row -= 1
            continue
        best, chosen, trip, taken = BIG, n, (-1, -1, -1), 0.0
        those, ready, wait = (
            (scratch.row[row, 0], scratch.row[row, 1]),
            scratch.row[row, 2],
            scratch.wait[row],
        )
        for j in range(n - 1, -1 if row > 0 and n <= ready else n, -1):
            persons = gone[n] - gone[j]
            if persons >= scratch.load.shape[0]:
                break
            mine = float(min(roomed[n] - roomed[j], scratch.load.shape[1] - 1)) if whole else ratio * persons
            price, way = _find_trip(fixed, queues, prices, q, among, n_places, those, persons, mine)
            price += value[row, j] + wait[n] - wait[j]
            if price < best:
                best, chosen, trip, taken = price, j, way, mine
        if chosen == n or best > value[row, n] + 1e-5:
            persons = gone[n] - gone[n - 1]
            rooms[cheapest] -= float(roomed[n] - roomed[n - 1]) if whole else queues.ratio[q] * persons
            n -= 1
            continue
        _write_trip(prices, found, written, trip, (chosen, n))
        written += 1
        rooms[trip[1]] += taken
        rooms[cheapest] -= taken
        n = chosen
    found.span[q, 1] = written


@_jit
def _set_worse(prices):
    """`worse[a, b]`: no trip to place a, at no time, costs less than to b, nor does a room there."""
    kinds, places, ticks = prices.full.shape
    for a in range(places):
        for b in range(places):
            worse = a != b and prices.room[b] <= prices.room[a]
            for kind in range(kinds):
                start = 0
                while worse and start < ticks:
                    worse = prices.full[kind, b, start] <= prices.full[kind, a, start]
                    start += 1
            prices.worse[a, b] = worse


@_jit
def _set_useless(queues, prices, q, gap, useless):
    """Mark the places of a queue to which another is never worse that has rooms for the whole queue; none if a set of
    one place (these come first, in the order of the places) is shut, for the other may be it.
    """
    first, one = queues.queue[q, PLACE_FROM], queues.queue[q, SET_FROM]
    number = queues.queue[q, PLACE_TO] - first
    shut = False
    for i in range(number):
        shut = shut or gap[one + i] >= BIG
    for i in range(number):
        useless[first + i] = False
        for j in range(0 if shut else number):
            a, b = queues.places[first + i], queues.places[first + j]
            if prices.worse[a, b] and queues.roomy[one + j] and queues.pair[one + j] <= queues.pair[one + i]:
                useless[first + i] = useless[first + i] or not prices.worse[b, a] or j < i


@_jit
def _members(queues, q, one, among, useless):
    """Write the entries of a set (or, for ANYWHERE, those of the queue that are of use) into `among`; their number."""
    if queues.sets[one, 0] == ANYWHERE:
        n = 0
        for i in range(queues.queue[q, PLACE_FROM], queues.queue[q, PLACE_TO]):
            if not useless[i]:
                among[n] = i
                n += 1
        return n
    among[0] = queues.sets[one, 0]
    among[1] = queues.sets[one, 1]
    return 1 if queues.sets[one, 0] == queues.sets[one, 1] else 2


@_jit
def _prove_more(fixed, queues, prices, scratch, q, members, n, ratio, price, step, enough):
    """The highest price met when the ratio of rooms to persons is moved up and down, and its ratio; to be `enough` will do."""
    while step >= _FINEST and price < enough:
        moved = False
        for way in (step, -step):
            other = min(queues.ratio[q], max(0.0, ratio + way))
            found = schedule(fixed, queues, prices, scratch, q, members, n, other)
            if found > price:
                price, ratio, moved = found, other, True
                break
        if not moved:
            step /= 2
    return price, ratio


@_jit
def _price_set(fixed, queues, prices, scratch, q, one, ratio, exact, best, members, useless):
    """What a set costs with its pairs; if `exact`, at the ratio of rooms that proves most."""
    n = _members(queues, q, one, members, useless)
    price = schedule(fixed, queues, prices, scratch, q, members, n, ratio[one])
    if n > 1 and not is_whole(queues) and price + queues.pair[one] < best:
        low = prices.room[queues.places[cheapest_room(queues, prices, members, n)]]
        if prices.room[queues.places[dearest_room(queues, prices, members, n)]] > low:
            step = _COARSEST if exact else _FINEST
            price, ratio[one] = _prove_more(
                fixed,
                queues,
                prices,
                scratch,
                q,
                members,
                n,
                ratio[one],
                price,
                step,
                best - queues.pair[one],
            )
    price += queues.pair[one]
    return price if queues.roomy[one] else max(price, fixed.weights[UNMOVED])


@_jit
def _may_be_better(fixed, queues, prices, scratch, q, chunk, n, best, members):
    """Whether any one of n sets of one place could cost less than `best`: all their places together do."""
    pair = BIG
    for i in range(n):
        members[i] = queues.sets[chunk[i], 0]
        pair = min(pair, queues.pair[chunk[i]])
    return schedule(fixed, queues, prices, scratch, q, members, n, 0.0) + pair < best


@_jit
def _best_alone(fixed, queues, prices, scratch, q, gap, ratio, best, chosen, members, useless):
    """The best set of one place, beside what is best so far. Places that were near the best when last looked at are
    priced one by one; the others eight at a time, and one by one only where these eight together could do better.
    """
    first, after = queues.queue[q, SET_FROM], queues.queue[q, SET_TO]
    after = min(after, first + queues.queue[q, PLACE_TO] - queues.queue[q, PLACE_FROM])
    for one in range(first, after):
        if gap[one] < _NEAR and not useless[queues.sets[one, 0]]:
            price = _price_set(fixed, queues, prices, scratch, q, one, ratio, False, best, members, useless)
            gap[one] = price + _PRICED
            if price < best:
                best, chosen = price, one
    chunk = np.zeros(_CHUNK, np.int64)
    n = 0
    for one in range(first, after + 1):
        worth = one < after and gap[one] < _PRICED / 2 and not useless[queues.sets[one, 0]]
        if worth and (queues.roomy[one] or best >= fixed.weights[UNMOVED]):
            chunk[n] = one
            n += 1
        if n == 0 or (n < _CHUNK and one < after):
            continue
        if _may_be_better(fixed, queues, prices, scratch, q, chunk, n, best, members):
            for i in range(n):
                price = _price_set(
                    fixed, queues, prices, scratch, q, chunk[i], ratio, False, best, members, useless
                )
                gap[chunk[i]] = price + _PRICED
                if price < best:
                    best, chosen = price, chunk[i]
        n = 0
    return best, chosen


@_jit
def _best_set(fixed, queues, prices, scratch, q, gap, ratio, among, members, useless):
    """The set with the cheapest schedule (or NOBODY) and its price; `gap` learns how much worse others are."""
    best = fixed.weights[UNMOVED] * scratch.gone[scratch.shape[1]]
    best, chosen = _best_alone(fixed, queues, prices, scratch, q, gap, ratio, best, NOBODY, members, useless)
    anywhere = -BIG
    places = queues.queue[q, PLACE_TO] - queues.queue[q, PLACE_FROM]
    for one in range(queues.queue[q, SET_FROM] + places, queues.queue[q, SET_TO]):
        alone = queues.sets[one, 0] == ANYWHERE
        if gap[one] >= BIG or (gap[one] > among and not alone and places > 2):
            continue
        if not alone and (useless[queues.sets[one, 0]] or useless[queues.sets[one, 1]]):
            continue
        if not alone and anywhere + queues.pair[one] > best:
            gap[one] = anywhere + queues.pair[one] + _PRICED
            continue
        price = _price_set(
            fixed, queues, prices, scratch, q, one, ratio, among >= BIG, best, members, useless
        )
        if alone:
            anywhere = price - queues.pair[one]
        gap[one] = price + _PRICED
        if price < best:
            best, chosen = price, one
    for one in range(queues.queue[q, SET_FROM], queues.queue[q, SET_TO]):
        if _PRICED / 2 < gap[one] < BIG:
            gap[one] -= best + _PRICED
    return best, chosen


@njit(cache=True, nogil=True, fastmath=True)
def evaluate(fixed, queues, prices, scratch, total, asked, gap, ratio, among, found):
    """The sum over the queues asked for of the cheapest schedule at these prices; `found` gets the schedules.

    `total` are running sums of pool prices by tick. `gap[i]` keeps how much worse set i was than its queue's best
    when last priced (BIG: shut); pairs with a gap above `among` are not looked at again, so the sum is only a bound if
    `among` is BIG. `ratio[i]` keeps the ratio of rooms to persons that proved most for set i.
    """
    _set_prices(fixed, total, prices)
    _set_worse(prices)
    value = 0.0
    written = 0
    members = np.zeros(len(queues.places) + 2, np.int64)
    useless = np.zeros(len(queues.places), np.bool_)
    for q in range(len(queues.queue)):
        found.span[q, 0] = written
        found.span[q, 1] = written
        if not asked[q]:
            continue
        prepare(fixed, queues, prices, scratch, q)
        _set_useless(queues, prices, q, gap, useless)
        best, chosen = _best_set(fixed, queues, prices, scratch, q, gap, ratio, among, members, useless)
        value += best
        found.price[q] = best
        found.chosen[q] = chosen
        found.rooms[q] = 0.0
        if chosen != NOBODY:
            n = _members(queues, q, chosen, members, useless)
            schedule(fixed, queues, prices, scratch, q, members, n, ratio[chosen])
            _trace(fixed, queues, prices, scratch, found, q, members, n, ratio[chosen])
            written = found.span[q, 1]
    return value
