"""Routing yardsticks through PyVRP: multi-trip with release dates, and heterogeneous fleets; gap to the best known.

The instances and best-known values are those of PyVRP's collection, with its rounding conventions: `dimacs` for time windows
(the stated cost is the distance so scaled), `exact` for fleets (the stated cost is a hundred-thousandth, or in some of its files the scaled cost itself: then it is read as such).
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import pyvrp
from pyvrp.stop import MaxRuntime

SETS = {"MTVRPTWR": ("dimacs", 1.0), "HFVRP": ("exact", 100_000.0)}


def main(argv: Sequence[str]) -> int:
    """Solve some instances of each set and print cost, best known and gap."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks vrp")
    parser.add_argument("--folder", type=Path, required=True, help="holds MTVRPTWR and HFVRP")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each instance")
    parser.add_argument("--each", type=int, default=3, help="instances of each set, spread over it")
    options = parser.parse_args(argv)
    for name, (rounding, scale) in SETS.items():
        paths = sorted((options.folder / name).glob("*.vrp"))
        if not paths:
            print(f"{options.folder / name}: holds no .vrp file; name the folder above")
            return 2
        step = max(1, len(paths) // options.each)
        gaps = []
        for path in paths[::step][: options.each]:
            result = pyvrp.solve(
                pyvrp.read(path, round_func=rounding), MaxRuntime(options.seconds), seed=1, display=False
            )
            best = _best_known(path.with_suffix(".sol"))
            cost = result.cost() / scale
            best = best / scale if best > cost * scale / 2 and scale > 1 else best
            gaps.append(cost / best - 1)
            print(f"{name:<9} {path.stem:<16} {cost:>12,.2f} {best:>12,.2f} {gaps[-1]:>8.2%}", flush=True)
        print(f"{name:<9} mean gap {sum(gaps) / len(gaps):.2%} over {len(gaps)}")
    return 0


def _best_known(path: Path) -> float:
    found = re.search(r"^Cost[:\s]+([\d.]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{path}: states no cost")
    return float(found[1])
