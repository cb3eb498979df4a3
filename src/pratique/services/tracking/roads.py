"""Travel times of a routing server: which ways it is asked for, and what of its answers is kept."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from pratique.core.transport.progress import Spot
from pratique.formats.road_matrix import Cell
from pratique.store import models
from pratique.store.queries import ports, tracking


def list_asked() -> tuple[Spot | None, dict[str, Spot]]:
    """Where the port is, and every other place with coordinates by its code, in the order of the codes."""
    port, spots = ports.find_port(), tracking.find_spots()
    start = spots.pop(port.code, None) if port else None
    return start, dict(sorted(spots.items()))


def keep(*, kind: str, told: Mapping[str, Cell | None], now: datetime) -> int:
    """Write down what the server answered, in place of what it said before; a way it does not know is the table's."""
    port = ports.find_port()
    if port is None:
        return 0
    known = {place: cell for place, cell in told.items() if cell is not None}
    with transaction.atomic():
        models.RoadTime.objects.all().delete()
        models.RoadTime.objects.bulk_create(
            models.RoadTime(
                one=min(port.code, place),
                other=max(port.code, place),
                minutes=cell.minutes,
                km=cell.km,
                asked_at=now,
            )
            for place, cell in known.items()
        )
        models.RoadServer.objects.exclude(kind=kind).delete()
        models.RoadServer.objects.update_or_create(
            kind=kind, defaults={"answered_at": now, "failed_at": None, "because": ""}
        )
    return len(known)


def fail(*, kind: str, because: str, now: datetime) -> None:
    """Note that it did not answer and why; what it said last is used for a while yet."""
    with transaction.atomic():
        models.RoadServer.objects.exclude(kind=kind).delete()
        models.RoadServer.objects.update_or_create(
            kind=kind, defaults={"failed_at": now, "because": because[:200]}
        )


def forget() -> None:
    """There is no server any more: the table alone is used."""
    models.RoadTime.objects.all().delete()
    models.RoadServer.objects.all().delete()
