"""A laboratory's results as a spreadsheet (XLSX, XLS, ODS) or a delimited text, with headings in Chinese or English."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import python_calamine

from pratique.formats.findings import Findings
from pratique.formats.results import ResultLine, ResultReport, compose_line, read_moment, settle
from pratique.formats.spreadsheet_grid import (
    HEADING_ROWS_MAX,
    ROWS_MAX,
    Cell,
    Grid,
    list_delimited,
    load_workbook,
    spell,
)
from pratique.formats.spreadsheet_headings import fold, is_total

_NAMES = {
    "tube": "条码 条形码 条码号 试管条码 试管编号 试管号 采样管编号 采样管号 采样管条码 样本编号 样本号 样本条码 标本编号 标本号 "
    "标本条码 样品编号 样品号 管号 barcode tube tubebarcode tubeid tubeno tubenumber sampleid sampleno samplenumber "
    "samplebarcode specimenid specimenno specimennumber accessionnumber accession",
    "result": "结果 检测结果 检验结果 核酸结果 核酸检测结果 新冠核酸检测结果 结果判定 result testresult pcrresult finalresult "
    "interpretation",
    "name": "姓名 受检者 受检者姓名 被采样人 被检者姓名 name fullname patient patientname",
    "document": "证件号码 证件号 护照号 护照号码 身份证号 documentnumber documentno passport passportno passportnumber",
    "sampled_at": "采样时间 采样日期时间 采集时间 采样日期 sampledat collected collectedat collectiontime samplingtime "
    "collectiondate",
    "resulted_at": "检测时间 检验时间 报告时间 出报告时间 结果时间 检测日期 报告日期 reportedat reported resulttime testedat "
    "reporttime reportdate testdate",
    "laboratory": "检测机构 检测单位 检验机构 检测实验室 实验室 laboratory lab testinglaboratory performinglab",
}
_FIELDS = {fold(name): field for field, names in _NAMES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class _Heading:
    row: int
    columns: dict[str, int]


def _find_heading(rows: list[list[Cell]]) -> _Heading | None:
    """The first row that names a column of tubes and one of results."""
    for number, row in enumerate(rows[:HEADING_ROWS_MAX]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            field = _FIELDS.get(fold(cell)) if isinstance(cell, str) else None
            if field:
                columns.setdefault(field, column)
        if {"tube", "result"} <= set(columns):
            return _Heading(number, columns)
    return None


def is_workbook(data: bytes) -> bool:
    """Whether a workbook has a sheet with headings for tubes and results."""
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
            return any(
                _find_heading(sheet.to_python(skip_empty_area=False, nrows=HEADING_ROWS_MAX))
                for sheet in sheets
            )
    except (python_calamine.CalamineError, OSError, ValueError):
        return False


def is_delimited(data: bytes) -> bool:
    """Whether a text has a line with headings for tubes and results."""
    return any(_find_heading(grid.rows) for grid in list_delimited(data, HEADING_ROWS_MAX))


def read(data: bytes, findings: Findings) -> ResultReport | None:
    """The results of every sheet that has headings for them; what cannot be used is named by its row."""
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        grids = load_workbook(data, findings)
    else:
        grids = [g for g in list_delimited(data, ROWS_MAX) if _find_heading(g.rows)][:1]
    if findings.refused:
        return None
    found = [(grid, heading) for grid in grids if (heading := _find_heading(grid.rows))]
    if not found:
        findings.report("results_headings_missing", "file")
        return None
    lines = [line for grid, heading in found for line in _read_sheet(grid, heading, findings)]
    return settle(lines, findings)


def _read_sheet(grid: Grid, heading: _Heading, findings: Findings) -> Iterator[ResultLine]:
    def get(row: int, field: str) -> str:
        column = heading.columns.get(field)
        return "" if column is None else spell(grid.get(row, column))

    for row in range(heading.row + 1, len(grid.rows)):
        cells = [spell(cell) for cell in grid.rows[row]]
        if not any(cells) or is_total(next(cell for cell in cells if cell)):
            continue
        place = grid.place_row(row)
        line = ResultLine(
            tube=get(row, "tube"),
            result="",
            name=get(row, "name"),
            document=get(row, "document"),
            sampled_at=read_moment(get(row, "sampled_at"), place, findings),
            resulted_at=read_moment(get(row, "resulted_at"), place, findings),
            laboratory=get(row, "laboratory"),
            place=place,
        )
        composed = compose_line(line, said=get(row, "result"), findings=findings)
        if composed is not None:
            yield composed
