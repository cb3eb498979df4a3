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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pratique.core.answers import Refused
from pratique.site import keys
from pratique.site.progress import Progress

LIVE_FROM_SECOND = 6.5 * 3600
"""The live demo plays quickly to half past six: the night's flights are on their way, the morning's are landing."""
SERVER_WAIT_SECONDS = 60
SPEED_MAX, SCALE_MAX = 100_000.0, 10.0
DATE_FIRST, DATE_LAST = date(2000, 1, 1), date(2060, 12, 31)
"""Envelopes of passenger lists write years with two digits: those further ahead are read as of the century before."""


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
        "--date", type=_read_date, default=date(2020, 4, 15), metavar="DATE", help="default: %(default)s"
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


def _read_date(text: str) -> date:
    """A day as it is typed; its weeks before and after must be days of the calendar too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2020-04-15") from None
    if not DATE_FIRST <= day <= DATE_LAST:
        raise argparse.ArgumentTypeError(f"{text} is not between {DATE_FIRST} and {DATE_LAST}")
    return day


def _open_folder(folder: Path) -> None:
    """Make the folder and try it: one that cannot be written is found before the day begins, not when it is over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        reason = "it is a file" if isinstance(fault, FileExistsError) else fault.strerror
        raise Refused("out_not_writable", f"nothing can be written into {folder}: {reason}") from fault


def run(args: argparse.Namespace) -> int:
    """Give the demo a data folder of its own, then play."""
    if not 0 < args.speed <= SPEED_MAX or not 0 < args.scale <= SCALE_MAX:
        raise Refused(
            "speed_not_possible",
            f"--speed is above 0 and at most {SPEED_MAX:g}, --scale above 0 and at most {SCALE_MAX:g}",
        )
    _open_folder(args.out)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # so that the folder is cleared then too
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pratique-demo-")))
        os.environ["PRATIQUE_DATA"] = str(folder)
        os.environ.pop("DATABASE_URL", None)  # never play an invented day into somebody's book
        keys.make_keys(folder=folder)
        print("Starting a database of the demo's own. 正在启动演示数据库。", flush=True)
        importlib.import_module("pratique.site.ready").set_up_django()
        server = importlib.import_module("pratique.site.server")
        if not args.headless:
            args.port = server.find_free_port(host="127.0.0.1", port=args.port)
            args.window = server.find_free_port(host="127.0.0.1", port=args.port + 1)
            os.environ["PRATIQUE_WINDOW"] = f"http://127.0.0.1:{args.window}"
        stack.enter_context(
            importlib.import_module("pratique.site.database").opened(tables=True, durable=False)
        )
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
    for number, _ in enumerate(demo.play(), start=1):
        progress.step(number, len(demo.events))
    ended = demo.end()
    _print_end(ended)
    for path in module.write_documents(bulletin=ended.bulletin, folder=args.out):
        print(f"wrote {path}")
    return 0 if ended.holds else 1


def _print_end(ended: Any) -> None:
    for line in importlib.import_module("pratique.site.ending").write_lines(ended):
        print(line)


def _play_live(args: argparse.Namespace, server: Any) -> int:
    """The month before and the night pass quickly, then the day runs. Where to look is said at midnight: until then, whoever
    lives in the facilities has not been called, and boards would show them as not seen."""
    module, demo = _make_demo(args)
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    demo.open(password=importlib.import_module("django.contrib.auth.hashers").make_password(password))
    with _serving(args, server) as check:
        try:
            _play_beside(args, module, demo, check, lambda: _announce(args, module, password))
            while True:
                check()
                time.sleep(0.5)
        except KeyboardInterrupt:
            print("\nstopped 已停止")
    return 0


def _play_beside(
    args: argparse.Namespace,
    module: Any,
    demo: Any,
    check: Callable[[], None],
    announce: Callable[[], None],
) -> None:
    pace = importlib.import_module("pratique.drill.live.pace").Pace(
        day=demo.day, live_from_second=LIVE_FROM_SECOND, speed=args.speed, check=check
    )
    quick = sum(event.second < LIVE_FROM_SECOND for event in demo.events)
    progress = Progress("the month before and the night")
    month = sum(event.second < 0 for event in demo.events)
    for number, second in enumerate(demo.play(shared=True), start=1):
        if number == month + 1:
            announce()
        progress.step(min(number, quick), quick if not pace.live else 0)
        pace.wait(second)
        if number == quick + 1:
            print(
                f"It is half past six in the morning; the day runs {args.speed:g} times as fast as life. "
                "Ctrl-C ends it.    现在是早晨六点半。按 Ctrl-C 结束。",
                flush=True,
            )
    ended = demo.end()
    _print_end(ended)
    module.write_documents(bulletin=ended.bulletin, folder=args.out)
    print(f"The day is over; its bulletin is in {args.out}. The pages stay until Ctrl-C.", flush=True)


def _find_url(args: argparse.Namespace) -> str:
    return f"http://127.0.0.1:{args.port}/"


@contextmanager
def _serving(args: argparse.Namespace, server: Any) -> Iterator[Callable[[], None]]:
    """The server as it runs in an airport, in a process of its own, from when it answers until the block is left.

    Gives what raises `Refused("server_ended")` once it has ended by itself.
    """
    command = [sys.executable, "-m", "pratique.site.commands", "serve", "--port", str(args.port)]
    beside = [*command[:3], "window", "--port", str(args.window), "--threads", "4"]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL) as serving,
        subprocess.Popen(beside, stdout=subprocess.DEVNULL) as window,
    ):

        def check() -> None:
            if serving.poll() is not None or window.poll() is not None:
                raise Refused("server_ended", "the server of the demo has ended: see its message above")

        try:
            ends = time.monotonic() + SERVER_WAIT_SECONDS
            while time.monotonic() < ends and not server.is_answering(_find_url(args)):
                check()
                time.sleep(0.1)
            yield check
        finally:
            window.terminate()
            serving.terminate()


def _announce(args: argparse.Namespace, module: Any, password: str) -> None:
    url = _find_url(args)
    width = max(len(name) for name, _, _ in module.list_accounts())
    (first, zh, en), *others = module.list_accounts()
    print(
        f"""
  Open      {url}
  Sign in   {first}    password  {password}    ({en} {zh})
  Wall      {url}boards/wall/    for a large screen 大屏
  Traveller http://127.0.0.1:{args.window}/    their own page; a slip from a traveller's page opens it 旅客自己的页面,用凭条打开

  在浏览器打开上面的地址,用上面的用户名和密码登录;页面可随时切换中文。
  The other desks have the same password 其他岗位密码相同:"""
    )
    for name, zh, en in others:
        print(f"    {name:{width}}  {en} {zh}")
    print(flush=True)
