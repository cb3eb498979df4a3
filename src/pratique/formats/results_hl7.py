"""A laboratory's results as HL7 v2 messages ORU^R01, one or many in a file, also in a batch or framed for a socket (MLLP).

The segments that matter are few and flat, so they are split here, where each fault can be named by its segment
(docs/decisions/dependencies.md says why no library does it).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pratique.formats.findings import Findings
from pratique.formats.results import (
    ResultLine,
    ResultReport,
    choose_document,
    compose_line,
    find_result,
    read_moment,
    settle,
)
from pratique.formats.texts import decode

_START = re.compile(r"^[\x0b\s\ufeff]*(?:FHS|BHS|MSH)[^\w\s]")
_ENVELOPE = {"FHS", "BHS", "BTS", "FTS"}
_FINAL = {"", "F", "C", "U"}
_UNOBTAINED = "X"
_TYPE = 4
"""Where among the components of an identifier (CX) its type stands."""
_USUAL = "^~\\&"


@dataclass(frozen=True, slots=True)
class _Segment:
    """One segment: its tag, fields from 1 on as HL7 counts them, its number in the file."""

    tag: str
    fields: list[str]
    number: int
    signs: str

    def get(self, number: int, component: int = 1) -> str:
        """A component of a field's first repetition, its escapes undone; empty where there is none."""
        if number >= len(self.fields):
            return ""
        parts = self.fields[number].split(self.signs[2])[0].split(self.signs[1])
        text = parts[component - 1] if component <= len(parts) else ""
        return _unescape(text.split(self.signs[4])[0], self.signs).strip()

    def list_repetitions(self, number: int) -> list[list[str]]:
        """Every repetition of a field as its components, their escapes undone."""
        text = self.fields[number] if number < len(self.fields) else ""
        return [
            [_unescape(part, self.signs).strip() for part in repetition.split(self.signs[1])]
            for repetition in text.split(self.signs[2])
        ]

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"segment {self.number} {self.tag}"


@dataclass(slots=True)
class _Order:
    """An OBR with what belongs to it."""

    header: _Segment
    patient: _Segment | None
    request: _Segment
    values: list[_Segment] = field(default_factory=list)
    specimen: _Segment | None = None


def looks_like_hl7(data: bytes) -> bool:
    """Whether a text begins as HL7 v2 messages do."""
    return bool(_START.match(decode(data[:400]).text))


def read(data: bytes, findings: Findings) -> ResultReport | None:
    """The results of every ORU^R01 in the file; other messages in it are named and left out."""
    segments = _split(decode(data).text, findings)
    if segments is None:
        return None
    lines = [
        line
        for order in _list_orders(segments, findings)
        if (line := _read_order(order, findings)) is not None
    ]
    return settle(lines, findings)


def _split(text: str, findings: Findings) -> list[_Segment] | None:
    plain = text.lstrip("\ufeff").replace("\x0b", "").replace("\x1c", "")
    segments: list[_Segment] = []
    signs = ""
    written = [line.strip() for line in re.split(r"[\r\n]+", plain) if line.strip()]
    for number, line in enumerate(written, 1):
        tag = line[:3]
        if tag in ("MSH", "FHS", "BHS") and len(line) > 4:
            encoding = line[4:].split(line[3], 1)[0]
            signs = line[3] + (encoding if len(encoding) >= 4 else _USUAL)[:4]
        if not signs or not re.fullmatch(r"[A-Z][A-Z0-9]{2}", tag):
            findings.report("hl7_broken", f"segment {number}", {"text": line[:20]})
            return None
        fields = line.split(signs[0])
        if tag == "MSH":
            fields.insert(1, signs[0])
        segments.append(_Segment(tag, fields, number, signs))
    if not any(segment.tag == "MSH" for segment in segments):
        findings.report("hl7_broken", "file", {"text": plain[:20]})
        return None
    return segments


def _unescape(text: str, signs: str) -> str:
    known = {"F": signs[0], "S": signs[1], "R": signs[2], "E": signs[3], "T": signs[4]}
    mark = re.escape(signs[3])
    return re.sub(rf"{mark}([FSRET]){mark}", lambda found: known[found[1]], text)


def _list_orders(segments: list[_Segment], findings: Findings) -> Iterator[_Order]:
    header: _Segment | None = None
    patient: _Segment | None = None
    order: _Order | None = None
    for segment in segments:
        if segment.tag == "MSH":
            if order:
                yield order
            order = patient = None
            kind = (segment.get(9), segment.get(9, 2))
            header = segment if kind[0] == "ORU" and kind[1] in ("R01", "") else None
            if header is None:
                findings.report("hl7_not_results", segment.place, {"kind": "^".join(kind)})
        elif header is None or segment.tag in _ENVELOPE:
            continue
        elif segment.tag == "PID":
            if order:
                yield order
            order, patient = None, segment
        elif segment.tag == "OBR":
            if order:
                yield order
            order = _Order(header, patient, segment)
        elif order and segment.tag == "OBX":
            order.values.append(segment)
        elif order and segment.tag == "SPM":
            order.specimen = segment
    if order:
        yield order


def _read_order(order: _Order, findings: Findings) -> ResultLine | None:
    said = _find_said(order, findings)
    if said is None:
        return None
    specimen, patient = order.specimen, order.patient
    tube = specimen.get(2) if specimen else ""
    place = order.request.place
    sampled = (specimen.get(17) if specimen else "") or order.request.get(7)
    resulted = next((v.get(19) or v.get(14) for v in order.values if v.get(19) or v.get(14)), "")
    performer = next((v.get(23) for v in order.values if v.get(23)), "")
    line = ResultLine(
        tube=tube or order.request.get(2) or order.request.get(3),
        result="",
        name=" ".join(part for part in (patient.get(5), patient.get(5, 2)) if part) if patient else "",
        document=choose_document(_list_numbers(patient)),
        sampled_at=read_moment(sampled, place, findings),
        resulted_at=read_moment(resulted or order.request.get(22), place, findings),
        laboratory=performer or order.header.get(4),
        place=place,
    )
    return compose_line(line, said=said, findings=findings)


def _list_numbers(patient: _Segment | None) -> Iterator[tuple[str, str]]:
    """A patient's numbers (PID-3), each with its type."""
    for parts in patient.list_repetitions(3) if patient else ():
        if len(parts) > _TYPE:
            yield parts[_TYPE].upper(), parts[0]


def _find_said(order: _Order, findings: Findings) -> str | None:
    """What the observations say, in one word; None, with a problem, where they are not final or do not agree."""
    if specimen_refused := order.specimen and order.specimen.get(21):
        return "rejected" if specimen_refused else ""
    words: dict[str, str] = {}
    for value in order.values:
        status = value.get(11).upper()
        if status == _UNOBTAINED:
            words["invalid"] = "invalid"
            continue
        if status not in _FINAL:
            findings.report("result_preliminary", value.place, {"text": status})
            return None
        said = [text for text in (value.get(5), value.get(5, 2), value.get(8)) if text]
        result = next((found for text in said if (found := find_result(text))), "")
        words.setdefault(result or (said[0] if said else ""), said[0] if said else "")
    known = {word for word in words if find_result(word)}
    if len(known) > 1:
        findings.report("result_parts_differ", order.request.place, {"text": ", ".join(sorted(known))})
        return None
    return known.pop() if known else next(iter(words), "")
