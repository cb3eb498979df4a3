"""Who stands here: a wristband code, a document's number or its machine-readable zone, matched to those who are expected.

The answer is graded as `core.manifest.matching` grades it. Only a certain one may be acted upon unasked; for any other the
page shows who may be meant and why, and a person chooses. Answers hold codes and seats, never names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pratique.core.manifest import matching
from pratique.core.manifest.passenger_list import Document, Listed
from pratique.formats import mrz
from pratique.formats.findings import Findings
from pratique.services import identity
from pratique.store import models
from pratique.store.queries import flights

EXPECTED_DAYS = 3
"""So long before and after its time a flight's travellers are looked for although nobody has seen them yet."""
SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who may be meant: code, flight and seat to compare by, and what speaks for and against."""

    traveller: UUID
    code: str
    flight: str = ""
    seat: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who was found, the likeliest first. `checks_hold` says whether the zone's check digits agree (None: no zone)."""

    grade: matching.Grade
    suggestions: tuple[Suggestion, ...] = ()
    checks_hold: bool | None = None


def recognise(*, text: str, now: datetime) -> Recognised:
    """Who this code, number or zone belongs to, among those who are here or expected; who has left only if nobody is."""
    wanted = "".join(text.split()).replace("-", "").upper()
    by_code = list(models.Traveller.objects.filter(code=wanted).values_list("id", flat=True))
    if by_code:
        return Recognised("certain", _describe(by_code, {}))
    if mrz.looks_like_mrz(text):
        return _recognise_zone(text, now)
    ids = _choose_current(identity.find_by_document(number=wanted), now) if wanted else []
    grade: matching.Grade = "none" if not ids else "certain" if len(ids) == 1 else "ambiguous"
    return Recognised(grade, _describe(ids, dict.fromkeys(ids, ("number_same",))))


def _recognise_zone(text: str, now: datetime) -> Recognised:
    findings = Findings(strict=False)
    zone = mrz.read(text.encode(), findings, on=now.date())
    if zone is None:
        return Recognised("none", checks_hold=False)
    presented = mrz.present(zone)
    ids = _choose_current(_list_possible(presented), now)
    known = identity.read(travellers=ids, look=None)
    listed = {traveller: _as_listed(who) for traveller, who in known.items()}
    found = matching.match(presented=presented, travellers=listed.values())
    names = {id(person): traveller for traveller, person in listed.items()}
    reasons: dict[UUID, tuple[str, ...]] = {
        names[id(c.traveller)]: tuple(c.reasons) for c in found.candidates[:SHOWN_MAX]
    }
    # A zone that was misread may name another person's number: never acted upon unasked.
    grade: matching.Grade = "likely" if found.grade == "certain" and not zone.holds else found.grade
    return Recognised(grade, _describe(list(reasons), reasons), zone.holds)


def _list_possible(presented: matching.Presented) -> list[UUID]:
    """Whoever shares number, birth date or a part of the name with the document."""
    ids = set(identity.find_by_document(number=presented.number))
    if presented.born_on is not None:
        ids |= set(identity.find_by_birth(born_on=presented.born_on))
    for part in (*presented.surname.split(), *presented.given_names.split()):
        if len(part) > 1:
            ids |= set(identity.find_by_name(name=part))
    return sorted(ids)


def _choose_current(ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Of one person's several journeys the one that is under way: inside, or on the list of a flight of these days."""
    positions = dict(
        models.Position.objects.filter(traveller_id__in=ids).values_list("traveller_id", "inside")
    )
    around = (now - timedelta(days=EXPECTED_DAYS), now + timedelta(days=EXPECTED_DAYS))
    awaited = set(
        models.Listing.objects.alias(due=flights.ask_due("flight__"))
        .filter(
            traveller_id__in=[t for t in ids if t not in positions],
            gone_version__isnull=True,
            due__range=around,
        )
        .values_list("traveller_id", flat=True)
    )
    current = [t for t in ids if positions.get(t) or t in awaited]
    return current or [t for t in ids if t in positions]


def _as_listed(who: identity.Identity) -> Listed:
    return Listed(
        surname=who.surname,
        given_names=who.given_names,
        chinese_name=who.chinese_name,
        born_on=who.born_on,
        documents=tuple(Document(*d) for d in who.documents),
    )


def _describe(ids: Sequence[UUID], reasons: Mapping[UUID, tuple[str, ...]]) -> tuple[Suggestion, ...]:
    found = models.Traveller.objects.filter(id__in=ids).values_list("id", "code", "flight__designator")
    known = {traveller: (code, designator or "") for traveller, code, designator in found}
    seats = dict(models.Listing.objects.filter(traveller_id__in=ids).values_list("traveller_id", "seat"))
    return tuple(
        Suggestion(t, *known[t], seat=seats.get(t, ""), reasons=reasons.get(t, ()))
        for t in ids[:SHOWN_MAX]
        if t in known
    )
