"""The cheapest lawful line of one person at given prices, compiled.

A line is a shift or nothing for each day. States hold what exact rules look at: the last shift, days worked in a row, nights in
a row, days off in a row (a *node*), shifts done (up to what posts ask for) and minutes. Amounts that only have a most
(weekends, hours of a week, shifts of one sort) ride along in labels. Backwards, without these, gives a bound on the rest of
a line from every state; if the best line so found keeps them too, it is the answer, else labels are extended forwards and
dropped when dominated or when the bound says that they cannot beat what is known.
"""

import numpy as np
from numba import njit

INFINITE = 1e18
OFF = -1


@njit(nogil=True, cache=True)
def complete(prices, step, quanta, leave, rule, rest):
    """Fill `rest[day, node, done, used]`: the least price of days `day`.. from a state. `prices[day, done, shift + 1]`,
    `step[node, shift + 1]` the next node or -1, `leave[node]` the days (worked or off) below which a change of the sort
    is only lawful for a run that touches the first day, else 0; `rule` = (used least, used most, saturate)."""
    days, dones, choices = prices.shape
    nodes = step.shape[0]
    least, most = rule[0], rule[1]
    for node in range(nodes):
        for done in range(dones):
            for used in range(most + 1):
                rest[days, node, done, used] = 0.0 if used >= least else INFINITE
    for day in range(days - 1, -1, -1):
        for node in range(nodes):
            for done in range(dones):
                for used in range(most + 1):
                    rest[day, node, done, used] = INFINITE
            for choice in range(choices):
                after = step[node, choice]
                if after < 0 or not _may(node, choice, day, leave):
                    continue
                add = quanta[choice]
                for done in range(dones):
                    price = prices[day, done, choice]
                    if price >= INFINITE / 2:
                        continue
                    next_done = min(done + (choice > 0), dones - 1)
                    for used in range(most + 1):
                        next_used = used + add
                        if next_used > most:
                            if rule[2] == 0:
                                break
                            next_used = most
                        then = rest[day + 1, after, next_done, next_used]
                        value = price + then
                        if then < INFINITE / 2 and value < rest[day, node, done, used]:
                            rest[day, node, done, used] = value


@njit(nogil=True, cache=True, inline="always")
def _may(node, choice, day, leave):
    """Whether leaving a run (of work, or of days off) is lawful: long enough, or touching the first day."""
    bound = leave[node, 0]
    if bound == 0:
        return True
    ends = (choice == 0) if leave[node, 1] == 1 else (choice > 0)
    return not ends or bound >= day


@njit(nogil=True, cache=True)
def follow(prices, step, quanta, leave, rule, rest, start, line):
    """Write the line that `rest` says is the cheapest into `line` (shift numbers, OFF)."""
    days, dones, choices = prices.shape
    node, done, used = start[0], start[1], start[2]
    for day in range(days):
        best, taken = INFINITE * 2, 0
        for choice in range(choices):
            after = step[node, choice]
            if after < 0 or not _may(node, choice, day, leave):
                continue
            next_used = used + quanta[choice]
            if next_used > rule[1]:
                if rule[2] == 0:
                    continue
                next_used = rule[1]
            value = prices[day, done, choice] + rest[day + 1, after, min(done + (choice > 0), dones - 1), next_used]
            if value < best:
                best, taken = value, choice
        line[day] = taken - 1
        used = min(used + quanta[taken], rule[1])
        done = min(done + (taken > 0), dones - 1)
        node = step[node, taken]


@njit(nogil=True, cache=True)
def keeps(line, gains, resets, caps, first_held, weekend, started_off):
    """Whether a line keeps every amount that has a most."""
    held = first_held.copy()
    off = started_off
    for day in range(line.shape[0]):
        for kind in range(caps.shape[0]):
            if resets[kind, day]:
                held[kind] = 0
            gain = gains[kind, day, line[day] + 1]
            if kind == weekend and gain == 2:
                gain = 1 if off else 0
            held[kind] += gain
            if held[kind] > caps[kind]:
                return False
        off = line[day] == OFF
    return True


@njit(nogil=True, cache=True)
def extend(prices, step, quanta, leave, rule, rest, start, most_cost, amounts, work, line):
    """Labels forwards. Writes the cheapest line that keeps all amounts and costs less than `most_cost`; the answer is its cost
    (or `most_cost`), and a bound on every line's cost that holds even where labels had to be dropped for their number.

    `amounts` = (gains, resets, caps, first held, weekend, nodes that are off); `work` = (cost, state, held, parent, choice,
    head, link, width): arrays to work in.
    """
    gains, resets, caps, first_held, weekend, is_off = amounts
    cost, state, held, parent, chosen, head, link, width = work
    days, dones, choices = prices.shape
    most, kinds = rule[1], caps.shape[0]
    span = most + 1
    cost[0], state[0], parent[0] = 0.0, (start[0] * dones + start[1]) * span + start[2], -1
    for kind in range(kinds):
        held[0, kind] = first_held[kind]
    first, last, dropped = 0, 1, INFINITE
    for day in range(days):
        fresh = last
        for label in range(first, last):
            used = state[label] % span
            done = (state[label] // span) % dones
            node = state[label] // (span * dones)
            for choice in range(choices):
                after = step[node, choice]
                if after < 0 or not _may(node, choice, day, leave):
                    continue
                next_used = used + quanta[choice]
                if next_used > most:
                    if rule[2] == 0:
                        continue
                    next_used = most
                next_done = min(done + (choice > 0), dones - 1)
                value = cost[label] + prices[day, done, choice]
                then = rest[day + 1, after, next_done, next_used]
                if then >= INFINITE / 2 or prices[day, done, choice] >= INFINITE / 2 or value + then >= most_cost:
                    continue
                lawful = True
                for kind in range(kinds):
                    gain = gains[kind, day, choice]
                    if kind == weekend and gain == 2:
                        gain = 1 if is_off[node] else 0
                    now = gain + (0 if resets[kind, day] else held[label, kind])
                    if now > caps[kind]:
                        lawful = False
                        break
                    held[fresh, kind] = now
                if not lawful:
                    continue
                cost[fresh], parent[fresh], chosen[fresh] = value, label, choice
                state[fresh] = (after * dones + next_done) * span + next_used
                fresh += 1
        kept, worst = _thin(cost, state, held, parent, chosen, last, fresh, rest[day + 1], head, link, width)
        dropped = min(dropped, worst)
        first, last = last, kept
    best, taken = most_cost, -1
    for label in range(first, last):
        if cost[label] < best:
            best, taken = cost[label], label
    at = taken
    for day in range(days - 1, -1, -1):
        if at < 0:
            break
        line[day] = chosen[at] - 1
        at = parent[at]
    return best, taken >= 0, min(best, dropped)


@njit(nogil=True, cache=True)
def _thin(cost, state, held, parent, chosen, first, fresh, rest, head, link, width):
    """Keep of the labels first..fresh those not dominated, and of these the most promising `width`; where they end now, and
    the least bound of those dropped for their number."""
    number = fresh - first
    order = np.argsort(cost[first:fresh])
    alive = np.zeros(number, np.bool_)
    kinds = held.shape[1]
    count = 0
    for place in range(number):
        label = first + order[place]
        other, dominated = head[state[label]], False
        while other >= 0:
            below = True
            for kind in range(kinds):
                if held[other, kind] > held[label, kind]:
                    below = False
                    break
            if below:
                dominated = True
                break
            other = link[other]
        if not dominated:
            alive[label - first] = True
            link[label], head[state[label]] = head[state[label]], label
            count += 1
    for label in range(first, fresh):
        head[state[label]] = -1
    worst = INFINITE
    if count > width:
        promise = np.full(number, INFINITE)
        flat = rest.reshape(-1)
        for label in range(first, fresh):
            if alive[label - first]:
                promise[label - first] = cost[label] + flat[state[label]]
        ranked = np.argsort(promise)
        for place in range(width, count):
            alive[ranked[place]] = False
        worst = promise[ranked[width]]
    kept = first
    for label in range(first, fresh):
        if alive[label - first]:
            cost[kept], state[kept], parent[kept], chosen[kept] = cost[label], state[label], parent[label], chosen[label]
            for kind in range(kinds):
                held[kept, kind] = held[label, kind]
            kept += 1
    return kept, worst
