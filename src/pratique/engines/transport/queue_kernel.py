"""Whole groups planned anew: dynamic programming over a queue with the vehicles, people and prices there are."""

import math

import numpy as np
from numba import njit

from pratique.engines.transport.kernel import (
    ACTIVE,
    AFTER_DEST,
    AFTER_PARTY,
    BIG,
    CLASS,
    CREW_TICKS,
    DELAY,
    DRIVE,
    DRIVERS,
    ESCORTS,
    FIRST_DEST,
    FIRST_PARTY,
    FOUND,
    GROUP,
    KIND,
    MOST_NEW,
    MOST_ROWS,
    PLACE,
    READY,
    SIZE,
    START,
    TICKS,
    TRIP_COST,
    UNMOVED,
    UNPLACED,
    VEHICLE_TICKS,
    N,
    commit,
    find_peak,
    find_vehicle,
    lift,
    persons,
    place_new,
    release_crew,
    riders_price,
    rooms_and_pairs,
    sort,
    take_crew,
    try_proposal,
    undo,
    undo_rooms_and_pairs,
    vehicles_price,
    wait_price,
)
from pratique.engines.transport.move_kernel import near, propose, remove

_jit = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_STAYS, _WAITS = -2, -1


@_jit
def _load_row(fixed, state, plan, group, places, start, row, trust):
    """What carrying m persons at once from `start` costs with what is free, for every m; the most persons."""
    cls = fixed.group[group, CLASS]
    most = 0
    for m in range(plan.load.shape[1]):
        plan.load[row, m] = BIG
    for kind in range(fixed.capacity.shape[1]):
        capacity = fixed.capacity[cls, kind]
        for i in range(2):
            place = places[i]
            length = fixed.job[kind, place, VEHICLE_TICKS]
            if capacity == 0 or (i == 1 and place == places[0]) or start + length > int(fixed.weights[TICKS]):
                continue
            vehicle = find_vehicle(fixed, state, kind, start, start + length)
            if vehicle < 0 or not take_crew(fixed, state, kind, place, start, plan.crew[MOST_NEW], False):
                continue
            end = start + fixed.job[kind, place, CREW_TICKS]
            drivers = fixed.job[kind, place, DRIVERS]
            people = drivers + fixed.job[kind, place, ESCORTS]
            drive = fixed.job_cost[kind, place, DRIVE]
            release_crew(fixed, state, plan.crew[MOST_NEW], people, drivers, start, end, drive)
            price = fixed.job_cost[kind, place, TRIP_COST] + trust * plan.guide[kind, place, start]
            if price < plan.load[row, capacity]:
                plan.load[row, capacity] = price
                plan.load_by[row, capacity, 0] = kind
                plan.load_by[row, capacity, 1] = place
            most = max(most, capacity)
    for m in range(most - 1, 0, -1):
        if plan.load[row, m + 1] < plan.load[row, m]:
            plan.load[row, m] = plan.load[row, m + 1]
            plan.load_by[row, m, 0] = plan.load_by[row, m + 1, 0]
            plan.load_by[row, m, 1] = plan.load_by[row, m + 1, 1]
    return most


@_jit
def _fill_row(fixed, plan, n, row, start, most):
    """One row of the table: the cheapest way for the first i parties to have left with starts up to this one."""
    value, chosen, wait = plan.value, plan.chosen, plan.wait
    value[row, 0] = 0.0
    wait[0] = 0.0
    ready = True
    for i in range(1, n + 1):
        party = plan.queue[i - 1]
        value[row, i] = value[row - 1, i]
        chosen[row, i] = _WAITS
        staying = value[row, i - 1] + fixed.weights[UNMOVED] * fixed.party[party, SIZE]
        if staying < value[row, i]:
            value[row, i] = staying
            chosen[row, i] = _STAYS
        ready = ready and fixed.party[party, READY] <= start
        if not ready:
            continue
        wait[i] = wait[i - 1] + wait_price(fixed, party, start)
        load = 0
        for j in range(i - 1, -1, -1):
            load += fixed.party[plan.queue[j], SIZE]
            if load > most:
                break
            price = value[row, j] + plan.load[row, load] + wait[i] - wait[j]
            if price < value[row, i]:
                value[row, i] = price
                chosen[row, i] = j


@_jit
def _queue_plan(fixed, state, plan, group, n, places, trust):
    """Append the best trips for the first n parties of `plan.queue` to the proposal; False if there are too many.

    Parties leave in queue order and share a trip with their neighbours only.
    """
    first = fixed.party[plan.queue[0], READY]
    rows = fixed.party[plan.queue[n - 1], READY] + 13 - first
    if rows > MOST_ROWS:
        return False
    plan.value[0, 0] = 0.0
    for i in range(n):
        plan.value[0, i + 1] = plan.value[0, i] + fixed.weights[UNMOVED] * fixed.party[plan.queue[i], SIZE]
    for row in range(1, rows + 1):
        start = first + row - 1
        most = _load_row(fixed, state, plan, group, places, start, row, trust)
        _fill_row(fixed, plan, n, row, start, most)
    row, i = rows, n
    while i > 0 and row > 0:
        before = plan.chosen[row, i]
        if before == _WAITS:
            row -= 1
            continue
        if before == _STAYS:
            i -= 1
            continue
        new = plan.numbers[1]
        if new >= MOST_NEW:
            return False
        plan.numbers[1] += 1
        load = 0
        for j in range(before, i):
            plan.riders[new, j - before] = plan.queue[j]
            load += fixed.party[plan.queue[j], SIZE]
        plan.new[new, GROUP] = group
        plan.new[new, KIND] = plan.load_by[row, load, 0]
        plan.new[new, PLACE] = plan.load_by[row, load, 1]
        plan.new[new, START] = first + row - 1
        plan.new[new, DELAY] = 8
        plan.new[new, N] = i - before
        i = before
    return True


@_jit
def _liked_place(fixed, plan, group):
    """A place of the group, the likelier the less the bound's prices speak against it."""
    first, last = fixed.group[group, FIRST_DEST], fixed.group[group, AFTER_DEST]
    place = fixed.dests[np.random.randint(first, last)]
    for _ in range(20):
        if np.random.random() < math.exp(-plan.liking[group, place] / 60.0):
            break
        place = fixed.dests[np.random.randint(first, last)]
    return place


@_jit
def _choose_groups(state, plan, trip):
    """One to three groups near a trip, and their trips (all, or those in a span of time) proposed for removal."""
    groups = [state.trip[trip, GROUP]]
    for _ in range(np.random.randint(0, 3)):
        other = near(state, trip, False, 18)
        if other >= 0 and state.trip[other, GROUP] not in groups:
            groups.append(state.trip[other, GROUP])
    begin, until = -1, 1 << 30
    if np.random.random() < 0.4:
        begin = state.trip[trip, START] - np.random.randint(0, 25)
        until = begin + np.random.randint(12, 49)
    for group in groups:
        for i in range(state.group_n[group]):
            old = state.of_group[group, i]
            if begin <= state.trip[old, START] <= until and plan.numbers[0] < len(plan.old):
                remove(plan, old)
    return groups


@_jit
def _riders_of(fixed, state, plan, group, n_old):
    """Queue the riders of the group's removed trips and its unmoved parties; their number."""
    n = 0
    for i in range(n_old):
        old = plan.old[i]
        if state.trip[old, GROUP] == group:
            for rider in range(state.trip[old, N]):
                plan.queue[n] = state.riders[old, rider]
                n += 1
    if state.numbers[2] > 0:
        for party in range(fixed.group[group, FIRST_PARTY], fixed.group[group, AFTER_PARTY]):
            if state.trip_of[party] == UNPLACED:
                plan.queue[n] = party
                n += 1
    sort(plan.queue, n)
    return n


@_jit
def _choose_places(fixed, state, plan, group):
    """One or two places for a group: those it goes to now or those the prices like."""
    now = state.of_group[group, np.random.randint(0, state.group_n[group])]
    place = state.trip[now, PLACE] if np.random.random() < 0.5 else _liked_place(fixed, plan, group)
    draw = np.random.random()
    if draw < 0.15:
        return place, _liked_place(fixed, plan, group)
    if draw < 0.4:
        now = state.of_group[group, np.random.randint(0, state.group_n[group])]
        return place, state.trip[now, PLACE]
    return place, place


@_jit
def _replan(fixed, state, plan, trip, temperature):
    """Plan one to three neighbouring groups anew, each by dynamic programming over what the others leave."""
    plan.numbers[0] = 0
    plan.numbers[1] = 0
    groups = _choose_groups(state, plan, trip)
    n_old = plan.numbers[0]
    if n_old == 0 or n_old >= len(plan.old):
        return False
    before = vehicles_price(fixed, state)
    lift(fixed, state, plan)
    trust = np.random.random()
    good = True
    placed = 0
    for group in groups:
        n = _riders_of(fixed, state, plan, group, n_old)
        if n == 0:
            continue
        good = _queue_plan(fixed, state, plan, group, n, _choose_places(fixed, state, plan, group), trust)
        while good and placed < plan.numbers[1]:
            good = place_new(fixed, state, plan, placed)
            placed += int(good)
        if not good:
            break
    change = rooms_and_pairs(fixed, state, plan)
    if good and change < BIG:
        moved = 0
        for i in range(n_old):
            change -= state.price[plan.old[i]]
            moved -= persons(fixed, state.riders[plan.old[i]], state.trip[plan.old[i], N])
        for new in range(plan.numbers[1]):
            change += riders_price(fixed, plan, new, plan.new[new, FOUND])
            moved += persons(fixed, plan.riders[new], plan.new[new, N])
        change += vehicles_price(fixed, state) - before - fixed.weights[UNMOVED] * moved
        if change <= -temperature * math.log(1.0 - np.random.random()):
            commit(fixed, state, plan)
            state.cost[0] += change
            return True
    undo(fixed, state, plan, placed)
    undo_rooms_and_pairs(fixed, state, plan)
    return False


@njit(cache=True, nogil=True)
def anneal(fixed, state, plan, seed, temperature, turns, share):
    """`turns` proposals at one temperature, a `share` of them for whole groups; the number kept.

    With no turns: carry out what `plan` says if that is possible at all.
    """
    if turns == 0:
        for pool in range(len(state.peak)):
            find_peak(state, pool)
        return int(try_proposal(fixed, state, plan, BIG))
    np.random.seed(seed)
    kept = 0
    for _ in range(turns):
        if np.random.random() < share and state.numbers[0] > 0:
            trip = state.order[ACTIVE, np.random.randint(0, state.numbers[0])]
            kept += int(_replan(fixed, state, plan, trip, temperature))
        elif propose(fixed, state, plan):
            kept += int(try_proposal(fixed, state, plan, -temperature * math.log(1.0 - np.random.random())))
    return kept
