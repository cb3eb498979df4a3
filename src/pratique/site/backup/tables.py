"""The tables of this database as text, row by row in the order of their keys: the same content, the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from psycopg import sql

LEFT_OUT = ("django_migrations", "django_session")
"""Which migrations ran stands in the manifest; sign-ins are not carried over."""

FORMS = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""How values are written, whatever the server's own settings."""

TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (%s)
GROUP BY c.oid, c.relname ORDER BY c.relname
"""
KEY = """
SELECT a.attname, a.attcollation <> 0
FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (attnum, place)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY k.place
"""
SEQUENCES = """
SELECT s.relname FROM pg_class s
LEFT JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND coalesce(t.relname, '') <> ALL (%s)
ORDER BY s.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table and those of its columns that are stored."""

    name: str
    columns: tuple[str, ...]


def fix_forms() -> None:
    """Write and read values in one form for the rest of this transaction."""
    with connection.cursor() as cursor:
        for name, value in FORMS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])


def list_tables() -> list[Table]:
    """Every table that belongs into a backup."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [list(LEFT_OUT)])
        return [Table(name, tuple(columns)) for name, columns in cursor.fetchall()]


def count_rows(table: Table) -> int:
    """How many rows it has."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table.name)))
        return int(cursor.fetchone()[0])


def has_rows(table: Table) -> bool:
    """Whether it has any."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table.name)))
        return bool(cursor.fetchone()[0])


def read_rows(table: Table) -> Iterator[bytes]:
    """The rows as lines in PostgreSQL's COPY text format, sorted by primary key."""
    with connection.cursor() as cursor:
        cursor.execute(KEY, [table.name])
        order = [
            sql.SQL('{} COLLATE "C"' if is_text else "{}").format(sql.Identifier(column))
            for column, is_text in cursor.fetchall()
        ]
        query = sql.SQL("COPY (SELECT {} FROM {} {}) TO STDOUT").format(
            sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            sql.Identifier(table.name),
            sql.SQL("ORDER BY {}").format(sql.SQL(", ").join(order)) if order else sql.SQL(""),
        )
        with cursor.copy(query) as copy:
            for line in copy:
                yield bytes(line)


def write_rows(table: Table, parts: Iterator[bytes]) -> int:
    """Put such lines into the table; how many rows they were."""
    with connection.cursor() as cursor:
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
        )
        with cursor.copy(query) as copy:
            for part in parts:
                copy.write(part)
        return int(cursor.rowcount)


def read_sequences() -> dict[str, tuple[int, bool]]:
    """Where each sequence stands: its last value, and whether that was given out."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES, [list(LEFT_OUT)])
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
            last, called = cursor.fetchone()
            found[name] = (last, called)
    return found


def write_sequences(sequences: dict[str, tuple[int, bool]]) -> None:
    """Let the sequences go on from there."""
    with connection.cursor() as cursor:
        for name, (last, called) in sequences.items():
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, last, called])
