"""A small airport for the pages: the services' port, people of every role, identities, and a clock that stands still."""

from dataclasses import dataclass, field
from functools import cache

from django.contrib.auth.hashers import make_password
from django.test import Client

from pratique.core.manifest.passenger_list import Document, Listed
from pratique.services import clock, identity
from pratique.services.permission import Role
from pratique.store import models
from services.port import NOON, Port, at, build

PASSWORD = "four words never alike"
BACKEND = "django.contrib.auth.backends.ModelBackend"
NAMES = ("ZHANG XIAOMING", "NGUYEN THI HOA", "SMITH ANNA", "AUNG MYA")


@dataclass
class Airport:
    """The port and who works there; `now` is minute 60 after the landing."""

    port: Port
    people: dict[str, models.Person] = field(default_factory=dict)

    def client(self, role: str = Role.COMMANDER, language: str = "en") -> Client:
        """A browser in which somebody of this role is signed in."""
        client = Client()
        client.cookies["django_language"] = language
        client.force_login(self.people[role], backend=BACKEND)
        return client

    def code(self, who: int) -> str:
        """A traveller's wristband code."""
        return models.Traveller.objects.get(id=self.port.travellers[who]).code

    def settle(self, *who: int, where: str = "hotel") -> None:
        """Bring people to where they belong, by hall and bus, a scan a step."""
        steps = ("hall", "bus", where)
        for minute, step in zip((10, 20, 55), steps, strict=True):
            self.port.send(*(self.port.told(who=n, where=step, minute=minute) for n in who))


@cache
def hash_password() -> str:
    """Everybody's password, hashed once: it is slow on purpose."""
    return make_password(PASSWORD)


def open_airport(*, travellers: int = 4, landed: bool = True, port: Port | None = None) -> Airport:
    """The port with its people; the clock stands at minute 60."""
    airport = Airport(port or build(travellers=travellers, landed=landed))
    clock.set_clock(at=at(60), speed=0)
    unit = models.Unit.objects.create(code="PSB", name_zh="市公安局", name_en="City police")
    for role in Role:
        person = models.Person(
            username=role.value, name_zh=f"{role}某", name_en=f"Officer {role}", role=role, unit=unit
        )
        person.password = hash_password()
        person.save()
        airport.people[role.value] = person
    identity.write(
        identities={
            traveller: identity.of_listed(_listed(name, number))
            for number, (traveller, name) in enumerate(zip(airport.port.travellers, NAMES, strict=False))
        },
        erase_on=None,
    )
    return airport


def _listed(name: str, number: int) -> Listed:
    surname, _, given = name.partition(" ")
    return Listed(surname=surname, given_names=given, documents=(Document("P", f"E1234567{number}", "CHN"),))


__all__ = ["NOON", "PASSWORD", "Airport", "at", "open_airport"]
