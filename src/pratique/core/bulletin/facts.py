"""What the ledger counted, handed in by whoever can ask it.

The shape is made for a database: one `Count` per figure and day is a row of `GROUP BY`, so a port with a million
travellers fills `Facts` with a handful of queries and some ten thousand rows. Days on which nothing happened may be
left out; a figure which nobody asked for must not be in `totals`, and is published as *not counted*, never as nought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pratique.core.bulletin.edition import (
    ExitLine,
    FlightLine,
    OwnerLine,
    Port,
    ProtocolLine,
    Seal,
    TripLine,
    Value,
)


@dataclass(frozen=True, slots=True)
class Count:
    """How often the figure was counted on a day: what happened on it (a flow), or what there was at its end (a stock).

    `records` are the ids of what was counted; the five zeros must carry them, others may.
    """

    figure: str
    on: date
    value: Value
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a bulletin is made of.

    `counts` holds every counted flow for each day from `first_on`, and every stock for the day itself (for the day
    before too, if it can be had). `totals` holds for every flow the number over all days, **counted once more
    without looking at the day**: a record that belongs to no day is found by it. `flights` are those of the day,
    landed or not. `proofs` is how many objections each proof of the ledger raised at the cut-off.
    """

    port: Port
    on: date
    first_on: date
    cut_at: datetime
    counts: tuple[Count, ...] = ()
    totals: Mapping[str, Value] = field(default_factory=dict)
    flights: tuple[FlightLine, ...] = ()
    trips: tuple[TripLine, ...] = ()
    exits: tuple[ExitLine, ...] = ()
    owners: tuple[OwnerLine, ...] = ()
    proofs: Mapping[str, int] = field(default_factory=dict)
    protocols: tuple[ProtocolLine, ...] = ()
    seal: Seal | None = None
