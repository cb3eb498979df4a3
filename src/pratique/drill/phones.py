"""The phones: what they say of what truly happened, by clocks of their own, when a network lets them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pratique.drill.world.day import Day
from pratique.drill.world.schedule import HOUR, MINUTE
from pratique.drill.world.truth import Ride, Sighting

PHONES_AT = {"hall": 4, "holding": 2, "facility": 2}
"""How many phones a kind of custodian has; every other has one."""
SKEW_SECONDS = 25
MEASURED_WITHIN_SECONDS = 0.8
OFFLINE_CHANCE = 0.35
"""A phone is without network for hours on that part of days."""
GATHERED_SECONDS = 20
"""What a phone scans within this time it sends in one go."""
BATCH_MAX = 500


@dataclass(frozen=True, slots=True)
class Phone:
    """A device. `skew_seconds` is its clock minus the true time, `offset_seconds` what it believes that to be.

    `offline` are the spans in which nothing it sends arrives.
    """

    key: str
    skew_seconds: float
    offset_seconds: float
    offline: tuple[tuple[int, int], ...]

    def sends_at(self, second: float) -> float:
        """When it can send what it has at that second."""
        for since, until in self.offline:
            if since <= second < until:
                return until
        return second


@dataclass(frozen=True, slots=True)
class Said:
    """One scan as a phone says it. `second` is the true time, which the phone does not know."""

    id: str
    person: str
    custodian: str
    device: str
    counter: int
    device_second: float
    offset_seconds: float
    second: float


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a phone sends in one go, and when that reaches the server."""

    second: float
    device: str
    scans: tuple[Said, ...]


def find_phone_name(custodian: str, vehicles: dict[str, str], rng: Random) -> str:
    """Which phone at a custodian makes a scan; a trip's is in its vehicle."""
    kind = custodian.partition(":")[0]
    if kind == "trip":
        return f"phone:{vehicles[custodian]}"
    count = PHONES_AT.get(kind, 1)
    return f"phone:{custodian}/{rng.randint(1, count)}" if count > 1 else f"phone:{custodian}/1"


def make_phone(key: str, rng: Random) -> Phone:
    """A phone as phones are: a little off, sometimes without network for hours."""
    skew = rng.gauss(0, SKEW_SECONDS)
    offline: tuple[tuple[int, int], ...] = ()
    if rng.random() < OFFLINE_CHANCE:
        since = rng.randint(0, 22 * HOUR)
        offline = ((since, since + rng.randint(20 * MINUTE, 5 * HOUR)),)
    return Phone(key, skew, skew + rng.uniform(-MEASURED_WITHIN_SECONDS, MEASURED_WITHIN_SECONDS), offline)


def hand_out(*, day: Day, rng: Random) -> tuple[dict[str, list[Sighting]], dict[str, Phone]]:
    """Which phone sees what over the day, each in the order of time, and the phones."""
    vehicles = map_vehicles(day.truth.rides)
    seen: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in day.truth.sightings:
        seen[find_phone_name(sighting.custodian, vehicles, rng)].append(sighting)
    return seen, {key: make_phone(key, rng) for key in sorted(seen)}


def map_vehicles(rides: list[Ride]) -> dict[str, str]:
    """Trip → its vehicle."""
    return {ride.key: ride.vehicle for ride in rides}


def speak(phone: Phone, sightings: list[Sighting]) -> list[Said]:
    """Every scan of one phone, counted, by its own clock."""
    return [
        Said(
            id=f"{phone.key}#{counter}",
            person=sighting.person,
            custodian=sighting.custodian,
            device=phone.key,
            counter=counter,
            device_second=sighting.second + phone.skew_seconds,
            offset_seconds=phone.offset_seconds,
            second=sighting.second,
        )
        for counter, sighting in enumerate(sightings, start=1)
    ]


def send(phone: Phone, said: list[Said], rng: Random) -> Iterator[Parcel]:
    """The parcels of one phone: small ones while there is network, one large one after a gap."""
    gathered: list[Said] = []
    leaves = 0.0
    for scan in said:
        sends = phone.sends_at(scan.second + rng.uniform(0.2, 2.0))
        if gathered and (sends - leaves > GATHERED_SECONDS or len(gathered) == BATCH_MAX):
            yield Parcel(leaves + rng.uniform(0.1, 3.0), phone.key, tuple(gathered))
            gathered = []
        gathered.append(scan)
        leaves = max(leaves, sends) if len(gathered) > 1 else sends
    if gathered:
        yield Parcel(leaves + rng.uniform(0.1, 3.0), phone.key, tuple(gathered))
