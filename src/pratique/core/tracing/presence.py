"""Whereabouts: who was at which place, from when until when, in which seat, how protected."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from pratique.core.tracing.cabin import Cabin

Who = NewType("Who", str)
"""A traveller's id or code, or a staff member's."""
PlaceId = NewType("PlaceId", str)

BLOCK = 64


class Setting(StrEnum):
    """What sort of place people share; rules are written for a setting."""

    CABIN = "cabin"
    VEHICLE = "vehicle"
    HALL = "hall"
    FACILITY = "facility"
    ROOM = "room"
    CORRIDOR = "corridor"
    FLOOR = "floor"
    TEAM = "team"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Place:
    """Air that is shared: a cabin, a trip's vehicle, a hall, a room, or a team of staff. `air` says how it is moved:
    ``filtered`` or ``unfiltered`` of a cabin, ``sealed`` or ``aired`` of a vehicle; empty where it does not matter."""

    id: PlaceId
    setting: Setting
    air: str = ""
    cabin: Cabin | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody at a place, from `since_at` until `until_at` (not included, unless it is the same instant).

    `seat` is empty where nobody knows it. Of staff, `section` is the part of a cabin they served (empty: unknown) and
    `protection` the level worn, 0 to 3 (unknown counts as 0).
    """

    who: Who
    place: PlaceId
    since_at: datetime
    until_at: datetime
    seat: str = ""
    staff: bool = False
    section: str = ""
    protection: int = 0

    def within(self, since_at: datetime, until_at: datetime) -> "Presence | None":
        """The part of it that lies within a window; None if there is none."""
        since, until = max(self.since_at, since_at), min(self.until_at, until_at)
        if since > until or (since == until and self.since_at != self.until_at):
            return None
        return (
            self
            if (since, until) == (self.since_at, self.until_at)
            else replace(self, since_at=since, until_at=until)
        )


class Whereabouts:
    """All presences, found by person, or by place and time.

    By place they lie sorted by their beginning in blocks, each with its latest end, so that whoever was there at a
    time is found without looking at everybody who ever was.
    """

    def __init__(self, *, places: Iterable[Place], presences: Iterable[Presence]) -> None:
        self.places: Mapping[PlaceId, Place] = {place.id: place for place in places}
        self._of: dict[Who, list[Presence]] = defaultdict(list)
        at: dict[PlaceId, list[Presence]] = defaultdict(list)
        for presence in presences:
            self._of[presence.who].append(presence)
            at[presence.place].append(presence)
        self._at = {place: _Shelf.of(found) for place, found in at.items()}

    def list_people(self) -> list[Who]:
        """Everybody of whom anything is known."""
        return list(self._of)

    def list_of(self, who: Who) -> Sequence[Presence]:
        """Everywhere somebody was."""
        return self._of.get(who, ())

    def list_beside(self, presence: Presence, *, slack: timedelta) -> Iterator[Presence]:
        """Who else was at a place then, or so little before or after."""
        shelf = self._at[presence.place]
        found = shelf.list_during(presence.since_at - slack, presence.until_at + slack)
        return (other for other in found if other.who != presence.who)


@dataclass(frozen=True, slots=True)
class _Shelf:
    begun: Sequence[datetime]
    presences: Sequence[Presence]
    latest: Sequence[datetime]

    @classmethod
    def of(cls, presences: Iterable[Presence]) -> "_Shelf":
        ordered = sorted(presences, key=lambda one: one.since_at)
        blocks = (ordered[first : first + BLOCK] for first in range(0, len(ordered), BLOCK))
        return cls(
            [one.since_at for one in ordered],
            ordered,
            [max(one.until_at for one in block) for block in blocks],
        )

    def list_during(self, since_at: datetime, until_at: datetime) -> Iterator[Presence]:
        """Those that touch a span, its ends included."""
        end = bisect_right(self.begun, until_at)
        for block in range((end + BLOCK - 1) // BLOCK):
            if self.latest[block] >= since_at:
                for one in self.presences[block * BLOCK : min(end, (block + 1) * BLOCK)]:
                    if one.until_at >= since_at:
                        yield one
