"""What stands of entries that can be taken back: evidence, decisions."""

from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, QuerySet

from pratique.store import models

Withdrawable = TypeVar("Withdrawable", bound=Model)


def without_withdrawn(rows: "QuerySet[Withdrawable]") -> "QuerySet[Withdrawable]":
    """Those of the rows that nobody has taken back."""
    return rows.exclude(Exists(models.Withdrawal.objects.filter(evidence_id=OuterRef("id"))))
