"""Damaged documents: the reader never breaks, always says where, and never loses a traveller in silence."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.golden_cases import GOLDEN, get_document, list_cases
from formats.mutations import damage, hold
from formats.strategies import make_manifest
from pratique.core.manifest import Manifest
from pratique.formats import paxlst, spreadsheet
from pratique.formats.read import read

DOCUMENTS = [get_document(case).read_bytes() for case in list_cases()]


@settings(max_examples=250)
@given(data=st.sampled_from(DOCUMENTS), seed=st.integers(0, 2**32))
def test_a_damaged_document_is_accepted_or_says_where_it_is_not(data: bytes, seed: int) -> None:
    hold(damage(data, random.Random(seed)))


@settings(max_examples=100)
@given(
    data=st.binary(max_size=2000), name=st.sampled_from((None, "paxlst", "csv", "mrz", "xlsx", "xls", "ods"))
)
def test_any_bytes_at_all_are_answered(data: bytes, name: str | None) -> None:
    hold(data, format=name)


def list_edges(text: str) -> list[int]:
    return [found.end() for found in re.finditer(r"(?<!\?)'", text)]


@settings(max_examples=80)
@given(manifest=make_manifest().filter(lambda manifest: manifest.travellers), data=st.data())
def test_whatever_is_taken_out_of_a_message_no_traveller_is_missing_in_silence(
    manifest: Manifest, data: st.DataObject
) -> None:
    """Any run of segments out, any segments twice, any two exchanged: strict mode takes nothing that names other people."""
    text = paxlst.write(manifest=manifest).decode()
    edges = [len("UNA:+.? '"), *list_edges(text)[1:]]
    one, other = sorted(data.draw(st.tuples(*[st.sampled_from(edges)] * 2)))
    way = data.draw(st.sampled_from(("out", "twice", "exchanged")))
    if way == "out":
        damaged = text[:one] + text[other:]
    elif way == "twice":
        damaged = text[:other] + text[one:]
    else:
        end = next((edge for edge in edges if edge > other), len(text))
        damaged = text[:one] + text[other:end] + text[one:other] + text[end:]
    tolerant, strict = read(data=damaged.encode()), read(data=damaged.encode(), strict=True)
    people = [person for found in tolerant.manifests for person in found.travellers]
    if len(people) != len(manifest.travellers):
        assert tolerant.problems
        assert not strict.accepted


@settings(max_examples=60)
@given(manifest=make_manifest().filter(lambda manifest: manifest.travellers))
def test_a_whole_interchange_twice_in_one_file_is_told_though_both_bear_one_reference(
    manifest: Manifest,
) -> None:
    text = paxlst.write(manifest=manifest).decode()
    twice = (text + text[len("UNA:+.? '") :]).encode()
    assert "list_repeated" in {problem.code for problem in read(data=twice).problems}
    assert not read(data=twice, strict=True).accepted


@settings(max_examples=60)
@given(
    manifest=make_manifest(several_documents=False).filter(lambda m: len(m.travellers) > 1), data=st.data()
)
def test_a_row_lost_from_a_numbered_list_is_noticed(manifest: Manifest, data: st.DataObject) -> None:
    sheet = spreadsheet.Sheet(kind="csv", language=data.draw(st.sampled_from(("zh", "en"))))
    lines = spreadsheet.write(manifest=manifest, sheet=sheet).decode().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if re.match(r'"?1"?,', line))
    lost = data.draw(st.integers(first, first + len(manifest.travellers) - 2))
    reading = read(data="".join(lines[:lost] + lines[lost + 1 :]).encode(), strict=True)
    assert sum(len(found.travellers) for found in reading.manifests) == len(manifest.travellers) - 1
    assert reading.problems
    assert lost == first or not reading.accepted


@pytest.mark.parametrize("mode", [False, True], ids=["tolerant", "strict"])
def test_a_message_cut_short_says_so_to_a_tired_officer(mode: bool) -> None:
    reading = read(
        data=get_document(GOLDEN / "paxlst" / "own_truncated_in_segment").read_bytes(), strict=mode
    )
    assert reading.accepted is not mode
    (problem,) = [problem for problem in reading.problems if problem.code == "truncated"]
    assert "breaks off here" in problem.message
    assert "again" in problem.remedy
    assert problem.fatal is mode
