"""The register: the same records give the same duties, and nobody is skipped."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.core.answers import Refused
from pratique.core.duties import escalation
from pratique.core.duties.discharge import Why
from pratique.core.duties.edition import Rulebook
from pratique.core.duties.evidence import Evidence, EvidenceId, Subject, SubjectId
from pratique.core.duties.register import OPEN, State, duties_of, open_duties
from pratique.core.duties.rule import Days, Window
from pratique.core.duties.schedule import Calendar
from pratique.core.duties.vocabulary import LIVES, Kind

from .story import KUNMING, account, at, book, edition, get_duty, states, tell, waive

ALL = book()
START = at("2021-06-01 09:30")
TRAVELLERS = ("T1", "T2", "T3")


@st.composite
def pieces(draw, *, subjects=TRAVELLERS, days=18):
    """Evidence of every kind at any minute, sensible or not, some of it withdrawn later."""
    subject = draw(st.sampled_from(subjects))
    record = draw(st.sampled_from(LIVES[Kind.TRAVELLER].records)).code
    moment = START + timedelta(minutes=draw(st.integers(-60, days * 1440)))
    attributes = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "celsius": st.sampled_from([36.5, 37.3, 39]),
                "symptomatic": st.booleans(),
                "site": st.sampled_from(["nasopharyngeal", "oropharyngeal"]),
                "kit": st.sampled_from(["A", "B"]),
                "lab": st.sampled_from(["N", "S"]),
                "result": st.sampled_from(["negative", "positive", "lost"]),
                "language": st.just("en"),
            },
        )
    )
    return Evidence(
        id=EvidenceId(f"e{draw(st.integers(0, 10_000))}"),
        kind=Kind.TRAVELLER,
        subject=SubjectId(subject),
        record=record,
        happened_at=moment,
        about=draw(st.sampled_from(["", "e1", "e2", "arrival-T1"])),
        attributes=attributes,
        withdrawn_at=draw(st.none() | st.just(moment + timedelta(days=1))),
    )


def arrivals(subjects=TRAVELLERS):
    return [
        Evidence(
            EvidenceId(f"arrival-{s}"), Kind.TRAVELLER, SubjectId(s), "arrived", START + timedelta(hours=i)
        )
        for i, s in enumerate(subjects)
    ]


def work_out(evidence, now, *, subjects=TRAVELLERS, waivers=()):
    people = [Subject(Kind.TRAVELLER, SubjectId(s), {"channel": "ordinary"}) for s in subjects]
    return open_duties(subjects=people, evidence=evidence, waivers=waivers, rulebook=ALL, now=now)


HISTORIES = st.lists(pieces(), max_size=25)
MOMENTS = st.integers(0, 20 * 1440).map(lambda minutes: START + timedelta(minutes=minutes))


@settings(max_examples=150)
@given(HISTORIES, MOMENTS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_evidence_change_nothing(history, now, shuffler):
    told = arrivals() + history
    again = told + told[: len(told) // 2] + told
    shuffler.shuffle(again)
    assert work_out(again, now) == work_out(told, now)


@settings(max_examples=80)
@given(HISTORIES, MOMENTS)
def test_one_subject_worked_out_alone_has_the_same_account(history, now):
    told = arrivals() + history
    whole = work_out(told, now)
    for found in whole.accounts:
        alone = duties_of(subject=found.subject, evidence=told, waivers=(), rulebook=ALL, now=now)
        assert alone == found


@settings(max_examples=80)
@given(HISTORIES, MOMENTS, st.floats(0, 1))
def test_nothing_changes_before_the_moment_an_account_names(history, now, share):
    told = arrivals(("T1",)) + history
    found = work_out(told, now, subjects=("T1",)).accounts[0]
    until = found.changes_at or now + timedelta(days=400)
    between = now + (until - now) * share * 0.999
    later = work_out(told, between, subjects=("T1",)).accounts[0]

    def look(one):
        return [(duty.id, duty.state, duty.level, duty.evidence, duty.changes_at) for duty in one.duties]

    assert look(later) == look(found)
    assert later.changes_at == found.changes_at


@settings(max_examples=80)
@given(st.lists(pieces(), max_size=25, unique_by=lambda piece: piece.id), MOMENTS)
def test_the_past_does_not_depend_on_what_came_after(history, now):
    told = arrivals() + history
    known = [piece for piece in told if piece.happened_at <= now]

    def look(evidence):
        return [(d.id, d.state, d.level, d.evidence, d.late) for d in work_out(evidence, now).list_duties()]

    assert look(known) == look(told)


@settings(max_examples=150)
@given(HISTORIES, MOMENTS)
def test_evidence_discharges_one_duty_at_most_and_none_is_lost(history, now):
    told = arrivals() + history
    whole = work_out(told, now)
    counted = [piece for duty in whole.list_duties() for piece in duty.evidence]
    assert len(counted) == len(set(counted))
    surplus = [found.evidence for one in whole.accounts for found in one.surplus]
    assert not set(counted) & set(surplus)
    for one in whole.accounts:
        wanted = {record for duty in one.duties for record in duty.obligation.proof.pattern.records}
        held = {piece.id for piece in one.held if piece.record in wanted}
        mine = {piece for duty in one.duties for piece in duty.evidence} | {
            found.evidence for found in one.surplus
        }
        assert held <= mine


@settings(max_examples=80)
@given(HISTORIES, MOMENTS)
def test_the_states_agree_with_the_clock(history, now):
    for duty in work_out(arrivals() + history, now).list_duties():
        assert duty.opens_at <= duty.overdue_at
        assert duty.due_at <= duty.overdue_at
        full = len(duty.evidence) >= duty.obligation.proof.count
        assert (duty.state is State.DISCHARGED) == full
        if duty.state is State.UPCOMING:
            assert now < duty.opens_at
        if duty.state is State.DUE:
            assert duty.opens_at <= now < duty.overdue_at
        if duty.state in (State.OVERDUE, State.MISSED):
            assert duty.overdue_at <= now
        assert (duty.level > 0) <= (duty.state in (State.OVERDUE, State.MISSED))
        if duty.changes_at is not None:
            assert duty.changes_at > now


ROUNDS = """
[[obligation]]
code = "round"
subject = "traveller"
title = { zh = "巡诊", en = "Round" }
owner = "nurse"
owed_to = "health_lead"
trigger = { records = ["arrived"] }
evidence = { records = ["temperature"] }
late_until = "next"
grace_minutes = 45
escalation = "plain"
waiver = "one"
source = "story"
basis = "local setting"

[obligation.schedule]
days = [0]
repeat_days = 1
last_day = 2
windows = [
    { name = "morning", opens = "06:00", closes = "12:00" },
    { name = "noon", opens = "12:00", closes = "14:00" },
    { name = "evening", opens = "14:15", closes = "22:00" },
]
"""


def most_matched(windows, moments):
    """The largest number of windows that can each have a reading of their own, found the slow way."""
    holder: dict[int, int] = {}

    def place(window, tried):
        for number, moment in enumerate(moments):
            if number not in tried and windows[window][0] <= moment <= windows[window][1]:
                tried.add(number)
                if number not in holder or place(holder[number], tried):
                    holder[number] = window
                    return True
        return False

    return sum(place(window, set()) for window in range(len(windows)))


@settings(max_examples=200)
@given(st.lists(st.integers(0, 3 * 1440), max_size=14))
@example([360, 720, 720, 840])
def test_as_many_duties_are_discharged_in_time_as_any_assignment_could(minutes):
    midnight = at("2021-06-01 00:00")
    told = tell("2021-06-01 00:00 arrived")
    for number, minute in enumerate(minutes):
        moment = midnight + timedelta(minutes=minute)
        told.append(
            Evidence(EvidenceId(f"r{number}"), Kind.TRAVELLER, SubjectId("T1"), "temperature", moment)
        )
    rules = Rulebook.of(protocols=[edition(ROUNDS)], jurisdiction="CN", zone=KUNMING)
    found = account(told, "2021-06-05 00:00", rulebook=rules)
    assert len(found.duties) == 9
    windows = [(duty.opens_at, duty.overdue_at) for duty in found.duties]
    in_time = [duty for duty in found.duties if duty.state is State.DISCHARGED and not duty.late]
    assert len(in_time) == most_matched(windows, [piece.happened_at for piece in told[1:]])


def test_the_control_total_names_everybody_who_is_owed_nothing_and_why():
    people = [
        Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "ordinary"}),
        Subject(Kind.TRAVELLER, SubjectId("expected"), {"channel": "ordinary"}),
        Subject(Kind.TRAVELLER, SubjectId("asked"), {"channel": "ordinary"}),
        Subject(Kind.TRAVELLER, SubjectId("early"), {"channel": "ordinary"}),
        Subject(Kind.VEHICLE, SubjectId("bus")),
        Subject(Kind.TRIP, SubjectId("1")),
    ]
    told = [
        *tell("2021-06-01 09:00 arrived"),
        *tell("2021-06-01 09:00 notice", of="asked"),
        *tell("2020-03-01 09:00 arrived", of="early"),
        *tell("2021-06-01 06:00 joined", of="bus", kind=Kind.VEHICLE),
    ]
    rules = book("cn-arrivals-8", "cn-staff-2021")
    found = open_duties(
        subjects=people, evidence=told, waivers=(), rulebook=rules, now=at("2021-06-02 00:00")
    )
    totals = {total.kind: total for total in found.totals}
    assert totals[Kind.TRAVELLER].seen == 4
    assert totals[Kind.TRAVELLER].with_duties == 1
    assert dict(totals[Kind.TRAVELLER].without) == {
        "expected": "no_record",
        "asked": "no_trigger",
        "early": "no_edition",
    }
    assert totals[Kind.TRIP].without == (("1", "no_record"),)
    assert totals[Kind.VEHICLE].without == (("bus", "no_rule"),)


@settings(max_examples=60)
@given(HISTORIES, MOMENTS)
def test_seen_is_always_with_duties_plus_the_named_without(history, now):
    found = work_out(history, now)
    (total,) = found.totals
    assert total.seen == len(TRAVELLERS) == total.with_duties + len(total.without)
    assert all(reason for _, reason in total.without)
    assert {account.subject.id for account in found.accounts} == set(TRAVELLERS)


def test_evidence_about_nobody_we_asked_about_is_handed_back():
    stray = tell("2021-06-01 10:00 temperature celsius=36.5", of="ghost")
    found = work_out([*arrivals(), *stray, *stray], START + timedelta(hours=4))
    assert [(o.subject, o.evidence, o.why) for o in found.orphans] == [("ghost", "ghost-1", Why.NO_SUBJECT)]


def test_a_waiver_for_nobody_is_an_objection():
    found = work_out(
        arrivals(), START, waivers=[waive("test", "d1", given="2021-06-01 09:00", subject=SubjectId("gh"))]
    )
    assert [objection.code for objection in found.objections] == ["waiver_unknown"]


def test_two_contents_under_one_id_are_disputed_and_neither_is_believed():
    told = tell("2021-06-01 05:00 arrived\n2021-06-01 08:00 temperature #t celsius=36.5 symptomatic=no")
    other = replace(told[1], attributes={"celsius": 39.0, "symptomatic": False})
    for evidence in ([*told, other], [other, *told], [told[0], other, told[1], other]):
        found = account(evidence, "2021-06-01 09:00")
        assert states(found, "temperature")["d0.morning"] == "due"
        assert [(o.code, o.subject) for o in found.objections] == [("evidence_disputed", "T1")]


def test_withdrawing_the_wrong_content_settles_the_dispute():
    told = tell("2021-06-01 05:00 arrived\n2021-06-01 08:00 temperature #t celsius=36.5 symptomatic=no")
    wrong = replace(
        told[1], attributes={"celsius": 39.0, "symptomatic": False}, withdrawn_at=at("2021-06-01 08:30")
    )
    before = account([*told, wrong], "2021-06-01 08:29")
    assert [objection.code for objection in before.objections] == ["evidence_disputed"]
    assert before.changes_at == at("2021-06-01 08:30")
    for evidence in ([*told, wrong], [wrong, *told]):
        after = account(evidence, "2021-06-01 08:30")
        assert (states(after, "temperature")["d0.morning"], after.objections) == ("discharged", ())


def test_a_yes_stands_for_a_yes_only():
    trip = tell("2020-04-15 10:00 ended\n2020-04-15 10:05 count", of="X", kind=Kind.TRIP)
    for agreed, state in ((True, "discharged"), (1, "due"), ("true", "due"), (False, "due")):
        told = [trip[0], replace(trip[1], attributes={"agreed": agreed})]
        subject = Subject(Kind.TRIP, SubjectId("X"))
        found = account(told, "2020-04-15 10:10", rulebook=book("operations-2020"), subject=subject)
        assert states(found, "count") == {"once": state}


def test_one_swab_for_two_travellers_counts_for_neither():
    swab = tell("2021-06-02 08:00 sample #s site=nasopharyngeal")
    found = work_out(
        [*arrivals(), *swab, replace(swab[0], subject=SubjectId("T2"))], START + timedelta(days=1)
    )
    assert [(o.code, o.subject) for o in found.objections] == [
        ("evidence_disputed", "T1"),
        ("evidence_disputed", "T2"),
    ]
    assert not [duty for duty in found.list_duties(State.DISCHARGED) if duty.code == "test"]


def test_a_withdrawal_that_arrives_apart_from_its_record_is_no_dispute():
    told = tell("2021-06-01 05:00 arrived\n2021-06-01 08:00 temperature #t celsius=36.5 symptomatic=no")
    taken_back = replace(told[1], withdrawn_at=at("2021-06-01 08:30"))
    for evidence in ([*told, taken_back], [taken_back, *told]):
        found = account(evidence, "2021-06-01 09:00")
        assert found.objections == ()
        assert states(found, "temperature")["d0.morning"] == "due"


def test_a_subject_given_twice_with_different_facts_is_an_objection_and_still_on_the_list():
    people = [
        Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "transit"}),
        Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "ordinary"}),
    ]
    for order in (people, people[::-1]):
        found = open_duties(subjects=order, evidence=arrivals(("T1",)), waivers=(), rulebook=ALL, now=START)
        assert [objection.code for objection in found.objections] == ["subject_disputed"]
        assert [one.subject.facts["channel"] for one in found.accounts] == ["ordinary"]


def test_evidence_ahead_of_the_moment_waits_and_is_reported():
    told = tell("2021-06-01 05:00 arrived\n2021-06-01 08:01 temperature #fast celsius=36.5 symptomatic=no")
    found = account(told, "2021-06-01 08:00")
    assert states(found, "temperature")["d0.morning"] == "due"
    assert [(surplus.evidence, surplus.why) for surplus in found.surplus] == [("fast", "ahead")]
    assert found.changes_at == at("2021-06-01 08:01")


def test_an_instant_without_a_time_zone_is_refused():
    naive = datetime(2021, 6, 1, 8, 0)
    with pytest.raises(Refused, match="naive_instant"):
        work_out(arrivals(), naive)
    with pytest.raises(Refused, match="naive_instant"):
        work_out([replace(arrivals()[0], happened_at=naive)], START)


def test_the_time_zone_in_which_an_instant_is_written_makes_no_difference():
    told = arrivals() + tell("2021-06-02 08:00 sample site=nasopharyngeal")
    elsewhere = [replace(p, happened_at=p.happened_at.astimezone(ZoneInfo("America/Lima"))) for p in told]
    now = START + timedelta(days=3)

    def look(evidence):
        return [(duty.id, duty.state) for duty in work_out(evidence, now.astimezone(UTC)).list_duties()]

    assert look(elsewhere) == look(told)


def test_overdue_duties_are_listed_by_owner_and_place_the_gravest_first():
    told = [*arrivals(("T1", "T2")), *tell("2021-06-01 09:00 opened", of="F1", kind=Kind.FACILITY)]
    people = [
        Subject(Kind.TRAVELLER, SubjectId("T1"), {"channel": "ordinary"}, "hotel"),
        Subject(Kind.TRAVELLER, SubjectId("T2"), {"channel": "ordinary"}, "inn"),
        Subject(Kind.FACILITY, SubjectId("F1"), {}, "hotel"),
    ]
    now = at("2021-06-03 04:30")
    found = open_duties(subjects=people, evidence=told, waivers=(), rulebook=ALL, now=now)
    lists = escalation.list_overdue(duties=found.list_duties())
    places = [(each.owner, each.custodian) for each in lists]
    assert len(set(places)) == len(places)
    assert {("nurse", "hotel"), ("nurse", "inn"), ("health_lead", "hotel")} <= set(places)
    assert [each.level for each in lists] == sorted((each.level for each in lists), reverse=True)
    listed = [duty.id for each in lists for duty in each.duties]
    assert sorted(listed) == sorted(duty.id for duty in found.list_duties(State.OVERDUE))


@settings(max_examples=60)
@given(HISTORIES, st.lists(st.integers(0, 20 * 1440), min_size=1, max_size=6).map(sorted))
@example([], [0, 2000, 2640, 2700, 30000])
def test_each_step_of_a_ladder_is_told_once_and_none_is_passed_by(history, minutes):
    told = set()
    for minute in minutes:
        duties = list(work_out(arrivals() + history, START + timedelta(minutes=minute)).list_duties())
        steps = escalation.list_steps(duties=duties, told=told)
        assert all(step.reached_at <= START + timedelta(minutes=minute) and step.told for step in steps)
        assert not told & {step.id for step in steps}
        told |= {step.id for step in steps}
        late = [duty for duty in duties if duty.state in (State.OVERDUE, State.MISSED)]
        reached = {(duty.id, level) for duty in late for level in range(duty.level)}
        everything = {
            (step.duty.id, step.level - 1) for step in escalation.list_steps(duties=duties, told=())
        }
        assert everything == reached


def test_a_duty_that_a_withdrawal_makes_overdue_since_last_week_is_told_today():
    told = tell(
        "2021-06-01 09:30 arrived\n2021-06-02 08:00 sample site=nasopharyngeal, withdrawn 2021-06-07 12:00"
    )
    before = account(told, "2021-06-07 11:59")
    known = {step.id for step in escalation.list_steps(duties=before.duties, told=())}
    after = account(told, "2021-06-07 12:00")
    steps = [
        step for step in escalation.list_steps(duties=after.duties, told=known) if step.duty.code == "test"
    ]
    assert [(step.duty.key, step.told) for step in steps] == [
        ("d1", "nurse"),
        ("d1", "facility_lead"),
        ("d1", "health_lead"),
        ("d1", "duty_commander"),
    ]


def test_the_ladder_goes_from_owner_to_supervisor_to_commander():
    told = tell("2020-04-15 20:00 ended", of="S1", kind=Kind.SHIFT)
    shift = Subject(Kind.SHIFT, SubjectId("S1"))
    found = account(told, "2020-04-15 22:00", rulebook=book("operations-2020"), subject=shift)
    assert [(step.told, step.reached_at) for step in escalation.list_steps(duties=found.duties, told=())] == [
        ("supervisor", at("2020-04-15 20:30")),
        ("supervisor", at("2020-04-15 20:45")),
        ("duty_commander", at("2020-04-15 21:15")),
    ]


ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]
)


@given(ZONES, st.dates(datetime(2011, 1, 1).date(), datetime(2030, 1, 1).date()), st.data())
def test_hours_are_never_empty_and_never_run_into_the_next_whatever_the_clocks_do(zone, day, data):
    edges = data.draw(
        st.lists(st.integers(0, 48).map(lambda half: half * 30), min_size=2, max_size=6, unique=True)
    )
    edges.sort()
    calendar = Calendar(ZoneInfo(zone))
    for opens, closes in zip(edges, edges[1:], strict=False):
        opened, closed = calendar.hours(day.toordinal(), Window("w", opens, closes))
        assert opened < closed
    spans = [
        calendar.hours(day.toordinal(), Window("w", o, c)) for o, c in zip(edges, edges[1:], strict=False)
    ]
    assert [opened for opened, _ in spans] == sorted(opened for opened, _ in spans)


def test_a_window_swallowed_by_a_change_of_clocks_keeps_its_length():
    # In Berlin on 28 March 2021 the clocks go from 02:00 to 03:00.
    opened, closed = Calendar(ZoneInfo("Europe/Berlin")).hours(
        datetime(2021, 3, 28).toordinal(), Window("w", 120, 180)
    )
    assert closed - opened == timedelta(hours=1)
    assert opened == datetime(2021, 3, 28, 1, 0, tzinfo=UTC)


def test_the_days_of_a_schedule_may_repeat_in_a_rhythm():
    found = account(
        tell("2021-08-02 08:00 post_risk #p risk=other", of="P1", kind=Kind.STAFF),
        "2021-08-16 12:00",
        rulebook=book("cn-staff-2021"),
        subject=Subject(Kind.STAFF, SubjectId("P1")),
    )
    assert list(states(found, "other_test")) == [f"p.d{n}" for n in (0, 3, 7, 10, 14, 17)]
    schedule = get_duty(found, "other_test", "p.d17").obligation.schedule
    assert isinstance(schedule, Days)
    assert (schedule.days, schedule.repeat_days) == ((0, 3), 7)


DAYS_ONCE = """
[[obligation]]
code = "check"
subject = "traveller"
title = { zh = "查", en = "Check" }
owner = "nurse"
owed_to = "health_lead"
trigger = { records = ["exposed"] }
schedule = { days = [0, 2], least_minutes = 240, windows = [{ name = "day", opens = "06:00", closes = "22:00" }] }
evidence = { records = ["sample"], count = 2, differ = "kit", apart_minutes = 720 }
escalation = "plain"
waiver = "one"
source = "story"
basis = "local setting"
"""


def test_a_day_that_was_over_before_the_traveller_came_is_not_owed_here():
    rules = Rulebook.of(protocols=[edition(DAYS_ONCE)], jurisdiction="CN", zone=KUNMING)
    found = account(
        tell("2021-06-01 20:00 exposed\n2021-06-02 09:00 arrived"), "2021-06-02 10:00", rulebook=rules
    )
    assert states(found, "check") == {"d2": "upcoming"}


def test_two_pieces_for_one_duty_may_lie_close_together():
    rules = Rulebook.of(protocols=[edition(DAYS_ONCE)], jurisdiction="CN", zone=KUNMING)
    story = """
        2021-06-01 09:00 arrived
        2021-06-01 09:00 exposed
        2021-06-01 10:00 sample kit=A
        2021-06-01 10:01 sample kit=B
    """
    assert states(account(tell(story), "2021-06-01 11:00", rulebook=rules), "check")["d0"] == "discharged"


def test_hours_over_midnight_belong_to_the_evening_they_begin_in():
    night = ROUNDS.replace('"14:15", closes = "22:00"', '"22:00", closes = "02:00"')
    rules = Rulebook.of(protocols=[edition(night)], jurisdiction="CN", zone=KUNMING)
    told = tell("2021-06-01 20:00 arrived\n2021-06-02 01:30 temperature #t")
    found = account(told, "2021-06-02 03:00", rulebook=rules)
    assert get_duty(found, "round", "d0.evening").evidence == ("t",)


@pytest.mark.slow
def test_ten_thousand_travellers_for_fourteen_days_are_worked_out_in_seconds(record_property):
    people, told = [], []
    dice = random.Random(1)
    for number in range(10_000):
        name = f"T{number}"
        people.append(Subject(Kind.TRAVELLER, SubjectId(name), {"channel": "ordinary"}))
        lands_at = (START + timedelta(minutes=dice.randrange(400))).astimezone(UTC)
        told.append(Evidence(EvidenceId(f"{name}/a"), Kind.TRAVELLER, SubjectId(name), "arrived", lands_at))
        for half in range(1, 29):
            read_at = (at("2021-06-01 08:00") + timedelta(hours=half * 12 - 2 * (half % 2))).astimezone(UTC)
            attributes = {"celsius": 36.5, "symptomatic": False}
            piece = Evidence(
                EvidenceId(f"{name}/{half}"),
                Kind.TRAVELLER,
                SubjectId(name),
                "temperature",
                read_at,
                "",
                attributes,
            )
            told.append(piece)
    dice.shuffle(told)
    began = process_time()
    found = work_out(told, START + timedelta(days=14, hours=12), subjects=[p.id for p in people])
    took = process_time() - began
    record_property("seconds", took)
    kept = sum(duty.code == "temperature" for duty in found.list_duties(State.DISCHARGED))
    assert kept == 280_000
    assert found.totals[0].with_duties == 10_000
    assert not [
        duty
        for duty in found.list_duties(*OPEN)
        if duty.code == "temperature" and duty.state is State.OVERDUE
    ]
    assert took < 60
