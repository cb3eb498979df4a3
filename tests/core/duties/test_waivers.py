"""Waivers of duties, and exceptions to a gate: by whom, for what, how long."""

import pytest

from pratique.core.duties.edition import Rulebook
from pratique.core.duties.rule import Permission
from pratique.core.duties.waiver import judge

from .story import EIGHTH, KUNMING, account, at, book, decide, edition, get_duty, states, tell, waive


def test_a_waiver_by_the_wrong_authority_has_no_effect():
    told = tell("2021-06-01 09:30 arrived")
    cases = [
        (("li/health_lead", "wu/supervisor"), {}, "waiver_rank"),
        (("wu/duty_commander",), {}, "waiver_persons"),
        (("wu/duty_commander", "wu/health_lead"), {}, "waiver_persons"),
        (("wu/duty_commander", "T1/health_lead"), {}, "waiver_by_oneself"),
        (("wu/duty_commander", "li/nurse"), {}, "waiver_rank"),
        (("wu/duty_commander", "li/health_lead"), {"reason": "  "}, "waiver_without_reason"),
        (("wu/duty_commander", "li/health_lead"), {"hours": 25}, "waiver_too_long"),
        (("wu/duty_commander", "li/health_lead"), {"hours": 0}, "waiver_without_time"),
        (("wu/duty_commander", "li/health_lead"), {"code": "tset"}, "waiver_unknown"),
    ]
    for signed, changes, refused in cases:
        values = {"code": "test", "key": "d1", "given": "2021-06-02 15:00"} | changes
        waiver = waive(values.pop("code"), values.pop("key"), *signed, **values)
        found = account(told, "2021-06-02 16:00", waivers=[waiver])
        assert states(found, "test")["d1"] == "due", refused
        assert [objection.code for objection in found.objections] == [refused]


@pytest.mark.parametrize(
    "signed", [("wu/duty_commander", "li/health_lead"), ("x/command_office", "y/duty_commander")]
)
def test_a_waiver_by_those_who_may_holds_for_the_duty_it_names_alone(signed):
    waiver = waive("test", "d1", *signed, given="2021-06-02 15:00")
    found = account(tell("2021-06-01 09:30 arrived"), "2021-06-02 16:00", waivers=[waiver])
    assert states(found, "test") == {"d1": "waived", "d4": "upcoming", "d7": "upcoming"}
    assert get_duty(found, "test", "d1").waiver == "W1"
    assert found.objections == ()


OWN_GATE = """
[[obligation]]
code = "leave"
subject = "traveller"
title = { zh = "按时离开", en = "Leave on time" }
owner = "nurse"
owed_to = "traveller"
trigger = { records = ["arrived"] }
schedule = { within_minutes = 60 }
evidence = { records = ["released"] }
escalation = "plain"
waiver = "one"
source = "story"
basis = "local setting"

[[gate]]
code = "leave"
subject = "traveller"
title = { zh = "离开", en = "Leave" }
exception = "two"
condition = [{ code = "days", check = "elapsed", title = { zh = "天数", en = "Days" }, records = ["arrived"], full_days = 2, source = "story", basis = "local setting" }]
"""


def test_who_may_waive_a_duty_may_not_for_that_open_the_gate_of_its_name():
    rules = Rulebook.of(protocols=[edition(OWN_GATE)], jurisdiction="CN", zone=KUNMING)
    told = tell("2021-06-01 09:30 arrived")
    for key, state, open_ in (("once", "waived", False), ("days", "due", False)):
        waiver = waive("leave", key, "wu/supervisor", given="2021-06-01 09:40")
        found = account(told, "2021-06-01 10:00", rulebook=rules, waivers=[waiver])
        assert states(found, "leave") == {"once": state}
        assert decide(found, "2021-06-01 10:00", "leave").open is open_
    waiver = waive("leave", "days", "wu/duty_commander", "li/health_lead", given="2021-06-01 09:40")
    found = account(told, "2021-06-01 10:00", rulebook=rules, waivers=[waiver])
    assert decide(found, "2021-06-01 10:00", "leave").open


def test_the_second_signature_may_have_to_be_the_higher_one():
    permission = Permission(rank="supervisor", persons=2, second_rank="duty_commander", hours_max=24)
    low = waive("test", "d1", "wu/supervisor", "li/health_lead", given="2021-06-02 15:00")
    high = waive("test", "d1", "wu/supervisor", "li/duty_commander", given="2021-06-02 15:00")
    refused = judge(waiver=low, permission=permission)
    assert refused is not None
    assert refused.code == "waiver_rank"
    assert judge(waiver=high, permission=permission) is None


def test_a_rights_notice_can_be_waived_by_nobody():
    told = tell("2021-06-01 09:00 arrived\n2021-06-01 09:10 measure_ordered #m measure=quarantine")
    waiver = waive("notice", "m", "x/command_office", "y/command_office", given="2021-06-01 09:05")
    found = account(told, "2021-06-01 09:11", rulebook=book("ihr-2005"), waivers=[waiver])
    assert states(found, "notice") == {"m": "overdue"}
    assert [objection.code for objection in found.objections] == ["waiver_forbidden"]


def test_a_notice_counts_only_before_its_own_measure_and_in_a_named_language():
    story = """
        2021-06-01 09:00 arrived
        2021-06-01 09:05 notice #n of m language=en
        2021-06-01 09:06 notice #other of elsewhere language=en
        2021-06-01 09:10 measure_ordered #m measure=screening
        2021-06-01 10:00 measure_ordered #m2 measure=quarantine
        2021-06-01 10:05 notice #after of m2 language=zh
    """
    found = account(tell(story), "2021-06-01 10:10", rulebook=book("ihr-2005"))
    assert states(found, "notice") == {"m": "discharged", "m2": "late discharged"}
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("other", "unrelated")]


def test_what_is_overdue_already_can_only_be_excused_by_name_and_is_marked_late():
    told = tell("2021-06-01 09:30 arrived")
    signed = ("wu/duty_commander", "li/health_lead")
    blanket = waive("test", "", *signed, given="2021-06-05 15:00")
    found = account(told, "2021-06-05 16:00", waivers=[blanket])
    assert states(found, "test") == {"d1": "overdue", "d4": "waived", "d7": "upcoming"}
    named = waive("test", "d1", *signed, given="2021-06-05 15:00")
    found = account(told, "2021-06-05 16:00", waivers=[named])
    assert states(found, "test")["d1"] == "late waived"


def test_a_waiver_ends_with_its_time_and_with_its_withdrawal():
    told = tell("2021-06-01 09:30 arrived")
    signed = ("wu/duty_commander", "li/health_lead")
    short = waive("test", "", *signed, given="2021-06-02 09:00", hours=6)
    assert (
        states(account(told, "2021-06-02 10:00", waivers=[short]), "test")["d1"] == "due"
    )  # due at 22:00, after it
    taken_back = waive("test", "d1", *signed, given="2021-06-02 15:00", withdrawn_at=at("2021-06-02 17:00"))
    assert states(account(told, "2021-06-02 16:59", waivers=[taken_back]), "test")["d1"] == "waived"
    assert states(account(told, "2021-06-02 17:00", waivers=[taken_back]), "test")["d1"] == "due"


def test_an_exception_to_a_gate_needs_two_persons_names_its_condition_and_runs_out():
    told = tell("\n".join(line for line in EIGHTH.splitlines() if "of b" not in line))
    signed = ("wu/duty_commander", "li/health_lead")
    now = "2021-06-15 11:00"
    for key, by, open_ in (("results", signed, True), ("results", signed[:1], False), ("", signed, False)):
        waiver = waive("release", key, *by, given="2021-06-15 10:00")
        assert decide(account(told, now, waivers=[waiver]), now).open is open_
    waiver = waive("release", "results", *signed, given="2021-06-15 10:00", hours=2)
    decision = decide(account(told, now, waivers=[waiver]), now)
    assert [f.exception for f in decision.findings if not f.held] == ["W1"]
    assert not decide(account(told, "2021-06-15 12:00", waivers=[waiver]), "2021-06-15 12:00").open
    nameless = waive("release", "result", *signed, given="2021-06-15 10:00")
    assert [o.code for o in decide(account(told, now, waivers=[nameless]), now).objections] == [
        "condition_unknown"
    ]
