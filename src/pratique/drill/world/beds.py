"""Which facility takes a party: one with rooms left for its class, the flight's own first."""

from random import Random

from pratique.drill.world.people import Class, Person
from pratique.drill.world.port import Port, Post


class Beds:
    """Rooms left in every facility and hospital while a day goes on."""

    def __init__(self, *, port: Port, rng: Random) -> None:
        self.port, self.rng = port, rng
        self.left = {post.key: post.room_count for post in port.posts.values() if post.room_count}
        self._of_flight: dict[tuple[str, Class], str] = {}

    def occupy(self, post: str, rooms: int = 1) -> None:
        """Rooms are taken; a full house may be overbooked, which is a fact and not an error."""
        self.left[post] -= rooms

    def choose_facility(self, party: list[Person]) -> Post:
        """A facility for people who stay together."""
        rooms, first = rooms_needed(party), party[0]
        kept = self._of_flight.get((first.flight, first.risk_class))
        if kept is None or self.left[kept] < rooms:
            kept = self._pick("facility", first.risk_class, rooms)
            self._of_flight[first.flight, first.risk_class] = kept
        self.occupy(kept, rooms)
        return self.port.posts[kept]

    def choose_hospital(self) -> Post:
        """A hospital with a bed."""
        kept = self._pick("hospital", "case", 1)
        self.occupy(kept)
        return self.port.posts[kept]

    def _pick(self, kind: str, takes: Class, rooms: int) -> str:
        posts = self.port.of_kind(kind)
        fitting = [p.key for p in posts if p.takes == takes and self.left[p.key] >= rooms]
        if fitting:
            near = [1 / (10 + self.port.posts[key].drive_minutes) for key in fitting]
            return self.rng.choices(fitting, near)[0]
        return max((p.key for p in posts), key=lambda key: (self.left[key], key))


def rooms_needed(party: list[Person]) -> int:
    """One room each; a child under fifteen shares with an adult of its party."""
    adults = sum(person.age >= 15 for person in party)
    return max(1, adults)
