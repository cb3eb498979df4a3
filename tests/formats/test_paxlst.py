"""PAXLST: what is written reads back, whatever habits the sender has; what is cut or miscounted is told."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydifact.parser import Parser

from formats.strategies import make_manifest
from pratique.core.manifest import Manifest
from pratique.formats import paxlst
from pratique.formats.edifact import Separators
from pratique.formats.read import read

SEPARATORS = st.sampled_from(
    (
        Separators(),
        Separators(repetition="*"),
        Separators(":", "*", ".", "?", " ", "#"),
        Separators(":", "(", ".", ")", " ", "-"),
        Separators(":", "-", ".", "?", " ", "'"),
        Separators("\x1f", "\x1d", ".", "?", " ", "\x1c"),
    )
)
STYLES = st.builds(
    paxlst.Style,
    directory=st.sampled_from(("02B", "03B", "05B", "12B", "13B")),
    separators=SEPARATORS,
    service_string=st.booleans(),
    group=st.booleans(),
    break_after_segment=st.booleans(),
    wrap_columns=st.sampled_from((0, 58, 64, 69)),
    heading=st.sampled_from(
        ("", "\x01QK KMGAPXS\r\n.MUCKMTS 150421\r\n\x02", "CICA\t \r\n\r\n.HDQCRA9 130631\r\n")
    ),
    footer=st.sampled_from(
        ("", "\r\n\x03\r\n 15APR20 0421Z\r\n\f", "\r\n\r\nThis e-mail is the sender's own.\r\n")
    ),
    travellers_per_message=st.sampled_from((0, 1, 3)),
    parts_apart=st.booleans(),
)
quick = settings(max_examples=60)


def plain(manifest: Manifest) -> Manifest:
    """A manifest without what a message cannot carry or a reader adds: places, and names' doubled blanks."""
    people = tuple(replace(person, place="") for person in manifest.travellers)
    return replace(
        manifest, travellers=people, stated_passengers=None, stated_crew=None, message_reference=""
    )


@quick
@given(manifest=make_manifest(), style=STYLES)
def test_what_is_written_reads_back(manifest: Manifest, style: paxlst.Style) -> None:
    if style.break_after_segment and style.wrap_columns:
        style = replace(style, wrap_columns=0)
    reading = read(data=paxlst.write(manifest=manifest, style=style), strict=True)
    assert reading.accepted, reading.problems
    (found,) = reading.manifests
    assert plain(found) == plain(manifest)
    assert found.stated_passengers in (None, found.counted_passengers)


@pytest.mark.filterwarnings("ignore:segments.xml not found")
@quick
@given(manifest=make_manifest())
def test_another_library_reads_the_same_segments(manifest: Manifest) -> None:
    """pydifact, which is not ours, tokenises what we write into the same segments."""
    text = paxlst.write(manifest=manifest).decode()
    theirs = [segment.tag for segment in Parser().parse(text)]
    assert theirs[:4] == ["UNA", "UNB", "UNG", "UNH"]
    assert theirs.count("NAD") == len(manifest.travellers) + 1
    assert int(re.search(r"UNT\+(\d+)", text)[1]) == len(theirs) - 5


@quick
@given(manifest=make_manifest().filter(lambda manifest: manifest.travellers), data=st.data())
def test_a_message_cut_anywhere_is_never_taken_for_whole(manifest: Manifest, data: st.DataObject) -> None:
    """However it is cut: strict mode refuses it, tolerant mode keeps the travellers before the cut and says so."""
    whole = paxlst.write(manifest=manifest)
    first = whole.index(b"NAD+MS")
    cut = data.draw(st.integers(first, len(whole) - 2))
    strict, tolerant = read(data=whole[:cut], strict=True), read(data=whole[:cut])
    assert not strict.accepted
    assert tolerant.problems
    kept = tolerant.manifests[0].travellers if tolerant.manifests else ()
    names = [person.surname for person in kept]
    assert names[:-1] == [person.surname for person in manifest.travellers][: len(names)][:-1]


@quick
@given(manifest=make_manifest().filter(lambda manifest: len(manifest.travellers) > 1), data=st.data())
def test_a_lost_traveller_is_noticed(manifest: Manifest, data: st.DataObject) -> None:
    """Take one traveller's segments out and the controls disagree, twice over."""
    text = paxlst.write(manifest=manifest).decode()
    starts = [found.start() for found in re.finditer(r"(?<=')NAD\+(?!MS)", text)] + [text.index("CNT+")]
    lost = data.draw(st.integers(0, len(starts) - 2))
    reading = read(data=(text[: starts[lost]] + text[starts[lost + 1] :]).encode(), strict=True)
    codes = {problem.code for problem in reading.problems}
    assert not reading.accepted
    assert "segment_count_wrong" in codes
    assert codes & {"passenger_count_wrong", "crew_count_wrong"}


def test_parts_in_any_order_make_one_list() -> None:
    manifest = _make_large(10)
    style = paxlst.Style(travellers_per_message=3, parts_apart=True, service_string=False)
    parts = paxlst.write(manifest=manifest, style=style).split(b"UNB+")[1:]
    shuffled = b"\r\n".join(b"UNB+" + parts[number] for number in (2, 0, 3, 1))
    reading = read(data=shuffled, strict=True)
    assert reading.accepted
    assert [person.reference for person in reading.manifests[0].travellers] == [f"{n:04d}" for n in range(10)]


@pytest.mark.parametrize("ending", [b"\r\n\x03\r\n\x01", b"\r\n"], ids=["with controls", "without"])
@pytest.mark.parametrize("nl", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_a_message_in_pages_is_one_message(ending: bytes, nl: bytes) -> None:
    """A teletype network begins each page with addressees and origin, wherever in a name the page broke."""
    data = paxlst.write(manifest=_seed())
    opening = b"\x02" if b"\x03" in ending else b""
    pages = ending + b"QK KMGAPXS PEKAPXS\r\n.MUCKMTS 150421\r\n" + opening
    for cut in range(200, len(data), 7):
        reading = read(data=(data[:cut] + pages + data[cut:]).replace(b"\r\n", nl), strict=True)
        assert reading.accepted, reading.problems
        (found,) = reading.manifests
        assert plain(found) == plain(_seed())


def test_an_apostrophe_bent_by_a_word_processor_loses_nobody() -> None:
    text = (
        paxlst.write(manifest=_make_large(3)).decode().replace("'NAD+FL", "’NAD+FL").replace("'CNT", "´CNT")
    )
    reading = read(data=text.encode(), strict=True)
    assert reading.accepted
    assert [problem.code for problem in reading.problems] == ["terminator_curled"]
    assert len(reading.manifests[0].travellers) == 3


def test_a_repeated_part_is_told() -> None:
    style = paxlst.Style(travellers_per_message=3, parts_apart=True, service_string=False)
    data = paxlst.write(manifest=_make_large(6), style=style)
    reading = read(data=data + data)
    assert {"part_repeated", "traveller_repeated"} <= {problem.code for problem in reading.problems}


def _make_large(size: int) -> Manifest:
    reading = read(data=paxlst.write(manifest=_seed()))
    (manifest,) = reading.manifests
    person = manifest.travellers[0]
    people = tuple(
        replace(
            person,
            reference=f"{number:04d}",
            documents=(replace(person.documents[0], number=f"E{number:08d}"),),
        )
        for number in range(size)
    )
    return replace(manifest, travellers=people, stated_passengers=None)


def _seed() -> Manifest:
    text = (
        "UNB+UNOA:4+A+B+200415:0421+1'UNH+1+PAXLST:D:05B:UN:IATA+MU2032'BGM+745'TDT+20+MU2032'LOC+125+RGN'"
        "DTM+189:2004151120:201'LOC+87+KMG'DTM+232:2004151445:201'NAD+FL+++AUNG:THIDA WIN'ATT+2++F'"
        "DTM+329:840229'NAT+2+MMR'RFF+AVF:KX7QPL'RFF+ABO:0000'RFF+SEA:12A'DOC+P:110:111+MB731205'"
        "DTM+36:270301'LOC+91+MMR'CNT+42:1'UNT+18+1'UNZ+1+1'"
    )
    return read(data=text.encode(), strict=True).manifests[0]


@pytest.mark.parametrize("name", ["paxlst", "PAXLST", "edifact"])
def test_a_named_format_is_read_as_named(name: str) -> None:
    assert read(data=paxlst.write(manifest=_seed()), format=name).accepted


def test_reservations_are_not_taken_for_a_list() -> None:
    text = "UNA:+.?*'UNB+IATA:1+A+B+200415:0421+1'UNH+1+PNRGOV:11:1:IA'MSG+:22'ORG+MU'UNT+4+1'UNZ+1+1'"
    reading = read(data=text.encode())
    assert (reading.format, reading.accepted, reading.values) == ("pnrgov", False, None)
    forced = read(data=text.encode(), format="paxlst")
    assert not forced.accepted
    assert {problem.code for problem in forced.problems} == {"message_not_list", "message_missing"}


def test_a_long_list_stays_a_moment() -> None:
    """Four hundred travellers, wrapped for teletype: milliseconds to read, not seconds; the bound is for any machine."""
    manifest = _make_large(400)
    data = paxlst.write(manifest=manifest, style=paxlst.TELETYPE)
    reading = read(data=data, strict=True)
    assert len(reading.manifests[0].travellers) == 400
