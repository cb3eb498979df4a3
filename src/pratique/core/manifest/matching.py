"""Whom on a list a travel document belongs to: document number and birth date first, then the name.

The answer is graded and gives its reasons; two that fit equally well are *ambiguous*, never picked between.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pratique.core.manifest.names import Name, compare_names
from pratique.core.manifest.passenger_list import Listed

Grade = Literal["certain", "likely", "ambiguous", "none"]
Reason = Literal[
    "number_same",
    "number_close",
    "number_differs",
    "number_missing",
    "birth_same",
    "birth_differs",
    "birth_missing",
    "name_same",
    "name_reordered",
    "name_transliterated",
    "name_shortened",
    "name_close",
    "name_different",
    "name_unknown",
]

# A machine-readable zone has nine places for a number; whoever copies from them cuts a longer one there.
_NUMBER_LENGTH_CUT = 9
_DOUBLES = str.maketrans("OQDILZSBG", "000112586")


@dataclass(frozen=True, slots=True)
class Presented:
    """What a document says that a traveller presents; empty or None what it does not say."""

    number: str
    born_on: date | None = None
    surname: str = ""
    given_names: str = ""
    issuer: str = ""
    chinese_name: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One traveller of the list who may be meant, and what speaks for and against."""

    traveller: Listed
    reasons: tuple[Reason, Reason, Reason]
    weight: int


@dataclass(frozen=True, slots=True)
class Match:
    """`certain`: number, birth date and name of one traveller agree. `likely`: one fits, with a doubt named in its
    reasons. `ambiguous`: several fit, or one fits badly. `none`: nobody fits; candidates are hints at most.
    """

    grade: Grade
    candidates: tuple[Candidate, ...] = ()

    @property
    def traveller(self) -> Listed | None:
        """The one meant, when the match is certain or likely."""
        return self.candidates[0].traveller if self.grade in ("certain", "likely") else None


# How much each answer to number, birth date and name (agrees or not) weighs together. 100 is certain; from
# `_LIKELY` on one fits in spite of a doubt; from `_WEAK` on a person should look.
_CERTAIN, _LIKELY, _WEAK = 100, 60, 40
_WEIGHTS: dict[tuple[str, str, bool], int] = {
    ("same", "same", True): 100,
    ("same", "same", False): 80,
    ("same", "missing", True): 75,
    ("close", "same", True): 70,
    ("missing", "same", True): 70,
    ("differs", "same", True): 65,
    ("same", "differs", True): 60,
    ("close", "missing", True): 50,
    ("missing", "missing", True): 50,
    ("differs", "missing", True): 45,
    ("same", "missing", False): 45,
    ("close", "same", False): 40,
    ("same", "differs", False): 40,
    ("close", "differs", True): 40,
    ("missing", "differs", True): 25,
    ("differs", "differs", True): 20,
}


def match(*, presented: Presented, travellers: Iterable[Listed]) -> Match:
    """Find the traveller a document belongs to among those listed; the best candidates first."""
    candidates = [candidate for person in travellers if (candidate := _weigh(presented, person)) is not None]
    candidates.sort(key=lambda candidate: -candidate.weight)
    return Match(_grade([candidate.weight for candidate in candidates]), tuple(candidates))


def _grade(weights: list[int]) -> Grade:
    """Weights come heaviest first. One alone at the top of its kind is the answer; two are ambiguous."""
    if not weights or weights[0] < _WEAK:
        return "none"
    if weights[0] >= _CERTAIN:
        return "certain" if weights.count(_CERTAIN) == 1 else "ambiguous"
    if weights[0] >= _LIKELY:
        return "likely" if sum(weight >= _LIKELY for weight in weights) == 1 else "ambiguous"
    # Name alone, where the list has neither number nor birth date.
    return "likely" if weights[0] == 50 and sum(weight >= _WEAK for weight in weights) == 1 else "ambiguous"


def _weigh(presented: Presented, person: Listed) -> Candidate | None:
    number = _compare_number(presented, person)
    birth = _compare_birth(presented.born_on, person.born_on)
    if number in ("missing", "differs") and birth == "differs" and not _may_share_name(presented, person):
        return None
    name = compare_names(
        Name(presented.surname, presented.given_names, presented.chinese_name),
        Name(person.surname, person.given_names, person.chinese_name),
    )
    # One letter makes another name (WANG LIN, WANG LIU): close counts only beside the same document.
    agrees = name in ("same", "reordered", "transliterated", "shortened")
    agrees = agrees or (name == "close" and number in ("same", "close"))
    weight = _WEIGHTS.get((number, birth, agrees))
    if weight is None and birth == "same" and name in ("close", "unknown"):
        weight = _WEAK
    if weight is None:
        return None
    weight = min(weight, _CERTAIN - 5) if name in ("close", "transliterated") else weight
    reasons: tuple[Reason, Reason, Reason] = (f"number_{number}", f"birth_{birth}", f"name_{name}")  # type: ignore[assignment]
    return Candidate(person, reasons, weight)


def _may_share_name(presented: Presented, person: Listed) -> bool:
    """A cheap look before names are compared: some initial of one must be an initial of the other."""
    if presented.chinese_name and presented.chinese_name == person.chinese_name:
        return True
    ours = {part[:1].upper() for part in (presented.surname, *presented.given_names.split()) if part}
    theirs = {part[:1].upper() for part in (person.surname, *person.given_names.split()) if part}
    return bool(ours & theirs) or not (ours | theirs).issubset(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def tidy_number(number: str) -> str:
    """A document number as numbers are compared: capital letters and digits only."""
    return "".join(sign for sign in number.upper() if sign.isalnum())


def _compare_number(presented: Presented, person: Listed) -> str:
    wanted = tidy_number(presented.number)
    listed = [
        tidy_number(document.number)
        for document in person.documents
        if not (presented.issuer and document.issuer and _states_differ(presented.issuer, document.issuer))
    ]
    if not wanted or not any(tidy_number(document.number) for document in person.documents):
        return "missing"
    if wanted in listed:
        return "same"
    return "close" if any(_is_close(wanted, number) for number in listed) else "differs"


def _is_close(one: str, other: str) -> bool:
    """O for 0 and the like; zeros at the head, which spreadsheets lose; an end cut off, as where nine signs fit."""
    if not one or not other:
        return False
    plain, listed = one.translate(_DOUBLES).lstrip("0"), other.translate(_DOUBLES).lstrip("0")
    short, long = sorted((one, other), key=len)
    return plain == listed or (len(short) >= _NUMBER_LENGTH_CUT and long.startswith(short))


def _states_differ(one: str, other: str) -> bool:
    """Two codes of one length that differ; a two-letter and a three-letter code cannot be told apart here."""
    return len(one) == len(other) and one.upper() != other.upper()


def _compare_birth(one: date | None, other: date | None) -> str:
    if one is None or other is None:
        return "missing"
    return "same" if one == other else "differs"
