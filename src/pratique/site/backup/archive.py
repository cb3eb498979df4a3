"""The file of a backup: a zip of one text per table and a manifest that says what must be in it.

Anybody can open it with what every system has, in fifty years too. Each table's rows are counted and hashed; a
truncated or altered file is found before the database is touched.
"""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pratique.core.answers import Refused
from pratique.site.backup.tables import Table

FORMAT = "pratique-backup"
EDITION = 1
MANIFEST = "manifest.json"
PART_BYTES = 1024 * 1024
COMPRESSION = 3
NOTE = (
    "Identities in here are encrypted, and their key is not in here. "
    "Tables are in PostgreSQL's COPY text format, UTF-8, sorted by primary key."
)


@dataclass(frozen=True, slots=True)
class Part:
    """What the manifest says of one table."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str

    @property
    def table(self) -> Table:
        """The table it came from."""
        return Table(self.name, self.columns)

    @property
    def address(self) -> str:
        """Its name inside the zip."""
        return f"tables/{self.name}.tsv"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup, and by what it was made."""

    version: str
    made_at: str
    server: int
    migrations: tuple[tuple[str, str], ...]
    identity_keys: tuple[str, ...]
    tables: tuple[Part, ...]
    sequences: dict[str, tuple[int, bool]]
    note: str = NOTE
    format: str = FORMAT
    edition: int = field(default=EDITION)


class Tally:
    """Counts and hashes the parts that pass."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.bytes = 0

    def add(self, part: bytes) -> None:
        """Take this in."""
        self.digest.update(part)
        self.bytes += len(part)


class Writer:
    """Adds tables to a new zip."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive

    def add_table(self, table: Table, lines: Iterable[bytes], step: Callable[[int], None]) -> Part:
        """Write a table's rows; `step` is told how many as they go."""
        tally, rows, waiting, size = Tally(), 0, [], 0
        with self.archive.open(f"tables/{table.name}.tsv", "w", force_zip64=True) as file:
            for line in lines:
                rows += 1
                waiting.append(line)
                size += len(line)
                if size >= PART_BYTES:
                    file.write(gather(waiting, tally))
                    waiting, size = [], 0
                    step(rows)
            file.write(gather(waiting, tally))
            step(rows)
        return Part(table.name, table.columns, rows, tally.bytes, tally.digest.hexdigest())

    def add_manifest(self, manifest: Manifest) -> None:
        """Write what must be in here, last."""
        self.archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False))


def gather(lines: list[bytes], tally: Tally) -> bytes:
    part = b"".join(lines)
    tally.add(part)
    return part


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new backup at `path`: whole and durable once the block has ended, and not there at all if it fails."""
    if path.exists() and not path.is_file():
        raise Refused("backup_not_a_file", f"{path} is not a file: name one that a backup may replace")
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    finally:
        fresh.unlink(missing_ok=True)


@contextlib.contextmanager
def reading(path: Path) -> Iterator["Reader"]:
    """An existing backup. Raises `Refused("backup_damaged")` where it is not whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Reader(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # an altered offset leads to before the file's beginning
            raise
        raise damaged(path, "it points out of itself") from None


class Reader:
    """Reads a backup's manifest and tables."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.archive = archive
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        try:
            told: dict[str, Any] = json.loads(self.archive.read(MANIFEST))
            if told.get("format") != FORMAT or not told.get("migrations"):
                raise KeyError("format")
            if told.get("edition") != EDITION:
                raise Refused(
                    "backup_is_newer",
                    f"{self.path} was written by a newer Pratique: use that version or a newer one",
                )
            told["tables"] = tuple(
                Part(**{**part, "columns": tuple(part["columns"])}) for part in told["tables"]
            )
            told["migrations"] = tuple((app, name) for app, name in told["migrations"])
            told["sequences"] = {
                name: (int(last), bool(called)) for name, (last, called) in told["sequences"].items()
            }
            return Manifest(**told)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Refused("backup_unknown", f"{self.path} is not a backup of Pratique") from None

    def check(self, step: Callable[[int, int], None]) -> None:
        """Read everything once and hold it against the manifest. Raises `Refused("backup_damaged")`."""
        done, total = 0, sum(part.bytes for part in self.manifest.tables)
        for part in self.manifest.tables:
            for piece in self.read_table(part):
                done += len(piece)
                step(done, total)
        step(total, total)

    def read_table(self, part: Part) -> Iterator[bytes]:
        """The table's text in pieces; complains at its end if it was not what the manifest says."""
        tally = Tally()
        try:
            with self.archive.open(part.address) as file:
                while piece := file.read(PART_BYTES):
                    tally.add(piece)
                    yield piece
        except (KeyError, RuntimeError):
            raise damaged(self.path, f"{part.name} is not in it") from None
        if (tally.bytes, tally.digest.hexdigest()) != (part.bytes, part.sha256):
            raise damaged(self.path, f"{part.name} is not as it was written")


def damaged(path: Path, because: str) -> Refused:
    """The file cannot be trusted."""
    return Refused(
        "backup_damaged", f"{path} is damaged ({because}): nothing was changed; use another copy of it"
    )
