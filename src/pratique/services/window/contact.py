"""How a traveller can be reached: said by them on their own page, every version kept, sealed, erased with their identity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import declaration, identity
from pratique.store import models, rows

LENGTH_MAX = 300


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Telephone, e-mail, and where somebody will stay afterwards."""

    telephone: str = ""
    email: str = ""
    address: str = ""


WAYS = Contact.__struct_fields__


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number, what it says, when, and who of the staff wrote it down (None: the traveller)."""

    number: int
    contact: Contact
    at: datetime
    by: UUID | None


def give(*, traveller: UUID, contact: Contact, by: UUID | None, now: datetime) -> int:
    """Keep a new version; the same as the last is none. Its number. Raises `Refused`: `contact_empty`, `contact_long`."""
    told = [part.strip() for part in (contact.telephone, contact.email, contact.address)]
    if not any(told):
        raise Refused("contact_empty", "at least one way to be reached")
    if any(len(part) > LENGTH_MAX for part in told):
        raise Refused("contact_long", f"at most {LENGTH_MAX} letters each")
    contact = Contact(*told)
    with transaction.atomic():
        last = find_last(traveller=traveller)
        if last is not None and last.contact == contact:
            return last.number
        number = models.ContactVersion.objects.filter(traveller_id=traveller).count() + 1
        key, sealed = identity.seal_bytes(
            content=msgspec.json.encode(contact), about=traveller, keys=settings.PRATIQUE_WINDOW_KEYS
        )
        models.ContactVersion.objects.create(
            traveller_id=traveller, version=number, key=key, sealed=sealed, at=now, by_id=by
        )
    return number


def list_versions(*, traveller: UUID) -> list[Version]:
    """Every version, the latest first, numbered as they were said, under whichever of their names that was."""
    given: Any = models.ContactVersion.objects.filter(traveller_id__in=rows.list_names(traveller))
    ordered = enumerate(given.order_by("at", "version"), 1)
    return [
        Version(
            number,
            _open(row),
            row.at,
            row.by_id,
        )
        for number, row in reversed(list(ordered))
    ]


def _open(row: Any) -> Contact:
    content = identity.open_bytes(
        key=row.key, sealed=bytes(row.sealed), about=row.traveller_id, keys=settings.PRATIQUE_WINDOW_KEYS
    )
    return msgspec.json.decode(content, type=Contact)


def find_last(*, traveller: UUID) -> Version | None:
    """The latest version, None where they have said nothing."""
    return next(iter(list_versions(traveller=traveller)), None)


def list_ways(*, travellers: Iterable[UUID], listed: Mapping[UUID, identity.Identity]) -> dict[UUID, Contact]:
    """How each of these can be reached: each way as they corrected it last, else as they declared it, else as their carrier listed it.

    Whoever shows it writes the look down.
    """
    wanted = list(travellers)
    said, declared = _list_last(wanted), declaration.list_latest(travellers=wanted)
    return {one: _choose(said.get(one), declared.get(one), listed.get(one)) for one in wanted}


def _list_last(travellers: Iterable[UUID]) -> dict[UUID, Contact]:
    """What each of these said last on their own page, under whichever of their names that was."""
    asked = rows.find_askers(travellers)
    given: Any = models.ContactVersion.objects.filter(traveller_id__in=list(asked))
    ordered = given.order_by("at", "version")
    last = {one: row for row in ordered for one in asked[row.traveller_id]}
    return {one: _open(row) for one, row in last.items()}


def _choose(
    said: Contact | None, declared: declaration.Declared | None, listed: identity.Identity | None
) -> Contact:
    form = _of_form(declared.form) if declared is not None and declared.form is not None else None
    sources = [one for one in (said, form, listed) if one is not None]
    found = (next(filter(None, (getattr(one, name) for one in sources)), "") for name in WAYS)
    return Contact(*found)


def _of_form(form: declaration.Form) -> Contact:
    there = form.stay if form.stay != declaration.Address() else form.home
    parts = (getattr(there, name) for name in there.__struct_fields__)
    return Contact(
        telephone=form.mobile or form.telephone or form.telephone_home or form.telephone_work,
        email=form.email,
        address=", ".join(part for part in parts if part),
    )
