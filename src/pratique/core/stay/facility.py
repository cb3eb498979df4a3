"""A facility: its site in zones and passages, its floors and rooms, and who is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pratique.core.custody.entry import TravellerId

RoomId = NewType("RoomId", str)


class Zone(StrEnum):
    """The three zones of a site: where staff live and work, where travellers are, where goods and waste go."""

    STAFF = "staff"
    OBSERVATION = "observation"
    SUPPLIES = "supplies"


@dataclass(frozen=True, slots=True)
class Site:
    """Areas with their zones, and the two passages as the areas they run through, in order. `rooms_in` names the areas
    in which guest rooms lie."""

    areas: Mapping[str, Zone]
    staff_passage: tuple[str, ...]
    guest_passage: tuple[str, ...]
    rooms_in: tuple[str, ...]


class Sort(StrEnum):
    """What a room is built for."""

    SINGLE = "single"
    FAMILY = "family"
    BARRIER_FREE = "barrier_free"


class State(StrEnum):
    """Whether a room can be given: ready; closed for a reason; being disinfected."""

    READY = "ready"
    BLOCKED = "blocked"
    DISINFECTING = "disinfecting"


class Need(StrEnum):
    """What a vulnerable person needs of a room."""

    BARRIER_FREE = "barrier_free"
    LOW_FLOOR = "low_floor"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who stays. `grade` is the class that is never mixed (a channel); `household` is empty for who travels
    alone; `guardian` and `carer` name whom a minor, or somebody who cannot look after themselves, must share a room with."""

    id: TravellerId
    flight: str
    grade: str
    household: str = ""
    under_age: bool = False
    guardian: TravellerId | None = None
    carer: TravellerId | None = None
    needs: frozenset[Need] = frozenset()

    @property
    def bonds(self) -> tuple[TravellerId, ...]:
        """Whom this guest cannot be parted from."""
        return tuple(
            one for one in (self.guardian if self.under_age else None, self.carer) if one is not None
        )


@dataclass(frozen=True, slots=True)
class Room:
    """A room with its beds and whoever is in it; `ready_at` is when a disinfection ends."""

    id: RoomId
    floor: int
    sort: Sort
    beds: int
    state: State = State.READY
    ready_at: datetime | None = None
    guests: tuple[Guest, ...] = ()

    @property
    def is_free(self) -> bool:
        """Ready, and nobody in it."""
        return self.state is State.READY and not self.guests


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as it stands."""

    id: str
    rooms: tuple[Room, ...]

    def find_room(self, guest: TravellerId) -> Room | None:
        """The room somebody is in."""
        return next((room for room in self.rooms if any(one.id == guest for one in room.guests)), None)
