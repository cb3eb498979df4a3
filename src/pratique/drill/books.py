"""The real books, fed with a day's traffic: the one place where the drill touches `core.custody`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pratique.core.answers import Objection
from pratique.core.custody import clock, fold, overdue, proofs
from pratique.core.custody.entry import (
    Admission,
    Custodian,
    CustodianId,
    DeviceId,
    FlightId,
    Ground,
    Journal,
    Kind,
    Scan,
    ScanId,
    TravellerId,
)
from pratique.drill.faults import Traffic
from pratique.drill.phones import Parcel, Said
from pratique.drill.telling import Naming, Passing, Told
from pratique.drill.world.day import Day
from pratique.drill.world.lists import Roll, list_rolls
from pratique.drill.world.port import TERMINAL
from pratique.drill.world.schedule import Flight

Fold = Callable[[Journal, Ground], fold.Books]
"""How entries become books: the real fold, or a broken one of the canary."""


NEVER_CAME = "exit:not-boarded"


def fold_truly(journal: Journal, ground: Ground) -> fold.Books:
    """The fold of the product."""
    return fold.fold(journal=journal, ground=ground)


def make_ground(day: Day) -> Ground:
    """The day's custodians: the port's posts, the cabins that landed, the trips that ran."""
    unseen = day.port.unseen_minutes_max
    found = [
        Custodian(CustodianId(p.key), Kind(p.kind), p.place, p.unseen_minutes_max, p.key == NEVER_CAME)
        for p in day.port.posts.values()
    ]
    cabins = {f"cabin:{person.flight}" for person in day.people.values()}
    found += [Custodian(CustodianId(key), Kind.CABIN, TERMINAL, unseen["cabin"]) for key in sorted(cabins)]
    found += [Custodian(CustodianId(r.key), Kind.TRIP, "", unseen["trip"]) for r in day.truth.rides]
    return Ground({c.id: c for c in found}, day.port.travel_minutes())


@dataclass(frozen=True, slots=True)
class Listing:
    """What the lists of the day come to: whom they put into a cabin, and the counts beside them.

    `ghosts` are listed and never flew, `unlisted` flew and are on no list; the counts of the flights `differing` do
    not agree with their lists.
    """

    admissions: tuple[Admission, ...]
    counts: tuple[proofs.FlightCount, ...]
    ghosts: frozenset[str]
    unlisted: frozenset[str]
    differing: frozenset[str]
    tried: tuple[str, ...]


def read_lists(day: Day) -> Listing:
    """Admissions by closing and crew list, and everything that is wrong with these."""
    admissions, counts, tried = _admit_residents(day), list[proofs.FlightCount](), list[str]()
    named = {a.traveller for a in admissions}
    ghosts: set[str] = set()
    differing: set[str] = set()
    for flight in day.flights:
        rolls = {roll.version: roll for roll in list_rolls(day=day, flight=flight)}
        entered = [
            *_admit(day, flight.landed_second, rolls["closing"]),
            *_admit(day, flight.landed_second, rolls["crew"]),
        ]
        admissions += entered
        named |= {a.traveller for a in entered}
        ghosts |= {a.traveller for a in entered if a.traveller not in day.truth.steps}
        tried += ["late_list" if fault == "late" else fault for fault in rolls["closing"].faults]
        stated = rolls["closing"].stated + rolls["crew"].stated
        counts += _count(day, flight, stated)
        boarded = sum(person.bound != "nowhere" for person in day.by_flight[flight.key])
        if {boarded, stated} != {len(entered)}:
            differing.add(flight.key)
    unlisted = frozenset(day.truth.steps) - named
    return Listing(
        tuple(admissions), tuple(counts), frozenset(ghosts), unlisted, frozenset(differing), tuple(tried)
    )


def _count(day: Day, flight: Flight, stated: int) -> Iterator[proofs.FlightCount]:
    """The independent counts of a flight: its lists' own, the carrier's, the heads at the door."""
    boarded = sum(person.bound != "nowhere" for person in day.by_flight[flight.key])
    landed_at, name = day.instant(flight.landed_second), FlightId(flight.key)
    yield proofs.FlightCount(name, proofs.Source.CONTROL, stated, landed_at)
    yield proofs.FlightCount(name, proofs.Source.CARRIER, boarded, landed_at)
    for count in day.truth.head_counts:
        if count.flight == flight.key:
            yield proofs.FlightCount(name, proofs.Source.DOOR, count.heads, day.instant(count.second))


def _admit(day: Day, landed_second: int, roll: Roll) -> list[Admission]:
    landed_at = day.instant(landed_second)
    recorded_at = day.instant(max(landed_second, roll.second))
    cabin, flight = CustodianId(f"cabin:{roll.flight}"), FlightId(roll.flight)
    seen: set[str] = set()
    admissions = []
    for key in roll.keys:
        name = f"{key}=again" if key in seen else key
        seen.add(key)
        admissions.append(Admission(TravellerId(name), cabin, landed_at, recorded_at, flight))
    return admissions


def _admit_residents(day: Day) -> list[Admission]:
    return [
        Admission(
            TravellerId(r.person.key),
            CustodianId(f"cabin:{r.person.flight}"),
            day.instant(day.truth.steps[r.person.key][0].second),
            day.instant(day.truth.steps[r.person.key][0].second),
            FlightId(r.person.flight),
        )
        for r in day.residents
    ]


def write_scans(day: Day, parcels: Iterable[Parcel]) -> tuple[Scan, ...]:
    """Every scan as the server writes it down, repeats included, in the order of arrival.

    What a phone says again in the same words happened when it was first understood to have happened.
    """
    scans: list[Scan] = []
    understood: dict[Said, datetime] = {}
    for parcel in parcels:
        recorded_at = day.instant(parcel.second)
        for said in parcel.scans:
            happened_at = understood.get(said) or clock.correct(
                device_at=day.instant(said.device_second),
                offset_seconds=said.offset_seconds,
                recorded_at=recorded_at,
            )
            understood[said] = happened_at
            scans.append(
                Scan(
                    ScanId(said.id), TravellerId(said.person), CustodianId(said.custodian), happened_at,
                    recorded_at, DeviceId(said.device), said.counter,
                )
            )  # fmt: skip
    return tuple(scans)


def list_roll_calls(day: Day, traffic: Traffic) -> tuple[proofs.Headcount, ...]:
    """Every named headcount of the day, as it was called."""
    return tuple(
        proofs.Headcount(
            CustodianId(call.custodian),
            len(call.names),
            day.instant(call.second),
            frozenset(TravellerId(name) for name in call.names),
        )
        for call in traffic.roll_calls
    )


def flag_devices(traffic: Traffic) -> frozenset[str]:
    """The phones whose clock the books remark upon."""
    return frozenset(
        phone.key
        for phone in traffic.phones.values()
        if clock.find_objection(device=DeviceId(phone.key), offset_seconds=phone.offset_seconds)
    )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books of one day under one fold, and how to ask them."""

    day: Day
    ground: Ground
    listing: Listing
    roll_calls: tuple[proofs.Headcount, ...]
    folding: Fold = fold_truly

    def tell(self, *, journal: Journal, second: float) -> Told:
        """What the books of this journal say at that second of the day."""
        now = self.day.instant(second)
        books = self.folding(journal.as_of(now), self.ground)
        missing, answered = proofs.headcounts(
            books=books, counts=[c for c in self.roll_calls if c.happened_at <= now]
        )
        differing = proofs.heads(books=books, ground=self.ground, counts=self.listing.counts)
        return Told(
            where={str(t): str(p.holder) for t, p in books.positions.items()},
            chains={str(t): _passings(self.day, a) for t, a in books.accounts.items()},
            named=self._list_named(books, missing, now),
            cleared=frozenset(Naming(o.subject, o.code) for o in answered),
            flights_differing=frozenset(o.subject for o in differing),
            breaches=tuple(f"{o.code} {o.subject}: {o.because}" for o in _list_breaches(books)),
            repeated=books.tally.repeated,
        )

    def tell_of(self, *, person: str, journal: Journal, second: float) -> Told:
        """The same of one person, from their own entries and those that share an id with them."""
        name, now = TravellerId(person), self.day.instant(second)
        ids = {s.id for s in journal.scans if s.traveller == name}
        own = Journal(
            admissions=tuple(a for a in journal.admissions if a.traveller == name),
            scans=tuple(s for s in journal.scans if s.id in ids),
        )
        books = self.folding(own.as_of(now), self.ground)
        missing, _ = proofs.headcounts(
            books=books,
            counts=[
                replace(
                    c, heads=int(name in (c.names or ())), names=frozenset({name}) & (c.names or frozenset())
                )
                for c in self.roll_calls
                if c.happened_at <= now
            ],
        )
        return Told(where={}, chains={}, named=self._list_named(books, missing, now))

    def _list_named(
        self, books: fold.Books, missing: Iterable[Objection], now: datetime
    ) -> frozenset[Naming]:
        unseen = overdue.list_unseen(books=books, ground=self.ground, now=now)
        return frozenset(
            [
                *(Naming(u.traveller, "overdue") for u in unseen),
                *(Naming(d.traveller, "disputed") for d in books.disputes),
                *(Naming(o.subject, o.code) for o in books.objections if o.code == "unmanifested"),
                *(Naming(o.subject, o.code) for o in missing),
            ]
        )


def _list_breaches(books: fold.Books) -> list[Objection]:
    return [*proofs.unbroken_chain(books.movements), *proofs.no_scan_dropped(tally=books.tally)]


def _passings(day: Day, account: fold.Account) -> tuple[Passing, ...]:
    return tuple(
        Passing(m.number, m.giver, m.receiver, (m.happened_at - day.midnight_at).total_seconds())
        for m in account.movements
    )
