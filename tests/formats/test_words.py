"""Every problem is said in both languages, with its facts, and is in the reference."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from formats.reference import compose_row, list_sections
from pratique.core.answers import Problem
from pratique.formats.findings import PROBLEMS_MAX, Findings
from pratique.formats.read import read
from pratique.formats.words import KINDS, translate

ROOT = Path(__file__).parents[2]
SOURCES = [
    path.read_text("utf-8")
    for folder in ("src/pratique/formats", "src/pratique/site")
    for path in (ROOT / folder).glob("*.py")
]
FACT = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("code", sorted(KINDS))
def test_both_languages_tell_the_same_facts(code: str) -> None:
    kind = KINDS[code]
    for texts in (kind.message, kind.remedy):
        assert texts["en"].strip()
        assert re.search(r"[\u4e00-\u9fff]", texts["zh"])
        facts = {
            language: {name.removesuffix("_zh") for name in FACT.findall(texts[language])}
            for language in texts
        }
        assert facts["en"] == facts["zh"]


def test_every_code_reported_is_known_and_every_known_code_is_reported() -> None:
    text = "\n".join(SOURCES)
    reported = {code for code in KINDS if f'"{code}"' in text}
    composed = {
        f"date_{fault}" for fault in ("unreadable", "ambiguous", "partial", "era", "day_first", "month_first")
    }
    assert set(KINDS) - reported - composed == set()
    named = set(re.findall(r'report\(\s*"(\w+)"', text)) | set(re.findall(r'note\(\s*"(\w+)"', text))
    assert named - set(KINDS) == set()


def test_the_reference_lists_every_code_as_it_is_said() -> None:
    lines = (ROOT / "docs/reference/formats.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if re.match(r"\| `\w+` \| (always|strict|never) \|", line)]
    assert sorted(rows) == sorted(map(compose_row, KINDS))
    assert {code for _, codes in list_sections() for code in codes} == set(KINDS)


def test_the_reference_shows_an_object_as_the_command_prints_it() -> None:
    """The JSON in the reference is what `pratique read --json` prints for a golden document, cut to one traveller."""
    text = (ROOT / "docs/reference/formats.md").read_text("utf-8")
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    assert len(shown) == 2
    for name, said in zip(
        ("paxlst/own_passenger_count_wrong/in.edi", "mrz/own_td3_whole/in.txt"), shown, strict=True
    ):
        data = (ROOT / "tests/formats/golden" / name).read_bytes()
        full = read(data=data, on=date(2020, 4, 15)).to_json()
        if said["format"] == "paxlst":
            full["values"]["travellers"] = full["values"]["travellers"][:1]
        assert said == full


def test_a_problem_is_translated_with_its_facts_and_its_place() -> None:
    text = "UNB+UNOA:4+A+B+200415:0421+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'CNT+42:8'UNT+4+1'UNZ+1+1'"
    problems = {problem.code: problem for problem in read(data=text.encode()).problems}
    said = translate(problem=problems["passenger_count_wrong"], language="zh")
    assert said.where == "第4段（CNT），第1行"
    assert said.message == "名单声明旅客 8 人（CNT 42），实际列出 0 人。"
    assert translate(problem=problems["passenger_count_wrong"], language="en").message.startswith(
        "The list states 8"
    )


def test_a_problem_of_another_part_stays_as_it_is() -> None:
    problem = Problem("elsewhere", "line 1", "Something.", "Do it.")
    assert translate(problem=problem, language="zh").message == "Something."


def test_no_message_leaves_a_brace_open() -> None:
    for case in (ROOT / "tests/formats/golden").glob("*/*/problems.json"):
        assert not re.search(r"[{]\w+[}]", case.read_text("utf-8")), case


def test_problems_past_the_limit_are_counted() -> None:
    findings = Findings(strict=False)
    for number in range(PROBLEMS_MAX + 7):
        findings.report("document_missing", f"row {number}")
    problems = findings.close()
    assert len(problems) == PROBLEMS_MAX + 1
    assert problems[-1].message.startswith("7 more")
    assert not findings.refused


def test_a_refusal_past_the_limit_is_still_told() -> None:
    findings = Findings(strict=True)
    for number in range(PROBLEMS_MAX + 1):
        findings.report("document_missing", f"row {number}")
    findings.report("total_wrong", "row 9", {"stated": 1, "counted": 2})
    assert findings.refused
    assert "total_wrong" in {problem.code for problem in findings.close()}
