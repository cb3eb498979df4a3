"""Tracing rules are data: the shipped editions are whole, and every fault of another is named."""

import re
from importlib.resources import files

import pytest

from pratique import protocols
from pratique.core.tracing.edition import Near
from pratique.formats import tracing_rules, words

FOLDER = files(protocols).joinpath("tracing")
CHINESE = re.compile("[\u4e00-\u9fff]")
SHIPPED = FOLDER.joinpath("cn-2020.toml").read_text("utf-8")


@pytest.mark.parametrize("name", ["cn-2020", "cn-2021", "ecdc-2020", "who-2020"])
def test_a_shipped_edition_is_read_whole(name):
    found, problems = tracing_rules.read(data=FOLDER.joinpath(f"{name}.toml").read_bytes())
    assert problems == ()
    assert found.code == name
    assert all(rule.title.zh and rule.title.en for rule in found.rules)
    assert {rule.source for rule in found.rules} <= found.sources.keys()


def test_the_practice_with_delta_differs_by_its_window_alone():
    old, new = (
        tracing_rules.read(data=FOLDER.joinpath(f"{n}.toml").read_bytes())[0] for n in ("cn-2020", "cn-2021")
    )
    assert (old.window.onset_hours, new.window.onset_hours) == (48, 96)
    assert old.rules == new.rules
    assert old.until_on < new.from_on


def test_the_rows_and_the_seats_are_those_of_the_published_rules():
    chinese, european = (
        tracing_rules.read(data=FOLDER.joinpath(f"{n}.toml").read_bytes())[0]
        for n in ("cn-2020", "ecdc-2020")
    )
    rows, seats = chinese.get_rule("aircraft-rows"), european.get_rule("aircraft-seats")
    assert (rows.near, rows.distance) == (Near.ROWS, 3)
    assert (seats.near, seats.distance, seats.aisle_seats) == (Near.SEATS, 2, 0)


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ("distance = 3", "distance = -3", "rule aircraft-rows.distance", "range"),
        ("distance = 3", "distance = 0", "rule aircraft-rows.distance", "range"),
        ("distance = 3", 'distance = "three"', "rule[1].distance", "form"),
        ("distance = 3", "distence = 3", "rule[1].distence", "form"),
        ('settings = ["party"]', "settings = []", "rule party.settings", "form"),
        ('settings = ["party"]', 'settings = ["boat"]', "rule[0].settings[0]", "form"),
        ('air = ["sealed"]', 'air = ["fresh"]', "rule vehicle-sealed.air", "air"),
        ("protection_from = 2", "protection_from = 4", "rule aircraft-crew.protection_from", "range"),
        ('code = "room"', 'code = "hall"', "rule", "code"),
        ('source = "vehicles"', 'source = "hearsay"', "rule aircraft-rows", "source"),
        ('"positive", "symptoms"', '"positive", "hunch"', "case confirmed", "fact"),
        ("onset_hours = 48", "onset_hours = -1", "window.onset_hours", "range"),
        ("until = 2021-05-13", "until = 2019-05-13", "until", "dates"),
        ("[window]", "[windows]", "windows", "form"),
        ("[window]", "[window", "line 28, column 8", "toml"),
    ],
)
def test_a_fault_is_named_with_its_place(old, new, where, code):
    assert old in SHIPPED
    found, problems = tracing_rules.read(data=SHIPPED.replace(old, new, 1).encode())
    assert found is None
    assert (problems[0].where, problems[0].code) == (where, f"tracing-rules-{code}")
    assert problems[0].remedy
    said = words.translate(problem=problems[0], language="zh")
    assert CHINESE.search(said.message) and CHINESE.search(said.remedy)


def test_a_file_that_is_no_text_is_said():
    assert tracing_rules.read(data=b"\xff")[1][0].code == "tracing-rules-encoding"
