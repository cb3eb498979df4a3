"""What a laboratory says of tubes, whatever file it comes in: the words of results, moments, and what contradicts itself."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pratique.formats.dates import read_typed_date
from pratique.formats.findings import Findings

RESULTS = ("negative", "positive", "invalid", "lost")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One tube's result: barcode, one of `RESULTS`, and what else the file says of it.

    `name` and `document` are as written, to notice that another person is meant; moments without a zone are the port's
    own time. `place` is where it stands in the file.
    """

    tube: str
    result: str
    name: str = ""
    document: str = ""
    sampled_at: datetime | None = None
    resulted_at: datetime | None = None
    laboratory: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ResultReport:
    """A file of results: its lines, each tube once."""

    lines: tuple[ResultLine, ...]

    @property
    def laboratory(self) -> str:
        """The laboratory, where every line names one and the same; else empty."""
        names = {line.laboratory for line in self.lines}
        return names.pop() if len(names) == 1 else ""

    def to_json(self) -> dict[str, Any]:
        """The report as `pratique read --json` prints it."""
        return {
            "laboratory": self.laboratory,
            "results": [
                {
                    "tube": line.tube,
                    "result": line.result,
                    "name": line.name,
                    "document": line.document,
                    "sampled_at": line.sampled_at.isoformat() if line.sampled_at else None,
                    "resulted_at": line.resulted_at.isoformat() if line.resulted_at else None,
                    "laboratory": line.laboratory,
                    "place": line.place,
                }
                for line in self.lines
            ],
        }


# Codes of HL7 v3 ObservationInterpretation and SNOMED CT (260385009, 10828004, 82334004, 419984006 and those for
# detected / not detected), and what Chinese and English reports write.
_WORDS = {
    "negative": "neg nd negative 阴性 阴 未检出 未见异常 not detected notdetected undetected non-reactive "
    "260385009 260415000 (-) - 阴性(-) 核酸阴性 检测阴性",
    "positive": "pos det positive 阳性 阳 检出 detected reactive 10828004 260373001 (+) + 阳性(+) 核酸阳性 检测阳性",
    "invalid": "ind invalid inconclusive indeterminate equivocal unsatisfactory rejected insufficient failed 无效 "
    "无法判读 可疑 不合格 样本不合格 结果无效 复检 82334004 419984006 125154007",
    "lost": "lost missing not received 丢失 遗失 未收到 缺失",
}
_DOCUMENT = re.compile(r"PPN|NI|NN[A-Z]{0,3}|CZ|PRC")
_PHRASES = ("not detected", "not received")
_PRECISE_YEAR = 4


def _index() -> dict[str, str]:
    found = {
        fold_word(phrase): result for result, text in _WORDS.items() for phrase in _PHRASES if phrase in text
    }
    for result, text in _WORDS.items():
        for phrase in _PHRASES:
            text = text.replace(phrase, "")
        found |= {fold_word(word): result for word in text.split()}
    return found


def fold_word(text: str) -> str:
    """A word of a result as it is compared: half width, small letters, no blanks."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\N{MINUS SIGN}", "-").replace("–", "-")
    return re.sub(r"[\s:：。.]+", "", plain)


_INDEX = _index()


def find_result(text: str) -> str:
    """One of `RESULTS` for what a report writes; empty for a word that is none."""
    return _INDEX.get(fold_word(text), "")


def choose_document(numbers: Iterable[tuple[str, str]]) -> str:
    """Of a patient's numbers, each with its type by HL7's table 0203: the passport's, else that of an identity document; empty where
    there is none. A laboratory's own number of a patient says nothing of who they are."""
    known = [
        (kind, number.strip()) for kind, number in numbers if _DOCUMENT.fullmatch(kind) and number.strip()
    ]
    return min(known, key=lambda one: one[0] != "PPN", default=("", ""))[1]


_CLOCK = re.compile(r"[T\s]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$")
_DIGITS = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})?(?:\.\d+)?([+-]\d{4})?$")


def find_moment(text: str) -> datetime | None:
    """A moment as reports write it: ISO, ``2020/4/15 14:30``, ``20200415143000+0800``; None without a time of day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _DIGITS.fullmatch(plain):
        day, hour, minute, second, zone = found.groups()
        return _compose(f"{day[:4]}-{day[4:6]}-{day[6:]}", hour, minute, second, zone)
    if not (found := _CLOCK.search(plain)):
        return None
    typed = read_typed_date(text=plain[: found.start()].strip())
    if typed.day is None:
        return None
    return _compose(typed.day.isoformat(), *found.groups())


def _compose(day: str, hour: str, minute: str, second: str | None, zone: str | None) -> datetime | None:
    zone = {None: "", "Z": "+00:00"}.get(zone, zone or "")
    if zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    try:
        return datetime.fromisoformat(f"{day}T{int(hour):02}:{minute}:{second or '00'}{zone}")
    except ValueError:
        return None


def read_moment(text: str, place: str, findings: Findings) -> datetime | None:
    """A moment, or a problem at its place; a date alone is none, and is no problem."""
    found = find_moment(text)
    if found is None and text.strip() and read_typed_date(text=text.strip()).day is None:
        findings.report("result_time_unread", place, {"text": text[:40]})
    return found


def compose_line(line: ResultLine, *, said: str, findings: Findings) -> ResultLine | None:
    """The line with its result read from what the report says; None, with a problem, where it cannot be used."""
    if not line.tube.strip():
        findings.report("result_without_tube", line.place)
        return None
    result = find_result(said)
    if not result:
        code = "result_empty" if not said.strip() else "result_unread"
        findings.report(code, line.place, {"text": said[:40], "tube": line.tube})
        return None
    before = line.sampled_at
    if before and line.resulted_at and _is_before(line.resulted_at, before):
        findings.report("result_before_sample", line.place, {"tube": line.tube})
        return None
    return replace(line, result=result, tube=line.tube.strip())


def _is_before(one: datetime, other: datetime) -> bool:
    return (one.tzinfo is None) == (other.tzinfo is None) and one < other


def settle(lines: Iterable[ResultLine], findings: Findings) -> ResultReport | None:
    """Each tube once: told twice alike it is one line, told differently neither is believed. None where none is left."""
    by_tube: dict[str, list[ResultLine]] = {}
    for line in lines:
        by_tube.setdefault(line.tube, []).append(line)
    kept = []
    for tube, told in by_tube.items():
        if len({line.result for line in told}) > 1:
            facts = {"tube": tube, "first": told[0].place, "second": told[-1].place}
            findings.report("result_contradicts", told[-1].place, facts)
            continue
        if len(told) > 1:
            findings.report("result_repeated", told[-1].place, {"tube": tube, "first": told[0].place})
        kept.append(told[0])
    if not kept:
        if not findings.refused:
            findings.report("results_none", "file")
        return None
    return ResultReport(tuple(kept))
