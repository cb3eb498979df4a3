"""Travel times of a routing server: which ways it is asked for, and what of its answers is kept.

The ways of the port are asked each time. Between places people are fetched (guests who move, a convoy's way to a hospital) there are as
many ways as pairs: they are asked from one place at a time, in turn, and what was said is kept for some hours.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from pratique.core.custody.entry import Kind
from pratique.core.transport.progress import Spot
from pratique.formats.road_matrix import Cell
from pratique.store import models
from pratique.store.queries import ports, tracking

FRESH = timedelta(hours=6)
"""So long what was said of the ways from one place to others is not asked again."""
AT_ONCE = 20
"""From so many places at most these ways are asked in one go."""
ENDS = (Kind.FACILITY.value, Kind.HOSPITAL.value, Kind.EXIT.value)


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
    with transaction.atomic():
        if not models.RoadServer.objects.filter(kind=kind).exists():
            models.RoadTime.objects.all().delete()  # another server said it
        models.RoadTime.objects.filter(Q(one=port.code) | Q(other=port.code)).delete()
        known = _write(port.code, told, now)
        models.RoadServer.objects.exclude(kind=kind).delete()
        models.RoadServer.objects.update_or_create(
            kind=kind, defaults={"answered_at": now, "failed_at": None, "because": ""}
        )
    return known


def list_between(*, now: datetime) -> list[tuple[str, Spot, dict[str, Spot]]]:
    """The places from which ways to other places are to be asked now, each with these, so that every pair is asked from one of its ends;
    other places come first at another time."""
    rows = models.Custodian.objects.filter(kind__in=ENDS, closed_at__isnull=True).exclude(place="")
    kinds: dict[str, set[str]] = {}
    for place, kind in rows.values_list("place", "kind"):
        kinds.setdefault(place, set()).add(kind)
    spots, port = tracking.find_spots(), ports.find_port()
    codes = sorted(code for code in kinds if code in spots and (port is None or code != port.code))
    asked = dict(_between(port).values_list("one").annotate(Max("asked_at")))
    turn = int(now.timestamp() // 900) * AT_ONCE % max(1, len(codes))
    found = []
    for one in codes[turn:] + codes[:turn]:
        # Nobody is driven from one prefecture to another.
        others = {
            other: spots[other]
            for other in codes
            if one < other and (kinds[one] | kinds[other]) - {Kind.EXIT.value}
        }
        if others and (one not in asked or now - asked[one] >= FRESH):
            found.append((one, spots[one], others))
    return found[:AT_ONCE]


def _between(port: models.Port | None) -> QuerySet[models.RoadTime]:
    """What was said of ways of which the port is no end."""
    code = port.code if port else ""
    return models.RoadTime.objects.exclude(Q(one=code) | Q(other=code))


def keep_between(*, start: str, told: Mapping[str, Cell | None], now: datetime) -> int:
    """Write down what the server answered of the ways from a place, in place of what it said before."""
    with transaction.atomic():
        models.RoadTime.objects.filter(one=start, other__in=list(told)).delete()
        return _write(start, told, now)


def _write(start: str, told: Mapping[str, Cell | None], now: datetime) -> int:
    known = {place: cell for place, cell in told.items() if cell is not None}
    models.RoadTime.objects.bulk_create(
        models.RoadTime(
            one=min(start, place),
            other=max(start, place),
            minutes=cell.minutes,
            km=cell.km,
            asked_at=now,
        )
        for place, cell in known.items()
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
