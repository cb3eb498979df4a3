"""Whom a hospital has: who of them may leave it, who goes back to a facility, whose days end, each with every condition of the release."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pratique.core.duties.vocabulary import Kind
from pratique.services.stay import release, removal
from pratique.store import models, rows
from pratique.store.queries import deaths
from pratique.store.withdrawn import without_withdrawn

NEAR = timedelta(hours=24)


class Standing(StrEnum):
    """How somebody stands in a hospital: `leaves` – it discharged them and they are, or may be, released from there; `returns` – it
    discharged them and their days go on in a facility; `near` – they could be released or their days end within a day, and its word
    is wanting; `stays` – none of these; `died`."""

    LEAVES = "leaves"
    RETURNS = "returns"
    NEAR = "near"
    STAYS = "stays"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom a hospital has since when, how their release stands, its word that it discharges them, and where they are to be taken."""

    traveller: UUID
    code: str
    since_at: datetime
    standing: Standing
    looked: release.Looked
    discharged: models.Evidence | None
    removal: removal.Removal | None

    @property
    def ends_at(self) -> datetime | None:
        """When their days end, None where the rules count none."""
        term = self.looked.release.term if self.looked.release else None
        return term.ends_at if term else None


def list_patients(*, hospital: UUID, now: datetime) -> list[Patient]:
    """Everybody whom a hospital has, who may go first, then whose days end first."""
    held = {one.traveller_id: one for one in models.Position.objects.filter(holder_id=hospital, inside=True)}
    codes = dict(models.Traveller.objects.filter(id__in=held).values_list("id", "code"))
    looked = release.look_all(moments=dict.fromkeys(held, now))
    words = _list_words(held.values())
    leaving = {one.traveller: one for one in removal.list_open(custodian=hospital, now=now)}
    dead = deaths.find_confirmed(travellers=held)
    found = [
        Patient(
            traveller=who,
            code=codes[who],
            since_at=row.since_at,
            standing=Standing.DIED if who in dead else _judge(looked[who], who in words, now),
            looked=looked[who],
            discharged=words.get(who),
            removal=leaving.get(who),
        )
        for who, row in held.items()
    ]
    order = list(Standing)
    return sorted(found, key=lambda one: (order.index(one.standing), str(one.ends_at or "~"), one.code))


def _judge(looked: release.Looked, discharged: bool, now: datetime) -> Standing:
    if discharged:
        return Standing.LEAVES if looked.open else Standing.RETURNS
    term = looked.release.term if looked.release else None
    ends = term is not None and term.ends_at <= now + NEAR
    return Standing.NEAR if looked.open or ends else Standing.STAYS


def _list_words(positions: Iterable[models.Position]) -> dict[UUID, models.Evidence]:
    """The hospital's word about each, given since it has them, under whichever of their names; the latest that stands."""
    since = {one.traveller_id: one.since_at for one in positions}
    people = {str(name): who for who, own in rows.read_names(since).items() for name in own}
    told = models.Evidence.objects.filter(
        subject_kind=Kind.TRAVELLER.value, subject_id__in=people, code="discharged"
    )
    found = {}
    for piece in without_withdrawn(told).order_by("seq"):
        who = people[piece.subject_id]
        if piece.happened_at >= since[who]:
            found[who] = piece
    return found
