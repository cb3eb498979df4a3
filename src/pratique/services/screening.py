"""The screening desk: what was declared, measured and seen goes in; a channel with its reasons comes out, on record.

Answers about health are not kept: the evidence holds the channel, the edition and the codes of the rules that fired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from pratique import protocols
from pratique.core.answers import Refused
from pratique.core.custody.entry import Kind as Custody
from pratique.core.screening import channel, declaration
from pratique.core.screening.declaration import Declaration, Gathered, Visit
from pratique.core.screening.edition import Channel, Edition
from pratique.core.screening.fact import NONE, SYMPTOMS, Value
from pratique.services import care, duty, exemption, grounds
from pratique.store import models, rows
from pratique.store.queries import ports
from pratique.store.withdrawn import without_withdrawn


@dataclass(frozen=True, slots=True)
class Interview:
    """One traveller at the desk: the declaration's answers and journey, and the thermometer (None: not measured)."""

    traveller: UUID
    answers: Mapping[str, Value | None] = field(default_factory=dict)
    visits: Sequence[Visit] = ()
    celsius: float | None = None
    method: str = "forehead"
    unwell: bool | None = None


@dataclass(frozen=True, slots=True)
class Screened:
    """What came of an interview; `recorded` is empty while something is missing that could change the channel."""

    decision: channel.Decision
    gathered: Gathered
    edition: Edition
    recorded: UUID | None


def find_edition(*, now: datetime) -> Edition:
    """The rules of screening of this port today. Raises `Refused("screening_without_rules")`."""
    port = models.Port.objects.get()
    on = _today(now)
    edition = protocols.find_screening(jurisdiction=port.jurisdiction, on=on)
    if edition is None:
        raise Refused("screening_without_rules", f"no rules of screening hold in {port.jurisdiction} on {on}")
    return edition


def _find_arrival(traveller: UUID, now: datetime) -> date:
    """The port's day on which somebody landed, else entered the book, else today: the days of the journey are counted from it."""
    names = rows.list_names(traveller)
    landed = models.Flight.objects.filter(travellers__in=names, landed_at__isnull=False)
    entered = models.Admission.objects.filter(traveller_id__in=names)
    moment = (
        landed.order_by("landed_at").values_list("landed_at", flat=True).first()
        or entered.order_by("happened_at").values_list("happened_at", flat=True).first()
    )
    return ports.find_day(at=moment or now)


def _today(now: datetime) -> date:
    return ports.find_day(at=now)


def consider(*, interview: Interview, now: datetime) -> Screened:
    """Where somebody would be sent by what is known so far, and which facts could still change it; nothing is written."""
    traveller = models.Traveller.objects.filter(id=interview.traveller).first()
    if traveller is None:
        raise Refused("traveller_unknown", "nobody of this id is in the book")
    return _weigh(interview, traveller, now)


def _weigh(interview: Interview, traveller: models.Traveller, now: datetime) -> Screened:
    edition = find_edition(now=now)
    holding = exemption.find_holding(traveller=traveller.id, now=now)
    seen: dict[str, Value | None] = {
        "celsius": interview.celsius,
        "unwell": interview.unwell,
        "contact_listed": _is_contact(traveller.id),
        "crew": traveller.channel == Channel.CREW or _is_crew(traveller.id),
        "exemption": holding.exemption.sort.value if holding else NONE,
    }
    gathered = declaration.gather(
        told=Declaration(_read_answers(interview), interview.visits),
        seen=seen,
        arrived_on=_find_arrival(traveller.id, now),
        edition=edition,
        subject=str(traveller.id),
    )
    return Screened(channel.decide(facts=gathered.facts, edition=edition), gathered, edition, None)


def _read_answers(interview: Interview) -> Mapping[str, Value | None]:
    """What they say; of a positive result that the book has they need say nothing, nor can they deny it."""
    positive = grounds.list_positives(travellers=rows.list_names(interview.traveller))
    return {**interview.answers, "tested_positive": True} if positive else interview.answers


def screen(
    *, interview: Interview, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> Screened:
    """Screen a traveller and set their channel. While a fact is missing that could change it nothing is recorded but the
    temperature, and the duty to screen stays open. The same `evidence_id` again is the same screening.

    Contacts and positive results are known from the register's records, crew from their list, an exemption from the papers that hold now.
    Raises `Refused`: `traveller_unknown`, `screening_without_rules`, `temperature_impossible`, `word_unknown`.
    """
    with transaction.atomic():
        traveller = models.Traveller.objects.select_for_update().filter(id=interview.traveller).first()
        if traveller is None:
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        found = _weigh(interview, traveller, now)
        if interview.celsius is not None and (
            evidence_id is None or not models.Evidence.objects.filter(id=evidence_id).exists()
        ):
            symptomatic = any(found.gathered.facts.get(name) is True for name in SYMPTOMS)
            care.take_temperature(
                temperature=care.Temperature(traveller.id, interview.celsius, symptomatic, interview.method),
                by=by,
                now=now,
            )
        if not found.decision.is_final:
            return found
        attributes = {
            "channel": found.decision.channel.value,
            "edition": found.edition.code,
            "because": " ".join(finding.rule.code for finding in found.decision.reasons),
        }
        done = duty.Done("traveller", str(traveller.id), "screened", now, attributes)
        row = duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)
        traveller.channel = row.attributes["channel"]
        traveller.save(update_fields=["channel"])
    return replace(found, recorded=row.id)


def is_recorded(*, evidence: UUID | None) -> bool:
    """Whether this very screening is on record already."""
    return models.Evidence.objects.filter(id=evidence, code="screened").exists()


def find_standing(*, traveller: UUID) -> models.Evidence | None:
    """The latest screening of a traveller that was not taken back."""
    own = models.Evidence.objects.filter(subject_kind="traveller", subject_id=str(traveller), code="screened")
    return without_withdrawn(own).order_by("-happened_at", "-seq").first()


def take_back(*, traveller: UUID, because: str, by: UUID | None, now: datetime) -> models.Traveller:
    """A screening was wrong: it is withdrawn, the channel falls back to the one before it, and screening is owed again.
    `by` is None where no person did it (`heed`).

    Raises `Refused`: `traveller_unknown`, `screening_missing`, `reason_missing`.
    """
    with transaction.atomic():
        row = models.Traveller.objects.select_for_update().filter(id=traveller).first()
        if row is None:
            raise Refused("traveller_unknown", "nobody of this id is in the book")
        last = find_standing(traveller=traveller)
        if last is None:
            raise Refused("screening_missing", "there is no screening to take back")
        duty.withdraw(evidence=last.id, because=because, by=by, now=now)
        before = find_standing(traveller=traveller)
        if row.channel == last.attributes.get("channel"):
            row.channel = before.attributes.get("channel", "") if before else ""
            row.save(update_fields=["channel"])
    return row


def heed(*, now: datetime) -> int:
    """Screen again, in time, whoever went off the loop by an exemption that has ended since, ran out or was revoked, and is still here:
    the screening is withdrawn, so that it is owed again and with it what the exempt do not owe. How many."""
    here = models.Position.objects.filter(inside=True).exclude(holder_kind=Custody.EXIT.value)
    off = (Channel.EXEMPT.value, Channel.TRANSIT.value)
    ended = 0
    for one in models.Traveller.objects.filter(channel__in=off, id__in=here.values("traveller_id")):
        last = find_standing(traveller=one.id)
        if last is None or last.attributes.get("channel") != one.channel:
            continue
        if exemption.find_holding(traveller=one.id, now=now) is None:
            take_back(traveller=one.id, because="the exemption it rested on has ended", by=None, now=now)
            ended += 1
    return ended


def _is_crew(traveller: UUID) -> bool:
    """Whether the carrier's list has them as crew, whatever channel stands."""
    names = rows.list_names(traveller)
    return models.Listing.objects.filter(traveller_id__in=names, crew=True, gone_version=None).exists()


def _is_contact(traveller: UUID) -> bool:
    exposed = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=map(str, rows.list_names(traveller)), code="exposed"
    )
    return without_withdrawn(exposed).exists()
