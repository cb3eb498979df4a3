"""The rounds a server makes by itself: settle, owe, seal, tell, erase. `pratique serve` keeps one process at it.

Every round is safe to make twice or by two processes: each takes its own lock or is one transaction. A round that fails
is written to the log and made again at its next time; none holds up another for ever.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import close_old_connections

from pratique.core.answers import Refused
from pratique.formats import road_matrix
from pratique.links import roads
from pratique.links import round as links
from pratique.services import clock, custody, declaration, health, identity, register, screening, seal, way
from pratique.services.cases import book
from pratique.services.convoy import course, rescue
from pratique.services.dispatch import better, broken, counting, driving, riding, searches
from pratique.services.force import attendance, rosters
from pratique.services.stay import call, rooms
from pratique.services.tracking import fix, outlook
from pratique.services.window import petition, reviewers, visit
from pratique.store.queries import ports

log = logging.getLogger(__name__)

RESTART_SECONDS = 1.0
REST = 3
"""A round rests at least so many times as long as it took, so that a slow one never crowds out the scans."""
STOP_SECONDS = 15
BACKGROUND = 10
"""How far planners step back behind everybody else (nice(2))."""
PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Round:
    """What is done, and how long to wait from its end until it is done again."""

    name: str
    seconds: float
    make: Callable[[], object]


def _erase() -> int:
    now = clock.now()
    on = ports.find_day(at=now)
    told = declaration.erase_due(on=on, now=now) + call.erase_due(on=on, now=now) + petition.erase_due(on=on)
    visit.erase_ended(now=clock.wall())
    return identity.erase_due(on=on, now=now) + told + fix.erase_due(now=now)


def _watch() -> int:
    now = clock.now()
    trips = outlook.watch(now=now) + course.watch(now=now) + rescue.heed(now=now)
    trips += riding.heed(now=now) + counting.heed(now=now) + driving.watch(now=now)
    staff = health.keep_holds(now=now) + attendance.close_forgotten(now=now)
    staff += screening.heed(now=now)
    return trips + way.heed(now=now) + rooms.heed(now=now) + reviewers.heed(now=now) + staff


def _plan_again() -> int:
    order = searches.Order(settings.PRATIQUE_SEARCH_SECONDS, clock.wall())
    return broken.heed(now=clock.now(), search=order)


def _ask_roads() -> int:
    return roads.refresh(server=find_routing(settings.PRATIQUE_ROUTING), clock=clock.now)


def find_routing(told: str) -> roads.Server | None:
    """The routing server that the settings name, None for none. Raises `Refused("routing_unknown")`."""
    if not told.strip():
        return None
    kind, url, seconds = (*told.split(), "", "")[:3]
    known = kind in road_matrix.KINDS and url.startswith(("http://", "https://")) and len(told.split()) < 4
    if not known or seconds and not (seconds.isdecimal() and 0 < int(seconds) <= 600):
        raise Refused(
            "routing_unknown",
            "PRATIQUE_ROUTING is osrm or valhalla, an address and, if need be, the seconds that an answer may take: "
            '"osrm http://127.0.0.1:5000 10"',
        )
    return roads.Server(kind, url.rstrip("/"), float(seconds or roads.ANSWER_SECONDS))


class _Planner:
    """Starts a process where a desk waits for a plan, so that a planner at full load holds up no scan and no duty."""

    def __init__(self, task: str, is_asked: Callable[[], bool]) -> None:
        self.task, self.is_asked = task, is_asked
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> int:
        """One process at a time; it ends by itself, or with this one."""
        if self.process is not None and self.process.poll() is None:
            return 0
        if not self.is_asked():
            return 0
        command = [sys.executable, "-m", "pratique.site.commands", "rounds", self.task]
        self.process = subprocess.Popen([*command, "--server", str(os.getpid())], close_fds=False)
        return 1


BOOK = (
    Round("settle", 1, lambda: custody.settle_pending(now=clock.now())),
    Round("owe", 5, lambda: register.tick(now=clock.now())),
    Round("cases", 5, lambda: book.heed_results(now=clock.now())),
    Round("watch", 20, _watch),
    Round("plan", 20, _plan_again),
    Round("roster", 1, _Planner("--roster", lambda: rosters.find_planning() is not None).start),
    Round("search", 1, _Planner("--search", lambda: searches.is_asked(wall=clock.wall())).start),
    Round("seal", 60, lambda: seal.seal(now=clock.now())),
    Round("erase", 900, _erase),
)
"""Settle whoever waits for the fold; keep the register of duties true; open a case for each positive result; watch for
silent trips, for convoys, for whoever was let out, for shifts that nobody tapped out of and for objections without anybody to decide them; propose a plan where a trip in force cannot be done any more; seal; erase what has had its time."""

WIRES = (
    Round("tell", 2, lambda: links.tell(clock=clock.wall)),
    Round("roads", 900, _ask_roads),
)
"""What waits for other machines: tell subscribers, ask the routing server. A thread of their own, so that one that hangs holds up
no duty and no seal."""


def plan_roster(*, server: int | None) -> None:
    """Plan the roster that waits, in this process; end with the one that started it."""
    _stand_back(server)
    rosters.work(clock=clock.now, wall=clock.wall)


def search_plan(*, server: int | None) -> None:
    """Look for a better plan of transport where a desk waits for one, in this process; end with the one that started it."""
    _stand_back(server)
    better.work(clock=clock.now, wall=clock.wall)


def _stand_back(server: int | None) -> None:
    """A planner takes what computing is left by those who serve people, and does not outlive its server."""
    os.nice(BACKGROUND)
    if server:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; the server says when to stop
        die_with(server)


def make_rounds(*, stop: threading.Event, once: bool = False) -> None:
    """Make every round when it is due, until told to stop; with `once`, each one time and errors are raised."""
    if once:
        _make(BOOK + WIRES, stop, once=True)
        return
    wires = threading.Thread(target=_make, args=(WIRES, stop), name="wires", daemon=True)
    wires.start()
    _make(BOOK, stop)
    wires.join(STOP_SECONDS)


def _make(rounds: tuple[Round, ...], stop: threading.Event, *, once: bool = False) -> None:
    due = {r.name: 0.0 for r in rounds}
    while not stop.is_set():
        for one in rounds:
            if due[one.name] > time.monotonic():
                continue
            close_old_connections()
            began = time.monotonic()
            try:
                one.make()
            except Exception:
                if once:
                    raise
                log.exception("the round %s failed; it is made again in %g s", one.name, one.seconds)
            ended = time.monotonic()
            due[one.name] = ended + max(one.seconds, REST * (ended - began))
        if once:
            return
        stop.wait(max(0.05, min(due.values()) - time.monotonic()))


def die_with(parent: int) -> None:
    """Have the kernel end this process when the one that started it (`parent`) is gone, however that came about."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it went before the kernel was asked
        os.kill(os.getpid(), signal.SIGKILL)


def run_until_stopped(*, server: int | None) -> None:
    """In a process of its own: make rounds until SIGTERM, or until the server that started it is gone."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    # Ctrl-C reaches server and rounds alike; the server says when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN if server else lambda *_: stop.set())
    if server:
        die_with(server)
    make_rounds(stop=stop)


@contextmanager
def kept() -> Iterator[None]:
    """While the block runs, a process makes the rounds; one that dies is started again."""
    stop = threading.Event()
    keeper = _Keeper(stop)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.end()


class _Keeper(threading.Thread):
    """Starts the process, waits for it, starts it again."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="rounds", daemon=True)
        self.stop = stop
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Keep one process at it until told to stop."""
        while not self.stop.is_set():
            command = [sys.executable, "-m", "pratique.site.commands", "rounds", "--server", str(os.getpid())]
            # Spawned, not forked: a worker forked at the same moment would inherit the pipe over which a fork says
            # that it went well, and this thread would wait for that pipe as long as the worker lives.
            self.process = subprocess.Popen(command, close_fds=False)
            status = self.process.wait()
            if not self.stop.is_set():
                log.error("the rounds ended with status %d and are started again", status)
                self.stop.wait(RESTART_SECONDS)

    def end(self) -> None:
        """Ask the process to stop, and wait for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        self.join(STOP_SECONDS)
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
