"""A long passenger list tokenised by ours and by pydifact, turn by turn in one run; the answer is a ratio."""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

from pydifact.parser import Parser

from pratique.formats.edifact import scan
from pratique.formats.findings import Findings

_HEAD = "UNB+UNOA:4+MUAPIS+KMGAPIS+200415:0421+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+MU2032'"
_PERSON = (
    "NAD+FL+++AUNG:THIDA WIN'ATT+2++F'DTM+329:840229'LOC+178+RGN'LOC+179+KMG'NAT+2+MMR'RFF+AVF:KX7QPL'"
    "RFF+SEA:12A'DOC+P:110:111+MB{:06d}'DTM+36:270301'LOC+91+MMR'"
)


def measure(work: Callable[[str], int], text: str) -> float:
    """Seconds of processor time for one reading."""
    began = time.process_time()
    work(text)
    return time.process_time() - began


def count_ours(text: str) -> int:
    """Segments as ours finds them, each with its line."""
    return sum(len(found.segments) for found in scan(text, Findings(strict=False)))


def count_theirs(text: str) -> int:
    """Segments as pydifact finds them."""
    return sum(1 for _ in Parser().parse(text))


def main(arguments: list[str]) -> int:
    """Print both times, their ratio, and whether the two found as many segments."""
    parser = argparse.ArgumentParser(prog="benchmarks edifact", description=__doc__)
    parser.add_argument("--travellers", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=5)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    people = "".join(_PERSON.format(number) for number in range(options.travellers))
    text = f"{_HEAD}{people}CNT+42:{options.travellers}'UNT+{5 + 11 * options.travellers}+1'UNZ+1+1'"
    times: dict[str, list[float]] = {"ours": [], "pydifact": []}
    for _ in range(options.turns):
        times["ours"].append(measure(count_ours, text))
        times["pydifact"].append(measure(count_theirs, text))
    ours, theirs = (statistics.median(times[name]) for name in ("ours", "pydifact"))
    agree = count_ours(text) == count_theirs(text)
    print(f"{len(text) / 1e6:.2f} MB, {count_ours(text)} segments, the same number by both: {agree}")
    print(f"ours {ours:.3f} s, pydifact {theirs:.3f} s, ratio {theirs / ours:.1f}")
    return 0 if agree else 1
