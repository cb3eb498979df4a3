"""The bulletin as a Word document on A4, to be edited, copied from or filed. The same bulletin gives the same bytes.

Every style names the font for Chinese as well as for Latin text; a computer without it is told what to take instead.
"""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from pratique.core.bulletin.edition import Audience, Bulletin, Line
from pratique.core.bulletin.figure import SECTION_NAMES, Section
from pratique.core.bulletin.table import list_section
from pratique.formats import bulletin_tables as tables
from pratique.formats import bulletin_words as words
from pratique.formats import chart_palette as palette
from pratique.formats import fonts
from pratique.formats.bulletin_charts import draw_charts
from pratique.formats.bulletin_words import BOTH, Editions, label, pick
from pratique.formats.chart import Chart
from pratique.formats.words import Language

CONTENT_MM = 174
CONTENT_TWENTIETHS = int(CONTENT_MM / 25.4 * 72 * 20)
LINE = 1.4
MM_PER_PX = 25.4 / 96

_STYLES: dict[str, tuple[str, float, str, float, float]] = {
    "Normal": (fonts.SANS, 9, palette.TEXT, 0, 2),
    "Title": (fonts.SERIF, 28, palette.TEXT, 6, 2),
    "Heading 1": (fonts.SANS, 12, palette.TEXT, 14, 4),
    "Heading 2": (fonts.SANS, 9.5, palette.TEXT, 6, 1),
    "Bulletin note": (fonts.SANS, 7.5, palette.MUTED, 0, 2),
    "Bulletin lead": (fonts.SANS, 10.5, palette.TEXT, 8, 8),
    "Bulletin day": (fonts.SERIF, 15, palette.TEXT, 0, 2),
    "Bulletin zero": (fonts.SANS, 26, palette.TEXT, 0, 0),
    "Bulletin cell": (fonts.SANS, 8, palette.TEXT, 0, 0),
    "Bulletin small cell": (fonts.SANS, 6.5, palette.TEXT, 0, 0),
    "Bulletin heading cell": (fonts.SANS, 7, palette.MUTED, 0, 0),
}
"""Style: font, size in points, colour, space before and after in points."""

_RULES = (("bottom", palette.EDGE, 6), ("insideH", palette.LINE, 4))
_BORDERS = (
    "<w:tblBorders>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour.lstrip("#")}"/>'
        for side, colour, eighths in _RULES
    )
    + "</w:tblBorders>"
)
"""Thin rules between rows, a firm one below the last."""

_MARGINS = '<w:tblCellMar><w:left w:w="30" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar>'

_SUBSTITUTES = {fonts.SANS: "Microsoft YaHei", fonts.SERIF: "SimSun"}
"""What a computer without our fonts should take: both come with every Chinese Windows."""


def write(*, bulletin: Bulletin, editions: Editions = BOTH) -> bytes:
    """The bulletin as DOCX; with both languages each is an edition of its own, the Chinese first."""
    document = Document()
    _set_styles(document)
    _set_properties(document, bulletin, editions[0])
    _drop_thumbnail(document)
    for number, language in enumerate(editions):
        if number:
            document.add_section(WD_SECTION.NEW_PAGE)
        _Edition(document, bulletin, language).write()
    written = io.BytesIO()
    document.save(written)
    return _fix_times(written.getvalue())


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a Word table: its width in twentieths of a point, and whether it is set to the right."""

    width: int
    right: bool


class _Edition:
    """One language's edition, written to the end of a document."""

    def __init__(self, document: DocumentType, bulletin: Bulletin, language: Language) -> None:
        self.document = document
        self.bulletin = bulletin
        self.language = language
        self.charts = draw_charts(bulletin=bulletin, language=language)

    def write(self) -> None:
        bulletin, language = self.bulletin, self.language
        self._set_page()
        self._write_masthead()
        self._add(words.summarise(bulletin, language), "Bulletin lead")
        if bulletin.objections:
            self._write_table(tables.list_objections(bulletin, language))
        self._write_zeros()
        self._write_figures()
        for name in ("arrivals", "days", "flights"):
            self._draw(self.charts.get(name))
        self._write_table(tables.list_flights(bulletin, language))
        self._write_table(tables.list_trips(bulletin, language))
        self._write_table(tables.list_owners(bulletin, language))
        self._draw(self.charts.get("tests"))
        if bulletin.exits:
            self._write_table(tables.list_exits(bulletin, language))
        if bulletin.corrections:
            self._write_table(tables.list_corrections(bulletin, language))
        self._write_proof()
        self._write_definitions()

    def _set_page(self) -> None:
        section = self.document.sections[-1]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin, section.bottom_margin = Mm(18), Mm(18)
        section.header_distance = section.footer_distance = Mm(10)
        section.footer.is_linked_to_previous = False
        _drop(section._sectPr, "w:pgNumType")
        start = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
        section._sectPr.insert_element_before(start, "w:cols", "w:docGrid")
        footer = section.footer.paragraphs[0]
        footer.style = self.document.styles["Bulletin note"]
        footer.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        before, between, after = label("page", self.language).split("{}")
        for text, code in ((before, "PAGE"), (between, "SECTIONPAGES"), (after, "")):
            footer.add_run(text)
            if code:
                _add_field(footer, code)

    def _write_masthead(self) -> None:
        bulletin, language = self.bulletin, self.language
        public = bulletin.audience is Audience.PUBLIC
        self._add(pick(bulletin.port.issuer, language), "Normal")
        self._add(label("title", language), "Title")
        day = f"{words.say_day(bulletin.on, language)}  {words.say_weekday(bulletin.on, language)}"
        self._add(day, "Bulletin day")
        notes = (
            words.name_port(bulletin, language),
            label("public" if public else "internal", language),
            *words.list_notes(bulletin, language),
        )
        _rule(self._add(words.string_together(notes, language), "Bulletin note"), "bottom", palette.TEXT, 8)

    def _write_zeros(self) -> None:
        self._add(pick(SECTION_NAMES[Section.ZEROS], self.language), "Heading 1")
        self._add(label("never_typed", self.language), "Bulletin note")
        table = self.document.add_table(rows=1, cols=5)
        for cell, figure in zip(table.rows[0].cells, list_section(Section.ZEROS), strict=True):
            line = self.bulletin.figures.get(figure.code, Line())
            number = cell.paragraphs[0]
            number.style = self.document.styles["Bulletin zero"]
            run = number.add_run(words.say(line.today))
            cell.add_paragraph(pick(figure.name, self.language), style="Heading 2")
            total = f"{label('cumulative', self.language)} {words.say(line.cumulative)}"
            if line.today is not None and not tables.is_nought(line.today):
                run.font.color.rgb = RGBColor.from_string(tables.find_alarm(figure.code).lstrip("#"))
                total = f"▲ {label('not_zero', self.language)}  {total}"
            cell.add_paragraph(total, style="Bulletin note")

    def _write_figures(self) -> None:
        self._add(label("figures", self.language), "Heading 1")
        note = "bands" if tables.has_bands(self.bulletin) else "legend"
        self._add(label(note, self.language), "Bulletin note")
        groups = [
            tables.list_figures(self.bulletin, section, self.language)
            for section in Section
            if section is not Section.ZEROS
        ]
        self._tabulate(groups, titled=True)

    def _write_table(self, table: tables.Table) -> None:
        self._add(table.title, "Heading 1")
        if table.rows:
            self._tabulate([table], titled=False)
        else:
            self._add(table.empty, "Normal")

    def _tabulate(self, groups: Sequence[tables.Table], *, titled: bool) -> None:
        """A Word table of one or more groups of rows with one heading that repeats on every page."""
        headings = groups[0].headings
        columns = _lay_columns(headings)
        style = "Bulletin small cell" if len(headings) > tables.NARROW_COLUMNS else "Bulletin cell"
        rows = [self._lay_row([h.title for h in headings], columns, "Bulletin heading cell", repeat=True)]
        for group in groups:
            if titled:
                texts = [group.title, *([""] * (len(headings) - 1))]
                rows.append(self._lay_row(texts, columns, "Heading 2"))
            for row in group.rows:
                shown = [
                    tables.show(content=c, heading=h, bulletin=self.bulletin, language=self.language)
                    for c, h in zip(row, headings, strict=True)
                ]
                rows.append(self._lay_row(shown, columns, style))
        self._lay_table(rows, columns, _BORDERS)

    def _lay_row(
        self, texts: Sequence[str], columns: Sequence[_Column], style: str, *, repeat: bool = False
    ) -> str:
        """A row as Word has it. Written as text: a table of hundreds of flights has thousands of cells."""
        style_id = self.document.styles[style].style_id
        cells = []
        for text, column in zip(texts, columns, strict=True):
            aligned = '<w:jc w:val="right"/>' if column.right else ""
            run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
            paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/>{aligned}</w:pPr>{run}</w:p>'
            cells.append(
                f'<w:tc><w:tcPr><w:tcW w:w="{column.width}" w:type="dxa"/></w:tcPr>{paragraph}</w:tc>'
            )
        repeated = "<w:tblHeader/>" if repeat else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"

    def _lay_table(self, rows: Sequence[str], columns: Sequence[_Column], borders: str) -> None:
        """A table of fixed widths at the end of the document."""
        grid = "".join(f'<w:gridCol w:w="{column.width}"/>' for column in columns)
        whole = sum(column.width for column in columns)
        table = parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/>{borders}'
            f'<w:tblLayout w:type="fixed"/>{_MARGINS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
        )
        self.document.element.body.insert_element_before(table, "w:sectPr")

    def _draw(self, chart: Chart | None) -> None:
        if chart is None:
            return
        self._add(chart.title, "Heading 1")
        width_mm = min(chart.size_px[0] * MM_PER_PX, CONTENT_MM)
        picture = self.document.add_picture(io.BytesIO(chart.png), width=Mm(width_mm))
        described = picture._inline.docPr
        described.set("title", chart.title)
        described.set("descr", chart.description)

    def _write_proof(self) -> None:
        self._add(label("proof", self.language), "Heading 1")
        columns = _lay_columns((tables.Heading(""), tables.Heading("", share=5)))
        lines = words.list_proof_lines(self.bulletin, self.language)
        self._lay_table([self._lay_row(line, columns, "Bulletin cell") for line in lines], columns, "")

    def _write_definitions(self) -> None:
        self._add(label("definitions", self.language), "Heading 1")
        groups = [tables.list_definitions(self.language, section) for section in Section]
        self._tabulate(groups, titled=True)
        self._add("", "Bulletin note")  # Word wants a paragraph after the last table

    def _add(self, text: str, style: str) -> Paragraph:
        return self.document.add_paragraph(text, style=style)


def _lay_columns(headings: Sequence[tables.Heading]) -> list[_Column]:
    """Columns that fill the page together, each by its share."""
    whole = sum(h.share for h in headings)
    return [_Column(int(CONTENT_TWENTIETHS * h.share / whole), h.numeric) for h in headings]


def _set_styles(document: DocumentType) -> None:
    for name, (font, size_pt, colour, before_pt, after_pt) in _STYLES.items():
        known = {style.name for style in document.styles}
        style: Any = (
            document.styles[name]
            if name in known
            else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        )
        style.font.size, style.font.bold, style.font.italic = Pt(size_pt), name.startswith("Heading"), False
        style.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before_pt), Pt(after_pt)
        style.paragraph_format.keep_with_next = name.startswith("Heading")
        if name.endswith("cell"):
            style.paragraph_format.line_spacing = Pt(size_pt * LINE)  # the fonts' own is half as much again
        _set_fonts(style.element.get_or_add_rPr(), font)
        _drop(style.element, "w:pBdr")
    defaults = document.styles.element.find(qn("w:docDefaults"))
    text = defaults.find(f"{qn('w:rPrDefault')}/{qn('w:rPr')}")
    _set_fonts(text, fonts.SANS)
    _drop(text, "w:lang")
    text.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="en-GB" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'))
    _name_substitutes(document)


def _set_fonts(properties: Any, font: str) -> None:
    """One font for Latin, Chinese and everything else; a theme's fonts would win over it and are taken out."""
    _drop(properties, "w:rFonts")
    slots = " ".join(f'w:{slot}="{font}"' for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {slots}/>"))


def _drop(element: Any, tag: str) -> None:
    for found in list(element.iter(qn(tag))):
        found.getparent().remove(found)


def _name_substitutes(document: DocumentType) -> None:
    part = next(p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml")
    known = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for font, instead in _SUBSTITUTES.items()
    )
    part._blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{known}</w:fonts>'.encode()


def _set_properties(document: DocumentType, bulletin: Bulletin, language: Language) -> None:
    properties = document.core_properties
    at = bulletin.cut_at.replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = properties.last_printed = at
    properties.author = properties.last_modified_by = pick(bulletin.port.issuer, language)
    properties.title = f"{label('title', language)} {bulletin.on.isoformat()}"
    properties.subject = pick(bulletin.port.name, language)
    properties.language = "zh-CN" if language == "zh" else "en-GB"
    properties.comments, properties.keywords, properties.revision = "", "", bulletin.revision


def _drop_thumbnail(document: DocumentType) -> None:
    """The picture of an empty page that the library's template brings along."""
    links = document.part.package.rels
    for key in [key for key, link in links.items() if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del links[key]


def _add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word works out: the page, or how many pages the section has."""
    for kind in ("begin", code, "end"):
        run = paragraph.add_run()
        if kind == code:
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _rule(paragraph: Paragraph, side: str, colour: str, eighths: int) -> None:
    border = f'<w:{side} w:val="single" w:sz="{eighths}" w:space="4" w:color="{colour.lstrip("#")}"/>'
    paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"))


def _fix_times(document: bytes) -> bytes:
    """The same files in the archive with no time of their own, so that the bytes depend on the content alone."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in _list_files(document):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _list_files(document: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(document)) as source:
        for name in source.namelist():
            yield name, source.read(name)
