"""What proves that nobody is missing.

Giver and receiver share a row, so that the books balance proves nothing: a ledger which silently loses travellers
balances too. Each of these proofs holds the books against something they do not own: the count at the aircraft
door, names called out by a custodian, a clock, a second engine, the number of entries handed in.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby, pairwise

from pratique.core.answers import Objection
from pratique.core.custody.entry import WORLD, CustodianId, FlightId, Ground, Kind, PersonId, TravellerId
from pratique.core.custody.fold import Account, Books, Movement, Tally
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
    """How many people of a flight somebody counted, independently of the ledger.

    Counts of a desk, a vehicle or a facility are cumulative: everybody of the flight who had come that far by then.
    Whoever counts again corrects the earlier count: of one source the last one counts, of two at one instant the one that stands
    later in the book (`seq`).
    """

    flight: FlightId
    source: Source
    heads: int
    happened_at: datetime
    seq: int = 0


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
    """The objections of each proof under its name; empty tuples mean that it holds.

    `answered` are differences between the books and a headcount which a later sighting or headcount has cleared:
    nobody is missing any more, but somebody may want to know where they were.
    """

    by_proof: Mapping[str, tuple[Objection, ...]] = field(default_factory=dict)
    answered: tuple[Objection, ...] = ()

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
    missing, answered = headcounts(books=books, counts=witness.headcounts)
    return Findings(
        by_proof={
            "unbroken chain": tuple(unbroken_chain(books.movements)),
            "heads": tuple(heads(books=books, ground=ground, counts=witness.counts)),
            "headcount": tuple(missing),
            "overdue": tuple(overdue(books=books, ground=ground, now=now)),
            "totals": tuple(totals(books=books, told=witness.totals)) if witness.totals is not None else (),
            "no silent skip": tuple(no_silent_skip(witness.controls))
            + tuple(no_scan_dropped(tally=books.tally, handed_in=witness.handed_in)),
        },
        answered=tuple(answered),
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
    """Held + exited = landed, for every flight that was counted, each count against what the books say of the same.

    The list's own control count is held against those whom the list named, whether they came or not; the door's and
    the carrier's against those who came, named or not; a desk's, a vehicle's and a facility's against those who had
    come that far by the time of the count. The objection is `heads_differ` when the count most trusted for how many
    landed differs, `counts_differ` when it agrees and another does not; all figures stand side by side.
    """
    found = []
    for flight, figures in compare_counts(books=books, ground=ground, counts=counts).items():
        if code := judge_figures(figures):
            beside = ", ".join(f"{one.source} {one.heads} (books {booked})" for one, booked in figures)
            found.append(Objection(code, flight, beside))
    return found


def judge_figures(figures: Iterable[tuple[FlightCount, int]]) -> str:
    """What is wrong with the counts of one flight, each beside what the books would have had it count: `heads_differ`, `counts_differ`,
    or nothing."""
    agrees = {one.source: one.heads == booked for one, booked in figures}
    if all(agrees.values()):
        return ""
    trusted = next((source for source in LANDED if source in agrees), None)
    return "heads_differ" if trusted is not None and not agrees[trusted] else "counts_differ"


def list_latest(counts: Iterable[FlightCount]) -> dict[FlightId, dict[Source, FlightCount]]:
    """Of each flight the count of each source that counts: the last."""
    latest: dict[FlightId, dict[Source, FlightCount]] = defaultdict(dict)
    for count in sorted(counts, key=lambda c: (c.happened_at, c.seq, c.heads)):
        latest[count.flight][count.source] = count
    return latest


def compare_counts(
    *, books: Books, ground: Ground, counts: Iterable[FlightCount]
) -> dict[FlightId, list[tuple[FlightCount, int]]]:
    """The last count of each source of a flight, the most trusted first, each beside what the books would have had it count."""
    latest = list_latest(counts)
    people: dict[FlightId, list[Account]] = defaultdict(list)
    for account in books.accounts.values():
        position = account.position
        if position is not None and position.flight in latest and position.holder in ground.custodians:
            people[position.flight].append(account)
    return {
        flight: [
            (told[source], _count_expected(people[flight], ground, told[source]))
            for source in Source
            if source in told
        ]
        for flight, told in sorted(latest.items())
    }


_STAGES = {
    Source.DESK: frozenset({Kind.HALL}),
    Source.VEHICLE: frozenset({Kind.TRIP}),
    Source.FACILITY: frozenset({Kind.FACILITY, Kind.HOSPITAL}),
}
"""Who counts those that have come as far as a custodian of which kind."""


def _count_expected(people: Iterable[Account], ground: Ground, count: FlightCount) -> int:
    """How many of a flight's people the books would have had this source count."""
    if count.source is Source.CONTROL:
        return sum(a.position is not None and a.position.manifested for a in people)
    kinds = _STAGES.get(count.source)
    if kinds is None:
        return sum(
            a.position is not None and not ground.custodians[a.position.holder].never_came for a in people
        )
    return sum(
        any(m.happened_at <= count.happened_at and ground.kind_of(m.receiver) in kinds for m in a.movements)
        for a in people
    )


class Roll:
    """Every headcount beside the books of its moment, which may be handed in part by part (`add`).

    Whoever was missing or unexpected at a headcount is answered for once somebody scans them or calls their name
    later; heads that differed are answered for by a later headcount of the same custodian that agrees.
    """

    def __init__(self, counts: Iterable[Headcount]) -> None:
        self._counts: dict[CustodianId, list[Headcount]] = defaultdict(list)
        for count in sorted(counts, key=lambda c: (c.happened_at, c.heads)):
            self._counts[count.custodian].append(count)
        self._held: dict[int, set[TravellerId]] = defaultdict(set)
        self._seen: dict[TravellerId, datetime] = {}
        self._same_as: dict[TravellerId, TravellerId] = {}

    def add(self, books: Books) -> None:
        """Take in the accounts of some travellers: whoever is linked must come in one part."""
        self._same_as.update(books.same_as)
        for traveller, account in books.accounts.items():
            if account.position is not None:
                self._seen[traveller] = account.position.seen_at
            for movement, after in pairwise((*account.movements, None)):
                if movement is not None and movement.receiver in self._counts:
                    self._hold(movement, after)

    def _hold(self, movement: Movement, after: Movement | None) -> None:
        counts = self._counts[movement.receiver]
        first = bisect_left(counts, movement.happened_at, key=_happened_at)
        last = bisect_left(counts, after.happened_at, key=_happened_at) if after else len(counts)
        for count in counts[first:last]:
            self._held[id(count)].add(movement.traveller)

    def compare(self) -> tuple[list[Objection], list[Objection]]:
        """What is still open, and what has been answered since."""
        seen = self._list_last_seen()
        found: list[Objection] = []
        answered: list[Objection] = []
        for counts in self._counts.values():
            agreed = False
            for count in reversed(counts):
                differences = compare_headcount(
                    held=self._held[id(count)], count=count, read_as=self._read_as
                )
                for objection in differences:
                    last_seen_at = seen.get(TravellerId(objection.subject), count.happened_at)
                    later = agreed if objection.code in _OF_HEADS else last_seen_at > count.happened_at
                    (answered if later else found).append(objection)
                agreed = agreed or not differences
        return sorted(found), sorted(answered)

    def _list_last_seen(self) -> dict[TravellerId, datetime]:
        """When each was last scanned, or answered to their name."""
        seen = dict(self._seen)
        for counts in self._counts.values():
            for count in counts:
                for traveller in map(self._read_as, count.names or ()):
                    seen[traveller] = max(seen.get(traveller, count.happened_at), count.happened_at)
        return seen

    def _read_as(self, traveller: TravellerId) -> TravellerId:
        return self._same_as.get(traveller, traveller)


_OF_HEADS = frozenset({"headcount_differs", "headcount_names_differ"})
"""The codes of `compare_headcount` that are about a custodian, not about a traveller."""


def _happened_at(entry: Headcount | Movement) -> datetime:
    return entry.happened_at


def headcounts(*, books: Books, counts: Iterable[Headcount]) -> tuple[list[Objection], list[Objection]]:
    """All headcounts against the whole book: what is still open, and what has been answered since (see `Roll`)."""
    roll = Roll(counts)
    roll.add(books)
    return roll.compare()


def headcount(*, books: Books, count: Headcount) -> list[Objection]:
    """Who was with the custodian at that instant by the books, against who was there by the custodian's word."""
    held = held_at(books=books, custodian=count.custodian, at=count.happened_at)
    return compare_headcount(held=held, count=count, read_as=books.read_as)


def _read_as_named(traveller: TravellerId) -> TravellerId:
    return traveller


def compare_headcount(
    *,
    held: Collection[TravellerId],
    count: Headcount,
    read_as: Callable[[TravellerId], TravellerId] = _read_as_named,
) -> list[Objection]:
    """Whom the books say the custodian held, against the heads or names that were called.

    `read_as` says under whose name the books keep somebody (`Books.read_as`), for those who were linked.
    """
    if count.names is None:
        if count.heads == len(held):
            return []
        return [Objection("headcount_differs", count.custodian, f"counted {count.heads}, books {len(held)}")]
    named = frozenset(map(read_as, count.names))
    found = [Objection("headcount_missing", t, count.custodian) for t in sorted(set(held) - named)]
    found += [Objection("headcount_unexpected", t, count.custodian) for t in sorted(named - set(held))]
    if count.heads != len(count.names):
        because = f"counted {count.heads}, named {len(count.names)}"
        found.append(Objection("headcount_names_differ", count.custodian, because))
    return found


def held_at(*, books: Books, custodian: CustodianId, at: datetime) -> frozenset[TravellerId]:
    """Who was with a custodian at an instant, by the movements up to then."""
    held = set()
    for traveller, account in books.accounts.items():
        moved = bisect_right(account.movements, at, key=_happened_at)
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
    """Every scan handed in moved somebody, saw somebody, was a repeat, is disputed, was taken back or came later."""
    found = []
    if tally.accounted != tally.handed_in:
        because = f"handed in {tally.handed_in}, accounted for {tally.accounted}"
        found.append(Objection("scans_dropped", "fold", because))
    if handed_in is not None and handed_in != tally.handed_in:
        found.append(Objection("scans_dropped", "book", f"recorded {handed_in}, folded {tally.handed_in}"))
    return found
