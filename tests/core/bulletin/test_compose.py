"""From counts to a bulletin: what is printed for today, yesterday and so far, and what has changed since."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.bulletin.day import (
    BEIJING,
    DAY,
    FIRST_ON,
    ON,
    make_bulletin,
    make_bulletins,
    make_facts,
    with_count,
)
from pratique.core.answers import Refused
from pratique.core.bulletin import compose, public
from pratique.core.bulletin.edition import Correction, Line
from pratique.core.bulletin.facts import Count
from pratique.core.bulletin.figure import Column, Nature
from pratique.core.bulletin.table import FIGURES


def codes(bulletin):
    return [(o.code, o.subject) for o in bulletin.objections]


def without(facts, *figures):
    """The same facts, those figures never asked for."""
    counts = tuple(c for c in facts.counts if c.figure not in figures)
    return replace(facts, counts=counts, totals={k: v for k, v in facts.totals.items() if k not in figures})


def test_a_day_that_hangs_together_raises_no_objection():
    assert make_bulletin().objections == ()


def test_every_figure_of_the_table_is_in_the_bulletin_in_its_order():
    assert list(make_bulletin().figures) == [f.code for f in FIGURES]


def test_a_total_is_what_there_was_yesterday_and_today():
    yesterday, today = make_bulletins()
    for figure in FIGURES:
        if figure.nature is Nature.FLOW:
            line = today.figures[figure.code]
            assert line.before == yesterday.figures[figure.code].cumulative
            assert line.cumulative == line.before + line.today


def test_a_change_is_today_less_yesterday():
    line = make_bulletin().figures["people_landed"]
    assert line.difference == line.today - line.yesterday


def test_what_nobody_counted_is_not_nought():
    bulletin = compose.compose(facts=without(make_facts(), "cases_confirmed", "duties_open"))
    assert bulletin.figures["cases_confirmed"] == Line()
    assert bulletin.figures["duties_open"].today is None
    assert ("bulletin_not_counted", "cases_confirmed") in codes(bulletin)
    assert ("bulletin_not_counted", "duties_open") in codes(bulletin)


def test_a_sum_of_which_a_part_was_not_counted_is_not_counted():
    bulletin = compose.compose(facts=without(make_facts(), "trips_long"))
    assert bulletin.figures["trips"].today is None


def test_a_day_without_rows_was_counted_and_is_nought():
    assert make_bulletin().figures["zero_missed"] == Line(0, 0, 0, 0, 0)


def test_the_first_day_has_no_yesterday():
    bulletin = compose.compose(facts=make_facts(on=FIRST_ON))
    assert bulletin.objections == ()
    line = bulletin.figures["people_landed"]
    assert (line.yesterday, line.difference, line.before) == (None, None, 0)
    assert bulletin.figures["people_facility"].yesterday is None


def test_a_stock_of_yesterday_comes_from_yesterdays_bulletin_if_it_was_not_counted_again():
    yesterday, _ = make_bulletins()
    facts = make_facts()
    stocks = {f.code for f in FIGURES if f.nature is Nature.STOCK}
    bare = replace(facts, counts=tuple(c for c in facts.counts if c.figure not in stocks or c.on == ON))
    assert compose.compose(facts=bare).figures["people_facility"].yesterday is None
    bulletin = compose.compose(facts=bare, earlier=[yesterday])
    assert bulletin.figures["people_facility"].yesterday == yesterday.figures["people_facility"].today
    assert bulletin.objections == ()


def test_kilometres_are_exact_to_a_tenth():
    facts = make_facts()
    many = tuple(Count("km_local", ON - n * DAY, Decimal("0.1")) for n in range(10))
    more = replace(
        facts,
        counts=(*facts.counts, *many),
        totals={**facts.totals, "km_local": facts.totals["km_local"] + Decimal("1.0")},
    )
    before = compose.compose(facts=facts).figures["km_local"].cumulative
    assert compose.compose(facts=more).figures["km_local"].cumulative == before + Decimal("1.0")


def test_a_late_record_changes_yesterday_and_is_shown_as_a_correction():
    yesterday, _ = make_bulletins()
    was = yesterday.figures["tests_invalid"].today
    facts = with_count(make_facts(), "tests_invalid", ON - DAY, 3)
    bulletin = compose.compose(facts=facts, earlier=[yesterday])
    assert bulletin.corrections == (Correction(ON - DAY, "tests_invalid", Column.TODAY, was, was + 3),)
    assert bulletin.figures["tests_invalid"].yesterday == was + 3
    assert "bulletin_jump" not in {code for code, _ in codes(bulletin)}


def test_a_correction_is_announced_once():
    yesterday, _ = make_bulletins()
    facts = with_count(make_facts(on=ON), "issues_opened", ON - DAY, 1)
    told = compose.compose(facts=facts, earlier=[yesterday])
    tomorrow = with_count(make_facts(on=ON + DAY), "issues_opened", ON - DAY, 1)
    after = compose.compose(facts=tomorrow, earlier=[yesterday, told])
    assert told.corrections != ()
    assert after.corrections == ()


def test_a_change_on_a_day_whose_bulletin_is_not_at_hand_is_a_correction_of_the_total():
    yesterday, _ = make_bulletins()
    was = yesterday.figures["issues_opened"].cumulative
    facts = with_count(make_facts(), "issues_opened", ON - 9 * DAY, 1)
    bulletin = compose.compose(facts=facts, earlier=[yesterday])
    assert bulletin.corrections == (Correction(ON - DAY, "issues_opened", Column.CUMULATIVE, was, was + 1),)
    assert "bulletin_jump" not in {code for code, _ in codes(bulletin)}


def test_a_second_issue_of_a_day_says_so_and_what_it_corrects():
    yesterday, first = make_bulletins()
    facts = with_count(make_facts(), "zero_complaint", ON, 0)
    facts = replace(
        facts,
        counts=(*facts.counts, Count("zero_complaint", ON, 1, ("issue-1",))),
        totals={**facts.totals, "zero_complaint": 1},
    )
    second = compose.compose(facts=facts, earlier=[first, yesterday])
    assert second.revision == 2
    assert second.corrections == (Correction(ON, "zero_complaint", Column.TODAY, 0, 1),)
    assert second.figures["zero_complaint"].records == ("issue-1",)


def test_a_zero_cannot_be_typed_in():
    facts = with_count(make_facts(), "zero_error", ON, 2)
    assert ("bulletin_without_records", "zero_error") in codes(compose.compose(facts=facts))


def test_a_count_that_is_not_the_number_of_its_records_is_objected_to():
    facts = make_facts()
    facts = replace(facts, counts=(*facts.counts, Count("zero_error", ON, 2, ("issue-1",))))
    found = codes(compose.compose(facts=facts))
    assert ("bulletin_records_differ", "zero_error") in found


def test_a_record_that_belongs_to_no_day_is_found_by_the_independent_total():
    facts = make_facts()
    facts = replace(facts, totals={**facts.totals, "people_landed": facts.totals["people_landed"] + 1})
    assert codes(compose.compose(facts=facts)) == [("bulletin_total_differs", "people_landed")]


def test_a_record_of_tomorrow_is_objected_to_and_not_counted():
    facts = with_count(make_facts(), "tests_taken", ON + DAY, 1)
    bulletin = compose.compose(facts=facts)
    assert ("bulletin_outside_days", "tests_taken") in codes(bulletin)
    assert ("bulletin_total_differs", "tests_taken") in codes(bulletin)
    assert bulletin.figures["tests_taken"] == compose.compose(facts=make_facts()).figures["tests_taken"]


@pytest.mark.parametrize(
    ("facts", "earlier", "code"),
    [
        (lambda f: replace(f, first_on=ON + DAY), [], "bulletin_before_first_day"),
        (lambda f: replace(f, cut_at=datetime(2020, 4, 15, 23, 59)), [], "bulletin_without_time_zone"),
        (lambda f: replace(f, counts=(Count("people_lost", ON, 1),)), [], "figure_unknown"),
        (lambda f: replace(f, totals={"people_lost": 1}), [], "figure_unknown"),
        (lambda f: replace(f, counts=(Count("trips", ON, 1),)), [], "figure_is_a_sum"),
        (lambda f: f, [public.make_public(bulletin=make_bulletin())], "bulletin_not_internal"),
        (lambda f: replace(f, on=ON - DAY), [make_bulletin()], "bulletin_from_later"),
    ],
)
def test_facts_that_make_no_sense_are_refused(facts, earlier, code):
    with pytest.raises(Refused) as refusal:
        compose.compose(facts=facts(make_facts()), earlier=earlier)
    assert refusal.value.code == code


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_the_order_and_the_cutting_of_counts_mean_nothing(rng, pieces):
    """A database may give one row a day or several, in any order."""
    facts = make_facts(on=FIRST_ON + 3 * DAY)
    cut = []
    for count in facts.counts:
        if count.records or not isinstance(count.value, int) or count.value < 2:
            cut.append(count)
            continue
        first = rng.randint(0, min(count.value, pieces))
        cut += [replace(count, value=first), replace(count, value=count.value - first)]
    rng.shuffle(cut)
    assert compose.compose(facts=replace(facts, counts=tuple(cut))) == compose.compose(facts=facts)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5)), max_size=12))
def test_totals_carry_on_however_often_the_past_is_corrected(changes):
    """Bulletins published day by day while late records come in: each total is the last one and what it explains."""
    published = []
    for number in range(4):
        on = FIRST_ON + (number + 5) * DAY
        facts = make_facts(on=on)
        for back, by in changes[: number * 3]:
            late = max(FIRST_ON, on - back * DAY)
            facts = with_count(facts, "issues_closed", late, by)
        bulletin = compose.compose(facts=facts, earlier=published)
        assert "bulletin_jump" not in {o.code for o in bulletin.objections}
        published.append(bulletin)


def test_flights_are_told_in_the_order_in_which_they_landed():
    facts = make_facts()
    shuffled = replace(facts, flights=tuple(reversed(facts.flights)))
    landed = [f.landed_at or f.scheduled_at for f in compose.compose(facts=shuffled).flights]
    assert landed == sorted(landed)


def test_the_series_ends_with_the_day_and_reaches_back_four_weeks_at_most():
    days = compose.compose(facts=make_facts(on=FIRST_ON + 40 * DAY)).days
    assert len(days) == compose.DAYS_SHOWN
    assert days[-1].on == FIRST_ON + 40 * DAY
    assert days[0].landed_so_far > days[0].landed


def test_the_cut_off_is_on_the_ports_clock():
    assert make_bulletin().cut_at.utcoffset() == BEIJING.utcoffset(None) == timedelta(hours=8)
