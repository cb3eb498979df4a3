"""The journey of fourteen days against levels that are data."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.core.screening import declaration
from pratique.core.screening.declaration import Visit

from .desk import ARRIVED, CN, rules, text_of

# New Zealand, 28 April 2021: the four places of very high risk that were published.
VERY_HIGH = text_of("cn-2020").split("\n[[place]]")[0] + "".join(
    f'\n[[place]]\ncode = "{place}"\nlevel = "high"\nfrom = 2021-04-28\nsource = "history"\n'
    for place in ("BR", "IN", "PK", "PG")
)


def read(*visits, edition=CN, arrived_on=ARRIVED):
    return declaration.read_history(visits=visits, arrived_on=arrived_on, edition=edition)


def ago(place, first, last=0, day=ARRIVED):
    return Visit(place, day - timedelta(days=first), day - timedelta(days=last))


def test_the_strictest_place_counts_and_the_visit_is_named():
    found = read(ago("TH", 20, 6), ago("KR", 6, 5), ago("VN", 5))
    assert (found.level, found.visit.place, found.gaps) == ("high", "KR", ())


@pytest.mark.parametrize(("left", "level"), [(14, "high"), (15, "medium")])
def test_a_place_left_fourteen_days_ago_counts_and_one_left_before_does_not(left, level):
    assert read(ago("IR", 30, left), ago("TH", left)).level == level


def test_a_place_passed_on_the_day_of_arrival_counts():
    assert read(ago("TH", 20, 0), ago("JP", 0)).level == "high"


def test_a_level_counts_on_the_days_on_which_it_held():
    """Italy was named on 3 March; who left it on the 2nd was not there under that level."""
    early = read(Visit("IT", date(2020, 2, 1), date(2020, 3, 2)), Visit("TH", date(2020, 3, 2), ARRIVED))
    late = read(Visit("IT", date(2020, 2, 1), date(2020, 3, 6)), Visit("TH", date(2020, 3, 6), ARRIVED))
    assert early.level == "medium"
    assert late.level == "high"


def test_a_day_nobody_knows_leaves_the_level_open_and_is_named():
    found = read(ago("TH", 14, 8), ago("TH", 6))
    assert (found.level, found.gaps) == (None, (ARRIVED - timedelta(days=7),))


def test_a_gap_does_not_matter_where_the_strictest_level_is_known_already():
    assert read(ago("KR", 3)).level == "high"


def test_a_region_has_its_countrys_level_unless_it_has_one_of_its_own():
    own = (
        text_of("cn-2020")
        + '\n[[place]]\ncode = "IT-32"\nlevel = "low"\nfrom = 2020-03-01\nsource = "history"\n'
    )
    edition = rules(text=own)
    on = date(2020, 3, 10)
    assert [declaration.grade(place=place, on=on, edition=edition) for place in ("IT-25", "IT-32", "XX")] == [
        "high", "low", "medium",
    ]  # fmt: skip


def test_the_four_places_that_new_zealand_published_are_of_high_level_from_their_day():
    edition = rules(text=VERY_HIGH)
    for place in ("BR", "IN", "PK", "PG", "AU"):
        levels = [declaration.grade(place=place, on=date(2021, 4, day), edition=edition) for day in (27, 28)]
        assert levels == ["medium", "medium" if place == "AU" else "high"]


@given(
    st.lists(
        st.tuples(st.sampled_from(("TH", "KR", "IT", "VN")), st.integers(0, 25), st.integers(0, 25)),
        max_size=6,
    )
)
def test_the_level_is_that_of_a_plain_look_at_every_day(journey):
    visits = [ago(place, max(a, b), min(a, b)) for place, a, b in journey]
    known, gaps = {"": -1}, []
    for back in range(14, -1, -1):
        day = ARRIVED - timedelta(days=back)
        there = [v.place for v in visits if v.from_on <= day <= v.until_on]
        gaps += [day] if back and not there else []
        for place in there:
            known[place] = max(
                known.get(place, -1), CN.levels.index(declaration.grade(place=place, on=day, edition=CN))
            )
    found = read(*visits)
    worst = max(known.values())
    assert list(found.gaps) == gaps
    assert found.level == (CN.levels[worst] if worst == 2 or (worst >= 0 and not gaps) else None)
