"""The bulletin as a workbook: real numbers, one sheet a table, definitions beside. The same bulletin gives the same bytes."""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pratique.core.bulletin.edition import Bulletin, Line
from pratique.core.bulletin.figure import SECTION_NAMES, UNIT_NAMES, Nature
from pratique.core.bulletin.table import FIGURES
from pratique.formats import bulletin_tables as tables
from pratique.formats import bulletin_words as words
from pratique.formats import chart_palette as palette
from pratique.formats import fonts
from pratique.formats.bulletin_charts import draw_charts
from pratique.formats.bulletin_tables import Content, Heading, Table
from pratique.formats.bulletin_words import BOTH, Editions, label, pick
from pratique.formats.chart import PNG_SCALE
from pratique.formats.words import Language

A4 = 9
WIDEST = 62
"""Characters; longer text is wrapped."""
CHART_GAP_ROWS = 3
ROW_HEIGHT_PX = 20


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of a workbook."""

    title: Format
    note: Format
    heading: Format
    heading_right: Format
    text: Format
    right: Format
    whole: Format
    decimal: Format
    signed: Format
    signed_decimal: Format
    day: Format
    hour: Format
    moment: Format


def write(*, bulletin: Bulletin, editions: Editions = BOTH) -> bytes:
    """The bulletin as XLSX; each language has its own sheets, the Chinese first."""
    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, {"in_memory": True})
    looks = _make_looks(workbook)
    _set_properties(workbook, bulletin, editions[0])
    for language in editions:
        for table in _list_tables(bulletin, language):
            if table.rows:
                _write_sheet(workbook, looks, table, bulletin, language)
        _write_charts(workbook, looks, bulletin, language)
    workbook.close()
    return written.getvalue()


def _list_tables(bulletin: Bulletin, language: Language) -> list[Table]:
    return [
        _list_all_figures(bulletin, language),
        tables.list_flights(bulletin, language),
        tables.list_trips(bulletin, language),
        tables.list_exits(bulletin, language),
        tables.list_owners(bulletin, language),
        tables.list_days(bulletin, language),
        tables.list_corrections(bulletin, language),
        tables.list_objections(bulletin, language),
        _list_proof(bulletin, language),
        tables.list_definitions(language),
    ]


def _list_all_figures(bulletin: Bulletin, language: Language) -> Table:
    """Every figure on one sheet, with its section and its code, so that a formula can find it."""
    rows = []
    for figure in FIGURES:
        line = bulletin.figures.get(figure.code, Line())
        cumulative: Content = line.cumulative if figure.nature is Nature.FLOW else tables.BLANK
        rows.append(
            (
                pick(SECTION_NAMES[figure.section], language),
                pick(figure.name, language),
                line.today,
                line.yesterday,
                line.difference,
                cumulative,
                pick(UNIT_NAMES[figure.unit], language),
                figure.code,
            )
        )
    headings = (
        Heading(label("section", language)),
        Heading(label("figure", language)),
        Heading(label("today", language), numeric=True),
        Heading(label("yesterday", language), numeric=True),
        Heading(label("difference", language), numeric=True, signed=True),
        Heading(label("cumulative", language), numeric=True),
        Heading(label("unit", language)),
        Heading(label("code", language)),
    )
    return Table("figures", label("figures", language), headings, tuple(rows))


def _list_proof(bulletin: Bulletin, language: Language) -> Table:
    headings = (Heading(label("subject", language)), Heading(label("because", language)))
    rows = tuple(words.list_proof_lines(bulletin, language))
    return Table("proof", label("proof", language), headings, rows)


def _write_sheet(
    workbook: xlsxwriter.Workbook, looks: _Looks, table: Table, bulletin: Bulletin, language: Language
) -> None:
    sheet = _open_sheet(workbook, looks, table.title, bulletin, language)
    for column, heading in enumerate(table.headings):
        sheet.write_string(
            2, column, heading.title, looks.heading_right if heading.numeric else looks.heading
        )
        width = _find_width([heading.title, *(_show(r[column], bulletin, language) for r in table.rows)])
        sheet.set_column(column, column, width)
    for number, row in enumerate(table.rows, start=3):
        for column, (content, heading) in enumerate(zip(row, table.headings, strict=True)):
            _write_cell(sheet, looks, (number, column), content, heading, bulletin)
    sheet.freeze_panes(3, 2 if len(table.headings) > 3 else 1)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 0, 2 + len(table.rows), len(table.headings) - 1)
    if len(table.headings) > tables.NARROW_COLUMNS:
        sheet.set_landscape()


def _open_sheet(
    workbook: xlsxwriter.Workbook, looks: _Looks, title: str, bulletin: Bulletin, language: Language
) -> Worksheet:
    """A sheet with its title and what it is of, set up to print on A4."""
    sheet = workbook.add_worksheet(_name_sheet(title, language))
    day = words.say_day(bulletin.on, language)
    heading = words.string_together(
        (label("title", language), words.name_port(bulletin, language), day), language
    )
    notes = words.string_together((heading, *words.list_notes(bulletin, language)), language)
    sheet.write_string(0, 0, title, looks.title)
    sheet.write_string(1, 0, notes, looks.note)
    sheet.set_row(0, 24)
    sheet.set_row(1, 18)
    sheet.hide_gridlines(2)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.set_footer(f"&L&8{heading}&R&8&P / &N")
    return sheet


def _name_sheet(title: str, language: Language) -> str:
    """The name on a sheet's tab, which may hold no colon and 31 characters at most."""
    return label("definitions_tab", language) if title == label("definitions", language) else title


def _write_cell(
    sheet: Worksheet,
    looks: _Looks,
    at: tuple[int, int],
    content: Content,
    heading: Heading,
    bulletin: Bulletin,
) -> None:
    row, column = at
    if isinstance(content, datetime):
        local = content.astimezone(bulletin.cut_at.tzinfo).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, looks.hour if local.date() == bulletin.on else looks.moment)
    elif isinstance(content, date):
        sheet.write_datetime(row, column, datetime.combine(content, time()), looks.day)
    elif isinstance(content, Decimal):
        look = looks.signed_decimal if heading.signed else looks.decimal
        sheet.write_number(row, column, float(content), look)
    elif isinstance(content, int):
        sheet.write_number(row, column, content, looks.signed if heading.signed else looks.whole)
    elif isinstance(content, str):
        sheet.write_string(row, column, content, looks.right if heading.numeric else looks.text)
    else:
        sheet.write_string(row, column, words.say(content), looks.right)


def _show(content: Content, bulletin: Bulletin, language: Language) -> str:
    heading = Heading("", signed=True)
    return tables.show(content=content, heading=heading, bulletin=bulletin, language=language)


def _find_width(texts: Sequence[str]) -> float:
    """The width of a column in characters; a Chinese one is as wide as two Latin ones."""
    return min(max(map(_measure, texts)) * 1.1 + 2.5, WIDEST)


def _measure(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _write_charts(
    workbook: xlsxwriter.Workbook, looks: _Looks, bulletin: Bulletin, language: Language
) -> None:
    charts = draw_charts(bulletin=bulletin, language=language)
    if not charts:
        return
    sheet = _open_sheet(workbook, looks, label("charts", language), bulletin, language)
    row = 3
    for chart in charts.values():
        sheet.write_string(row, 0, chart.title, looks.text)
        options = {
            "image_data": io.BytesIO(chart.png),
            "x_scale": 1 / PNG_SCALE,
            "y_scale": 1 / PNG_SCALE,
            "description": f"{chart.title}: {chart.description}",
        }
        sheet.insert_image(row + 1, 0, f"{chart.name}.png", options)
        row += int(chart.size_px[1] / ROW_HEIGHT_PX) + CHART_GAP_ROWS


def _set_properties(workbook: xlsxwriter.Workbook, bulletin: Bulletin, language: Language) -> None:
    workbook.set_properties(
        {
            "title": f"{label('title', language)} {bulletin.on.isoformat()}",
            "subject": pick(bulletin.port.name, language),
            "author": pick(bulletin.port.issuer, language),
            "created": bulletin.cut_at.replace(tzinfo=None, microsecond=0),
        }
    )


def _make_looks(workbook: xlsxwriter.Workbook) -> _Looks:
    base = {"font_name": fonts.SANS, "font_size": 10, "font_color": palette.TEXT, "valign": "top"}
    cell = {**base, "bottom": 1, "bottom_color": palette.LINE}
    heading = {
        **base,
        "bottom": 2,
        "bottom_color": palette.EDGE,
        "font_color": palette.MUTED,
        "text_wrap": True,
    }

    def make(**properties: object) -> Format:
        return workbook.add_format({**cell, **properties})

    return _Looks(
        title=workbook.add_format({**base, "font_name": fonts.SERIF, "font_size": 16}),
        note=workbook.add_format({**base, "font_size": 8, "font_color": palette.MUTED}),
        heading=workbook.add_format(heading),
        heading_right=workbook.add_format({**heading, "align": "right"}),
        text=make(text_wrap=True),
        right=make(align="right"),
        whole=make(num_format="#,##0"),
        decimal=make(num_format="#,##0.0"),
        signed=make(num_format="+#,##0;-#,##0;0"),
        signed_decimal=make(num_format="+#,##0.0;-#,##0.0;0.0"),
        day=make(num_format="yyyy-mm-dd", align="left"),
        hour=make(num_format="hh:mm", align="left"),
        moment=make(num_format="mm-dd hh:mm", align="left"),
    )
