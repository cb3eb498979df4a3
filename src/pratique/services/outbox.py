"""The outbox: whoever outside is told of what the ledger records, in order, each entry once confirmed.

The entries themselves are the outbox. A subscription is a place in their one order: it is given what follows, and moves
on when the receiver has confirmed. What is sent again after a lost answer has the same numbers, so a receiver that keeps
(port, number) as its key takes everything once. Entries name travellers by their random ids and never hold identities.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import F

from pratique.core.answers import Refused
from pratique.services import identity
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import entries

PARCEL_MAX = 500
WAIT_SECONDS_MIN, WAIT_SECONDS_MAX = 2, 15 * 60
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one subscriber is told next: the entries numbered above `after` up to `upto` that it asked for."""

    port: str
    after: int
    upto: int
    entries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """How a subscription stands: how many numbers it is behind, since when it has failed, and why."""

    name: str
    url: str
    kinds: tuple[str, ...]
    behind: int
    told_at: datetime | None
    failures: int
    failed_at: datetime | None
    because: str
    paused_at: datetime | None


def subscribe(*, name: str, url: str, kinds: Sequence[str] = (), after: int | None = None) -> str:
    """Tell somebody from now on (`after` None) or from a number on; returns the secret both sides sign with, shown once.

    Raises `Refused`: `url_not_https` (only a receiver on this machine may do without), `entry_kind_unknown`,
    `subscription_exists`.
    """
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or parts.scheme == "http" and parts.hostname in LOOPBACK
    ):
        raise Refused("url_not_https", f"{url}: entries are only sent to an https:// address")
    unknown = sorted(set(kinds) - set(entries.KINDS))
    if unknown:
        raise Refused("entry_kind_unknown", f"{', '.join(unknown)}: choose among {', '.join(entries.KINDS)}")
    if models.Subscription.objects.filter(name=name).exists():
        raise Refused(
            "subscription_exists", f"{name} is told already: remove it first, or choose another name"
        )
    secret, subscription = secrets.token_bytes(32), make_id()
    key, sealed = identity.seal_bytes(content=secret, about=subscription)
    models.Subscription.objects.create(
        id=subscription,
        name=name,
        url=url,
        kinds=sorted(kinds),
        key=key,
        sealed=sealed,
        last_seq=entries.find_final() if after is None else after,
    )
    return secret.hex()


def unsubscribe(*, name: str) -> None:
    """Tell them no more. Raises `Refused("subscription_unknown")`."""
    if not models.Subscription.objects.filter(name=name).delete()[0]:
        raise Refused("subscription_unknown", f"nobody called {name} is told anything")


def pause(*, name: str, paused_at: datetime | None) -> None:
    """Hold back what they would be told, or (None) go on where it stopped. Raises `Refused("subscription_unknown")`."""
    if not models.Subscription.objects.filter(name=name).update(paused_at=paused_at, failures=0):
        raise Refused("subscription_unknown", f"nobody called {name} is told anything")


def list_due(*, now: datetime) -> list[UUID]:
    """Who is to be told now: not paused, and not waiting after a failure (2 s, then twice as long each time, to 15 min)."""
    found = models.Subscription.objects.filter(paused_at__isnull=True).order_by("name")
    return [s.id for s in found if s.failed_at is None or s.failed_at + _wait(s.failures) <= now]


def _wait(failures: int) -> timedelta:
    return timedelta(seconds=min(WAIT_SECONDS_MIN * 2 ** max(failures - 1, 0), WAIT_SECONDS_MAX))


def read(*, subscription: UUID, upto: int) -> Parcel | None:
    """The next parcel of at most 500 entries up to a final number; None if there is nothing."""
    row = models.Subscription.objects.get(id=subscription)
    if row.last_seq >= upto:
        return None
    found = entries.read_entries(after=row.last_seq, upto=upto, kinds=tuple(row.kinds), limit=PARCEL_MAX)
    port = models.Port.objects.values_list("code", flat=True).first() or ""
    reached = found[-1]["seq"] if len(found) == PARCEL_MAX else upto
    return Parcel(port, row.last_seq, reached, tuple(found))


def confirm(*, subscription: UUID, parcel: Parcel, now: datetime) -> bool:
    """The receiver has it. False if the subscription has moved meanwhile (another process told them): nothing is done."""
    changed = models.Subscription.objects.filter(id=subscription, last_seq=parcel.after).update(
        last_seq=parcel.upto, told_at=now, failures=0, failed_at=None, because=""
    )
    return bool(changed)


def fail(*, subscription: UUID, because: str, now: datetime) -> None:
    """The receiver could not be told; the same parcel is sent again after a while."""
    models.Subscription.objects.filter(id=subscription).update(
        failures=F("failures") + 1, failed_at=now, because=because[:500]
    )


def open_secret(*, subscription: UUID) -> tuple[str, bytes]:
    """Where a subscriber is told, and the secret that signs it."""
    row = models.Subscription.objects.get(id=subscription)
    return row.url, identity.open_bytes(key=row.key, sealed=bytes(row.sealed), about=row.id)


def list_lags() -> list[Lag]:
    """How every subscription stands."""
    rows = list(models.Subscription.objects.order_by("name"))
    final = entries.find_final() if rows else 0
    return [
        Lag(
            name=row.name,
            url=row.url,
            kinds=tuple(row.kinds),
            behind=max(final - row.last_seq, 0),
            told_at=row.told_at,
            failures=row.failures,
            failed_at=row.failed_at,
            because=row.because,
            paused_at=row.paused_at,
        )
        for row in rows
    ]
