"""Whoever stands elsewhere than at the airport is fetched from there; the bound holds; the road comes first."""

import copy
import json
from dataclasses import replace
from random import Random

import pytest

from core.transport.days import invent
from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.core.transport.change import _pin
from pratique.core.transport.plan import Plan
from pratique.core.transport.problem import TransportProblem, read, write
from pratique.engines.transport.layout import lay_out
from pratique.engines.transport.needs import relax
from pratique.engines.transport.solve import solve

from .exact import optimum

STANDS = 8
"""The place of the invented days where a vehicle broke down."""


def day(seed: int, *, parties: int = 14, scarce: bool = False, tiny: bool = False) -> TransportProblem:
    """An invented day on which every third party stands on the road, or in a facility that it leaves for another."""
    rng, document = Random(seed), copy.deepcopy(invent(seed, parties=parties, scarce=scarce))
    document["locations"].append({"id": STANDS, "kind": "road", "km": 18, "drive": 25})
    document["ways"] = [{"from": STANDS, "to": one, "km": 12, "drive": 15} for one in (1, 2, 3, 6)]
    for party in document["parties"][::3]:
        party["origin"] = rng.choice([STANDS, 2, 5])
        if party["dest"] == -1 and party["origin"] != STANDS:
            dest, cls = {2: (1, "ordinary"), 5: (4, "contact")}[party["origin"]]
            party |= {"dest": dest, "cls": cls}
    if tiny:
        document["rules"] = document["rules"] | {"horizon": 840, "max_drive": 100_000, "tick": 15}
        for one in document["crew"]:
            one["shift"] = [360, 780]
    problem, faults = read(document=document)
    assert problem is not None, faults
    return problem


def away(problem: TransportProblem) -> set[int]:
    return {one.id for one in problem.parties.values() if one.origin}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("scarce", [False, True])
def test_everybody_is_fetched_where_they_stand_or_the_reason_is_said(seed, scarce):
    problem = day(seed, parties=18, scarce=scarce)
    result = solve(problem=problem, seconds=0.15)
    assert check.breaches(problem=problem, plan=result.plan) == ()
    moved = {identity for trip in result.plan.trips for identity in trip.parties}
    told = {one.party for one in result.plan.unmoved}
    assert moved | told == set(problem.parties) and not moved & told
    assert all(one.because and one.remedy for one in result.plan.unmoved)
    assert 0 < result.bound <= result.cost.total + 1e-6
    if not scarce:
        assert len(away(problem) & moved) >= 0.7 * len(away(problem))


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_at_all_costs_less_than_the_bound(seed):
    problem = day(seed, parties=4 + seed % 2, scarce=seed % 2 == 1, tiny=True)
    result = solve(problem=problem, seconds=0.5)
    best = optimum(problem)
    assert result.bound <= best + 1e-6
    assert best <= result.cost.total + 1e-6


def test_whoever_stands_on_the_road_is_fetched_before_what_nobody_was_told_of():
    problem = day(2, parties=0)
    waits = {"id": 0, "flight": 0, "cls": "ordinary", "size": 6, "ready": 420, "rooms": 2, "dest": 1}
    document = write(problem=problem)
    document["parties"] = [waits, waits | {"id": 1}, waits | {"id": 2, "dest": 2, "origin": STANDS}]
    document["vehicles"] = [{"id": 0, "kind": "van", "window": [0, 1440]}]
    document["crew"] = [{"id": n, "role": role, "shift": [360, 1080]} for n, role in enumerate("SE")]
    whole, faults = read(document=document)
    assert whole is not None, faults
    before = solve(problem=replace(whole, parties={i: whole.parties[i] for i in (0, 1)}), seconds=0.0).plan
    assert before.trips[0].parties != (2,)
    after = solve(problem=whole, seconds=0.0, start=before).plan
    assert check.breaches(problem=whole, plan=after) == ()
    assert after.trips[0].parties == (2,) and after.trips[0].start_at == 395
    assert check.boards_at(problem=whole, trip=after.trips[0]) == 420
    assert {one for trip in after.trips for one in trip.parties} == {0, 1, 2}


@pytest.mark.parametrize("lack", ["escort", "driver"])
def test_what_would_let_a_vehicle_come_is_named_and_does(lack):
    document = write(problem=day(2, parties=0))
    waits = {"id": 0, "flight": 0, "cls": "ordinary", "size": 3, "ready": 420, "rooms": 2, "dest": 1}
    document["parties"] = [waits | {"origin": STANDS}]
    document["vehicles"] = [{"id": 0, "kind": "van", "window": [0, 1440]}]
    there = {"escort": "S", "driver": "E"}[lack]
    document["crew"] = [{"id": 0, "role": there, "shift": [360, 1080]}]
    problem, faults = read(document=document)
    assert problem is not None, faults
    (reason,) = solve(problem=problem, seconds=0.0).plan.unmoved
    more = {"escort": "one more escort", "driver": "one more licence-S driver"}[lack]
    assert (reason.code, reason.remedy) == (f"no-{lack}", f"{more} from 06:35 would move it")
    document["crew"].append({"id": 1, "role": {"escort": "E", "driver": "S"}[lack], "shift": [395, 1080]})
    problem, _ = read(document=document)
    assert problem is not None
    assert solve(problem=problem, seconds=0.0).plan.unmoved == ()


def test_planned_again_from_the_plan_in_force_its_trips_stay():
    for seed in range(4):
        problem = day(seed)
        before = solve(problem=problem, seconds=0.1).plan
        after = solve(problem=problem, seconds=0.0, start=before).plan
        assert {t for t in before.trips if away(problem).intersection(t.parties)} <= set(after.trips)


def test_the_arrays_of_the_search_refuse_another_beginning_by_name():
    with pytest.raises(Refused, match="transport-origin"):
        lay_out(problem=day(1))
    lay_out(problem=relax(day(1)))


def test_a_trip_from_elsewhere_as_a_pin_takes_its_vehicle_until_it_is_back():
    """The same rules on both sides: what the search believes of a pin is what the checker says of its trip."""
    for seed in range(4):
        problem = day(seed)
        plan = solve(problem=problem, seconds=0.0).plan
        trips = [trip for trip in plan.trips if away(problem).intersection(trip.parties)]
        assert trips

        pinned = replace(problem, pins=tuple(map(_pin, trips)))
        rest = replace(
            pinned,
            parties={
                i: p for i, p in pinned.parties.items() if not p.origin or any(i in t.parties for t in trips)
            },
        )
        layout, tick = lay_out(problem=rest), problem.rules.tick
        for trip in trips:
            crew_until, vehicle_until = check.end_of(problem=problem, trip=trip)
            for pools, who, until in (
                (layout.vehicles, trip.vehicle, vehicle_until),
                (layout.crew, trip.drivers[0], crew_until),
            ):
                row = next(n for n, members in enumerate(pools.members) if who in members)
                assert pools.used[row, trip.start_at // tick : until // tick].all()
                assert check.breaches(problem=problem, plan=Plan((trip,))) == ()


def test_ways_and_origins_survive_being_written():
    problem = day(3)
    assert read(document=json.loads(json.dumps(write(problem=problem)))) == (problem, ())
