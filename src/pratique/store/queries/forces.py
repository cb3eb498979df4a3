"""Units and their people, as pages choose among them."""

from pratique.store import models


def list_units() -> list[models.Unit]:
    """Every unit, by its code."""
    return list(models.Unit.objects.order_by("code"))
