"""What is known of a subject: records of what happened, was measured, signed or decided, and the waivers given.

One kind of value carries everything, because the same record can make one duty owed (a sample was taken), discharge
another (the test of day 4) and end others (released).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NewType, TypeAlias

from pratique.core.answers import Objection, Refused
from pratique.core.custody.entry import PersonId
from pratique.core.duties.rule import Attribute, Pattern, Want
from pratique.core.duties.vocabulary import Kind

SubjectId = NewType("SubjectId", str)
EvidenceId = NewType("EvidenceId", str)
WaiverId = NewType("WaiverId", str)

Stand: TypeAlias = tuple[Kind, SubjectId]
"""Whom a record is about: the kind of subject and its id, which is unique within its kind."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what duties are about. `facts` are what the rules' `only` and the gates ask (class, role, open
    count); `custodian` is where the subject is now, so that lists can be made by post and place."""

    kind: Kind
    id: SubjectId
    facts: Mapping[str, str] = field(default_factory=dict)
    custodian: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something is on record about a subject: `record` says what (see `vocabulary.LIVES`), `about` names another record
    that it belongs to (the sample of a result), `withdrawn_at` when it was taken back (a correction)."""

    id: EvidenceId
    kind: Kind
    subject: SubjectId
    record: str
    happened_at: datetime
    about: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and the rank in which they signed (one of `vocabulary.RANKS`)."""

    person: PersonId
    rank: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A duty need not be done, or a gate's condition need not hold, because an authority says so.

    `code` is the duty's, or the gate's; `key` the one duty of it, or the gate's condition. Without a key every duty of
    that code is meant which is not yet overdue when the waiver is given and falls due before it expires.
    """

    id: WaiverId
    kind: Kind
    subject: SubjectId
    code: str
    reason: str
    signatures: tuple[Signature, ...]
    given_at: datetime
    expires_at: datetime
    key: str = ""
    withdrawn_at: datetime | None = None


def fits(*, pattern: Pattern, evidence: Evidence) -> bool:
    """Whether the evidence is of the pattern's kinds and its attributes are as wanted."""
    if evidence.record not in pattern.records:
        return False
    return not pattern.wants or not misfit(wants=pattern.wants, attributes=evidence.attributes)


def misfit(*, wants: tuple[Want, ...], attributes: Mapping[str, Attribute]) -> str:
    """The first attribute that is missing or not as wanted; empty where all fit."""
    for want in wants:
        if not _holds(want, attributes.get(want.attribute)):
            return want.attribute
    return ""


def _holds(want: Want, value: Attribute | None) -> bool:
    if value is None or value == "":
        return False
    if want.among:
        return value in want.among and _is_kind_of(value, want.among)
    if want.least is None and want.most is None:
        return True
    if isinstance(value, bool | str):
        return False
    return (want.least is None or value >= want.least) and (want.most is None or value <= want.most)


def _is_kind_of(value: Attribute, among: tuple[Attribute, ...]) -> bool:
    """True is not 1: a yes stands only for a yes."""
    return any(value == item and isinstance(value, bool) is isinstance(item, bool) for item in among)


def by_subject(*, evidence: Iterable[Evidence]) -> tuple[dict[Stand, list[Evidence]], frozenset[EvidenceId]]:
    """Evidence by the subject it is about, and the ids that stand under more than one subject."""
    found: dict[Stand, list[Evidence]] = {}
    owner: dict[EvidenceId, Stand] = {}
    shared: set[EvidenceId] = set()
    for piece in evidence:
        stand = (piece.kind, piece.subject)
        if owner.setdefault(piece.id, stand) != stand:
            shared.add(piece.id)
        mine = found.get(stand)
        if mine is None:
            found[stand] = [piece]
        else:
            mine.append(piece)
    return found, frozenset(shared)


def standing(
    *, evidence: Iterable[Evidence], shared: frozenset[EvidenceId], now: datetime
) -> tuple[list[Evidence], list[Evidence], list[Objection]]:
    """What holds of one subject as of `now`, in the order it happened; what lies ahead of `now`; and contradictions.

    The same piece given twice counts once. Two contents under one id, or one id under two subjects (`shared`), are
    disputed: none of them is believed, somebody is told; withdrawing the wrong one settles it. Nothing depends on the
    order or number of times in which evidence is given.
    """
    by_id: dict[EvidenceId, Evidence] = {}
    repeated: dict[EvidenceId, list[Evidence]] = {}
    for piece in evidence:
        aware(piece.happened_at)
        known = by_id.setdefault(piece.id, piece)
        if known is not piece:
            repeated.setdefault(piece.id, [known]).append(piece)
    disputed: list[Objection] = []
    for name, copies in repeated.items():
        contents = [piece for piece in _contents(copies) if not _is_withdrawn(piece, now)]
        if len(contents) == 1:
            by_id[name] = contents[0]
            continue
        if contents:
            disputed.append(Objection("evidence_disputed", copies[0].subject, f"two contents under {name}"))
        del by_id[name]
    for name in shared & by_id.keys():
        disputed.append(
            Objection("evidence_disputed", by_id.pop(name).subject, f"{name} stands under two subjects")
        )
    held = [piece for piece in by_id.values() if piece.happened_at <= now and not _is_withdrawn(piece, now)]
    ahead = [piece for piece in by_id.values() if piece.happened_at > now and not _is_withdrawn(piece, now)]
    return sorted(held, key=order), sorted(ahead, key=order), sorted(disputed)


def _contents(copies: list[Evidence]) -> list[Evidence]:
    """The different contents among copies of one id, each withdrawn as early as any copy of it says."""
    found: list[Evidence] = []
    for copy in copies:
        for place, known in enumerate(found):
            if replace(known, withdrawn_at=None) == replace(copy, withdrawn_at=None):
                found[place] = replace(known, withdrawn_at=earliest(known.withdrawn_at, copy.withdrawn_at))
                break
        else:
            found.append(copy)
    return found


def _is_withdrawn(piece: Evidence, now: datetime) -> bool:
    return piece.withdrawn_at is not None and piece.withdrawn_at <= now


def earliest(*instants: datetime | None) -> datetime | None:
    """The earliest of the instants that are known; None where none is."""
    return min((instant for instant in instants if instant is not None), default=None)


def aware(instant: datetime) -> None:
    """Refuse an instant without a time zone (``naive_instant``): it would mean another moment at every port."""
    if instant.tzinfo is None:
        raise Refused("naive_instant", f"{instant} has no time zone")


def order(piece: Evidence) -> tuple[datetime, str]:
    """The order in which things happened; what happened at one instant is ordered by its id."""
    return piece.happened_at, piece.id
