"""From the aircraft's door to the holding areas: cabins empty, halls fill, desks screen, people wait."""

from collections import Counter
from dataclasses import dataclass
from heapq import heapreplace
from random import Random

from pratique.drill.world.people import Person
from pratique.drill.world.port import Port, Post
from pratique.drill.world.schedule import HOUR, MINUTE, Flight
from pratique.drill.world.truth import Chronicle, HeadCount, Test

SECONDS_PER_HEAD = 6
"""One person leaves the aircraft after another."""
WALK_TO_HALL_SECONDS = 4 * MINUTE
BUS_TO_HALL_SECONDS = 9 * MINUTE
CARRIED_FROM_CABIN_CHANCE = 0.4
RESULT_SECONDS_MIN, RESULT_SECONDS_MAX = 5 * HOUR, 9 * HOUR


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody who waits to be moved: since when, by whom held, whereto bound."""

    second: int
    person: Person
    giver: str
    leaves_second: int | None = None


class Terminal:
    """The terminal over the day: halls with their desks, used by flight after flight."""

    def __init__(self, *, port: Port, chronicle: Chronicle, rng: Random) -> None:
        self.port, self.chronicle, self.rng = port, chronicle, rng
        self.desks: dict[str, list[int]] = {
            hall.key: [-FAR_SECONDS] * hall.desk_count for hall in port.of_kind("hall")
        }
        self.used: Counter[str] = Counter()

    def take(self, flight: Flight, people: tuple[Person, ...]) -> list[Ready]:
        """One flight through the terminal: everybody who then waits for a vehicle, or for a plane."""
        aboard = [person for person in people if person.bound != "nowhere"]
        cabin, hall = f"cabin:{flight.key}", self._choose_hall(flight)
        for person in aboard:
            self.chronicle.place(person.key, cabin, flight.landed_second)
        door_second = flight.landed_second + self.rng.randint(9, 16) * MINUTE
        walking = BUS_TO_HALL_SECONDS if flight.remote_stand else WALK_TO_HALL_SECONDS
        second, ready = door_second, []
        for person in sorted(aboard, key=_leaving_order):
            second += SECONDS_PER_HEAD + self.rng.randint(0, 3)
            if person.bound == "aircraft":
                leaves = flight.landed_second + self.rng.randint(55, 85) * MINUTE
                self.chronicle.receive(person.key, "exit:with-aircraft", leaves)
            elif person.bound == "hospital" and self.rng.random() < CARRIED_FROM_CABIN_CHANCE:
                self.chronicle.screened[person.key] = second  # by the doctor who came aboard
                ready.append(Ready(second, person, cabin))
            else:
                at_hall = second + walking + self.rng.randint(0, 40)
                ready += self._screen(person, hall, at_hall)
        self.chronicle.head_counts.append(
            HeadCount(second + 2 * MINUTE, flight.key, "door", len(aboard))
        )  # those who stay aboard are counted from the door as well
        return ready

    def _choose_hall(self, flight: Flight) -> Post:
        halls = [
            hall for hall in self.port.of_kind("hall") if (hall.takes == "remote") == flight.remote_stand
        ]
        hall = min(halls, key=lambda h: (self.used[h.key], h.key))
        self.used[hall.key] += 1
        return hall

    def _screen(self, person: Person, hall: Post, at_hall: int) -> list[Ready]:
        """Reception in the hall, the desk, and onward; nobody, if they walked off for good."""
        self.chronicle.receive(person.key, hall.key, at_hall)
        done = self._serve(hall, at_hall)
        walk = person.walk
        if walk and walk.stage == "hall" and at_hall + walk.after_seconds < done:
            left = at_hall + walk.after_seconds
            back = left + walk.away_seconds if walk.away_seconds is not None else None
            self.chronicle.lose(person.key, left_second=left, back_second=back)
            if back is None:
                return []
            done = back + 6 * MINUTE
        self.chronicle.screened[person.key] = done
        if person.bound not in ("border", "transit"):
            self._sample(person, hall, done)
        if person.bound == "border":
            self.chronicle.receive(person.key, "exit:border", done + self.rng.randint(15, 50) * MINUTE)
            return []
        if person.bound == "hospital":
            return [Ready(done, person, hall.key)]
        return self._hold(person, done + self.rng.randint(90, 240))

    def _sample(self, person: Person, hall: Post, second: int) -> None:
        resulted = second + self.rng.randint(RESULT_SECONDS_MIN, RESULT_SECONDS_MAX)
        result = "positive" if person.positive or person.bound == "hospital" else "negative"
        self.chronicle.tests.append(Test(person.key, hall.key, second, resulted, result))

    def _serve(self, hall: Post, at_hall: int) -> int:
        desks = self.desks[hall.key]
        start = max(desks[0], at_hall + 60)
        done = start + self.rng.randint(70, 150)
        heapreplace(desks, done)
        return done

    def _hold(self, person: Person, second: int) -> list[Ready]:
        holding = self._choose_holding(person)
        self.chronicle.receive(person.key, holding.key, second)
        leaves = second + self.rng.randint(90 * MINUTE, 7 * HOUR) if person.bound == "transit" else None
        return [Ready(second, person, holding.key, leaves)]

    def _choose_holding(self, person: Person) -> Post:
        takes = "transit" if person.bound == "transit" else person.risk_class
        fitting = [holding for holding in self.port.of_kind("holding") if holding.takes == takes]
        return fitting[sum(map(ord, person.flight)) % len(fitting)]


FAR_SECONDS = 10 * 24 * HOUR


def _leaving_order(person: Person) -> tuple[bool, bool, int, str]:
    row = int(person.seat[:-1]) if person.seat else 0
    return (person.role == "crew", person.need == "wheelchair", row, person.key)
