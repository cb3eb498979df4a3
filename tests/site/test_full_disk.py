"""The disk of the database fills under load: said with its remedy, nothing acknowledged lost, and it recovers by itself.

The disk is a small one of its own, in memory; mounting it needs root.
"""

import contextlib
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

import psycopg
import pytest

from pratique.site import cluster

Eventually = Callable[[Callable[[], object], str], None]
DISK_MEGABYTES = 224
FIRST_WORD = "Pratique is at"
TOKEN = "a-token-of-a-phone"
NO_DISK = "a small disk of its own cannot be mounted here (needs root): a full disk was NOT tried"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip(NO_DISK)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


class Server:
    """`pratique serve` over a folder on the small disk, and one phone registered with it."""

    def __init__(self, disk: Path) -> None:
        self.folder, self.disk = disk / "data", disk
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [sys.executable, "-m", "pratique.site.commands", "--data", str(self.folder), "serve"]
        self.command = [*command, "--port", str(self.port), "--workers", "1", "--threads", "2"]
        self.environment = environment | {"PYTHONFAULTHANDLER": "1", "PYTHONUNBUFFERED": ""}
        silence = self._start()
        assert not silence, silence
        self.hall, self.counter = str(uuid4()), 0

    def _start(self) -> str:
        """Start it and wait until it says where it is; empty, or what it said and where it stood if that did not come."""
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment, text=True
        )
        assert self.process.stdout is not None
        late = threading.Timer(90, self.process.send_signal, [signal.SIGABRT])
        late.start()
        said = []
        for line in self.process.stdout:
            said.append(line)
            if FIRST_WORD in line:
                late.cancel()
                return ""
        late.cancel()
        self.process.wait()
        return "".join(said) + f"ended with status {self.process.returncode}"

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        sockets = str(cluster.find_socket_folder(folder=self.folder))
        with psycopg.connect(host=sockets, user=cluster.USER, dbname="pratique") as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def register(self) -> None:
        digest = hashlib.sha256(TOKEN.encode()).digest()
        self.query("UPDATE store_person SET role = 'screener'")
        self.query(
            "INSERT INTO store_device (id, name, person_id, token_hash, offset_seconds, counter) "
            "SELECT gen_random_uuid(), 'phone', id, %s, 0, 0 FROM store_person",
            digest,
        )
        self.query(
            "INSERT INTO store_port (code, icao, name_zh, name_en, time_zone, jurisdiction, protocol, clock_speed) "
            "VALUES ('KMG', 'ZPPP', '昆明', 'Kunming', 'Asia/Shanghai', 'CN', '', 1)"
        )
        self.query(
            "INSERT INTO store_custodian (id, code, kind, name_zh, name_en, place, never_came, attributes) "
            "VALUES (%s, 'H', 'hall', '厅', 'Hall', 'KMG', false, '{}')",
            self.hall,
        )

    def make_scans(self, travellers: list[str]) -> list[dict[str, object]]:
        now = datetime.now(UTC).isoformat()
        self.counter += len(travellers)
        return [
            {
                "id": str(uuid4()),
                "traveller": t,
                "custodian": self.hall,
                "counter": self.counter + n,
                "device_at": now,
            }
            for n, t in enumerate(travellers)
        ]

    def send(self, scans: list[dict[str, object]]) -> tuple[int, dict[str, object]]:
        """Status and answer; 0 when the line broke."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            with contextlib.closing(wire):
                wire.request("POST", "/api/v1/scans", json.dumps({"scans": scans}), headers)
                answer = wire.getresponse()
                return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, {}

    def fill(self, *, leave: int) -> Path:
        """Take all of the disk but so many bytes."""
        ballast = self.disk / "ballast"
        free = os.statvfs(self.disk).f_bavail * os.statvfs(self.disk).f_frsize
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free - leave)
        return ballast


@pytest.fixture
def server(disk: Path, eventually: Eventually) -> Iterator[Server]:
    one = Server(disk)
    try:
        one.register()
        yield one
    finally:
        one.process.kill()
        one.process.communicate()
        running = cluster.find_socket_folder(folder=one.folder) / cluster.SOCKET
        eventually(lambda: not running.exists(), "the end of the database")


def test_a_disk_that_fills_under_load_is_said_and_nothing_acknowledged_is_lost(
    server: Server, eventually: Eventually
) -> None:
    random = Random(1)
    travellers = [str(uuid4()) for _ in range(300)]
    acknowledged: set[str] = set()

    def send(scans: list[dict[str, object]]) -> tuple[int, dict[str, object]]:
        status, said = server.send(scans)
        if status == 200:
            acknowledged.update(str(scan["id"]) for scan in scans)
        return status, said

    assert send(server.make_scans(travellers))[0] == 200
    ballast = server.fill(leave=3_000_000)
    refused: list[dict[str, object]] = []
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        refused = server.make_scans(random.sample(travellers, 250))
        status, said = send(refused)
        if status == 507:
            break
        assert status in (200, 0, 503), said
    assert (status, said["code"]) == (507, "disk_full")
    assert "free some space" in str(said["because"])
    assert len(acknowledged) >= 300

    ballast.unlink()
    eventually(lambda: send(refused)[0] == 200, "an answer once there is space again")
    assert send(server.make_scans(travellers))[0] == 200
    written = {str(row[0]) for row in server.query("SELECT id FROM store_scan")}
    assert acknowledged <= written
    assert server.query("SELECT count(*) FROM store_conflict") == [(0,)]
    assert server.query("SELECT count(*) FROM store_position") == [(300,)]
    command = [sys.executable, "-m", "pratique.site.commands", "--data", str(server.folder), "verify"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    verified = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr
