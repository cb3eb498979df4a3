"""`pratique dispatch`: the transport problem of this moment as a file, for `pratique plan` or another planner."""

import argparse
from pathlib import Path

from pratique.services import clock
from pratique.services.dispatch.pose import pose
from pratique.site.plan_files import write_json


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """One option: where to write it."""
    parser = subparsers.add_parser(
        "dispatch",
        help="write the transport problem of this moment to a file",
        description="Poses the transport problem from live state in the form of docs/reference/transport-problem.md: who waits and "
        "who will, vehicles, crews, rooms. No names; travellers by their random ids.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write the problem")


def run(args: argparse.Namespace) -> int:
    """Write it, and say how many are in it and who is left out."""
    posed = pose(now=clock.now())
    write_json(args.out, posed.document)
    problem = posed.problem
    print(
        f"{posed.heads} people: {posed.in_parties} in {len(problem.parties)} parties, "
        f"{posed.heads - posed.in_parties} left out; {len(problem.vehicles)} vehicles, {len(problem.crew)} on duty"
    )
    for one in posed.left_out:
        print(f"left out: {one.sort} {one.subject}: {one.because}")
    return 0
