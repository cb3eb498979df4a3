"""`pratique drill`: seeded days with faults, held against the truth; and the canary that must fail."""

import argparse
import json
import os
import sys

from pratique.drill.canary import BUGS
from pratique.drill.report import Report
from pratique.drill.run import Case, run_case, run_cases
from pratique.site.progress import Progress


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of the command."""
    parser = subparsers.add_parser(
        "drill",
        help="seeded days with faults, checked against the truth",
        description=(
            "Invents days at the airport, sends what happens through phones and faults, folds the books and holds "
            "them against what truly happened. Exit 1 if anything was wrong."
        ),
    )
    parser.add_argument("--days", type=int, default=200, metavar="N", help="how many days (200)")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="the same seed makes the same days (1)"
    )
    parser.add_argument(
        "--first", type=int, default=0, metavar="DAY", help="begin with this day of the seed (0)"
    )
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="processes (as many as there are cores)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument(
        "--canary",
        action="store_true",
        help="break the fold in every known way instead; exit 0 only if each of them was caught",
    )


def run(args: argparse.Namespace) -> int:
    """Run the days; 0 if all is well."""
    if args.days < 1:
        print("pratique drill: --days must be at least 1", file=sys.stderr)
        return 2
    return _run_canary(args) if args.canary else _run_days(args)


def _run_days(args: argparse.Namespace) -> int:
    report, progress = Report(args.seed), Progress("drill")
    cases = [Case(args.seed, number) for number in range(args.first, args.first + args.days)]
    for verdict in run_cases(cases, workers=args.workers or os.cpu_count() or 1):
        report.add(verdict)
        progress.step(report.days, len(cases))
    print(json.dumps(report.as_dict(), indent=2) if args.json else "\n".join(report.lines()))
    return 1 if report.failed else 0


def _run_canary(args: argparse.Namespace) -> int:
    """Each planted bug, day after day until it is caught."""
    progress, caught = Progress("canary"), {}
    for done, bug in enumerate(BUGS, start=1):
        verdicts = (run_case(Case(args.seed, args.first + number, bug)) for number in range(args.days))
        caught[bug] = next((verdict for verdict in verdicts if verdict.findings), None)
        progress.step(done, len(BUGS))
    if args.json:
        told = [
            {
                "bug": bug,
                "caught": verdict is not None,
                "day": verdict.case.number if verdict else None,
                "checks": sorted({f.check for f in verdict.findings}) if verdict else [],
            }
            for bug, verdict in caught.items()
        ]
        print(json.dumps({"seed": args.seed, "days": args.days, "bugs": told}, indent=2))
    else:
        for bug, verdict in caught.items():
            if verdict is None:
                print(f"  SLIPPED THROUGH  {bug}")
            else:
                checks = ", ".join(sorted({f.check for f in verdict.findings}))
                print(f"  caught on day {verdict.case.number}  {bug}: {checks}")
    slipped = [bug for bug, verdict in caught.items() if verdict is None]
    if slipped:
        print(
            f"The drill proves nothing: {len(slipped)} of {len(BUGS)} planted bugs went unnoticed.",
            file=sys.stderr,
        )
    return 1 if slipped else 0
