"""`pratique plan draw`: the daily draw on a file."""

import argparse
import json
from pathlib import Path
from typing import Any

from pratique.core.roster import draw as core
from pratique.core.roster import draw_form
from pratique.site.plan_files import REFUSED, UNREADABLE, print_faults, read_json, write_json


def add_parser(commands: Any) -> argparse.ArgumentParser:
    """Add `draw` to the commands of `plan`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "draw",
        help="draw officers or vehicles for a day, by quota and in turn",
        description="Draws for one day from a file (docs/reference/draw-problem.md): who, for which place, and what stays empty.",
    )
    parser.add_argument("problem", type=Path, help="the draw's file (JSON)")
    parser.add_argument("--out", type=Path, help="where to write the draw")
    parser.add_argument("--json", action="store_true", help="print the draw as JSON")
    return parser


def run(args: argparse.Namespace) -> int:
    """Carry out a parsed `plan draw`; the exit code (0 good, 2 refused)."""
    document = read_json(args.problem)
    if document is UNREADABLE:
        return REFUSED
    told, faults = draw_form.read(document=document)
    print_faults(args.problem, faults)
    if told is None:
        return REFUSED
    drawn = core.draw(
        on=told.on,
        candidates=told.candidates,
        places=told.places,
        quotas=told.quotas,
        conflicts=told.conflicts,
    )
    written = draw_form.write(on=told.on, draw=drawn)
    if args.out is not None:
        write_json(args.out, written)
    if args.json:
        print(json.dumps(written, indent=2, ensure_ascii=False), flush=True)
        return 0
    print(f"{len(drawn.places)} of {sum(place.count for place in told.places)} places filled on {told.on}")
    for who, place in sorted(drawn.places.items(), key=lambda one: (one[1], one[0])):
        print(f"  {place}: {who}")
    for short in drawn.short:
        print(f"{short.place} short of {short.missing}: {short.because}; {short.remedy}")
    return 0
