"""Seals: a Merkle tree over a segment of entries, its root chained to all roots before it.

The root printed in the daily bulletin fixes every entry up to that day: whoever holds a printed bulletin can find
out whether an entry was changed, added or removed since. Tree hashing follows RFC 6962, section 2.1 (Certificate
Transparency): leaves and inner nodes are hashed with different prefixes, so neither can be passed off as the other.
"""

from collections.abc import Sequence
from hashlib import sha256

GENESIS = bytes(32)
"""What the first root is chained to."""


def hash_leaf(content: bytes) -> bytes:
    """The hash of one entry's canonical content; 32 bytes."""
    return sha256(b"\x00" + content).digest()


def hash_root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes in order; of no leaves, the hash of nothing. RFC 6962, 2.1."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        # Pairing neighbours and carrying an odd last one up is the same tree as splitting at powers of two.
        paired = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def chain(*, before: bytes, root: bytes) -> bytes:
    """The chain value after a segment: it depends on every root so far."""
    return sha256(b"\x02" + before + root).digest()


def prove_inclusion(*, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of one leaf, lowest sibling first. RFC 6962, 2.1.1."""
    path, level = [], list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        paired = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
        index //= 2
    return path


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf stands at `index` of a segment of `size` entries with this root."""
    steps, value = iter(path), leaf
    while size > 1:
        if index ^ 1 < size:
            sibling = next(steps, None)
            if sibling is None:
                return False
            pair = sibling + value if index % 2 else value + sibling
            value = sha256(b"\x01" + pair).digest()
        index, size = index // 2, (size + 1) // 2
    return value == root and next(steps, None) is None
