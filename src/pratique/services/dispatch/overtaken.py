"""Trips that no plan changes by itself, by hand, boarding or on the road, of which something has changed since: what, and where its
people could go instead.

What a plan may change is held against the problem by the checker (`broken`). These trips are facts, so they are held against what
is known of them: vehicle, crew, destination, and whoever is on the list or aboard. Nothing is stored: once it is seen to, it is gone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pratique.services.dispatch import departing, manning, means, riding, settings
from pratique.services.dispatch.means import Place, Running
from pratique.services.dispatch.people import CASE, at_port
from pratique.services.dispatch.pose import Posed
from pratique.services.force.people import HEALTH
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.queries.trips import list_soiled

WAITING, FIXED, BOARDING, ROAD = "waiting", "fixed", "boarding", "road"
"""Nobody is aboard yet, and a plan may change it; or may not (a facility sent it, or it has no list or no whole crew); somebody is aboard; it has set
off and has not arrived."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What has changed of a trip. `sort`: its vehicle is out, or soiled when people are to board, somebody of the crew away or wanting, its place
    closed for good, shut to arrivals or full, cases are on its list or aboard, nobody of its list waits where it boards, or it should have set off
    and has not. `which` is the vehicle, person or place; `people` the cases; `instead` the nearest place that takes them all; `due_at` when it should have."""

    trip: UUID
    sort: str
    stage: str
    which: UUID | None = None
    people: tuple[UUID, ...] = ()
    instead: UUID | None = None
    due_at: datetime | None = None


def find_all(*, posed: Posed, now: datetime) -> tuple[Trouble, ...]:
    """Of every trip that is a fact, and of those made by hand; of those of a plan whether they should have set off."""
    by_hand = [trip for trip in posed.changeable if trip.plan_id is None]
    found = _find([*posed.running.trips, *by_hand], posed.running, posed.places, now)
    planned = [trip for trip in posed.changeable if trip.plan_id is not None]
    overdue = departing.list_overdue(trips=planned, now=now)
    return (*found, *(Trouble(trip, "not_departed", WAITING, due_at=at) for trip, at in overdue.items()))


def find_of(*, trips: Collection[UUID], now: datetime) -> tuple[Trouble, ...]:
    """Of these trips, as far as they are open and have not arrived."""
    opened = means.list_open()
    wanted = [trip for trip in opened if trip.id in trips and trip.arrived_at is None]
    if not wanted:
        return ()
    running, _ = means.split(opened=opened)
    places, _ = means.list_places(now=now, rules=settings.get_rules(now=now), running=running)
    return _find(wanted, running, places, now)


def _find(
    trips: Iterable[Any], running: Running, places: Iterable[Place], now: datetime
) -> tuple[Trouble, ...]:
    rows = [trip for trip in trips if trip.arrived_at is None]
    facts = _Facts(rows, running, {place.id: place for place in places}, now)
    return tuple(trouble for trip in rows for trouble in facts.judge(trip))


class _Facts:
    """What is known of some trips, read in as many statements however many they are."""

    def __init__(
        self, trips: list[Any], running: Running, places: Mapping[UUID, Place], now: datetime
    ) -> None:
        self.running, self.places, self.now = running, places, now
        self.today, self.rules = ports.find_day(at=now), settings.get_rules(now=now)
        self.soiled = list_soiled()
        self.overdue = departing.list_overdue(trips=trips, now=now)
        self.facts = {trip.id for trip in running.trips}
        self.lists = {trip.id: frozenset(line.traveller_id for line in trip.lines.all()) for trip in trips}
        self.crews = {trip.id: _list_crew(trip) for trip in trips}
        self.unmanned = manning.list_short(trips=[trip for trip in trips if self.lists[trip.id]])
        crew = {who for those in self.crews.values() for who in those}
        self.away = _list_away(crew)
        self.shifts = _list_shifts(crew, min((trip.during.lower for trip in trips), default=None))
        names = {who for trip in trips for who in self.lists[trip.id] | self.aboard(trip)}
        rows = models.Position.objects.filter(inside=True, traveller_id__in=names)
        self.held = dict(rows.values_list("traveller_id", "holder_id"))
        self.at_port = set(rows.filter(at_port()).values_list("traveller_id", flat=True))
        self.carrying = self.rules.classes[CASE].kinds
        barred = [trip for trip in trips if trip.vehicle.kind not in self.carrying]
        asked = {who for trip in barred for who in self.lists[trip.id] | self.aboard(trip)}
        self.classes = riding.classify(travellers=asked) if asked else {}

    def aboard(self, trip: Any) -> frozenset[UUID]:
        return self.running.aboard.get(trip.id, frozenset())

    def judge(self, trip: Any) -> Iterator[Trouble]:
        """Everything that has changed of one trip."""
        stage = self.find_stage(trip)
        if trip.vehicle.out_of_service_at is not None:
            yield Trouble(trip.id, "vehicle", stage, trip.vehicle_id)
        if stage != ROAD and self.is_soiled(trip):
            yield Trouble(trip.id, "soiled", stage, trip.vehicle_id)
        for who in self.crews[trip.id]:
            if self.is_away(who, trip, stage):
                yield Trouble(trip.id, "crew", stage, who)
        if trip.id in self.unmanned:
            yield Trouble(trip.id, "unmanned", stage)
        if trip.id in self.overdue:
            yield Trouble(trip.id, "not_departed", stage, due_at=self.overdue[trip.id])
        yield from self.judge_place(trip, stage)
        yield from self.judge_people(trip, stage)

    def find_stage(self, trip: Any) -> str:
        if trip.departed_at is not None:
            return ROAD
        if self.aboard(trip):
            return BOARDING
        return FIXED if trip.id in self.facts else WAITING

    def is_soiled(self, trip: Any) -> bool:
        """Whether its vehicle is not disinfected by when people board it, as far as anybody has said."""
        kind = self.rules.kinds.get(trip.vehicle.kind)
        soiled_at = self.soiled.get(trip.vehicle_id)
        clean = means.find_clean(soiled_at=soiled_at, minutes=kind.disinfect if kind else 0, now=self.now)
        return soiled_at is not None and clean > max(trip.during.lower, self.now)

    def is_away(self, who: UUID, trip: Any, stage: str) -> bool:
        """Held for health, today or when it starts; or before it has set off on leave or off duty on the day of the shift that it falls
        into (without one, on its own), or gone from that shift."""
        if HEALTH in _list_sorts(self.away[who], max(trip.on, self.today)):
            return True
        if stage == ROAD:
            return False
        at = trip.during.lower
        shift = next((one for one in self.shifts[who] if one.starts_at <= at < one.ends_at), None)
        gone = shift is not None and (shift.absent_at is not None or shift.out_at is not None)
        return gone or bool(_list_sorts(self.away[who], shift.on if shift else trip.on) - {HEALTH})

    def judge_place(self, trip: Any, stage: str) -> Iterator[Trouble]:
        place = self.places.get(trip.destination_id)
        sort = "closed" if trip.destination.closed_at is not None else ""
        if not sort and place is not None:
            sort = "shut" if place.shut else "full" if place.short else ""
        if sort:
            heads = len(self.aboard(trip) if stage == ROAD else self.aboard(trip) | self.lists[trip.id])
            instead = self.find_instead(trip, place, heads)
            yield Trouble(trip.id, sort, stage, trip.destination_id, instead=instead)

    def find_instead(self, trip: Any, place: Place | None, heads: int) -> UUID | None:
        able = [
            one
            for one in self.places.values()
            if one.kind == (place.kind if place else trip.destination.kind)
            and one.id not in (trip.destination_id, trip.origin_id)
            and (place is None or one.kind != "facility" or one.accepts == place.accepts)
            and not one.shut
            and (one.free is None or one.free >= max(1, heads))
        ]
        nearest = min(able, key=lambda one: (one.minutes, str(one.id)), default=None)
        return nearest.id if nearest else None

    def judge_people(self, trip: Any, stage: str) -> Iterator[Trouble]:
        listed, aboard = self.lists[trip.id], self.aboard(trip)
        if trip.vehicle.kind not in self.carrying:
            cases = [who for who in listed | aboard if self.classes.get(who) == CASE]
            if inside := sorted(who for who in cases if who in aboard):
                yield Trouble(trip.id, "case_aboard", stage, people=tuple(inside))
            to_board = sorted(who for who in cases if who not in aboard and self.waits(who, trip))
            if to_board and stage != ROAD:
                yield Trouble(trip.id, "case", stage, people=tuple(to_board))
        if stage in (WAITING, FIXED) and listed and not any(self.waits(who, trip) for who in listed):
            yield Trouble(trip.id, "people", stage)

    def waits(self, who: UUID, trip: Any) -> bool:
        """Whether somebody is where the trip boards them."""
        return who in self.at_port if trip.origin_id is None else self.held.get(who) == trip.origin_id


def _list_crew(trip: Any) -> tuple[UUID, ...]:
    people = (trip.driver_id, *(p.pk for p in (*trip.reliefs.all(), *trip.escorts.all())))
    return tuple(dict.fromkeys(who for who in people if who is not None))


def _list_away(crew: Collection[UUID]) -> Mapping[UUID, list[tuple[str, Any, Any]]]:
    """Who of these is away: sort, from which day until which (None: nobody knows)."""
    found: dict[UUID, list[tuple[str, Any, Any]]] = defaultdict(list)
    rows = models.Absence.objects.filter(cancelled_at=None, person_id__in=crew)
    for who, *span in rows.values_list("person_id", "sort", "from_on", "until_on"):
        found[who].append((span[0], span[1], span[2]))
    return found


def _list_sorts(spans: Iterable[tuple[str, Any, Any]], day: date) -> set[str]:
    """The sorts of these absences that fall on a day."""
    return {sort for sort, first, last in spans if first <= day <= (last or day)}


def _list_shifts(crew: Collection[UUID], since: datetime | None) -> Mapping[UUID, list[Any]]:
    """The shifts of these people that end after `since`."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    if since is not None:
        rows: Iterable[Any] = models.Deployment.objects.filter(person_id__in=crew, ends_at__gt=since)
        for row in rows:
            found[row.person_id].append(row)
    return found
