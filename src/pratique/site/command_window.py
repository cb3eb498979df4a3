"""`pratique window`: the travellers' own page, a process of its own beside `pratique serve`, or on a machine of its own."""

import argparse
import importlib
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

from pratique.core.answers import Refused
from pratique.site import keys
from pratique.site.data_folder import find_data_folder

APPLICATION = "pratique.site.window_wsgi:application"
HEALTH = "health/"
ANSWER_SECONDS = 60
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Where to listen, and how travellers reach it."""
    parser = subparsers.add_parser(
        "window",
        help="run the travellers' own page",
        description="Serves the page that a traveller opens with the code on their slip. It signs in to the database "
        "under a role that can read one traveller's rows at a time, and holds no key of identities.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=8, help="threads (default: %(default)s)")
    parser.add_argument(
        "--origin", metavar="URL", help="how travellers reach it, e.g. https://stay.example.org"
    )
    parser.add_argument("--behind-proxy", action="store_true", help="a proxy of one's own stands before it")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="TLS certificate chain (PEM)")
    parser.add_argument("--key", type=Path, metavar="FILE", help="its private key (PEM)")


def run(args: argparse.Namespace) -> int:
    """Settle what the settings will read, see that the role is no mightier than it may be, then serve."""
    if bool(args.certificate) != bool(args.key):
        raise Refused("certificate_incomplete", "--certificate and --key go together")
    if args.origin:
        os.environ["PRATIQUE_WINDOW"] = args.origin
    elif args.host not in LOOPBACK and not os.environ.get("PRATIQUE_WINDOW"):
        raise Refused(
            "origin_missing",
            f"--host {args.host} is not only for this machine: say how people reach it, with --origin",
        )
    if args.behind_proxy:
        os.environ["PRATIQUE_BEHIND_PROXY"] = "1"
    folder = find_data_folder()
    if not keys.read_window_keys(folder=folder) or not keys.read_window_session_key(folder=folder):
        raise Refused(
            "window_keys_missing",
            f"{keys.find_window_keys(folder=folder)} is not there: start `pratique serve` once, or copy the two window"
            " keys from its data folder",
        )
    os.environ["DJANGO_SETTINGS_MODULE"] = "pratique.site.window_settings"
    importlib.import_module("pratique.site.ready").set_up_django()
    server = importlib.import_module("pratique.site.server")
    options = server.Options(args.host, args.port, 1, args.threads, args.certificate, args.key, rounds=False)
    server.check_port(host=options.host, port=options.port)
    return _serve(server, options)


def _serve(server: Any, options: Any) -> int:
    database = importlib.import_module("pratique.site.database")
    django_db = importlib.import_module("django.db")
    lease = None if os.environ.get("PRATIQUE_WINDOW_DATABASE_URL") else database.start()
    try:
        _check_role(django_db)
        django_db.connections.close_all()  # the worker is forked
        serving = server.Server(options, lambda: _announce(server, options), APPLICATION)
        serving.serve(
            target_loader=partial(server.load_application, os.getpid(), APPLICATION), wrap_loader=False
        )
    finally:
        if lease is not None:
            lease.close()
    return 0


def _check_role(django_db: Any) -> None:
    rights = importlib.import_module("pratique.store.window_rights")
    try:
        excess = rights.list_excess()
    except django_db.OperationalError as error:
        if rights.ROLE in str(error):
            raise Refused(
                "window_role_missing",
                f"the database does not let {rights.ROLE} in: docs/guides/window.md says how to make the role",
            ) from None
        raise
    if excess:
        raise Refused("window_too_mighty", f"the page's role can do too much: {', '.join(excess[:5])}")


def _announce(server: Any, options: Any) -> None:
    ends = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < ends and not server.is_answering(options.url, HEALTH):
        time.sleep(0.05)
    server.say_now(f"The travellers' own page is at {options.url}  (stop it with Ctrl-C)")
