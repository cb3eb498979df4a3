"""What is done for one person besides moving them: temperature, rights told, samples and results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from pratique.core.answers import Refused
from pratique.services import duty
from pratique.store import models

RESULTS = ("negative", "positive", "invalid")
METHODS = ("forehead", "ear", "armpit")
MEASURES = ("central isolation", "home isolation")
SITES = ("nasopharyngeal", "oropharyngeal")
CELSIUS_MIN, CELSIUS_MAX = 30.0, 45.0
"""What a thermometer can say of a living person; the editions count nothing else as a temperature."""


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


@dataclass(frozen=True, slots=True)
class Temperature:
    """What a thermometer and a question say of a person: °C, symptoms or none, where it was taken."""

    traveller: UUID
    celsius: float
    symptomatic: bool
    method: str


def take_temperature(
    *, temperature: Temperature, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """A temperature was taken and symptoms were asked after. Raises `Refused`: `temperature_impossible`, `word_unknown`."""
    if not CELSIUS_MIN <= temperature.celsius <= CELSIUS_MAX:
        raise Refused(
            "temperature_impossible", f"between {CELSIUS_MIN:g} and {CELSIUS_MAX:g} °C: measure again"
        )
    if temperature.method not in METHODS:
        raise Refused("word_unknown", f"a temperature is taken at {', '.join(METHODS)}")
    told = {
        "celsius": temperature.celsius,
        "symptomatic": temperature.symptomatic,
        "method": temperature.method,
    }
    done = duty.Done("traveller", str(temperature.traveller), "temperature", now, told)
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def find_untold_measure(*, traveller: UUID) -> models.Evidence | None:
    """The latest measure ordered for this person of which nobody has told them their rights."""
    own = models.Evidence.objects.filter(subject_kind="traveller", subject_id=str(traveller))
    withdrawn = models.Withdrawal.objects.values_list("evidence_id", flat=True)
    told = set(own.filter(code="notice").exclude(id__in=withdrawn).values_list("about", flat=True))
    ordered = own.filter(code="measure_ordered").exclude(id__in=withdrawn).order_by("-happened_at", "-seq")
    return next((measure for measure in ordered if str(measure.id) not in told), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """Rights told to a person: in which language (ISO 639-1), and whether they say that they understood; for a measure
    ordered before (`measure` is then empty), or one that is ordered with this."""

    traveller: UUID
    language: str
    understood: bool
    measure: str = ""


def tell_rights(
    *, notice: Notice, by: UUID | None, now: datetime, evidence_id: UUID | None = None
) -> models.Evidence:
    """Rights are told before a measure: both are written down together, or the notice of one ordered already.

    Raises `Refused`: `word_unknown`; `measure_missing` where there is no measure to tell of.
    """
    if not notice.language.strip():
        raise Refused("word_unknown", "say in which language the rights were told")
    if notice.measure and notice.measure not in MEASURES:
        raise Refused("word_unknown", f"a measure is one of {', '.join(MEASURES)}")
    person = str(notice.traveller)
    sent_again = models.Evidence.objects.filter(id=evidence_id).first() if evidence_id else None
    if sent_again is not None:
        return sent_again
    with transaction.atomic():
        measure = find_untold_measure(traveller=notice.traveller)
        if notice.measure:
            ordered = duty.Done("traveller", person, "measure_ordered", now, {"measure": notice.measure})
            measure = duty.record(evidence=ordered, by=by, now=now)
        if measure is None:
            raise Refused("measure_missing", "no measure waits for a notice: say which one is ordered")
        told = {"language": notice.language, "understood": notice.understood}
        done = duty.Done("traveller", person, "notice", now, told, about=str(measure.id))
        return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def list_samples(*, traveller: UUID) -> list[models.Sample]:
    """Their samples, the oldest first; `result` is empty where no laboratory has answered."""
    return list(models.Sample.objects.filter(traveller_id=traveller).order_by("taken_at", "tube"))


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
