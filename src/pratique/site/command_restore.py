"""`pratique restore FILE`: all of a backup, or nothing."""

import argparse
from pathlib import Path

from django.conf import settings

from pratique.site import backup, keys
from pratique.site.data_folder import find_data_folder
from pratique.site.progress import show_stage


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Where from, and how far to go."""
    parser = subparsers.add_parser(
        "restore",
        help="read everything back from a backup",
        description="Reads FILE through, then fills an empty database from it in one transaction and compares every "
        "table with the file before it commits. If anything is wrong, nothing is changed.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--replace", action="store_true", help="even if there are rows: they are lost")
    parser.add_argument("--check", action="store_true", help="only read the file through; change nothing")
    parser.add_argument(
        "--with-key", type=Path, metavar="KEYFILE", help="also take over the key of identities from this file"
    )


def run(args: argparse.Namespace) -> int:
    """Restore it, and say what is there and what is missing."""
    known = brought = settings.PRATIQUE_IDENTITY_KEYS
    if args.with_key is not None:
        brought = keys.parse_identity_keys(text=args.with_key.read_text(), where=str(args.with_key))
    merged = keys.merge_identity_keys(brought=brought, known=known)
    if args.check:
        taken = backup.check(path=args.file, progress=show_stage)
        print(f"{args.file} is whole: {taken.rows:,} rows of {taken.tables} tables")
    else:
        taken = backup.restore(path=args.file, replace=args.replace, progress=show_stage)
        keys.write_identity_keys(path=keys.find_identity_keys(folder=find_data_folder()), keys=merged)
        print(f"{args.file} is restored: {taken.rows:,} rows of {taken.tables} tables")
    missing = [name for name in taken.identity_keys if name not in merged]
    if missing:
        print(
            f"Names cannot be read here: the key {', '.join(missing)} is missing (restore it with --with-key)."
        )
    return 0
