"""An exemption: an object with an issuer, a check with that issuer, two persons and an end. A word is no exemption.

Whether one holds is worked out each time it is asked for, from the object and the terms in force; nothing is stored
that says "exempt".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from pratique.core.answers import Objection, Problem
from pratique.core.custody.entry import PersonId, TravellerId
from pratique.core.duties.evidence import aware
from pratique.core.duties.rule import Basis, Source
from pratique.core.duties.table import Table, read_text
from pratique.core.duties.vocabulary import RANKS, Words
from pratique.core.screening.exit import OFF_THE_LOOP

ExemptionId = NewType("ExemptionId", str)


class Sort(StrEnum):
    """What an exemption is for."""

    DIPLOMAT = "diplomat"
    MINOR = "minor"
    MEDICAL = "medical"
    COMPASSIONATE = "compassionate"
    TRANSIT = "transit"


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who decided for an exemption: the rank they signed in, and how many shifts they had finished before
    the one on which they signed."""

    person: PersonId
    rank: str
    shifts_before: int
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Verification:
    """The authority was asked, by a contact of the port's own list and not one from the paper, and confirmed it; by whom
    of the port, and how many shifts they had finished before."""

    authority: str
    reference: str
    by: PersonId
    at: datetime
    shifts_before: int = 0


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption of one traveller, as it stands on record. `authority` and `reference` are those of the paper."""

    id: ExemptionId
    traveller: TravellerId
    sort: Sort
    authority: str
    reference: str
    reason: str
    issued_at: datetime
    valid_from: datetime
    valid_until: datetime
    verification: Verification | None = None
    deciders: tuple[Decider, ...] = ()
    revoked_at: datetime | None = None
    revoked_because: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """What one sort of exemption needs: which authorities may issue it, for how long at most, and for which exits."""

    sort: Sort
    authorities: frozenset[str]
    exits: frozenset[str]
    hours_max: int
    rank: str
    second_rank: str
    source: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a port: its authorities by code, what each sort needs, and how many shifts somebody must have
    finished before deciding."""

    code: str
    jurisdiction: str
    title: Words
    sources: tuple[Source, ...]
    authorities: Mapping[str, Words]
    shifts_before_min: int
    by_sort: Mapping[Sort, Term]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an exemption holds now, until when, and everything that is wrong with it."""

    exemption: Exemption
    holds: bool
    until_at: datetime | None
    objections: tuple[Objection, ...]


def judge(*, exemption: Exemption, terms: Terms, now: datetime) -> Standing:
    """Whether an exemption holds at `now`; if not, every reason at once, each with what is wanting.

    It holds if an authority that may issue this sort did so, for a reason and a time that the terms allow; if that same
    authority confirmed this very reference; if two persons of the ranks needed decided for it after it was confirmed; if
    whoever asked the authority is neither of the two, and none of the three the traveller or one who had not finished the
    shifts required; and if it was not revoked.
    """
    for instant in (now, exemption.issued_at, exemption.valid_from, exemption.valid_until):
        aware(instant)
    term = terms.by_sort.get(exemption.sort)
    found = [
        Objection(code, exemption.traveller, f"{exemption.id}: {because}")
        for code, because in (
            *_faults_of_issue(exemption, term, terms),
            *_faults_of_time(exemption, term, now),
            *_faults_of_verification(exemption, terms, now),
            *_faults_of_decision(exemption, term, terms, now),
        )
    ]
    return Standing(exemption, not found, None if found else exemption.valid_until, tuple(found))


def find_holding(
    *, exemptions: Iterable[Exemption], traveller: TravellerId, terms: Terms, now: datetime
) -> Standing | None:
    """The exemption of this traveller that holds now and does so longest; None if none does."""
    holding = [
        standing
        for standing in (judge(exemption=one, terms=terms, now=now) for one in exemptions)
        if standing.holds and standing.exemption.traveller == traveller
    ]
    return max(holding, key=lambda s: (s.exemption.valid_until, s.exemption.id), default=None)


def _faults_of_issue(exemption: Exemption, term: Term | None, terms: Terms) -> Iterator[tuple[str, str]]:
    if term is None:
        yield "exemption_sort_unknown", f"{terms.code} knows no exemption '{exemption.sort}'"
    if not exemption.authority.strip():
        yield "exemption_without_authority", "nobody is named who issued it"
    elif term is not None and exemption.authority not in term.authorities:
        may = ", ".join(sorted(term.authorities))
        yield "exemption_authority", f"'{exemption.authority}' may not issue it; these may: {may}"
    if not exemption.reference.strip():
        yield "exemption_without_reference", "it has no reference that an authority could confirm"
    if not exemption.reason.strip():
        yield "exemption_without_reason", "it states no reason"


def _faults_of_time(exemption: Exemption, term: Term | None, now: datetime) -> Iterator[tuple[str, str]]:
    if exemption.valid_until <= exemption.valid_from:
        yield "exemption_without_time", "it ends before it begins"
    elif term is not None and exemption.valid_until - exemption.valid_from > timedelta(hours=term.hours_max):
        yield "exemption_too_long", f"at most {term.hours_max} hours"
    if now < max(exemption.valid_from, exemption.issued_at):
        yield "exemption_not_yet", f"from {max(exemption.valid_from, exemption.issued_at).isoformat()} on"
    if exemption.valid_until <= now:
        yield "exemption_expired", f"it ended at {exemption.valid_until.isoformat()}"
    if exemption.revoked_at is not None and exemption.revoked_at <= now:
        yield "exemption_revoked", exemption.revoked_because or "no reason is on record"


def _faults_of_verification(exemption: Exemption, terms: Terms, now: datetime) -> Iterator[tuple[str, str]]:
    asked = exemption.verification
    if asked is None or asked.at > now:
        yield "exemption_unverified", f"ask '{exemption.authority}' itself whether it issued it"
        return
    if asked.authority != exemption.authority:
        yield (
            "exemption_verified_elsewhere",
            f"'{asked.authority}' was asked, '{exemption.authority}' issued it",
        )
    if asked.reference != exemption.reference:
        yield "exemption_other_reference", "another reference was confirmed than the one on it"
    if asked.at < exemption.issued_at:
        yield "exemption_verified_early", "it was confirmed before it was issued"
    if str(asked.by) == str(exemption.traveller):
        yield "exemption_by_oneself", "the traveller cannot confirm it"
    if asked.shifts_before < terms.shifts_before_min:
        yield "exemption_new_officer", f"{asked.by} had finished {asked.shifts_before} shifts when they asked"
    if any(decider.person == asked.by and decider.signed_at <= now for decider in exemption.deciders):
        yield "exemption_one_hand", f"{asked.by} asked the authority and decided too"


def _faults_of_decision(
    exemption: Exemption, term: Term | None, terms: Terms, now: datetime
) -> Iterator[tuple[str, str]]:
    signed = [decider for decider in exemption.deciders if decider.signed_at <= now]
    if any(str(decider.person) == str(exemption.traveller) for decider in signed):
        yield "exemption_by_oneself", "the traveller cannot decide it"
    for decider in signed:
        if decider.shifts_before < terms.shifts_before_min:
            least = terms.shifts_before_min
            yield (
                "exemption_new_officer",
                f"{decider.person} had finished {decider.shifts_before} of {least} shifts",
            )
    asked = exemption.verification
    if asked is not None and any(decider.signed_at < asked.at for decider in signed):
        yield "exemption_decided_unverified", "somebody signed before the authority had confirmed it"
    ranks: dict[str, int] = {}
    for decider in signed:
        if decider.rank in RANKS:
            ranks[decider.person] = max(ranks.get(decider.person, 0), RANKS.index(decider.rank))
    if len({decider.person for decider in signed}) < 2:
        yield "exemption_persons", "two different persons must decide"
    elif term is not None:
        needed = sorted((RANKS.index(term.rank), RANKS.index(term.second_rank)), reverse=True)
        held = sorted(ranks.values(), reverse=True)[:2]
        if len(held) < 2 or any(has < must for has, must in zip(held, needed, strict=True)):
            yield "exemption_rank", f"must be decided by {term.rank} and {term.second_rank}, or above"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file of terms: the terms, or the problems that forbid it (never both)."""

    terms: Terms | None
    problems: tuple[Problem, ...]


def parse(*, text: str, name: str) -> Reading:
    """Read a port's terms from TOML text; `name` is what problems call the file. Every fault is named."""
    return Reading(*read_text(text=text, name=name, read=_read))


def _read(top: Table) -> Terms:
    authorities = dict(_list_authorities(top))
    sources = top.sources("sources")
    listed = [_term(table, authorities, sources) for table in top.tables("term", named="sort")]
    found = Terms(
        code=top.text("code"),
        jurisdiction=top.text("jurisdiction"),
        title=top.words("title"),
        sources=tuple(sources.values()),
        authorities=authorities,
        shifts_before_min=top.number("shifts_before_min", least=2),
        by_sort={term.sort: term for term in listed},
    )
    if len(found.by_sort) < len(listed):
        top.fault("repeated", "term", "one sort stands here twice", "keep one [[term]] of each sort")
    if not listed:
        top.fault("empty", "term", "there is no sort of exemption", "write [[term]]")
    top.close()
    return found


def _list_authorities(top: Table) -> Iterator[tuple[str, Words]]:
    inner = top.table("authorities")
    for code in inner.names() if inner else ():
        yield code, inner.words(code) if inner else Words("", "")


def _term(table: Table, authorities: Mapping[str, Words], sources: Mapping[str, Source]) -> Term:
    rank = table.one_of("rank", RANKS)
    source, basis = table.sourced(sources)
    found = Term(
        sort=Sort(table.one_of("sort", tuple(Sort))),
        authorities=frozenset(table.texts("authorities", tuple(authorities), needed=True)),
        exits=frozenset(table.texts("exits", tuple(OFF_THE_LOOP), needed=True)),
        hours_max=table.number("hours_max", least=1),
        rank=rank,
        second_rank=table.one_of("second_rank", RANKS, rank),
        source=source,
        basis=basis,
    )
    table.close()
    return found
