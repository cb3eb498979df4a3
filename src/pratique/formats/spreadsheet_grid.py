"""Workbooks and delimited files as plain grids of cells, and where in them the headings stand."""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice

import python_calamine

from pratique.formats import spreadsheet_markup
from pratique.formats.findings import Findings
from pratique.formats.spreadsheet_headings import find_field
from pratique.formats.strangers import describe_markup
from pratique.formats.texts import Decoded, list_decodings, looks_binary

Cell = str | float | int | bool | date | datetime | time | timedelta
Box = tuple[int, int, int, int]  # first row, first column, last row, last column; all counted from 0

HEADING_ROWS_MAX = 40
ROWS_MAX = 20_000
COLUMNS_MAX = 200
# What a workbook may unpack to; far beyond any passenger list, far below what fills a machine.
UNPACKED_MAX_MB = 200
_MANIFEST_MAX = 200_000
# The stream in which an encrypted XLSX travels (MS-OFFCRYPTO 2.3.4.4).
_LOCKED = "EncryptedPackage".encode("utf-16-le")
NAMES = {"full_name", "surname", "given_names", "chinese_name"}
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: rows of cells from A1 on, and its merged boxes. `name` is empty for a delimited file."""

    name: str
    rows: list[list[Cell]]
    merged: list[Box] = field(default_factory=list)

    def get(self, row: int, column: int) -> Cell:
        """A cell, or an empty text outside the grid."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def place(self, row: int, column: int) -> str:
        """A cell's address as a spreadsheet shows it."""
        return f"{self.prefix}cell {name_column(column)}{row + 1}"

    def place_row(self, row: int) -> str:
        """A row's address as a spreadsheet shows it."""
        return f"{self.prefix}row {row + 1}"

    @property
    def prefix(self) -> str:
        """The sheet's name before an address; nothing for a delimited file."""
        return f"sheet {self.name}, " if self.name else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headings stand: their last row, and column → field, in the order of the columns."""

    row: int
    fields: dict[int, str]
    texts: dict[int, str]


def name_column(column: int) -> str:
    """0 → ``A``, 26 → ``AA``."""
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def spell(cell: Cell) -> str:
    """A cell as text: half width, trimmed; whole numbers without a point, dates as ISO."""
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip()
        if text.startswith('="') and text.endswith('"'):
            text = text[2:-1]
        return re.sub(r"\s+", " ", text.removeprefix("'")).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e22 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def find_heading(grid: Grid) -> Heading | None:
    """The row with the most known headings, a name and something else among them; None when there is none."""
    best: Heading | None = None
    for row in range(min(len(grid.rows), HEADING_ROWS_MAX)):
        for heading in (_read_heading(grid, row), _read_double_heading(grid, row)):
            if heading and (
                best is None or len(set(heading.fields.values())) > len(set(best.fields.values()))
            ):
                best = heading
    return best


def _read_heading(grid: Grid, row: int) -> Heading | None:
    texts = {
        column: cell for column, cell in enumerate(grid.rows[row]) if isinstance(cell, str) and cell.strip()
    }
    return _judge_heading(row, texts)


def _read_double_heading(grid: Grid, row: int) -> Heading | None:
    """Two rows of headings: 证件 merged over 类型 and 号码."""
    if row + 1 >= len(grid.rows):
        return None
    across = [box for box in grid.merged if box[0] == row == box[2] and box[3] > box[1]]
    if not across:
        return _read_from_above(grid, row)
    upper = {column: spell(cell) for column, cell in enumerate(grid.rows[row])}
    for _, left, _, right in across:
        for column in range(left, min(right, COLUMNS_MAX) + 1):
            upper[column] = upper.get(left, "")
    texts = {}
    for column in range(max(len(grid.rows[row]), len(grid.rows[row + 1]))):
        lower = spell(grid.get(row + 1, column))
        joined = upper.get(column, "") + lower
        texts[column] = lower if lower and not find_field(joined) else joined
    return _judge_heading(row + 1, {column: text for column, text in texts.items() if text})


def _read_from_above(grid: Grid, row: int) -> Heading | None:
    """Two rows of headings that are not merged: 座位 stands in the upper one, over an empty cell of the lower."""
    lower = _read_heading(grid, row + 1)
    if lower is None:
        return None
    above = {
        column: cell
        for column, cell in enumerate(grid.rows[row])
        if isinstance(cell, str) and find_field(cell) and not spell(grid.get(row + 1, column))
    }
    return _judge_heading(row + 1, {**above, **lower.texts})


def _judge_heading(row: int, texts: dict[int, str]) -> Heading | None:
    fields = {column: found for column, text in texts.items() if (found := find_field(text))}
    known = set(fields.values())
    if not known & (NAMES | {"document_number"}) or len(known) < 2:
        return None
    return Heading(row, fields, texts)


def load_workbook(data: bytes, findings: Findings) -> list[Grid]:
    """The visible sheets of an XLSX, XLS or ODS workbook, or of a text saved as one; hidden ones are reported."""
    if spreadsheet_markup.is_excel_2003(data) or spreadsheet_markup.is_web_page(data):
        return _load_markup(data, findings)
    if _LOCKED in data or _is_locked(data):
        findings.report("workbook_locked", "file")
        return []
    if reason := _find_bomb(data):
        findings.report("workbook_broken", "file", {"reason": reason})
        return []
    grids = []
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            for number, sheet in enumerate(book.sheets_metadata):
                if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                page = book.get_sheet_by_index(number)
                if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                    if page.height:
                        findings.report("sheet_hidden", f"sheet {sheet.name}")
                    continue
                rows = page.to_python(skip_empty_area=False, nrows=ROWS_MAX + 1)
                merged = [(*first, *last) for first, last in (page.merged_cell_ranges or [])]
                grids.append(_limit(Grid(sheet.name, rows, merged), findings))
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        findings.report("workbook_broken", "file", {"reason": str(fault)[:200]})
    return grids


def _load_markup(data: bytes, findings: Findings) -> list[Grid]:
    grids = []
    for sheet in spreadsheet_markup.parse(data=data, rows_max=ROWS_MAX, columns_max=COLUMNS_MAX):
        if sheet.hidden:
            findings.report("sheet_hidden", f"sheet {sheet.name}")
        elif sheet.cells:
            rows: list[list[Cell]] = [list(row) for row in sheet.list_rows()]
            grids.append(_limit(Grid(sheet.name, rows, sheet.merged), findings))
    return grids


def looks_like_markup(data: bytes) -> bool:
    """Whether a text is an XML workbook of Excel 2003, or a web page with a table under known headings."""
    if spreadsheet_markup.is_excel_2003(data):
        return True
    if not spreadsheet_markup.is_web_page(data):
        return False
    sheets = spreadsheet_markup.parse(data=data, rows_max=HEADING_ROWS_MAX, columns_max=COLUMNS_MAX)
    return any(find_heading(Grid("", [list(row) for row in sheet.list_rows()])) for sheet in sheets)


def _is_locked(data: bytes) -> bool:
    """Whether an OpenDocument manifest says that its content is encrypted."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("META-INF/manifest.xml") as member:
            return b"encryption-data" in member.read(_MANIFEST_MAX)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RuntimeError, EOFError, zlib.error):
        return False


def _find_bomb(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return ""
    try:
        unpacked = sum(member.file_size for member in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        return str(fault)[:200]
    return f"it unpacks to {unpacked // 1_000_000} MB" if unpacked > UNPACKED_MAX_MB * 1_000_000 else ""


def _limit(grid: Grid, findings: Findings) -> Grid:
    if len(grid.rows) > ROWS_MAX:
        findings.report("rows_too_many", grid.place_row(ROWS_MAX), {"limit": ROWS_MAX})
    rows = [row[:COLUMNS_MAX] for row in grid.rows[:ROWS_MAX]]
    return Grid(grid.name, rows, grid.merged)


def looks_delimited(data: bytes) -> bool:
    """Whether a text is a delimited list: known headings, or lines with equally many delimiters."""
    decoded = list_decodings(data)[0]
    if looks_binary(decoded.text[:20_000]) or describe_markup(decoded.text):
        return False
    if any(_score(_parse(decoding, sign, HEADING_ROWS_MAX)) for decoding, sign in _list_ways(data)):
        return True
    return any(_is_even(_parse(decoded, sign, HEADING_ROWS_MAX)) for sign in _DELIMITERS)


def _is_even(grid: Grid) -> bool:
    """Whether nearly all rows have the same three cells or more."""
    widths = [len(row) for row in grid.rows if any(row)]
    usual = max(set(widths), key=widths.count, default=0)
    return usual >= 3 and len(widths) > 1 and widths.count(usual) >= 0.9 * len(widths)


def load_delimited(data: bytes, findings: Findings) -> Grid:
    """A delimited file, in the encoding and with the delimiter under which most headings are known."""
    ways = _list_ways(data)
    decoding, sign = max(ways, key=lambda way: _score(_parse(*way, HEADING_ROWS_MAX)))
    if not decoding.certain:
        findings.report("encoding_unsure", "file", {"encoding": decoding.encoding})
    text, sign = _open_text(decoding, sign)
    try:
        rows = _parse_rows(text, sign, ROWS_MAX + 1)
    except csv.Error:
        findings.report("quotes_broken", "file")
        rows = _part_lines(text, sign, ROWS_MAX + 1)
    return _limit(Grid("", rows), findings)


def list_delimited(data: bytes, rows_max: int) -> list[Grid]:
    """A text under every encoding and delimiter it may have, the likeliest first; none for what is no text."""
    ways = _list_ways(data)
    if looks_binary(ways[0][0].text[:20_000]) or describe_markup(ways[0][0].text):
        return []
    return [_parse(*way, rows_max) for way in ways]


def _list_ways(data: bytes) -> list[tuple[Decoded, str]]:
    return [(decoding, sign) for decoding in list_decodings(data) for sign in _DELIMITERS]


def _score(grid: Grid) -> int:
    heading = find_heading(grid)
    return len(set(heading.fields.values())) if heading else 0


def _parse(decoding: Decoded, sign: str, rows_max: int) -> Grid:
    text, sign = _open_text(decoding, sign)
    try:
        return Grid("", _parse_rows(text, sign, rows_max))
    except csv.Error:
        return Grid("", _part_lines(text, sign, rows_max))


def _open_text(decoding: Decoded, sign: str) -> tuple[str, str]:
    """The text without its mark, and its delimiter: Excel may name one in a first line ``sep=;``."""
    text = decoding.text.removeprefix("\ufeff").replace("\x00", "")
    if found := re.match(r"sep=(.)\r?\n", text):
        return text[found.end() - 1 :], found.group(1)
    return text, sign


def _parse_rows(text: str, sign: str, rows_max: int) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    return [list(row) for row in islice(reader, rows_max)]


def _part_lines(text: str, sign: str, rows_max: int) -> list[list[Cell]]:
    """Each line by itself: a quotation mark that never ends would else swallow the rows after it."""
    rows: list[list[Cell]] = []
    for line in re.split(r"\r\n|\r|\n", text)[:rows_max]:
        try:
            cells = next(csv.reader([line], delimiter=sign, strict=True), [])
        except csv.Error:
            cells = line.replace('"', "").split(sign)
        rows.append(list(cells))
    return rows
