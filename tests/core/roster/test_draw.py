"""The daily draw: as many places as can be filled, by those whose turn it is; quotas and conflicts are kept."""

import itertools
from collections import Counter
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import given, settings

from pratique.core.roster.draw import Candidate, Place, draw

ON = date(2020, 4, 6)
OFFERS = ("ppe", "licence-L", "thai")

candidates = st.lists(
    st.tuples(st.sampled_from("uvw"), st.sets(st.sampled_from(OFFERS)), st.integers(0, 5)), max_size=7
).map(
    lambda rows: [
        Candidate(f"p{number}", unit, frozenset(offers), drawn, 6)
        for number, (unit, offers, drawn) in enumerate(rows)
    ]
)
places = st.lists(st.tuples(st.sets(st.sampled_from(OFFERS), max_size=2), st.integers(0, 3)), max_size=3).map(
    lambda rows: [
        Place(f"place {number}", frozenset(needs), count) for number, (needs, count) in enumerate(rows)
    ]
)
quotas = st.fixed_dictionaries({unit: st.integers(0, 3) for unit in "uvw"})


conflicts = st.lists(st.tuples(st.sampled_from(range(5)), st.sampled_from(range(5))), max_size=3).map(
    lambda pairs: [(f"p{one}", f"p{other}") for one, other in pairs if one != other]
)


def most_filled(people, wanted, limits, apart) -> int:
    """By trying everything, how many places can be filled."""
    slots = [place for place in wanted for _ in range(place.count)]
    for number in range(min(len(slots), len(people)), 0, -1):
        for some in itertools.combinations(people, number):
            used = Counter(one.unit for one in some)
            names = {one.id for one in some}
            if any(used[unit] > limits[unit] for unit in used) or any(names >= set(pair) for pair in apart):
                continue
            for order in itertools.permutations(range(len(slots)), number):
                if all(slots[at].needs <= one.offers for one, at in zip(some, order, strict=True)):
                    return number
    return 0


@settings(max_examples=80)
@given(candidates, places, quotas, conflicts)
def test_no_draw_fills_more_places_and_every_place_is_filled_or_named(people, wanted, limits, apart):
    wanted = [Place(one.name, one.needs, min(one.count, 2)) for one in wanted][:2]
    people = people[:5]
    found = draw(on=ON, candidates=people, places=wanted, quotas=limits, conflicts=apart)
    by_id = {one.id: one for one in people}
    needs = {one.name: one.needs for one in wanted}
    assert all(needs[name] <= by_id[who].offers for who, name in found.places.items())
    used = Counter(by_id[who].unit for who in found.places)
    assert all(used[unit] <= limits[unit] for unit in used)
    counts = Counter(found.places.values())
    assert all(counts[one.name] <= one.count for one in wanted)
    assert len(found.places) == most_filled(people, wanted, limits, apart)
    assert not any(set(pair) <= set(found.places) for pair in apart)
    assert sum(one.missing for one in found.short) == sum(one.count for one in wanted) - len(found.places)
    assert all(one.because and one.remedy for one in found.short)


def test_two_in_conflict_are_never_drawn_together():
    people = [Candidate(who, "u", frozenset(), drawn, 6) for who, drawn in (("an", 0), ("bo", 1), ("ce", 5))]
    found = draw(
        on=ON,
        candidates=people,
        places=[Place("post", frozenset(), 2)],
        quotas={"u": 3},
        conflicts=[("an", "bo")],
    )
    assert set(found.places) == {"an", "ce"}


def test_whoever_has_the_only_licence_drives_and_others_stand_at_the_gate():
    people = [Candidate("an", "u", frozenset({"licence-L"})), Candidate("bo", "u", frozenset())]
    wanted = [Place("gate", frozenset(), 1), Place("driver", frozenset({"licence-L"}), 1)]
    assert draw(on=ON, candidates=people, places=wanted, quotas={"u": 2}).places == {
        "an": "driver",
        "bo": "gate",
    }


def test_a_full_quota_is_named_with_the_unit_that_could_give_more():
    people = [Candidate(who, "u", frozenset({"thai"})) for who in ("an", "bo")]
    (short,) = draw(
        on=ON, candidates=people, places=[Place("desk", frozenset({"thai"}), 2)], quotas={"u": 1}
    ).short
    assert short.missing == 1
    assert "raise the quota of u" in short.remedy
    (short,) = draw(
        on=ON, candidates=people, places=[Place("desk", frozenset({"lao"}), 1)], quotas={"u": 1}
    ).short
    assert "1 more with lao" in short.remedy


def test_over_weeks_everybody_of_a_unit_is_drawn_as_often_but_for_one_day():
    drawn: Counter[str] = Counter()
    last: dict[str, date] = {}
    for day in range(28):
        on = ON + timedelta(days=day)
        people = [
            Candidate(
                f"{unit}{number}",
                unit,
                frozenset(),
                drawn[f"{unit}{number}"],
                day,
                last.get(f"{unit}{number}"),
            )
            for unit in "uvw"
            for number in range(7)
        ]
        found = draw(
            on=on, candidates=people, places=[Place("post", frozenset(), 9)], quotas=dict.fromkeys("uvw", 3)
        )
        assert not found.short
        drawn.update(found.places.keys())
        last |= dict.fromkeys(found.places, on)
    assert max(drawn.values()) - min(drawn.values()) <= 1
