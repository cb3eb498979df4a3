"""`pratique manage …`: Django's own commands (shell, dbshell, makemigrations, showmigrations …)."""

import argparse

from django.core.management import execute_from_command_line


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Everything after `manage` is Django's."""
    parser = subparsers.add_parser(
        "manage",
        help="Django's own commands, for developers",
        description="Hands over to Django: shell, dbshell, showmigrations and the rest; `pratique manage help` lists them.",
    )
    parser.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="COMMAND", help="a command of Django's with its options"
    )


def run(args: argparse.Namespace) -> int:
    """Hand over to Django."""
    execute_from_command_line(["pratique manage", *args.rest])
    return 0
