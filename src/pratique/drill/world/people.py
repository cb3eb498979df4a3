"""Who is on a flight: parties, ages, needs, seats, and what the day has in store for each.

A person here has no name: names and documents (`identity`) are made only where somebody reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Literal

from pratique.drill.world.cabin import Seat, list_seats
from pratique.drill.world.port import Port
from pratique.drill.world.schedule import HOUR, MINUTE, Flight, seats_taken

Bound = Literal["facility", "prefecture", "home", "hospital", "transit", "border", "aircraft", "nowhere"]
"""Where the day takes somebody; ``nowhere``: never boarded."""
Class = Literal["ordinary", "contact", "case"]

CREW_STAYS_CHANCE = 0.15
PARTY_SIZES = ((1, 50), (2, 24), (3, 11), (4, 8), (5, 3), (8, 2), (14, 2))
BOUND_CHANCES: tuple[tuple[Bound, float], ...] = (("transit", 0.035), ("border", 0.002), ("prefecture", 0.16))
HOME_CHANCE = 0.3
"""Of the parties with somebody over 70 or under 15: home isolation after assessment, in a district of the city."""
FEVER_CHANCE = 0.004
NO_SHOW_CHANCE = 0.012
POSITIVE_CHANCE = 0.004
"""Of those who go to a facility: the sample taken on arrival comes back positive."""
INFANT_CHANCE = 0.35
CONTACT_ROWS = 1


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody leaves unseen: from which stage, how long after getting there, and when they are back, if ever."""

    stage: Literal["hall", "holding", "roadside", "facility"]
    after_seconds: int
    away_seconds: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """One invented human being on a flight, as the truth knows them.

    `seat` is empty for infants on a lap and for crew; `need` is ``wheelchair``, ``infant``, ``unaccompanied`` or
    nothing; `risk_class` is what screening finds, `positive` what the laboratory will.
    """

    key: str
    flight: str
    party: str
    role: Literal["passenger", "crew"]
    age: int
    sex: Literal["M", "F"]
    seat: str
    need: str
    bound: Bound
    risk_class: Class = "ordinary"
    positive: bool = False
    walk: Walk | None = None


@dataclass(frozen=True, slots=True)
class Troubles:
    """How much goes wrong in the world itself (not in the messages about it).

    `walk_offs` is the mean number of people who leave unseen among a thousand, `breakdown_chance` is per trip.
    """

    walk_offs_per_thousand: float = 2.0
    return_chance: float = 0.6
    breakdown_chance: float = 0.02


USUAL = Troubles()


def board(*, flight: Flight, port: Port, rng: Random, troubles: Troubles) -> tuple[Person, ...]:
    """Everybody who meant to fly: passengers by seat, infants, crew."""
    seats = list_seats(flight.equipment)
    taken = iter(_choose_seats(seats, seats_taken(flight), rng))
    people: list[Person] = []
    for number, members in enumerate(_list_parties(taken, rng), start=1):
        people += _make_party(flight, f"{flight.key}/{number:03d}", members, rng)
    people = _mark_fevers(people, rng)
    crew = _make_crew(flight, len(seats), rng)
    return tuple(_decide_fate(person, rng, troubles) for person in people) + crew


def _choose_seats(seats: tuple[Seat, ...], count: int, rng: Random) -> list[Seat]:
    taken = rng.sample(seats, min(count, len(seats)))
    return sorted(taken, key=lambda seat: (seat.row, seat.block, seat.letter))


def _list_parties(taken: Iterator[Seat], rng: Random) -> Iterator[list[Seat]]:
    sizes, weights = zip(*PARTY_SIZES, strict=True)
    while members := list(islice(taken, rng.choices(sizes, weights)[0])):
        yield members


def _make_party(flight: Flight, key: str, seats: list[Seat], rng: Random) -> list[Person]:
    ages = _ages(len(seats), rng)
    bound = _party_bound(ages, rng)
    people = []
    for number, (seat, age) in enumerate(zip(seats, ages, strict=True), start=1):
        need = ""
        if age > 72 and rng.random() < 0.35:
            need = "wheelchair"
        elif len(seats) == 1 and age < 15:
            need = "unaccompanied"
        boards = rng.random() >= NO_SHOW_CHANCE
        people.append(
            Person(
                key=f"{key}/{number}", flight=flight.key, party=key, role="passenger", age=age,
                sex=rng.choice("MF"), seat=seat.name, need=need, bound=bound if boards else "nowhere",
            )
        )  # fmt: skip
    if any(21 <= age <= 42 for age in ages) and len(seats) in (2, 3, 4) and rng.random() < INFANT_CHANCE / 4:
        people.append(
            Person(
                key=f"{key}/{len(seats) + 1}", flight=flight.key, party=key, role="passenger", age=0,
                sex=rng.choice("MF"), seat="", need="infant", bound=bound,
            )
        )  # fmt: skip
    return people


def _ages(size: int, rng: Random) -> list[int]:
    if size == 1:
        return [rng.randint(8, 14) if rng.random() < 0.008 else min(88, int(rng.triangular(18, 84, 31)))]
    if size == 2:
        first = int(rng.triangular(20, 82, 36))
        return [first, max(18, min(84, first + rng.randint(-5, 5)))]
    if size <= 5:
        parent = rng.randint(26, 46)
        children = [rng.randint(2, max(2, parent - 22)) for _ in range(size - 2)]
        return [parent, parent + rng.randint(-4, 4), *children]
    return [min(85, int(rng.triangular(20, 80, 50))) for _ in range(size)]


def _party_bound(ages: list[int], rng: Random) -> Bound:
    draw = rng.random()
    for bound, chance in BOUND_CHANCES:
        if draw < chance:
            return bound
        draw -= chance
    frail = any(age >= 70 or age <= 14 for age in ages) and len(ages) <= 4
    return "home" if frail and rng.random() < HOME_CHANCE else "facility"


def _mark_fevers(people: list[Person], rng: Random) -> list[Person]:
    """Some have a fever: they go to hospital, and whoever sits in the rows around them is a contact."""
    ill = {
        p.key for p in people if p.bound in ("facility", "prefecture", "home") and rng.random() < FEVER_CHANCE
    }
    rows = {_row(p.seat) for p in people if p.key in ill and p.seat}
    near = {row + step for row in rows for step in range(-CONTACT_ROWS, CONTACT_ROWS + 1)}
    parties = {p.party for p in people if p.key in ill or (p.seat and _row(p.seat) in near)}
    return [_reroute(p, ill, parties) for p in people]


def _reroute(person: Person, ill: set[str], parties: set[str]) -> Person:
    if person.bound in ("nowhere", "transit", "border"):
        return person
    if person.key in ill:
        return replace(person, bound="hospital", risk_class="case")
    return replace(person, bound="facility", risk_class="contact") if person.party in parties else person


def _row(seat: str) -> int:
    return int(seat[:-1])


def _make_crew(flight: Flight, seat_count: int, rng: Random) -> tuple[Person, ...]:
    stays = rng.random() < CREW_STAYS_CHANCE
    count = 2 + -(-seat_count // 45)
    return tuple(
        Person(
            key=f"{flight.key}/crew/{number}", flight=flight.key, party=f"{flight.key}/crew", role="crew",
            age=rng.randint(22, 58), sex=rng.choice("MF"), seat="", need="",
            bound="facility" if stays else "aircraft",
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def _decide_fate(person: Person, rng: Random, troubles: Troubles) -> Person:
    if person.bound == "facility" and person.role == "passenger" and rng.random() < POSITIVE_CHANCE:
        return replace(person, positive=True)
    if rng.random() >= troubles.walk_offs_per_thousand / 1000 or person.bound in ("nowhere", "border"):
        return person
    stage = rng.choice(("hall", "holding", "holding", "facility", "roadside"))
    after = {"hall": 12 * MINUTE, "holding": 30 * MINUTE, "roadside": 8 * MINUTE, "facility": 9 * HOUR}[stage]
    back = rng.randint(40 * MINUTE, 5 * HOUR) if rng.random() < troubles.return_chance else None
    return replace(person, walk=Walk(stage, rng.randint(MINUTE, after), back))  # type: ignore[arg-type]
