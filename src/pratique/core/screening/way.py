"""The ways out of the loop: which stand open for a traveller now, and what closes the others.

An exit either ends the loop (released by the gate, handed to an authority that accepts, deceased and taken over, never come, crew that never left the aircraft) or leads off
it before its end. Of the latter none opens without an exemption that holds and is for that exit: there is no argument
by which a caller could say so instead. Nor does an exemption outrank what is known of somebody: they were screened, and what turned up
against them (positive, ill, a contact) was known to a later screening and to the two who decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pratique.core.answers import Objection
from pratique.core.custody.entry import TravellerId
from pratique.core.duties.gate import Decision
from pratique.core.screening.exemption import Exemption, ExemptionId, Terms, judge
from pratique.core.screening.exit import OFF_THE_LOOP, Exit, Sort


@dataclass(frozen=True, slots=True)
class Grounds:
    """What may open a way: every exemption on record, the terms they are judged by, the release gate's answer, whether
    somebody signed that release and it stands (rules that hold let nobody out by themselves), and which other authority accepted (a deceased: who took them over), who confirmed a death that a physician certified, who noted them as not on board while no post had seen them, who of the carrier says
    that they were not, on the
    crew list of which flight they stand, and, where isolation at home is the measure that stands, who assessed before
    that home is enough (empty: nobody whose word holds). For an exemption: when they were last screened, and when something last turned
    up that none outranks (None: never)."""

    exemptions: Sequence[Exemption]
    terms: Terms
    release: Decision | None = None
    release_signed: bool = False
    accepted_by: str = ""
    death_recorded_by: str = ""
    absence_proved_by: str = ""
    carrier_said: str = ""
    crew_of: str = ""
    bound_home: bool = False
    home_assessed_by: str = ""
    screened_at: datetime | None = None
    barred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """An exit for one traveller: open or not, the exemption that opens it, and everything that keeps it closed."""

    exit: Exit
    open: bool
    exemption: ExemptionId | None
    objections: tuple[Objection, ...]


def list_ways(
    *, exits: Sequence[Exit], traveller: TravellerId, grounds: Grounds, now: datetime
) -> tuple[Way, ...]:
    """Every exit, open or closed, in the order given."""
    return tuple(_find(exit_, traveller, grounds, now) for exit_ in exits)


def _find(exit_: Exit, traveller: TravellerId, grounds: Grounds, now: datetime) -> Way:
    if exit_.sort in OFF_THE_LOOP:
        return _off_the_loop(exit_, traveller, grounds, now)
    if exit_.sort is Sort.HANDED_OVER and grounds.bound_home and not grounds.home_assessed_by:
        because = f"{exit_.custodian}: no assessment by a health lead says that home is enough"
        return Way(exit_, False, None, (Objection("home_unassessed", traveller, because),))
    if exit_.sort is Sort.NEVER_CAME and grounds.absence_proved_by and not grounds.carrier_said:
        because = (
            f"{exit_.custodian}: nobody of the carrier is on record as saying that they were not on board"
        )
        return Way(exit_, False, None, (Objection("carrier_unheard", traveller, because),))
    decision = grounds.release
    if exit_.sort is Sort.RELEASED and _is_about(decision, traveller) and not grounds.release_signed:
        because = f"{exit_.custodian}: every condition holds, but nobody has signed the release"
        return Way(exit_, False, None, (Objection("release_unsigned", traveller, because),))
    held, because = {
        Sort.RELEASED: (
            _is_about(decision, traveller),
            "the release gate is not open",
        ),
        Sort.HANDED_OVER: (
            bool(grounds.accepted_by),
            "no authority has accepted them; whoever offers them cannot",
        ),
        Sort.DIED: (
            bool(grounds.death_recorded_by and grounds.accepted_by),
            "nobody has accepted the deceased" if grounds.death_recorded_by else "no death is on record",
        ),
        Sort.NEVER_CAME: (bool(grounds.absence_proved_by), "somebody here has seen them: they were on board"),
        Sort.WITH_AIRCRAFT: (
            bool(grounds.crew_of),
            "not of a crew that leaves now, or a contact, ill, tested positive or already taken on from here",
        ),
    }[exit_.sort]
    if held:
        return Way(exit_, True, None, ())
    return Way(exit_, False, None, (Objection("way_closed", traveller, f"{exit_.custodian}: {because}"),))


def _is_about(decision: Decision | None, traveller: TravellerId) -> bool:
    return decision is not None and decision.open and str(decision.subject) == str(traveller)


def _off_the_loop(exit_: Exit, traveller: TravellerId, grounds: Grounds, now: datetime) -> Way:
    objections: list[Objection] = []
    for exemption in grounds.exemptions:
        if exemption.traveller != traveller:
            continue
        standing = judge(exemption=exemption, terms=grounds.terms, now=now)
        found = standing.objections or tuple(_list_faults(exit_, exemption, grounds, now))
        if not found:
            return Way(exit_, True, exemption.id, ())
        objections += found
    if not objections:
        because = f"{exit_.custodian}: no exemption is on record; a word is none"
        objections.append(Objection("exemption_missing", traveller, because))
    return Way(exit_, False, None, tuple(objections))


def _list_faults(exit_: Exit, exemption: Exemption, grounds: Grounds, now: datetime) -> Iterator[Objection]:
    """What keeps an exit closed though an exemption holds."""
    if exit_.sort in grounds.terms.by_sort[exemption.sort].exits:
        yield from list_against(exemption=exemption, grounds=grounds, now=now)
        return
    because = f"{exemption.id}: an exemption '{exemption.sort}' is not for '{exit_.sort}'"
    yield Objection("exemption_other_exit", exemption.traveller, because)


def list_against(*, exemption: Exemption, grounds: Grounds, now: datetime) -> Iterator[Objection]:
    """What is known of somebody that their exemption, though it holds, does not outrank."""
    who, name = exemption.traveller, exemption.id
    if grounds.screened_at is None:
        yield Objection("exemption_unscreened", who, f"{name}: nobody has screened them yet")
    barred_at = grounds.barred_at
    if barred_at is not None and not _is_decided_since(barred_at, exemption, grounds, now):
        because = f"positive, ill or a contact since {barred_at.isoformat()}: screen again, then two decide on a new paper"
        yield Objection("exemption_overtaken", who, f"{name}: {because}")


def _is_decided_since(at: datetime, exemption: Exemption, grounds: Grounds, now: datetime) -> bool:
    """Whether somebody was screened after this, and the exemption holds by what was signed after it alone."""
    if grounds.screened_at is None or grounds.screened_at <= at:
        return False
    later = tuple(one for one in exemption.deciders if one.signed_at > at)
    return judge(exemption=replace(exemption, deciders=later), terms=grounds.terms, now=now).holds
