"""A database of its own for a benchmark: the embedded server in a temporary folder, filled by SQL."""

import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

HALLS = 20


@contextmanager
def database(where: str | None = None, *, kept: str | None = None) -> Iterator[Path]:
    """The embedded server in a data folder of its own, tables made; both are gone afterwards, unless the folder is one
    that is `kept`."""
    import django

    folder = nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="pratique-bench-", dir=where)
    with folder as name:
        os.environ["PRATIQUE_DATA"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pratique.site.settings")
        django.setup()
        from pratique.site import database as site

        with site.opened(tables=True):
            yield Path(name)


def fill(*, travellers: int) -> None:
    """Halls, and so many travellers who were last seen in one of them a day ago."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO store_port (code, icao, name_zh, name_en, time_zone, jurisdiction, protocol, clock_speed) "
            "VALUES ('KMG', 'ZPPP', '昆明', 'Kunming', 'Asia/Shanghai', 'CN', '', 1)"
        )
        cursor.execute(
            "INSERT INTO store_custodian (id, code, kind, name_zh, name_en, place, limit_minutes, never_came, attributes)"
            " SELECT ('00000000-0000-7000-8000-' || lpad(g::text, 12, '0'))::uuid, 'H' || g, 'hall', 'H' || g, 'H' || g,"
            " 'KMG', 60, false, '{}' FROM generate_series(1, %s) g",
            [HALLS],
        )
        cursor.execute(
            "INSERT INTO store_position (traveller_id, holder_id, holder_kind, inside, since_at, seen_at, counter,"
            " movements, place, placed_at)"
            " SELECT ('00000000-0000-7000-9000-' || lpad(g::text, 12, '0'))::uuid,"
            " ('00000000-0000-7000-8000-' || lpad((1 + g %% %s)::text, 12, '0'))::uuid, 'hall', true,"
            " now() - interval '1 day', now() - interval '1 day', 0, 1, 'KMG', now() - interval '1 day'"
            " FROM generate_series(1, %s) g",
            [HALLS, travellers],
        )
        # Not the tables that are still empty: told so, the planner would read them from end to end when they have filled.
        cursor.execute("ANALYZE store_custodian, store_position")


def drop_indexes(*, table: str) -> list[str]:
    """Drop a table's indexes, so that it fills faster; what makes them again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
            [table],
        )
        constraints = cursor.fetchall()
        for name, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    made = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for name, definition in constraints]
    return made + [definition for _, definition in indexes]


def find_tool(name: str) -> str:
    """A program that comes with the embedded server (pgbench, psql)."""
    from pratique.site.cluster import binaries

    return str(binaries.find_binaries(major=None).folder / name)


def find_port() -> int:
    """A port of the loopback that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def checkpoint() -> None:
    """Let no round pay for the pages that the one before it left dirty."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of CPU used so far: by the server and its workers, by the database over `data`, by our own children."""

    server: int
    data: Path

    def read_application(self) -> float:
        """The server and its workers."""
        return sum(t for pid, parent, t in _list_processes() if self.server in (pid, parent))

    def read_database(self) -> float:
        """Every process of the database, those that have ended included."""
        folder, total = (self.data / "postgres").resolve(), 0.0
        for pid, _, seconds in _list_processes():
            with suppress(OSError):
                if Path(f"/proc/{pid}/cwd").readlink() == folder:
                    total += seconds
        return total

    def read_children(self) -> float:
        """Those of our own children that have ended."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


def _list_processes() -> Iterator[tuple[int, int, float]]:
    """Process, parent, seconds of CPU: its own, and of those of its children that have ended."""
    tick = os.sysconf("SC_CLK_TCK")
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            with suppress(OSError):
                fields = (place / "stat").read_text().rpartition(")")[2].split()
                yield int(place.name), int(fields[1]), sum(map(int, fields[11:15])) / tick


@contextmanager
def server(*, data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The product's own server on loopback, as `pratique serve` starts it; what it does by the clock is left out, as it
    would take from both sides of a comparison at times of its own choosing."""
    command = [
        sys.executable,
        "-m",
        "pratique.site.commands",
        "serve",
        "--port",
        str(port),
        "--without-rounds",
    ]
    process = subprocess.Popen(
        command,
        env={**os.environ, "PRATIQUE_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)
