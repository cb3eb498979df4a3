"""The formats this product reads: one line each. To add one, write its file and add its line."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pratique.core.manifest.passenger_list import Manifest
from pratique.formats import mrz, paxlst, results_fhir, results_hl7, results_table, spreadsheet
from pratique.formats.edifact import find_message_type, is_edifact
from pratique.formats.findings import Findings
from pratique.formats.mrz import Mrz
from pratique.formats.results import ResultReport
from pratique.formats.texts import decode

Values = tuple[Manifest, ...] | Mrz | ResultReport | None
Read = Callable[[bytes, Findings, date | None], Values]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of a compound file that hold a workbook, or one encrypted.
_WORKBOOKS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book", "EncryptedPackage"))


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, what it is called, how it is recognised by content, how it is read."""

    name: str
    english: str
    chinese: str
    recognise: Callable[[bytes], bool]
    read: Read


def _is_paxlst(data: bytes) -> bool:
    text = decode(data).text
    return is_edifact(text) and find_message_type(text) != "PNRGOV"


def _is_pnrgov(data: bytes) -> bool:
    text = decode(data).text
    return is_edifact(text) and find_message_type(text) == "PNRGOV"


def _refuse_pnrgov(data: bytes, findings: Findings, on: date | None) -> Values:
    findings.report("reservations_not_list", "file")
    return None


def _is_mrz(data: bytes) -> bool:
    return len(data) <= 4096 and mrz.looks_like_mrz(decode(data).text)


def _holds_member(data: bytes, *starts: str) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return any(name.startswith(starts) for name in names)


def _is_results_table(data: bytes) -> bool:
    if data.startswith((b"PK", _OLE)):
        return results_table.is_workbook(data)
    return results_table.is_delimited(data)


FORMATS: tuple[Format, ...] = (
    Format(
        "paxlst",
        "PAXLST passenger or crew list (UN/EDIFACT)",
        "PAXLST 旅客或机组名单（UN/EDIFACT）",
        _is_paxlst,
        lambda data, findings, on: paxlst.read(data, findings),
    ),
    Format(
        "pnrgov",
        "PNRGOV reservations (recognised, not read as a list)",
        "PNRGOV 订座记录（可识别，不作为名单读取）",
        _is_pnrgov,
        _refuse_pnrgov,
    ),
    Format(
        "mrz",
        "machine-readable zone (ICAO 9303)",
        "证件机读区（ICAO 9303）",
        _is_mrz,
        lambda data, findings, on: mrz.read(data, findings, on=on),
    ),
    Format(
        "hl7",
        "laboratory results, HL7 v2 ORU^R01",
        "检测结果（HL7 v2 ORU^R01）",
        results_hl7.looks_like_hl7,
        lambda data, findings, on: results_hl7.read(data, findings),
    ),
    Format(
        "fhir",
        "laboratory results, FHIR DiagnosticReport",
        "检测结果（FHIR DiagnosticReport）",
        results_fhir.looks_like_results,
        lambda data, findings, on: results_fhir.read(data, findings),
    ),
    Format(
        "results",
        "laboratory results in a table (XLSX, XLS, ODS, CSV)",
        "检测结果表格（XLSX、XLS、ODS、CSV）",
        _is_results_table,
        lambda data, findings, on: results_table.read(data, findings),
    ),
    Format(
        "xlsx",
        "Excel workbook",
        "Excel 工作簿",
        lambda data: _holds_member(data, "xl/"),
        lambda data, findings, on: spreadsheet.read_workbook(data, findings, on=on),
    ),
    Format(
        "xls",
        "Excel 97-2003 workbook",
        "Excel 97-2003 工作簿",
        lambda data: (
            (data.startswith(_OLE) and any(stream in data for stream in _WORKBOOKS))
            or spreadsheet.looks_like_markup(data)
        ),
        lambda data, findings, on: spreadsheet.read_workbook(data, findings, on=on),
    ),
    Format(
        "ods",
        "OpenDocument spreadsheet",
        "OpenDocument 电子表格",
        lambda data: (
            _holds_member(data, "mimetype", "content.xml") and not _holds_member(data, "xl/", "word/")
        ),
        lambda data, findings, on: spreadsheet.read_workbook(data, findings, on=on),
    ),
    Format(
        "csv",
        "delimited list (CSV)",
        "分隔符文本名单（CSV）",
        spreadsheet.looks_delimited,
        lambda data, findings, on: spreadsheet.read_delimited(data, findings, on=on),
    ),
)


def find_format(name: str) -> Format | None:
    """The format of this name, however it is capitalised; None when there is none."""
    return next((known for known in FORMATS if known.name == name.strip().lower()), None)


def recognise(data: bytes) -> Format | None:
    """The first format in the table that knows the content as its own."""
    return next((known for known in FORMATS if known.recognise(data)), None)
