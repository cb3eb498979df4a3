"""Ids that sort by when they were made, so that inserts stay at the end of an index; the code that people read."""

import os
import time
from uuid import UUID


def make_id() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (milliseconds & (1 << 48) - 1) << 80 | random & (1 << 80) - 1
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that are not taken for one another."""


def make_code(traveller: UUID) -> str:
    """The short code on the wristband: seven signs from the random part of the id and one check sign (mod 32,
    weights 1-3), so that a slip of a finger or two signs swapped is noticed when it is typed."""
    number = traveller.int & (1 << 35) - 1
    signs = [(number >> shift) & 31 for shift in range(0, 35, 5)]
    check = sum(value * (1, 3)[place % 2] for place, value in enumerate(signs)) % 32
    return "".join(_ALPHABET[value] for value in (*signs, check))
