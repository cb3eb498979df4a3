"""What a flight's passenger list says: values only, as frozen as the message they were read from.

A `Manifest` is one version of one list. It repeats what the sender stated, including what is wrong in it, and
keeps the sender's own control counts beside what was really counted, so that the two can disagree in the open.
Times are local to the airport they belong to, without a zone, because that is how lists state them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Role = Literal["passenger", "crew"]
Sex = Literal["M", "F", "X", ""]


@dataclass(frozen=True, slots=True)
class Document:
    """A travel document as the list states it.

    `kind` is the list's own letter: ``P`` passport, ``V`` visa, ``I``/``C``/``A`` identity card, ``AC`` crew
    certificate ... and empty when the list gives none. `issuer` is the issuing state as given, normally ISO 3166
    alpha-3.
    """

    kind: str
    number: str
    issuer: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach someone: what the list gives, unverified."""

    telephone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Bags:
    """Checked baggage: pieces and kilograms as declared, and the tags as printed."""

    pieces: int | None = None
    weight_kg: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One person on a list.

    `given_names` holds all given names in the order written, parted by one space. `chinese_name` only where the
    list itself gives one. `party` is the record locator: who shares it travels together. `reference` is the
    sender's unique reference of this person. `embarked`, `debarked` and `cleared` are airports; `place` is where
    in the document this person stands, so that a fault can be found again by hand.
    """

    surname: str
    given_names: str = ""
    chinese_name: str = ""
    sex: Sex = ""
    born_on: date | None = None
    nationality: str = ""
    residence: str = ""
    birthplace: str = ""
    documents: tuple[Document, ...] = ()
    seat: str = ""
    party: str = ""
    reference: str = ""
    role: Role = "passenger"
    in_transit: bool = False
    embarked: str = ""
    debarked: str = ""
    cleared: str = ""
    bags: Bags = Bags()
    contact: Contact = Contact()
    place: str = ""

    @property
    def full_name(self) -> str:
        """Surname and given names, or the Chinese name where the list has no other."""
        return f"{self.surname} {self.given_names}".strip() or self.chinese_name


@dataclass(frozen=True, slots=True)
class Leg:
    """One take-off and landing. `carrier` and `number` may differ from leg to leg."""

    carrier: str = ""
    number: str = ""
    departure: str = ""
    arrival: str = ""
    scheduled_departure_at: datetime | None = None
    scheduled_arrival_at: datetime | None = None

    @property
    def designator(self) -> str:
        """Carrier and flight number as people say it: ``MU2086``."""
        return f"{self.carrier}{self.number}"


@dataclass(frozen=True, slots=True)
class Flight:
    """The flight a list is about: the leg that crosses the border, and every leg the list names.

    Where no leg is marked as crossing the border, `legs[-1]` is meant. All fields of that leg are repeated here.
    """

    carrier: str = ""
    number: str = ""
    departure: str = ""
    arrival: str = ""
    scheduled_departure_at: datetime | None = None
    scheduled_arrival_at: datetime | None = None
    legs: tuple[Leg, ...] = ()

    @property
    def designator(self) -> str:
        """Carrier and flight number as people say it: ``MU2086``."""
        return f"{self.carrier}{self.number}"

    @property
    def flown_on(self) -> date | None:
        """The day it lands as the list states it, else the day it leaves."""
        moment = self.scheduled_arrival_at or self.scheduled_departure_at
        return moment.date() if moment else None


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version of one list of one flight.

    `function` is the message's own code: ``745`` passenger list, ``250`` crew list, ``266`` flight status; empty
    for a spreadsheet. `action` is the code beside it (``CL`` closed, ``CLOB`` closed with those on board, ``XF``
    flight cancelled, ...). `stated_passengers` and `stated_crew` are the sender's control counts.
    """

    flight: Flight
    travellers: tuple[Listed, ...]
    function: str = ""
    action: str = ""
    message_reference: str = ""
    list_reference: str = ""
    sender: str = ""
    receiver: str = ""
    sent_at: datetime | None = None
    stated_passengers: int | None = None
    stated_crew: int | None = None

    @property
    def counted_passengers(self) -> int:
        """How many passengers the list really names."""
        return sum(person.role == "passenger" for person in self.travellers)

    @property
    def counted_crew(self) -> int:
        """How many of the crew the list really names."""
        return sum(person.role == "crew" for person in self.travellers)

    @property
    def parties(self) -> dict[str, tuple[Listed, ...]]:
        """Those who travel together, by record locator, in the order of the list; whoever has none is left out."""
        return list_parties(travellers=self.travellers)


def list_parties(*, travellers: Iterable[Listed]) -> dict[str, tuple[Listed, ...]]:
    """Those who travel together: record locator → its travellers, both in the order of the list."""
    parties: dict[str, list[Listed]] = {}
    for person in travellers:
        if person.party:
            parties.setdefault(person.party, []).append(person)
    return {locator: tuple(members) for locator, members in parties.items()}
