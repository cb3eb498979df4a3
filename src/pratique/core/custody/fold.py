"""From entries to books: movements in the order in which things happened.

The fold is a pure function of a *set* of entries. Each traveller is folded alone, so the store can fold one again
when a late or odd scan comes in, and the whole book can be folded on as many cores as there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pratique.core.answers import Objection
from pratique.core.custody import clock
from pratique.core.custody.entry import (
    ORDINARY_STEPS,
    WORLD,
    Admission,
    Custodian,
    CustodianId,
    FlightId,
    Ground,
    Journal,
    Kind,
    Link,
    Scan,
    ScanId,
    TravellerId,
)


@dataclass(frozen=True, slots=True)
class Movement:
    """Custody passed from giver to receiver. `number` counts a traveller's movements from 1; `scan` is whose word
    it rests on, None where a manifest and a landing put them into the cabin."""

    traveller: TravellerId
    number: int
    giver: CustodianId
    receiver: CustodianId
    happened_at: datetime
    scan: ScanId | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a traveller is now: the holder, since when, when last seen there, and on which scan's word.

    `manifested` says whether the flight's list named them; `place` and `placed_at` are the last place where anybody
    saw them and when: what moves has no place, so on a trip they are still those of where it began.
    """

    traveller: TravellerId
    holder: CustodianId
    since_at: datetime
    seen_at: datetime
    scan: ScanId | None
    flight: FlightId | None
    movements: int
    manifested: bool = True
    place: str = ""
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A scan that is kept but not believed until somebody rules; `against` is the scan it contradicts."""

    traveller: TravellerId
    scan: ScanId
    code: str
    against: ScanId | None = None
    custodian: CustodianId = WORLD

    def order(self) -> tuple[str, ...]:
        """Sorts disputes; a missing `against` comes first."""
        return (self.traveller, self.scan, self.code, self.against or "", self.custodian)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the scans handed in; they add up (`proofs.no_scan_dropped`).

    `annulled` were taken back or ruled out; `later` happened after the instant the books are asked for.
    """

    handed_in: int = 0
    moved: int = 0
    seen: int = 0
    repeated: int = 0
    disputed: int = 0
    annulled: int = 0
    later: int = 0

    @property
    def accounted(self) -> int:
        """How many of them something became of."""
        return self.moved + self.seen + self.repeated + self.disputed + self.annulled + self.later

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.handed_in + other.handed_in,
            self.moved + other.moved,
            self.seen + other.seen,
            self.repeated + other.repeated,
            self.disputed + other.disputed,
            self.annulled + other.annulled,
            self.later + other.later,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One traveller, folded: the movements, the position they end in (None: never entered), what is odd about it."""

    traveller: TravellerId
    movements: tuple[Movement, ...] = ()
    position: Position | None = None
    disputes: tuple[Dispute, ...] = ()
    objections: tuple[Objection, ...] = ()
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Books:
    """The whole book: an account for every traveller who has an entry; `same_as` says who is read as whom."""

    accounts: Mapping[TravellerId, Account]
    same_as: Mapping[TravellerId, TravellerId] = field(default_factory=dict)

    def read_as(self, traveller: TravellerId) -> TravellerId:
        """Under whose name the book keeps this traveller: their own, or that of whom they are linked to."""
        return self.same_as.get(traveller, traveller)

    @property
    def positions(self) -> dict[TravellerId, Position]:
        """Where everybody is who ever entered, those who left by an exit included."""
        return {t: a.position for t, a in self.accounts.items() if a.position is not None}

    @property
    def movements(self) -> list[Movement]:
        """Every movement, traveller by traveller."""
        return [m for account in self.accounts.values() for m in account.movements]

    @property
    def disputes(self) -> list[Dispute]:
        """Everything that waits for a ruling."""
        return sorted((d for account in self.accounts.values() for d in account.disputes), key=Dispute.order)

    @property
    def objections(self) -> list[Objection]:
        """Everything odd that was believed nevertheless."""
        return sorted(o for account in self.accounts.values() for o in account.objections)

    @property
    def tally(self) -> Tally:
        """What became of all scans handed in."""
        return sum((account.tally for account in self.accounts.values()), Tally())

    def held_by(self, custodian: CustodianId) -> frozenset[TravellerId]:
        """Who is with this custodian."""
        return frozenset(
            t for t, a in self.accounts.items() if a.position is not None and a.position.holder == custodian
        )


def fold(*, journal: Journal, ground: Ground) -> Books:
    """The books these entries make, whatever their order and however often they are repeated."""
    same_as = resolve_links(journal.links)
    admissions: dict[TravellerId, list[Admission]] = defaultdict(list)
    for admission in journal.admissions:
        admissions[same_as.get(admission.traveller, admission.traveller)].append(admission)
    scans: dict[TravellerId, list[Scan]] = defaultdict(list)
    for scan in journal.scans:
        scans[same_as.get(scan.traveller, scan.traveller)].append(scan)
    case = _Case.of(journal, ground, same_as)
    accounts = {
        traveller: _fold_one(
            traveller=traveller,
            admissions=admissions.get(traveller, ()),
            scans=scans.get(traveller, ()),
            case=case,
        )
        for traveller in sorted({*admissions, *scans})
    }
    return Books(accounts=accounts, same_as=same_as)


def resolve_links(links: Iterable[Link]) -> dict[TravellerId, TravellerId]:
    """Who is read as whom: chains are followed to their end, and a circle is left alone."""
    direct = _list_last_links(links)
    resolved = {}
    for traveller in direct:
        seen, end = {traveller}, direct[traveller]
        while end in direct and end not in seen and direct[end] != end:
            seen.add(end)
            end = direct[end]
        if end not in seen:
            resolved[traveller] = end
    return resolved


def _list_last_links(links: Iterable[Link]) -> dict[TravellerId, TravellerId]:
    ordered = sorted(links, key=lambda k: (k.happened_at, k.recorded_at, k.same_as))
    return {link.traveller: link.same_as for link in ordered}


def _list_circling(
    links: Iterable[Link], same_as: Mapping[TravellerId, TravellerId]
) -> frozenset[TravellerId]:
    """Whose link leads in a circle and therefore nowhere; a link to oneself is no circle, it takes one back."""
    last = _list_last_links(links)
    return frozenset(t for t, other in last.items() if t not in same_as and t != other)


@dataclass(frozen=True, slots=True)
class _Case:
    """What one must know to judge a single traveller's scans."""

    ground: Ground
    stages: Mapping[CustodianId, int]
    believed: frozenset[ScanId]
    refused: frozenset[ScanId]
    reused: frozenset[ScanId]
    circling: frozenset[TravellerId]
    until: datetime | None

    @classmethod
    def of(cls, journal: Journal, ground: Ground, same_as: Mapping[TravellerId, TravellerId]) -> "_Case":
        loop = {kind: stage for stage, kind in enumerate(Kind)}
        verdicts = _list_verdicts(journal)
        return cls(
            ground=ground,
            stages={custodian.id: loop[custodian.kind] for custodian in ground.custodians.values()},
            believed=frozenset(scan for scan, believed in verdicts.items() if believed),
            refused=frozenset(scan for scan, believed in verdicts.items() if not believed),
            reused=_list_reused(journal.scans),
            circling=_list_circling(journal.links, same_as),
            until=journal.until,
        )


def _list_verdicts(journal: Journal) -> dict[ScanId, bool]:
    """Whether a scan that somebody annulled or ruled on is believed: the last word counts, at one instant the no."""
    words = [(a.happened_at, a.recorded_at, False, a.scan) for a in journal.annulments]
    words += [(r.happened_at, r.recorded_at, r.believed, r.scan) for r in journal.rulings]
    ordered = sorted(words, key=lambda word: (word[0], word[1], not word[2]))
    return {scan: believed for _, _, believed, scan in ordered}


def _list_reused(scans: Iterable[Scan]) -> frozenset[ScanId]:
    """Ids under which two different contents were handed in."""
    first: dict[ScanId, Scan] = {}
    return frozenset(
        s.id
        for s in scans
        if (known := first.setdefault(s.id, s)) is not s and known.content() != s.content()
    )


def _fold_one(
    *, traveller: TravellerId, admissions: Sequence[Admission], scans: Sequence[Scan], case: _Case
) -> Account:
    distinct = _list_distinct(scans)
    standing = [s for s in distinct if s.id not in case.refused]
    settled = clock.settle(scans=standing, stages=case.stages)
    if case.until is not None:
        settled = [entry for entry in settled if entry[0] <= case.until]
    walk = _Walk(traveller, case, admissions)
    for happened_at, scan in settled:
        walk.take(scan, happened_at)
    return walk.account(
        Tally(
            handed_in=len(scans),
            moved=walk.moved,
            seen=walk.seen,
            repeated=len(scans) - len(distinct),
            disputed=len(walk.disputes),
            annulled=len(distinct) - len(standing),
            later=len(standing) - len(settled),
        )
    )


def _list_distinct(scans: Sequence[Scan]) -> Sequence[Scan]:
    """Each content once, as it was first heard."""
    if len({s.id for s in scans}) == len(scans):
        return scans
    latest_first = sorted(scans, key=lambda s: s.recorded_at, reverse=True)
    return list({(s.id, s.content()): s for s in latest_first}.values())


def _find_entering(admissions: Sequence[Admission]) -> Admission | None:
    """How the traveller came in: the last word on it; a list's before an officer's finding."""
    if not admissions:
        return None
    return max(
        admissions,
        key=lambda a: (a.manifested, a.recorded_at, a.happened_at, a.custodian, a.flight or "", a.traveller),
    )


def _find_flights_differ(traveller: TravellerId, admissions: Sequence[Admission]) -> Objection | None:
    """The remark that one person, under two names now linked, was taken in with two flights."""
    flights = {}
    for name in {a.traveller for a in admissions}:
        last = _find_entering([a for a in admissions if a.traveller == name])
        if last is not None and last.flight is not None:
            flights[last.flight] = name
    if len(flights) < 2:
        return None
    return Objection("flights_differ", traveller, " and ".join(sorted(flights)))


class _Walk:
    """One traveller's way through the book, scan by scan. Each step looks back only, never ahead."""

    __slots__ = (
        "admission", "case", "disputes", "holder", "holder_kind", "last_scan", "movements", "objections", "place",
        "placed_at", "seen", "seen_at", "traveller",
    )  # fmt: skip

    def __init__(self, traveller: TravellerId, case: _Case, admissions: Sequence[Admission]) -> None:
        self.traveller, self.case, self.admission = traveller, case, _find_entering(admissions)
        self.movements: list[Movement] = []
        self.disputes: list[Dispute] = []
        self.objections: list[Objection] = []
        self.holder = WORLD
        self.holder_kind: Kind | None = None
        self.seen_at: datetime | None = None
        self.place = ""
        self.placed_at: datetime | None = None
        self.last_scan: ScanId | None = None
        self.seen = 0
        if self.admission is not None:
            cabin = case.ground.custodians.get(self.admission.custodian)
            self._receive(self.admission.custodian, cabin, self.admission.happened_at, None)
            if cabin is None:
                self._object("custodian_unknown", self.admission.custodian)
        if traveller in case.circling:
            self._object("link_circle", "linked in a circle, so read as nobody else")
        if len(admissions) > 1 and (differ := _find_flights_differ(traveller, admissions)):
            self.objections.append(differ)

    @property
    def moved(self) -> int:
        """How many movements rest on a scan: all but the entering by an admission."""
        return len(self.movements) - (self.admission is not None)

    def take(self, scan: Scan, happened_at: datetime) -> None:
        custodian = self.case.ground.custodians.get(scan.custodian)
        if custodian is None:
            return self._dispute(scan, "custodian_unknown")
        if code := self._find_contradiction(scan, custodian, happened_at):
            return self._dispute(scan, code)
        if self.seen_at is not None and happened_at < self.seen_at:
            self._enter_earlier(happened_at)
        if happened_at - scan.happened_at > _DRIFT_MAX:
            self._object("clock_set_back", f"{scan.device}, scan {scan.counter}")
        if custodian.id == self.holder:
            self.seen += 1
            return self._see(custodian, happened_at, scan.id)
        if self.holder_kind is not None and (self.holder_kind, custodian.kind) not in ORDINARY_STEPS:
            self._object("irregular_step", f"{self.holder_kind} to {custodian.kind}")
        return self._receive(custodian.id, custodian, happened_at, scan.id)

    def _find_contradiction(self, scan: Scan, custodian: Custodian, happened_at: datetime) -> str | None:
        case = self.case
        if scan.id in case.reused:
            return "scan_id_reused"
        if custodian.id == self.holder or scan.id in case.believed:
            return None
        if self.holder_kind is Kind.EXIT:
            return "seen_after_exit"
        if self.placed_at is None or not custodian.place or custodian.place == self.place:
            return None
        apart = case.ground.travel_at_least(self.place, custodian.place)
        return "two_places" if max(happened_at - self.placed_at, _NO_TIME) < apart else None

    def _dispute(self, scan: Scan, code: str) -> None:
        self.disputes.append(Dispute(self.traveller, scan.id, code, self.last_scan, scan.custodian))

    def _object(self, code: str, because: str) -> None:
        self.objections.append(Objection(code, self.traveller, because))

    def _enter_earlier(self, happened_at: datetime) -> None:
        """Nobody is received before they came: whoever was seen before their flight landed entered by then."""
        entering = self.movements[0]
        if self.admission is not None and self.admission.manifested:
            minutes = (entering.happened_at - happened_at).total_seconds() / 60
            self._object("seen_before_entering", f"{minutes:.0f} minutes before {entering.receiver}")
        self.movements[0] = replace(entering, happened_at=happened_at)
        self.seen_at = happened_at
        self.placed_at = happened_at if self.place else None

    def _receive(
        self, receiver: CustodianId, known: Custodian | None, at: datetime, scan: ScanId | None
    ) -> None:
        number = len(self.movements) + 1
        self.movements.append(Movement(self.traveller, number, self.holder, receiver, at, scan))
        self.holder, self.holder_kind = receiver, known.kind if known else None
        self._see(known, at, scan)

    def _see(self, custodian: Custodian | None, at: datetime, scan: ScanId | None) -> None:
        self.seen_at, self.last_scan = at, scan
        if custodian is not None and custodian.place:
            self.place, self.placed_at = custodian.place, at

    def account(self, tally: Tally) -> Account:
        until = self.case.until
        if until is not None and self.movements and self.movements[0].happened_at > until:
            self.movements.clear()  # only the entering can be later: nobody has seen them yet
        if self._is_unmanifested():
            self._object("unmanifested", "on no list of any flight")
        return Account(
            traveller=self.traveller,
            movements=tuple(self.movements),
            position=self._position(),
            disputes=tuple(self.disputes),
            objections=tuple(self.objections),
            tally=tally,
        )

    def _is_unmanifested(self) -> bool:
        if self.admission is None:
            return bool(self.movements or self.disputes)
        return bool(self.movements) and not self.admission.manifested

    def _position(self) -> Position | None:
        if not self.movements or self.seen_at is None:
            return None
        return Position(
            traveller=self.traveller,
            holder=self.holder,
            since_at=self.movements[-1].happened_at,
            seen_at=self.seen_at,
            scan=self.last_scan,
            flight=self.admission.flight if self.admission else None,
            movements=len(self.movements),
            manifested=self.admission is not None and self.admission.manifested,
            place=self.place,
            placed_at=self.placed_at,
        )


_DRIFT_MAX = timedelta(minutes=clock.DRIFT_MINUTES_MAX)
_NO_TIME = timedelta(0)
