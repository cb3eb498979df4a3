"""Plan as a dispatcher does by hand: whoever is ready first, the smallest adequate vehicle, hold a little or not.

It always works, in well under a second, and is where the search starts.
"""

from collections.abc import Sequence

import numpy as np

from pratique.engines.transport.fleet import Fleet, Load
from pratique.engines.transport.layout import Layout

HOLDS_MINUTES = (0, 20, 40, 60)


def dispatch(*, layout: Layout, hold_minutes: int, keep: Sequence[Load] = ()) -> tuple[Load, ...]:
    """Loads by the clock: a group leaves when a vehicle is full, its oldest waited `hold_minutes`, or all are ready.

    `keep` are loads that stay; only who is on none of them is dispatched.
    """
    fleet = Fleet(layout)
    for load in keep:
        fleet.take(load)
    kept = {party for load in keep for party in load.parties}
    hold = hold_minutes // layout.problem.rules.tick
    queues = [
        list(range(layout.group_first[g], layout.group_first[g + 1])) for g in range(len(layout.group_class))
    ]
    queues = [
        [party for party in queue if party not in kept and _fits_somewhere(layout, party)] for queue in queues
    ]
    tick = [int(layout.ready[queue[0]]) if queue else layout.ticks for queue in queues]
    allowed = [np.flatnonzero(layout.capacity[cls] > 0).tolist() for cls in layout.group_class]
    ready = layout.ready.tolist()
    loads = list(keep)
    for now in range(min(tick, default=0), layout.ticks):
        for group in [g for g, at in enumerate(tick) if at <= now and queues[g]]:
            while queues[group]:
                kinds = [kind for kind in allowed[group] if fleet.may_start(kind=kind, start=now)]
                waiting = [party for party in queues[group] if ready[party] <= now] if kinds else []
                if not waiting or not _is_due(layout, queues[group], waiting, now, hold):
                    break
                load = _load(layout, fleet, group, waiting, now, kinds)
                if load is None:
                    break
                fleet.take(load)
                loads.append(load)
                gone = set(load.parties)
                queues[group] = [party for party in queues[group] if party not in gone]
    return tuple(loads)


def _fits_somewhere(layout: Layout, party: int) -> bool:
    capacity = layout.capacity[layout.group_class[layout.group[party]]]
    return len(capacity) > 0 and layout.size[party] <= capacity.max()


def _is_due(layout: Layout, queue: Sequence[int], waiting: Sequence[int], now: int, hold: int) -> bool:
    if len(waiting) == len(queue) or now - layout.ready[waiting[0]] >= hold:
        return True
    persons = sum(int(layout.size[party]) for party in waiting)
    return persons >= layout.capacity[layout.group_class[layout.group[waiting[0]]]].max()


def _load(
    layout: Layout, fleet: Fleet, group: int, waiting: Sequence[int], now: int, kinds: Sequence[int]
) -> Load | None:
    """Whoever waits and fits into the smallest adequate of the kinds that may start, at the first place that has rooms."""
    capacity = layout.capacity[layout.group_class[group]]
    persons = sum(int(layout.size[party]) for party in waiting)
    adequate = sorted((kind for kind in kinds if capacity[kind] >= persons), key=lambda kind: capacity[kind])
    smaller = sorted((kind for kind in kinds if capacity[kind] < persons), key=lambda kind: -capacity[kind])
    for kind in adequate + smaller:
        riders: list[int] = []
        room = int(capacity[kind])
        for party in waiting:
            if layout.size[party] <= room:
                riders.append(party)
                room -= int(layout.size[party])
        for place in _places(layout, fleet, group, kind) if riders else []:
            found = fleet.find(kind=kind, place=place, start=now)
            those = _those_with_rooms(layout, riders, int(fleet.rooms_left[place])) if found else []
            if found and those:
                return Load(group, kind, place, now, tuple(those), *found)
    return None


def _places(layout: Layout, fleet: Fleet, group: int, kind: int) -> list[int]:
    places = [int(place) for place in layout.dests[layout.dest_first[group] : layout.dest_first[group + 1]]]
    flight = layout.group_flight[group]
    pair = layout.problem.weights.pair
    return sorted(places, key=lambda p: layout.trip_cost[kind, p] + (0 if fleet.pairs[flight, p] else pair))


def _those_with_rooms(layout: Layout, riders: Sequence[int], rooms: int) -> list[int]:
    those = []
    for party in riders:
        if layout.rooms[party] <= rooms:
            those.append(party)
            rooms -= int(layout.rooms[party])
    return those
