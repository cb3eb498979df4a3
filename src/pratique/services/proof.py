"""Prove the whole book: fold everything again and hold it against what the ledger does not own.

Travellers are folded flight by flight, so memory does not grow with the book; whoever is linked, or shares a
reused scan id, is folded together.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from pratique.core.answers import Objection
from pratique.core.custody import entry, fold, proofs
from pratique.store import models, rows

CHUNK = 2_000

Progress = Callable[[int, int], None]
"""Called with how many travellers are done, and of how many."""


@dataclass(slots=True)
class _Run:
    ground: entry.Ground
    counts: dict[entry.FlightId, list[proofs.FlightCount]]
    roll: proofs.Roll
    folded: Counter[entry.CustodianId] = field(default_factory=Counter)
    found: dict[str, list[Objection]] = field(default_factory=lambda: defaultdict(list))
    travellers: int = 0
    scans: int = 0


@dataclass(frozen=True, slots=True)
class Proven:
    """What was read and what each proof objects to."""

    travellers: int
    scans: int
    findings: proofs.Findings


def prove(*, now: datetime, progress: Progress | None = None) -> Proven:
    """Run the six proofs over everything in the book. An empty finding means that the proof holds."""
    run = _Run(rows.read_ground(), defaultdict(list), proofs.Roll(rows.read_headcounts().values()))
    for count in rows.read_flight_counts():
        run.counts[count.flight].append(count)
    total = _count_travellers()
    for travellers in _list_groups():
        _prove_group(run, travellers, now)
        if progress is not None:
            progress(run.travellers, total)
    uncounted = tuple(count for counts in run.counts.values() for count in counts)
    run.found["heads"] += proofs.heads(books=fold.Books({}), ground=run.ground, counts=uncounted)
    run.found["totals"] += _compare_totals(run)
    still_open, answered = run.roll.compare()
    run.found["headcount"] += still_open
    waiting = models.Pending.objects.count()
    if waiting:
        run.found["no silent skip"].append(
            Objection("pending", "fold", f"{waiting} travellers wait to be folded again")
        )
    names = ("unbroken chain", "heads", "headcount", "overdue", "totals", "no silent skip")
    by_proof = {name: tuple(sorted(run.found[name])) for name in names}
    return Proven(run.travellers, run.scans, proofs.Findings(by_proof, tuple(answered)))


def _count_travellers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_traveller")
        return int(cursor.fetchone()[0])


def _list_groups() -> Iterator[list[UUID]]:
    """Everybody who may have an entry, in groups that can be folded apart."""
    tied = set(models.Link.objects.values_list("traveller_id", flat=True))
    tied |= set(models.Link.objects.values_list("same_as_id", flat=True))
    tied |= set(models.Conflict.objects.values_list("traveller_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT s.traveller_id FROM store_scan s JOIN store_conflict c ON c.scan_id = s.id")
        tied |= {row[0] for row in cursor.fetchall()}
    # Whoever travels with someone tied goes along, so that a flight's heads are counted in one group.
    flights = set(
        models.Traveller.objects.filter(id__in=tied, flight__isnull=False).values_list("flight_id", flat=True)
    )
    tied |= set(models.Traveller.objects.filter(flight_id__in=flights).values_list("id", flat=True))
    if tied:
        yield sorted(tied)
    group: list[UUID] = []
    for flight in models.Flight.objects.exclude(id__in=flights).order_by("id").values_list("id", flat=True):
        group += models.Traveller.objects.filter(flight_id=flight).values_list("id", flat=True)
        if len(group) >= CHUNK:
            yield group
            group = []
    if group:
        yield group
    yield from _list_flightless(tied)


def _list_flightless(tied: set[UUID]) -> Iterator[list[UUID]]:
    alone = models.Traveller.objects.filter(flight__isnull=True).exclude(id__in=tied).order_by("id")
    last: UUID | None = None
    while True:
        page = alone if last is None else alone.filter(id__gt=last)
        group = list(page.values_list("id", flat=True)[:CHUNK])
        if not group:
            return
        yield group
        last = group[-1]


def _prove_group(run: _Run, travellers: list[UUID], now: datetime) -> None:
    journal = rows.read_journal(travellers)
    named = {entry.TravellerId(rows.key(t)) for t in travellers}
    everybody = fold.fold(journal=journal, ground=run.ground)
    books = fold.Books({t: a for t, a in everybody.accounts.items() if t in named}, everybody.same_as)
    run.travellers += len(travellers)
    recorded = (
        models.Scan.objects.filter(traveller_id__in=travellers).count()
        + models.Conflict.objects.filter(traveller_id__in=travellers).count()
    )
    run.scans += recorded
    flights = {p.flight for p in books.positions.values()}
    counts = tuple(c for flight in flights if flight for c in run.counts.pop(flight, ()))
    run.found["unbroken chain"] += proofs.unbroken_chain(books.movements)
    run.found["heads"] += proofs.heads(books=books, ground=run.ground, counts=counts)
    run.found["overdue"] += proofs.overdue(books=books, ground=run.ground, now=now)
    run.found["no silent skip"] += proofs.no_scan_dropped(tally=books.tally)
    run.found["totals"] += _compare_positions(books, travellers)
    run.found["totals"] += _compare_remarks(books, travellers)
    run.folded.update(p.holder for p in books.positions.values())
    run.roll.add(books)


def _compare_positions(books: fold.Books, travellers: list[UUID]) -> list[Objection]:
    """What the table of positions says of each traveller is what the fold says."""
    written = rows.read_positions(travellers)
    folded = {t: rows.position_values(p) for t, p in books.positions.items()}
    return [
        Objection("position_differs", t, "the position in the database is not the fold's")
        for t in sorted({*written, *folded})
        if written.get(t) != folded.get(t)
    ]


def _compare_remarks(books: fold.Books, travellers: list[UUID]) -> list[Objection]:
    """What the tables say is disputed and odd is what the fold says, about each traveller."""
    told = rows.read_remarks(travellers)
    folded: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for traveller, account in books.accounts.items():
        folded[traveller] |= {(d.code, d.scan, d.custodian) for d in account.disputes}
        folded[traveller] |= {(o.code, o.because) for o in account.objections}
    return [
        Objection("remarks_differ", t, "the disputes or remarks in the database are not the fold's")
        for t in sorted({*told, *folded})
        if told.get(t, set()) != folded.get(t, set())
    ]


def _compare_totals(run: _Run) -> list[Objection]:
    told = rows.count_held()
    return [
        Objection(
            "totals_differ", custodian, f"database {told.get(custodian, 0)}, fold {run.folded[custodian]}"
        )
        for custodian in sorted({*run.folded, *told})
        if told.get(custodian, 0) != run.folded[custodian]
    ]
