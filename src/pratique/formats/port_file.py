"""A port as a TOML file: its halls and facilities, who may sign in, the vehicles, the ways between places.

Sections: `[port]`, `[[unit]]`, `[[custodian]]`, `[[place]]`, `[[travel]]`, `[[rest_place]]`, `[[person]]`,
`[[vehicle]]`, `[[site]]`, `[[room]]`; a field means what the class
of that section says. Every fault is named with its place and remedy, and a file with one is not taken in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import available_timezones

import msgspec

from pratique.core.answers import Problem
from pratique.core.custody.entry import Kind
from pratique.core.duties.vocabulary import Words
from pratique.core.stay import check
from pratique.core.stay.facility import Site, Sort, Zone
from pratique.formats import toml_text
from pratique.formats.words import Twin

RECORDS = ("released", "handed_over", "departed", "died")
WAYS = ("", "onward_flight", "domestic_flight", "return_flight", "city", "with_aircraft")
LICENCES = ("", "S", "L")
TAKES = ("", "ordinary", "contact", "case", "transit")


class PortLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The port: IATA `code`, ICAO code, names, IANA time zone, ISO 3166 `jurisdiction` (CN, CN-53)."""

    code: str
    icao: str
    name_zh: str
    name_en: str
    time_zone: str
    jurisdiction: str = "CN"


class UnitLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A department, district, prefecture or agency; how many officers and vehicles it sends a day."""

    code: str
    name_zh: str
    name_en: str
    sort: str = "department"
    officers_daily: int = 0
    vehicles_daily: int = 0


class CustodianLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account of the ledger that stands all the time: hall, holding area, facility, hospital, way out.

    `place` names the site for distances; `limit_minutes` is how long one of its people may go unseen; `capacity` is in
    rooms (facility) or persons; `responsible` is a user name; an exit says in `record` what leaving by it means. `takes`
    is whom a holding area or facility is for (ordinary, contact, case, transit; empty: anybody, as ordinary). `way` is where
    an exit of departures leads; one that does not say is taken as the city, which nobody may enter without an exemption.
    """

    code: str
    kind: str
    name_zh: str
    name_en: str
    place: str = ""
    limit_minutes: int | None = None
    capacity: int | None = None
    unit: str = ""
    responsible: str = ""
    record: str = ""
    takes: str = ""
    never_came: bool = False
    way: str = ""


class PlaceLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a place is that custodians and ways name: degrees, WGS 84 (not the GCJ-02 of Chinese map services)."""

    code: str
    latitude: float
    longitude: float


class TravelLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The way between two places: the shortest possible and the usual time in minutes, kilometres one way."""

    one: str
    other: str
    minutes_min: int
    minutes: int
    km: float = 0.0


class RestPlaceLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A designated rest place on the road, where convoys may stop: usual minutes of driving and kilometres from the port, and
    the places whose way leads past it."""

    code: str
    name_zh: str
    name_en: str
    minutes: int
    towards: tuple[str, ...]
    km: float = 0.0


class PersonLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who may sign in, with the one role that says what they may do; the `licence` of whoever drives (S small
    vehicles, L any) and the languages they speak besides the crews' own (ISO 639-1)."""

    username: str
    role: str
    name_zh: str = ""
    name_en: str = ""
    unit: str = ""
    crew: str = ""
    licence: str = ""
    speaks: tuple[str, ...] = ()


class VehicleLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vehicle: its plate, kind (bus, coach, van, ambulance) and seats for travellers; its places for wheelchairs and
    child seats where they are not those of the kind."""

    plate: str
    kind: str
    seats: int
    unit: str = ""
    wheelchairs: int | None = None
    child_seats: int | None = None


class SiteLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The site of a facility: its `areas` with their zones (staff, observation, supplies), the areas through which the passage
    of staff and that of guests run, in order, and those in which guest rooms lie (`rooms_in`)."""

    facility: str
    areas: dict[str, str]
    staff_passage: tuple[str, ...]
    guest_passage: tuple[str, ...]
    rooms_in: tuple[str, ...]


class RoomLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rooms of one sort on one floor of a facility, by their `numbers` ("301", or "301-318" for all of them), with so many beds
    each, in an `area` of its site."""

    facility: str
    floor: int
    numbers: tuple[str, ...]
    sort: str = "single"
    beds: int = 1
    area: str = ""


@dataclass(frozen=True, slots=True)
class PortFile:
    """What a file says, whole and free of contradictions."""

    port: PortLine
    units: tuple[UnitLine, ...]
    custodians: tuple[CustodianLine, ...]
    places: tuple[PlaceLine, ...]
    travel: tuple[TravelLine, ...]
    people: tuple[PersonLine, ...]
    vehicles: tuple[VehicleLine, ...]
    rest_places: tuple[RestPlaceLine, ...] = ()
    sites: tuple[SiteLine, ...] = ()
    rooms: tuple[RoomLine, ...] = ()


def list_numbers(line: RoomLine) -> list[str]:
    """The numbers of a line's rooms, spans written out. Raises ValueError for one that is none, or is too long."""
    found: list[str] = []
    for one in line.numbers:
        first, dash, last = (part.strip() for part in one.partition("-"))
        if not dash:
            if not first:
                raise ValueError
            found.append(first)
        elif first.isdigit() and last.isdigit() and int(first) <= int(last) < int(first) + ROOMS_MAX:
            found += [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
        else:
            raise ValueError
    return found


ROOMS_MAX = 500
"""So many rooms in one span at most."""

_Line = TypeVar("_Line", bound=msgspec.Struct)
_SECTIONS = (
    "port",
    "unit",
    "custodian",
    "place",
    "travel",
    "rest_place",
    "person",
    "vehicle",
    "site",
    "room",
)
_KINDS = tuple(kind.value for kind in Kind if kind not in (Kind.CABIN, Kind.TRIP))


def read(*, data: bytes, roles: Iterable[str]) -> tuple[PortFile | None, tuple[Problem, ...]]:
    """The port a file describes, or None with every fault found. `roles` are the words a person's role may be."""
    document, problems = toml_text.take_apart(
        data=data, prefix="port", remedy="see toml.io, or the example", remedy_zh="参见 toml.io 或示例文件"
    )
    if document is None:
        return None, problems
    reader = _Reader(document, frozenset(roles))
    found = reader.read()
    return (None if reader.problems else found), tuple(reader.problems)


NO_SECTION = Words("没有这一节", "there is no such section")
OWN_NAME = Words("请给它自己的名称", "give it a name of its own")
SITE_FAULTS = {
    "zone_missing": "缺少这一区",
    "passage_missing": "没有自己的通道",
    "area_unknown": "未说明属于哪一区",
    "passages_cross": "工作人员与客人通道在此交叉",
    "passage_through_staff": "客人通道穿过工作人员区",
    "room_outside_zone": "客房不在医学观察区",
}
"""What `core.stay.check` says of a site, in Chinese."""


def _one_of(allowed: Iterable[str]) -> Words:
    known = ", ".join(sorted(allowed))
    return Words(f"可选：{known or '尚无'}", f"one of: {known or 'nothing yet'}")


class _Reader:
    """Takes the lines out of a document, then holds them against each other; collects every fault."""

    def __init__(self, document: Mapping[str, Any], roles: frozenset[str]) -> None:
        self.document, self.roles = document, roles
        self.problems: list[Problem] = []

    def read(self) -> PortFile | None:
        for name in self.document:
            if name not in _SECTIONS:
                self.fault("unknown", name, NO_SECTION, _one_of(_SECTIONS))
        port = self.line(PortLine, self.document.get("port"), "port")
        found = PortFile(
            port=port or PortLine("", "", "", "", "UTC"),
            units=self.lines("unit", UnitLine, "code"),
            custodians=self.lines("custodian", CustodianLine, "code"),
            places=self.lines("place", PlaceLine, "code"),
            travel=self.lines("travel", TravelLine, None),
            people=self.lines("person", PersonLine, "username"),
            vehicles=self.lines("vehicle", VehicleLine, "plate"),
            rest_places=self.lines("rest_place", RestPlaceLine, "code"),
            sites=self.lines("site", SiteLine, "facility"),
            rooms=self.lines("room", RoomLine, None),
        )
        if port is not None:
            self.hold(found)
        return found

    def fault(self, code: str, where: str, message: Words, remedy: Words) -> None:
        told = (message.en, remedy.en, True, message.zh, remedy.zh)
        self.problems.append(Twin(f"port-{code}", where, *told))

    def line(self, sort: type[_Line], row: object, where: str) -> _Line | None:
        if row is None:
            self.fault(
                "missing",
                where,
                NO_SECTION,
                Words(f"请写 [{where}] 及其字段", f"write [{where}] with its fields"),
            )
            return None
        try:
            return msgspec.convert(row, sort)
        except msgspec.ValidationError as error:
            message, _, path = str(error).partition(" - at `$")
            fields = ", ".join(sort.__struct_fields__)
            remedy = Words(f"字段：{fields}", f"fields: {fields}")
            self.fault("form", f"{where}{path.rstrip('`')}", toml_text.say_form(message), remedy)
            return None

    def lines(self, section: str, sort: type[_Line], key: str | None) -> tuple[_Line, ...]:
        rows = self.document.get(section, [])
        if not isinstance(rows, list):
            self.fault(
                "form",
                section,
                Words("只是一个表，不是列表", "it is one table, not a list"),
                Words(f"请用双括号写 [[{section}]]", f"write [[{section}]] with two brackets"),
            )
            return ()
        found: list[_Line] = []
        seen: dict[object, int] = {}
        for number, row in enumerate(rows, start=1):
            where = f"{section} {number}"
            line = self.line(sort, row, where)
            if line is None:
                continue
            name = getattr(line, key) if key else None
            if key and not str(name).strip():
                self.fault("empty", f"{where}.{key}", Words("为空", "it is empty"), OWN_NAME)
            elif key and name in seen:
                first = f"{section} {seen[name]}"
                said = Words(f"{name!r} 已是 {first}", f"{name!r} is {first} already")
                self.fault("twice", f"{where}.{key}", said, OWN_NAME)
            seen.setdefault(name, number)
            found.append(line)
        return tuple(found)

    def hold(self, found: PortFile) -> None:
        """What one line alone cannot show."""
        if found.port.time_zone not in available_timezones():
            self.fault(
                "zone",
                "port.time_zone",
                Words(
                    f"{found.port.time_zone!r} 不是 IANA 时区",
                    f"{found.port.time_zone!r} is no IANA time zone",
                ),
                Words("例如 Asia/Shanghai", "e.g. Asia/Shanghai"),
            )
        units = {u.code for u in found.units}
        people = {p.username for p in found.people}
        places = {c.place for c in found.custodians if c.place} | {found.port.code}
        for number, one in enumerate(found.custodians, start=1):
            self.hold_custodian(one, f"custodian {number}", people)
        self.hold_rest_places(found)
        self.hold_sites(found)
        self.hold_rooms(found)
        named = places | {r.code for r in found.rest_places}
        for number, spot in enumerate(found.places, start=1):
            self.among(spot.code, named, f"place {number}.code")
            self.within(spot.latitude, 90, f"place {number}.latitude")
            self.within(spot.longitude, 180, f"place {number}.longitude")
        for number, person in enumerate(found.people, start=1):
            self.among(person.role, self.roles, f"person {number}.role")
            self.among(person.licence, LICENCES, f"person {number}.licence")
        for number, vehicle in enumerate(found.vehicles, start=1):
            self.least(vehicle.seats, 1, f"vehicle {number}.seats")
            for name in ("wheelchairs", "child_seats"):
                self.least(getattr(vehicle, name) or 0, 0, f"vehicle {number}.{name}")
        for number, way in enumerate(found.travel, start=1):
            self.hold_way(way, f"travel {number}", places)
        owners: list[tuple[str, tuple[Any, ...]]] = [
            ("custodian", found.custodians), ("person", found.people), ("vehicle", found.vehicles),
        ]  # fmt: skip
        for section, lines in owners:
            for number, line in enumerate(lines, start=1):
                if line.unit:
                    self.among(line.unit, units, f"{section} {number}.unit")
        if not any(c.kind == Kind.EXIT for c in found.custodians):
            self.fault(
                "no-exit",
                "custodian",
                Words("没有出口", "there is no way out"),
                Words(
                    '请增加一个 kind 为 "exit"、record 为 "released" 的条目',
                    'add one of kind "exit" with record "released"',
                ),
            )

    def hold_custodian(self, one: CustodianLine, where: str, people: set[str]) -> None:
        self.among(one.kind, _KINDS, f"{where}.kind")
        self.among(one.takes, TAKES, f"{where}.takes")
        if one.responsible:
            self.among(one.responsible, people, f"{where}.responsible")
        if one.limit_minutes is not None:
            self.least(one.limit_minutes, 1, f"{where}.limit_minutes")
        elif one.kind not in ("", Kind.EXIT):
            self.fault(
                "limit",
                f"{where}.limit_minutes",
                Words("那里有人不见了也无人察觉", "nobody would notice if somebody there goes unseen"),
                Words("请写明多少分钟后须有人查看", "say after how many minutes somebody must look"),
            )
        if one.capacity is not None:
            self.least(one.capacity, 1, f"{where}.capacity")
        if one.kind == Kind.EXIT:
            self.among(one.record, RECORDS, f"{where}.record")
            self.among(one.way, WAYS if one.record == "departed" else ("",), f"{where}.way")

    def hold_sites(self, found: PortFile) -> None:
        """Three zones, two passages that never meet: what `core.stay.check` says of each site."""
        facilities = {c.code for c in found.custodians if c.kind == Kind.FACILITY}
        zones = tuple(zone.value for zone in Zone)
        for number, line in enumerate(found.sites, start=1):
            where = f"site {number}"
            self.among(line.facility, facilities, f"{where}.facility")
            for area, zone in line.areas.items():
                self.among(zone, zones, f"{where}.areas.{area}")
            if set(line.areas.values()) <= set(zones):
                areas = {area: Zone(zone) for area, zone in line.areas.items()}
                site = Site(areas, line.staff_passage, line.guest_passage, line.rooms_in)
                for objection in check.inspect(site=site):
                    self.fault(
                        "site",
                        where,
                        Words(
                            f"{SITE_FAULTS[objection.code]}（{objection.subject}）",
                            f"{objection.code} ({objection.subject}): {objection.because}",
                        ),
                        Words("参见 docs/reference/stay.md", "see docs/reference/stay.md"),
                    )

    def hold_rooms(self, found: PortFile) -> None:
        facilities = {c.code for c in found.custodians if c.kind == Kind.FACILITY}
        areas = {line.facility: set(line.rooms_in) for line in found.sites}
        seen: dict[tuple[str, str], str] = {}
        for number, line in enumerate(found.rooms, start=1):
            where = f"room {number}"
            self.among(line.facility, facilities, f"{where}.facility")
            self.among(line.sort, tuple(sort.value for sort in Sort), f"{where}.sort")
            self.least(line.beds, 1, f"{where}.beds")
            if line.facility in areas:
                self.among(line.area, areas[line.facility], f"{where}.area")
            try:
                numbers = list_numbers(line)
            except ValueError:
                self.fault(
                    "rooms",
                    f"{where}.numbers",
                    Words(
                        f"房号为空，或区间不成立（最多 {ROOMS_MAX} 间）",
                        f"a room without a number, or no span of rooms (at most {ROOMS_MAX})",
                    ),
                    Words('请写 "301"，或用 "301-318" 表示全部', 'write "301", or "301-318" for all of them'),
                )
                continue
            for one in numbers:
                first = seen.setdefault((line.facility, one), where)
                if first != where or numbers.count(one) > 1:
                    self.fault(
                        "twice",
                        f"{where}.numbers",
                        Words(f"{one} 已在 {first} 中", f"{one} is in {first} already"),
                        Words("每个房号只写一次", "name each room once"),
                    )

    def hold_rest_places(self, found: PortFile) -> None:
        ways = {
            way.other if way.one == found.port.code else way.one: way.minutes
            for way in found.travel
            if found.port.code in (way.one, way.other)
        }
        level: dict[tuple[str, int], str] = {}
        for number, rest in enumerate(found.rest_places, start=1):
            where = f"rest_place {number}"
            self.least(rest.minutes, 1, f"{where}.minutes")
            self.least(rest.km, 0, f"{where}.km")
            if not rest.towards:
                self.fault(
                    "empty",
                    f"{where}.towards",
                    Words("不在任何路线上", "it is on no way"),
                    Words("请写路线经过它的地点", "name the places whose way leads past it"),
                )
            for place in dict.fromkeys(rest.towards):
                self.among(place, ways, f"{where}.towards")
                first = level.setdefault((place, rest.minutes), where)
                if first != where:
                    self.fault(
                        "twice",
                        f"{where}.minutes",
                        Words(
                            f"往 {place} 的路上，{first} 也在第 {rest.minutes} 分钟",
                            f"on the way to {place}, {first} is after {rest.minutes} minutes too",
                        ),
                        Words(
                            "每个休息点的分钟数应不同；就在旁边的，加一分钟",
                            "give each its own minutes; one more for a place next to it",
                        ),
                    )
                if place in ways and rest.minutes >= ways[place]:
                    self.fault(
                        "range",
                        f"{where}.minutes",
                        Words(
                            f"{place} 在 {ways[place]} 分钟后到达，早于此休息点",
                            f"{place} is reached after {ways[place]} minutes, before this rest place",
                        ),
                        Words(
                            "请减少分钟数，或把该地点移出 towards",
                            "give fewer minutes, or take the place out of towards",
                        ),
                    )

    def hold_way(self, way: TravelLine, where: str, places: set[str]) -> None:
        for name in ("one", "other"):
            self.among(getattr(way, name), places, f"{where}.{name}")
        self.least(way.minutes_min, 0, f"{where}.minutes_min")
        self.least(way.minutes, way.minutes_min, f"{where}.minutes")
        self.least(way.km, 0, f"{where}.km")
        if way.one == way.other:
            self.fault(
                "way",
                f"{where}.other",
                Words("终点就是起点", "it leads to where it starts"),
                Words("请写另一个地点", "name another place"),
            )

    def among(self, word: str, allowed: Iterable[str], where: str) -> None:
        if word not in allowed:
            self.fault("unknown", where, Words(f"没有 {word!r}", f"there is no {word!r}"), _one_of(allowed))

    def within(self, value: float, limit: float, where: str) -> None:
        if not -limit <= value <= limit:
            self.fault(
                "range",
                where,
                Words(f"{value:g} 不是坐标", f"{value:g} is no coordinate"),
                Words(f"请填 -{limit:g} 至 {limit:g} 度", f"degrees from -{limit:g} to {limit:g}"),
            )

    def least(self, value: float, least: float, where: str) -> None:
        if not value >= least:
            self.fault(
                "range",
                where,
                Words(f"{value:g} 小于 {least:g}", f"{value:g} is below {least:g}"),
                Words(f"请填 {least:g} 或更大的数", f"give {least:g} or more"),
            )
