"""Seal the entries in segments, and find out whether anything was changed since.

Sealing runs in the background and never on the path of a scan: it seals up to the number that is final
(`store.queries.entries.find_final`), which holds nobody up.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from pratique.core.answers import Objection
from pratique.core.custody import seal as tree
from pratique.store import locks, models
from pratique.store.queries import entries

SEGMENT_MAX = 50_000


def seal(*, now: datetime) -> list[models.Seal]:
    """Seal everything recorded so far; nothing to seal gives no segment. One process at a time."""
    with locks.held(locks.SEALS):
        return _seal(now)


def _seal(now: datetime) -> list[models.Seal]:
    last = models.Seal.objects.order_by("-number").first()
    after = last.last_seq if last else 0
    upto = entries.find_final()
    sealed = []
    while after < upto:
        with transaction.atomic():
            leaves = list(entries.read_leaves(first=after + 1, last=min(upto, after + SEGMENT_MAX)))
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
    chain, expected_first, sealed, number = tree.GENESIS, 1, 0, 0
    for seal_row in models.Seal.objects.order_by("number"):
        number += 1
        with transaction.atomic():
            leaves = [
                digest for _, digest in entries.read_leaves(first=seal_row.first_seq, last=seal_row.last_seq)
            ]
        name = f"segment {seal_row.number}"
        root = tree.hash_root(leaves)
        chain = tree.chain(before=chain, root=root)
        sealed += len(leaves)
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
    return Checked(number, sealed, chain, tuple(objections))
