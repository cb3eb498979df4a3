"""The file form: what is wrong is named with its place and remedy; what is good is kept."""

import copy
import json
import random
from pathlib import Path

import pytest

from core.roster.rosters import invent, on
from pratique.core.roster import change, json_form
from pratique.core.roster.plan import read as read_plan
from pratique.formats import curtois

GOLDEN = Path(__file__).parent / "golden"
WRONG = (None, True, -1, 3.5, 10**12, 10**400, float("nan"), float("inf"), "", "x", [], [1], {}, {"a": 1})


def paths(document, way=()):
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*way, key))


@pytest.mark.parametrize("name", ["three-crews", "left-out"])
def test_the_file_of_the_reference_is_read_as_it_says(name):
    document = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    expected = json.loads((GOLDEN / f"{name}.read.json").read_text("utf-8"))
    found, faults = json_form.read(document=document)
    told = [[one.code, one.where, one.message, one.remedy, one.fatal] for one in faults]
    assert {"faults": told, "problem": found and json_form.write(problem=found)} == expected


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_spoilt_is_named_or_the_problem_is_whole(seed):
    draw = random.Random(seed)
    document = copy.deepcopy(invent(seed % 5))
    for _ in range(draw.choice([1, 2, 4])):
        *way, last = draw.choice(list(paths(document)))
        inside = document
        for step in way:
            inside = inside[step]
        if draw.random() < 0.2:
            del inside[last]
        else:
            inside[last] = draw.choice(WRONG)
    found, faults = json_form.read(document=document)
    assert (found is None) == any(one.fatal for one in faults)
    assert all(one.where and one.message and one.remedy and one.code.startswith("roster-") for one in faults)
    if found is not None:
        assert json_form.read(document=json_form.write(problem=found))[0] == found


def test_somebody_whose_row_is_wrong_is_left_out_and_everybody_else_is_kept():
    document = invent(1)
    document["people"][2]["absences"] = [{"reason": "leave", "from": on(4), "until": on(2)}]
    found, faults = json_form.read(document=document)
    assert found is not None
    assert set(found.people) == {f"p{number}" for number in range(8)} - {"p2"}
    assert [one.where for one in faults] == ["people[2].absences[0].until"]
    assert "people[2] is left out" in faults[0].message


@pytest.mark.parametrize(
    ("where", "spoil"),
    [
        ("shifts[0].minutes", lambda d: d["shifts"][0].update(minutes=0)),
        ("shift N", lambda d: d["shifts"][1].update(minutes=1300)),
        ("demand[0].hours", lambda d: d["demand"][0].update(hours=[1] * 23)),
        ("demand[1].post", lambda d: d["demand"][1].update(post="nowhere")),
        ("demand[3].on", lambda d: d["demand"][3].update(on="2021-01-01")),
        ("teams[1].pattern", lambda d: d["teams"][1].update(pattern="x")),
        ("patterns[0].turns", lambda d: d["patterns"][0].update(turns=["X"])),
        ("limits.run_maximum", lambda d: d["limits"].update(run_maximum=3)),
        ("weights.fairness.beauty", lambda d: d["weights"]["fairness"].update(beauty=3)),
        ("days", lambda d: d.update(days=0)),
        ("demand[0]", lambda d: d["shifts"][0].pop("start")),
    ],
)
def test_what_is_wrong_with_the_whole_refuses_it_by_place(where, spoil):
    document = invent(1)
    spoil(document)
    found, faults = json_form.read(document=document)
    assert found is None
    assert any(where in one.where for one in faults)


@pytest.mark.parametrize(
    "document", [None, 3, [], {}, {"duties": 3}, {"duties": [3]}, {"duties": [{"on": "x"}]}]
)
def test_a_roster_of_another_form_is_refused(document):
    found, faults = read_plan(document=document, first_on=invent(1) and json_form.date(2020, 4, 6))
    assert found is None
    assert faults[0].remedy


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (3, "[0]"),
        ({"change": "eaten"}, "[0].change"),
        ({"change": "no_show", "person": "nobody", "on": on(1)}, "[0].person"),
        ({"change": "no_show", "person": "p1", "on": "soon"}, "[0].on"),
        ({"change": "absent", "person": "p1", "reason": "ill"}, "[0].from"),
        ({"change": "demand", "post": "driver", "on": on(99), "count": 1}, "[0].on"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_place(row, where):
    problem, _ = json_form.read(document=invent(1))
    found, faults = change.read(document=[row], problem=problem)
    assert found == ()
    assert any(where in one.where for one in faults)


INSTANCE = """# comment
SECTION_HORIZON
7
SECTION_SHIFTS
E,480,
L,480,E
SECTION_STAFF
A,E=7|L=2,2400,960,5,2,2,1
SECTION_DAYS_OFF
A,3
SECTION_SHIFT_ON_REQUESTS
A,1,E,2
SECTION_COVER
0,E,1,100,1
"""


def test_an_instance_of_the_benchmark_is_read():
    problem, faults = curtois.read(text=INSTANCE, name="tiny")
    assert not faults
    person = problem.people["A"]
    assert (person.limits.minutes_min, person.limits.shifts_max) == (960, {"L": 2})
    assert problem.shifts["L"].not_next == {"E"}
    assert json_form.read(document=json_form.write(problem=problem)) == (problem, ())


@pytest.mark.parametrize("line", range(1, 14))
def test_a_line_of_an_instance_that_cannot_be_read_is_named(line):
    lines = INSTANCE.splitlines()
    lines[line] = "?!"
    problem, faults = curtois.read(text="\n".join(lines))
    assert problem is None
    assert faults[0].code == "roster-curtois"
    assert faults[0].where
