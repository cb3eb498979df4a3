"""Two versions of a list: everybody of both stands in exactly one place, and nobody is taken for somebody else."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from core.manifest.people import make_people, name_of, renew, touch
from pratique.core.manifest import Document, Flight, Listed, Manifest, Revision, reconcile


def compare(before: list[Listed], after: list[Listed]) -> Revision:
    flight = Flight("MU", "2032", "RGN", "KMG")
    return reconcile(before=Manifest(flight, tuple(before)), after=Manifest(flight, tuple(after)))


def count_places(found: Revision) -> tuple[Counter[int], Counter[int]]:
    """How often each traveller of the older and of the newer version stands in the answer, by identity."""
    pairs = (*found.changed, *found.unchanged)
    older = [
        *found.gone,
        *(pair.before for pair in pairs),
        *(p for unsure in found.unsure for p in unsure.before),
    ]
    newer = [
        *found.new,
        *(pair.after for pair in pairs),
        *(p for unsure in found.unsure for p in unsure.after),
    ]
    return Counter(map(id, older)), Counter(map(id, newer))


@pytest.mark.parametrize("seed", range(25))
def test_everybody_of_both_versions_stands_in_exactly_one_place(seed: int) -> None:
    dice = random.Random(seed)
    before = make_people(dice, 40)
    after = [touch(person, dice) for person in before if dice.random() < 0.9]
    after += make_people(random.Random(seed + 500), 4) + dice.sample(after, k=2)
    dice.shuffle(after)
    older, newer = count_places(compare(before, after))
    assert older == Counter(map(id, before))
    assert set(newer) == {id(person) for person in after}


@pytest.mark.parametrize("seed", range(25))
def test_a_pair_is_one_person_whatever_happened_to_what_is_written(seed: int) -> None:
    """Renewed passports, turned and shortened names, lost birth dates: a pair is right, or there is none."""
    dice = random.Random(seed)
    before = make_people(dice, 40)
    truth: dict[int, Listed] = {}
    after = []
    for number, person in enumerate(before):
        changed = replace(touch(person, dice), place=f"row {number}")
        truth[id(changed)] = person
        after.append(changed)
    found = compare(before, after)
    for pair in (*found.changed, *found.unchanged):
        assert pair.before is truth[id(pair.after)] or name_of(pair.before) == name_of(truth[id(pair.after)])
    # Who cannot be told is shown as such: gone and new are as many on either side, and few.
    assert len(found.gone) == len(found.new) <= 6


def test_the_same_list_again_changes_nothing() -> None:
    people = make_people(random.Random(1), 40)
    found = compare(people, list(reversed(people)))
    assert len(found.unchanged) == 40
    assert not (found.new or found.gone or found.changed or found.unsure or found.flight)


def test_new_gone_and_changed_are_told() -> None:
    anna, john, lin = make_people(random.Random(2), 3)
    moved = replace(john, seat="14C")
    found = compare([anna, john], [moved, lin])
    assert found.gone == (anna,)
    assert found.new == (lin,)
    ((pair,),) = (found.changed,)
    assert [(d.field, d.before, d.after) for d in pair.differences] == [("seat", "", "14C")]


def test_twins_whose_passports_were_both_renewed_stay_themselves() -> None:
    born = date(2012, 3, 4)
    lin = Listed("WANG", "LIN", born_on=born, documents=(Document("P", "E00000001"),))
    liu = Listed("WANG", "LIU", born_on=born, documents=(Document("P", "E00000002"),))
    dice = random.Random(3)
    found = compare([lin, liu], [renew(liu, dice), renew(lin, dice)])
    assert {(pair.before.given_names, pair.after.given_names) for pair in found.changed} == {
        ("LIN", "LIN"),
        ("LIU", "LIU"),
    }


def test_a_given_name_that_was_left_out_makes_no_second_traveller() -> None:
    born = date(1990, 5, 1)
    found = compare([Listed("LI", "", born_on=born)], [Listed("LI", "XIAOMING", born_on=born)])
    assert not (found.new or found.gone)
    assert [pair.ground for pair in found.changed] == ["name and birth date"]


def test_two_who_cannot_be_told_apart_are_left_to_a_person() -> None:
    one, two = Listed("LI", "JUN", seat="1A"), Listed("LI", "JUN", seat="1B")
    found = compare([one, two], [replace(one, seat="2A"), replace(two, seat="2B")])
    assert not (found.new or found.gone or found.changed or found.unchanged)
    assert [(len(unsure.before), len(unsure.after)) for unsure in found.unsure] == [(2, 2)]
