"""Where vehicles truly are on the road, as their trackers say it every few minutes; some fall silent for a while."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

from pratique.drill.world.day import Day
from pratique.drill.world.port import Port
from pratique.drill.world.schedule import MINUTE
from pratique.drill.world.truth import Ride

EVERY_SECONDS = 3 * MINUTE
SILENT_CHANCE = 0.06
SILENT_SECONDS = (12 * MINUTE, 25 * MINUTE)
BEND = 0.07
"""A road leaves the straight line by up to this part of its length."""
NOISE_DEGREES = 0.0002
UNTRACKED_EVERY = 6
"""Every so many vehicles has no tracker."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A vehicle at a second: degrees, km/h, share of the tracker's battery."""

    second: int
    lat: float
    lon: float
    speed_kmh: float
    battery: float


def has_tracker(*, vehicle: str, vehicles: list[str]) -> bool:
    """Whether this vehicle, of all in their order, has one."""
    return vehicles.index(vehicle) % UNTRACKED_EVERY != UNTRACKED_EVERY - 1


def follow(*, day: Day) -> dict[str, list[Seen]]:
    """What the tracker of each ride says on the way there, by the ride's key."""
    vehicles = sorted({ride.vehicle for ride in day.truth.rides})
    rides = {ride.key: ride for ride in day.truth.rides}
    return {
        ride.key: list(_drive(ride, rides, day.port, day.stream(f"track/{ride.key}")))
        for ride in day.truth.rides
        if has_tracker(vehicle=ride.vehicle, vehicles=vehicles)
    }


def _drive(ride: Ride, rides: Mapping[str, Ride], port: Port, rng: Random) -> Iterator[Seen]:
    until = ride.broke_down_second or ride.arrived_second
    begun = _part_at_start(ride, rides, port)
    whole = ride.arrived_second - ride.departed_second
    if ride.broke_down_second is not None:
        whole = port.posts[ride.destination].drive_minutes * MINUTE
    silent = _fall_silent(ride, until, rng)
    battery = rng.uniform(0.3, 1.0)
    for second in range(ride.departed_second + rng.randint(5, 60), until, EVERY_SECONDS):
        if silent[0] <= second < silent[1]:
            continue
        driven = min(1.0, (second - ride.departed_second) / max(whole, 1))
        lat, lon = _find_point(ride, port, begun + (1 - begun) * driven, bend=hash_part(ride.destination))
        yield Seen(
            second,
            round(lat + rng.gauss(0, NOISE_DEGREES), 5),
            round(lon + rng.gauss(0, NOISE_DEGREES), 5),
            round(3600 * ride.km * (1 - begun) / max(whole, 1), 1),
            round(max(0.05, battery - (second - ride.departed_second) / 200_000), 2),
        )


def _fall_silent(ride: Ride, until: int, rng: Random) -> tuple[int, int]:
    if rng.random() >= SILENT_CHANCE:
        return (0, 0)
    since = rng.randint(ride.departed_second, max(ride.departed_second, until - 5 * MINUTE))
    return (since, since + rng.randint(*SILENT_SECONDS))


def _part_at_start(ride: Ride, rides: Mapping[str, Ride], port: Port) -> float:
    """A relief begins where the other broke down."""
    broken = rides.get(ride.relieves or "")
    if broken is None or broken.broke_down_second is None:
        return 0.0
    whole = port.posts[ride.destination].drive_minutes * MINUTE
    return min(0.95, (broken.broke_down_second - broken.departed_second) / max(whole, 1))


def _find_point(ride: Ride, port: Port, part: float, bend: float) -> tuple[float, float]:
    """A point of the way to the destination, which bows to one side as the roads there do."""
    post = port.posts[ride.destination]
    assert post.lat is not None
    assert post.lon is not None
    north, east = post.lat - port.lat, post.lon - port.lon
    bow = BEND * bend * math.sin(math.pi * part)
    return port.lat + part * north - bow * east, port.lon + part * east + bow * north


def hash_part(name: str) -> float:
    """A number from -1 to 1 that belongs to a name, the same on every machine."""
    return Random(name).uniform(-1, 1)
