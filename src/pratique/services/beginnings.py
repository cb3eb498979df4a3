"""Since when a unit is part of the force, and a hall, a holding area or a facility in use: the book knows, so nobody types it in.

A unit joins with the first of its people put to a shift; from then on it owes its daily report or nil report, so that its silence is
seen. A place is opened by the first traveller who was there; from then on its disinfection and its inspections are owed. Where
somebody recorded an earlier beginning as evidence, that one holds, since it is the first that counts.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Min

from pratique.core.duties.vocabulary import Kind
from pratique.store import models, rows

_FIRST_SCANS = """
SELECT place.id, (SELECT min(happened_at) FROM store_scan WHERE custodian_id = place.id)
FROM unnest(%s::uuid[]) AS place(id)
"""
_USED = """
SELECT id FROM store_custodian WHERE kind IN ('hall', 'holding', 'facility') AND closed_at IS NULL
AND EXISTS (SELECT FROM store_scan WHERE custodian_id = store_custodian.id)
"""


def list_joined(names: Iterable[str]) -> Iterator[tuple[str, datetime]]:
    """Of these units, by id, since when each is part of the force; one that nobody was ever put to a shift from is left out."""
    put = models.Deployment.objects.filter(unit_id__in=list(names))
    for unit, at in put.values_list("unit_id").annotate(first=Min("starts_at")).order_by("unit_id"):
        yield rows.key(unit), at


def list_opened(names: Iterable[str]) -> Iterator[tuple[str, datetime]]:
    """Of these halls, holding areas and facilities, by id, since when each is in use; one in which nobody ever was is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SCANS, [[UUID(name) for name in names]])
        yield from ((rows.key(place), at) for place, at in cursor.fetchall() if at is not None)


def list_begun() -> set[tuple[Kind, str]]:
    """Units that joined and places that were opened, whenever that was."""
    units = models.Deployment.objects.filter(unit_id__isnull=False).values_list("unit_id", flat=True)
    found = {(Kind.UNIT, rows.key(unit)) for unit in units.distinct()}
    with connection.cursor() as cursor:
        cursor.execute(_USED)
        used = {rows.key(place) for (place,) in cursor.fetchall()}
    return found | {(kind, place) for place in used for kind in (Kind.PLACE, Kind.FACILITY)}
