"""Machine-readable zones: accepted when all check digits hold and for no other reason; nothing is mended unasked."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mrz.generator.mrva import MRVACodeGenerator
from mrz.generator.mrvb import MRVBCodeGenerator
from mrz.generator.td1 import TD1CodeGenerator
from mrz.generator.td2 import TD2CodeGenerator
from mrz.generator.td3 import TD3CodeGenerator

from formats.golden_cases import GOLDEN
from pratique.formats.mrz import ALPHABET, LAYOUTS, Mrz, compute_check_digit, looks_like_mrz
from pratique.formats.read import read

SPECIMENS = json.loads((GOLDEN / "mrz" / "specimens.json").read_text("utf-8"))
ON = date(2020, 4, 15)


def read_zone(lines: list[str] | tuple[str, ...]) -> tuple[Mrz, bool, set[str]]:
    reading = read(data="\n".join(lines).encode(), on=ON)
    assert reading.format == "mrz"
    assert isinstance(reading.values, Mrz)
    return reading.values, reading.accepted, {problem.code for problem in reading.problems}


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: f"{specimen['id']}-{specimen['format']}")
def test_a_specimen_holds_as_the_collector_computed(specimen: dict[str, Any]) -> None:
    zone, accepted, _ = read_zone(specimen["lines"])
    assert zone.kind == specimen["format"]
    assert dict(zone.checks) == specimen["computed_checks"]
    assert accepted == specimen["all_check_digits_valid"]


def test_the_check_digit_of_the_standard() -> None:
    """The worked examples of ICAO 9303-3, appendix A."""
    assert compute_check_digit("520727") == "3"
    assert compute_check_digit("AB2134<<<") == "5"
    assert compute_check_digit("a") == "?"


NAMES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=9)
NUMBERS = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=9, max_size=9)
DAYS = st.dates(date(1925, 1, 1), date(2019, 12, 31)).map(lambda day: f"{day:%y%m%d}")


@st.composite
def generate_zone(draw: st.DrawFn) -> list[str]:
    """A zone as another library, not ours, composes it."""
    surname, given, number = draw(NAMES), draw(NAMES), draw(NUMBERS)
    born, expires, sex = draw(DAYS), draw(DAYS), draw(st.sampled_from("MF"))
    kind = draw(st.sampled_from(("TD1", "TD2", "TD3", "MRVA", "MRVB")))
    if kind == "TD1":
        code = TD1CodeGenerator("ID", "UTO", number, born, sex, expires, "UTO", surname, given)
    elif kind == "TD2":
        code = TD2CodeGenerator("ID", "UTO", surname, given, number, "UTO", born, sex, expires)
    elif kind == "TD3":
        code = TD3CodeGenerator("P", "UTO", surname, given, number, "UTO", born, sex, expires, "ZE184226B")
    elif kind == "MRVA":
        code = MRVACodeGenerator("V", "UTO", surname, given, number, "UTO", born, sex, expires)
    else:
        code = MRVBCodeGenerator("V", "UTO", surname, given, number, "UTO", born, sex, expires)
    return str(code).split("\n")


@settings(max_examples=100)
@given(lines=generate_zone())
def test_zones_composed_elsewhere_are_accepted(lines: list[str]) -> None:
    zone, accepted, _ = read_zone(lines)
    assert accepted
    assert zone.surname in "".join(lines).replace("<", " ")
    assert zone.suggestion == ()


@settings(max_examples=200)
@given(lines=generate_zone(), data=st.data())
def test_one_wrong_character_where_a_digit_guards_is_caught(lines: list[str], data: st.DataObject) -> None:
    """Any one character of a guarded field, or its check digit, replaced by one of another value."""
    layout = next(layout for layout in LAYOUTS if layout.kind == read_zone(lines)[0].kind)
    spans = [span for pair in layout.checks.values() for span in pair]
    line, start, end = data.draw(st.sampled_from(spans))
    place = data.draw(st.integers(start, end - 1))
    before = lines[line][place]
    value = ALPHABET.index(before) % 36
    others = [sign for sign in ALPHABET if (ALPHABET.index(sign) % 36 - value) % 10]
    wrong = list(lines)
    wrong[line] = lines[line][:place] + data.draw(st.sampled_from(others)) + lines[line][place + 1 :]
    _, accepted, codes = read_zone(wrong)
    assert not accepted
    assert "mrz_check_digit_wrong" in codes


@settings(max_examples=150)
@given(lines=generate_zone(), data=st.data())
def test_a_slip_is_never_mended_in_silence(lines: list[str], data: st.DataObject) -> None:
    """Lower case, blanks, lost or added fillers: refused, and proposed only what makes every check digit hold."""
    line = data.draw(st.integers(0, len(lines) - 1))
    slip = data.draw(st.sampled_from(("lower", "blank", "lost", "added")))
    wrong = list(lines)
    if slip == "lower":
        wrong[line] = lines[line].lower()
    elif slip == "blank":
        place = data.draw(st.integers(1, len(lines[line]) - 2))
        wrong[line] = lines[line][:place] + " " + lines[line][place:]
    elif slip == "lost":
        wrong[line] = lines[line][:-2] if lines[line].endswith("<<") else lines[line].replace("<<", "", 1)
    else:
        wrong[line] = lines[line][:-1] + "<" + lines[line][-1]
    if wrong == lines:
        return
    zone, accepted, codes = read_zone(wrong)
    assert not accepted
    assert codes
    assert zone.lines == tuple(wrong)
    if zone.suggestion:
        assert read_zone(zone.suggestion)[1]


@pytest.mark.parametrize(
    "write",
    [
        lambda lines: " ".join(lines),
        lambda lines: "MRZ:\n" + "\n".join(lines),
        lambda lines: "\n".join(lines).replace("<", "&lt;"),
        lambda lines: "   " + "\r\r\n  ".join(lines) + "\n\n",
    ],
    ids=["one line", "labelled", "from a web page", "indented"],
)
@settings(max_examples=20)
@given(lines=generate_zone())
def test_what_stands_around_a_zone_is_no_part_of_it(
    write: Callable[[list[str]], str], lines: list[str]
) -> None:
    reading = read(data=write(lines).encode(), on=ON)
    assert reading.accepted
    assert reading.zone is not None
    assert reading.zone.lines == tuple(lines)


@settings(max_examples=40)
@given(lines=generate_zone(), number=st.integers(0, 2))
def test_a_line_by_itself_is_told_to_be_no_whole_zone(lines: list[str], number: int) -> None:
    """One line of two or three, if it looks like one: refused as a zone, never taken for anything else."""
    reading = read(data=lines[number % len(lines)].encode(), on=ON)
    assert not reading.accepted
    assert {problem.code for problem in reading.problems} <= {"mrz_shape_unknown", "format_unknown"}


def test_an_o_for_a_zero_is_proposed_and_not_taken() -> None:
    lines = ["P<NLDDE<BRUIJN<<WILLEKE<LISELOTTE<<<<<<<<<<<", "SPECI20142NLD65O3101F24O3O96999999990<<<<<84"]
    zone, accepted, codes = read_zone(lines)
    assert not accepted
    assert {"mrz_letter_for_digit", "mrz_check_digit_wrong"} <= codes
    assert zone.born_on is None
    assert zone.suggestion[1] == "SPECI20142NLD6503101F2403096999999990<<<<<84"


def test_a_number_of_twelve_characters_runs_on_into_the_optional_data() -> None:
    zone, accepted, _ = read_zone(
        ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"]
    )
    assert accepted
    assert (zone.document_number, zone.optional) == ("D23145890734", "")


@pytest.mark.parametrize(
    ("on", "born_on"),
    [
        (date(2020, 4, 15), date(1920, 4, 16)),
        (date(2020, 4, 16), date(2020, 4, 16)),
        (None, date(2020, 4, 16)),
    ],
)
def test_the_century_of_a_birth_is_the_latest_before_the_day_of_looking(
    on: date | None, born_on: date
) -> None:
    first = "P<UTONEWBORN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<"
    number, birth, expiry, personal = "L898902C3", "200416", "250415", "<" * 14
    second = f"{number}{compute_check_digit(number)}UTO{birth}{compute_check_digit(birth)}F"
    second += f"{expiry}{compute_check_digit(expiry)}{personal}<"
    second += compute_check_digit(second[0:10] + second[13:20] + second[21:43])
    reading = read(data=f"{first}\n{second}".encode(), on=on)
    assert isinstance(reading.values, Mrz)
    assert reading.accepted
    assert reading.values.born_on == born_on


@pytest.mark.parametrize(
    "text", ["", "HELLO", "Name,Passport\nA,B\n", "UNB+UNOA:4+A+B", "<<<<<<<<<<<<<<<<<<<<<<<<"]
)
def test_other_texts_are_not_taken_for_a_zone(text: str) -> None:
    assert not looks_like_mrz(text)
