"""`pratique demo`: one day at the airport, to its end or live in a browser."""

import argparse
import importlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from pratique.core.answers import Refused
from pratique.site import keys
from pratique.site.progress import Progress

LIVE_FROM_SECOND = 8 * 3600
"""The live demo plays quickly to eight in the morning, so that the board has something to show at once."""


def add_parser(subparsers: Any) -> None:
    """Say what the command takes."""
    parser = subparsers.add_parser(
        "demo",
        help="one day at the airport",
        description="Loads a port, takes in a day's flights and lists of invented people, and plays the day through "
        "the same services that phones and pages use. Its database is its own and is gone afterwards.",
    )
    parser.add_argument(
        "--headless", action="store_true", help="play to the end, write the bulletin, prove the books"
    )
    parser.add_argument(
        "--date", type=date.fromisoformat, default=date(2020, 4, 15), help="default: %(default)s"
    )
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--scale", type=float, default=1.0, help="how busy the day is; default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--speed", type=float, default=60.0, help="live: so many times as fast as life")
    parser.add_argument("--port", type=int, default=8000, help="live: where to serve; default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Give the demo a data folder of its own, then play."""
    if args.speed <= 0 or args.scale <= 0:
        raise Refused("speed_not_positive", "--speed and --scale are above zero")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pratique-demo-")))
        os.environ["PRATIQUE_DATA"] = str(folder)
        keys.make_keys(folder=folder)
        importlib.import_module("pratique.site.ready").set_up_django()
        database = importlib.import_module("pratique.site.database")
        stack.enter_context(database.opened(tables=True))
        return _play_headless(args) if args.headless else _play_live(args)


def _make_day(args: argparse.Namespace) -> tuple[Any, Any]:
    world = importlib.import_module("pratique.drill.world.day")
    return importlib.import_module("pratique.drill.demo"), world.make_day(
        on=args.date, seed=args.seed, scale=args.scale
    )


def _play_headless(args: argparse.Namespace) -> int:
    demo, day = _make_day(args)
    print(
        f"{day.port.en} ({day.port.iata}), {day.on}: {len(day.flights)} flights, seed {args.seed}", flush=True
    )
    *_, second = demo.play(day=day, password="!", progress=Progress("the day").step)
    ended = demo.end(day=day, second=second)
    for path in demo.write_documents(ended=ended, folder=args.out):
        print(f"wrote {path}")
    for name, objections in ended.findings.by_proof.items():
        print(f"{name:16} " + ("holds" if not objections else f"{len(objections)} objections"))
        for one in objections[:10]:
            print(f"  {one.code}  {one.subject}  {one.because}".rstrip())
    print(f"{'seals':16} " + ("hold" if not ended.seals_broken else f"{ended.seals_broken} broken"))
    for one in ended.bulletin.objections:
        print(f"bulletin: {one.code}  {one.subject}  {one.because}")
    return 0 if ended.findings.hold and not ended.seals_broken else 1


def _play_live(args: argparse.Namespace) -> int:
    demo, day = _make_day(args)
    hashers = importlib.import_module("django.contrib.auth.hashers")
    clock = importlib.import_module("pratique.services.clock")
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    server = None
    start_wall = 0.0
    try:
        for second in demo.play(
            day=day, password=hashers.make_password(password), progress=Progress("the day").step
        ):
            if second < LIVE_FROM_SECOND:
                continue
            if server is None:
                clock.set_clock(at=day.instant(second), speed=args.speed)
                server, start_wall = _serve(args.port), time.monotonic()
                print(
                    f"The tower is at http://127.0.0.1:{args.port}/  Sign in as commander, password {password}"
                )
                print(
                    "Other desks: dispatcher, screener, escort, reception, auditor … (same password). Ctrl-C ends."
                )
            ahead = (second - LIVE_FROM_SECOND) / args.speed - (time.monotonic() - start_wall)
            if ahead > 0:
                time.sleep(min(ahead, 3600))
            if server.poll() is not None:
                raise Refused("server_ended", f"the server ended: is port {args.port} taken? Try --port")
        print("The day is over; the pages stay until Ctrl-C.", flush=True)
        while server is not None and server.poll() is None:
            time.sleep(1)
    except KeyboardInterrupt:
        print("\nstopped")
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=30)
    return 0


def _serve(port: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pratique.site.commands", "serve", "--port", str(port)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)
