"""The list of contacts for one home authority: who is theirs, with what they need of each. Every look is written down."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.formats import contact_list
from pratique.formats.contact_list import ContactList
from pratique.services import identity, tracing
from pratique.services.cases import book, done
from pratique.services.window import contact
from pratique.store import models


def make(*, case: UUID, key: str | None, language: str, by: UUID | None, now: datetime) -> ContactList:
    """The contacts of a case whose home authority is `key` (None: everybody on record, for the list on paper).

    Raises `Refused`: `case_unknown`, `home_unknown`.
    """
    standing = book.get(case=case)
    port = models.Port.objects.get()
    zone = ZoneInfo(port.time_zone)
    records = [one for one in done.list_contacts(case=case, now=now) if one.kind is Kind.TRAVELLER]
    theirs = [one for one in records if key is None or (one.left is not None and one.left.key == key)]
    if not theirs and key is not None:
        raise Refused("home_unknown", "no contact of this case is theirs")
    prefecture = key is None or any(one.left is not None and one.left.prefecture for one in theirs)
    look = identity.Look(by, "contacts of a case", f"{standing.row.code} {key or ''}".strip())
    people = identity.read(travellers=[one.subject for one in theirs], look=look)
    codes = dict(
        models.Traveller.objects.filter(id__in=[one.subject for one in theirs]).values_list("id", "code")
    )
    reached = contact.list_ways(travellers=people, listed=people)
    rows = [
        _make_row(one, people.get(one.subject), reached.get(one.subject), codes[one.subject], zone, language)
        for one in theirs
    ]
    return ContactList(
        port=port.code,
        case=standing.row.code,
        rules=theirs[0].edition if theirs else "",
        home=key or "",
        audience="prefecture" if prefecture else "country",
        made_on=now.astimezone(zone).date(),
        rows=rows,
    )


def _make_row(
    one: done.Contact,
    person: identity.Identity | None,
    reached: contact.Contact | None,
    code: str,
    zone: ZoneInfo,
    language: str,
) -> dict[str, Any]:
    told, sampled = one.done.get("told"), one.done.get("sample")
    title = tracing.get_edition(one.edition).get_rule(one.rule).title
    row: dict[str, Any] = {
        "code": code,
        "ring": one.ring,
        "grade": one.grade,
        "why": title.zh if language == "zh" else title.en,
        "last_exposure_on": one.exposed_at.astimezone(zone).date() if one.exposed_at else None,
        "told_on": told.at.astimezone(zone).date() if told else None,
        "sampled_on": sampled.at.astimezone(zone).date() if sampled else None,
        "result": one.result,
    }
    if person is None or reached is None:
        return row
    document = next(iter(person.documents), ("", "", "", None))
    names = ("surname", "given_names", "chinese_name", "sex", "born_on")
    row |= {name: getattr(person, name) for name in names}
    row |= {name: getattr(reached, name) for name in contact.WAYS}
    return row | {"document_number": document[1], "document_issuer": document[2]}


def write(*, found: ContactList, kind: str, language: str) -> bytes:
    """The file. Raises `Refused`: `format_unknown`."""
    if kind not in contact_list.KINDS:
        raise Refused("contact_list_format_unknown", f"the formats are {', '.join(contact_list.KINDS)}")
    return contact_list.write(found=found, kind=kind, language=language)
