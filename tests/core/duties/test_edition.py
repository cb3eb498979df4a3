"""Which edition holds for whom: by date of arrival, by jurisdiction, and across a change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.answers import Refused
from pratique.core.duties.edition import Rulebook, choose, list_reigns
from pratique.core.duties.evidence import Subject, SubjectId
from pratique.core.duties.rule import Transition
from pratique.core.duties.vocabulary import Kind
from pratique.protocols import list_protocols

from .story import KUNMING, account, book, edition, states, tell


def shipped(code):
    return next(protocol for protocol in list_protocols() if protocol.code == code)


def arrivals(rulebook, on):
    return choose(rulebook=rulebook, series="arrivals", on=on).code


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2020, 4, 15), "cn-arrivals-2020"),
        (date(2021, 5, 13), "cn-arrivals-2020"),
        (date(2021, 5, 14), "cn-arrivals-8"),
        (date(2022, 6, 27), "cn-arrivals-8"),
        (date(2022, 6, 28), "cn-arrivals-9"),
        (date(2030, 1, 1), "cn-arrivals-9"),
    ],
)
def test_the_newest_edition_in_force_on_the_date_is_chosen(on, code):
    assert arrivals(book(), on) == code


def test_before_any_edition_there_is_none_and_the_register_says_so():
    with pytest.raises(Refused, match="no_edition"):
        choose(rulebook=book("cn-arrivals-8"), series="arrivals", on=date(2020, 4, 15))
    found = account(tell("2020-04-15 09:00 arrived"), "2020-04-16 00:00")
    assert found.without == "no_edition"


def test_another_countrys_edition_is_not_ours_and_the_worlds_is():
    assert arrivals(book(jurisdiction="SG"), date(2021, 6, 1)) == "who-contacts-2020"
    with pytest.raises(Refused, match="no_edition"):
        choose(rulebook=book("cn-arrivals-8", jurisdiction="SG"), series="arrivals", on=date(2021, 6, 1))


def test_a_provinces_edition_goes_before_the_nations_while_it_lasts():
    yunnan = replace(
        shipped("cn-arrivals-8"),
        code="yn-1",
        jurisdiction="CN-53",
        effective_on=date(2021, 7, 1),
        until_on=date(2021, 7, 31),
    )
    rules = book(more=[yunnan])
    assert arrivals(rules, date(2021, 6, 30)) == "cn-arrivals-8"
    assert arrivals(rules, date(2021, 7, 31)) == "yn-1"
    assert arrivals(rules, date(2021, 8, 1)) == "cn-arrivals-8"
    assert arrivals(book(jurisdiction="CN-44", more=[yunnan]), date(2021, 7, 15)) == "cn-arrivals-8"


def test_two_editions_of_one_date_are_refused():
    twin = replace(shipped("cn-arrivals-8"), code="twin")
    with pytest.raises(Refused, match="editions_collide"):
        book(more=[twin])
    with pytest.raises(Refused, match="editions_collide"):
        book(more=[replace(twin, code="cn-arrivals-8", effective_on=date(2021, 5, 15))])


def test_whoever_arrived_under_one_edition_stays_under_it():
    found = account(tell("2021-05-13 23:59 arrived"), "2021-05-20 12:00", rulebook=book())
    assert set(states(found, "test")) == {"d0", "d13"}
    next_minute = account(tell("2021-05-14 00:00 arrived"), "2021-05-20 12:00", rulebook=book())
    assert set(states(next_minute, "test")) == {"d1", "d4", "d7"}


def test_a_newer_edition_that_says_so_also_concerns_those_already_held():
    ninth = replace(shipped("cn-arrivals-9"), transition=Transition.HELD)
    rules = Rulebook.of(protocols=[shipped("cn-arrivals-8"), ninth], jurisdiction="CN", zone=KUNMING)
    told = tell("2022-06-25 10:00 arrived")
    found = account(told, "2022-06-28 12:00", rulebook=rules)
    # Day 1 fell under the old edition; from the 28th (day 3) the new one's days 3, 5 and 7 are owed, day 4 is not.
    assert {(duty.edition, duty.key) for duty in found.duties if duty.code == "test"} == {
        ("cn-arrivals-8", "d1"),
        ("cn-arrivals-9", "d3"),
        ("cn-arrivals-9", "d5"),
        ("cn-arrivals-9", "d7"),
    }
    assert [protocol.code for protocol in found.protocols] == ["cn-arrivals-9"]
    assert [protocol.code for protocol in account(told, "2022-06-27 12:00", rulebook=rules).protocols] == [
        "cn-arrivals-8"
    ]


def test_staff_follow_the_edition_of_the_day():
    story = "2022-06-25 08:00 deployed\n2022-06-25 08:00 post_risk #p risk=high"
    told = tell(story, kind=Kind.STAFF, of="P1")
    officer = Subject(Kind.STAFF, SubjectId("P1"))
    found = account(
        told, "2022-06-30 12:00", rulebook=book("cn-staff-2021", "cn-staff-2022"), subject=officer
    )
    owed = [(duty.edition, duty.key) for duty in found.duties]
    assert owed == [
        ("cn-staff-2021", "p.d0"),
        ("cn-staff-2021", "p.d2"),
        ("cn-staff-2022", "p.d3"),
        ("cn-staff-2022", "p.d4"),
        ("cn-staff-2022", "p.d5"),
        ("cn-staff-2022", "p.d6"),
    ]


def test_several_series_hold_side_by_side():
    found = account(tell("2021-06-01 09:00 arrived"), "2021-06-01 10:00", rulebook=book())
    assert {protocol.series for protocol in found.protocols} == {
        "arrivals",
        "contacts",
        "ill-at-port",
        "operations",
        "rights",
        "staff-isolation",
        "staff-testing",
    }


MINIMAL = """
[[obligation]]
code = "check"
subject = "{kind}"
title = {{ zh = "查", en = "Check" }}
owner = "supervisor"
owed_to = "supervisor"
trigger = {{ records = ["{begins}"] }}
schedule = {{ days = [0], repeat_days = 1, windows = [{{ name = "day", opens = "00:00", closes = "24:00" }}] }}
evidence = {{ records = ["{proof}"] }}
escalation = "plain"
waiver = "nobody"
source = "story"
basis = "local setting"
"""
DATES = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@given(
    st.lists(
        st.tuples(DATES, st.none() | DATES, st.sampled_from(["held", "arrivals"])), min_size=1, max_size=4
    ),
    DATES,
    st.sampled_from([(Kind.TRAVELLER, "arrived", "temperature"), (Kind.VEHICLE, "joined", "disinfection")]),
)
def test_the_reigns_of_a_series_never_overlap_and_the_first_is_the_edition_of_the_beginning(
    spans, begins_on, about
):
    kind, begins, proof = about
    template = edition(MINIMAL.format(kind=kind.value, begins=begins, proof=proof))
    protocols = {
        start: replace(
            template,
            code=f"e{number}",
            effective_on=start,
            until_on=end if end and end >= start else None,
            transition=Transition(transition),
        )
        for number, (start, end, transition) in enumerate(spans)
    }
    rules = Rulebook.of(protocols=protocols.values(), jurisdiction="CN", zone=KUNMING)
    reigns = list_reigns(rulebook=rules, kind=kind, begins_on=begins_on)
    for earlier, later in zip(reigns, reigns[1:], strict=False):
        assert earlier.before_on is not None
        assert earlier.before_on <= later.from_on
    try:
        first = choose(rulebook=rules, series="story", on=begins_on)
    except Refused:
        assert all(reign.from_on > begins_on for reign in reigns)
    else:
        assert reigns[0].protocol == first
        assert reigns[0].from_on == date.min
    if kind is Kind.VEHICLE:  # the edition of the day, whatever the transition says
        for days in range(80):
            on = begins_on + timedelta(days=days)
            holding = [
                r.protocol for r in reigns if r.from_on <= on and (r.before_on is None or on < r.before_on)
            ]
            try:
                assert holding == [choose(rulebook=rules, series="story", on=on)]
            except Refused:
                assert holding == []
