"""One round of telling: every subscriber who is due gets what is new, until it has all or does not confirm."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pratique.links import webhook
from pratique.services import outbox
from pratique.store import locks
from pratique.store.queries import entries

PARCELS_MAX = 20
"""So many parcels to one subscriber before the next has its turn."""


def tell(*, clock: Callable[[], datetime]) -> int:
    """Tell everybody who is due; how many entries were confirmed. One process at a time."""
    with locks.held(locks.OUTBOX):
        due = outbox.list_due(now=clock())
        upto = entries.find_final() if due else 0
        return sum(_tell_one(subscription, upto, clock) for subscription in due)


def _tell_one(subscription: UUID, upto: int, clock: Callable[[], datetime]) -> int:
    url, secret = outbox.open_secret(subscription=subscription)
    told = 0
    for _ in range(PARCELS_MAX):
        parcel = outbox.read(subscription=subscription, upto=upto)
        if parcel is None:
            break
        try:
            if parcel.entries:
                webhook.send(parcel=parcel, wire=webhook.Wire(url, secret), now=clock())
        except webhook.NotTold as error:
            outbox.fail(subscription=subscription, because=str(error), now=clock())
            break
        if not outbox.confirm(subscription=subscription, parcel=parcel, now=clock()):
            break
        told += len(parcel.entries)
    return told
