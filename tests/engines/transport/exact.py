"""The exact optimum of a tiny day, by enumerating every trip and choosing among them with CP-SAT.

It shares no code with the engines: loads are all subsets of a group, starts all ticks, people and vehicles are counted
by tick (identical intervals on identical members can be coloured). Costs are in tenths, which the weights used here allow.
"""

from collections import defaultdict
from itertools import combinations

from ortools.sat.python import cp_model

from pratique.core.transport.problem import ANY_FACILITY, Party, TransportProblem

TENTHS = 10


def optimum(problem: TransportProblem) -> float:
    """The least cost of any plan; needs one shift per role, one window per kind, and no driving limit in reach."""
    model = cp_model.CpModel()
    rules, weights, tick = problem.rules, problem.weights, problem.rules.tick
    carried: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    busy: dict[tuple[str, int], list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
    rooms: dict[int, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
    pairs: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    cost = []
    shifts = {one.role: (one.from_at, one.until_at) for one in problem.crew.values()}
    staff = {role: sum(one.role == role for one in problem.crew.values()) for role in "LSE"}
    fleet = {name: sum(one.kind == name for one in problem.vehicles.values()) for name in problem.kinds}
    for group in groups(problem):
        for kind in problem.kinds.values():
            capacity = problem.classes[group[0].cls].capacity.get(kind.name, 0)
            for load in loads(group, capacity):
                for place in places(problem, group[0]):
                    legs = way(problem, group[0].origin, place)
                    rests = [rules.rest_min * (max(0, d - 1) // rules.rest_every) for d, _ in legs]
                    lead = legs[0][0] + rests[0]
                    away = kind.board_minutes + sum(d for d, _ in legs) + sum(rests) + kind.unload_minutes
                    crew = -(-(away + rules.crew_doff) // tick) * tick
                    vehicle = -(-(away + kind.disinfect_minutes) // tick) * tick
                    long = sum(d for d, _ in legs) / 2 > rules.long_drive
                    drivers = rules.long_drivers if long else kind.drivers
                    fixed = weights.trip + kind.cost_per_km * sum(km for _, km in legs)
                    fixed += weights.crew_min * crew * (drivers + kind.escorts)
                    first = max(one.ready_at for one in load)
                    soonest = max(0, first - lead)
                    for start in range(-(-soonest // tick) * tick, rules.horizon - vehicle + 1, tick):
                        for role in ("L", "S") if kind.licence == "S" else ("L",):
                            end = start + crew - (rules.long_overrun if long else 0)
                            if not all(
                                r in shifts and shifts[r][0] <= start and end <= shifts[r][1]
                                for r in (role, "E")
                            ):
                                continue
                            chosen = model.new_bool_var("")
                            for at in range(start, start + crew, tick):
                                busy[role, at].append((drivers, chosen))
                                busy["E", at].append((kind.escorts, chosen))
                            for at in range(start, start + vehicle, tick):
                                busy[kind.name, at].append((1, chosen))
                            price = fixed
                            for one in load:
                                carried[one.id].append(chosen)
                                rooms[place].append((one.rooms, chosen))
                                wait = start + lead - one.ready_at
                                late = max(0, wait - weights.excess_after)
                                price += one.size * (weights.wait * wait + weights.wait_excess * late)
                            if problem.locations[place].kind == "facility":
                                pairs[load[0].flight, place].append(chosen)
                            cost.append(round(price * TENTHS) * chosen)
    for party in problem.parties.values():
        stays = model.new_bool_var("")
        model.add_exactly_one([stays, *carried[party.id]])
        cost.append(round(weights.unmoved * TENTHS) * party.size * stays)
    hired = {name: model.new_int_var(0, number, "") for name, number in fleet.items()}
    for (name, _), used in busy.items():
        model.add(sum(n * one for n, one in used) <= (hired[name] if name in hired else staff[name]))
    for place, used in rooms.items():
        if problem.locations[place].rooms is not None:
            model.add(sum(n * one for n, one in used) <= problem.locations[place].rooms)
    for used in pairs.values():
        opened = model.new_bool_var("")
        model.add_max_equality(opened, used)
        cost.append(round(weights.pair * TENTHS) * opened)
    cost += [round(weights.vehicle * TENTHS) * number for number in hired.values()]
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = 60
    assert solver.solve(model) == cp_model.OPTIMAL
    return solver.objective_value / TENTHS


def groups(problem: TransportProblem) -> list[list[Party]]:
    """Who may ride together: one flight, one class, one destination asked for, one place where they board."""
    found: dict[tuple[int, str, int, int], list[Party]] = defaultdict(list)
    for party in problem.parties.values():
        found[party.flight, party.cls, party.dest, party.origin].append(party)
    return list(found.values())


def loads(group: list[Party], capacity: int) -> list[tuple[Party, ...]]:
    every = (load for n in range(1, len(group) + 1) for load in combinations(group, n))
    return [load for load in every if sum(one.size for one in load) <= capacity]


def places(problem: TransportProblem, party: Party) -> list[int]:
    if party.dest != ANY_FACILITY:
        return [party.dest]
    return [
        one.id
        for one in problem.locations.values()
        if one.kind == "facility" and one.accepts == party.cls and one.id != party.origin
    ]


def way(problem: TransportProblem, origin: int, dest: int) -> list[tuple[int, float]]:
    """Minutes of driving and km: to where they stand, to where they go, back."""
    there, away = (problem.locations[one] for one in (dest, origin))
    known = problem.ways.get((min(origin, dest), max(origin, dest)))
    between = (away.drive_minutes + there.drive_minutes, away.km + there.km)
    middle = (known.drive_minutes, known.km) if known else between
    return [(away.drive_minutes, away.km), middle, (there.drive_minutes, there.km)]
