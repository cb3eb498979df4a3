"""A port's file is read whole, or every fault in it is named with its place."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.core.stay import check
from pratique.formats import port_file
from pratique.formats.words import translate
from pratique.site import command_port

ROLES = ("commander", "screener", "dispatcher", "escort", "reception", "staff")
EXAMPLE: Path = command_port.EXAMPLE


def read(text: str):
    return port_file.read(data=text.encode(), roles=ROLES)


def find_codes(text: str) -> dict[str, str]:
    _, problems = read(text)
    return {problem.where: problem.code for problem in problems}


def test_the_example_is_read_whole():
    found, problems = port_file.read(data=EXAMPLE.read_bytes(), roles=ROLES)
    assert problems == ()
    assert found is not None
    said = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert len(found.custodians) == len(said["custodian"])
    assert {p.username for p in found.people} == {p["username"] for p in said["person"]}


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ('kind = "hall" ', 'kind = "hal" ', "custodian 1.kind", "port-unknown"),
        ('licence = "L"', 'licence = "Z"', "person 6.licence", "port-unknown"),
        ('takes = "ordinary"', 'takes = "anybody"', "custodian 2.takes", "port-unknown"),
        ("seats = 30", "seats = 0", "vehicle 1.seats", "port-range"),
        ("seats = 30", 'seats = "many"', "vehicle 1.seats", "port-form"),
        ("seats = 30", "seats = 30\nwheels = 6", "vehicle 1", "port-form"),
        ('role = "escort"', 'role = "king"', "person 4.role", "port-unknown"),
        ('username = "escort-1"', 'username = "screening"', "person 4.username", "port-twice"),
        ('responsible = "reception"', 'responsible = "nobody"', "custodian 3.responsible", "port-unknown"),
        ('other = "hotel-one"', 'other = "the moon"', "travel 1.other", "port-unknown"),
        ("minutes = 35", "minutes = 10", "travel 1.minutes", "port-range"),
        ("km = 24.5", "km = nan", "travel 1.km", "port-range"),
        ("limit_minutes = 90\n", "", "custodian 2.limit_minutes", "port-limit"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Kunming"', "port.time_zone", "port-zone"),
        ('record = "released" ', 'record = "gone" ', "custodian 5.record", "port-unknown"),
        ('towards = ["yuxi"]', 'towards = ["the moon"]', "rest_place 1.towards", "port-unknown"),
        ('towards = ["yuxi"]', "towards = []", "rest_place 1.towards", "port-empty"),
        ("minutes = 110", "minutes = 150", "rest_place 1.minutes", "port-range"),
        ("[port]", "[prot]", "prot", "port-unknown"),
        ('icao = "ZPPP"', "", "port", "port-form"),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, where, code):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    assert find_codes(text.replace(old, new, 1)).get(where) == code


def test_two_rest_places_equally_far_on_one_way_are_told_apart_first():
    text = EXAMPLE.read_text(encoding="utf-8")
    begin = text.index("[[rest_place]]")
    end = text.index("[[person]]", begin)
    twin = text[begin:end].replace('code = "rest-', 'code = "rest-new-')
    twice = text[:end] + twin + text[end:]
    assert find_codes(twice) == {"rest_place 2.minutes": "port-twice"}
    assert find_codes(twice.replace("minutes = 110", "minutes = 111", 1)) == {}


def test_every_fault_is_named_at_once():
    text = EXAMPLE.read_text(encoding="utf-8").replace("seats = 30", "seats = -1").replace('"Asia/', '"Azia/')
    assert set(find_codes(text)) == {"vehicle 1.seats", "port.time_zone"}


def test_a_port_without_a_way_out_is_no_port():
    text = EXAMPLE.read_text(encoding="utf-8").replace('kind = "exit"', 'kind = "holding"\nlimit_minutes = 5')
    assert "port-no-exit" in find_codes(text).values()


def test_text_that_is_not_toml_names_the_line():
    problem = read("[port\n")[1][0]
    assert problem.code == "port-toml"
    assert "line 1" in problem.where


def test_bytes_that_are_no_text_are_refused():
    assert port_file.read(data=b"\xff\xfe[port]", roles=ROLES)[1][0].code == "port-encoding"


@settings(max_examples=200)
@given(place=st.integers(0, 3000), cut=st.integers(1, 60), filling=st.text(max_size=8))
def test_a_damaged_file_is_read_or_named_and_never_falls_over(place, cut, filling):
    text = EXAMPLE.read_text(encoding="utf-8")
    found, problems = read(text[:place] + filling + text[place + cut :])
    assert (found is None) == bool(problems)
    assert all(problem.where and problem.message and problem.remedy for problem in problems)


def test_every_fault_is_said_in_chinese_too():
    """A file with a fault of each sort: neither message nor remedy is left in English, and every site fault has its words."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in (
        ("seats = 30", "seats = -1"),
        ('"Asia/', '"Azia/'),
        ('role = "screener"', 'role = "wizard"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    problems = read(text + "\n[wrong]\nx = 1\n")[1]
    assert len(problems) == 4
    for problem in problems:
        said = translate(problem=problem, language="zh")
        assert re.search("[\u4e00-\u9fff]", said.message) and re.search("[\u4e00-\u9fff]", said.remedy)
    source = Path(check.__file__).read_text(encoding="utf-8").partition("def check(")[0]
    assert set(re.findall(r'Objection\("(\w+)"', source)) == port_file.SITE_FAULTS.keys()
