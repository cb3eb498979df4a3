"""The survey: whereabouts put together from custody, seats, rooms, shifts and parties.

Custody says with whom somebody was and when; a seat, a room or a shift says where there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pratique.core.custody.entry import CustodianId, Kind
from pratique.core.custody.fold import Movement
from pratique.core.tracing.cabin import Cabin
from pratique.core.tracing.presence import Place, PlaceId, Presence, Setting, Whereabouts, Who

SETTINGS: Mapping[Kind, Setting] = {
    Kind.CABIN: Setting.CABIN,
    Kind.HALL: Setting.HALL,
    Kind.HOLDING: Setting.HALL,
    Kind.TRIP: Setting.VEHICLE,
    Kind.FACILITY: Setting.FACILITY,
    Kind.HOSPITAL: Setting.FACILITY,
}
"""What sort of place a custodian is; an exit is none."""
USUAL_AIR: Mapping[Kind, str] = {Kind.CABIN: "filtered", Kind.TRIP: "sealed"}
"""How the air is moved where nobody said: airliners filter it, coaches for transfer are sealed and air-conditioned."""


@dataclass(frozen=True, slots=True)
class Site:
    """A custodian as tracing sees it. People were aboard from `opens_at` on (boarding, before the ledger took them in),
    and nobody any more after `closes_at`."""

    id: CustodianId
    kind: Kind
    air: str = ""
    cabin: Cabin | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody's seat, or room with corridor and floor, with a custodian, for a time or (None) all the while."""

    custodian: CustodianId
    seat: str = ""
    room: str = ""
    corridor: str = ""
    floor: str = ""
    since_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Staff at work: with a custodian (None: nowhere in particular), perhaps in a section, room, corridor or floor of it."""

    who: Who
    since_at: datetime
    until_at: datetime
    custodian: CustodianId | None = None
    team: str = ""
    section: str = ""
    room: str = ""
    corridor: str = ""
    floor: str = ""
    protection: int = 0


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody with a custodian, from when until when."""

    custodian: CustodianId
    since_at: datetime
    until_at: datetime


def list_stays(
    *, movements: Sequence[Movement], sites: Mapping[CustodianId, Site], now: datetime
) -> list[Stay]:
    """With whom somebody was and when, by their movements; with the last one until now or until it closed."""
    found = []
    for number, movement in enumerate(movements):
        site = sites.get(movement.receiver)
        if site is None or site.kind not in SETTINGS:
            continue
        since = movement.happened_at
        if number == 0 and site.opens_at is not None:
            since = min(since, site.opens_at)
        until = movements[number + 1].happened_at if number + 1 < len(movements) else now
        if site.closes_at is not None:
            until = min(until, site.closes_at)
        found.append(Stay(movement.receiver, since, max(since, until)))
    return found


class Survey:
    """Collects presences and the places they are at; ends in `Whereabouts`."""

    def __init__(self, *, sites: Iterable[Site], now: datetime) -> None:
        self.sites: Mapping[CustodianId, Site] = {site.id: site for site in sites}
        self.now = now
        self._places: dict[PlaceId, Place] = {}
        self._presences: list[Presence] = []
        self._spans: dict[Who, list[tuple[datetime, datetime]]] = defaultdict(list)

    def add_stays(
        self, *, who: Who, stays: Iterable[Stay], assignments: Sequence[Assignment], crew: bool = False
    ) -> None:
        """A traveller's stays, each in the seats and rooms they had there; crew of a flight have no seat of their own."""
        for stay in stays:
            self._spans[who].append((stay.since_at, stay.until_at))
            own = [a for a in assignments if a.custodian == stay.custodian]
            if crew and self.sites[stay.custodian].kind is Kind.CABIN:
                place = self._at(stay.custodian)
                self._presences.append(Presence(who, place, stay.since_at, stay.until_at, staff=True))
            else:
                self._sit(who, stay, [a for a in own if a.seat])
            for assignment in own:
                self._lodge(who, stay, assignment)

    def add_shift(self, *, shift: Shift) -> None:
        """Staff at work, at the place and in the team."""
        places = []
        if shift.custodian is not None:
            places.append(self._at(shift.custodian))
            for setting, name in _list_parts(shift):
                places.append(self._part(shift.custodian, setting, name))
        if shift.team:
            places.append(self._place(PlaceId(f"team/{shift.team}"), Setting.TEAM))
        for place in places:
            self._presences.append(
                Presence(
                    shift.who,
                    place,
                    shift.since_at,
                    shift.until_at,
                    staff=True,
                    section=shift.section,
                    protection=shift.protection,
                )
            )

    def add_moment(
        self, *, who: Who, custodian: CustodianId, corridor: str, since_at: datetime, until_at: datetime
    ) -> None:
        """Somebody opened a door onto a corridor, or was out on it."""
        place = self._part(custodian, Setting.CORRIDOR, corridor)
        self._presences.append(Presence(who, place, since_at, until_at))

    def add_party(self, *, name: str, members: Iterable[Who]) -> None:
        """People who travel or live together, as long as anything is known of each. Call it after their stays."""
        place = self._place(PlaceId(f"party/{name}"), Setting.PARTY)
        for who in members:
            if spans := self._spans.get(who):
                since, until = min(s for s, _ in spans), max(u for _, u in spans)
                self._presences.append(Presence(who, place, since, until))

    def close(self) -> Whereabouts:
        """Everything collected."""
        return Whereabouts(places=self._places.values(), presences=self._presences)

    def _sit(self, who: Who, stay: Stay, seated: Sequence[Assignment]) -> None:
        """The stay in its seats, and without one for the time that no seat covers."""
        place, reached = self._at(stay.custodian), stay.since_at
        pieces = []
        for one in seated:
            since, until = _cut(stay, one)
            if since < until or len(seated) == 1:
                pieces.append((since, max(since, until), one.seat))
        for since, until, seat in sorted(pieces):
            if reached < since:
                self._presences.append(Presence(who, place, reached, since))
            self._presences.append(Presence(who, place, since, until, seat))
            reached = max(reached, until)
        if reached < stay.until_at or not pieces:
            self._presences.append(Presence(who, place, reached, stay.until_at))

    def _lodge(self, who: Who, stay: Stay, assignment: Assignment) -> None:
        since, until = _cut(stay, assignment)
        if since <= until:
            for setting, name in _list_parts(assignment):
                place = self._part(stay.custodian, setting, name)
                self._presences.append(Presence(who, place, since, until))

    def _at(self, custodian: CustodianId) -> PlaceId:
        site = self.sites[custodian]
        air = site.air or USUAL_AIR.get(site.kind, "")
        return self._place(PlaceId(custodian), SETTINGS[site.kind], air, site.cabin)

    def _part(self, custodian: CustodianId, setting: Setting, name: str) -> PlaceId:
        return self._place(PlaceId(f"{custodian}/{setting}/{name}"), setting)

    def _place(self, name: PlaceId, setting: Setting, air: str = "", cabin: Cabin | None = None) -> PlaceId:
        if name not in self._places:
            self._places[name] = Place(name, setting, air, cabin)
        return name


def _cut(stay: Stay, assignment: Assignment) -> tuple[datetime, datetime]:
    """The part of the stay for which somebody had a seat or a room."""
    since = max(stay.since_at, assignment.since_at or stay.since_at)
    return since, min(stay.until_at, assignment.until_at or stay.until_at)


def _list_parts(of: Assignment | Shift) -> list[tuple[Setting, str]]:
    parts = ((Setting.ROOM, of.room), (Setting.CORRIDOR, of.corridor), (Setting.FLOOR, of.floor))
    return [(setting, name) for setting, name in parts if name]
