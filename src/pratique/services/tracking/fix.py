"""Fixes: where a trip's vehicle was. Kept only while the trip runs, doubted before they are kept, erased by their clock."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from pratique.core.answers import Refused
from pratique.core.transport import progress
from pratique.core.transport.progress import Fix, Limits
from pratique.formats.osmand import Reported
from pratique.formats.transport_rules import TransportRules
from pratique.services.dispatch import settings
from pratique.store import models
from pratique.store.queries import ports, tracking


class Source(StrEnum):
    """What reported."""

    TRACKER = "tracker"
    PHONE = "phone"


KEPT = "kept"
NO_TRIP, NO_FIX, DOUBLED, UNREADABLE, STRANGER = (
    "fix_without_trip",
    "fix_empty",
    "fix_doubled",
    "fix_unreadable",
    "tracker_unknown",
)
QUIET = frozenset({KEPT, NO_TRIP, NO_FIX, DOUBLED})
"""What is as it should be: nobody need look."""


def hear(*, tracker: Any, reported: Sequence[Reported], unreadable: int, now: datetime) -> list[str]:
    """Take what a tracker reports; what became of each, `kept` or why not. The answer is always final: a tracker that is
    answered does not send it again."""
    battery = next((one.battery for one in reversed(reported) if one.battery is not None), tracker.battery)
    models.Tracker.objects.filter(id=tracker.id).update(heard_at=now, battery=battery)
    trip = tracking.find_running(vehicle=tracker.vehicle_id)
    outcomes = receive(trip=trip, reported=reported, source=Source.TRACKER, now=now)
    outcomes += [UNREADABLE] * unreadable
    count(vehicle=tracker.vehicle_id, codes=outcomes, now=now)
    return outcomes


def hear_crew(*, person: UUID, trip: UUID, reported: Sequence[Reported], now: datetime) -> list[str]:
    """Take what the phone of somebody who rides reports. Raises `Refused("trip_not_yours")`."""
    found = tracking.find_ride(person=person, trip=trip)
    if found is None:
        raise Refused("trip_not_yours", "only the crew of a trip reports where it is")
    running = found.departed_at is not None and found.arrived_at is None and found.ended_at is None
    outcomes = receive(trip=found if running else None, reported=reported, source=Source.PHONE, now=now)
    count(vehicle=found.vehicle_id, codes=outcomes, now=now)
    return outcomes


def receive(*, trip: Any, reported: Sequence[Reported], source: Source, now: datetime) -> list[str]:
    """Keep what is believed of a trip that is under way; nothing is stored where none is (None)."""
    if trip is None:
        return [NO_TRIP if one.spot else NO_FIX for one in reported]
    outcomes: dict[int, str] = {}
    with transaction.atomic():
        rules = settings.get_rules()
        start = _find_start(trip)
        last = tracking.find_last(trip=trip.id)
        ordered = sorted(range(len(reported)), key=lambda n: reported[n].at or now)
        for number in ordered:
            one = reported[number]
            if one.spot is None:
                outcomes[number] = NO_FIX
                continue
            fix = Fix(one.at or now, one.spot)
            doubt = progress.doubt(
                fix=fix, accuracy_metres=one.accuracy_metres, departed=start, departed_at=trip.departed_at,
                last=last, limits=_make_limits(rules), now=now,
            )  # fmt: skip
            if doubt is not None:
                outcomes[number] = doubt.value
            elif not _keep(trip.id, fix, one, source, now):
                outcomes[number] = DOUBLED
            else:
                outcomes[number] = KEPT
                last = fix if last is None or fix.at > last.at else last
    return [outcomes[number] for number in range(len(reported))]


def _find_start(trip: Any) -> Fix | None:
    port = ports.find_port()
    spot = tracking.find_spots().get(port.code) if port else None
    return Fix(trip.departed_at, spot) if spot and not tracking.is_relief(trip=trip.id) else None


def _make_limits(rules: TransportRules) -> Limits:
    told = rules.positions
    return Limits(told.ahead_seconds, told.accuracy_metres_max, told.speed_kmh_max, told.slack_km)


def _keep(trip: UUID, fix: Fix, one: Reported, source: Source, now: datetime) -> bool:
    """Write it down; whether it is new. The trip may have ended a moment ago: then it goes with the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_fix (trip_id, at, latitude, longitude, accuracy_metres, speed_kmh, heading, source,"
            " received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (trip_id, at) DO NOTHING",
            [
                trip, fix.at, fix.spot.latitude, fix.spot.longitude, one.accuracy_metres, one.speed_kmh, one.heading,
                source.value, now,
            ],
        )  # fmt: skip
        return bool(cursor.rowcount)


def count(*, vehicle: UUID | None, codes: Sequence[str], now: datetime) -> None:
    """Add what was not kept to the day's tally. Only numbers are kept of it."""
    port = ports.find_port()
    on = tracking.find_day(now=now, port=port)
    with connection.cursor() as cursor:
        for code, number in Counter(code for code in codes if code != KEPT).items():
            cursor.execute(
                'INSERT INTO store_fixtally ("on", vehicle_id, code, count, last_at) VALUES (%s, %s, %s, %s, %s)'
                ' ON CONFLICT ("on", vehicle_id, code) DO UPDATE'
                " SET count = store_fixtally.count + excluded.count, last_at = excluded.last_at",
                [on, vehicle, code, number, now],
            )


def erase_of(*, trip: UUID, now: datetime) -> None:
    """Erase the fixes of a trip that had not set off after all: it did not run."""
    number, _ = models.Fix.objects.filter(trip=trip).delete()
    if number:
        models.FixErasure.objects.create(trip_id=trip, erased_at=now, count=number)


def erase_due(*, now: datetime) -> int:
    """Erase fixes whose time is over; how many. What stays is that so many of a trip were erased."""
    rules = settings.get_rules().positions
    ended = now - timedelta(hours=rules.keep_hours)
    oldest = now - timedelta(hours=rules.keep_hours_max)
    with transaction.atomic():
        due = models.Fix.objects.filter(Q(trip__ended_at__lte=ended) | Q(received_at__lte=oldest))
        counts = Counter(due.select_for_update(of=("self",)).values_list("trip_id", flat=True))
        due.delete()
        models.FixErasure.objects.bulk_create(
            [models.FixErasure(trip_id=trip, erased_at=now, count=number) for trip, number in counts.items()]
        )
        models.FixTally.objects.filter(last_at__lte=oldest).delete()
    return sum(counts.values())
