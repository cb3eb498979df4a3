"""A long way cut into stretches: where the driver rests, who drives next, and whether the hours at the wheel are lawful.

Rests fall as the planner counts them (`check`): after every `every` minutes of driving, none at the end of the way. The
drivers take turns stretch by stretch, there and back. A stop shorter than the law's rest does not interrupt driving.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Hours:
    """What the law lets one driver do, in minutes: without a rest, that rest at least, in a day, and at night without a rest.

    Night and the hours in which the vehicle must stand are from one minute of the day to another, also past midnight.
    """

    continuous: int
    rest: int
    day: int
    night_continuous: int
    night_from: int
    night_until: int
    closed_from: int
    closed_until: int


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
    NIGHT = "night"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Breach:
    """A driver would be at the wheel for `minutes`, and may be for `most`."""

    driver: int
    excess: Excess
    minutes: int
    most: int


def count_rest(*, minutes: int, every: int, rest: int) -> int:
    """Minutes of rest on a way of so many minutes of driving: `rest` after each `every`, none at its end."""
    return rest * max(0, (minutes - 1) // every)


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


def find_breaches(
    *, there: Sequence[Stretch], stay: int, hours: Hours, begins: int | None = None, long: bool = True
) -> tuple[Breach, ...]:
    """Every driver whose hours are not lawful on the way there and, after `stay` minutes, on the same way back.

    `begins` is the minute of the local day at which the way begins; None: nobody knows, and the night is not looked at. Only on
    a `long` way must the vehicle stand while the night is closed to it.
    """
    if not there:
        return ()
    whole = [*there, *_return(there, stay)]
    found: list[Breach] = []
    for driver in range(1 + max(stretch.driver for stretch in there)):
        own = [stretch for stretch in whole if stretch.driver == driver]
        runs = _list_runs(own, hours.rest)
        counted = [
            (Excess.CONTINUOUS, max(map(_count, runs)), hours.continuous),
            (Excess.DAY, _count(own), hours.day),
        ]
        if begins is not None:
            night, closed = (hours.night_from, hours.night_until), (hours.closed_from, hours.closed_until)
            counted += [
                (
                    Excess.NIGHT,
                    max(count_within(run, begins, night) for run in runs),
                    hours.night_continuous,
                ),
                (Excess.CLOSED, count_within(own, begins, closed) if long else 0, 0),
            ]
        found += [
            Breach(driver, excess, minutes, most) for excess, minutes, most in counted if minutes > most
        ]
    return tuple(found)


def _return(there: Sequence[Stretch], stay: int) -> list[Stretch]:
    """The same stretches after a stay, the drivers going on in turns."""
    drivers = 1 + max(stretch.driver for stretch in there)
    stops = [after.leaves - before.arrives for before, after in zip(there, there[1:], strict=False)]
    back, at = [], there[-1].arrives + stay
    for number, stretch in enumerate(there):
        back.append(Stretch(at, at + stretch.minutes, (len(there) + number) % drivers))
        at += stretch.minutes + (stops[number] if number < len(stops) else 0)
    return back


def _list_runs(stretches: Sequence[Stretch], rest: int) -> list[list[Stretch]]:
    """Stretches parted where a stop of at least `rest` lies between; one that is shorter does not interrupt driving."""
    runs: list[list[Stretch]] = [[]]
    for stretch in stretches:
        if runs[-1] and stretch.leaves - runs[-1][-1].arrives >= rest:
            runs.append([])
        runs[-1].append(stretch)
    return runs


def _count(stretches: Sequence[Stretch]) -> int:
    return sum(stretch.minutes for stretch in stretches)


def count_within(stretches: Sequence[Stretch], begins: int, hours: tuple[int, int]) -> int:
    """Minutes at the wheel within hours of the day, whatever days they fall on."""
    opens, closes = hours[0], hours[1] + (DAY if hours[1] <= hours[0] else 0)
    total = 0
    for stretch in stretches:
        start, end = begins + stretch.leaves, begins + stretch.arrives
        for day in range(start // DAY - 1, end // DAY + 1):
            total += max(0, min(end, closes + day * DAY) - max(start, opens + day * DAY))
    return total
