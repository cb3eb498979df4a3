"""What every entry of the ledger has in common."""

from django.db import models
from django.db.models import Func


class NextEntry(Func):
    """The next number of the one sequence all entries share: the order in which seals and the outbox read them."""

    template = "nextval('store_entry_seq')"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """An append-only row. A trigger of the database refuses UPDATE and DELETE (migration 0001)."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(unique=True, db_default=NextEntry())
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)

    class Meta:
        abstract = True
