"""Where the record behind an issue is looked at."""

from django.urls import reverse

from pratique.core.safety.edition import About
from pratique.store import models

PAGES = {
    "case": "case",
    "complaint": "petition",
    "inspection": "safety-inspection",
    "result": "result-correct",
    "staff": "health-person",
    "decision": "shift-handover",
}
"""Sort of record → its page."""


def find_door(issue: models.Issue) -> str:
    """What somebody must be allowed for to open the record: how a person dressed is for those who check it."""
    of_person = models.Inspection.objects.filter(id=issue.record_id, about=About.PERSON)
    if issue.record == "inspection" and of_person.exists():
        return "safety-inspect"
    return PAGES[issue.record]


def find_address(issue: models.Issue) -> str:
    """The page of the record an issue comes from; empty for one that somebody wrote down."""
    if issue.record == "decision":
        shift = models.ShiftHandover.objects.filter(id=issue.record_id).values_list("on", "shift").first()
        return reverse("shift-handover", args=[shift[0].isoformat(), shift[1]]) if shift else ""
    return reverse(PAGES[issue.record], args=[issue.record_id]) if issue.record else ""
