"""What proves that nobody is missing.

Giver and receiver share a row, so that the books balance proves nothing: a ledger which silently loses travellers
balances too. Each of these proofs holds the books against something they do not own: the count at the aircraft
door, names called out by a custodian, a clock, a second engine, the number of entries handed in.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from pratique.core.answers import Objection
from pratique.core.custody.entry import WORLD, CustodianId, FlightId, Ground, PersonId, TravellerId
from pratique.core.custody.fold import Books, Movement, Tally
from pratique.core.custody.overdue import list_unseen


class Source(StrEnum):
    """Who counted. In the order in which they are trusted for how many landed."""

    DOOR = "door"
    CARRIER = "carrier"
    CONTROL = "control"
    DESK = "desk"
    VEHICLE = "vehicle"
    FACILITY = "facility"


LANDED = (Source.DOOR, Source.CARRIER, Source.CONTROL)
"""The counts that say how many came: heads at the door, the carrier's closing count, the manifest's own control."""


@dataclass(frozen=True, slots=True)
class FlightCount:
    """How many people of a flight somebody counted, independently of the ledger."""

    flight: FlightId
    source: Source
    heads: int
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class Headcount:
    """A custodian states who is there: how many, and their names if they were called."""

    custodian: CustodianId
    heads: int
    happened_at: datetime
    names: frozenset[TravellerId] | None = None
    by: PersonId = PersonId("")


@dataclass(frozen=True, slots=True)
class Control:
    """The control total of a generator: whoever it saw was either served or is named on the red list."""

    generator: str
    seen: int
    served: int
    unserved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """Everything the proofs know that the ledger does not own."""

    counts: tuple[FlightCount, ...] = ()
    headcounts: tuple[Headcount, ...] = ()
    totals: Mapping[CustodianId, int] | None = None
    controls: tuple[Control, ...] = ()
    handed_in: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The objections of each proof under its name; empty tuples mean that it holds."""

    by_proof: Mapping[str, tuple[Objection, ...]] = field(default_factory=dict)

    @property
    def hold(self) -> bool:
        """No proof objects."""
        return not any(self.by_proof.values())

    @property
    def objections(self) -> list[Objection]:
        """All of them in the order of the proofs."""
        return [o for objections in self.by_proof.values() for o in objections]


def prove(*, books: Books, ground: Ground, witness: Witness, now: datetime) -> Findings:
    """Run every proof."""
    return Findings(
        {
            "unbroken chain": tuple(unbroken_chain(books.movements)),
            "heads": tuple(heads(books=books, ground=ground, counts=witness.counts)),
            "headcount": tuple(o for c in witness.headcounts for o in headcount(books=books, count=c)),
            "overdue": tuple(overdue(books=books, ground=ground, now=now)),
            "totals": tuple(totals(books=books, told=witness.totals)) if witness.totals is not None else (),
            "no silent skip": tuple(no_silent_skip(witness.controls))
            + tuple(no_scan_dropped(tally=books.tally, handed_in=witness.handed_in)),
        }
    )


def unbroken_chain(movements: Iterable[Movement]) -> list[Objection]:
    """The giver of movement n is the receiver of movement n-1; the first giver is the world; nobody gives to
    themselves; time does not run backwards."""
    broken = []
    ordered = sorted(movements, key=lambda m: (m.traveller, m.number))
    for traveller, own in groupby(ordered, key=lambda m: m.traveller):
        holder, at = WORLD, None
        for number, movement in enumerate(own, start=1):
            if movement.giver != holder:
                because = f"movement {movement.number}: given by {movement.giver}, held by {holder}"
                broken.append(Objection("chain_broken", traveller, because))
            if movement.number != number or movement.receiver == movement.giver:
                because = f"movement {movement.number} repeats or skips"
                broken.append(Objection("chain_miscounted", traveller, because))
            if at is not None and movement.happened_at < at:
                broken.append(Objection("chain_backwards", traveller, f"movement {movement.number}"))
            holder, at = movement.receiver, movement.happened_at
    return broken


def heads(*, books: Books, ground: Ground, counts: Iterable[FlightCount]) -> list[Objection]:
    """Held + exited = landed, for every flight that was counted, and every count beside the others.

    How many landed is taken from whoever is trusted most (door, then carrier, then control count); each of those
    that says something else is objected to as well, with all figures side by side.
    """
    inside = Counter(
        p.flight for p in books.positions.values() if p.flight is not None and p.holder in ground.custodians
    )
    latest: dict[tuple[FlightId, Source], FlightCount] = {}
    for count in sorted(counts, key=lambda c: (c.happened_at, c.heads)):
        latest[count.flight, count.source] = count
    found = []
    for flight in sorted({flight for flight, _ in latest}):
        told = {source: latest[flight, source].heads for source in LANDED if (flight, source) in latest}
        beside = ", ".join(f"{source} {told[source]}" for source in told) + f", books {inside[flight]}"
        if told and next(iter(told.values())) != inside[flight]:
            found.append(Objection("heads_differ", flight, beside))
        elif len(set(told.values())) > 1:
            found.append(Objection("counts_differ", flight, beside))
    return found


def headcount(*, books: Books, count: Headcount) -> list[Objection]:
    """Who was with the custodian at that instant by the books, against who was there by the custodian's word."""
    return compare_headcount(
        held=held_at(books=books, custodian=count.custodian, at=count.happened_at), count=count
    )


def compare_headcount(*, held: frozenset[TravellerId], count: Headcount) -> list[Objection]:
    """Whom the books say the custodian held, against the heads or names that were called."""
    if count.names is None:
        if count.heads == len(held):
            return []
        return [Objection("headcount_differs", count.custodian, f"counted {count.heads}, books {len(held)}")]
    missing = [Objection("headcount_missing", t, count.custodian) for t in sorted(held - count.names)]
    unexpected = [Objection("headcount_unexpected", t, count.custodian) for t in sorted(count.names - held)]
    return missing + unexpected


def held_at(*, books: Books, custodian: CustodianId, at: datetime) -> frozenset[TravellerId]:
    """Who was with a custodian at an instant, by the movements up to then."""
    held = set()
    for traveller, account in books.accounts.items():
        moved = bisect_right([m.happened_at for m in account.movements], at)
        if moved and account.movements[moved - 1].receiver == custodian:
            held.add(traveller)
    return frozenset(held)


def overdue(*, books: Books, ground: Ground, now: datetime) -> list[Objection]:
    """Nobody is unseen longer than their custodian's limit allows."""
    return [
        Objection("unseen", u.traveller, f"{u.custodian}, {u.by_minutes} minutes past the limit")
        for u in list_unseen(books=books, ground=ground, now=now)
    ]


def totals(*, books: Books, told: Mapping[CustodianId, int]) -> list[Objection]:
    """What the database counts per custodian is what the fold counts."""
    folded = Counter(p.holder for p in books.positions.values())
    return [
        Objection("totals_differ", custodian, f"database {told.get(custodian, 0)}, fold {folded[custodian]}")
        for custodian in sorted({*folded, *told})
        if told.get(custodian, 0) != folded[custodian]
    ]


def no_silent_skip(controls: Iterable[Control]) -> list[Objection]:
    """Seen = served + named as unserved, for whatever generates duties, loads or posts."""
    return [
        Objection("skipped", c.generator, f"saw {c.seen}, served {c.served}, named {len(c.unserved)}")
        for c in controls
        if c.seen != c.served + len(c.unserved)
    ]


def no_scan_dropped(*, tally: Tally, handed_in: int | None = None) -> list[Objection]:
    """Every scan handed in moved somebody, saw somebody, was a repeat, is disputed or was taken back."""
    accounted = tally.moved + tally.seen + tally.repeated + tally.disputed + tally.annulled
    found = []
    if accounted != tally.handed_in:
        found.append(
            Objection("scans_dropped", "fold", f"handed in {tally.handed_in}, accounted for {accounted}")
        )
    if handed_in is not None and handed_in != tally.handed_in:
        found.append(Objection("scans_dropped", "book", f"recorded {handed_in}, folded {tally.handed_in}"))
    return found
