"""One way in for every document: recognise it by its content, read it, say what is wrong with it."""

from datetime import date

from pratique.formats import strangers
from pratique.formats.findings import Findings
from pratique.formats.reading import Reading
from pratique.formats.table import FORMATS, find_format, recognise

SIZE_MAX_MB = 20
_ALIASES = {"excel": "xlsx", "tsv": "csv", "txt": "csv", "edifact": "paxlst", "td1": "mrz", "td2": "mrz"}
_ALIASES |= {"td3": "mrz", "mrv": "mrz", "mrva": "mrz", "mrvb": "mrz", "mrv-a": "mrz", "mrv-b": "mrz"}


def read(
    *,
    data: bytes,
    name: str | None = None,
    format: str | None = None,  # noqa: A002 the word of the command line
    strict: bool = False,
    on: date | None = None,
) -> Reading:
    """Read one document, whatever it is; never raises for what is in it.

    `format` names one of `table.FORMATS` and overrides recognition. In `strict` mode any disagreement between a
    document's controls and its content refuses it; otherwise it is reported and what is good is kept. `on` is the
    day on which a travel document is looked at; it places the two-digit years of a machine-readable zone.
    `name` is the file's name, used to say what could not be recognised.
    """
    findings = Findings(strict=strict)
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        findings.report("file_empty", name or "file")
        return _close("", None, findings)
    if len(data) > SIZE_MAX_MB * 1_000_000:
        findings.report("file_too_large", name or "file", {"limit": SIZE_MAX_MB})
        return _close("", None, findings)
    if format is not None:
        wanted = find_format(_ALIASES.get(format.strip().lower(), format))
        if wanted is None:
            known = ", ".join(entry.name for entry in FORMATS)
            findings.report("format_unsupported", name or "file", {"name": format, "known": known})
            return _close("", None, findings)
    else:
        wanted = recognise(data)
        if wanted is None:
            _report_stranger(data, name, findings)
            return _close("", None, findings)
    return _close(wanted.name, wanted.read(data, findings, on), findings)


def _close(name: str, values: object, findings: Findings) -> Reading:
    problems = findings.close()
    return Reading(name, not findings.refused, values, problems)  # type: ignore[arg-type]


def _report_stranger(data: bytes, name: str | None, findings: Findings) -> None:
    found = strangers.describe(data)
    if found is None:
        findings.report("format_unknown", name or "file")
    else:
        code = "kind_unread" if found.written else "file_binary"
        findings.report(code, name or "file", {"kind": found.english, "kind_zh": found.chinese})
