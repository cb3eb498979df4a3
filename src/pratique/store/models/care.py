"""Samples and their results."""

from django.db import models

from pratique.store.ids import make_id


class Sample(models.Model):
    """A swab in a tube with a barcode. `result` is empty until the laboratory answers."""

    id = models.UUIDField(primary_key=True, default=make_id)
    tube = models.TextField(unique=True)
    traveller_id = models.UUIDField(db_index=True)
    day = models.IntegerField(null=True)
    kit = models.TextField(blank=True)
    laboratory = models.TextField(blank=True)
    taken_at = models.DateTimeField(db_index=True)
    by_id = models.UUIDField(null=True)
    result = models.TextField(blank=True)
    resulted_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(result__in=["", "negative", "positive", "invalid"]),
                name="sample_result_known",
            ),
        )
