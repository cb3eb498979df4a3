"""Who has not been seen for too long: finds whoever walked off between two counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pratique.core.custody.entry import CustodianId, Ground, TravellerId
from pratique.core.custody.fold import Books


@dataclass(frozen=True, slots=True, order=True)
class Unseen:
    """A traveller whom their custodian has not seen within its limit. `by_minutes` is how far past the limit."""

    by_minutes: int
    traveller: TravellerId
    custodian: CustodianId
    seen_at: datetime


def list_unseen(*, books: Books, ground: Ground, now: datetime) -> list[Unseen]:
    """Everybody unseen longer than their custodian's limit allows, the longest first.

    Asking resets nothing: only a scan does. A custodian without a limit (an exit) watches nobody; with a custodian
    whom nobody knows, nobody watches, so that limit is nought.
    """
    unseen = []
    for position in books.positions.values():
        custodian = ground.custodians.get(position.holder)
        limit_minutes = custodian.limit_minutes if custodian is not None else 0
        if limit_minutes is None:
            continue
        past = now - position.seen_at - timedelta(minutes=limit_minutes)
        if past > timedelta(0):
            minutes = int(past.total_seconds() // 60)
            unseen.append(Unseen(minutes, position.traveller, position.holder, position.seen_at))
    return sorted(unseen, key=lambda u: (-u.by_minutes, u.traveller))
