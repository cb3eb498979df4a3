"""Cases: somebody found infected, or suspected to be. What is known and done about one is evidence on it."""

from django.db import models

from pratique.store.ids import make_id


class Case(models.Model):
    """One case of this port, known by a code. The same person is one case, however often they are tested.

    `subject_kind` and `subject_id` say whose: a traveller's or a staff member's. How it is classed, when it began and what
    was done is evidence of the kind `case`; nothing here changes.
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    code = models.TextField(unique=True)
    subject_kind = models.TextField()
    subject_id = models.TextField()
    source = models.TextField()
    opened_at = models.DateTimeField(db_index=True)
    opened_by = models.ForeignKey("store.Person", models.PROTECT, null=True, related_name="cases_opened")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject_kind", "subject_id"), name="case_once"),
            models.CheckConstraint(
                condition=models.Q(subject_kind__in=["traveller", "staff"]), name="case_of_person"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=["result", "epidemiologist", "home"]), name="case_source_known"
            ),
        )
