"""What is written into the book: append-only entries, each with when it happened and when it was recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType, TypeVar

TravellerId = NewType("TravellerId", str)
CustodianId = NewType("CustodianId", str)
FlightId = NewType("FlightId", str)
ScanId = NewType("ScanId", str)
DeviceId = NewType("DeviceId", str)
HandoverId = NewType("HandoverId", str)
PersonId = NewType("PersonId", str)

WORLD = CustodianId("world")
"""The giver of every first movement: whoever is not yet, or no longer, in the book."""


class Kind(StrEnum):
    """What sort of custodian; the order is the order of the loop."""

    CABIN = "cabin"
    HALL = "hall"
    HOLDING = "holding"
    TRIP = "trip"
    FACILITY = "facility"
    HOSPITAL = "hospital"
    EXIT = "exit"


ORDINARY_STEPS = frozenset(
    {
        (Kind.CABIN, Kind.HALL),
        (Kind.CABIN, Kind.TRIP),  # the ambulance waits on the apron
        (Kind.HALL, Kind.HALL),
        (Kind.HALL, Kind.HOLDING),
        (Kind.HALL, Kind.TRIP),
        (Kind.HALL, Kind.EXIT),
        (Kind.HOLDING, Kind.HOLDING),
        (Kind.HOLDING, Kind.TRIP),
        (Kind.HOLDING, Kind.EXIT),
        (Kind.TRIP, Kind.TRIP),  # a vehicle broke down and hands its people to another
        (Kind.TRIP, Kind.FACILITY),
        (Kind.TRIP, Kind.HOSPITAL),
        (Kind.TRIP, Kind.EXIT),
        (Kind.FACILITY, Kind.TRIP),
        (Kind.FACILITY, Kind.EXIT),
        (Kind.HOSPITAL, Kind.TRIP),
        (Kind.HOSPITAL, Kind.EXIT),
        (Kind.CABIN, Kind.EXIT),  # found not to have boarded
    }
)
"""Giver's and receiver's kind where a movement is no surprise; any other is believed, and somebody is told."""


@dataclass(frozen=True, slots=True)
class Custodian:
    """An account of the ledger.

    `place` names where it stands, empty for what moves; `limit_minutes` is how long one of its people may go unseen,
    None where nobody is watched any more (an exit). `never_came` marks the exit of those who were on a list and turned
    out not to have boarded: they left the book without ever having been heads at the aircraft's door.
    """

    id: CustodianId
    kind: Kind
    place: str = ""
    limit_minutes: int | None = None
    never_came: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What the fold must know of the world: the custodians, and how long it takes at least between two places.

    `travel_minutes` is keyed by the two place names in sorted order; a pair that is not in it may be instant.
    """

    custodians: Mapping[CustodianId, Custodian]
    travel_minutes: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def kind_of(self, custodian: CustodianId) -> Kind | None:
        """The kind of a known custodian, None for an unknown one."""
        known = self.custodians.get(custodian)
        return known.kind if known else None

    def travel_at_least(self, one: str, other: str) -> timedelta:
        """The shortest time in which a person can get from one place to another."""
        pair = (one, other) if one < other else (other, one)
        return timedelta(minutes=self.travel_minutes.get(pair, 0))


@dataclass(frozen=True, slots=True)
class Admission:
    """A traveller enters the book: the flight landed with them on its list, or they were found and on no list.

    Of several about one traveller the one recorded last counts: that is how a landing time or a flight is corrected.
    """

    traveller: TravellerId
    custodian: CustodianId
    happened_at: datetime
    recorded_at: datetime
    flight: FlightId | None = None
    manifested: bool = True


@dataclass(frozen=True, slots=True)
class Scan:
    """This custodian has this traveller, at this time, said by this device.

    `happened_at` is the server's, from the phone's clock and its measured offset (see `clock`); `counter` is the
    device's own and only rises; `recorded_at` is when the server wrote it down.
    """

    id: ScanId
    traveller: TravellerId
    custodian: CustodianId
    happened_at: datetime
    recorded_at: datetime
    device: DeviceId = DeviceId("")
    counter: int = 0
    handover: HandoverId | None = None

    def content(self) -> tuple[str, str, datetime, str, int, str | None]:
        """What the scan says, without when the server heard it: two contents under one id are a contradiction.

        `happened_at` is as first corrected: a phone that sends a scan again after measuring its clock anew says
        nothing new, which whoever records scans must see to (it compares the phone's own words).
        """
        return (self.traveller, self.custodian, self.happened_at, self.device, self.counter, self.handover)


@dataclass(frozen=True, slots=True)
class Annulment:
    """A scan is taken back, by whom and why; the scan itself stays in the book, and a later ruling may restore it."""

    scan: ScanId
    by: PersonId
    because: str
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Ruling:
    """Somebody answerable settled a dispute: the scan is believed after all, or it is not.

    Of all annulments and rulings about a scan the last word counts. A ruling cannot make sense of a scan whose id has
    two contents or whose custodian nobody knows: such a one can be ruled out, not believed.
    """

    scan: ScanId
    believed: bool
    by: PersonId
    because: str
    happened_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A traveller who was on no list turned out to be one who is: their entries are read as the other's.

    The last link of a traveller counts; a link to themselves takes an earlier one back.
    """

    traveller: TravellerId
    same_as: TravellerId
    by: PersonId
    because: str
    happened_at: datetime
    recorded_at: datetime


_Entry = TypeVar("_Entry", Admission, Scan, Annulment, Ruling, Link)


@dataclass(frozen=True, slots=True)
class Journal:
    """Every entry of a book, or of the part of a book in hand; order and repetition mean nothing.

    `until` cuts the view, not the knowledge: what happened later is left out of the books (see `as_of`).
    """

    admissions: tuple[Admission, ...] = ()
    scans: tuple[Scan, ...] = ()
    annulments: tuple[Annulment, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    links: tuple[Link, ...] = ()
    until: datetime | None = None

    def as_of(self, instant: datetime) -> "Journal":
        """How things stood at that instant by all that is known today: later movements are left out, but a corrected
        landing time, a device's order, a reused id, rulings and links count although they became known later."""
        return replace(self, until=instant)

    def as_known_at(self, instant: datetime) -> "Journal":
        """What had been recorded by then: the book as it could be read at that moment."""

        def known(entries: tuple[_Entry, ...]) -> tuple[_Entry, ...]:
            return tuple(e for e in entries if e.recorded_at <= instant)

        return Journal(
            admissions=known(self.admissions),
            scans=known(self.scans),
            annulments=known(self.annulments),
            rulings=known(self.rulings),
            links=known(self.links),
            until=self.until,
        )

    def with_scans(self, scans: Iterable[Scan]) -> "Journal":
        """The same book with more scans written at its end."""
        return replace(self, scans=self.scans + tuple(scans))
