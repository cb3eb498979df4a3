"""The transport problem of this moment, in its file form, read through the core so that every rule of form is checked.

Rows carry `ref`, the id of ours that their number stands for (parties: `travellers`), so that a plan can be read back
and a stored problem is whole. Day 0 is the day of the port on which the longest waiting began, yesterday's at the earliest.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pratique.core.answers import Refused
from pratique.core.transport import problem as problems
from pratique.core.transport.problem import ROAD, TransportProblem
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import destinations, means, people, settings
from pratique.services.dispatch.destinations import Sent
from pratique.services.dispatch.people import LeftOut
from pratique.store import models
from pratique.store.queries import ways
from pratique.store.queries.origins import Stand

DAYS_BACK = 1
NO_FLIGHT = "none"


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem with its document; who is left out and why; how many heads are seen, in parties and left out; the
    trips in force that a plan may still change, and those that are facts (rows); and the places
    where people can be taken, with what is free there."""

    problem: TransportProblem
    document: dict[str, Any]
    left_out: tuple[LeftOut, ...]
    heads: int
    in_parties: int
    changeable: tuple[Any, ...]
    running: means.Running
    places: tuple[means.Place, ...]

    @property
    def day0_at(self) -> datetime:
        """The instant that minute 0 stands for."""
        return datetime.fromisoformat(self.document["day0"])


def pose(*, now: datetime) -> Posed:
    """The problem as of now. Raises `Refused("port_missing")` before there is a port.

    The control total holds by construction and is checked: whoever is in a cabin, hall or holding area, or expected, is
    in exactly one party or named as left out.
    """
    port = models.Port.objects.first()
    if port is None:
        raise Refused("port_missing", "set the port up first: pratique port load FILE")
    rules = settings.get_rules(now=now)
    running, changeable = means.split(opened=means.list_open())
    found = people.find(now=now, rules=rules, taken=running.named)
    have = means.find(now=now, rules=rules, running=running, kept=changeable)
    first = min((g.ready_at for g in found.groups), default=now)
    builder = _Builder(now, ZoneInfo(port.time_zone), rules, first)
    left_out = [*found.left_out, *have.left_out]
    held = destinations.hold_for(places=have.places, coming=found.coming)
    told = {line.traveller_id: trip.destination_id for trip in changeable for line in trip.lines.all()}
    waiting = destinations.free_from_full(groups=found.groups, places=held, stands=found.stands, told=told)
    have = replace(have, places=(*held, *map(_stand, found.stands)))
    places = builder.number_places(have.places)
    groups, unplaced = destinations.give(groups=waiting, places=have.places, numbers=places, told=told)
    left_out += unplaced
    document = builder.build(groups, have, places) | {"ways": _write_ways(groups, found.stands, places)}
    problem, faults = problems.read(document=document)
    if problem is None:
        raise AssertionError(f"a problem of our own is faulty: {faults[0].where}: {faults[0].message}")
    heads = sum(len(g.members) for g in found.groups) + len(found.left_out)
    named = {one.subject for one in left_out if one.sort == "traveller"}
    in_parties = sum(party.size for party in problem.parties.values())
    if in_parties + len(named) != heads:
        raise AssertionError(f"{heads} people, {in_parties} in parties, {len(named)} left out by name")
    return Posed(problem, document, tuple(left_out), heads, in_parties, tuple(changeable), running, held)


def _stand(one: Stand) -> means.Place:
    """Where a vehicle broke down, as a place: nobody is taken there."""
    return means.Place(one.trip, ROAD, one.way.minutes, one.way.km, "", 0)


def _write_ways(
    sent: Iterable[Sent], stands: Iterable[Stand], numbers: dict[UUID, int]
) -> list[dict[str, Any]]:
    """Ways from where people stand elsewhere than at the port to where they may go, as far as anybody said how long they are."""
    origins = {one.group.origin for one in sent if one.group.origin is not None}
    if not origins:
        return []
    found = {
        (numbers[one.trip], numbers[one.destination]): one.rest
        for one in stands
        if one.trip in origins and one.destination in numbers
    }
    codes = dict(models.Custodian.objects.filter(id__in=numbers).values_list("id", "place"))
    between = ways.list_between()
    for here in origins:
        for there in numbers:
            way = between.get((min(codes[here], codes[there]), max(codes[here], codes[there])))
            if way is not None and (there not in origins or str(here) < str(there)):
                found[numbers[here], numbers[there]] = way
    return [
        {"from": here, "to": there, "km": way.km, "drive": way.minutes}
        for (here, there), way in found.items()
    ]


class _Builder:
    """Turns instants into minutes and rows into the document's."""

    def __init__(self, now: datetime, zone: ZoneInfo, rules: TransportRules, first_at: datetime) -> None:
        self.now, self.rules = now, rules
        today = now.astimezone(zone).date()
        earliest = max(first_at.astimezone(zone).date(), today - timedelta(days=DAYS_BACK))
        self.day0_at = datetime.combine(min(earliest, today), time(), zone)
        self.origins: dict[UUID, int] = {}

    def minute(self, at: datetime, *, up: bool = True) -> int:
        """Whole minutes since day 0 began on the planner's tick, not before it; up: never earlier than the instant."""
        tick = self.rules.rules.tick
        exact = (at - self.day0_at).total_seconds() / 60 / tick
        return max(0, (math.ceil(exact) if up else math.floor(exact)) * tick)

    def number_places(self, places: tuple[means.Place, ...]) -> dict[UUID, int]:
        return {place.id: number for number, place in enumerate(places, start=1)}

    def build(self, sent: list[Sent], have: means.Means, places: dict[UUID, int]) -> dict[str, Any]:
        horizon = self.minute(self.now + timedelta(minutes=self.rules.rules.horizon))
        flights = self.number_flights(sent)
        self.origins = places
        rules = {
            name: getattr(self.rules.rules, name)
            for name in self.rules.rules.__struct_fields__
            if name not in ("keep", "horizon")
        }
        weights = {name: getattr(self.rules.weights, name) for name in self.rules.weights.__struct_fields__}
        return {
            "version": 1,
            "name": f"live {self.now.astimezone(self.day0_at.tzinfo):%Y-%m-%d %H:%M}",
            "day0": self.day0_at.isoformat(),
            "edition": self.rules.code,
            "not_before": self.minute(self.now),
            "locations": [
                {"id": 0, "kind": "airport", "km": 0, "drive": 0},
                *self.write_places(have.places, places),
            ],
            "flights": self.write_flights(sent, flights),
            "parties": [self.write_party(n, one, flights) for n, one in enumerate(sent)],
            **self.write_vehicles(have.vehicles),
            "crew": [
                {
                    "id": n,
                    "ref": str(m.id),
                    "role": m.role,
                    "shift": self.span(m.from_at, m.until_at, horizon),
                    **({"languages": list(m.speaks)} if m.speaks else {}),
                    **({"driven": m.driven} if m.driven else {}),
                }
                for n, m in enumerate(have.crew)
            ],
            "rules": {**rules, "horizon": horizon},
            "weights": weights,
            "pins": [],
        }

    def span(self, first: datetime, last: datetime, horizon: int) -> list[int]:
        start = min(self.minute(first), horizon)
        return [start, max(start, min(self.minute(last, up=False), horizon))]

    def number_flights(self, sent: list[Sent]) -> dict[str, int]:
        names = sorted({str(one.group.flight or NO_FLIGHT) for one in sent})
        return {name: number for number, name in enumerate(names)}

    def write_flights(self, sent: list[Sent], numbers: dict[str, int]) -> list[dict[str, Any]]:
        rows = {str(f.id): f for f in models.Flight.objects.filter(id__in=set(numbers) - {NO_FLIGHT})}
        heads: Counter[str] = Counter()
        for one in sent:
            heads[str(one.group.flight or NO_FLIGHT)] += len(one.group.members)
        found = []
        for name, number in numbers.items():
            row = rows.get(name)
            at = (row.landed_at or row.due_at) if row else self.now
            found.append(
                {"id": number, "ref": name, "arrival": self.minute(at, up=False), "pax": heads[name]}
            )
        return found

    def write_places(self, places: tuple[means.Place, ...], numbers: dict[UUID, int]) -> list[dict[str, Any]]:
        found = []
        for place in places:
            row: dict[str, Any] = {
                "id": numbers[place.id],
                "ref": str(place.id),
                "kind": place.kind,
                "km": place.km,
                "drive": place.minutes,
            }
            if place.kind == "facility":
                row |= {"accepts": place.accepts, "rooms": place.free or 0}
            found.append(row)
        return found

    def write_party(self, number: int, sent: Sent, flights: dict[str, int]) -> dict[str, Any]:
        group = sent.group
        wanted = {
            "wheelchairs": group.wheelchairs,
            "child_seats": group.count_child_seats(on_lap=self.rules.needs.infants_on_lap),
            "companions": group.companions,
            "languages": list(group.languages),
            "origin": self.origins.get(group.origin) if group.origin else 0,
        }
        return {
            "id": number,
            "travellers": sorted(str(one.traveller) for one in group.members),
            "flight": flights[str(group.flight or NO_FLIGHT)],
            "cls": group.cls,
            "size": len(group.members),
            "ready": self.minute(group.ready_at),
            "rooms": group.rooms,
            "dest": sent.dest,
            "where": str(group.last.holder or ""),
            "forecast": any(one.forecast for one in group.members),
            **{name: value for name, value in wanted.items() if value},
        }

    def write_vehicles(self, vehicles: tuple[means.Vehicle, ...]) -> dict[str, Any]:
        """Vehicles, their kinds (a kind of the rules with its seats), and how many of each class each may carry."""
        horizon = self.minute(self.now + timedelta(minutes=self.rules.rules.horizon))
        kinds: dict[str, dict[str, Any]] = {}
        caps: dict[str, dict[str, int]] = {name: {} for name in self.rules.classes}
        for vehicle in vehicles:
            name = self.name_kind(vehicle)
            kind = self.rules.kinds[vehicle.kind]
            kinds[name] = {
                **{field: getattr(kind, field) for field in kind.__struct_fields__},
                "seats": vehicle.seats,
                "wheelchairs": vehicle.wheelchairs,
                "child_seats": vehicle.child_seats,
            }
            for cls, rule in self.rules.classes.items():
                if vehicle.kind in rule.kinds:
                    fit = max(1, math.floor(vehicle.seats * self.rules.seat_share + 1e-9))
                    caps[cls][name] = min(fit, rule.persons_max or fit)
        return {
            "kinds": kinds,
            "classes": {cls: {"kinds": sorted(cap), "cap": cap} for cls, cap in caps.items()},
            "vehicles": [
                {
                    "id": number,
                    "ref": str(vehicle.id),
                    "kind": self.name_kind(vehicle),
                    "window": self.span(vehicle.from_at, vehicle.until_at, horizon),
                }
                for number, vehicle in enumerate(vehicles)
            ],
        }

    def name_kind(self, vehicle: means.Vehicle) -> str:
        """A kind of the problem: a kind of the rules with its seats, and with the vehicle's places where they are others."""
        kind, places = self.rules.kinds[vehicle.kind], (vehicle.wheelchairs, vehicle.child_seats)
        name = f"{vehicle.kind}-{vehicle.seats}"
        return name if places == (kind.wheelchairs, kind.child_seats) else f"{name}-{places[0]}-{places[1]}"
