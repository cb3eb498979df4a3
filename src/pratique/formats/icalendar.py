"""Duties as an iCalendar object (RFC 5545): what calendar programs subscribe to.

Lines end in CRLF and are folded at 75 octets (3.1); text is escaped (3.3.11); instants are UTC (3.3.5, form 2), so that no
time zone need be described.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75


@dataclass(frozen=True, slots=True)
class Event:
    """An event: `id` stays the same for ever (of a duty: whose and of which day it is, so that a new plan moves it), `changed_at` says how new it is."""

    id: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    place: str = ""
    description: str = ""


def write(*, events: Iterable[Event], name: str) -> bytes:
    """The calendar as bytes, `text/calendar; charset=utf-8`."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Pratique//Duties//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.id}",
            f"DTSTAMP:{_instant(event.changed_at)}",
            f"DTSTART:{_instant(event.starts_at)}",
            f"DTEND:{_instant(event.ends_at)}",
            f"SUMMARY:{escape(event.summary)}",
            *([f"LOCATION:{escape(event.place)}"] if event.place else []),
            *([f"DESCRIPTION:{escape(event.description)}"] if event.description else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(fold(line) + "\r\n" for line in lines).encode()


def escape(text: str) -> str:
    """A text value (3.3.11): backslash, semicolon, comma and line ends are escaped; other controls are dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark, said in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        plain = plain.replace(mark, said)
    return "".join(one for one in plain if one == "\t" or (ord(one) >= 32 and ord(one) != 127))


def fold(line: str) -> str:
    """A content line folded at 75 octets, never within a character (3.1)."""
    parts, part, length = [], "", 0
    for one in line:
        size = len(one.encode())
        if length + size > LINE_OCTETS:
            parts.append(part)
            part, length = " ", 1
        part, length = part + one, length + size
    return "\r\n".join([*parts, part])


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
