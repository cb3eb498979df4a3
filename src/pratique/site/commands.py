"""The command line: `pratique COMMAND`. Each command is a module with `add_parser(subparsers)` and `run(args)`.

A module is imported only when its command is asked for, and Django only by those that need it.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import IntEnum

from pratique.core.answers import Refused
from pratique.site import keys
from pratique.site.data_folder import find_data_folder


class Needs(IntEnum):
    """What has to be there before a command's module is imported, or its `run` is called."""

    NOTHING = 0
    DJANGO = 1
    DATABASE = 2
    TABLES = 3


@dataclass(frozen=True, slots=True)
class Command:
    """One line of `pratique --help`, and where to find the rest."""

    name: str
    line: str
    module: str
    needs: Needs = Needs.NOTHING
    makes: bool = False
    """Whether it may make a new data folder; any other that needs one refuses a mistyped name."""


SITE = "pratique.site.command_"
COMMANDS = (
    Command("demo", "one day at the airport: live, or --headless to its end", SITE + "demo"),
    Command("serve", "run the server: pages, boards and API", SITE + "serve"),
    Command("window", "run the travellers' own page, a process apart", SITE + "window"),
    Command(
        "port",
        "set up the port: halls, facilities, people, vehicles",
        SITE + "port",
        Needs.TABLES,
        makes=True,
    ),
    Command("read", "read a passenger list or a travel document", SITE + "read"),
    Command("verify", "prove the whole book and its seals", SITE + "verify", Needs.TABLES),
    Command("backup", "write everything into one file", SITE + "backup", Needs.DATABASE),
    Command("restore", "read everything back from a backup", SITE + "restore", Needs.DATABASE, makes=True),
    Command("drill", "seeded days with faults, checked against the truth", SITE + "drill"),
    Command("plan", "plan transport or a roster, and check plans", SITE + "plan"),
    Command("trace", "whom a case exposed, by which rule, from a file", SITE + "trace"),
    Command("dispatch", "the transport problem of this moment as a file", SITE + "dispatch", Needs.TABLES),
    Command("tell", "who outside is told what the ledger records", SITE + "tell", Needs.TABLES),
    Command(
        "rounds",
        "what a server does by itself: settle, owe, tell, seal, erase",
        SITE + "rounds",
        Needs.TABLES,
    ),
    Command("version", "what is installed here", SITE + "version"),
    Command("manage", "Django's own commands, for developers", SITE + "manage", Needs.DATABASE, makes=True),
)
"""Every command, in the order of `pratique --help`."""

FAULT, INTERRUPTED = 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit status. A user's mistake is answered with one line, not with a traceback."""
    common = make_common_parser()
    options, rest = common.parse_known_args(sys.argv[1:] if argv is None else list(argv))
    if options.data:
        os.environ["PRATIQUE_DATA"] = options.data
    try:
        return run(rest, common)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone: say no more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT
    except Exception as error:
        line = explain(error)
        if line is None or options.debug:
            raise
        print(f"pratique: {line}", file=sys.stderr)
        return FAULT


def make_common_parser() -> argparse.ArgumentParser:
    """What every command takes, before or after its name."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    group = parser.add_argument_group("for every command")
    group.add_argument("--data", metavar="DIR", help="folder of database and keys (also: PRATIQUE_DATA)")
    group.add_argument("--debug", action="store_true", help="show where an error came from")
    return parser


def run(rest: list[str], common: argparse.ArgumentParser) -> int:
    """Parse what is left of the command line and run the one command it names."""
    parser = argparse.ArgumentParser(
        prog="pratique",
        description="What an airport's health task force runs its work on.",
        parents=[common],
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    rest = {(): ["--help"], ("--version",): ["version"]}.get(tuple(rest), rest)
    chosen = next((command for command in COMMANDS if command.name == rest[0]), None)
    for command in COMMANDS:
        if command is not chosen:
            subparsers.add_parser(command.name, help=command.line)
    if chosen is None:
        parser.parse_args(rest)
        raise AssertionError("argparse accepts no other command")
    if chosen.needs >= Needs.DATABASE and not {"-h", "--help"} & set(rest):
        prepare_data_folder(makes=chosen.makes)
    if chosen.needs >= Needs.DJANGO:
        importlib.import_module("pratique.site.ready").set_up_django()
    module = importlib.import_module(chosen.module)
    module.add_parser(subparsers)
    args = parser.parse_args(rest)
    with ExitStack() as stack:
        if chosen.needs >= Needs.DATABASE:
            database = importlib.import_module("pratique.site.database")
            stack.enter_context(database.opened(tables=chosen.needs >= Needs.TABLES))
        status: int = module.run(args)
        return status


def prepare_data_folder(*, makes: bool) -> None:
    """Make keys where a new folder is wanted; else raise `Refused` if there is none, before one is made by mistake."""
    folder = find_data_folder()
    if not makes and not os.environ.get("DATABASE_URL") and not (folder / "postgres").exists():
        raise Refused("database_missing", f"there is no database in {folder}: name its folder with --data")
    keys.make_keys(folder=folder)


def explain(error: Exception) -> str | None:
    """One line for what the user, the machine or the disk did; None for what is our own mistake."""
    if isinstance(error, Refused):
        return f"{error.because or error.code} [{error.code}]"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    if type(error).__module__ == "django.db.utils":
        return importlib.import_module("pratique.site.database").explain(error)
    return None


if __name__ == "__main__":
    sys.exit(main())
