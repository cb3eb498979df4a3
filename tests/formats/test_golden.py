"""Every golden document reads as its out.json and problems.json say."""

import csv
import json
from pathlib import Path

import pytest

from formats.golden_cases import GOLDEN, LOOKED_AT_ON, describe, get_document, list_cases
from pratique.formats.read import read

CASES = list_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_document_reads_as_recorded(case: Path) -> None:
    values, problems = describe(case)
    assert values == json.loads((case / "out.json").read_text("utf-8"))
    assert problems == json.loads((case / "problems.json").read_text("utf-8"))


def test_every_format_has_cases_and_sources() -> None:
    for folder in {case.parent for case in CASES}:
        assert (folder / "SOURCES.md").is_file(), folder
    for borrowed in ("paxlst", "pnrgov"):
        assert "Homeland Security" in (GOLDEN / borrowed / "LICENSE.GTAS.txt").read_text("utf-8")


with (GOLDEN / "paxlst" / "controls.csv").open(newline="", encoding="utf-8") as file:
    CONTROLS = list(csv.DictReader(file))


@pytest.mark.parametrize("row", CONTROLS, ids=lambda row: row["case"])
def test_controls_agree_with_those_counted_by_the_collector(row: dict[str, str]) -> None:
    """Held against figures counted without this reader: people, UNT, CNT 42, and what strict mode makes of them."""
    data = get_document(GOLDEN / "paxlst" / row["case"]).read_bytes()
    reading = read(data=data, strict=True, on=LOOKED_AT_ON)
    codes = {problem.code for problem in reading.problems}
    if row["people"] != "0":
        assert sum(len(manifest.travellers) for manifest in reading.manifests) == int(row["people"])
    if row["unt_count_ok"]:
        assert ("segment_count_wrong" not in codes) == (row["unt_count_ok"] == "True")
    if row["cnt42_ok"]:
        assert ("passenger_count_wrong" not in codes) == (row["cnt42_ok"] == "True")
    if row["unt_count_ok"] == "True" and row["cnt42_ok"] in ("True", ""):
        assert reading.accepted
    if "False" in (row["unt_count_ok"], row["cnt42_ok"]):
        assert not reading.accepted


@pytest.mark.parametrize("letter", ["A", "B", "D", "E"])
def test_teletype_wrapping_changes_nothing_in_the_list(letter: str) -> None:
    """The message as received and the one cleaned by hand say the same about everybody."""

    def read_values(case: str) -> object:
        values = read(data=get_document(GOLDEN / "paxlst" / case).read_bytes()).to_json()["values"]
        for person in values["travellers"]:
            del person["place"]
        return values

    assert read_values(f"ediclean_{letter}") == read_values(f"ediclean_{letter}_cleaned")


@pytest.mark.parametrize("case", ["chinese_bom", "chinese_gb18030", "chinese_utf16"])
def test_an_encoding_changes_nothing_in_the_list(case: str) -> None:
    plain = read(data=(GOLDEN / "csv" / "own_chinese" / "in.csv").read_bytes())
    other = read(data=(GOLDEN / "csv" / f"own_{case}" / "in.csv").read_bytes())
    assert other.values == plain.values
