"""What goes over the wire. Decoded strictly: an unknown type or a missing field is answered with its place."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

Counter = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Seconds = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=120)]
"""How long an offer may wait for its answer: whoever was let out on it stands open until then, so that no sender stretches it."""
"""A clock may be off by decades (a phone that starts in 1970), not by more."""


class Scan(msgspec.Struct, frozen=True):
    """One sighting as the phone stored it before sending: its own id, counter and clock reading."""

    id: UUID
    traveller: UUID
    custodian: UUID
    counter: Counter
    device_at: datetime
    handover: UUID | None = None


class Batch(msgspec.Struct, frozen=True):
    """Up to 500 scans. `offset_seconds` is the phone's clock minus the server's, as it last measured."""

    scans: list[Scan]
    offset_seconds: Seconds = 0.0


class Answer(msgspec.Struct, frozen=True):
    """What became of one scan; `holder` and `remarks` are given when something is not plain."""

    id: UUID
    state: str
    holder: UUID | None = None
    remarks: tuple[str, ...] = ()


class Answers(msgspec.Struct, frozen=True):
    """An answer for every scan in the order they were sent, and the server's clock for the phone to measure by."""

    server_at: datetime
    answers: list[Answer]


class Unlisted(msgspec.Struct, frozen=True):
    """Somebody found on no list: the phone's id for them, and what their document says, as far as it was read."""

    id: UUID
    flight: UUID | None = None
    surname: str = ""
    given_names: str = ""
    document: str = ""
    issuer: str = ""


class Headcount(msgspec.Struct, frozen=True):
    """Who is here: heads, and names if they were called."""

    id: UUID
    custodian: UUID
    heads: int
    names: list[UUID] | None = None


class Offer(msgspec.Struct, frozen=True):
    """A handover offered: how many, and who by name."""

    id: UUID
    giver: UUID
    receiver: UUID
    heads: int
    names: list[UUID] | None = None
    deadline_minutes: Minutes = 60


class Reply(msgspec.Struct, frozen=True):
    """A handover accepted (with the receiver's own count), declined (with a reason) or withdrawn."""

    handover: UUID
    step: str
    heads: int | None = None
    because: str = ""


class Undo(msgspec.Struct, frozen=True):
    """Take back the scan this phone has just made."""

    scan: UUID


class Sought(msgspec.Struct, frozen=True):
    """What a scanner or a finger gave: a wristband code, a document number, or the lines of a passport."""

    text: Annotated[str, msgspec.Meta(max_length=400)]


class Person(msgspec.Struct, frozen=True):
    """Somebody who may be meant, by code, flight and seat; `reasons` as in `core.manifest.matching`."""

    traveller: UUID
    code: str
    flight: str
    seat: str
    reasons: tuple[str, ...]


class People(msgspec.Struct, frozen=True):
    """Who was found, the likeliest first. Only a `certain` one may be acted upon unasked."""

    grade: str
    checks_hold: bool | None
    found: list[Person]
