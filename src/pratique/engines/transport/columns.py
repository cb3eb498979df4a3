"""Columns: a queue (the travellers of one flight and class) with one whole schedule of trips, cheapest at given prices.

A `Pricer` finds them. Over persons its schedules are cheaper than any plan can be and prove the bound; over parties
they can be carried out and make the plan.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pratique.engines.transport import kernel as trips
from pratique.engines.transport import price_kernel
from pratique.engines.transport import table_kernel as kernel
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Floats, Ints, Layout
from pratique.engines.transport.search import static_of

Flags = npt.NDArray[np.bool_]
_FORBIDDEN = 1e7


@dataclass(slots=True)
class Dual:
    """Prices: per pool (vehicles, then crew) and tick, and per room of each place."""

    pool: Floats
    room: Floats

    def towards(self, other: "Dual", share: float) -> "Dual":
        """The prices that lie at `share` of the way to the other's."""
        return Dual(
            (1 - share) * self.pool + share * other.pool, (1 - share) * self.room + share * other.room
        )

    def shaken(self, random: np.random.Generator, most: float) -> "Dual":
        """The prices, each by up to so great a share of it higher or lower."""
        pool, room = (of * random.uniform(1 - most, 1 + most, of.shape) for of in (self.pool, self.room))
        return Dual(pool, room)


@dataclass(frozen=True, slots=True)
class Column:
    """A queue's schedule: its cost, what it uses by pool and tick and of rooms, (of parties) its loads, and (of persons)
    the set of places it was found for."""

    queue: int
    cost: float
    use: npt.NDArray[np.float32]
    rooms: Floats
    loads: tuple[Load, ...] = ()
    set_of: int = -1

    @property
    def places(self) -> set[int]:
        """Where its loads go."""
        return {load.place for load in self.loads}


class Pricer:
    """Prices the queues of a layout; with `whole` parties stay together, else everybody goes alone.

    With `merged` whoever is bound to a place that a free queue may go to belongs to that queue, as the bound has it.
    """

    def __init__(self, *, layout: Layout, whole: bool, merged: bool) -> None:
        self.layout, self.whole = layout, whole
        self.fixed = static_of(layout=layout)
        self.queues, self.members = _queues(layout, whole, merged)
        kinds, places, ticks = len(layout.kinds), len(layout.places), layout.ticks
        self.width = layout.vehicles.used.shape[1]
        self.prices = kernel.Prices(
            np.zeros((kinds, places, ticks)),
            np.zeros((kinds, places, ticks)),
            np.zeros((kinds, places, ticks, 3), np.int64),
            np.zeros(places),
            np.zeros((places, places), np.bool_),
        )
        number = len(self.queues.queue)
        items = int(np.diff(self.queues.queue[:, :2]).max(initial=0))
        widest = int(layout.capacity.max(initial=0)) + 1
        self._scratch = kernel.Scratch(
            np.zeros((ticks + 30, items + 1)),
            np.zeros((widest, widest)),
            np.zeros((kinds, 3)),
            np.zeros((ticks + 30, items + 1)),
            np.zeros((ticks + 30, 3), np.int64),
            np.zeros(2, np.int64),
            np.full((widest.bit_length() + 2, widest + items + 1), kernel.BIG),
            np.zeros(items + 1, np.int64),
            np.zeros(items + 1, np.int64),
        )
        self._found = price_kernel.Found(
            np.zeros(number),
            np.zeros(number, np.int64),
            np.zeros((number, 2), np.int64),
            np.zeros((number, places)),
            np.zeros((len(self.queues.item) + 1, 8), np.int64),
        )
        sets = self.queues.sets
        self._anywhere = np.flatnonzero(sets[:, 0] == kernel.ANYWHERE)
        self._always = sets[:, 0] == sets[:, 1]
        for row in self.queues.queue:
            if row[kernel.PLACE_TO] - row[kernel.PLACE_FROM] == 2:
                self._always[row[kernel.SET_FROM] : row[kernel.SET_TO]] = True
        self._three = self.queues.pair[self._anywhere].copy()
        self._two = _cheapest_two(self.queues, self._anywhere)
        self.gap = np.where(self._always, 0.0, kernel.FAR)
        self._ratio = self.queues.ratio[
            np.repeat(
                np.arange(number), np.diff(self.queues.queue[:, kernel.SET_FROM : kernel.SET_TO + 1])[:, 0]
            )
        ]
        self._open = np.ones(len(sets), np.bool_)

    def price(
        self,
        *,
        dual: Dual,
        asked: Flags | None = None,
        among: float = kernel.BIG,
        full: Flags | None = None,
        coarse: bool = False,
    ) -> tuple[float, list[Column]]:
        """The sum of the cheapest schedules of the queues asked for, and these; ticks of pools marked `full` are shut.

        The sum is a bound's part only if `among` is left out, or if `coarse`: then two places count as "anywhere" at
        the two cheapest pair costs, and no pair of places is looked at by itself. Else pairs of places that were worse by more than that
        when last looked at are not looked at.
        """
        asked = np.ones(len(self.members), np.bool_) if asked is None else asked
        total = np.zeros((dual.pool.shape[0], dual.pool.shape[1] + 1))
        np.cumsum(dual.pool if full is None else dual.pool + _FORBIDDEN * full, axis=1, out=total[:, 1:])
        self.prices.room[:] = dual.room
        self.gap[self._open & (np.isinf(self.gap) | (among >= kernel.BIG) & ~self._always)] = 0.0
        self.gap[~self._open] = np.inf
        self.queues.pair[self._anywhere] = self._two if coarse else self._three
        before = self.gap.copy()
        if coarse:
            self.gap[~self._always] = np.inf
        value = price_kernel.evaluate(
            self.fixed,
            self.queues,
            self.prices,
            self._scratch,
            total,
            asked,
            self.gap,
            self._ratio,
            among,
            self._found,
        )
        if coarse:
            self.gap[~self._always] = before[~self._always]
        return value, self._columns(np.flatnonzero(asked), dual, coarse)

    def _columns(self, queues: Ints, dual: Dual, coarse: bool) -> list[Column]:
        """The schedules found for these queues, as far as they can be carried out."""
        return [self._column(int(q), dual, coarse) for q in queues]

    def as_priced(self, dual: Dual) -> list[Column]:
        """The schedules found at these prices for all queues, with the rooms they were priced with, be these none that
        parties could take.
        """
        return [self._column(q, dual, as_priced=True) for q in range(len(self.members))]

    def prices_found(self) -> Floats:
        """The price of every queue as it was last asked for."""
        return self._found.price.copy()

    def open_all(self) -> None:
        """Let every queue go wherever it may."""
        self._open[:] = True

    def open_only(self, sets: Flags) -> None:
        """Let every queue use only these of its sets of places."""
        self._open[:] = sets

    def narrow(self, q: int, places: set[int]) -> None:
        """Let a queue go only to these places, all of which it may go to (or, from three on, anywhere)."""
        row = self.queues.queue[q]
        if len(places) < 1 or row[kernel.PLACE_TO] - row[kernel.PLACE_FROM] < 2:
            return
        for one in range(row[kernel.SET_FROM], row[kernel.SET_TO]):
            ends = self.queues.sets[one]
            if ends[0] == kernel.ANYWHERE:
                self._open[one] = len(places) > 2
            else:
                self._open[one] = {int(self.queues.places[end]) for end in ends} <= places
                self.gap[one] = 0.0

    def _column(self, q: int, dual: Dual, coarse: bool = False, as_priced: bool = False) -> Column:
        """The schedule found for a queue; its cost is what its price holds beyond resources."""
        rows = self._trips_of(q)
        if self.whole:
            return self.column_of(q, [self._load(q, row) for row in rows])
        use = np.zeros(dual.pool.shape, np.float32)
        for row in rows:
            self._add_use(use, row)
        rooms = self._found.rooms[q].copy()
        cost = float(self._found.price[q] - (dual.pool * use).sum() - (dual.room * rooms).sum())
        if coarse:
            cost += self._left_out(q, rows)
        if not as_priced:
            rooms = self._tighten(q, rows, rooms, dual)
        return Column(q, cost, use, rooms, set_of=int(self._found.chosen[q]))

    def _trips_of(self, q: int) -> Ints:
        """The trips of the schedule last found for a queue, in no order: the columns of `price_kernel`."""
        first, after = self._found.span[q]
        rows = self._found.trip[first:after].copy()
        return rows[rows[:, price_kernel.TRIP_PLACE] >= 0]

    def _left_out(self, q: int, rows: Ints) -> float:
        """What a schedule found coarsely, for any places, costs beyond the two cheapest pairs when these are looked at:
        its own pairs; and somebody unmoved, if one place or two have no rooms for all.
        """
        row, chosen = self.queues.queue[q], int(self._found.chosen[q])
        if chosen < 0 or self.queues.sets[chosen, 0] != kernel.ANYWHERE:
            return 0.0
        number = int(np.searchsorted(self._anywhere, chosen))
        mine = self.queues.places[row[kernel.PLACE_FROM] : row[kernel.PLACE_TO]]
        used = np.isin(mine, rows[:, price_kernel.TRIP_PLACE])
        if used.sum() > 2:
            return float(self._three[number] - self._two[number])
        pairs = self.queues.pair[row[kernel.SET_FROM] :][: len(used)][used].sum()
        roomy = self.layout.rooms_left[mine[used]].sum() >= row[kernel.ROOMS_NEEDED]
        return float(pairs - self._two[number]) + (0.0 if roomy else self.layout.problem.weights.unmoved)

    def _tighten(self, q: int, rows: Ints, rooms: Floats, dual: Dual) -> Floats:
        """The least rooms by place that these trips of persons can mean: parties with few rooms go where rooms are dear."""
        sizes, needed = (
            of[self.members[q]].astype(np.float64) for of in (self.layout.size, self.layout.rooms)
        )
        order = np.argsort(needed / sizes)
        persons = np.concatenate(([0.0], np.cumsum(sizes[order])))
        taken = np.concatenate(([0.0], np.cumsum(needed[order])))
        moved = np.zeros(len(rooms))
        np.add.at(
            moved,
            rows[:, price_kernel.TRIP_PLACE],
            rows[:, price_kernel.TRIP_AFTER] - rows[:, price_kernel.TRIP_FIRST],
        )
        places = sorted(np.flatnonzero(moved), key=lambda place: -dual.room[place])
        tight, gone = np.zeros(len(rooms)), 0.0
        for place in places:
            gone += moved[place]
            tight[place] = np.interp(gone, persons, taken) - tight.sum()
        if places:
            tight[places[-1]] = max(0.0, tight[places[-1]] + min(0.0, rooms.sum() - tight.sum()))
        return tight

    def _add_use(self, use: npt.NDArray[np.float32], row: Ints) -> None:
        kind, place, start = (int(one) for one in row[:3])
        job = self.fixed.job[kind, place]
        vehicle, driver, escort = (int(one) for one in row[price_kernel.TRIP_VEHICLE :])
        use[vehicle, start : start + job[trips.VEHICLE_TICKS]] += 1
        end = start + job[trips.CREW_TICKS]
        use[driver, start:end] += job[trips.DRIVERS]
        if job[trips.ESCORTS]:
            use[escort, start:end] += job[trips.ESCORTS]

    def _load(self, q: int, row: Ints) -> Load:
        """A trip of a whole queue as a load."""
        return self._load_of(
            row, self.members[q][int(row[price_kernel.TRIP_FIRST]) : int(row[price_kernel.TRIP_AFTER])]
        )

    def _load_of(self, row: Ints, riders: Sequence[int]) -> Load:
        """A trip found, with these parties on it."""
        kind, place, start = (int(one) for one in row[:3])
        vehicle, driver, escort = (int(one) for one in row[price_kernel.TRIP_VEHICLE :])
        crew_from = len(self.layout.vehicles.cls)
        drivers, escorts = int(self.layout.drivers[kind, place]), int(self.layout.escorts[kind])
        crew = (driver - crew_from,) * drivers + (escort - crew_from,) * escorts
        return Load(
            int(self.layout.group[riders[0]]), kind, place, start, tuple(sorted(riders)), vehicle, crew
        )

    def column_of(self, q: int, loads: Sequence[Load]) -> Column:
        """A whole queue's loads as a column."""
        one, weights = self.layout, self.layout.problem.weights
        use = np.zeros((len(one.vehicles.cls) + len(one.crew.cls), self.width), np.float32)
        rooms = np.zeros(len(one.places))
        cost = weights.unmoved * float(one.size[self.members[q]].sum())
        for load in loads:
            those = list(load.parties)
            wait = load.start * one.problem.rules.tick - one.ready_minute[those]
            each = weights.wait * wait + weights.wait_excess * np.maximum(0, wait - weights.excess_after)
            cost += float(((each - weights.unmoved) * one.size[those]).sum())
            cost += float(one.trip_cost[load.kind, load.place])
            rooms[load.place] += float(one.rooms[those].sum())
            use[load.vehicle, load.start : load.start + one.vehicle_ticks[load.kind, load.place]] += 1
            for pool in load.crew:
                pool += len(one.vehicles.cls)
                use[pool, load.start : load.start + one.crew_ticks[load.kind, load.place]] += 1
        flight = int(self.queues.queue[q, kernel.QUEUE_FLIGHT])
        pairs = sum(not one.pair_free[flight, place] for place in {load.place for load in loads})
        return Column(q, cost + weights.pair * pairs, use, rooms, tuple(loads))


def places_of(layout: Layout, group: int) -> list[int]:
    """The places a group may go to."""
    return [int(one) for one in layout.dests[layout.dest_first[group] : layout.dest_first[group + 1]]]


def _queues(layout: Layout, whole: bool, merged: bool) -> tuple[kernel.Queues, list[list[int]]]:
    """Queues by flight and class, and the parties of each in order.

    For the bound (`merged`), whoever is bound to a place that a free queue may go to joins that queue: the two share
    the cost of the pair of flight and place.
    """
    parts = _merged(layout) if merged else {(group,): [group] for group in range(len(layout.group_class))}
    sharing: dict[tuple[int, int], int] = defaultdict(int)
    homes = {key: key[0] for key in parts}
    for key in parts:
        for place in places_of(layout, homes[key]):
            sharing[int(layout.group_flight[homes[key]]), place] += 1
    table = _Table()
    for key, groups in parts.items():
        home = homes[key]
        parties = [one for g in groups for one in range(layout.group_first[g], layout.group_first[g + 1])]
        parties.sort(key=lambda one: (int(layout.ready[one]), int(layout.ready_minute[one])))
        share = {place: sharing[int(layout.group_flight[home]), place] for place in places_of(layout, home)}
        table.add(layout, home, parties, share, whole)
    return table.queues(whole), table.members


def _merged(layout: Layout) -> dict[tuple[int, ...], list[int]]:
    free = {}
    for group, (flight, cls) in enumerate(zip(layout.group_flight, layout.group_class, strict=True)):
        if len(places_of(layout, group)) > 1:
            free[int(flight), int(cls)] = group
    merged: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for group, (flight, cls) in enumerate(zip(layout.group_flight, layout.group_class, strict=True)):
        home = free.get((int(flight), int(cls)), group)
        inside = set(places_of(layout, group)) <= set(places_of(layout, home))
        merged[(home if inside else group,)].append(group)
    return merged


class _Table:
    """Rows of `Queues` while they are collected."""

    def __init__(self) -> None:
        self.members: list[list[int]] = []
        self._rows: list[tuple[int, ...]] = []
        self._items: list[tuple[int, int, int]] = []
        self._places: list[int] = []
        self._sets: list[tuple[tuple[int, int], float, bool]] = []
        self._families: list[tuple[int, int]] = []
        self._ratio: list[float] = []

    def add(
        self, layout: Layout, home: int, parties: Sequence[int], sharing: dict[int, int], whole: bool
    ) -> None:
        mine = places_of(layout, home)
        flight, pair = int(layout.group_flight[home]), layout.problem.weights.pair
        rooms = int(sum(layout.rooms[one] for one in parties))
        costs = [0.0 if layout.pair_free[flight, p] else pair / sharing[p] for p in mine]
        first_set, first_item, first_place = len(self._sets), len(self._items), len(self._places)
        self._sets += _sets(costs, [int(layout.rooms_left[p]) for p in mine], rooms, first_place)
        for one in parties:
            row = (int(layout.ready[one]), int(layout.ready_minute[one]))
            size = int(layout.size[one])
            self._items += [(*row, size)] if whole else [(*row, 1)] * size
        self._places += mine
        first_family = len(self._families)
        self._families += [(int(layout.size[one]), int(layout.rooms[one])) for one in parties]
        self._ratio.append(max(rooms / size for size, rooms in self._families[first_family:]))
        self.members.append(list(parties))
        ends = (first_item, len(self._items), int(layout.group_class[home]), first_place, len(self._places))
        sets, families = (first_set, len(self._sets)), (first_family, len(self._families))
        self._rows.append((*ends, rooms, flight, *sets, *families))

    def queues(self, whole: bool) -> kernel.Queues:
        return kernel.Queues(
            np.array(self._rows, np.int64).reshape(-1, 11),
            np.array(self._items, np.int64).reshape(-1, 3),
            np.array(self._places, np.int64),
            np.array([one[0] for one in self._sets], np.int64).reshape(-1, 2),
            np.array([one[1] for one in self._sets], np.float64),
            np.array([one[2] for one in self._sets], np.bool_),
            np.array(self._families, np.int64).reshape(-1, 2),
            np.array(self._ratio, np.float64),
            np.array([whole]),
        )


def _cheapest_two(queues: kernel.Queues, anywhere: Ints) -> Floats:
    """For every set that means anywhere, the two cheapest pair costs of its queue together."""
    found = []
    for row in queues.queue:
        for one in anywhere[(anywhere >= row[kernel.SET_FROM]) & (anywhere < row[kernel.SET_TO])]:
            alone = queues.pair[row[kernel.SET_FROM] : one]
            found.append(float(np.sort(alone)[:2].sum()))
    return np.array(found, np.float64)


def _sets(
    costs: list[float], left: list[int], rooms: int, first: int
) -> list[tuple[tuple[int, int], float, bool]]:
    """The sets of places a queue may use: each alone, any three or more together, then every two."""
    n = len(costs)
    found = [((first + i, first + i), costs[i], left[i] >= rooms) for i in range(n)]
    if n > 2:
        found.append(((kernel.ANYWHERE, kernel.ANYWHERE), sum(sorted(costs)[:3]), True))
    found += [
        ((first + i, first + j), costs[i] + costs[j], left[i] + left[j] >= rooms)
        for i in range(n)
        for j in range(i + 1, n)
    ]
    return found
