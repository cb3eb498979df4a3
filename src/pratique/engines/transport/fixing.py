"""What a dive has fixed so far. Rooms are kept for whoever is still free, or the last great flights would find none.

Rooms are scarce in great pieces: fixed one by one as they came, the schedules of most flights left rooms enough for the
rest, but never where one flight of 150 persons could use them.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from pratique.engines.transport.columns import Column, Flags
from pratique.engines.transport.layout import Floats
from pratique.engines.transport.master import Master

_TAKEN_WHOLE = 0.999


class Fixing:
    """What is fixed so far (`chosen`), which queues are still free, and the pools and rooms that this leaves."""

    def __init__(self, master: Master, keep: Sequence[Column]) -> None:
        self.master = master
        self.free: Flags = np.ones(len(master.pricer.queues.queue), np.bool_)
        self.left, self.rooms = master.spare.copy(), master.rooms.copy()
        self.chosen: list[Column] = []
        self._numbers: list[int] = []
        self._reserved: dict[int, Column] = {}
        for column in keep:
            self._fix(master.number_of(column))

    def reserve(self, columns: Iterable[Column]) -> None:
        """Keep the rooms of these schedules, which suffice for all, for their queues: a free queue may go where its own is
        and take as many rooms there, or more where nobody keeps them.
        """
        self._reserved = {column.queue: column for column in columns}

    def _beyond(self) -> Floats:
        """The rooms left that no free queue keeps."""
        kept = (column.rooms for q, column in self._reserved.items() if self.free[q])
        return np.maximum(0.0, self.rooms - sum(kept, np.zeros(len(self.rooms))))

    def _may_go(self, column: Column, beyond: Floats) -> bool:
        """Whether a schedule of a free queue leaves the rooms that others keep."""
        mine = self._reserved.get(column.queue)
        if mine is None:
            return bool((column.rooms <= beyond + 1e-6).all())
        return column.places <= mine.places and bool((column.rooms <= mine.rooms + beyond + 1e-6).all())

    def _fix(self, number: int) -> None:
        column = self.master.columns[number]
        self.chosen.append(column)
        self._numbers.append(number)
        self.free[column.queue] = False
        self.left -= column.use
        self.rooms -= column.rooms

    def bound_columns(self) -> None:
        """Tell the program what is fixed and where queues may go."""
        columns, beyond = self.master.columns, self._beyond()
        most = np.array([float(self.free[one.queue] and self._may_go(one, beyond)) for one in columns])
        least = np.zeros(len(columns))
        most[self._numbers] = least[self._numbers] = 1.0
        self.master.allow(most, least)

    def fix_surest(self, taken: Floats, most: int, hopeless: Floats, weight: Floats) -> int:
        """Fix what is taken whole, and up to `most` of what is taken in part, the more and the weightier (by queue) first,
        if it fits; how many.
        """
        done = 0
        weighed = taken * weight[[column.queue for column in self.master.columns]]
        for number in np.argsort(-np.where(taken > _TAKEN_WHOLE, np.inf, weighed)):
            if taken[number] < 1e-9 or (taken[number] < _TAKEN_WHOLE and done >= most):
                break
            column = self.master.columns[number]
            if not self.free[column.queue] or column.cost > hopeless[column.queue]:
                continue
            if (column.use <= self.left + 1e-6).all() and self._may_go(column, self._beyond()):
                self._fix(int(number))
                done += 1
        return done
