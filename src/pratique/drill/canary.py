"""The fold, broken on purpose. A drill that lets one of these pass proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from pratique.core.custody import fold
from pratique.core.custody.entry import WORLD, DeviceId, Ground, Journal, Ruling, Scan
from pratique.drill.books import Fold, fold_truly

LATE = timedelta(minutes=45)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def in_arrival_order(journal: Journal, ground: Ground) -> fold.Books:
    """Folds in the order in which scans came in."""
    ordered = sorted(journal.scans, key=lambda scan: scan.recorded_at)
    return fold_truly(_said_anew(journal, [replace(s, happened_at=s.recorded_at) for s in ordered]), ground)


def sorted_by_device(journal: Journal, ground: Ground) -> fold.Books:
    """Folds device by device."""
    until = journal.until
    standing = [s for s in journal.scans if until is None or s.happened_at <= until]
    first = min((s.happened_at for s in standing), default=None)
    ordered = sorted(standing, key=lambda scan: (scan.device, scan.counter))
    moved = [
        replace(s, happened_at=first + timedelta(milliseconds=n))
        for n, s in enumerate(ordered)
        if first is not None
    ]
    return fold_truly(_said_anew(journal, moved), replace(ground, travel_minutes={}))


def _said_anew(journal: Journal, scans: list[Scan]) -> Journal:
    return replace(journal, scans=tuple(replace(s, device=DeviceId(s.id), counter=0) for s in scans))


def giver_always_world(journal: Journal, ground: Ground) -> fold.Books:
    """Every movement begins with nobody."""
    return _change(fold_truly(journal, ground), lambda a: replace(
        a, movements=tuple(replace(m, giver=WORLD) for m in a.movements)
    ))  # fmt: skip


def holder_never_updated(journal: Journal, ground: Ground) -> fold.Books:
    """Whoever held somebody first holds them for ever."""
    return _change(fold_truly(journal, ground), lambda a: replace(
        a, position=replace(a.position, holder=a.movements[0].receiver) if a.position else None
    ))  # fmt: skip


def loses_some(journal: Journal, ground: Ground) -> fold.Books:
    """One traveller in a hundred falls out of the books."""
    books = fold_truly(journal, ground)
    return replace(books, accounts={t: a for t, a in books.accounts.items() if crc32(t.encode()) % 100})


def counts_repeats_twice(journal: Journal, ground: Ground) -> fold.Books:
    """A scan that comes again is another scan."""
    ids: set[str] = set()
    scans = []
    for number, scan in enumerate(journal.scans):
        again = scan.id in ids
        ids.add(scan.id)
        scans.append(replace(scan, id=type(scan.id)(f"{scan.id}+{number}")) if again else scan)
    return fold_truly(replace(journal, scans=tuple(scans)), ground)


def believes_contradictions(journal: Journal, ground: Ground) -> fold.Books:
    """What cannot be true is true."""
    rulings = [Ruling(s.id, True, "", "", s.happened_at, s.recorded_at) for s in journal.scans]  # type: ignore[arg-type]
    return fold_truly(replace(journal, rulings=tuple(rulings)), ground)


def drops_late_scans(journal: Journal, ground: Ground) -> fold.Books:
    """What comes in late is thrown away."""
    kept = tuple(s for s in journal.scans if s.recorded_at - s.happened_at < LATE)
    return fold_truly(replace(journal, scans=kept), ground)


def sees_everybody(journal: Journal, ground: Ground) -> fold.Books:
    """Everybody has just been seen, wherever they are."""
    return _change(fold_truly(journal, ground), lambda a: replace(
        a, position=replace(a.position, seen_at=FAR) if a.position else None
    ))  # fmt: skip


def remarks_on_nothing(journal: Journal, ground: Ground) -> fold.Books:
    """Whatever is odd is believed in silence."""
    return _change(fold_truly(journal, ground), lambda a: replace(a, objections=()))


def _change(books: fold.Books, change: Callable[[fold.Account], fold.Account]) -> fold.Books:
    return replace(books, accounts={t: change(a) for t, a in books.accounts.items()})


BUGS: dict[str, Fold] = {
    "folds in arrival order": in_arrival_order,
    "sorts by device": sorted_by_device,
    "giver is always the world": giver_always_world,
    "holder is never updated": holder_never_updated,
    "loses some travellers": loses_some,
    "counts a repeat twice": counts_repeats_twice,
    "believes a contradiction": believes_contradictions,
    "drops a late scan": drops_late_scans,
    "takes everybody for seen": sees_everybody,
    "remarks on nothing": remarks_on_nothing,
}
"""Every planted bug, by what it does."""
