"""What a traveller's own page needs: slips that open it, who opened it, complaints and objections with their answers, contact data.

Words and contact data are encrypted under keys of their own (`keys/window.keys`): the process that serves the page opens
these and no identity.
"""

from django.db import models

from pratique.store.ids import make_id

PETITIONS = ("complaint", "objection")


class Slip(models.Model):
    """A piece of paper for one traveller whose secret opens their own page; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=make_id)
    traveller = models.ForeignKey("store.Traveller", models.PROTECT, related_name="slips")
    secret_hash = models.BinaryField(unique=True, max_length=32)
    language = models.TextField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="slips_issued")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="slips_revoked")


class Visit(models.Model):
    """One phone on which a slip was opened, known by the hash of its cookie, until it expires or is ended.

    Its times are the wall clock's, also in a drill: they guard a door and say nothing about the day at the port.
    """

    slip = models.ForeignKey(Slip, models.CASCADE, related_name="visits")
    token_hash = models.BinaryField(unique=True, max_length=32)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)


class Petition(models.Model):
    """A complaint, or an objection to a measure: a traveller is owed an answer to it. The id is that of its evidence.

    `about` is the kind of complaint, or the id of the measure's evidence; `sealed` their own words, blank once erased.
    """

    id = models.UUIDField(primary_key=True)
    traveller = models.ForeignKey("store.Traveller", models.PROTECT, related_name="petitions")
    sort = models.TextField()
    about = models.TextField(blank=True)
    language = models.TextField()
    key = models.TextField(blank=True)
    sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="petitions")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(sort__in=PETITIONS), name="petition_sort_known"),
        )
        indexes = (
            models.Index(
                fields=("asked_at",), condition=models.Q(settled_at__isnull=True), name="petition_open"
            ),
        )


class Reply(models.Model):
    """What the staff answered: a phrase that every language has, own words beside it, and the outcome that settles it."""

    id = models.UUIDField(primary_key=True)
    petition = models.ForeignKey(Petition, models.PROTECT, related_name="replies")
    phrase = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    key = models.TextField(blank=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="replies")


class ContactVersion(models.Model):
    """How a traveller can be reached, as they or the staff last said; earlier versions stay until the identity is erased."""

    id = models.UUIDField(primary_key=True, default=make_id)
    traveller = models.ForeignKey("store.Traveller", models.PROTECT, related_name="contact_versions")
    version = models.IntegerField()
    key = models.TextField()
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="contact_versions")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("traveller", "version"), name="contact_version_once"),)
