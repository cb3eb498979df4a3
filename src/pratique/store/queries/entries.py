"""The ledger read in the one order of its numbers, and how far that order is final."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import connection

from pratique.core.answers import Refused
from pratique.store import models, sealed

ENTRIES = (
    models.Scan,
    models.Conflict,
    models.Admission,
    models.Annulment,
    models.Ruling,
    models.Link,
    models.Headcount,
    models.HeadcountCorrection,
    models.HandoverEvent,
    models.FlightCount,
    models.FlightDifference,
    models.Evidence,
    models.Withdrawal,
    models.Waiver,
    models.TripEvent,
    models.IssueEvent,
    models.Exemption,
    models.ExemptionStep,
    models.WayJudged,
    models.RoomEvent,
    models.Lodging,
    models.StayOrder,
    models.StayOrderStep,
    models.ReleaseDecision,
    models.Certificate,
    models.OnwardStep,
    models.Inspection,
    models.StockMove,
)
"""Every table of entries, in one visible list; all draw their number from one sequence."""

KINDS = {model._meta.model_name or "": model for model in ENTRIES}
"""What an entry is called outside: `scan`, `handoverevent`, ..."""

_TABLES = [model._meta.db_table for model in ENTRIES]


def compose_leaves(columns: Mapping[str, Iterable[str]]) -> str:
    """The statement that gives number and leaf of each entry; `columns` are those of each table today."""
    return (
        " UNION ALL ".join(
            f"SELECT seq, sha256('\\x00'::bytea || convert_to('{table}' || "
            f"({sealed.compose_content(table=table, columns=names)})::text, 'UTF8')) "
            f"FROM {table} t WHERE seq BETWEEN %(first)s AND %(last)s"
            for table, names in columns.items()
        )
        + " ORDER BY seq"
    )


_LEAVES = compose_leaves({m._meta.db_table: [f.column for f in m._meta.concrete_fields] for m in ENTRIES})
_WRITERS = (
    "SELECT DISTINCT l.virtualtransaction FROM pg_locks l "
    "WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'RowExclusiveLock' AND l.pid <> pg_backend_pid() "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND l.relation = ANY (SELECT to_regclass(t) FROM unnest(%s::text[]) t)"
)
_POLL_SECONDS = 0.005


def find_final(*, patience_seconds: float = 30.0) -> int:
    """The number up to which every entry is in the book or never will be; 0 for an empty book. Nobody is held up by it.

    A number is drawn before its transaction commits, so the highest one that can be seen says nothing of lower ones
    that are still on their way. But whoever writes an entry holds a ROW EXCLUSIVE lock on its table from before the
    number is drawn until the transaction ends: so read the sequence, then see who holds such a lock, and once those have
    ended, every number read is final. (CREATE INDEX CONCURRENTLY waits for writers in the same way.)

    Raises `Refused("entries_in_flight")` if one of them has not ended within `patience_seconds`.
    """
    ends = time.monotonic() + patience_seconds
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM store_entry_seq")
        final = int(cursor.fetchone()[0])
        cursor.execute(_WRITERS, [_TABLES])
        writing = {row[0] for row in cursor.fetchall()}
        while writing:
            if time.monotonic() > ends:
                because = f"a change to the book has been under way for over {patience_seconds:g} seconds"
                raise Refused("entries_in_flight", f"{because}: try again when it is done")
            time.sleep(_POLL_SECONDS)
            cursor.execute(_WRITERS, [_TABLES])
            writing &= {row[0] for row in cursor.fetchall()}
    return final


def read_leaves(*, first: int, last: int) -> Iterator[tuple[int, bytes]]:
    """(number, SHA-256 of its whole content) of the entries `first` to `last`, in order. Inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute(_LEAVES, {"first": first, "last": last})
        for seq, digest in cursor.fetchall():
            yield seq, bytes(digest)


def read_entries(*, after: int, upto: int, kinds: tuple[str, ...], limit: int) -> list[dict[str, Any]]:
    """At most `limit` entries numbered above `after` and up to `upto`, in order, each as `{"kind", "seq", ...}`.

    `kinds` chooses among `KINDS`; none chooses all. Instants are ISO 8601 in UTC, ids are UUIDs in text.
    """
    chosen = [(name, m._meta.db_table) for name, m in KINDS.items() if not kinds or name in kinds]
    query = " UNION ALL ".join(
        f"(SELECT seq, '{name}' AS kind, to_jsonb(t) AS content FROM {table} t WHERE seq > %(after)s AND seq <= %(upto)s "
        f"ORDER BY seq LIMIT %(limit)s)"
        for name, table in chosen
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seq, kind, content FROM ({query}) e ORDER BY seq LIMIT %(limit)s",
            {"after": after, "upto": upto, "limit": limit},
        )
        return [{"kind": kind, **json.loads(content)} for _, kind, content in cursor.fetchall()]
