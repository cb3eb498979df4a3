"""A protocol's document is read whole or refused with every fault, its place and its remedy."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.core.duties.protocol import parse, read
from pratique.core.duties.rule import Basis, Days, Span
from pratique.core.duties.vocabulary import LIVES, Kind
from pratique.protocols import FILES, get_text, list_protocols

from .story import HEAD

RULE = """
[[obligation]]
code = "test"
subject = "traveller"
title = { zh = "检测", en = "Test" }
owner = "nurse"
owed_to = "health_lead"
trigger = { records = ["arrived"] }
schedule = { days = [1, 4], windows = [{ name = "day", opens = "06:00", closes = "22:00" }] }
evidence = { records = ["sample"], where = { site = ["nasopharyngeal"] } }
escalation = "plain"
waiver = "one"
source = "story"
basis = "local setting"
"""


def problems(text: str) -> list[tuple[str, str]]:
    """Code and place of every problem."""
    reading = parse(text=text, name="mine.toml")
    assert (reading.protocol is None) == bool(reading.problems)
    assert all(
        p.fatal and p.message and p.remedy and p.where.startswith("mine.toml") for p in reading.problems
    )
    return [(problem.code, problem.where.removeprefix("mine.toml, ")) for problem in reading.problems]


def test_a_correct_document_is_read():
    assert problems(HEAD + RULE) == []


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_edition_is_read_without_a_problem(name):
    assert parse(text=get_text(name), name=name).problems == ()


def test_a_document_as_json_reads_the_same():
    for name in FILES:
        content = json.loads(json.dumps(tomllib.loads(get_text(name)), default=str))
        assert read(content=content, name=name).protocol == parse(text=get_text(name), name=name).protocol


def test_no_shipped_rule_rests_on_memory_alone():
    for protocol in list_protocols():
        marks = {source.code: source.mark for source in protocol.sources}
        conditions = [condition for gate in protocol.gates for condition in gate.conditions]
        for rule in (*protocol.obligations, *conditions):
            assert rule.basis is Basis.LOCAL or marks[rule.source] in ("V", "S"), (protocol.code, rule.code)


def test_every_figure_that_no_source_gives_is_marked_as_a_local_choice():
    for protocol in list_protocols():
        for rule in protocol.obligations:
            if rule.basis is Basis.LOCAL:
                continue
            assert "escalation" in rule.local, (protocol.code, rule.code)
            if isinstance(rule.schedule, Days):
                assert "windows" in rule.local, (protocol.code, rule.code)
            if isinstance(rule.schedule, Days) and rule.schedule.least_minutes:
                assert "least_minutes" in rule.local, (protocol.code, rule.code)
            if isinstance(rule.schedule, Span) and rule.schedule.within_minutes:
                assert "within_minutes" in rule.local, (protocol.code, rule.code)
            if rule.grace_minutes:
                assert "grace_minutes" in rule.local, (protocol.code, rule.code)


def test_every_shipped_title_stands_in_both_languages():
    for protocol in list_protocols():
        conditions = [condition for gate in protocol.gates for condition in gate.conditions]
        for titled in (protocol, *protocol.obligations, *protocol.gates, *conditions, *protocol.sources):
            assert titled.title.zh and titled.title.en
            assert any("\u4e00" <= letter <= "\u9fff" for letter in titled.title.zh)


def test_every_kind_of_subject_is_owed_something_by_the_shipped_editions():
    owed = {rule.kind for protocol in list_protocols() for rule in protocol.obligations}
    assert owed == set(Kind)


def test_the_vocabulary_only_names_records_of_its_own():
    for life in LIVES.values():
        known = {record.code for record in life.records}
        assert len(known) == len(life.records)
        assert {life.begins} | life.stops | life.suspends | life.resumes <= known


def test_a_broken_file_is_named_with_its_line():
    (problem,) = parse(text="code = \n", name="mine.toml").problems
    assert problem.code == "not_toml"
    assert "line 1" in problem.message


@pytest.mark.parametrize(
    ("before", "after", "code", "where"),
    [
        ('escalation = "plain"', 'escalaton = "plain"', "unknown_key", "obligation 1 'test', escalaton"),
        ('owner = "nurse"', 'owner = "nurze"', "unknown_word", "obligation 1 'test', owner"),
        ('["arrived"]', '["arived"]', "unknown_word", "obligation 1 'test', trigger, records"),
        ("[1, 4]", "[4, 1]", "not_rising", "obligation 1 'test', schedule, days"),
        ("[1, 4]", "[1, 1]", "not_rising", "obligation 1 'test', schedule, days"),
        ("[1, 4]", "[-1, 4]", "out_of_range", "obligation 1 'test', schedule, days"),
        ("[1, 4]", '"1, 4"', "not_numbers", "obligation 1 'test', schedule, days"),
        ('"06:00"', '"6 am"', "not_a_time", "obligation 1 'test', schedule, windows 1 'day', opens"),
        ('"22:00"', '"24:01"', "not_a_time", "obligation 1 'test', schedule, windows 1 'day', closes"),
        ("site =", "side =", "unknown_word", "obligation 1 'test', evidence, where, side"),
        ('["nasopharyngeal"]', "7", "not_a_requirement", "obligation 1 'test', evidence, where, site"),
        ('["sample"]', '["sample"], count = 2', "missing", "obligation 1 'test', evidence, differ"),
        (
            '["sample"]',
            '["sample"], differ = "site"',
            "contradiction",
            "obligation 1 'test', evidence, differ",
        ),
        ('waiver = "one"', 'waiver = "anyone"', "unknown_word", "obligation 1 'test', waiver"),
        ('waiver = "one"', "", "missing", "obligation 1 'test', waiver"),
        ('basis = "local setting"', 'basis = "source"', "unsourced", "obligation 1 'test', basis"),
        ('basis = "local setting"', 'basis = "law"', "unknown_word", "obligation 1 'test', basis"),
        ('en = "Test"', 'en = " "', "not_text", "obligation 1 'test', title, en"),
        ('zh = "检测", ', "", "missing", "obligation 1 'test', title, zh"),
        ("effective_on = 2020-01-01", 'effective_on = "soon"', "not_a_date", "effective_on"),
        ("effective_on = 2020-01-01", "", "missing", "effective_on"),
        ("first_day = 0", "first_day = 2", "out_of_range", "first_day"),
        ("first_day = 0", "first_day = true", "not_a_number", "first_day"),
        ("first_day = 0", "first_day = 0\nuntil_on = 2019-01-01", "out_of_range", "until_on"),
        ("after_minutes = 30", "after_minutes = 0", "not_rising", "ladders, plain"),
        ('rank = "supervisor"', 'rank = "driver"', "unknown_word", "permissions 'one', rank"),
        ('source = "story"', 'source = "hearsay"', "unknown_word", "obligation 1 'test', source"),
    ],
)
def test_a_fault_is_named_with_its_place_and_remedy(before, after, code, where):
    text = HEAD + RULE
    assert before in text
    assert (code, where) in problems(text.replace(before, after, 1))


def test_all_faults_are_reported_at_once():
    broken = (HEAD + RULE).replace("[1, 4]", "[4, 1]").replace('"nurse"', '"nurze"').replace('"06:00"', '"6"')
    assert len(problems(broken)) == 3


def test_the_nearest_known_word_is_offered():
    reading = parse(text=(HEAD + RULE).replace('["sample"]', '["sampel"]'), name="mine.toml")
    assert any(problem.remedy == "did you mean 'sample'?" for problem in reading.problems)


def test_overlapping_hours_are_refused():
    hours = '{ name = "day", opens = "06:00", closes = "22:00" }, { name = "night", opens = "21:00", closes = "23:00" }'
    text = (HEAD + RULE).replace('{ name = "day", opens = "06:00", closes = "22:00" }', hours)
    assert ("overlap", "obligation 1 'test', schedule, windows") in problems(text)


def test_hours_over_midnight_may_not_run_into_the_next_morning():
    text = (HEAD + RULE).replace('opens = "06:00", closes = "22:00"', 'opens = "22:00", closes = "23:00"')
    assert problems(text) == []
    text = text.replace('{ name = "day", opens = "22:00", closes = "23:00" }', NIGHT)
    assert ("overlap", "obligation 1 'test', schedule, windows") in problems(text)


NIGHT = '{ name = "early", opens = "01:00", closes = "05:00" }, { name = "night", opens = "22:00", closes = "02:00" }'


def test_one_code_stands_once_for_each_kind_of_subject():
    assert ("repeated", "obligation") in problems(HEAD + RULE + RULE)
    other = RULE.replace('"traveller"', '"staff"').replace('"arrived"', '"deployed"')
    assert problems(HEAD + RULE + other) == []


def test_a_gate_may_only_ask_for_duties_of_its_own_kind():
    gate = """
[[gate]]
code = "close"
subject = "trip"
title = { zh = "关闭", en = "Close" }
exception = "nobody"
condition = [{ code = "c", check = "settled", title = { zh = "甲", en = "A" }, duties = ["test"], source = "story", basis = "local setting" }]
"""
    assert ("unknown_word", "gate 1 'close', condition 1 'c', duties") in problems(HEAD + RULE + gate)


def test_a_port_may_declare_records_and_posts_of_its_own():
    text = HEAD + RULE.replace(
        '["sample"], where = { site = ["nasopharyngeal"] }', '["antigen"], where = { line = true }'
    )
    assert problems(text) != []
    text = text.replace("first_day = 0", 'first_day = 0\nrecords.traveller.antigen = ["line"]')
    assert problems(text) == []
    text = text.replace('owner = "nurse"', 'owner = "army_medic"')
    assert problems(text) != []
    text = text.replace(
        "first_day = 0", 'first_day = 0\nposts.army_medic = { zh = "军医", en = "Army medic" }'
    )
    assert problems(text) == []


def test_a_rule_may_only_be_limited_by_a_fact_that_is_known():
    text = (HEAD + RULE).replace('owner = "nurse"', 'owner = "nurse"\nonly = { chanel = ["ordinary"] }')
    assert problems(text) == [("unknown_key", "obligation 1 'test', only, chanel")]
    assert problems(text.replace("first_day = 0", 'first_day = 0\nfacts.traveller = ["chanel"]')) == []


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300)
@given(st.data())
def test_no_document_whatever_makes_the_reader_fall_over(data):
    content = tomllib.loads(HEAD + RULE)
    place = data.draw(st.sampled_from(sorted(content)))
    if place == "obligation" and data.draw(st.booleans()):
        rule = content["obligation"][0]
        rule[data.draw(st.sampled_from(sorted(rule)))] = data.draw(DOCUMENTS)
    else:
        content[place] = data.draw(DOCUMENTS)
    reading = read(content=content, name="mine.toml")
    assert (reading.protocol is None) == bool(reading.problems)


@given(st.text())
def test_no_text_whatever_makes_the_reader_fall_over(text):
    assert parse(text=text, name="mine.toml").problems
