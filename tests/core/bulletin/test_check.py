"""A bulletin that cannot be true is objected to: each planted error is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.bulletin.day import ON, make_bulletins
from pratique.core.bulletin import json_form, public
from pratique.core.bulletin.check import check
from pratique.core.bulletin.edition import Band, Correction
from pratique.core.bulletin.figure import Column
from pratique.core.bulletin.table import BY_CODE

YESTERDAY, TODAY = make_bulletins()


def planted(code, **cells):
    """The bulletin with some cells of one figure changed."""
    return replace(TODAY, figures={**TODAY.figures, code: replace(TODAY.figures[code], **cells)})


def with_flight(number, **fields):
    flights = list(TODAY.flights)
    flights[number] = replace(flights[number], **fields)
    return replace(TODAY, flights=tuple(flights))


def raised(code, by=1):
    """A figure one too high today, told consistently with its own yesterday and total."""
    line = TODAY.figures[code]
    cells = {"today": line.today + by, "difference": None}
    if line.cumulative is not None:
        cells["cumulative"] = line.cumulative + by
    return planted(code, **cells)


ERRORS = {
    "one traveller too many in the facilities": (raised("people_facility"), "bulletin_sum_differs"),
    "one traveller forgotten in the cabin": (raised("people_cabin", by=-1), "bulletin_sum_differs"),
    "somebody out whom no exit took": (raised("people_exit"), "bulletin_sum_differs"),
    "one landed too many": (raised("people_landed"), "bulletin_sum_differs"),
    "a negative result without a sample": (raised("tests_negative"), "bulletin_sum_differs"),
    "an issue that was never opened": (raised("issues_open"), "bulletin_sum_differs"),
    "fewer open than are under way": (raised("people_open", by=-1), "bulletin_sum_differs"),
    "more overdue than open": (planted("duties_overdue", today=999, difference=None), "bulletin_sum_differs"),
    "more vehicles than trips": (planted("vehicles_deployed", today=99), "bulletin_sum_differs"),
    "a total that is not before and today": (planted("issues_opened", cumulative=1), "bulletin_sum_differs"),
    "local and long trips that are not all": (planted("trips", today=1), "bulletin_sum_differs"),
    "a change that is not one": (planted("officers_deployed", difference=7), "bulletin_difference_wrong"),
    "fewer than nobody": (planted("people_cabin", today=-1, difference=None), "bulletin_negative"),
    "nobody counted": (planted("duties_open", today=None, difference=None), "bulletin_not_counted"),
    "a figure left out": (
        replace(TODAY, figures={k: v for k, v in TODAY.figures.items() if k != "zero_missed"}),
        "bulletin_not_counted",
    ),
    "a flight that brought another number": (with_flight(0, landed=1), "bulletin_flight_unbalanced"),
    "a flight with a longer list": (
        with_flight(0, listed=TODAY.flights[0].listed + 1),
        "bulletin_flight_unbalanced",
    ),
    "a flight with nobody open who is": (with_flight(9, open=0), "bulletin_flight_unbalanced"),
    "a flight of the day before": (
        with_flight(0, landed_at=TODAY.flights[0].landed_at - timedelta(days=1)),
        "bulletin_flight_of_another_day",
    ),
    "a flight left out": (replace(TODAY, flights=TODAY.flights[1:]), "bulletin_table_differs"),
    "a trip left out": (replace(TODAY, trips=TODAY.trips[1:]), "bulletin_table_differs"),
    "an exit left out": (replace(TODAY, exits=TODAY.exits[1:]), "bulletin_table_differs"),
    "an owner left out": (replace(TODAY, owners=TODAY.owners[1:]), "bulletin_table_differs"),
    "a day missing in the series": (
        replace(TODAY, days=(*TODAY.days[:3], *TODAY.days[4:])),
        "bulletin_series_broken",
    ),
    "a series that ends elsewhere": (
        replace(TODAY, days=(*TODAY.days[:-1], replace(TODAY.days[-1], landed=0, landed_so_far=0))),
        "bulletin_series_broken",
    ),
}


@pytest.mark.parametrize("error", ERRORS)
def test_a_planted_error_is_found(error):
    bulletin, code = ERRORS[error]
    assert code in {o.code for o in check(bulletin=bulletin)}


def test_nothing_is_objected_to_in_a_true_bulletin_or_after_the_one_before():
    assert check(bulletin=TODAY) == []
    assert check(bulletin=TODAY, previous=YESTERDAY) == []


def test_a_total_that_does_not_carry_on_from_yesterday_is_found():
    line = YESTERDAY.figures["issues_opened"]
    changed = {**YESTERDAY.figures, "issues_opened": replace(line, cumulative=line.cumulative - 1)}
    found = check(bulletin=TODAY, previous=replace(YESTERDAY, figures=changed))
    assert [(o.code, o.subject) for o in found] == [("bulletin_jump", "issues_opened")]


def test_a_correction_explains_a_jump_and_no_more_than_it_says():
    line = YESTERDAY.figures["issues_opened"]
    changed = {**YESTERDAY.figures, "issues_opened": replace(line, cumulative=line.cumulative - 1)}
    before = replace(YESTERDAY, figures=changed)
    explained = replace(TODAY, corrections=(Correction(YESTERDAY.on, "issues_opened", Column.TODAY, 4, 5),))
    too_much = replace(TODAY, corrections=(Correction(YESTERDAY.on, "issues_opened", Column.TODAY, 4, 6),))
    assert check(bulletin=explained, previous=before) == []
    assert [o.code for o in check(bulletin=too_much, previous=before)] == ["bulletin_jump"]


def test_another_ports_bulletin_is_not_the_one_before():
    other = replace(YESTERDAY, port=replace(YESTERDAY.port, code="CTU"))
    assert [o.code for o in check(bulletin=TODAY, previous=other)] == ["bulletin_other_port"]


def test_a_bulletin_before_a_gap_is_not_compared_with():
    older = replace(YESTERDAY, on=ON - timedelta(days=3))
    assert check(bulletin=TODAY, previous=older) == []


def test_bounds_are_believed_as_far_as_they_go():
    within = planted("people_cabin", today=Band(1, 4), difference=None)
    beyond = planted("people_cabin", today=Band(5, 9), difference=None)
    assert check(bulletin=within) == []
    assert {o.code for o in check(bulletin=beyond)} == {"bulletin_sum_differs"}


def test_what_was_tampered_with_on_the_way_is_found_after_reading():
    text = json_form.write(bulletin=TODAY).replace('"today": 788', '"today": 787', 1)
    read = json_form.read(text=text).bulletin
    assert read is not None
    assert "bulletin_sum_differs" in {o.code for o in check(bulletin=read)}


def test_the_public_edition_can_be_checked_by_anybody():
    edition = public.make_public(bulletin=TODAY)
    assert check(bulletin=edition) == []
    line = edition.figures["people_facility"]
    wrong = {**edition.figures, "people_facility": replace(line, today=line.today + 99, difference=None)}
    assert "bulletin_sum_differs" in {o.code for o in check(bulletin=replace(edition, figures=wrong))}


def test_an_empty_bulletin_lacks_every_figure_and_nothing_else():
    empty = replace(TODAY, figures={}, flights=(), trips=(), exits=(), owners=(), days=())
    found = check(bulletin=empty)
    assert {o.code for o in found} == {"bulletin_not_counted"}
    assert {o.subject for o in found} == set(BY_CODE)


def test_a_sum_is_objected_to_with_its_numbers():
    found = [o for o in check(bulletin=planted("trips", today=1, difference=None)) if o.subject == "trips"]
    line = TODAY.figures
    told = f"trips.today 1 ≠ trips_local.today {line['trips_local'].today} + trips_long.today {line['trips_long'].today}"
    assert told in {o.because for o in found}
