"""The table of figures: what is published, and that everybody can read what it counts."""

import re
from collections import Counter
from pathlib import Path

import pytest

from pratique.core.bulletin.figure import SECTION_NAMES, UNIT_NAMES, Nature, Section, Unit
from pratique.core.bulletin.relation import RELATIONS
from pratique.core.bulletin.table import BY_CODE, FIGURES, PLACES, list_counted, list_section
from pratique.core.custody.entry import Kind

REFERENCE = Path(__file__).parents[3] / "docs/reference/bulletin.md"


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.code)
def test_a_figure_says_in_both_languages_what_it_counts(figure):
    for words in (figure.name, figure.definition, figure.source):
        assert words.zh.strip()
        assert words.en.strip()
        assert words.zh != words.en


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.code)
def test_chinese_words_are_chinese_and_english_words_are_not(figure):
    for words in (figure.name, figure.definition, figure.source):
        assert any("\u4e00" <= c <= "\u9fff" for c in words.zh)
        assert not any("\u4e00" <= c <= "\u9fff" for c in words.en)


def test_no_code_stands_twice():
    assert max(Counter(f.code for f in FIGURES).values()) == 1


def test_parts_are_figures_of_the_same_unit_and_nature_and_are_counted():
    counted = {f.code for f in list_counted()}
    for figure in FIGURES:
        for part in figure.parts:
            assert part in counted
            assert (BY_CODE[part].unit, BY_CODE[part].nature) == (figure.unit, figure.nature)


def test_every_section_and_unit_has_a_name_and_every_section_has_figures():
    assert set(SECTION_NAMES) == set(Section)
    assert set(UNIT_NAMES) == set(Unit)
    assert all(list_section(section) for section in Section)


def test_there_are_five_zeros():
    zeros = [f.code for f in list_section(Section.ZEROS)]
    assert zeros == ["zero_missed", "zero_caused_case", "zero_complaint", "zero_infection", "zero_error"]


def test_the_places_are_the_custodians_of_the_ledger():
    assert [*PLACES, "exit"] == [kind.value for kind in Kind]
    assert all(f"people_{kind.value}" in BY_CODE for kind in Kind)


def test_relations_speak_of_figures_only_and_of_totals_only_for_flows():
    for relation in RELATIONS:
        for code, column in (*relation.left, *relation.right):
            assert code in BY_CODE
            if column in ("before", "cumulative"):
                assert BY_CODE[code].nature is Nature.FLOW


def test_the_reference_tells_every_figure_as_the_table_does():
    told = re.findall(
        r"^\| `([a-z_]+)` \| (.+) \| (.+) \| (.+) \| (flow|stock) \| (.+) \|$", REFERENCE.read_text(), re.M
    )
    assert told == [
        (f.code, f.name.zh, f.name.en, UNIT_NAMES[f.unit].en, f.nature.value, f.definition.en)
        for f in FIGURES
    ]
