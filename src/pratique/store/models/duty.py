"""Evidence that discharges duties, and waivers. What is owed is worked out from them and the protocols."""

from django.db import models

from pratique.store.models.entry import Entry


class Evidence(Entry):
    """Something was done for a subject: screened, temperature taken, disinfected, reported, handed over.

    `code` is the record's word in the protocols' vocabulary; `about` names another piece it belongs to (the sample
    of a result).
    """

    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    about = models.TextField(blank=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id", "happened_at")),
            models.Index(fields=("code", "happened_at")),
        )


class Withdrawal(Entry):
    """Evidence or a waiver taken back, by whom and why; what it discharged is owed again."""

    evidence_id = models.UUIDField(db_index=True)
    because = models.TextField()


class Waiver(Entry):
    """A duty need not be done, because those who signed (person, rank) may say so, until it expires."""

    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    key = models.TextField(blank=True)
    because = models.TextField()
    signatures = models.JSONField(default=list)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_id")),)


class Owed(models.Model):
    """A duty that is open, or will be within a day, as the register worked it out; rewritten whenever it changes.

    Whether it is overdue is asked of `overdue_at` at reading time, so nothing has to be rewritten for time to pass.
    `level` is the step of its ladder that is reached, `told` the post that this step tells (empty before the first).
    """

    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    key = models.TextField(blank=True)
    edition = models.TextField()
    owner = models.TextField()
    custodian_id = models.UUIDField(null=True)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField()
    level = models.IntegerField(default=0)
    told = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id")),
            models.Index(fields=("overdue_at", "owner")),
        )


class Escalation(models.Model):
    """A step of a ladder was reached: `told` is the post that was told of an overdue duty, once. `id` is the step's own."""

    id = models.TextField(primary_key=True)
    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    key = models.TextField(blank=True)
    owner = models.TextField()
    told = models.TextField()
    level = models.IntegerField()
    custodian_id = models.UUIDField(null=True)
    reached_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id"), name="store_escal_subject_idx"),
            models.Index(fields=("told", "reached_at"), name="store_escal_told_idx"),
        )


class Account(models.Model):
    """When a subject's duties were last worked out, and when they change next if nothing is recorded."""

    subject_kind = models.TextField()
    subject_id = models.TextField()
    worked_out_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True, db_index=True)
    without = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subject_kind", "subject_id"), name="account_once"),)
