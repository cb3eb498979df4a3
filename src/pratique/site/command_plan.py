"""`pratique plan transport` and `pratique plan check`: the transport planner on files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pratique.core.answers import Problem
from pratique.core.transport import check
from pratique.core.transport import plan as plans
from pratique.core.transport import problem as problems
from pratique.core.transport.plan import Plan
from pratique.core.transport.problem import TransportProblem
from pratique.engines.transport.solve import Result, solve

REFUSED = 2


def add_parser(subparsers: Any) -> None:
    """Add `plan` with its own commands to the program's."""
    parser = subparsers.add_parser("plan", help="plan transport, or check a plan")
    commands = parser.add_subparsers(dest="plan_command", required=True)
    transport = commands.add_parser("transport", help="plan trips for a problem file")
    transport.add_argument("problem", type=Path)
    transport.add_argument("--seconds", type=float, default=60.0, help="time to plan (default 60)")
    transport.add_argument("--out", type=Path, help="where to write the plan")
    transport.add_argument("--json", action="store_true", help="print the figures as JSON")
    transport.add_argument(
        "--progress", action="store_true", help="print every better plan to standard error"
    )
    checking = commands.add_parser("check", help="print every breach of a plan; exit 1 if there is one")
    checking.add_argument("problem", type=Path)
    checking.add_argument("plan", type=Path)
    checking.add_argument("--json", action="store_true", help="print the figures as JSON")
    for one in (transport, checking):
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out a parsed `plan` command; the exit code (0 good, 1 the plan breaks a rule, 2 refused)."""
    problem = _read_problem(args.problem)
    if problem is None:
        return REFUSED
    return _plan(args, problem) if args.plan_command == "transport" else _check(args, problem)


def _plan(args: argparse.Namespace, problem: TransportProblem) -> int:
    def tell(progress: Any) -> None:
        print(
            f"{progress.seconds:8.1f} s  {progress.objective:,.0f}  bound {progress.bound:,.0f}",
            file=sys.stderr,
        )

    result = solve(problem=problem, seconds=args.seconds, tell=tell if args.progress else None)
    if args.out is not None:
        _write(args.out, plans.write(plan=result.plan))
    figures = _figures(result)
    print(json.dumps(figures, indent=2) if args.json else _in_words(figures, result.plan))
    return 0


def _figures(result: Result) -> dict[str, Any]:
    cost = {part: round(getattr(result.cost, part), 2) for part in check.Cost.__slots__}
    return {
        "objective": round(result.cost.total, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6),
        "cost": cost,
        "trips": len(result.plan.trips),
        "unmoved": len(result.plan.unmoved),
        "first_seconds": round(result.first_seconds, 3),
        "best_seconds": round(result.best_seconds, 3),
        "seconds": round(result.seconds, 3),
    }


def _in_words(figures: dict[str, Any], plan: Plan) -> str:
    lines = [
        f"objective {figures['objective']:,.2f}",
        f"bound     {figures['bound']:,.2f}",
        f"gap       {figures['gap']:.2%}",
        *(f"  {part:<12} {value:>14,.2f}" for part, value in figures["cost"].items()),
        f"trips {figures['trips']}, unmoved parties {figures['unmoved']}",
        f"first feasible after {figures['first_seconds']} s, best after {figures['best_seconds']} s",
        *(f"party {one.party}: {one.because}; {one.remedy} ({one.code})" for one in plan.unmoved),
    ]
    return "\n".join(lines)


def _check(args: argparse.Namespace, problem: TransportProblem) -> int:
    document = _read_json(args.plan)
    if document is None:
        return REFUSED
    plan, faults = plans.read(document=document)
    if plan is None:
        _print_faults(args.plan, faults)
        return REFUSED
    found = check.breaches(problem=problem, plan=plan)
    for one in found:
        print(f"{one.code}: {one.subject}: {one.because}")
    if not found:
        cost = check.cost(problem=problem, plan=plan)
        parts = {part: round(getattr(cost, part), 2) for part in check.Cost.__slots__}
        figures = {"objective": round(cost.total, 2), "cost": parts, "breaches": 0}
        print(json.dumps(figures) if args.json else f"no breach; objective {cost.total:,.2f}")
    return 1 if found else 0


def _read_problem(path: Path) -> TransportProblem | None:
    document = _read_json(path)
    if document is None:
        return None
    problem, faults = problems.read(document=document)
    if problem is not None:
        faults = check.contradictions(problem=problem)
    _print_faults(path, faults)
    return None if faults else problem


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        print(f"{path}: cannot be read ({fault.strerror}); name an existing file", file=sys.stderr)
    except (ValueError, RecursionError) as fault:
        print(f"{path}: is not JSON ({fault}); save it as JSON in UTF-8", file=sys.stderr)
    return None


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


def _print_faults(path: Path, faults: tuple[Problem, ...]) -> None:
    for one in faults:
        print(f"{path}: {one.where}: {one.message}; {one.remedy} ({one.code})", file=sys.stderr)
