"""One way in: content decides the format; what cannot be read is said with place and remedy; the command prints it."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from formats.golden_cases import GOLDEN, get_document, list_cases
from pratique.formats.read import SIZE_MAX_MB, read
from pratique.formats.table import FORMATS
from pratique.site import command_read
from pratique.site.command_port import EXAMPLE


@pytest.mark.parametrize("case", list_cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_content_decides_the_format(case: Path) -> None:
    reading = read(data=get_document(case).read_bytes())
    expected = "" if case.name == "own_not_a_workbook" else case.parent.name
    assert reading.format == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\r\n \r\n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (bytes(100), "file_empty"),
        (b"%PDF-1.7 ...", "file_binary"),
        (b"\x89PNG\r\n\x1a\n....", "file_binary"),
        (bytes(range(256)) * 8, "file_binary"),
        ("今天天气很好".encode(), "format_unknown"),
        (b"{}", "kind_unread"),
        (b'[{"name": "A", "passport": "B"}]', "kind_unread"),
        (b'<?xml version="1.0"?><Workbook><a/></Workbook>', "kind_unread"),
        (b"<html><body><table></table></body></html>", "kind_unread"),
        (b"1AIRLINE STANDARD SCHEDULE DATA SET" + b" " * 156 + b"001000001", "kind_unread"),
        (b"Received: from a\r\nSubject: list\r\n\r\nattached", "kind_unread"),
        (b"PNL\r\nMU2032/15APR RGN PART1\r\n1AUNG/THIDA\r\nENDPNL", "kind_unread"),
        (b"x" * (SIZE_MAX_MB * 1_000_000 + 1), "file_too_large"),
    ],
    ids=[
        "nothing",
        "blank",
        "mark",
        "zeros",
        "pdf",
        "picture",
        "bytes",
        "prose",
        "json",
        "api",
        "xml",
        "page",
        "ssim",
        "mail",
        "pnl",
        "large",
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(data: bytes, code: str) -> None:
    reading = read(data=data)
    assert not reading.accepted
    assert [problem.code for problem in reading.problems] == [code]
    assert reading.problems[0].remedy
    assert reading.values is None


def test_a_workbook_cut_on_its_way_is_called_one() -> None:
    whole = (GOLDEN / "xlsx" / "own_plain" / "in.xlsx").read_bytes()
    reading = read(data=whole[: len(whole) // 2])
    assert not reading.accepted
    assert "an Excel workbook that is damaged" in reading.problems[0].message


def test_a_file_for_another_command_is_told_to_be_one() -> None:
    problem = {"name": "x", "kinds": {}, "locations": {}, "parties": [], "vehicles": []}
    for data, command in (
        (json.dumps(problem).encode(), "pratique plan transport"),
        (EXAMPLE.read_bytes(), "pratique port check"),
    ):
        reading = read(data=data)
        assert not reading.accepted
        assert command in reading.problems[0].message


def test_a_name_in_a_list_does_not_make_it_edifact() -> None:
    rows = (
        "Name,Sex,Passport no.,Date of birth\nKHUNH,female,MB731205,1984-02-28\nSOUNH,X,FEMALE,1984-02-28\n"
    )
    assert read(data=rows.encode()).format == "csv"


def test_an_unknown_format_names_the_known_ones() -> None:
    (problem,) = read(data=b"x", format="pdf").problems
    assert problem.code == "format_unsupported"
    assert all(known.name in problem.remedy for known in FORMATS)


@pytest.mark.parametrize("name", [known.name for known in FORMATS])
def test_any_format_may_be_asked_for_and_answers(name: str) -> None:
    """A document that is not what it is said to be is refused, not misread."""
    other = b"Dear colleagues, nothing here is a list."
    reading = read(data=other, format=name)
    assert reading.format == name
    assert not reading.accepted
    assert reading.problems


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser(prog="pratique")
    command_read.add_parser(parser.add_subparsers())
    args = parser.parse_args(["read", *words])
    return args.run(args), capsys.readouterr().out


def test_the_command_prints_the_stable_object(capsys: pytest.CaptureFixture[str]) -> None:
    path = get_document(GOLDEN / "paxlst" / "gtas_apisMessage")
    status, out = run(capsys, str(path), "--strict", "--json")
    said: dict[str, Any] = json.loads(out)
    assert status == 0
    assert list(said) == ["format", "accepted", "values", "problems"]
    assert said["values"]["flight"]["designator"] == "AA124"
    assert [person["surname"] for person in said["values"]["travellers"]] == ["CLARK", "CLARK"]
    assert said["values"]["parties"] == [{"party": "TYR123", "travellers": [0, 1]}]


def test_the_command_refuses_with_status_one(capsys: pytest.CaptureFixture[str]) -> None:
    path = get_document(GOLDEN / "paxlst" / "own_passenger_count_wrong")
    assert run(capsys, str(path), "--json")[0] == 0
    status, out = run(capsys, str(path), "--strict", "--json")
    assert status == 1
    (problem,) = [entry for entry in json.loads(out)["problems"] if entry["code"] == "passenger_count_wrong"]
    assert list(problem) == ["code", "where", "message", "remedy"]


def test_the_command_reads_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = get_document(GOLDEN / "mrz" / "own_td3_whole").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    status, out = run(capsys, "-", "--json")
    assert status == 0
    assert all(json.loads(out)["values"]["check_digits"].values())


@pytest.mark.parametrize("path", ["nowhere/at/all.edi", ".", "a\x00b"])
def test_a_file_that_cannot_be_opened_is_said(capsys: pytest.CaptureFixture[str], path: str) -> None:
    status, out = run(capsys, path, "--json")
    assert status == 1
    assert [problem["code"] for problem in json.loads(out)["problems"]] == ["file_unreadable"]


@pytest.mark.parametrize(("language", "word"), [("en", "Problems: 1"), ("zh", "问题: 1")])
def test_the_summary_is_readable_in_both_languages(
    capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    path = get_document(GOLDEN / "csv" / "own_chinese_gb18030")
    status, out = run(capsys, str(path), "--language", language)
    assert status == 0
    assert word in out
    assert "赵丽华" in out
