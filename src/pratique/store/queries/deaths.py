"""Whose death is on record: certified by a physician, confirmed by a second person, not taken back."""

from collections.abc import Iterable
from uuid import UUID

from pratique.store import models, rows
from pratique.store.withdrawn import without_withdrawn

CERTIFIED, DIED, DOUBTED = "death_certified", "died", "death_doubted"


def find_records(*, travellers: Iterable[UUID], code: str) -> dict[UUID, models.Evidence]:
    """Traveller → the latest record of this word about them that stands, under whichever of their names."""
    asked = rows.find_askers(travellers)
    told = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(one) for one in asked], code=code
    )
    standing = without_withdrawn(told).order_by("seq")
    return {one: row for row in standing for one in asked[UUID(row.subject_id)]}


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
    """Everybody whose death is confirmed, under every name."""
    told = models.Evidence.objects.filter(subject_kind="traveller", code=DIED).values_list(
        "subject_id", flat=True
    )
    names = rows.read_names(UUID(one) for one in set(told))
    return frozenset(find_confirmed(travellers={name for own in names.values() for name in own}))
