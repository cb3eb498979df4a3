"""The rules of the force are data: the shipped editions are whole, and every fault of another is named in both languages."""

import re
from importlib.resources import files

import pytest

from pratique import protocols
from pratique.formats import force_rules, words

CHINESE = re.compile("[\u4e00-\u9fff]")
FORCE = files(protocols).joinpath("force", "cn-2020.toml").read_text("utf-8")
TRAINING = files(protocols).joinpath("training", "cn-2020.toml").read_text("utf-8")


def test_the_shipped_editions_are_read_whole():
    rules, problems = force_rules.read_force(data=FORCE.encode())
    assert problems == () and rules.pattern in rules.patterns
    modules, problems = force_rules.read_training(data=TRAINING.encode())
    assert problems == () and modules.modules["law"].questions


def hold(problem, where, code):
    assert (problem.where, problem.code) == (where, f"force-rules-{code}")
    assert not CHINESE.search(problem.message + problem.remedy)
    said = words.translate(problem=problem, language="zh")
    assert CHINESE.search(said.message) and CHINESE.search(said.remedy)


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ('pattern = "three-crews"', 'pattern = "nine-crews"', "pattern", "unknown"),
        ('turns = ["day", "night", ""]', 'turns = ["dawn"]', "patterns.three-crews.turns", "unknown"),
        ('turns = ["day", "night", ""]', "turns = []", "patterns.three-crews", "missing"),
        ("start_minutes = 480", "start_minutes = 1440", "shifts.day", "range"),
        ("count = { day = 1, night = 1 }", "count = { dusk = 1 }", "posts.command.count", "unknown"),
        ("count = { day = 1, night = 1 }", "count = { day = -1 }", "posts.command", "range"),
        ("run_max =", "run_max = 0 #", "draw", "range"),
        ("days = 7", 'days = "week"', "days", "form"),
        ("days = 7", "days = 7\nnights = 7", "file", "form"),
        ("[shifts.day]", "[shifts.day", "line 18, column 12", "toml"),
    ],
)
def test_a_fault_of_the_force_is_named_in_both_languages(old, new, where, code):
    assert old in FORCE
    found, problems = force_rules.read_force(data=FORCE.replace(old, new, 1).encode())
    assert found is None
    hold(problems[0], where, code)


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ("valid_days = 90", "valid_days = 0", "modules.law", "range"),
        ("right = 0", "right = 9", "modules.law.questions[0].right", "range"),
        ("pass_share = 0.66", 'pass_share = "most"', "modules[...].pass_share", "form"),
    ],
)
def test_a_fault_of_training_is_named_in_both_languages(old, new, where, code):
    assert old in TRAINING
    found, problems = force_rules.read_training(data=TRAINING.replace(old, new, 1).encode())
    assert found is None
    hold(problems[0], where, code)
