"""Wheelchairs, child seats, guardians and languages are hard rules of every plan; whoever finds no trip has a reason."""

import copy
from dataclasses import replace
from random import Random

import pytest

from core.transport.days import invent
from pratique.core.transport import check
from pratique.core.transport.problem import TransportProblem, read
from pratique.engines.transport.needs import relax
from pratique.engines.transport.solve import solve

SEEDS = range(16)


def day(seed: int, *, scarce: bool = False, served: bool = True) -> TransportProblem:
    """An invented day on which every third party needs something; `served`: there are means for each need."""
    rng, document = Random(seed), copy.deepcopy(invent(seed, parties=18, scarce=scarce))
    if served:
        document["kinds"]["van"] |= {"wheelchairs": 1, "child_seats": 2}
        document["kinds"]["bus"] |= {"wheelchairs": 2, "child_seats": 1}
        for member in document["crew"]:
            if member["role"] == "E":
                member["languages"] = rng.sample(["th", "my", "lo"], 2)
    for party in document["parties"]:
        need = rng.choice(["wheelchairs", "child_seats", "languages", "", "", ""])
        if party["cls"] == "case" and rng.random() < 0.5:
            party |= {"size": 2, "companions": 1}
        elif need == "languages":
            party["languages"] = [rng.choice(["th", "my", "lo"])]
        elif need and party["cls"] != "case":
            party[need] = rng.randint(1, min(2, party["size"]))
    problem, faults = read(document=document)
    assert problem is not None, faults
    return problem


def needy(problem: TransportProblem) -> set[int]:
    return {
        one.id
        for one in problem.parties.values()
        if one.wheelchairs or one.child_seats or one.companions or one.languages
    }


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scarce", [False, True])
def test_every_need_is_met_by_every_plan_or_the_reason_is_said(seed, scarce):
    problem = day(seed, scarce=scarce)
    result = solve(problem=problem, seconds=0.2)
    assert check.breaches(problem=problem, plan=result.plan) == ()
    moved = {identity for trip in result.plan.trips for identity in trip.parties}
    told = {one.party for one in result.plan.unmoved}
    assert moved | told == set(problem.parties) and not moved & told
    assert result.bound <= result.cost.total + 1e-6
    assert result.cost.total == pytest.approx(check.cost(problem=problem, plan=result.plan).total)
    assert all(one.because and one.remedy for one in result.plan.unmoved)
    if not scarce:
        assert len(needy(problem) & moved) >= 0.7 * len(needy(problem))


def test_a_plan_made_without_the_needs_breaks_them():
    broken = set()
    for seed in SEEDS:
        problem = day(seed)
        plain = solve(problem=relax(problem), seconds=0.05).plan
        broken |= {one.code for one in check.breaches(problem=problem, plan=plain)}
    assert {"transport-wheelchairs", "transport-child-seats", "transport-language"} <= broken


@pytest.mark.parametrize("seed", range(4))
def test_where_nothing_meets_a_need_it_is_named_with_its_remedy(seed):
    problem = day(seed, served=False)
    result = solve(problem=problem, seconds=0.1)
    said = {one.party: one for one in result.plan.unmoved}
    codes = {"wheelchairs": "no-wheelchairs", "child_seats": "no-child-seats", "languages": "no-language"}
    for party in problem.parties.values():
        wanted = [code for field, code in codes.items() if getattr(party, field)]
        if wanted:
            assert said[party.id].code == wanted[0]
            assert "bring" in said[party.id].remedy


def test_the_remedy_that_is_named_moves_the_party():
    problem = day(1, served=False)
    lonely = next(one for one in problem.parties.values() if one.languages and not one.companions)
    escorts = {i: replace(one, languages=lonely.languages) for i, one in problem.crew.items()}
    result = solve(problem=replace(problem, crew=escorts), seconds=0.1)
    assert lonely.id in {identity for trip in result.plan.trips for identity in trip.parties}


@pytest.mark.parametrize("seed", range(6))
def test_planned_again_from_a_plan_in_force_its_trips_stay(seed):
    problem = day(seed)
    before = solve(problem=problem, seconds=0.1).plan
    after = solve(problem=problem, seconds=0.0, start=before).plan
    assert check.breaches(problem=problem, plan=after) == ()
    of_needy = {trip for trip in before.trips if needy(problem).intersection(trip.parties)}
    assert of_needy <= set(after.trips)


def test_without_needs_the_plan_is_the_same_to_the_last_trip():
    problem, _ = read(document=invent(3))
    assert problem is not None
    assert relax(problem) == problem
    assert solve(problem=problem, seconds=0.0).plan == solve(problem=relax(problem), seconds=0.0).plan
