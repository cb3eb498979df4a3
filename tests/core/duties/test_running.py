"""The port's own running: trips, vehicles, staff, units, shifts, facilities, days."""

from pratique.core.duties.evidence import Subject, SubjectId
from pratique.core.duties.register import State
from pratique.core.duties.vocabulary import Kind

from .story import account, at, book, decide, get_duty, states, tell, waive, wanting

RULES = book("operations-2020")


def of(kind: Kind, story: str, now: str, *, facts=None, waivers=(), rulebook=RULES):
    known = {"trained": "yes"} if kind is Kind.STAFF else {}
    subject = Subject(kind, SubjectId("X"), known | (facts or {}), "terminal")
    return account(tell(story, of="X", kind=kind), now, rulebook=rulebook, subject=subject, waivers=waivers)


def test_a_vehicle_may_not_leave_again_before_it_is_disinfected():
    story = "2020-04-15 06:00 joined\n2020-04-15 09:00 trip_ended #a\n"
    dirty = of(Kind.VEHICLE, story, "2020-04-15 09:30")
    assert states(dirty, "disinfection") == {"a": "due"}
    assert wanting(decide(dirty, "2020-04-15 09:30", "depart")) == {"disinfected": "duty_open"}
    clean = of(Kind.VEHICLE, story + "2020-04-15 09:40 disinfection agent=chlorine", "2020-04-15 09:45")
    assert decide(clean, "2020-04-15 09:45", "depart").open


def test_a_vehicle_that_has_not_been_out_may_leave():
    found = of(Kind.VEHICLE, "2020-04-15 06:00 joined", "2020-04-15 09:30")
    assert found.without == "no_trigger"
    assert decide(found, "2020-04-15 09:30", "depart").open


def test_a_trip_driven_without_disinfection_stays_in_the_book_as_missed():
    story = """
        2020-04-15 06:00 joined
        2020-04-15 09:00 trip_ended #a
        2020-04-15 10:30 trip_ended #b
        2020-04-15 11:00 disinfection
    """
    found = of(Kind.VEHICLE, story, "2020-04-15 11:10")
    assert states(found, "disinfection") == {"a": "missed", "b": "discharged"}
    assert decide(found, "2020-04-15 11:10", "depart").open


def test_one_disinfection_serves_one_trip_when_two_follow_at_once():
    story = """
        2020-04-15 09:00 trip_ended #a
        2020-04-15 09:20 trip_ended #b
        2020-04-15 09:30 disinfection #d
    """
    found = of(Kind.VEHICLE, story, "2020-04-15 09:40")
    assert states(found, "disinfection") == {"a": "discharged", "b": "due"}
    assert not decide(found, "2020-04-15 09:40", "depart").open
    never = of(
        Kind.VEHICLE, "2020-04-15 09:00 trip_ended #a\n2020-04-15 09:20 trip_ended #b", "2020-04-15 10:30"
    )
    assert [(duty.key, duty.state, duty.level) for duty in never.duties] == [
        ("a", "missed", 1),
        ("b", "overdue", 1),
    ]


def test_a_vehicles_next_trip_can_be_excepted_by_two_persons():
    given = waive(
        "depart",
        "disinfected",
        "wu/duty_commander",
        "li/health_lead",
        given="2020-04-15 09:20",
        kind=Kind.VEHICLE,
        subject=SubjectId("X"),
        reason="medical evacuation",
    )
    found = of(Kind.VEHICLE, "2020-04-15 09:00 trip_ended #a", "2020-04-15 09:30", waivers=[given])
    assert decide(found, "2020-04-15 09:30", "depart").open
    assert states(found, "disinfection") == {"a": "due"}  # the exception opens the gate, it cleans nothing


def test_a_trip_closes_when_as_many_alighted_as_boarded():
    story = "2020-04-15 09:00 set_off\n2020-04-15 10:00 ended\n"
    wrong = of(Kind.TRIP, story + "2020-04-15 10:05 count agreed=no", "2020-04-15 10:20")
    assert states(wrong, "count") == {"once": "overdue"}
    assert not decide(wrong, "2020-04-15 10:20", "close").open
    right = of(Kind.TRIP, story + "2020-04-15 10:05 count agreed=yes", "2020-04-15 10:20")
    assert decide(right, "2020-04-15 10:20", "close").open


def test_staff_report_their_health_on_each_day_on_duty_and_a_nil_answer_is_an_answer():
    story = """
        2020-04-15 07:30 duty_day #mon
        2020-04-15 07:40 health_report well=yes
        2020-04-16 07:30 duty_day #tue
    """
    found = of(Kind.STAFF, story, "2020-04-16 10:00")
    assert states(found, "health_report") == {"mon": "discharged", "tue": "overdue"}
    assert get_duty(found, "health_report", "tue").owner == "staff_member"


def test_who_reports_at_home_before_they_come_has_reported_and_so_has_who_comes_at_night():
    day = "2020-04-15 06:50 health_report well=yes\n2020-04-15 07:50 duty_day #day"
    assert states(of(Kind.STAFF, day, "2020-04-15 12:00"), "health_report") == {"day": "discharged"}
    night = "2020-04-15 19:30 health_report well=yes\n2020-04-15 20:00 duty_day #night"
    assert states(of(Kind.STAFF, night, "2020-04-15 23:00"), "health_report") == {"night": "discharged"}
    silent = "2020-04-15 06:50 health_report well=yes\n2020-04-15 20:00 duty_day #night"
    assert states(of(Kind.STAFF, silent, "2020-04-15 22:00"), "health_report") == {"night": "overdue"}


def test_staff_who_feel_unwell_are_assessed():
    story = "2020-04-15 07:30 duty_day\n2020-04-15 07:40 health_report #ill well=no"
    assert states(of(Kind.STAFF, story, "2020-04-15 09:00"), "unwell") == {"ill": "overdue"}


def test_the_guard_of_new_zealand_cannot_stand_at_a_post_untested_for_five_months():
    rules = book("operations-2020", "cn-staff-2020")
    lines = ["2020-04-01 08:00 deployed", "2020-08-30 08:00 training passed=yes"]
    for day in range(1, 31):
        for month in (4, 5, 6, 7, 8):
            lines.append(f"2020-{month:02}-{day:02} 20:00 shift_worked")
    found = of(Kind.STAFF, "\n".join(lines), "2020-08-31 08:00", rulebook=rules)
    tests = [duty for duty in found.duties if duty.code == "staff_test"]
    assert len(tests) == 150 // 7
    assert {duty.state for duty in tests[:-1]} == {State.OVERDUE}
    assert wanting(decide(found, "2020-08-31 08:00", "post")) == {"tested": "duty_open"}


def test_a_test_is_owed_from_shifts_worked_not_from_days_on_the_calendar():
    rules = book("cn-staff-2020")
    shifts = [f"2020-04-{day:02} 20:00 shift_worked #w{day}" for day in (2, 5, 9, 14, 20, 25)]
    assert states(of(Kind.STAFF, "\n".join(shifts), "2020-05-10 00:00", rulebook=rules), "staff_test") == {}
    shifts.append("2020-05-09 20:00 shift_worked #seventh")
    found = of(Kind.STAFF, "\n".join(shifts), "2020-05-10 00:00", rulebook=rules)
    assert states(found, "staff_test") == {"seventh": "due"}


def test_two_tests_a_week_must_lie_two_days_apart():
    rules = book("cn-staff-2021")
    story = """
        2021-08-02 08:00 deployed
        2021-08-02 08:00 post_risk #p risk=other
        2021-08-03 23:50 sample #mon
        2021-08-05 08:00 sample #wed
    """
    found = of(Kind.STAFF, story, "2021-08-05 12:00", rulebook=rules)
    assert states(found, "other_test") == {
        "p.d0": "missed",
        "p.d3": "discharged",
        "p.d7": "upcoming",
    }
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("mon", "close")]


def test_staff_owe_the_test_of_one_risk_at_a_time_and_none_once_they_work_no_more():
    rules = book("cn-staff-2021")
    story = """
        2021-08-02 08:00 deployed
        2021-08-02 08:00 post_risk #p risk=other
        2021-08-03 00:01 post_risk #q risk=high
        2021-08-06 00:01 post_risk #r risk=none
    """
    found = of(Kind.STAFF, story, "2021-08-20 12:00", rulebook=rules)
    assert states(found, "other_test") == {"p.d0": "missed"}
    assert states(found, "high_risk_test") == {"q.d0": "missed", "q.d2": "missed"}
    assert wanting(decide(found, "2021-08-20 12:00", "post")) == {"tested": "duty_open"}


def test_staff_on_leave_owe_no_test_and_owe_it_again_when_back():
    rules = book("cn-staff-2022")
    story = "2022-07-01 08:00 deployed\n2022-07-01 08:00 post_risk #p risk=high\n2022-07-02 08:00 leave\n2022-07-05 06:00 back"
    found = of(Kind.STAFF, story, "2022-07-05 12:00", rulebook=rules)
    assert states(found, "high_risk_test") == {
        "p.d0": "missed",
        "p.d1": "suspended",
        "p.d2": "suspended",
        "p.d3": "suspended",
        "p.d4": "due",
        "p.d5": "upcoming",
    }


def test_away_without_end_an_account_is_still_looked_at_again_when_its_next_duty_would_open():
    rules = book("cn-staff-2022")
    story = "2022-07-01 08:00 deployed\n2022-07-01 08:00 post_risk #p risk=high\n2022-07-02 08:00 leave"
    found = of(Kind.STAFF, story, "2022-07-05 12:00", rulebook=rules)
    assert states(found, "high_risk_test")["p.d5"] == "suspended"
    assert found.changes_at == at("2022-07-06 00:00")
    later = of(Kind.STAFF, story, "2022-07-06 00:00", rulebook=rules)
    assert set(states(later, "high_risk_test")) - set(states(found, "high_risk_test")) == {"p.d6"}


def test_a_missed_test_bars_the_post_until_the_next_one_is_done():
    rules = book("cn-staff-2022")
    story = "2022-07-01 08:00 deployed\n2022-07-01 08:00 post_risk #p risk=high\n2022-07-01 09:00 sample\n"
    now = "2022-07-03 10:00"
    missed = of(Kind.STAFF, story, now, rulebook=rules)
    assert states(missed, "high_risk_test") == {
        "p.d0": "discharged",
        "p.d1": "missed",
        "p.d2": "due",
        "p.d3": "upcoming",
    }
    assert wanting(decide(missed, now, "post")) == {"tested": "duty_open"}
    done = of(Kind.STAFF, story + "2022-07-03 09:00 sample", now, rulebook=rules)
    assert decide(done, now, "post").open


def test_a_positive_member_of_staff_stands_at_no_post_until_back():
    story = """
        2020-04-15 07:00 training passed=yes
        2020-04-15 08:00 sample #s
        2020-04-15 20:00 result of s result=positive
    """
    found = of(Kind.STAFF, story, "2020-04-16 08:00")
    assert wanting(decide(found, "2020-04-16 08:00", "post")) == {"no_positive": "on_record"}
    back = of(Kind.STAFF, story + "2020-05-10 08:00 back", "2020-05-10 09:00")
    assert decide(back, "2020-05-10 09:00", "post").open


def test_nobody_stands_at_a_post_without_the_training_it_asks_for_whatever_else_was_taught():
    story = "2020-04-15 07:00 training passed=yes"
    found = of(Kind.STAFF, story, "2020-04-15 08:00", facts={"trained": "no"})
    assert wanting(decide(found, "2020-04-15 08:00", "post")) == {"trained": "fact_differs"}
    later = of(Kind.STAFF, "2020-04-15 07:00 training passed=no", "2020-07-15 08:00")
    assert decide(later, "2020-07-15 08:00", "post").open


def test_a_unit_with_nothing_to_say_must_say_so_and_silence_is_overdue_at_its_deadline():
    story = """
        2020-04-15 05:00 joined
        2020-04-15 08:00 report
        2020-04-16 08:00 nil_report
    """
    found = of(Kind.UNIT, story, "2020-04-17 10:00")
    assert states(found, "report") == {
        "d0": "discharged",
        "d1": "discharged",
        "d2": "overdue",
        "d3": "upcoming",
    }
    assert states(of(Kind.UNIT, story, "2020-04-17 09:59"), "report")["d2"] == "due"


def test_a_shift_closes_when_both_have_signed_and_nobody_is_open():
    story = "2020-04-15 08:00 began\n2020-04-15 20:00 ended\n"
    signed = story + "2020-04-15 19:50 handover both_signed=yes"
    now = "2020-04-15 20:10"
    assert decide(of(Kind.SHIFT, signed, now, facts={"open_count": "0"}), now, "close").open
    assert wanting(decide(of(Kind.SHIFT, signed, now, facts={"open_count": "2"}), now, "close")) == {
        "none_open": "fact_differs"
    }
    assert wanting(decide(of(Kind.SHIFT, signed, now), now, "close")) == {"none_open": "fact_unknown"}
    half = story + "2020-04-15 19:50 handover both_signed=no"
    assert wanting(decide(of(Kind.SHIFT, half, now, facts={"open_count": "0"}), now, "close")) == {
        "handed_over": "duty_open"
    }


def test_a_facility_is_inspected_every_seventh_day_until_it_closes():
    story = "2020-04-01 07:00 opened\n2020-04-01 10:00 inspection passed=yes\n"
    found = of(Kind.FACILITY, story, "2020-04-16 21:00")
    assert states(found, "inspection") == {
        "d0": "discharged",
        "d7": "overdue",
        "d14": "overdue",
        "d21": "upcoming",
    }
    closed = of(Kind.FACILITY, story + "2020-04-10 12:00 closed", "2020-04-16 21:00")
    assert states(closed, "inspection") == {"d0": "discharged", "d7": "missed"}


def test_a_bulletin_is_owed_by_eight_the_next_morning():
    story = "2020-04-15 00:00 began"
    found = of(Kind.DAY, story, "2020-04-16 07:59")
    assert states(found, "bulletin") == {"d1": "due"}
    assert states(of(Kind.DAY, story, "2020-04-16 08:00"), "bulletin") == {"d1": "overdue"}
    printed = of(Kind.DAY, story + "\n2020-04-16 00:20 bulletin", "2020-04-16 08:00")
    assert states(printed, "bulletin") == {"d1": "discharged"}
