"""Exemptions, what was decided about them, and on what grounds each traveller was let out by an exit."""

from django.db import models

from pratique.core.screening.exemption import Sort
from pratique.store.models.entry import Entry


class Exemption(Entry):
    """A paper of a named authority about one traveller; `happened_at` is when it was issued. Whether it holds is worked out."""

    traveller_id = models.UUIDField(db_index=True)
    sort = models.TextField()
    authority = models.TextField()
    reference = models.TextField()
    reason = models.TextField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sort__in=[one.value for one in Sort]), name="exemption_sort_known"
            ),
        )


class ExemptionStep(Entry):
    """An exemption confirmed by its authority, decided by somebody (rank, shifts finished before), or revoked."""

    exemption_id = models.UUIDField(db_index=True)
    step = models.TextField()
    authority = models.TextField(blank=True)
    reference = models.TextField(blank=True)
    rank = models.TextField(blank=True)
    shifts_before = models.IntegerField(null=True)
    because = models.TextField(blank=True)


class WayJudged(Entry):
    """On what grounds a scan by an exit let somebody out, or that there were none; the latest of a scan counts.

    `because` are the codes of what kept the way closed.
    """

    scan_id = models.UUIDField(db_index=True)
    traveller_id = models.UUIDField(db_index=True)
    custodian_id = models.UUIDField()
    open = models.BooleanField()
    grounds = models.TextField(blank=True)
    exemption_id = models.UUIDField(null=True)
    because = models.JSONField(default=list)
