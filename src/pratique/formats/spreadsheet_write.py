"""A manifest as a spreadsheet (XLSX) or a delimited file (CSV), with Chinese or English headings."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

import xlsxwriter

from pratique.core.manifest.passenger_list import Document, Listed, Manifest
from pratique.formats.spreadsheet_headings import HEADINGS

_VISA = "V"
_WORDS = {
    "zh": {
        "sheet": "旅客名单",
        "title": "旅客名单",
        "total": "合计",
        "crew": "机组",
        "passenger": "旅客",
        "yes": "是",
        "M": "男",
        "F": "女",
        "X": "X",
    },
    "en": {
        "sheet": "Passenger list",
        "title": "Passenger list",
        "total": "Total",
        "crew": "Crew",
        "passenger": "Passenger",
        "yes": "Yes",
        "M": "M",
        "F": "F",
        "X": "X",
    },
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the spreadsheet is written.

    `title` puts the flight in rows above the headings, `total` a row with the control count below the list.
    `encoding` and `delimiter` are for CSV alone.
    """

    kind: Literal["csv", "xlsx"] = "xlsx"
    language: Literal["zh", "en"] = "zh"
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    title: bool = True
    total: bool = True


def write(*, manifest: Manifest, sheet: Sheet = Sheet()) -> bytes:
    """The manifest as one sheet: titles, headings, one row a traveller, total.

    A row holds one document and one visa; a traveller's further documents have no column and are not written.
    """
    rows = _lay_out(manifest, sheet)
    return _write_csv(rows, sheet) if sheet.kind == "csv" else _write_xlsx(rows, sheet)


Cell = str | int | date | None


def _lay_out(manifest: Manifest, sheet: Sheet) -> list[list[Cell]]:
    words = _WORDS[sheet.language]
    columns = _columns(words)
    used = [
        field
        for field in columns
        if field in ("surname", "given_names", "document_number")
        or any(columns[field](person) not in ("", None) for person in manifest.travellers)
    ]
    rows: list[list[Cell]] = []
    if sheet.title:
        rows.append([words["title"]])
        rows.extend(_title_rows(manifest, sheet))
    rows.append([_heading("row_number", sheet), *(_heading(field, sheet) for field in used)])
    for number, person in enumerate(manifest.travellers, start=1):
        rows.append([number, *(columns[field](person) for field in used)])
    if sheet.total:
        stated = len(manifest.travellers)
        if manifest.stated_passengers is not None:
            stated = manifest.stated_passengers + (manifest.stated_crew or 0)
        rows.append([words["total"], stated])
    return rows


def _heading(field: str, sheet: Sheet) -> str:
    return HEADINGS[field][0 if sheet.language == "zh" else 1]


def _title_rows(manifest: Manifest, sheet: Sheet) -> list[list[Cell]]:
    flight = manifest.flight
    pairs: list[tuple[str, str]] = [
        ("flight", flight.designator),
        ("departure", flight.departure),
        ("arrival", flight.arrival),
        ("scheduled_departure_at", _moment(flight.scheduled_departure_at)),
        ("scheduled_arrival_at", _moment(flight.scheduled_arrival_at)),
        ("sender", manifest.sender),
    ]
    return [[_heading(field, sheet), value] for field, value in pairs if value]


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ", timespec="minutes") if moment else ""


def _columns(words: dict[str, str]) -> dict[str, Callable[[Listed], Cell]]:
    """Field → its cell in a traveller's row, in the order of the columns."""
    return {
        "surname": lambda person: person.surname,
        "given_names": lambda person: person.given_names,
        "chinese_name": lambda person: person.chinese_name,
        "sex": lambda person: words[person.sex] if person.sex else "",
        "born_on": lambda person: person.born_on,
        "nationality": lambda person: person.nationality,
        "document_kind": lambda person: _find_document(person).kind,
        "document_number": lambda person: _find_document(person).number,
        "document_issuer": lambda person: _find_document(person).issuer,
        "document_expires_on": lambda person: _find_document(person).expires_on,
        "visa_number": lambda person: _find_visa(person).number,
        "visa_issuer": lambda person: _find_visa(person).issuer,
        "visa_expires_on": lambda person: _find_visa(person).expires_on,
        "seat": lambda person: person.seat,
        "party": lambda person: person.party,
        "reference": lambda person: person.reference,
        "role": lambda person: words["crew"] if person.role == "crew" else "",
        "in_transit": lambda person: words["yes"] if person.in_transit else "",
        "embarked": lambda person: person.embarked,
        "debarked": lambda person: person.debarked,
        "cleared": lambda person: person.cleared,
        "residence": lambda person: person.residence,
        "birthplace": lambda person: person.birthplace,
        "bag_pieces": lambda person: person.bags.pieces,
        "bag_weight": lambda person: person.bags.weight_kg,
        "bag_tags": lambda person: " ".join(person.bags.tags),
        "telephone": lambda person: person.contact.telephone,
        "email": lambda person: person.contact.email,
        "address": lambda person: person.contact.address,
    }


def _find_document(person: Listed) -> Document:
    return next((document for document in person.documents if document.kind != _VISA), Document("", ""))


def _find_visa(person: Listed) -> Document:
    return next((document for document in person.documents if document.kind == _VISA), Document("", ""))


def _write_csv(rows: list[list[Cell]], sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sheet.delimiter, lineterminator="\r\n")
    writer.writerows(rows)
    return text.getvalue().encode(sheet.encoding)


def _write_xlsx(rows: list[list[Cell]], sheet: Sheet) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(_WORDS[sheet.language]["sheet"])
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date) and cell.year < 1900:
                    # A spreadsheet knows no day before 1900.
                    page.write_string(number, column, cell.isoformat())
                elif isinstance(cell, date):
                    page.write_datetime(number, column, datetime.combine(cell, time()), days)
                elif isinstance(cell, int):
                    page.write_number(number, column, cell)
                elif cell:
                    page.write_string(number, column, cell)
    return data.getvalue()
