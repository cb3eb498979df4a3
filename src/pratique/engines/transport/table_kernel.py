"""The table behind a price: the cheapest way for the first n of a queue to have left by a time, at given prices.

Items of a queue are persons, who part as they like, or parties, who do not. Numbers like BIG stand for "impossible"
because infinities would forbid the fast arithmetic used here.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pratique.engines.transport.kernel import BIG, EXCESS, EXCESS_AFTER, TICK, TICKS, UNMOVED, WAIT

_MARGIN, _MARGIN_OF_FEW, _FEW = 24, 96, 16
_LUMP, _LUMPS = 6, 12
ANYWHERE, NOBODY = -1, -2
FAR = 1e9
_LEAST = 1e-9
_jit = njit(nogil=True, fastmath=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

FIRST_ITEM, AFTER_ITEM, QUEUE_CLASS, PLACE_FROM, PLACE_TO, ROOMS_NEEDED, QUEUE_FLIGHT, SET_FROM, SET_TO = (
    range(9)
)
FAMILY_FROM, FAMILY_TO = 9, 10
FAMILY_SIZE, FAMILY_ROOMS = range(2)
ITEM_READY, ITEM_MINUTE, ITEM_SIZE = range(3)


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
    whole: np.ndarray  # whether items are parties (one flag)


class Prices(NamedTuple):
    """Per (kind, place, start): the trip's price and the pools that make it up (vehicle, driver, escort)."""

    full: np.ndarray
    late: np.ndarray  # the lowest price from that start on
    pick: np.ndarray
    room: np.ndarray
    worse: np.ndarray  # [place, place]: whether the first is never better than the second


class Scratch(NamedTuple):
    """Working memory: `value` [row, items], `load` [persons, rooms] prices of carrying so many at once."""

    value: np.ndarray
    load: np.ndarray
    step: np.ndarray  # by kind: how many it carries, for how much
    wait: np.ndarray  # [row, items]: what the first n wait if they leave then
    row: np.ndarray  # [row]: first and last start it stands for, how many items are ready
    shape: np.ndarray  # rows, items
    shifted: np.ndarray  # [level, items], after so many impossible ones as a trip may carry
    gone: np.ndarray  # persons among the first n items
    roomed: np.ndarray  # their rooms, if the items are parties


@_jit
def cheapest_room(queues, prices, among, n):
    """The entry with the lowest price of a room among the first n of `among`."""
    best = among[0]
    for i in range(1, n):
        if prices.room[queues.places[among[i]]] < prices.room[queues.places[best]]:
            best = among[i]
    return best


@_jit
def dearest_room(queues, prices, among, n):
    """The entry with the highest price of a room among the first n of `among`."""
    best = among[0]
    for i in range(1, n):
        if prices.room[queues.places[among[i]]] > prices.room[queues.places[best]]:
            best = among[i]
    return best


@_jit
def _find_opening(fixed, queues, prices, q, first):
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
def prepare(fixed, queues, prices, scratch, q):
    """What every table of a queue has in common: who is gone with the first n items, which starts a row stands for.

    From the first start at which anything may go, starts are looked at one by one until well after the last is ready,
    then by the half-hour, at last all together: at the lowest of their prices and the waiting of the first.
    """
    ticks, rows = int(fixed.weights[TICKS]), 0
    first_item, after_item = queues.queue[q, FIRST_ITEM], queues.queue[q, AFTER_ITEM]
    first = _find_opening(fixed, queues, prices, q, min(queues.item[first_item, ITEM_READY], ticks - 1))
    margin = _MARGIN if after_item - first_item > _FEW else _MARGIN_OF_FEW
    last = max(first, queues.item[after_item - 1, ITEM_READY]) + margin
    start = first
    while start < ticks:
        rows += 1
        lump = start - last - 1
        end = start + 1 if lump < 0 else start + _LUMP if lump < _LUMP * _LUMPS else ticks
        scratch.row[rows, 0] = start
        scratch.row[rows, 1] = min(end, ticks) - 1
        scratch.row[rows, 2] = _set_waits(fixed, queues, q, start, scratch.wait[rows])
        start = end
    scratch.shape[0] = rows
    scratch.shape[1] = _count(queues, scratch, q)


@_jit
def _set_waits(fixed, queues, q, start, wait):
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
def is_whole(queues):
    """Whether the items of a queue are its parties, each with its own rooms."""
    return queues.whole[0]


@_jit
def _count(queues, scratch, q):
    """Fill `gone` with the persons among the first n items, `roomed` with their rooms; the number of items."""
    first, family = queues.queue[q, FIRST_ITEM], queues.queue[q, FAMILY_FROM]
    n = queues.queue[q, AFTER_ITEM] - first
    whole = is_whole(queues)
    scratch.gone[0] = 0
    scratch.roomed[0] = 0
    for i in range(n):
        scratch.gone[i + 1] = scratch.gone[i] + queues.item[first + i, ITEM_SIZE]
        scratch.roomed[i + 1] = scratch.roomed[i] + (queues.family[family + i, FAMILY_ROOMS] if whole else 0)
    return n


@_jit
def least(prices, kind, place, start, end):
    """The lowest price of a trip with a start in this stretch."""
    if end == prices.full.shape[2] - 1:
        return prices.late[kind, place, start]
    price = prices.full[kind, place, start]
    for at in range(start + 1, end + 1):
        price = min(price, prices.full[kind, place, at])
    return price


@_jit
def _set_steps(fixed, queues, prices, scratch, q, among, n, span):
    """Where rooms cost the same everywhere: what each kind carries and its lowest price in a stretch; the number of
    kinds worth a look, the most persons.
    """
    cls = queues.queue[q, QUEUE_CLASS]
    steps, most = 0, 0
    for kind in range(fixed.capacity.shape[1]):
        capacity = min(fixed.capacity[cls, kind], scratch.load.shape[0] - 1)
        price = BIG
        for i in range(n if capacity > 0 else 0):
            price = min(price, least(prices, kind, queues.places[among[i]], span[0], span[1]))
        if price >= BIG:
            continue
        most = max(most, capacity)
        scratch.step[steps, 0] = capacity
        scratch.step[steps, 1] = price
        steps += 1
    kept = 0
    for i in range(steps):
        useful = True
        for j in range(steps):
            better = scratch.step[j, 1] < scratch.step[i, 1] or (
                scratch.step[j, 1] == scratch.step[i, 1] and j > i
            )
            useful = useful and not (scratch.step[j, 0] >= scratch.step[i, 0] and better)
        scratch.step[i, 2] = 1.0 if useful else 0.0
    for i in range(steps):
        if scratch.step[i, 2] > 0.0:
            scratch.step[kept, 0] = scratch.step[i, 0]
            scratch.step[kept, 1] = scratch.step[i, 1]
            kept += 1
    return kept, most


@_jit
def _set_loads(fixed, queues, prices, scratch, q, among, n, ratio, span):
    """The price of carrying so many persons at once with a start in a stretch to one of n places; the most persons.

    The room of the cheapest place is paid for everybody elsewhere, so here only what another place costs above it: for
    parties by their rooms, for persons at `ratio` rooms each (what parties save against that is given back elsewhere).
    """
    cls, load = queues.queue[q, QUEUE_CLASS], scratch.load
    base = prices.room[queues.places[cheapest_room(queues, prices, among, n)]]
    whole = is_whole(queues)
    rooms = load.shape[1] if whole else 1
    load[:, :rooms] = BIG
    most = 0
    for kind in range(fixed.capacity.shape[1]):
        capacity = min(fixed.capacity[cls, kind], load.shape[0] - 1)
        for i in range(n if capacity > 0 else 0):
            place = queues.places[among[i]]
            price = least(prices, kind, place, span[0], span[1])
            if price >= BIG:
                continue
            most = max(most, capacity)
            above = prices.room[place] - base
            if whole:
                for r in range(rooms):
                    load[capacity, r] = min(load[capacity, r], price + above * r)
            elif above == 0.0:
                load[capacity, 0] = min(load[capacity, 0], price)
            else:
                for m in range(1, capacity + 1):
                    load[m, 0] = min(load[m, 0], price + above * ratio * m)
    for m in range(most - 1, 0, -1):
        for r in range(rooms):
            load[m, r] = min(load[m, r], load[m + 1, r])
    return most


@_jit
def _double(here, longer, pad, length, n):
    """Minima of windows twice as long: of `length` at each of n ends from `pad` on, with those `length` before."""
    a, b, into = here[pad:], here[pad - length :], longer[pad:]
    for i in range(n):
        into[i] = min(a[i], b[i])


@_jit
def _lower(best, here, pad, back, price, n):
    """Lower `best` to the minimum of the windows that end before each of n items, `price` above it."""
    a, b = here[pad - 1 :], here[pad - 1 - back :]
    for i in range(n):
        best[i] = min(best[i], min(a[i], b[i]) + price)


@_jit
def _take_best(value, best, wait, n):
    """Lower the first n values to what is best; by how much the one that falls most."""
    fall = 0.0
    for i in range(n):
        price = best[i] + wait[i]
        fall = max(fall, value[i] - price)
        value[i] = min(value[i], price)
    return fall


@_jit
def _fill_flat(scratch, row, n, ready, steps, skip):
    """One row of the table of persons where a load costs what its kind costs: windows' minima, doubled in length.

    Several trips may leave at one start, so it is gone over until nothing gets cheaper. Written as plain loops
    over slices from nought, which the compiler turns into vectors.
    """
    value, before = scratch.value[row], scratch.value[row - 1]
    wait, tables = scratch.wait[row], scratch.shifted
    pad, most = scratch.load.shape[0], 0
    for step in range(steps):
        most = max(most, int(scratch.step[step, 0]))
    value[: n + 1] = before[: n + 1]
    best, some = tables[-1], ready + 1
    again = steps > 0
    while again:
        first = tables[0, pad:]
        for i in range(some):
            first[i] = value[i] - wait[i]
        level, length = 0, 1
        while 2 * length <= most:
            _double(tables[level], tables[level + 1], pad, length, some)
            level, length = level + 1, 2 * length
        best[:some] = BIG
        for step in range(steps):
            capacity = int(scratch.step[step, 0])
            level, length = 0, 1
            while 2 * length <= capacity:
                level, length = level + 1, 2 * length
            _lower(best, tables[level], pad, capacity - length, scratch.step[step, 1], some)
        again = _take_best(value, best, wait, some) > _LEAST
        for i in range(1, some if not again else 0):
            again = again or value[i - 1] + skip < value[i] - _LEAST
            value[i] = min(value[i], value[i - 1] + skip)
    for i in range(max(1, some), n + 1):
        value[i] = min(value[i], value[i - 1] + skip)


@_jit
def _fill_row(scratch, row, n, ready, most, skip, base, by_rooms):
    """One row of the table: the cheapest way for the first i items to have left with starts up to this one."""
    value, load, wait = scratch.value, scratch.load, scratch.wait[row]
    shifted, gone, roomed = scratch.shifted[-1], scratch.gone, scratch.roomed
    shifted[0] = value[row - 1, 0]
    value[row, 0] = value[row - 1, 0]
    single = gone[n] == n
    for i in range(1, n + 1):
        stays = skip * (gone[i] - gone[i - 1]) - base * (roomed[i] - roomed[i - 1])
        best = min(value[row - 1, i], value[row, i - 1] + stays)
        if i <= ready:
            leave = BIG
            if single and not by_rooms:
                for m in range(1, min(most, i) + 1):
                    leave = min(leave, shifted[i - m] + load[m, 0])
            else:
                for j in range(i - 1, -1, -1):
                    persons = gone[i] - gone[j]
                    if persons > most:
                        break
                    rooms = min(roomed[i] - roomed[j], load.shape[1] - 1) if by_rooms else 0
                    leave = min(leave, shifted[j] + load[persons, rooms])
            best = min(best, leave + wait[i])
            shifted[i] = best - wait[i]
        value[row, i] = best


@_jit
def saved_rooms(queues, q, ratio):
    """Rooms below "persons times ratio" that all parties together save."""
    saved = 0.0
    for i in range(queues.queue[q, FAMILY_FROM], queues.queue[q, FAMILY_TO]):
        saved += max(0.0, ratio * queues.family[i, FAMILY_SIZE] - queues.family[i, FAMILY_ROOMS])
    return saved


@_jit
def schedule(fixed, queues, prices, scratch, q, among, n_places, ratio):
    """The cheapest way to move the (prepared) queue to the places `among` at these prices, with rooms, without pair cost.

    For persons any `ratio` of rooms to persons is valid, one may prove more than another.

    value[r, n]: the first n items have left (or stay) with starts up to those of row r.
    """
    base = prices.room[queues.places[cheapest_room(queues, prices, among, n_places)]]
    above = prices.room[queues.places[dearest_room(queues, prices, among, n_places)]] - base
    whole = is_whole(queues)
    skip = fixed.weights[UNMOVED] - (0.0 if whole else base * queues.ratio[q])
    value = scratch.value
    rows, items = scratch.shape[0], scratch.shape[1]
    value[0, 0] = 0.0
    for n in range(1, items + 1):
        stays = skip * (scratch.gone[n] - scratch.gone[n - 1])
        value[0, n] = value[0, n - 1] + stays - base * (scratch.roomed[n] - scratch.roomed[n - 1])
    for row in range(1, rows + 1):
        those, ready = (scratch.row[row, 0], scratch.row[row, 1]), scratch.row[row, 2]
        if (above == 0.0 or ratio == 0.0) and not whole:
            steps, most = _set_steps(fixed, queues, prices, scratch, q, among, n_places, those)
            _fill_flat(scratch, row, items, ready, steps, skip)
        else:
            most = _set_loads(fixed, queues, prices, scratch, q, among, n_places, ratio, those)
            _fill_row(scratch, row, items, ready, most, skip, base, whole)
    saved = above * saved_rooms(queues, q, ratio) if above > 0.0 and not whole else 0.0
    return value[rows, items] + base * queues.queue[q, ROOMS_NEEDED] - saved
