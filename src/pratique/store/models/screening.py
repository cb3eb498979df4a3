"""Health declarations, encrypted; and the screening of staff and others who pass through the terminal."""

from django.db import models
from django.db.models import Q

from pratique.store.ids import make_id

SORTS = ("staff", "crew", "visitor", "other")


class Declaration(models.Model):
    """One version of a traveller's health declaration, encrypted as identities are, erased by its own clock.

    That a version was given stays as evidence (`id` is the evidence's own) with the hash of what was sealed here.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    traveller = models.ForeignKey("store.Traveller", models.PROTECT, related_name="declarations")
    version = models.IntegerField()
    source = models.TextField()
    declared_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    key = models.TextField()
    sealed = models.BinaryField()
    erase_on = models.DateField(db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("traveller", "version"), name="declaration_version_once"),
            models.CheckConstraint(
                condition=Q(source__in=["traveller", "desk", "paper"]), name="declaration_source_known"
            ),
        )


class Checkpoint(models.Model):
    """Where staff and others who pass through the terminal are counted and measured."""

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    name_zh = models.TextField()
    name_en = models.TextField()
    closed_at = models.DateTimeField(null=True)


class Passing(models.Model):
    """So many people passed a checkpoint and were measured; `undone_at` where the tap was a mistake. Nobody is named."""

    id = models.UUIDField(primary_key=True, default=make_id)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="passings")
    sort = models.TextField()
    heads = models.IntegerField(default=1)
    happened_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(sort__in=SORTS), name="passing_sort_known"),
            models.CheckConstraint(condition=Q(heads__range=(1, 500)), name="passing_heads"),
        )
        indexes = (models.Index(fields=("checkpoint", "happened_at"), name="passing_of_checkpoint"),)


class Finding(models.Model):
    """Somebody at a checkpoint had a fever or symptoms; known by a number, not by name. What was done is evidence."""

    id = models.UUIDField(primary_key=True, default=make_id)
    number = models.IntegerField(unique=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="findings")
    sort = models.TextField()
    celsius = models.FloatField(null=True)
    symptoms = models.JSONField(default=list)
    found_at = models.DateTimeField(db_index=True)
    by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(sort__in=SORTS), name="finding_sort_known"),
            models.CheckConstraint(
                condition=Q(celsius=None) | Q(celsius__range=(30, 45)), name="finding_celsius_possible"
            ),
        )
