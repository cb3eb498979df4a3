"""Invented people for the tests of lists, and what may happen to one of them between two documents."""

import random
from dataclasses import replace
from datetime import date, timedelta

from pratique.core.manifest import Document, Listed

_SURNAMES = [
    "WANG",
    "LI",
    "ZHANG",
    "AUNG",
    "KYAW",
    "NGUYEN",
    "SMITH",
    "MUELLER",
    "GARCIA",
    "IVANOV",
    "CHEN",
    "LIU",
    "HASSAN",
    "KIM",
    "SATO",
    "DE-BRUIJN",
]
_GIVEN = [
    "WEI",
    "FANG",
    "XIAOMING",
    "MIN",
    "THIDA",
    "ANNA",
    "JOHN",
    "PAUL",
    "MARIA",
    "YUSUF",
    "HANA",
    "KENJI",
    "LIN",
    "JUN",
    "HUI",
    "OLGA",
    "PETER",
    "LARS",
]


def make_people(dice: random.Random, size: int) -> list[Listed]:
    """People with documents of their own; surnames and birth dates are shared as they are on any flight."""
    days = [date(1950, 1, 1) + timedelta(days=dice.randrange(24_000)) for _ in range(max(2, size // 2))]
    people = []
    for number in range(size):
        given = dice.sample(_GIVEN, k=dice.choice((1, 1, 2)))
        paper = Document("P", f"{dice.choice('EGKM')}{dice.randrange(10**7):07d}{number:02d}", "CHN")
        people.append(
            Listed(dice.choice(_SURNAMES), " ".join(given), born_on=dice.choice(days), documents=(paper,))
        )
    return people


def name_of(person: Listed) -> tuple[str, str, date | None]:
    """Name and birth date; two people who share both cannot be told apart without a document."""
    return person.surname, person.given_names, person.born_on


def renew(person: Listed, dice: random.Random) -> Listed:
    """The same person with a new passport."""
    return replace(person, documents=(Document("P", f"N{dice.randrange(10**8):08d}", "CHN"),))


def turn(person: Listed) -> Listed:
    """Surname and given names in each other's place."""
    return replace(person, surname=person.given_names, given_names=person.surname)


def shorten(person: Listed) -> Listed:
    """Only the first given name."""
    return replace(person, given_names=person.given_names.split()[0])


def forget_birth(person: Listed) -> Listed:
    """Without a birth date."""
    return replace(person, born_on=None)


def touch(person: Listed, dice: random.Random) -> Listed:
    """One of the harmless things that happen between two versions of a list."""
    return dice.choice(
        (lambda p: p, lambda p: renew(p, dice), turn, shorten, forget_birth, lambda p: replace(p, seat="9A"))
    )(person)
