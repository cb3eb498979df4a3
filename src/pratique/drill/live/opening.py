"""Empty tables become the port of the invented world: places, people, units, vehicles, phones."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from pratique.core.answers import Refused
from pratique.drill.events import is_long
from pratique.drill.phones import Phone
from pratique.drill.world.day import DAY_SECONDS, Day
from pratique.drill.world.evidence import DAYS_BEFORE, SHIFT_BEGINS, SHIFT_SECONDS, SIGNING_DESKS
from pratique.drill.world.port import ROAD_FACTOR, TERMINAL, Port, Post
from pratique.drill.world.road import lend
from pratique.drill.world.source import read_toml
from pratique.services.permission import Role
from pratique.store import models

SPACE = uuid5(NAMESPACE_URL, "https://pratique.invalid/drill")
NEVER_CAME = "exit:not-boarded"
RECORDS = {"exit:released": "released", "exit:border": "handed_over", "exit:mortuary": "died"}
WAYS = {"exit:transit": "onward_flight", "exit:with-aircraft": "with_aircraft"}
"""What leaving by an exit means in the words of the protocols; every prefecture takes over, any other is a departure."""
ROLES = {
    "command": Role.COMMANDER,
    "screening": Role.SCREENER,
    "information": Role.DISPATCHER,
    "escort": Role.ESCORT,
    "exemption": Role.COMMANDER,
    "domestic": Role.STAFF,
}
DESK_ACCOUNTS = (
    ("commander", "值班指挥长", "Duty commander", Role.COMMANDER),
    ("dispatcher", "调度员", "Dispatcher", Role.DISPATCHER),
    ("screener", "筛查组长", "Screening lead", Role.SCREENER),
    ("reception", "隔离点前台", "Facility reception", Role.RECEPTION),
    ("escort", "护送员", "Escort", Role.ESCORT),
    ("liaison", "单位联络员", "Unit liaison", Role.LIAISON),
    ("clerk", "排班员", "Roster clerk", Role.CLERK),
    ("officer", "值班民警", "Officer", Role.STAFF),
    ("epidemiologist", "流调员", "Epidemiologist", Role.EPIDEMIOLOGIST),
    ("physician", "值班医师", "Duty physician", Role.EPIDEMIOLOGIST),
    ("partner", "联席单位联络员", "Partner agency", Role.PARTNER),
    ("prefecture", "州市接收人员", "Receiving prefecture", Role.PARTNER),
    ("auditor", "审计员", "Auditor", Role.AUDITOR),
    ("administrator", "管理员", "Administrator", Role.ADMINISTRATOR),
)
"""One account for each desk, to sign in with, and a second clinician, since some papers ask for two and whoever signed examines no objection; the one of a receiving prefecture is of the first that a long trip goes to."""
TRAVEL_SPREAD = 1.6
"""A usual drive takes that much longer than the shortest possible."""


def make_uuid(key: str) -> UUID:
    """The id that stands for a key of the invented world, the same on every run."""
    return uuid5(SPACE, key)


@dataclass(frozen=True, slots=True)
class Opening:
    """What the tables were opened with: the day and its phones; `password` (a hash) opens every desk account."""

    day: Day
    phones: tuple[Phone, ...]
    password: str = "!"


def open_tables(opening: Opening) -> None:
    """Write the port into empty tables, whole or not at all. Raises `Refused` if there is a port already."""
    with transaction.atomic():
        if models.Port.objects.exists():
            raise Refused(
                "book_not_empty",
                "there is a port in this database already: give the drill a data folder of its own",
            )
        port = opening.day.port
        models.Port.objects.create(
            code=port.iata, icao=port.icao, name_zh=port.zh, name_en=port.en, time_zone=port.zone
        )
        _write_units(port)
        _write_people(opening.day, opening.password)
        _write_shifts_before(opening.day)
        _write_custodians(port)
        _write_rooms(port)
        _write_places(port)
        _write_rest_places()
        _write_vehicles(opening.day)
        _write_phones(opening.phones)


def _write_units(port: Port) -> None:
    models.Unit.objects.bulk_create(
        [
            *(
                models.Unit(
                    id=make_uuid(u.key),
                    code=u.key,
                    name_zh=u.zh,
                    name_en=u.en,
                    sort=u.kind,
                    officers_daily=u.officers,
                )
                for u in port.units
            ),
            *(
                models.Unit(id=make_uuid(a.key), code=a.key, name_zh=a.zh, name_en=a.en, sort="agency")
                for a in port.agencies
            ),
            *(
                models.Unit(
                    id=make_uuid(f"unit:{p.code}"),
                    code=f"unit:{p.code}",
                    name_zh=p.zh,
                    name_en=p.en.removesuffix(" prefecture"),
                    sort="prefecture",
                )
                for p in port.prefectures
            ),
        ]
    )


def _write_people(day: Day, password: str) -> None:
    port, first = day.port, next((r for r in day.truth.rides if is_long(day, r)), None)
    receiver = f"unit:{port.posts[first.destination].code}" if first else None
    of_unit = {"prefecture": receiver, "liaison": "unit:airport", "officer": "unit:airport"}
    people = [
        models.Person(
            id=make_uuid(o.key),
            username=o.key.replace(":", "-"),
            name_zh=o.zh,
            name_en=o.en,
            role=ROLES[o.post].value,
            unit_id=make_uuid(o.unit),
            crew=o.crew,
            password="!",
        )
        for o in port.officers
    ]
    people += [
        models.Person(
            id=make_uuid(d.key),
            username=d.key.replace(":", "-"),
            name_zh=d.zh,
            name_en=d.en,
            role=Role.STAFF.value,
            unit_id=make_uuid("agency:transport"),
            licence="L",
            password="!",
        )
        for d in port.drivers
    ]
    people += [
        models.Person(
            id=make_uuid(f"desk:{name}"),
            username=name,
            name_zh=zh,
            name_en=en,
            role=role.value,
            unit_id=make_uuid(of_unit[name]) if of_unit.get(name) else None,
            password=password,
        )
        for name, zh, en, role in DESK_ACCOUNTS
    ]
    people += [person for key in list_lent(day) for person in _make_lent_crew(port, key)]
    models.Person.objects.bulk_create(people)


def _write_shifts_before(day: Day) -> None:
    """What the desks which sign worked in the days before, before the port kept shifts here: a new officer may not decide an exemption."""
    models.Deployment.objects.bulk_create(
        [
            models.Deployment(
                person_id=make_uuid(f"desk:{name}"),
                unit_id=make_uuid(day.port.units[0].key),
                on=day.on + timedelta(days=offset),
                starts_at=day.instant(offset * DAY_SECONDS + SHIFT_BEGINS),
                ends_at=day.instant(offset * DAY_SECONDS + SHIFT_BEGINS + SHIFT_SECONDS),
                in_at=day.instant(offset * DAY_SECONDS + SHIFT_BEGINS),
                out_at=day.instant(offset * DAY_SECONDS + SHIFT_BEGINS + SHIFT_SECONDS),
            )
            for name in SIGNING_DESKS
            for offset in DAYS_BEFORE
        ]
    )


LENT_CREW = (
    ("driver1", "驾驶员甲", "Driver A", "L"),
    ("driver2", "驾驶员乙", "Driver B", "L"),
    ("escort", "护送员", "Escort", ""),
)
"""Who comes with a coach that a prefecture lends: two drivers who take turns, and an escort."""


def list_lent(day: Day) -> list[str]:
    """The coaches that prefectures lend this day."""
    own = {vehicle.key for vehicle in day.port.vehicles}
    return sorted({ride.vehicle for ride in day.truth.rides} - own)


def _make_lent_crew(port: Port, vehicle: str) -> list[models.Person]:
    code, number = vehicle.removeprefix("vehicle:").split("-")
    place = next(p for p in port.prefectures if p.code == code)
    return [
        models.Person(
            id=make_uuid(f"{vehicle}/{post}"),
            username=f"lent-{code}-{number}-{post}",
            name_zh=f"{place.zh}{number}号车{zh}",
            name_en=f"{en} of {place.en.removesuffix(' prefecture')} {number}",
            role=(Role.STAFF if licence else Role.ESCORT).value,
            unit_id=make_uuid(f"unit:{code}"),
            licence=licence,
            password="!",
        )
        for post, zh, en, licence in LENT_CREW
    ]


def _write_custodians(port: Port) -> None:
    models.Custodian.objects.bulk_create([_make_custodian(port, post) for post in port.posts.values()])
    models.Travel.objects.bulk_create(
        [
            models.Travel(
                one=min(_place(port, one), _place(port, other)),
                other=max(_place(port, one), _place(port, other)),
                minutes_min=minutes,
                minutes=max(1, int(minutes * TRAVEL_SPREAD)),
            )
            for (one, other), minutes in port.travel_minutes().items()
        ]
    )


FLOOR_ROOMS = 20
SORTS = {1: ("barrier_free", 2), 2: ("family", 4), 3: ("family", 4), 4: ("family", 4)}
"""Place on a floor → sort and beds; every other room is a twin."""


def _write_rooms(port: Port) -> None:
    """Twenty rooms on a floor, from the second floor up, as many as a facility has."""
    models.Room.objects.bulk_create(
        [
            models.Room(
                id=make_uuid(f"{post.key}/room/{number}"),
                facility_id=make_uuid(post.key),
                code=f"{2 + number // FLOOR_ROOMS}{1 + number % FLOOR_ROOMS:02}",
                floor=2 + number // FLOOR_ROOMS,
                sort=SORTS.get(1 + number % FLOOR_ROOMS, ("single", 2))[0],
                beds=SORTS.get(1 + number % FLOOR_ROOMS, ("single", 2))[1],
            )
            for post in port.of_kind("facility")
            for number in range(post.room_count)
        ],
        batch_size=2_000,
    )


def _write_rest_places() -> None:
    models.RestPlace.objects.bulk_create(
        [
            models.RestPlace(
                code=row["key"],
                name_zh=row["zh"],
                name_en=row["en"],
                minutes=int(row["drive_minutes"] * ROAD_FACTOR * TRAVEL_SPREAD),
                km=row["km"],
                towards=[f"prefecture:{code}" for code in row["towards"]],
            )
            for row in read_toml("rest_places")["rest_place"]
        ]
    )


def _write_places(port: Port) -> None:
    spots = {_place(port, post.place): (post.lat, post.lon) for post in port.posts.values() if post.place}
    spots[port.iata] = (port.lat, port.lon)
    models.Place.objects.bulk_create(
        [models.Place(code=code, latitude=lat, longitude=lon) for code, (lat, lon) in spots.items()]
    )


def _make_custodian(port: Port, post: Post) -> models.Custodian:
    attributes: dict[str, object] = {
        "district_zh": post.district_zh,
        "district_en": post.district_en,
        "takes": post.takes,
    }
    if post.kind == "exit":
        attributes["record"] = "handed_over" if post.code else RECORDS.get(post.key, "departed")
        attributes["way"] = WAYS.get(post.key, "")
    responsible = {"hall": "screener", "facility": "reception", "holding": "dispatcher"}.get(post.kind)
    return models.Custodian(
        id=make_uuid(post.key),
        code=post.key,
        kind=post.kind,
        name_zh=post.zh,
        name_en=post.en,
        place=_place(port, post.place),
        limit_minutes=post.unseen_minutes_max,
        never_came=post.key == NEVER_CAME,
        capacity=post.room_count or None,
        unit_id=make_uuid(f"unit:{post.code}") if post.code else None,
        responsible_id=make_uuid(f"desk:{responsible}") if responsible else None,
        attributes={name: value for name, value in attributes.items() if value},
    )


def _place(port: Port, place: str) -> str:
    """The terminal is where the cabins are, and these are at the port's own code."""
    return port.iata if place == TERMINAL else place


def _write_vehicles(day: Day) -> None:
    posts = {post.code: post for post in day.port.prefectures}
    vehicles = list(day.port.vehicles)
    for key in list_lent(day):
        code, number = key.removeprefix("vehicle:").split("-")
        vehicles.append(lend(posts[code], int(number)))
    models.Vehicle.objects.bulk_create(
        [
            models.Vehicle(
                id=make_uuid(v.key), plate=v.plate, kind=v.kind, seats=v.seats, unit_id=make_uuid(v.unit)
            )
            for v in vehicles
        ]
    )


def _write_phones(phones: tuple[Phone, ...]) -> None:
    models.Device.objects.bulk_create(
        [
            models.Device(
                id=make_uuid(phone.key),
                name=phone.key,
                token_hash=sha256(make_uuid(phone.key).bytes).digest(),
                offset_seconds=phone.offset_seconds,
            )
            for phone in phones
        ]
    )
