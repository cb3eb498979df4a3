"""Samples and their results, batches of tubes on their way to a laboratory, and what laboratories hand in."""

from django.db import models
from django.db.models import Q

from pratique.store.ids import make_id

RESULTS = ("negative", "positive", "invalid", "lost", "pool_positive")
"""Every word that a sample's result may be."""


class Sample(models.Model):
    """One person's swab in a tube with a barcode, a traveller's or a staff member's; `result` is empty until the
    laboratory answers.

    In a pooled tube several travellers, or several of the staff, share the barcode: a row each, `pool_size` says how many
    the tube takes at most (1: it is theirs alone).
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    tube = models.TextField(db_index=True)
    traveller_id = models.UUIDField(null=True, db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    pool_size = models.IntegerField(default=1)
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
                condition=Q(result__in=["", *RESULTS]),
                name="sample_result_known",
            ),
            models.CheckConstraint(condition=Q(pool_size__range=(1, 10)), name="sample_pool_size"),
            models.CheckConstraint(
                condition=Q(traveller_id__isnull=True, person_id__isnull=False)
                | Q(traveller_id__isnull=False, person_id__isnull=True),
                name="sample_of_one_person",
            ),
            models.UniqueConstraint(fields=("tube", "traveller_id"), name="sample_once_a_tube"),
            models.UniqueConstraint(fields=("tube", "person_id"), name="sample_of_staff_once_a_tube"),
            models.UniqueConstraint(fields=("tube",), condition=Q(pool_size=1), name="sample_tube_single"),
        )


class Batch(models.Model):
    """Tubes that go to a laboratory together. Each step is evidence about the batch; the instants here say how far it is.

    `handed_count` is the giver's count, `received_count` the laboratory's own; `extra` are barcodes that arrived and are
    not on the list.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    laboratory = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    handed_count = models.IntegerField(null=True)
    received_at = models.DateTimeField(null=True)
    received_count = models.IntegerField(null=True)
    extra = models.JSONField(default=list)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("opened_at",),
                condition=Q(received_at=None, cancelled_at=None),
                name="batch_on_the_way",
            ),
        )


class BatchTube(models.Model):
    """A batch tube: scanned into a batch; `received` is the laboratory's word for it (null: not said yet)."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="tubes")
    tube = models.TextField(unique=True)
    scanned_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    received = models.BooleanField(null=True)


class ResultFile(models.Model):
    """A result file that was taken in: which one (SHA-256), by whom, how many rows it had and how many were taken."""

    id = models.UUIDField(primary_key=True, default=make_id)
    digest = models.BinaryField(max_length=32, unique=True)
    name = models.TextField()
    format = models.TextField()
    laboratory = models.TextField(blank=True)
    rows = models.IntegerField()
    taken = models.IntegerField()
    taken_at = models.DateTimeField(db_index=True)
    by_id = models.UUIDField(null=True)


class UnknownTube(models.Model):
    """A result for a tube that no sample bears: kept until somebody has found whose it is, or says why it is nobody's."""

    tube = models.TextField(primary_key=True)
    laboratory = models.TextField(blank=True)
    result = models.TextField()
    resulted_at = models.DateTimeField(null=True)
    file = models.ForeignKey(ResultFile, models.PROTECT, null=True, related_name="unknown_tubes")
    seen_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    because = models.TextField(blank=True)
