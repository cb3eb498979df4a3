"""Those who came on earlier days: in their rooms this morning, some released today, some found positive."""

from dataclasses import dataclass
from datetime import date
from random import Random

from pratique.drill.world.beds import Beds
from pratique.drill.world.people import Person
from pratique.drill.world.port import Port
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.source import read_rows
from pratique.drill.world.truth import Chronicle

DAY = 24 * HOUR
STAY_DAYS = 14
RESIDENTS_PER_DAY_OF_ARRIVAL = 30
POSITIVE_CHANCE = 0.004
PATIENTS = 9


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of an earlier flight: how many days ago they came, where they are kept, what today brings."""

    person: Person
    arrived_days_ago: int
    post: str
    released: bool = False
    positive_second: int | None = None


def settle_residents(*, on: date, port: Port, beds: Beds, rng: Random, scale: float) -> tuple[Resident, ...]:
    """The residents of the morning, arrivals of the last fourteen days, and the patients in hospital."""
    residents = []
    callsigns = [row["callsign"] for row in read_rows("callsigns")]
    for days_ago in range(1, STAY_DAYS + 1):
        flown = date.fromordinal(on.toordinal() - days_ago)
        flights = [f"{callsign}-{flown:%Y%m%d}" for callsign in rng.sample(callsigns, 2)]
        for number in range(1, max(1, round(RESIDENTS_PER_DAY_OF_ARRIVAL * scale)) + 1):
            person = _make_person(f"{flights[number % 2]}/{number:03d}", flights[number % 2], rng)
            post = beds.choose_facility([person]).key
            positive = rng.randint(9 * HOUR, 19 * HOUR) if rng.random() < POSITIVE_CHANCE else None
            released = days_ago == STAY_DAYS and positive is None
            residents.append(Resident(person, days_ago, post, released, positive))
    for number in range(1, max(1, round(PATIENTS * scale)) + 1):
        days_ago = rng.randint(15, 32)
        flown = date.fromordinal(on.toordinal() - days_ago)
        person = _make_person(
            f"{callsigns[number]}-{flown:%Y%m%d}/{number:03d}", f"{callsigns[number]}-{flown:%Y%m%d}", rng
        )
        post = beds.choose_hospital().key
        residents.append(Resident(person, days_ago, post, released=rng.random() < 0.15))
    return tuple(residents)


def _make_person(party: str, flight: str, rng: Random) -> Person:
    return Person(
        key=f"{party}/1", flight=flight, party=party, role="passenger", age=rng.randint(18, 69),
        sex=rng.choice("MF"), seat=f"{rng.randint(31, 50)}{rng.choice('ABC')}", need="", bound="facility",
    )  # fmt: skip


def live_through(*, residents: tuple[Resident, ...], port: Port, chronicle: Chronicle, rng: Random) -> None:
    """What the day brings them, but for the rides to hospital, which the road makes."""
    for resident in residents:
        key, long_ago = resident.person.key, -resident.arrived_days_ago * DAY
        came = long_ago + rng.randint(
            HOUR // 2, 8 * HOUR
        )  # so that on the last day all 14 are full by morning
        chronicle.place(key, f"cabin:{resident.person.flight}", came)
        chronicle.receive(key, resident.post, came + rng.randint(3 * HOUR, 6 * HOUR))
        if resident.released:
            chronicle.receive(key, "exit:released", 9 * HOUR + rng.randint(0, 150) * MINUTE)
