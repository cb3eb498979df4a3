"""The documents say what the bulletin says, in each language, figure by figure."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn
from python_calamine import load_workbook

from core.bulletin.day import DAY, FIRST_ON, ON, make_bulletin, make_bulletins, make_facts, with_count
from pratique.core.bulletin import compose, public
from pratique.core.bulletin.edition import Band, Cell, TripLine
from pratique.core.bulletin.facts import Count
from pratique.core.bulletin.figure import Nature
from pratique.core.bulletin.table import FIGURES
from pratique.core.duties.vocabulary import Words
from pratique.formats import (
    bulletin_docx,
    bulletin_pdf,
    bulletin_tables,
    bulletin_words,
    bulletin_xlsx,
    fonts,
)

LANGUAGES = ("zh", "en")
WRITERS = {"pdf": bulletin_pdf, "docx": bulletin_docx, "xlsx": bulletin_xlsx}
BULLETIN = make_bulletin()
PUBLIC = public.make_public(bulletin=BULLETIN)


def read_pdf(written: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(written)).pages]


def write_pdf(bulletin, language) -> str:
    return "\n".join(read_pdf(bulletin_pdf.write(bulletin=bulletin, editions=(language,))))


def read_docx_rows(written: bytes) -> list[list[str]]:
    document = docx.Document(io.BytesIO(written))
    return [
        ["".join(t.text or "" for t in cell.iter(qn("w:t"))) for cell in row.tc_lst]
        for table in document.tables
        for row in table._tbl.tr_lst
    ]


def squeeze(text: str) -> str:
    """Text without any white space: where a reader of PDFs sees a gap is not the document's affair."""
    return re.sub(r"\s", "", text)


def say_line(figure, bulletin, language) -> list[str]:
    """Name, today, yesterday, change and total of a figure, as they are printed."""
    line = bulletin.figures[figure.code]
    said = [bulletin_words.pick(figure.name, language)]
    said += [bulletin_words.say(line.today), bulletin_words.say(line.yesterday)]
    said.append(bulletin_words.say_difference(line.difference))
    return [*said, bulletin_words.say(line.cumulative) if figure.nature is Nature.FLOW else ""]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bulletin", [BULLETIN, PUBLIC], ids=["internal", "public"])
def test_the_pdf_tells_every_figure_with_its_comparison(bulletin, language):
    text = squeeze(write_pdf(bulletin, language))
    for figure in FIGURES:
        name, *cells = say_line(figure, bulletin, language)
        if figure.code.startswith("zero_"):
            total = bulletin_words.label("cumulative", language)
            assert squeeze(f"{cells[0]}{name}{total}{cells[3]}") in text
        else:
            assert squeeze("".join((name, *cells))) in text, figure.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_tells_what_every_figure_counts(language):
    text = squeeze(write_pdf(BULLETIN, language))
    for figure in FIGURES:
        assert squeeze(bulletin_words.pick(figure.definition, language)) in text
        assert figure.code in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_tells_every_flight_trip_owner_and_exit(language):
    text = squeeze(write_pdf(BULLETIN, language))
    tables = (
        bulletin_tables.list_flights,
        bulletin_tables.list_trips,
        bulletin_tables.list_owners,
        bulletin_tables.list_exits,
    )
    for list_table in tables:
        table = list_table(BULLETIN, language)
        for row in table.rows:
            shown = [
                bulletin_tables.show(content=c, heading=h, bulletin=BULLETIN, language=language)
                for c, h in zip(row, table.headings, strict=True)
            ]
            assert all(squeeze(cell) in text for cell in shown), shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_tells_the_seal_and_the_protocols(language):
    texts = [
        write_pdf(BULLETIN, language),
        " ".join(
            " ".join(row)
            for row in read_docx_rows(bulletin_docx.write(bulletin=BULLETIN, editions=(language,)))
        ),
        str(read_sheets(bulletin_xlsx.write(bulletin=BULLETIN, editions=(language,)))),
    ]
    for text in texts:
        assert BULLETIN.seal.root in text
        assert BULLETIN.seal.chain in text
        assert all(protocol.code in text for protocol in BULLETIN.protocols)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bulletin", [BULLETIN, PUBLIC], ids=["internal", "public"])
def test_the_word_document_tells_every_figure_with_its_comparison(bulletin, language):
    rows = read_docx_rows(bulletin_docx.write(bulletin=bulletin, editions=(language,)))
    zeros = "".join(rows[0])
    for figure in FIGURES:
        said = say_line(figure, bulletin, language)
        if figure.code.startswith("zero_"):
            assert f"{said[1]}{said[0]}" in zeros
        else:
            assert any(row[:5] == said for row in rows), said


def read_sheets(written: bytes) -> list[list[list[object]]]:
    workbook = load_workbook(io.BytesIO(written))
    return [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]


def as_number(cell: Cell) -> object:
    if cell is None or isinstance(cell, Band):
        return bulletin_words.say(cell)
    return float(cell)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("bulletin", [BULLETIN, PUBLIC], ids=["internal", "public"])
def test_the_workbook_holds_every_figure_as_a_number(bulletin, language):
    figures = {
        row[7]: row
        for row in read_sheets(bulletin_xlsx.write(bulletin=bulletin, editions=(language,)))[0][3:]
    }
    assert set(figures) == {figure.code for figure in FIGURES}
    for figure in FIGURES:
        line, row = bulletin.figures[figure.code], figures[figure.code]
        assert row[1] == bulletin_words.pick(figure.name, language)
        assert row[2:5] == [as_number(cell) for cell in (line.today, line.yesterday, line.difference)]
        assert row[5] == (as_number(line.cumulative) if figure.nature is Nature.FLOW else "")


def test_the_workbook_holds_flights_with_real_times_and_definitions_on_a_sheet_of_their_own():
    sheets = load_workbook(io.BytesIO(bulletin_xlsx.write(bulletin=BULLETIN, editions=("en",))))
    flights = sheets.get_sheet_by_name("Flights of the day").to_python()
    for row, flight in zip(flights[3:], BULLETIN.flights, strict=True):
        assert row[0] == flight.designator
        assert row[2] == flight.scheduled_at.replace(tzinfo=None)
        assert row[7:15] == [
            float(flight.landed),
            *(float(getattr(flight.where, place)) for place in list(bulletin_tables.PLACES)[:7]),
        ]
    definitions = sheets.get_sheet_by_name("Definitions").to_python()
    assert [row[4] for row in definitions[3:]] == [figure.code for figure in FIGURES]


def test_a_workbook_is_ready_to_be_read_and_printed():
    with zipfile.ZipFile(io.BytesIO(bulletin_xlsx.write(bulletin=BULLETIN, editions=("zh",)))) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "<autoFilter" in sheet
    assert "_xlnm.Print_Titles" in names


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_bulletin_gives_the_same_bytes(name):
    write = WRITERS[name].write
    assert write(bulletin=BULLETIN) == write(bulletin=make_bulletin())


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("editions", [("zh",), ("en",), ("zh", "en")], ids="-".join)
def test_each_language_is_an_edition_of_its_own(name, editions):
    written = WRITERS[name].write(bulletin=BULLETIN, editions=editions)
    if name == "pdf":
        text = "".join(read_pdf(written))
    elif name == "docx":
        text = "".join(p.text for p in docx.Document(io.BytesIO(written)).paragraphs)
    else:
        text = str(read_sheets(written))
    for language in LANGUAGES:
        title = bulletin_words.label("title", language)
        lead = squeeze(bulletin_words.summarise(BULLETIN, language))
        assert (title in text) == (language in editions)
        if name != "xlsx":
            assert (lead in squeeze(text)) == (language in editions)


def test_an_english_edition_holds_no_chinese_and_both_have_as_many_rows():
    text = write_pdf(BULLETIN, "en")
    assert not re.search("[\u4e00-\u9fff]", text)
    chinese, english = (
        read_docx_rows(bulletin_docx.write(bulletin=BULLETIN, editions=(language,))) for language in LANGUAGES
    )
    assert [len(row) for row in chinese] == [len(row) for row in english]


def test_pages_are_counted_within_each_edition():
    pages = read_pdf(bulletin_pdf.write(bulletin=BULLETIN))
    starts = [number for number, text in enumerate(pages) if "Page 1 of" in text]
    assert len(starts) == 1
    chinese, english = starts[0], len(pages) - starts[0]
    assert f"第 1 页，共 {chinese} 页" in pages[0]
    assert f"第 {chinese} 页，共 {chinese} 页" in pages[chinese - 1]
    assert f"Page {english} of {english}" in pages[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_itself_takes_two_pages_and_the_appendix_begins_on_the_third(language):
    pages = read_pdf(bulletin_pdf.write(bulletin=BULLETIN, editions=(language,)))
    appendix = bulletin_words.label("definitions", language)
    assert [appendix in page for page in pages][:3] == [False, False, True]
    assert BULLETIN.seal.root in pages[1]


def test_the_pdf_holds_its_own_fonts_and_is_made_for_screen_readers():
    reader = pypdf.PdfReader(io.BytesIO(bulletin_pdf.write(bulletin=BULLETIN)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title
    names = {
        str(font.get_object()["/BaseFont"]).split("+")[1].split("-")[0]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert names == {"NotoSansSC", "NotoSerifSC"}


def test_every_style_used_in_the_word_document_names_its_chinese_font():
    document = docx.Document(io.BytesIO(bulletin_docx.write(bulletin=BULLETIN)))
    used = {p.get(qn("w:val")) for p in document.element.body.iter(qn("w:pStyle"))} | {"Normal"}
    by_id = {style.style_id: style for style in document.styles}
    for style_id in used:
        slots = by_id[style_id].element.rPr.find(qn("w:rFonts"))
        assert slots.get(qn("w:eastAsia")) == slots.get(qn("w:ascii")) in (fonts.SANS, fonts.SERIF)
        assert not any("Theme" in name for name in slots.attrib)


def test_the_word_document_repeats_headings_describes_pictures_and_brings_nothing_else():
    written = bulletin_docx.write(bulletin=BULLETIN, editions=("en",))
    document = docx.Document(io.BytesIO(written))
    assert len(list(document.element.body.iter(qn("w:tblHeader")))) == 6
    pictures = [inline.docPr.get("descr") for inline in document.element.body.iter(qn("wp:inline"))]
    assert len(pictures) == 4
    assert all(pictures)
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert not [name for name in archive.namelist() if "thumbnail" in name]


@pytest.mark.parametrize("name", WRITERS)
def test_a_day_without_flights_is_a_day_like_others(name):
    bulletin = compose.compose(facts=make_facts(on=FIRST_ON, flights=0))
    written = WRITERS[name].write(bulletin=bulletin)
    if name == "pdf":
        text = "".join(read_pdf(written))
        assert bulletin_words.label("no_flights", "zh") in text
        assert bulletin_words.label("no_flights", "en") in text
    else:
        assert written


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_counted_is_a_dash_and_a_doubt_on_the_first_page(language):
    facts = make_facts()
    facts = replace(facts, totals={k: v for k, v in facts.totals.items() if k != "cases_confirmed"})
    bulletin = compose.compose(facts=facts)
    first = squeeze(read_pdf(bulletin_pdf.write(bulletin=bulletin, editions=(language,)))[0])
    name = squeeze(bulletin_words.name_figure("cases_confirmed", language))
    assert f"{name}————" in first
    assert squeeze(bulletin_words.OBJECTIONS["bulletin_not_counted"].zh) in first or language == "en"
    assert squeeze(bulletin_words.OBJECTIONS["bulletin_not_counted"].en) in first or language == "zh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bulletin_without_yesterday_says_so_with_dashes(language):
    bulletin = compose.compose(facts=make_facts(on=FIRST_ON))
    text = squeeze(write_pdf(bulletin, language))
    line = bulletin.figures["flights_landed"]
    name = squeeze(bulletin_words.name_figure("flights_landed", language))
    assert f"{name}{line.today}——{line.cumulative}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_is_told_with_old_and_new(language):
    yesterday, _ = make_bulletins()
    facts = with_count(make_facts(), "tests_taken", ON - DAY, 4)
    bulletin = compose.compose(facts=facts, earlier=[yesterday])
    was, now = (bulletin_words.say(value) for value in (1137, 1141))
    row = [
        bulletin_words.say_short_day(ON - DAY, language),
        bulletin_words.name_figure("tests_taken", language),
        bulletin_words.label("of_day", language),
        was,
        now,
    ]
    assert squeeze("".join(row)) in squeeze(write_pdf(bulletin, language))
    assert row in read_docx_rows(bulletin_docx.write(bulletin=bulletin, editions=(language,)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_zero_that_is_none_is_told_in_words_too(language):
    facts = make_facts()
    facts = replace(
        facts,
        counts=(*facts.counts, Count("zero_missed", ON, 1, ("traveller-1",))),
        totals={**facts.totals, "zero_missed": 1},
    )
    bulletin = compose.compose(facts=facts)
    assert bulletin.objections == ()
    said = squeeze(f"▲ {bulletin_words.label('not_zero', language)}")
    assert said in squeeze(write_pdf(bulletin, language))
    rows = read_docx_rows(bulletin_docx.write(bulletin=bulletin, editions=(language,)))
    assert said in squeeze("".join(rows[0]))
    assert said not in squeeze(write_pdf(BULLETIN, language))


def test_three_hundred_flights_go_on_over_pages_under_a_repeated_heading():
    bulletin = make_bulletin(flights=300)
    pages = read_pdf(bulletin_pdf.write(bulletin=bulletin, editions=("en",)))
    with_rows = [page for page in pages if len(re.findall(r"\b[A-Z0-9]{2}1\d{3}\b", page)) > 5]
    heading = "Flight From Due Landed Level List Door"
    tabled = [page for page in pages if heading in page]
    assert len(tabled) >= 4
    assert all(page in tabled for page in with_rows[1:])
    text = squeeze("".join(pages))
    assert all(text.count(flight.designator) >= 1 for flight in bulletin.flights)
    assert "the 20 of 300 with most people open" in "".join(pages)


@pytest.mark.parametrize("name", WRITERS)
def test_long_and_awkward_names_are_neither_cut_nor_mistaken(name):
    awkward = Words(
        "西双版纳傣族自治州勐腊县磨憨口岸国际旅客集中隔离医学观察场所（二期）<A&B>",
        'Mohan Port International Arrivals Quarantine Observation Facility, Phase Two, "Mengla" #1 *new* <A&B>',
    )
    trips = (replace(BULLETIN.trips[0], destination=awkward), *BULLETIN.trips[1:])
    flights = (
        replace(BULLETIN.flights[0], origin_name=awkward, designator="ABC1234Z"),
        *BULLETIN.flights[1:],
    )
    written = WRITERS[name].write(bulletin=replace(BULLETIN, trips=trips, flights=flights))
    if name == "pdf":
        text = squeeze("".join(read_pdf(written)))
    elif name == "docx":
        text = squeeze("".join("".join(row) for row in read_docx_rows(written)))
    else:
        text = squeeze("".join(str(cell) for sheet in read_sheets(written) for row in sheet for cell in row))
    assert squeeze(awkward.zh) in text
    assert squeeze(awkward.en) in text
    assert "ABC1234Z" in text


@pytest.mark.parametrize("name", WRITERS)
def test_a_public_document_holds_no_number_that_was_blurred(name):
    trips = (TripLine(Words("怒江州", "Nujiang"), True, 1, Band(1, 4), Decimal("610.0")),)
    edition = replace(PUBLIC, trips=trips)
    written = WRITERS[name].write(bulletin=edition, editions=("en",))
    if name == "pdf":
        text = "".join(read_pdf(written))
    elif name == "docx":
        text = "\n".join(" ".join(row) for row in read_docx_rows(written))
    else:
        text = "\n".join(" ".join(map(str, row)) for sheet in read_sheets(written) for row in sheet)
    assert re.search(r"Nujiang.*<5.*610", text)
    assert "Handed to border inspection" not in text
    assert BULLETIN.flights[0].id not in text


def test_numbers_are_said_in_groups_of_three_with_real_minus_signs():
    assert bulletin_words.say(33966) == "33,966"
    assert bulletin_words.say(Decimal("28000.5")) == "28,000.5"
    assert bulletin_words.say(-3) == "−3"
    assert bulletin_words.say_difference(3) == "+3"
    assert bulletin_words.say_difference(0) == "0"
    assert bulletin_words.say(None) == "—"
    assert bulletin_words.say(Band(1, 4)) == "<5"
    assert bulletin_words.say(Band(35, 39)) == "35–39"


def test_every_objection_of_the_reference_is_put_into_words():
    reference = (Path(__file__).parents[3] / "docs/reference/bulletin.md").read_text()
    told = reference.split("## Objections")[1].split("## Refusals")[0]
    assert set(re.findall(r"^\| `(bulletin_[a-z_]+)`", told, re.M)) == set(bulletin_words.OBJECTIONS)
