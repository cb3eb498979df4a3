"""Trackers: devices bound to a vehicle, known by the hash of a secret identifier, issued and revoked by name."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from pratique.core.answers import Refused
from pratique.store import models

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look alike: an identifier is typed into an app by hand. 24 of them are 118 bits."""
LENGTH = 24
NAME_MAX = 60


def issue(*, vehicle: UUID, name: str, by: UUID | None, now: datetime) -> tuple[models.Tracker, str]:
    """A tracker for this vehicle and its identifier, which is shown once and kept only as a hash. Raises `Refused`."""
    row = models.Vehicle.objects.filter(id=vehicle).first()
    if row is None:
        raise Refused("vehicle_unknown", "there is no such vehicle")
    identifier = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    tracker = models.Tracker.objects.create(
        vehicle=row,
        name=name.strip()[:NAME_MAX] or row.plate,
        identifier_hash=digest(identifier),
        issued_at=now,
        issued_by_id=by,
    )
    return tracker, identifier


def revoke(*, tracker: UUID, by: UUID | None, now: datetime) -> None:
    """Hear this tracker no more. Raises `Refused("tracker_unknown")`; again changes nothing."""
    found = models.Tracker.objects.filter(id=tracker)
    if not found.exists():
        raise Refused("tracker_unknown", "there is no such tracker")
    found.filter(revoked_at__isnull=True).update(revoked_at=now, revoked_by_id=by)


def recognise(*, identifier: str) -> Any:
    """Whose identifier this is. Raises `Refused("tracker_unknown")` for one that was never issued or is revoked."""
    found = models.Tracker.objects.filter(identifier_hash=digest(identifier), revoked_at__isnull=True).first()
    if found is None:
        raise Refused(
            "tracker_unknown", "this identifier is not issued, or was revoked: ask the dispatcher for one"
        )
    return found


def digest(identifier: str) -> bytes:
    """What is kept of an identifier. It is random and long, so a plain hash cannot be guessed back."""
    return sha256(identifier.strip().lower().encode()).digest()
