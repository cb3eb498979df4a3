"""Roster: Curtois and Qu's instances beside the published best, and a month of 36 officers and 15 vehicles a day from 8 units.

The instances and published values are read where they are (no licence is stated, so that none is copied). The month is invented, seeded;
every day is drawn from the units, then all days are rostered together; every rule is checked.
"""

import argparse
import csv
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import roster_month
from pratique.core.roster import check, fairness
from pratique.core.roster.problem import RosterProblem
from pratique.engines.roster.prepare import prepare
from pratique.engines.roster.solve import solve
from pratique.formats import curtois

PUBLISHED = "_published_results_2018.csv"


def main(argv: Sequence[str]) -> int:
    """Run the instances that are there, or the month."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks roster")
    parser.add_argument("--folder", type=Path, help=f"holds Instance*.txt and {PUBLISHED}")
    parser.add_argument("--instances", type=int, nargs="+", default=list(range(1, 13)))
    parser.add_argument("--seconds", type=float, default=60.0, help="for each instance, or for the month")
    parser.add_argument("--month", action="store_true", help="draw and roster a month instead")
    options = parser.parse_args(argv)
    prepare(tell=lambda: print("compiling, once"))
    if options.month:
        return _month(options.seconds)
    if options.folder is None:
        parser.error("give --folder, or --month")
    with (options.folder / PUBLISHED).open(encoding="utf-8") as file:
        published = {int(row["instance"]): float(row["best_in_table"]) for row in csv.DictReader(file)}
    print(
        f"{'instance':>8} {'people':>6} {'days':>4} {'published':>9} {'ours':>8} {'to it':>8} {'bound':>8} {'gap':>8} "
        f"{'first s':>7} {'best s':>7} {'all s':>6}"
    )
    for number in options.instances:
        path = options.folder / f"Instance{number}.txt"
        if not path.exists():
            print(f"{number:>8} not there")
            continue
        problem, faults = curtois.read(text=path.read_text(encoding="utf-8"), name=path.stem)
        if problem is None:
            print(f"{path}: {faults[0].where}: {faults[0].message}")
            return 2
        _one(number, problem, options.seconds, published.get(number))
    return 0


def _one(number: int, problem: RosterProblem, seconds: float, published: float | None) -> None:
    problem, lifted = _possible(problem)
    result = solve(problem=problem, seconds=seconds)
    if breaches := check.breaches(problem=problem, roster=result.roster):
        raise SystemExit(f"instance {number}: {breaches[0]}")
    to_it = f"{result.cost.total / published - 1:.2%}" if published else "-"
    print(
        f"{number:>8} {len(problem.people):>6} {problem.days:>4} {published or 0:>9,.0f} {result.cost.total:>8,.0f} "
        f"{to_it:>8} {result.bound:>8,.0f} {result.gap:>8.2%} {result.first_seconds:>7.2f} {result.best_seconds:>7.1f} "
        f"{result.seconds:>6.1f}" + (f"  (limits of {', '.join(lifted)} lifted)" if lifted else ""),
        flush=True,
    )


def _possible(problem: RosterProblem) -> tuple[RosterProblem, list[str]]:
    """The problem with the limits of shifts lifted of whoever could not reach their least hours under them.

    The copy of instance 1 at hand differs from the published one in these limits, and is impossible as it stands.
    """
    lifted = []
    people = dict(problem.people)
    longest = max(one.minutes for one in problem.shifts.values())
    for who, person in problem.people.items():
        most = sum(person.limits.shifts_max.get(shift, problem.days) for shift in problem.shifts)
        if most * longest < person.limits.minutes_min:
            lifted.append(who)
    if lifted:
        people = {
            who: replace(one, limits=replace(one.limits, shifts_max={}))
            for who, one in problem.people.items()
        }
    return replace(problem, people=people), lifted


def _month(seconds: float) -> int:
    began = time.monotonic()
    month = roster_month.invent(seed=1)
    drawn = time.monotonic() - began
    problem = month.problem
    result = solve(problem=problem, seconds=seconds)
    breaches = check.breaches(problem=problem, roster=result.roster)
    by_day = Counter(duty.day for duty in result.roster.duties)
    print(
        f"{problem.days} days, {len(problem.people)} officers of {len(month.units)} units; drawn a day: "
        f"{min(month.officers)} to {max(month.officers)} officers, {min(month.vehicles)} to {max(month.vehicles)} vehicles "
        f"({drawn:.1f} s for all draws, {month.short} places short)"
    )
    print(f"duties {len(result.roster.duties)}, a day {min(by_day.values())} to {max(by_day.values())}")
    print(f"breaches of any rule {len(breaches)}, posts short {len(result.roster.unfilled)}")
    print(
        f"objective {result.cost.total:,.1f}, bound {result.bound:,.1f}, gap {result.gap:.2%}, "
        f"first {result.first_seconds:.1f} s, best {result.best_seconds:.1f} s"
    )
    for part in check.Cost.__slots__:
        print(f"  {part:<12} {getattr(result.cost, part):>10,.1f}")
    print(f"{'measure':<10} {'least':>7} {'most':>7} {'ideal':>7} {'deviation':>9}  people")
    for one in fairness.figures(problem=problem, duties=result.roster.duties):
        print(
            f"{one.measure:<10} {one.least:>7.1f} {one.most:>7.1f} {one.ideal:>7.2f} {one.deviation:>9.2f}  {one.people}"
        )
    for name, counts in (("officer", month.officer_days), ("vehicle", month.vehicle_days)):
        values = list(counts.values())
        print(
            f"days drawn, {name}: {min(values)} to {max(values)}, mean {statistics.mean(values):.2f}, "
            f"deviation {statistics.pstdev(values):.2f}"
        )
    for one in result.roster.unfilled[:5]:
        print(f"{problem.on(one.day)} {one.post} short of {one.missing}: {one.because}; {one.remedy}")
    return 1 if breaches else 0
