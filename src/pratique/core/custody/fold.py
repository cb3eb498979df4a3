"""From entries to books: movements in the order in which things happened.

The fold is a pure function of a *set* of entries. Each traveller is folded alone, so the store can fold one again
when a late or odd scan comes in, and the whole book can be folded on as many cores as there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pratique.core.answers import Objection
from pratique.core.custody import clock
from pratique.core.custody.entry import (
    ORDINARY_STEPS,
    WORLD,
    Admission,
    CustodianId,
    FlightId,
    Ground,
    Journal,
    Kind,
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
    """Where a traveller is now: the holder, since when, when last seen there, and on which scan's word."""

    traveller: TravellerId
    holder: CustodianId
    since_at: datetime
    seen_at: datetime
    scan: ScanId | None
    flight: FlightId | None
    movements: int


@dataclass(frozen=True, slots=True, order=True)
class Dispute:
    """A scan that is kept but not believed until somebody rules; `against` is the scan it contradicts."""

    traveller: TravellerId
    scan: ScanId
    code: str
    against: ScanId | None = None
    custodian: CustodianId = WORLD


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the scans handed in; they add up (`proofs.no_scan_dropped`)."""

    handed_in: int = 0
    moved: int = 0
    seen: int = 0
    repeated: int = 0
    disputed: int = 0
    annulled: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.handed_in + other.handed_in,
            self.moved + other.moved,
            self.seen + other.seen,
            self.repeated + other.repeated,
            self.disputed + other.disputed,
            self.annulled + other.annulled,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One traveller, folded: the movements, the position they end in (None: not inside), what is odd about it."""

    traveller: TravellerId
    movements: tuple[Movement, ...] = ()
    position: Position | None = None
    disputes: tuple[Dispute, ...] = ()
    objections: tuple[Objection, ...] = ()
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Books:
    """The whole book: an account for every traveller who has an entry."""

    accounts: Mapping[TravellerId, Account]

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
        return sorted(d for account in self.accounts.values() for d in account.disputes)

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
        return frozenset(t for t, p in self.positions.items() if p.holder == custodian)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What has been decided about single scans, looked up by scan id."""

    annulled: frozenset[ScanId] = frozenset()
    believed: frozenset[ScanId] = frozenset()
    refused: frozenset[ScanId] = frozenset()

    @classmethod
    def of(cls, journal: Journal) -> "Knowledge":
        """The last ruling on a scan counts, by when it was given."""
        rulings = {
            r.scan: r.believed for r in sorted(journal.rulings, key=lambda r: (r.happened_at, r.believed))
        }
        return cls(
            annulled=frozenset(a.scan for a in journal.annulments),
            believed=frozenset(scan for scan, believed in rulings.items() if believed),
            refused=frozenset(scan for scan, believed in rulings.items() if not believed),
        )


def fold(*, journal: Journal, ground: Ground) -> Books:
    """The books these entries make, whatever their order and however often they are repeated."""
    same_as = resolve_links(journal)
    admissions: dict[TravellerId, list[Admission]] = defaultdict(list)
    scans: dict[TravellerId, list[Scan]] = defaultdict(list)
    for admission in journal.admissions:
        traveller = same_as.get(admission.traveller, admission.traveller)
        admissions[traveller].append(replace(admission, traveller=traveller))
    for scan in journal.scans:
        traveller = same_as.get(scan.traveller, scan.traveller)
        scans[traveller].append(scan if traveller == scan.traveller else replace(scan, traveller=traveller))
    knowledge, reused = Knowledge.of(journal), _list_reused(journal.scans)
    return Books(
        accounts={
            traveller: _fold_one(
                traveller=traveller,
                admissions=admissions.get(traveller, ()),
                scans=scans.get(traveller, ()),
                case=_Case(ground, knowledge, reused),
            )
            for traveller in sorted({*admissions, *scans})
        }
    )


def resolve_links(journal: Journal) -> dict[TravellerId, TravellerId]:
    """Who is read as whom: chains are followed to their end, and a circle is left alone."""
    direct = {
        link.traveller: link.same_as
        for link in sorted(journal.links, key=lambda k: (k.happened_at, k.same_as))
    }
    resolved = {}
    for traveller in direct:
        seen, end = {traveller}, direct[traveller]
        while end in direct and end not in seen:
            seen.add(end)
            end = direct[end]
        if end not in seen:
            resolved[traveller] = end
    return resolved


@dataclass(frozen=True, slots=True)
class _Case:
    ground: Ground
    knowledge: Knowledge
    reused: frozenset[ScanId]


def _list_reused(scans: Iterable[Scan]) -> frozenset[ScanId]:
    """Ids under which two different contents were handed in."""
    contents: dict[ScanId, object] = {}
    return frozenset(s.id for s in scans if contents.setdefault(s.id, s.content()) != s.content())


def _fold_one(
    *, traveller: TravellerId, admissions: Iterable[Admission], scans: Iterable[Scan], case: _Case
) -> Account:
    handed_in = list(scans)
    distinct = list({(s.id, s.content()): s for s in handed_in}.values())
    standing = [s for s in distinct if s.id not in case.knowledge.annulled | case.knowledge.refused]
    settled = clock.settle(standing)
    walk = _Walk(traveller, case, _entering(admissions, settled))
    for scan in settled:
        walk.take(scan)
    return walk.account(
        Tally(
            handed_in=len(handed_in),
            repeated=len(handed_in) - len(distinct),
            annulled=len(distinct) - len(standing),
        )
    )


def _entering(admissions: Iterable[Admission], settled: list[Scan]) -> Admission | None:
    """How the traveller came in: the latest word on it, but never after they were first seen."""
    known = sorted(admissions, key=lambda a: (a.manifested, a.recorded_at, a.happened_at, a.custodian))
    if not known:
        return None
    last = known[-1]
    if settled and settled[0].happened_at < last.happened_at:
        return replace(last, happened_at=settled[0].happened_at)
    return last


class _Walk:
    """One traveller's way through the book, scan by scan."""

    def __init__(self, traveller: TravellerId, case: _Case, admission: Admission | None) -> None:
        self.traveller, self.case, self.admission = traveller, case, admission
        self.movements: list[Movement] = []
        self.disputes: list[Dispute] = []
        self.objections: list[Objection] = []
        self.seen_at: datetime | None = None
        self.seen = 0
        self.last_scan: ScanId | None = None
        if admission:
            self._move(admission.custodian, admission.happened_at, None)
        if not admission or not admission.manifested:
            self.objections.append(Objection("unmanifested", traveller, "on no list of any flight"))

    @property
    def holder(self) -> CustodianId:
        return self.movements[-1].receiver if self.movements else WORLD

    def take(self, scan: Scan) -> None:
        code = self._contradiction(scan)
        if code and scan.id not in self.case.knowledge.believed:
            self.disputes.append(Dispute(self.traveller, scan.id, code, self.last_scan, scan.custodian))
        elif scan.custodian == self.holder:
            self._see(scan.happened_at, scan.id)
            self.seen += 1
        else:
            self._remark(scan)
            self._move(scan.custodian, scan.happened_at, scan.id)

    def _contradiction(self, scan: Scan) -> str | None:
        if scan.id in self.case.reused:
            return "scan_id_reused"
        if scan.custodian not in self.case.ground.custodians:
            return "custodian_unknown"
        if self.seen_at is None or scan.custodian == self.holder:
            return None
        if self.case.ground.kind_of(self.holder) is Kind.EXIT:
            return "seen_after_exit"
        apart = self.case.ground.travel_at_least(self.holder, scan.custodian)
        return "two_places" if scan.happened_at - self.seen_at < apart else None

    def _remark(self, scan: Scan) -> None:
        giver, receiver = self.case.ground.kind_of(self.holder), self.case.ground.kind_of(scan.custodian)
        if giver and receiver and (giver, receiver) not in ORDINARY_STEPS:
            self.objections.append(Objection("irregular_step", self.traveller, f"{giver} to {receiver}"))

    def _move(self, receiver: CustodianId, at: datetime, scan: ScanId | None) -> None:
        self.movements.append(
            Movement(self.traveller, len(self.movements) + 1, self.holder, receiver, at, scan)
        )
        self._see(at, scan)

    def _see(self, at: datetime, scan: ScanId | None) -> None:
        self.seen_at, self.last_scan = at, scan

    def account(self, tally: Tally) -> Account:
        moved = sum(m.scan is not None for m in self.movements)
        return Account(
            traveller=self.traveller,
            movements=tuple(self.movements),
            position=self._position(),
            disputes=tuple(self.disputes),
            objections=tuple(self.objections),
            tally=tally + Tally(moved=moved, seen=self.seen, disputed=len(self.disputes)),
        )

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
        )
