"""`pratique version`: what is installed here, for a report of a fault."""

import argparse
import platform
from importlib import metadata

from pratique.core.answers import Refused
from pratique.site.cluster import binaries
from pratique.site.data_folder import find_data_folder


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """No options."""
    subparsers.add_parser("version", help="what is installed here")


def run(args: argparse.Namespace) -> int:
    """Print it."""
    print(f"pratique {metadata.version('pratique')}")
    print(f"Python {platform.python_version()} on {platform.platform()}")
    try:
        found = binaries.find_binaries(major=None)
        print(f"PostgreSQL {found.major} in {found.folder}")
    except Refused as refused:
        print(refused.because)
    print(f"data in {find_data_folder()}")
    return 0
