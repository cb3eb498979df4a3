"""`pratique verify`: is the book true, and has anybody touched it since it was sealed?"""

import argparse
import json

from pratique.core.answers import Objection
from pratique.services import clock, proof, seal
from pratique.site.progress import Progress

SHOWN_MAX = 20


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """How to say it."""
    parser = subparsers.add_parser(
        "verify",
        help="prove the whole book and its seals",
        description="Folds every scan anew, holds the six proofs against the whole book, and recomputes every seal. "
        "Exit status: 0 if everything holds, 1 on a breach. Compare the last seal with the printed bulletin.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--all", action="store_true", help=f"show every objection, not only {SHOWN_MAX} of each proof"
    )


def run(args: argparse.Namespace) -> int:
    """Prove, check, say what was found."""
    proven = proof.prove(now=clock.now(), progress=Progress("proving").step)
    sealed = seal.check()
    found = {**proven.findings.by_proof, "seals": sealed.objections}
    if args.json:
        print(
            json.dumps(
                {
                    "travellers": proven.travellers,
                    "scans": proven.scans,
                    "segments": sealed.segments,
                    "sealed": sealed.entries,
                    "chain": sealed.chain.hex(),
                    "proofs": {
                        name: [describe(one) for one in objections] for name, objections in found.items()
                    },
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        print(f"{proven.travellers:,} travellers, {proven.scans:,} scans")
        for name, objections in found.items():
            print("\n".join(report(name, objections, None if args.all else SHOWN_MAX)))
        print(f"{sealed.entries:,} entries in {sealed.segments} seals; the last is {sealed.chain.hex()}")
    return 1 if any(found.values()) else 0


def describe(objection: Objection) -> dict[str, str]:
    return {"code": objection.code, "subject": objection.subject, "because": objection.because}


def report(name: str, objections: tuple[Objection, ...], most: int | None) -> list[str]:
    """A proof's line, and under it what it objects to."""
    if not objections:
        return [f"{name:16} holds"]
    shown = objections[:most]
    lines = [f"{name:16} {len(objections):,} objections"]
    lines += [f"  {one.code}  {one.subject}  {one.because}".rstrip() for one in shown]
    return lines + (
        [f"  … and {len(objections) - len(shown):,} more (--all)"] if len(shown) < len(objections) else []
    )
