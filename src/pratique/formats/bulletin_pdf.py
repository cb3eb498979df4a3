"""The bulletin as PDF on A4, through Typst. The same bulletin gives the same bytes."""

import json
import threading
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

import typst

from pratique.core.bulletin.edition import Audience, Bulletin, Line, Seal
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

LEFT = (Section.PEOPLE, Section.FLIGHTS, Section.TERMINAL, Section.ISSUES)
RIGHT = (Section.TRANSPORT, Section.FORCE, Section.TESTS, Section.DUTIES)
WIDE_MM, NARROW_MM = 174, 83
POINTS_PER_PX = 0.75

_COMPILING = threading.Lock()


def write(*, bulletin: Bulletin, editions: Editions = BOTH) -> bytes:
    """The bulletin as a PDF/UA file; with both languages each is an edition of its own, the Chinese first."""
    inputs = {"data": json.dumps(_describe(bulletin, editions), ensure_ascii=False)}
    with _COMPILING:
        written = _warm_up().compile(
            input=_read_template(),
            sys_inputs=inputs,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(bulletin.cut_at.timestamp()),
        )
    if not isinstance(written, bytes):
        raise TypeError(f"typst gave {type(written).__name__} for a PDF")
    return written


@cache
def _warm_up() -> typst.Compiler:
    """The compiler with the fonts read; made once in a process."""
    return typst.Compiler(font_paths=[str(fonts.find_folder())], ignore_system_fonts=True)


@cache
def _read_template() -> bytes:
    return (resources.files("pratique.formats") / "documents" / "bulletin.typ").read_bytes()


def _describe(bulletin: Bulletin, editions: Editions) -> dict[str, Any]:
    titles = [f"{label('title', each)} | {pick(bulletin.port.name, each)}" for each in editions]
    return {
        "title": " | ".join((*titles, bulletin.on.isoformat())),
        "author": pick(bulletin.port.issuer, editions[0]),
        "fonts": {"sans": fonts.SANS, "serif": fonts.SERIF},
        "palette": {
            "text": palette.TEXT,
            "muted": palette.MUTED,
            "line": palette.LINE,
            "edge": palette.EDGE,
            "accent": palette.ACCENT,
            "raised": palette.RAISED,
            "late": palette.LATE,
        },
        "editions": [_describe_edition(bulletin, language) for language in editions],
    }


def _describe_edition(bulletin: Bulletin, language: Language) -> dict[str, Any]:
    def tabulate(table: tables.Table) -> dict[str, Any]:
        return _describe_table(table, bulletin, language)

    charts = draw_charts(bulletin=bulletin, language=language)
    public = bulletin.audience is Audience.PUBLIC
    return {
        "lang": language,
        "region": "CN" if language == "zh" else "GB",
        "issuer": pick(bulletin.port.issuer, language),
        "title": label("title", language),
        "port": words.name_port(bulletin, language),
        "day": words.say_day(bulletin.on, language),
        "weekday": words.say_weekday(bulletin.on, language),
        "audience": label("public" if public else "internal", language),
        "notes": words.string_together(words.list_notes(bulletin, language), language),
        "running": words.string_together(
            (pick(bulletin.port.issuer, language), label("title", language)), language
        ),
        "foot": _foot(bulletin, language),
        "page": label("page", language),
        "lead": words.summarise(bulletin, language),
        "zeros": [_describe_zero(code.code, bulletin, language) for code in list_section(Section.ZEROS)],
        "zeros-title": pick(SECTION_NAMES[Section.ZEROS], language),
        "zeros-note": label("never_typed", language),
        "figures-title": label("figures", language),
        "legend": label("bands" if tables.has_bands(bulletin) else "legend", language),
        "columns": [
            [_describe_section(bulletin, section, language) for section in sections]
            for sections in (LEFT, RIGHT)
        ],
        "charts": {
            "flights": _describe_chart(charts.get("flights"), WIDE_MM),
            "arrivals": _describe_chart(charts.get("arrivals"), NARROW_MM),
            "days": _describe_chart(charts.get("days"), NARROW_MM),
            "tests": _describe_chart(charts.get("tests"), NARROW_MM),
        },
        "flights": tabulate(tables.list_flights(bulletin, language)),
        "trips": tabulate(tables.list_trips(bulletin, language)),
        "exits": tabulate(tables.list_exits(bulletin, language)),
        "owners": tabulate(tables.list_owners(bulletin, language)),
        "corrections": tabulate(tables.list_corrections(bulletin, language)),
        "objections": tabulate(tables.list_objections(bulletin, language)),
        "proof": {"title": label("proof", language), "lines": words.list_proof_lines(bulletin, language)},
        "definitions-title": label("definitions", language),
        "definitions": list(_describe_definitions(bulletin, language)),
    }


def _foot(bulletin: Bulletin, language: Language) -> str:
    """The root on every page: any sheet alone can be held against the ledger."""
    seal: Seal | None = bulletin.seal
    return f"{label('root', language)} {seal.root[:16]}…" if seal else label("no_seal", language)


def _describe_table(table: tables.Table, bulletin: Bulletin, language: Language) -> dict[str, Any]:
    def show(content: tables.Content, heading: tables.Heading) -> str:
        return tables.show(content=content, heading=heading, bulletin=bulletin, language=language)

    return {
        "title": table.title,
        "headings": [{"title": h.title, "numeric": h.numeric, "share": h.share} for h in table.headings],
        "rows": [[show(c, h) for c, h in zip(row, table.headings, strict=True)] for row in table.rows],
        "empty": table.empty,
    }


def _describe_section(bulletin: Bulletin, section: Section, language: Language) -> dict[str, Any]:
    """A section without its units, which the appendix gives: half a page is narrow."""
    described = _describe_table(tables.list_figures(bulletin, section, language), bulletin, language)
    described["headings"] = described["headings"][:-1]
    described["rows"] = [row[:-1] for row in described["rows"]]
    return described


def _describe_zero(code: str, bulletin: Bulletin, language: Language) -> dict[str, Any]:
    line = bulletin.figures.get(code, Line())
    nought = tables.is_nought(line.today)
    counted = line.today is not None
    return {
        "name": words.name_figure(code, language),
        "today": words.say(line.today),
        "total": f"{label('cumulative', language)} {words.say(line.cumulative)}",
        "nought": nought or not counted,
        "mark": "" if nought or not counted else f"▲ {label('not_zero', language)}",
        "colour": tables.find_alarm(code),
    }


def _describe_chart(chart: Chart | None, room_mm: int) -> dict[str, Any] | None:
    if chart is None:
        return None
    return {
        "title": chart.title,
        "alt": f"{chart.title}: {chart.description}",
        "svg": chart.svg,
        "width-pt": chart.size_px[0] * POINTS_PER_PX,
        "room-mm": room_mm,
    }


def _describe_definitions(bulletin: Bulletin, language: Language) -> Iterable[dict[str, Any]]:
    """The definitions, section by section."""
    for section in Section:
        described = _describe_table(tables.list_definitions(language, section), bulletin, language)
        yield {**described, "title": pick(SECTION_NAMES[section], language)}
