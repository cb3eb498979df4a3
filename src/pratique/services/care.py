"""What is done for one person besides moving them: temperature, rights told, samples and results."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pratique.core.answers import Refused
from pratique.core.duties.vocabulary import Kind
from pratique.services import duty
from pratique.store import locks, models, rows
from pratique.store.ids import make_id
from pratique.store.withdrawn import without_withdrawn

RESULTS = ("negative", "positive", "invalid", "lost")
POOL_MAX = 10
"""So many swabs in one tube at most (China's 10-in-1 pools; a port may ask for fewer each time)."""
METHODS = ("forehead", "ear", "armpit")
HOME_ISOLATION = "home isolation"
MEASURES = ("central isolation", HOME_ISOLATION)
SITES = ("nasopharyngeal", "oropharyngeal")
CELSIUS_MIN, CELSIUS_MAX = 30.0, 45.0
"""What a thermometer can say of a living person; the editions count nothing else as a temperature."""


@dataclass(frozen=True, slots=True)
class Swab:
    """A sample as it is taken: of whom, the tube's barcode, the day of stay it is for, kit, laboratory, where the swab was
    taken from, in a protocol's word (``nasopharyngeal``), how many swabs the tube takes, and whether it is of a
    traveller or of the staff."""

    who: UUID
    tube: str
    day: int | None = None
    kit: str = ""
    laboratory: str = ""
    site: str = ""
    pool_size: int = 1
    kind: Kind = Kind.TRAVELLER

    @property
    def whose(self) -> dict[str, UUID]:
        """The column of a sample that names its person."""
        return {"person_id" if self.kind is Kind.STAFF else "traveller_id": self.who}


def find_subject(*, sample: models.Sample) -> tuple[Kind, UUID]:
    """Whose a sample is: a traveller's, or a staff member's."""
    if sample.person_id is not None:
        return Kind.STAFF, sample.person_id
    return Kind.TRAVELLER, sample.traveller_id


def take_sample(
    *, swab: Swab, by: UUID | None, now: datetime, sample_id: UUID | None = None
) -> models.Sample:
    """A swab was taken. The same tube for the same person again is the same sample; for another it is refused,
    unless it is a pooled tube with room that is still here. Travellers and staff never share a tube.

    Raises `Refused`: `tube_missing`, `tube_used`, `tube_left`, `pool_full`, `pool_size`, `pool_after_positive`.
    """
    if not swab.tube.strip():
        raise Refused("tube_missing", "scan or type the tube's barcode")
    if not 1 <= swab.pool_size <= POOL_MAX:
        raise Refused("pool_size", f"a tube takes 1 to {POOL_MAX} swabs")
    with transaction.atomic():
        locks.hold_word_in_transaction(f"tube {swab.tube}")
        there = list(models.Sample.objects.filter(tube=swab.tube))
        mine = next(
            (sample for sample in there if find_subject(sample=sample) == (swab.kind, swab.who)), None
        )
        if mine is not None:
            return mine
        _check_tube(swab, there)
        return _write_sample(swab, by, now, sample_id)


def _check_tube(swab: Swab, there: list[models.Sample]) -> None:
    kinds = {find_subject(sample=sample)[0] for sample in there}
    if there and (swab.pool_size == 1 or there[0].pool_size == 1 or kinds != {swab.kind}):
        raise Refused(
            "tube_used", "this tube's barcode is already on another person's sample: take a new tube"
        )
    if there and len(there) >= there[0].pool_size:
        raise Refused("pool_full", f"this tube holds {len(there)} swabs already: take a new tube")
    left = models.BatchTube.objects.filter(tube=swab.tube, batch__closed_at__isnull=False).exists()
    if there and (left or any(sample.result for sample in there)):
        raise Refused("tube_left", "this tube has left for the laboratory: take a new tube")
    if swab.pool_size > 1 and _is_to_be_single(swab):
        raise Refused("pool_after_positive", "a pool with this person was positive: sample them singly")


def drop_sample(*, sample: UUID) -> None:
    """A swab was written down by mistake: its tube is free again. Raises `Refused("tube_left")` once it has an answer or is
    in a box that was closed."""
    row = models.Sample.objects.select_for_update().filter(id=sample).first()
    if row is None:
        return
    boxed = models.BatchTube.objects.filter(tube=row.tube)
    if row.result or boxed.filter(batch__closed_at__isnull=False).exists():
        raise Refused(
            "tube_left",
            "this tube has left for the laboratory: record that it is lost, or correct its result",
        )
    row.delete()
    if not models.Sample.objects.filter(tube=row.tube).exists():
        boxed.delete()


def _is_to_be_single(swab: Swab) -> bool:
    """Whether the latest answered sample of this person was a pool that came back positive."""
    answered = models.Sample.objects.filter(**swab.whose).exclude(result="").order_by("-taken_at")
    last = answered.first()
    return last is not None and last.result == "pool_positive"


def _write_sample(swab: Swab, by: UUID | None, now: datetime, sample_id: UUID | None) -> models.Sample:
    sample = models.Sample.objects.create(
        id=sample_id or make_id(),
        tube=swab.tube,
        **swab.whose,
        pool_size=swab.pool_size,
        day=swab.day,
        kit=swab.kit,
        laboratory=swab.laboratory,
        taken_at=now,
        by_id=by,
    )
    told = {"tube": swab.tube, "day": swab.day, "site": swab.site, "kit": swab.kit}
    told |= {"lab": swab.laboratory, "pool": swab.pool_size if swab.pool_size > 1 else None}
    attributes = {name: value for name, value in told.items() if value not in ("", None)}
    duty.record(
        evidence=duty.Done(swab.kind, str(swab.who), "sample", now, attributes),
        by=by,
        now=now,
        evidence_id=sample.id,  # what a result is about: the register asks for an answer to each sample
    )
    return sample


@dataclass(frozen=True, slots=True)
class Temperature:
    """What a thermometer and a question say of a person: °C, symptoms or none, where it was taken; `own`: they say it of
    themselves, and nobody has looked."""

    traveller: UUID
    celsius: float
    symptomatic: bool
    method: str
    own: bool = False


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
    } | ({"own": True} if temperature.own else {})
    done = duty.Done("traveller", str(temperature.traveller), "temperature", now, told)
    return duty.record(evidence=done, by=by, now=now, evidence_id=evidence_id)


def find_untold_measure(*, traveller: UUID) -> models.Evidence | None:
    """The latest measure ordered for this person of which nobody has told them their rights."""
    names = [str(name) for name in rows.list_names(traveller)]
    own = models.Evidence.objects.filter(subject_kind="traveller", subject_id__in=names)
    told = set(without_withdrawn(own.filter(code="notice")).values_list("about", flat=True))
    ordered = without_withdrawn(own.filter(code="measure_ordered")).order_by("-happened_at", "-seq")
    return next((measure for measure in ordered if str(measure.id) not in told), None)


def list_untold(*, travellers: Iterable[UUID]) -> set[UUID]:
    """Whom of these nobody has told their rights of any measure: they are kept without one having been said to them."""
    wanted = {one: {str(name) for name in own} for one, own in rows.read_names(travellers).items()}
    everybody = {name for own in wanted.values() for name in own}
    notices = models.Evidence.objects.filter(
        subject_kind="traveller", subject_id__in=everybody, code="notice"
    )
    told = set(without_withdrawn(notices).values_list("subject_id", flat=True))
    return {one for one, own in wanted.items() if not own & told}


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


def record_result(
    *, tube: str, result: str, by: UUID | None, now: datetime, told: Mapping[str, object] | None = None
) -> models.Sample:
    """The laboratory answered: for everybody whose swab the tube holds; returns the first of their samples. `told` is what
    else is kept of how the answer came.

    A pool of several that is positive says of nobody that they are: each is to be sampled again, singly. A result that
    differs from one already given is refused: `correct_result` needs an issue and two persons.
    """
    if result not in RESULTS:
        raise Refused("result_unknown", f"a result is one of {', '.join(RESULTS)}")
    with transaction.atomic():
        samples = _lock_samples(tube)
        given = _word_for(result, len(samples))
        if samples[0].result == given:
            return samples[0]
        if samples[0].result:
            raise Refused(
                "result_differs", f"{samples[0].result} was reported before: raise an issue, then correct it"
            )
        for sample in samples:
            _write_result(sample, given, told or {}, by, now)
    return samples[0]


@dataclass(frozen=True, slots=True)
class Typed:
    """A result as somebody types it from a laboratory's word, and who signs beside them (None: nobody)."""

    tube: str
    result: str
    second: UUID | None = None


def type_result(*, typed: Typed, by: UUID, now: datetime) -> models.Sample:
    """A result typed by hand. That a tube is negative lets people out, so two say it; one is enough where somebody else
    wrote down that a laboratory received the tube.

    Raises `Refused` as `record_result` does, and `result_by_one`, `second_person_needed`.
    """
    if typed.second == by:
        raise Refused("second_person_needed", "two different persons sign a result")
    if typed.result == "negative" and typed.second is None and not list_received(tubes=[typed.tube], by=by):
        raise Refused(
            "result_by_one",
            "a negative typed by hand is signed by a second person, unless a laboratory has received the tube",
        )
    told: dict[str, object] = {"typed": True}
    if typed.second is not None:
        told["second"] = str(typed.second)
    return record_result(tube=typed.tube, result=typed.result, by=by, now=now, told=told)


def list_received(*, tubes: Iterable[str], by: UUID | None) -> set[str]:
    """Of these tubes: those that by the word of somebody else than `by` a laboratory has received in a box."""
    boxed = models.BatchTube.objects.filter(tube__in=list(tubes), received=True)
    pairs = [(tube, str(box)) for tube, box in boxed.values_list("tube", "batch_id")]
    receipts = models.Evidence.objects.filter(
        subject_kind="batch", subject_id__in={box for _, box in pairs}, code="received"
    )
    told = set(receipts.exclude(by_id=by).values_list("subject_id", flat=True))
    return {tube for tube, box in pairs if box in told}


def _lock_samples(tube: str) -> list[models.Sample]:
    samples = list(models.Sample.objects.select_for_update().filter(tube=tube).order_by("taken_at", "id"))
    if not samples:
        raise Refused("tube_unknown", "no sample has this barcode: check it, or record the sample first")
    return samples


def _word_for(result: str, swabs: int) -> str:
    return "pool_positive" if result == "positive" and swabs > 1 else result


def _write_result(
    sample: models.Sample, result: str, more: Mapping[str, object], by: UUID | None, now: datetime
) -> models.Evidence:
    sample.result, sample.resulted_at = result, now
    sample.save(update_fields=["result", "resulted_at"])
    told = {"result": result, "lab": sample.laboratory, **more}
    kind, who = find_subject(sample=sample)
    done = duty.Done(kind, str(who), "result", now, told, about=str(sample.id))
    return duty.record(evidence=done, by=by, now=now)


@dataclass(frozen=True, slots=True)
class Correction:
    """A result that was reported wrongly: the tube, what is right, why, the issue it was found by, and who signs
    beside whoever enters it."""

    tube: str
    result: str
    because: str
    issue: UUID
    second: UUID


def correct_result(*, correction: Correction, by: UUID, now: datetime) -> list[models.Sample]:
    """Put a result right, by an issue and two persons: what was reported is taken back, never written over.

    Raises `Refused`: `tube_unknown`, `result_unknown`, `result_missing` (nothing to correct), `reason_missing`,
    `second_person_needed`, `issue_unknown`, `issue_closed`.
    """
    if correction.result not in RESULTS:
        raise Refused("result_unknown", f"a result is one of {', '.join(RESULTS)}")
    if not correction.because.strip():
        raise Refused("reason_missing", "say what shows that the result was wrong")
    if correction.second == by:
        raise Refused("second_person_needed", "two different persons sign a correction")
    with transaction.atomic():
        issue = models.Issue.objects.select_for_update().filter(id=correction.issue).first()
        if issue is None:
            raise Refused("issue_unknown", "there is no such issue")
        if issue.state != "open":
            raise Refused("issue_closed", "the issue is not open any more: raise another")
        samples = _lock_samples(correction.tube)
        if not has_result(sample=samples[0]):
            raise Refused("result_missing", "this tube has no result yet: record it")
        told = f"{correction.because} [{issue.id}; {correction.second}]"
        for sample in samples:
            for piece in list_result_evidence(sample=sample.id):
                duty.withdraw(evidence=piece.id, because=told, by=by, now=now)
            more = {"because": told, "typed": True}
            _write_result(sample, _word_for(correction.result, len(samples)), more, by, now)
    return samples


def has_result(*, sample: models.Sample) -> bool:
    """Whether there is a result to put right: one that was reported, or a positive that is in doubt."""
    return bool(sample.result) or bool(list_result_evidence(sample=sample.id))


def list_result_evidence(*, sample: UUID) -> list[models.Evidence]:
    """The results on record for a sample that stand."""
    found = without_withdrawn(models.Evidence.objects.filter(code="result", about=str(sample)))
    return list(found.order_by("seq"))


def doubt_result(*, sample: models.Sample, because: str, by: UUID | None, now: datetime) -> models.Evidence:
    """A laboratory says positive, and that cannot be all of it (it reported otherwise, it names somebody else): until that is corrected either way
    the positive is on record too, so that no gate opens; of a pool as of a pool."""
    given = _word_for("positive", models.Sample.objects.filter(tube=sample.tube).count())
    standing = list_result_evidence(sample=sample.id)
    positive = next((p for p in standing if p.attributes.get("result") == given), None)
    if positive is not None:
        return positive
    told = {"result": given, "lab": sample.laboratory, "because": because}
    kind, who = find_subject(sample=sample)
    done = duty.Done(kind, str(who), "result", now, told, about=str(sample.id))
    return duty.record(evidence=done, by=by, now=now)
