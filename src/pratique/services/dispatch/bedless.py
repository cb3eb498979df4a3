"""Cases for whom no hospital has a bed: written down, so that somebody owes one until it is found or they are in hospital."""

import math
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from pratique.services import duty
from pratique.services.dispatch import means, settings
from pratique.services.dispatch.destinations import BOUND_CLOSED, NO_BED
from pratique.services.dispatch.people import at_port
from pratique.services.dispatch.pose import Posed
from pratique.store import models
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn

BEDLESS, FOUND = "bedless", "bed_found"


def may_lack(*, now: datetime) -> bool:
    """Whether somebody could be without a bed, so that it is worth posing the problem: a hospital is closed, fewer beds are free than
    people wait, or somebody was without one before."""
    if ports.find_port() is None:
        return False
    running, _ = means.split(opened=means.list_open())
    places, _ = means.list_places(now=now, rules=settings.get_rules(now=now), running=running)
    hospitals = [place for place in places if place.kind == "hospital"]
    beds = sum(math.inf if place.free is None else place.free for place in hospitals)
    waiting = models.Position.objects.filter(at_port()).count()
    return (
        beds < waiting
        or any(place.shut for place in hospitals)
        or any(row.code == BEDLESS for row in _list_last().values())
    )


def heed(*, posed: Posed, now: datetime) -> int:
    """Write down who has no bed, and for whom one was found since; how many lines that took. The same again writes nothing."""
    short = {one.subject for one in posed.left_out if one.because in (NO_BED, BOUND_CLOSED)}
    last = _list_last()
    known = {who for who, row in last.items() if row.code == BEDLESS}
    words = dict.fromkeys(short - known, BEDLESS) | dict.fromkeys(known - short, FOUND)
    told = [
        (
            uuid5(NAMESPACE_OID, f"{who}/{word}/{last[who].id if who in last else ''}"),
            duty.Done("traveller", str(who), word, now),
        )
        for who, word in sorted(words.items())
    ]
    return duty.record_all(evidence=told, by=None, now=now)


def _list_last() -> dict[UUID, models.Evidence]:
    """Traveller → the latest word on their bed."""
    rows = models.Evidence.objects.filter(subject_kind="traveller", code__in=(BEDLESS, FOUND))
    return {UUID(row.subject_id): row for row in without_withdrawn(rows).order_by("happened_at", "seq")}
