"""Units and their people, as pages choose among them."""

from collections.abc import Iterable
from uuid import UUID

from pratique.store import models


def list_units() -> list[models.Unit]:
    """Every unit, by its code."""
    return list(models.Unit.objects.order_by("code"))


def list_reviewers() -> list[models.Person]:
    """Who may examine an objection: epidemiologists and commanders who can sign in, by their names."""
    able = models.Person.objects.filter(role__in=("epidemiologist", "commander"), is_active=True)
    return list(able.exclude(password="!").order_by("role", "name_en"))


def name_people(*, people: Iterable[UUID]) -> dict[UUID, models.Person]:
    """People who work here, by id."""
    return dict(models.Person.objects.in_bulk(set(people)))
