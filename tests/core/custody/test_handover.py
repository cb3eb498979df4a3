"""Handovers: offered with a count, accepted with another, closed when both and the names agree."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.custody import handover
from pratique.core.custody.handover import TRANSITIONS, Event, State, Step

from .story import at

NAMES = frozenset({"T1", "T2", "T3"})
NOW = at("13:00")


def step(kind, time, **more):
    parties = {"giver": "hall", "receiver": "bus-1", "by": "officer"} | more
    return Event("H1", Step(kind), happened_at=at(time), recorded_at=at(time), **parties)


def offered(time="12:00", heads=3, names=NAMES, **more):
    return step("offered", time, heads=heads, names=names, deadline_at=at("12:30"), **more)


def accepted(time="12:10", heads=3, **more):
    return step("accepted", time, heads=heads, **more)


def fold(*events, scanned=(), now=NOW):
    return handover.fold(events=events, scanned=scanned, now=now)


def codes(found):
    return [o.code for o in found.objections]


def test_what_was_never_offered_is_no_handover():
    assert fold() is None
    assert fold(accepted()) is None


def test_an_offer_stands_until_its_deadline_and_then_has_lapsed():
    assert fold(offered(), now=at("12:30")).state is State.OFFERED
    assert fold(offered(), now=at("12:31")).state is State.LAPSED


def test_an_offer_without_a_deadline_does_not_lapse():
    assert fold(replace(offered(), deadline_at=None), now=at("23:00")).state is State.OFFERED


def test_a_lapsed_offer_can_still_be_accepted():
    assert fold(offered(), accepted("12:45"), scanned=NAMES).state is State.CLOSED


def test_accepting_closes_only_when_both_counts_and_the_names_agree():
    done = fold(offered(), accepted(), scanned=NAMES)
    assert (done.state, done.offered_heads, done.accepted_heads, codes(done)) == (State.CLOSED, 3, 3, [])


def test_counts_that_differ_are_both_kept_and_keep_it_open():
    short = fold(offered(), accepted(heads=2), scanned={"T1", "T2"})
    assert (short.state, short.offered_heads, short.accepted_heads) == (State.ACCEPTED, 3, 2)
    assert codes(short) == ["handover_counts_differ", "handover_missing"]
    assert short.missing == {"T3"}
    assert short.objections[0].because == "offered 3, accepted 2, scanned 2"


def test_somebody_scanned_who_was_not_offered_is_named():
    mixed = fold(offered(), accepted(), scanned={"T1", "T2", "T9"})
    assert (mixed.missing, mixed.unexpected) == ({"T3"}, {"T9"})
    assert codes(mixed) == ["handover_missing", "handover_unexpected"]


def test_an_offer_of_heads_without_names_expects_nobody_by_name():
    bare = fold(offered(names=None), accepted(), scanned=NAMES)
    assert (bare.state, bare.missing, bare.unexpected) == (State.CLOSED, frozenset(), frozenset())


def test_the_receiver_may_count_again_when_the_missing_one_turns_up():
    found = fold(offered(), accepted(heads=2), accepted("12:20", heads=3), scanned=NAMES)
    assert (found.state, found.accepted_heads) == (State.CLOSED, 3)


def test_the_giver_may_count_again_but_then_the_receiver_must_accept_anew():
    two = frozenset({"T1", "T2"})
    again = offered("12:15", heads=2, names=two)
    waiting = fold(offered(), accepted(heads=2), again, scanned=two, now=at("12:16"))
    assert (waiting.state, waiting.accepted_heads) == (State.OFFERED, None)
    assert (
        fold(offered(), accepted(heads=2), again, accepted("12:20", heads=2), scanned=two).state
        is State.CLOSED
    )


def test_declining_keeps_the_reason_and_lets_it_be_offered_to_another():
    declined = step("declined", "12:05", because="no seats left")
    assert (fold(offered(), declined).state, fold(offered(), declined).because) == (
        State.DECLINED,
        "no seats left",
    )
    elsewhere = offered("12:15", receiver="bus-2")
    assert fold(offered(), declined, elsewhere, now=at("12:16")).receiver == "bus-2"


def test_withdrawing_ends_an_offer_and_it_can_be_made_again():
    withdrawn = step("withdrawn", "12:05")
    assert fold(offered(), withdrawn).state is State.WITHDRAWN
    assert fold(offered(), withdrawn, offered("12:15"), now=at("12:16")).state is State.OFFERED


def test_nobody_else_can_accept_what_was_offered_to_one():
    other = fold(offered(), accepted(receiver="bus-2"), now=at("12:20"))
    assert (other.state, codes(other)) == (State.OFFERED, ["handover_parties_differ"])


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ((offered(), accepted(), step("declined", "12:20")), State.CLOSED),
        ((offered(), step("declined", "12:05"), accepted()), State.DECLINED),
        ((offered(), step("withdrawn", "12:05"), accepted()), State.WITHDRAWN),
        ((offered(), accepted(), step("withdrawn", "12:20")), State.CLOSED),
    ],
)
def test_a_step_that_does_not_follow_changes_nothing_and_is_objected_to(events, state):
    found = fold(*events, scanned=NAMES)
    assert (found.state, codes(found)) == (state, ["handover_step_refused"])


def test_the_table_says_for_every_state_and_step_whether_it_follows():
    standing = {state for state, _ in TRANSITIONS}
    assert standing == {None, State.OFFERED, State.ACCEPTED, State.DECLINED, State.WITHDRAWN}
    assert {State.LAPSED, State.CLOSED}.isdisjoint(TRANSITIONS.values())


def test_a_step_heard_of_twice_is_one_step():
    twice = replace(accepted(), recorded_at=at("14:00"))
    assert fold(offered(), accepted(), twice, scanned=NAMES) == fold(offered(), accepted(), scanned=NAMES)


STEPS = st.lists(
    st.builds(
        Event,
        handover=st.just("H1"),
        step=st.sampled_from(Step),
        giver=st.just("hall"),
        receiver=st.sampled_from(["bus-1", "bus-2"]),
        by=st.sampled_from(["ann", "bo"]),
        happened_at=st.sampled_from([at("12:00"), at("12:05"), at("12:10")]),
        recorded_at=st.just(at("12:30")),
        heads=st.sampled_from([None, 0, 3]),
        names=st.sampled_from([None, frozenset(), NAMES]),
        deadline_at=st.sampled_from([None, at("12:30")]),
    ),
    max_size=7,
)


@given(STEPS, st.randoms(use_true_random=False), st.sets(st.sampled_from(sorted(NAMES))))
def test_any_order_and_repetition_of_the_steps_gives_the_same_handover(events, random, scanned):
    mixed = [*events, *(random.choices(events, k=3) if events else ())]
    random.shuffle(mixed)
    assert fold(*mixed, scanned=scanned) == fold(*events, scanned=scanned)


@given(STEPS, st.sets(st.sampled_from(sorted(NAMES))))
def test_only_agreement_closes_a_handover(events, scanned):
    found = fold(*events, scanned=scanned)
    if found is not None and found.state is State.CLOSED:
        assert found.accepted_heads in (None, len(scanned))
        assert found.offered_heads in (None, len(scanned))
        assert not found.missing
        assert not found.unexpected
