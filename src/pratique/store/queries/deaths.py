"""Whose death is on record: certified by a physician, confirmed by a second person, not taken back."""

from collections.abc import Iterable
from uuid import UUID

from pratique.store import models
from pratique.store.withdrawn import without_withdrawn

CERTIFIED, DIED, DOUBTED = "death_certified", "died", "death_doubted"


def find_records(*, travellers: Iterable[UUID], code: str) -> dict[UUID, models.Evidence]:
    """Traveller → the latest record of this word about them that stands."""
    rows = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(one) for one in travellers], code=code
    )
    return {UUID(row.subject_id): row for row in without_withdrawn(rows).order_by("seq")}


def find_confirmed(*, travellers: Iterable[UUID]) -> dict[UUID, UUID]:
    """Traveller → who confirmed their death, another than who certified it."""
    names = list(travellers)
    if not names:
        return {}
    certified = find_records(travellers=names, code=CERTIFIED)
    found = {}
    for who, row in find_records(travellers=names, code=DIED).items():
        first = certified.get(who)
        signed = {first.by_id, row.by_id} - {None} if first is not None else set()
        if first is not None and row.about == str(first.id) and len(signed) == 2:
            found[who] = row.by_id
    return found


def list_confirmed() -> frozenset[UUID]:
    """Everybody whose death is confirmed."""
    told = models.Evidence.objects.filter(subject_kind="traveller", code=DIED).values_list(
        "subject_id", flat=True
    )
    return frozenset(find_confirmed(travellers={UUID(one) for one in told}))
