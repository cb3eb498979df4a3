"""What a phone at a post must know: whom it holds, who is coming, who could come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pratique.core.custody import handover
from pratique.core.custody.entry import Kind
from pratique.store import models, rows

OFFER_DAYS = 2
NEAR_KINDS = (Kind.CABIN.value, Kind.HALL.value, Kind.HOLDING.value, Kind.TRIP.value)
"""Who is with one of these may come to any post next; a phone keeps their codes to know them without network."""


@dataclass(frozen=True, slots=True)
class Person:
    """A traveller as a phone keeps them: id, code, flight and seat; never a name."""

    traveller: UUID
    code: str
    flight: str
    seat: str
    holder: UUID | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A handover that waits for an answer; `outgoing` if this post is the giver."""

    handover: UUID
    giver: UUID
    receiver: UUID
    heads: int
    names: tuple[UUID, ...]
    deadline_at: datetime | None
    state: str
    outgoing: bool


def list_held(*, post: UUID) -> dict[UUID, datetime]:
    """Whom this post holds by the book, and when each was last seen; an exit holds nobody, whoever has left by it."""
    return dict(
        models.Position.objects.filter(holder_id=post, inside=True).values_list("traveller_id", "seen_at")
    )


def list_near(*, post: UUID) -> list[Person]:
    """Whom this post holds, and everybody who is not yet where they belong."""
    held = models.Position.objects.filter(inside=True, holder_kind__in=NEAR_KINDS)
    places = {
        p.traveller_id: p for p in (*held, *models.Position.objects.filter(holder_id=post, inside=True))
    }
    expected = models.Listing.objects.filter(
        gone_version__isnull=True, flight__closed_at__isnull=True, flight__landed_at__isnull=False
    ).exclude(traveller_id__in=models.Position.objects.values("traveller_id"))
    wanted = {*places, *expected.values_list("traveller_id", flat=True)}
    people = (
        models.Traveller.objects.filter(id__in=wanted).select_related("flight", "listing").order_by("code")
    )
    return [_person(traveller, places.get(traveller.id)) for traveller in people]


def _person(traveller: models.Traveller, position: models.Position | None) -> Person:
    listing = getattr(traveller, "listing", None)
    return Person(
        traveller=traveller.id,
        code=traveller.code,
        flight=traveller.flight.designator if traveller.flight else "",
        seat=listing.seat if listing else "",
        holder=position.holder_id if position else None,
        seen_at=position.seen_at if position else None,
    )


def list_offered(*, post: UUID, now: datetime) -> list[Offered]:
    """Handovers to and from this post that wait for an answer, the oldest first."""
    since = now - timedelta(days=OFFER_DAYS)
    events = models.HandoverEvent.objects.filter(happened_at__gte=since)
    mine = {
        *events.filter(receiver_id=post).values_list("handover_id", flat=True),
        *events.filter(giver_id=post).values_list("handover_id", flat=True),
    }
    by_handover: dict[str, list[handover.Event]] = {}
    for event in rows.read_handover_events(mine):
        by_handover.setdefault(event.handover, []).append(event)
    found = []
    for steps in by_handover.values():
        standing = handover.fold(events=steps, now=now)
        if standing is not None and standing.state in (handover.State.OFFERED, handover.State.LAPSED):
            found.append(_offered(standing, post))
    return sorted(found, key=lambda o: (o.deadline_at or now, str(o.handover)))


def _offered(standing: handover.Handover, post: UUID) -> Offered:
    return Offered(
        handover=UUID(standing.id),
        giver=UUID(standing.giver),
        receiver=UUID(standing.receiver),
        heads=standing.offered_heads or 0,
        names=tuple(UUID(n) for n in standing.names or ()),
        deadline_at=standing.deadline_at,
        state=standing.state.value,
        outgoing=UUID(standing.giver) == post,
    )
