"""The annealing's moves, compiled: each proposes some trips to remove and others to build in their place."""

import numpy as np
from numba import njit

from pratique.engines.transport.kernel import (
    ACTIVE,
    AFTER_DEST,
    AFTER_PARTY,
    CLASS,
    DELAY,
    FIRST_DEST,
    FIRST_PARTY,
    FLIGHT,
    GROUP,
    GROUP_OF,
    KIND,
    MOST_OLD,
    PLACE,
    READY,
    SIZE,
    START,
    UNPLACED,
    N,
    copy_row,
    persons,
    sort,
)

_jit = njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)


@_jit
def _last_ready(fixed, riders, n):
    at = 0
    for rider in range(n):
        at = max(at, fixed.party[riders[rider], READY])
    return at


@_jit
def _copy_trip(fixed, state, plan, old, delay):
    """Propose an old trip again, as new, from its earliest start on; callers change what they want."""
    new = plan.numbers[1]
    plan.numbers[1] += 1
    plan.new[new, GROUP] = state.trip[old, GROUP]
    plan.new[new, KIND] = state.trip[old, KIND]
    plan.new[new, PLACE] = state.trip[old, PLACE]
    plan.new[new, N] = state.trip[old, N]
    copy_row(plan.riders, new, state.riders, old, state.trip[old, N])
    plan.new[new, START] = _last_ready(fixed, state.riders[old], state.trip[old, N])
    plan.new[new, DELAY] = delay
    return new


@_jit
def remove(plan, old):
    plan.old[plan.numbers[0]] = old
    plan.numbers[0] += 1


@_jit
def _any_place(fixed, state, group):
    """A place the group may go to: mostly one its flight already uses."""
    first, last = fixed.group[group, FIRST_DEST], fixed.group[group, AFTER_DEST]
    if first == last:
        return -1
    place = fixed.dests[np.random.randint(first, last)]
    if np.random.random() < 0.6:
        for _ in range(6):
            place = fixed.dests[np.random.randint(first, last)]
            if state.pairs[fixed.group[group, FLIGHT], place] > 0:
                break
    return place


@_jit
def _any_kind(fixed, cls, load):
    """A kind that carries the load: mostly the smallest; -1 if there is none."""
    chosen = -1
    smallest = np.random.random() < 0.6
    seen = 0
    for kind in range(fixed.capacity.shape[1]):
        if fixed.capacity[cls, kind] < load or fixed.capacity[cls, kind] == 0:
            continue
        seen += 1
        if smallest:
            if chosen < 0 or fixed.capacity[cls, kind] < fixed.capacity[cls, chosen]:
                chosen = kind
        elif np.random.random() * seen < 1.0:
            chosen = kind
    return chosen


@_jit
def _delay():
    draw = np.random.random()
    if draw < 0.4:
        return 0
    if draw < 0.9:
        return np.random.randint(1, 9)
    return np.random.randint(1, 49)


@_jit
def near(state, trip, same_group, span):
    """Another trip near in time, of the same group or any; -1 if none was met."""
    group = state.trip[trip, GROUP]
    for _ in range(8):
        if same_group:
            other = state.of_group[group, np.random.randint(0, state.group_n[group])]
        else:
            other = state.order[ACTIVE, np.random.randint(0, state.numbers[0])]
        if other != trip and abs(state.trip[other, START] - state.trip[trip, START]) <= span:
            return other
    return -1


@_jit
def _shift(fixed, state, plan, trip):
    step = np.random.randint(1, 7)
    if np.random.random() < 0.65:
        step = -step
    remove(plan, trip)
    new = _copy_trip(fixed, state, plan, trip, 0)
    plan.new[new, START] = max(plan.new[new, START], state.trip[trip, START] + step)
    return plan.new[new, START] != state.trip[trip, START]


@_jit
def _change(fixed, state, plan, trip):
    """Another kind or another place for the same riders."""
    group = state.trip[trip, GROUP]
    remove(plan, trip)
    new = _copy_trip(fixed, state, plan, trip, _delay())
    draw = np.random.random()
    if draw < 0.65:
        load = persons(fixed, state.riders[trip], state.trip[trip, N])
        plan.new[new, KIND] = _any_kind(fixed, fixed.group[group, CLASS], load)
    if draw > 0.5:
        plan.new[new, PLACE] = _any_place(fixed, state, group)
    return plan.new[new, KIND] >= 0


@_jit
def _gather(fixed, state, plan, group):
    """The riders of all removed trips (and some unmoved of the group) in queue order; their number."""
    n = 0
    for i in range(plan.numbers[0]):
        old = plan.old[i]
        for rider in range(state.trip[old, N]):
            plan.queue[n] = state.riders[old, rider]
            n += 1
    if state.numbers[2] > 0:
        for party in range(fixed.group[group, FIRST_PARTY], fixed.group[group, AFTER_PARTY]):
            if state.trip_of[party] == UNPLACED and n < len(plan.queue):
                plan.queue[n] = party
                n += 1
    sort(plan.queue, n)
    return n


@_jit
def _rebuild(fixed, state, plan, group, wanted):
    """Share the riders of the removed trips among `wanted` new ones, first come first served up to random cuts."""
    cls = fixed.group[group, CLASS]
    left = _gather(fixed, state, plan, group)
    for number in range(wanted):
        if left == 0:
            break
        new = plan.numbers[1]
        kind = _any_kind(fixed, cls, 1 + np.random.randint(0, 20))
        if kind < 0:
            kind = _any_kind(fixed, cls, 1)
        if kind < 0:
            return False
        limit = fixed.capacity[cls, kind]
        target = limit
        if number < wanted - 1 and np.random.random() < 0.7:
            target = np.random.randint(1, limit + 1)
        if number == wanted - 1:
            whole = persons(fixed, plan.queue, left)
            fitting = _any_kind(fixed, cls, whole)
            if fitting >= 0:
                kind = fitting
                target = fixed.capacity[cls, kind]
        n = 0
        kept = 0
        for i in range(left):
            party = plan.queue[i]
            if fixed.party[party, SIZE] <= target and n < plan.riders.shape[1]:
                plan.riders[new, n] = party
                n += 1
                target -= fixed.party[party, SIZE]
            else:
                plan.queue[kept] = party
                kept += 1
        left = kept
        if n == 0:
            continue
        plan.numbers[1] += 1
        plan.new[new, GROUP] = group
        plan.new[new, N] = n
        load = persons(fixed, plan.riders[new], n)
        fitting = _any_kind(fixed, cls, load)
        plan.new[new, KIND] = fitting if fitting >= 0 and np.random.random() < 0.5 else kind
        plan.new[new, PLACE] = -1
        if plan.numbers[0] > 0 and np.random.random() < 0.8:
            plan.new[new, PLACE] = state.trip[plan.old[min(number, plan.numbers[0] - 1)], PLACE]
        else:
            plan.new[new, PLACE] = _any_place(fixed, state, group)
        if plan.new[new, PLACE] < 0:
            return False
        plan.new[new, START] = _last_ready(fixed, plan.riders[new], n)
        plan.new[new, DELAY] = _delay()
    return left == 0 or state.numbers[2] > 0


@_jit
def _move_party(fixed, state, plan, trip, swap):
    """One rider to another trip of the group, or two riders swapped."""
    other = near(state, trip, True, 60)
    if other < 0:
        return False
    remove(plan, trip)
    remove(plan, other)
    a = _copy_trip(fixed, state, plan, trip, 0)
    b = _copy_trip(fixed, state, plan, other, 0)
    if np.random.random() < 0.7:
        i = np.random.randint(0, plan.new[a, N])
    else:
        i = plan.new[a, N] - 1 if state.trip[other, START] > state.trip[trip, START] else 0
    moving = plan.riders[a, i]
    plan.new[a, N] -= 1
    plan.riders[a, i] = plan.riders[a, plan.new[a, N]]
    if swap:
        j = np.random.randint(0, plan.new[b, N])
        plan.riders[a, plan.new[a, N]] = plan.riders[b, j]
        plan.new[a, N] += 1
        plan.new[b, N] -= 1
        plan.riders[b, j] = plan.riders[b, plan.new[b, N]]
    if plan.new[b, N] >= plan.riders.shape[1]:
        return False
    plan.riders[b, plan.new[b, N]] = moving
    plan.new[b, N] += 1
    cls = fixed.group[plan.new[a, GROUP], CLASS]
    for new in (a, b):
        load = persons(fixed, plan.riders[new], plan.new[new, N])
        if load > fixed.capacity[cls, plan.new[new, KIND]]:
            plan.new[new, KIND] = _any_kind(fixed, cls, load)
            if plan.new[new, KIND] < 0:
                return False
        earliest = _last_ready(fixed, plan.riders[new], plan.new[new, N])
        before = state.trip[trip, START] if new == a else state.trip[other, START]
        plan.new[new, START] = max(earliest, before) if np.random.random() < 0.4 else earliest
        plan.new[new, DELAY] = max(0, before - plan.new[new, START])
    if plan.new[a, N] == 0:
        plan.numbers[1] = 1
        copy_row(plan.new, 0, plan.new, 1, plan.new.shape[1])
        copy_row(plan.riders, 0, plan.riders, 1, plan.new[1, N])
    return True


@_jit
def _exchange(fixed, state, plan, trip, what):
    """Two trips of any groups swap kinds (0), places (1), or turns: the first goes as soon as it can (2)."""
    other = near(state, trip, False, 60 if what == 1 else 30)
    if other < 0:
        return False
    remove(plan, trip)
    remove(plan, other)
    a = _copy_trip(fixed, state, plan, trip, np.random.randint(0, 9))
    b = _copy_trip(fixed, state, plan, other, np.random.randint(0, 17))
    cls_a = fixed.group[plan.new[a, GROUP], CLASS]
    cls_b = fixed.group[plan.new[b, GROUP], CLASS]
    if what == 0:
        plan.new[a, KIND], plan.new[b, KIND] = plan.new[b, KIND], plan.new[a, KIND]
        if plan.new[a, KIND] == plan.new[b, KIND]:
            return False
        good = persons(fixed, plan.riders[a], plan.new[a, N]) <= fixed.capacity[cls_a, plan.new[a, KIND]]
        return (
            good
            and persons(fixed, plan.riders[b], plan.new[b, N]) <= fixed.capacity[cls_b, plan.new[b, KIND]]
        )
    if what == 1:
        plan.new[a, PLACE], plan.new[b, PLACE] = plan.new[b, PLACE], plan.new[a, PLACE]
        good = plan.new[a, PLACE] != plan.new[b, PLACE] and cls_a == cls_b
        return (
            good
            and _may_go(fixed, plan.new[a, GROUP], plan.new[a, PLACE])
            and _may_go(fixed, plan.new[b, GROUP], plan.new[b, PLACE])
        )
    return plan.new[a, START] < state.trip[trip, START]


@_jit
def _may_go(fixed, group, place):
    for i in range(fixed.group[group, FIRST_DEST], fixed.group[group, AFTER_DEST]):  # noqa: SIM110
        if fixed.dests[i] == place:
            return True
    return False


@_jit
def _move_group(fixed, state, plan, trip):
    """All (or most) of a group's trips to one place go to another."""
    group = state.trip[trip, GROUP]
    place = _any_place(fixed, state, group)
    if place == state.trip[trip, PLACE]:
        return False
    keep = 0.0 if np.random.random() < 0.6 else 0.4
    for i in range(state.group_n[group]):
        other = state.of_group[group, i]
        if (
            state.trip[other, PLACE] == state.trip[trip, PLACE]
            and plan.numbers[0] < MOST_OLD
            and np.random.random() >= keep
        ):
            remove(plan, other)
            new = _copy_trip(fixed, state, plan, other, 12)
            plan.new[new, PLACE] = place
            if np.random.random() < 0.5:
                plan.new[new, START] = state.trip[other, START]
    return plan.numbers[0] > 0


@_jit
def propose(fixed, state, plan):
    plan.numbers[0] = 0
    plan.numbers[1] = 0
    if state.numbers[0] == 0 or (state.numbers[2] > 0 and np.random.random() < 0.2):
        party = np.random.randint(0, len(state.trip_of))
        for _ in range(len(state.trip_of)):
            if state.trip_of[party] == UNPLACED:
                break
            party = (party + 1) % len(state.trip_of)
        if state.trip_of[party] != UNPLACED:
            return False
        group = fixed.party[party, GROUP_OF]
        if state.group_n[group] > 0 and np.random.random() < 0.7:
            remove(plan, state.of_group[group, np.random.randint(0, state.group_n[group])])
        return _rebuild(fixed, state, plan, group, 1 + np.random.randint(0, 2))
    trip = state.order[ACTIVE, np.random.randint(0, state.numbers[0])]
    draw = np.random.random()
    if draw < 0.15:
        return _shift(fixed, state, plan, trip)
    if draw < 0.27:
        return _change(fixed, state, plan, trip)
    if draw < 0.42:
        return _move_party(fixed, state, plan, trip, False)
    if draw < 0.47:
        return _move_party(fixed, state, plan, trip, True)
    if draw < 0.52:
        return _exchange(fixed, state, plan, trip, 0)
    if draw < 0.57:
        return _exchange(fixed, state, plan, trip, 1)
    if draw < 0.63:
        return _exchange(fixed, state, plan, trip, 2)
    if draw < 0.66:
        return _move_group(fixed, state, plan, trip)
    remove(plan, trip)
    wanted = np.random.randint(0, 3)
    for _ in range(np.random.randint(0, 3) if draw < 0.95 else 3):
        other = near(state, trip, True, 50)
        if other < 0:
            break
        fresh = True
        for i in range(plan.numbers[0]):
            fresh = fresh and plan.old[i] != other
        if fresh:
            remove(plan, other)
            wanted += 1
    return _rebuild(fixed, state, plan, state.trip[trip, GROUP], max(1, wanted))
