"""Dates as documents write them: EDIFACT codes, two-digit years, and what people type into a cell.

Nothing here knows today's date: a two-digit year is put into a century by a day the document itself gives.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Order = Literal["day first", "month first", ""]

# Without any day to go by, 00-30 is this century: the two-digit years of travel documents now in use.
_PIVOT_YEAR = 30
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


def place_birth_year(*, two_digits: int, month: int, day: int, on: date | None) -> int:
    """The year of a birth written with two digits: the latest one not after `on`."""
    if on is None:
        return (2000 if two_digits <= _PIVOT_YEAR else 1900) + two_digits
    century = on.year // 100 * 100
    year = century + two_digits
    return year if (year, month, day) <= (on.year, on.month, on.day) else year - 100


def place_year_near(*, two_digits: int, on: date | None) -> int:
    """The year of any other date written with two digits: within fifty years of `on`."""
    if on is None:
        return (1900 if two_digits >= 70 else 2000) + two_digits
    year = on.year // 100 * 100 + two_digits
    return min((year - 100, year, year + 100), key=lambda candidate: abs(candidate - on.year))


def make_date(year: int, month: int, day: int) -> date | None:
    """The day, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


# EDIFACT code list 2379: code → (digits, how they are divided).
_EDIFACT_LENGTHS = {"101": 6, "102": 8, "201": 10, "202": 12, "203": 12, "204": 14}


def read_edifact_moment(*, value: str, code: str, on: date | None, birth: bool = False) -> datetime | None:
    """A date or moment of a DTM segment (101, 102, 201, 203, 204, or by its length when the code is absent or wrong).

    A date alone becomes that day at 00:00. Returns None when it is no date. `on` places two-digit years.
    """
    digits = value.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    length = _EDIFACT_LENGTHS.get(code, len(digits))
    if length != len(digits):
        length, code = len(digits), ""
    if length == 12 and code != "202" and digits[:2] not in ("19", "20"):
        code = "202"
    four = length in (8, 14) or (length == 12 and code != "202")
    if length not in (6, 8, 10, 12, 14):
        return None
    year, rest = (int(digits[:4]), digits[4:]) if four else (int(digits[:2]), digits[2:])
    month, day = int(rest[:2]), int(rest[2:4])
    if not four:
        year = (
            place_birth_year(two_digits=year, month=month, day=day, on=on)
            if birth
            else place_year_near(two_digits=year, on=on)
        )
    hour, minute, second = (int(rest[at : at + 2] or 0) for at in (4, 6, 8))
    midnight = hour == 24 and not minute and not second
    try:
        moment = datetime(year, month, day, 0 if midnight else hour, minute, second)  # noqa: DTZ001 local time
    except ValueError:
        return None
    return moment + timedelta(days=1) if midnight else moment


def has_expected_length(*, value: str, code: str) -> bool:
    """Whether a DTM value is as long as its format code says; true for an unknown or absent code."""
    return len(value.strip()) == _EDIFACT_LENGTHS.get(code, len(value.strip()))


@dataclass(frozen=True, slots=True)
class TypedDate:
    """What a typed date was found to mean; `day` is None when it is not one certain day.

    `fault` is empty, ``unreadable``, ``ambiguous``, ``partial`` or ``era``; `readings` holds the days it may mean.
    """

    day: date | None
    fault: str = ""
    readings: tuple[date, ...] = ()


_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(\d{1,2})\s*([-/.\s])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,]*([a-z]{3,9})\.?[\s\-/.,]*(\d{4}|\d{2})")
_NAME_DAY_YEAR = re.compile(r"([a-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})")
_PARTIAL = re.compile(
    r"(\d{4})(?:\s*[-/.年]\s*(\d{1,2})?\s*月?|年)?|[a-z]{3,9}\.?[\s\-/]*\d{4}|\d{1,2}[-/.]\d{4}"
)
_TIME = re.compile(r"[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m)?\s*Z?$", re.I)
_BUDDHIST_OFFSET = 543


def read_typed_date(
    *, text: str, order: Order = "", on: date | None = None, birth: bool = False
) -> TypedDate:
    """A date as someone typed it: ISO, ``15.04.1990``, ``1990年5月1日``, ``15APR90`` and the like.

    `order` decides between 3/4/1990 and 4/3/1990; without it such a date is ambiguous. A year of the Buddhist era
    is recognised but not converted.
    """
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip()).casefold().strip()
    for pattern in (_YEAR_FIRST, _COMPACT):
        if found := pattern.fullmatch(plain):
            year, month, day = (int(part) for part in found.groups())
            return _certain(year, month, day)
    if found := _NUMBERS.fullmatch(plain):
        first, sign, second, year_text = found.groups()
        # Only the order day, month, year is written with points (ISO 8601's predecessors, DIN 5008).
        order = order or ("day first" if sign == "." else "")
        return _read_numbers(int(first), int(second), year_text, (order, on, birth))
    if found := _DAY_NAME_YEAR.fullmatch(plain):
        return _read_named(found.group(1), found.group(2), found.group(3), (order, on, birth))
    if found := _NAME_DAY_YEAR.fullmatch(plain):
        return _read_named(found.group(2), found.group(1), found.group(3), (order, on, birth))
    return TypedDate(None, "partial" if _PARTIAL.fullmatch(plain) else "unreadable")


def _certain(year: int, month: int, day: int) -> TypedDate:
    if 2400 <= year <= 2700:
        western = make_date(year - _BUDDHIST_OFFSET, month, day)
        return TypedDate(None, "era", (western,) if western else ())
    found = make_date(year, month, day) if 1850 <= year <= 2150 else None
    return TypedDate(found, "" if found else "unreadable")


def _place(year_text: str, month: int, day: int, on: date | None, birth: bool) -> int:
    if len(year_text) == 4:
        return int(year_text)
    if birth:
        return place_birth_year(two_digits=int(year_text), month=month, day=day, on=on)
    return place_year_near(two_digits=int(year_text), on=on)


def _read_numbers(first: int, second: int, year_text: str, how: tuple[Order, date | None, bool]) -> TypedDate:
    order, on, birth = how
    readings = {
        "day first": _certain(_place(year_text, second, first, on, birth), second, first),
        "month first": _certain(_place(year_text, first, second, on, birth), first, second),
    }
    if order and not readings[order].fault:
        return readings[order]
    days = tuple(sorted({reading.day for reading in readings.values() if reading.day}))
    if len(days) == 1 and not order:
        return TypedDate(days[0])
    if len(days) == 2:
        return TypedDate(None, "ambiguous", days)
    eras = tuple(day for reading in readings.values() for day in reading.readings)
    return TypedDate(None, "era" if eras else "unreadable", eras or days)


def _read_named(day: str, month: str, year_text: str, how: tuple[Order, date | None, bool]) -> TypedDate:
    number = _MONTHS.get(month[:3])
    if number is None:
        return TypedDate(None, "unreadable")
    return _certain(_place(year_text, number, int(day), how[1], how[2]), number, int(day))


def find_order(texts: list[str]) -> Order:
    """Whether a column of dates like 13/4/1990 puts the day or the month first; empty when nothing shows it."""
    seen: set[Order] = set()
    for text in texts:
        found = _NUMBERS.fullmatch(_TIME.sub("", unicodedata.normalize("NFKC", text).strip()).strip())
        if found:
            first, second = int(found.group(1)), int(found.group(3))
            if first > 12 >= second:
                seen.add("day first")
            elif second > 12 >= first:
                seen.add("month first")
    return seen.pop() if len(seen) == 1 else ""


_SERIAL_START = date(1899, 12, 30)


def read_serial(number: float) -> date | None:
    """The day an Excel serial number means (1900 system), or None outside 1900-2150."""
    if not 1 <= number < 91_700:
        return None
    # Excel counts a 29 February 1900 that never was.
    return _SERIAL_START + timedelta(days=int(number) + (1 if number < 60 else 0))
