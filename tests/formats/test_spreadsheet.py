"""Spreadsheets: what is written reads back in either language; headings, dates and encodings are told apart."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.strategies import make_manifest
from pratique.core.manifest import Bags, Manifest
from pratique.formats import spreadsheet
from pratique.formats.countries import find_country
from pratique.formats.dates import read_typed_date
from pratique.formats.read import read
from pratique.formats.spreadsheet_grid import name_column
from pratique.formats.spreadsheet_headings import HEADINGS, find_field, fold, is_total

SHEETS = st.one_of(
    st.builds(spreadsheet.Sheet, kind=st.just("xlsx"), language=st.sampled_from(("zh", "en"))),
    st.builds(
        spreadsheet.Sheet,
        kind=st.just("csv"),
        language=st.sampled_from(("zh", "en")),
        encoding=st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le")),
        delimiter=st.sampled_from((",", ";", "\t", "|")),
    ),
)


def plain(manifest: Manifest) -> Manifest:
    """What a spreadsheet carries: no message header, no control count where crew and passengers stand together."""
    people = tuple(replace(person, place="", bags=_drop_tags(person.bags)) for person in manifest.travellers)
    return replace(
        manifest,
        travellers=people,
        function="",
        message_reference="",
        receiver="",
        sent_at=None,
        stated_passengers=None,
    )


def _drop_tags(bags: Bags) -> Bags:
    return Bags(bags.pieces, bags.weight_kg)


@settings(max_examples=60)
@given(manifest=make_manifest(several_documents=False), sheet=SHEETS)
def test_what_is_written_reads_back(manifest: Manifest, sheet: spreadsheet.Sheet) -> None:
    reading = read(data=spreadsheet.write(manifest=manifest, sheet=sheet), strict=True)
    assert reading.format == sheet.kind
    assert reading.accepted, reading.problems
    (found,) = reading.manifests
    assert plain(found) == plain(manifest)
    if manifest.counted_crew == 0:
        assert found.stated_passengers == len(manifest.travellers)


@given(name=st.sampled_from(sorted(HEADINGS)), data=st.data())
def test_a_heading_is_known_however_it_is_typed(name: str, data: st.DataObject) -> None:
    heading = data.draw(st.sampled_from(HEADINGS[name]))
    typed = data.draw(
        st.sampled_from(
            (
                heading,
                heading.upper(),
                f" {heading} ",
                f"{heading}*",
                f"{heading}:",
                f"{heading}\n",
                f"*{heading}",
            )
        )
    )
    assert find_field(typed) == name


def test_no_heading_means_two_things() -> None:
    owners: dict[str, set[str]] = {}
    for name, headings in HEADINGS.items():
        for heading in headings:
            owners.setdefault(fold(heading), set()).add(name)
    assert {text: names for text, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("護照號碼", "document_number"),
        ("出生日期\nDate of Birth", "born_on"),
        ("国籍/Nationality", "nationality"),
        ("ＰＡＳＳＰＯＲＴ　ＮＯ．", "document_number"),
        ("姓名（中文）", "chinese_name"),
        ("Date of Birth (YYYY-MM-DD)", "born_on"),
        ("證件有效期", "document_expires_on"),
        ("体温", None),
        ("", None),
    ],
)
def test_headings_met_in_the_wild(heading: str, name: str | None) -> None:
    assert find_field(heading) == name


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("合计", True),
        ("共 38 人", True),
        ("Total: 3", True),
        ("Grand total", True),
        ("TOTALLI", False),
        ("共和", False),
    ],
)
def test_a_total_is_told_from_a_name(text: str, total: bool) -> None:
    assert is_total(text) is total


@pytest.mark.parametrize(
    "text",
    [
        "1990-05-01",
        "1990/5/1",
        "1990.5.1",
        "1990年5月1日",
        "19900501",
        "01MAY1990",
        "1-May-90",
        "May 1, 1990",
        "01.05.90",
    ]
    + ["１９９０－０５－０１", "1990-05-01 00:00:00", "1st May 1990", "01 may 90"],
)
def test_a_date_is_read_however_it_is_typed(text: str) -> None:
    assert read_typed_date(text=text, on=date(2020, 4, 15), birth=True).day == date(1990, 5, 1)


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_day_and_month_are_never_guessed(day: date) -> None:
    found = read_typed_date(text=f"{day.day}/{day.month}/{day.year}")
    if day.day > 12 or day.day == day.month:
        assert found.day == day
    else:
        assert (found.day, found.fault) == (None, "ambiguous")
        assert day in found.readings


@given(day=st.dates(date(1930, 1, 1), date(2019, 12, 31)))
def test_a_two_digit_birth_year_lies_in_the_past(day: date) -> None:
    """The latest year not after the day of travel: right for everybody under a hundred."""
    found = read_typed_date(text=f"{day:%d.%m.%y}", on=date(2020, 4, 15), birth=True)
    assert found.day == day or day < date(1920, 4, 15)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("中国", "CHN"),
        ("中國籍", "CHN"),
        ("PRC", "CHN"),
        ("CN", "CHN"),
        ("缅甸", "MMR"),
        ("Burma", "MMR"),
        ("緬甸", "MMR"),
    ]
    + [("Côte d'Ivoire", "CIV"), ("D", "D"), ("XXA", "XXA"), ("Atlantis", None)],
)
def test_countries_are_known_by_name_and_code(text: str, code: str | None) -> None:
    assert find_country(text) == code


def test_columns_are_named_as_a_spreadsheet_names_them() -> None:
    assert [name_column(number) for number in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_a_bomb_is_not_unpacked() -> None:
    """A workbook of a few kilobytes that unpacks to hundreds of megabytes is refused before it is unpacked."""
    reading = read(data=_make_bomb(), format="xlsx")
    assert [problem.code for problem in reading.problems] == ["workbook_broken"]
    assert "unpacks" in reading.problems[0].message


def _make_bomb() -> bytes:
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/workbook.xml", "w") as member,
    ):
        for _ in range(210):
            member.write(bytes(1_000_000))
    return data.getvalue()
