"""Seals over the entries, what subscribers have been told, and who looked at whom."""

from django.db import models

from pratique.store.ids import make_id


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


class Watermark(models.Model):
    """How far something that follows the entries by their numbers has read them."""

    name = models.TextField(primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)


class Subscription(models.Model):
    """Somebody outside who is told of entries, in order, and how far they have confirmed.

    `kinds` chooses which entries they are told of (none: all). `sealed` is the secret both sides sign with, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    name = models.TextField(unique=True)
    url = models.TextField()
    kinds = models.JSONField(default=list)
    key = models.TextField()
    sealed = models.BinaryField()
    last_seq = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)
    paused_at = models.DateTimeField(null=True)


class Access(models.Model):
    """Who looked at whose identity, when, from which page."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    person_id = models.UUIDField(null=True, db_index=True)
    traveller_id = models.UUIDField(null=True, db_index=True)
    what = models.TextField()
    because = models.TextField(blank=True)
