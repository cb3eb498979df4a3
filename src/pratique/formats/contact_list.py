"""Contacts of a case for another health authority: CSV, XLSX or JSON, with what that authority needs and nothing else.

docs/reference/contact-lists.md describes the columns.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from pratique.core.tracing.edition import Said

VERSION = 1
FIELDS: Mapping[str, Said] = {
    "code": Said("腕带编码", "Wristband code"),
    "surname": Said("姓", "Surname"),
    "given_names": Said("名", "Given names"),
    "chinese_name": Said("中文姓名", "Chinese name"),
    "sex": Said("性别", "Sex"),
    "born_on": Said("出生日期", "Date of birth"),
    "document_number": Said("证件号码", "Document number"),
    "document_issuer": Said("签发国", "Issued by"),
    "telephone": Said("电话", "Telephone"),
    "email": Said("电子邮箱", "E-mail"),
    "address": Said("地址", "Address"),
    "ring": Said("圈层", "Ring"),
    "grade": Said("接触等级", "Grade"),
    "why": Said("判定依据", "Reason"),
    "last_exposure_on": Said("末次暴露日期", "Last exposure"),
    "told_on": Said("告知日期", "Told on"),
    "sampled_on": Said("采样日期", "Sampled on"),
    "result": Said("检测结果", "Result"),
}
AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "prefecture": tuple(name for name in FIELDS if name not in ("email",)),
    "country": (
        "surname", "given_names", "born_on", "document_number", "document_issuer", "telephone", "email",
        "ring", "grade", "why", "last_exposure_on",
    ),
}  # fmt: skip
"""Who reads it → the fields they get. A prefecture goes on with the quarantine and needs the tests; the focal point of
another country (IHR, article 44) has to find the person and no more."""
KINDS = ("xlsx", "csv", "json")
MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class ContactList:
    """The contacts of one case that are one authority's. `case` is the code alone; `rows` have a value for any of `FIELDS`."""

    port: str
    case: str
    rules: str
    home: str
    audience: str
    made_on: date
    rows: Sequence[Mapping[str, Any]]


def write(*, found: ContactList, kind: str, language: str) -> bytes:
    """The list as one file. Headings are in Chinese or English; JSON has the names of the fields in any language."""
    if kind == "json":
        return _write_json(found)
    rows = [[_head(name, language) for name in AUDIENCES[found.audience]]]
    rows += [[_spell(row.get(name)) for name in AUDIENCES[found.audience]] for row in found.rows]
    return _write_csv(rows) if kind == "csv" else _write_xlsx(rows, found)


def _head(name: str, language: str) -> str:
    return FIELDS[name].zh if language == "zh" else FIELDS[name].en


def _spell(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _write_json(found: ContactList) -> bytes:
    document = {
        "version": VERSION,
        "port": found.port,
        "case": found.case,
        "rules": found.rules,
        "home": found.home,
        "made_on": found.made_on.isoformat(),
        "contacts": [
            {name: _spell(row.get(name)) for name in AUDIENCES[found.audience]} for row in found.rows
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([[_disarm(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _disarm(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, as text."""
    return (
        f"'{cell}"
        if cell[:1] in ("=", "@", "\t", "\r") or (cell[:1] in "+-" and not cell[1:2].isdigit())
        else cell
    )


def _write_xlsx(rows: Sequence[Sequence[str]], found: ContactList) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet(found.case)
        bold = book.add_format({"bold": True, "bottom": 1})
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return data.getvalue()
