"""Problems found, with an owner and a deadline, until somebody else has verified that they are put right."""

from django.db import models

from pratique.store.ids import make_id
from pratique.store.models.entry import Entry

RECORDS = ("case", "complaint", "decision", "inspection", "result", "staff")
"""Records that an issue can come from: a case, a petition, a shift's hand-over, an inspection, a sample, somebody of the staff."""


class Issue(models.Model):
    """A problem, complaint, error or infection that counts on the zero board by its `sort`.

    `topic` says what kind of thing it is about and `place` where, so that what comes back is seen as one. `record` and `record_id` say
    which record it comes from (empty: somebody wrote it down).
    """

    id = models.UUIDField(primary_key=True, default=make_id)
    sort = models.TextField(default="problem")
    title = models.TextField()
    owner = models.ForeignKey("store.Unit", models.PROTECT, null=True, related_name="issues")
    found_at = models.DateTimeField(db_index=True)
    found_by_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    traveller_id = models.UUIDField(null=True)
    topic = models.TextField(blank=True, default="")
    place = models.ForeignKey("store.Custodian", models.PROTECT, null=True, related_name="issues")
    state = models.TextField(default="open")
    record = models.TextField(blank=True, default="")
    record_id = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(record="", record_id__isnull=True)
                | models.Q(record__in=RECORDS, record_id__isnull=False),
                name="issue_record_known",
            ),
            models.CheckConstraint(
                condition=models.Q(sort__in=["problem", "complaint", "error", "infection", "caused_case"]),
                name="issue_sort_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "mended", "closed"]), name="issue_state_known"
            ),
        )


class IssueEvent(Entry):
    """What became of an issue: opened, noted, assigned, mended with proof, verified or sent back, reopened."""

    issue_id = models.UUIDField(db_index=True)
    step = models.TextField()
    because = models.TextField(blank=True)
