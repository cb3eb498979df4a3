"""Whom a document belongs to: number and birth date first, then the name; in doubt it says so and picks nobody."""

import random
from dataclasses import replace
from datetime import date

import pytest

from core.manifest.people import make_people, name_of, renew, shorten, turn
from pratique.core.manifest import Document, Listed, Match, Presented, match

BORN = date(1990, 5, 1)
LI = Listed("LI", "XIAOMING", born_on=BORN, documents=(Document("P", "E12345678", "CHN"),))
OTHERS = (
    Listed("WANG", "FANG", born_on=date(1985, 1, 2), documents=(Document("P", "E12345679", "CHN"),)),
    Listed("AUNG", "THIDA", born_on=date(1984, 2, 29), documents=(Document("P", "MB731205", "MMR"),)),
)


def present(person: Listed) -> Presented:
    (paper,) = person.documents[:1]
    return Presented(paper.number, person.born_on, person.surname, person.given_names, paper.issuer)


def find(presented: Presented, *people: Listed) -> Match:
    return match(presented=presented, travellers=people or (LI, *OTHERS))


@pytest.mark.parametrize(
    ("presented", "grade", "reasons"),
    [
        (present(LI), "certain", ("number_same", "birth_same", "name_same")),
        (replace(present(LI), number="e1234 5678"), "certain", ("number_same", "birth_same", "name_same")),
        (replace(present(LI), number="N00000001"), "likely", ("number_differs", "birth_same", "name_same")),
        (replace(present(LI), number=""), "likely", ("number_missing", "birth_same", "name_same")),
        (replace(present(LI), born_on=None), "likely", ("number_same", "birth_missing", "name_same")),
        (replace(present(LI), born_on=date(1990, 1, 5)), "likely", ("number_same", "birth_differs", "name_same")),
        (replace(present(LI), given_names="HSIAO MING"), "likely", ("number_same", "birth_same", "name_close")),
        (replace(present(LI), surname="SMITH", given_names="JOHN"), "likely", ("number_same", "birth_same", "name_different")),
        (replace(present(LI), surname="XIAOMING", given_names="LI"), "certain", ("number_same", "birth_same", "name_reordered")),
        (Presented("X1", date(1970, 1, 1), "SMITH", "JOHN"), "none", None),
        (Presented("E12345678", date(1970, 1, 1), "SMITH", "JOHN", "CHN"), "ambiguous", ("number_same", "birth_differs", "name_different")),
    ],
)  # fmt: skip
def test_a_document_finds_its_traveller_with_its_reasons(
    presented: Presented, grade: str, reasons: tuple[str, str, str] | None
) -> None:
    found = find(presented)
    assert found.grade == grade
    if reasons:
        assert found.candidates[0].reasons == reasons
        assert (found.traveller is LI) == (grade in ("certain", "likely"))
    else:
        assert found.traveller is None


@pytest.mark.parametrize(
    ("number", "listed"),
    [
        ("012345678", "12345678"),  # a spreadsheet has lost the zero
        ("E1234567O", "E12345670"),
        ("D23145890734", "D23145890"),  # nine places in the zone
    ],
)
def test_a_number_that_lost_something_on_the_way_is_close_and_never_certain(number: str, listed: str) -> None:
    person = replace(LI, documents=(Document("P", listed, "CHN"),))
    found = find(replace(present(LI), number=number), person, *OTHERS)
    assert found.grade == "likely"
    assert found.candidates[0].reasons[0] == "number_close"


def test_the_same_number_of_another_state_is_another_document() -> None:
    found = find(
        replace(present(LI), issuer="KOR", surname="KIM", given_names="HANA", born_on=date(1960, 1, 1))
    )
    assert found.grade == "none"


def test_twins_with_numbers_in_a_row_are_never_taken_for_each_other() -> None:
    lin = Listed("WANG", "LIN", born_on=BORN, documents=(Document("P", "E12345678", "CHN"),))
    liu = Listed("WANG", "LIU", born_on=BORN, documents=(Document("P", "E12345679", "CHN"),))
    for twin in (lin, liu):
        found = find(present(twin), lin, liu)
        assert (found.grade, found.traveller) == ("certain", twin)
    # One of them is not on the list: the other is shown, and not taken.
    assert find(present(liu), lin, *OTHERS).traveller is None


def test_two_who_fit_alike_are_ambiguous() -> None:
    twin = replace(LI, place="row 9")
    assert find(present(LI), LI, twin).grade == "ambiguous"


@pytest.mark.parametrize("seed", range(12))
def test_whoever_is_on_the_list_is_found_and_nobody_else_is_ever_named(seed: int) -> None:
    """With the document on the list: certain, and right. With a new one or a name written otherwise: right or ambiguous."""
    dice = random.Random(seed)
    people = make_people(dice, 40)
    names = [name_of(person) for person in people]
    for person in people:
        found = find(present(person), *people)
        assert (found.grade, found.traveller) == ("certain", person)
        for other in (renew(person, dice), turn(person), shorten(person), turn(renew(person, dice))):
            found = find(present(other), *people)
            assert found.traveller in (None, person)
            assert any(candidate.traveller is person for candidate in found.candidates)
        if names.count(name_of(person)) == 1:
            assert find(present(turn(person)), *people).traveller is person


@pytest.mark.parametrize("seed", range(12))
def test_whoever_is_not_on_the_list_is_not_found_on_it(seed: int) -> None:
    dice = random.Random(seed)
    people = make_people(dice, 40)
    (stranger,) = make_people(random.Random(seed + 1000), 1)
    born = date(1949, 12, 31)
    found = find(present(replace(stranger, born_on=born, documents=(Document("P", "Z99999999"),))), *people)
    assert found.traveller is None
