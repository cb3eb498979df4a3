"""The lists a flight sends: check-in, closing, crew; in the format and with the faults of the day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pratique.core.manifest.passenger_list import Contact, Document, Leg, Listed, Manifest
from pratique.core.manifest.passenger_list import Flight as ListedFlight
from pratique.drill.world.day import Day
from pratique.drill.world.identity import Identity, identify
from pratique.drill.world.lists import Roll, list_rolls
from pratique.drill.world.people import Person
from pratique.drill.world.schedule import Airport, Flight
from pratique.formats import paxlst_write, spreadsheet_write
from pratique.formats.edifact import Separators
from pratique.formats.paxlst_write import Style
from pratique.formats.spreadsheet_write import Sheet

HABITS: dict[str, Style | Sheet] = {
    "MU": replace(paxlst_write.TELETYPE, directory="05B"),
    "CA": Style(directory="12B", break_after_segment=True),
    "3U": Style(directory="05B", travellers_per_message=60),
    "KY": Sheet(kind="xlsx", language="zh"),
    "8L": Sheet(kind="csv", language="zh", encoding="gb18030"),
    "DR": Sheet(kind="xlsx", language="zh", title=False),
    "FD": Style(separators=Separators(element="*", terminator="#"), directory="02B"),
    "AK": Style(separators=Separators(element="-"), directory="05B", break_after_segment=True),
    "TR": Style(directory="13B"),
    "TG": Style(directory="05B", travellers_per_message=50, parts_apart=True),
    "UB": Sheet(kind="csv", language="en", encoding="utf-8-sig"),
    "8M": Sheet(kind="xlsx", language="en"),
    "OD": Style(directory="05B", group=False, service_string=False),
    "VJ": Sheet(kind="csv", language="en", delimiter=";"),
}
"""How each airline sends its lists; whoever is not named sends plain PAXLST."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One document as it reaches the port. `roll` tells who truly stands behind each of its travellers, in order."""

    roll: Roll
    name: str
    content: bytes
    manifest: Manifest


def deliver(*, day: Day, flight: Flight) -> tuple[Delivery, ...]:
    """Every list of one flight, in the order in which they reach the port."""
    people = day.by_flight[flight.key]
    rng = day.stream(f"identity/{flight.key}")
    identities = identify(people=people, flight=flight, on=day.on, rng=rng)
    return tuple(_write(day, flight, roll, identities) for roll in list_rolls(day=day, flight=flight))


def _write(day: Day, flight: Flight, roll: Roll, identities: dict[str, Identity]) -> Delivery:
    listed = [list_person(day.people[key], identities[key], flight) for key in roll.keys]
    if roll.misprinted:
        place = roll.keys.index(roll.misprinted)
        listed[place] = _with_wrong_digit(listed[place], day.stream(f"misprint/{flight.key}"))
    crew = roll.version == "crew"
    manifest = Manifest(
        flight=list_flight(flight, day),
        travellers=tuple(listed),
        function="250" if crew else "745",
        action="CLOB" if roll.version == "closing" else "",
        message_reference=f"{flight.number}{day.on:%y%m%d}{roll.version[:2].upper()}",
        sender=f"{flight.carrier}APIS",
        receiver="KMGTF",
        sent_at=day.instant(roll.second).replace(tzinfo=None),
        stated_passengers=0 if crew else roll.stated,
        stated_crew=roll.stated if crew else 0,
    )
    name, content = compose(manifest, flight, roll.version)
    return Delivery(roll, name, content, manifest)


def list_person(person: Person, identity: Identity, flight: Flight) -> Listed:
    """One person as a list names them."""
    return Listed(
        surname=identity.surname,
        given_names=identity.given_names,
        chinese_name=identity.chinese_name,
        sex="M" if identity.sex == "M" else "F",
        born_on=identity.born_on,
        nationality=identity.nationality,
        residence=identity.residence,
        documents=(Document("P", identity.document_number, identity.issuer, identity.expires_on),),
        seat=person.seat,
        party=record_locator(person),
        role=person.role,
        in_transit=person.bound == "transit",
        embarked=flight.origin.iata,
        debarked="KMG",
        contact=Contact(telephone=identity.telephone),
    )


def record_locator(person: Person) -> str:
    """The six characters that a party shares; crew have none."""
    if person.role == "crew":
        return ""
    rng = Random(person.party)
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(6))


def list_flight(flight: Flight, day: Day) -> ListedFlight:
    """The flight as its lists name it: local times of each airport, every leg."""
    departs_at, arrives_at = day.instant(flight.departed_second), day.instant(flight.scheduled_second)
    legs = []
    for place, stop in enumerate(flight.stops):
        last = place == len(flight.stops) - 1
        departure = departs_at - timedelta(hours=3 * (len(flight.stops) - 1 - place))
        following = flight.stops[place + 1] if not last else None
        legs.append(
            Leg(
                flight.carrier,
                flight.number,
                stop.iata,
                "KMG" if following is None else following.iata,
                _local(departure, stop),
                arrives_at.replace(tzinfo=None)
                if following is None
                else _local(departure + timedelta(hours=2), following),
            )
        )
    return ListedFlight(
        carrier=flight.carrier,
        number=flight.number,
        departure=flight.origin.iata,
        arrival="KMG",
        scheduled_departure_at=legs[-1].scheduled_departure_at,
        scheduled_arrival_at=legs[-1].scheduled_arrival_at,
        legs=tuple(legs),
    )


def _local(instant: datetime, airport: Airport) -> datetime:
    local = instant.astimezone(ZoneInfo(airport.zone)).replace(tzinfo=None)
    return local.replace(minute=local.minute // 5 * 5, second=0)


def _with_wrong_digit(listed: Listed, rng: Random) -> Listed:
    document = listed.documents[0]
    place = rng.choice([i for i, c in enumerate(document.number) if c.isdigit()])
    other = rng.choice([d for d in "0123456789" if d != document.number[place]])
    number = document.number[:place] + other + document.number[place + 1 :]
    return replace(listed, documents=(replace(document, number=number),))


def compose(manifest: Manifest, flight: Flight, version: str) -> tuple[str, bytes]:
    """The document's name and bytes, in the habit of its airline; a crew list is always a message of its own."""
    habit = HABITS.get(flight.carrier, Style())
    if version == "crew" and isinstance(habit, Sheet):
        habit = Style()
    stem = f"{flight.designator}_{version}"
    if isinstance(habit, Sheet):
        return f"{stem}.{habit.kind}", spreadsheet_write.write(manifest=manifest, sheet=habit)
    return f"{stem}.edi", paxlst_write.write(manifest=manifest, style=habit)
