"""PostgreSQL as a part of the program: started when it is needed, shared by whoever needs it, gone when nobody does.

`hold` gives a lease on the server over a data folder and starts it if it is not running. The lease is a shared lock
on a file, which the kernel takes back when the process ends, even when it is killed; the keeper (`keeper.py`) stops
the server once the last lease has gone. Nothing is left to clean up, and nothing leaks.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pratique.core.answers import Refused
from pratique.site.cluster.binaries import Binaries, find_binaries

USER = "pratique"
KEEPER = Path(__file__).with_name("keeper.py")
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES_MAX = 107  # unix(7): sun_path holds 108 with its final zero
WAIT_SECONDS = 90
MEGABYTE = 1024 * 1024


@dataclass(slots=True)
class Lease:
    """The right to use the server over `folder`, whose socket lies in `socket`, until `close` or the process's end."""

    folder: Path
    socket: Path
    durable: bool
    _users: int = field(repr=False)

    def close(self) -> None:
        """Give it back; the last one to do so stops the server. Twice is harmless."""
        if self._users >= 0:
            os.close(self._users)
            self._users = -1

    def mend(self) -> None:
        """Start the server again if even its keeper was killed; costs two system calls if all is well."""
        if not _is_locked(self.folder / "keeper.lock"):
            _start(self.folder, self.socket, self.durable)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hold(*, folder: Path, durable: bool = True) -> Lease:
    """A lease on the server over this data folder, which is made, and the server started, where needed.

    `durable=False` leaves out what guards against a power cut (never against a kill); tests use it. Raises `Refused`
    with a code that starts with `database_` and says what to do.
    """
    folder = _prepare_folder(folder)
    sockets = _prepare_socket_folder(folder)
    users = _lock(
        folder / "users.lock", fcntl.LOCK_SH, "the server that was running here before is still stopping"
    )
    lease = Lease(folder, sockets, durable, users)
    try:
        if not _is_locked(folder / "keeper.lock"):
            _start(folder, sockets, durable)
        _await_connection(sockets / SOCKET, folder)
    except BaseException:
        lease.close()
        raise
    return lease


def find_socket_folder(*, folder: Path) -> Path:
    """Where the server over this data folder has its socket: inside it, or in the temp folder if its path is too long."""
    inside = folder.resolve() / "run"
    if len(os.fsencode(inside / SOCKET)) <= SOCKET_PATH_BYTES_MAX:
        return inside
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pratique-{name}"


def _start(folder: Path, sockets: Path, durable: bool) -> None:
    """Start a keeper, unless somebody else has in the meantime; return once the server takes connections."""
    start = _lock(folder / "start.lock", fcntl.LOCK_EX, "another process is starting the server")
    try:
        if _is_locked(folder / "keeper.lock"):
            return
        version = folder / "postgres" / "PG_VERSION"
        binaries = find_binaries(major=int(version.read_text()) if version.exists() else None)
        plan = {
            "binaries": str(binaries.folder),
            "folder": str(folder),
            "socket": str(sockets),
            "options": _list_options(sockets, durable),
            "initdb": _list_initdb_options(binaries),
        }
        with subprocess.Popen(
            [sys.executable, "-I", "-S", str(KEEPER), json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
        ) as keeper:
            said = keeper.stdout.readline().decode().strip() if keeper.stdout else ""
        if said != "ready":
            raise Refused("database_did_not_start", said or f"the keeper of {folder} ended without a word")
    finally:
        os.close(start)


def _prepare_folder(folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("users.lock", "start.lock", "keeper.lock"):
            os.close(_open(folder / name))
    except OSError as error:
        raise _refuse_folder(folder, error) from None
    return folder


def _prepare_socket_folder(folder: Path) -> Path:
    """Nobody else may own it: whoever owns the folder of a socket can put another server behind it."""
    sockets = find_socket_folder(folder=folder)
    try:
        sockets.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _refuse_folder(sockets, error) from None
    if sockets.is_symlink() or sockets.stat().st_uid not in {os.geteuid(), *_list_server_owners(folder)}:
        raise Refused(
            "database_folder_not_yours", f"{sockets} belongs to somebody else: remove it, or ask them to"
        )
    return sockets


def _list_server_owners(folder: Path) -> Iterator[int]:
    """Root may use a server that runs as somebody else: as the data folder's owner, or as nobody."""
    if os.geteuid() == 0:
        for place in (folder, folder / "postgres"):
            with contextlib.suppress(OSError):
                yield place.stat().st_uid


def _refuse_folder(folder: Path, error: OSError) -> Refused:
    if error.errno == errno.ENOSPC:
        return Refused(
            "database_disk_full",
            f"the disk that holds {folder} is full: free some space, or name another with --data",
        )
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return Refused(
            "database_folder_not_writable",
            f"{folder} cannot be written by this user: run as its owner, or name another folder with --data",
        )
    return Refused("database_folder_unusable", f"{folder}: {error.strerror}: name another folder with --data")


def _open(path: Path) -> int:
    """Open a lock file; made by root in another's folder, it becomes that owner's."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor


def _lock(path: Path, sort: int, because: str) -> int:
    """A descriptor that holds this lock; waited for, as servers take a moment to stop."""
    descriptor = _open(path)
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, sort | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() > ends:
                os.close(descriptor)
                raise Refused(
                    "database_busy", f"{because}, for {WAIT_SECONDS} s now: {path.parent}"
                ) from None
            time.sleep(0.01)


def _is_locked(path: Path) -> bool:
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _await_connection(path: Path, folder: Path) -> None:
    """Return once somebody listens; a server that was just killed needs a moment to come back."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
                return
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > ends:
                    raise Refused(
                        "database_did_not_start",
                        f"nobody answers; the reason is at the end of {folder}/postgres.log",
                    ) from None
        time.sleep(0.01)


def _list_initdb_options(binaries: Binaries) -> list[str]:
    """One sort order everywhere, by code point, whatever the machine's own language."""
    options = [
        f"--username={USER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-instructions",
    ]
    if binaries.major >= 17:
        return [*options, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*options, "--locale=C.UTF-8"]


def _list_options(sockets: Path, durable: bool) -> list[str]:
    """The server's settings: a socket and no port, durable commits, no value of any row in its log."""
    memory = _measure_memory_megabytes()
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "shared_buffers": f"{min(2048, max(128, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 32))}MB",
        "work_mem": "16MB",
        "max_connections": "200",
        "random_page_cost": "1.1",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
        "log_parameter_max_length": "0",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on",
        "full_page_writes": "on" if durable else "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _measure_memory_megabytes() -> int:
    """What this machine has, or this container may use."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(OSError, ValueError):
        memory = min(memory, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return memory // MEGABYTE


__all__ = ["USER", "Lease", "find_socket_folder", "hold"]
