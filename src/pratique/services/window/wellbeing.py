"""What a traveller reports of their own health."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from pratique.services import care
from pratique.services.stay import call
from pratique.store import models
from pratique.store.queries.stays import FEVER_CELSIUS


def report(*, temperature: care.Temperature, now: datetime, evidence_id: UUID) -> bool:
    """Keep what somebody says of themselves as evidence; whether they are unwell.

    Inside, a desk sees who is unwell. Of whoever has left nobody would: by their report they ask for medical help, unless a call
    of theirs for it waits. The same id again is the same report. Raises `Refused` as `care.take_temperature` does.
    """
    who = temperature.traveller
    unwell = temperature.symptomatic or temperature.celsius >= FEVER_CELSIUS
    with transaction.atomic():
        care.take_temperature(temperature=temperature, by=None, now=now, evidence_id=evidence_id)
        if unwell and models.Position.objects.filter(traveller_id=who, inside=False).exists():
            waiting = [one for one in call.read(traveller=who) if one.answered_at is None]
            if not any(one.sort == "medical" for one in waiting):
                call_id = uuid5(evidence_id, "unwell")
                call.call_for_help(traveller=who, sort="medical", text="", now=now, call_id=call_id)
    return unwell
