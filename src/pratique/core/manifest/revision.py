"""Two versions of one flight's list: who is new, who is gone, who changed, and who cannot be told."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

from pratique.core.manifest.matching import tidy_number
from pratique.core.manifest.names import Agreement, Name, compare_names, make_key
from pratique.core.manifest.passenger_list import Flight, Listed, Manifest

Ground = Literal["document and birth date", "reference", "document", "name and birth date", "name"]

_VISA = "V"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that reads otherwise in the newer version."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Pair:
    """One traveller in both versions, how he was recognised, and what changed about him (nothing: unchanged)."""

    before: Listed
    after: Listed
    ground: Ground
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """Travellers of the two versions who may be the same and cannot be paired one to one; somebody must look."""

    before: tuple[Listed, ...]
    after: tuple[Listed, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Revision:
    """Every traveller of both versions stands in exactly one of the five."""

    new: tuple[Listed, ...] = ()
    gone: tuple[Listed, ...] = ()
    changed: tuple[Pair, ...] = ()
    unchanged: tuple[Pair, ...] = ()
    unsure: tuple[Unsure, ...] = ()
    flight: tuple[Difference, ...] = ()


def reconcile(*, before: Manifest, after: Manifest) -> Revision:
    """Compare two versions of a list, everybody in it and the flight itself.

    A traveller is recognised by document and birth date, else by the sender's unique reference, else by document
    and name, else by birth date and name, else by name alone where one version has no birth date. Each ground
    counts only where it points to exactly one traveller on either side.
    """
    old, new = list(before.travellers), list(after.travellers)
    pairs: list[Pair] = []
    for ground, make, admit in _GROUNDS:
        pairs += _pair(old, new, (ground, make, admit))
    unsure = _collect_unsure(old, new)
    order = {id(person): number for number, person in enumerate(after.travellers)}
    pairs.sort(key=lambda pair: order[id(pair.after)])
    return Revision(
        new=tuple(new),
        gone=tuple(old),
        changed=tuple(pair for pair in pairs if pair.differences),
        unchanged=tuple(pair for pair in pairs if not pair.differences),
        unsure=tuple(unsure),
        flight=compare_flights(before=before.flight, after=after.flight),
    )


def compare_flights(*, before: Flight, after: Flight) -> tuple[Difference, ...]:
    """What the newer version says otherwise about the flight."""
    return _compare_fields(before, after, skip=())


_Keys = Callable[[Listed], Iterable[Hashable]]
_Admit = Callable[[Listed, Listed], bool]


def _list_documents(person: Listed) -> list[str]:
    numbers = (tidy_number(document.number) for document in person.documents if document.kind != _VISA)
    return [number for number in dict.fromkeys(numbers) if number]


def _list_births(person: Listed) -> list[Hashable]:
    return [(number, person.born_on) for number in _list_documents(person)] if person.born_on else []


def _list_references(person: Listed) -> list[Hashable]:
    return [person.reference] if person.reference else []


def _list_names(person: Listed) -> list[Hashable]:
    keys = [make_key((person.surname, person.given_names)), person.chinese_name]
    return [key for key in dict.fromkeys(keys) if key]


def _list_birth_dates(person: Listed) -> list[Hashable]:
    return [person.born_on] if person.born_on else []


def _is_same_person(one: Listed, other: Listed) -> bool:
    """Names that agree, or a birth date that does: a reference or a document may have gone to somebody else."""
    return _share_name(one, other) or (one.born_on is not None and one.born_on == other.born_on)


def _compare(one: Listed, other: Listed) -> Agreement:
    left = Name(one.surname, one.given_names, one.chinese_name)
    return compare_names(left, Name(other.surname, other.given_names, other.chinese_name))


def _share_name(one: Listed, other: Listed) -> bool:
    return _compare(one, other) not in ("different", "unknown")


def _bear_one_name(one: Listed, other: Listed) -> bool:
    return _compare(one, other) in ("same", "reordered")


def _lack_birth(one: Listed, other: Listed) -> bool:
    """A name alone counts only where nothing contradicts it: a birth date is missing, and no document differs."""
    mine, theirs = set(_list_documents(one)), set(_list_documents(other))
    contradicted = bool(mine and theirs and not mine & theirs)
    return _share_name(one, other) and (one.born_on is None or other.born_on is None) and not contradicted


_GROUNDS: tuple[tuple[Ground, _Keys, _Admit], ...] = (
    ("document and birth date", _list_births, lambda one, other: True),
    ("reference", _list_references, _is_same_person),
    ("document", _list_documents, _share_name),
    ("name and birth date", _list_birth_dates, _share_name),
    ("name", _list_names, _lack_birth),
)


def _group(people: Iterable[Listed], make: _Keys) -> dict[Hashable, list[Listed]]:
    groups: dict[Hashable, list[Listed]] = defaultdict(list)
    for person in people:
        for key in make(person):
            groups[key].append(person)
    return groups


def _pair(old: list[Listed], new: list[Listed], by: tuple[Ground, _Keys, _Admit]) -> list[Pair]:
    """Pair and take out of both lists whoever a ground points to alone on either side."""
    ground, make, admit = by
    ours, theirs = _group(old, make), _group(new, make)
    pairs = []
    taken: set[int] = set()
    for key, left in ours.items():
        right = theirs.get(key, [])
        for one, other in _tell_apart(left, right):
            if id(one) in taken or id(other) in taken or not admit(one, other):
                continue
            taken |= {id(one), id(other)}
            pairs.append(Pair(one, other, ground, compare(before=one, after=other)))
    old[:] = [person for person in old if id(person) not in taken]
    new[:] = [person for person in new if id(person) not in taken]
    return pairs


def _tell_apart(left: list[Listed], right: list[Listed]) -> list[tuple[Listed, Listed]]:
    """One and one are a pair; of several, first those who bear one name, then those whose names agree with nobody
    else's: twins LI LIN and LI LIU stay themselves.
    """
    if len(left) == 1 and len(right) == 1:
        return [(left[0], right[0])]
    pairs: list[tuple[Listed, Listed]] = []
    for agrees in (_bear_one_name, _share_name):
        taken = {id(person) for pair in pairs for person in pair}
        ours = [person for person in left if id(person) not in taken]
        theirs = [person for person in right if id(person) not in taken]
        for one in ours:
            alike = [other for other in theirs if agrees(one, other)]
            if len(alike) == 1 and sum(agrees(other, alike[0]) for other in ours) == 1:
                pairs.append((one, alike[0]))
    return pairs


def compare(*, before: Listed, after: Listed) -> tuple[Difference, ...]:
    """Field by field, what the newer version says otherwise about one traveller; order of documents is no change."""
    differences = _compare_fields(before, after, skip=("place", "documents"))
    if set(before.documents) != set(after.documents):
        differences += (Difference("documents", before.documents, after.documents),)
    return differences


def _compare_fields(before: Any, after: Any, skip: tuple[str, ...]) -> tuple[Difference, ...]:
    return tuple(
        Difference(field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(before)
        if field.name not in skip and getattr(before, field.name) != getattr(after, field.name)
    )


def _collect_unsure(old: list[Listed], new: list[Listed]) -> list[Unsure]:
    """Take out of both lists those who still share a document, a reference or a name with someone opposite."""
    unsure = []
    for because, make in (
        ("the same document", _list_documents),
        ("the same reference", _list_references),
        ("the same name", _list_names),
    ):
        ours, theirs = _group(old, make), _group(new, make)
        taken: set[int] = set()
        for key, left in ours.items():
            before = tuple(person for person in left if id(person) not in taken)
            after = tuple(person for person in theirs.get(key, []) if id(person) not in taken)
            if make is _list_names:
                before = tuple(one for one in before if any(_share_name(one, other) for other in after))
                after = tuple(other for other in after if any(_share_name(one, other) for one in before))
            if before and after:
                taken |= {id(person) for person in (*before, *after)}
                unsure.append(Unsure(before, after, because))
        old[:] = [person for person in old if id(person) not in taken]
        new[:] = [person for person in new if id(person) not in taken]
    return unsure
