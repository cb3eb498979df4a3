"""Phones: registered to a person, known by the hash of a token, revoked at once."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from pratique.core.answers import Refused
from pratique.store import models
from pratique.store.ids import make_id

KNOWN = """
SELECT d.id, d.person_id, p.role, p.is_active
FROM store_device d LEFT JOIN store_person p ON p.id = d.person_id
WHERE d.token_hash = %s AND d.revoked_at IS NULL
"""
"""Written by hand because a phone at an ordinary pace asks it with every scan: as a queryset it costs thrice as much."""
_CACHE_SECONDS = 2.0
_known: dict[bytes, tuple[float, "Bearer"]] = {}

PAGES = UUID("7a1c3f52-4a0e-5b3b-9c6a-2f1e8d0b7c44")
"""The namespace of the devices that stand for somebody's pages: names written down on a page are scans of that device."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who speaks: the device, and the person it was given to with their role."""

    device: UUID
    person: UUID | None
    role: str | None


def register(*, name: str, person: models.Person | None) -> tuple[models.Device, str]:
    """A new device and its token, which is shown once and kept only as a hash."""
    token = secrets.token_urlsafe(32)
    digest = sha256(token.encode()).digest()
    return models.Device.objects.create(name=name, person=person, token_hash=digest), token


def recognise(*, token: str) -> Bearer:
    """Whose token this is. Raises `Refused("device_unknown")`; a revoked one is heard for two seconds at most."""
    digest = sha256(token.encode()).digest()
    cached = _known.get(digest)
    if cached is not None and cached[0] > time.monotonic():
        return cached[1]
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [digest])
        row = cursor.fetchone()
    if row is None or row[3] is False:
        _known.pop(digest, None)
        raise Refused("device_unknown", "this phone is not registered any more: sign in on it again")
    bearer = Bearer(row[0], row[1], row[2])
    if len(_known) > 10_000:
        _known.clear()
    _known[digest] = (time.monotonic() + _CACHE_SECONDS, bearer)
    return bearer


def hear(*, device: UUID, offset_seconds: float, now: datetime) -> None:
    """Note when a device was last heard and how far its clock is off; readers put one that is adrift on a list."""
    models.Device.objects.filter(id=device).update(offset_seconds=offset_seconds, heard_at=now)


def revoke(*, device: UUID, now: datetime) -> None:
    """Hear this device no more."""
    models.Device.objects.filter(id=device, revoked_at__isnull=True).update(revoked_at=now)
    _known.clear()


def take_counters(*, person: UUID, number: int) -> tuple[UUID, int]:
    """The device that stands for somebody's pages, and the first of so many counters of its own; its secret is nobody's, so
    that no phone can speak as it. Inside a transaction."""
    device = uuid5(PAGES, str(person))
    username = models.Person.objects.values_list("username", flat=True).get(id=person)
    secret = sha256(device.bytes + make_id().bytes).digest()
    told: dict[str, Any] = {"name": f"page: {username}", "token_hash": secret, "person_id": person}
    row, _ = models.Device.objects.select_for_update().get_or_create(id=device, defaults=told)
    row.counter += number
    row.save(update_fields=["counter"])
    return device, row.counter - number + 1
