"""Transport: ours beside hand dispatch, OR-Tools routing and VROOM, on the same instances in one run.

Routing libraries carry pre-built loads (those of the best hand dispatch): they choose vehicle, order and start; crews are then found
by the clock, and a load without a crew is left to hand dispatch. VROOM knows no price of waiting, so that it is asked again and again
with wider windows after each load is ready, and its best answer counts. Every plan passes the core's checker.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks import days
from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.core.transport.plan import Plan
from pratique.core.transport.problem import TransportProblem, read
from pratique.engines.transport import greedy
from pratique.engines.transport.assign import assign
from pratique.engines.transport.fleet import Fleet, Load
from pratique.engines.transport.layout import Layout, lay_out
from pratique.engines.transport.prepare import prepare
from pratique.engines.transport.solve import solve

_LATEST_MINUTES = (0, 10, 20, 30, 45, 60, 90, 120, 180, 240, 480)


@dataclass(frozen=True, slots=True)
class Found:
    """A method's plan, and the seconds after which it had its first and its best one."""

    plan: Plan
    first: float
    best: float


@dataclass(frozen=True, slots=True)
class Row:
    """What one method reached on one instance; seconds to its first and best plan."""

    instance: str
    method: str
    objective: float
    first: float
    best: float


def main(argv: Sequence[str]) -> int:
    """Run every method on every instance and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks transport")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--instances", type=Path, nargs="+", default=[], help="problem files")
    parser.add_argument("--days", type=int, default=0, help="so many generated days of the drill besides")
    parser.add_argument("--scale", type=float, default=1.0, help="how busy the generated days are")
    parser.add_argument("--methods", nargs="+", default=["greedy", "vroom", "or-tools", "ours"])
    options = parser.parse_args(argv)
    prepare(tell=lambda: print("compiling, once"))
    print(
        f"{'instance':<10} {'method':<10} {'objective':>12} {'bound':>10} {'gap':>8} {'first s':>8} {'best s':>8}"
    )
    for problem in _list_problems(options):
        rows, bound = _measure(problem, options.seconds, options.methods)
        for row in rows:
            gap = f"{row.objective / bound - 1:.2%}" if bound > 0 else "-"
            print(
                f"{row.instance:<10} {row.method:<10} {row.objective:>12,.0f} {bound:>10,.0f} {gap:>8} "
                f"{row.first:>8.2f} {row.best:>8.2f}",
                flush=True,
            )
    return 0


def _list_problems(options: argparse.Namespace) -> Iterator[TransportProblem]:
    """The given files, then the generated days. Raises SystemExit for a file that is none."""
    for path in options.instances:
        problem, faults = read(document=json.loads(path.read_text(encoding="utf-8")))
        if problem is None:
            raise SystemExit(f"{path}: {faults[0].where}: {faults[0].message}")
        yield problem
    for number in range(options.days):
        yield days.generate(number=number, scale=options.scale)


def _measure(problem: TransportProblem, seconds: float, methods: Sequence[str]) -> tuple[list[Row], float]:
    try:
        layout = lay_out(problem=problem)
    except Refused as refused:  # the arrays that rivals work on have one beginning of every trip
        raise SystemExit(f"{problem.name}: the rivals cannot plan it: {refused}") from None
    rows, bound = [], 0.0
    rivals: dict[str, Callable[[], Found]] = {
        "greedy": lambda: _best_of(layout, (plan for plan, _ in _by_hand(layout))),
        "vroom": lambda: _best_of(layout, _vroom(layout, seconds)),
        "or-tools": lambda: _or_tools(layout, seconds),
    }
    for name in methods:
        if name == "ours":
            result = solve(problem=problem, seconds=seconds)
            bound = result.bound
            found = Found(result.plan, result.first_seconds, result.best_seconds)
        else:
            found = rivals[name]()
        if breaches := check.breaches(problem=problem, plan=found.plan):
            raise SystemExit(f"{problem.name}: {name} breaks a rule: {breaches[0]}")
        objective = check.cost(problem=problem, plan=found.plan).total
        rows.append(Row(problem.name, name, objective, found.first, found.best))
    return rows, bound


def _best_of(layout: Layout, plans: Iterator[Plan]) -> Found:
    """The cheapest of some plans, timed as they come."""
    began = time.monotonic()
    first, best, cheapest = 0.0, 0.0, float("inf")
    chosen = Plan(())
    for plan in plans:
        now = time.monotonic() - began
        first = first or now
        cost = check.cost(problem=layout.problem, plan=plan).total
        if cost < cheapest:
            cheapest, chosen, best = cost, plan, now
    return Found(chosen, first, best)


def _by_hand(layout: Layout) -> Iterator[tuple[Plan, tuple[Load, ...]]]:
    """Hand dispatch by each of the holding times."""
    for hold in greedy.HOLDS_MINUTES:
        loads = greedy.dispatch(layout=layout, hold_minutes=hold)
        yield assign(layout=layout, loads=loads)[0], loads


def _loads(layout: Layout) -> tuple[Load, ...]:
    """The loads of the cheapest hand dispatch."""
    return min(_by_hand(layout), key=lambda one: check.cost(problem=layout.problem, plan=one[0]).total)[1]


def _routed(layout: Layout, wanted: Sequence[Load]) -> Plan:
    """A plan from wanted starts: each load starts then or as soon after as a vehicle and a crew are free."""
    fleet = Fleet(layout)
    kept: list[Load] = []
    for load in sorted(wanted, key=lambda one: one.start):
        latest = layout.ticks - int(layout.vehicle_ticks[load.kind, load.place])
        for start in range(load.start, latest + 1):
            found = fleet.find(kind=load.kind, place=load.place, start=start)
            if found is not None and fleet.rooms_left[load.place] >= sum(
                layout.rooms[one] for one in load.parties
            ):
                placed = replace(load, start=start, vehicle=found[0], crew=found[1])
                fleet.take(placed)
                kept.append(placed)
                break
    rest = greedy.dispatch(layout=layout, hold_minutes=20, keep=kept)
    return assign(layout=layout, loads=rest)[0]


def _ready(layout: Layout, load: Load) -> int:
    return int(max(layout.ready[one] for one in load.parties))


def _persons(layout: Layout, load: Load) -> int:
    return int(sum(layout.size[one] for one in load.parties))


def _vroom(layout: Layout, seconds: float) -> Iterator[Plan]:
    """Plans for wider and wider windows of starting, within the time."""
    loads, end_at = _loads(layout), time.monotonic() + seconds
    for latest in _LATEST_MINUTES:
        left = end_at - time.monotonic()
        if left <= 0:
            return
        yield _routed(layout, _vroom_starts(layout, loads, latest, left))


def _vroom_starts(layout: Layout, loads: Sequence[Load], latest: int, seconds: float) -> list[Load]:
    """Each load a job at the airport that takes its vehicle's whole absence and starts at most `latest` minutes after
    it is ready; vehicles by kind through skills. A load that found no vehicle in time keeps its start by hand.
    """
    tick, held = layout.problem.rules.tick * 60, latest // layout.problem.rules.tick
    routing = vroom.Input()
    routing.set_durations_matrix(profile="car", matrix_input=[[0]])
    kinds = {name: number for number, name in enumerate(layout.kinds)}
    price = vroom.VehicleCosts(fixed=round(layout.problem.weights.vehicle))
    for one in layout.problem.vehicles.values():
        window = vroom.TimeWindow(one.from_at * 60, one.until_at * 60)
        routing.add_vehicle(
            vroom.Vehicle(one.id, start=0, end=0, skills={kinds[one.kind]}, time_window=window, costs=price)
        )
    for number, load in enumerate(loads):
        length = int(layout.vehicle_ticks[load.kind, load.place])
        ready = _ready(layout, load)
        window = vroom.TimeWindow(ready * tick, max(ready, min(ready + held, layout.ticks - length)) * tick)
        routing.add_job(
            vroom.Job(
                number,
                location=0,
                default_service=length * tick,
                skills={load.kind},
                priority=min(100, _persons(layout, load)),
                time_windows=[window],
            )
        )
    found = routing.solve(exploration_level=5, nb_threads=2, timeout=timedelta(seconds=seconds))
    steps = found.routes
    jobs = steps[steps["type"] == "job"]
    starts = {int(row.id): int(row.arrival + row.waiting_time) // tick for row in jobs.itertuples()}
    return [replace(load, start=starts.get(number, load.start)) for number, load in enumerate(loads)]


def _or_tools(layout: Layout, seconds: float) -> Found:
    """Routing by OR-Tools for that long; its first and best answers are timed as its own objective falls."""
    began = time.monotonic()
    loads = _loads(layout)
    model, manager, dimension = _or_tools_model(layout, loads)
    better: list[tuple[int, float]] = []

    def hear() -> None:
        cost = model.CostVar().Max()
        if not better or cost < better[-1][0]:
            better.append((cost, time.monotonic() - began))

    model.AddAtSolutionCallback(hear)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.time_limit.FromMilliseconds(round(seconds * 1000))
    answer = model.SolveWithParameters(search)
    starts = {}
    for v in range(model.vehicles() if answer is not None else 0):
        index = model.Start(v)
        while not model.IsEnd(index):
            starts[manager.IndexToNode(index)] = answer.Min(dimension.CumulVar(index))
            index = answer.Value(model.NextVar(index))
    wanted = [
        replace(load, start=starts[number]) for number, load in enumerate(loads, start=1) if number in starts
    ]
    plan, after = _routed(layout, wanted), time.monotonic() - began
    return Found(plan, better[0][1] if better else after, better[-1][1] if better else after)


def _or_tools_model(
    layout: Layout, loads: Sequence[Load]
) -> tuple[pywrapcp.RoutingModel, pywrapcp.RoutingIndexManager, pywrapcp.RoutingDimension]:
    """Each load a visit to the airport; waiting beyond ready is a soft bound priced per tick and person."""
    weights = layout.problem.weights
    vehicles = list(layout.problem.vehicles.values())
    manager = pywrapcp.RoutingIndexManager(len(loads) + 1, len(vehicles), 0)
    model = pywrapcp.RoutingModel(manager)
    length = [0] + [int(layout.vehicle_ticks[load.kind, load.place]) for load in loads]
    transit = model.RegisterUnaryTransitCallback(lambda index: length[manager.IndexToNode(index)])
    # The same whatever the order; without a cost on its arcs, guided local search has nothing to guide it.
    model.SetArcCostEvaluatorOfAllVehicles(transit)
    model.AddDimension(transit, layout.ticks, layout.ticks, False, "time")
    dimension = model.GetDimensionOrDie("time")
    tick = layout.problem.rules.tick
    model.SetFixedCostOfAllVehicles(round(weights.vehicle))
    for number, load in enumerate(loads, start=1):
        index = manager.NodeToIndex(number)
        fitting = [v for v, one in enumerate(vehicles) if one.kind == layout.kinds[load.kind]]
        model.VehicleVar(index).SetValues([-1, *fitting])
        ready, people = _ready(layout, load), _persons(layout, load)
        dimension.CumulVar(index).SetRange(ready, layout.ticks - length[number])
        dimension.SetCumulVarSoftUpperBound(index, ready, round(weights.wait * people * tick))
        model.AddDisjunction([index], round(weights.unmoved * people))
    for v, one in enumerate(vehicles):
        dimension.CumulVar(model.Start(v)).SetMin(-(-one.from_at // tick))
        dimension.CumulVar(model.End(v)).SetMax(min(one.until_at // tick, layout.ticks))
    return model, manager, dimension
