"""What a home authority tells the port: travellers who became positive after they had left. CSV, XLSX or JSON.

docs/reference/contact-lists.md describes the columns. A row that cannot be used is named with its place and left out.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import python_calamine

from pratique.core.answers import Problem
from pratique.formats.spreadsheet_headings import fold

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "wristband code", "腕带编码"),
    "document_number": ("document_number", "document number", "passport number", "证件号码", "护照号"),
    "born_on": ("born_on", "date of birth", "出生日期"),
    "sampled_on": ("sampled_on", "first positive sample", "sampled on", "采样日期", "首次阳性采样日期"),
    "onset_on": ("onset_on", "symptoms began", "onset", "发病日期"),
    "isolated_on": ("isolated_on", "isolated since", "隔离日期"),
    "reference": ("reference", "letter", "文号", "函号"),
}
"""Field → what a column may be called."""
ROWS_MAX = 5_000
_FIELD = {fold(name): field for field, names in HEADINGS.items() for name in names}
REMEDY = "see docs/reference/contact-lists.md; dates are written 2020-04-17"


@dataclass(frozen=True, slots=True)
class Positive:
    """One person: by wristband code, or document number and date of birth; when sampled, ill and isolated; whose letter."""

    where: str
    code: str = ""
    document_number: str = ""
    born_on: date | None = None
    sampled_on: date | None = None
    onset_on: date | None = None
    isolated_on: date | None = None
    reference: str = ""


def read(*, data: bytes) -> tuple[tuple[Positive, ...], tuple[Problem, ...]]:
    """Everybody told of, and what was wrong with the file or a row of it."""
    try:
        rows = list(_read_rows(data))
    except (ValueError, OSError, csv.Error, python_calamine.CalamineError, UnicodeDecodeError) as fault:
        return (), (Problem("positive-list-unreadable", "file", str(fault)[:200], REMEDY, fatal=True),)
    found, problems = [], []
    for where, row in rows[:ROWS_MAX]:
        problem = _judge(where, row)
        if isinstance(problem, Positive):
            found.append(problem)
        else:
            problems.append(problem)
    if len(rows) > ROWS_MAX:
        message = f"only the first {ROWS_MAX} rows were read"
        problems.append(Problem("positive-list-long", "file", message, "send the rest in another file"))
    return tuple(found), tuple(problems)


def _read_rows(data: bytes) -> Iterable[tuple[str, dict[str, Any]]]:
    """Rows with their places, their columns by field. Raises ValueError for a file without known headings."""
    if data.lstrip()[:1] in (b"{", b"["):
        document = json.loads(data)
        people = document.get("positives") if isinstance(document, dict) else document
        if not isinstance(people, list) or not all(isinstance(one, dict) for one in people):
            raise ValueError("there is no list under `positives`")
        yield from ((f"positives[{n}]", dict(one)) for n, one in enumerate(people))
        return
    grid = _read_grid(data)
    head, columns = next(
        (
            (number, found)
            for number, row in enumerate(grid[:20])
            if len(found := {c: f for c, cell in enumerate(row) if (f := _FIELD.get(fold(str(cell))))}) >= 2
        ),
        (-1, {}),
    )
    if head < 0:
        raise ValueError("no row of headings that are known")
    for number, row in enumerate(grid[head + 1 :], start=head + 2):
        told = {field: row[column] for column, field in columns.items() if column < len(row)}
        if any(str(cell).strip() for cell in told.values()):
            yield f"row {number}", told


def _read_grid(data: bytes) -> Sequence[Sequence[Any]]:
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            return book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=ROWS_MAX + 50)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return list(csv.reader(io.StringIO(text)))


def _judge(where: str, row: Mapping[str, Any]) -> Positive | Problem:
    dates: dict[str, date | None] = {}
    for name in ("born_on", "sampled_on", "onset_on", "isolated_on"):
        try:
            dates[name] = _read_day(row.get(name))
        except ValueError:
            return Problem("positive-list-date", f"{where}, {name}", f"{row[name]!r} is no date", REMEDY)
    told = {name: _spell(row.get(name)) for name in ("code", "document_number", "reference")}
    if not told["code"] and not told["document_number"]:
        message = "neither wristband code nor document number"
        return Problem("positive-list-nobody", where, message, "say of whom this is")
    if dates["sampled_on"] is None and dates["onset_on"] is None:
        message = "neither the first positive sample nor the onset is dated"
        return Problem("positive-list-undated", where, message, "give one of the two dates")
    return Positive(where, **told, **dates)


def _spell(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _read_day(cell: Any) -> date | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    text = str(cell).strip()
    return date.fromisoformat(text.replace("/", "-")) if text else None
