"""Durable single scans a second over HTTP, against pgbench running the same SQL on the same database, in one run.

The floor is what the database alone can do with the statement of the hot path: pgbench, prepared, on the same socket.
Rounds of both alternate, so that whatever else the machine does hits both; the figure to quote is the ratio.
"""

import argparse
import json
import re
import selectors
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import UUID

from benchmarks import ground

TRAVELLERS = 50_000
WHEN = "2000-01-01T00:00:00.000000Z"
"""Stands in a prepared request for the instant at which it is sent."""
PORT = 18_765
DEVICE = "00000000-0000-7000-a000-000000000001"
"""One device a run, as a phone is: a fresh one a scan would spare the statement its look at the counters."""


@dataclass
class Client:
    """One phone: a kept-open connection, its counter, and requests made beforehand."""

    token: str
    requests: list[bytes]
    sent: int = 0
    received: bytes = b""
    latencies: list[float] | None = None
    started: float = 0.0


def make_requests(*, token: str, count: int, batch: int, random: Random, counter: int) -> list[bytes]:
    """HTTP requests of `batch` scans each, rendered to bytes so that the load generator costs next to nothing."""
    requests = []
    for _ in range(count):
        scans = []
        for traveller in random.sample(range(1, TRAVELLERS + 1), batch):
            counter += 1
            scans.append(
                {
                    "id": str(UUID(int=random.getrandbits(128), version=4)),
                    "traveller": f"00000000-0000-7000-9000-{traveller:012d}",
                    "custodian": f"00000000-0000-7000-8000-{random.randint(1, ground.HALLS):012d}",
                    "counter": counter,
                    "device_at": WHEN,
                }
            )
        body = json.dumps({"scans": scans, "offset_seconds": 0.0}).encode()
        head = (
            f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def run_http(
    *, tokens: list[str], clients: int, seconds: float, batch: int, seed: int
) -> tuple[float, float]:
    """(scans per second, median latency in ms) of so many clients, each sending its next when the last is answered."""
    random = Random(seed)
    per_client = int(6_000 * seconds / clients / batch) + 50
    selector = selectors.DefaultSelector()
    base = int(time.time() * 1_000_000)
    for number in range(clients):
        requests = make_requests(
            token=tokens[number], count=per_client, batch=batch, random=random, counter=base
        )
        connection = socket.create_connection(("127.0.0.1", PORT))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, Client(tokens[number], requests, latencies=[]))
    begun = time.perf_counter()
    for key in selector.get_map().values():
        _send_next(key.fileobj, key.data)
    done, latencies = 0, []
    while time.perf_counter() - begun < seconds:
        for key, _ in selector.select(timeout=1):
            client = key.data
            client.received += key.fileobj.recv(65_536)
            if _is_whole(client):
                if not client.received.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(client.received.decode())
                latencies.append(time.perf_counter() - client.started)
                done += batch
                _send_next(key.fileobj, client)
    elapsed = time.perf_counter() - begun
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return done / elapsed, statistics.median(latencies) * 1000


def _send_next(connection: socket.socket, client: Client) -> None:
    client.received = b""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    client.started = time.perf_counter()
    connection.sendall(client.requests[client.sent].replace(WHEN.encode(), now.encode()))
    client.sent += 1


def _is_whole(client: Client) -> bool:
    head, gap, body = client.received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(gap) and length is not None and len(body) >= int(length[1])


def write_script(*, batch: int) -> str:
    """The hot path's statement as a pgbench script: the same SQL, its parameters made by pgbench and the database."""
    from pratique.services.recording import STEPS  # noqa: PLC0415
    from pratique.store.statements import RECEIVE  # noqa: PLC0415

    steps = "'{" + ",".join(f'"{s}"' for s in STEPS) + "}'"
    # One traveller a scan, a start drawn at random and the rest following it: distinct, as the statement demands.
    spread = f"SELECT g FROM generate_series(0, {batch - 1}) g"
    parameters = {
        "ids": f"ARRAY(SELECT gen_random_uuid() FROM ({spread}) x)",
        "travellers": "ARRAY(SELECT ('00000000-0000-7000-9000-' || lpad((1 + (:t + 97 * g) % "
        f"{TRAVELLERS})::text, 12, '0'))::uuid FROM ({spread}) x)",
        "custodians": "ARRAY(SELECT ('00000000-0000-7000-8000-' || lpad((1 + (:c + g) % "
        f"{ground.HALLS})::text, 12, '0'))::uuid FROM ({spread}) x)",
        "counters": f"ARRAY(SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + g FROM ({spread}) x)",
        "happened": f"ARRAY(SELECT clock_timestamp() FROM ({spread}) x)",
        "device_at": f"ARRAY(SELECT clock_timestamp() FROM ({spread}) x)",
        "offsets": f"ARRAY(SELECT 0.0 FROM ({spread}) x)",
        "handovers": f"ARRAY(SELECT NULL::uuid FROM ({spread}) x)",
        "devices": f"ARRAY(SELECT '{DEVICE}'::uuid FROM ({spread}) x)",
        "bys": f"ARRAY(SELECT NULL::uuid FROM ({spread}) x)",
        "now": "clock_timestamp()",
        "steps": steps,
    }
    if batch == 1:
        parameters |= {
            "ids": "ARRAY[gen_random_uuid()]",
            "travellers": "ARRAY[('00000000-0000-7000-9000-' || lpad(:t::text, 12, '0'))::uuid]",
            "custodians": "ARRAY[('00000000-0000-7000-8000-' || lpad(:c::text, 12, '0'))::uuid]",
            "counters": "ARRAY[(extract(epoch FROM clock_timestamp()) * 1000000)::bigint]",
            "happened": "ARRAY[clock_timestamp()]",
            "device_at": "ARRAY[clock_timestamp()]",
            "offsets": "ARRAY[0.0]",
            "handovers": "ARRAY[NULL::uuid]",
            "devices": f"ARRAY['{DEVICE}'::uuid]",
            "bys": "ARRAY[NULL::uuid]",
        }
    statement = RECEIVE.strip()
    for name, value in parameters.items():
        statement = statement.replace(f"%({name})s", value)
    return f"\\set t random(1, {TRAVELLERS})\n\\set c random(1, {ground.HALLS})\n{statement};\n"


def run_pgbench(*, script: Path, clients: int, seconds: float, batch: int) -> float:
    """Scans per second of the database alone."""
    from django.db import connection  # noqa: PLC0415

    settings = connection.get_connection_params()
    command = [ground.find_tool("pgbench"), "-n", "-M", "prepared", "-f", str(script)]
    command += [
        "-h",
        str(settings["host"]),
        "-p",
        str(settings.get("port") or 5432),
        "-U",
        str(settings["user"]),
    ]
    command += [
        "-c",
        str(clients),
        "-j",
        str(min(clients, 2)),
        "-T",
        str(int(seconds)),
        str(settings["dbname"]),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"tps = ([\d.]+)", result.stdout)
    if match is None:
        raise SystemExit(result.stdout + result.stderr)
    return float(match[1]) * batch


def wait_until_up(process: subprocess.Popen[bytes]) -> None:
    """Until the server answers, or say why it does not."""
    for _ in range(200):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/api/health", timeout=1)
            return
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {process.stdout.read().decode()}")
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def main(arguments: list[str]) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks scans", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4, help="length of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each, alternating")
    parser.add_argument("--folder", help="where to put the database (default: the temporary folder)")
    options = parser.parse_args(arguments)
    with ground.database(options.folder) as data:
        ground.fill(travellers=TRAVELLERS)
        from pratique.services import device  # noqa: PLC0415
        from pratique.store import models  # noqa: PLC0415

        screener = models.Person.objects.create(username="bench", role="screener")
        tokens = [device.register(name=f"b{n}", person=screener)[1] for n in range(64)]
        with ground.server(data=data, port=PORT) as process, tempfile.TemporaryDirectory() as scripts:
            wait_until_up(process)
            print("clients  batch   HTTP scans/s   pgbench scans/s   ratio (of each round)     median ms")
            for clients, batch in ((1, 1), (8, 1), (64, 1), (8, 50), (8, 500)):
                script = Path(scripts) / f"{batch}.sql"
                script.write_text(write_script(batch=batch))
                rounds = []
                for number in range(options.rounds):
                    floor = run_pgbench(script=script, clients=clients, seconds=options.seconds, batch=batch)
                    ours, latency = run_http(
                        tokens=tokens, clients=clients, seconds=options.seconds, batch=batch, seed=number
                    )
                    rounds.append((ours, floor, latency))
                ratios = [ours / floor for ours, floor, _ in rounds]
                print(
                    f"{clients:7d}{batch:7d}{statistics.median(r[0] for r in rounds):15,.0f}"
                    f"{statistics.median(r[1] for r in rounds):18,.0f}"
                    f"{statistics.median(ratios):8.2f} ({', '.join(f'{r:.2f}' for r in ratios)})"
                    f"{statistics.median(r[2] for r in rounds):12.2f}",
                    flush=True,
                )
    return 0
