"""What truly happened, in seconds after the day's local midnight: the measure for everything the books say.

Nothing here is seen by the software under test. It hears only what phones and people say about it (`phones`).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

ASTRAY = "astray"
"""Where somebody is who has left without anybody noticing."""
NOWHERE = "nowhere"
"""Where somebody is who is not in the loop: before landing, or because they never flew."""


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """From that second on, the person is with that custodian (or ASTRAY)."""

    second: int
    person: str
    custodian: str


@dataclass(frozen=True, slots=True, order=True)
class Sighting:
    """A custodian's people could see this person at that second, and scan them: a receipt, or a round."""

    second: int
    person: str
    custodian: str
    on: str = "receipt"


@dataclass(frozen=True, slots=True)
class RollCall:
    """A custodian calls names at that second; `names` are all who are truly there."""

    second: int
    custodian: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Somebody counts the heads of one flight: at the aircraft's door, or at the desks."""

    second: int
    flight: str
    source: str
    heads: int


@dataclass(frozen=True, slots=True)
class Ride:
    """One trip as it truly went.

    `giver` is where its people came from, `expected` how many were to ride, `relieves` the trip that broke down. A
    trip that broke down arrives nowhere: its later times are those of the breakdown and of the vehicle's cleaning.
    """

    key: str
    vehicle: str
    kind: str
    drivers: tuple[str, ...]
    escorts: tuple[str, ...]
    giver: str
    destination: str
    risk_class: str
    people: tuple[str, ...]
    expected: int
    km: int
    start_second: int
    departed_second: int
    arrived_second: int
    unloaded_second: int
    returned_second: int
    disinfected_second: int
    broke_down_second: int | None = None
    relieves: str | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A sample: where and when it was taken, when the laboratory answered and what.

    `repeat` counts swabs taken at once from 0: each has a kit and a laboratory of its own.
    """

    person: str
    custodian: str
    taken_second: int
    resulted_second: int
    result: str
    repeat: int = 0
    site: str = "nasopharyngeal"


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody left unseen: from whom, when, last seen there when, and when they were back, if ever."""

    person: str
    custodian: str
    left_second: int
    seen_second: int
    back_second: int | None


@dataclass(slots=True)
class Chronicle:
    """Truth while it is being written."""

    steps: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    sightings: list[Sighting] = field(default_factory=list)
    roll_calls: list[RollCall] = field(default_factory=list)
    head_counts: list[HeadCount] = field(default_factory=list)
    rides: list[Ride] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    screened: dict[str, int] = field(default_factory=dict)

    def place(self, person: str, custodian: str, second: int) -> None:
        """The person is there from then on, without anybody scanning them."""
        self.steps[person].append(Step(second, person, custodian))

    def receive(self, person: str, custodian: str, second: int) -> None:
        """A custodian takes the person over and could scan them."""
        self.steps[person].append(Step(second, person, custodian))
        self.sightings.append(Sighting(second, person, custodian))

    def lose(self, person: str, *, left_second: int, back_second: int | None) -> None:
        """The person leaves unseen, and is found at the same custodian later if `back_second` says so."""
        last = self.steps[person][-1]
        self.absences.append(Absence(person, last.custodian, left_second, last.second, back_second))
        self.place(person, ASTRAY, left_second)
        if back_second is not None:
            self.receive(person, last.custodian, back_second)

    def where(self, person: str, second: int) -> str:
        """Who truly has the person at that second."""
        steps = self.steps.get(person, [])
        found = bisect_right(steps, second, key=lambda step: step.second)
        return steps[found - 1].custodian if found else NOWHERE

    def occupancy(self) -> dict[str, list[tuple[int, int, str]]]:
        """Custodian → (since, until, person), the end open ones until for ever, by time."""
        spans: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for person, steps in self.steps.items():
            for step, after in zip(steps, [*steps[1:], None], strict=True):
                until = after.second if after else FOREVER
                spans[step.custodian].append((step.second, until, person))
        return {custodian: sorted(found) for custodian, found in spans.items()}

    @property
    def last_second(self) -> int:
        """When the last thing happened."""
        return max((steps[-1].second for steps in self.steps.values()), default=0)


FOREVER = 10**9


def last_seen(sightings: Iterable[Sighting]) -> dict[str, int]:
    """Person → the last second at which somebody could scan them."""
    seen: dict[str, int] = {}
    for sighting in sightings:
        seen[sighting.person] = max(seen.get(sighting.person, sighting.second), sighting.second)
    return seen
