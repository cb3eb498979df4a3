"""A load generator for scans over HTTP that costs little: one process, requests rendered beforehand, one selector.

It still costs something, on the same cores as the server and the database; `scans` says how much.
"""

import json
import re
import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from benchmarks import ground

WHEN = "2000-01-01T00:00:00.000000Z"
"""Stands in a prepared request for the instant at which it is sent."""
PER_SECOND_MAX = 8_000
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """So many clients, each sending its next batch when the last is answered, for so long; each has its own people."""

    port: int
    tokens: Sequence[str]
    clients: int
    batch: int
    seconds: float
    travellers: int


@dataclass(slots=True)
class Client:
    """One phone: a kept-open connection and requests made beforehand."""

    requests: list[bytes]
    sent: int = 0
    received: bytes = b""
    started: float = 0.0


def run(load: Load, random: Random) -> tuple[float, float, float]:
    """(scans per second, median latency in ms, seconds of CPU the generator took itself)."""
    selector = selectors.DefaultSelector()
    for number in range(load.clients):
        connection = socket.create_connection(("127.0.0.1", load.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        requests = _make_requests(load, number, random)
        selector.register(connection, selectors.EVENT_READ, Client(requests))
    begun, cpu = time.perf_counter(), time.process_time()
    for key in selector.get_map().values():
        _send_next(key.fileobj, key.data)
    latencies, plain = [], 0
    while time.perf_counter() - begun < load.seconds:
        for key, _ in selector.select(timeout=1):
            client = key.data
            client.received += key.fileobj.recv(65_536)
            if _is_whole(client.received):
                if not client.received.startswith(b"HTTP/1.1 200"):
                    raise SystemExit(client.received.decode())
                latencies.append(time.perf_counter() - client.started)
                plain += client.received.count(b'"moved"') + client.received.count(b'"seen"')
                _send_next(key.fileobj, client)
    elapsed, cpu = time.perf_counter() - begun, time.process_time() - cpu
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    if plain < 0.99 * len(latencies) * load.batch:
        raise SystemExit(
            f"only {plain} of {len(latencies) * load.batch} scans were plain: the floor does no folding"
        )
    return len(latencies) * load.batch / elapsed, statistics.median(latencies) * 1000, cpu


def _make_requests(load: Load, client: int, random: Random) -> list[bytes]:
    count = int(PER_SECOND_MAX * max(1, load.batch // 10) * load.seconds / load.clients / load.batch) + 50
    counter = time.time_ns() // 1000
    mine = range(1 + client, load.travellers + 1, load.clients)
    requests = []
    for _ in range(count):
        scans = []
        for traveller in random.sample(mine, load.batch):
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
            f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {load.tokens[client]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


def _send_next(connection: socket.socket, client: Client) -> None:
    client.received = b""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
    client.started = time.perf_counter()
    request = client.requests[client.sent % len(client.requests)].replace(WHEN.encode(), now)
    client.sent += 1
    connection.sendall(request)


def _is_whole(received: bytes) -> bool:
    head, gap, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(gap) and length is not None and len(body) >= int(length[1])
