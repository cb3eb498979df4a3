"""Checklists answer every line, defects are said in words; supplies balance in whatever order their movements came."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.safety import edition, inspection, stock
from pratique.core.safety.inspection import Answer, Seen
from pratique.core.safety.stock import Move, Sort
from pratique.protocols import TOPICS

NOW = datetime(2020, 4, 15, 8, tzinfo=UTC)
RULES = protocols.find_safety(jurisdiction="CN-53")


def at(days: float) -> datetime:
    return NOW + timedelta(days=days)


def all_ok(code: str, **but: Seen) -> dict[str, Seen]:
    return {item.code: but.get(item.code, Seen(Answer.OK)) for item in RULES.find_checklist(code).items}


@pytest.mark.parametrize("code", [one.code for one in RULES.checklists])
def test_a_checklist_answered_in_full_without_a_defect_is_passed(code):
    found = inspection.judge(checklist=RULES.find_checklist(code), seen=all_ok(code))
    assert found.passed and not found.grave


@pytest.mark.parametrize("one", RULES.checklists, ids=lambda one: one.code)
def test_a_line_left_out_is_not_a_line_in_order(one):
    for item in one.items:
        seen = {code: said for code, said in all_ok(one.code).items() if code != item.code}
        with pytest.raises(Refused, match="item_unanswered"):
            inspection.judge(checklist=one, seen=seen)


def test_a_defect_is_said_in_words_and_a_grave_one_is_grave():
    doffing = RULES.find_checklist("doffing")
    with pytest.raises(Refused, match="defect_unsaid"):
        inspection.judge(checklist=doffing, seen=all_ok("doffing", intact=Seen(Answer.DEFECT, " ")))
    found = inspection.judge(
        checklist=doffing, seen=all_ok("doffing", intact=Seen(Answer.DEFECT, "left glove torn"))
    )
    assert not found.passed and found.grave
    light = inspection.judge(checklist=doffing, seen=all_ok("doffing", bin=Seen(Answer.DEFECT, "bag open")))
    assert not light.passed and not light.grave


def test_an_unknown_line_and_a_list_of_which_nothing_applies_are_refused():
    doffing = RULES.find_checklist("doffing")
    with pytest.raises(Refused, match="item_unknown"):
        inspection.judge(checklist=doffing, seen=all_ok("doffing") | {"hat": Seen(Answer.OK)})
    nothing = {item.code: Seen(Answer.NOT_APPLICABLE) for item in doffing.items}
    with pytest.raises(Refused, match="item_unanswered"):
        inspection.judge(checklist=doffing, seen=nothing)


def test_every_post_wears_what_is_counted():
    for post in RULES.posts:
        level = RULES.find_level(post)
        assert level.wears and all(RULES.find_supply(code) for code in level.wears)
    assert RULES.find_level("astronaut") is None


@pytest.mark.parametrize(
    ("wrong", "right", "where"),
    [
        ('topic = "food"', 'topic = "gossip"', "topic"),
        ('wears = ["cap", "surgical_mask"', 'wears = ["crown", "surgical_mask"', "wears"),
        ('cabin = "2"', 'cabin = "9"', "cabin"),
        ('about = "vehicle"', 'about = "moon"', "about"),
        ("days_min = 14", "days_min = 0", "days_min"),
        ('code = "doffing"\ntitle', 'code = "donning"\ntitle', "checklist"),
    ],
)
def test_a_fault_of_the_file_is_named_with_its_place_and_the_file_not_used(wrong, right, where):
    text = protocols.get_text("cn-2020.toml", "safety")
    assert wrong in text
    reading = edition.parse(text=text.replace(wrong, right), name="mine.toml", topics=TOPICS)
    assert reading.edition is None
    assert any(where in problem.where and problem.remedy for problem in reading.problems), reading.problems


MOVES = st.lists(
    st.builds(
        Move,
        sort=st.sampled_from(list(Sort)),
        quantity=st.integers(0, 500),
        at=st.floats(-20, 0).map(at),
        order=st.integers(0, 10**6),
    ),
    max_size=12,
    unique_by=lambda m: (m.at, m.order),
)


@given(MOVES)
def test_the_books_balance_whatever_came_and_in_whatever_order(moves):
    level = stock.fold(moves=moves, now=NOW)
    assert stock.fold(moves=moves[::-1], now=NOW) == level
    ordered = sorted(moves, key=lambda m: (m.at, m.order))
    counts = [m for m in ordered if m.sort is Sort.COUNT]
    since = ordered[ordered.index(counts[-1]) + 1 :] if counts else ordered
    expected = counts[-1].quantity if counts else 0
    expected += sum(m.quantity if m.sort is Sort.IN else -m.quantity for m in since)
    assert level.on_hand == expected
    assert level.used_daily >= 0 and (level.days_left is None or level.days_left >= 0)


def test_use_is_what_went_out_and_what_a_count_missed():
    moves = [
        Move(Sort.COUNT, 1000, at(-7)),
        Move(Sort.OUT, 100, at(-3)),
        Move(Sort.IN, 50, at(-2)),
        Move(Sort.COUNT, 915, at(-1)),
    ]
    for some in permutations(moves):
        level = stock.fold(moves=some, now=NOW)
        assert (level.on_hand, level.difference) == (915, -35)
        assert level.used_daily == pytest.approx(135 / 7)
        assert level.days_left == pytest.approx(915 / (135 / 7))


def test_what_lasts_too_short_or_is_out_is_low():
    soon = stock.fold(moves=[Move(Sort.IN, 100, at(-5)), Move(Sort.OUT, 50, at(-1))], now=NOW)
    assert soon.is_low(days_min=7) and not soon.is_low(days_min=5)
    assert stock.fold(moves=[], now=NOW).is_low(days_min=1)
    unused = stock.fold(moves=[Move(Sort.IN, 1, at(-5))], now=NOW)
    assert unused.days_left is None and not unused.is_low(days_min=30)


def test_what_happens_later_does_not_count_yet_and_nothing_is_negative():
    assert stock.fold(moves=[Move(Sort.IN, 5, at(1))], now=NOW).on_hand == 0
    with pytest.raises(Refused, match="quantity_negative"):
        stock.fold(moves=[Move(Sort.IN, -5, at(-1))], now=NOW)
