"""`pratique serve`: says where to look, shares nothing it should not, and leaves nothing behind."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from pratique.core.answers import Refused
from pratique.site import cluster, server, static

Eventually = Callable[[Callable[[], object], str], None]


class Running:
    """A server as a process of its own, over a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [sys.executable, "-m", "pratique.site.commands", "--data", str(folder), "serve"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", "2", "--threads", "2"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            text=True,
        )
        self.said: list[str] = []

    def read_until(self, pattern: str) -> "re.Match[str]":
        """The first line that matches."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(pattern, line):
                return found
        raise AssertionError("".join(self.said))

    def list_workers(self) -> list[int]:
        """The living processes that answer requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [pid for pid in map(int, children.read_text().split()) if is_alive(pid)]

    def is_healthy(self) -> bool:
        """Whether a worker and its database answer."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/api/health", timeout=10) as answer:
                return bool(answer.read() == b'{"status":"ok"}')
        except OSError:
            return False


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, eventually: Eventually) -> Path:
    """A data folder in which a server has been started for the first time, and stopped: what later starts begin with."""
    folder = tmp_path_factory.mktemp("begun") / "data"
    for running in keep_running(folder, eventually):
        running.read_until("Pratique is at")
    return folder


@pytest.fixture
def running(begun: Path, tmp_path: Path, eventually: Eventually) -> Iterator[Running]:
    """A server that was started before, over a folder of this test's own."""
    shutil.copytree(begun, tmp_path / "data")
    yield from keep_running(tmp_path / "data", eventually)


@pytest.fixture
def running_first(tmp_path: Path, eventually: Eventually) -> Iterator[Running]:
    """A server over a folder that is not there yet."""
    yield from keep_running(tmp_path / "data", eventually)


def keep_running(folder: Path, eventually: Eventually) -> Iterator[Running]:
    one = Running(folder)
    yield one
    one.process.kill()
    one.process.communicate()
    eventually(lambda: not has_database(one.folder), "the end of the database")


def has_database(folder: Path) -> bool:
    """Whether the embedded server of this folder runs: it removes its socket when it ends."""
    return (cluster.find_socket_folder(folder=folder) / cluster.SOCKET).exists()


def is_alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def test_the_first_start_says_where_to_look_and_how_to_sign_in(running_first: Running) -> None:
    running = running_first
    assert running.read_until(r"http://\S+")[0] == f"http://127.0.0.1:{running.port}/"
    told = running.read_until(r"Sign in as (\S+) with the password (\S+)")
    assert running.is_healthy()
    sockets = cluster.find_socket_folder(folder=running.folder)
    with psycopg.connect(host=str(sockets), user=cluster.USER, dbname="pratique") as connection:
        [(name, password, role)] = connection.execute(
            "SELECT username, password, role FROM store_person"
        ).fetchall()
    assert (name, role) == (told[1], "administrator")
    assert check_password(told[2], password)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_or_killed_server_leaves_nothing_behind(
    running: Running, sent: signal.Signals, eventually: Eventually
) -> None:
    running.read_until("Pratique is at")
    workers = running.list_workers()
    assert len(workers) == 2
    running.process.send_signal(sent)
    running.process.wait(30)
    eventually(lambda: not any(map(is_alive, workers)), "the end of the workers")
    eventually(lambda: not has_database(running.folder), "the end of the database")


def test_a_killed_worker_is_replaced(running: Running, eventually: Eventually) -> None:
    running.read_until("Pratique is at")
    victim, other = running.list_workers()
    os.kill(victim, signal.SIGKILL)
    # The killed one is listed for as long as nobody has reaped it.
    eventually(lambda: {victim} < {victim, *running.list_workers()} - {other}, "another worker")
    eventually(lambda: victim not in running.list_workers(), "the killed one is gone")
    eventually(running.is_healthy, "an answer")


def test_a_worker_that_is_killed_again_and_again_is_replaced_each_time(
    running: Running, eventually: Eventually
) -> None:
    running.read_until("Pratique is at")
    killed: set[int] = set()
    for _ in range(4):
        eventually(lambda: len(set(running.list_workers()) - killed) == 2, "two workers")
        victims = running.list_workers()
        killed.update(victims)
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
    eventually(running.is_healthy, "an answer")
    assert running.process.poll() is None


def test_the_database_comes_back_under_a_running_server(running: Running, eventually: Eventually) -> None:
    """Killed with its keeper, in the middle of work: the next requests are answered again."""
    running.read_until("Pratique is at")
    postmaster = int((running.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    keeper = int(Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)

    def is_another() -> bool:
        file = running.folder / "postgres" / "postmaster.pid"
        return file.exists() and file.read_text().split()[:1] not in ([], [str(postmaster)])

    eventually(lambda: running.is_healthy() and is_another(), "another database, answering")


def test_a_taken_port_is_said_and_the_next_can_be_found() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refused:
            server.check_port(host="127.0.0.1", port=port)
        assert refused.value.code == "port_taken"
        assert server.find_free_port(host="127.0.0.1", port=port) > port
        with pytest.raises(Refused):
            server.find_free_port(host="127.0.0.1", port=port, tries=1)


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("127.0.0.1", 70_000, "port_unknown"),
        ("192.0.2.1", 8000, "host_unknown"),
        ("no.such.host.invalid", 8000, "host_unknown"),
    ],
)
def test_an_address_that_cannot_be_had_is_said(host: str, port: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        server.check_port(host=host, port=port)
    assert refused.value.code == code


def test_a_live_server_answers_over_the_tests_database(live_server) -> None:
    with urlopen(f"{live_server.url}/api/health") as answer:
        assert answer.read() == b'{"status":"ok"}'


def test_static_files_are_kept_for_ever_under_their_digest(client: Client) -> None:
    address = "pratique/tokens.css"
    now = client.get(f"{static.PREFIX}{static.make_digest()}/{address}", headers={"accept-encoding": "gzip"})
    assert now.status_code == 200
    assert now["Cache-Control"] == static.FOREVER
    assert now["Content-Type"] == "text/css; charset=utf-8"
    assert now["Content-Encoding"] == "gzip"
    then = client.get(f"{static.PREFIX}0123456789ab/{address}")
    assert then["Cache-Control"] == "no-cache"
    assert then.content == dict(static.list_files())[address].read_bytes()
    for missing in ("no/such.css", "../settings.py", "", "pratique"):
        assert client.get(f"{static.PREFIX}x/{missing}").status_code == 404


def test_every_answer_forbids_what_the_page_does_not_need(client: Client) -> None:
    answer = client.get("/api/health")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
