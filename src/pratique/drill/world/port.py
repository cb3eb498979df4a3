"""The port: where people can be, who watches them, and what moves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pratique.drill.world.source import read_toml

TERMINAL = "terminal"
ROAD_FACTOR = 0.6
"""Nobody drives a road in less than this part of its usual minutes: the floor of what is possible."""
MINUTES_APART_MIN = 8
"""The least that two different places outside the terminal are apart."""


@dataclass(frozen=True, slots=True)
class Post:
    """Somewhere that can hold people: a hall, a holding area, a facility, a hospital, a way out.

    `place` is where it stands (posts of one place are a walk apart); `drive_minutes` and `km` are one way from the
    terminal; `takes` is whom it is for; `room_count` how many rooms or beds.
    """

    key: str
    kind: str
    zh: str
    en: str
    place: str
    takes: str = ""
    km: int = 0
    drive_minutes: int = 0
    room_count: int = 0
    desk_count: int = 0
    district_zh: str = ""
    district_en: str = ""
    code: str = ""
    unseen_minutes_max: int | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle of the task force: `places` is how many travellers may ride, `seats` how many it has."""

    key: str
    plate: str
    kind: str
    seats: int
    places: int
    unit: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A department or a district that sends officers, `officers` a day."""

    key: str
    zh: str
    en: str
    kind: str
    officers: int


@dataclass(frozen=True, slots=True)
class Officer:
    """One of the thirty-six: unit, crew, usual post, and languages besides Chinese."""

    key: str
    zh: str
    en: str
    unit: str
    crew: str
    post: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """A contract driver."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Agency:
    """One of the eight that share the work."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Port:
    """Everything that is the same on every day."""

    iata: str
    icao: str
    zh: str
    en: str
    zone: str
    lat: float
    lon: float
    posts: Mapping[str, Post]
    vehicles: tuple[Vehicle, ...]
    units: tuple[Unit, ...]
    officers: tuple[Officer, ...]
    drivers: tuple[Driver, ...]
    agencies: tuple[Agency, ...]
    unseen_minutes_max: Mapping[str, int] = field(default_factory=dict)

    def of_kind(self, kind: str) -> tuple[Post, ...]:
        """All posts of one kind, in the order of the data."""
        return tuple(post for post in self.posts.values() if post.kind == kind)

    @property
    def prefectures(self) -> tuple[Post, ...]:
        """The sixteen that take people over from the port, Kunming's own districts first."""
        return tuple(post for post in self.posts.values() if post.code)

    def travel_minutes(self) -> dict[tuple[str, str], int]:
        """The least time between two places, keyed by both names in sorted order."""
        drives = {post.place: post.drive_minutes for post in self.posts.values() if post.place}
        return {
            (one, other): _least_minutes(drives[one], drives[other])
            for one in sorted(drives)
            for other in sorted(drives)
            if one < other
        }

    def crew_on(self, on: date, shift: str) -> str:
        """Which crew has the ``day`` or the ``night`` shift that begins on that date."""
        crews = read_toml("force")["crews"]
        pattern, order = crews["pattern"], crews["order"]
        turn = (on - crews["anchor_on"]).days
        for offset, crew in enumerate(order):
            if pattern[(turn - offset) % len(pattern)] == shift:
                return str(crew)
        raise ValueError(f"no crew has the {shift} shift on {on}")


def _least_minutes(one: int, other: int) -> int:
    if not one or not other:
        return int(max(one, other) * ROAD_FACTOR)
    return MINUTES_APART_MIN


@cache
def load_port() -> Port:
    """Kunming Changshui, from the data."""
    basics, force = read_toml("port"), read_toml("force")
    return Port(
        **basics["port"],
        posts={post.key: post for post in _list_posts()},
        vehicles=tuple(Vehicle(**row) for row in force["vehicle"]),
        units=tuple(Unit(**row) for row in force["unit"]),
        officers=tuple(Officer(**{**row, "languages": tuple(row["languages"])}) for row in force["officer"]),
        drivers=tuple(Driver(**row) for row in force["driver"]),
        agencies=tuple(Agency(**row) for row in force["agency"]),
        unseen_minutes_max=basics["unseen_minutes_max"],
    )


def _list_posts() -> list[Post]:
    basics = read_toml("port")
    unseen = basics["unseen_minutes_max"]
    posts = [
        Post(
            key=row["key"], kind="hall", zh=row["zh"], en=row["en"], place=TERMINAL,
            takes="remote" if row["remote"] else "", desk_count=row["desks"], unseen_minutes_max=unseen["hall"],
        )
        for row in basics["hall"]
    ]  # fmt: skip
    posts += [
        Post(
            key=row["key"], kind="holding", zh=row["zh"], en=row["en"], place=TERMINAL, takes=row["for"],
            unseen_minutes_max=unseen["holding"],
        )
        for row in basics["holding"]
    ]  # fmt: skip
    posts += [_stay(row, "facility", unseen["facility"]) for row in read_toml("facilities")["facility"]]
    posts += [_stay(row, "hospital", unseen["hospital"]) for row in basics["hospital"]]
    posts += [
        Post(key=row["key"], kind="exit", zh=row["zh"], en=row["en"], place="") for row in basics["exit"]
    ]
    posts += [
        Post(
            key=f"exit:{row['code']}", kind="exit", zh=row["zh"], en=f"{row['en']} prefecture",
            place=f"prefecture:{row['code']}", takes="prefecture", km=row["km"],
            drive_minutes=row["drive_minutes"], code=row["code"], lat=row["lat"], lon=row["lon"],
        )
        for row in read_toml("prefectures")["prefecture"]
    ]  # fmt: skip
    return posts


def _stay(row: dict[str, object], kind: str, unseen_minutes_max: int) -> Post:
    return Post(
        key=str(row["key"]),
        kind=kind,
        zh=str(row["zh"]),
        en=str(row["en"]),
        place=str(row["key"]),
        takes=str(row.get("accepts", "case")),
        km=int(str(row["km"])),
        drive_minutes=int(str(row["drive_minutes"])),
        room_count=int(str(row.get("rooms", row.get("beds")))),
        district_zh=str(row["district_zh"]),
        district_en=str(row["district_en"]),
        lat=float(str(row["lat"])),
        lon=float(str(row["lon"])),
        unseen_minutes_max=unseen_minutes_max,
    )
