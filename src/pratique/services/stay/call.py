"""Calls for help: asked by a traveller or by whoever hears one, answered with a time, and owed until then.

That somebody asked and was answered is evidence (the duty to answer is worked out from it); what they said is personal,
so it is sealed in a row of its own, under the keys that the traveller's own page has too, and erased with the traveller's identity.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from pratique.core.answers import Refused
from pratique.services import duty, identity
from pratique.store import models, rows
from pratique.store.ids import make_id

SORTS = ("medical", "psychological", "interpreter", "consular", "room", "food", "other")
"""What somebody may ask help for."""
TEXT_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call for help as its reader may see it; `said` and `answered` are empty once they have been erased."""

    id: UUID
    traveller: UUID
    sort: str
    said: str
    asked_at: datetime
    by_themselves: bool
    answered: str
    answered_at: datetime | None
    answered_by: UUID | None


def call_for_help(
    *,
    traveller: UUID,
    sort: str,
    text: str,
    now: datetime,
    by: UUID | None = None,
    call_id: UUID | None = None,
) -> models.HelpCall:
    """Somebody asks for help: `by` is who wrote it down for them, None for the traveller's own page. The same id again is
    the same call. Raises `Refused`: `traveller_unknown`, `help_sort_unknown`, `help_text_too_long`."""
    if sort not in SORTS:
        raise Refused("help_sort_unknown", f"help is asked for: {', '.join(SORTS)}")
    if len(text) > TEXT_MAX:
        raise Refused("help_text_too_long", f"at most {TEXT_MAX} signs")
    with transaction.atomic():
        if not models.Traveller.objects.filter(id=traveller).exists():
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        done = duty.Done("traveller", str(traveller), "help_request", now, {"need": sort})
        evidence = duty.record(evidence=done, by=by, now=now, evidence_id=call_id or make_id())
        if evidence.subject_id != str(traveller) or evidence.code != "help_request":
            raise Refused("help_call_of_another", "this id is another entry's: make a new one")
        key, said = _seal(text, evidence.id)
        row, _ = models.HelpCall.objects.get_or_create(
            id=evidence.id,
            defaults={
                "traveller_id": traveller,
                "sort": sort,
                "key": key,
                "said": said,
                "asked_at": evidence.happened_at,
                "asked_by_id": by,
            },
        )
    return row


def _seal(text: str, about: UUID) -> tuple[str, bytes | None]:
    if not text.strip():
        return "", None
    return identity.seal_bytes(content=text.strip().encode(), about=about, keys=settings.PRATIQUE_WINDOW_KEYS)


def answer(*, call: UUID, text: str, by: UUID, now: datetime) -> models.HelpCall:
    """Say what was done about a call, in words that the traveller may read; that ends the duty to answer it.

    Raises `Refused`: `help_call_unknown`, `help_call_answered`, `help_answer_missing`, `help_text_too_long`.
    """
    if not text.strip():
        raise Refused("help_answer_missing", "say what was done; they read it too")
    if len(text) > TEXT_MAX:
        raise Refused("help_text_too_long", f"at most {TEXT_MAX} signs")
    with transaction.atomic():
        row = models.HelpCall.objects.select_for_update().filter(id=call).first()
        if row is None:
            raise Refused("help_call_unknown", "there is no such call")
        if row.answered_at is not None:
            raise Refused("help_call_answered", "somebody has answered it already: look at the answer first")
        # Sealed under the key of the call's own words, so that one key name opens both.
        said = _open(row, row.said).decode() if row.said is not None else ""
        row.key, row.answered = _seal(text, row.id)
        row.said = _seal(said, row.id)[1]
        row.answered_at, row.answered_by_id = now, by
        row.save(update_fields=["key", "said", "answered", "answered_at", "answered_by_id"])
        done = duty.Done("traveller", str(row.traveller_id), "help_answer", now, {}, about=str(row.id))
        duty.record(evidence=done, by=by, now=now)
    return row


def _open(row: models.HelpCall, sealed: bytes) -> bytes:
    return identity.open_bytes(
        key=row.key, sealed=bytes(sealed), about=row.id, keys=settings.PRATIQUE_WINDOW_KEYS
    )


def read(*, traveller: UUID) -> list[Call]:
    """The calls of one traveller with what was said and answered, the latest first."""
    own = models.HelpCall.objects.filter(traveller_id__in=rows.list_names(traveller))
    return [_show(row) for row in own.order_by("-asked_at")]


def find_traveller(*, call: UUID) -> UUID:
    """Whose call this is. Raises `Refused("help_call_unknown")`."""
    found: UUID | None = (
        models.HelpCall.objects.filter(id=call).values_list("traveller_id", flat=True).first()
    )
    if found is None:
        raise Refused("help_call_unknown", "there is no such call")
    return found


def list_open(*, facility: UUID | None = None) -> list[Call]:
    """Calls that wait for an answer, the oldest first; of whom a facility has, or of everybody."""
    waiting = models.HelpCall.objects.filter(answered_at__isnull=True)
    if facility is not None:
        there = models.Position.objects.filter(holder_id=facility, inside=True)
        waiting = waiting.filter(traveller_id__in=there.values("traveller_id"))
    return [_show(row) for row in waiting.order_by("asked_at")]


def _show(row: models.HelpCall) -> Call:
    return Call(
        id=row.id,
        traveller=row.traveller_id,
        sort=row.sort,
        said=_open(row, row.said).decode() if row.said else "",
        asked_at=row.asked_at,
        by_themselves=row.asked_by_id is None,
        answered=_open(row, row.answered).decode() if row.answered else "",
        answered_at=row.answered_at,
        answered_by=row.answered_by_id,
    )


def erase_due(*, on: date, now: datetime) -> int:
    """Erase what was said in calls of travellers whose identity is erased, or due to be; that they asked stays. How many."""
    due = identity.list_due(on=on)
    calls = models.HelpCall.objects.filter(traveller_id__in=due, erased_at__isnull=True)
    return calls.update(said=None, answered=None, key="", erased_at=now)
