"""A flight with its list, where its people are, what others counted, and the versions of its list."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from pratique.core.boards.picture import OPEN_STAGES, Stage
from pratique.store import models


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a flight: what the list says (without who they are) and where the book has them.

    `open` as the flight counts it: expected, in the cabin, a hall, a holding area or on a trip, or disputed.
    """

    traveller: UUID
    code: str
    stage: Stage
    holder: UUID | None = None
    since_at: datetime | None = None
    seen_at: datetime | None = None
    seat: str = ""
    party: str = ""
    row: int = 0
    crew: bool = False
    in_transit: bool = False
    manifested: bool = True
    under_age: bool = False
    channel: str = ""
    room: str = ""
    needs: tuple[str, ...] = ()
    disputed: bool = False

    @property
    def open(self) -> bool:
        """Whether the flight cannot be closed over this person."""
        return self.disputed or self.stage in OPEN_STAGES


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the list as it was handed in; `problems` are rows of code, where, message, remedy, fatal."""

    id: UUID
    number: int
    name: str
    format: str
    function: str
    received_at: datetime
    by: models.Person | None
    control_heads: int | None
    listed: int
    new: int
    gone: int
    changed: int
    problems: tuple[dict[str, Any], ...] = field(default=())


def ask_due(path: str = "") -> Coalesce:
    """For statements: when a flight comes by the latest word; `path` leads to it, such as `flight__`."""
    return Coalesce(f"{path}estimated_at", f"{path}scheduled_at")


def find_flight(*, flight: UUID) -> models.Flight | None:
    """A flight by its id."""
    return models.Flight.objects.filter(id=flight).first()


def list_flights(*, on: date) -> list[models.Flight]:
    """The flights of a day, also those that are late from the day before or landed on it, the first first."""
    late = Q(landed_at__isnull=True, estimated_at__date=on)
    landed = Q(landed_at__date=on)
    found = models.Flight.objects.filter(Q(on=on) | late | landed).alias(due=ask_due())
    return list(found.order_by("due", "designator"))


def name_flights(*, flights: Iterable[UUID | str]) -> dict[UUID, str]:
    """Designators by flight."""
    return dict(models.Flight.objects.filter(id__in=list(flights)).values_list("id", "designator"))


def list_members(*, flight: UUID) -> list[Member]:
    """Everybody on the flight's list in force or held in its name: open ones first, then by party, seat and row."""
    listings = models.Listing.objects.filter(flight_id=flight, gone_version__isnull=True)
    listed = {row.traveller_id: row for row in listings}
    places = {row.traveller_id: row for row in models.Position.objects.filter(flight_id=flight)}
    ids = listed.keys() | places.keys()
    disputed = set(models.Dispute.objects.filter(traveller_id__in=ids).values_list("traveller_id", flat=True))
    members = [
        _member(traveller, listed.get(traveller.id), places.get(traveller.id), traveller.id in disputed)
        for traveller in models.Traveller.objects.filter(id__in=ids)
    ]
    return sorted(
        members, key=lambda m: (not m.open, list(Stage).index(m.stage), m.party or "~", _by_seat(m.seat))
    )


def _member(
    traveller: models.Traveller,
    listing: models.Listing | None,
    position: models.Position | None,
    disputed: bool,
) -> Member:
    return Member(
        traveller=traveller.id,
        code=traveller.code,
        stage=Stage(position.holder_kind) if position else Stage.EXPECTED,
        holder=position.holder_id if position else None,
        since_at=position.since_at if position else None,
        seen_at=position.seen_at if position else None,
        seat=listing.seat if listing else "",
        party=listing.party if listing else "",
        row=listing.row if listing else 0,
        crew=listing.crew if listing else False,
        in_transit=listing.in_transit if listing else False,
        manifested=listing is not None,
        under_age=traveller.under_age,
        channel=traveller.channel,
        room=traveller.room,
        needs=tuple(traveller.needs),
        disputed=disputed,
    )


def _by_seat(seat: str) -> tuple[int, str]:
    digits = "".join(c for c in seat if c.isdigit())
    return (int(digits) if digits else 9_999, seat)


def list_versions(*, flight: UUID) -> list[Version]:
    """The versions of the flight's list, the latest first."""
    rows = models.Manifest.objects.filter(flight_id=flight).select_related("by").defer("sealed_file")
    return [_version(row) for row in rows.order_by("-version")]


def find_version(*, manifest: UUID) -> tuple[Version, models.Flight] | None:
    """One version of a list, and whose it is."""
    row = (
        models.Manifest.objects.filter(id=manifest)
        .select_related("by", "flight")
        .defer("sealed_file")
        .first()
    )
    return (_version(row), row.flight) if row else None


def list_received(*, limit: int = 50) -> list[tuple[Version, models.Flight]]:
    """The versions received last, whatever flight they are of."""
    rows = (
        models.Manifest.objects.select_related("by", "flight").defer("sealed_file").order_by("-received_at")
    )
    return [(_version(row), row.flight) for row in rows[:limit]]


def _version(row: models.Manifest) -> Version:
    return Version(
        id=row.id,
        number=row.version,
        name=row.name,
        format=row.format,
        function=row.function,
        received_at=row.received_at,
        by=row.by,
        control_heads=row.control_heads,
        listed=row.listed,
        new=row.new,
        gone=row.gone,
        changed=row.changed,
        problems=tuple(row.problems),
    )


def list_differences(*, flight: UUID, version: int) -> dict[str, list[tuple[UUID, str, str]]]:
    """Who came with a version and who went: (traveller, code, seat), under `new` and `gone`."""
    rows = models.Listing.objects.filter(flight_id=flight).filter(
        Q(since_version=version) | Q(gone_version=version)
    )
    found: dict[str, list[tuple[UUID, str, str]]] = {"new": [], "gone": []}
    for row in rows.select_related("traveller").order_by("row"):
        sort = "new" if row.since_version == version else "gone"
        found[sort].append((row.traveller_id, row.traveller.code, row.seat))
    return found


def find_by_designator(*, sought: str, around: datetime, limit: int = 10) -> list[models.Flight]:
    """Flights whose designator or callsign starts with what is sought, the nearest in time first."""
    wanted = sought.upper().replace(" ", "")
    if not wanted:
        return []
    rows = models.Flight.objects.filter(Q(designator__istartswith=wanted) | Q(callsign__istartswith=wanted))
    return sorted(rows.order_by("-scheduled_at")[:200], key=lambda f: abs(f.scheduled_at - around))[:limit]
