"""The cheapest lawful line of one person at given prices, compiled.

A line is a shift or nothing for each day. States hold what exact rules look at: the last shift, days worked in a row, nights in
a row, days off in a row (a *node*), shifts done (up to what posts ask for), weekends, and minutes. Amounts that only have a
most (hours of a week, shifts of one sort) ride along in labels. Backwards, without these, gives a bound on the rest of
a line from every state; if the best line so found keeps them too, it is the answer, else labels are extended forwards and
dropped when dominated or when the bound says that they cannot beat what is known.

`prices[day, done, shift + 1]`; `step[node, shift + 1]` is the next node or -1; `leave[node]` = (days, 1 work or 0 off): a run
shorter than its least may only end if it touches the first day; `quanta[shift + 1]` minutes in units; `weekend[day]` 1 if
work on it begins a weekend, 2 if it does unless the day before was worked; `rule` = (used least, used most, whether used
saturates, weekends most); a state is ((node · dones + done) · weekends + weekend) · span + used.
"""

import numpy as np
from numba import njit

INFINITE = 1e18
CUT = 5e17
OFF = -1


@njit(nogil=True, cache=True)
def _may(node, choice, day, leave):
    """Whether leaving a run (of work, or of days off) is lawful: long enough, or touching the first day."""
    if leave[node, 0] == 0:
        return True
    ends = (choice == 0) if leave[node, 1] == 1 else (choice > 0)
    return not ends or leave[node, 0] >= day


@njit(nogil=True, cache=True)
def complete(prices, step, quanta, leave, weekend, is_off, rule, rest):
    """Fill `rest[day, node, done, weekends, used]`: the least price of days `day`.. from a state."""
    days, dones, choices = prices.shape
    least, most, ends = rule[0], rule[1], rule[3]
    rest[days] = 0.0
    rest[days, :, :, :, :least] = INFINITE
    longest = quanta.max()
    for day in range(days - 1, -1, -1):
        rest[day] = INFINITE
        low = max(0, min(least - (days - day) * longest, most))
        high = min(most, day * longest)
        for node in range(step.shape[0]):
            for choice in range(choices):
                after = step[node, choice]
                if after < 0 or not _may(node, choice, day, leave):
                    continue
                add, gain = quanta[choice], 0
                if choice > 0 and (weekend[day] == 1 or (weekend[day] == 2 and is_off[node])):
                    gain = 1
                for done in range(dones):
                    price = prices[day, done, choice]
                    if price >= CUT:
                        continue
                    next_done = min(done + (choice > 0), dones - 1)
                    for held in range(ends + 1 - gain):
                        then = rest[day + 1, after, next_done, held + gain]
                        now = rest[day, node, done, held]
                        for used in range(low, high + 1):
                            next_used = used + add
                            if next_used > most:
                                if rule[2] == 0:
                                    break
                                next_used = most
                            value = price + then[next_used]
                            if value < now[used]:
                                now[used] = value


@njit(nogil=True, cache=True)
def follow(prices, step, quanta, leave, weekend, is_off, rule, rest, start, line):
    """Write the line that `rest` says is the cheapest into `line` (shift numbers, OFF)."""
    days, dones, choices = prices.shape
    node, done, used, held = start[0], 0, 0, 0
    for day in range(days):
        best, taken = INFINITE * 2, 0
        for choice in range(choices):
            after = step[node, choice]
            if after < 0 or prices[day, done, choice] >= CUT or not _may(node, choice, day, leave):
                continue
            next_used = used + quanta[choice]
            if next_used > rule[1]:
                if rule[2] == 0:
                    continue
                next_used = rule[1]
            next_held = held
            if choice > 0 and (weekend[day] == 1 or (weekend[day] == 2 and is_off[node])):
                next_held += 1
            if next_held > rule[3]:
                continue
            next_done = min(done + (choice > 0), dones - 1)
            value = prices[day, done, choice] + rest[day + 1, after, next_done, next_held, next_used]
            if value < best:
                best, taken = value, choice
        line[day] = taken - 1
        if taken > 0 and (weekend[day] == 1 or (weekend[day] == 2 and is_off[node])):
            held += 1
        used = min(used + quanta[taken], rule[1])
        done = min(done + (taken > 0), dones - 1)
        node = step[node, taken]


@njit(nogil=True, cache=True)
def keeps(line, gains, resets, caps, first_held):
    """Whether a line keeps every amount that has a most."""
    for kind in range(caps.shape[0]):
        held = first_held[kind]
        for day in range(line.shape[0]):
            if resets[kind, day]:
                held = 0
            held += gains[kind, day, line[day] + 1]
            if held > caps[kind]:
                return False
    return True


@njit(nogil=True, cache=True)
def extend(prices, step, quanta, leave, weekend, is_off, rule, rest, start, most_cost, amounts, work, line):
    """Labels forwards. Writes the cheapest line that keeps all amounts and costs less than `most_cost`; the answer is its cost
    (or `most_cost`), whether there is one, and a bound on every line's cost that holds even where labels had to be
    dropped for their number.

    `amounts` = (gains, resets, caps, first held); `work` = (cost, state, held, parent, choice, head, link, width): arrays to
    work in.
    """
    gains, resets, caps, first_held = amounts
    cost, state, held, parent, chosen, head, link, width = work
    days, dones, choices = prices.shape
    most, kinds, ends = rule[1], caps.shape[0], rule[3] + 1
    span = most + 1
    cost[0], state[0], parent[0] = 0.0, start[0] * dones * ends * span, -1
    for kind in range(kinds):
        held[0, kind] = first_held[kind]
    first, last, dropped = 0, 1, INFINITE
    for day in range(days):
        fresh = last
        for label in range(first, last):
            used = state[label] % span
            weeks = (state[label] // span) % ends
            done = (state[label] // (span * ends)) % dones
            node = state[label] // (span * ends * dones)
            for choice in range(choices):
                after = step[node, choice]
                if after < 0 or prices[day, done, choice] >= CUT or not _may(node, choice, day, leave):
                    continue
                next_used = used + quanta[choice]
                if next_used > most:
                    if rule[2] == 0:
                        continue
                    next_used = most
                next_weeks = weeks
                if choice > 0 and (weekend[day] == 1 or (weekend[day] == 2 and is_off[node])):
                    next_weeks += 1
                if next_weeks >= ends:
                    continue
                next_done = min(done + (choice > 0), dones - 1)
                value = cost[label] + prices[day, done, choice]
                then = rest[day + 1, after, next_done, next_weeks, next_used]
                if then >= CUT or value + then >= most_cost:
                    continue
                lawful = True
                for kind in range(kinds):
                    now = gains[kind, day, choice] + (0 if resets[kind, day] else held[label, kind])
                    if now > caps[kind]:
                        lawful = False
                        break
                    held[fresh, kind] = now
                if lawful:
                    cost[fresh], parent[fresh], chosen[fresh] = value, label, choice
                    state[fresh] = ((after * dones + next_done) * ends + next_weeks) * span + next_used
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
            link[label] = head[state[label]]
            head[state[label]] = label
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
            cost[kept], state[kept], parent[kept] = cost[label], state[label], parent[label]
            chosen[kept] = chosen[label]
            for kind in range(kinds):
                held[kept, kind] = held[label, kind]
            kept += 1
    return kept, worst
