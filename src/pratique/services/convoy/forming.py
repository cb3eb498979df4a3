"""A convoy is formed of trips to one destination, changed while it runs, and disbanded if it does not set off."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind
from pratique.core.transport import convoy as core
from pratique.services import duty
from pratique.services.dispatch import settings
from pratique.services.force import acting
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import convoys, trips, ways
from pratique.store.queries.trips import Trip

KIND = "convoy"
REPORTING = "web:convoy-check-in"
"""What whoever commands a convoy must be able to do."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which trips go together, under whom, and where they rest (codes; None: where the rules suggest)."""

    trips: tuple[UUID, ...]
    commander: UUID
    halts: tuple[str, ...] | None = None


def suggest_halts(*, place: str) -> tuple[convoys.RestPlace, ...]:
    """The fewest designated rest places on the way to a place at which nobody drives longer than the rules' leg."""
    known, way = convoys.list_rest_places(place=place), ways.list_ways().get(place)
    if way is None or not known:
        return ()
    chosen = core.choose_halts(
        minutes=way.minutes,
        halts=[core.Halt(one.code, one.minutes) for one in known],
        every=settings.get_rules().convoy.leg_minutes,
    )
    codes = {halt.code for halt in chosen}
    return tuple(one for one in known if one.code in codes)


def form(*, order: Order, zone: tzinfo, by: UUID | None, now: datetime) -> models.Convoy:
    """Let trips that have not set off go as a convoy; later plans keep them as they are.

    Raises `Refused`: `convoy_empty`, `trip_unknown`, `trip_under_way`, `convoy_joined`, `convoy_ways_part`,
    `person_unknown`, `convoy_commander_unable`, `halt_unknown`, `halts_level`.
    """
    with transaction.atomic():
        rows = _take(order.trips)
        destination = _find_common(rows)
        if any(trip.departed_at is not None for trip in rows):
            raise Refused("trip_under_way", "a trip of it has set off: it can join a convoy that runs")
        _refuse_unable(order.commander, order.trips, now)
        halts = _check_halts(order.halts, destination.place)
        convoy_id = make_id()
        starts_at = min(trip.during.lower for trip in rows).astimezone(zone)
        convoy = models.Convoy.objects.create(
            id=convoy_id,
            code=f"convoy:{starts_at:%Y%m%d}-{convoy_id.hex[-6:]}",
            destination=destination,
            commander_id=order.commander,
            on=starts_at.date(),
            halts=list(halts),
            formed_at=now,
            formed_by_id=by,
        )
        models.Trip.objects.filter(id__in=order.trips).update(convoy=convoy, pinned=True, long_distance=True)
    return convoy


def must_join(*, trip: Trip) -> bool:
    """Whether a trip must go in a convoy and is in none: its way is longer than the rules let one vehicle go alone. Not to hospital, and
    not where it fetches people who stand on the road: nobody waits for others then."""
    if trip.convoy is not None or trip.destination.kind == Kind.HOSPITAL or trip.broken_plate:
        return False
    way = ways.list_ways().get(trip.destination.place)
    if way is None:
        return trip.long_distance
    return way.minutes > settings.get_rules().rules.long_drive


def list_alone() -> list[Trip]:
    """Trips that must join a convoy before they set off, by their start."""
    return [trip for trip in trips.list_planned() if must_join(trip=trip)]


def refuse_alone(*, trip: UUID) -> None:
    """Before a trip sets off. Raises `Refused("convoy_missing")`."""
    found = trips.find_trip(trip=trip)
    if found is None or not must_join(trip=found):
        return
    most = settings.get_rules().rules.long_drive
    because = f"{found.destination.name_en} is further than {most} minutes: form its convoy first"
    raise Refused("convoy_missing", because, place=found.destination, most=most)


def _take(trips: Collection[UUID]) -> list[Any]:
    """These trips, locked; none of them over or in a convoy already."""
    if not trips:
        raise Refused("convoy_empty", "choose at least one trip")
    rows = list(
        models.Trip.objects.select_for_update(of=("self",))
        .select_related("destination", "vehicle")
        .filter(id__in=trips)
    )
    if len(rows) < len(set(trips)):
        raise Refused("trip_unknown", "there is no such trip")
    if any(trip.ended_at is not None for trip in rows):
        raise Refused("trip_under_way", "a trip of it is over")
    if any(trip.convoy is not None for trip in rows):
        raise Refused("convoy_joined", "a trip of it is in a convoy already")
    return rows


def _find_common(rows: Sequence[Any]) -> models.Custodian:
    ends: set[models.Custodian] = {trip.destination for trip in rows}
    if len(ends) > 1:
        raise Refused("convoy_ways_part", "its trips go to different places")
    return ends.pop()


def list_commanders(*, trips: Iterable[UUID], now: datetime) -> list[models.Person]:
    """Who may command a convoy of these trips, by name: whoever may report for it, by their role or the post they hold on the way."""
    return acting.list_able(endpoint=REPORTING, now=now, also=trips)


def _refuse_unable(person: UUID, trips: Iterable[UUID], now: datetime) -> None:
    """Refuse whom the check-ins would be owed by and who could not make them."""
    found = models.Person.objects.filter(id=person, is_active=True).first()
    if found is None:
        raise Refused("person_unknown", "its commander must be somebody who works here")
    if found not in list_commanders(trips=trips, now=now):
        because = f"{found.username} may not report for a convoy, nor escorts: choose an escort or a desk of dispatch"
        raise Refused("convoy_commander_unable", because, person=found)


def _check_halts(wanted: Sequence[str] | None, place: str) -> tuple[str, ...]:
    if wanted is None:
        return tuple(one.code for one in suggest_halts(place=place))
    known = {one.code: one for one in convoys.list_rest_places(place=place)}
    unknown = [code for code in wanted if code not in known]
    if unknown:
        raise Refused("halt_unknown", f"no designated rest place of this way: {', '.join(unknown)}")
    ordered = tuple(sorted(set(wanted), key=lambda code: (known[code].minutes, code)))
    for before, after in pairwise(ordered):
        if known[before].minutes == known[after].minutes:
            because = f"{before} and {after} are equally far: choose one of them"
            raise Refused("halts_level", because, place=known[before], other=known[after])
    return ordered


def lock(*, convoy: UUID) -> Any:
    """A convoy that is not over, locked for the caller's transaction. Raises `Refused`: `convoy_unknown`, `convoy_over`."""
    row = models.Convoy.objects.select_for_update(of=("self",)).filter(id=convoy).first()
    if row is None:
        raise Refused("convoy_unknown", "there is no such convoy")
    if row.ended_at is not None or row.disbanded_at is not None:
        raise Refused("convoy_over", "the convoy is over")
    return row


def join(*, convoy: UUID, trip: UUID, by: UUID | None, now: datetime) -> None:
    """One more trip, also on the road: a vehicle that comes to relieve another. Raises `Refused`."""
    with transaction.atomic():
        row, (joining,) = lock(convoy=convoy), _take([trip])
        if joining.destination_id != row.destination_id:
            raise Refused("convoy_ways_part", "it goes to another place")
        models.Trip.objects.filter(id=trip).update(convoy=row, pinned=True, long_distance=True)
        _write(convoy, "joined", {"trip": str(trip), "vehicle": joining.vehicle.plate}, by, now)


def leave(*, convoy: UUID, trip: UUID, by: UUID | None, now: datetime) -> None:
    """A trip that has not set off goes by itself again. Raises `Refused`."""
    with transaction.atomic():
        row = lock(convoy=convoy)
        own = models.Trip.objects.select_for_update(of=("self",)).filter(convoy=row).select_related("vehicle")
        found = next((one for one in own if one.id == trip), None)
        if found is None:
            raise Refused("trip_unknown", "there is no such trip in it")
        if found.departed_at is not None:
            raise Refused("trip_under_way", "the trip has set off: it arrives with its convoy")
        if len(own) == 1:
            raise Refused("convoy_empty", "it is the last trip: disband the convoy")
        models.Trip.objects.filter(id=trip).update(convoy=None)
        _write(convoy, "left", {"trip": str(trip), "vehicle": found.vehicle.plate}, by, now)


def _write(convoy: UUID, code: str, facts: Mapping[str, Any], by: UUID | None, now: datetime) -> None:
    duty.record(evidence=duty.Done(KIND, str(convoy), code, now, facts), by=by, now=now)


@dataclass(frozen=True, slots=True)
class Lead:
    """Who commands a convoy, and the codes of the rest places where it stops, in any order."""

    commander: UUID
    halts: tuple[str, ...]


def amend(
    *, convoy: UUID, wanted: Lead, seen: Lead | None = None, by: UUID | None, now: datetime
) -> models.Evidence | None:
    """Another commander, or other rest places (a road is closed); what it was and is stays on record (None: nothing is changed). `seen` is
    how whoever asks has seen it: one that was changed meanwhile is not written over.

    Raises `Refused`: as `form`, and `convoy_changed`; who commands it stays whatever they may.
    """
    with transaction.atomic():
        row = lock(convoy=convoy)
        found = convoys.find_convoy(convoy=convoy)
        assert found is not None
        codes = tuple(one.code for one in found.halts)
        if seen is not None and (seen.commander, set(seen.halts)) != (row.commander_id, set(codes)):
            because = (
                f"it was changed meanwhile: under {found.commander.username}, rests at {', '.join(codes)}"
            )
            raise Refused("convoy_changed", because, person=found.commander, halts=found.halts)
        if wanted.commander != row.commander_id:
            _refuse_unable(wanted.commander, [trip.id for trip in found.trips], now)
        halts = _check_halts(wanted.halts, found.destination.place)
        if (wanted.commander, halts) == (row.commander_id, codes):
            return None
        facts = {
            "commander_was": str(row.commander_id),
            "commander": str(wanted.commander),
            "halts_was": list(codes),
            "halts": list(halts),
        }
        row.commander_id, row.halts = wanted.commander, list(halts)
        row.save(update_fields=["commander", "halts"])
        done = duty.Done(KIND, str(convoy), "amended", now, facts)
        return duty.record(evidence=done, by=by, now=now)


def disband(*, convoy: UUID, because: str, by: UUID | None, now: datetime) -> None:
    """Let its trips go by themselves again; none of them may have set off. Raises `Refused`."""
    if not because.strip():
        raise Refused("reason_missing", "say why it is disbanded")
    with transaction.atomic():
        row = lock(convoy=convoy)
        own = models.Trip.objects.select_for_update(of=("self",)).filter(convoy=row)
        if any(trip.departed_at is not None for trip in own):
            raise Refused(
                "convoy_under_way", "it has set off, and is responsible until everybody is accepted"
            )
        own.update(convoy=None)
        row.disbanded_at = now
        row.save(update_fields=["disbanded_at"])
        done = duty.Done(KIND, str(convoy), "disbanded", now, {"note": because.strip()})
        duty.record(evidence=done, by=by, now=now)
