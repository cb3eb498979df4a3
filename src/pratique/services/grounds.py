"""What stands behind somebody's leaving: an authority that takes them over, the crew list, that nobody ever saw them here.

Links are followed: what is on record of somebody under another name is on record of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from pratique.core.answers import Refused
from pratique.core.custody import handover
from pratique.core.custody.entry import Kind
from pratique.core.custody.handover import Handover, State
from pratique.core.screening.edition import Channel
from pratique.services import duty
from pratique.store import models, rows
from pratique.store.queries.stays import FEVER_CELSIUS
from pratique.store.withdrawn import without_withdrawn

OFFERED = "offered"
"""Grounds that hold as long as a handover waits for its answer."""
OFFER_HOLDS = timedelta(minutes=120)
"""An offer that nobody answers lets somebody out no longer than this after they left, whoever offers them again."""
LOOKED_BACK = timedelta(days=2)
"""So far back a handover may have been offered of which something still follows."""
ACCEPTING = {State.CLOSED: "accepted", State.ACCEPTED: "accepted", State.OFFERED: OFFERED}
"""States of a handover that may let somebody out → what is written down of it; the better first."""
STAYED = (Kind.FACILITY, Kind.HOSPITAL)
"""Whoever was with one of these leaves by another authority's acceptance only, wherever they are offered from."""
BARRED = frozenset({Channel.CONTACT.value, Channel.SYMPTOMATIC.value, "yellow", "red"})
"""Channels of whom a crew does not take along, and which no exemption outranks."""
EVER = datetime.min.replace(tzinfo=UTC)
"""Since when something holds of which the book keeps no beginning."""
CARRIER = "carrier_word"
"""On record: who of the carrier says that somebody on the list was not on board, when, by which document."""
UNSEEN = ("exposed", "reclassed", "way_settled", CARRIER)
"""What staff write down of people whom they need not have before them."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A scan at an exit: who, by which, when it happened, as part of which handover, by whom."""

    scan: UUID
    traveller: UUID
    custodian: UUID
    happened_at: datetime
    handover: UUID | None
    by: UUID | None


Names = Mapping[UUID, tuple[UUID, ...]]
"""Traveller → every name they have in the book, as `rows.read_names` gives them."""


def _list_names(names: Names) -> set[UUID]:
    return {name for own in names.values() for name in own}


def _list_scans(names: Names) -> "QuerySet[models.Scan]":
    """Scans of these that nobody took back or ruled out."""
    return (
        models.Scan.objects.filter(traveller_id__in=_list_names(names))
        .exclude(id__in=models.Annulment.objects.values("scan_id"))
        .exclude(id__in=models.Ruling.objects.filter(believed=False).values("scan_id"))
    )


# --- another authority --------------------------------------------------------------------------------------------------


def find_acceptances(*, scans: Sequence[Leaving], now: datetime, offers: bool = True) -> dict[UUID, str]:
    """Scan → in what way another authority accepted: a handover to that exit that names them, accepted by somebody else than
    whoever offered it, or on offer (not where `offers` is false: there two people sign)."""
    if not scans:
        return {}
    named = models.HandoverEvent.objects.filter(receiver_id__in={one.custodian for one in scans})
    folded = _fold(set(named.values_list("handover_id", flat=True)), now)
    names = rows.read_names({one.traveller for one in scans})
    stayed = _find_stayed(scans, names)
    found: dict[UUID, str] = {}
    for state, said in ACCEPTING.items():
        for offered in (one for one in folded if one.state is state and not one.one_sided):
            for one in scans:
                if one.scan in found or not _covers(offered, one, names[one.traveller]):
                    continue
                late = now > one.happened_at + OFFER_HOLDS
                if state is not State.OFFERED or (offers and not late and one.scan not in stayed):
                    found[one.scan] = said
    return found


def list_offered(*, custodian: UUID, now: datetime, offers: bool = True) -> list[UUID]:
    """Whom a handover to this exit lets out now, by the names in it."""
    recent = models.HandoverEvent.objects.filter(receiver_id=custodian, happened_at__gte=now - LOOKED_BACK)
    folded = _fold(set(recent.values_list("handover_id", flat=True)), now)
    people = {UUID(name) for one in folded if one.state in ACCEPTING for name in one.names or ()}
    scans = [Leaving(one, one, custodian, now, None, None) for one in sorted(people)]
    return list(find_acceptances(scans=scans, now=now, offers=offers))


def _fold(handovers: Iterable[UUID], now: datetime) -> list[Handover]:
    steps = defaultdict(list)
    for event in rows.read_handover_events(handovers):
        steps[event.handover].append(event)
    folded = (handover.fold(events=events, now=now) for events in steps.values())
    return [one for one in folded if one is not None]


def _covers(offered: Handover, one: Leaving, names: tuple[UUID, ...]) -> bool:
    if offered.receiver != str(one.custodian):
        return False
    if offered.names is not None:
        return any(str(name) in offered.names for name in names)
    return one.handover is not None and offered.id == str(one.handover)


def _find_stayed(scans: Sequence[Leaving], names: Names) -> set[UUID]:
    """Of these scans: those of people who had been in a facility or a hospital before, whoever names himself as their giver now."""
    houses = models.Custodian.objects.filter(kind__in=[kind.value for kind in STAYED]).values("id")
    since: dict[UUID, datetime] = {}
    held = _list_scans(names).filter(custodian_id__in=houses)
    for who, at in held.values_list("traveller_id", "happened_at"):
        since[who] = min(at, since.get(who, at))
    return {
        one.scan
        for one in scans
        if any(name in since and since[name] <= one.happened_at for name in names[one.traveller])
    }


def require_held(*, giver: UUID, receiver: UUID, names: Iterable[UUID], now: datetime) -> None:
    """Let only whoever has people offer them to an exit; offers within the loop are not asked: there the receiver's scans say it.
    Whoever a facility or hospital has is offered by it and by nobody else.

    Phones report late. Whoever is at that exit already is the giver's if the giver had them before; and whoever the giver has
    accepted from their holder is the giver's though its scans have not come yet. Raises `Refused("offer_not_held")`.
    """
    wanted = list(names)
    if not models.Custodian.objects.filter(id=receiver, kind=Kind.EXIT.value).exists():
        return
    people = rows.read_names(wanted)
    held = dict(
        models.Position.objects.filter(traveller_id__in=_list_names(people)).values_list(
            "traveller_id", "holder_id"
        )
    )
    holders = {one: next((held[name] for name in people[one] if name in held), None) for one in wanted}
    gone = [one for one, holder in holders.items() if holder == receiver]
    holders |= {one: _find_before(people[one], receiver) for one in gone}
    # In halls and vehicles the book may be behind the phones; out of a house nobody is offered by another.
    houses = models.Custodian.objects.filter(id__in=set(holders.values()) - {None, giver})
    kept = set(houses.filter(kind__in=[kind.value for kind in STAYED]).values_list("id", flat=True))
    strangers = [one for one in wanted if holders[one] in kept]
    promised = {
        name
        for offered in _fold(_list_handed(giver, now), now)
        if strangers
        for name in offered.names or ()
        if offered.state in (State.ACCEPTED, State.CLOSED)
        and offered.giver in {str(holders[one]) for one in strangers}
    }
    wrong = [one for one in strangers if not any(str(name) in promised for name in people[one])]
    if wrong:
        codes = models.Traveller.objects.filter(id__in=wrong).values_list("code", flat=True)
        told = ", ".join(sorted(codes)) or "nobody whom the book knows"
        raise Refused("offer_not_held", f"whoever offers them does not have them: {told}")


def _list_handed(receiver: UUID, now: datetime) -> set[UUID]:
    recent = models.HandoverEvent.objects.filter(receiver_id=receiver, happened_at__gte=now - LOOKED_BACK)
    return set(recent.values_list("handover_id", flat=True))


def _find_before(names: tuple[UUID, ...], exit_: UUID) -> UUID | None:
    """Who had somebody last before an exit: the last post that scanned them, or the cabin they came in."""
    own = {names[0]: names}
    elsewhere = _list_scans(own).exclude(custodian_id=exit_).order_by("happened_at", "seq")
    came = models.Admission.objects.filter(traveller_id__in=names).order_by("happened_at", "seq")
    known: Iterable[UUID] = (
        *elsewhere.values_list("custodian_id", flat=True).reverse()[:1],
        *came.values_list("custodian_id", flat=True).reverse()[:1],
    )
    return next(iter(known), None)


# --- the crew -------------------------------------------------------------------------------------------------------------


def list_crew(*, now: datetime) -> list[UUID]:
    """Everybody of a crew who may leave with their aircraft now."""
    listed = _list_crew().filter(flight__landed_at__isnull=False, flight__closed_at__isnull=True)
    scans = [Leaving(one, one, one, now, None, None) for one in listed.values_list("traveller_id", flat=True)]
    return list(find_crew(scans=scans))


def _list_crew() -> "QuerySet[models.Listing]":
    return models.Listing.objects.filter(crew=True, gone_version__isnull=True)


def find_crew(*, scans: Sequence[Leaving]) -> dict[UUID, str]:
    """Scan → the flight with whose aircraft somebody may leave: they are of its crew, it was not closed, and they were neither a
    contact nor ill, nor tested positive, nor ever aboard a vehicle or in a house."""
    if not scans:
        return {}
    names = rows.read_names({one.traveller for one in scans})
    flights: dict[UUID, list[models.Flight]] = defaultdict(list)
    for listing in (
        _list_crew().filter(traveller_id__in=_list_names(names)).select_related("flight", "traveller")
    ):
        flights[listing.traveller.pk].append(listing.flight)
    barred = _find_barred(names)
    found = {}
    for one in scans:
        own = names[one.traveller]
        here = [f for name in own for f in flights[name] if not f.closed_at or one.happened_at < f.closed_at]
        if here and not any(name in barred and barred[name] <= one.happened_at for name in own):
            found[one.scan] = str(here[0].id)
    return found


def _find_barred(names: Names) -> dict[UUID, datetime]:
    """Name → since when they may not leave with the aircraft."""
    everybody = _list_names(names)
    channelled = models.Traveller.objects.filter(id__in=everybody, channel__in=BARRED)
    barred = [(one, EVER) for one in channelled.values_list("id", flat=True)]
    kinds = [Kind.TRIP.value, *(kind.value for kind in STAYED)]
    away = models.Custodian.objects.filter(kind__in=kinds).values("id")
    barred += _list_scans(names).filter(custodian_id__in=away).values_list("traveller_id", "happened_at")
    barred += list_positives(travellers=everybody)
    since: dict[UUID, datetime] = {}
    for name, at in barred:
        since[name] = min(at, since.get(name, at))
    return since


def list_positives(*, travellers: Iterable[UUID]) -> list[tuple[UUID, datetime]]:
    """Of whom a positive result stands, and since when: neither it nor its sample was taken back."""
    told = models.Evidence.objects.filter(
        subject_kind="traveller",
        subject_id__in=[str(one) for one in travellers],
        code="result",
        attributes__result="positive",
    )
    results = list(without_withdrawn(told))
    samples = [UUID(one.about) for one in results if one.about]
    taken_back = models.Withdrawal.objects.filter(evidence_id__in=samples)
    void = {str(one) for one in taken_back.values_list("evidence_id", flat=True)}
    return [(UUID(one.subject_id), one.happened_at) for one in results if one.about not in void]


# --- the exempt -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What stands of somebody before they leave: when they were last screened, and when something last turned up that no exemption
    outranks (None: never)."""

    screened_at: datetime | None
    barred_at: datetime | None


def find_known(*, scans: Sequence[Leaving]) -> dict[UUID, Known]:
    """Scan → what was known before it: screenings, and a positive result, a fever or symptoms, somebody named as a contact or a case.

    A contact counts from when they were named, not from when they were near the case.
    """
    if not scans:
        return {}
    names = rows.read_names({one.traveller for one in scans})
    barred: dict[UUID, list[datetime]] = defaultdict(list)
    screened: dict[UUID, list[datetime]] = defaultdict(list)
    for name, at in list_positives(travellers=_list_names(names)):
        barred[name].append(at)
    unwell = Q(attributes__celsius__gte=FEVER_CELSIUS) | Q(attributes__symptomatic=True)
    told = models.Evidence.objects.filter(
        Q(code="temperature") & unwell | Q(code__in=("exposed", "reclassed", "screened")),
        subject_kind="traveller",
        subject_id__in=[str(name) for name in _list_names(names)],
    )
    for piece in without_withdrawn(told):
        name = UUID(piece.subject_id)
        if piece.code == "screened":
            screened[name].append(piece.happened_at)
        if piece.code in ("temperature", "exposed") or piece.attributes.get("channel") in BARRED:
            barred[name].append(piece.recorded_at if piece.code == "exposed" else piece.happened_at)

    def find_last(times: Mapping[UUID, list[datetime]], one: Leaving) -> datetime | None:
        own = (at for name in names[one.traveller] for at in times.get(name, ()))
        return max((at for at in own if at <= one.happened_at), default=None)

    return {one.scan: Known(find_last(screened, one), find_last(barred, one)) for one in scans}


# --- those who never came -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CarrierWord:
    """Somebody of the carrier says that a traveller on the list was not on board: who, when, by which document."""

    traveller: UUID
    said_by: str
    said_at: datetime
    document: str


def hear_carrier(
    *, word: CarrierWord, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Write the carrier's word down; said anew, the last counts. Raises `Refused`: `carrier_unnamed`, `moment_impossible`."""
    if not word.said_by.strip() or not word.document.strip():
        raise Refused("carrier_unnamed", "say who of the carrier said so, and by which document")
    if word.said_at > now:
        raise Refused("moment_impossible", "it cannot have been said in the future")
    told = {
        "said_by": word.said_by.strip(),
        "said_at": word.said_at.isoformat(timespec="minutes"),
        "document": word.document.strip(),
    }
    done = duty.Done("traveller", str(word.traveller), CARRIER, now, told)
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def may_be_absent(*, traveller: UUID) -> bool:
    """Whether somebody on a list is where nobody here has seen them yet: in the cabin, by the book, or nowhere."""
    listed = models.Listing.objects.filter(traveller_id=traveller, flight__landed_at__isnull=False)
    held = models.Position.objects.filter(traveller_id=traveller).first()
    return listed.exists() and (held is None or held.holder_kind == Kind.CABIN)


def find_carrier_words(*, travellers: Iterable[UUID]) -> dict[UUID, str]:
    """Traveller → who of the carrier says, last, that they were not on board, under whichever of their names it is written."""
    names = rows.read_names(travellers)
    told = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(name) for name in _list_names(names)], code=CARRIER
    )
    said = {
        piece.subject_id: str(piece.attributes["said_by"])
        for piece in without_withdrawn(told).order_by("seq")
    }
    return {
        one: next(said[str(name)] for name in own if str(name) in said)
        for one, own in names.items()
        if any(str(name) in said for name in own)
    }


def find_absent(*, scans: Sequence[Leaving]) -> dict[UUID, str]:
    """Scan → who wrote somebody off as never come, of those whom nobody here ever saw.

    Seen is whoever was scanned anywhere else, or of whom staff wrote something down or took a sample. What was taken back counts
    as seen all the same where whoever writes them off took it back, or where that scan was the only one.
    """
    if not scans:
        return {}
    names = rows.read_names({one.traveller for one in scans})
    found = {}
    for one in scans:
        own = names[one.traveller]
        if not (_was_scanned(own, one) or _was_attended(own, one)):
            found[one.scan] = str(one.by or "post")
    return found


def _was_scanned(names: tuple[UUID, ...], one: Leaving) -> bool:
    elsewhere = models.Scan.objects.filter(traveller_id__in=names).exclude(custodian_id=one.custodian)
    scans = list(elsewhere.values_list("id", flat=True))
    annulled = models.Annulment.objects.filter(scan_id__in=scans)
    by = dict(annulled.values_list("scan_id", "by_id"))
    return len(scans) == 1 or any(scan not in by or by[scan] == one.by for scan in scans)


def _was_attended(names: tuple[UUID, ...], one: Leaving) -> bool:
    told = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=[str(name) for name in names], by_id__isnull=False
    ).exclude(code__in=UNSEEN)
    pieces = set(told.values_list("id", flat=True))
    pieces |= set(models.Sample.objects.filter(traveller_id__in=names).values_list("id", flat=True))
    taken_back = models.Withdrawal.objects.filter(evidence_id__in=pieces)
    by = dict(taken_back.values_list("evidence_id", "by_id"))
    return any(piece not in by or by[piece] == one.by for piece in pieces)
