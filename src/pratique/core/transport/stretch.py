"""A long way cut into stretches: where the driver rests, who drives next, and whether the hours at the wheel are lawful.

Rests fall as the planner counts them (`check`): after every `every` minutes of driving, none at the end of the way. The
drivers take turns stretch by stretch, there and back. A stop shorter than the law's rest does not interrupt driving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Hours:
    """What the law lets one driver do, in minutes: without a rest, that rest at least, and in a day."""

    continuous: int
    rest: int
    day: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Driving from one stop to the next: minutes after the way began, and which driver (0: the first)."""

    leaves: int
    arrives: int
    driver: int

    @property
    def minutes(self) -> int:
        """How long it drives."""
        return self.arrives - self.leaves


class Excess(StrEnum):
    """Which limit is broken."""

    CONTINUOUS = "continuous"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Breach:
    """A driver would be at the wheel for `minutes`, and may be for `most`."""

    driver: int
    excess: Excess
    minutes: int
    most: int


def cut(*, minutes: int, every: int, rest: int, drivers: int = 1) -> tuple[Stretch, ...]:
    """The stretches of a way of so many minutes of driving. Raises ValueError for a number that cannot be."""
    if minutes < 1 or every < 1 or rest < 0 or drivers < 1:
        raise ValueError("minutes, every and drivers are at least 1, rest at least 0")
    stretches: list[Stretch] = []
    at = 0
    for number, begin in enumerate(range(0, minutes, every)):
        length = min(every, minutes - begin)
        stretches.append(Stretch(at, at + length, number % drivers))
        at += length + rest
    return tuple(stretches)


def find_breaches(*, there: Sequence[Stretch], stay: int, hours: Hours) -> tuple[Breach, ...]:
    """Every driver whose hours are not lawful on the way there and, after `stay` minutes, on the same way back."""
    if not there:
        return ()
    offset, turn = there[-1].arrives + stay, len(there)
    drivers = 1 + max(stretch.driver for stretch in there)
    back, at = [], offset
    stops = [after.leaves - before.arrives for before, after in zip(there, there[1:], strict=False)]
    for number, stretch in enumerate(there):
        back.append(Stretch(at, at + stretch.minutes, (turn + number) % drivers))
        at += stretch.minutes + (stops[number] if number < len(stops) else 0)
    found: list[Breach] = []
    for driver in range(drivers):
        own = [stretch for stretch in (*there, *back) if stretch.driver == driver]
        longest, total = _find_longest(own, hours.rest), sum(stretch.minutes for stretch in own)
        if longest > hours.continuous:
            found.append(Breach(driver, Excess.CONTINUOUS, longest, hours.continuous))
        if total > hours.day:
            found.append(Breach(driver, Excess.DAY, total, hours.day))
    return tuple(found)


def _find_longest(stretches: Sequence[Stretch], rest: int) -> int:
    """The most minutes at the wheel with no stop of at least `rest` between."""
    longest = running = 0
    left: int | None = None
    for stretch in stretches:
        running = stretch.minutes + (running if left is not None and stretch.leaves - left < rest else 0)
        longest, left = max(longest, running), stretch.arrives
    return longest
