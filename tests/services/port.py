"""A small port for tests: a cabin, two halls, a trip, two hotels, a hospital, an exit, and phones that report."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from pratique.services import custody
from pratique.services import flight as flights
from pratique.services.dispatch import manning
from pratique.store import models
from pratique.store.ids import make_code, make_id

NOON = datetime(2020, 4, 15, 4, 0, tzinfo=UTC)
PLACES = (
    ("hall", "hall", "KMG", 60),
    ("hall2", "hall", "KMG", 60),
    ("holding", "holding", "KMG", 120),
    ("bus", "trip", "", 90),
    ("bus2", "trip", "", 90),
    ("hotel", "facility", "F1", 900),
    ("hotel2", "facility", "F2", 900),
    ("hospital", "hospital", "H1", 900),
    ("released", "exit", "", None),
)


@dataclass
class Port:
    """What the tests name, by the short names they use."""

    custodians: dict[str, UUID] = field(default_factory=dict)
    phones: dict[str, UUID] = field(default_factory=dict)
    counters: dict[str, "count[int]"] = field(default_factory=dict)
    flight: UUID | None = None
    travellers: list[UUID] = field(default_factory=list)

    def phone(self, name: str) -> UUID:
        """A phone's id, made at its first use."""
        self.counters.setdefault(name, count(1))
        return self.phones.setdefault(name, make_id())

    def told(self, *, who: int, where: str, minute: float, phone: str = "p", **more: object) -> custody.Told:
        """One sighting by a phone whose clock is right."""
        self.phone(phone)
        return custody.Told(
            id=more.pop("id", None) or make_id(),
            traveller=more.pop("traveller", None) or self.travellers[who],
            custodian=self.custodians[where],
            counter=more.pop("counter", None) or next(self.counters[phone]),
            device_at=at(minute),
            **more,
        )

    def send(
        self, *scans: custody.Told, phone: str = "p", heard: float | None = None
    ) -> list[custody.Outcome]:
        """Hand scans in as this phone, heard at a minute (by default just after the last of them)."""
        now = at(heard) if heard is not None else max(s.device_at for s in scans) + timedelta(seconds=1)
        return custody.receive(scans=scans, device=self.phone(phone), by=None, now=now)

    def where(self, who: int) -> str:
        """By what name the tests call whoever holds a traveller."""
        holder = models.Position.objects.get(traveller_id=self.travellers[who]).holder_id
        return {v: k for k, v in self.custodians.items()}.get(holder, "cabin")


def at(minute: float) -> datetime:
    """Noon in Kunming and so many minutes."""
    return NOON + timedelta(minutes=minute)


def man(trip: UUID) -> None:
    """Name whoever a trip wants before it sets off: people who have no other work and are in nobody's plan."""
    row, short = models.Trip.objects.get(id=trip), manning.find_short(trip=trip)
    if short is None:
        return
    for post, has, needed in zip(
        ("driver", "escort"), (short.drivers, short.escorts), short.needed, strict=True
    ):
        for _ in range(needed - has):
            who = models.Person.objects.create(username=f"m{make_id()}", password="!")
            if post == "driver" and row.driver is None:
                row.driver = who
                row.save(update_fields=["driver"])
            else:
                (row.reliefs if post == "driver" else row.escorts).add(who)


def build(*, travellers: int = 3, landed: bool = True) -> Port:
    """The port, with one flight landed at minute 0 and its people in the cabin."""
    models.Port.objects.create(code="KMG", icao="ZPPP", name_zh="昆明长水", name_en="Kunming Changshui")
    port = Port()
    for name, kind, place, limit in PLACES:
        row = models.Custodian.objects.create(
            id=make_id(), code=name, kind=kind, name_zh=name, name_en=name, place=place, limit_minutes=limit
        )
        port.custodians[name] = row.id
    for place, minutes in (("F1", 30), ("F2", 45), ("H1", 25)):
        one, other = sorted((place, "KMG"))
        models.Travel.objects.create(one=one, other=other, minutes_min=minutes, minutes=minutes + 10)
    models.Travel.objects.create(one="F1", other="F2", minutes_min=20, minutes=30)
    arrival = flights.Arrival("MU2086", "BKK", NOON.date(), NOON, arrival="KMG", seats=180)
    row = flights.schedule(arrival=arrival, now=at(-60))
    port.flight, port.custodians["cabin"] = row.id, row.id
    for number in range(travellers):
        traveller = make_id()
        models.Traveller.objects.create(id=traveller, code=make_code(traveller), flight=row)
        models.Listing.objects.create(traveller_id=traveller, flight=row, since_version=1, row=number)
        port.travellers.append(traveller)
    if landed:
        flights.land(flight=row.id, landed_at=NOON, now=NOON)
    return port
