"""Flights: scheduled, landed, counted, closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.custody import fold, proofs
from pratique.core.custody.entry import Kind
from pratique.core.custody.proofs import LANDED, Source
from pratique.services import custody
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.queries import ports

CABIN_UNSEEN_MINUTES = 90
EXPECTED_WITHIN_DAYS = 3
"""So far from its schedule a flight may be expected; what comes later than that is another flight."""
OPEN_KINDS = (Kind.CABIN.value, Kind.HALL.value, Kind.HOLDING.value, Kind.TRIP.value)
"""Where a traveller still counts as open for the flight: not yet with a facility or hospital, and not out."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A flight that is expected: designator and where from identify it with its date."""

    designator: str
    departure: str
    on: date
    scheduled_at: datetime
    arrival: str = ""
    callsign: str = ""
    equipment: str = ""
    seats: int | None = None
    estimated_at: datetime | None = None


def schedule(*, arrival: Arrival, now: datetime) -> models.Flight:
    """Put a flight on the board, or move its times; its cabin becomes an account of the ledger.

    Of a flight that is known already, what is not said here (seats, equipment, callsign, when it is expected) stays. Raises `Refused`:
    `flight_closed`, `flight_landed`.
    """
    told = {
        "arrival": arrival.arrival,
        "callsign": arrival.callsign,
        "equipment": arrival.equipment,
        "seats": arrival.seats,
        "estimated_at": arrival.estimated_at,
    }
    said = {name: value for name, value in told.items() if value not in ("", None)}
    key: dict[str, Any] = {"designator": arrival.designator, "departure": arrival.departure, "on": arrival.on}
    with transaction.atomic():
        known = models.Flight.objects.select_for_update().filter(**key).first()
        if known is not None:
            _refuse_closed(known)
            if known.landed_at is not None:
                raise Refused("flight_landed", f"{known.designator} has landed")
        flight, fresh = models.Flight.objects.update_or_create(
            **key, defaults={"scheduled_at": arrival.scheduled_at, **said}
        )
        if fresh:
            port = models.Port.objects.first()
            models.Custodian.objects.create(
                id=flight.id,
                code=f"{arrival.designator}/{arrival.on:%Y%m%d}/{arrival.departure}",
                kind=Kind.CABIN.value,
                name_zh=f"{arrival.designator} 客舱",
                name_en=f"{arrival.designator} cabin",
                place=port.code if port else arrival.arrival,
                limit_minutes=CABIN_UNSEEN_MINUTES,
                capacity=arrival.seats,
            )
    return flight


def expect(*, flight: UUID, estimated_at: datetime, by: UUID | None, now: datetime) -> models.Flight:
    """Somebody was told when the flight comes; the latest word counts, so that saying it again corrects it.

    Raises `Refused`: `flight_unknown`, `flight_closed`, `flight_landed`, `expected_in_past` (to the minute), `expected_far`.
    """
    with transaction.atomic():
        row = _lock(flight)
        if row.landed_at is not None:
            raise Refused("flight_landed", f"{row.designator} has landed")
        if estimated_at <= now - timedelta(minutes=1):
            raise Refused("expected_in_past", "a flight cannot be expected at a time that has passed")
        if abs(estimated_at - row.scheduled_at) > timedelta(days=EXPECTED_WITHIN_DAYS):
            raise Refused(
                "expected_far",
                f"that is more than {EXPECTED_WITHIN_DAYS} days from its schedule",
                n=EXPECTED_WITHIN_DAYS,
            )
        row.estimated_at = estimated_at
        row.save(update_fields=["estimated_at"])
        told = f"{row.designator} {_show(estimated_at)}"
        models.Access.objects.create(person_id=by, what="flight expected", because=told)
    return row


def _lock(flight: UUID) -> models.Flight:
    """A flight that is not closed, held until the caller's transaction ends. Raises `Refused`: `flight_unknown`, `flight_closed`."""
    row = models.Flight.objects.select_for_update().filter(id=flight).first()
    if row is None:
        raise Refused("flight_unknown", "there is no such flight")
    _refuse_closed(row)
    return row


def _refuse_closed(row: models.Flight) -> None:
    if row.closed_at is not None:
        raise Refused("flight_closed", f"{row.designator} is closed")


def _show(at: datetime) -> str:
    return f"{at.astimezone(ports.find_zone()):%Y-%m-%d %H:%M}"


def land(
    *, flight: UUID, landed_at: datetime, now: datetime, by: UUID | None = None, because: str = ""
) -> int:
    """The flight has landed: everybody on its list enters the book, held by the cabin. Returns how many.

    Another time for a flight that has landed corrects the first and says why (`because`): everybody entered at the time that is said
    last, the first entries stay in the book, and who said what when stays in the log. The same time again is the same landing.
    Raises `Refused`: `flight_unknown`, `flight_closed`, `landing_in_future`, `landed_already` without a reason.
    """
    with transaction.atomic():
        row = _lock(flight)
        if landed_at > now:
            raise Refused("landing_in_future", "a flight cannot have landed in the future")
        before = row.landed_at
        if before is not None and before != landed_at and not because.strip():
            raise Refused(
                "landed_already",
                f"{row.designator} landed at {_show(before)}: say why that is wrong",
                at=_show(before),
            )
        if before != landed_at and (by is not None or before is not None):
            _note_landing(row, landed_at, before, because, by)
        row.landed_at = landed_at
        row.save(update_fields=["landed_at"])
        listed = models.Listing.objects.filter(flight=row, gone_version__isnull=True)
        return custody.admit(
            travellers=listed.values_list("traveller_id", flat=True),
            custodian=row.id,
            flight=row.id,
            happened_at=landed_at,
            now=now,
        )


def _note_landing(
    row: models.Flight, landed_at: datetime, before: datetime | None, because: str, by: UUID | None
) -> None:
    """In the log: who said when it landed, or who corrected that, from which time, and why."""
    what, told = "flight landed", f"{row.designator} {_show(landed_at)}"
    if before is not None:
        what, told = "landing corrected", f"{told} ({_show(before)}): {because.strip()}"
    models.Access.objects.create(person_id=by, what=what, because=told)


def count(*, flight: UUID, source: Source, heads: int, by: UUID | None, now: datetime) -> models.FlightCount:
    """Somebody counted how many came with a flight, independently of the ledger."""
    if heads < 0:
        raise Refused("heads_negative", "a count cannot be below zero")
    if not models.Flight.objects.filter(id=flight).exists():
        raise Refused("flight_unknown", "there is no such flight")
    return models.FlightCount.objects.create(
        id=make_id(),
        flight_id=flight,
        source=source.value,
        heads=heads,
        happened_at=now,
        recorded_at=now,
        by_id=by,
    )


def list_open(*, flight: UUID) -> list[UUID]:
    """Who is still open: listed and not in the book, or held by cabin, hall, holding area or trip, or in dispute."""
    listed = set(
        models.Listing.objects.filter(flight_id=flight, gone_version__isnull=True).values_list(
            "traveller_id", flat=True
        )
    )
    inside = dict(models.Position.objects.filter(flight_id=flight).values_list("traveller_id", "holder_kind"))
    disputed = set(
        models.Dispute.objects.filter(traveller_id__in=listed | set(inside)).values_list(
            "traveller_id", flat=True
        )
    )
    return sorted(t for t in listed | set(inside) if t in disputed or inside.get(t) in (None, *OPEN_KINDS))


@dataclass(frozen=True, slots=True)
class Figure:
    """What one source counted last, beside what the book would have had it count; `told` why they differ, once that was settled."""

    source: Source
    heads: int
    booked: int
    at: datetime
    told: models.FlightDifference | None = None

    @property
    def differs(self) -> bool:
        """Whether it is not the book's, settled or not."""
        return self.heads != self.booked

    @property
    def by_two(self) -> bool:
        """Whether two sign for it: it says how many landed, so that somebody may be missing."""
        return self.source in LANDED


def list_figures(*, flight: UUID) -> list[Figure]:
    """The counts of a flight beside the book, which is folded for it; the most trusted first."""
    counts = rows.read_flight_counts(flights=[flight])
    if not counts:
        return []
    people = set(models.Traveller.objects.filter(flight_id=flight).values_list("id", flat=True))
    people |= set(models.Position.objects.filter(flight_id=flight).values_list("traveller_id", flat=True))
    ground = rows.read_ground()
    books = fold.fold(journal=rows.read_journal(sorted(rows.find_linked(people))), ground=ground)
    found = proofs.compare_counts(books=books, ground=ground, counts=counts).values()
    told = {
        (row.source, row.heads, row.booked): row
        for row in models.FlightDifference.objects.filter(flight_id=flight).order_by("seq")
    }
    return [
        Figure(
            one.source, one.heads, booked, one.happened_at, told.get((one.source.value, one.heads, booked))
        )
        for figures in found
        for one, booked in figures
    ]


@dataclass(frozen=True, slots=True)
class Settled:
    """Why counts differ from the book, by source, and who signs beside whoever closes."""

    because: Mapping[Source, str]
    second: UUID | None = None


NOTHING_SETTLED = Settled({})


def _settle(flight: models.Flight, settled: Settled, by: UUID, now: datetime) -> None:
    """Write down why each count differs that does; refuse while one is left of which nobody says why."""
    differing = [one for one in list_figures(flight=flight.id) if one.differs]
    silent = [one for one in differing if not settled.because.get(one.source, "").strip()]
    if silent:
        told = tuple(f"{one.source.value} {one.heads} / {one.booked}" for one in silent)
        raise Refused("flight_counts_differ", "say of each why it differs from the book", counts=told)
    if any(one.by_two for one in differing) and settled.second in (None, by):
        raise Refused("flight_count_by_one", "two sign where the counts of who landed differ")
    models.FlightDifference.objects.bulk_create(
        models.FlightDifference(
            id=make_id(),
            flight_id=flight.id,
            source=one.source.value,
            heads=one.heads,
            booked=one.booked,
            because=settled.because[one.source].strip(),
            second_id=settled.second if one.by_two else None,
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
        for one in differing
    )


def close(*, flight: UUID, by: UUID, now: datetime, settled: Settled = NOTHING_SETTLED) -> models.Flight:
    """Close a flight, once nobody of it is open and every count agrees with the book or it is said why not.

    Raises `Refused`: `flight_unknown`, `flight_not_landed`, `flight_open` with who, `flight_counts_differ` with which,
    `flight_count_by_one`.
    """
    with transaction.atomic():
        row = models.Flight.objects.select_for_update().filter(id=flight).first()
        if row is None:
            raise Refused("flight_unknown", "there is no such flight")
        if row.landed_at is None:
            raise Refused("flight_not_landed", f"{row.designator} has not landed")
        still_open = list_open(flight=flight)
        if still_open:
            codes = models.Traveller.objects.filter(id__in=still_open).order_by("code")
            named = ", ".join(codes.values_list("code", flat=True))
            raise Refused("flight_open", f"{len(still_open)} open: {named}")
        if row.closed_at is None:
            _settle(row, settled, by, now)
        row.closed_at = now
        row.save(update_fields=["closed_at"])
        models.Custodian.objects.filter(id=flight).update(closed_at=now)
        models.Access.objects.create(person_id=by, what="flight closed", because=row.designator)
    return row
