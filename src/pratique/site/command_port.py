"""`pratique port`: set a port up from a file, or look a file over first."""

import argparse
import sys
from pathlib import Path

from pratique.formats import port_file
from pratique.formats.port_file import PortFile
from pratique.formats.words import translate
from pratique.services import port
from pratique.services.permission import Role

EXAMPLE = Path(__file__).with_name("port_example.toml")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Check, load, example."""
    parser = subparsers.add_parser(
        "port",
        help="set up the port: halls, facilities, people, vehicles",
        description="Brings what a TOML file says of the port into the database: whole or not at all, and again whenever "
        "something changes. First passwords of new accounts are printed once. Start from `pratique port example`.",
    )
    steps = parser.add_subparsers(title="steps", metavar="STEP", dest="step", required=True)
    for name, line in (
        ("check", "list every fault of a file; exit 1 if there is one"),
        ("load", "make or change the port as the file says"),
    ):
        step = steps.add_parser(name, help=line)
        step.add_argument("file", type=Path, metavar="FILE")
        step.add_argument(
            "--language", choices=("en", "zh"), default="en", help="language of what is said of faults"
        )
    steps.add_parser("example", help="print a small port to start from")


def run(args: argparse.Namespace) -> int:
    """Take the step."""
    if args.step == "example":
        print(EXAMPLE.read_text(encoding="utf-8"), end="")
        return 0
    file, problems = port_file.read(data=args.file.read_bytes(), roles=[role.value for role in Role])
    for problem in problems:
        said = translate(problem=problem, language=args.language)
        print(f"{args.file}: {said.where}: {said.message}; {said.remedy} [{problem.code}]", file=sys.stderr)
    if file is None:
        return 1
    if args.step == "check":
        print(_count(file))
        return 0
    loaded = port.load(file=file)
    print(_count(file))
    for word, sections in (("new", loaded.new), ("changed", loaded.changed)):
        if sections:
            print(f"{word}: " + ", ".join(f"{n} × {section}" for section, n in sections.items()))
    if not loaded.new and not loaded.changed:
        print("nothing to change")
    for name in loaded.absent:
        print(f"not in the file, and left as it is: {name}")
    for username, password in loaded.passwords.items():
        print(f"{username}  first password {password}  (shown only now; to be changed at the first sign-in)")
    return 0


def _count(file: PortFile) -> str:
    return (
        f"{file.port.code}: {len(file.custodians)} custodians, {len(file.people)} people, {len(file.vehicles)} vehicles, "
        f"{len(file.units)} units, {len(file.travel)} ways"
    )
