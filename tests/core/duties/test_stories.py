"""Travellers' days under the shipped editions, told as stories."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from pratique.core.duties.evidence import Subject, SubjectId
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind

from .story import EIGHTH, account, at, book, decide, get_duty, states, tell, waive, wanting


def rounds(first_day: int, last_day: int, *, month: str = "2021-06") -> str:
    """Two good temperatures a day."""
    lines = []
    for day in range(first_day, last_day + 1):
        for clock in ("08:00", "18:00"):
            lines.append(f"{month}-{day:02} {clock} temperature celsius=36.5 symptomatic=no")
    return "\n".join(lines)


def test_fourteen_days_under_the_eighth_edition():
    told = tell(EIGHTH + "2021-06-01 11:00 temperature celsius=36.5 symptomatic=no\n" + rounds(1, 14))
    found = account(told, "2021-06-15 09:31")
    assert states(found, "test") == dict.fromkeys(("d1", "d4", "d7"), "discharged")
    assert states(found, "release_test") == {"d14": "discharged"}
    temperatures = states(found, "temperature")
    assert list(temperatures.values()).count("discharged") == 29
    assert {key for key, state in temperatures.items() if state == "upcoming"} >= {"d14.evening"}
    assert set(temperatures.values()) == {"discharged", "upcoming"}
    assert [surplus.why for surplus in found.surplus] == [
        "outside"
    ]  # the round at eight was before they landed
    decision = decide(found, "2021-06-15 09:31")
    assert decision.open, wanting(decision)
    assert get_duty(found, "release", "once").state is State.DUE


def test_a_minute_before_fourteen_full_days_the_gate_says_when_it_opens():
    decision = decide(account(tell(EIGHTH), "2021-06-15 09:29"), "2021-06-15 09:29")
    assert wanting(decision) == {"days": "too_early"}
    assert decision.opens_at == at("2021-06-15 09:30")


def test_after_release_two_tests_and_seven_days_at_home_are_owed():
    told = tell(EIGHTH + "2021-06-15 10:00 released")
    found = account(told, "2021-06-17 23:00")
    assert states(found, "release") == {"once": "discharged"}
    assert states(found, "follow_up_test") == {"d2": "overdue", "d7": "upcoming"}
    home = states(found, "home_temperature")
    assert len(home) == 14
    assert home["d1.morning"] == "missed"
    # The morning of their release is the last that is owed: what was still to come ends with it.
    assert "d15.morning" not in states(found, "temperature")


@pytest.mark.parametrize(
    ("edition", "days", "exposed", "tests"),
    [
        ("2020-04-01", 14, "2020-04-06 11:00", ()),
        ("2021-06-01", 14, "2021-06-06 11:00", ("release_test",)),
        ("2022-07-01", 7, "2022-07-06 11:00", ()),
    ],
)
def test_an_exposure_on_record_moves_neither_the_release_that_is_owed_nor_the_tests_before_it(
    edition, days, exposed, tests
):
    rules, over = book(), at(f"{edition} 09:30") + timedelta(days=days)
    story = f"{edition} 09:30 arrived\n"
    now = over.strftime("%Y-%m-%d %H:%M")
    quiet, listed = (
        account(tell(told), now, rulebook=rules) for told in (story, f"{story}{exposed} exposed")
    )
    assert get_duty(listed, "release", "once").opens_at == over
    for code in ("release", *tests):
        before = [(d.key, d.opens_at, d.due_at) for d in quiet.duties if d.code == code]
        assert before
        assert before == [(d.key, d.opens_at, d.due_at) for d in listed.duties if d.code == code]


def test_an_exposure_before_arrival_makes_no_stay_shorter():
    found = account(tell("2021-05-31 12:00 exposed\n2021-06-01 09:30 arrived"), "2021-06-14 12:00")
    assert get_duty(found, "release", "once").opens_at == at("2021-06-15 09:30")


def test_held_longer_than_the_rules_allow_is_overdue_and_climbs_to_the_commander():
    found = account(tell(EIGHTH), "2021-06-16 09:31")
    duty = get_duty(found, "release", "once")
    assert duty.state is State.OVERDUE
    assert duty.told == "duty_commander"


def test_fourteen_days_under_the_edition_of_2020_need_two_tests():
    story = """
        2020-04-15 09:30 arrived
        2020-04-15 12:00 sample #s0
        2020-04-15 22:00 result of s0 result=negative
        2020-04-28 10:00 sample #s13
        2020-04-28 22:00 result of s13 result=negative
        2020-04-29 08:00 temperature celsius=36.6 symptomatic=no
    """
    found = account(tell(story), "2020-04-29 09:30", rulebook=book("cn-arrivals-2020"))
    assert states(found, "test") == {"d0": "discharged", "d13": "discharged"}
    assert decide(found, "2020-04-29 09:30").open


def test_seven_and_three_days_under_the_ninth_edition():
    story = """
        2022-07-01 09:30 arrived
        2022-07-02 08:00 sample site=oropharyngeal
        2022-07-03 08:00 sample site=oropharyngeal
        2022-07-04 08:00 sample site=oropharyngeal
        2022-07-06 08:00 sample site=oropharyngeal
        2022-07-08 08:00 sample site=nasopharyngeal
        2022-07-08 12:00 released
    """
    found = account(tell(story), "2022-07-11 12:00", rulebook=book())
    kept = {key: state for key, state in states(found, "test").items() if key != "d7"}
    assert kept == dict.fromkeys(("d1", "d2", "d3", "d5"), "discharged")
    assert (
        states(found, "test")["d7"] == "cancelled"
    )  # the swab was of the other kind, and they had left by the evening
    assert states(found, "follow_up_test") == {"d3": "due"}
    assert found.protocols[0].code == "cn-arrivals-9"


def test_a_contact_under_who_counts_from_the_last_exposure_and_needs_no_test():
    world = book(jurisdiction="SG", zone=ZoneInfo("Asia/Singapore"))
    story = """
        2020-09-01 06:00 arrived
        2020-09-01 05:00 exposed
        2020-09-04 12:00 exposed
        2020-09-18 09:00 temperature celsius=36.5 symptomatic=no
    """
    found = account(tell(story, zone=world.zone), "2020-09-18 11:59", rulebook=world)
    assert states(found, "test") == {}
    temperatures = states(found, "temperature")
    assert (temperatures["d0"], temperatures["d14"]) == ("missed", "discharged")
    assert len(temperatures) == 15
    decision = decide(found, "2020-09-18 11:59")
    assert wanting(decision) == {"days": "too_early"}
    later = account(tell(story, zone=world.zone), "2020-09-18 12:00", rulebook=world)
    assert decide(later, "2020-09-18 12:00").open


def test_whoever_was_not_exposed_is_named_as_owed_nothing_by_who():
    world = book("who-contacts-2020", jurisdiction="SG")
    found = account(tell("2020-09-01 06:00 arrived"), "2020-09-02 00:00", rulebook=world)
    assert (found.duties, found.without) == ((), "no_trigger")


def test_a_missed_test_is_overdue_climbs_the_ladder_and_holds_the_gate():
    told = [piece for piece in tell(EIGHTH) if piece.id != "s4" and piece.about != "s4"]
    told = [piece for piece in told if piece.happened_at < at("2021-06-07 00:00")]
    reached = [
        (moment, get_duty(account(told, moment), "test", "d4").told)
        for moment in (
            "2021-06-05 23:59",
            "2021-06-06 00:00",
            "2021-06-06 01:00",
            "2021-06-06 04:00",
            "2021-06-06 12:00",
        )
    ]
    assert [told for _, told in reached] == ["", "nurse", "facility_lead", "health_lead", "duty_commander"]
    assert get_duty(account(told, "2021-06-05 23:59"), "test", "d4").state is State.DUE  # two hours of grace
    decision = decide(account(told, "2021-06-06 12:00"), "2021-06-06 12:00")
    assert "tests" in wanting(decision)


def test_a_missed_test_can_be_made_up_and_is_marked_late():
    story = """
        2021-06-01 09:30 arrived
        2021-06-02 08:00 sample #s1 site=nasopharyngeal
        2021-06-06 09:00 sample #late site=nasopharyngeal
    """
    found = account(tell(story), "2021-06-06 10:00")
    assert states(found, "test") == {"d1": "discharged", "d4": "late discharged", "d7": "upcoming"}
    assert get_duty(found, "test", "d4").evidence == ("late",)


def test_a_second_swab_of_one_morning_does_not_make_up_a_missed_day():
    story = """
        2021-06-01 09:30 arrived
        2021-06-08 08:00 sample #one site=nasopharyngeal
        2021-06-08 08:05 sample #two site=nasopharyngeal
    """
    found = account(tell(story), "2021-06-08 10:00")
    assert states(found, "test") == {"d1": "overdue", "d4": "overdue", "d7": "discharged"}
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("two", "close")]
    story = story.replace("06-08 08:05", "06-09 00:30").replace("06-08 08:00", "06-08 21:00")
    found = account(tell(story), "2021-06-09 10:00")
    assert states(found, "test") == {"d1": "overdue", "d4": "overdue", "d7": "discharged"}
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("two", "close")]


def test_a_temperature_cannot_be_taken_in_the_past():
    story = """
        2021-06-01 05:00 arrived
        2021-06-01 15:00 temperature celsius=36.5 symptomatic=no
    """
    found = account(tell(story), "2021-06-01 15:30")
    assert states(found, "temperature")["d0.morning"] == "missed"
    assert states(found, "temperature")["d0.evening"] == "discharged"


def test_a_temperature_after_noon_counts_late_for_the_morning_until_the_evening_round_opens():
    story = """
        2021-06-01 05:00 arrived
        2021-06-01 13:00 temperature celsius=36.5 symptomatic=no
    """
    found = account(tell(story), "2021-06-01 15:30")
    assert states(found, "temperature")["d0.morning"] == "late discharged"
    assert states(found, "temperature")["d0.evening"] == "due"


def test_a_night_reading_is_kept_as_surplus_and_reported():
    story = """
        2021-06-01 05:00 arrived
        2021-06-01 08:00 temperature celsius=36.5 symptomatic=no
        2021-06-01 15:00 temperature celsius=36.5 symptomatic=no
        2021-06-01 23:59 temperature #night celsius=36.5 symptomatic=no
    """
    found = account(tell(story), "2021-06-02 00:10")
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("night", "outside")]
    assert states(found, "temperature")["d1.morning"] == "upcoming"


def test_a_reading_without_the_question_about_symptoms_does_not_count():
    found = account(
        tell("2021-06-01 05:00 arrived\n2021-06-01 08:00 temperature celsius=36.5"), "2021-06-01 09:00"
    )
    assert states(found, "temperature")["d0.morning"] == "due"
    assert [(s.why, s.attribute) for s in found.surplus] == [("unfit", "symptomatic")]


def test_2359_is_this_day_at_the_port_whatever_the_date_elsewhere():
    kiribati, pago = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
    east = book("cn-arrivals-8", zone=kiribati)
    west = book("cn-arrivals-8", zone=pago)
    arrived = tell("2021-06-01 23:59 arrived", zone=kiribati)
    # The same instant is 23:59 on 1 June in Kiritimati and 22:59 on 31 May in Pago Pago: test day 1 follows the port.
    there = account(arrived, "2021-06-02 00:30", rulebook=east)
    here = account(arrived, "2021-06-01 00:30", rulebook=west)
    assert get_duty(there, "test", "d1").opens_at == at("2021-06-02 06:00", kiribati)
    assert get_duty(here, "test", "d1").opens_at == at("2021-06-01 06:00", pago)


def test_arriving_just_before_midnight_makes_it_day_zero_and_nobody_is_late_at_birth():
    for clock, zero in (("23:59", "2021-06-01"), ("00:00", "2021-06-02")):
        day = "2021-06-01" if clock == "23:59" else "2021-06-02"
        found = account(tell(f"{day} {clock} arrived"), "2021-06-02 00:05")
        opens_at = get_duty(found, "test", "d1").opens_at
        assert opens_at.date().toordinal() - at(f"{zero} 00:00").date().toordinal() in (0, 1)
        assert (opens_at - at(f"{zero} 06:00")).days == 1
        assert all(duty.state in (State.UPCOMING, State.DUE) for duty in found.duties)
    late = account(tell("2021-06-01 23:59 arrived"), "2021-06-02 00:05")
    assert "d0.evening" not in states(late, "temperature")


def test_a_test_owed_on_the_day_of_arrival_keeps_its_hours_when_that_day_is_nearly_over():
    found = account(tell("2020-04-15 23:50 arrived"), "2020-04-16 00:05", rulebook=book("cn-arrivals-2020"))
    duty = get_duty(found, "test", "d0")
    assert (duty.state, duty.due_at) == (State.DUE, at("2020-04-16 11:50"))


def test_a_stay_over_a_leap_day_counts_it():
    found = account(tell("2024-02-20 10:00 arrived"), "2024-02-21 00:00")
    assert get_duty(found, "test", "d7").opens_at == at("2024-02-27 06:00")
    assert get_duty(found, "release_test", "d14").opens_at == at("2024-03-05 00:00")
    plain = account(tell("2023-02-20 10:00 arrived"), "2023-02-21 00:00")
    assert get_duty(plain, "release_test", "d14").opens_at == at("2023-03-06 00:00")


def test_a_result_that_is_pending_is_the_laboratorys_duty_and_holds_the_gate():
    story = "\n".join(line for line in EIGHTH.splitlines() if "of b" not in line)
    rules = book("cn-arrivals-8", "operations-2020")
    found = account(tell(story), "2021-06-15 10:00", rulebook=rules)
    assert states(found, "result")["b"] == "due"
    assert get_duty(found, "result", "b").owner == "laboratory"
    decision = decide(found, "2021-06-15 10:00")
    assert wanting(decision) == {"results": "no_answer"}
    assert next(f.names for f in decision.findings if f.condition.code == "results") == ("b",)


def test_a_result_is_owed_even_after_whoever_gave_the_sample_has_left():
    story = "2021-06-01 09:00 arrived\n2021-06-02 08:00 sample #s\n2021-06-02 09:00 departed"
    found = account(tell(story), "2021-06-03 09:00", rulebook=book("operations-2020"))
    assert states(found, "result") == {"s": "overdue"}


def test_a_lost_sample_must_be_taken_again():
    story = """
        2021-06-01 09:30 arrived
        2021-06-02 08:00 sample #s1 site=nasopharyngeal
        2021-06-03 10:00 result of s1 result=lost
    """
    found = account(tell(story), "2021-06-03 11:00")
    assert states(found, "test")["d1"] == "overdue"
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("s1", "void")]
    again = account(tell(story + "2021-06-03 12:00 sample #s1b site=nasopharyngeal"), "2021-06-03 12:30")
    assert states(again, "test")["d1"] == "late discharged"


def test_a_positive_opens_no_gate_for_anybody():
    story = EIGHTH.replace("result of b result=negative", "result of b result=positive")
    signed = ("wu/command_office", "li/health_lead")
    waivers = [
        waive("release", "no_positive", *signed, given="2021-06-15 10:00", id="W1"),
        waive("release", "results", *signed, given="2021-06-15 10:00", id="W2"),
    ]
    decision = decide(account(tell(story), "2021-06-15 10:30", waivers=waivers), "2021-06-15 10:30")
    assert not decision.open
    assert wanting(decision) == {"no_positive": "on_record"}
    assert [objection.code for objection in decision.objections] == ["condition_firm"]


def test_two_swabs_with_one_kit_are_one_swab():
    story = EIGHTH.replace("kit=Beta", "kit=Alpha")
    found = account(tell(story), "2021-06-15 10:00")
    assert states(found, "release_test") == {"d14": "due"}
    assert [(surplus.evidence, surplus.why, surplus.attribute) for surplus in found.surplus] == [
        ("b", "same", "kit")
    ]
    assert "tests" in wanting(decide(found, "2021-06-15 10:00"))


def test_two_swabs_in_one_laboratory_count_and_are_remarked():
    found = account(tell(EIGHTH.replace("lab=South", "lab=North")), "2021-06-15 10:00")
    duty = get_duty(found, "release_test", "d14")
    assert (duty.state, duty.remarks) == (State.DISCHARGED, ("same_lab",))


def test_a_withdrawn_sample_is_owed_again():
    told = tell(
        "2021-06-01 09:30 arrived\n2021-06-02 08:00 sample site=nasopharyngeal, withdrawn 2021-06-02 12:00"
    )
    assert states(account(told, "2021-06-02 11:59"), "test")["d1"] == "discharged"
    assert states(account(told, "2021-06-02 12:00"), "test")["d1"] == "due"


def test_a_traveller_in_hospital_is_owed_no_round_and_the_last_test_missed_there_afterwards():
    story = """
        2021-06-01 09:30 arrived
        2021-06-02 08:00 sample site=nasopharyngeal
        2021-06-03 08:00 hospitalised
    """
    away = account(tell(story), "2021-06-06 12:00")
    assert states(away, "test") == {"d1": "discharged", "d4": "suspended", "d7": "suspended"}
    assert states(away, "temperature")["d3.morning"] == "suspended"
    assert states(away, "temperature")["d1.morning"] == "missed"
    back = account(tell(story + "2021-06-09 10:00 returned"), "2021-06-09 11:30")
    assert states(back, "test") == {"d1": "discharged", "d4": "suspended", "d7": "due"}
    assert get_duty(back, "test", "d4").remarks == ("dropped",)
    assert get_duty(back, "test", "d7").due_at == at("2021-06-10 10:00")
    assert states(back, "temperature")["d8.morning"] == "due"


def test_nobody_is_released_from_hospital_for_want_of_a_test_owed_there():
    story = "2021-06-01 09:30 arrived\n2021-06-01 12:00 hospitalised"
    decision = decide(account(tell(story), "2021-06-20 10:00"), "2021-06-20 10:00")
    assert wanting(decision)["tests"] == "duty_open"


def test_what_was_dropped_in_hospital_is_not_made_up_by_a_spare_swab():
    story = """
        2021-06-01 09:30 arrived
        2021-06-02 08:00 sample site=nasopharyngeal
        2021-06-03 08:00 hospitalised
        2021-06-09 10:00 returned
        2021-06-09 12:00 sample #owed site=nasopharyngeal
        2021-06-11 12:00 sample #spare site=nasopharyngeal
    """
    found = account(tell(story), "2021-06-11 13:00")
    assert states(found, "test") == {"d1": "discharged", "d4": "suspended", "d7": "discharged"}
    assert [surplus.evidence for surplus in found.surplus] == ["spare"]


def test_a_reading_after_leaving_counts_for_nothing_here():
    story = """
        2021-06-01 05:00 arrived
        2021-06-01 08:00 departed
        2021-06-01 08:30 temperature #after celsius=36.5 symptomatic=no
    """
    found = account(tell(story), "2021-06-01 09:00")
    assert states(found, "temperature")["d0.morning"] == "cancelled"
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("after", "outside")]


def test_leaving_within_the_grace_is_leaving_in_time():
    found = account(tell("2021-06-01 09:30 arrived\n2021-06-02 23:00 departed"), "2021-06-03 09:00")
    assert states(found, "test")["d1"] == "cancelled"


def test_nobody_comes_back_from_hospital_past_the_test_before_release():
    story = """
        2021-06-01 09:30 arrived
        2021-06-14 08:00 hospitalised
        2021-06-16 08:00 returned
        2021-06-16 09:00 temperature celsius=36.5 symptomatic=no
    """
    found = account(tell(story), "2021-06-16 10:00")
    assert states(found, "release_test") == {"d14": "due"}
    assert "tests" in wanting(decide(found, "2021-06-16 10:00"))


def test_leaving_does_not_wipe_out_what_was_missed():
    told = tell("2021-06-01 09:30 arrived\n2021-06-06 10:00 departed")
    found = account(told, "2021-06-07 00:00")
    assert states(found, "test") == {"d1": "missed", "d4": "missed", "d7": "cancelled"}


def test_somebody_who_never_arrived_is_not_released_either():
    found = account(tell("2021-06-01 09:30 screened"), "2021-06-20 00:00")
    assert wanting(decide(found, "2021-06-20 00:00")) == {
        "days": "no_record",
        "tests": "no_duty",
        "results": "no_duty",
        "well": "no_record",
    }


def test_a_transit_passenger_is_owed_no_test_and_an_unknown_channel_is():
    told = tell("2021-06-01 09:30 arrived")
    transit = Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "transit"})
    found = account(told, "2021-06-02 00:00", subject=transit)
    assert (states(found, "test"), found.without) == ({}, "no_trigger")
    for facts in ({}, {"channel": ""}):
        unknown = Subject(Kind.TRAVELLER, SubjectId("T1"), facts)
        assert len(states(account(told, "2021-06-02 00:00", subject=unknown), "test")) == 3


def test_a_fever_makes_an_assessment_owed_and_only_one_about_it_counts():
    story = """
        2021-06-01 05:00 arrived
        2021-06-01 08:00 temperature #hot celsius=37.3 symptomatic=yes
        2021-06-01 08:30 temperature #warm celsius=37.29 symptomatic=no
        2021-06-01 08:40 assessment of warm
    """
    rules = book("cn-arrivals-8", "operations-2020")
    found = account(tell(story), "2021-06-01 09:00", rulebook=rules)
    assert states(found, "fever") == {"hot": "overdue"}
    assert states(found, "symptoms") == {}
    answered = account(tell(story + "2021-06-01 08:45 assessment of hot"), "2021-06-01 09:00", rulebook=rules)
    assert states(answered, "fever") == {"hot": "discharged"}
