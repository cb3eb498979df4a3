"""Whole parties on the trips of a schedule of persons: the compiled core of `packing`."""

import numpy as np
from numba import njit

START, PERSONS, CAPACITY = range(3)
READY, SIZE, ROOMS = range(3)
NOWHERE = -1
_NEXT_MINUTES = 20.0
_PATIENCE = 1e-3
_NEVER = -1e15


@njit(cache=True, nogil=True)
def pack(trip, room, party, minute, excess, out):
    """Put parties on trips, in the order of their starts; the number that found none.

    `trip` are start, persons and capacity of each, `room` the price of a room where it goes; `party` the tick when each
    is ready, its size and rooms, `minute` when it is ready; `excess` the price of a person's minute beyond so many, these,
    and the minutes of a tick. `out` gets the trip of each party, or NOWHERE. A trip takes as many of those ready as it took persons (and
    as were left behind before), chosen by a knapsack: parties with few rooms where rooms are dear, and who waited longest.
    """
    number, most = len(party), trip[:, CAPACITY].max()
    table, some = np.empty((number + 1, most + 1)), np.empty(number, np.int64)
    usual = (room * trip[:, PERSONS]).sum() / max(1, trip[:, PERSONS].sum())
    out[:] = NOWHERE
    behind = 0
    for t in range(len(trip)):
        n = 0
        table[0, :] = _NEVER
        table[0, 0] = 0.0
        for p in range(number):
            if out[p] != NOWHERE or party[p, READY] > trip[t, START]:
                continue
            some[n] = p
            age = trip[t, START] * excess[2] - minute[p]
            worth = excess[0] * max(0.0, age + _NEXT_MINUTES - excess[1]) + _PATIENCE * age
            worth = worth * party[p, SIZE] - party[p, ROOMS] * (room[t] - usual)
            size = party[p, SIZE]
            for s in range(most + 1):
                table[n + 1, s] = table[n, s]
                if s >= size:
                    table[n + 1, s] = max(table[n + 1, s], table[n, s - size] + worth)
            n += 1
        s = min(trip[t, CAPACITY], trip[t, PERSONS] + behind)
        while table[n, s] <= _NEVER / 2:
            s -= 1
        behind += trip[t, PERSONS] - s
        for i in range(n - 1, -1, -1):
            if table[i + 1, s] != table[i, s]:
                out[some[i]] = t
                s -= party[some[i], SIZE]
    left = 0
    for p in range(number):
        left += out[p] == NOWHERE
    return left
