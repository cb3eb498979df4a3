"""The real server under real load over HTTP, killed for real: workers, database, keeper, the whole server, over and over.

Phones send scans as phones do: what was not answered is sent again, and now and then what was answered as well. After
the last kill every scan that was acknowledged must be in the book once, as it was sent, and the proofs must hold.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from django.db import connection, connections

from pratique.core.answers import Refused
from pratique.services import custody, device, proof
from pratique.services.permission import Role
from pratique.store import models
from pratique.store.ids import make_code, make_id

HALLS, TRAVELLERS, PHONES = 6, 240, 6
BATCH_MAX = 12
BETWEEN_SECONDS = (0.02, 0.6)
"""From one kill to the next, once the phones have been answered again."""
PATIENCE_SECONDS = 90
"""Longer than this no server may stay away."""
STRUCTURAL = ("unbroken chain", "totals", "no silent skip")
LOST = "acknowledged and lost:"
VICTIMS = ("worker", "database", "backend", "database and keeper", "server")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How often what was killed, how many scans were acknowledged and written, what was unanswered meanwhile, and
    what was wrong in the end."""

    killed: dict[str, int]
    acknowledged: int
    written: int
    sent_again: int
    findings: tuple[str, ...]

    @property
    def lost(self) -> bool:
        """Whether anything was acknowledged and is not in the book."""
        return any(finding.startswith(LOST) for finding in self.findings)


@dataclass(slots=True)
class Said:
    """A scan as a phone sends it."""

    id: UUID
    traveller: UUID
    custodian: UUID
    counter: int
    device_at: datetime


@dataclass(slots=True)
class Ground:
    """Who can be scanned, where, and with which phones."""

    travellers: list[UUID]
    halls: list[UUID]
    tokens: list[str]


@dataclass(slots=True)
class Phone:
    """One phone: it keeps every scan until it is answered."""

    number: int
    token: str
    ground: Ground
    port: int
    rng: Random
    counter: int = 0
    sent: list[Said] = field(default_factory=list)
    acknowledged: set[UUID] = field(default_factory=set)
    sent_again: int = 0
    failure: str = ""

    def work(self, done: threading.Event) -> None:
        """Scan and send until told to stop; then send what is left."""
        wire: http.client.HTTPConnection | None = None
        while not done.is_set() and not self.failure:
            batch = self.make_batch()
            self.sent += batch
            ends = time.monotonic() + PATIENCE_SECONDS
            while not self.failure:
                try:
                    wire = wire or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                    if self.send(wire, batch):
                        break
                except (OSError, http.client.HTTPException):
                    wire = None
                self.sent_again += 1
                time.sleep(0.05)
                if time.monotonic() > ends:
                    self.failure = f"phone {self.number}: no answer for {PATIENCE_SECONDS} s"

    def make_batch(self) -> list[Said]:
        """Mostly one's own people, sometimes somebody else's; sometimes a few that were answered already."""
        people = self.ground.travellers
        mine = people[self.number :: PHONES] if self.rng.random() < 0.9 else people
        batch = []
        for traveller in self.rng.sample(mine, self.rng.randint(1, BATCH_MAX)):
            self.counter += 1
            hall = self.rng.choice(self.ground.halls)
            batch.append(Said(make_id(), traveller, hall, self.counter, datetime.now(UTC)))
        return batch

    def send(self, wire: http.client.HTTPConnection, batch: list[Said]) -> bool:
        """Whether the batch was acknowledged."""
        again = [said for said in self.sent[-2 * BATCH_MAX : -len(batch)] if self.rng.random() < 0.1]
        scans = [
            {
                "id": str(s.id),
                "traveller": str(s.traveller),
                "custodian": str(s.custodian),
                "counter": s.counter,
                "device_at": s.device_at.isoformat(),
            }
            for s in (*again, *batch)
        ]
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        wire.request("POST", "/api/v1/scans", json.dumps({"scans": scans}), headers)
        answer = wire.getresponse()
        body = answer.read()
        if answer.status == 200:
            self.acknowledged |= {UUID(a["id"]) for a in json.loads(body)["answers"]}
            return True
        if answer.status < 500:
            self.failure = f"phone {self.number}: {answer.status} {body.decode(errors='replace')}"
        return False


def lay_ground(*, now: datetime) -> Ground:
    """A port with some halls, travellers admitted to the first of them, and phones. Raises `Refused` if there is one."""
    if models.Port.objects.exists():
        raise Refused(
            "book_not_empty", "there is a port in this database already: give the drill a data folder"
        )
    models.Port.objects.create(code="KMG", icao="ZPPP", name_zh="昆明", name_en="Kunming")
    halls = [
        models.Custodian(
            id=make_id(), code=f"H{n}", kind="hall", name_zh=f"{n}厅", name_en=f"Hall {n}", place="KMG"
        )
        for n in range(HALLS)
    ]
    models.Custodian.objects.bulk_create(halls)
    ids = [make_id() for _ in range(TRAVELLERS)]
    models.Traveller.objects.bulk_create(
        [models.Traveller(id=t, code=make_code(t), created_at=now) for t in ids]
    )
    models.Admission.objects.bulk_create(
        [
            models.Admission(
                id=make_id(), traveller_id=t, custodian_id=halls[0].id, happened_at=now, recorded_at=now
            )
            for t in ids
        ]
    )
    custody.settle(travellers=ids, now=now)
    person = models.Person.objects.create(username="drill", role=Role.SCREENER.value)
    tokens = [device.register(name=f"phone {n}", person=person)[1] for n in range(PHONES)]
    return Ground(ids, [hall.id for hall in halls], tokens)


class Server:
    """The product's own server as a process, started by `command` and again whenever it was killed."""

    def __init__(self, command: Sequence[str], folder: Path, port: int) -> None:
        self.command, self.folder, self.port = command, folder, port
        self.log = (folder / "serve.log").open("ab")
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*self.command, "--port", str(self.port)],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, victim: str, rng: Random) -> bool:
        """Send SIGKILL to one of ours; False if there is none at this moment."""
        chosen = list(self._find(victim, rng))
        for pid in chosen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victim == "server" and chosen:
            self.process.wait()
            self.process = self._start()
        return bool(chosen)

    def _find(self, victim: str, rng: Random) -> Iterator[int]:
        if victim == "server":
            yield self.process.pid
        elif victim == "worker":
            workers = _list_children(self.process.pid)
            yield from rng.sample(workers, min(1, len(workers)))
        else:
            postmaster = self._find_postmaster()
            if postmaster is None:
                return
            if victim == "backend":
                backends = _list_children(postmaster)
                yield from rng.sample(backends, min(1, len(backends)))
                return
            if victim == "database and keeper":
                yield int(_read_stat(postmaster)[1])
            yield postmaster

    def _find_postmaster(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{pid}/cwd").readlink() == (self.folder / "postgres").resolve():
                return pid
        return None

    def stop(self) -> None:
        """Ask it to end."""
        self.process.terminate()
        self.process.wait()
        self.log.close()


def _list_children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _read_stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def run(*, command: Sequence[str], folder: Path, kills: int, rng: Random, progress: Progress) -> Verdict:
    """Kill `kills` times under load, then look. The database over `folder` is open and holds no port yet.

    `command` starts the server over the same folder; `--port N` is added to it.
    """
    ground = lay_ground(now=datetime.now(UTC) - timedelta(minutes=1))
    connections.close_all()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    phones = [Phone(n, token, ground, port, Random(rng.random())) for n, token in enumerate(ground.tokens)]
    server, done, killed = Server(command, folder, port), threading.Event(), dict.fromkeys(VICTIMS, 0)
    threads = [threading.Thread(target=phone.work, args=(done,)) for phone in phones]
    try:
        for thread in threads:
            thread.start()
        while sum(killed.values()) < kills and _await_answers(phones):
            time.sleep(rng.uniform(*BETWEEN_SECONDS))
            victim = rng.choice(VICTIMS)
            killed[victim] += server.kill(victim, rng)
            progress(sum(killed.values()), kills)
        _await_answers(phones)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        server.stop()
    return judge(phones, killed)


def plant_forgetting() -> None:
    """The bug that must be caught: from now on the database says a commit is durable before it is."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        cursor.execute("ALTER SYSTEM SET wal_writer_delay TO '10s'")
        cursor.execute("SELECT pg_reload_conf()")


def _await_answers(phones: Sequence[Phone]) -> bool:
    """Wait until every phone has been answered anew: load is on. False if one of them has given up."""
    before = [len(phone.acknowledged) for phone in phones]
    while any(len(phone.acknowledged) == count for phone, count in zip(phones, before, strict=True)):
        if any(phone.failure for phone in phones):
            return False
        time.sleep(0.01)
    return True


def judge(phones: Sequence[Phone], killed: dict[str, int]) -> Verdict:
    """What is in the book, held against what the phones know."""
    connections.close_all()
    now = datetime.now(UTC)
    custody.settle_pending(now=now)
    written = {
        row[0]: row[1:]
        for row in models.Scan.objects.values_list(
            "id", "traveller_id", "custodian_id", "counter", "device_at"
        )
    }
    sent = {s.id: (s.traveller, s.custodian, s.counter, s.device_at) for p in phones for s in p.sent}
    acknowledged = {name for phone in phones for name in phone.acknowledged}
    findings = [phone.failure for phone in phones if phone.failure]
    findings += [f"{LOST} {name}" for name in sorted(acknowledged - written.keys())]
    findings += [f"written and never sent: {name}" for name in sorted(written.keys() - sent.keys())]
    findings += [f"not as it was sent: {n}" for n, said in written.items() if n in sent and said != sent[n]]
    findings += [
        f"in conflict with itself: {n}" for n in models.Conflict.objects.values_list("scan_id", flat=True)
    ]
    findings += _compare_holders(sent, written)
    by_proof = proof.prove(now=now).findings.by_proof
    findings += [str(objection) for name in STRUCTURAL for objection in by_proof[name]]
    again = sum(phone.sent_again for phone in phones)
    return Verdict(killed, len(acknowledged), len(written), again, tuple(findings))


def _compare_holders(
    sent: dict[UUID, tuple[UUID, UUID, int, datetime]], written: dict[UUID, object]
) -> list[str]:
    """Everybody is where they were last scanned: told from what the phones sent, without the ledger's own fold."""
    last: dict[UUID, tuple[datetime, UUID]] = {}
    for name, (traveller, hall, _, at) in sent.items():
        if name in written:
            last[traveller] = max(last.get(traveller, (at, hall)), (at, hall))
    held = dict(models.Position.objects.values_list("traveller_id", "holder_id"))
    return [f"held by another: {t}" for t, (_, hall) in sorted(last.items()) if held.get(t) != hall]
