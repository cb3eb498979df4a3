"""A whole day, made from a date and a seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from pratique.drill.world.people import USUAL, Person, Troubles, board
from pratique.drill.world.port import Port, load_port
from pratique.drill.world.road import Road
from pratique.drill.world.rounds import call_rolls
from pratique.drill.world.schedule import HOUR, MINUTE, Flight, plan_flights
from pratique.drill.world.stays import Resident, live_through, recall_past
from pratique.drill.world.terminal import Terminal
from pratique.drill.world.truth import Chronicle

DAY_SECONDS = 24 * HOUR
SETTLED_AFTER_SECONDS = 3 * HOUR
"""By then whoever is still missing is overdue with every custodian but a facility, whose roll call decides."""
ROLL_CALLED_SECOND = 21 * HOUR + 40 * MINUTE
"""The evening's roll calls of the facilities are over; the morning's are twelve hours later."""


@dataclass(frozen=True)
class Day:
    """One day at the port and everything that truly happened on it.

    Seconds count from local midnight of `on`; `end_second` is when the last person has arrived and been seen, which
    may be on the next morning.
    """

    on: date
    seed: int
    scale: float
    port: Port
    flights: tuple[Flight, ...]
    people: Mapping[str, Person]
    past_flights: tuple[Flight, ...]
    residents: tuple[Resident, ...]
    truth: Chronicle
    end_second: int

    @cached_property
    def midnight_at(self) -> datetime:
        """The start of the day at the port."""
        return datetime.combine(self.on, datetime.min.time(), ZoneInfo(self.port.zone))

    def instant(self, second: float) -> datetime:
        """A second of the day as an instant."""
        return self.midnight_at + timedelta(seconds=second)

    @cached_property
    def by_flight(self) -> dict[str, tuple[Person, ...]]:
        """Flight, earlier ones too → everybody who meant to fly on it, crew last."""
        found: dict[str, list[Person]] = {flight.key: [] for flight in (*self.past_flights, *self.flights)}
        for person in self.people.values():
            found[person.flight].append(person)
        return {flight: tuple(people) for flight, people in found.items()}

    def stream(self, name: str) -> Random:
        """A source of chance of its own for each purpose, so that one purpose does not disturb another."""
        return Random(f"{self.seed}/{self.on}/{name}")


def list_arrivals(
    *, on: date, seed: int, scale: float = 1.0, troubles: Troubles = USUAL
) -> list[tuple[Flight, tuple[Person, ...]]]:
    """The flights of the day of that date and seed, each with everybody who means to fly on it."""
    port = load_port()
    flights = plan_flights(on=on, rng=Random(f"{seed}/{on}/flights"), scale=scale)
    return [
        (flight, board(flight=flight, port=port, rng=Random(f"{seed}/{on}/{flight.key}"), troubles=troubles))
        for flight in flights
    ]


def make_day(*, on: date, seed: int, scale: float = 1.0, troubles: Troubles = USUAL) -> Day:
    """The day of that date and seed; the same on every machine."""
    port, chronicle = load_port(), Chronicle()

    def stream(name: str) -> Random:
        return Random(f"{seed}/{on}/{name}")

    arrivals = list_arrivals(on=on, seed=seed, scale=scale, troubles=troubles)
    flights = tuple(flight for flight, _ in arrivals)
    terminal = Terminal(port=port, chronicle=chronicle, rng=stream("terminal"))
    road = Road(on=on, port=port, chronicle=chronicle, rng=stream("road"), troubles=troubles)
    past = recall_past(on=on, beds=road.beds, rng=stream("residents"), scale=scale)
    live_through(on=on, port=port, past=past, chronicle=chronicle, rng=stream("stays"))
    people: dict[str, Person] = {}
    ready = []
    for flight, aboard in arrivals:
        people |= {person.key: person for person in aboard}
        ready += terminal.take(flight, aboard)
    for resident in past.residents:
        people[resident.person.key] = resident.person
        if resident.positive_second is not None:
            told = resident.positive_second + 10 * MINUTE
            road.carry_to_hospital(resident.person, giver=resident.post, second=told)
    road.move(ready)
    chronicle.rides.sort(key=lambda ride: (ride.start_second, ride.key))
    end = settled_second(chronicle.last_second)
    call_rolls(chronicle, until_second=end)
    return Day(on, seed, scale, port, flights, people, past.flights, past.residents, chronicle, end)


def settled_second(last_second: int) -> int:
    """When everything that happened up to `last_second` must have come to light."""
    half_days = max(0, -(-(last_second + SETTLED_AFTER_SECONDS - ROLL_CALLED_SECOND) // (DAY_SECONDS // 2)))
    return ROLL_CALLED_SECOND + half_days * (DAY_SECONDS // 2)
