"""Schedules of whole parties made from schedules of persons.

Priced over parties in the order in which they are ready, a trip takes neighbours only, and one in three leaves a seat
or two empty because the next party is too large. Priced over persons it is filled; which parties fill it like that is
found afterwards, and rarely nobody does. Where rooms are dear, families go, who need fewer of them for their number.
"""

import numpy as np

from pratique.engines.transport import pack_kernel, price_kernel
from pratique.engines.transport.columns import Column, Dual, Pricer
from pratique.engines.transport.fleet import Load
from pratique.engines.transport.layout import Ints, Layout


class Packer(Pricer):
    """Prices persons and finds schedules of whole parties: of each queue whose parties all fit into what is cheapest."""

    def __init__(self, *, layout: Layout) -> None:
        super().__init__(layout=layout, whole=False, merged=False)
        weights, rules = layout.problem.weights, layout.problem.rules
        self._excess = np.array([weights.wait_excess, weights.excess_after, rules.tick], np.float64)
        self._riders = [np.array(members, np.int64) for members in self.members]
        self._parties = [
            np.stack([of[those] for of in (layout.ready, layout.size, layout.rooms)], axis=-1).astype(
                np.int64
            )
            for those in self._riders
        ]

    def _columns(self, queues: Ints, dual: Dual, coarse: bool) -> list[Column]:
        packed = ((int(q), self._pack(int(q), dual)) for q in queues)
        return [self.column_of(q, loads) for q, loads in packed if loads]

    def _pack(self, q: int, dual: Dual) -> list[Load]:
        """The queue's whole parties on the trips that were found for its persons; none if somebody is left."""
        trips = self._trips_of(q)
        if not len(trips):
            return []
        trips = trips[np.argsort(trips[:, price_kernel.TRIP_START], kind="stable")]
        layout, members = self.layout, self._riders[q]
        cls = layout.group_class[layout.group[members[0]]]
        persons = trips[:, price_kernel.TRIP_AFTER] - trips[:, price_kernel.TRIP_FIRST]
        capacity = layout.capacity[cls, trips[:, price_kernel.TRIP_KIND]]
        rows = np.stack((trips[:, price_kernel.TRIP_START], persons, capacity), axis=-1).astype(np.int64)
        room = dual.room[trips[:, price_kernel.TRIP_PLACE]]
        minute = layout.ready_minute[members].astype(np.float64)
        out = np.zeros(len(members), np.int64)
        if pack_kernel.pack(rows, room, self._parties[q], minute, self._excess, out):
            return []
        riders = [members[out == number].tolist() for number in range(len(trips))]
        return [self._load_of(row, those) for row, those in zip(trips, riders, strict=True) if those]
