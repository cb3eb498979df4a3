"""`pratique trace`: golden files, stories told as files, and files that are wrong in every way.

`python tests/site/test_trace_command.py` writes what the command says now beside every golden file; look at the difference
before committing it.
"""

import contextlib
import copy
import io
import json
import random
from pathlib import Path

import pytest

from pratique.site.commands import main

GOLDEN = Path(__file__).parents[1] / "formats" / "golden" / "tracing"
CASES = sorted(path.parent for path in GOLDEN.glob("*/in.json"))
LOOP = GOLDEN / "own_flight_to_hotel" / "in.json"


def run(*words):
    """Status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(["trace", *map(str, words)])
    return status, out.getvalue(), err.getvalue()


def trace(path, *words):
    status, out, _ = run(path, *words, "--json")
    assert status in (0, 1)
    return json.loads(out)


def describe(case):
    """What the command says of a golden file: out.json and problems.json."""
    said = trace(case / "in.json", *json.loads((case / "args.json").read_text()))
    problems = said.pop("problems")
    return said, problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_file_is_traced_as_recorded(case):
    said, problems = describe(case)
    assert said == json.loads((case / "out.json").read_text("utf-8"))
    assert problems == json.loads((case / "problems.json").read_text("utf-8"))


def test_every_file_that_is_wrong_names_what_is_wrong_and_keeps_what_is_good():
    status, _, err = run(GOLDEN / "own_faulty" / "in.json", "--case", "C1", "--rules", "ecdc-2020")
    problems = json.loads((GOLDEN / "own_faulty" / "problems.json").read_text("utf-8"))
    assert status == 1
    assert len(err.splitlines()) == len(problems) > 20
    assert all(problem["where"] and problem["remedy"] for problem in problems)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_says_every_contact_and_every_reason(language):
    said = trace(LOOP, "--case", "C1", "--second-ring")
    status, out, err = run(LOOP, "--case", "C1", "--second-ring", "--language", language)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    everybody = said["contacts"] + said["second_ring"]
    assert sum(line.startswith("    ") for line in lines) == sum(len(c["reasons"]) for c in everybody)
    for contact in everybody:
        assert any(f"  {contact['who']}  " in line or f"  {contact['who']} (" in line for line in lines)
        for reason in contact["reasons"]:
            assert reason["title"][language] in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--case", "C9"), "tracing_case_unknown"),
        (("--what-if", "T99"), "tracing_person_unknown"),
        (("--what-if", "T1", "--sampled", "soon"), "tracing_time_unreadable"),
        (("--case", "C1", "--rules", "mars"), "tracing_rules_unknown"),
    ],
)
def test_a_name_that_is_not_there_is_refused_and_those_that_are_there_are_named(words, code):
    status, out, err = run(LOOP, *words)
    assert (status, out) == (2, "")
    assert f"[{code}]" in err and len(err.splitlines()) == 1


def test_files_of_no_use_are_refused(tmp_path):
    for text, code in (
        ("{", "tracing_not_json"),
        ("[]", "tracing_version"),
        ('{"version": 2}', "tracing_version"),
        ('{"version": 1}', "tracing_empty"),
        ('{"version": 1, "custodians": [1]}', "tracing_zone"),
        ('{"version": 1, "custodians": [1], "zone": "Asia/Shanghai"}', "tracing_without_now"),
    ):
        path = tmp_path / "in.json"
        path.write_text(text)
        status, out, err = run(path, "--case", "C1")
        assert (status, out) == (2, "")
        assert f"({code})" in err
    status, _, err = run(tmp_path / "none.json", "--case", "C1")
    assert status == 2 and "tracing_file_unreadable" in err


def test_rules_of_ones_own_are_read_from_a_file_and_their_faults_are_named(tmp_path):
    shipped = Path("src/pratique/protocols/tracing/cn-2020.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(shipped.replace("distance = 3", "distance = 1", 1), "utf-8")
    close = [
        c["who"] for c in trace(LOOP, "--case", "C1", "--rules", own)["contacts"] if c["grade"] == "close"
    ]
    assert "T3" in close  # two rows away, but on the same aired bus
    assert "T5" in close  # one row away
    own.write_text(shipped.replace("distance = 3", "distance = -3", 1), "utf-8")
    status, _, err = run(LOOP, "--case", "C1", "--rules", own)
    assert status == 2 and "tracing-rules-range" in err


def test_the_order_of_rows_changes_nothing(tmp_path):
    document = json.loads(LOOP.read_text())
    said = trace(LOOP, "--case", "C1", "--second-ring")
    for table, rows in document.items():
        if isinstance(rows, list) and table != "parties":
            random.Random(1).shuffle(rows)
    path = tmp_path / "shuffled.json"
    path.write_text(json.dumps(document))
    assert trace(path, "--case", "C1", "--second-ring") == said


WRONG = (
    None,
    True,
    -1,
    10**400,
    "",
    "x",
    [],
    [1],
    {},
    {"a": 1},
    "2020-12-05T08:00",
    "0001-01-01",
    "9999-12-31T23:59",
    "T1",
    "320",
)


def list_paths(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from list_paths(value[key], (*path, key))


def test_whatever_is_put_in_a_field_the_command_answers_and_never_breaks(tmp_path):
    """Three hundred files with one or two wrong values: traced or refused, with a word on it, never a traceback."""
    document = json.loads(LOOP.read_text())
    paths = [path for path in list_paths(document) if path]
    draw, statuses = random.Random(7), []
    for _ in range(300):
        broken = copy.deepcopy(document)
        for path in draw.sample(paths, 2):
            target = broken
            try:
                for key in path[:-1]:
                    target = target[key]
                target[path[-1]] = draw.choice(WRONG)
            except (TypeError, IndexError, KeyError):
                continue  # the first wrong value took it away
        file = tmp_path / "broken.json"
        file.write_text(json.dumps(broken))
        status, _, err = run(file, "--case", "C1", "--second-ring", "--json")
        statuses.append(status)
        assert status == 0 or err
    assert {0, 1, 2} == set(statuses)


def tell_sydney():
    """Sydney, 5 December 2020, as an invented ledger: two of an international flight are taken to a domestic one."""
    on = "2020-12-05T"
    rows = [[1, 2, "AC-DF"], [3, 30, "ABC-DEF"]]
    seats = [
        f"{n}{s}"
        for first, last, letters in rows
        for n in range(first, last + 1)
        for s in letters
        if s != "-"
    ]
    others = [f"D{n}" for n in range(168)]
    return {
        "version": 1,
        "zone": "Australia/Sydney",
        "now": on + "20:00",
        "layouts": {"738": {"rows": rows, "sections": [["front", 1, 15], ["rear", 16, 30]]}},
        "custodians": [
            {"id": "international", "kind": "cabin"},
            {"id": "hall", "kind": "hall"},
            {"id": "bus", "kind": "trip"},
            {"id": "hotel", "kind": "facility"},
            {"id": "domestic", "kind": "cabin", "layout": "738", "from": on + "12:00", "until": on + "13:35"},
            {"id": "out", "kind": "exit"},
        ],
        "admissions": [{"traveller": who, "custodian": "international", "at": on + "09:00"} for who in ("mother", "son", "I1")]
        + [{"traveller": who, "custodian": "domestic", "at": on + "12:00"} for who in others],
        "scans": [{"traveller": who, "custodian": "hall", "at": on + "09:30"} for who in ("mother", "son", "I1")]
        + [{"traveller": "I1", "custodian": "bus", "at": on + "10:30"}, {"traveller": "I1", "custodian": "hotel", "at": on + "11:30"}]
        + [{"traveller": who, "custodian": "domestic", "at": on + "12:05"} for who in ("mother", "son")],
        "seats": [
            {"traveller": who, "custodian": "domestic", "seat": seat}
            for who, seat in zip(["mother", "son", *others], ["20A", "20B", *(s for s in seats if s not in ("20A", "20B"))], strict=False)
        ],
        "parties": [["mother", "son"]],
        "shifts": [
            {"staff": f"crew {n}", "custodian": "domestic", "from": on + "11:45", "until": on + "13:45", "section": "front" if n < 3 else "rear"}
            for n in range(6)
        ],
        "cases": [],
    }  # fmt: skip


def test_sydney_2020_two_who_left_the_loop_expose_a_whole_domestic_flight(tmp_path):
    """174 passengers and crew were named as contacts (the press wrote 174 to 176): the question is answered before the test
    result is there, and everybody of the flight is in it, graded by where they sat."""
    path = tmp_path / "sydney.json"
    path.write_text(json.dumps(tell_sydney()))
    said = trace(path, "--what-if", "mother", "--sampled", "2020-12-05T19:00", "--rules", "ecdc-2020")
    aboard = [c for c in said["contacts"] if any(r["place"] == "domestic" for r in c["reasons"])]
    exposed = {c["who"] for c in aboard} - {"son"}
    assert len(exposed) == 174
    assert {c["who"] for c in aboard if c["staff"]} == {f"crew {n}" for n in range(6)}
    close = {c["who"] for c in aboard if c["grade"] == "close"}
    assert {"son", "crew 3", "crew 4", "crew 5"} <= close and "crew 0" not in close
    assert said["what_if"] == {"known": [], "new": [c["who"] for c in said["contacts"]], "raised": []}
    both = trace(path, "--what-if", "son", "--sampled", "2020-12-05T19:00", "--rules", "ecdc-2020")
    assert {c["who"] for c in both["contacts"]} - {"mother"} == {c["who"] for c in said["contacts"]} - {"son"}


if __name__ == "__main__":
    for case in CASES:
        for name, content in zip(("out.json", "problems.json"), describe(case), strict=True):
            (case / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
