"""The way of one trip as its crew drives it: rests with their times, who drives next, and hours that are not lawful."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pratique.core.transport import check, convoy, stretch
from pratique.core.transport.plan import Trip as Planned
from pratique.core.transport.problem import TransportProblem
from pratique.services.dispatch import duration, settings
from pratique.store import models
from pratique.store.queries import convoys
from pratique.store.queries.trips import Route, Trip


@dataclass(frozen=True, slots=True)
class Rest:
    """A stop of the driver on the way: from when at the earliest, how long, who drives next if there is a relief, and where,
    if the trip goes in a convoy."""

    at: datetime
    minutes: int
    next: models.Person | None
    place: convoys.RestPlace | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A driver (None: not named yet, the `number`th) would be at the wheel longer than the law allows, in minutes."""

    who: models.Person | None
    number: int
    excess: str
    minutes: int
    most: int
    rest: int


@dataclass(frozen=True, slots=True)
class Way:
    """Rests on the way there, when it is there at the earliest, and every breach there and back."""

    rests: tuple[Rest, ...] = ()
    there_at: datetime | None = None
    breaches: tuple[Breach, ...] = ()


def lay_out(*, trip: Trip, route: Route) -> Way:
    """The way by the rules this port goes by; empty if nobody knows how long it is.

    It counts from the departure, or before that from when boarding begins, so that no time on it is too late; of a trip that
    fetches people elsewhere, from when it is there.
    """
    if not route.minutes:
        return Way()
    found = settings.get_rules()
    begin = duration.find_boarding(trip=trip, since=trip.departed_at)
    crew: list[models.Person | None] = [trip.driver, *route.reliefs]
    halts = _list_halts(trip, route.minutes)
    if halts:
        there = convoy.cut_legs(
            minutes=route.minutes,
            halts=[convoy.Halt(halt.code, halt.minutes) for halt in halts],
            rest=found.convoy.rest_minutes,
            drivers=len(crew),
        )
    else:
        there = stretch.cut(
            minutes=route.minutes,
            every=found.rules.rest_every,
            rest=found.rules.rest_min,
            drivers=len(crew),
        )
    rests = tuple(
        Rest(
            at=begin + timedelta(minutes=before.arrives),
            minutes=after.leaves - before.arrives,
            next=crew[after.driver] if len(crew) > 1 else None,
            place=halts[number] if halts else None,
        )
        for number, (before, after) in enumerate(zip(there, there[1:], strict=False))
    )
    kind = found.kinds.get(trip.vehicle.kind)
    wrong = stretch.find_breaches(
        there=there,
        stay=kind.unload if kind else 0,
        hours=found.hours,
        begins=count_minute(begin),
        long=trip.long_distance or route.minutes > found.rules.long_drive,
    )
    breaches = tuple(
        Breach(crew[one.driver], one.driver + 1, one.excess.value, one.minutes, one.most, found.hours.rest)
        for one in wrong
    )
    return Way(rests, begin + timedelta(minutes=there[-1].arrives), breaches)


def count_closed(*, problem: TransportProblem, trip: Planned, hours: stretch.Hours) -> int:
    """How many minutes a driver of a proposed trip would be on the road, there and back, while vehicles on long ways must stand; 0 for
    a way that is not long. Told before the plan is adopted, for plans do not keep it."""
    if not check.is_long(problem=problem, trip=trip):
        return 0
    rules, kind = problem.rules, problem.kinds[problem.vehicles[trip.vehicle].kind]
    legs = problem.list_legs(problem.find_origin(trip.parties), trip.dest)
    there = stretch.cut(
        minutes=legs[1].drive_minutes,
        every=rules.rest_every,
        rest=rules.rest_min,
        drivers=max(1, len(trip.drivers)),
    )
    found = stretch.find_breaches(
        there=there,
        stay=kind.unload_minutes,
        hours=hours,
        begins=check.boards_at(problem=problem, trip=trip) % stretch.DAY,
    )
    return max((one.minutes for one in found if one.excess == stretch.Excess.CLOSED), default=0)


def count_minute(at: datetime) -> int:
    """The minute of the port's day."""
    port = models.Port.objects.first()
    local = at.astimezone(ZoneInfo(port.time_zone)) if port else at
    return 60 * local.hour + local.minute


def _list_halts(trip: Trip, minutes: int) -> list[convoys.RestPlace]:
    """Where the trip's convoy rests, if it is in one."""
    found = convoys.find_convoy(convoy=trip.convoy) if trip.convoy is not None else None
    return [halt for halt in found.halts if halt.minutes < minutes] if found else []
