"""The force's own safety: inspections by checklist, movements of supplies, and where staff sleep."""

from django.db import models

from pratique.core.safety.edition import About
from pratique.core.safety.stock import Sort
from pratique.store.ids import make_id
from pratique.store.models.entry import Entry


class Inspection(Entry):
    """Somebody went through a checklist: of whom or what, each line's answer and note, and whether all was in order."""

    checklist = models.TextField()
    edition = models.TextField()
    about = models.TextField()
    subject_id = models.TextField()
    answers = models.JSONField()
    passed = models.BooleanField()
    grave = models.BooleanField()

    class Meta:
        indexes = (models.Index(fields=("about", "subject_id", "happened_at"), name="inspection_of_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(about__in=[one.value for one in About]), name="inspection_about_known"
            ),
        )


class StockMove(Entry):
    """A supply came in, went out or was counted: so many pieces, and why."""

    supply = models.TextField()
    sort = models.TextField()
    quantity = models.IntegerField()
    because = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("supply", "happened_at"), name="stockmove_of_supply"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(sort__in=[one.value for one in Sort]), name="stockmove_sort_known"
            ),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="stockmove_not_negative"),
        )


class Quarters(models.Model):
    """A room of the staff's central lodging, with so many beds."""

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    beds = models.IntegerField()
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(beds__gt=0), name="quarters_have_beds"),)


class Berth(models.Model):
    """A bed somebody has in the staff's lodging, from when until when (open: still)."""

    id = models.UUIDField(primary_key=True, default=make_id)
    quarters = models.ForeignKey(Quarters, models.PROTECT, related_name="berths")
    person = models.ForeignKey("store.Person", models.PROTECT, related_name="berths")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(until_at__isnull=True), name="berth_one_a_person"
            ),
        )
        indexes = (models.Index(fields=("quarters", "from_at"), name="berth_of_quarters"),)
