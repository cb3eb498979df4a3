"""`pratique tell`: who outside is told what the ledger records, and how far they are."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime

from pratique.links import round as links
from pratique.services import outbox
from pratique.store.queries import entries


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add, remove, pause, resume, list, now."""
    parser = subparsers.add_parser(
        "tell",
        help="who outside is told what the ledger records",
        description="Subscribers are sent new entries over HTTPS, in order, signed, again until they confirm. Entries "
        "hold random ids and never an identity. See docs/guides/integrate.md for what a receiver does.",
    )
    steps = parser.add_subparsers(title="steps", metavar="STEP", dest="step", required=True)
    add = steps.add_parser(
        "add", help="tell somebody from now on; prints the secret both sides sign with, once"
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("url", metavar="URL", help="https://…")
    add.add_argument(
        "--kinds", default="", metavar="LIST", help=f"only these, with commas: {', '.join(entries.KINDS)}"
    )
    add.add_argument(
        "--from-the-start", action="store_true", help="tell them the whole book, not only what is new"
    )
    for name, line in (
        ("remove", "tell somebody no more"),
        ("pause", "hold back what somebody would be told"),
        ("resume", "go on telling where it stopped"),
    ):
        steps.add_parser(name, help=line).add_argument("name", metavar="NAME")
    listing = steps.add_parser("list", help="who is told, how far behind they are, and what went wrong")
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    steps.add_parser("now", help="tell whoever is due, once")


def run(args: argparse.Namespace) -> int:
    """Take the step."""
    now = datetime.now(UTC)
    if args.step == "add":
        kinds = [kind.strip() for kind in args.kinds.split(",") if kind.strip()]
        after = 0 if args.from_the_start else None
        secret = outbox.subscribe(name=args.name, url=args.url, kinds=kinds, after=after)
        print(f"{args.name} is told from now on. The secret, shown only now: {secret}")
    elif args.step == "remove":
        outbox.unsubscribe(name=args.name)
    elif args.step == "now":
        print(f"{links.tell(clock=lambda: datetime.now(UTC)):,} entries confirmed")
    elif args.step == "list":
        _list(as_json=args.json)
    else:
        outbox.pause(name=args.name, paused_at=now if args.step == "pause" else None)
    return 0


def _list(*, as_json: bool) -> None:
    lags = outbox.list_lags()
    if as_json:
        print(json.dumps([asdict(lag) for lag in lags], default=str, ensure_ascii=False, indent=1))
        return
    if not lags:
        print("nobody is told anything: add somebody with `pratique tell add NAME URL`")
    for lag in lags:
        state = (
            "paused"
            if lag.paused_at
            else f"failing ({lag.failures} ×): {lag.because}"
            if lag.failures
            else "well"
        )
        told = f"last told {lag.told_at:%Y-%m-%d %H:%M:%S}" if lag.told_at else "never told"
        print(
            f"{lag.name}  {lag.url}  {', '.join(lag.kinds) or 'everything'}  {lag.behind:,} behind, {told}, {state}"
        )
