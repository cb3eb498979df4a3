"""Which home authorities are to be told of a case's contacts who have left: counted anew whenever one leaves or goes to another."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from pratique.core.duties.vocabulary import Kind
from pratique.services import register
from pratique.services.cases import book, home
from pratique.store import models, rows
from pratique.store.ids import make_id
from pratique.store.withdrawn import without_withdrawn


def count(*, case: UUID, by: UUID | None, now: datetime) -> bool:
    """Put on record of a case, which is held, how many of its contacts each home authority is to be told of; whether anything changed.

    What stands of an authority with the same people stays, and so does that it was told. `people` on the record is a digest that
    tells one set of them from another; it names nobody."""
    contacts = _list_listed(about=str(case)).values_list("subject_id", flat=True)
    left = home.find_left(travellers=[UUID(who) for who in contacts])
    theirs: dict[str, list[str]] = defaultdict(list)
    for who, one in left.items():
        theirs[one.key].append(str(who))
    told = {
        key: {"home": key, "count": len(people), "people": _digest(people)} for key, people in theirs.items()
    }
    entries = [one for one in book.get(case=case).entries if one.code == "contacts_left"]
    known = {str(one.attributes["home"]): one for one in entries}
    gone = {key: one for key, one in known.items() if dict(one.attributes) != told.get(key)}
    models.Withdrawal.objects.bulk_create(
        models.Withdrawal(
            id=make_id(),
            evidence_id=one.id,
            because="others are theirs now" if key in told else "none of them is theirs any more",
            happened_at=now,
            recorded_at=now,
            by_id=by,
        )
        for key, one in gone.items()
    )
    fresh = [key for key in sorted(told) if key not in known or key in gone]
    for key in fresh:
        book.record(case=case, code="contacts_left", attributes=told[key], by=by, now=now)
    return bool(gone or fresh)


def _digest(people: Iterable[str]) -> str:
    return sha256(" ".join(sorted(people)).encode()).hexdigest()[:16]


def follow(*, travellers: Iterable[UUID], by: UUID | None, now: datetime) -> None:
    """These people have left or come back, or a prefecture accepted them or does not look after them any more: every case of which
    they are contacts tells whoever it is to tell now, and what nobody has to be told any more is owed no longer."""
    if not (travellers := list(travellers)):
        return
    names = {str(name) for own in rows.read_names(travellers).values() for name in own}
    cases = {UUID(one) for one in _list_listed(subject_id__in=names).values_list("about", flat=True)}
    for case in sorted(cases):  # in one order, so that nobody waits for somebody who waits for them
        with transaction.atomic():
            book.hold(case=case)
            changed = count(case=case, by=by, now=now)
        if changed:
            register.work_out(stands=[(Kind.CASE, str(case))], now=now)


def _list_listed(**told: object) -> "QuerySet[models.Evidence]":
    """What stands on record of travellers as contacts."""
    found = models.Evidence.objects.filter(subject_kind=Kind.TRAVELLER.value, code="listed", **told)
    return without_withdrawn(found)
