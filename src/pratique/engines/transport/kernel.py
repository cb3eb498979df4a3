"""The search's compiled core: trips over pooled resources, and one step: replace some trips by others.

Everything here is numba over few plain arrays (few, because compile time grows with their number). A proposal names
trips to remove and trips to build; `try_proposal` prices it, looks for vehicles and people, and keeps it or puts everything
back.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

# Only the entry (in queue_kernel) needs a Python wrapper and a cached file: it halves the compile time.
_jit = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

MOST_OLD = 16
MOST_NEW = 96
MOST_ROWS = 160
BIG = 1e13
UNPLACED = -1

SIZE, READY, READY_MINUTE, ROOMS, GROUP_OF = range(5)
FIRST_PARTY, AFTER_PARTY, CLASS, FLIGHT, FIRST_DEST, AFTER_DEST = range(6)
CREW_TICKS, VEHICLE_TICKS, DRIVERS, ESCORTS, LARGE, OVERRUN = range(6)
TRIP_COST, DRIVE = range(2)
FROM, UNTIL, COUNT = range(3)
UNMOVED, WAIT, EXCESS, EXCESS_AFTER, PAIR, TICK, TICKS = range(7)
GROUP, KIND, PLACE, START, VEHICLE, N, WHERE, GROUP_WHERE = range(8)
DELAY, FOUND = 6, 7
AS_GIVEN = -1
"""As a DELAY: at its very start, with the vehicle pool and the crew pools that the proposal names."""
ACTIVE, FREE = range(2)


class Static(NamedTuple):
    """What does not change; columns are named above, times are ticks (READY_MINUTE: minutes)."""

    party: np.ndarray
    group: np.ndarray
    dests: np.ndarray
    job: np.ndarray
    job_cost: np.ndarray
    capacity: np.ndarray
    pair_free: np.ndarray
    pool: np.ndarray
    pool_cost: np.ndarray
    first: np.ndarray
    weights: np.ndarray


class State(NamedTuple):
    """The current trips and what they use; `numbers` is trips active, free slots, unmoved parties."""

    cost: np.ndarray
    numbers: np.ndarray
    trip: np.ndarray
    riders: np.ndarray
    crew: np.ndarray
    price: np.ndarray
    order: np.ndarray
    of_group: np.ndarray
    group_n: np.ndarray
    trip_of: np.ndarray
    used: np.ndarray
    peak: np.ndarray
    peak_before: np.ndarray
    drive: np.ndarray
    rooms_left: np.ndarray
    pairs: np.ndarray


class Proposal(NamedTuple):
    """Trips to remove and to build; START and DELAY bound a new trip's start, FOUND is the one taken."""

    numbers: np.ndarray
    old: np.ndarray
    new: np.ndarray
    riders: np.ndarray
    crew: np.ndarray
    queue: np.ndarray
    guide: np.ndarray  # [kind, place, start]: what a trip takes from others, at the bound's prices
    liking: np.ndarray  # [group, place]: how much worse than its best place the bound finds a place
    value: np.ndarray  # working memory of the queue's table: [row, parties gone]
    chosen: np.ndarray
    load: np.ndarray  # [row, persons]: the cheapest trip for so many, with its kind and place
    load_by: np.ndarray
    wait: np.ndarray


@_jit
def wait_price(fixed, party, start):
    weights = fixed.weights
    wait = start * weights[TICK] - fixed.party[party, READY_MINUTE]
    price = weights[WAIT] * wait
    if wait > weights[EXCESS_AFTER]:
        price += weights[EXCESS] * (wait - weights[EXCESS_AFTER])
    return price * fixed.party[party, SIZE]


@_jit
def find_peak(state, pool):
    row = state.used[pool]
    peak = 0
    for value in row:
        peak = max(peak, value)
    state.peak[pool] = peak


@_jit
def _fits(row, start, end, limit):
    for at in range(start, end):  # noqa: SIM110
        if row[at] >= limit:
            return False
    return True


@_jit
def _add(used, pool, start, end, sign):
    for at in range(start, end):
        used[pool, at] += sign


@_jit
def copy_row(into, row, source, other, n):
    for i in range(n):
        into[row, i] = source[other, i]


@_jit
def sort(values, n):
    for i in range(1, n):
        value = values[i]
        j = i
        while j > 0 and values[j - 1] > value:
            values[j] = values[j - 1]
            j -= 1
        values[j] = value


@_jit
def find_vehicle(fixed, state, kind, start, end):
    best = -1
    best_cost = 1e18
    for pool in range(fixed.first[kind], fixed.first[kind + 1]):
        if fixed.pool[pool, FROM] > start or fixed.pool[pool, UNTIL] < end:
            continue
        limit = fixed.pool[pool, COUNT]
        if state.peak[pool] > 0 and _fits(state.used[pool], start, end, min(limit, state.peak[pool])):
            return pool
        if fixed.pool_cost[pool] < best_cost and _fits(state.used[pool], start, end, limit):
            if fixed.pool_cost[pool] == 0.0:
                return pool
            best = pool
            best_cost = fixed.pool_cost[pool]
    return best


@_jit
def _may_go(fixed, state, pool, start, end, overrun, drive):
    if fixed.pool[pool, FROM] > start or fixed.pool[pool, UNTIL] + overrun < end:
        return False
    if drive > 0 and state.drive[pool] + drive > fixed.pool_cost[pool]:
        return False
    return _fits(state.used[pool], start, end, fixed.pool[pool, COUNT])


@_jit
def _crew_pool(fixed, state, role, start, end, overrun, drive):
    first = len(fixed.first) - 4 + role
    for pool in range(fixed.first[first], fixed.first[first + 1]):
        if _may_go(fixed, state, pool, start, end, overrun, drive):
            return pool
    return -1


@_jit
def release_crew(fixed, state, crew, n, drivers, start, end, drive):
    for slot in range(n):
        pool = crew[slot]
        _add(state.used, pool, start, end, -1)
        if slot < drivers:
            state.drive[pool] -= drive


@_jit
def take_crew(fixed, state, kind, place, start, crew, given):
    """Take people for a trip: those whose pools `crew` names if they are `given`, else the first that may go."""
    end = start + fixed.job[kind, place, CREW_TICKS]
    overrun = fixed.job[kind, place, OVERRUN]
    drivers = fixed.job[kind, place, DRIVERS]
    drive = fixed.job_cost[kind, place, DRIVE]
    for slot in range(drivers + fixed.job[kind, place, ESCORTS]):
        pool = -1
        if given:
            if _may_go(fixed, state, crew[slot], start, end, overrun, drive if slot < drivers else 0.0):
                pool = crew[slot]
        elif slot < drivers:
            if not fixed.job[kind, place, LARGE]:
                pool = _crew_pool(fixed, state, 1, start, end, overrun, drive)
            if pool < 0:
                pool = _crew_pool(fixed, state, 0, start, end, overrun, drive)
        else:
            pool = _crew_pool(fixed, state, 2, start, end, overrun, 0.0)
        if pool < 0:
            release_crew(fixed, state, crew, slot, drivers, start, end, drive)
            return False
        crew[slot] = pool
        _add(state.used, pool, start, end, 1)
        if slot < drivers:
            state.drive[pool] += drive
    return True


@_jit
def use(fixed, state, kind, place, start, vehicle, crew, sign):
    _add(state.used, vehicle, start, start + fixed.job[kind, place, VEHICLE_TICKS], sign)
    end = start + fixed.job[kind, place, CREW_TICKS]
    drivers = fixed.job[kind, place, DRIVERS]
    for slot in range(drivers + fixed.job[kind, place, ESCORTS]):
        _add(state.used, crew[slot], start, end, sign)
        if slot < drivers:
            state.drive[crew[slot]] += sign * fixed.job_cost[kind, place, DRIVE]


@_jit
def place_new(fixed, state, plan, new):
    """Find start, vehicle and crew for one new trip and take them; False if there are none."""
    kind = plan.new[new, KIND]
    place = plan.new[new, PLACE]
    length = fixed.job[kind, place, VEHICLE_TICKS]
    given = plan.new[new, DELAY] == AS_GIVEN
    for start in range(plan.new[new, START], plan.new[new, START] + max(0, plan.new[new, DELAY]) + 1):
        if start + length > int(fixed.weights[TICKS]):
            return False
        if given:
            vehicle = plan.new[new, VEHICLE]
            if not _may_go(fixed, state, vehicle, start, start + length, 0, 0.0):
                return False
        else:
            vehicle = find_vehicle(fixed, state, kind, start, start + length)
        if vehicle < 0:
            continue
        if take_crew(fixed, state, kind, place, start, plan.crew[new], given):
            _add(state.used, vehicle, start, start + length, 1)
            for at in range(start, start + length):
                state.peak[vehicle] = max(state.peak[vehicle], state.used[vehicle, at])
            plan.new[new, VEHICLE] = vehicle
            plan.new[new, FOUND] = start
            return True
    return False


@_jit
def riders_price(fixed, plan, new, start):
    total = fixed.job_cost[plan.new[new, KIND], plan.new[new, PLACE], TRIP_COST]
    for rider in range(plan.new[new, N]):
        total += wait_price(fixed, plan.riders[new, rider], start)
    return total


@_jit
def rooms_and_pairs(fixed, state, plan):
    """Move rooms and pair counts from old to new trips; the change of pair cost, or infinity if rooms run out."""
    change = 0.0
    pair = fixed.weights[PAIR]
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        flight = fixed.group[state.trip[old, GROUP], FLIGHT]
        place = state.trip[old, PLACE]
        for rider in range(state.trip[old, N]):
            state.rooms_left[place] += fixed.party[state.riders[old, rider], ROOMS]
        state.pairs[flight, place] -= 1
        if state.pairs[flight, place] == 0 and not fixed.pair_free[flight, place]:
            change -= pair
    good = True
    for new in range(plan.numbers[1]):
        flight = fixed.group[plan.new[new, GROUP], FLIGHT]
        place = plan.new[new, PLACE]
        for rider in range(plan.new[new, N]):
            state.rooms_left[place] -= fixed.party[plan.riders[new, rider], ROOMS]
        good = good and state.rooms_left[place] >= 0
        if state.pairs[flight, place] == 0 and not fixed.pair_free[flight, place]:
            change += pair
        state.pairs[flight, place] += 1
    return change if good else np.inf


@_jit
def undo_rooms_and_pairs(fixed, state, plan):
    for new in range(plan.numbers[1]):
        place = plan.new[new, PLACE]
        for rider in range(plan.new[new, N]):
            state.rooms_left[place] += fixed.party[plan.riders[new, rider], ROOMS]
        state.pairs[fixed.group[plan.new[new, GROUP], FLIGHT], place] -= 1
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        place = state.trip[old, PLACE]
        for rider in range(state.trip[old, N]):
            state.rooms_left[place] -= fixed.party[state.riders[old, rider], ROOMS]
        state.pairs[fixed.group[state.trip[old, GROUP], FLIGHT], place] += 1


@_jit
def vehicles_price(fixed, state):
    total = 0.0
    for pool in range(fixed.first[len(fixed.first) - 4]):
        total += fixed.pool_cost[pool] * state.peak[pool]
    return total


@_jit
def _saving(fixed, state, old):
    """What removing a trip could save in vehicles: nothing unless it is at its pool's peak."""
    pool = state.trip[old, VEHICLE]
    if fixed.pool_cost[pool] == 0.0:
        return 0.0
    start = state.trip[old, START]
    for at in range(start, start + fixed.job[state.trip[old, KIND], state.trip[old, PLACE], VEHICLE_TICKS]):
        if state.used[pool, at] == state.peak[pool]:
            return fixed.pool_cost[pool]
    return 0.0


@_jit
def persons(fixed, riders, n):
    total = 0
    for rider in range(n):
        total += fixed.party[riders[rider], SIZE]
    return total


@_jit
def lift(fixed, state, plan):
    """Take the old trips out of what is used; keep the peaks as they were in `state.peak_before`."""
    for pool in range(len(state.peak)):
        state.peak_before[pool] = state.peak[pool]
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        trip = state.trip[old]
        pool = trip[VEHICLE]
        at_peak = _saving(fixed, state, old) > 0.0
        use(fixed, state, trip[KIND], trip[PLACE], trip[START], pool, state.crew[old], -1)
        if at_peak:
            find_peak(state, pool)


@_jit
def undo(fixed, state, plan, placed):
    """Give back what the first `placed` new trips took and put the old ones back."""
    for new in range(placed):
        trip = plan.new[new]
        use(fixed, state, trip[KIND], trip[PLACE], trip[FOUND], trip[VEHICLE], plan.crew[new], -1)
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        trip = state.trip[old]
        use(fixed, state, trip[KIND], trip[PLACE], trip[START], trip[VEHICLE], state.crew[old], 1)
    for pool in range(len(state.peak)):
        state.peak[pool] = state.peak_before[pool]


@_jit
def try_proposal(fixed, state, plan, most):
    """Carry out the proposal if it costs at most `most` more; True if kept."""
    n_old, n_new = plan.numbers[0], plan.numbers[1]
    change = 0.0
    slack = 0.0
    moved = 0
    for i in range(n_old):
        change -= state.price[plan.old[i]]
        slack += _saving(fixed, state, plan.old[i])
        moved -= persons(fixed, state.riders[plan.old[i]], state.trip[plan.old[i], N])
    for new in range(n_new):
        change += riders_price(fixed, plan, new, plan.new[new, START])
        moved += persons(fixed, plan.riders[new], plan.new[new, N])
    change -= fixed.weights[UNMOVED] * moved
    if change - slack - fixed.weights[PAIR] * n_old > most:
        return False
    pair_change = rooms_and_pairs(fixed, state, plan)
    change += pair_change
    if change - slack > most:
        undo_rooms_and_pairs(fixed, state, plan)
        return False
    before = vehicles_price(fixed, state)
    lift(fixed, state, plan)
    placed = 0
    while placed < n_new and place_new(fixed, state, plan, placed):
        if plan.new[placed, FOUND] != plan.new[placed, START]:
            change += riders_price(fixed, plan, placed, plan.new[placed, FOUND])
            change -= riders_price(fixed, plan, placed, plan.new[placed, START])
        placed += 1
    if placed == n_new:
        change += vehicles_price(fixed, state) - before
        if change <= most:
            commit(fixed, state, plan)
            state.cost[0] += change
            return True
    undo(fixed, state, plan, placed)
    undo_rooms_and_pairs(fixed, state, plan)
    return False


@_jit
def commit(fixed, state, plan):
    numbers = state.numbers
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        for rider in range(state.trip[old, N]):
            state.trip_of[state.riders[old, rider]] = UNPLACED
        numbers[2] += state.trip[old, N]
        last = state.order[ACTIVE, numbers[0] - 1]
        state.order[ACTIVE, state.trip[old, WHERE]] = last
        state.trip[last, WHERE] = state.trip[old, WHERE]
        numbers[0] -= 1
        group = state.trip[old, GROUP]
        state.group_n[group] -= 1
        last = state.of_group[group, state.group_n[group]]
        state.of_group[group, state.trip[old, GROUP_WHERE]] = last
        state.trip[last, GROUP_WHERE] = state.trip[old, GROUP_WHERE]
        state.order[FREE, numbers[1]] = old
        numbers[1] += 1
    for new in range(plan.numbers[1]):
        numbers[1] -= 1
        trip = state.order[FREE, numbers[1]]
        group = plan.new[new, GROUP]
        state.order[ACTIVE, numbers[0]] = trip
        state.trip[trip, WHERE] = numbers[0]
        numbers[0] += 1
        state.of_group[group, state.group_n[group]] = trip
        state.trip[trip, GROUP_WHERE] = state.group_n[group]
        state.group_n[group] += 1
        state.trip[trip, GROUP] = group
        state.trip[trip, KIND] = plan.new[new, KIND]
        state.trip[trip, PLACE] = plan.new[new, PLACE]
        state.trip[trip, START] = plan.new[new, FOUND]
        state.trip[trip, VEHICLE] = plan.new[new, VEHICLE]
        copy_row(state.crew, trip, plan.crew, new, state.crew.shape[1])
        state.trip[trip, N] = plan.new[new, N]
        copy_row(state.riders, trip, plan.riders, new, plan.new[new, N])
        state.price[trip] = riders_price(fixed, plan, new, plan.new[new, FOUND])
        numbers[2] -= plan.new[new, N]
        for rider in range(plan.new[new, N]):
            state.trip_of[plan.riders[new, rider]] = trip
