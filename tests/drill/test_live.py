"""The drill through the real services and database, and a server that is really killed."""

import asyncio
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from django.db import connection, connections

from pratique.core.answers import Refused
from pratique.drill import events
from pratique.drill.faults import NONE
from pratique.drill.live.desk import Desk
from pratique.drill.live.killing import KilledVerdict, run_killed
from pratique.drill.live.opening import Opening, open_tables
from pratique.drill.live.player import Player
from pratique.drill.live.trial import judge, open_case, run_live, tell
from pratique.drill.run import Case
from pratique.drill.world.day import make_day
from pratique.drill.world.people import Troubles
from pratique.services import proof
from pratique.store import models

FOUND_AGAIN = Troubles(walk_offs_per_thousand=8, return_chance=1, breakdown_chance=0.1)


def smallest(seed: int, days: int = 60) -> list[Case]:
    """The smallest days of a seed, so that a test of the services is quick."""
    return sorted((Case(seed, number) for number in range(days)), key=lambda case: case.scale)


@pytest.mark.parametrize(
    "place", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
def test_no_traveller_is_wrong_in_the_tables(db: None, place: int) -> None:
    verdict = run_live(smallest(1)[place])
    assert verdict.findings == ()
    assert verdict.scans > 300


@pytest.mark.slow
@pytest.mark.parametrize("number", range(20))
def test_no_traveller_is_wrong_in_the_tables_on_larger_days(db: None, number: int) -> None:
    assert run_live(Case(3, number)).findings == ()


def test_no_acknowledged_scan_is_lost_or_doubled_by_ten_kills(db: None, tmp_path: Path) -> None:
    """Also from a thread whose earlier connection is out of reach because an event loop runs there now."""

    verdicts: list[KilledVerdict] = []

    async def run() -> None:
        try:
            verdicts.append(run_killed(case=smallest(1)[0], kills=10, folder=tmp_path, rng=Random(1)))
        finally:
            connections.close_all()

    def connect_first() -> None:
        connection.ensure_connection()
        try:
            asyncio.run(run())
        finally:
            connections.close_all()

    thread = Thread(target=connect_first)
    thread.start()
    thread.join()
    (verdict,) = verdicts
    assert verdict.kills == 10
    assert verdict.findings == ()


@pytest.mark.slow
def test_no_acknowledged_scan_is_lost_or_doubled_by_a_hundred_kills(db: None, tmp_path: Path) -> None:
    case = next(c for c in reversed(smallest(2)) if c.scale < 1)
    verdict = run_killed(case=case, kills=100, folder=tmp_path, rng=Random(2))
    assert verdict.kills == 100
    assert verdict.findings == ()


def test_the_live_checkers_find_a_traveller_whom_the_tables_have_elsewhere(db: None) -> None:
    case = smallest(1)[0]
    trial, player = open_case(case)
    for event in events.list_events(day=trial.day):
        player.play(event)
    player.flush()
    facility = models.Custodian.objects.filter(kind="facility").order_by("code").last()
    row = models.Position.objects.filter(holder_kind="facility").exclude(holder_id=facility.id).first()
    models.Position.objects.filter(traveller_id=row.traveller_id).update(holder_id=facility.id)
    checks = {finding.check for finding in judge(case, trial, player).findings}
    assert {"settled", "breaches"} <= checks


def test_the_desk_settles_whatever_the_lists_name(db: None) -> None:
    day = make_day(on=Case(1, 0).on, seed=5, scale=0.06, troubles=FOUND_AGAIN)
    case_events = events.list_events(day=day)
    open_tables(Opening(day, ()))
    player = Player(day)
    desk = Desk(player)
    for event in case_events:
        player.play(event)
        desk.hear(event)
    last = case_events[-1].second
    told = tell(player, last)
    assert {p: steps[-1].custodian for p, steps in day.truth.steps.items()} == {
        p: told.where[p] for p in day.truth.steps
    }
    assert models.Dispute.objects.count() == 0
    assert models.Flight.objects.filter(on=day.on, closed_at__isnull=True).count() == 0
    findings = proof.prove(now=day.instant(last)).findings
    assert findings.hold, findings.objections


def test_a_day_without_mistakes_leaves_nobody_to_look_for(db: None) -> None:
    calm = Troubles(walk_offs_per_thousand=0, breakdown_chance=0)
    day = make_day(on=Case(1, 0).on, seed=6, scale=0.05, troubles=calm)
    open_tables(Opening(day, ()))
    player = Player(day)
    for event in events.list_events(day=day, mishaps=NONE):
        player.play(event)
    player.flush()
    told = tell(player, day.end_second)
    ghosts = {p.key for p in day.people.values() if p.bound == "nowhere"}
    assert {naming.person for naming in told.named if naming.reason == "overdue"} <= ghosts


def test_tables_that_hold_a_port_already_are_refused(db: None) -> None:
    day = make_day(on=Case(1, 0).on, seed=6, scale=0.05)
    open_tables(Opening(day, ()))
    with pytest.raises(Refused, match="book_not_empty"):
        open_tables(Opening(day, ()))
