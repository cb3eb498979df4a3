"""Annealing of a whole roster, compiled: two people swap some days, or one person's days become something else.

`people` = (step, leave, quanta, weekend, is_off, rule, start, gains, resets, caps, held, before), padded to the largest of all:
each person's rules as in the line kernel, amounts without their days (gains[person, amount, shift + 1]), shifts done before.
`work` = (cost[person, day, kind], shift of each kind, shifts that each kind asks for before, its side or -1, first row of each
cell, rows, target, under, over, amount[measure, day, kind], weight, aim[person, measure]).
"""

import numpy as np
from numba import njit

CUT = 5e17


@njit(nogil=True, cache=True)
def lawful(person, kinds, people, work):
    """Whether a person's kinds (one a day) are a lawful line."""
    step, leave, quanta, weekend, is_off, rule, start, gains, resets, caps, held, before = people
    cost, shift_of, asks, side_of = work[0], work[1], work[2], work[3]
    node, used, weeks, done, side = start[person], 0, 0, before[person], -1
    now = held[person].copy()
    for day in range(kinds.shape[0]):
        kind = kinds[day]
        if cost[person, day, kind] >= CUT:
            return False
        choice = shift_of[kind] + 1
        after = step[person, node, choice]
        if after < 0 or asks[kind] > done:
            return False
        ends = (choice == 0) == (leave[person, node, 1] == 1)
        if ends and 0 < leave[person, node, 0] < day:
            return False
        if choice > 0:
            if weekend[person, day] == 1 or (weekend[person, day] == 2 and is_off[person, node]):
                weeks += 1
            if side_of[kind] >= 0:
                if side >= 0 and side != side_of[kind]:
                    return False
                side = side_of[kind]
            used += quanta[person, choice]
            done += 1
        for number in range(caps.shape[1]):
            if resets[person, number, day]:
                now[number] = 0
            now[number] += gains[person, number, choice]
            if now[number] > caps[person, number]:
                return False
        node = after
    if weeks > rule[person, 3] or used < rule[person, 0]:
        return False
    return used <= rule[person, 1] or rule[person, 2] == 1


@njit(nogil=True, cache=True)
def _row_price(row, there, target, under, over):
    missing = target[row] - there
    return under[row] * missing if missing > 0 else -over[row] * missing


@njit(nogil=True, cache=True)
def _cover(kinds, first, last, sign, covered, work):
    """Count days first..last of a line in or out of the rows; by how much the rows' price rises."""
    first_row, rows, target, under, over = work[4], work[5], work[6], work[7], work[8]
    width, change = work[0].shape[2], 0.0
    for day in range(first, last):
        cell = day * width + kinds[day]
        for at in range(first_row[cell], first_row[cell + 1]):
            row = rows[at]
            change -= _row_price(row, covered[row], target, under, over)
            covered[row] += sign
            change += _row_price(row, covered[row], target, under, over)
    return change


@njit(nogil=True, cache=True)
def _own(person, kinds, first, last, amounts, sign, work):
    """Count days first..last of a line in or out of a person's amounts; their own cost."""
    cost, amount = work[0], work[9]
    total = 0.0
    for day in range(first, last):
        total += cost[person, day, kinds[day]]
        for measure in range(amount.shape[0]):
            amounts[person, measure] += sign * amount[measure, day, kinds[day]]
    return sign * total


@njit(nogil=True, cache=True)
def _unfair(person, amounts, work):
    weight, aim = work[10], work[11]
    total = 0.0
    for measure in range(weight.shape[0]):
        total += weight[measure] * (amounts[person, measure] - aim[person, measure]) ** 2
    return total


@njit(nogil=True, cache=True)
def _set(person, line, first, last, state, work):
    """Give a person other days first..last; by how much the whole cost rises."""
    kinds, covered, amounts = state
    change = -_unfair(person, amounts, work)
    change += _cover(kinds[person], first, last, -1, covered, work)
    change += _own(person, kinds[person], first, last, amounts, -1, work)
    for day in range(first, last):
        kinds[person, day] = line[day]
    change += _cover(line, first, last, 1, covered, work)
    change += _own(person, line, first, last, amounts, 1, work)
    return change + _unfair(person, amounts, work)


@njit(nogil=True, cache=True)
def anneal(state, people, work, heat, turns, seed, best):
    """Try `turns` moves from `heat[0]` down to `heat[1]`; `best` is overwritten with the cheapest roster met, whose cost less the
    first's is the answer. The state (kinds, covered, amounts) is changed."""
    np.random.seed(seed)
    kinds, covered, amounts = state
    number, days = kinds.shape
    width = work[0].shape[2]
    now = lowest = 0.0
    one, other = np.zeros(days, np.int64), np.zeros(days, np.int64)
    old_one, old_other = np.zeros(days, np.int64), np.zeros(days, np.int64)
    for turn in range(turns):
        warm = heat[0] * (heat[1] / heat[0]) ** (turn / turns)
        first = np.random.randint(days)
        last = min(days, first + 1 + (np.random.randint(3) if np.random.random() < 0.4 else 0))
        person, mate = np.random.randint(number), -1
        one[:] = kinds[person]
        if number > 1 and np.random.random() < 0.7:
            mate = (person + 1 + np.random.randint(number - 1)) % number
            other[:] = kinds[mate]
            same = True
            for day in range(first, last):
                same = same and one[day] == other[day]
                one[day], other[day] = other[day], one[day]
            if same:
                continue
        else:
            kind = 0 if np.random.random() < 0.2 else np.random.randint(width)
            if one[first] == kind and last == first + 1:
                continue
            one[first:last] = kind
        if not lawful(person, one, people, work) or (mate >= 0 and not lawful(mate, other, people, work)):
            continue
        old_one[:] = kinds[person]
        change = _set(person, one, first, last, state, work)
        if mate >= 0:
            old_other[:] = kinds[mate]
            change += _set(mate, other, first, last, state, work)
        if change <= 0 or np.random.random() < np.exp(-change / warm):
            now += change
            if now < lowest - 1e-9:
                lowest = now
                best[:] = kinds
            continue
        if mate >= 0:
            _set(mate, old_other, first, last, state, work)
        _set(person, old_one, first, last, state, work)
    return lowest
