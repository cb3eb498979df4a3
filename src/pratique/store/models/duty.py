"""Evidence that discharges duties, and waivers. Duties themselves are worked out from the protocol, never stored."""

from django.db import models

from pratique.store.models.entry import Entry


class Evidence(Entry):
    """Something was done for a subject: screened, temperature taken, disinfected, reported, handed over."""

    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    attributes = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=("subject_kind", "subject_id", "happened_at")),
            models.Index(fields=("code", "happened_at")),
        )


class Withdrawal(Entry):
    """Evidence taken back, by whom and why; what it discharged is owed again."""

    evidence_id = models.UUIDField(db_index=True)
    because = models.TextField()


class Waiver(Entry):
    """A duty need not be done: which authority says so, why, until when, and who confirmed it."""

    subject_kind = models.TextField()
    subject_id = models.TextField()
    code = models.TextField()
    authority = models.TextField()
    because = models.TextField()
    second_id = models.UUIDField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("subject_kind", "subject_id")),)
