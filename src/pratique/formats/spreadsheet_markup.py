"""Sheets that a program wrote as text and named .xls: the XML workbook of Excel 2003, a web page with a table.

Sources: Microsoft, XML Spreadsheet Reference (2003); HTML 4, section 11. One lenient parser reads both: it expands no
entities of a document's own, and a document that was cut gives the rows before the cut.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser

from pratique.formats.texts import decode

Value = str | float | datetime
Box = tuple[int, int, int, int]

_EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_HEAD_MAX = 20_000


@dataclass(slots=True)
class Sheet:
    """One sheet or table as it is written; `cells` are kept by row and column, both from 0."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Value] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)

    def list_rows(self) -> list[list[Value]]:
        """The cells from A1 on; an empty text where there is none."""
        height = max((row for row, _ in self.cells), default=-1) + 1
        widths = [0] * height
        for row, column in self.cells:
            widths[row] = max(widths[row], column + 1)
        return [[self.cells.get((row, column), "") for column in range(widths[row])] for row in range(height)]


@dataclass(slots=True)
class _Open:
    """A table that is being read: where its next cell goes, and what is written into the open one."""

    sheet: Sheet
    row: int = -1
    column: int = 0
    taken: set[tuple[int, int]] = field(default_factory=set)
    at: tuple[int, int] | None = None
    kind: str = ""
    text: list[str] = field(default_factory=list)


def is_excel_2003(data: bytes) -> bool:
    """Whether a document is an XML workbook of Excel 2003."""
    text = decode(data[:_HEAD_MAX]).text.lstrip("\ufeff \t\r\n")
    return text.startswith("<") and _EXCEL_2003 in text and re.search(r"<(\w+:)?Workbook\b", text) is not None


def is_web_page(data: bytes) -> bool:
    """Whether a document is a web page with a table."""
    text = decode(data[:_HEAD_MAX]).text.lstrip("\ufeff \t\r\n")
    return text.startswith("<") and re.search(r"<table\b", text, re.IGNORECASE) is not None


def parse(*, data: bytes, rows_max: int, columns_max: int) -> list[Sheet]:
    """Every sheet of the document, in its order; cells past the limits are left out."""
    parser = _Parser(rows_max, columns_max)
    parser.feed(decode(data).text)
    parser.close()
    parser.end_all()
    return parser.sheets


class _Parser(HTMLParser):
    def __init__(self, rows_max: int, columns_max: int) -> None:
        super().__init__()
        self.limits = (rows_max, columns_max)
        self.sheets: list[Sheet] = []
        self.stack: list[_Open] = []
        self.name = ""
        self.silent = ""  # within this element texts are no cell's

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {key.rpartition(":")[2]: value or "" for key, value in attrs}
        word = tag.rpartition(":")[2]
        if word == "worksheet":
            self.name = named.get("name", "")
        elif word == "table":
            self.sheets.append(Sheet(self.name))
            self.stack.append(_Open(self.sheets[-1]))
        elif word in ("style", "script", "comment", "visible"):
            self.silent = word
        elif self.stack:
            self._open_part(word, named)

    def _open_part(self, word: str, named: dict[str, str]) -> None:
        table = self.stack[-1]
        if word in ("tr", "row"):
            self._end_cell()
            table.row = _read_number(named.get("index"), table.row + 2) - 1
            table.column = 0
        elif word in ("td", "th", "cell"):
            self._end_cell()
            table.column = _read_number(named.get("index"), table.column + 1) - 1
            while (table.row, table.column) in table.taken:
                table.column += 1
            table.at = (max(table.row, 0), table.column)
            table.kind = ""
            wide = _read_number(named.get("colspan"), 1) + _read_number(named.get("mergeacross"), 0)
            high = _read_number(named.get("rowspan"), 1) + _read_number(named.get("mergedown"), 0)
            self._merge(table, wide, high)
        elif word == "data":
            table.kind = named.get("type", "").lower()
        elif word in ("br", "p", "div"):
            table.text.append(" ")

    def _merge(self, table: _Open, wide: int, high: int) -> None:
        row, column = table.at or (0, 0)
        last_row = min(row + high - 1, self.limits[0])
        last_column = min(column + wide - 1, self.limits[1])
        table.column = last_column + 1
        if last_row > row or last_column > column:
            table.sheet.merged.append((row, column, last_row, last_column))
            for below in range(row + 1, last_row + 1):
                table.taken.update((below, across) for across in range(column, last_column + 1))

    def handle_endtag(self, tag: str) -> None:
        word = tag.rpartition(":")[2]
        if word == self.silent:
            self.silent = ""
        elif self.stack and word in ("td", "th", "cell", "tr", "row", "table"):
            self._end_cell()
            if word == "table":
                self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self.silent == "visible" and data.strip().lower() in ("sheethidden", "sheetveryhidden"):
            for sheet in self.sheets:
                sheet.hidden = sheet.hidden or sheet.name == self.name
        elif not self.silent and self.stack and self.stack[-1].at is not None:
            self.stack[-1].text.append(data)

    def _end_cell(self) -> None:
        table = self.stack[-1]
        if table.at is not None:
            text = re.sub(r"\s+", " ", "".join(table.text)).strip()
            if text and table.at[0] <= self.limits[0] and table.at[1] < self.limits[1]:
                table.sheet.cells[table.at] = _read_value(text, table.kind)
        table.at, table.text = None, []

    def end_all(self) -> None:
        """Close what the end of a cut document has left open."""
        while self.stack:
            self._end_cell()
            self.stack.pop()


def _read_number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,6}", text) else otherwise


def _read_value(text: str, kind: str) -> Value:
    """A cell of Excel 2003 in its type; a web page has texts only."""
    try:
        if kind == "number":
            return float(text)
        if kind == "datetime":
            return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return text
