"""Our tokeniser against pydifact, on the same files: the measurement behind docs/decisions/edifact-tokeniser.md."""

import pytest
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser

from formats.golden_cases import GOLDEN, get_document, list_cases
from pratique.formats.edifact import Segment, scan
from pratique.formats.findings import Findings
from pratique.formats.texts import decode

CASES = [case for case in list_cases() if case.parent.name in ("paxlst", "pnrgov")]
# Messages of real senders that pydifact refuses as they came: teletype and mail around them, blanks before segments.
REFUSED_THERE = {
    "ediclean_A",
    "ediclean_B",
    "ediclean_D",
    "ediclean_E",
    "gtas_apisMessage",
    "gtas_multiple_flight_leg",
}
pytestmark = pytest.mark.filterwarnings("ignore")

_Plain = list[tuple[str, list[list[str]]]]


def trim(parts: list[str]) -> list[str]:
    """Components without line breaks and without the empty ones at the end, which pydifact leaves out."""
    kept = ["".join(part.split("\r\n")).strip() for part in parts]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def read_ours(text: str) -> _Plain:
    segments: list[Segment] = [s for found in scan(text, Findings(strict=False)) for s in found.segments]
    return [(segment.tag, [trim(element) for element in segment.elements]) for segment in segments]


def read_theirs(text: str) -> _Plain:
    return [
        (s.tag, [trim(e if isinstance(e, list) else [e]) for e in s.elements])
        for s in Parser().parse(text)
        if s.tag != "UNA"
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_where_the_library_reads_a_message_it_reads_the_same(case: object) -> None:
    text = decode(get_document(case).read_bytes()).text  # type: ignore[arg-type]
    try:
        theirs = read_theirs(text)
    except (EDISyntaxError, ValueError):
        assert read_ours(text), "ours reads it all the same"
        return
    assert read_ours(text) == theirs


def test_the_library_refuses_what_real_senders_send() -> None:
    """When this fails, pydifact has become better: measure again and change the decision."""
    refused = set()
    for case in CASES:
        try:
            read_theirs(decode(get_document(case).read_bytes()).text)
        except (EDISyntaxError, ValueError):
            refused.add(case.name)
    assert {name for name in refused if not name.startswith("own_")} == REFUSED_THERE
    assert (GOLDEN / "paxlst").is_dir()
