"""`pratique read FILE`: read one document, say what it is, what it says and what is wrong with it."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from pratique.core.answers import Problem
from pratique.core.manifest.passenger_list import Manifest
from pratique.formats.findings import Findings
from pratique.formats.mrz import Mrz
from pratique.formats.read import SIZE_MAX_MB, read
from pratique.formats.reading import Reading
from pratique.formats.results import ResultReport
from pratique.formats.table import FORMATS
from pratique.formats.words import Language, translate

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "accepted": "accepted",
        "refused": "refused",
        "unknown": "unknown format",
        "travellers": "travellers",
        "crew": "crew",
        "stated": "stated",
        "none": "No problems.",
        "problems": "Problems",
        "remedy": "do",
        "holds": "holds",
        "fails": "does not hold",
    },
    "zh": {
        "accepted": "已接受",
        "refused": "已拒绝",
        "unknown": "未知格式",
        "travellers": "旅客",
        "crew": "机组",
        "stated": "声明",
        "none": "没有问题。",
        "problems": "问题",
        "remedy": "处理",
        "holds": "成立",
        "fails": "不成立",
    },
}


def add_parser(subparsers: Any) -> argparse.ArgumentParser:
    """Add `read` to the command line."""
    names = ", ".join(known.name for known in FORMATS)
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "read",
        help="read a passenger list, a travel document or a laboratory's results and list the problems",
        description="Read one document and print what it says and what is wrong with it. "
        "Exit status: 0 accepted, 1 refused. Nothing is stored.",
        epilog=f"Formats: {names}. Without --format the content decides.",
    )
    parser.add_argument("file", metavar="FILE", help="the document; - reads standard input")
    parser.add_argument("--format", metavar="NAME", help="read it as this format")
    parser.add_argument(
        "--strict", action="store_true", help="refuse on any disagreement of controls and content"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--language", choices=("en", "zh"), default="en", help="language of the summary (default: en)"
    )
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Read the file named on the command line; 0 when it is accepted, 1 when it is refused."""
    reading = _read_file(args)
    if args.json:
        print(json.dumps(reading.to_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_summarise(reading, args.language)))
    return 0 if reading.accepted else 1


def _read_file(args: argparse.Namespace) -> Reading:
    # One byte more than the limit is enough to know that a file is too large.
    limit = SIZE_MAX_MB * 1_000_000 + 1
    try:
        if args.file == "-":
            data = sys.stdin.buffer.read(limit)
        else:
            with Path(args.file).open("rb") as file:
                data = file.read(limit)
    except (OSError, ValueError) as fault:
        findings = Findings(strict=args.strict)
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        findings.report("file_unreadable", args.file, {"reason": reason})
        return Reading("", False, None, findings.close())
    today = date.today()  # noqa: DTZ011 a travel document is looked at on the day that it is here
    name = None if args.file == "-" else args.file
    return read(data=data, name=name, format=args.format, strict=args.strict, on=today)


def _summarise(reading: Reading, language: Language) -> list[str]:
    words = _WORDS[language]
    known = next((entry for entry in FORMATS if entry.name == reading.format), None)
    title = (known.english if language == "en" else known.chinese) if known else words["unknown"]
    lines = [f"{title}: {words['accepted' if reading.accepted else 'refused']}"]
    for manifest in reading.manifests:
        lines.extend(_summarise_list(manifest, words))
    if reading.zone:
        lines.extend(_summarise_zone(reading.zone, words))
    if reading.results:
        lines.extend(_summarise_results(reading.results, language))
    return [*lines, "", *_list_problems(reading.problems, language)]


def _summarise_list(manifest: Manifest, words: dict[str, str]) -> list[str]:
    flight = manifest.flight
    moments = [flight.scheduled_departure_at, flight.scheduled_arrival_at]
    when = " → ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in moments if moment)
    head = (
        f"\n{flight.designator or '-'}  {flight.departure or '-'} → {flight.arrival or '-'}  {when}".rstrip()
    )
    counts = [
        f"{words['travellers']} {manifest.counted_passengers}{_say_stated(manifest.stated_passengers, words)}",
        f"{words['crew']} {manifest.counted_crew}{_say_stated(manifest.stated_crew, words)}",
    ]
    lines = [head, "; ".join(counts)]
    for person in manifest.travellers:
        documents = " ".join(f"{document.kind}:{document.number}" for document in person.documents)
        born = person.born_on.isoformat() if person.born_on else "-"
        name = " ".join(part for part in (person.full_name, person.chinese_name) if part)
        name = person.full_name if person.full_name == person.chinese_name else name
        fields = (person.seat or "-", name, born, person.nationality or "-", documents or "-", person.party)
        lines.append("  ".join(fields).rstrip())
    return lines


_RESULT_WORDS = {"negative": "阴性", "positive": "阳性", "invalid": "无效", "lost": "丢失"}


def _summarise_results(report: ResultReport, language: Language) -> list[str]:
    said = [(line, _RESULT_WORDS[line.result] if language == "zh" else line.result) for line in report.lines]
    return ["", *(f"{line.tube}  {result}  {line.laboratory}".rstrip() for line, result in said)]


def _say_stated(stated: int | None, words: dict[str, str]) -> str:
    return "" if stated is None else f" ({words['stated']} {stated})"


def _summarise_zone(zone: Mrz, words: dict[str, str]) -> list[str]:
    fields = (
        zone.kind,
        zone.issuer,
        zone.document_number,
        f"{zone.surname} {zone.given_names}".strip(),
        zone.born_on.isoformat() if zone.born_on else zone.born_text,
        zone.nationality,
    )
    checks = [f"{name}: {words['holds' if holds else 'fails']}" for name, holds in zone.checks.items()]
    return ["  ".join(field for field in fields if field), *checks]


def _list_problems(problems: tuple[Problem, ...], language: Language) -> list[str]:
    words = _WORDS[language]
    if not problems:
        return [words["none"]]
    lines = [f"{words['problems']}: {len(problems)}"]
    for problem in problems:
        wording = translate(problem=problem, language=language)
        mark = "!" if problem.fatal else "-"
        lines.append(f"{mark} {wording.where}: {wording.message} [{problem.code}]")
        lines.append(f"    {words['remedy']}: {wording.remedy}")
    return lines
