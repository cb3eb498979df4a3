"""Files of results: looked at row by row against the books, then taken in; what is good is kept, the rest is on a list.

A row is taken if its tube is known, has no other result, was sampled before the result and names nobody else. A tube
that nobody knows is kept apart until somebody has settled it; a result that differs from one reported before, is older than its sample or
names another becomes an issue, and a positive among them closes every gate until two persons have corrected it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from pratique.core.answers import Refused
from pratique.formats.read import read
from pratique.formats.reading import Reading
from pratique.formats.results import ResultLine
from pratique.services import care, health, identity
from pratique.services import issue as issues
from pratique.services.cases import book
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import ports


class Verdict(StrEnum):
    """What becomes of a row."""

    TAKE = "take"
    KNOWN = "known"
    UNKNOWN = "unknown"
    DIFFERS = "differs"
    EARLY = "early"
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came: its name and its bytes."""

    name: str
    content: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the bytes: the same file is taken in once."""
        return sha256(self.content).digest()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file held against the books: the samples of its tube, and what becomes of it. `before` is the result
    reported earlier, where there is one."""

    line: ResultLine
    verdict: Verdict
    samples: tuple[models.Sample, ...]
    before: str = ""

    @property
    def is_doubted(self) -> bool:
        """Whether it says positive and cannot be taken as it is: until two persons have corrected it no gate opens."""
        taken = (Verdict.TAKE, Verdict.KNOWN, Verdict.UNKNOWN)
        return self.line.result == "positive" and self.verdict not in taken


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it would be taken in; `taken` is the one that was, where this very file came before."""

    reading: Reading
    rows: tuple[Row, ...]
    taken: models.ResultFile | None

    def count(self, *verdicts: Verdict) -> int:
        """How many rows have one of these verdicts."""
        return sum(row.verdict in verdicts for row in self.rows)


def preview(*, file: File) -> Preview:
    """Read a file and hold every row against the books; nothing is written."""
    reading = read(data=file.content, name=file.name)
    report = reading.results
    before = models.ResultFile.objects.filter(digest=file.digest).first()
    if report is None:
        return Preview(reading, (), before)
    samples: dict[str, list[models.Sample]] = {}
    for sample in models.Sample.objects.filter(tube__in=[line.tube for line in report.lines]).order_by("id"):
        samples.setdefault(sample.tube, []).append(sample)
    swabs = [swab for found in samples.values() for swab in found]
    people = identity.read(travellers={s.traveller_id for s in swabs if s.traveller_id}, look=None)
    staff = models.Person.objects.in_bulk({s.person_id for s in swabs if s.person_id})
    people |= {who: _identify(person) for who, person in staff.items()}
    zone = ports.find_zone()
    rows = [_judge(line, samples.get(line.tube, []), people, zone) for line in report.lines]
    return Preview(reading, tuple(rows), before)


def _judge(
    line: ResultLine,
    samples: list[models.Sample],
    people: Mapping[UUID, identity.Identity],
    zone: ZoneInfo,
) -> Row:
    if not samples:
        return Row(line, Verdict.UNKNOWN, ())
    found = tuple(samples)
    before = samples[0].result
    same = {line.result, "pool_positive"} if line.result == "positive" and len(samples) > 1 else {line.result}
    who = [care.find_subject(sample=sample)[1] for sample in samples]
    if not _may_be_of(line, [people[one] for one in who if one in people]):
        return Row(line, Verdict.OTHER_PERSON, found, before)
    if before in same:
        return Row(line, Verdict.KNOWN, found, before)
    if before:
        return Row(line, Verdict.DIFFERS, found, before)
    stated = _place(line.resulted_at, zone)
    if stated is not None and stated < min(s.taken_at for s in samples).replace(second=0, microsecond=0):
        return Row(line, Verdict.EARLY, found)
    return Row(line, Verdict.TAKE, found)


def _identify(person: models.Person) -> identity.Identity:
    """A staff member as a laboratory's file may name them: by name; their documents are not kept."""
    return identity.Identity(given_names=person.name_en, chinese_name=person.name_zh)


def _place(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment is not None and moment.tzinfo is None else moment


def _may_be_of(line: ResultLine, people: list[identity.Identity]) -> bool:
    """Whether the document, else the name, that the file gives may be that of one of these; without either it may.

    A number that nobody in the book has may be a laboratory's own: there the whole name decides.
    """
    number = identity.fold_document(line.document)
    documents = {identity.fold_document(n) for who in people for _, n, _, _ in who.documents}
    if number and documents:
        return number in documents or (
            any(_is_whole_name(line.name, who) for who in people)
            and not identity.find_by_document(number=line.document)
        )
    told = {identity.fold_name(part) for part in line.name.replace(",", " ").split()} - {""}
    known = {
        identity.fold_name(part)
        for who in people
        for part in (*who.surname.split(), *who.given_names.split(), who.chinese_name)
    } - {""}
    return not told or not known or bool(told & known) or "".join(sorted(told)) in known


def _is_whole_name(name: str, who: identity.Identity) -> bool:
    """Whether this is a person's whole name, in whichever order and however parted."""
    told = sorted(identity.fold_name(name.replace(",", " ")))
    known = (who.surname + who.given_names, who.chinese_name, who.full_name)
    return bool(told) and told in [sorted(identity.fold_name(one)) for one in known]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of taking a file in, row by row; `repeated`: it had been taken in before, nothing has changed."""

    file: models.ResultFile
    rows: tuple[Row, ...]
    repeated: bool = False


def list_unsure(*, preview: Preview, by: UUID | None) -> list[str]:
    """Tubes that the file says are negative and that no laboratory has received by the word of somebody else than `by`: anybody can
    write a file, so for these it is held to what a negative typed by hand is held to."""
    tubes = {r.line.tube for r in preview.rows if r.verdict is Verdict.TAKE and r.line.result == "negative"}
    return sorted(tubes - care.list_received(tubes=tubes, by=by))


def take(*, file: File, by: UUID | None, now: datetime, second: UUID | None = None) -> Receipt:
    """Take a file in: good rows become results, the others an issue or an unknown tube. The same file again changes nothing.

    Raises `Refused`: `results_refused` for a file of which nothing can be read; `results_by_one` where a negative of it is of a tube
    that no laboratory received (see `list_unsure`) and nobody signs beside; `second_person_needed`.
    """
    if second is not None and second == by:
        raise Refused("second_person_needed", "two different persons sign a result")
    with transaction.atomic():
        found = preview(file=file)
        if found.taken is not None:
            return Receipt(found.taken, found.rows, repeated=True)
        report = found.reading.results
        if report is None or not found.reading.accepted:
            raise Refused("results_refused", "no result in this file can be used: see its problems")
        unsure = list_unsure(preview=found, by=by)
        if unsure and second is None:
            raise Refused("results_by_one", "a second person signs", tubes=tuple(unsure))
        row = models.ResultFile.objects.create(
            id=make_id(),
            digest=file.digest,
            name=file.name,
            format=found.reading.format,
            laboratory=report.laboratory,
            rows=len(found.rows),
            taken=found.count(Verdict.TAKE),
            taken_at=now,
            by_id=by,
        )
        for line in found.rows:
            _take_row(
                line, row, by, now, {"typed": True, "second": str(second)} if line.line.tube in unsure else {}
            )
    return Receipt(row, found.rows)


def _take_row(
    row: Row, file: models.ResultFile, by: UUID | None, now: datetime, told: Mapping[str, object]
) -> None:
    line = row.line
    if row.verdict is Verdict.TAKE:
        record(tube=line.tube, result=line.result, by=by, now=now, told=told)
    elif row.verdict is Verdict.UNKNOWN:
        models.UnknownTube.objects.get_or_create(
            tube=line.tube,
            defaults={
                "laboratory": line.laboratory,
                "result": line.result,
                "resulted_at": _place(line.resulted_at, ports.find_zone()),
                "file": file,
                "seen_at": now,
            },
        )
    elif row.verdict is not Verdict.KNOWN:
        _raise_issue(row, by, now)
        if row.is_doubted:
            for sample in row.samples:
                care.doubt_result(sample=sample, because=_DOUBTS[row.verdict], by=by, now=now)
            health.heed_result(tube=line.tube, by=by, now=now)


def record(
    *, tube: str, result: str, by: UUID | None, now: datetime, told: Mapping[str, object] | None = None
) -> models.Sample:
    """A tube's result, whoever's swabs it holds, and what else is kept of how it came. Raises `Refused` as `care.record_result` does."""
    verb = health.record_result if health.list_sampled(tube=tube) else care.record_result
    return verb(tube=tube, result=result, by=by, now=now, told=told)


_TITLES = {
    Verdict.DIFFERS: "试管 {tube}：此前报 {before}，现报 {result} / Tube {tube}: {before} before, now {result}",
    Verdict.EARLY: "试管 {tube}：报 {result}，结果早于采样 / Tube {tube}: {result}, and older than the sample",
    Verdict.OTHER_PERSON: "试管 {tube}：报 {result}，结果上是另一人 / Tube {tube}: {result}, and names another person",
}
_DOUBTS = {
    Verdict.DIFFERS: "differs from what was reported before",
    Verdict.EARLY: "is older than the sample",
    Verdict.OTHER_PERSON: "names another person",
}
"""What is kept with a positive that is not believed yet."""


def _raise_issue(row: Row, by: UUID | None, now: datetime) -> None:
    """Somebody looks into it; into a positive at once."""
    title = _TITLES[row.verdict].format(tube=row.line.tube, before=row.before, result=row.line.result)
    first = row.samples[0]
    record = issues.Record("result", first.id)
    found = issues.Found(
        "problem",
        title,
        owner=issues.find_owner(by=by),
        due_at=now if row.is_doubted else now + issues.LOOKED_INTO,
        traveller=first.traveller_id,
        topic="health",
        record=record,
    )
    name = uuid5(NAMESPACE_OID, f"pratique result {row.line.tube} {row.verdict} {row.line.result}")
    issues.raise_issue(found=found, by=by, now=now, issue_id=name)


@dataclass(frozen=True, slots=True)
class Correction:
    """A tube's right result, what shows that the one reported was wrong, and the two who sign."""

    tube: str
    result: str
    because: str
    by: UUID
    second: UUID


def correct(*, correction: Correction, now: datetime) -> models.Issue:
    """Put a result right with the issue it was found by; one is raised where there is none. All of it or nothing.

    Raises `Refused` as `care.correct_result` does.
    """
    tube = correction.tube
    with transaction.atomic():
        names_it = rf"(^|[^0-9A-Za-z-]){re.escape(tube)}([^0-9A-Za-z-]|$)"  # T-12 is not T-1
        known = models.Issue.objects.filter(state="open", title__regex=names_it).order_by("found_at").first()
        sample = models.Sample.objects.filter(tube=tube).order_by("taken_at").first()
        title = f"试管 {tube} 的结果有误 / The result of tube {tube} was wrong"
        found = known or issues.raise_issue(
            found=issues.Found(
                "error",
                title,
                owner=issues.find_owner(by=correction.by),
                due_at=now + issues.LOOKED_INTO,
                traveller=sample.traveller_id if sample else None,
                topic="health",
                record=issues.Record("result", sample.id) if sample else None,
            ),
            by=correction.by,
            now=now,
        )
        told = care.Correction(tube, correction.result, correction.because, found.id, correction.second)
        care.correct_result(correction=told, by=correction.by, now=now)
        health.heed_result(tube=tube, by=correction.by, now=now)
        for own in models.Sample.objects.filter(tube=tube).order_by("id"):
            book.ask_again(subject=own.traveller_id or own.person_id, by=correction.by, now=now)
        return issues.step(
            issue=found.id, step="mended", because=correction.because, by=correction.by, now=now
        )


def settle_unknown(*, tube: str, because: str, by: UUID | None, now: datetime) -> models.UnknownTube:
    """Somebody has found out whose tube it is, or why it is nobody's."""
    if not because.strip():
        raise Refused("reason_missing", "say what was found out")
    with transaction.atomic():
        row = models.UnknownTube.objects.select_for_update().filter(tube=tube).first()
        if row is None:
            raise Refused("tube_unknown", "no result came for this barcode")
        if row.settled_at is None:
            row.settled_at, row.settled_by_id, row.because = now, by, because.strip()
            row.save(update_fields=["settled_at", "settled_by_id", "because"])
    return row
