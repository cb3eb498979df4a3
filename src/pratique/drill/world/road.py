"""From the holding areas to wherever people are bound: loads, vehicles, crews, breakdowns."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from heapq import heappop, heappush
from itertools import count
from random import Random

from pratique.drill.world.beds import Beds
from pratique.drill.world.people import Class, Person, Troubles
from pratique.drill.world.port import Port, Post, Vehicle
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.terminal import Ready
from pratique.drill.world.truth import Chronicle, Ride

BOARD_SECONDS = 9
UNLOAD_SECONDS = 20
DISINFECT_SECONDS = 20 * MINUTE
REST_EVERY_SECONDS = 2 * HOUR
REST_SECONDS = 20 * MINUTE
GATHER_SECONDS = {"facility": HOUR, "home": HOUR, "prefecture": 3 * HOUR, "hospital": 0}
"""How long a load is kept open for more people."""
REPAIR_SECONDS = 8 * HOUR
PREFECTURES_PER_DAY = 4
LENT_PLACES = 36
KEPT = ("command", "exemption")
"""Posts whose officers ride with nobody."""


@dataclass(frozen=True, slots=True)
class Load:
    """People who ride together: from whom, whereto, ready when."""

    second: int
    giver: str
    destination: str
    risk_class: Class
    members: tuple[Person, ...]


class Road:
    """Vehicles, drivers and escorts over the day, and the trips they make."""

    def __init__(
        self, *, on: date, port: Port, chronicle: Chronicle, rng: Random, troubles: Troubles
    ) -> None:
        self.on, self.port, self.chronicle, self.rng, self.troubles = on, port, chronicle, rng, troubles
        self.beds = Beds(port=port, rng=rng)
        self.vehicle_free: dict[str, int] = {vehicle.key: -HOUR for vehicle in port.vehicles}
        self.driver_free: dict[str, int] = {driver.key: -HOUR for driver in port.drivers}
        self.escort_free: dict[str, int] = {officer.key: -HOUR for officer in port.officers}
        self.resulted: dict[str, int] = {}
        self.towards = rng.sample(port.prefectures[1:], PREFECTURES_PER_DAY)
        self._queue: list[tuple[int, int, Load]] = []
        self._rides = 0
        self._lent: Counter[str] = Counter()
        self._serial = count()

    def move(self, ready: list[Ready]) -> None:
        """Everybody who waits gets to where they are bound, unless they walk off on the way."""
        self.resulted = {test.person: test.resulted_second for test in self.chronicle.tests}
        self._board_planes([r for r in ready if r.person.bound == "transit"])
        for load in self._build_loads([r for r in ready if r.person.bound != "transit"]):
            self._push(load)
        while self._queue:
            self._drive(heappop(self._queue)[2])

    def carry_to_hospital(self, person: Person, *, giver: str, second: int) -> None:
        """Somebody's test was positive: an ambulance takes them from their facility."""
        hospital = self.beds.choose_hospital().key
        self._push(Load(second, giver, hospital, "case", (person,)))

    def _push(self, load: Load) -> None:
        heappush(self._queue, (load.second, next(self._serial), load))

    def _board_planes(self, ready: list[Ready]) -> None:
        for waiting in ready:
            leaves = waiting.leaves_second
            assert leaves is not None
            away = self._walk_from_holding(waiting.person, waiting.second, leaves)
            if away is None:
                self.chronicle.receive(waiting.person.key, "exit:transit", leaves)
            elif away > 0:
                self.chronicle.receive(waiting.person.key, "exit:transit", max(leaves, away + 30 * MINUTE))

    def _walk_from_holding(self, person: Person, since: int, boards: int) -> int | None:
        """None: they are there when they should board; 0: gone for good; else the second at which they are back."""
        walk = person.walk
        if walk is None or walk.stage != "holding" or since + walk.after_seconds >= boards:
            return None
        left = since + walk.after_seconds
        back = left + walk.away_seconds if walk.away_seconds is not None else None
        self.chronicle.lose(person.key, left_second=left, back_second=back)
        return back or 0

    def _build_loads(self, ready: list[Ready]) -> Iterator[Load]:
        parties: dict[tuple[str, str, str, str], list[Ready]] = defaultdict(list)
        for waiting in ready:
            person = waiting.person
            parties[person.party, person.bound, person.risk_class, waiting.giver].append(waiting)
        groups: dict[tuple[str, str, str, Class], list[list[Ready]]] = defaultdict(list)
        for party in sorted(parties.values(), key=lambda p: max(r.second for r in p)):
            person = party[0].person
            pooled = "" if person.bound == "prefecture" else person.flight
            destination = self._choose_destination([r.person for r in party]).key
            groups[pooled, party[0].giver, destination, person.risk_class].append(party)
        for (_, giver, destination, risk_class), waiting_parties in groups.items():
            gather = GATHER_SECONDS[waiting_parties[0][0].person.bound]
            places = self._places_towards(destination)
            for members in _fill(waiting_parties, places, gather):
                second = max(r.second for r in members)
                yield Load(second, giver, destination, risk_class, tuple(r.person for r in members))

    def _choose_destination(self, party: list[Person]) -> Post:
        bound = party[0].bound
        if bound == "hospital":
            return self.beds.choose_hospital()
        if bound == "home":
            return self.port.prefectures[0]
        if bound == "prefecture":
            return self.rng.choice(self.towards)
        return self.beds.choose_facility(party)

    def _places_towards(self, destination: str) -> int:
        post = self.port.posts[destination]
        if post.kind == "hospital":
            return 1
        if self._is_long(post):
            return LENT_PLACES
        return max(vehicle.places for vehicle in self.port.vehicles)

    def _is_long(self, post: Post) -> bool:
        return post.takes == "prefecture" and post.code != "5301"

    def _choose_vehicle(self, load: Load, after: int) -> Vehicle:
        post = self.port.posts[load.destination]
        if self._is_long(post):
            self._lent[post.key] += 1
            return lend(post, self._lent[post.key])
        kind = "ambulance" if post.kind == "hospital" else ""
        fitting = [
            vehicle
            for vehicle in self.port.vehicles
            if (vehicle.kind == kind if kind else vehicle.kind != "ambulance")
            and (kind or vehicle.places >= len(load.members))
        ]
        return min(fitting, key=lambda v: (max(after, self.vehicle_free[v.key]), v.places, v.key))

    def _drive(self, load: Load) -> None:
        vehicle = self._choose_vehicle(load, load.second)
        asked = max(load.second + 3 * MINUTE, self.vehicle_free.get(vehicle.key, load.second))
        drivers, escorts, start = self._choose_crew(vehicle, load, asked)
        key = f"trip:{self.on:%Y%m%d}-{self._rides + 1:03d}"
        aboard, second = [], start
        since = {m.key: self.chronicle.steps[m.key][-1].second for m in load.members}
        for member in load.members:
            away = self._walk_from_holding(member, since[member.key], second)
            if away is None:
                self.chronicle.receive(member.key, key, second)
                aboard.append(member)
                second += BOARD_SECONDS + self.rng.randint(0, 4)
            elif away > 0:
                again = replace(member, walk=None)
                self._push(replace(load, second=away + 5 * MINUTE, members=(again,)))
        if not aboard:
            return
        self._rides += 1
        post = self.port.posts[load.destination]
        ride = Ride(
            key=key, vehicle=vehicle.key, kind=vehicle.kind, drivers=drivers, escorts=escorts, giver=load.giver,
            destination=load.destination, risk_class=load.risk_class, people=tuple(m.key for m in aboard),
            expected=len(load.members), km=post.km, start_second=start,
            departed_second=second + self.rng.randint(2, 5) * MINUTE, arrived_second=0, unloaded_second=0,
            returned_second=0, disinfected_second=0,
        )  # fmt: skip
        self._travel(ride, aboard, self._driving_seconds(post))

    def _travel(self, ride: Ride, aboard: list[Person], driving: int) -> None:
        if not self._is_long(self.port.posts[ride.destination]) and self._breaks_down():
            self._break_down(ride, aboard, driving)
            return
        arrived = ride.departed_second + driving
        self._finish(replace(ride, arrived_second=arrived), aboard, driving)

    def _breaks_down(self) -> bool:
        return self.rng.random() < self.troubles.breakdown_chance

    def _finish(self, ride: Ride, aboard: list[Person], driving: int) -> None:
        """Reception takes everybody over; the vehicle drives back and is disinfected."""
        second = ride.arrived_second + 2 * MINUTE
        for person in aboard:
            self.chronicle.receive(person.key, ride.destination, second)
            self._walk_from_facility(person, ride.destination, second)
            if person.positive and ride.destination.startswith("facility:"):
                told = max(self.resulted[person.key], second) + 10 * MINUTE
                self.carry_to_hospital(person, giver=ride.destination, second=told)
            second += UNLOAD_SECONDS + self.rng.randint(0, 10)
        back = second + driving
        clean = back + DISINFECT_SECONDS
        ride = replace(ride, unloaded_second=second, returned_second=back, disinfected_second=clean)
        self.chronicle.rides.append(ride)
        self._set_free(ride, back, clean)

    def _set_free(self, ride: Ride, back: int, clean: int) -> None:
        if ride.vehicle in self.vehicle_free:
            self.vehicle_free[ride.vehicle] = clean
        for driver in ride.drivers:
            self.driver_free[driver] = back
        for escort in ride.escorts:
            self.escort_free[escort] = back

    def _walk_from_facility(self, person: Person, facility: str, since: int) -> None:
        walk = person.walk
        if walk and walk.stage == "facility" and facility.startswith("facility:"):
            left = since + walk.after_seconds
            back = left + walk.away_seconds if walk.away_seconds is not None else None
            self.chronicle.lose(person.key, left_second=left, back_second=back)

    def _break_down(self, ride: Ride, aboard: list[Person], driving: int) -> None:
        """The vehicle stops on the road; another one comes and takes everybody who is still there."""
        broke = ride.departed_second + int(driving * self.rng.uniform(0.2, 0.8))
        self._set_free(ride, broke + REPAIR_SECONDS, broke + REPAIR_SECONDS)
        load = Load(broke, ride.key, ride.destination, "ordinary", tuple(aboard))
        vehicle = self._choose_vehicle(load, broke + 10 * MINUTE)
        called = max(broke + 10 * MINUTE, self.vehicle_free[vehicle.key])
        drivers, escorts, called = self._choose_crew(vehicle, load, called)
        there = called + driving // 2
        self._leave_standing(ride, broke, there)
        key, second, taken = f"trip:{self.on:%Y%m%d}-{self._rides + 1:03d}", there, []
        self._rides += 1
        for person in aboard:
            if self._walks_from_roadside(person, ride, broke, there):
                continue
            self.chronicle.receive(person.key, key, second)
            taken.append(person)
            second += BOARD_SECONDS + self.rng.randint(0, 4)
        relief = replace(
            ride, key=key, vehicle=vehicle.key, kind=vehicle.kind, drivers=drivers, escorts=escorts,
            giver=ride.key, people=tuple(p.key for p in taken), expected=len(aboard), start_second=there,
            departed_second=second + 2 * MINUTE, arrived_second=second + 2 * MINUTE + driving // 2,
            relieves=ride.key,
        )  # fmt: skip
        self._finish(relief, taken, driving)

    def _leave_standing(self, ride: Ride, broke: int, relieved: int) -> None:
        """The broken vehicle: its trip ended where it stood, and it is cleaned once everybody is off."""
        stood = replace(ride, broke_down_second=broke, arrived_second=broke, unloaded_second=broke)
        clean = relieved + DISINFECT_SECONDS
        self.chronicle.rides.append(replace(stood, returned_second=broke, disinfected_second=clean))

    def _walks_from_roadside(self, person: Person, ride: Ride, broke: int, there: int) -> bool:
        walk = person.walk
        if walk is None or walk.stage != "roadside" or broke + walk.after_seconds >= there:
            return False
        left = broke + walk.after_seconds
        self.chronicle.lose(person.key, left_second=left, back_second=None)
        if walk.away_seconds is not None:  # found, and brought to where the others went
            back = max(left + walk.away_seconds, there + 2 * HOUR)
            self.chronicle.absences[-1] = replace(self.chronicle.absences[-1], back_second=back)
            self.chronicle.receive(person.key, ride.destination, back)
        return True

    def _driving_seconds(self, post: Post) -> int:
        seconds = int(post.drive_minutes * MINUTE * self.rng.uniform(0.92, 1.25))
        return seconds + REST_SECONDS * (seconds // REST_EVERY_SECONDS)

    def _choose_crew(
        self, vehicle: Vehicle, load: Load, asked: int
    ) -> tuple[tuple[str, ...], tuple[str, ...], int]:
        """Drivers, escorts, and when they can start; a lent vehicle brings its own."""
        if vehicle.key not in self.vehicle_free:
            return (), (), asked
        crew = self._crew_at(asked)
        officers = [o.key for o in self.port.officers if o.crew == crew and o.post not in KEPT]
        driver = min(self.driver_free, key=lambda key: (self.driver_free[key], key))
        escort = min(officers, key=lambda key: (self.escort_free[key], key))
        return (driver,), (escort,), max(asked, self.driver_free[driver], self.escort_free[escort])

    def _crew_at(self, second: int) -> str:
        day, within = divmod(second - 8 * HOUR, 24 * HOUR)
        return self.port.crew_on(
            date.fromordinal(self.on.toordinal() + day), "day" if within < 12 * HOUR else "night"
        )


def lend(post: Post, number: int) -> Vehicle:
    """The coach of that number which a receiving prefecture sends for its own people."""
    key, plate = f"vehicle:{post.code}-{number}", f"借{post.code}·演{number}"
    return Vehicle(key, plate, "coach", 49, LENT_PLACES, f"unit:{post.code}")


def _fill(parties: list[list[Ready]], places: int, gather_seconds: int) -> Iterator[list[Ready]]:
    """Whole parties into loads, in the order in which they are ready; a larger party is split by its size."""
    load: list[Ready] = []
    for party in parties:
        for start in range(0, len(party), places):
            part = party[start : start + places]
            late = load and max(r.second for r in part) - min(r.second for r in load) > gather_seconds
            if load and (late or len(load) + len(part) > places):
                yield load
                load = []
            load = load + part
    if load:
        yield load
