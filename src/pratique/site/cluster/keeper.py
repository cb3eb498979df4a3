"""The keeper: a small process that runs one PostgreSQL server for exactly as long as anybody uses it.

Run as a script of its own (`python -I -S keeper.py PLAN`), with nothing but the standard library, so that it starts
in milliseconds and depends on nothing that could fail. Whoever uses the server holds a shared lock on `users.lock`.
The kernel gives a lock back when its process ends, however it ends; so once the keeper gets that lock for itself,
nobody is left, and it stops the server. Should the keeper itself be killed, the kernel sends the server SIGINT
(PR_SET_PDEATHSIG): PostgreSQL's fast shutdown.

The first line on standard output is the answer to whoever started it: `ready`, or what went wrong.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

CLONE_NEWUSER = 0x10000000  # linux/sched.h
PR_SET_PDEATHSIG = 1  # linux/prctl.h
START_ATTEMPTS = 6
WAIT_READY_SECONDS = 120
WAIT_LEFTOVER_SECONDS = 20
LOG_BYTES_MAX = 10_000_000

Prepare = Callable[[], None]


class Failed(Exception):
    """The server cannot be started; the message is for people."""


def enter_namespace() -> None:
    """Become nobody in a user namespace of one's own: files stay root's, yet PostgreSQL sees no root."""
    nobody = pwd.getpwnam("nobody")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{nobody.pw_uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{nobody.pw_gid} 0 1")


def die_with_parent() -> None:
    """Ask the kernel for a fast shutdown of this process when the keeper ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT))


def enter_namespace_and_die_with_parent() -> None:
    enter_namespace()
    die_with_parent()


def allows_namespace() -> bool:
    """Whether a user namespace may be made here; many containers forbid it."""
    try:
        subprocess.run(["true"], preexec_fn=enter_namespace, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


class Keeper:
    """One server over one data folder, from its first start to its last user's end."""

    def __init__(self, plan: dict) -> None:
        self.binaries = Path(plan["binaries"])
        self.folder = Path(plan["folder"])
        self.socket = Path(plan["socket"])
        self.options: list[str] = plan["options"]
        self.initdb: list[str] = plan["initdb"]
        self.pgdata = self.folder / "postgres"
        self.log = self.folder / "postgres.log"
        self.unused = threading.Event()
        self.server: subprocess.Popen | None = None
        self.prefix: list[str] = []
        self.prepare: Prepare = die_with_parent

    def run(self) -> None:
        """Start the server, say so, restart it when it dies, stop it when nobody is left."""
        guard = os.open(self.folder / "keeper.lock", os.O_RDWR)
        fcntl.flock(guard, fcntl.LOCK_EX)
        self.choose_user()
        if not (self.pgdata / "PG_VERSION").exists():
            self.initialise()
        threading.Thread(target=self.await_last_user, daemon=True).start()
        self.start_patiently()
        answer("ready")
        delay = 0.1
        while not self.unused.is_set():
            ready_at = time.monotonic()
            self.server.wait()
            if self.unused.is_set():
                break
            delay = 0.1 if time.monotonic() - ready_at > 10 else min(5.0, delay * 2)
            self.note(f"the server ended with {self.server.returncode}, starting it again")
            self.unused.wait(delay)
            with contextlib.suppress(Failed, OSError):
                self.start()
        self.server.wait()
        os.close(guard)

    def await_last_user(self) -> None:
        """Block until every user has gone, however they went; then stop the server."""
        fcntl.flock(os.open(self.folder / "users.lock", os.O_RDWR), fcntl.LOCK_EX)
        self.unused.set()
        if self.server is not None:
            self.server.send_signal(signal.SIGINT)

    def choose_user(self) -> None:
        """PostgreSQL refuses to be root. An ordinary user is kept; root gets a namespace, or becomes another user."""
        if os.geteuid() != 0:
            return
        place = (self.pgdata if self.pgdata.exists() else self.folder).stat()
        uid, gid = place.st_uid, place.st_gid
        if uid == 0 and allows_namespace():
            self.prepare = enter_namespace_and_die_with_parent
            return
        if uid == 0 and self.pgdata.exists():
            raise Failed(
                "this data folder was made where root may open a user namespace, and here it may not: "
                f"give {self.folder} to an ordinary user (chown -R) and run Pratique as that user"
            )
        if uid == 0:
            nobody = pwd.getpwnam("nobody")
            uid, gid = nobody.pw_uid, nobody.pw_gid
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise Failed(
                "PostgreSQL refuses to run as root, and there is no setpriv here: run as another user"
            )
        self.prefix = [setpriv, f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--pdeathsig=INT"]
        # Parent folders and programs may be root's alone: reading past their modes beats opening them to all.
        self.prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        os.chown(self.socket, uid, gid)

    def initialise(self) -> None:
        """Make a new data folder beside the real place and move it there whole."""
        fresh = self.folder / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.prefix:
            owner = self.socket.stat()
            os.chown(fresh, owner.st_uid, owner.st_gid)
        command = [*self.prefix, str(self.binaries / "initdb"), "-D", str(fresh), *self.initdb]
        made = subprocess.run(
            command, preexec_fn=self.prepare, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if made.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Failed(self.explain(made.stdout))
        fresh.rename(self.pgdata)

    def start_patiently(self) -> None:
        """The first start, tried several times: processes of a killed server may take a moment to end."""
        for attempt in range(START_ATTEMPTS):
            try:
                self.start()
                return
            except Failed:
                if attempt == START_ATTEMPTS - 1 or self.unused.is_set():
                    raise
                self.unused.wait(0.1 * 2**attempt)

    def start(self) -> None:
        """Start the server and return once it takes connections."""
        self.clear_leftovers()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        seen = self.log.stat().st_size if self.log.exists() else 0
        command = [*self.prefix, str(self.binaries / "postgres"), "-D", str(self.pgdata), *self.options]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                command, preexec_fn=self.prepare, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        ends = time.monotonic() + WAIT_READY_SECONDS
        while self.server.poll() is None:
            if self.unused.is_set():
                self.server.send_signal(signal.SIGINT)
                return
            if self.is_ready():
                return
            if time.monotonic() > ends:
                self.server.send_signal(signal.SIGINT)
                raise Failed(
                    f"PostgreSQL has been recovering for {WAIT_READY_SECONDS} s; its log is {self.log}"
                )
            time.sleep(0.005)
        with self.log.open(errors="replace") as log_text:
            log_text.seek(seen)
            raise Failed(self.explain(log_text.read()))

    def is_ready(self) -> bool:
        """Whether the server itself says so: line 8 of its postmaster.pid (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""
        lines = self.read_postmaster_file()
        return len(lines) > 7 and lines[0] == str(self.server.pid) and lines[7].strip() == "ready"

    def read_postmaster_file(self) -> list[str]:
        try:
            return (self.pgdata / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def clear_leftovers(self) -> None:
        """Wait for a server of a keeper that was killed; then make its lock files harmless.

        A killed server leaves its process id behind, and a zombie of it (nobody reaps in many containers) or a
        stranger who got that id would make PostgreSQL refuse to start. The file itself is kept, with our id as the
        server's parent in it, which PostgreSQL knows to be stale: it goes on to see whether the shared memory named
        there is still attached (CreateLockFile in miscinit.c), and that is the check that protects the data.
        """
        lines = self.read_postmaster_file()
        if lines and lines[0].isdecimal():
            ends = time.monotonic() + WAIT_LEFTOVER_SECONDS
            while self.is_serving(int(lines[0])):
                if time.monotonic() > ends:
                    raise Failed(
                        f"process {lines[0]} is a PostgreSQL server over {self.pgdata} that Pratique did not start: "
                        "stop it first"
                    )
                time.sleep(0.02)
            with contextlib.suppress(FileNotFoundError), (self.pgdata / "postmaster.pid").open("r+") as file:
                file.write("\n".join([str(os.getpid()), *lines[1:], ""]))
                file.truncate()
        for leftover in self.socket.glob(".s.PGSQL.*"):
            leftover.unlink()

    def is_serving(self, pid: int) -> bool:
        """Whether this process is a living server over our data folder."""
        process = Path("/proc") / str(pid)
        try:
            name, _, rest = process.joinpath("stat").read_text().partition("(")[2].rpartition(")")
            cwd = process.joinpath("cwd").readlink()
        except OSError:
            return False
        return name == "postgres" and rest.split()[0] not in "ZX" and cwd == self.pgdata

    def explain(self, text: str) -> str:
        """The line that says why, out of a program's output."""
        if shutil.disk_usage(self.folder).free < 32 * 1024 * 1024 or "No space left" in text:
            return f"the disk that holds {self.folder} is full: free some space, or name another folder with --data"
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
        return (telling or lines or ["PostgreSQL ended without a word"])[-1] + f" (its log is {self.log})"

    def note(self, text: str) -> None:
        with contextlib.suppress(OSError), self.log.open("a") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC keeper: {text}\n")


def answer(text: str) -> None:
    """Say one line to whoever started us, then let go of their pipe."""
    with contextlib.suppress(OSError):
        os.write(1, (text + "\n").encode())
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)


def main() -> int:
    """Step out of the starter's family, so that neither its end nor its terminal reaches us; then keep."""
    if os.fork():
        os._exit(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(
            number, lambda *_: None
        )  # a handler, as an ignored signal would be inherited by the server
    keeper = Keeper(json.loads(sys.argv[1]))
    try:
        keeper.run()
    except (Failed, OSError) as failure:
        answer(str(failure).replace("\n", " "))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
