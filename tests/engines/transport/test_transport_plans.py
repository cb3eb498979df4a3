"""Plans of invented days: without a breach, no worse than by hand, and never below what is proven.

No claim depends on how fast the machine is: a search goes on until it is as good as claimed, or is stopped when it
has nothing more to show.
"""

import re
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from core.transport.days import invent
from pratique.core.transport import change, check
from pratique.core.transport.plan import Plan
from pratique.core.transport.problem import Pin, TransportProblem, read
from pratique.engines.transport import greedy, table_kernel
from pratique.engines.transport.assign import assign, loads_of
from pratique.engines.transport.bound import Bound
from pratique.engines.transport.branch import Tree
from pratique.engines.transport.columns import Dual, Pricer
from pratique.engines.transport.dive import Dive, complete
from pratique.engines.transport.fixing import Fixing
from pratique.engines.transport.layout import lay_out
from pratique.engines.transport.master import Master
from pratique.engines.transport.packing import Packer
from pratique.engines.transport.replan import replan
from pratique.engines.transport.solve import solve

from .exact import optimum


def day(seed: int, **how) -> TransportProblem:
    problem, faults = read(document=invent(seed, **how))
    assert problem is not None, faults
    return problem


def tiny(seed: int) -> TransportProblem:
    document = invent(seed, flights=2, parties=4 + seed % 3, scarce=seed % 2 == 1)
    document["rules"] = document["rules"] | {"horizon": 840, "max_drive": 100_000, "tick": 15}
    for one in document["crew"]:
        one["shift"] = [360, 780]
    problem, faults = read(document=document)
    assert problem is not None, faults
    return problem


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_cheaper_than_the_bound_and_ours_is_no_better_than_the_optimum(seed):
    problem = tiny(seed)
    best = optimum(problem)
    result = solve(problem=problem, seconds=1.0)
    assert result.bound <= best + 1e-6
    assert best <= result.cost.total + 1e-6
    prover = Bound(layout=lay_out(problem=problem))
    for _ in range(400):
        prover.step(target=best)
        assert prover.best <= best + 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_no_case_of_a_day_proves_more_than_the_optimum_and_together_they_prove_no_less_than_the_whole(seed):
    problem = tiny(seed)
    best = optimum(problem)
    prover = Bound(layout=lay_out(problem=problem))
    for _ in range(400):
        prover.step(target=best)
    whole = prover.best
    tree = Tree(bound=prover, halted=lambda: False)
    for _ in range(12):
        if not tree.done:
            tree.step(target=best + 1e-3)
        assert whole <= tree.best <= best + 2e-3


@pytest.mark.parametrize("seed", range(6))
def test_a_schedule_of_whole_parties_to_one_place_costs_what_it_was_priced_at(seed):
    layout = lay_out(problem=day(seed, flights=2, parties=30))
    pricer = Pricer(layout=layout, whole=True, merged=False)
    random = np.random.default_rng(seed)
    spare = np.concatenate((layout.vehicles.used, layout.crew.used)).shape
    first, last = pricer.queues.sets.T
    pricer.open_only((first == last) & (first != table_kernel.ANYWHERE))
    for _ in range(5):
        dual = Dual(random.uniform(0, 3, spare), random.uniform(0, 30, len(layout.places)))
        _, columns = pricer.price(dual=dual)
        for column, price in zip(columns, pricer.prices_found(), strict=True):
            cost = column.cost + (dual.pool * column.use).sum() + dual.room @ column.rooms
            priced = cost - pair_shared(layout, pricer, column)
            # A set without rooms for all leaves somebody, which its price says and its schedule does not.
            assert priced == pytest.approx(price, rel=1e-6) or price == layout.problem.weights.unmoved


def pair_shared(layout, pricer, column) -> float:
    """What a column counts of a pair's cost beyond its queue's share of it."""
    row = pricer.queues.queue[column.queue]
    priced = {
        int(pricer.queues.places[entry]): float(pricer.queues.pair[row[table_kernel.SET_FROM] + number])
        for number, entry in enumerate(range(row[table_kernel.PLACE_FROM], row[table_kernel.PLACE_TO]))
    }
    flight = int(row[table_kernel.QUEUE_FLIGHT])
    full = layout.problem.weights.pair
    return sum((0.0 if layout.pair_free[flight, place] else full) - priced[place] for place in column.places)


@pytest.mark.parametrize("seed", range(4))
def test_places_that_another_beats_are_left_out_without_a_change_of_price(seed):
    layout = lay_out(problem=day(seed, flights=2, parties=30))
    spare = np.concatenate((layout.vehicles.used, layout.crew.used)).shape
    random = np.random.default_rng(seed)
    for _ in range(3):
        dual = Dual(random.uniform(0, 2, spare), random.choice([0.0, 0.0, 5.0, 20.0], len(layout.places)))
        pricer = Pricer(layout=layout, whole=False, merged=True)
        value, _ = pricer.price(dual=dual)
        alone = []
        for kept in range(int(np.diff(pricer.queues.queue[:, 7:9]).max())):
            other = Pricer(layout=layout, whole=False, merged=True)
            first, after = (
                other.queues.queue[:, table_kernel.SET_FROM],
                other.queues.queue[:, table_kernel.SET_TO],
            )
            which = np.zeros(len(other.queues.sets), np.bool_)
            which[np.minimum(first + kept, after - 1)] = True
            other.open_only(which)
            other.price(dual=dual)
            alone.append(other.prices_found())
        assert value == pytest.approx(np.min(alone, axis=0).sum(), rel=1e-5)


_MEND_SECONDS = 60.0
PATIENCE_SECONDS = 120.0


def solve_until(problem: TransportProblem, *, objective: float):
    """Plan until the objective is reached, however long that takes on a busy machine."""
    stop = threading.Event()

    def hear(progress):
        if progress.objective <= objective:
            stop.set()

    return solve(problem=problem, seconds=PATIENCE_SECONDS, stop=stop, tell=hear)


def solve_a_while(problem: TransportProblem):
    """Plan with every holding time of the hand dispatch, then search for a moment."""
    stop = threading.Event()
    later = threading.Timer(1.0, stop.set)
    later.start()
    try:
        return solve(problem=problem, seconds=PATIENCE_SECONDS, stop=stop)
    finally:
        later.cancel()


@pytest.mark.parametrize("seed", range(6))
def test_a_tiny_day_is_planned_at_its_optimum(seed):
    problem = tiny(seed)
    best = optimum(problem)
    assert solve_until(problem, objective=1.02 * best).cost.total == pytest.approx(best, rel=0.02)


@pytest.mark.parametrize("scarce", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_a_plan_breaks_no_rule_and_is_no_worse_than_by_hand(seed, scarce):
    problem = day(100 + seed, flights=3, parties=40, scarce=scarce)
    result = solve_a_while(problem)
    assert check.breaches(problem=problem, plan=result.plan) == ()
    assert result.bound <= result.cost.total + 1e-6
    layout = lay_out(problem=problem)
    for hold in greedy.HOLDS_MINUTES:
        plan, left = assign(layout=layout, loads=greedy.dispatch(layout=layout, hold_minutes=hold))
        assert not left
        assert check.breaches(problem=problem, plan=plan) == ()
        assert result.cost.total <= check.cost(problem=problem, plan=plan).total + 1e-6


@pytest.mark.parametrize("seed", range(6))
def test_parties_packed_into_what_is_cheapest_for_persons_all_go_and_never_cost_less_than_that(seed):
    layout = lay_out(problem=day(seed, flights=3, parties=60))
    packer, persons = Packer(layout=layout), Pricer(layout=layout, whole=False, merged=False)
    random = np.random.default_rng(seed)
    spare = np.concatenate((layout.vehicles.used, layout.crew.used)).shape
    packed = 0
    for _ in range(5):
        dual = Dual(random.uniform(0, 3, spare), random.uniform(0, 30, len(layout.places)))
        persons.price(dual=dual)
        floor = persons.prices_found()
        for column in packer.price(dual=dual)[1]:
            packed += 1
            riders = [one for load in column.loads for one in load.parties]
            assert sorted(riders) == sorted(persons.members[column.queue])
            for load in column.loads:
                those = list(load.parties)
                assert layout.size[those].sum() <= layout.capacity[layout.group_class[load.group], load.kind]
                assert layout.ready[those].max() <= load.start
            cost = column.cost + (dual.pool * column.use).sum() + dual.room @ column.rooms
            if (column.rooms <= layout.rooms_left).all():
                assert cost >= floor[column.queue] - 1e-3
    assert packed > 10


@pytest.mark.parametrize("seed", [3])
def test_whoever_a_dive_leaves_out_is_found_a_way_and_nobody_else_is_lost(seed):
    layout = lay_out(problem=day(100 + seed, flights=3, parties=40))
    prover = Bound(layout=layout)
    for _ in range(200):
        prover.step(target=1e6)
    dive = Dive(layout=layout, halted=lambda: False)
    dive.pack()
    for dual in prover.trail[:40]:
        dive.learn(dual)
    dived = dive.plan(center=prover.center)
    # The first is lost, so that there is always somebody to find a way for.
    some = dived[1:]
    mended = dive.mend(
        center=prover.center, columns=some, random=np.random.default_rng(seed), seconds=_MEND_SECONDS
    )
    assert sorted(column.queue for column in mended) == list(range(len(dive.pricer.members)))
    nowhere = layout.problem.weights.unmoved
    lost = sum(
        nowhere * layout.size[dive.pricer.members[q]].sum()
        for q in {c.queue for c in mended} - {c.queue for c in some}
    )
    assert sum(column.cost for column in mended) < sum(column.cost for column in some) + lost
    plan, left = assign(layout=layout, loads=[load for column in mended for load in column.loads])
    assert not left
    assert check.breaches(problem=layout.problem, plan=plan) == ()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_dive_fixes_first_the_rooms_kept_for_the_others_stay_theirs(seed):
    random = np.random.default_rng(seed)
    layout = lay_out(problem=day(200 + seed, flights=4, parties=60, scarce=True))
    pricer = Pricer(layout=layout, whole=True, merged=False)
    master = Master(pricer=pricer)
    every = np.ones(len(pricer.members), np.bool_)
    spare = master.spare.shape
    for _ in range(30):
        dual = Dual(random.uniform(0, 3, spare), random.uniform(0, 30, len(layout.places)))
        for column in pricer.price(dual=dual)[1]:
            master.add(column)
    kept = [master.columns[n] for n in master.whole(dual, master.rooms, every, 5.0)]
    kept = [column for column in kept if column.loads]
    fixing = Fixing(master, ())
    fixing.reserve(kept)
    fixed = 0
    while fixing.fix_surest(
        random.random(len(master.columns)), 1, np.full(len(every), np.inf), np.ones(len(every))
    ):
        fixed += 1
        free = [column for column in kept if fixing.free[column.queue]]
        assert (sum(column.rooms for column in free) <= fixing.rooms + 1e-6).all()
        assert (fixing.left >= -1e-6).all()
    assert fixed > 2


@pytest.mark.parametrize(
    ("seed", "scarce"),
    [(0, False), (1, True), *(pytest.param(n, n > 3, marks=pytest.mark.slow) for n in range(2, 6))],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_dive_completed_by_hand_breaks_no_rule_and_moves_more_people(seed, scarce, packed):
    problem = day(100 + seed, flights=3, parties=40, scarce=scarce)
    layout = lay_out(problem=problem)
    prover = Bound(layout=layout)
    for _ in range(200):
        prover.step(target=1e6)
    assert prover.ready
    dive = Dive(layout=layout, halted=lambda: False)
    if packed:
        dive.pack()
    for dual in prover.trail[:40]:
        dive.learn(dual)
    columns = dive.plan(center=prover.center)
    # The last with loads is lost, so that there is always somebody to dispatch by hand.
    lost = max((n for n, column in enumerate(columns) if column.loads), default=0)
    columns = columns[:lost] + columns[lost + 1 :]
    dived, _ = assign(layout=layout, loads=[load for column in columns for load in column.loads])
    completed, left = assign(layout=layout, loads=complete(layout=layout, columns=columns))
    assert not left
    assert check.breaches(problem=problem, plan=completed) == ()
    cost = check.cost(problem=problem, plan=completed).total
    assert prover.best <= cost < check.cost(problem=problem, plan=dived).total


def test_everybody_is_on_a_trip_or_has_a_reason_with_a_remedy():
    problem = day(7, flights=3, parties=60, scarce=True)
    plan = solve(problem=problem, seconds=0.5).plan
    moved = {party for trip in plan.trips for party in trip.parties}
    reasons = {one.party: one for one in plan.unmoved}
    assert reasons
    assert moved | set(reasons) == set(problem.parties)
    assert not moved & set(reasons)
    assert all(one.because and one.remedy for one in reasons.values())


def _reason_for(document, party):
    problem, faults = read(document=document)
    assert problem is not None, faults
    plan = solve(problem=problem, seconds=0.2).plan
    assert all(party not in trip.parties for trip in plan.trips)
    return next(one for one in plan.unmoved if one.party == party)


def test_a_party_larger_than_any_vehicle_stays_with_a_reason_that_says_so():
    document = invent(9)
    document["parties"][0] |= {"cls": "ordinary", "dest": -1, "size": 400, "rooms": 1}
    told = _reason_for(document, 0)
    assert told.code == "party-too-large" and "400 persons must stay together" in told.because
    assert "split" in told.remedy


def test_a_class_that_no_vehicle_may_carry_stays_with_a_reason_that_says_so():
    document = invent(9)
    document["parties"][0] |= {"cls": "contact", "dest": -1, "size": 1, "rooms": 1}
    document["classes"] = document["classes"] | {"contact": {"kinds": [], "cap": {}}}
    told = _reason_for(document, 0)
    assert told.code == "no-vehicle-kind" and "contact" in told.because and told.remedy


def test_planning_stops_when_told_and_keeps_what_it_has():
    problem = day(8, flights=3, parties=60)
    stop = threading.Event()
    began = time.monotonic()
    heard = []
    threading.Timer(0.5, stop.set).start()
    result = solve(problem=problem, seconds=PATIENCE_SECONDS, stop=stop, tell=heard.append)
    assert time.monotonic() - began < PATIENCE_SECONDS / 4
    assert heard
    assert check.breaches(problem=problem, plan=result.plan) == ()


def test_who_watches_a_search_may_have_its_best_plan_drawn_and_stop_it(monkeypatch):
    monkeypatch.setattr("pratique.engines.transport.solve.WATCH_SECONDS", 0.05)
    problem = day(8, flights=3, parties=60)
    stop = threading.Event()
    seen = []

    def watch(moment):
        drawn = moment.draw()
        seen.append((moment.progress, drawn))
        if len(seen) == 3:
            stop.set()

    result = solve(problem=problem, seconds=PATIENCE_SECONDS, stop=stop, watch=watch)
    assert len(seen) == 3
    for progress, drawn in seen:
        assert check.breaches(problem=problem, plan=drawn.plan) == ()
        assert check.cost(problem=problem, plan=drawn.plan).total == drawn.cost.total
        assert progress.bound <= drawn.cost.total
        riding = {party for trip in drawn.plan.trips for party in trip.parties}
        assert riding | {one.party for one in drawn.plan.unmoved} == set(problem.parties)
    assert result.cost.total <= seen[-1][1].cost.total + 1e-6


def test_a_pinned_trip_is_in_every_plan():
    problem = day(9, flights=2, parties=30)
    first = solve(problem=problem, seconds=0.0).plan
    from_plan = first.trips[len(first.trips) // 2]
    document = invent(9, flights=2, parties=30)
    document["pins"] = [
        {
            "vehicle": from_plan.vehicle,
            "start": from_plan.start_at + 10,
            "dest": from_plan.dest,
            "parties": list(from_plan.parties),
            "drivers": list(from_plan.drivers),
            "escorts": list(from_plan.escorts),
        }
    ]
    pinned, faults = read(document=document)
    assert pinned is not None, faults
    result = solve(problem=pinned, seconds=1.0)
    assert check.breaches(problem=pinned, plan=result.plan) == ()
    assert any(trip.start_at == from_plan.start_at + 10 for trip in result.plan.trips)
    assert result.bound <= result.cost.total


def driver_out(seed: int):
    """A plan by hand dispatch, and what is to be planned after a driver of one of its trips has gone."""
    problem = day(40 + seed, flights=3, parties=40)
    base = solve(problem=problem, seconds=0.0).plan
    some = sorted(base.trips)[len(base.trips) // 3]
    out = change.Change("crew_out", some.drivers[0])
    again = change.apply(
        problem=problem, base=base, changes=[out], now_at=some.start_at - 10, keep_minutes=20
    )
    assert again.because
    return base, again


def whole(trips):
    return {(one.start_at, one.vehicle, one.dest, one.drivers, one.escorts) for one in trips}


@pytest.mark.parametrize("seed", range(8))
def test_with_a_driver_out_every_trip_that_could_stay_keeps_vehicle_crew_start_and_place(seed):
    base, again = driver_out(seed)
    answer = replan(replanning=again, base=base, seconds=0.0)
    assert check.breaches(problem=again.problem, plan=answer.result.plan) == ()
    assert whole(again.kept.trips) <= whole(answer.result.plan.trips)
    assert {one.party for one in answer.diff.changes if one.before is not None} <= set(again.because)


@pytest.mark.parametrize("seed", [16, 20, 52, 56])
def test_one_trip_changes_crew_where_a_new_trip_would_go_without(seed):
    base, again = driver_out(seed)
    plan = replan(replanning=again, base=base, seconds=0.0).result.plan
    assert check.breaches(problem=again.problem, plan=plan) == ()
    assert len(whole(again.kept.trips) - whole(plan.trips)) == 1
    layout = lay_out(problem=again.problem)
    loads = greedy.dispatch(layout=layout, hold_minutes=0, keep=loads_of(layout=layout, plan=again.kept))
    _, left = assign(layout=layout, loads=loads, prefer=again.kept)
    assert not left


def test_a_day_without_anybody_costs_nothing():
    document = invent(1, parties=0)
    problem, _ = read(document=document)
    assert problem is not None
    result = solve(problem=problem, seconds=1.0)
    assert result.plan == Plan((), ())
    assert result.cost.total == result.bound == 0.0


def with_remedy(document, remedy: str, problem: TransportProblem):
    """The day with what a remedy asks for."""
    what, rest = remedy.split(" from ")
    hour, minute = rest.split(" ")[0].split(":")
    window = [int(hour) * 60 + int(minute), problem.rules.horizon]
    for word in what.split(" and "):
        number, _, title = word.split(" ", 2)
        name = title if title in problem.kinds or title[0] in "le" else title.removesuffix("s")
        for _ in range(1 if number == "one" else int(number)):
            if name in problem.kinds:
                more = {"id": len(document["vehicles"]), "kind": name, "window": window}
                document["vehicles"].append(more)
            else:
                role = {"l": name[8:9], "e": "E"}[name[0]]
                document["crew"].append({"id": len(document["crew"]), "role": role, "shift": window})
    return document


def dispatch_by_hand(problem: TransportProblem, plan: Plan) -> list[Plan]:
    """A plan's trips as they are, and everybody else dispatched by hand beside them, with several holding times."""
    pins = tuple(
        Pin(one.vehicle, one.start_at, one.dest, one.parties, one.drivers, one.escorts) for one in plan.trips
    )
    problem = replace(problem, pins=pins)
    layout = lay_out(problem=problem)
    loads = [greedy.dispatch(layout=layout, hold_minutes=hold) for hold in greedy.HOLDS_MINUTES]
    found = [assign(layout=layout, loads=one)[0] for one in loads]
    assert all(check.breaches(problem=problem, plan=one) == () for one in found)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_remedy_of_a_group_moves_as_many_of_it_as_it_says_and_one_less_does_not(seed, monkeypatch):
    monkeypatch.setattr("pratique.engines.transport.solve._REMEDIES_LEAST", PATIENCE_SECONDS)

    def make():
        return invent(seed, flights=2, parties=30, scarce=True)

    problem, _ = read(document=make())
    assert problem is not None
    plan = solve(problem=problem, seconds=0.0).plan
    groups: dict[tuple[str, str], list[int]] = {}
    for one in plan.unmoved:
        groups.setdefault((problem.parties[one.party].cls, one.remedy), []).append(one.party)
    for (_, remedy), parties in groups.items():
        if " from " not in remedy:
            continue
        heads = sum(problem.parties[one].size for one in parties)
        promised = re.search(r"would move (?:(\d+) of )?these (\d+)$", remedy)
        assert promised or (remedy.endswith("would move it") and len(parties) == 1)
        assert promised is None or int(promised[2]) == heads
        wanted = int(promised[1]) if promised and promised[1] else heads

        def count(words, parties=parties):
            document = with_remedy(make(), words, problem)
            others = {one.party for one in plan.unmoved} - set(parties)
            document["parties"] = [row for row in document["parties"] if row["id"] not in others]
            mended, faults = read(document=document)
            assert mended is not None, faults
            riding = [
                {party for trip in one.trips for party in trip.parties}
                for one in dispatch_by_hand(mended, plan)
            ]
            return max(sum(mended.parties[one].size for one in parties if one in those) for those in riding)

        assert count(remedy) >= wanted, (seed, remedy)
        if wanted == 0:  # it says that this would not be enough
            continue
        what, rest = remedy.split(" from ")
        for word in what.split(" and "):
            number, _, name = word.split(" ", 2)
            fewer = "0" if number == "one" else str(int(number) - 1)
            less = what.replace(word, f"{fewer} more {name}")
            assert count(f"{less} from {rest}") < wanted, (seed, remedy, less)


@pytest.mark.parametrize("seed", range(8))
def test_a_search_leaves_nobody_for_whom_there_is_a_vehicle_and_a_crew(seed):
    problem, _ = read(document=invent(seed, flights=3, parties=60, scarce=True))
    assert problem is not None
    plan = solve(problem=problem, seconds=0.4).plan
    assert "costlier" not in {one.code for one in plan.unmoved}
    layout = lay_out(problem=problem)
    kept = loads_of(layout=layout, plan=plan)
    more = greedy.dispatch(layout=layout, hold_minutes=0, keep=kept)
    filled = assign(layout=layout, loads=more, prefer=plan)[0]
    assert check.cost(problem=problem, plan=filled).total >= check.cost(problem=problem, plan=plan).total


def test_rooms_that_are_missing_are_counted_for_the_group_and_move_it():
    document = invent(3, flights=1, parties=12)
    for row in document["locations"]:
        if row["kind"] == "facility":
            row["rooms"] = 0
    problem, _ = read(document=document)
    assert problem is not None
    plan = solve(problem=problem, seconds=0.0).plan
    short = [
        one for one in plan.unmoved if one.code == "no-rooms" and problem.parties[one.party].cls == "ordinary"
    ]
    assert len(short) > 1 and len({one.remedy for one in short}) == 1
    found = re.fullmatch(
        r"find (\d+) more rooms at (\d+) for ordinary: would move (?:(\d+) of )?these (\d+)", short[0].remedy
    )
    assert found is not None and int(found[4]) == sum(problem.parties[one.party].size for one in short)
    nearest = min(
        (row for row in document["locations"] if row.get("accepts") == "ordinary"),
        key=lambda row: (row["drive"], row["id"]),
    )
    assert nearest["id"] == int(found[2])
    nearest["rooms"] = int(found[1])
    mended, _ = read(document=document)
    assert mended is not None
    moved = [
        sum(
            problem.parties[one.party].size
            for one in short
            for trip in plan.trips
            if one.party in trip.parties
        )
        for plan in dispatch_by_hand(mended, plan)
    ]
    assert max(moved) >= int(found[3] or found[4])


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_whoever_has_driven_as_long_as_they_may_is_given_no_trip_and_others_carry_everybody_they_can(seconds):
    problem = day(3)
    tired = {
        who: replace(one, driven=problem.rules.max_drive) if who % 2 == 0 and one.role != "E" else one
        for who, one in problem.crew.items()
    }
    plan = solve(problem=replace(problem, crew=tired), seconds=seconds).plan
    drivers = {who for trip in plan.trips for who in trip.drivers}
    assert drivers and all(who % 2 for who in drivers)


def test_a_plan_by_hand_leaves_whoever_nobody_may_drive_any_more_and_breaks_no_rule():
    problem = day(3)
    worn = {who: replace(one, driven=problem.rules.max_drive - 5) for who, one in problem.crew.items()}
    plan = solve(problem=replace(problem, crew=worn), seconds=0.0).plan
    assert plan.trips == () and len(plan.unmoved) == len(problem.parties)
    assert {one.code for one in plan.unmoved} == {"no-driver"}
    assert all("more licence-" in one.remedy for one in plan.unmoved)
