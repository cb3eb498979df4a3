"""Setting a port up, and changing it: what a file says is brought into the tables, whole or not at all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.formats.port_file import CustodianLine, PersonLine, PortFile, list_numbers
from pratique.store import models
from pratique.store.ids import make_id

PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look alike."""


@dataclass(slots=True)
class Loaded:
    """What was written: lines new and changed, by section; first passwords of new accounts, shown only now."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    passwords: dict[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()

    def note(self, section: str, *, made: bool, differs: bool) -> None:
        """Count a line of a section."""
        kind = self.new if made else self.changed
        if made or differs:
            kind[section] = kind.get(section, 0) + 1


def load(*, file: PortFile) -> Loaded:
    """Make or change the port of this installation. A line is known by its code, plate or user name.

    What is in the tables and not in the file stays and is named (`absent`): a hall that has held somebody is part of
    the book. Again with the same file changes nothing. Raises `Refused`: `port_is_another`, `custodian_kind_fixed`.
    """
    loaded = Loaded()
    with transaction.atomic():
        _load_port(file, loaded)
        for unit in file.units:
            fields = {name: getattr(unit, name) for name in unit.__struct_fields__ if name != "code"}
            _put(loaded, "unit", models.Unit, {"code": unit.code}, fields)
        units = {u.code: u for u in models.Unit.objects.all()}
        for person in file.people:
            _load_person(person, units, loaded)
        people = {p.username: p for p in models.Person.objects.all()}
        for custodian in file.custodians:
            _load_custodian(custodian, units, people, loaded)
        for vehicle in file.vehicles:
            names = ("kind", "seats", "wheelchairs", "child_seats")
            fields = {name: getattr(vehicle, name) for name in names} | {"unit": units.get(vehicle.unit)}
            _put(loaded, "vehicle", models.Vehicle, {"plate": vehicle.plate}, fields)
        for place in file.places:
            fields = {"latitude": place.latitude, "longitude": place.longitude}
            _put(loaded, "place", models.Place, {"code": place.code}, fields)
        for way in file.travel:
            ends = sorted((way.one, way.other))
            fields = {"minutes_min": way.minutes_min, "minutes": way.minutes, "km": way.km}
            _put(loaded, "travel", models.Travel, {"one": ends[0], "other": ends[1]}, fields)
        for rest in file.rest_places:
            fields = {name: getattr(rest, name) for name in rest.__struct_fields__ if name != "code"}
            fields["towards"] = list(rest.towards)
            _put(loaded, "rest_place", models.RestPlace, {"code": rest.code}, fields)
        _load_rooms(file, loaded)
        loaded.absent = tuple(_list_absent(file))
    return loaded


def _load_rooms(file: PortFile, loaded: Loaded) -> None:
    """Sites and rooms. What is known of a room's state stays; a room that is not in the file any more is named."""
    facilities = {c.code: c for c in models.Custodian.objects.filter(kind=Kind.FACILITY.value)}
    for site in file.sites:
        row = facilities[site.facility]
        told = {name: getattr(site, name) for name in site.__struct_fields__ if name != "facility"}
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in told.items()}
        differs = row.attributes.get("site") != told
        row.attributes["site"] = told
        row.save(update_fields=["attributes"])
        loaded.note("site", made=False, differs=differs)
    for line in file.rooms:
        for number in list_numbers(line):
            fields = {"floor": line.floor, "sort": line.sort, "beds": line.beds, "area": line.area}
            row_, made = models.Room.objects.get_or_create(
                facility=facilities[line.facility], code=number, defaults=fields
            )
            differing = [name for name, value in fields.items() if getattr(row_, name) != value]
            for name in differing:
                setattr(row_, name, fields[name])
            if differing:
                row_.save(update_fields=differing)
            loaded.note("room", made=made, differs=bool(differing))


def _load_port(file: PortFile, loaded: Loaded) -> None:
    known = models.Port.objects.first()
    if known is not None and known.code != file.port.code:
        raise Refused(
            "port_is_another",
            f"this database is the book of {known.code}: {file.port.code} needs one of its own",
        )
    fields = {name: getattr(file.port, name) for name in file.port.__struct_fields__ if name != "code"}
    _put(loaded, "port", models.Port, {"code": file.port.code}, fields)


def _put(
    loaded: Loaded, section: str, model: type[Model], key: dict[str, str], fields: Mapping[str, object]
) -> None:
    row, made = model._default_manager.get_or_create(**key, defaults=fields)
    differing = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in differing:
        setattr(row, name, fields[name])
    if differing:
        row.save(update_fields=differing)
    loaded.note(section, made=made, differs=bool(differing))


def _load_person(person: PersonLine, units: dict[str, models.Unit], loaded: Loaded) -> None:
    fields: dict[str, Any] = {
        "role": person.role,
        "name_zh": person.name_zh,
        "name_en": person.name_en,
        "crew": person.crew,
        "licence": person.licence,
        "speaks": list(person.speaks),
        "unit": units.get(person.unit),
    }
    if not models.Person.objects.filter(username=person.username).exists():
        first = "-".join("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(3))
        models.Person.objects.create(username=person.username, password=make_password(first), **fields)
        loaded.passwords[person.username] = first
        loaded.note("person", made=True, differs=False)
        return
    _put(loaded, "person", models.Person, {"username": person.username}, fields)


def _load_custodian(
    line: CustodianLine, units: dict[str, models.Unit], people: dict[str, models.Person], loaded: Loaded
) -> None:
    known = models.Custodian.objects.filter(code=line.code).first()
    if known is not None and known.kind != line.kind:
        raise Refused(
            "custodian_kind_fixed",
            f"{line.code} is a {known.kind} in the book and cannot become a {line.kind}: use another code",
        )
    attributes = dict(known.attributes) if known else {}
    if line.takes or "takes" in attributes:
        attributes["takes"] = line.takes
    if line.kind == Kind.EXIT:
        attributes["record"] = line.record
        attributes |= {"way": line.way} if line.way or "way" in attributes else {}
    fields = {
        "kind": line.kind,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "place": line.place,
        "limit_minutes": line.limit_minutes,
        "capacity": line.capacity,
        "never_came": line.never_came,
        "unit": units.get(line.unit),
        "responsible": people.get(line.responsible),
        "attributes": attributes,
    }
    if known is None:
        models.Custodian.objects.create(id=make_id(), code=line.code, **fields)
        loaded.note("custodian", made=True, differs=False)
        return
    _put(loaded, "custodian", models.Custodian, {"code": line.code}, fields)


def _list_absent(file: PortFile) -> list[str]:
    standing = models.Custodian.objects.exclude(kind__in=[Kind.CABIN, Kind.TRIP]).filter(
        closed_at__isnull=True
    )
    named = {c.code for c in file.custodians}
    absent = [f"custodian {code}" for code in standing.values_list("code", flat=True) if code not in named]
    rooms = {(line.facility, number) for line in file.rooms for number in list_numbers(line)}
    standing_rooms = models.Room.objects.values_list("facility__code", "code")
    absent += [
        f"room {facility} {code}" for facility, code in standing_rooms if (facility, code) not in rooms
    ]
    plates = {v.plate for v in file.vehicles}
    vehicles = models.Vehicle.objects.filter(out_of_service_at__isnull=True).values_list("plate", flat=True)
    return sorted([*absent, *(f"vehicle {plate}" for plate in vehicles if plate not in plates)])
