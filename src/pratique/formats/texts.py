"""Bytes into text: which encoding a file really is in, told by its content."""

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_RUNS = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the encoding it was read with; `certain` is false where the bytes fit more than one."""

    text: str
    encoding: str
    certain: bool = True


def decode(data: bytes) -> Decoded:
    """The most likely reading of the bytes; never fails."""
    return list_decodings(data)[0]


def list_decodings(data: bytes) -> list[Decoded]:
    """UTF-8 or UTF-16 where the bytes prove it; else GB 18030, Big5 and Windows-1252, the likeliest first."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return [Decoded(data.decode(encoding, errors="replace"), encoding)]
    if encoding := _find_utf16(data):
        return [Decoded(data.decode(encoding, errors="replace"), encoding)]
    try:
        return [Decoded(data.decode("utf-8"), "utf-8")]
    except UnicodeDecodeError:
        western = Decoded(data.decode("cp1252", errors="replace"), "cp1252", certain=False)
    chinese = []
    for encoding in ("gb18030", "big5"):
        try:
            chinese.append(Decoded(data.decode(encoding), encoding, certain=False))
        except UnicodeDecodeError:
            continue
    return [*chinese, western] if _looks_double_byte(data) else [western, *chinese]


def _find_utf16(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of plain text is zero."""
    sample = data[:4096]
    if len(sample) < 4 or not sample.count(0):
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 5 and even < odd // 10:
        return "utf-16-le"
    if even > len(sample) // 5 and odd < even // 10:
        return "utf-16-be"
    return ""


def _looks_double_byte(data: bytes) -> bool:
    """Whether high bytes come in pairs, as Chinese encodings write them and Western ones seldom do."""
    runs = [len(run) for run in _HIGH_RUNS.findall(data)]
    return sum(length for length in runs if length % 2 == 0) > sum(runs) / 2


def looks_binary(text: str) -> bool:
    """Whether text is no text: many signs that nobody types. Teletype controls and separators are allowed."""
    text = text.rstrip("\x00")  # a file padded to the end of its block
    if not text:
        return False
    odd = sum(
        sign < " " and sign not in "\t\r\n\x01\x02\x03\x04\x07\x0c\x1a\x1c\x1d\x1e\x1f" for sign in text
    )
    return (odd + text.count("\ufffd")) * 50 > len(text)
