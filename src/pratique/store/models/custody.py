"""The ledger. Entries are append-only; positions, disputes and exceptions are worked out from them (the fold)."""

from django.db import models

from pratique.core.custody.entry import Kind
from pratique.store.models.entry import Entry


class Scan(Entry):
    """This custodian has this traveller. No foreign keys: a scan of somebody unknown must be kept, not refused."""

    traveller_id = models.UUIDField()
    custodian_id = models.UUIDField()
    device_id = models.UUIDField()
    counter = models.BigIntegerField()
    device_at = models.DateTimeField()
    offset_seconds = models.FloatField(default=0)
    handover_id = models.UUIDField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("traveller_id", "happened_at")),
            models.Index(
                fields=("custodian_id", "happened_at"), include=("traveller_id",), name="scan_of_custodian"
            ),
            models.Index(
                fields=("handover_id",),
                condition=models.Q(handover_id__isnull=False),
                name="scan_of_handover",
            ),
        )


class Conflict(Entry):
    """A second content that came under the id of a scan; neither is believed until somebody rules."""

    scan_id = models.UUIDField(db_index=True)
    traveller_id = models.UUIDField(db_index=True)
    custodian_id = models.UUIDField()
    device_id = models.UUIDField()
    counter = models.BigIntegerField()
    device_at = models.DateTimeField()
    offset_seconds = models.FloatField(default=0)
    handover_id = models.UUIDField(null=True)


class Admission(Entry):
    """A traveller enters the book: the flight landed with them on its list, or they were found on none."""

    traveller_id = models.UUIDField(db_index=True)
    custodian_id = models.UUIDField()
    flight_id = models.UUIDField(null=True, db_index=True)
    manifested = models.BooleanField(default=True)


class Annulment(Entry):
    """A scan taken back, by whom and why."""

    scan_id = models.UUIDField(db_index=True)
    because = models.TextField()


class Ruling(Entry):
    """A dispute settled: the scan is believed after all, or it is not."""

    scan_id = models.UUIDField(db_index=True)
    believed = models.BooleanField()
    because = models.TextField()


class Link(Entry):
    """Somebody on no list turned out to be somebody who is."""

    traveller_id = models.UUIDField(db_index=True)
    same_as_id = models.UUIDField(db_index=True)
    because = models.TextField()


class Headcount(Entry):
    """A custodian states who is there; `names` is null when only heads were counted."""

    custodian_id = models.UUIDField(db_index=True)
    heads = models.IntegerField()
    names = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(heads__gte=0), name="headcount_not_negative"),
        )


class HeadcountCorrection(Entry):
    """What a headcount should have said, by whom and why; the last one stands in its place, the count stays in the book."""

    headcount_id = models.UUIDField(db_index=True)
    heads = models.IntegerField()
    names = models.JSONField(null=True)
    because = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(heads__gte=0), name="corrected_heads_not_negative"),
        )


class HandoverEvent(Entry):
    """One step of a handover: offered, accepted, declined, withdrawn."""

    handover_id = models.UUIDField(db_index=True)
    step = models.TextField()
    giver_id = models.UUIDField()
    receiver_id = models.UUIDField(db_index=True)
    heads = models.IntegerField(null=True)
    names = models.JSONField(null=True)
    deadline_at = models.DateTimeField(null=True)
    because = models.TextField(blank=True)


class Position(models.Model):
    """Where a traveller is now, as the fold says. A row a traveller, never a row a custodian: nothing is hot."""

    traveller_id = models.UUIDField(primary_key=True)
    flight_id = models.UUIDField(null=True)
    holder_id = models.UUIDField()
    holder_kind = models.TextField()
    inside = models.BooleanField()
    since_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    scan_id = models.UUIDField(null=True)
    device_id = models.UUIDField(null=True)
    counter = models.BigIntegerField(default=0)
    movements = models.IntegerField()
    place = models.TextField(blank=True)
    placed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("holder_id", "seen_at"), condition=models.Q(inside=True), name="position_inside"
            ),
            models.Index(fields=("flight_id", "holder_kind"), name="position_of_flight"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(holder_kind__in=[k.value for k in Kind]), name="position_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_at__gte=models.F("since_at")), name="position_in_time"
            ),
            models.CheckConstraint(condition=models.Q(movements__gte=1), name="position_moved"),
        )


class Pending(models.Model):
    """A traveller whose entries have changed in a way the short path does not decide: fold them again."""

    traveller_id = models.UUIDField(primary_key=True)


class Dispute(models.Model):
    """A scan that is kept but not believed until somebody rules; worked out by the fold."""

    scan_id = models.UUIDField()
    traveller_id = models.UUIDField(db_index=True)
    custodian_id = models.UUIDField()
    code = models.TextField()
    against_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scan_id", "traveller_id", "custodian_id"), name="dispute_once"),
        )


class Objection(models.Model):
    """Something odd that was believed nevertheless (an irregular step, somebody on no list); from the fold."""

    traveller_id = models.UUIDField(db_index=True)
    code = models.TextField()
    because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("traveller_id", "code", "because"), name="objection_once"),
        )
