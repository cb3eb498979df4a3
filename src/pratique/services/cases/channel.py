"""Which channel a case puts somebody in: contacts among contacts, cases among cases, and back again when it proves wrong.

Dispatch, rooms and duties go by a traveller's channel, so that all of them are re-planned from it. What it was before is on
record with the change.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pratique.core.screening.edition import Channel
from pratique.services import duty
from pratique.store import models
from pratique.store.ids import make_id

STRICTER = {
    Channel.CONTACT.value: {"symptomatic", "contact", "red", "yellow"},
    "symptomatic": {"symptomatic"},
}
"""Channel → channels that are as strict already."""
STRICTEST_FIRST = (Channel.SYMPTOMATIC.value, Channel.CONTACT.value)


def move(*, travellers: Collection[UUID], to: str, because: str, now: datetime) -> list[UUID]:
    """Put these travellers into a channel; who was moved. It is on record also of whoever is in a stricter one, so that
    they come here when that proves wrong. Part of a transaction."""
    told, moved = [], []
    for row in models.Traveller.objects.select_for_update().filter(id__in=travellers).order_by("id"):
        if any(one.attributes["channel"] == to for one, gone in _list_changes(row.id) if not gone):
            continue
        if row.channel == to:
            continue
        attributes = {"channel": to, "was": row.channel, "because": because}
        told.append((make_id(), duty.Done("traveller", str(row.id), "reclassed", now, attributes)))
        if row.channel not in STRICTER[to]:
            moved.append(row.id)
    duty.record_all(evidence=told, by=None, now=now)
    models.Traveller.objects.filter(id__in=moved).update(channel=to)
    return moved


def move_back(*, travellers: Collection[UUID], of: str, because: str, now: datetime) -> list[UUID]:
    """Take back that these were put into a channel, where nobody has screened them anew since; who was moved.

    They go where another standing change puts them, or where they were before the first.
    """
    moved = []
    for row in models.Traveller.objects.select_for_update().filter(id__in=travellers):
        changes = _list_changes(row.id)
        standing = [one for one, withdrawn in changes if not withdrawn]
        gone = [one for one in standing if one.attributes["channel"] == of]
        models.Withdrawal.objects.bulk_create(
            models.Withdrawal(
                id=make_id(),
                evidence_id=one.id,
                because=because,
                happened_at=now,
                recorded_at=now,
                by_id=None,
            )
            for one in gone
        )
        left = {one.attributes["channel"] for one in standing} - {of}
        back = next((one for one in STRICTEST_FIRST if one in left), None)
        if gone and row.channel == of:
            row.channel = back or changes[0][0].attributes["was"]
            row.save(update_fields=["channel"])
            moved.append(row.id)
    return moved


def _list_changes(traveller: UUID) -> list[tuple[models.Evidence, bool]]:
    """Changes of somebody's channel by cases since they were screened last, and whether each was taken back."""
    own = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id=str(traveller), code__in=("reclassed", "screened")
    )
    withdrawn = set(
        models.Withdrawal.objects.filter(evidence_id__in=own.values("id")).values_list(
            "evidence_id", flat=True
        )
    )
    found: list[tuple[models.Evidence, bool]] = []
    for one in own.order_by("happened_at", "seq"):
        if one.code == "screened" and one.id not in withdrawn:
            found = []
        elif one.code == "reclassed":
            found.append((one, one.id in withdrawn))
    return found


def sort_case(*, traveller: UUID, is_case: bool, because: str, now: datetime) -> list[UUID]:
    """Put a case among the cases, or back if they are ruled out."""
    to = Channel.SYMPTOMATIC.value
    if is_case:
        return move(travellers=[traveller], to=to, because=because, now=now)
    return move_back(travellers=[traveller], of=to, because=f"{because} is ruled out", now=now)
