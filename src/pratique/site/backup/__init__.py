"""A backup is one file that holds every row as of one instant; a restore takes all of it or nothing.

Written through COPY inside one read-only snapshot rather than by pg_dump: it works against any server version without
that server's client programs, every table is counted and hashed, and the same content gives the same bytes, so that a
restore can prove, before it commits, that what lies in the database is what lay in the file.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from pratique.core.answers import Refused
from pratique.site.backup import archive, tables
from pratique.store import window_rights

Step = Callable[[int, int], None]
"""Called with how much is done, and of how much."""

Progress = Callable[[str], Step]
"""Called with the name of a stage; gives what is told how far that stage is."""

OWN_ROWS = ("django_content_type", "auth_permission")
"""What Django itself writes into a new database."""

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written or read: tables, rows, and the ids of the keys that open its identities."""

    tables: int
    rows: int
    identity_keys: tuple[str, ...]


def write(*, path: Path, now: datetime, progress: Progress) -> Taken:
    """Write everything, as of one instant, into a new file at `path`, while the server may go on working."""
    with archive.writing(path) as writer, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables.fix_forms()
        found = tables.list_tables()
        if not found:
            raise Refused("backup_of_nothing", "this database has no tables: is it the right one (--data)?")
        counts = {table.name: tables.count_rows(table) for table in found}
        total, done, parts, step = sum(counts.values()), 0, [], progress("writing")
        for table in found:
            before = done
            part = writer.add_table(
                table, tables.read_rows(table), lambda rows, b=before: step(b + rows, total)
            )
            done += part.rows
            parts.append(part)
        manifest = archive.Manifest(
            version=metadata.version("pratique"),
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            server=connection.pg_version,
            migrations=tuple(sorted(MigrationRecorder(connection).applied_migrations())),
            identity_keys=_list_identity_keys({table.name for table in found}),
            tables=tuple(parts),
            sequences=tables.read_sequences(),
        )
        writer.add_manifest(manifest)
    return Taken(len(parts), done, manifest.identity_keys)


def check(*, path: Path, progress: Progress) -> Taken:
    """Read a backup through without touching the database. Raises `Refused` if it is not whole."""
    with archive.reading(path) as reader:
        reader.check(progress("checking"))
        return _describe(reader.manifest)


def restore(*, path: Path, replace: bool, progress: Progress) -> Taken:
    """Put a backup's content in this database's place, in one transaction.

    Raises `Refused`, and changes nothing, if the file is damaged or newer, if anybody else uses the database, or if
    there are rows and `replace` is not said. Tables are made as they were when the backup was taken, filled, read
    back and compared, and only then brought up to date.
    """
    with archive.reading(path) as reader:
        manifest = reader.manifest
        reader.check(progress("checking"))
        with transaction.atomic():
            _refuse_company()
            if not replace:
                _refuse_rows()
            tables.fix_forms()
            _make_tables(manifest)
            _fill(reader, progress("filling"))
            _compare(manifest, progress("comparing"))
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())
            window_rights.grant()  # the tables are new, and the travellers' page may read nothing of them yet
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return _describe(manifest)


def _describe(manifest: archive.Manifest) -> Taken:
    return Taken(len(manifest.tables), sum(part.rows for part in manifest.tables), manifest.identity_keys)


def _list_identity_keys(names: Iterable[str]) -> tuple[str, ...]:
    if "store_identity" not in names:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT key FROM store_identity ORDER BY key")
        return tuple(row[0] for row in cursor.fetchall())


def _refuse_company() -> None:
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        others = cursor.fetchone()[0]
    if others:
        raise Refused(
            "database_in_use", f"{others} other connections use this database: stop the server first"
        )


def _refuse_rows() -> None:
    filled = [
        table.name for table in tables.list_tables() if table.name not in OWN_ROWS and tables.has_rows(table)
    ]
    if filled:
        raise Refused(
            "database_not_empty",
            f"there are rows in {len(filled)} tables ({', '.join(filled[:3])} …): restore into a new folder (--data), "
            "or say --replace to lose them",
        )


def _make_tables(manifest: archive.Manifest) -> None:
    """Drop whatever is there and make the tables as the backup's version had them, empty."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    recorded = set(manifest.migrations)
    unknown = sorted(recorded - set(graph.nodes))
    if unknown:
        raise Refused(
            "backup_is_newer",
            f"the backup is of a newer Pratique ({'.'.join(unknown[-1])}): use that version or a newer one",
        )
    last = [
        key for key in recorded if not any(child.key in recorded for child in graph.node_map[key].children)
    ]
    executor.migrate(sorted(last))
    names = [sql.Identifier(table.name) for table in tables.list_tables()]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
        # Migrations leave some constraints immediate for the rest of a transaction; tables come in any order.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _fill(reader: archive.Reader, step: Step) -> None:
    """Load every table, then let every constraint be checked."""
    made = {table.name: table for table in tables.list_tables()}
    total, done = sum(part.bytes for part in reader.manifest.tables), 0

    def follow(pieces: Iterable[bytes]) -> Iterable[bytes]:
        nonlocal done
        for piece in pieces:
            yield piece
            done += len(piece)
            step(done, total)

    for part in reader.manifest.tables:
        if part.name not in made or set(made[part.name].columns) != set(part.columns):
            raise archive.damaged(reader.path, f"its migrations make no such table as {part.name}")
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(part.name)))
        tables.write_rows(part.table, follow(reader.read_table(part)))
    tables.write_sequences(reader.manifest.sequences)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for part in reader.manifest.tables:
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(part.name)))


def _compare(manifest: archive.Manifest, step: Step) -> None:
    """Read every table back: what is in the database is byte for byte what was in the file."""
    total, done = sum(part.bytes for part in manifest.tables), 0
    for part in manifest.tables:
        digest, rows = hashlib.sha256(), 0
        for line in tables.read_rows(part.table):
            digest.update(line)
            rows += 1
            done += len(line)
            step(done, total)
        if (rows, digest.hexdigest()) != (part.rows, part.sha256):
            raise Refused("restore_differs", f"{part.name} did not come back as it was: nothing was changed")
