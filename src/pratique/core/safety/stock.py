"""Supplies as a ledger: what came in, went out and was counted; how much there is, and for how long it lasts.

A count states what is there; the difference to the books is a movement like any other (found or missing), so that the
books balance: opening + in − out + differences = what is there. Use is what went out and what was missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pratique.core.answers import Refused
from pratique.core.duties.evidence import aware

WINDOW = timedelta(days=7)
"""Use is averaged over so long, or since the first movement if that is shorter (a day at least)."""


class Sort(StrEnum):
    """What happened to a supply."""

    IN = "in"
    OUT = "out"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Move:
    """So many came in, went out, or were counted (pieces, never negative). `order` settles movements of one moment."""

    sort: Sort
    quantity: int
    at: datetime
    order: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """How it stands with one supply: on hand by the books (negative: more went out than ever came in, so count), the use
    per day, days it lasts (None: nothing is used), what counts found (+) or missed (−) in all."""

    on_hand: int
    used_daily: float
    days_left: float | None
    difference: int
    counted_at: datetime | None

    def is_low(self, *, days_min: int) -> bool:
        """Whether it does not last so many days, or is out."""
        return self.on_hand <= 0 or (self.days_left is not None and self.days_left < days_min)


def fold(*, moves: Iterable[Move], now: datetime) -> Level:
    """Work out the level from all movements up to now, in whatever order they came. Raises `Refused`:
    `quantity_negative`."""
    aware(now)
    ordered = sorted((m for m in moves if m.at <= now), key=lambda m: (m.at, m.order))
    on_hand = difference = used = 0
    counted_at = None
    since = max(now - WINDOW, ordered[0].at) if ordered else now
    for move in ordered:
        if move.quantity < 0:
            raise Refused("quantity_negative", "pieces are never fewer than none")
        if move.sort is Sort.COUNT:
            change = move.quantity - on_hand
            difference += change if counted_at is not None or on_hand else 0
            gone = -change if counted_at is not None else 0
            counted_at = move.at
        else:
            change = move.quantity if move.sort is Sort.IN else -move.quantity
            gone = -change
        on_hand += change
        if gone > 0 and move.at >= since:
            used += gone
    daily = used / max((now - since) / timedelta(days=1), 1.0)
    days_left = max(on_hand, 0) / daily if daily else None
    return Level(on_hand, daily, days_left, difference, counted_at)
