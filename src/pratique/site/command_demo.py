"""`pratique demo`: one day at the airport, to its end or live in a browser."""

import argparse
import importlib
import os
import secrets
import signal
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
SERVER_WAIT_SECONDS = 60
SHOWN_MAX = 10


def add_parser(subparsers: Any) -> None:
    """Say what the command takes."""
    parser = subparsers.add_parser(
        "demo",
        help="one day at the airport",
        description="Loads a port, takes in a day's flights and lists of invented people, and plays the day through "
        "the same services that phones and pages use. Its database is its own and is gone afterwards.",
    )
    parser.add_argument(
        "--headless",
        action="store_true",
        help="play to the end as fast as it goes, write the bulletin, prove the books; exit 1 if a proof fails",
    )
    parser.add_argument(
        "--date", type=date.fromisoformat, default=date(2020, 4, 15), help="default: %(default)s"
    )
    parser.add_argument("--seed", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--scale", type=float, default=1.0, help="how busy the day is; default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="default: %(default)s")
    parser.add_argument(
        "--speed",
        type=float,
        default=60.0,
        metavar="N",
        help="live: so many times as fast as life; default: 60",
    )
    parser.add_argument("--port", type=int, default=8000, help="live: where to serve; default: %(default)s")


def run(args: argparse.Namespace) -> int:
    """Give the demo a data folder of its own, then play."""
    if args.speed <= 0 or args.scale <= 0:
        raise Refused("speed_not_positive", "--speed and --scale are above zero")
    args.out.mkdir(
        parents=True, exist_ok=True
    )  # a folder that cannot be written is found before the day begins
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # so that the folder is cleared then too
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pratique-demo-")))
        os.environ["PRATIQUE_DATA"] = str(folder)
        os.environ.pop("DATABASE_URL", None)  # never play an invented day into somebody's book
        keys.make_keys(folder=folder)
        importlib.import_module("pratique.site.ready").set_up_django()
        server = importlib.import_module("pratique.site.server")
        if not args.headless:
            args.port = server.find_free_port(host="127.0.0.1", port=args.port)
        stack.enter_context(importlib.import_module("pratique.site.database").opened(tables=True))
        return _play_headless(args) if args.headless else _play_live(args, server)


def _make_demo(args: argparse.Namespace) -> tuple[Any, Any]:
    module = importlib.import_module("pratique.drill.demo")
    demo = module.Demo(on=args.date, seed=args.seed, scale=args.scale)
    day = demo.day
    print(
        f"{day.port.en} ({day.port.iata}), {day.on}: {len(day.flights)} flights, seed {args.seed}", flush=True
    )
    return module, demo


def _play_headless(args: argparse.Namespace) -> int:
    module, demo = _make_demo(args)
    progress = Progress("the day")
    demo.open(password="!")
    for number, _ in enumerate(demo.play(ticking=False), start=1):
        progress.step(number, len(demo.events))
    ended = demo.end()
    _print_end(module, ended)
    for path in module.write_documents(bulletin=ended.bulletin, folder=args.out):
        print(f"wrote {path}")
    return 0 if ended.holds else 1


def _print_end(module: Any, ended: Any) -> None:
    figures = importlib.import_module("pratique.core.bulletin.table").FIGURES
    names = {figure.code: figure.name.en for figure in figures}
    for code in module.SHOWN:
        print(f"  {names[code]:44} {ended.bulletin.figures[code].today:>8,}")
    print(
        "settled by the desk: "
        + (", ".join(f"{n} × {kind}" for kind, n in ended.settled.items()) or "nothing")
    )
    for name, objections in {**ended.findings.by_proof, "seals": ended.seals_broken}.items():
        print(f"{name:16} " + ("holds" if not objections else f"{len(objections)} objections"))
        for one in objections[:SHOWN_MAX]:
            print(
                f"  {one if isinstance(one, str) else f'{one.code}  {one.subject}  {one.because}'.rstrip()}"
            )
    for one in ended.bulletin.objections:
        print(f"bulletin: {one.code}  {one.subject}  {one.because}")


def _play_live(args: argparse.Namespace, server: Any) -> int:
    module, demo = _make_demo(args)
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    demo.open(password=importlib.import_module("django.contrib.auth.hashers").make_password(password))
    serving: subprocess.Popen[bytes] | None = None
    began, progress = 0.0, Progress("the night")
    try:
        for second in demo.play(ticking=True):
            if second < LIVE_FROM_SECOND:
                progress.step(
                    int(second - demo.events[0].second), int(LIVE_FROM_SECOND - demo.events[0].second)
                )
                continue
            if serving is None:
                serving = _serve(args, server)
                began = time.monotonic()
                importlib.import_module("pratique.services.clock").set_clock(
                    at=demo.day.instant(second), speed=args.speed
                )
                _announce(args, module, password)
            _wait(second, began, args.speed, serving)
        ended = demo.end()
        _print_end(module, ended)
        module.write_documents(bulletin=ended.bulletin, folder=args.out)
        print(f"The day is over; its bulletin is in {args.out}. The pages stay until Ctrl-C.", flush=True)
        while serving is not None and serving.poll() is None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nstopped")
    finally:
        if serving is not None and serving.poll() is None:
            serving.terminate()
            serving.wait(timeout=SERVER_WAIT_SECONDS)
    return 0


def _wait(second: float, began: float, speed: float, serving: "subprocess.Popen[bytes]") -> None:
    """Until the day's own clock shows that second; a server that has ended is noticed meanwhile."""
    while True:
        if serving.poll() is not None:
            raise Refused("server_ended", "the server of the demo has ended: see its message above")
        ahead = (second - LIVE_FROM_SECOND) / speed - (time.monotonic() - began)
        if ahead <= 0:
            return
        time.sleep(min(ahead, 0.5))


def _serve(args: argparse.Namespace, server: Any) -> "subprocess.Popen[bytes]":
    """The server as it runs in an airport, in a process of its own, once it answers."""
    command = [sys.executable, "-m", "pratique.site.commands", "serve", "--port", str(args.port)]
    serving = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + SERVER_WAIT_SECONDS
    while time.monotonic() < ends and serving.poll() is None and not server.is_taken("127.0.0.1", args.port):
        time.sleep(0.05)
    return serving


def _announce(args: argparse.Namespace, module: Any, password: str) -> None:
    accounts = module.list_accounts()
    print(f"\nThe tower is at http://127.0.0.1:{args.port}/    一天的现场在 http://127.0.0.1:{args.port}/")
    print(
        f"Sign in as {accounts[0][0]} with the password {password}    登录名 {accounts[0][0]},密码 {password}"
    )
    print("The other desks have the same password    其他岗位密码相同:")
    for name, zh, en in accounts[1:]:
        print(f"  {name:16} {en} {zh}")
    print(
        f"It is eight in the morning; the day runs {args.speed:g} times as fast as life. Ctrl-C ends it.",
        flush=True,
    )
