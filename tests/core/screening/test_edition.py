"""Rules of screening are data: the shipped ones are whole, and every fault of another is named with its place."""

import pytest

from pratique.core.screening import edition, exemption
from pratique.core.screening.edition import GUARDED, Channel
from pratique.core.screening.fact import WHO_A_PERSON_IS

from .desk import CN, TERMS, WHO, text_of


@pytest.mark.parametrize("found", [CN, WHO], ids=["cn", "who"])
def test_a_shipped_edition_has_both_languages_and_the_four_steps(found):
    assert all(rule.title.zh and rule.title.en for rule in (*found.rules, *found.steps))
    assert [step.code for step in found.steps] == ["detect", "interview", "report", "isolate_refer"]
    assert {rule.source for rule in found.rules} <= {source.code for source in found.sources}


@pytest.mark.parametrize("word", sorted(WHO_A_PERSON_IS))
@pytest.mark.parametrize("key", ["every", "any_of"])
def test_no_rule_can_name_who_a_person_is(word, key):
    rule = f"""
[[rule]]
code = "unfair"
channel = "contact"
title = {{ zh = "不公", en = "Unfair" }}
{key} = {{ {word} = ["KE"] }}
source = "customs"
basis = "local setting"
"""
    reading = edition.parse(text=text_of("cn-2020") + rule, name="unfair.toml")
    assert reading.edition is None
    assert reading.problems[0].code == "who_a_person_is"
    assert word in reading.problems[0].where


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("celsius = { from = 37.3 }", "celsius = [true]", "not_a_requirement", "celsius"),
        ("celsius = { from = 37.3 }", "temperature = { from = 37.3 }", "unknown_word", "temperature"),
        ("unwell = [true]", "unwell = true", "not_a_requirement", "unwell"),
        ("unwell = [true]", 'unwell = ["yes"]', "not_a_requirement", "unwell"),
        ('history_level = ["high"]', 'history_level = ["awful"]', "unknown_word", "history_level"),
        ('channel = "symptomatic"', 'channel = "sick"', "unknown_word", "channel"),
        ("every = { unwell = [true] }\n", "", "empty", "every"),
        ('"symptomatic", "contact", "exempt"', '"symptomatic", "exempt"', "incomplete", "precedence"),
        ("history_days = 14", "history_days = 0", "out_of_range", "history_days"),
        ('level_unknown = "medium"', 'level_unknown = "unknown"', "unknown_word", "level_unknown"),
        ('code = "ill-seen"', 'code = "fever-measured"', "repeated", "rule"),
        ('needs = ["mask", "distance"]', 'needs = ["mask", "luck"]', "unknown_word", "needs"),
        ('owner = "screener"', 'owner = "anybody"', "unknown_word", "owner"),
        ('code = "IT"', 'code = "IR"', "overlap", "place"),
        ("until = 2020-03-27", "until = 2020-02-27", "out_of_range", "until"),
        ('mark = "S"', 'mark = "M"', "unsourced", "basis"),
        ('exemption = ["diplomat", "minor"', 'exemption = ["none", "minor"', "unguarded", "every"),
        ('exemption = ["transit"]', "cough = [false]", "unguarded", "every"),
        ("title = {", "titel = {", "unknown_key", "titel"),
        ("code = \"cn-2020\"", "code = ", "not_toml", "cn.toml"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_a_remedy(old, new, code, where):
    text = text_of("cn-2020")
    assert old in text
    reading = edition.parse(text=text.replace(old, new, 1), name="cn.toml")
    assert reading.edition is None
    found = [problem for problem in reading.problems if problem.code == code]
    assert any(where in problem.where for problem in found), reading.problems
    assert all(problem.remedy for problem in reading.problems)


def test_every_channel_off_the_loop_is_guarded():
    assert GUARDED.keys() == {Channel.EXEMPT, Channel.TRANSIT}


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("shifts_before_min = 2", "shifts_before_min = 1", "out_of_range", "shifts_before_min"),
        ('authorities = ["foreign_affairs"]', 'authorities = ["my_uncle"]', "unknown_word", "authorities"),
        ('authorities = ["foreign_affairs"]', "authorities = []", "empty", "authorities"),
        ('exits = ["city"]', 'exits = ["released"]', "unknown_word", "exits"),
        ("hours_max = 48", "hours_max = 0", "out_of_range", "hours_max"),
        ('sort = "minor"', 'sort = "medical"', "repeated", "term"),
        ('rank = "supervisor"', 'rank = "driver"', "unknown_word", "rank"),
    ],
)
def test_a_fault_of_the_terms_of_exemption_is_named(old, new, code, where):
    text = text_of("cn-2020", "exemption")
    assert old in text
    reading = exemption.parse(text=text.replace(old, new, 1), name="terms.toml")
    assert reading.terms is None
    assert any(problem.code == code and where in problem.where for problem in reading.problems)


def test_the_shipped_terms_name_authorities_in_both_languages():
    assert len(TERMS.by_sort) == len(exemption.Sort)
    assert all(words.zh and words.en for words in TERMS.authorities.values())
