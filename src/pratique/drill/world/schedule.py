"""The day's flights: real callsigns and routes, on the arrival pattern of a real day at another airport."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from math import asin, cos, radians, sin, sqrt
from random import Random

from pratique.drill.world.cabin import find_layout, list_seats
from pratique.drill.world.source import read_rows, read_toml

MINUTE = 60
HOUR = 3600
LATE_MINUTES_MAX = 240
FLIGHTS_PER_DAY = 14
CRUISE_KM_PER_HOUR = 760
EARTH_KM = 6371


@dataclass(frozen=True, slots=True)
class Airport:
    """Where a flight comes from: `country` is ISO 3166 alpha-2."""

    icao: str
    iata: str
    name: str
    city: str
    country: str
    lat: float
    lon: float
    zone: str


@dataclass(frozen=True, slots=True)
class Flight:
    """One arrival. Times are seconds after the day's local midnight, and may lie outside of the day.

    `stops` are the airports before this port in flying order; the last is where it comes from. `load` is the part
    of the seats that is taken.
    """

    key: str
    callsign: str
    carrier: str
    number: str
    airline: str
    stops: tuple[Airport, ...]
    equipment: str
    load: float
    departed_second: int
    scheduled_second: int
    landed_second: int
    remote_stand: bool

    @property
    def designator(self) -> str:
        """Carrier and number as people say it: ``MU734``."""
        return f"{self.carrier}{self.number}"

    @property
    def origin(self) -> Airport:
        """The last airport before this one."""
        return self.stops[-1]


@dataclass(frozen=True, slots=True)
class _Slot:
    scheduled_minute: int
    late_minutes: int
    load: float


@cache
def list_slots() -> tuple[_Slot, ...]:
    """Scheduled minute, lateness and load of every arrival of the real day that states them."""
    slots = []
    for row in read_rows("arrivals"):
        hours, minutes = row["scheduled"].split(":")
        if row["seats"] and row["passengers"] and int(row["seats"]):
            load = min(1.0, int(row["passengers"]) / int(row["seats"]))
            late = min(int(row["late_minutes"]), LATE_MINUTES_MAX)
            slots.append(_Slot(int(hours) * 60 + int(minutes), late, load))
    return tuple(slots)


@cache
def load_airports() -> dict[str, Airport]:
    """Airports by ICAO code."""
    return {
        row["icao"]: Airport(
            row["icao"], row["iata"], row["name"], row["city"], row["country"], float(row["lat"]),
            float(row["lon"]), row["zone"],
        )
        for row in read_rows("airports")
    }  # fmt: skip


def plan_flights(*, on: date, rng: Random, scale: float = 1.0) -> tuple[Flight, ...]:
    """The arrivals of a day in landing order; `scale` 1 is some fourteen flights with two thousand people."""
    count = max(1, round(FLIGHTS_PER_DAY * scale * rng.uniform(0.85, 1.15)))
    rows = read_rows("callsigns")
    chosen = rng.sample(rows, min(count, len(rows)))
    slots = sorted(rng.sample(list_slots(), len(chosen)), key=lambda slot: slot.scheduled_minute)
    flights = [_make_flight(on, row, slot, rng) for row, slot in zip(chosen, slots, strict=True)]
    return tuple(sorted(flights, key=lambda flight: (flight.landed_second, flight.key)))


def _make_flight(on: date, row: dict[str, str], slot: _Slot, rng: Random) -> Flight:
    airports = load_airports()
    airlines = {airline["icao"]: airline for airline in read_rows("airlines")}
    airline = airlines[row["airline_icao"]]
    stops = tuple(airports[icao] for icao in row["airports_icao"].split("-")[:-1])
    scheduled = (slot.scheduled_minute + rng.randint(-20, 20)) * MINUTE
    landed = scheduled + slot.late_minutes * MINUTE + rng.randint(-120, 120)
    aloft = flying_minutes(stops[-1], airports["ZPPP"]) * MINUTE
    return Flight(
        key=f"{row['callsign']}-{on:%Y%m%d}",
        callsign=row["callsign"],
        carrier=airline["iata"],
        number=row["number"],
        airline=airline["name"],
        stops=stops,
        equipment=find_equipment(airline["iata"], stops[-1].iata, rng),
        load=slot.load,
        departed_second=landed - aloft,
        scheduled_second=scheduled,
        landed_second=landed,
        remote_stand=rng.random() < 0.35,
    )


def recall_flight(*, on: date, callsign: str, landed_second: int, rng: Random) -> Flight:
    """A flight of an earlier day; its seconds count from that day's own midnight shifted to today's."""
    row = next(row for row in read_rows("callsigns") if row["callsign"] == callsign)
    flight = _make_flight(on, row, _Slot(landed_second // MINUTE, 0, 1.0), rng)
    aloft = flight.landed_second - flight.departed_second
    return replace(
        flight,
        scheduled_second=landed_second,
        landed_second=landed_second,
        departed_second=landed_second - aloft,
    )


def flying_minutes(origin: Airport, destination: Airport) -> int:
    """Minutes from take-off to landing, at airliner speed along the great circle."""
    lat_1, lat_2 = radians(origin.lat), radians(destination.lat)
    half_lat, half_lon = (lat_2 - lat_1) / 2, radians(destination.lon - origin.lon) / 2
    root = sqrt(sin(half_lat) ** 2 + cos(lat_1) * cos(lat_2) * sin(half_lon) ** 2)
    return round(25 + 60 * 2 * EARTH_KM * asin(root) / CRUISE_KM_PER_HOUR)


def find_equipment(carrier: str, origin: str, rng: Random) -> str:
    """The aircraft type: as the route table names it, else the airline's usual one."""
    cabins = read_toml("cabins")
    if f"{carrier}-{origin}" in cabins["usual_on"]:
        return str(cabins["usual_on"][f"{carrier}-{origin}"])
    for row in read_rows("routes"):
        if (row["airline_iata"], row["origin_iata"]) == (carrier, origin):
            known = [code for code in row["equipment_iata"].split() if find_layout(code)]
            if known:
                return rng.choice(known)
    return str(cabins["usual"][carrier])


def seats_taken(flight: Flight) -> int:
    """How many passengers hold a seat."""
    return max(8, round(len(list_seats(flight.equipment)) * flight.load))
