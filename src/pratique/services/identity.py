"""Who a traveller is: encrypted at rest, found by keyed hashes, every look written down.

AES-256-GCM with the traveller's id as associated data, so that one person's record cannot be put in another's
place. Keys come from the settings (`PRATIQUE_IDENTITY_KEYS`, key id → 32 bytes; the first seals, all open).
"""

import hmac
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from pratique.core.answers import Refused
from pratique.core.manifest.passenger_list import Listed
from pratique.store import models, rows
from pratique.store.queries import ports

AFTER_DAYS = 28
"""Who somebody is is kept so many days after they have left."""
KEPT_DAYS = 14 + AFTER_DAYS
"""And so many from the day they came at least: a stay, and what comes after it."""


class Identity(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of a person, apart from the ledger. `documents` are (kind, number, issuer, expiry)."""

    surname: str = ""
    given_names: str = ""
    chinese_name: str = ""
    sex: str = ""
    born_on: date | None = None
    nationality: str = ""
    documents: tuple[tuple[str, str, str, date | None], ...] = ()
    telephone: str = ""
    email: str = ""
    address: str = ""

    @property
    def full_name(self) -> str:
        """As a list would write it, the Chinese name behind it where there is one."""
        latin = f"{self.surname} {self.given_names}".strip()
        return f"{latin} {self.chinese_name}".strip() if self.chinese_name else latin


def of_listed(listed: Listed) -> Identity:
    """The identity that a line of a manifest gives."""
    return Identity(
        surname=listed.surname,
        given_names=listed.given_names,
        chinese_name=listed.chinese_name,
        sex=listed.sex,
        born_on=listed.born_on,
        nationality=listed.nationality,
        documents=tuple((d.kind, d.number, d.issuer, d.expires_on) for d in listed.documents),
        telephone=listed.contact.telephone,
        email=listed.contact.email,
        address=listed.contact.address,
    )


def _list_keys() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = settings.PRATIQUE_IDENTITY_KEYS
    if not keys:
        raise Refused("identity_key_missing", "no key for identities is set up; see docs/guides/operate.md")
    return keys


def seal_bytes(*, content: bytes, about: UUID, keys: Mapping[str, bytes] | None = None) -> tuple[str, bytes]:
    """Encrypt something about a subject, under the keys of identities or others: (key id, nonce and ciphertext)."""
    name, secret = next(iter((_list_keys() if keys is None else keys).items()))
    nonce = os.urandom(12)
    return name, nonce + AESGCM(secret).encrypt(nonce, content, about.bytes)


def open_bytes(*, key: str, sealed: bytes, about: UUID, keys: Mapping[str, bytes] | None = None) -> bytes:
    """Decrypt what `seal_bytes` made. Raises `Refused` for an unknown key or a record that was tampered with."""
    secret = (_list_keys() if keys is None else keys).get(key)
    if secret is None:
        raise Refused("identity_key_missing", f"the key {key} that sealed this record is not set up here")
    try:
        return AESGCM(secret).decrypt(sealed[:12], sealed[12:], about.bytes)
    except InvalidTag:
        raise Refused("identity_altered", "this record was changed outside of Pratique") from None


def fold_name(name: str) -> str:
    """A name as it is compared: no accents, case, blanks or hyphens."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def fold_document(number: str) -> str:
    """A document number as it is compared: letters and digits only."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())


def hash_blindly(*, sort: str, value: str) -> bytes:
    """The keyed hash under which a value can be found again without being readable."""
    secret = next(iter(_list_keys().values()))
    pepper = hmac.new(secret, b"pratique blind index", sha256).digest()
    return hmac.new(pepper, f"{sort}:{value}".encode(), sha256).digest()


def _list_search_terms(identity: Identity) -> Iterable[tuple[str, str]]:
    for _, number, _, _ in identity.documents:
        if fold_document(number):
            yield "document", fold_document(number)
    if identity.born_on is not None:
        yield "birth", identity.born_on.isoformat()
    names = {fold_name(part) for part in (*identity.surname.split(), *identity.given_names.split())}
    names |= {fold_name(identity.chinese_name), fold_name(identity.surname + identity.given_names)}
    for name in sorted(n for n in names if n):
        yield "name", name


def write(*, identities: Mapping[UUID, Identity], erase_on: date | None) -> None:
    """Keep these identities, replacing what was there, with their search hashes and the day they are erased."""
    with transaction.atomic():
        models.BlindIndex.objects.filter(traveller_id__in=identities).delete()
        sealed = []
        for traveller, identity in identities.items():
            key, content = seal_bytes(content=msgspec.json.encode(identity), about=traveller)
            sealed.append(models.Identity(traveller_id=traveller, key=key, sealed=content, erase_on=erase_on))
        models.Identity.objects.bulk_create(
            sealed,
            update_conflicts=True,
            unique_fields=["traveller"],
            update_fields=["key", "sealed", "erase_on"],
            batch_size=2_000,
        )
        models.BlindIndex.objects.bulk_create(
            [
                models.BlindIndex(
                    traveller_id=traveller, sort=sort, digest=hash_blindly(sort=sort, value=value)
                )
                for traveller, identity in identities.items()
                for sort, value in _list_search_terms(identity)
            ],
            batch_size=5_000,
        )


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks, at which page, and why: written down before anything is shown."""

    person: UUID | None
    what: str
    because: str = ""


def read(*, travellers: Iterable[UUID], look: Look | None) -> dict[UUID, Identity]:
    """The identities of these travellers, for whoever may see them; the look is written down, one row a traveller.

    `look` is None only inside the services (matching a list), where nothing is shown to anybody.
    """
    wanted = list(travellers)
    found = {
        row.pk: msgspec.json.decode(
            open_bytes(key=row.key, sealed=bytes(row.sealed), about=row.pk), type=Identity
        )
        for row in models.Identity.objects.filter(traveller_id__in=wanted, erased_at__isnull=True)
    }
    if look is not None:
        note(travellers=found, look=look)
    return found


def note(*, travellers: Iterable[UUID], look: Look) -> None:
    """Write down that somebody looked at what these travellers said or are, one row a traveller."""
    models.Access.objects.bulk_create(
        [
            models.Access(person_id=look.person, traveller_id=t, what=look.what, because=look.because)
            for t in travellers
        ],
        batch_size=2_000,
    )


def find_by_document(*, number: str) -> list[UUID]:
    """Travellers with this document number, however it is spaced or cased."""
    digest = hash_blindly(sort="document", value=fold_document(number))
    return list(
        models.BlindIndex.objects.filter(sort="document", digest=digest)
        .order_by("traveller_id")
        .values_list("traveller_id", flat=True)
        .distinct()
    )


def find_by_birth(*, born_on: date) -> list[UUID]:
    """Travellers born on this day."""
    digest = hash_blindly(sort="birth", value=born_on.isoformat())
    found = models.BlindIndex.objects.filter(sort="birth", digest=digest).values_list(
        "traveller_id", flat=True
    )
    return sorted(found)


def find_by_name(*, name: str) -> list[UUID]:
    """Travellers whose surname, given name, full name or Chinese name is this one, or who have all of its parts."""
    whole = hash_blindly(sort="name", value=fold_name(name))
    matches = models.BlindIndex.objects.filter(sort="name", digest=whole).values_list(
        "traveller_id", flat=True
    )
    found = set(matches)
    parts = [fold_name(p) for p in name.replace("/", " ").split() if fold_name(p)]
    sets = [
        set(
            models.BlindIndex.objects.filter(
                sort="name", digest=hash_blindly(sort="name", value=part)
            ).values_list("traveller_id", flat=True)
        )
        for part in parts
    ]
    return sorted(found | (set.intersection(*sets) if sets else set()))


def reckon_erasure(*, came_on: date) -> date:
    """The day before which it is not erased who somebody is who came on this day, whether a list named them or not."""
    return came_on + timedelta(days=KEPT_DAYS)


def list_kept(*, on: date) -> list[UUID]:
    """Whose identity is needed on a day whenever they came: under every name of theirs, whoever is in the loop or left it not
    `AFTER_DAYS` ago."""
    left = datetime.combine(on - timedelta(days=AFTER_DAYS - 1), time(), ports.find_zone())
    held = models.Position.objects.filter(Q(inside=True) | Q(since_at__gte=left))
    kept = set(held.values_list("traveller_id", flat=True))
    linked = {one for pair in models.Link.objects.values_list("traveller_id", "same_as_id") for one in pair}
    for names in rows.read_names(linked).values():
        kept |= set(names) if kept & set(names) else set()
    return sorted(kept)


def list_due(*, on: date) -> QuerySet[models.Traveller, dict[str, Any]]:
    """The ids of everybody whose day has come by this one and who is not needed any more (`list_kept`); of whom no day was set, by the
    day on which they were written down."""
    written = datetime.combine(on - timedelta(days=KEPT_DAYS - 1), time(), ports.find_zone())
    unset = Q(identity__erase_on__isnull=True, created_at__lt=written)
    due = models.Traveller.objects.filter(Q(identity__erase_on__lte=on) | unset)
    return due.exclude(id__any=list_kept(on=on)).values("id")


def erase_due(*, on: date, now: datetime) -> int:
    """Erase every identity whose day has come; the journey stays, who it was is gone. Returns how many."""
    with transaction.atomic():
        due = models.Identity.objects.filter(traveller_id__in=list_due(on=on), erased_at__isnull=True)
        travellers = list(due.values_list("traveller_id", flat=True))
        models.BlindIndex.objects.filter(traveller_id__in=travellers).delete()
        return due.update(sealed=b"", erased_at=now)
