"""A person's duties as a calendar to subscribe to: a secret address, and the duties it shows."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from pratique.services.force import people
from pratique.store import models

PAST = timedelta(days=14)
TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose calendar it is, and their duties from two weeks ago on."""

    person: models.Person
    duties: tuple[models.Deployment, ...]


def issue(*, person: UUID, now: datetime) -> str:
    """A new secret for somebody's calendar; the one before is revoked. It is told once and stored as a hash only."""
    people.get_person(person=person)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        revoke(person=person, now=now)
        models.CalendarLink.objects.create(person_id=person, token_hash=_hash(token), made_at=now)
    return token


def revoke(*, person: UUID, now: datetime) -> None:
    """No calendar of somebody is answered any more."""
    models.CalendarLink.objects.filter(person_id=person, revoked_at=None).update(revoked_at=now)


def find_link(*, person: UUID) -> models.CalendarLink | None:
    """The link somebody has now."""
    return models.CalendarLink.objects.filter(person_id=person, revoked_at=None).first()


def read(*, token: str, now: datetime) -> Feed | None:
    """The feed under a secret, None if there is none; when it was read is noted."""
    link = (
        models.CalendarLink.objects.filter(token_hash=_hash(token), revoked_at=None)
        .select_related("person")
        .first()
    )
    if link is None or not link.person.is_active:
        return None
    models.CalendarLink.objects.filter(id=link.id).update(read_at=now)
    rows = models.Deployment.objects.filter(
        person=link.person, ends_at__gte=now - PAST, absent_at=None
    ).order_by("starts_at")
    return Feed(link.person, tuple(rows))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
