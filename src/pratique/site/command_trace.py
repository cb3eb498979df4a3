"""`pratique trace SCANS.json`: whom a case exposed, by which rule, from a file; nothing is stored."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from importlib.resources import files
from pathlib import Path
from typing import Any

from pratique import protocols
from pratique.core.answers import Problem, Refused
from pratique.core.tracing import contacts
from pratique.core.tracing.case import Case
from pratique.core.tracing.contacts import Contact, Tracing
from pratique.core.tracing.edition import Edition, Grade, Said
from pratique.core.tracing.exposure import Reason
from pratique.core.tracing.presence import Who
from pratique.formats import tracing_file, tracing_json, tracing_rules
from pratique.formats.tracing_file import TracingFile
from pratique.formats.words import Language, translate

DONE, LEFT_OUT, REFUSED = 0, 1, 2

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "close": "close",
        "general": "general",
        "infectious": "infectious",
        "onset": "counted from onset",
        "sample": "counted from the sample",
        "staff": "staff",
        "second": "Second ring",
        "supposed": "if positive",
        "new": "new contacts",
        "raised": "raised to close",
        "minutes": "min",
        "rows": "rows apart:",
        "unknown": "seat unknown",
        "via": "through",
        "last": "last",
        "none": "Nobody.",
    },
    "zh": {
        "close": "密切",
        "general": "一般",
        "infectious": "传染期",
        "onset": "自发病起算",
        "sample": "自采样起算",
        "staff": "工作人员",
        "second": "密接的密接",
        "supposed": "若为阳性",
        "new": "新增接触者",
        "raised": "升为密切接触者",
        "minutes": "分钟",
        "rows": "相隔排数",
        "unknown": "座位不明",
        "via": "经由",
        "last": "末次",
        "none": "无。",
    },
}


def list_editions() -> list[str]:
    """The shipped editions of tracing rules, by name."""
    folder = files(protocols).joinpath("tracing")
    return sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml"))


def add_parser(subparsers: Any) -> None:
    """Add `trace` to the command line."""
    parser = subparsers.add_parser(
        "trace",
        help="whom a case exposed, by which rule, from a file",
        description="Read custody, seats, rooms and shifts from a file (docs/reference/tracing.md) and list a case's contacts with "
        "the reasons. Exit status: 0 done, 1 done with rows left out, 2 refused. Nothing is stored.",
        epilog=f"Shipped rules: {', '.join(list_editions())}.",
    )
    parser.add_argument("file", metavar="SCANS.json")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument("--case", metavar="ID", help="a case of the file")
    whom.add_argument("--what-if", metavar="WHO", help="somebody whose test is open: suppose it is positive")
    parser.add_argument(
        "--sampled", metavar="TIME", help="with --what-if: when the sample was taken (default: now)"
    )
    parser.add_argument(
        "--rules", metavar="NAME", default="cn-2020", help="a shipped edition, or a TOML file"
    )
    parser.add_argument("--second-ring", action="store_true", help="also close contacts of close contacts")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--language", choices=("en", "zh"), default="en", help="language of the table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Trace and print; 2 for a file that is of no use or a name that is not in the file or the rules."""
    try:
        return _run(args)
    except Refused as refused:
        print(f"pratique: {refused.because} [{refused.code}]", file=sys.stderr)
        return REFUSED


def _run(args: argparse.Namespace) -> int:
    edition = _read_edition(args.rules, args.language)
    try:
        data = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
    except (OSError, ValueError) as fault:
        reason = (fault.strerror if isinstance(fault, OSError) else None) or str(fault)
        raise Refused(
            "tracing_file_unreadable", f"{args.file}: cannot be read ({reason}); name an existing file"
        ) from None
    found, problems = tracing_file.read(data=data)
    if found is None or edition is None:
        _tell_problems(args.file, problems, args.language)
        return REFUSED
    said, lines = _trace(args, found, edition)
    said["problems"] = [
        {"code": p.code, "where": p.where, "message": p.message, "remedy": p.remedy} for p in problems
    ]
    if args.json:
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print("\n".join(lines))
    _tell_problems(args.file, problems, args.language)
    return LEFT_OUT if problems else DONE


def _trace(
    args: argparse.Namespace, found: TracingFile, edition: Edition
) -> tuple[dict[str, Any], list[str]]:
    words = _WORDS[args.language]
    case = _find_supposed(args, found) if args.what_if else _find_case(args.case, found)
    tracing = _trace_one(case, found, edition)
    second = None
    if args.second_ring:
        second = contacts.trace_second_ring(
            first=tracing,
            whereabouts=found.whereabouts,
            edition=edition,
            isolated=found.isolated,
            now=found.now,
        )
    said = tracing_json.write(
        tracing=tracing, edition=edition, zone=found.zone, cases=found.cases, second=second
    )
    lines = _list_lines(tracing, edition, found.zone, args.language)
    if second is not None:
        lines += ["", f"{words['second']}: {len(second)}"]
        lines += _list_contacts(second, edition, found.zone, args.language)
    if args.what_if:
        known = [_trace_one(one, found, edition) for one in found.cases.values() if one.who != case.who]
        difference = contacts.compare(known=known, supposed=tracing)
        said["what_if"] = tracing_json.write_difference(difference=difference, cases=found.cases)
        lines += [
            "",
            f"{words['supposed']}: {words['new']} {len(difference.new)}, {words['raised']} {len(difference.raised)}",
        ]
    return said, lines


def _trace_one(case: Case, found: TracingFile, edition: Edition) -> Tracing:
    return contacts.trace(
        case=case, whereabouts=found.whereabouts, edition=edition, zone=found.zone, now=found.now
    )


def _find_case(name: str, found: TracingFile) -> Case:
    case = found.cases.get(name)
    if case is None:
        there = ", ".join(sorted(found.cases)) or "none"
        raise Refused("tracing_case_unknown", f"there is no case {name} in the file; there are: {there}")
    return case


def _find_supposed(args: argparse.Namespace, found: TracingFile) -> Case:
    who = Who(args.what_if)
    if not found.whereabouts.list_of(who):
        raise Refused("tracing_person_unknown", f"nobody has seen {who}: name somebody with scans or shifts")
    sampled_at = found.now
    if args.sampled:
        try:
            sampled_at = datetime.fromisoformat(args.sampled)
        except ValueError:
            raise Refused(
                "tracing_time_unreadable", f"{args.sampled} is no time: write 2021-01-05T08:00"
            ) from None
        if sampled_at.tzinfo is None:
            sampled_at = sampled_at.replace(tzinfo=found.zone)
    return Case(
        "what-if",
        who,
        sampled_at=sampled_at,
        isolated_at=found.isolated.get(who),
        facts=frozenset({"positive"}),
    )


def _read_edition(name: str, language: Language) -> Edition | None:
    """A shipped edition, or one in a file; None if it is faulty, which was said. Raises Refused if there is none."""
    if name in list_editions():
        where, data = name, files(protocols).joinpath("tracing", f"{name}.toml").read_bytes()
    else:
        try:
            where, data = name, Path(name).read_bytes()
        except (OSError, ValueError):
            there = ", ".join(list_editions())
            raise Refused(
                "tracing_rules_unknown", f"there are no rules {name}: name a TOML file or one of {there}"
            ) from None
    edition, problems = tracing_rules.read(data=data)
    _tell_problems(where, problems, language)
    return edition


def _tell_problems(path: str, problems: Sequence[Problem], language: Language) -> None:
    for problem in problems:
        said = translate(problem=problem, language=language)
        print(f"{path}: {said.where}: {said.message} {said.remedy} ({problem.code})", file=sys.stderr)


def _list_lines(tracing: Tracing, edition: Edition, zone: tzinfo, language: Language) -> list[str]:
    words, span = _WORDS[language], tracing.infectious
    counted = ", ".join(f"{words[grade]} {tracing.count(grade)}" for grade in _GRADES)
    head = [
        f"{tracing.case.id}  {tracing.case.who}  {_say(edition.title, language)} ({edition.code})",
        f"{words['infectious']} {_clock(span.since_at, zone)} – {_clock(span.until_at, zone)}, {words[span.anchor]}",
        counted,
    ]
    return [*head, *_list_contacts(tracing.contacts, edition, zone, language)]


_GRADES = (Grade.CLOSE, Grade.GENERAL)


def _list_contacts(found: Sequence[Contact], edition: Edition, zone: tzinfo, language: Language) -> list[str]:
    words = _WORDS[language]
    if not found:
        return [words["none"]]
    lines = []
    for contact in found:
        staff = f" ({words['staff']})" if contact.staff else ""
        lines.append(
            f"{words[contact.grade]}  {contact.who}{staff}  {words['last']} {_clock(contact.last_at, zone)}"
        )
        lines += [f"    {_say_reason(reason, edition, words, language)}" for reason in contact.reasons]
    return lines


def _say_reason(reason: Reason, edition: Edition, words: Mapping[str, str], language: Language) -> str:
    parts = [
        _say(edition.get_rule(reason.rule).title, language),
        reason.place,
        f"{reason.minutes} {words['minutes']}",
    ]
    if reason.seat:
        parts.append(reason.seat)
    if reason.rows is not None:
        parts.append(f"{words['rows']} {reason.rows}")
    if reason.seat_unknown:
        parts.append(words["unknown"])
    return ", ".join([*parts, f"{words['via']} {reason.via}"])


def _say(said: Said, language: Language) -> str:
    return said.zh if language == "zh" else said.en


def _clock(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
