"""Bulletins as published; a later correction is a new revision, never an edit."""

from django.db import models


class Bulletin(models.Model):
    """The figures of a day as they were published, with the seal they were computed under."""

    on = models.DateField()
    revision = models.IntegerField(default=1)
    figures = models.JSONField()
    seal = models.ForeignKey("store.Seal", models.PROTECT, null=True)
    published_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("on", "revision"), name="bulletin_revision_once"),)
