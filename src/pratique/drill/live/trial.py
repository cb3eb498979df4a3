"""A day of drill against the real database: played without a desk, judged by the same checkers; and a server killed.

`run_live` plays everything, mistakes and all, and holds what the tables then say against the truth. `run_killed` sends
the day's scans from a process that is killed with SIGKILL over and over, and counts what was acknowledged.
"""

import multiprocessing
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db import connection, connections

from pratique.core.custody import fold
from pratique.drill import checkers, events
from pratique.drill.checkers import Facts, Finding
from pratique.drill.faults import USUAL, Mishaps, transmit
from pratique.drill.live.opening import Opening, make_uuid, open_tables
from pratique.drill.live.player import Player
from pratique.drill.run import Case, Trial, prepare
from pratique.drill.telling import Naming, Told
from pratique.drill.world.day import Day, make_day
from pratique.services import clock, proof
from pratique.store import models, rows
from pratique.store.queries import tower

STRUCTURAL = ("unbroken chain", "totals", "no silent skip")
"""The proofs that must hold whatever people do; the others find what they did."""
SENT_AGAIN = 3
"""A phone whose server died sends the last parcels again, not knowing which were heard."""
KILL_AFTER_SECONDS = (0.02, 0.3)


@dataclass(frozen=True, slots=True)
class LiveVerdict:
    """What a live day came to."""

    case: Case
    people: int
    scans: int
    findings: tuple[Finding, ...]


def open_case(case: Case, mishaps: Mishaps = USUAL) -> tuple[Day, Player]:
    """Empty tables become the port of the case's day."""
    trial = prepare(case=case, mishaps=mishaps)
    open_tables(Opening(trial.day, tuple(trial.traffic.phones.values())))
    return trial.day, Player(trial.day)


def run_live(case: Case) -> LiveVerdict:
    """The whole day through the services, every mistake left standing; then the tables against the truth."""
    trial = prepare(case=case)
    open_tables(Opening(trial.day, tuple(trial.traffic.phones.values())))
    player = Player(trial.day)
    for event in events.list_events(day=trial.day):
        player.play(event)
    player.flush()
    told = tell(player, trial.day.end_second)
    facts = trial.facts
    people = frozenset(player.travellers)
    facts = Facts(
        touched=facts.touched,
        contradicted=facts.contradicted,
        strangers=facts.strangers,
        ghosts=facts.ghosts & people,
        unlisted=frozenset(),
        differing=facts.differing,
        repeats=facts.repeats,
    )
    findings = [
        *checkers.check_settled(day=trial.day, facts=facts, told=told),
        *checkers.check_remarked(facts=facts, told=told),
        *(Finding("breaches", "", breach) for breach in told.breaches),
        *_check_cabins(player, trial.day),
        *_check_written(trial),
    ]
    return LiveVerdict(case, len(people), len(trial.journal.scans), tuple(findings))


def tell(player: Player, second: float) -> Told:
    """What the tables say at that second, under the names of the invented world."""
    now = player.day.instant(second)
    people = {traveller: person for person, traveller in player.travellers.items()}
    places = {row.id: row.code for row in models.Custodian.objects.all()}
    places |= {row: f"cabin:{key}" for key, row in player.flights.items()}
    missed, disputed = tower.list_missed(now=now), models.Dispute.objects.values_list("traveller_id", flat=True)
    odd = models.Objection.objects.filter(code="unmanifested").values_list("traveller_id", flat=True)
    named = {
        *((traveller, "overdue") for traveller in missed),
        *((traveller, "disputed") for traveller in disputed),
        *((traveller, "unmanifested") for traveller in odd),
    }
    findings = proof.prove(now=now).findings
    named |= {(_find(people, o.subject), o.code) for o in findings.by_proof["headcount"]}
    return Told(
        where={people[p.traveller_id]: places[p.holder_id] for p in _list_positions() if p.traveller_id in people},
        chains={},
        named=frozenset(Naming(people[t], reason) for t, reason in named if t in people),
        breaches=tuple(str(o) for name in STRUCTURAL for o in findings.by_proof[name]),
    )


def _find(people: dict, subject: str) -> object:
    return next((traveller for traveller in people if str(traveller) == subject), None)


def _list_positions() -> list[models.Position]:
    return list(models.Position.objects.all())


def _check_cabins(player: Player, day: Day) -> list[Finding]:
    """Nobody is forgotten in a cabin: whoever the books have there in the end is being looked for."""
    missed = set(tower.list_missed(now=day.instant(day.end_second)))
    held = models.Position.objects.filter(holder_kind="cabin").values_list("traveller_id", flat=True)
    return [Finding("cabins", str(t), "held by a cabin, and nobody asks for them") for t in held if t not in missed]


def _check_written(trial: Trial) -> list[Finding]:
    """Every scan that reached the server is in the tables once, and every second content as a conflict."""
    contents = {said for parcel in trial.traffic.parcels for said in parcel.scans}
    ids = {said.id for said in contents}
    written, conflicts = models.Scan.objects.count(), models.Conflict.objects.count()
    if (written, conflicts) == (len(ids), len(contents) - len(ids)):
        return []
    because = f"{len(ids)} ids and {len(contents) - len(ids)} second contents sent, {written} and {conflicts} written"
    return [Finding("written", "", because)]
