"""No result, no exit. New Zealand, June 2020: of 55 people let out early 51 had not been tested; here 55 ways and more are tried."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.duties.story import account, at, book, tell, waive
from pratique.core.duties.evidence import Signature, WaiverId
from pratique.core.duties.gate import Reason
from pratique.core.stay import release
from pratique.core.stay.order import Order, Sort

from .house import RULES

WELL = """
    2020-04-06 08:00 temperature celsius=36.4 symptomatic=no
    2020-04-15 08:00 temperature celsius=36.4 symptomatic=no
"""
ARRIVED = "2020-04-01 09:30 arrived\n"
FIRST = """
    2020-04-01 11:00 sample #s0
    2020-04-02 11:00 result of s0 result=negative
"""
SECOND = """
    2020-04-14 08:00 sample #s13
    2020-04-14 20:00 result of s13 result=negative
"""
EARLY, AFTER = "2020-04-06 12:00", "2020-04-15 09:31"
CONDITIONS = ("days", "tests", "results", "well")
BOTH = ("P1/duty_commander", "P2/health_lead")


def decide(story, now, waivers=(), orders=(), edition="cn-arrivals-2020", *more):
    found = account(tell(story), now, rulebook=book(edition, *more), waivers=waivers)
    return release.decide(account=found, orders=orders, rules=RULES, now=at(now))


def codes(found):
    return {one.code for one in found.objections}


def excuse(*keys, signed=BOTH, now=EARLY):
    """A waiver for each condition named, given an hour before."""
    given = (at(now) - timedelta(hours=1)).strftime("%Y-%m-%d %H:%M")
    return [
        waive("release", key, *signed, given=given, id=WaiverId(f"W-{key}"), reason="her father is dying")
        for key in keys
    ]


UNTESTED = {
    "no sample": "",
    "a sample nobody answered": "2020-04-01 11:00 sample #s0",
    "an invalid result": "2020-04-01 11:00 sample #s0\n2020-04-02 11:00 result of s0 result=invalid",
    "a lost sample": "2020-04-01 11:00 sample #s0\n2020-04-02 11:00 result of s0 result=lost",
    "a result of no sample": "2020-04-02 11:00 result result=negative",
    "a result of somebody else's sample": "2020-04-01 11:00 sample #s0\n2020-04-02 11:00 result of other result=negative",
    "a result before the sample": "2020-04-03 11:00 sample #s0\n2020-04-02 11:00 result of s0 result=negative",
    "a test before departure": "2020-03-30 11:00 sample #s0\n2020-03-31 11:00 result of s0 result=negative",
    "a result taken back": "2020-04-01 11:00 sample #s0\n"
    "2020-04-02 11:00 result of s0 result=negative, withdrawn 2020-04-03 08:00",
    "a sample taken back": "2020-04-01 11:00 sample #s0, withdrawn 2020-04-03 08:00\n"
    "2020-04-02 11:00 result of s0 result=negative",
    "a positive result": "2020-04-01 11:00 sample #s0\n2020-04-02 11:00 result of s0 result=positive",
    "a negative result, and a positive one after it": FIRST
    + "2020-04-03 11:00 sample #s2\n2020-04-04 11:00 result of s2 result=positive",
}
HOSPITAL_AND_BACK = """
    2020-04-05 14:00 hospitalised
    2020-04-05 17:00 returned
"""
PRETEXTS = {
    "let out early out of compassion, signed by two": (EARLY, ("days", "tests", "results"), BOTH),
    "everything excused by two": (EARLY, (*CONDITIONS, "no_positive"), BOTH),
    "let out early, signed by one": (EARLY, CONDITIONS, BOTH[:1]),
    "the days are over": (AFTER, (), BOTH),
    "the days are over, and the tests excused by two": (AFTER, ("tests", "results"), BOTH),
    "to hospital and back on one afternoon, and everything else excused by two": (EARLY, CONDITIONS, BOTH),
}


def tell_pretext(pretext):
    return ARRIVED + WELL + (HOSPITAL_AND_BACK if "hospital" in pretext else "")


@pytest.mark.parametrize("pretext", PRETEXTS)
@pytest.mark.parametrize("untested", UNTESTED)
def test_new_zealand_2020_nobody_leaves_untested_try_55_ways(untested, pretext):
    now, excused, signed = PRETEXTS[pretext]
    found = decide(tell_pretext(pretext) + UNTESTED[untested], now, excuse(*excused, signed=signed, now=now))
    assert not found.open
    assert found.tested is False
    assert "release_untested" in codes(found)


def test_there_are_no_fewer_than_55_ways():
    assert len(UNTESTED) * len(PRETEXTS) == 72


@pytest.mark.parametrize(
    "pretext", [name for name in PRETEXTS if "one" not in name and name != "the days are over"]
)
def test_each_of_these_ways_is_open_to_who_was_tested(pretext):
    """The same pretexts, after a negative result: it is the result that was wanting, nothing else."""
    now, excused, signed = PRETEXTS[pretext]
    found = decide(tell_pretext(pretext) + FIRST, now, excuse(*excused, signed=signed, now=now))
    assert found.open, found.conditions
    assert found.tested


POSITIVE = """
    2020-04-03 11:00 sample #s2
    2020-04-04 11:00 result of s2 result=positive
"""


def test_whoever_was_positive_is_tested_again_by_a_negative_taken_after_it():
    found = decide(tell_pretext("hospital") + FIRST + POSITIVE + SECOND, AFTER, excuse("results", now=AFTER))
    assert found.tested
    assert found.open, found.conditions


def test_a_positive_that_was_corrected_bars_nobody():
    corrected = POSITIVE.replace("positive", "positive, withdrawn 2020-04-05 08:00")
    corrected += "2020-04-05 08:00 result of s2 result=negative\n"
    found = decide(ARRIVED + WELL + FIRST + corrected + SECOND, AFTER)
    assert found.open, found.conditions


def test_after_the_days_with_every_test_negative_the_gate_opens_and_every_condition_is_shown():
    found = decide(ARRIVED + WELL + FIRST + SECOND, AFTER)
    assert found.open
    assert {one.finding.condition.code for one in found.conditions} == {*CONDITIONS, "no_positive"}
    assert all(one.passes and one.by_waiver is None for one in found.conditions)
    assert found.objections == ()


def find_well(readings):
    """How the condition of the last 24 hours stands two hours after a round that found somebody well or not."""
    found = decide(ARRIVED + FIRST + SECOND + readings, "2020-04-15 12:00")
    (well,) = [one.finding for one in found.conditions if one.finding.condition.code == "well"]
    assert found.open == well.held
    return well.reason


FEVER = "2020-04-15 10:00 temperature celsius=38.4 symptomatic=no\n"
COOL = "2020-04-15 10:05 temperature celsius=36.5 symptomatic=no"
OWN = f"{COOL} own=yes\n"


def test_no_later_reading_undoes_a_fever_of_the_last_24_hours_and_nobodys_own_word_does():
    assert find_well(FEVER.replace("38.4", "36.4")) is Reason.HELD
    assert find_well(FEVER + COOL) is Reason.UNFIT
    assert find_well(FEVER + OWN) is Reason.UNFIT
    assert find_well(FEVER.replace("-15 10", "-14 10") + COOL) is Reason.HELD


def test_an_assessment_and_a_reading_after_it_end_a_fever():
    assessed = "2020-04-15 10:03 cleared\n"
    assert find_well(FEVER + assessed) is Reason.UNFIT
    assert find_well(FEVER + assessed + OWN) is Reason.UNFIT
    assert find_well(FEVER + assessed + COOL) is Reason.HELD
    assert find_well(assessed.replace("10:03", "09:55") + FEVER + COOL) is Reason.UNFIT


def test_an_own_report_stands_for_no_look_of_the_staff_and_speaks_against_whoever_gives_it():
    assert find_well(OWN) is Reason.NO_RECORD
    assert find_well("2020-04-13 10:00 temperature celsius=36.4 symptomatic=no\n" + OWN) is Reason.TOO_OLD
    assert find_well(FEVER.replace("38.4", "36.4") + OWN.replace("36.5", "38.1")) is Reason.UNFIT


def test_a_minute_too_early_it_does_not():
    found = decide(ARRIVED + WELL + FIRST + SECOND, "2020-04-15 09:29")
    assert not found.open
    assert codes(found) == {"release_too_early"}


def test_a_protocol_that_lets_one_person_except_still_needs_two_here():
    rules = book("cn-arrivals-2020")
    (protocol,) = rules.protocols
    lax = replace(protocol.gates[0].exception, persons=1)
    easy = replace(
        rules,
        protocols=(
            replace(protocol, gates=(replace(protocol.gates[0], exception=lax), *protocol.gates[1:])),
        ),
    )
    waivers = excuse("days", "tests", "results", signed=BOTH[:1])
    found = account(tell(ARRIVED + WELL + FIRST), EARLY, rulebook=easy, waivers=waivers)
    decided = release.decide(account=found, orders=(), rules=RULES, now=at(EARLY))
    assert decided.decision.findings[0].exception is not None
    assert not decided.open
    assert "release_persons" in codes(decided)


def test_a_protocol_that_tests_nobody_asks_for_no_result():
    story = """
        2020-10-01 09:30 arrived
        2020-10-01 09:30 exposed
        2020-10-16 08:00 temperature celsius=36.4 symptomatic=no
    """
    found = decide(story, "2020-10-16 12:00", edition="who-contacts-2020")
    assert found.tested is None
    assert "release_untested" not in codes(found)


def order(sort, days, **changed):
    signed = (Signature("P1", "duty_commander"), Signature("P2", "health_lead"))
    whole = {"ordered_at": at("2020-04-05 08:00"), "served_at": at("2020-04-05 09:00"), "understood": True}
    whole |= {"reason": "why", "document": "2020-17", "signatures": signed, "remedy_told": True}
    return Order(**{"id": "O1", "traveller": "T1", "sort": sort, "days": days, **whole, **changed})


def test_an_extension_served_in_writing_holds_and_nothing_else_holds_a_day_too_long():
    whole = ARRIVED + WELL + FIRST + SECOND
    held = decide(whole, AFTER, orders=[order(Sort.EXTEND, 2)])
    assert not held.open
    assert held.term.ends_at == at("2020-04-17 09:30")
    free = decide(whole, AFTER, orders=[order(Sort.EXTEND, 2, served_at=None)])
    assert free.open
    assert "order_not_served" in codes(free)


def test_an_order_about_somebody_else_changes_nothing():
    found = decide(ARRIVED + WELL + FIRST + SECOND, AFTER, orders=[order(Sort.EXTEND, 2, traveller="T2")])
    assert found.open


def decide_listed(now, orders=()):
    """Of somebody who was exposed on the sixth day by what a list of contacts says."""
    story = ARRIVED + "2020-04-06 11:00 exposed\n" + WELL + FIRST + SECOND
    return decide(story, now, (), orders, "cn-arrivals-2020", "cn-contacts-2020")


def test_a_list_of_contacts_moves_no_end_and_whoever_waits_for_the_bus_may_go():
    early, after = decide_listed(EARLY), decide_listed(AFTER)
    assert early.term.ends_at == early.base_end == at("2020-04-15 09:30")
    assert {str(one.finding.from_at) for one in early.conditions if one.finding.condition.full_days} == {
        str(early.term.ends_at)
    }
    assert after.open
    assert {"exposure"} == {one.finding.condition.code for one in after.conditions if one.by_term}


def test_a_reduction_already_served_is_not_shifted_along_by_a_list():
    found = decide_listed(EARLY, [order(Sort.REDUCE, 2)])
    assert found.term.ends_at == at("2020-04-13 09:30")


def test_the_extension_that_was_drawn_up_for_an_exposure_holds_once_served_and_until_its_own_end():
    assert decide_listed(AFTER, [order(Sort.EXTEND, 5, served_at=None)]).open
    served = [order(Sort.EXTEND, 5)]
    assert not decide_listed(AFTER, served).open
    assert decide_listed(AFTER, served).term.ends_at == at("2020-04-20 09:30")
    over = decide_listed("2020-04-20 09:30", served)
    # An hour and a half before fourteen full days since the exposure: the order says when, and nobody stays beyond it.
    passes = {one.finding.condition.code: one.passes for one in over.conditions}
    assert passes["exposure"]
    assert passes["days"]


def test_two_who_waive_the_days_do_not_undo_an_extension():
    found = decide(ARRIVED + WELL + FIRST, EARLY, excuse("days", "tests", "results"), [order(Sort.EXTEND, 2)])
    assert not found.open


SHORT = [order(Sort.REDUCE, 7)]
DAY_EIGHT = "2020-04-08 09:31"
FIT = "2020-04-08 08:00 temperature celsius=36.4 symptomatic=no\n"


def test_a_reduction_that_was_served_does_not_wait_for_a_test_that_opens_only_after_it():
    found = decide(ARRIVED + WELL + FIT + FIRST, DAY_EIGHT, orders=SHORT)
    assert found.open, found.conditions
    assert found.tested
    by_order = {one.finding.condition.code for one in found.conditions if one.by_orders}
    assert by_order == {"days", "tests"}


def test_a_reduction_asks_for_the_tests_that_could_be_taken_and_for_a_negative_of_this_stay():
    for untested in UNTESTED.values():
        found = decide(ARRIVED + WELL + FIT + untested, DAY_EIGHT, orders=SHORT)
        assert not found.open
        assert not found.tested
    unserved = [order(Sort.REDUCE, 7, served_at=None)]
    passes = {
        one.finding.condition.code: one.passes
        for one in decide(ARRIVED + WELL + FIT + FIRST, DAY_EIGHT, orders=unserved).conditions
    }
    assert not passes["tests"]
    assert not passes["days"]


def test_a_reduction_of_a_day_still_waits_for_the_test_of_day_13():
    well = "2020-04-14 08:00 temperature celsius=36.4 symptomatic=no\n"
    short = [order(Sort.REDUCE, 1)]
    assert not decide(ARRIVED + WELL + well + FIRST, "2020-04-14 21:00", orders=short).open
    assert decide(ARRIVED + WELL + well + FIRST + SECOND, "2020-04-14 21:00", orders=short).open
