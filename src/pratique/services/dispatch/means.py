"""What there is to move people with: vehicles, crews and places, each with the time or room that is left of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from pratique.core.custody.entry import Kind
from pratique.core.stay.facility import State
from pratique.core.transport import stretch
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import manning, riding, settings, worked
from pratique.services.dispatch.people import CASE, LeftOut
from pratique.services.force import people as absences
from pratique.services.tracking import outlook
from pratique.store import models
from pratique.store.queries import intake, origins, ports, trips, ways

ESCORT_POST, DRIVER_POST = "escort", "driver"
EXIT_KIND = "prefecture"


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle, when it may work, and its places for wheelchairs and child seats."""

    id: UUID
    kind: str
    seats: int
    from_at: datetime
    until_at: datetime
    wheelchairs: int = 0
    child_seats: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on duty: role L, S (drivers by licence) or E (escort), from when to when, what they speak, and the minutes they
    have driven already of those that a day allows."""

    id: UUID
    role: str
    from_at: datetime
    until_at: datetime
    speaks: tuple[str, ...] = ()
    driven: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to take people: facility, hospital or prefecture; free rooms or beds (null: nobody counts them there), and how
    many of those on the way have none; `shut` to arrivals for now."""

    id: UUID
    kind: str
    minutes: int
    km: float
    accepts: str
    free: int | None
    short: int = 0
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """All of it, and what cannot be used, by name and why."""

    vehicles: tuple[Vehicle, ...]
    crew: tuple[Member, ...]
    places: tuple[Place, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """Trips that are facts: under way, boarding, or planned by hand with no list or no whole crew. `named` are on their lists, but for whoever
    became a case since and may not board there; `aboard` who is in which, `heads_to` the rooms or beds that they take by place."""

    trips: tuple[Any, ...]
    named: frozenset[UUID]
    heads_to: dict[UUID, int]
    aboard: Mapping[UUID, frozenset[UUID]]


def list_open() -> list[Any]:
    """Trips that are neither over nor withdrawn, by their start, with lists and crews."""
    found = models.Trip.objects.filter(ended_at__isnull=True).order_by("during", "id")
    found = found.select_related("vehicle", "destination", "origin")
    lines = Prefetch("lines", models.BoardingLine.objects.only("trip_id", "traveller_id"))
    return list(found.prefetch_related(lines, "escorts", "reliefs"))


def split(*, opened: Iterable[Any]) -> tuple[Running, list[Any]]:
    """Trips that are facts, and those that a plan may still change: not set off, nobody aboard, with a list, and from the port
    or opened by a plan (what a facility sent for its guest is a fact, and so is what somebody made by hand until its crew is named)."""
    rows = list(opened)
    aboard: dict[UUID, set[UUID]] = defaultdict(set)
    held = models.Position.objects.filter(inside=True, holder_id__in=[t.id for t in rows])
    for trip, traveller in held.values_list("holder_id", "traveller_id"):
        aboard[trip].add(traveller)
    lists = {t.id: {line.traveller_id for line in t.lines.all()} for t in rows}
    changeable = [
        t
        for t in rows
        if t.departed_at is None
        and (t.origin_id is None or t.plan_id is not None)
        and not aboard[t.id]
        and lists[t.id]
    ]
    unmanned = manning.list_short(trips=[t for t in changeable if t.plan_id is None])
    changeable = [t for t in changeable if t.id not in unmanned]
    kept = {t.id for t in changeable}
    running = [t for t in rows if t.id not in kept]
    waiting = _leave_cases(running, _list_waiting(running, lists))
    named = frozenset(who for names in waiting.values() for who in names)
    children = _list_children({*named, *(who for trip in running for who in aboard[trip.id])})
    heads: Counter[UUID] = Counter()
    for trip in running:
        coming = aboard[trip.id] | waiting.get(trip.id, set())
        share = children if trip.destination.kind == Kind.FACILITY.value else frozenset()
        heads[trip.destination_id] += len(coming - share) or min(1, len(coming))
    inside = {trip.id: frozenset(aboard[trip.id]) for trip in running}
    return Running(tuple(running), named, dict(heads), inside), changeable


def _list_children(travellers: Iterable[UUID]) -> frozenset[UUID]:
    """Who of these shares a room with theirs."""
    found = models.Traveller.objects.filter(id__in=list(travellers), under_age=True)
    return frozenset(found.values_list("id", flat=True))


def _leave_cases(running: Iterable[Any], waiting: Mapping[UUID, set[UUID]]) -> dict[UUID, set[UUID]]:
    """Who is still to board, without cases whom the trip's vehicle may not carry: the next plan sends them an ambulance."""
    carrying = settings.get_rules().classes[CASE].kinds
    barring = {trip.id for trip in running if trip.vehicle.kind not in carrying}
    names = {who for trip, those in waiting.items() if trip in barring for who in those}
    classes = riding.classify(travellers=names) if names else {}
    return {
        trip: {who for who in those if trip not in barring or classes[who] != CASE}
        for trip, those in waiting.items()
    }


def _list_waiting(running: Iterable[Any], lists: Mapping[UUID, set[UUID]]) -> dict[UUID, set[UUID]]:
    """Who of a running trip's list is still to board: before it has set off, and whoever stands where it drives to fetch them."""
    fetching = {trip.id: trip.origin_id for trip in running if trip.departed_at and trip.origin_id}
    held = models.Position.objects.filter(
        inside=True,
        holder_id__in=set(fetching.values()),
        traveller_id__in=[who for trip in fetching for who in lists[trip]],
    )
    holders = dict(held.values_list("traveller_id", "holder_id"))
    return {
        trip.id: {who for who in lists[trip.id] if not trip.departed_at or holders.get(who) == trip.origin_id}
        for trip in running
        if not trip.departed_at or trip.id in fetching
    }


def is_changeable(*, trip: UUID) -> bool:
    """Whether a plan may still change this trip, so that pinning it means something."""
    found = models.Trip.objects.filter(id=trip, ended_at__isnull=True).select_related(
        "vehicle", "destination"
    )
    return bool(split(opened=found.prefetch_related("lines"))[1])


def find(*, now: datetime, rules: TransportRules, running: Running, kept: Iterable[Any] = ()) -> Means:
    """Vehicles in service, crews on duty or on call, places with room; each with the time in which it can do what it has to do
    of `kept`, trips in force that a plan may change."""
    until = now + timedelta(minutes=rules.rules.horizon)
    busy = Busy(now, until, running.trips, rules, kept)
    vehicles, no_kind = _list_vehicles(now, rules, busy)
    places, unusable = list_places(now=now, rules=rules, running=running)
    return Means(tuple(vehicles), tuple(_list_crew(now, busy)), tuple(places), (*no_kind, *unusable))


def find_crew_end(*, trip: Any, rules: TransportRules) -> datetime:
    """When a trip's crew is free: the vehicle is disinfected while they take off their gear."""
    kind = rules.kinds.get(trip.vehicle.kind)
    spare = max(0, kind.disinfect - rules.rules.crew_doff) if kind else 0
    end: datetime = max(trip.during.lower, trip.during.upper - timedelta(minutes=spare))
    return end


def find_ends(
    *, trips: Iterable[Any], rules: TransportRules, now: datetime
) -> dict[UUID, tuple[datetime, datetime]]:
    """When the vehicle and the crew of each running trip are free: never before the plan says. One that has not set off has all of
    its time before it from now; one that set off late ends as much later. Back at the port it is no sooner than its way allows
    (`_find_back`), and then the vehicle is disinfected, and the crew gets out of its gear."""
    those, known = list(trips), origins.Origins()
    seen = outlook.foresee(trips=those, now=now)
    expected = {one: found.arrival.expected_at for one, found in seen.items() if found.arrival}
    found = {}
    for trip in those:
        planned, crew = trip.during.upper, find_crew_end(trip=trip, rules=rules)
        kind = rules.kinds.get(trip.vehicle.kind)
        if trip.departed_at is None and trip.arrived_at is None:
            late = max(timedelta(), now - trip.during.lower)
            found[trip.id] = planned + late, crew + late
            continue
        late = timedelta()
        if trip.departed_at is not None:
            # Who is fetched elsewhere boards there, so that such a trip sets off as soon as it begins.
            board = timedelta(minutes=kind.board if kind and trip.origin_id is None else 0)
            late = max(late, trip.departed_at - board - trip.during.lower)
        back = _find_back(trip, trip.arrived_at or expected.get(trip.id), known, rules, now)
        clean = back + timedelta(minutes=kind.disinfect if kind else 0)
        out = back + timedelta(minutes=rules.rules.crew_doff)
        found[trip.id] = max(planned + late, clean), max(crew + late, out)
    return found


def _find_back(
    trip: Any, arrives_at: datetime | None, known: origins.Origins, rules: TransportRules, now: datetime
) -> datetime:
    """When a trip that has set off is back at the port, not before now: it arrives, its people alight, and it drives back by the
    table of ways, with its rests. Now, where no way is known."""
    way = known.find_way(trip.destination)
    if arrives_at is None or way is None:
        return now
    kind, limits = rules.kinds.get(trip.vehicle.kind), rules.rules
    rest = stretch.count_rest(minutes=way.minutes, every=limits.rest_every, rest=limits.rest_min)
    return max(now, arrives_at + timedelta(minutes=(kind.unload if kind else 0) + way.minutes + rest))


class Busy:
    """When vehicles and people on some trips are free again, and what these people have behind them."""

    def __init__(
        self,
        now: datetime,
        until: datetime,
        trips: Iterable[Any],
        rules: TransportRules,
        kept: Iterable[Any] = (),
    ) -> None:
        self.now, self.until = now, until
        self.kept: dict[UUID, list[datetime]] = defaultdict(list)
        """When they start on trips that may stay theirs."""
        for trip in kept:
            for subject in (trip.vehicle_id, *list_crew_of(trip=trip)):
                self.kept[subject].append(max(trip.during.lower, now))
        self.spans: dict[UUID, list[tuple[datetime, datetime, UUID]]] = defaultdict(list)
        """From when to when a vehicle or a person is taken, and by which trip."""
        taken = list(trips)
        free = find_ends(trips=taken, rules=rules, now=now)
        for trip in taken:
            start, (end, crew_end) = trip.during.lower, free[trip.id]
            self.spans[trip.vehicle_id].append((start, end, trip.id))
            for who in list_crew_of(trip=trip):
                self.spans[who].append((start, crew_end, trip.id))
        # Whoever is with people on the road stays with them until these are fetched.
        for trip in models.Trip.objects.filter(id__in=list(origins.list_stranded())):
            for who in list_crew_of(trip=trip):
                self.spans[who].append((trip.during.lower, until, trip.id))
        self.worked = worked.find(
            now=now, running=taken, ends={trip: crew for trip, (_, crew) in free.items()}, rules=rules
        )

    def window(self, who: UUID, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        """The time between two running trips, from `first` to `last`, in which most of what they are kept for starts, the longest
        of several; nothing is left: an empty one."""
        found, free = [(first, first)], max(first, self.now)
        for start, end in [*sorted(span[:2] for span in self.spans.get(who, [])), (last, last)]:
            if min(start, last) > free:
                found.append((free, min(start, last)))
            free = max(free, end)

        def rank(gap: tuple[datetime, datetime]) -> tuple[int, timedelta]:
            starts = (max(at, first) for at in self.kept.get(who, ()))
            return sum(gap[0] <= at < gap[1] for at in starts), gap[1] - gap[0]

        return max(found, key=rank)


def list_crew_of(*, trip: Any) -> list[UUID]:
    """Whoever drives, relieves or escorts a trip."""
    people = (trip.driver_id, *(p.pk for p in (*trip.escorts.all(), *trip.reliefs.all())))
    return [who for who in people if who is not None]


def _list_vehicles(now: datetime, rules: TransportRules, busy: Busy) -> tuple[list[Vehicle], list[LeftOut]]:
    found, left_out = [], []
    for row in sorted(trips.list_vehicles(now=now), key=lambda v: v.plate):
        kind = rules.kinds.get(row.kind)
        if kind is None:
            left_out.append(LeftOut("vehicle", row.id, "kind_unknown"))
            continue
        clean = find_clean(soiled_at=row.soiled_at, minutes=kind.disinfect, now=now)
        first, last = busy.window(row.id, clean, busy.until)
        if last > first:
            places = (
                kind.wheelchairs if row.wheelchairs is None else row.wheelchairs,
                kind.child_seats if row.child_seats is None else row.child_seats,
            )
            found.append(Vehicle(row.id, row.kind, row.seats, first, last, *places))
        else:
            left_out.append(LeftOut("vehicle", row.id, "taken"))
    return found, left_out


def find_clean(*, soiled_at: datetime | None, minutes: int, now: datetime) -> datetime:
    """When a vehicle can go again that is disinfected in so many minutes: at once if it is clean. A soiled one is believed to be under
    disinfection for as long as that takes; if nobody has reported it clean by then, nobody is at it, and all of it is still to come."""
    if soiled_at is None:
        return now
    needs = timedelta(minutes=minutes)
    due = soiled_at + needs
    return due if now < due else now + needs


def _list_crew(now: datetime, busy: Busy) -> list[Member]:
    """Whoever is on duty, each for the longest time between the trips that are facts."""
    found = []
    for one in list_on_duty(now=now, until=busy.until, done=busy.worked):
        first, last = busy.window(one.id, one.from_at, one.until_at)
        if last > first:
            drives = one.role in ("L", "S")
            driven = busy.worked.count_driven(who=one.id, from_at=first) if drives else 0
            found.append(replace(one, from_at=first, until_at=last, driven=driven))
    return found


def list_duties(*, now: datetime, until: datetime) -> list[Any]:
    """The shifts that run or begin between two times and that somebody is at or will come to, by their start."""
    duties = models.Deployment.objects.filter(
        ends_at__gt=now,
        starts_at__lt=until,
        out_at__isnull=True,
        absent_at__isnull=True,
        person__is_active=True,
    ).select_related("person")
    rows: list[Any] = list(duties.order_by("starts_at"))
    away = {on: absences.list_away(on=on) for on in {row.on for row in rows}}
    held = absences.list_held(on=ports.find_day(at=now))
    return [
        row
        for row in rows
        if row.person_id not in away[row.on] and not (row.starts_at <= now and row.person_id in held)
    ]


def list_on_duty(*, now: datetime, until: datetime, done: worked.Worked) -> list[Member]:
    """Who is deployed from `now` or later as escort or driver, for the whole shift; whoever has a licence and no shift at all
    is on call, for no longer than a shift and not on days on which they are away. Nobody who did not come, is on leave or off duty on the
    day of the shift, or held for health then or now."""
    found: dict[UUID, Member] = {}
    for duty in list_duties(now=now, until=until):
        licence = duty.person.licence if duty.post == DRIVER_POST else ""
        role = "E" if duty.post == ESCORT_POST else licence
        if role and duty.person_id not in found:
            found[duty.person_id] = _member(duty.person, role, duty.starts_at, duty.ends_at)
    today = models.Deployment.objects.filter(ends_at__gt=now - timedelta(hours=12), starts_at__lt=until)
    on_call = models.Person.objects.exclude(licence="").filter(is_active=True)
    days = _Days(now, until)
    for person in on_call.exclude(pk__in=today.values("person_id")).order_by("username"):
        first, last = done.find_duty(who=person.pk)
        first, last = days.cut(person.pk, max(first, now), min(last, until))
        if first < last:
            found[person.pk] = _member(person, person.licence, first, last)
    return list(found.values())


class _Days:
    """The days of a span in the port's zone, each from its midnight, with who is away on it."""

    def __init__(self, first: datetime, last: datetime) -> None:
        zone = ports.find_zone()
        begin, end = first.astimezone(zone).date(), last.astimezone(zone).date()
        days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
        self.spans = [
            (
                datetime.combine(on, time(), zone),
                datetime.combine(on + timedelta(days=1), time(), zone),
                absences.list_away(on=on),
            )
            for on in days
        ]

    def cut(self, who: UUID, first: datetime, last: datetime) -> tuple[datetime, datetime]:
        """The first stretch of a span on whose days somebody is not away; an empty one if there is none."""
        for begin, end, away in self.spans:
            if who in away and begin < last and first < end:
                if first < begin:
                    return first, begin
                first = end
        return first, last


def _member(who: Any, role: str, first: datetime, last: datetime) -> Member:
    return Member(who.pk, role, first, last, tuple(who.speaks))


def list_places(
    *, now: datetime, rules: TransportRules, running: Running
) -> tuple[list[Place], list[LeftOut]]:
    """Where people can be taken, and what cannot be used; a facility that takes nobody new has no room for the plan."""
    known = ways.list_ways()
    shut = intake.list_closed(now=now)
    kinds = {Kind.FACILITY.value: "facility", Kind.HOSPITAL.value: "hospital", Kind.EXIT.value: EXIT_KIND}
    rows = models.Custodian.objects.filter(kind__in=list(kinds), closed_at__isnull=True).order_by("code")
    used = _count_used()
    found, left_out = [], []
    for row in rows:
        way = known.get(row.place)
        if way is None:
            if row.kind != Kind.EXIT.value:
                left_out.append(LeftOut("custodian", row.id, "way_unknown"))
            continue
        if row.kind == Kind.FACILITY.value and row.capacity is None:
            left_out.append(LeftOut("custodian", row.id, "rooms_unknown"))
            continue
        takes = str(row.attributes.get("takes", ""))
        place = Place(
            row.id,
            kinds[row.kind],
            way.minutes,
            way.km,
            takes if takes in rules.classes else "ordinary",
            None,
        )
        if row.capacity is not None:
            spoken_for = used.get(row.id, 0) + running.heads_to.get(row.id, 0)
            on_way = running.heads_to.get(row.id, 0)
            short = min(on_way, max(0, spoken_for - row.capacity))
            place = replace(place, free=max(0, row.capacity - spoken_for), short=short)
        if row.id in shut:
            place = replace(place, free=0, shut=True)
            left_out.append(LeftOut("custodian", row.id, "intake_closed"))
        found.append(place)
    return found, left_out


def _count_used() -> dict[UUID, int]:
    """Rooms taken or closed by place; somebody without a room is taken to have one of their own."""
    stages = (Kind.FACILITY.value, Kind.HOSPITAL.value)
    held = dict(
        models.Position.objects.filter(inside=True, holder_kind__in=stages).values_list(
            "traveller_id", "holder_id"
        )
    )
    rooms: dict[UUID, set[str]] = defaultdict(set)
    closed = models.Room.objects.filter(state=State.BLOCKED.value)
    for place, room in closed.values_list("facility_id", "code"):
        rooms[place].add(room)
    for traveller, room in models.Traveller.objects.filter(id__in=list(held)).values_list("id", "room"):
        rooms[held[traveller]].add(room or str(traveller))
    return {place: len(taken) for place, taken in rooms.items()}


def list_left(*, now: datetime, rules: TransportRules, but: UUID | None) -> list[Place]:
    """Places with the rooms or beds left beside everybody on the way there or on the list of any open trip, `but` one's; children
    share a room with theirs."""
    running, changeable = split(opened=[trip for trip in list_open() if trip.id != but])
    lines = models.BoardingLine.objects.filter(trip__in=[trip.id for trip in changeable])
    wanted: Counter[UUID] = Counter()
    for there, kind, under_age in lines.values_list(
        "trip__destination_id", "trip__destination__kind", "traveller__under_age"
    ):
        wanted[there] += kind == Kind.HOSPITAL.value or not under_age
    found, _ = list_places(now=now, rules=rules, running=running)
    return [
        place if place.free is None else replace(place, free=max(0, place.free - wanted[place.id]))
        for place in found
    ]
