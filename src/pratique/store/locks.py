"""Locks by name, for work that must be done by one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

REGISTER = 0x7072_0001
SEALS = 0x7072_0002
OUTBOX = 0x7072_0003
DISPATCH = 0x7072_0004
TIES = 0x7072_0005
CASES = 0x7072_0008
FORCE = 0x7072_0006


@contextmanager
def held(name: int) -> Iterator[None]:
    """Hold the advisory lock until the block is left; wait for it if another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [name])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [name])


def hold_in_transaction(name: int) -> None:
    """Hold the advisory lock until the transaction of this connection ends; wait for it if another has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def hold_word_in_transaction(word: str) -> None:
    """Hold a lock named by a word until the transaction of this connection ends (two words may share one: harmless)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [word])
