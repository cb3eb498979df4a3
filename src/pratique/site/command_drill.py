"""`pratique drill`: seeded days with faults, held against the truth; and the canary that must fail."""

import argparse
import importlib
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from random import Random

from pratique.drill.canary import BUGS
from pratique.drill.report import Report
from pratique.drill.run import Case, run_case, run_cases
from pratique.site import keys
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
        help="break the fold in every known way instead; exit 0 only if each of them was caught. With --kills: let the "
        "database acknowledge before it has written, and exit 0 only if what that loses was found",
    )
    parser.add_argument(
        "--kills",
        type=int,
        default=0,
        metavar="N",
        help="send SIGKILL to a real server under load so many times instead, over a database of its own",
    )


def run(args: argparse.Namespace) -> int:
    """Run the days; 0 if all is well."""
    if args.kills > 0:
        return _run_kills(args)
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


def _run_kills(args: argparse.Namespace) -> int:
    """A server over a folder of its own, killed under load; exit 1 if anything acknowledged is lost or doubled."""
    with tempfile.TemporaryDirectory(prefix="pratique-kills-") as name:
        os.environ["PRATIQUE_DATA"] = name
        os.environ.pop("DATABASE_URL", None)
        keys.make_keys(folder=Path(name))
        importlib.import_module("pratique.site.ready").set_up_django()
        kills = importlib.import_module("pratique.drill.kills")
        with importlib.import_module("pratique.site.database").opened(tables=True):
            if args.canary:
                kills.plant_forgetting()
            verdict = kills.run(
                command=[sys.executable, "-m", "pratique.site.commands", "serve"],
                folder=Path(name).resolve(),
                kills=args.kills,
                rng=Random(args.seed),
                progress=Progress("kills").step,
            )
    if args.json:
        print(json.dumps(asdict(verdict), indent=2))
    else:
        told = ", ".join(f"{victim} {count}" for victim, count in verdict.killed.items())
        print(f"{sum(verdict.killed.values())} kills ({told})")
        print(
            f"{verdict.acknowledged} scans acknowledged, {verdict.written} written, {verdict.sent_again} sent again"
        )
        print("\n".join(verdict.findings) or "nothing lost, nothing doubled, the proofs hold")
    if args.canary and not verdict.lost:
        print("The drill proves nothing: what a database forgets went unnoticed.", file=sys.stderr)
    return int(not verdict.lost if args.canary else bool(verdict.findings))
