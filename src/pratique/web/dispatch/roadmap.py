"""Vehicles on a schematic map: the port's own coordinates and straight lines, no picture from anywhere else."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pratique.core.custody.entry import Kind
from pratique.core.transport import progress
from pratique.core.transport.progress import Sign, Spot
from pratique.services.tracking import outlook
from pratique.services.tracking.outlook import Outlook
from pratique.store import models
from pratique.store.queries import ports, tracking, ways
from pratique.web import words

SCOPES = ("city", "province")
CITY_KM = 75.0
"""What lies further off than this is not of the city's map."""
ASPECT = 1.6
"""Width by height of the drawing, as the style sheet has it."""
MARGIN = 0.09
KM_PER_DEGREE = 111.195
LABEL_HEIGHT, LABEL_WIDTH = 4.6, 1.9
"""A label's height, and the width of a character, in percent of height and width at the size of a desk."""
BAR_START = 3.0
BARS_KM = (1, 2, 5, 10, 20, 50, 100, 200)
ORDER = (Sign.SILENT, Sign.LATE, Sign.UNTRACKED, Sign.ON_TIME)


@dataclass(frozen=True, slots=True)
class Point:
    """Somewhere on the drawing, in percent of width and height."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the port: `anchor` says on which side its label stands; without one there is no room for it."""

    point: Point
    kind: str
    name: str
    anchor: str
    used: bool


@dataclass(frozen=True, slots=True)
class Ride:
    """A trip on the road: its outlook, and where it is and goes on the drawing (None: not on it, or not known).

    `anchor`: on which side its plate stands; without one there is no room for it.
    """

    trip: UUID
    plate: str
    destination: str
    destination_kind: str
    outlook: Outlook
    point: Point | None
    end: Point | None
    anchor: str = ""

    @property
    def sign(self) -> str:
        """How it stands with it."""
        return self.outlook.sign.value

    @property
    def short(self) -> str:
        """The end of its plate, as there is room for it on the map."""
        return self.plate[-4:]


@dataclass(frozen=True, slots=True)
class Picture:
    """The map, its list, and the bar of its scale (kilometres, percent of the width)."""

    scope: str
    sites: tuple[Site, ...]
    rides: tuple[Ride, ...]
    start: Point | None
    bar_km: int
    bar_width: float
    service: ways.Service | None
    now: datetime

    @property
    def bar_end(self) -> float:
        """Where the bar of the scale ends."""
        return BAR_START + self.bar_width

    @property
    def drawn(self) -> tuple[Ride, ...]:
        """Those that are on the drawing."""
        return tuple(ride for ride in self.rides if ride.point is not None)


class _Frame:
    """From degrees to percent: equirectangular about the middle of what is shown, the same scale both ways."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        found = list(spots)
        latitudes, longitudes = [s.latitude for s in found], [s.longitude for s in found]
        self.latitude = (min(latitudes) + max(latitudes)) / 2
        self.longitude = (min(longitudes) + max(longitudes)) / 2
        self.stretch = math.cos(math.radians(self.latitude))
        wide = (max(longitudes) - min(longitudes)) * self.stretch
        high = max(latitudes) - min(latitudes)
        self.width = max(wide, high * ASPECT, 0.05) / (1 - 2 * MARGIN)

    def place(self, spot: Spot) -> Point:
        x = 0.5 + (spot.longitude - self.longitude) * self.stretch / self.width
        y = 0.5 - (spot.latitude - self.latitude) * ASPECT / self.width
        return Point(100 * x, 100 * y)

    def holds(self, point: Point) -> bool:
        return 0 <= point.x <= 100 and 0 <= point.y <= 100

    @property
    def width_km(self) -> float:
        return self.width * KM_PER_DEGREE


def draw(*, now: datetime, scope: str = "") -> Picture:
    """The map of this moment: the city's, or the province's if somebody is on the road out there or it is asked for."""
    port, spots = ports.find_port(), tracking.find_spots()
    start = spots.get(port.code) if port else None
    moving = outlook.list_moving()
    known = outlook.foresee(trips=moving, now=now)
    rows = _list_custodians(spots)
    far = any(start and _is_far(start, spots.get(trip.destination.place)) for trip in moving)
    chosen = scope if scope in SCOPES else ("province" if far else "city")
    used = {trip.destination.place for trip in moving}
    shown = [row for row in rows if _is_shown(row, chosen, start, spots, used)]
    corners = [spots[row.place] for row in shown] + ([start] if start else [])
    frame = _Frame(corners) if corners else None
    rides = sorted(
        (_make_ride(trip, known[trip.id], frame, spots) for trip in moving),
        key=lambda ride: (
            ORDER.index(Sign(ride.sign)),
            ride.outlook.arrival.expected_at if ride.outlook.arrival else now,
            ride.plate,
        ),
    )
    rides, taken = _label_rides(rides, [_box_port(frame.place(start))] if frame and start else [])
    bar = _choose_bar(frame)
    return Picture(
        scope=chosen,
        sites=_place_sites(frame, shown, spots, used, taken) if frame else (),
        rides=tuple(rides),
        start=frame.place(start) if frame and start else None,
        bar_km=bar,
        bar_width=100 * bar / frame.width_km if frame else 0,
        service=ways.find_service(),
        now=now,
    )


def _is_far(start: Spot, spot: Spot | None) -> bool:
    return spot is not None and progress.measure_km(start, spot) > CITY_KM


def _is_shown(row: Any, scope: str, start: Spot | None, spots: dict[str, Spot], used: set[str]) -> bool:
    """In the city what is near; in the province what is far, and of the near what somebody is on the way to."""
    far = start is not None and _is_far(start, spots[row.place])
    return far == (scope == "province") or (scope == "province" and row.place in used)


def _choose_bar(frame: _Frame | None) -> int:
    return max((km for km in BARS_KM if frame and km <= frame.width_km / 5), default=1)


def _list_custodians(spots: dict[str, Spot]) -> list[Any]:
    """Facilities, hospitals and prefectures with coordinates; the terminal is drawn as the port."""
    kinds = (Kind.FACILITY.value, Kind.HOSPITAL.value, Kind.EXIT.value)
    rows = models.Custodian.objects.filter(kind__in=kinds, closed_at__isnull=True, place__in=spots)
    port = ports.find_port()
    found = rows.select_related("unit").order_by("kind", "code")
    return [row for row in found if port is None or row.place != port.code]


def _name(row: Any) -> str:
    """A way out to a prefecture goes by the prefecture."""
    return words.name_of(row.unit if row.kind == Kind.EXIT.value and row.unit else row)


def _make_ride(trip: Any, found: Outlook, frame: _Frame | None, spots: dict[str, Spot]) -> Ride:
    def place(spot: Spot | None) -> Point | None:
        return frame.place(spot) if frame and spot else None

    point = place(found.fix.spot) if found.fix else None
    if frame and point and not frame.holds(point):
        point = None
    return Ride(
        trip=trip.id,
        plate=trip.vehicle.plate,
        destination=words.name_of(trip.destination),
        destination_kind=trip.destination.kind,
        outlook=found,
        point=point,
        end=place(spots.get(trip.destination.place)),
    )


Box = tuple[float, float, float, float]


def _label_rides(rides: Iterable[Ride], standing: Iterable[Box] = ()) -> tuple[list[Ride], list[Box]]:
    """Give plates to as many as do not cover each other or what stands there, silent and late ones first; and all that is
    taken then."""
    ordered = list(rides)
    taken = [*standing, *(_box(ride.point, 0, "start") for ride in ordered if ride.point)]
    found = []
    for ride in ordered:
        if ride.point is not None:
            own = _box(ride.point, 0, "start")
            for side in ("start", "end"):
                box = _box(ride.point, _measure(ride.short), side)
                if not any(_cover(box, other) for other in taken if other != own):
                    ride = replace(ride, anchor=side)
                    taken.append(box)
                    break
        found.append(ride)
    return found, taken


def _box_port(point: Point) -> Box:
    """The port's mark and the code above it."""
    return point.x - 3, point.y - 1.3 * LABEL_HEIGHT, point.x + 3, point.y + LABEL_HEIGHT / 2


def _measure(text: str) -> float:
    """Its length in characters of Latin width."""
    return sum(1.7 if ord(letter) > 0x2E80 else 1 for letter in text)


def _place_sites(
    frame: _Frame, rows: list[Any], spots: dict[str, Spot], used: set[str], taken: list[Box]
) -> tuple[Site, ...]:
    """Marks with as many labels as do not cover each other; those that vehicles go to come first."""
    found = []
    ordered = sorted(rows, key=lambda row: row.place not in used)
    points = {row.id: frame.place(spots[row.place]) for row in rows}
    marks = [_box(point, 0, "start") for point in points.values()]
    for row in ordered:
        point, name = points[row.id], _name(row)
        anchor = ""
        if frame.holds(point):
            for side in ("start", "end"):
                box = _box(point, _measure(name), side)
                others = [mark for mark in marks if mark != _box(point, 0, "start")]
                if (
                    box[0] >= 0
                    and box[2] <= 100
                    and not any(_cover(box, other) for other in [*taken, *others])
                ):
                    anchor = side
                    taken.append(box)
                    break
            found.append(Site(point, row.kind, name, anchor, row.place in used))
    return tuple(found)


def _box(point: Point, length: float, side: str) -> Box:
    reach = 1.6 + length * LABEL_WIDTH / 2
    first, last = (point.x - 1, point.x + reach) if side == "start" else (point.x - reach, point.x + 1)
    return first, point.y - LABEL_HEIGHT / 2, last, point.y + LABEL_HEIGHT / 2


def _cover(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
