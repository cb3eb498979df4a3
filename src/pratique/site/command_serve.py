"""`pratique serve`: run the server until it is told to stop."""

import argparse
import importlib
import os
from pathlib import Path

from pratique.core.answers import Refused
from pratique.site import keys
from pratique.site.data_folder import find_data_folder

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Where to listen, and with how many hands."""
    parser = subparsers.add_parser(
        "serve",
        help="run the server: pages, boards and API",
        description="Runs the server. It starts the database, brings its tables up to date, makes the first "
        "administrator if there is no account, and stops on Ctrl-C or SIGTERM after finishing what it is at.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=8, help="threads in each (default: %(default)s)")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="how people reach this server, e.g. https://pratique.example.org; may be given again",
    )
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="TLS certificate chain (PEM)")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its private key (PEM)")
    parser.add_argument(
        "--without-rounds",
        action="store_true",
        help="leave settling, the register of duties, telling subscribers, sealing and erasing to another server",
    )


def run(args: argparse.Namespace) -> int:
    """Settle what Django's settings will read, then serve."""
    if bool(args.certificate) != bool(args.key):
        raise Refused("certificate_incomplete", "--certificate and --key go together")
    for path in filter(None, (args.certificate, args.key)):
        if not path.is_file():
            raise Refused("certificate_missing", f"there is no file {path}")
    if args.workers < 1 or args.threads < 1:
        raise Refused("workers_too_few", "--workers and --threads are at least 1")
    if args.origin:
        os.environ["PRATIQUE_ORIGINS"] = ",".join(args.origin)
    elif args.host not in LOOPBACK and not os.environ.get("PRATIQUE_ORIGINS"):
        raise Refused(
            "origin_missing",
            f"--host {args.host} is not only for this machine: say how people reach it, "
            f"e.g. --origin http://10.0.0.5:{args.port}",
        )
    keys.make_keys(folder=find_data_folder())
    importlib.import_module("pratique.site.ready").set_up_django()
    server = importlib.import_module("pratique.site.server")
    status: int = server.serve(
        server.Options(
            args.host,
            args.port,
            args.workers,
            args.threads,
            args.certificate,
            args.key,
            rounds=not args.without_rounds,
        )
    )
    return status
