"""What one cell means: dates, numbers, sexes, countries, roles; a doubt is reported with the cell's address."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from pratique.core.manifest.passenger_list import Role, Sex
from pratique.formats.countries import find_country
from pratique.formats.dates import Order, TypedDate, read_serial, read_typed_date
from pratique.formats.findings import Findings
from pratique.formats.spreadsheet_grid import Cell, Grid, name_column, spell
from pratique.formats.spreadsheet_headings import HEADINGS, fold

_SEXES: dict[str, Sex] = {
    **dict.fromkeys(("m", "male", "男", "男性", "mr", "mstr", "1"), "M"),
    **dict.fromkeys(("f", "female", "女", "女性", "mrs", "ms", "miss", "2"), "F"),
    **dict.fromkeys(("x", "u", "unspecified", "other", "不详", "未知", "其他"), "X"),
}
_CREW = {
    fold(word)
    for word in (
        "机组",
        "机组人员",
        "机组成员",
        "乘务",
        "乘务员",
        "飞行员",
        "机长",
        "crew",
        "crew member",
        "fm",
        "crw",
        "cockpit",
        "cabin crew",
        "c",
    )
}
_PASSENGERS = {
    fold(word)
    for word in (
        "旅客",
        "乘客",
        "成人",
        "儿童",
        "婴儿",
        "passenger",
        "passengers",
        "pax",
        "adult",
        "child",
        "infant",
    )
} | {"adt", "chd", "inf", "fl", "p", "cnn", "ins"}
_TRANSIT = {
    fold(word)
    for word in (
        "过境",
        "过境旅客",
        "中转",
        "中转旅客",
        "转机",
        "transit",
        "transit passenger",
        "ddu",
        "iti",
        "transfer",
    )
}
_YES = {"是", "yes", "y", "true", "1", "√", "✓", "有", "x", "过境", "中转", "transit"}
_NO = {"否", "no", "n", "false", "0", "无", "-", "—", ""}
_DOCUMENTS = {
    **dict.fromkeys(
        ("p", "护照", "普通护照", "因私护照", "passport", "pp", "ppt", "因公护照", "公务护照", "外交护照"),
        "P",
    ),
    **dict.fromkeys(("i", "身份证", "居民身份证", "idcard", "identitycard", "nationalid", "id"), "I"),
    **dict.fromkeys(("v", "签证", "visa"), "V"),
}
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e\u3000]")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d{1,2}|\d\.\d+[eE]\d{1,2}")
_CELLS_MAX = 12


@dataclass(slots=True)
class Tally:
    """Faults that a whole column shares: one problem with all of its cells, not one for each."""

    cells: dict[tuple[str, int], list[int]] = field(default_factory=dict)

    def note(self, code: str, row: int, column: int) -> None:
        """Count one cell."""
        rows = self.cells.setdefault((code, column), [])
        if row not in rows[-1:]:
            rows.append(row)

    def report(self, grid: Grid, findings: Findings) -> None:
        """One problem for each code and column."""
        for (code, column), rows in self.cells.items():
            names = [f"{name_column(column)}{row + 1}" for row in rows[:_CELLS_MAX]]
            names += ["..."] if len(rows) > _CELLS_MAX else []
            where = f"{grid.prefix}cell{'s' if len(rows) > 1 else ''} {' '.join(names)}"
            findings.report(code, where, {"count": len(rows)})


@dataclass(frozen=True, slots=True)
class At:
    """A cell with all that is needed to speak of it."""

    grid: Grid
    row: int
    column: int
    findings: Findings
    tally: Tally

    @property
    def cell(self) -> Cell:
        """What stands in it."""
        return self.grid.get(self.row, self.column)

    @property
    def place(self) -> str:
        """Its address."""
        return self.grid.place(self.row, self.column)

    def report(self, code: str, **facts: object) -> None:
        """Report a problem of this cell."""
        self.findings.report(code, self.place, facts)


def read_text(at: At) -> str:
    """The cell as text; full-width letters are counted."""
    if isinstance(at.cell, str) and _FULL_WIDTH.search(at.cell) and spell(at.cell).isascii():
        at.tally.note("full_width", at.row, at.column)
    return spell(at.cell)


def read_document_number(at: At) -> str:
    """A document number; one that a spreadsheet has kept as a number has lost something, and that is reported."""
    text = read_text(at)
    if isinstance(at.cell, float | int) and not isinstance(at.cell, bool):
        if abs(at.cell) >= 1e15:
            at.report("number_imprecise")
        else:
            at.tally.note("number_in_cell", at.row, at.column)
    elif _SCIENTIFIC.fullmatch(text):
        at.report("number_scientific", text=text)
    return text.upper()


def read_sex(at: At) -> Sex:
    """M, F or X; empty when the cell is, or is not understood."""
    text = fold(read_text(at))
    if text and text not in _SEXES:
        report_unreadable(at, "sex")
    return _SEXES.get(text, "")


def read_country(at: At) -> str:
    """A country's alpha-3 code; an unknown one stays as written."""
    text = read_text(at)
    if not text:
        return ""
    code = find_country(text)
    if code is None:
        at.report("country_unknown", text=text)
        return text.upper()
    return code


def find_role(text: str) -> tuple[Role, bool] | None:
    """Role and whether in transit, of a word like 机组, 旅客, 过境旅客, Crew; None when it is none of these."""
    folded = fold(text)
    if folded in _CREW:
        return "crew", False
    if folded in _PASSENGERS:
        return "passenger", False
    return ("passenger", True) if folded in _TRANSIT else None


def read_yes(at: At, name: str) -> bool:
    """Whether a cell says yes; reported when it says neither yes nor no."""
    text = read_text(at).casefold()
    if text not in _YES and text not in _NO:
        report_unreadable(at, name)
    return text in _YES


def read_document_kind(at: At) -> str:
    """``P``, ``I``, ``V`` for passport, identity card, visa; any other kind as written."""
    text = read_text(at)
    return _DOCUMENTS.get(fold(text), text.upper())


def guess_kind(heading: str) -> str:
    """The kind of document a heading names: 护照号码 and Passport no. hold passports, 身份证号 identity cards."""
    folded = fold(heading)
    if "护照" in folded or "passport" in folded:
        return "" if "证件" in folded else "P"
    return "I" if folded.startswith("身份证") else ""


def read_count(at: At, name: str) -> int | None:
    """A whole number; None when the cell is empty or no number."""
    text = read_text(at)
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,6})(?:\.\d+)?\s*(?:kg|公斤|件|pcs|pc)?", text, re.I)
    if not found:
        report_unreadable(at, name)
        return None
    return int(found.group(1))


def report_unreadable(at: At, name: str) -> None:
    """The value of a field is not understood."""
    chinese, english = HEADINGS[name][:2]
    at.report("value_unreadable", text=spell(at.cell), field=english, field_zh=chinese)


def read_day(at: At, order: Order, on: date | None, birth: bool = False) -> date | None:
    """A day, however it was typed; None and a report when it is not one certain day."""
    cell = at.cell
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = read_text(at)
    if not text:
        return None
    # A serial number below 20000 (1954) is likelier a year or a mistake than a date; a compact date has 8 digits.
    if re.fullmatch(r"\d{5}", text) and (day := read_serial(float(text))):
        at.tally.note("date_serial", at.row, at.column)
        return day
    found = read_typed_date(text=text, order=order, on=on, birth=birth)
    if found.day and order and read_typed_date(text=text, on=on, birth=birth).fault == "ambiguous":
        at.tally.note(f"date_{order.replace(' ', '_')}", at.row, at.column)
    if found.fault:
        _report_date(at, text, found)
    return found.day


def _report_date(at: At, text: str, found: TypedDate) -> None:
    days = [day.isoformat() for day in found.readings] + ["", ""]
    at.report(f"date_{found.fault}", text=text, first=days[0], second=days[1])


_CLOCK = re.compile(r"(\d{1,2})[:：时](\d{2})(?::\d{2})?分?$|^(\d{2})(\d{2})$")


def read_moment(at: At, day: date | None) -> datetime | None:
    """A local date and time; a time alone is put on `day`."""
    cell = at.cell
    if isinstance(cell, datetime):
        return cell.replace(second=0, microsecond=0)
    if isinstance(cell, time) and day:
        return datetime.combine(day, cell.replace(second=0, microsecond=0))
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    text = read_text(at)
    if not text:
        return None
    moment = find_moment(text, day)
    if moment is None:
        report_unreadable(at, "scheduled_departure_at")
    return moment


def find_moment(text: str, day: date | None) -> datetime | None:
    """A date and time in a text (``2020-04-15 08:05``), or a time on `day` (``0805``); None when it is neither."""
    found = _CLOCK.search(text.strip())
    if not found:
        typed = read_typed_date(text=text, on=day)
        return datetime.combine(typed.day, time()) if typed.day else None
    rest = text.strip()[: found.start()].strip(" T")
    if rest:
        day = read_typed_date(text=rest, on=day).day
    hour, minute = int(found.group(1) or found.group(3)), int(found.group(2) or found.group(4))
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute))
