"""What a server does by itself, while it serves and after its rounds were killed."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pratique.services import clock, custody, seal
from pratique.services.dispatch import plans, searches
from pratique.store import models
from pratique.store.ids import make_id
from services.fleet import hold, open_port
from services.port import at, build

Eventually = Callable[[Callable[[], object], str], None]


@pytest.fixture
def rounds(db, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The rounds on their own, over this test's database."""
    with (tmp_path / "log").open("w") as log:
        one = subprocess.Popen(
            [sys.executable, "-m", "pratique.site.commands", "rounds"], stdout=log, stderr=log
        )
        yield one
        one.terminate()
        assert one.wait(timeout=60) == 0, (tmp_path / "log").read_text()


def test_whoever_waits_for_the_fold_is_folded_and_duties_are_worked_out(rounds, eventually: Eventually):
    port = build(travellers=4)
    custody.mark_pending([port.travellers[0]])
    eventually(lambda: not models.Pending.objects.exists(), "nobody waits for the fold")
    eventually(
        lambda: models.Owed.objects.filter(subject_kind="traveller").count() > 0, "duties stand on the list"
    )
    eventually(lambda: models.Seal.objects.exists(), "the entries are sealed")
    assert seal.check().objections == ()


def test_a_better_plan_is_looked_for_in_a_process_of_its_own(rounds, eventually: Eventually):
    port = open_port()
    hold(port, *range(6))
    clock.set_clock(at=at(60), speed=1)
    order = searches.Order(0.3, clock.wall())
    plans.propose(by=None, now=clock.now(), seconds=0.1, search=order)

    def read() -> str:
        found = searches.read(plan=searches.find_standing(), wall=order.asked_at)
        return found.state if found is not None else "none"

    eventually(lambda: read() != "waiting", "the search has begun")  # at low priority, beside other tests
    eventually(lambda: read() in ("done", "proven"), "the search is over")


def test_made_once_by_hand_they_end(db):
    build(travellers=4)
    done = subprocess.run(
        [sys.executable, "-m", "pratique.site.commands", "rounds", "--once"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert models.Seal.objects.exists()
    assert models.Owed.objects.exists()


def test_a_round_that_fails_does_not_stop_the_others(rounds, eventually: Eventually):
    """A subscriber whose secret cannot be opened fails every time; folding and sealing go on."""
    port = build(travellers=4)
    models.Subscription.objects.create(
        name="broken", url="https://127.0.0.1:1/", key="lost", sealed=b"x" * 40
    )
    custody.mark_pending([port.travellers[1]])
    eventually(lambda: not models.Pending.objects.exists(), "nobody waits for the fold")
    custody.mark_pending([make_id()])
    eventually(lambda: not models.Pending.objects.exists(), "nobody waits for the fold, once more")


def test_a_routing_server_that_never_answers_holds_up_no_fold(db, tmp_path, eventually: Eventually):
    """It takes the connection and says nothing, for longer than this test waits for anything."""
    port = build(travellers=4)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}"
        asking = dict(os.environ, PRATIQUE_ROUTING=f"osrm {where} 120")
        for code, latitude in (("KMG", 25.1), ("F1", 25.0)):
            models.Place.objects.create(code=code, latitude=latitude, longitude=102.9)
        with (tmp_path / "log").open("w") as log:
            command = [sys.executable, "-m", "pratique.site.commands", "rounds"]
            one = subprocess.Popen(command, stdout=log, stderr=log, env=asking)
            try:
                silent.settimeout(60)
                connected, _ = silent.accept()
                began = time.monotonic()
                custody.mark_pending([port.travellers[0]])
                eventually(lambda: not models.Pending.objects.exists(), "nobody waits for the fold")
                assert time.monotonic() - began < 60, "the routing server is waited for two minutes"
                connected.close()
            finally:
                one.kill()  # asked to end, it would wait a while for the wire
                one.wait()


def find_rounds(server: int) -> list[int]:
    """The processes that make rounds for a server."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(re.sub(r"^\d+ \(.*\) ", "", stat.read_text()).split()[1])
            line = (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == server and b"rounds" in line:
            found.append(int(stat.parent.name))
    return found


def test_a_server_keeps_its_rounds_going_and_takes_them_along(db, tmp_path: Path, eventually: Eventually):
    server = subprocess.Popen(
        [sys.executable, "-m", "pratique.site.commands", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        eventually(lambda: find_rounds(server.pid), "the rounds are made")
        first = find_rounds(server.pid)[0]
        os.kill(first, signal.SIGKILL)
        eventually(
            lambda: [pid for pid in find_rounds(server.pid) if pid != first], "they were started again"
        )
        second = find_rounds(server.pid)[0]
        server.kill()
        server.wait()
        eventually(lambda: not Path(f"/proc/{second}").exists(), "no rounds outlive their server")
    finally:
        server.kill()
        server.communicate()
