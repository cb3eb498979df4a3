"""Units and their people, as pages choose among them."""

from collections.abc import Iterable
from uuid import UUID

from pratique.store import models


def list_units() -> list[models.Unit]:
    """Every unit, by its code."""
    return list(models.Unit.objects.order_by("code"))


def name_people(*, people: Iterable[UUID]) -> dict[UUID, models.Person]:
    """People who work here, by id."""
    return dict(models.Person.objects.in_bulk(set(people)))
