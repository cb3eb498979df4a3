"""What cannot be right on one list: two with one document, one listed twice, one not yet born."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pratique.core.manifest.passenger_list import Listed
from pratique.formats.findings import Findings

_PLACES_MAX = 12
_VISA = "V"


def report_shared_documents(*, travellers: Iterable[Listed], findings: Findings) -> None:
    """Report each document that stands beside more than one traveller; everybody stays on the list."""
    holders: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for person in travellers:
        papers = {
            (document.number, document.issuer)
            for document in person.documents
            if document.number and document.kind != _VISA
        }
        for paper in papers:
            holders[paper].append(person)
    for people in holders.values():
        if len(people) > 1:
            names = {(person.full_name, person.born_on) for person in people}
            code = "traveller_repeated" if len(names) == 1 else "document_shared"
            findings.report(code, _list_places(people), {"count": len(people)})


def report_unborn(*, travellers: Iterable[Listed], flown_on: date | None, findings: Findings) -> None:
    """Report each date of birth after the day of the flight; it stays as stated, for a person to correct."""
    for person in travellers:
        if flown_on and person.born_on and person.born_on > flown_on:
            facts = {"text": person.born_on.isoformat(), "first": flown_on.isoformat()}
            findings.report("birth_after_flight", person.place, facts)


def _list_places(people: list[Listed]) -> str:
    places = "; ".join(person.place for person in people[:_PLACES_MAX])
    return places if len(people) <= _PLACES_MAX else f"{places}; ... ({len(people)})"
