"""PAXLST passenger and crew lists (UN/EDIFACT D.02B to D.13B, and the United States' form before 2002)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from pratique.core.manifest.passenger_list import Flight, Manifest
from pratique.formats.edifact import is_edifact, scan
from pratique.formats.edifact_envelope import Interchange, Message, open_envelope
from pratique.formats.findings import Findings
from pratique.formats.paxlst_read import Content, read_content
from pratique.formats.paxlst_write import TELETYPE, Style, write
from pratique.formats.sharing import report_shared_documents, report_unborn
from pratique.formats.texts import decode

__all__ = ["TELETYPE", "Style", "read", "write"]

_Key = tuple[str, str, str, str, datetime | None, str]


def read(data: bytes, findings: Findings) -> tuple[Manifest, ...]:
    """Every list in a file, one for each flight and function, split messages put together again."""
    decoded = decode(data)
    if not decoded.certain:
        findings.report("encoding_unsure", "file", {"encoding": decoded.encoding})
    if not is_edifact(decoded.text):
        findings.report("interchange_missing", "file")
        return ()
    lists: dict[_Key, list[tuple[Interchange, Content]]] = defaultdict(list)
    for found in scan(decoded.text, findings):
        interchange = open_envelope(found, findings)
        for number, message in enumerate(interchange.messages):
            content = _read_message(interchange, message, findings)
            if content is not None:
                lists[_make_key(content, len(lists) + number)].append((interchange, content))
    if not lists:
        findings.report("message_missing", "file")
    manifests = tuple(_merge(parts, findings) for parts in lists.values())
    if lists and not any(manifest.travellers or manifest.flight.designator for manifest in manifests):
        findings.report("list_says_nothing", "file")
    _check_repeated(list(lists.values()), findings)
    if len({manifest.flight.designator for manifest in manifests}) > 1:
        findings.report("several_flights", "file", {"count": len(manifests)})
    return manifests


def _read_message(interchange: Interchange, message: Message, findings: Findings) -> Content | None:
    if message.kind != "PAXLST":
        findings.report("message_not_list", message.place or "file", {"kind": message.kind or "?"})
        return None
    content = read_content(
        message=message,
        sent_at=interchange.sent_at,
        repetition=interchange.separators.repetition,
        findings=findings,
    )
    if not message.complete and content.travellers:
        findings.report(
            "last_traveller_unsure", content.travellers[-1].place, {"count": len(content.travellers)}
        )
    return content


def _make_key(content: Content, number: int) -> _Key:
    """Messages with one key are parts of one list: same flight and function, and marked as parts."""
    flight = content.flight
    alone = "" if content.message.sequence is not None else str(number)
    return (
        content.function,
        content.action,
        flight.designator,
        flight.arrival,
        flight.scheduled_departure_at,
        alone,
    )


def _merge(parts: list[tuple[Interchange, Content]], findings: Findings) -> Manifest:
    parts = sorted(parts, key=lambda part: part[1].message.sequence or 0)
    interchange, first = parts[0]
    contents = [content for _, content in parts]
    travellers = tuple(person for content in contents for person in content.travellers)
    _check_parts(contents, findings)
    passengers = _settle_count(contents, "passenger", findings)
    crew = _settle_count(contents, "crew", findings)
    report_shared_documents(travellers=travellers, findings=findings)
    flight = first.flight if first.flight != Flight() else contents[-1].flight
    report_unborn(travellers=travellers, flown_on=flight.flown_on, findings=findings)
    return Manifest(
        flight=flight,
        travellers=travellers,
        function=first.function,
        action=first.action,
        message_reference=first.message.reference,
        list_reference=first.list_reference,
        sender=interchange.sender,
        receiver=interchange.receiver,
        sent_at=interchange.sent_at,
        stated_passengers=passengers,
        stated_crew=crew,
    )


def _check_parts(contents: list[Content], findings: Findings) -> None:
    """A split list is whole when its parts count from 1 without a gap and the last is marked F."""
    sequences = [content.message.sequence for content in contents]
    if sequences == [None]:
        return
    present = [sequence or 0 for sequence in sequences]
    last = any(content.message.indicator == "F" for content in contents)
    missing = sorted(set(range(1, max(present) + 1)) - set(present))
    repeated = sorted({sequence for sequence in present if present.count(sequence) > 1})
    place = contents[0].message.place
    if repeated:
        findings.report("part_repeated", place, {"parts": _join(repeated)})
    alone = present == [1] and not contents[0].message.indicator
    if missing or not (last or alone):
        gaps = [_join(missing)] if missing else []
        gaps += [] if last else [f"≥ {max(present) + 1}"]
        facts = {"present": _join(sorted(set(present))), "missing": ", ".join(gaps)}
        findings.report("part_missing", place, facts)


def _check_repeated(lists: list[list[tuple[Interchange, Content]]], findings: Findings) -> None:
    """Two lists for one flight, function and action: a message sent again, or an older one beside the newer."""
    first: dict[tuple[object, ...], str] = {}
    for (_, content), *_ in lists:
        key, place = _make_key(content, 0)[:-1], content.message.place
        if key in first:  # not told by the place: the same message twice stands at one and the same
            findings.report("list_repeated", place, {"opened": first[key]})
        first.setdefault(key, place)


def _join(numbers: Iterable[int]) -> str:
    """1, 2, 3, 7 → ``1-3, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _settle_count(contents: list[Content], role: str, findings: Findings) -> int | None:
    """The list's own control count, compared with the travellers named.

    In a split list each part may state its own number or that of the whole; either is right.
    """
    counts = [
        (
            stated,
            _count(content, role),
            content.passengers_place if role == "passenger" else content.crew_place,
        )
        for content in contents
        if (stated := _get_stated(content, role)) is not None
    ]
    if not counts:
        return None
    code = "passenger_count_wrong" if role == "passenger" else "crew_count_wrong"
    whole = {stated for stated, _, _ in counts}
    if len(counts) > 1 and len(whole) == 1 and any(stated != counted for stated, counted, _ in counts):
        counts = [(whole.pop(), sum(_count(content, role) for content in contents), counts[0][2])]
    for stated, counted, place in counts:
        if stated != counted:
            findings.report(code, place, {"stated": stated, "counted": counted})
    return sum(stated for stated, _, _ in counts)


def _get_stated(content: Content, role: str) -> int | None:
    return content.stated_passengers if role == "passenger" else content.stated_crew


def _count(content: Content, role: str) -> int:
    counted = sum(person.role == role for person in content.travellers)
    # Some crew lists (BGM 250) state their crew as CNT 42, as the total of all persons.
    if role == "passenger" and not counted and content.function == "250":
        return len(content.travellers)
    return counted
