"""`pratique plan roster`: the roster planner on files, and its half of `pratique plan check`."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pratique.core.answers import Refused
from pratique.core.roster import change, check, fairness, json_form
from pratique.core.roster import plan as plans
from pratique.core.roster.diff import DutyChange
from pratique.core.roster.plan import Roster, clock
from pratique.core.roster.problem import Duty, RosterProblem
from pratique.engines.roster.prepare import prepare
from pratique.engines.roster.replan import replan
from pratique.engines.roster.solve import Result, solve
from pratique.formats import curtois
from pratique.site.plan_files import (
    REFUSED,
    UNREADABLE,
    print_faults,
    print_progress,
    read_changes,
    read_json,
    read_text,
    write_json,
)

UNFILLED_SHOWN = 20


def add_parser(commands: Any, seconds: Any) -> argparse.ArgumentParser:
    """Add `roster` to the commands of `plan`; `seconds` reads a number of seconds."""
    parser: argparse.ArgumentParser = commands.add_parser("roster", help="plan shifts for a problem file")
    parser.add_argument("problem", type=Path)
    parser.add_argument("--format", choices=("json", "curtois"), default="json", help="what the file is")
    parser.add_argument("--seconds", type=seconds, help="time to plan (default 60, with --base 5)")
    parser.add_argument("--out", type=Path, help="where to write the roster")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--progress", action="store_true", help="print everything better to standard error")
    again = parser.add_argument_group("plan again with the fewest changes")
    again.add_argument("--base", type=Path, metavar="PLAN", help="the roster in force")
    again.add_argument("--now", type=_instant, help="the clock, as 2020-04-06T07:45")
    again.add_argument("--changes", type=Path, help="what happened since: a list in JSON")
    again.add_argument(
        "--problem-out", type=Path, help="where to write the problem as it is now, with its pins"
    )
    return parser


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise argparse.ArgumentTypeError("give a date and time such as 2020-04-06T07:45") from None


def run(args: argparse.Namespace) -> int:
    """Carry out a parsed `plan roster`; the exit code (0 good, 2 refused)."""
    problem = read_problem(args.problem, args.format)
    if problem is None:
        return REFUSED
    prepare(tell=_tell_of_preparing)
    try:
        return _plan(args, problem) if args.base is None else _plan_again(args, problem)
    except Refused as refusal:
        print(f"{args.problem}: {refusal.because} ({refusal.code})", file=sys.stderr)
        return REFUSED


def _tell_of_preparing() -> None:
    print("The planner's compiled parts are being made, once per installation.", file=sys.stderr, flush=True)


def _plan(args: argparse.Namespace, problem: RosterProblem) -> int:
    seconds = 60.0 if args.seconds is None else args.seconds
    result = solve(problem=problem, seconds=seconds, tell=print_progress if args.progress else None)
    if args.out is not None:
        write_json(args.out, plans.write(roster=result.roster, first_on=problem.first_on))
    figures = _figures(problem, result)
    print(
        json.dumps(figures, indent=2) if args.json else _in_words(problem, figures, result.roster), flush=True
    )
    return 0


def _plan_again(args: argparse.Namespace, problem: RosterProblem) -> int:
    base = read_roster(args.base, problem)
    if base is None or not _is_known(args.base, problem, base):
        return REFUSED
    changes = read_changes(args.changes, change.read, problem)
    if changes is None:
        return REFUSED
    now = args.now or datetime.combine(problem.first_on, datetime.min.time())
    replanning = change.apply(problem=problem, base=base, changes=changes, now=now)
    seconds = 5.0 if args.seconds is None else args.seconds
    answer = replan(replanning=replanning, base=base, seconds=seconds)
    if args.out is not None:
        write_json(args.out, plans.write(roster=answer.roster, first_on=problem.first_on))
    if args.problem_out is not None:
        write_json(args.problem_out, json_form.write(problem=replanning.problem))
    rows = [_change_row(problem, one) for one in answer.diff.changes]
    figures = {
        "objective": round(answer.cost.total, 2),
        "changes": rows,
        "changed": answer.changes,
        "fewest": answer.is_proven,
        "people": answer.diff.people,
        "unchanged": answer.diff.unchanged,
        "unfilled": len(answer.roster.unfilled),
        "seconds": round(answer.seconds, 3),
    }
    if args.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False), flush=True)
        return 0
    proof = "no roster has fewer" if answer.is_proven else "fewer may be possible"
    print(f"{answer.changes} changes for {answer.diff.people} people in {answer.seconds:.1f} s ({proof})")
    print(f"duties unchanged {answer.diff.unchanged}, posts short {len(answer.roster.unfilled)}")
    for row in rows:
        print(
            f"{row['on']} {row['person']} {row['what']}: {row['before']} -> {row['after']}; {row['because']}"
        )
    return 0


def _change_row(problem: RosterProblem, one: DutyChange) -> dict[str, Any]:
    def duty(of: Duty | None) -> str:
        return f"{of.shift} at {of.post}" if of else "off"

    row = {"on": problem.on(one.day).isoformat(), "person": one.person, "what": one.what, "must": one.must}
    return row | {"before": duty(one.before), "after": duty(one.after), "because": one.because}


def _is_known(path: Path, problem: RosterProblem, roster: Roster) -> bool:
    """Whether the roster in force speaks of this problem's people, shifts, posts and days only."""
    unknown = [one for one in check.breaches(problem=problem, roster=roster) if one.code == "roster-unknown"]
    for one in unknown:
        print(
            f"{path}: {one.subject}: {one.because}; give the problem that this roster was made for ({one.code})",
            file=sys.stderr,
        )
    return not unknown


def read_problem(path: Path, form: str = "json") -> RosterProblem | None:
    """The problem in a file, what it leaves out named; None if it is refused, which is said."""
    if form == "curtois":
        text = read_text(path)
        if text is None:
            return None
        problem, faults = curtois.read(text=text, name=path.stem)
    else:
        document = read_json(path)
        if document is UNREADABLE:
            return None
        problem, faults = json_form.read(document=document)
    print_faults(path, faults)
    return problem


def read_roster(path: Path, problem: RosterProblem) -> Roster | None:
    """The roster in a file; None if it is none, which is said."""
    document = read_json(path)
    if document is UNREADABLE:
        return None
    roster, faults = plans.read(document=document, first_on=problem.first_on)
    print_faults(path, faults)
    return roster


def check_files(args: argparse.Namespace) -> int:
    """`plan check` on a roster problem; 1 if a rule is broken."""
    form = "curtois" if is_curtois(args.problem) else "json"
    problem = read_problem(args.problem, form)
    roster = read_roster(args.plan, problem) if problem is not None else None
    if problem is None or roster is None:
        return REFUSED
    found = check.breaches(problem=problem, roster=roster)
    for one in found:
        print(f"{one.code}: {one.subject}: {one.because}")
    if not found:
        cost = check.cost(problem=problem, roster=roster)
        figures = {"objective": round(cost.total, 2), "cost": _parts(cost), "breaches": 0}
        print(json.dumps(figures) if args.json else f"no breach; objective {cost.total:,.2f}")
    return 1 if found else 0


def is_curtois(path: Path) -> bool:
    """Whether a file is in that benchmark's text form."""
    try:
        with path.open(encoding="utf-8") as file:
            return "SECTION_HORIZON" in file.read(4096)
    except (OSError, ValueError):
        return False


def _parts(cost: check.Cost) -> dict[str, float]:
    return {part: round(getattr(cost, part), 2) for part in check.Cost.__slots__}


def _figures(problem: RosterProblem, result: Result) -> dict[str, Any]:
    roster = result.roster
    return {
        "objective": round(result.cost.total, 2),
        "bound": round(result.bound, 2),
        "gap": round(result.gap, 6) if result.gap < float("inf") else None,
        "cost": _parts(result.cost),
        "duties": len(roster.duties),
        "unfilled": len(roster.unfilled),
        "fairness": [
            {"measure": one.measure, "least": round(one.least, 1), "most": round(one.most, 1)}
            | {"ideal": round(one.ideal, 2), "deviation": round(one.deviation, 2)}
            for one in fairness.figures(problem=problem, duties=roster.duties)
        ],
        "first_seconds": round(result.first_seconds, 3),
        "best_seconds": round(result.best_seconds, 3),
        "seconds": round(result.seconds, 3),
    }


def _in_words(problem: RosterProblem, figures: dict[str, Any], roster: Roster) -> str:
    more = len(roster.unfilled) - UNFILLED_SHOWN
    lines = [
        f"objective {figures['objective']:,.2f}",
        f"bound     {figures['bound']:,.2f}",
        f"gap       {figures['gap']:.2%}" if figures["gap"] is not None else "gap       not known yet",
        *(f"  {part:<12} {value:>14,.2f}" for part, value in figures["cost"].items()),
        f"duties {figures['duties']}, posts short {figures['unfilled']}",
        *(
            f"  {row['measure']:<9} {row['least']:g} to {row['most']:g}, ideal {row['ideal']:g}, deviation {row['deviation']:g}"
            for row in figures["fairness"]
        ),
        f"first lawful after {figures['first_seconds']} s, best after {figures['best_seconds']} s",
        *(
            f"{problem.on(one.day)} {clock(one.from_minutes)}-{clock(one.until_minutes)} {one.post} short of "
            f"{one.missing}: {one.because}; {one.remedy} ({one.code})"
            for one in roster.unfilled[:UNFILLED_SHOWN]
        ),
        *([f"and {more} more posts short; the roster file names them all"] if more > 0 else []),
    ]
    return "\n".join(lines)
