"""What the planner and its checker say is said in both languages: no sentence of theirs without its twin."""

import ast
import itertools
import re
from pathlib import Path

import pytest
from django.utils import translation

from pratique.core.transport import change, check, diff
from pratique.engines.transport import needs, reasons
from pratique.web.dispatch.labels import Labels, say_more

SAMPLES = ("7", "coach-20", "ordinary", "vehicle", "escort", "10:05", "one more escort", "it carries nobody")
NOT_SAID = {"there is no {} {}"}
"""Said of plans from files only: on the desk every number comes from a list."""
FRAGMENTS = {
    *("one more {}", "{} more {}s", "licence-{} driver", " and "),
    *("trip {}", "pin {}", "party {}", "place {}", "crew member", "crew member {}"),
}
"""Parts of sentences, and what a breach is about."""
DOCUMENT = {
    "day0": "2020-04-15T00:00:00+08:00",
    "rules": {"tick": 5},
    "not_before": 0,
    **{key: [] for key in ("vehicles", "crew", "locations", "flights", "parties")},
}


def list_sentences(module) -> set[str]:
    """Every text of a module with a space in it that is neither a docstring nor part of one, {} for what is filled in."""
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    skipped = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    skipped |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Problem", "fault")
        ):
            skipped |= {id(part) for part in ast.walk(node)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.add("".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values))
    return {text for text in found if re.search(r"[a-z]{2,} |[^\w-] [a-z]|\} [a-z]{2,}", text)}


@pytest.fixture
def named(db):
    class Stored:
        document = DOCUMENT

    return Labels(Stored())


@pytest.mark.parametrize("module", [check, reasons, needs, change, diff], ids=lambda m: m.__name__)
def test_every_sentence_has_its_twin(named, module):
    unsaid = set()
    for text in list_sentences(module) - NOT_SAID - FRAGMENTS:
        fillings = itertools.product(SAMPLES, repeat=min(text.count("{}"), 5))
        with translation.override("zh-hans"):
            if not any(
                re.search(r"[\u4e00-\u9fff]", named.say(text.format(*filling))) for filling in fillings
            ):
                unsaid.add(text)
    assert unsaid == set()


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("one more coach-20", " 1 辆大客车(20 座)", "one more coach (20 seats)"),
        ("2 more licence-L drivers", " 2 名驾驶员(准驾 L)", "2 more: licence L driver"),
        ("3 more escorts", " 3 名护送员", "3 more: escort"),
    ],
)
def test_what_more_would_help(text, zh, en):
    for language, said in (("zh-hans", zh), ("en", en)):
        with translation.override(language):
            assert say_more(text) == said
