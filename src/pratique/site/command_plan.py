"""`pratique plan transport`, `plan roster` and `plan check`: the planners on files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pratique.core.roster import json_form
from pratique.core.transport import change, check
from pratique.core.transport import plan as plans
from pratique.core.transport import problem as problems
from pratique.core.transport.diff import PartyChange
from pratique.core.transport.plan import Plan, Trip
from pratique.core.transport.problem import TransportProblem
from pratique.engines.roster import prepare as roster_planner
from pratique.engines.transport.prepare import prepare
from pratique.engines.transport.replan import replan
from pratique.engines.transport.solve import Result, solve, wait_until_prepared
from pratique.site import plan_draw, plan_roster
from pratique.site.plan_files import (
    REFUSED,
    UNREADABLE,
    print_faults,
    print_progress,
    read_changes,
    read_json,
    refuse_unwritable,
    until_interrupted,
    write_json,
)


def add_parser(subparsers: Any) -> None:
    """Add `plan` with its own commands to the program's."""
    parser = subparsers.add_parser(
        "plan",
        help="plan transport or a roster, or check a plan",
        description="Plans trips or a roster for a problem file (docs/reference/transport-problem.md, roster-problem.md), "
        "proves how good the plan is, and checks any plan by rules that trust no planner.",
    )
    commands = parser.add_subparsers(dest="plan_command", required=True)
    transport = commands.add_parser("transport", help="plan trips for a problem file")
    transport.add_argument("problem", type=Path, help="the problem file (JSON)")
    transport.add_argument("--seconds", type=_seconds, help="time to plan (default 60, with --base 1)")
    transport.add_argument("--out", type=Path, help="where to write the plan")
    transport.add_argument("--json", action="store_true", help="print the figures as JSON")
    transport.add_argument(
        "--progress", action="store_true", help="print every better plan to standard error"
    )
    again = transport.add_argument_group("plan again, keeping what has started and what was told")
    again.add_argument("--base", type=Path, metavar="PLAN", help="the plan in force")
    again.add_argument(
        "--now", type=_minutes, help="the clock, in minutes after 00:00 of day 0 (default: the problem's own)"
    )
    again.add_argument(
        "--keep", type=_minutes, help="trips of the next so many minutes were told (default 0)"
    )
    again.add_argument("--changes", type=Path, help="what happened since: a list in JSON")
    again.add_argument(
        "--problem-out", type=Path, help="where to write the problem as it is now, with its pins"
    )
    roster = plan_roster.add_parser(commands, _seconds)
    drawing = plan_draw.add_parser(commands)
    checking = commands.add_parser("check", help="print every breach of a plan; exit 1 if there is one")
    checking.add_argument(
        "problem", type=Path, help="the problem file (JSON, or a roster as a text of Curtois and Qu)"
    )
    checking.add_argument("plan", type=Path, help="the plan to check (JSON)")
    checking.add_argument("--json", action="store_true", help="print the figures as JSON")
    preparing = commands.add_parser(
        "prepare", help="compile the planner, so that the first plan need not wait for it"
    )
    for one in (transport, roster, drawing, checking, preparing):
        one.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Carry out a parsed `plan` command; the exit code (0 good, 1 the plan breaks a rule, 2 refused)."""
    if args.plan_command == "prepare":
        prepare(tell=lambda: print("compiling the planner, once (about a minute)", flush=True))
        roster_planner.prepare(tell=lambda: print("compiling the roster planner, once", flush=True))
        return 0
    if args.plan_command == "draw":
        return plan_draw.run(args)
    if args.plan_command == "roster":
        return plan_roster.run(args)
    if args.plan_command == "check" and _is_roster(args.problem):
        return plan_roster.check_files(args)
    problem = _read_problem(args.problem)
    if problem is None:
        return REFUSED
    if args.plan_command == "check":
        return _check(args, problem)
    if args.base is not None:
        return _plan_again(args, problem)
    if unused := [
        name for name in ("now", "keep", "changes", "problem_out") if getattr(args, name) is not None
    ]:
        options = ", ".join("--" + name.replace("_", "-") for name in unused)
        print(f"{options}: only with --base, the plan in force; name it, or leave them out", file=sys.stderr)
        return REFUSED
    return _plan(args, problem)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError("give 0 to 86400 seconds")
    return value


def _minutes(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 1_000_000_000:
        raise argparse.ArgumentTypeError("give whole minutes, 0 or more")
    return value


def _plan(args: argparse.Namespace, problem: TransportProblem) -> int:
    seconds = 60.0 if args.seconds is None else args.seconds
    refuse_unwritable(args.out)
    with until_interrupted() as stop:
        result = solve(
            problem=problem, seconds=seconds, stop=stop, tell=print_progress if args.progress else None
        )
    if args.out is not None:
        write_json(args.out, plans.write(plan=result.plan))
    figures = _figures(result)
    print(json.dumps(figures, indent=2) if args.json else _in_words(figures, result.plan), flush=True)
    wait_until_prepared(tell=_tell_of_preparing)
    return 0


def _plan_again(args: argparse.Namespace, problem: TransportProblem) -> int:
    refuse_unwritable(args.out, args.problem_out)
    base = _read_plan(args.base)
    if base is None or not _is_known(args.base, problem, base):
        return REFUSED
    changes = read_changes(args.changes, change.read, problem)
    if changes is None:
        return REFUSED
    replanning = change.apply(
        problem=problem,
        base=base,
        changes=changes,
        now_at=problem.not_before_at if args.now is None else args.now,
        keep_minutes=args.keep or 0,
    )
    if faults := check.contradictions(problem=replanning.problem):
        print_faults(args.base, faults)
        return REFUSED
    seconds = 1.0 if args.seconds is None else args.seconds
    with until_interrupted() as stop:
        tell = print_progress if args.progress else None
        answer = replan(replanning=replanning, base=base, seconds=seconds, stop=stop, tell=tell)
    if args.out is not None:
        write_json(args.out, plans.write(plan=answer.result.plan))
    if args.problem_out is not None:
        write_json(args.problem_out, problems.write(problem=replanning.problem))
    figures = _figures(answer.result) | {
        "kept": len(replanning.problem.pins),
        "unchanged": answer.diff.unchanged,
        "cost_if_only_repaired": round(answer.diff.cost_if_only_repaired, 2),
    }
    changed = [_change_row(one) for one in answer.diff.changes]
    if args.json:
        print(json.dumps(figures | {"changes": changed}, indent=2), flush=True)
    else:
        print(_in_words(figures, answer.result.plan))
        print(f"trips kept {figures['kept']}, parties unchanged {figures['unchanged']}")
        print(f"objective if nobody moved who need not {figures['cost_if_only_repaired']:,.2f}")
        print("\n".join(_change_in_words(row) for row in changed), flush=True)
    wait_until_prepared(tell=_tell_of_preparing)
    return 0


def _change_row(one: PartyChange) -> dict[str, Any]:
    def trip(of: Trip | None) -> dict[str, int] | None:
        return of and {"start": of.start_at, "vehicle": of.vehicle, "dest": of.dest}

    return {
        "party": one.party,
        "persons": one.persons,
        "what": one.what,
        "must": one.must,
        "before": trip(one.before),
        "after": trip(one.after),
        "because": one.because,
        "cost_of_not": round(one.cost_of_not, 2),
    }


def _change_in_words(row: dict[str, Any]) -> str:
    def trip(of: dict[str, int] | None) -> str:
        return f"{of['start']} by {of['vehicle']} to {of['dest']}" if of else "no trip"

    return (
        f"party {row['party']} ({row['persons']}) {row['what']}: {trip(row['before'])} -> {trip(row['after'])}; "
        f"{row['because']}; not to costs {row['cost_of_not']:,.2f}"
    )


def _tell_of_preparing() -> None:
    print(
        "The plan is complete. The planner's compiled parts are being made, once per installation; "
        "the next plan starts with them.",
        file=sys.stderr,
        flush=True,
    )


def _figures(result: Result) -> dict[str, Any]:
    cost = {part: round(getattr(result.cost, part), 2) for part in check.Cost.__slots__}
    return {
        "objective": round(result.cost.total, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6) if result.gap < float("inf") else None,
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
        f"gap       {figures['gap']:.2%}" if figures["gap"] is not None else "gap       not known yet",
        *(f"  {part:<12} {value:>14,.2f}" for part, value in figures["cost"].items()),
        f"trips {figures['trips']}, unmoved parties {figures['unmoved']}",
        f"first feasible after {figures['first_seconds']} s, best after {figures['best_seconds']} s",
        *(f"party {one.party}: {one.because}; {one.remedy} ({one.code})" for one in plan.unmoved),
    ]
    return "\n".join(lines)


def _check(args: argparse.Namespace, problem: TransportProblem) -> int:
    plan = _read_plan(args.plan)
    if plan is None:
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
    document = read_json(path)
    if document is UNREADABLE:
        return None
    problem, faults = problems.read(document=document)
    if problem is not None:
        faults = check.contradictions(problem=problem)
    print_faults(path, faults)
    return None if faults else problem


def _read_plan(path: Path) -> Plan | None:
    document = read_json(path)
    if document is UNREADABLE:
        return None
    plan, faults = plans.read(document=document)
    print_faults(path, faults)
    return plan


def _is_known(path: Path, problem: TransportProblem, plan: Plan) -> bool:
    """Whether the plan in force speaks of this problem's vehicles, places, parties and people only."""
    unknown = [one for one in check.breaches(problem=problem, plan=plan) if one.code == "transport-unknown"]
    for one in unknown:
        print(
            f"{path}: {one.subject}: {one.because}; give the problem that this plan was made for ({one.code})",
            file=sys.stderr,
        )
    return not unknown


def _is_roster(path: Path) -> bool:
    """Whether a problem file is a roster's, by what it says."""
    if plan_roster.is_curtois(path):
        return True
    try:
        return json_form.is_roster(document=json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return False
