"""Seals over the entries, what subscribers have been told, and who looked at whom."""

from django.db import models


class Seal(models.Model):
    """A segment of entries, `first_seq` to `last_seq`, sealed: Merkle root, and the chain over all roots before."""

    number = models.IntegerField(primary_key=True)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    entries = models.IntegerField()
    root = models.BinaryField(max_length=32)
    chain = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(last_seq__gte=models.F("first_seq")), name="seal_runs_forward"
            ),
            models.UniqueConstraint(fields=("first_seq",), name="seal_covers_once"),
        )


class Subscription(models.Model):
    """Somebody who is told of entries in order, and how far they have confirmed."""

    name = models.TextField(primary_key=True)
    url = models.TextField(blank=True)
    last_seq = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)


class Access(models.Model):
    """Who looked at whose identity, when, from which page."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    traveller_id = models.UUIDField(null=True, db_index=True)
    what = models.TextField()
    because = models.TextField(blank=True)
