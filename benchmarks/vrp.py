"""Routing yardsticks through PyVRP: multi-trip with release dates, and heterogeneous fleets; gap to the best known.

The instances and best-known plans are those of PyVRP's collection, with its rounding conventions: `dimacs` for time windows, `exact` for
fleets. A best-known plan is priced by the very data that is solved, so that no scale is guessed; what its file states must agree, as it
stands or, in some files of the fleets, in hundred-thousandths (to a millionth).
"""

import argparse
import math
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pyvrp

SETS = {"MTVRPTWR": "dimacs", "HFVRP": "exact"}
SCALES = (1.0, 100_000.0)
AGREES = 1e-6


def main(argv: Sequence[str]) -> int:
    """Solve the instances of each set and print cost, best known and gap, and the gaps of each class."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks vrp")
    parser.add_argument("--folder", type=Path, required=True, help="holds MTVRPTWR and HFVRP")
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS))
    parser.add_argument("--seconds", type=float, default=10.0, help="of the processor, for each instance")
    parser.add_argument("--each", type=int, help="only so many of each set, spread over it")
    options = parser.parse_args(argv)
    for name in options.sets:
        paths = sorted((options.folder / name).glob("*.vrp"))
        if not paths:
            print(f"{options.folder / name}: holds no .vrp file; name the folder above")
            return 2
        number = min(options.each or len(paths), len(paths))
        _solve([paths[at * len(paths) // number] for at in range(number)], SETS[name], options.seconds)
    return 0


class _MaxProcessor:
    """Stops after so many seconds of the processor, not of the clock: others may be at work on the machine."""

    def __init__(self, seconds: float) -> None:
        self._until = time.process_time() + seconds

    def __call__(self, best_cost: float) -> bool:
        return time.process_time() >= self._until


def _solve(paths: Sequence[Path], rounding: str, seconds: float) -> None:
    gaps: dict[str, list[float]] = defaultdict(list)
    for path in paths:
        data = pyvrp.read(path, round_func=rounding)
        best = _price_best(path.with_suffix(".sol"), data)
        cost = pyvrp.solve(data, _MaxProcessor(seconds), seed=1, display=False).cost()
        gaps[_class_of(path.stem)].append(cost / best - 1)
        print(f"{path.stem:<16} {cost:>16,.0f} {best:>16,.0f} {cost / best - 1:>8.2%}", flush=True)
    gaps["all"] = [gap for some in gaps.values() for gap in some]
    print(f"{'class':<8} {'instances':>9} {'no plan':>7} {'mean':>7} {'middle':>7} {'most':>7}")
    for name, some in gaps.items():
        found = [gap for gap in some if math.isfinite(gap)] or [math.nan]
        print(
            f"{name:<8} {len(some):>9} {len(some) - len(found):>7} {statistics.mean(found):>7.2%} "
            f"{statistics.median(found):>7.2%} {max(found):>7.2%}"
        )


def _class_of(name: str) -> str:
    """What kind of instance: how customers lie and how many (C2, R2, RC2 of 100 or 200), or which costs a fleet has."""
    if "-" in name:
        return name.partition("-")[2]
    place = re.match("[A-Z]+", name)
    assert place is not None
    return f"{place[0]}2 {'200' if name[len(place[0]) + 1] == '_' else '100'}"


def _price_best(path: Path, data: pyvrp.ProblemData) -> float:
    """What the best-known plan costs in the data's own units, held against what its file states."""
    plan = pyvrp.read_solution(path, data)
    cost = float(plan.distance_cost() + plan.duration_cost() + plan.fixed_vehicle_cost())
    found = re.search(r"^Cost[:\s]+([\d.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    agrees = found is not None and any(abs(cost / one / float(found[1]) - 1) < AGREES for one in SCALES)
    if not plan.is_feasible() or not agrees:
        raise SystemExit(
            f"{path}: this plan breaks the instance, or does not cost what it states: {cost:,.0f}"
        )
    return cost
