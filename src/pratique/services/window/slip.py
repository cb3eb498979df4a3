"""Slips: a piece of paper whose secret opens one traveller's own page; issued, issued anew, revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import deaths

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look alike: whoever has no camera types them. 20 of them are 99 bits."""
LENGTH, GROUP = 20, 4


def issue(
    *, traveller: UUID, language: str, by: UUID | None, now: datetime, slip_id: UUID
) -> tuple[models.Slip, str]:
    """A slip for this traveller and its secret, shown once and kept only as a hash; earlier slips stop working.

    The same id again is the same slip with a new secret, since the first can never be shown again. Raises `Refused`:
    `traveller_unknown`, `slip_of_deceased`, `word_unknown` for a language that has no sheet.
    """
    if language not in protocols.SPEECH:
        raise Refused("word_unknown", f"a slip is in one of {', '.join(protocols.SPEECH)}")
    secret = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with transaction.atomic():
        if not models.Traveller.objects.select_for_update().filter(id=traveller).exists():
            raise Refused("traveller_unknown", "there is no such traveller")
        if deaths.find_confirmed(travellers=[traveller]):
            raise Refused("slip_of_deceased", "their page is closed: nobody is told by it")
        others = models.Slip.objects.filter(traveller_id=traveller, revoked_at__isnull=True).exclude(
            id=slip_id
        )
        others.update(revoked_at=now, revoked_by_id=by)
        row, _ = models.Slip.objects.update_or_create(
            id=slip_id,
            traveller_id=traveller,
            defaults={
                "secret_hash": digest(secret),
                "language": language,
                "issued_at": now,
                "issued_by_id": by,
                "revoked_at": None,
                "revoked_by": None,
            },
        )
        models.Visit.objects.filter(slip=row).delete()
    return row, secret


@dataclass(frozen=True, slots=True)
class Given:
    """A slip made for somebody on a flight's list: their wristband code, their seat, and the secret, shown this once."""

    code: str
    seat: str
    secret: str


def issue_all(*, flight: UUID, language: str, by: UUID | None, now: datetime) -> list[Given]:
    """Slips for everybody on a flight's list who has none, by seat, so that they have one before they land. Raises `Refused` as
    `issue`. Made again it makes those of whoever was added to the list meanwhile.
    """
    with transaction.atomic():
        listed = models.Listing.objects.select_for_update().filter(
            flight_id=flight, gone_version=None, crew=False
        )
        having = models.Slip.objects.filter(
            traveller_id__in=listed.values("traveller_id"), revoked_at__isnull=True
        )
        rows = listed.exclude(traveller_id__in=having.values("traveller_id")).select_related("traveller")
        dead = deaths.find_confirmed(travellers=listed.values_list("traveller_id", flat=True))
        given = []
        for row in sorted(rows.exclude(traveller_id__in=dead), key=lambda one: (_order(one.seat), one.row)):
            _, secret = issue(
                traveller=row.traveller.id, language=language, by=by, now=now, slip_id=make_id()
            )
            given.append(Given(row.traveller.code, row.seat, secret))
    return given


def _order(seat: str) -> tuple[int, str]:
    """Seats as one walks through a cabin: by row, then by letter; whoever has none last."""
    digits = "".join(sign for sign in seat if sign.isdigit())
    return (int(digits) if digits else 10_000, seat)


def revoke(*, slip: UUID, by: UUID | None, now: datetime) -> None:
    """Let this slip open nothing any more, nor keep open what it opened. Raises `Refused("slip_unknown")`."""
    found = models.Slip.objects.filter(id=slip)
    if not found.exists():
        raise Refused("slip_unknown", "there is no such slip")
    found.filter(revoked_at__isnull=True).update(revoked_at=now, revoked_by_id=by)


def list_slips(*, traveller: UUID) -> list[models.Slip]:
    """The slips of a traveller, the latest first, with who issued them."""
    found = models.Slip.objects.filter(traveller_id=traveller).select_related("issued_by")
    return list(found.order_by("-issued_at"))


def find_language(*, traveller: UUID) -> str:
    """The language of their slip; English where they have none."""
    row = models.Slip.objects.filter(traveller_id=traveller).order_by("-issued_at").first()
    return row.language if row else "en"


def spell(secret: str) -> str:
    """A secret as it is printed: in groups of four."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def digest(secret: str) -> bytes:
    """What is kept of a secret, however it is typed. It is random and long, so a plain hash cannot be guessed back."""
    return sha256("".join(c for c in secret.lower() if c.isalnum()).encode()).digest()


def list_languages_needed(*, traveller: UUID) -> list[str]:
    """The languages for which they need an interpreter (ISO 639-1), from what is noted of their needs."""
    needs = models.Traveller.objects.filter(id=traveller).values_list("needs", flat=True).first() or []
    return [need.partition(":")[2] for need in needs if need.startswith("language:")]
