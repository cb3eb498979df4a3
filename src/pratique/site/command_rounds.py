"""`pratique rounds`: the rounds that `pratique serve` has made beside it, on their own."""

import argparse
import threading

from pratique.site import rounds


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Once, or until told to stop."""
    parser = subparsers.add_parser(
        "rounds",
        help="what a server does by itself",
        description="Folds whoever waits for it, keeps the register of duties true, tells subscribers, seals entries "
        "and erases identities whose day has come, over and over until Ctrl-C. `pratique serve` has this done beside "
        "it; run it alone where a server was started with --without-rounds.",
    )
    parser.add_argument(
        "--server", type=int, metavar="PID", help="end when this process does, which started it"
    )
    parser.add_argument("--once", action="store_true", help="make each round one time; exit 1 if one fails")
    parser.add_argument(
        "--roster",
        action="store_true",
        help="plan the roster that a desk waits for, if there is one, and end",
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help="look for a better plan of transport, if the dispatch desk waits for one, and end",
    )


def run(args: argparse.Namespace) -> int:
    """Make the rounds."""
    if args.roster:
        rounds.plan_roster(server=args.server)
    elif args.search:
        rounds.search_plan(server=args.server)
    elif args.once:
        rounds.make_rounds(stop=threading.Event(), once=True)
    else:
        rounds.run_until_stopped(server=args.server)
    return 0
