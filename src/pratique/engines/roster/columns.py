"""Fresh lines for a program, where its prices say that they would pay; and whole rosters out of it, by diving."""

from collections.abc import Callable

import numpy as np

from pratique.engines.roster.layout import Floats, Layout
from pratique.engines.roster.line_kernel import INFINITE
from pratique.engines.roster.master import Duals, Line, Master, line_of
from pratique.engines.roster.pricer import Pricer

EPSILON = 1e-6
_ROUNDS = 2


class Columns:
    """Prices lines with a pricer of its own; `found` hears of every new line, `halted` says when to stop."""

    def __init__(
        self, *, layout: Layout, pricer: Pricer, halted: Callable[[], bool], found: Callable[[Line], None]
    ) -> None:
        self.layout, self.pricer = layout, pricer
        self._halted, self._found = halted, found

    def price(self, master: Master, duals: Duals, people: list[int]) -> tuple[int, float]:
        """Add each person's cheapest line at some prices; how many were new, and the bound that these prices prove."""
        cells = master.prices(duals=duals, people=people)
        most = _cheapest_known(master, cells, people)
        priced = self.pricer.all(people=people, cells=cells, most=most - EPSILON)
        added = 0
        for person, one in zip(people, priced, strict=True):
            if one.kinds is None:
                continue
            line = line_of(layout=self.layout, person=person, kinds=one.kinds)
            if master.add(line):
                added += 1
                self._found(line)
        return added, duals.fixed + sum(one.bound for one in priced)

    def settle(self, master: Master, people: list[int], rounds: int) -> tuple[float, Floats, Duals]:
        """The program's answer after at most so many rounds of fresh lines for some people."""
        answer = master.solve()
        for _ in range(rounds):
            if self._halted() or not people:
                break
            added, _ = self.price(master, answer[2], people)
            if not added:
                break
            answer = master.solve()
        return answer

    def dive(self, master: Master, *, most_cost: float, share: float) -> list[Line] | None:
        """Fix the lines that the program takes most of, some people at a time (`share` of all), with fresh lines between; None
        once the program alone costs `most_cost`."""
        free = set(master.people)
        taken: list[Line] = []
        while free and not self._halted():
            least, part, _ = self.settle(master, sorted(free), _ROUNDS)
            if least >= most_cost:
                return None
            most = max(1, round(share * len(master.people)))
            done = 0
            for number in np.argsort(-part, kind="stable"):
                line = master.columns[int(number)]
                if line.person not in free:
                    continue
                if done and (part[number] < 0.7 or (part[number] < 0.999 and done >= most)):
                    break
                master.fix(line.person, line)
                free.discard(line.person)
                taken.append(line)
                done += 1
        return None if free else taken


def _cheapest_known(master: Master, cells: Floats, people: list[int]) -> Floats:
    """By person, the price of the cheapest line that the program knows."""
    place = {person: number for number, person in enumerate(people)}
    most = np.full(len(people), INFINITE)
    mine = [line for line in master.columns if line.person in place]
    if mine:
        places = np.array([place[line.person] for line in mine])
        kinds = np.stack([line.kinds for line in mine])
        days = np.arange(kinds.shape[1])
        np.minimum.at(most, places, cells[places[:, None], days[None, :], kinds].sum(axis=1))
    return most
