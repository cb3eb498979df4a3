"""UN/EDIFACT as carriers really send it: text in, segments with their line numbers out, and back again.

Source: ISO 9735 (syntax versions 1 to 4). The habits handled here are those of messages received over teletype
and e-mail; docs/reference/formats.md lists them. Nothing in this module knows what a segment means.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from pratique.formats.findings import Findings


@dataclass(frozen=True, slots=True)
class Separators:
    """The service characters of one interchange; `repetition` is a blank where none is agreed."""

    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = " "
    terminator: str = "'"

    @property
    def advice(self) -> str:
        """The UNA service string advice that announces these separators."""
        return (
            f"UNA{self.component}{self.element}{self.decimal}{self.release}{self.repetition}{self.terminator}"
        )


STANDARD = Separators()


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: `elements[0]` is the element after the tag; each element is a list of components.

    `number` counts the segments of an interchange from 1, `line` is the line of the file on which it begins.
    """

    tag: str
    elements: list[list[str]]
    number: int
    line: int

    def get_value(self, element: int, component: int = 0) -> str:
        """One component, both counted from 0 after the tag, trimmed; empty where the segment ends before it."""
        if element >= len(self.elements) or component >= len(self.elements[element]):
            return ""
        return self.elements[element][component].strip()

    @property
    def place(self) -> str:
        """Where this segment stands, in words a person can follow in an editor."""
        return f"segment {self.number} {self.tag}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Scan:
    """The segments of one interchange, up to and with UNZ.

    `unfinished` is where the text stops in the middle of a segment; empty when it does not.
    """

    separators: Separators
    segments: tuple[Segment, ...]
    unfinished: str = ""


# A separator is neither letter, digit nor blank; level B interchanges use controls, which \s would take for blanks.
_SIGN = r"[^\w \t\r\n]"
# UNB names a syntax: UNOA ... UNOY, or IATA's IATA and IATB.
_UNA = rf"UNA(?P<una>{_SIGN}{{2}}[^\w]{{4}})[ \t]*(?=UNB|UNG|UNH)"
_UNB = rf"UNB(?P<element>{_SIGN})(?P<syntax>UN[A-Z]{{2}}|IAT[AB]|KEC[A-D])(?P<component>{_SIGN})"
# The sign after the type parts components, that before it elements: a row of a delimited list has one and the same.
_UNH = rf"UNH(?P<loose>{_SIGN})[^\r\n]{{1,20}}?(?P=loose) *[A-Z]{{6}}(?!(?P=loose))(?={_SIGN})"
_START = re.compile(f"{_UNA}|{_UNB}|{_UNH}", re.IGNORECASE)
_TAG = re.compile(r"[A-Z]{3}")
_RAISE = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
# Party, identification, address in C058, name, street, city, state, postcode, country (NAD, D.02B), and its tag.
_NAD_ELEMENTS_MAX = 10
# Teletype and transport controls are no data; 1C, 1D and 1F are separators of level B interchanges.
_NO_DATA = dict.fromkeys([*range(0x0A), 0x0B, 0x0C, *range(0x0E, 0x1C), 0x7F, 0xFEFF])
# A word processor has bent the apostrophe that ends a segment.
_CURLED = re.compile(r"[‘’´`](?=[ \t]*[A-Z]{3}\+|[ \t]*\Z)")
_LINE_END = re.compile(r"\r\n|\r|\n")
# Between two pages of one teletype message: ETX ... STX, or the lines of addressees and origin by themselves.
_PAGE_BREAK = re.compile(
    r"\x03[^\x02]{0,1000}\x02"
    r"|(?<![^\r\n])(?:\x01?(?:Q[A-Z] )?[A-Z0-9]{7}(?: [A-Z0-9]{7}){0,15}[ \t]*[\r\n]+)+"
    r"\.[A-Z0-9]{7} \d{6}[ A-Z0-9]*(?![^\r\n])"
)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A file as one long line, and where its lines began."""

    text: str
    starts: list[int]

    def line_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset)


def is_edifact(text: str) -> bool:
    """Whether an interchange, or a message without one, begins anywhere in the text."""
    return (_START.search(text) or _START.search(_join(text, "").text)) is not None


def find_message_type(text: str) -> str:
    """The type named by the first UNH (``PAXLST``, ``PNRGOV``); empty when there is none."""
    pattern = re.compile(rf"UNH({_SIGN}).{{1,60}}?\1 *([A-Z]{{6}})", re.IGNORECASE)
    found = pattern.search(text) or pattern.search(_join(text, "").text)
    return found.group(2).upper() if found else ""


def scan(text: str, findings: Findings) -> list[Scan]:
    """Every interchange in a text, whatever stands around and between them."""
    joined = _join(text, _find_line_prefix(text))
    starts = _list_starts(joined.text)
    scans = []
    for number, found in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(joined.text)
        scans.append(_scan_one(joined, found, end, findings))
    return scans


def _find_line_prefix(text: str) -> str:
    """Blanks or quotation marks (``> ``) before the first line of the interchange, which then stand before all."""
    found = re.search(r"^([ \t>]+)(?:UNA|UNB|STX )", text, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else ""


def _join(text: str, prefix: str) -> _Joined:
    if "\x03" in text or "\n." in text or "\r." in text:
        text = _PAGE_BREAK.sub(lambda found: "\n" * len(_LINE_END.findall(found.group())), text)
    lines = _LINE_END.split(text.translate(_NO_DATA))
    if prefix:
        lines = [line.removeprefix(prefix) for line in lines]
    return _Joined("".join(lines), [0, *accumulate(map(len, lines))][:-1])


def _list_starts(text: str) -> list[re.Match[str]]:
    """Where interchanges begin: UNA or, without one, UNB; UNH only where no envelope is found at all."""
    starts: list[re.Match[str]] = []
    after_una = -1
    for found in _START.finditer(text):
        if found["loose"] is not None:
            continue
        if found["element"] is not None and found.start() == after_una:
            continue
        if found["una"] is not None:
            after_una = found.end()
        starts.append(found)
    if not starts and (found_loose := re.search(_UNH.replace("loose", "element"), text, re.IGNORECASE)):
        starts.append(found_loose)
    return starts


def _scan_one(joined: _Joined, found: re.Match[str], end: int, findings: Findings) -> Scan:
    groups = found.groupdict()
    start = found.end() if groups.get("una") else found.start()
    body = joined.text[start:end]
    place = f"line {joined.line_at(found.start())}"
    separators = _find_separators(groups.get("una") or "", body, place, findings)
    if separators.terminator == "'" and _CURLED.search(body):
        findings.report("terminator_curled", place, {"count": len(_CURLED.findall(body))})
        body = _CURLED.sub("'", body)
    if small := _count_small_tags(body, separators):
        findings.report("letters_small", place, {"count": small})
        body = body.translate(_RAISE)
    if separators.terminator not in body:
        body, joined, start = _break_at_lines(body, joined, start, separators, (place, findings))
    return _tokenise(body, separators, joined, start)


def _count_small_tags(body: str, separators: Separators) -> int:
    """How many segments have small letters in their tag: some program on the way has no others."""
    terminator, element = re.escape(separators.terminator), re.escape(separators.element)
    release = re.escape(separators.release)
    tags = re.findall(rf"(?:^|(?<!{release}){terminator})[ \t]*([A-Za-z]{{3}})(?={element})", body)
    return sum(not tag.isupper() for tag in tags)


def _find_separators(una: str, body: str, place: str, findings: Findings) -> Separators:
    separators = Separators(*una) if una else STANDARD
    unb = re.match(_UNB, body, re.IGNORECASE)
    used = unb["element"] if unb else body[3:4]
    if used == separators.element and (not unb or unb["component"] == separators.component):
        return separators
    component = unb["component"] if unb else separators.component
    terminator = _find_terminator(body, (component, used)) or separators.terminator
    if una:
        findings.report("service_string_wrong", place, {"stated": una, "used": _show(component + used)})
        release = separators.release if separators.release not in (used, component, terminator) else "?"
    else:
        findings.report("service_string_missing", place, {"used": _show(component + used + terminator)})
        release = _find_release(body, (component, used, terminator))
    return Separators(component, used, ".", release, " ", terminator)


def _find_terminator(body: str, taken: tuple[str, str]) -> str:
    """The sign before the segment that follows UNB or UNH; empty where each segment ends with its line."""
    before = re.search(rf"({_SIGN})[ \t]*(?:UNG|UNH|BGM){re.escape(taken[1])}", body[3:], re.IGNORECASE)
    return before.group(1) if before and before.group(1) not in taken else ""


def _find_release(body: str, taken: tuple[str, str, str]) -> str:
    """The sign under which the text falls into segments best, where none is announced; ``?`` where all do alike.

    A released terminator that is taken for a real one leaves a piece without a tag and a wrong count in UNT; a
    released element separator leaves an element too many in NAD. A carrier that writes ``(`` writes ``)`` too.
    """
    component, element, terminator = taken
    before = {
        sign
        for found in re.finditer("|".join(map(re.escape, taken)), body)
        if (sign := body[found.start() - 1 : found.start()])
    }
    signs = {sign for sign in before if re.fullmatch(_SIGN, sign)} - {*taken, "?"}
    usual = [")", "?"] if element == "(" else ["?"]
    candidates = dict.fromkeys(sign for sign in (*usual, *sorted(signs)) if sign not in taken)
    return min(
        candidates,
        key=lambda sign: _count_faults(body, Separators(component, element, ".", sign, " ", terminator)),
        default=" ",
    )


def _count_faults(body: str, separators: Separators) -> int:
    """How much speaks against one reading of an interchange: pieces without a tag, UNT miscounted, NAD too long."""
    release, faults, begun, number = separators.release, 0, 0, 0
    tag = re.compile(rf"[A-Z]{{3}}(?:{re.escape(separators.element)}|$)")
    for piece in _split(body, separators.terminator, release):
        text = piece.strip(" \t")
        number += bool(text)
        faults += bool(text) and not tag.match(text)
        elements = _split(text, separators.element, release) if text[:3] in ("UNH", "UNT", "NAD") else []
        if elements[:1] == ["UNH"]:
            begun = number
        elif elements[:1] == ["UNT"]:
            faults += elements[1:2] != [str(number - begun + 1)]
        elif elements:
            faults += len(elements) > _NAD_ELEMENTS_MAX
    return faults


def _show(signs: str) -> str:
    """Separators in print: controls by their number."""
    return "".join(sign if sign.isprintable() else f"<{ord(sign):02X}>" for sign in signs)


def _break_at_lines(
    body: str, joined: _Joined, start: int, separators: Separators, tell: tuple[str, Findings]
) -> tuple[str, _Joined, int]:
    """Segments that end with their line and not with a terminator: put the terminator in."""
    place, findings = tell
    cuts = [offset - start for offset in joined.starts if start < offset < start + len(body)]
    lines = [body[one:two] for one, two in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    if sum(bool(_TAG.match(line.strip())) for line in lines) < 3:
        return body, joined, start
    findings.report("terminator_missing", place, {"terminator": separators.terminator})
    first_line = joined.line_at(start) - 1
    parts = [line + separators.terminator if line.strip() else "" for line in lines]
    starts, length = [0] * first_line, 0
    for part in parts:
        starts.append(length)
        length += len(part)
    return "".join(parts), _Joined("".join(parts), starts), 0


def _tokenise(body: str, separators: Separators, joined: _Joined, start: int) -> Scan:
    segments: list[Segment] = []
    release = separators.release if separators.release != " " else ""
    offset = 0
    pieces = _split(body, separators.terminator, release)
    for number, piece in enumerate(pieces):
        lead = len(piece) - len(piece.lstrip(" \t"))
        line = joined.line_at(start + offset + lead)
        offset += len(piece) + 1
        text = piece.strip(" \t")
        if not text:
            continue
        if number == len(pieces) - 1:
            text = _mend_trailer(text, separators)
            if not text:
                return _trim(separators, segments, f"segment {len(segments) + 1}, line {line}")
        elements = _part(text, separators, release)
        segments.append(Segment(elements[0][0].strip(), elements[1:], len(segments) + 1, line))
        if segments[-1].tag == "UNZ":
            return Scan(separators, tuple(segments))
    return _trim(separators, segments, "")


def _part(text: str, separators: Separators, release: str) -> list[list[str]]:
    if not release or release not in text:
        component = separators.component
        return [element.split(component) for element in text.split(separators.element)]
    return [
        [_unrelease(part, release) for part in _split(element, separators.component, release)]
        for element in _split(text, separators.element, release)
    ]


def _mend_trailer(text: str, separators: Separators) -> str:
    """Text after the last terminator, if it is a UNZ that lacks nothing but its terminator; else nothing."""
    sign = re.escape(separators.element)
    return text if re.fullmatch(rf"UNZ{sign}\d+{sign}[^\s{sign}]+", text) else ""


def _trim(separators: Separators, segments: list[Segment], unfinished: str) -> Scan:
    """An interchange without UNZ: what stands at its end and has no tag is a footer, and was no segment."""
    while segments and not _TAG.fullmatch(segments[-1].tag):
        unfinished = segments.pop().place
    return Scan(separators, tuple(segments), unfinished)


def _split(text: str, separator: str, release: str) -> list[str]:
    """Split at separators that are not released; the release characters stay in."""
    parts = text.split(separator)
    if not release or release not in text:
        return parts
    whole: list[str] = []
    held = ""
    for part in parts:
        held += part
        if (len(held) - len(held.rstrip(release))) % 2:
            held += separator
        else:
            whole.append(held)
            held = ""
    if held:
        whole.append(held)
    return whole


def _unrelease(text: str, release: str) -> str:
    if not release or release not in text:
        return text
    return re.sub(re.escape(release) + "(.)", r"\1", text, flags=re.DOTALL)


def compose(*, tag: str, elements: Iterable[Iterable[str] | str], separators: Separators = STANDARD) -> str:
    """One segment as text: separators inside values released, empty elements and components at the end left out."""
    texts = [
        separators.component.join(_release(part, separators) for part in _trim_end(_as_components(element)))
        for element in elements
    ]
    return separators.element.join([tag, *_trim_end(texts)]) + separators.terminator


def _as_components(element: Iterable[str] | str) -> list[str]:
    return [element] if isinstance(element, str) else list(element)


def _trim_end(parts: list[str]) -> list[str]:
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _release(value: str, separators: Separators) -> str:
    special = {separators.component, separators.element, separators.release, separators.terminator}
    if separators.repetition != " ":
        special.add(separators.repetition)
    return "".join(separators.release + sign if sign in special else sign for sign in value)
