"""Trips of an adopted plan opened in the ledger, each with its named list; and the list against who was scanned aboard."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import duty, transport
from pratique.services.convoy import course, forming
from pratique.services.dispatch import clean, draft, manning
from pratique.services.dispatch.draft import Draft
from pratique.services.dispatch.means import Running
from pratique.services.dispatch.people import at_port
from pratique.store import models
from pratique.store.ids import make_id

REPLACED = "replaced by the plan adopted"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A trip to be in force, how many minutes it takes its vehicle, there and back and disinfected, and whether its way is long."""

    draft: Draft
    minutes: int
    long: bool = False


@dataclass(frozen=True, slots=True)
class Under:
    """The plan that is put in force, the port's zone, by whom and when."""

    plan: UUID
    zone: tzinfo
    by: UUID
    now: datetime


def write_by_hand(*, changeable: Iterable[Any]) -> dict[str, list[str]]:
    """Trips made by hand, each with whoever is on its list, for a proposal to say what it knew of them."""
    return {str(trip.id): _write_names(trip) for trip in changeable if trip.plan_id is None}


def _write_names(trip: Any) -> list[str]:
    return sorted(str(line.traveller_id) for line in trip.lines.all())


def list_newer(*, document: Mapping[str, Any], changeable: Iterable[Any]) -> list[Any]:
    """Of these trips those made by hand that the proposal of this document did not know, or whose list was written anew since: adopting
    it leaves them as they are."""
    known = document.get("by_hand", {})
    return [
        trip for trip in changeable if trip.plan_id is None and known.get(str(trip.id)) != _write_names(trip)
    ]


def refuse_overtaken(
    *, drafts: Sequence[Draft], running: Running, changeable: Iterable[Any], beside: Iterable[Any] = ()
) -> None:
    """Raises `Refused`: `plan_overtaken` if somebody of these trips has moved on since the plan was made, or is on the list of one
    `beside` them, or one has set off."""
    named = running.named.union(line.traveller_id for trip in beside for line in trip.lines.all())
    _refuse_if_moved_on({who: one.origin for one in drafts for who in one.travellers}, named)
    standing = {trip.id for trip in changeable}
    if any(one.trip and one.trip not in standing for one in drafts):
        raise Refused("plan_overtaken", "a trip of it has set off meanwhile: make a new one")


def open_trips(
    *, orders: Sequence[Ordered], running: Running, changeable: Iterable[Any], under: Under
) -> None:
    """Make the trips in force those ordered: what stays is brought up to date, what is not ordered is withdrawn.

    Part of the caller's transaction. That nothing is in their way was asked before (`refuse_overtaken`).
    """
    standing = {trip.id: trip for trip in changeable}
    staying = {one.draft.trip for one in orders}
    transport.withdraw(
        trips=[trip for trip in standing if trip not in staying], because=REPLACED, by=under.by, now=under.now
    )
    _amend([(standing[one.draft.trip], one) for one in orders if one.draft.trip is not None])
    _open([one for one in orders if one.draft.trip is None], under)


def _refuse_if_moved_on(origins: Mapping[UUID, UUID | None], named: Collection[UUID]) -> None:
    """Everybody of a plan must still be where its vehicle fetches them (None: at the port), and on no list of another trip."""
    held = models.Position.objects.filter(traveller_id__in=origins)
    waiting = set(held.filter(at_port()).values_list("traveller_id", flat=True))
    moved = {
        who
        for who, holder in held.values_list("traveller_id", "holder_id")
        if (who not in waiting if origins[who] is None else holder != origins[who])
    }
    moved |= origins.keys() & set(named)
    if moved:
        codes = models.Traveller.objects.filter(id__in=moved).order_by("code").values_list("code", flat=True)
        raise Refused("plan_overtaken", f"moved on since the plan was made: {', '.join(codes)}")


def _open(orders: Sequence[Ordered], under: Under) -> None:
    """The trips that are new, in the order in which they start, each with its list."""
    ordered = sorted(orders, key=lambda o: (o.draft.starts_at, str(o.draft.vehicle)))
    trips = [make_id() for _ in ordered]
    transport.plan_trips(
        openings=[
            transport.Opening(
                order=_write_order(one, under),
                code=transport.make_code(trip=trip, starts_at=one.draft.starts_at.astimezone(under.zone)),
                trip=trip,
                plan=under.plan,
                pinned=one.draft.pinned,
            )
            for trip, one in zip(trips, ordered, strict=True)
        ]
    )
    write_lists(lists={trip: one.draft.travellers for trip, one in zip(trips, ordered, strict=True)})


def _write_order(one: Ordered, under: Under) -> transport.Order:
    wanted = one.draft
    return transport.Order(
        vehicle=wanted.vehicle,
        destination=wanted.destination,
        starts_at=wanted.starts_at.astimezone(under.zone),
        minutes=one.minutes,
        long_distance=one.long,
        driver=wanted.drivers[0] if wanted.drivers else None,
        reliefs=wanted.drivers[1:],
        escorts=wanted.escorts,
        origin=wanted.origin,
    )


def _amend(staying: Iterable[tuple[Any, Ordered]]) -> None:
    """Trips that stay: one may start at another time, others may ride or drive."""
    lists: dict[UUID, Iterable[UUID]] = {}
    times: dict[UUID, tuple[datetime, int]] = {}
    crewed: list[tuple[Any, Draft]] = []
    for trip, one in staying:
        wanted, standing = one.draft, draft.of_trip(trip)
        if wanted.travellers < standing.travellers:  # the others keep row and seat: their list may be printed
            trip.lines.exclude(traveller_id__in=wanted.travellers).delete()
        elif standing.travellers != wanted.travellers:
            lists[trip.id] = wanted.travellers
        if standing.starts_at != wanted.starts_at:
            times[trip.id] = (wanted.starts_at, one.minutes)
        told = (standing.drivers, standing.escorts, standing.pinned)
        if told != (wanted.drivers, wanted.escorts, wanted.pinned):
            trip.driver_id = wanted.drivers[0] if wanted.drivers else None
            trip.pinned = wanted.pinned
            crewed.append((trip, wanted))
    write_lists(lists=lists)
    transport.put_off(times=times)
    models.Trip.objects.bulk_update([trip for trip, _ in crewed], ["driver", "pinned"])
    transport.set_crews(crews={trip.id: (wanted.escorts, wanted.drivers[1:]) for trip, wanted in crewed})
    transport.set_responsible(people={trip.id: (wanted.escorts, wanted.drivers) for trip, wanted in crewed})


def write_lists(*, lists: Mapping[UUID, Iterable[UUID]]) -> None:
    """Trips' boarding lists: households side by side, seats given so that the free ones lie between them."""
    models.BoardingLine.objects.filter(trip_id__in=lists).delete()
    seats = dict(models.Trip.objects.filter(id__in=lists).values_list("id", "vehicle__seats"))
    named = {who for names in lists.values() for who in names}
    found = models.Traveller.objects.select_related("listing").in_bulk(named)
    rows = []
    for trip, names in lists.items():
        ordered = sorted((found[who] for who in names), key=lambda t: (*_find_party(t), t.code))
        given = zip(ordered, give_seats(len(ordered), seats[trip]), strict=True)
        rows += [
            models.BoardingLine(id=make_id(), trip_id=trip, traveller=one, row=row, seat=seat)
            for row, (one, seat) in enumerate(given, start=1)
        ]
    models.BoardingLine.objects.bulk_create(rows)


def _find_party(traveller: models.Traveller) -> tuple[str, int]:
    listing = getattr(traveller, "listing", None)
    return (listing.party, listing.row) if listing is not None else ("", 0)


def give_seats(heads: int, seats: int) -> list[str]:
    """Seat numbers as far apart as the vehicle allows: every second of 20 seats for 10, each for more than fit."""
    apart = max(1, seats // heads) if heads else 1
    return [str(1 + number * min(apart, 2)) for number in range(heads)]


def report(*, report: transport.Report, by: UUID | None, now: datetime) -> models.Trip:
    """Take a trip's report with what follows for dispatch: ended, its counts are evidence (agreed or not); broken down,
    its vehicle is out of service until somebody puts it back, and it is counted once nobody is with it (`counting.heed`). A long way
    is not set off on but in a convoy, and nothing sets off without its drivers and escorts or in a vehicle that was not disinfected.
    Raises `Refused`: `convoy_missing`, `crew_missing`, `vehicle_soiled`, and as `transport.report`."""
    with transaction.atomic():
        if report.step == "departed":
            forming.refuse_alone(trip=report.trip)
            manning.refuse_short(trip=report.trip)
            clean.refuse_soiled(trip=report.trip, now=now)
        trip = transport.report(report=report, by=by, now=now)
        if report.step == "broken_down":
            transport.set_service(vehicle=trip.vehicle.id, in_service=False, now=now)
        sheet = read_sheet(trip=trip.id) if report.step == "ended" else None
        if sheet is not None:
            counted = {
                "agreed": sheet.boarded == sheet.alighted,
                "boarded": sheet.boarded,
                "received": sheet.alighted,
            }
            duty.record(evidence=duty.Done("trip", str(trip.id), "count", now, counted), by=by, now=now)
        if trip.convoy is not None:
            course.heed(convoy=trip.convoy.id, now=now)
    return trip


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody of a trip. `state`: waiting (listed, not yet scanned aboard), aboard, alighted (at the trip's end),
    elsewhere (got off to somebody else); `listed` is false for whoever was scanned aboard without being on the list. `holder` has them
    by the book, None before their flight has landed; `needs` are as in `needs`."""

    traveller: UUID
    code: str
    seat: str
    flight: str
    state: str
    listed: bool
    holder: UUID | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A trip's list against the scans."""

    lines: tuple[Line, ...]

    def count(self, *states: str) -> int:
        """How many are in one of these states."""
        return sum(line.state in states for line in self.lines)

    def count_waiting(self) -> Counter[UUID | None]:
        """How many are to board yet, by who holds them."""
        return Counter(line.holder for line in self.lines if line.state == "waiting")

    @property
    def listed(self) -> int:
        """How many the list names."""
        return sum(line.listed for line in self.lines)

    @property
    def strangers(self) -> int:
        """How many are aboard whom the list does not name, if there is one."""
        return sum(line.state == "aboard" and not line.listed for line in self.lines) if self.listed else 0

    @property
    def boarded(self) -> int:
        """How many were scanned aboard."""
        return self.count("aboard", "alighted", "elsewhere")

    @property
    def alighted(self) -> int:
        """How many the trip's end has received."""
        return self.count("alighted")

    @property
    def differing(self) -> tuple[Line, ...]:
        """Whoever keeps the counts from agreeing: not boarded, got off elsewhere, or not on the list if there is one."""
        return tuple(
            line
            for line in self.lines
            if line.state in ("waiting", "elsewhere") or (self.listed and not line.listed)
        )


def read_sheet(*, trip: UUID) -> Sheet:
    """Everybody listed and everybody scanned aboard, with what became of them."""
    destination = models.Trip.objects.values_list("destination_id", flat=True).get(id=trip)
    listed: dict[UUID, Any] = {line.traveller_id: line for line in _list_lines(trip)}
    annulled = models.Annulment.objects.values("scan_id")
    aboard = models.Scan.objects.filter(custodian_id=trip).exclude(id__in=annulled)
    boarded_at = dict(aboard.order_by("-happened_at").values_list("traveller_id", "happened_at"))
    boarded = set(boarded_at)
    there = models.Scan.objects.filter(traveller_id__in=boarded, custodian_id=destination).exclude(
        id__in=annulled
    )
    # Whoever was at its end days ago has not got off there today.
    arrived = {who for who, at in there.values_list("traveller_id", "happened_at") if at >= boarded_at[who]}
    ids = boarded | set(listed)
    holders = dict(
        models.Position.objects.filter(traveller_id__in=ids).values_list("traveller_id", "holder_id")
    )
    people: Iterable[Any] = models.Traveller.objects.filter(id__in=ids).select_related("flight")
    lines = []
    for one in people:
        line, holder = listed.get(one.id), holders.get(one.id)
        if holder == trip:
            state = "aboard"
        elif one.id in boarded:
            state = "alighted" if one.id in arrived else "elsewhere"
        else:
            state = "waiting"
        flight, seat = one.flight.designator if one.flight else "", line.seat if line else ""
        needs = tuple(one.needs)
        lines.append(Line(one.id, one.code, seat, flight, state, line is not None, holder, needs))
    rows = {traveller: line.row for traveller, line in listed.items()}
    return Sheet(tuple(sorted(lines, key=lambda one: (rows.get(one.traveller, len(rows) + 1), one.code))))


def _list_lines(trip: UUID) -> list[Any]:
    return list(models.BoardingLine.objects.filter(trip_id=trip).order_by("row"))
