"""Seal the entries in segments, and find out whether anything was changed since.

Sealing runs in the background and never on the path of a scan. It takes the tables' SHARE lock for the moment in
which it reads the highest entry number: by then every lower number is either committed or will never be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from pratique.core.answers import Objection
from pratique.core.custody import seal as tree
from pratique.store import models

ENTRIES = (
    models.Scan,
    models.Conflict,
    models.Admission,
    models.Annulment,
    models.Ruling,
    models.Link,
    models.Headcount,
    models.HandoverEvent,
    models.FlightCount,
    models.Evidence,
    models.Withdrawal,
    models.Waiver,
    models.TripEvent,
    models.IssueEvent,
)
"""Every table of entries, in one visible list; all draw their number from one sequence."""

SEGMENT_MAX = 50_000

_TABLES = ", ".join(model._meta.db_table for model in ENTRIES)
_LEAVES = (
    " UNION ALL ".join(
        f"SELECT seq, sha256('\\x00'::bytea || convert_to('{model._meta.db_table}' || to_jsonb(t)::text, 'UTF8')) "
        f"FROM {model._meta.db_table} t WHERE seq BETWEEN %(first)s AND %(last)s"
        for model in ENTRIES
    )
    + " ORDER BY seq"
)
_HIGHEST = f"SELECT max(seq) FROM ({' UNION ALL '.join(f'SELECT max(seq) AS seq FROM {m._meta.db_table}' for m in ENTRIES)}) x"


def seal(*, now: datetime) -> list[models.Seal]:
    """Seal everything recorded so far; nothing to seal gives no segment."""
    last = models.Seal.objects.order_by("-number").first()
    after = last.last_seq if last else 0
    upto = find_highest()
    sealed = []
    while after < upto:
        with transaction.atomic():
            leaves = list(_read_leaves(after + 1, min(upto, after + SEGMENT_MAX)))
            end = min(upto, after + SEGMENT_MAX)
            if leaves:
                root = tree.hash_root([digest for _, digest in leaves])
                before = bytes(last.chain) if last else tree.GENESIS
                last = models.Seal.objects.create(
                    number=last.number + 1 if last else 1,
                    first_seq=after + 1,
                    last_seq=end,
                    entries=len(leaves),
                    root=root,
                    chain=tree.chain(before=before, root=root),
                    sealed_at=now,
                )
                sealed.append(last)
            after = end
    return sealed


def find_highest() -> int:
    """The highest entry number below which everything is committed or will never be; 0 for an empty book.

    It takes the tables' SHARE lock for a moment, so no writer is between drawing a number and committing it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {_TABLES} IN SHARE MODE")
        cursor.execute(_HIGHEST)
        row = cursor.fetchone()
        return int(row[0] or 0)


def _read_leaves(first: int, last: int) -> Iterator[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute(_LEAVES, {"first": first, "last": last})
        for seq, digest in cursor.fetchall():
            yield seq, bytes(digest)


@dataclass(frozen=True, slots=True)
class Checked:
    """What checking the seals found: segments and entries read, the last chain value, and every breach."""

    segments: int
    entries: int
    chain: bytes
    objections: tuple[Objection, ...]


def check() -> Checked:
    """Recompute every seal: an entry changed, added, removed or renumbered since breaks its segment's root."""
    objections: list[Objection] = []
    chain, expected_first, entries, number = tree.GENESIS, 1, 0, 0
    for seal_row in models.Seal.objects.order_by("number"):
        number += 1
        with transaction.atomic():
            leaves = [digest for _, digest in _read_leaves(seal_row.first_seq, seal_row.last_seq)]
        name = f"segment {seal_row.number}"
        root = tree.hash_root(leaves)
        chain = tree.chain(before=chain, root=root)
        entries += len(leaves)
        if seal_row.number != number or seal_row.first_seq < expected_first:
            objections.append(Objection("seal_missing", name, f"expected segment {number}"))
        if len(leaves) != seal_row.entries:
            because = f"sealed {seal_row.entries} entries, found {len(leaves)}"
            objections.append(Objection("seal_count_differs", name, because))
        if root != bytes(seal_row.root):
            objections.append(
                Objection("seal_broken", name, f"entries {seal_row.first_seq}-{seal_row.last_seq}")
            )
        elif chain != bytes(seal_row.chain):
            objections.append(Objection("chain_of_seals_broken", name, "the chain value does not follow"))
        expected_first = seal_row.last_seq + 1
    return Checked(number, entries, chain, tuple(objections))
