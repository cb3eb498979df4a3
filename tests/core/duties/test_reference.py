"""What docs/reference/protocols.md tells an authority is true."""

import re
import tomllib
from pathlib import Path

import pytest

from pratique.core.duties import rule, waiver
from pratique.core.duties.discharge import Why
from pratique.core.duties.gate import Reason
from pratique.core.duties.protocol import LOCAL_KEYS, parse
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import RANKS
from pratique.protocols import FILES, get_text

from .story import HEAD

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "protocols.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
CODES = re.findall(r'"((?:waiver|condition)_[a-z_]+)"', Path(waiver.__file__).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "word",
    [*State, *Why, *(reason for reason in Reason if reason is not Reason.HELD), *rule.Check, *RANKS, *CODES],
)
def test_every_word_that_a_reader_may_meet_is_explained(word):
    assert f"`{word}`" in PAGE


def test_every_shipped_file_is_in_the_table():
    for name in FILES:
        year = re.sub(r"cn-staff-((?:isolation-)?)(2021|2022)\.toml", r"-\1\2", name)
        assert f"`{year}`" in PAGE, name


def test_the_examples_on_the_page_are_read_without_a_problem():
    names, obligation, gate = BLOCKS
    declared = ("sources", "ladders", "permissions")
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.startswith(declared)) + names
    second = obligation.replace('code = "test"', 'code = "release_test"')
    reading = parse(text=head + obligation + second + gate, name="page.toml")
    assert reading.problems == ()


def keys_of(value):
    """Every key in a table, but not the author's own names within `where` and `only`."""
    if isinstance(value, list):
        return {key for item in value for key in keys_of(item)}
    if not isinstance(value, dict):
        return set()
    return set(value) | {
        key for name, inner in value.items() if name not in ("where", "only") for key in keys_of(inner)
    }


def test_every_key_that_a_shipped_edition_uses_is_explained():
    for name in FILES:
        content = tomllib.loads(get_text(name))
        own = {
            key: value for key, value in content.items() if key not in ("sources", "ladders", "permissions")
        }
        for key in keys_of(own):
            assert re.search(rf"\b{key}\b", PAGE), (name, key)


def test_what_may_be_a_local_choice_is_a_key_of_an_obligation():
    keys = {key for name in FILES for key in re.findall(r"\b([a-z_]+) = ", get_text(name))}
    assert set(LOCAL_KEYS) <= keys
