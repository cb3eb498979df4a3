"""Those who came on earlier days: in their rooms this morning, some released today, some found positive."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random

from pratique.drill.world.beds import Beds
from pratique.drill.world.course import Course, read_course
from pratique.drill.world.people import Person
from pratique.drill.world.port import Port, Vehicle
from pratique.drill.world.schedule import HOUR, MINUTE, Flight, recall_flight
from pratique.drill.world.source import read_rows
from pratique.drill.world.truth import Chronicle, Ride, Test

DAY = 24 * HOUR
LOOKED_BACK_DAYS = 14
"""The longest stay of any edition."""
SWABS_APART_SECONDS = 40
ANSWER_TO_DOOR_SECONDS = 10 * MINUTE
RESIDENTS_PER_DAY_OF_ARRIVAL = 30
FLIGHTS_PER_DAY_OF_ARRIVAL = 2
POSITIVE_CHANCE = 0.004
PATIENT_FLIGHTS = 3
PATIENTS_PER_FLIGHT = 3
PATIENT_DAYS = (15, 32)
SEATS = "ABCHJK"
FAR_SECONDS = 100 * DAY


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody of an earlier flight: how many days ago they came, where they are kept, what today brings."""

    person: Person
    arrived_days_ago: int
    post: str
    released: bool = False
    positive_second: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """The earlier flights, and those of their people who are still here."""

    flights: tuple[Flight, ...]
    residents: tuple[Resident, ...]


def recall_past(*, on: date, beds: Beds, rng: Random, scale: float) -> Past:
    """The arrivals of the last fourteen days, and the patients of the weeks before."""
    callsigns = [row["callsign"] for row in read_rows("callsigns")]
    flights: list[Flight] = []
    residents: list[Resident] = []
    each = max(1, round(RESIDENTS_PER_DAY_OF_ARRIVAL * scale / FLIGHTS_PER_DAY_OF_ARRIVAL))
    for days_ago in range(1, LOOKED_BACK_DAYS + 1):
        stay_days = read_course(on - timedelta(days=days_ago)).stay_days
        if days_ago > stay_days:
            continue
        for callsign in rng.sample(callsigns, FLIGHTS_PER_DAY_OF_ARRIVAL):
            flights.append(_recall(on, callsign, days_ago, rng))
            for number in range(each):
                person = _make_person(flights[-1], number, rng)
                post = beds.choose_facility([person]).key
                residents.append(_decide(person, days_ago, post, (days_ago == stay_days, rng)))
    for days_ago in rng.sample(range(*PATIENT_DAYS), PATIENT_FLIGHTS):
        flights.append(_recall(on, rng.choice(callsigns), days_ago, rng))
        post = beds.choose_hospital().key
        for number in range(max(1, round(PATIENTS_PER_FLIGHT * scale))):
            person = replace(_make_person(flights[-1], number, rng), bound="hospital", risk_class="case")
            residents.append(Resident(person, days_ago, post))
    return Past(tuple(flights), tuple(residents))


def _recall(on: date, callsign: str, days_ago: int, rng: Random) -> Flight:
    flown = on - timedelta(days=days_ago)
    # Before nine in the morning, so that on the fourteenth day all fourteen are full by noon.
    landed = -days_ago * DAY + rng.randint(HOUR // 2, 5 * HOUR)
    return recall_flight(on=flown, callsign=callsign, landed_second=landed, rng=rng)


def _make_person(flight: Flight, number: int, rng: Random) -> Person:
    party = f"{flight.key}/{number + 1:03d}"
    row, letter = divmod(number, len(SEATS))
    return Person(
        key=f"{party}/1", flight=flight.key, party=party, role="passenger", age=rng.randint(18, 69),
        sex=rng.choice("MF"), seat=f"{row + 31}{SEATS[letter]}", need="", bound="facility",
    )  # fmt: skip


def _decide(person: Person, days_ago: int, post: str, fate: tuple[bool, Random]) -> Resident:
    over, rng = fate
    positive = rng.randint(15 * HOUR, 19 * HOUR) if rng.random() < POSITIVE_CHANCE else None
    return Resident(person, days_ago, post, over and positive is None, positive)


def live_through(*, on: date, port: Port, past: Past, chronicle: Chronicle, rng: Random) -> None:
    """What brought them here, what was done for them, and what the day brings them; rides of today are the road's."""
    groups: dict[tuple[str, str], list[Resident]] = defaultdict(list)
    for resident in past.residents:
        groups[resident.person.flight, resident.post].append(resident)
    flights = {flight.key: flight for flight in past.flights}
    scene = _Scene(on, port, chronicle, rng, count(901), {v.key: -FAR_SECONDS for v in port.vehicles})
    for (flight, post), residents in sorted(groups.items(), key=lambda g: flights[g[0][0]].landed_second):
        _arrive(flights[flight], post, residents, scene)
    for resident in past.residents:
        known = len(chronicle.tests)
        course = read_course(on - timedelta(days=resident.arrived_days_ago))
        _test(flights[resident.person.flight], resident, course, chronicle, rng)
        if resident.released:
            answered = max((t.resulted_second for t in chronicle.tests[known:]), default=0)
            leaves = max(9 * HOUR + rng.randint(0, 150) * MINUTE, answered + ANSWER_TO_DOOR_SECONDS)
            chronicle.receive(resident.person.key, "exit:released", leaves)


@dataclass(frozen=True, slots=True)
class _Scene:
    """The weeks before while they are made up; `free` is when each vehicle is back and clean."""

    on: date
    port: Port
    chronicle: Chronicle
    rng: Random
    serial: Iterator[int]
    free: dict[str, int]

    def choose_vehicle(self, *, ill: bool) -> Vehicle:
        """The ambulance, or the vehicle for the well, that has been free for longest."""
        fitting = [v for v in self.port.vehicles if (v.kind == "ambulance") is ill]
        return min(fitting, key=lambda v: (self.free[v.key], v.key))


def _arrive(flight: Flight, post: str, residents: list[Resident], scene: _Scene) -> None:
    """The way they came: cabin, hall, holding area, trip; straight to hospital for those who were ill.

    Nobody rides in a vehicle that is full: whoever is left over takes the next one that is free.
    """
    chronicle, landed = scene.chronicle, flight.landed_second
    ill = post.startswith("hospital:")
    start = landed + (35 if ill else scene.rng.randint(110, 150)) * MINUTE
    for place, resident in enumerate(residents):
        person = resident.person.key
        chronicle.place(person, f"cabin:{flight.key}", landed)
        if ill:
            chronicle.screened[person] = landed + 25 * MINUTE  # by the doctor who came aboard
        else:
            chronicle.receive(person, "hall:west", landed + 20 * MINUTE + 7 * place)
            chronicle.screened[person] = landed + 45 * MINUTE + 20 * place
            chronicle.receive(person, "holding:north", landed + 60 * MINUTE + 20 * place)
    giver, left = f"cabin:{flight.key}" if ill else "holding:north", residents
    while left:
        vehicle = scene.choose_vehicle(ill=ill)
        aboard, left = left[: vehicle.places], left[vehicle.places :]
        _ride(vehicle, aboard, (giver, post), max(start, scene.free[vehicle.key]), scene)


def _ride(vehicle: Vehicle, aboard: list[Resident], way: tuple[str, str], start: int, scene: _Scene) -> None:
    """One trip of the weeks before, from giver to post, and the vehicle cleaned after it."""
    chronicle, (giver, post) = scene.chronicle, way
    key = f"trip:{scene.on:%Y%m%d}-{next(scene.serial)}"
    for place, resident in enumerate(aboard):
        chronicle.receive(resident.person.key, key, start + 9 * place)
    driving = scene.port.posts[post].drive_minutes * MINUTE
    departed = start + 9 * len(aboard) + 2 * MINUTE
    second = arrived = departed + driving
    for resident in aboard:
        second += 20
        chronicle.receive(resident.person.key, post, second)
    back = second + driving
    clean = scene.free[vehicle.key] = back + 20 * MINUTE
    chronicle.rides.append(
        Ride(
            key=key, vehicle=vehicle.key, kind=vehicle.kind, drivers=(), escorts=(), giver=giver, destination=post,
            risk_class="case" if vehicle.kind == "ambulance" else "ordinary",
            people=tuple(r.person.key for r in aboard), expected=len(aboard), km=scene.port.posts[post].km,
            start_second=start, departed_second=departed, arrived_second=arrived, unloaded_second=second,
            returned_second=back, disinfected_second=clean,
        )
    )  # fmt: skip


def _test(flight: Flight, resident: Resident, course: Course, chronicle: Chronicle, rng: Random) -> None:
    """Samples on the days of the protocol that have come, the last of them this morning."""
    person, ill = resident.person.key, resident.post.startswith("hospital:")
    for test_day, swabs in course.swabs:
        taken = flight.landed_second + test_day * DAY + (50 if test_day == 0 else 8 * 60) * MINUTE
        if test_day > resident.arrived_days_ago or (ill and test_day > 0):
            continue
        if ill:
            taken = flight.landed_second + 4 * HOUR
        elif test_day == course.stay_days:
            # On the last day as early as may be, so that the answer is there when the stay is over.
            opens = course.last_opens_minutes + rng.randint(40, 120)
            taken = (test_day - resident.arrived_days_ago) * DAY + opens * MINUTE
        answered = taken + rng.randint(5, 9) * HOUR
        if test_day == course.stay_days:
            answered = min(answered, taken + 6 * HOUR)
        where = resident.post if test_day or ill else "hall:west"
        for swab in range(swabs):
            chronicle.tests.append(
                Test(
                    person, where, taken + swab * SWABS_APART_SECONDS, answered, "positive" if ill else "negative",
                    repeat=swab, site=course.site,
                )
            )  # fmt: skip
    if resident.positive_second is not None:
        told = resident.positive_second
        chronicle.tests.append(Test(person, resident.post, told - 6 * HOUR, told, "positive"))
