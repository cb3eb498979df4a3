"""Which edition of each series of rules holds for whom, and from when to when.

A person held under one edition stays under it to the end, unless a newer one says that it also concerns those already
held. For vehicles, staff and the rest the edition of the day counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Self

from pratique.core.answers import Refused
from pratique.core.duties.rule import Protocol, Transition
from pratique.core.duties.vocabulary import LIVES, Kind

WORLD = "world"
"""The jurisdiction that every other one lies in."""


@dataclass(frozen=True, slots=True)
class Reign:
    """An edition and the local dates on which it holds for one subject: from `from_on`, before `before_on` (None: no
    end). A duty belongs to the edition that holds on the day whose hours it has, or on which it falls due."""

    protocol: Protocol
    from_on: date
    before_on: date | None

    @property
    def is_bounded(self) -> bool:
        """Whether another edition holds before or after it."""
        return self.from_on != date.min or self.before_on is not None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything a port works by: the editions it knows, the jurisdiction it lies in, and its time zone.

    A jurisdiction is an ISO 3166 code refined by dashes (``CN``, ``CN-53``, ``CN-53-KMG``): rules of the port apply
    before those of its province, those before the nation's, and those before the world's.
    """

    protocols: tuple[Protocol, ...]
    jurisdiction: str
    zone: tzinfo

    def __post_init__(self) -> None:
        """Refuse two editions of which neither is the newer, or that have one code (``editions_collide``)."""
        stands: set[tuple[str, str, date]] = set()
        codes: set[str] = set()
        for protocol in self.protocols:
            stand = (protocol.series, protocol.jurisdiction, protocol.effective_on)
            if stand in stands:
                raise Refused("editions_collide", f"{protocol.series}: two from {protocol.effective_on}")
            if protocol.code in codes:
                raise Refused("editions_collide", f"two editions are called {protocol.code}")
            stands.add(stand)
            codes.add(protocol.code)

    @classmethod
    def of(cls, *, protocols: Iterable[Protocol], jurisdiction: str, zone: tzinfo) -> Self:
        """A rulebook from any collection of editions, those of other jurisdictions left out."""
        chain = _chain(jurisdiction)
        return cls(tuple(p for p in protocols if p.jurisdiction in chain), jurisdiction, zone)

    def date_of(self, instant: datetime) -> date:
        """The port's own calendar date at an instant."""
        return instant.astimezone(self.zone).date()


def choose(*, rulebook: Rulebook, series: str, on: date) -> Protocol:
    """The edition of a series in force on a local date for someone who arrives on it.

    The most specific jurisdiction wins, then the newest edition. Raises Refused ``no_edition`` where none is in force.
    """
    found = _find(rulebook, series, on)
    if found is None:
        raise Refused("no_edition", f"no edition of '{series}' in force in {rulebook.jurisdiction} on {on}")
    return found


def list_reigns(*, rulebook: Rulebook, kind: Kind, begins_on: date) -> tuple[Reign, ...]:
    """Every edition that ever holds for a subject of this kind that begins on a local date, with its dates; all series
    of the rulebook side by side."""
    reigns: list[Reign] = []
    for series in sorted({protocol.series for protocol in rulebook.protocols}):
        reigns.extend(_reigns_of(rulebook, series, begins_on, bound=LIVES[kind].bound))
    return tuple(reigns)


def _reigns_of(rulebook: Rulebook, series: str, begins_on: date, *, bound: bool) -> list[Reign]:
    changes = {begins_on}
    for protocol in rulebook.protocols:
        if protocol.series == series:
            ends_on = [date.fromordinal(protocol.until_on.toordinal() + 1)] if protocol.until_on else []
            changes.update(day for day in (protocol.effective_on, *ends_on) if day > begins_on)
    spans: list[
        tuple[date, Protocol | None]
    ] = []  # the first reaches back: nothing before the beginning is lost
    for day in sorted(changes):
        found = _find(rulebook, series, day)
        holder = spans[-1][1] if spans else None
        stays = bound and spans and (found is None or found.transition is Transition.ARRIVALS)
        chosen = holder if stays else found
        if not spans or chosen is not holder:
            spans.append((day if spans else date.min, chosen))
    ends = [day for day, _ in spans[1:]] + [None]
    return [
        Reign(holder, day, end) for (day, holder), end in zip(spans, ends, strict=True) if holder is not None
    ]


def _find(rulebook: Rulebook, series: str, on: date) -> Protocol | None:
    chain = _chain(rulebook.jurisdiction)
    standing = [
        protocol
        for protocol in rulebook.protocols
        if protocol.series == series
        and protocol.jurisdiction in chain
        and protocol.effective_on <= on
        and (protocol.until_on is None or on <= protocol.until_on)
    ]
    return max(standing, key=lambda p: (chain.index(p.jurisdiction), p.effective_on), default=None)


def _chain(jurisdiction: str) -> list[str]:
    """From the widest to the narrowest: world, CN, CN-53."""
    parts = jurisdiction.split("-")
    return [WORLD, *("-".join(parts[: count + 1]) for count in range(len(parts)))]
