"""From when on people are told their ride: what they were told changes only if it must, so that nobody is told before that holds.

A plan made anew keeps the trips that start within `keep` minutes and those that somebody pinned (`plans.find_in_force`); a trip
made by hand is kept like these. Until then a trip is a plan among others: its crew, its printed list and its page say until when it
may change, and the traveller's own page does not name its place yet.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from pratique.services.dispatch import settings
from pratique.store import models


def list_open_until(*, trips: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:
    """Of these trips, those that the next plan may still change as it likes, each with the instant from which on it may not."""
    keep = timedelta(minutes=settings.get_rules(now=now).rules.keep)
    loose = models.Trip.objects.filter(
        id__in=list(trips),
        plan__isnull=False,
        pinned=False,
        departed_at__isnull=True,
        withdrawn_at__isnull=True,
        during__startswith__gt=now + keep,
    )
    return {trip: during.lower - keep for trip, during in loose.values_list("id", "during")}
