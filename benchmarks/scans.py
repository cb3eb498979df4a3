"""Durable scans a second over HTTP, against pgbench running the same SQL on the same database, in one run.

The floor is what the database alone can do with the statement of the hot path: pgbench, prepared, on the same socket, a
transaction a request, the same batch in it. Rounds of both alternate, so that whatever else the machine does hits both;
the figure to quote is the ratio.
"""

import argparse
import re
import statistics
import subprocess
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import ground, load

TRAVELLERS = 50_000
CASES = ((1, 1), (8, 1), (64, 1), (8, 50), (8, 500))
"""Clients and scans a request."""
DEVICE = "00000000-0000-7000-a000-000000000001"
"""One device a run, as a phone is: a fresh one a scan would spare the statement its look at the counters."""


@dataclass(frozen=True, slots=True)
class Round:
    """Scans a second of both, our median latency in ms, and CPU ms a scan of generator, application and database (ours)
    and of pgbench and database (theirs)."""

    ours: float
    floor: float
    latency: float
    ours_cpu: tuple[float, float, float]
    floor_cpu: tuple[float, float]


def write_script(*, batch: int, clients: int) -> str:
    """The hot path's statement as a pgbench script: the same SQL, its parameters made by pgbench and the database.

    Each client has its own travellers, and a batch has each of them once.
    """
    from pratique.services.recording import STEPS
    from pratique.store.statements import RECEIVE

    share = TRAVELLERS // clients

    def array(element: str, sort: str) -> str:
        if batch == 1:
            return f"ARRAY[{element.format(g=0)}]::{sort}[]"
        return f"ARRAY(SELECT {element.format(g='g')} FROM generate_series(0, {batch - 1}) g)::{sort}[]"

    parameters = {
        "ids": array("gen_random_uuid()", "uuid"),
        "travellers": array(
            "('00000000-0000-7000-9000-' || lpad((1 + :client_id + "
            f"{clients} * ((:t + {{g}}) % {share}))::text, 12, '0'))::uuid",
            "uuid",
        ),
        "custodians": array(
            f"('00000000-0000-7000-8000-' || lpad((1 + (:c + {{g}}) % {ground.HALLS})::text, 12, '0'))::uuid",
            "uuid",
        ),
        "devices": array(f"'{DEVICE}'", "uuid"),
        "bys": array("NULL", "uuid"),
        "counters": array("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint + {g}", "bigint"),
        "happened": array("clock_timestamp()", "timestamptz"),
        "device_at": array("clock_timestamp()", "timestamptz"),
        "offsets": array("0.0", "float8"),
        "handovers": array("NULL", "uuid"),
        "now": "clock_timestamp()",
        "steps": "'{" + ",".join(f'"{s}"' for s in STEPS) + "}'",
    }
    statement = RECEIVE.strip()
    for name, value in parameters.items():
        statement = re.sub(rf"%\({name}\)s(::\w+\[\])?", lambda _, value=value: value, statement)
    return f"\\set t random(0, {share - 1})\n\\set c random(1, {ground.HALLS})\n{statement};\n"


def run_pgbench(*, script: Path, clients: int, seconds: float) -> float:
    """Transactions a second of the database alone."""
    from django.db import connection

    settings = connection.get_connection_params()
    where = ["-h", str(settings["host"]), "-U", str(settings["user"]), str(settings["dbname"])]
    how = ["-n", "-M", "prepared", "-f", str(script), "-T", str(max(1, round(seconds)))]
    load_ = ["-c", str(clients), "-j", str(min(clients, 2))]
    command = [ground.find_tool("pgbench"), *how, *load_, *where]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    match = re.search(r"tps = ([\d.]+)", result.stdout)
    if match is None or result.returncode:
        raise SystemExit((result.stdout + result.stderr)[:2_000])
    return float(match[1])


def run_round(wanted: load.Load, *, script: Path, usage: ground.Usage, seed: int) -> Round:
    """Both once, in turns first, each after a checkpoint."""

    def run_floor() -> tuple[float, tuple[float, float]]:
        ground.checkpoint()
        database, tool = usage.read_database(), usage.read_children()
        rate = run_pgbench(script=script, clients=wanted.clients, seconds=wanted.seconds) * wanted.batch
        scans = rate * wanted.seconds / 1000
        return rate, ((usage.read_children() - tool) / scans, (usage.read_database() - database) / scans)

    def run_ours() -> tuple[float, float, tuple[float, float, float]]:
        ground.checkpoint()
        application, database = usage.read_application(), usage.read_database()
        rate, latency, own = load.run(wanted, Random())  # ids that no round before had
        scans = rate * wanted.seconds / 1000
        spent = (own, usage.read_application() - application, usage.read_database() - database)
        return rate, latency, (spent[0] / scans, spent[1] / scans, spent[2] / scans)

    if seed % 2:
        ours, floor = run_ours(), run_floor()
    else:
        floor, ours = run_floor(), run_ours()
    return Round(ours[0], floor[0], ours[1], ours[2], floor[1])


def print_case(clients: int, batch: int, rounds: list[Round]) -> None:
    """One line of the table: medians of the rounds."""

    def middle(values: list[float]) -> float:
        return statistics.median(values)

    ratios = [r.ours / r.floor for r in rounds]
    ours = [middle([r.ours_cpu[n] for r in rounds]) for n in range(3)]
    floor = [middle([r.floor_cpu[n] for r in rounds]) for n in range(2)]
    print(
        f"{clients:7d}{batch:7d}{middle([r.ours for r in rounds]):10,.0f}{middle([r.floor for r in rounds]):10,.0f}"
        f"{middle(ratios):7.2f}  {min(ratios):.2f}-{max(ratios):.2f}{middle([r.latency for r in rounds]):11.2f}"
        f"   {ours[0]:.3f} + {ours[1]:.3f} + {ours[2]:.3f}   {floor[0]:.3f} + {floor[1]:.3f}",
        flush=True,
    )


def print_index(wanted: load.Load, index: str, rounds: int) -> None:
    """What an index costs: the same load with it and without it, alternating, each after a checkpoint."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [index])
        (definition,) = cursor.fetchone()
    ratios, rates = [], {True: [], False: []}
    for number in range(rounds):
        found = {}
        for there in (number % 2 == 0, number % 2 == 1):
            with connection.cursor() as cursor:
                cursor.execute(f"DROP INDEX IF EXISTS {index}")
                if there:
                    cursor.execute(definition)
            ground.checkpoint()
            found[there] = load.run(wanted, Random())[0]
            rates[there].append(found[there])
        ratios.append(found[True] / found[False])
    print(
        f"{wanted.clients:7d}{wanted.batch:7d}   with {statistics.median(rates[True]):,.0f}, without "
        f"{statistics.median(rates[False]):,.0f} scans/s; with ÷ without: median {statistics.median(ratios):.3f}, "
        f"rounds {min(ratios):.2f}-{max(ratios):.2f}",
        flush=True,
    )


def wait_until_up(process: subprocess.Popen[bytes], port: int) -> None:
    """Until the server answers, or say why it does not."""
    for _ in range(600):
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=1)
            return
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {process.stdout.read().decode()}")
        time.sleep(0.1)
    raise SystemExit("the server does not answer")


def main(arguments: list[str]) -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="benchmarks scans", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="length of a round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each, alternating")
    parser.add_argument("--clients", type=int, help="only the cases with so many clients")
    parser.add_argument(
        "--without", metavar="INDEX", help="instead of the floor, the same without this index"
    )
    parser.add_argument("--folder", help="where to put the database (default: the temporary folder)")
    options = parser.parse_args(arguments)
    with ground.database(options.folder) as data:
        ground.fill(travellers=TRAVELLERS)
        from pratique.services import device
        from pratique.store import models

        screener = models.Person.objects.create(username="bench", role="screener")
        tokens = [device.register(name=f"b{n}", person=screener)[1] for n in range(64)]
        port = ground.find_port()
        with ground.server(data=data, port=port) as process, tempfile.TemporaryDirectory() as scripts:
            wait_until_up(process, port)
            usage = ground.Usage(server=process.pid, data=data)
            print("                 HTTP   pgbench                    median   CPU ms a scan")
            print(
                "clients  batch  scans/s  scans/s  ratio  (rounds)      ms   generator + app + db   pgbench + db"
            )
            for clients, batch in CASES:
                if options.clients not in (None, clients):
                    continue
                script = Path(scripts) / f"{clients}-{batch}.sql"
                script.write_text(write_script(batch=batch, clients=clients))
                wanted = load.Load(port, tokens, clients, batch, options.seconds, TRAVELLERS)
                if options.without:
                    print_index(wanted, options.without, options.rounds)
                    continue
                rounds = [
                    run_round(wanted, script=script, usage=usage, seed=number)
                    for number in range(options.rounds)
                ]
                print_case(clients, batch, rounds)
    return 0
