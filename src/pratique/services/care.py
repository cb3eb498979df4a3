"""Samples and results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.store import models

RESULTS = ("negative", "positive", "invalid")


@dataclass(frozen=True, slots=True)
class Swab:
    """A sample as it is taken: the tube's barcode, the day of stay it is for, kit, laboratory, and where the swab was
    taken from, in a protocol's word (``nasopharyngeal``)."""

    traveller: UUID
    tube: str
    day: int | None = None
    kit: str = ""
    laboratory: str = ""
    site: str = ""


def take_sample(*, swab: Swab, by: UUID | None, now: datetime) -> models.Sample:
    """A swab was taken. The same tube for the same traveller again is the same sample; for another it is refused."""
    if not swab.tube.strip():
        raise Refused("tube_missing", "scan or type the tube's barcode")
    found = models.Sample.objects.filter(tube=swab.tube).first()
    if found is not None:
        if found.traveller_id == swab.traveller:
            return found
        raise Refused(
            "tube_used", "this tube's barcode is already on another traveller's sample: take a new tube"
        )
    try:
        with transaction.atomic():
            sample = models.Sample.objects.create(
                tube=swab.tube,
                traveller_id=swab.traveller,
                day=swab.day,
                kit=swab.kit,
                laboratory=swab.laboratory,
                taken_at=now,
                by_id=by,
            )
            told = {"tube": swab.tube, "day": swab.day, "site": swab.site, "kit": swab.kit}
            told |= {"lab": swab.laboratory}
            attributes = {name: value for name, value in told.items() if value not in ("", None)}
            duty.record(
                evidence=duty.Done("traveller", str(swab.traveller), "sample", now, attributes),
                by=by,
                now=now,
                evidence_id=sample.id,  # what a result is about: the register asks for an answer to each sample
            )
            return sample
    except IntegrityError:
        raise Refused("tube_used", "this tube's barcode was used by somebody else a moment ago") from None


def record_result(*, tube: str, result: str, by: UUID | None, now: datetime) -> models.Sample:
    """The laboratory answered. A result that differs from one already given is refused: it goes through an issue."""
    if result not in RESULTS:
        raise Refused("result_unknown", f"a result is one of {', '.join(RESULTS)}")
    with transaction.atomic():
        sample = models.Sample.objects.select_for_update().filter(tube=tube).first()
        if sample is None:
            raise Refused("tube_unknown", "no sample has this barcode: check it, or record the sample first")
        if sample.result == result:
            return sample
        if sample.result:
            raise Refused(
                "result_differs", f"{sample.result} was reported before: raise an issue, then correct it"
            )
        sample.result, sample.resulted_at = result, now
        sample.save(update_fields=["result", "resulted_at"])
        attributes = {"result": result, "lab": sample.laboratory}
        done = duty.Done(
            "traveller", str(sample.traveller_id), "result", now, attributes, about=str(sample.id)
        )
        duty.record(evidence=done, by=by, now=now)
    return sample
