"""The ledger once more, as plainly as its rules can be said, and the bugs that are planted in it.

`Ledger` shares no code with the fold: it is slow, obvious, and must give the same books on every journal. Each bug
changes one step of it. `PLANTED` lists them all; each has a `name`, a `description` and is called like the fold,
`bug.fold(journal=..., ground=...)`, so that a drill can run a day on a broken ledger and see it fail.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pratique.core.answers import Objection
from pratique.core.custody.entry import ORDINARY_STEPS, WORLD, Admission, Ground, Journal, Kind, Scan
from pratique.core.custody.fold import Account, Books, Dispute, Movement, Position, Tally

Timed = tuple[datetime, Scan]


class Ledger:
    """One book at a time: give it a journal and the ground, ask for the books."""

    def __init__(self, journal: Journal, ground: Ground) -> None:
        self.journal, self.ground = journal, ground
        self.last_links = {
            k.traveller: k.same_as
            for k in sorted(journal.links, key=lambda k: (k.happened_at, k.recorded_at, k.same_as))
        }
        self.contents: dict[str, set[object]] = {}
        for scan in journal.scans:
            self.contents.setdefault(scan.id, set()).add(scan.content())
        self.handed: dict[str, list[Scan]] = {}
        for scan in journal.scans:
            self.handed.setdefault(self.read_as(scan.traveller), []).append(scan)
        self.admitted: dict[str, list[Admission]] = {}
        for admission in journal.admissions:
            self.admitted.setdefault(self.read_as(admission.traveller), []).append(admission)

    def books(self) -> Books:
        return Books(
            accounts={t: self.account(t) for t in self.list_travellers()},
            same_as={t: self.read_as(t) for t in self.last_links if self.read_as(t) != t},
        )

    def list_travellers(self) -> list[str]:
        return sorted({*self.handed, *self.admitted})

    def read_as(self, traveller: str) -> str:
        """Follow the links; whoever comes past the same name twice goes nowhere."""
        way = [traveller]
        while (after := self.last_links.get(way[-1], way[-1])) != way[-1]:
            if after in way:
                return traveller
            way.append(after)
        return way[-1]

    def account(self, traveller: str) -> Account:
        self.traveller = traveller
        self.movements: list[Movement] = []
        self.disputes: list[Dispute] = []
        self.objections: list[Objection] = []
        self.holder, self.seen, self.moved = WORLD, 0, 0
        self.seen_at = self.seen_by = None
        self.placed, self.placed_at = WORLD, None
        self.admission = self.choose_admission(self.admitted.get(traveller, []))
        handed = self.hand_in(self.handed.get(traveller, []))
        distinct = self.drop_repeats(handed)
        standing = [s for s in distinct if self.last_word(s) is not False]
        ordered = self.order(standing)
        until = self.journal.until
        shown = [(t, s) for t, s in ordered if until is None or t <= until]
        self.enter()
        for happened_at, scan in shown:
            self.take(happened_at, scan)
        if until is not None and self.movements and self.movements[0].happened_at > until:
            self.movements = []
        self.remark_on_entering()
        return Account(
            traveller=traveller,
            movements=tuple(self.movements),
            position=self.position(),
            disputes=tuple(self.disputes),
            objections=tuple(self.objections),
            tally=Tally(
                handed_in=len(handed),
                moved=self.moved,
                seen=self.seen,
                repeated=len(handed) - len(distinct),
                disputed=len(self.disputes),
                annulled=len(distinct) - len(standing),
                later=len(ordered) - len(shown),
            ),
        )

    def choose_admission(self, admissions: list[Admission]) -> Admission | None:
        """The list's word before an officer's, and of each the last."""
        chosen = None
        for a in sorted(admissions, key=lambda a: (a.custodian, a.flight or "", a.traveller)):
            rank = (a.manifested, a.recorded_at, a.happened_at)
            if chosen is None or rank >= (chosen.manifested, chosen.recorded_at, chosen.happened_at):
                chosen = a
        return chosen

    def hand_in(self, scans: list[Scan]) -> list[Scan]:
        return scans

    def drop_repeats(self, scans: list[Scan]) -> list[Scan]:
        kept: list[Scan] = []
        for scan in sorted(scans, key=lambda s: s.recorded_at):
            if all((scan.id, scan.content()) != (k.id, k.content()) for k in kept):
                kept.append(scan)
        return kept

    def last_word(self, scan: Scan) -> bool | None:
        """Whether it was last said to be believed; None if nobody said anything."""
        words = [(a.happened_at, a.recorded_at, 1) for a in self.journal.annulments if a.scan == scan.id]
        words += [
            (r.happened_at, r.recorded_at, int(not r.believed))
            for r in self.journal.rulings
            if r.scan == scan.id
        ]
        return max(words)[2] == 0 if words else None

    def stage(self, scan: Scan) -> int:
        kind = self.ground.kind_of(scan.custodian)
        return list(Kind).index(kind) if kind else 0

    def place(self, custodian: str) -> str:
        known = self.ground.custodians.get(custodian)
        return known.place if known else ""

    def order(self, scans: list[Scan]) -> list[Timed]:
        """By time, then by the loop; within a phone never against its counter, nor past when it was heard of."""
        timed = {}
        for device in {s.device for s in scans}:
            floor: tuple[datetime, int] | None = None
            own = [s for s in scans if s.device == device]
            for s in sorted(own, key=lambda s: (s.counter, s.happened_at, self.stage(s), s.id, s.custodian)):
                time, stage = s.happened_at, self.stage(s)
                if floor and (time, stage) < floor:
                    time = max(time, min(floor[0], s.recorded_at))
                    stage = max(stage, floor[1]) if time == floor[0] else stage
                floor = max(floor or (time, stage), (time, stage))
                timed[id(s)] = (time, stage)
        ranked = sorted(scans, key=lambda s: (*timed[id(s)], s.device, s.counter, s.id, s.custodian))
        return [(timed[id(s)][0], s) for s in ranked]

    def enter(self) -> None:
        if self.admission is not None:
            self.move(self.admission.custodian, self.admission.happened_at, None)

    def take(self, happened_at: datetime, scan: Scan) -> None:
        code = self.contradiction(happened_at, scan)
        if code:
            self.disputes.append(Dispute(self.traveller, scan.id, code, self.seen_by, scan.custodian))
            return
        if self.seen_at is not None and happened_at < self.seen_at:
            if self.admission is not None and self.admission.manifested:
                minutes = (self.seen_at - happened_at).total_seconds() / 60
                because = f"{minutes:.0f} minutes before {self.holder}"
                self.objections.append(Objection("seen_before_entering", self.traveller, because))
            self.movements[0] = replace(self.movements[0], happened_at=happened_at)
            self.see(happened_at, None)
        if happened_at - scan.happened_at > timedelta(minutes=2):
            because = f"{scan.device}, scan {scan.counter}"
            self.objections.append(Objection("clock_set_back", self.traveller, because))
        if self.is_sighting(scan):
            self.seen += 1
            self.see(happened_at, scan.id)
            return
        step = (self.ground.kind_of(self.holder), self.ground.kind_of(scan.custodian))
        if None not in step and step not in ORDINARY_STEPS:
            self.objections.append(Objection("irregular_step", self.traveller, f"{step[0]} to {step[1]}"))
        self.moved += 1
        self.move(scan.custodian, happened_at, scan.id)

    def is_sighting(self, scan: Scan) -> bool:
        return scan.custodian == self.holder

    def contradiction(self, happened_at: datetime, scan: Scan) -> str | None:
        if scan.custodian not in self.ground.custodians:
            return "custodian_unknown"
        if len(self.contents[scan.id]) > 1:
            return "scan_id_reused"
        if self.last_word(scan) or scan.custodian == self.holder or self.seen_at is None:
            return None
        if self.ground.kind_of(self.holder) is Kind.EXIT:
            return "seen_after_exit"
        one, other = self.place(self.placed), self.place(scan.custodian)
        minutes = self.ground.travel_minutes.get(tuple(sorted((one, other))), 0)
        if self.placed_at and one and other and minutes:
            elapsed = max(happened_at, self.placed_at) - self.placed_at
            return "two_places" if elapsed < timedelta(minutes=minutes) else None
        return None

    def giver(self) -> str:
        return self.holder

    def move(self, receiver: str, at: datetime, scan: str | None) -> None:
        number = len(self.movements) + 1
        self.movements.append(Movement(self.traveller, number, self.giver(), receiver, at, scan))
        self.hold(receiver)
        self.see(at, scan)

    def hold(self, receiver: str) -> None:
        self.holder = receiver

    def see(self, at: datetime, scan: str | None) -> None:
        self.seen_at, self.seen_by = at, scan
        if self.place(self.holder):
            self.placed, self.placed_at = self.holder, at

    def remark_on_entering(self) -> None:
        remarks = []
        if self.admission is not None and self.admission.custodian not in self.ground.custodians:
            remarks.append(("custodian_unknown", self.admission.custodian))
        if self.traveller in self.last_links and self.last_links[self.traveller] != self.traveller:
            remarks.append(("link_circle", "linked in a circle, so read as nobody else"))
        flights = set()
        own = self.admitted.get(self.traveller, [])
        for name in {a.traveller for a in own}:
            flights.add(self.choose_admission([a for a in own if a.traveller == name]).flight)
        if len(flights - {None}) > 1:
            remarks.append(("flights_differ", " and ".join(sorted(flights - {None}))))
        self.objections = [Objection(c, self.traveller, b) for c, b in remarks] + self.objections
        stranger = self.admission is None and (self.movements or self.disputes)
        found = self.admission is not None and self.movements and not self.admission.manifested
        if stranger or found:
            self.objections.append(Objection("unmanifested", self.traveller, "on no list of any flight"))

    def flight(self) -> str | None:
        return self.admission.flight if self.admission else None

    def position(self) -> Position | None:
        if not self.movements:
            return None
        return Position(
            traveller=self.traveller,
            holder=self.holder,
            since_at=self.movements[-1].happened_at,
            seen_at=self.seen_at,
            scan=self.seen_by,
            flight=self.flight(),
            movements=len(self.movements),
            manifested=self.admission is not None and self.admission.manifested,
            place=self.place(self.placed),
            placed_at=self.placed_at,
        )


class FoldsInArrivalOrder(Ledger):
    """takes scans in the order in which the server heard of them"""

    def order(self, scans: list[Scan]) -> list[Timed]:
        return [(s.happened_at, s) for s in sorted(scans, key=lambda s: (s.recorded_at, s.id))]


class SortsByDevice(Ledger):
    """takes one phone after the other"""

    def order(self, scans: list[Scan]) -> list[Timed]:
        return [(s.happened_at, s) for s in sorted(scans, key=lambda s: (s.device, s.counter, s.id))]


class GiverAlwaysWorld(Ledger):
    """books every movement as if it came from outside"""

    def giver(self) -> str:
        return WORLD


class HolderNeverUpdated(Ledger):
    """leaves everybody with whoever had them first"""

    def hold(self, receiver: str) -> None:
        if not self.movements[:-1]:
            self.holder = receiver


class LosesSomeTravellers(Ledger):
    """leaves every eleventh traveller out"""

    def list_travellers(self) -> list[str]:
        return [t for n, t in enumerate(super().list_travellers(), start=1) if n % 11]


class CountsRepeatTwice(Ledger):
    """books a scan that was sent twice as two movements"""

    def drop_repeats(self, scans: list[Scan]) -> list[Scan]:
        return scans

    def is_sighting(self, scan: Scan) -> bool:
        return super().is_sighting(scan) and all(m.scan != scan.id for m in self.movements)


class BelievesContradictions(Ledger):
    """believes whatever was said last, however impossible"""

    def contradiction(self, happened_at: datetime, scan: Scan) -> str | None:
        return None


class DropsLateScans(Ledger):
    """forgets scans that come in more than an hour late"""

    def hand_in(self, scans: list[Scan]) -> list[Scan]:
        return [s for s in scans if s.recorded_at - s.happened_at <= timedelta(hours=1)]


class DropsLateScansAndHidesIt(Ledger):
    """counts late scans as sightings and does nothing with them"""

    def take(self, happened_at: datetime, scan: Scan) -> None:
        if scan.recorded_at - scan.happened_at > timedelta(hours=1):
            self.seen += 1
        else:
            super().take(happened_at, scan)


class PutsLateScansLast(Ledger):
    """books a late scan at the time when it was heard of"""

    def order(self, scans: list[Scan]) -> list[Timed]:
        return [(s.recorded_at, s) for s in sorted(scans, key=lambda s: (s.recorded_at, s.id))]


class KeepsAnnulledScans(Ledger):
    """goes on believing a scan that was taken back"""

    def last_word(self, scan: Scan) -> bool | None:
        rulings = [r for r in self.journal.rulings if r.scan == scan.id]
        return max(rulings, key=lambda r: r.happened_at).believed if rulings else None


class IgnoresRulings(Ledger):
    """hears nothing of what was ruled"""

    def last_word(self, scan: Scan) -> bool | None:
        return False if any(a.scan == scan.id for a in self.journal.annulments) else None


class ForgetsExits(Ledger):
    """keeps those inside who have left"""

    def is_sighting(self, scan: Scan) -> bool:
        return super().is_sighting(scan) or self.ground.kind_of(scan.custodian) is Kind.EXIT


class IgnoresLinks(Ledger):
    """keeps a stranger and the listed person they are as two"""

    def read_as(self, traveller: str) -> str:
        return traveller


class SwapsFlights(Ledger):
    """books some people under another flight"""

    def flight(self) -> str | None:
        flights = sorted({a.flight for a in self.journal.admissions if a.flight})
        own = super().flight()
        if own is None or not self.traveller.endswith("7"):
            return own
        return flights[(flights.index(own) + 1) % len(flights)]


class SplitsTravellers(Ledger):
    """lets one traveller be with two custodians: the second has them under another number"""

    def books(self) -> Books:
        books = super().books()
        accounts = dict(books.accounts)
        for traveller, account in books.accounts.items():
            if traveller.endswith("5") and len(account.movements) > 2:
                twin = f"{traveller}-2"
                accounts[twin] = replace(
                    account,
                    traveller=twin,
                    movements=tuple(replace(m, traveller=twin) for m in account.movements[:-1]),
                    position=replace(account.position, traveller=twin, holder=account.movements[-2].receiver),
                    tally=Tally(),
                )
        return replace(books, accounts=accounts)


class ForgetsTheUnlisted(Ledger):
    """has no page for somebody who is on no list"""

    def list_travellers(self) -> list[str]:
        return [t for t in super().list_travellers() if any(a.manifested for a in self.admitted.get(t, []))]


class ForgetsTheUnscanned(Ledger):
    """has no page for somebody whom nobody has scanned yet"""

    def list_travellers(self) -> list[str]:
        return [t for t in super().list_travellers() if t in self.handed]


class TrustsTheClockOverTheCounter(Ledger):
    """turns two scans round when a phone's clock was set back between them"""

    def order(self, scans: list[Scan]) -> list[Timed]:
        return [(s.happened_at, s) for s in sorted(scans, key=lambda s: (s.happened_at, s.id))]


class BooksSightingsAsMovements(Ledger):
    """moves somebody from a custodian to the same custodian"""

    def is_sighting(self, scan: Scan) -> bool:
        return False


class ReceivesTheNextPerson(Ledger):
    """books some scans to the next person on the list"""

    def __init__(self, journal: Journal, ground: Ground) -> None:
        names = sorted({a.traveller for a in journal.admissions})
        after = dict(zip(names, names[1:] + names[:1], strict=True))
        slipped = [
            replace(s, traveller=after[s.traveller])
            if s.traveller.endswith("3") and s.traveller in after
            else s
            for s in journal.scans
        ]
        super().__init__(replace(journal, scans=tuple(slipped)), ground)


class RefusesUnusualSteps(Ledger):
    """ignores a movement it did not expect instead of telling somebody"""

    def is_sighting(self, scan: Scan) -> bool:
        step = (self.ground.kind_of(self.holder), self.ground.kind_of(scan.custodian))
        return super().is_sighting(scan) or step not in ORDINARY_STEPS


class ThrowsContradictionsAway(Ledger):
    """believes no contradiction and tells nobody of it"""

    def take(self, happened_at: datetime, scan: Scan) -> None:
        super().take(happened_at, scan)
        self.disputes.clear()


class TakesTwoForEachOther(Ledger):
    """takes the second and the tenth on each list for each other"""

    def __init__(self, journal: Journal, ground: Ground) -> None:
        other: dict[str, str] = {}
        for flight in {a.flight for a in journal.admissions}:
            names = sorted({a.traveller for a in journal.admissions if a.flight == flight and a.manifested})
            if len(names) >= 10:
                other |= {names[1]: names[9], names[9]: names[1]}
        scans = tuple(replace(s, traveller=other.get(s.traveller, s.traveller)) for s in journal.scans)
        super().__init__(replace(journal, scans=scans), ground)


class TakesOneExitForAnother(Ledger):
    """books whoever was handed to border inspection as in transit"""

    def move(self, receiver: str, at: datetime, scan: str | None) -> None:
        super().move("in-transit" if receiver == "border" else receiver, at, scan)


class ForgetsBeingSeenAgain(Ledger):
    """remembers when somebody came, not when they were last seen"""

    def position(self) -> Position | None:
        position = super().position()
        return position and replace(position, seen_at=position.since_at)


@dataclass(frozen=True, slots=True)
class Planted:
    """A ledger that is wrong in one way, on purpose."""

    name: str
    description: str
    fold: Callable[..., Books]


def _plant(kind: type[Ledger]) -> Planted:
    name = "".join(f" {c.lower()}" if c.isupper() else c for c in kind.__name__).strip()

    def fold(*, journal: Journal, ground: Ground) -> Books:
        return kind(journal, ground).books()

    return Planted(name, kind.__doc__ or "", fold)


def plain_fold(*, journal: Journal, ground: Ground) -> Books:
    """The books by the plain rules, with no bug planted."""
    return Ledger(journal, ground).books()


PLANTED: tuple[Planted, ...] = tuple(map(_plant, Ledger.__subclasses__()))
"""Every planted bug, in the order in which they stand here."""


def find(name: str) -> Planted:
    """One planted bug by its name."""
    return next(bug for bug in PLANTED if bug.name == name)


def list_names(bugs: Iterable[Planted] = PLANTED) -> list[str]:
    """Their names."""
    return [bug.name for bug in bugs]
