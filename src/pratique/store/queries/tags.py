"""What changes whenever the book does."""

import time

from django.db import connection

FRESH_SECONDS = 0.25
_read: tuple[float, str] = (0.0, "")


def read_snapshot() -> str:
    """The database's snapshot as text, at most a quarter of a second old: it differs after every commit.

    The highest entry number would not do: entry 2 commits, a board is read, entry 1 commits later, and the number is
    still 2 while the board is wrong.
    """
    global _read
    read_at, snapshot = _read
    if time.monotonic() - read_at > FRESH_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_snapshot()::text")
            snapshot = cursor.fetchone()[0]
        _read = (time.monotonic(), snapshot)
    return snapshot
