"""The server killed in mid-write, for real: a process that records scans is sent SIGKILL over and over.

The process writes down each parcel that was acknowledged, in a file of its own, before it takes the next: that is what
the phones know. A process that comes after sends what was not acknowledged, and some of what was, as phones do. In the
end nothing acknowledged may be missing, and nothing may be there twice.
"""

import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.db import connections

from pratique.drill import events
from pratique.drill.checkers import Finding
from pratique.drill.live.opening import make_uuid
from pratique.drill.live.player import Player
from pratique.drill.live.trial import judge, open_case
from pratique.drill.run import Case
from pratique.store import models

SENT_AGAIN = 3
"""A phone whose server died sends its last parcels again, not knowing which of them were heard."""
KILL_AFTER_SECONDS = (0.01, 0.25)


@dataclass(frozen=True, slots=True)
class KilledVerdict:
    """How often the process was killed, what it had acknowledged, and what was found in the end."""

    kills: int
    parcels: int
    scans: int
    findings: tuple[Finding, ...]


def run_killed(*, case: Case, kills: int, folder: Path, rng: Random) -> KilledVerdict:
    """Send a day's scans through a process killed `kills` times; `folder` is for the file of acknowledgements."""
    trial, player = open_case(case)
    happenings = events.list_events(day=trial.day)
    for event in happenings:
        if not isinstance(event, events.ScansSent):
            player.play(event)
    player.flush()
    parcels = [event for event in happenings if isinstance(event, events.ScansSent)]
    for event in parcels:  # whoever is on no list is put down first: that is no scan
        for said in event.parcel.scans:
            player.traveller(said.person, event.second)
    log = folder / "acknowledged"
    log.touch()
    killed = 0
    while (done := _count_acknowledged(log)) < len(parcels):
        mortal = killed < kills
        if _send_from_a_process(
            player, parcels, done, log, rng.uniform(*KILL_AFTER_SECONDS) if mortal else None
        ):
            killed += 1
    verdict = judge(case, trial, player)
    findings = (*verdict.findings, *_check_acknowledged(player, parcels))
    return KilledVerdict(killed, len(parcels), verdict.scans, findings)


def _count_acknowledged(log: Path) -> int:
    return log.stat().st_size


def _send_from_a_process(
    player: Player, parcels: list[events.ScansSent], done: int, log: Path, live_seconds: float | None
) -> bool:
    """Fork, send, and kill after a while; whether it was killed before it was through."""
    connections.close_all()  # no connection may be shared with a process that is going to die
    process = multiprocessing.get_context("fork").Process(target=_send, args=(player, parcels, done, log))
    process.start()
    process.join(live_seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        return True
    if process.exitcode != 0:
        raise RuntimeError(f"the sending process ended with {process.exitcode}")
    return False


def _send(player: Player, parcels: list[events.ScansSent], done: int, log: Path) -> None:
    """Send from a few parcels back on; one byte in the log is one parcel more that was acknowledged."""
    for inherited in connections.all(initialized_only=True):
        # Where a thread runs an event loop Django keeps its connections elsewhere, out of reach of `close_all`; a process
        # forked from it finds them again. They are another's: left alone, not closed.
        inherited.connection = None
    with log.open("ab", buffering=0) as file:
        for number in range(max(0, done - SENT_AGAIN), len(parcels)):
            player.send(parcels[number])
            if number >= done:
                file.write(b".")
                os.fsync(file.fileno())
    connections.close_all()


def _check_acknowledged(player: Player, parcels: list[events.ScansSent]) -> list[Finding]:
    """Every scan that was acknowledged is written, and no scan is written twice."""
    acknowledged = {
        make_uuid(f"{player.day.on}/{said.id}") for event in parcels for said in event.parcel.scans
    }
    written = list(models.Scan.objects.values_list("id", flat=True))
    lost, doubled = acknowledged - set(written), len(written) - len(set(written))
    found = [Finding("acknowledged", str(scan), "acknowledged, and not written") for scan in sorted(lost)]
    return [*found, Finding("acknowledged", "", f"{doubled} written twice")] if doubled else found
