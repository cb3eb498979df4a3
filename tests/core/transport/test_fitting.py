"""Trips kept one after the other: the same as if each were checked beside all that were kept before it."""

from dataclasses import replace
from random import Random

import pytest

from pratique.core.transport import check
from pratique.core.transport.fitting import Fitting
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import TransportProblem, read

from .days import invent


def any_trips(problem: TransportProblem, rng: Random) -> list[Trip]:
    """Trips of which many are in each other's way: few vehicles, people and places for them."""
    flight = {party.id: party for party in problem.parties.values()}
    found = []
    for _ in range(40):
        party = flight[rng.choice(sorted(flight))]
        vehicle = rng.choice(sorted(problem.vehicles))
        kind = problem.kinds[problem.vehicles[vehicle].kind]
        drivers = [one.id for one in problem.crew.values() if one.role == "L"]
        escorts = [one.id for one in problem.crew.values() if one.role == "E"]
        accepting = [p.id for p in problem.locations.values() if p.accepts == party.cls]
        dest = party.dest if party.dest > 0 else rng.choice(accepting)
        start = -(-(party.ready_at + rng.randrange(0, 300)) // problem.rules.tick) * problem.rules.tick
        crew = tuple(rng.sample(drivers, kind.drivers)), tuple(rng.sample(escorts, kind.escorts))
        found.append(Trip(start, vehicle, dest, (party.id,), *crew))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_is_what_fits_beside_all_that_was_kept_before(seed):
    rng = Random(seed)
    problem, faults = read(document=invent(seed))
    assert problem is not None, faults
    wide = {name: replace(one, disinfect_minutes=30) for name, one in problem.kinds.items()}
    problem = replace(problem, kinds=wide)
    fitting, kept, in_the_way = Fitting(problem), [], 0
    trips = any_trips(problem, rng)
    for trip in trips:
        beside_all = check.breaches(problem=problem, plan=Plan((*kept, trip)))
        assert bool(fitting.keep(trip)) == bool(beside_all)
        alone = check.breaches(problem=problem, plan=Plan((trip,)))
        in_the_way += bool(beside_all) and not alone
        if not beside_all:
            kept.append(trip)
    assert list(fitting.kept) == kept
    assert kept and in_the_way
    at_once = Fitting(problem)
    assert at_once.keep_each(trips[:5]) + at_once.keep_each(trips[5:]) == kept
    assert list(at_once.kept) == kept


def test_facts_are_kept_whatever_is_in_their_way():
    problem, _ = read(document=invent(1))
    assert problem is not None
    trip = any_trips(problem, Random(1))[0]
    fitting = Fitting(problem)
    fitting.keep_all([trip, trip])
    assert fitting.kept == (trip, trip)
    assert "transport-party-twice" in {one.code for one in fitting.keep(replace(trip, start_at=0))}
