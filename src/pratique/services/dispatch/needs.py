"""What somebody needs on the way, kept with the traveller as words: ``wheelchair``, ``infant``, ``language:th``."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.store import models

WHEELCHAIR, INFANT = "wheelchair", "infant"
PLAIN = (WHEELCHAIR, INFANT)
LANGUAGE = "language:"
LANGUAGES = ("en", "my", "th", "lo", "vi", "km", "ja", "ko", "ru", "fr", "de", "es", "ar", "hi", "bn", "ur")
"""What people speak who may need an interpreter (ISO 639-1); the crews' own language is not among them."""
INFANT_YEARS = 2
"""Younger is an infant (IATA)."""


def list_known() -> tuple[str, ...]:
    """Every need there is."""
    return (*PLAIN, *(f"{LANGUAGE}{one}" for one in LANGUAGES))


def list_languages(*, needs: Iterable[str]) -> tuple[str, ...]:
    """The languages among some needs."""
    return tuple(sorted({one.removeprefix(LANGUAGE) for one in needs if one.startswith(LANGUAGE)}))


def record(*, traveller: UUID, needs: Collection[str]) -> models.Traveller:
    """Somebody needs these on the way and nothing else; the next plan goes by it.

    Raises `Refused`: `traveller_unknown`, `need_unknown`.
    """
    unknown = sorted(set(needs) - set(list_known()))
    if unknown:
        raise Refused("need_unknown", f"no need is called {unknown[0]}")
    with transaction.atomic():
        row: Any = models.Traveller.objects.select_for_update().filter(id=traveller).first()
        if row is None:
            raise Refused("traveller_unknown", "there is no such traveller")
        row.needs = [one for one in list_known() if one in set(needs)]
        row.save(update_fields=["needs"])
    found: models.Traveller = row
    return found
