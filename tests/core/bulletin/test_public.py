"""The public edition: nobody can be recognised by a number, and no number can be worked out."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from core.bulletin.day import DAY, FIRST_ON, ON, make_bulletin, make_facts
from pratique.core.answers import Objection
from pratique.core.bulletin import compose, json_form, public
from pratique.core.bulletin.edition import Audience, Band, Correction
from pratique.core.bulletin.figure import Column
from pratique.core.bulletin.relation import RELATIONS, Relation, narrow
from pratique.core.bulletin.table import BY_CODE

COLUMNS = (Column.TODAY, Column.YESTERDAY, Column.CUMULATIVE)
DAYS = st.tuples(st.integers(1, 30), st.integers(0, 6), st.integers(0, 9999))


def cells_of(bulletin):
    return {(code, c): line.cell(c) for code, line in bulletin.figures.items() for c in COLUMNS}


def make_some_bulletin(drawn):
    days, flights, seed = drawn
    return compose.compose(facts=make_facts(on=FIRST_ON + days * DAY, flights=flights, seed=seed))


@settings(max_examples=60)
@given(DAYS)
def test_no_small_number_of_a_sensitive_figure_is_published(drawn):
    edition = public.make_public(bulletin=make_some_bulletin(drawn))
    for (code, column), cell in cells_of(edition).items():
        if BY_CODE[code].sensitive:
            assert isinstance(cell, Band) or cell in (None, 0) or cell >= public.SMALL, (code, column, cell)
    small = [f.landed for f in edition.flights] + [t.moved for t in edition.trips]
    assert all(isinstance(cell, Band) or cell == 0 or cell >= public.SMALL for cell in small)


@settings(max_examples=60)
@given(DAYS)
def test_no_hidden_number_can_be_worked_out_from_the_others(drawn):
    edition = public.make_public(bulletin=make_some_bulletin(drawn))
    cells = cells_of(edition)
    bounds = narrow(relations=RELATIONS, cells=cells)
    hidden = [key for key, cell in cells.items() if isinstance(cell, Band)]
    assert all(bounds[key][0] < bounds[key][1] for key in hidden)


@settings(max_examples=60)
@given(DAYS)
def test_what_is_published_is_true(drawn):
    bulletin = make_some_bulletin(drawn)
    edition = public.make_public(bulletin=bulletin)
    for (code, column), cell in cells_of(edition).items():
        truth = bulletin.figures[code].cell(column)
        if isinstance(cell, Band):
            assert cell.at_least <= truth <= cell.at_most
        else:
            assert cell == truth


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_a_column_with_a_known_sum_keeps_its_small_numbers(column):
    rows = tuple(range(len(column)))
    relation = Relation((-1,), rows)
    blurred = public.protect(
        cells={-1: sum(column), **dict(enumerate(column))},
        hidden=[row for row in rows if 0 < column[row] < public.SMALL],
        relations=[relation],
        fixed=frozenset({-1}),
    )
    bounds = narrow(relations=[relation], cells=blurred)
    others = [row for row in rows if column[row] > 0]
    for row in rows:
        if 0 < column[row] < public.SMALL and len(others) > 1 and sum(column) > len(others):
            assert bounds[row][0] < bounds[row][1] or _all_pinned_by_size(column, blurred)


def _all_pinned_by_size(column, blurred):
    """Every number is a band already, and the bands leave one way only: nothing more can be hidden."""
    return all(isinstance(blurred[row], Band) for row, value in enumerate(column) if value)


def test_it_says_nothing_of_single_flights_and_people():
    bulletin = make_bulletin()
    edition = public.make_public(
        bulletin=replace(bulletin, objections=(Objection("c", "subject", "because"),))
    )
    assert edition.audience is Audience.PUBLIC
    assert edition.exits == ()
    for flight in edition.flights:
        assert (flight.where, flight.listed, flight.heads, flight.unlisted, flight.open) == (None,) * 5
        assert flight.id == ""
    assert all(line.records == () for line in edition.figures.values())
    assert edition.objections == (Objection("c", "subject"),)
    text = json_form.write(bulletin=edition)
    assert all(flight.id not in text for flight in bulletin.flights)


def test_the_zeros_about_our_own_work_are_never_blurred():
    bulletin = make_bulletin()
    figures = dict(bulletin.figures)
    for code in ("zero_missed", "zero_complaint", "zero_error"):
        figures[code] = replace(figures[code], today=2, difference=2, cumulative=2)
    edition = public.make_public(bulletin=replace(bulletin, figures=figures))
    assert [edition.figures[c].today for c in ("zero_missed", "zero_complaint", "zero_error")] == [2, 2, 2]


def test_the_total_of_a_sensitive_figure_is_a_band_every_day():
    """Two exact totals a day apart would give the small number between them."""
    for day in range(3):
        edition = public.make_public(bulletin=compose.compose(facts=make_facts(on=ON + day * DAY)))
        assert isinstance(edition.figures["tests_positive"].cumulative, Band)


def test_a_correction_is_blurred_like_its_figure():
    told = Correction(ON - DAY, "tests_positive", Column.TODAY, 1, 2)
    open_told = Correction(ON - DAY, "trips_local", Column.TODAY, 1, 2)
    edition = public.make_public(bulletin=replace(make_bulletin(), corrections=(told, open_told)))
    assert edition.corrections == (replace(told, was=Band(1, 4), now=Band(1, 4)), open_told)


def test_a_public_edition_of_a_public_edition_is_the_same():
    edition = public.make_public(bulletin=make_bulletin())
    assert public.make_public(bulletin=edition) is edition


def test_nought_is_published_as_nought_and_bands_are_five_wide():
    assert public.find_band(1) == public.find_band(4) == Band(1, 4)
    assert public.find_band(5) == Band(5, 9)
    assert public.find_band(37) == Band(35, 39)
