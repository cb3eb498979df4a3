"""Who stands on which list of a flight, and what is wrong with it: known before a byte of it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pratique.drill.world.day import Day
from pratique.drill.world.people import Person
from pratique.drill.world.schedule import HOUR, MINUTE, Flight

FAULTS = ("person_missing", "no_show_listed", "digit_wrong", "duplicate", "control_count_wrong", "late")
"""What can be wrong with a closing list, in the order in which it is done to one."""
FAULT_CHANCE = 0.08
"""Of each of them, per flight."""
LEFT_OFF_BOTH_CHANCE = 0.5
"""Whoever is missing from the closing list is missing from the check-in list as well."""
SMALLEST_SPOILT = 12


@dataclass(frozen=True, slots=True)
class Roll:
    """One version of one list: when it reaches the port, whom it names in order, the control count it states.

    A person named twice stands twice in `keys`; `misprinted` is whoever's document number is wrong on it.
    """

    flight: str
    version: str
    second: int
    keys: tuple[str, ...]
    stated: int
    faults: tuple[str, ...] = ()
    misprinted: str = ""


def list_rolls(*, day: Day, flight: Flight, fault_chance: float = FAULT_CHANCE) -> tuple[Roll, ...]:
    """The check-in, crew and closing lists of one flight, in the order in which they reach the port.

    Of an earlier flight there is one list only, and nothing is wrong with it.
    """
    rng = day.stream(f"lists/{flight.key}")
    people = day.by_flight[flight.key]
    passengers = [p for p in people if p.role == "passenger"]
    if flight in day.past_flights:
        keys = tuple(p.key for p in passengers)
        return (Roll(flight.key, "closing", flight.departed_second + 10 * MINUTE, keys, len(keys)),)
    checked_in = tuple(p.key for p in passengers if p.bound != "nowhere" or rng.random() < 0.6)
    crew = tuple(p.key for p in people if p.role == "crew")
    early = max(flight.departed_second - 50 * MINUTE, flight.landed_second - 14 * HOUR)
    closing = flight.departed_second + rng.randint(4, 14) * MINUTE
    spoilt = _spoil(passengers, tuple(f for f in FAULTS if rng.random() < fault_chance), rng)
    if rng.random() < LEFT_OFF_BOTH_CHANCE:
        checked_in = tuple(key for key in checked_in if key != spoilt.left_out)
    if "late" in spoilt.faults:
        closing = flight.landed_second + rng.randint(15, 90) * MINUTE
    rolls = (
        Roll(flight.key, "check-in", early, checked_in, len(checked_in)),
        Roll(flight.key, "crew", early + 5 * MINUTE, crew, len(crew)),
        Roll(
            flight.key,
            "closing",
            closing,
            tuple(spoilt.keys),
            spoilt.stated,
            spoilt.faults,
            spoilt.misprinted,
        ),
    )
    return tuple(sorted(rolls, key=lambda roll: (roll.second, roll.version)))


class _Closing:
    """A closing list while it is being spoilt."""

    def __init__(self, passengers: list[Person]) -> None:
        self.keys = [p.key for p in passengers if p.bound != "nowhere"]
        self.absent = [p.key for p in passengers if p.bound == "nowhere"]
        self.stated = len(self.keys)
        self.misprinted = ""
        self.left_out = ""
        self.faults: tuple[str, ...] = ()


def _spoil(passengers: list[Person], faults: tuple[str, ...], rng: Random) -> _Closing:
    closing = _Closing(passengers)
    if len(closing.keys) < SMALLEST_SPOILT:
        return closing
    closing.faults = tuple(fault for fault in faults if _SPOILERS[fault](closing, rng))
    return closing


def _leave_out(closing: _Closing, rng: Random) -> bool:
    closing.left_out = closing.keys.pop(rng.randrange(len(closing.keys)))
    closing.stated = len(closing.keys)
    return True


def _list_absent(closing: _Closing, rng: Random) -> bool:
    if closing.absent:
        closing.keys.insert(rng.randrange(len(closing.keys) + 1), rng.choice(closing.absent))
        closing.stated = len(closing.keys)
    return bool(closing.absent)


def _misprint(closing: _Closing, rng: Random) -> bool:
    closing.misprinted = rng.choice(closing.keys)
    return True


def _repeat(closing: _Closing, rng: Random) -> bool:
    closing.keys.append(rng.choice(closing.keys))
    closing.stated = len(closing.keys)
    return True


def _miscount(closing: _Closing, rng: Random) -> bool:
    closing.stated += rng.choice((-2, -1, 1, 3))
    return True


_SPOILERS: dict[str, Callable[[_Closing, Random], bool]] = {
    "person_missing": _leave_out,
    "no_show_listed": _list_absent,
    "digit_wrong": _misprint,
    "duplicate": _repeat,
    "control_count_wrong": _miscount,
    "late": lambda closing, rng: True,
}
