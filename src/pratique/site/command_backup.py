"""`pratique backup FILE`: everything as of one instant, in one file."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from pratique.site import backup, keys
from pratique.site.progress import show_stage


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Where to."""
    parser = subparsers.add_parser(
        "backup",
        help="write everything into one file",
        description="Writes every row, as of one instant, into FILE, while the server may go on working. Identities "
        "are encrypted in it, and their key is NOT in it: keep the key apart (--with-key), and keep it safe. "
        "Who has both can read who everybody is; who has only the backup cannot, and nor can you without the key.",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="is replaced only once the new one is complete"
    )
    parser.add_argument(
        "--with-key",
        type=Path,
        metavar="KEYFILE",
        help="also write the key of identities, into a file of its own",
    )


def run(args: argparse.Namespace) -> int:
    """Write it, and say what was written."""
    taken = backup.write(path=args.file, now=datetime.now(UTC), progress=show_stage)
    print(f"{args.file}: {taken.rows:,} rows of {taken.tables} tables")
    if args.with_key is not None:
        keys.write_identity_keys(path=args.with_key, keys=settings.PRATIQUE_IDENTITY_KEYS)
        print(f"{args.with_key}: the key of identities; keep it apart from the backup")
    else:
        print("The key of identities is not in it: without it (--with-key) nobody's name can be read again.")
    return 0
