"""What the epidemiologist of an invented day does when a result is positive: report, name the contacts, see to them."""

from datetime import datetime, timedelta
from uuid import UUID

from pratique.core.duties.vocabulary import Kind
from pratique.services import tracing
from pratique.services.cases import book, contacting, done

REPORTED = timedelta(minutes=20)
SEEN_TO = timedelta(minutes=5)
"""After the list is adopted: from one contact to the next."""


def follow(*, person: UUID, by: UUID, now: datetime) -> int:
    """Open, report and trace the case of somebody whose result came, and do what is owed at once to its contacts; how many.

    Tests are taken with everybody else's.
    """
    book.heed_results(now=now)
    case = book.find(subject=person)
    if case is None:
        return 0
    at = now + REPORTED
    book.note(case=case.id, code="reported", by=by, now=at)
    contacting.adopt(case=case.id, rules=tracing.SHIPPED[0], second_ring=False, by=by, now=at)
    contacts = done.list_contacts(case=case.id, now=at)
    for number, contact in enumerate(contacts):
        steps = done.STEPS[contact.kind] if contact.grade == "close" else ("told",)
        for step in [one for one in steps if one not in contact.done] if contact.left is None else ():
            told = {"language": "zh"} if step == "told" and contact.kind is Kind.TRAVELLER else {}
            done.do(act=done.Act(contact.listed, step, told), by=by, now=at + (number % 30) * SEEN_TO)
    return len(contacts)
