"""A stay is made longer or shorter only by a written order of two, with a reason, served and understood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.duties.evidence import Signature
from pratique.core.stay import order, rule
from pratique.core.stay.order import Order, Sort

from .house import RULES, text_of

NOW = datetime(2020, 4, 10, 12, tzinfo=UTC)
ENDS = datetime(2020, 4, 15, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHOLE = Order(
    "O1", "T1", Sort.EXTEND, 7, "shared a corridor with a case", "2020-17",
    (Signature("P1", "duty_commander"), Signature("P2", "health_lead")),
    NOW - 2 * HOUR, NOW - HOUR, understood=True, remedy_told=True,
)  # fmt: skip
WRONG = {
    "order_without_days": {"days": 0},
    "order_too_far": {"days": 15},
    "order_without_reason": {"reason": " "},
    "order_not_written": {"document": ""},
    "order_not_served": {"served_at": None},
    "order_served_early": {"served_at": NOW - 3 * HOUR},
    "order_not_understood": {"understood": False},
    "order_without_remedy": {"remedy_told": False},
    "order_withdrawn": {"withdrawn_at": NOW},
    "order_persons": {"signatures": (Signature("P1", "duty_commander"), Signature("P1", "health_lead"))},
    "order_rank": {"signatures": (Signature("P1", "supervisor"), Signature("P2", "health_lead"))},
}


def work_out(*orders, now=NOW):
    return order.work_out(ends_at=ENDS, orders=orders, rules=RULES, now=now)


@pytest.mark.parametrize(("sort", "days"), [(Sort.EXTEND, 7), (Sort.REDUCE, -7)])
def test_an_order_that_counts_moves_the_end(sort, days):
    found = work_out(replace(WHOLE, sort=sort))
    assert (found.ends_at, found.counted, found.objections) == (ENDS + timedelta(days=days), ("O1",), ())


HELD_BY = ("order_not_understood", "order_without_remedy", "order_withdrawn")
"""What protects whoever is held: of a reduction that was served none of it is asked."""


@pytest.mark.parametrize(
    ("code", "sort"), [(c, s) for c in WRONG for s in Sort if s is Sort.EXTEND or c not in HELD_BY]
)
def test_each_thing_wrong_leaves_the_end_where_it_was_and_is_named(code, sort):
    found = work_out(replace(WHOLE, sort=sort, **WRONG[code]))
    assert found.ends_at == ENDS
    assert code in {one.code for one in found.objections}


@pytest.mark.parametrize("code", HELD_BY)
def test_a_reduction_that_was_served_stands_whoever_takes_it_back_and_however_it_was_served(code):
    found = work_out(replace(WHOLE, sort=Sort.REDUCE, **WRONG[code]))
    assert (found.ends_at, found.counted) == (ENDS - timedelta(days=7), ("O1",))
    unserved = replace(WHOLE, sort=Sort.REDUCE, served_at=None, withdrawn_at=NOW)
    assert work_out(unserved).ends_at == ENDS


def test_who_is_to_stay_longer_than_a_reduction_said_is_served_an_extension_before_the_days_are_over():
    shorter = replace(WHOLE, sort=Sort.REDUCE, days=3)
    day = timedelta(days=1)
    back = replace(WHOLE, id="O2", days=3, ordered_at=NOW, served_at=ENDS - 4 * day)
    assert work_out(shorter, back, now=ENDS - 4 * day).ends_at == ENDS
    late = replace(back, served_at=ENDS - 2 * day)
    assert work_out(shorter, late, now=ENDS - 2 * day).ends_at == ENDS - 3 * day
    early = replace(
        late, ordered_at=NOW - 9 * HOUR
    )  # drawn up before the reduction, served after it had let them go
    assert work_out(shorter, early, now=ENDS - 2 * day).ends_at == ENDS - 3 * day


def test_an_extension_taken_back_shortens_the_stay_by_its_own_days_and_one_served_meanwhile_stays():
    day = timedelta(days=1)
    first, taken_at = replace(WHOLE, days=3), ENDS + 2 * day
    second = replace(WHOLE, id="O2", days=2, ordered_at=ENDS, served_at=ENDS + day)
    first = replace(first, withdrawn_at=taken_at)
    assert work_out(first, second, now=taken_at - HOUR).ends_at == ENDS + 5 * day
    found = work_out(first, second, now=taken_at)
    assert (found.ends_at, found.counted) == (ENDS + 2 * day, ("O2",))
    after = replace(second, id="O3", served_at=taken_at + HOUR)
    assert work_out(first, second, after, now=taken_at + HOUR).counted == ("O2",)


STEP = st.integers(0, 30)


@given(st.lists(st.tuples(st.sampled_from(Sort), st.integers(1, 7), STEP, STEP, st.booleans()), max_size=6))
def test_whatever_comes_later_nobody_is_held_beyond_what_they_were_served_last(listed):
    """From one half day to the next the end moves later only at a moment at which an extension was served to somebody held."""
    half = timedelta(hours=12)
    orders = [
        replace(
            WHOLE, id=f"O{n}", sort=sort, days=days, ordered_at=NOW - HOUR, served_at=NOW + served * half,
            withdrawn_at=NOW + (served + more) * half if taken else None,
        )
        for n, (sort, days, served, more, taken) in enumerate(listed)
    ]  # fmt: skip
    before = ENDS
    for step in range(62):
        now = NOW + step * half
        ends = work_out(*orders, now=now).ends_at
        if ends > before:
            assert now <= before
            assert any(one.sort is Sort.EXTEND and one.served_at == now for one in orders)
        before = ends


def test_the_traveller_does_not_sign():
    own = (Signature("T1", "duty_commander"), Signature("P2", "health_lead"))
    assert "order_persons" in {one.code for one in work_out(replace(WHOLE, signatures=own)).objections}


def test_a_reduction_needs_the_commander_where_an_extension_does_not():
    two = (Signature("P1", "health_lead"), Signature("P2", "health_lead"))
    assert work_out(replace(WHOLE, signatures=two)).counted == ("O1",)
    assert work_out(replace(WHOLE, sort=Sort.REDUCE, signatures=two)).counted == ()


def test_an_order_holds_from_when_it_is_served():
    assert work_out(WHOLE, now=NOW - 2 * HOUR).counted == ()
    assert work_out(WHOLE, now=NOW - HOUR).counted == ("O1",)


def test_an_extension_served_when_the_days_are_over_holds_nobody_and_one_served_before_counts():
    after = ENDS + HOUR
    late = replace(WHOLE, served_at=after)
    found = work_out(late, now=after + HOUR)
    assert (found.ends_at, found.counted) == (ENDS, ())
    assert [one.code for one in found.objections] == ["order_served_late"]
    first = replace(WHOLE, id="O0", days=2, ordered_at=NOW - 3 * HOUR)
    assert work_out(first, late, now=after + HOUR).counted == ("O0", "O1")
    shorter = replace(first, sort=Sort.REDUCE)
    assert work_out(shorter, replace(late, served_at=ENDS - 24 * HOUR), now=after).counted == ("O0",)


def test_orders_add_up_to_what_the_rules_allow_and_no_further():
    orders = [
        replace(WHOLE, id=f"O{n}", ordered_at=NOW - (9 - n) * HOUR, served_at=NOW - HOUR) for n in range(3)
    ]
    found = work_out(*orders)
    assert (found.ends_at, found.counted) == (ENDS + timedelta(days=14), ("O0", "O1"))
    assert [one.code for one in found.objections] == ["order_too_far"]


@given(
    st.lists(
        st.tuples(st.sampled_from(Sort), st.integers(-2, 20), st.sampled_from([None, *sorted(WRONG)])),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_is_ordered_the_end_stays_within_the_rules_and_no_order_of_hearing_matters(listed, random):
    orders = [
        replace(WHOLE, id=f"O{n}", sort=sort, **{"days": days, **(WRONG[wrong] if wrong else {})})
        for n, (sort, days, wrong) in enumerate(listed)
    ]
    found = work_out(*orders)
    assert timedelta(days=-7) <= found.ends_at - ENDS <= timedelta(days=14)
    assert found == work_out(*random.sample(orders, len(orders)), *orders)
    assert len(found.counted) + len({one.because.partition(":")[0] for one in found.objections}) == len(
        orders
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("low_floor_max = 3", "low_floor_max = 0", "out_of_range", "low_floor_max"),
        ("days_max = 14", 'days_max = "14"', "not_a_number", "extension, days_max"),
        ('rank = "duty_commander"', 'rank = "guard"', "unknown_word", "reduction, rank"),
        ("flight_by_floor = true", "flight_per_floor = true", "unknown_key", "flight_per_floor"),
        ("[reduction]", "[shortening]", "missing", "reduction"),
        (
            'basis = "local setting"\n\n[reduction]',
            'basis = "source"\n\n[reduction]',
            "unsourced",
            "extension, basis",
        ),
    ],
)
def test_a_fault_of_the_rules_is_named_with_its_place(old, new, code, where):
    assert old in text_of()
    reading = rule.parse(text=text_of().replace(old, new, 1), name="stay.toml")
    assert reading.rules is None
    assert any(one.code == code and where in one.where for one in reading.problems), reading.problems
