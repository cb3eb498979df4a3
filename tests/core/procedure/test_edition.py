"""A procedure is read from its file, or every fault in it is named."""

import pytest

from pratique import protocols
from pratique.core.procedure import edition

GOOD = """
code = "x"
edition = "1"
jurisdiction = "CN"
title = { zh = "甲", en = "A" }
purpose = { zh = "甲", en = "A" }
[sources.law]
title = { zh = "法", en = "law" }
mark = "M"
[[step]]
code = "one"
title = { zh = "一", en = "one" }
owner = "screener"
within_minutes = 5
task = [{ zh = "做", en = "do" }]
outcome = [{ code = "ok", title = { zh = "好", en = "good" }, then = "two" }]
source = "law"
basis = "local setting"
[[step]]
code = "two"
title = { zh = "二", en = "two" }
owner = "screener"
within_minutes = 5
task = [{ zh = "做", en = "do" }]
outcome = [{ code = "ok", title = { zh = "好", en = "good" }, then = "end" }]
source = "law"
basis = "local setting"
"""


def read(text):
    return edition.parse(text=text, name="x.toml")


def test_a_good_file_has_no_problem():
    assert read(GOOD).problems == ()
    assert [step.code for step in read(GOOD).procedure.steps] == ["one", "two"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('then = "two"', 'then = "three"', "step_unknown"),
        ('then = "two"', 'then = "end"', "step_unreached"),
        ('then = "end"', 'then = "one"', "step_backwards"),
        ('code = "two"', 'code = "one"', "step_twice"),
        ('owner = "screener"', 'owner = "nobody"', "unknown_word"),
        ("within_minutes = 5", "within_minutes = 0", "out_of_range"),
        ('basis = "local setting"', 'basis = "source"', "unsourced"),
        ('task = [{ zh = "做", en = "do" }]', "task = []", "empty"),
        ('outcome = [{ code = "ok", title = { zh = "好", en = "good" }, then = "end" }]', "", "empty"),
        ('edition = "1"', "", "missing"),
        ('edition = "1"', 'edition = "1"\nedtion = "1"', "unknown_key"),
    ],
)
def test_each_fault_is_named(old, new, code):
    reading = read(GOOD.replace(old, new))
    assert reading.procedure is None
    assert code in [problem.code for problem in reading.problems]


def test_a_file_without_steps_is_refused():
    assert "empty" in [p.code for p in read(GOOD[: GOOD.index("[[step]]")]).problems]


def test_every_shipped_procedure_is_read():
    assert [one.code for one in protocols.list_procedures()] == ["notice", "calm", "refusal", "vulnerable"]


def test_a_refusal_goes_by_word_then_supervisor_then_written_order_then_the_least_and_is_recorded():
    (refusal,) = (one for one in protocols.list_procedures() if one.code == "refusal")
    assert [s.code for s in refusal.steps] == ["explain", "supervisor", "order", "minimum", "record"]
    assert all(step.note for step in refusal.steps)
    # nothing is done to anybody before an order with a number was made, by somebody else than who asked for it
    leads_to_minimum = [(s, o) for s in refusal.steps for o in s.outcomes if o.then == "minimum"]
    assert [(s.code, o.code, o.document, s.another) for s, o in leads_to_minimum] == [
        ("order", "refused", True, True)
    ]
