"""A transport problem as arrays in ticks, with identical vehicles and people pooled.

Vehicles of one kind and window, and people of one role and shift, are interchangeable: a pool of them serves any set
of trips of which no more than its count overlap at any tick (intervals: a greedy colouring needs exactly as many as
overlap). Whoever still has a pinned trip ahead is a pool of one whose pinned ticks are taken from the start.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pratique.core.answers import Refused
from pratique.core.transport.problem import AIRPORT, ANY_FACILITY, Party, Pin, TransportProblem, Way

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ROLES = {"L": 0, "S": 1, "E": 2}


@dataclass(frozen=True, slots=True)
class Pools:
    """Interchangeable resources: `cls` is kind or role, `used` the ticks pins take, `members` their ids."""

    cls: Ints
    start: Ints
    end: Ints
    count: Ints
    cost: Floats
    used: Ints
    members: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Arrays by party (sorted by group, then ready), group (flight, class, destination), kind and place.

    `crew_ticks`, `vehicle_ticks`, `trip_cost`, `drivers` are [kind, place]; `capacity` is [class, kind], 0 where the
    class may not ride; `dests[first[g]:first[g + 1]]` are the places a group may go to; `pair_free` [flight, place]
    tells pairs that cost nothing (no facility, or a pin uses them already).
    """

    problem: TransportProblem
    ticks: int
    party_ids: tuple[int, ...]
    size: Ints
    ready: Ints
    ready_minute: Ints
    rooms: Ints
    group: Ints
    group_first: Ints
    group_class: Ints
    group_flight: Ints
    dest_first: Ints
    dests: Ints
    kinds: tuple[str, ...]
    places: tuple[int, ...]
    crew_ticks: Ints
    vehicle_ticks: Ints
    trip_cost: Floats
    drivers: Ints
    escorts: Ints
    large: Ints
    drive_each: Floats
    long: Ints
    capacity: Ints
    rooms_left: Ints
    pair_free: npt.NDArray[np.bool_]
    vehicles: Pools
    crew: Pools
    pinned_cost: float


def lay_out(*, problem: TransportProblem) -> Layout:
    """The arrays every engine works on: they know one beginning of every trip, the airport.

    Refused (`transport-origin`) where somebody else's is still to be planned; `needs` pins those trips first.
    """
    tick = problem.rules.tick
    places = tuple(sorted(problem.locations))
    kinds = tuple(sorted(problem.kinds))
    pinned = {identity for pin in problem.pins for identity in pin.parties}
    groups: dict[tuple[int, str, int], list[Party]] = defaultdict(list)
    for party in problem.parties.values():
        if party.id not in pinned:
            if party.origin != AIRPORT and problem.classes[party.cls].capacity:
                raise Refused("transport-origin", f"party {party.id} does not board at the airport")
            groups[party.flight, party.cls, party.dest].append(party)
    keys = sorted(groups)
    for members in groups.values():
        members.sort(key=lambda one: (one.ready_at, one.id))
    parties = [party for key in keys for party in groups[key]]
    ready = [max(party.ready_at, problem.not_before_at) for party in parties]
    flights = {flight: index for index, flight in enumerate(sorted(problem.flights))}
    classes = {name: index for index, name in enumerate(sorted(problem.classes))}
    dest_lists = [_dests(problem, places, key) for key in keys]
    times = _times(problem, kinds, [problem.list_legs(AIRPORT, place) for place in places])
    return Layout(
        problem=problem,
        ticks=problem.rules.horizon // tick,
        party_ids=tuple(party.id for party in parties),
        size=_ints(party.size for party in parties),
        ready=_ints(-(-at // tick) for at in ready),
        ready_minute=_ints(party.ready_at for party in parties),
        rooms=_ints(party.rooms for party in parties),
        group=_ints(index for index, key in enumerate(keys) for _ in groups[key]),
        group_first=_ints(np.cumsum([0] + [len(groups[key]) for key in keys])),
        group_class=_ints(classes[key[1]] for key in keys),
        group_flight=_ints(flights[key[0]] for key in keys),
        dest_first=_ints(np.cumsum([0] + [len(one) for one in dest_lists])),
        dests=_ints(place for one in dest_lists for place in one),
        kinds=kinds,
        places=places,
        **times,
        capacity=np.array(
            [[problem.classes[c].capacity.get(k, 0) for k in kinds] for c in sorted(problem.classes)],
            np.int64,
        ).reshape(len(classes), len(kinds)),
        rooms_left=_rooms_left(problem, places),
        pair_free=_pair_free(problem, places, flights),
        vehicles=_vehicle_pools(problem, kinds),
        crew=_crew_pools(problem),
        pinned_cost=0.0,
    )


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), np.int64)


def _dests(problem: TransportProblem, places: tuple[int, ...], key: tuple[int, str, int]) -> list[int]:
    _, cls, dest = key
    if dest != ANY_FACILITY:
        return [places.index(dest)]
    return [
        index
        for index, place in enumerate(places)
        if problem.locations[place].kind == "facility" and problem.locations[place].accepts == cls
    ]


def _times(
    problem: TransportProblem, kinds: tuple[str, ...], ways: Sequence[tuple[Way, ...]]
) -> dict[str, Any]:
    """By kind and way (the legs of one): the ticks, the cost and the drivers of a trip."""
    rules, weights = problem.rules, problem.weights
    shape = (len(kinds), len(ways))
    crew, vehicle, drivers = (np.zeros(shape, np.int64) for _ in range(3))
    cost = np.zeros(shape)
    drive = np.zeros(shape)
    driven = [sum(leg.drive_minutes for leg in legs) for legs in ways]
    rests = [
        sum(rules.rest_min * max(0, (leg.drive_minutes - 1) // rules.rest_every) for leg in legs)
        for legs in ways
    ]
    long = _ints(minutes > 2 * rules.long_drive for minutes in driven)
    for i, kind in enumerate(problem.kinds[name] for name in kinds):
        for j, legs in enumerate(ways):
            away = kind.board_minutes + driven[j] + rests[j] + kind.unload_minutes
            crew[i, j] = -(-(away + rules.crew_doff) // rules.tick)
            vehicle[i, j] = -(-(away + kind.disinfect_minutes) // rules.tick)
            drivers[i, j] = rules.long_drivers if long[j] else kind.drivers
            people = drivers[i, j] + kind.escorts
            cost[i, j] = weights.trip + kind.cost_per_km * sum(leg.km for leg in legs)
            cost[i, j] += weights.crew_min * rules.tick * crew[i, j] * people
            drive[i, j] = driven[j] / drivers[i, j]
    return {
        "crew_ticks": crew,
        "vehicle_ticks": vehicle,
        "trip_cost": cost,
        "drivers": drivers,
        "escorts": _ints(problem.kinds[name].escorts for name in kinds),
        "large": _ints(problem.kinds[name].licence == "L" for name in kinds),
        "drive_each": drive,
        "long": long,
    }


def _rooms_left(problem: TransportProblem, places: tuple[int, ...]) -> Ints:
    left = {place: problem.locations[place].rooms for place in places}
    used: dict[int, int] = defaultdict(int)
    for pin in problem.pins:
        used[pin.dest] += sum(problem.parties[identity].rooms for identity in pin.parties)
    return _ints(2**30 if left[place] is None else (left[place] or 0) - used[place] for place in places)


def _pair_free(
    problem: TransportProblem, places: tuple[int, ...], flights: dict[int, int]
) -> npt.NDArray[np.bool_]:
    free = np.array([problem.locations[place].kind != "facility" for place in places])
    table = np.repeat(free[None, :], max(len(flights), 1), axis=0)
    for pin in problem.pins:
        for identity in pin.parties:
            table[flights[problem.parties[identity].flight], places.index(pin.dest)] = True
    return table


def _pinned_ticks(problem: TransportProblem, pin: Pin) -> tuple[int, int, int]:
    times = _times(problem, (problem.vehicles[pin.vehicle].kind,), [_list_legs(problem, pin)])
    start = pin.start_at // problem.rules.tick
    return start, start + int(times["crew_ticks"][0, 0]), start + int(times["vehicle_ticks"][0, 0])


def _list_legs(problem: TransportProblem, pin: Pin) -> tuple[Way, ...]:
    return problem.list_legs(problem.find_origin(pin.parties), pin.dest)


def _pools(
    problem: TransportProblem, rows: list[tuple[int, tuple[Any, ...], list[tuple[int, int]]]]
) -> Pools:
    """Pool rows of (id, (class, first minute, last minute, cost, …), pinned spans still ahead) by equality."""
    rules = problem.rules
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for identity, key, spans in rows:
        found[(*key, tuple(sorted(spans)))].append(identity)
    keys = sorted(found, key=str)
    keys.sort(key=lambda key: (key[0], key[3] > 0, key[2], key[1]))
    width = rules.horizon // rules.tick + 1 + _longest(problem)
    used = np.zeros((len(keys), width), np.int64)
    for row, key in enumerate(keys):
        for start, end in key[-1]:
            used[row, start:end] = len(found[key])
    return Pools(
        cls=_ints(key[0] for key in keys),
        start=_ints(-(-key[1] // rules.tick) for key in keys),
        end=_ints(key[2] // rules.tick for key in keys),
        count=_ints(len(found[key]) for key in keys),
        cost=np.array([key[3] for key in keys], np.float64),
        used=used,
        members=tuple(tuple(sorted(found[key])) for key in keys),
    )


def _longest(problem: TransportProblem) -> int:
    ways = [problem.list_legs(AIRPORT, place) for place in sorted(problem.locations)]
    times = _times(problem, tuple(sorted(problem.kinds)), ways)
    both = [*times["crew_ticks"].ravel(), *times["vehicle_ticks"].ravel(), 0]
    return int(max(both)) + problem.rules.long_overrun // problem.rules.tick + 1


def _vehicle_pools(problem: TransportProblem, kinds: tuple[str, ...]) -> Pools:
    ahead: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pin in problem.pins:
        start, _, end = _pinned_ticks(problem, pin)
        ahead[pin.vehicle].append((start, end))
    now = problem.not_before_at // problem.rules.tick
    rows = []
    for one in problem.vehicles.values():
        cost = 0.0 if one.id in ahead else problem.weights.vehicle
        key = (
            kinds.index(one.kind),
            max(one.from_at, problem.not_before_at),
            min(one.until_at, problem.rules.horizon),
        )
        rows.append((one.id, (*key, cost), [span for span in ahead[one.id] if span[1] > now]))
    return _pools(problem, rows)


def _crew_pools(problem: TransportProblem) -> Pools:
    ahead: dict[int, list[tuple[int, int]]] = defaultdict(list)
    driven: dict[int, float] = defaultdict(float)
    for pin in problem.pins:
        start, end, _ = _pinned_ticks(problem, pin)
        for identity in pin.drivers + pin.escorts:
            ahead[identity].append((start, end))
        for identity in pin.drivers:
            minutes = sum(leg.drive_minutes for leg in _list_legs(problem, pin))
            driven[identity] += minutes / max(len(pin.drivers), 1)
    now = problem.not_before_at // problem.rules.tick
    rows = []
    for one in problem.crew.values():
        key = (ROLES[one.role], max(one.from_at, problem.not_before_at), one.until_at)
        left = max(0.0, problem.rules.max_drive - one.driven - driven[one.id]) if one.role != "E" else 0.0
        rows.append((one.id, (*key, left), [span for span in ahead[one.id] if span[1] > now]))
    return _pools(problem, rows)
