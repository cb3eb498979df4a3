"""The way of a convoy: when it is where, who drives which leg, what was heard there, and hours that are not lawful."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pratique.core.duties.rule import Span
from pratique.core.duties.vocabulary import Kind
from pratique.core.transport import convoy as core
from pratique.core.transport import stretch
from pratique.core.transport.progress import Method, count_left
from pratique.services import register
from pratique.services.dispatch import settings
from pratique.services.dispatch.stretches import count_minute
from pratique.services.tracking.outlook import Outlook
from pratique.store import models
from pratique.store.queries import convoys, ways
from pratique.store.queries.trips import Trip


@dataclass(frozen=True, slots=True)
class Stop:
    """A rest place, or the destination (`place` None): planned arrival, minutes of rest, and when it was first heard there."""

    place: convoys.RestPlace | None
    planned_at: datetime
    rest: int
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Excess:
    """A driver of one vehicle would be at the wheel longer than the law allows; `who` None: not named yet."""

    plate: str
    who: models.Person | None
    number: int
    excess: str
    minutes: int
    most: int
    rest: int


@dataclass(frozen=True, slots=True)
class Itinerary:
    """The stops of a convoy; `delay_minutes` is what incidents cost from when it set off, `long_leg` the minutes of a leg beyond the rules'
    (0: none). Empty where nobody knows how long the way is."""

    starts_at: datetime
    stops: tuple[Stop, ...] = ()
    delay_minutes: int = 0
    long_leg: int = 0
    excesses: tuple[Excess, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a convoy is there: `known` by its arrival, by `position`, or as `planned`, with the `delay_minutes` in it that incidents cost and
    that no position shows yet. By position the last of the `heard` vehicles that tell where they are counts, of the `awaited` that
    are not there."""

    at: datetime
    known: str
    delay_minutes: int = 0
    heard: int = 0
    awaited: int = 0


def find_arrival(
    *, convoy: convoys.Convoy, itinerary: Itinerary, outlooks: Mapping[UUID, Outlook]
) -> Arrival | None:
    """When a convoy is there, by the outlooks of its moving trips; None where nobody knows how long its way is.

    Without a position it is there as planned, and no sooner than the table of ways allows from now."""
    if not itinerary.stops:
        return None
    end = itinerary.stops[-1]
    if end.heard_at is not None:
        return Arrival(end.heard_at, "arrived")
    awaited = [trip.id for trip in convoy.trips if not trip.arrived_at and not trip.ended_at]
    dues = [outlooks[trip].arrival for trip in awaited if trip in outlooks]
    heard = [due for due in dues if due is not None and due.method is Method.POSITION]
    if heard:
        last = max(heard, key=lambda due: due.expected_at)
        return Arrival(last.expected_at, "position", last.delay_minutes, len(heard), len(awaited))
    latest = max([end.planned_at, *(due.expected_at for due in dues if due is not None)])
    return Arrival(latest, "planned", itinerary.delay_minutes)


def get_check_in_minutes(*, now: datetime) -> int | None:
    """After how many minutes of silence a check-in is overdue, by the edition in force; None: no edition asks for it."""
    rulebook = register.get_rulebook()
    standing = [
        (protocol.effective_on, rule.schedule)
        for protocol in rulebook.protocols
        if protocol.effective_on <= rulebook.date_of(now)
        and (protocol.until_on is None or rulebook.date_of(now) <= protocol.until_on)
        for rule in protocol.obligations
        if rule.kind is Kind.CONVOY and rule.code == "check_in"
    ]
    schedule = max(standing, key=lambda found: found[0])[1] if standing else None
    return schedule.within_minutes if isinstance(schedule, Span) else None


def lay_out(*, convoy: convoys.Convoy, reports: list[models.Evidence]) -> Itinerary:
    """The way as planned from the departure, or before that from when its last trip has boarded."""
    rules = settings.get_rules()
    boards = [
        trip.starts_at + timedelta(minutes=kind.board if (kind := rules.kinds.get(trip.vehicle.kind)) else 0)
        for trip in convoy.trips
    ]
    departed = [trip.departed_at for trip in convoy.trips if trip.departed_at]
    starts_at = max(departed) if departed else max(boards, default=convoy.formed_at)
    delays = convoys.read_delays(reports)
    whole = sum(one.minutes for one in delays)
    delay = round(count_left(delays=delays, since=starts_at) if departed else whole)
    way = ways.list_ways().get(convoy.destination.place)
    if way is None or not way.minutes:
        return Itinerary(starts_at, delay_minutes=delay)
    halts = [core.Halt(one.code, one.minutes) for one in convoy.halts if one.minutes < way.minutes]
    legs = core.cut_legs(minutes=way.minutes, halts=halts, rest=rules.convoy.rest_minutes)
    heard: dict[str, datetime] = {}
    for one in reports:
        if one.code == "checked_in":
            heard[one.attributes.get("stop", "")] = one.happened_at
    places = {one.code: one for one in convoy.halts}
    stops = [
        Stop(
            places[halt.code],
            starts_at + timedelta(minutes=leg.arrives + delay),
            rules.convoy.rest_minutes,
            heard.get(halt.code),
        )
        for halt, leg in zip(halts, legs, strict=False)
    ]
    arrivals = [trip.arrived_at for trip in convoy.trips if trip.arrived_at]
    # Whatever broke down on the way ended without having arrived: nobody waits for it.
    there = all(trip.arrived_at or trip.ended_at for trip in convoy.trips)
    stops.append(
        Stop(
            None,
            starts_at + timedelta(minutes=legs[-1].arrives + delay),
            0,
            max(arrivals) if there and arrivals else None,
        )  # fmt: skip
    )
    longest = max(leg.minutes for leg in legs)
    excesses = [one for trip in convoy.trips for one in _list_excesses(trip, way.minutes, halts, starts_at)]
    return Itinerary(
        starts_at, tuple(stops), delay, longest if longest > rules.convoy.leg_minutes else 0, tuple(excesses)
    )


def _list_excesses(trip: Trip, minutes: int, halts: list[core.Halt], starts_at: datetime) -> list[Excess]:
    rules = settings.get_rules()
    crew = [trip.driver, *models.Person.objects.filter(trips_relieved=trip.id).order_by("username")]
    legs = core.cut_legs(minutes=minutes, halts=halts, rest=rules.convoy.rest_minutes, drivers=len(crew))
    kind = rules.kinds.get(trip.vehicle.kind)
    wrong = stretch.find_breaches(
        there=legs, stay=kind.unload if kind else 0, hours=rules.hours, begins=count_minute(starts_at)
    )
    return [
        Excess(
            trip.vehicle.plate,
            crew[one.driver],
            one.driver + 1,
            one.excess.value,
            one.minutes,
            one.most,
            rules.hours.rest,
        )  # fmt: skip
        for one in wrong
    ]
