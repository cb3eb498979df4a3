"""The envelope of an interchange: UNB, UNG, UNH and their trailers, with every control count and reference checked."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from pratique.formats.dates import read_edifact_moment
from pratique.formats.edifact import Scan, Segment, Separators
from pratique.formats.findings import Findings

_TAG = re.compile(r"[A-Z]{3}")


@dataclass(slots=True)
class Message:
    """One message between UNH and UNT.

    `release` is ``05B`` of ``D:05B``; `sequence` and `indicator` are UNH's S010: part number, ``C`` first part,
    ``F`` last part. `complete` says whether UNT was reached.
    """

    kind: str = ""
    release: str = ""
    reference: str = ""
    access: str = ""
    sequence: int | None = None
    indicator: str = ""
    place: str = ""
    segments: list[Segment] = field(default_factory=list)
    complete: bool = False


@dataclass(slots=True)
class Interchange:
    """What UNB says and the messages inside."""

    separators: Separators
    sender: str = ""
    receiver: str = ""
    sent_at: datetime | None = None
    reference: str = ""
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True)
class _Opening:
    """The reader's hand while it walks through the segments."""

    interchange: Interchange
    findings: Findings
    message: Message | None = None
    header: Segment | None = None
    group: Segment | None = None
    group_messages: int = 0
    groups: int = 0
    unb: Segment | None = None
    closed: bool = False


def open_envelope(scan: Scan, findings: Findings) -> Interchange:
    """The messages of one interchange; each trailer that disagrees with its content is reported."""
    opening = _Opening(Interchange(scan.separators), findings)
    steps = {
        "UNB": _open_interchange,
        "UNG": _open_group,
        "UNH": _open_message,
        "UNT": _close_message,
        "UNE": _close_group,
        "UNZ": _close_interchange,
    }
    for segment in scan.segments:
        steps.get(segment.tag, _take_segment)(opening, segment)
    _judge_end(opening, scan)
    return opening.interchange


def _open_interchange(opening: _Opening, segment: Segment) -> None:
    opening.unb = segment
    interchange = opening.interchange
    interchange.sender = segment.get_value(1)
    interchange.receiver = segment.get_value(2)
    interchange.reference = segment.get_value(4)
    stamp = segment.get_value(3) + segment.get_value(3, 1)
    code = {10: "201", 12: "203"}.get(len(stamp), "")
    interchange.sent_at = read_edifact_moment(value=stamp, code=code, on=None)


def _open_group(opening: _Opening, segment: Segment) -> None:
    opening.group = segment
    opening.group_messages = 0
    opening.groups += 1


def _open_message(opening: _Opening, segment: Segment) -> None:
    _leave_message(opening, segment)
    sequence = segment.get_value(3)
    message = Message(
        kind=segment.get_value(1).upper(),
        release=segment.get_value(1, 2),
        reference=segment.get_value(0),
        access=segment.get_value(2),
        sequence=int(sequence) if re.fullmatch(r"[0-9]{1,4}", sequence) else None,
        indicator=segment.get_value(3, 1).upper(),
        place=segment.place,
    )
    _enter_message(opening, message, segment)


def _enter_message(opening: _Opening, message: Message, header: Segment) -> None:
    opening.message, opening.header = message, header
    opening.group_messages += 1
    opening.interchange.messages.append(message)


def _leave_message(opening: _Opening, segment: Segment) -> None:
    if opening.message is not None:
        opening.findings.report(
            "trailer_missing", segment.place, {"trailer": "UNT", "opened": opening.message.place}
        )
    opening.message = None


def _take_segment(opening: _Opening, segment: Segment) -> None:
    if not _TAG.fullmatch(segment.tag):
        opening.findings.report("segment_unreadable", f"segment {segment.number}, line {segment.line}")
    if opening.message is None and segment.tag in ("BGM", "TDT", "NAD", "PDT"):
        opening.findings.report("header_missing", segment.place)
        kind = opening.group.get_value(0).upper() if opening.group else "PAXLST"
        release = opening.group.get_value(6, 1) if opening.group else ""
        _enter_message(opening, Message(kind=kind, release=release, place=segment.place), segment)
    if opening.message is not None:
        opening.message.segments.append(segment)


def _close_message(opening: _Opening, segment: Segment) -> None:
    message, header = opening.message, opening.header
    if message is None or header is None:
        opening.findings.report("header_missing", segment.place)
        return
    counted = segment.number - header.number + 1
    _compare_count(opening, segment, ("segment_count_wrong", counted))
    if message.reference != segment.get_value(1) and header.tag == "UNH":
        facts = {"stated": segment.get_value(1), "opened": message.reference}
        opening.findings.report("message_reference_wrong", segment.place, facts)
    message.complete = True
    opening.message = None


def _close_group(opening: _Opening, segment: Segment) -> None:
    _leave_message(opening, segment)
    if opening.group is None:
        opening.findings.report("header_missing", segment.place)
        return
    _compare_count(opening, segment, ("group_count_wrong", opening.group_messages))
    opened = opening.group.get_value(4)
    if opened != segment.get_value(1):
        facts = {"stated": segment.get_value(1), "opened": opened}
        opening.findings.report("group_reference_wrong", segment.place, facts)
    opening.group = None


def _close_interchange(opening: _Opening, segment: Segment) -> None:
    _leave_message(opening, segment)
    if opening.group is not None:
        facts = {"trailer": "UNE", "opened": opening.group.place}
        opening.findings.report("trailer_missing", segment.place, facts)
        opening.group = None
    counted = opening.groups or len(opening.interchange.messages)
    _compare_count(opening, segment, ("interchange_count_wrong", counted))
    if opening.unb and opening.interchange.reference != segment.get_value(1):
        facts = {"stated": segment.get_value(1), "opened": opening.interchange.reference}
        opening.findings.report("interchange_reference_wrong", segment.place, facts)
    opening.closed = True


def _compare_count(opening: _Opening, segment: Segment, expected: tuple[str, int]) -> None:
    code, counted = expected
    stated = segment.get_value(0)
    if not re.fullmatch(r"[0-9]{1,9}", stated):
        opening.findings.report("control_unreadable", segment.place, {"stated": stated, "counted": counted})
    elif int(stated) != counted:
        opening.findings.report(code, segment.place, {"stated": int(stated), "counted": counted})


def _judge_end(opening: _Opening, scan: Scan) -> None:
    """An interchange that does not end with UNZ was cut off, or its trailer was lost; say where."""
    if opening.closed or not scan.segments:
        return
    last = scan.segments[-1]
    if opening.message is not None:
        opening.findings.report("truncated", scan.unfinished or last.place, {"last": last.place})
    elif opening.unb is not None:
        opening.findings.report(
            "trailer_missing", last.place, {"trailer": "UNZ", "opened": opening.unb.place}
        )
    else:
        opening.findings.report("envelope_missing", scan.segments[0].place)
