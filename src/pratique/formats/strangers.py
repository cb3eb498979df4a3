"""What a file that cannot be read as a list looks like, in words that its sender understands.

Told by first bytes, by the members of an archive, by the root of an XML document, by the keys of a JSON one, by the
first line of a text. Nothing is concluded from a file's name.
"""

import io
import json
import re
import zipfile
from dataclasses import dataclass

from pratique.formats.texts import decode, looks_binary

_HEAD_MAX = 20_000
_NAMES_MAX = 5


@dataclass(frozen=True, slots=True)
class Stranger:
    """What a file looks like, English and Chinese; `written` says whether it is text and not a program's own bytes."""

    english: str
    chinese: str
    written: bool = False


_PICTURE = Stranger("a picture", "图片")
_COMPRESSED = Stranger("a compressed file", "压缩文件")
_MAGIC: tuple[tuple[bytes, Stranger], ...] = (
    (b"%PDF", Stranger("a PDF document", "PDF 文档")),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\x00", _PICTURE),
    (b"MM\x00*", _PICTURE),
    (b"\x1f\x8b", _COMPRESSED),
    (b"7z\xbc\xaf", _COMPRESSED),
    (b"Rar!", _COMPRESSED),
    (b"BZh", _COMPRESSED),
    (b"\xfd7zXZ", _COMPRESSED),
    (b"\x28\xb5\x2f\xfd", _COMPRESSED),
    (b"{\\rtf", Stranger("a text document (RTF)", "RTF 文本文档")),
    (b"SQLite format 3", Stranger("a database file", "数据库文件")),
)
# The stream that tells what a compound file of Microsoft's older programs holds.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("WordDocument", Stranger("a Word document", "Word 文档")),
    ("PowerPoint Document", Stranger("a PowerPoint document", "PowerPoint 文档")),
    ("__substg1.0_", Stranger("a saved Outlook message", "Outlook 邮件文件")),
)
# The member that tells a document in a ZIP archive from an archive of files.
_CUT_WORKBOOK = Stranger("an Excel workbook that is damaged", "已损坏的 Excel 工作簿")
_MEMBERS = (
    ("word/", Stranger("a Word document", "Word 文档")),
    ("ppt/", Stranger("a PowerPoint document", "PowerPoint 文档")),
    ("xl/", _CUT_WORKBOOK),
    (
        "tables/auth_",
        Stranger("a backup of this product, for `pratique restore`", "本系统的备份（用 `pratique restore`）"),
    ),
)
# Root elements and keys, lower case, of documents that meet an airport's desk.
_ROOTS = {
    "html": ("a web page", "网页"),
    "alert": ("a CAP alert", "CAP 预警信息"),
    "edxldistribution": ("an EDXL message", "EDXL 消息"),
    "bundle": ("a FHIR document", "FHIR 文档"),
    "schema": ("an XML schema", "XML 模式文件"),
    "iata_aidx_flightlegnotifrq": ("an AIDX flight message", "AIDX 航班报文"),
    "iata_aidx_flightlegrs": ("an AIDX flight message", "AIDX 航班报文"),
}
# Files of this product that another command takes: keys that a JSON document has, and the words for it.
_OWN = (
    ({"kinds", "locations", "parties", "vehicles"}, "a transport problem, for `pratique plan transport`", "运力问题文件（用 `pratique plan transport`）"),
    ({"kind", "shifts", "people"}, "a roster problem, for `pratique plan roster`", "排班问题文件（用 `pratique plan roster`）"),
    ({"format", "figures", "seal"}, "the figures of a bulletin", "日报数字文件"),
)  # fmt: skip
_LINES = (
    (r"\[port\]|\[\[(?:unit|custodian|place)\]\]", "a port file, for `pratique port check`", "口岸文件（用 `pratique port check`）"),
    (r"1AIRLINE STANDARD SCHEDULE DATA SET", "an SSIM schedule", "SSIM 航班时刻表"),
    (r"shc:/|eyJ[\w-]{20}", "a SMART Health Card", "SMART 健康卡"),
    (r"HC1:", "an EU digital COVID certificate", "欧盟数字新冠证书"),
    (r"BEGIN:VCARD", "an address card (vCard)", "电子名片（vCard）"),
    (r"BEGIN:VCALENDAR", "a calendar (iCalendar)", "日历文件（iCalendar）"),
    (r"(?:PNL|ADL)\s+[A-Z0-9]{2}\d{3,4}[A-Z]?/\d{2}[A-Z]{3}", "a passenger name list of the teletype network (PNL, ADL)", "PNL/ADL 旅客名单电报"),
    (r"(?:PRL|PTM|PSM|PFS|ETL|TPM|SOM|MVT|LDM|CPM)\b", "a teletype message between stations", "航站间电报"),
    (r"(?:Received|Return-Path|Delivered-To|MIME-Version|From|Date|Subject): ", "an e-mail", "电子邮件"),
)  # fmt: skip


def describe(data: bytes) -> Stranger | None:
    """What a file looks like; None when it looks like nothing known."""
    for start, stranger in _MAGIC:
        if data.startswith(start):
            return stranger
    if data.startswith(_COMPOUND):
        other = Stranger("a document of an older Office program", "旧版 Office 文档")
        return next((found for name, found in _STREAMS if name.encode("utf-16-le") in data), other)
    if data.startswith(b"PK\x03\x04"):
        return _describe_archive(data)
    text = decode(data).text
    if looks_binary(text[:_HEAD_MAX]):
        return Stranger("a binary file", "二进制文件")
    return describe_markup(text) or _describe_lines(text)


def _describe_archive(data: bytes) -> Stranger:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        # The table of members is lost with the end of the file; each name stands before its member as well.
        if b"xl/workbook.xml" in data or b"xl/worksheets/" in data:
            return _CUT_WORKBOOK
        return Stranger("an archive that is damaged", "已损坏的压缩包")
    for start, stranger in _MEMBERS:
        if any(name.startswith(start) for name in names):
            return stranger
    listed = ", ".join(names[:_NAMES_MAX]) + (", ..." if len(names) > _NAMES_MAX else "")
    return Stranger(f"an archive with files in it ({listed})", f"内含文件的压缩包（{listed}）")


def describe_markup(text: str) -> Stranger | None:
    """What a JSON, XML or HTML document looks like; None for any other text."""
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        return _describe_xml(start[:_HEAD_MAX])
    if re.match(r'\{\s*("|\})|\[\s*[\[{"\]\d]', start):
        return _describe_json(start)
    return None


def _describe_xml(text: str) -> Stranger | None:
    names = [name.rpartition(":")[2] for name in re.findall(r"<([A-Za-z_][\w:.-]*)", text[:_HEAD_MAX])]
    if not names:
        return None
    if re.match(r"<!doctype\s+html", text, re.I):
        names.insert(0, "html")
    known = next((_ROOTS[name.lower()] for name in names[:8] if name.lower() in _ROOTS), None)
    if known:
        return Stranger(*known, written=True)
    return Stranger(f"an XML document (<{names[0]}>)", f"XML 文档（<{names[0]}>）", written=True)


def _describe_json(text: str) -> Stranger | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        keys = re.findall(r'"([^"\\]{1,60})"\s*:', text[:_HEAD_MAX])
        if not keys:
            return None
        return Stranger("a JSON document that is damaged", "已损坏的 JSON 文档", written=True)
    first = content[0] if isinstance(content, list) and content else content
    keys = list(first) if isinstance(first, dict) else []
    if "resourceType" in keys:
        return Stranger("a FHIR document", "FHIR 文档", written=True)
    own = next((words for wanted, *words in _OWN if wanted <= set(keys)), None)
    if own:
        return Stranger(own[0], own[1], written=True)
    if "PassengerList" in keys:
        return Stranger("a carrier's passenger data in JSON", "JSON 格式的承运人旅客数据", written=True)
    listed = ", ".join(str(key)[:40] for key in keys[:_NAMES_MAX]) + (
        ", ..." if len(keys) > _NAMES_MAX else ""
    )
    return Stranger(
        f"a JSON document ({listed})" if keys else "a JSON document",
        f"JSON 文档（{listed}）" if keys else "JSON 文档",
        written=True,
    )


def _describe_lines(text: str) -> Stranger | None:
    """By one of the first lines, which may be a teletype address, and what follows it."""
    head = text[:_HEAD_MAX].lstrip("\ufeff")
    starts = [found.start() for found in re.finditer(r"(?m)^[ \t\x01\x02]*[^\s#]", head)]
    for start in starts[:6]:
        for pattern, english, chinese in _LINES:
            if re.match(rf"[ \t\x01\x02]*(?:{pattern})", head[start:]):
                return Stranger(english, chinese, written=True)
    return None
