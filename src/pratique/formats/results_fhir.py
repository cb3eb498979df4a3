"""A laboratory's results as FHIR (R4) JSON: a DiagnosticReport, an Observation, or a Bundle of them with what they refer to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pratique.formats.findings import Findings
from pratique.formats.results import (
    ResultLine,
    ResultReport,
    choose_document,
    compose_line,
    find_result,
    read_moment,
    settle,
)
from pratique.formats.texts import decode

_READ = {"DiagnosticReport", "Observation"}
_FINAL = {"final", "amended", "corrected", "appended"}
_PASSPORT = "http://hl7.org/fhir/sid/passport"
"""Systems of identifiers that are passport numbers begin with this."""
Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A resource of the file, where it stands, and under which address the bundle has it."""

    resource: Resource
    place: str
    url: str = ""


def looks_like_results(data: bytes) -> bool:
    """Whether a JSON text is a FHIR report, observation or bundle."""
    content = _load(data)
    return isinstance(content, dict) and content.get("resourceType") in {*_READ, "Bundle"}


def _load(data: bytes) -> Any:
    try:
        return json.loads(decode(data).text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def read(data: bytes, findings: Findings) -> ResultReport | None:
    """The results of every report in the file, and of every observation that no report of it holds."""
    content = _load(data)
    if not isinstance(content, dict) or "resourceType" not in content:
        findings.report("fhir_broken", "file")
        return None
    entries = list(_list_entries(content))
    index = _index(entries)
    reports = [e for e in entries if e.resource.get("resourceType") == "DiagnosticReport"]
    held = {
        id(found)
        for report in reports
        for reference in _list(report.resource, "result")
        if (found := _resolve(reference, report.resource, index)) is not None
    }
    alone = [
        e for e in entries if e.resource.get("resourceType") == "Observation" and id(e.resource) not in held
    ]
    if not reports and not alone:
        findings.report("fhir_without_reports", "file", {"kind": str(content.get("resourceType"))})
        return None
    lines = [line for entry in (*reports, *alone) for line in _read_report(entry, index, findings)]
    return settle(lines, findings)


def _list_entries(content: Resource) -> Iterator[_Entry]:
    if content.get("resourceType") != "Bundle":
        yield _Entry(content, str(content.get("resourceType")))
        return
    for number, entry in enumerate(_list(content, "entry"), 1):
        resource = entry.get("resource")
        if isinstance(resource, dict):
            place = f"entry {number} {resource.get('resourceType', '')}".strip()
            yield _Entry(resource, place, str(entry.get("fullUrl") or ""))


def _index(entries: list[_Entry]) -> dict[str, Resource]:
    """Resources by what refers to them: the address of their entry, ``Specimen/1`` and the bare id."""
    found = {entry.url: entry.resource for entry in entries if entry.url}
    for entry in entries:
        if name := entry.resource.get("id"):
            found[f"{entry.resource.get('resourceType')}/{name}"] = entry.resource
            found.setdefault(f"urn:uuid:{name}", entry.resource)
    return found


def _list(resource: Resource, field: str) -> list[Resource]:
    value = resource.get(field)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _resolve(reference: Resource, owner: Resource, index: Mapping[str, Resource]) -> Resource | None:
    """What a reference means: a resource contained in its owner, or one of the bundle."""
    target = str(reference.get("reference", ""))
    if target.startswith("#"):
        return next((r for r in _list(owner, "contained") if r.get("id") == target[1:]), None)
    return index.get(target) or index.get("/".join(target.split("/")[-2:]))


def _read_report(entry: _Entry, index: Mapping[str, Resource], findings: Findings) -> Iterator[ResultLine]:
    report = entry.resource
    status = str(report.get("status", ""))
    if status not in _FINAL:
        findings.report("result_preliminary", entry.place, {"text": status})
        return
    parts = [report] if report.get("resourceType") == "Observation" else _list_parts(report, index)
    observations = [one for one in parts if str(one.get("status", "")) in _FINAL]
    for one in parts:
        if str(one.get("status", "")) not in _FINAL:
            findings.report("result_part_preliminary", entry.place, {"text": str(one.get("status", ""))})
    specimens, named = _sort_specimens(report, observations, index)
    for tube, specimen in (specimens or {"": {}}).items():
        own = [one for one, tubes in zip(observations, named, strict=True) if tube in tubes]
        if not own and len(specimens) > 1:
            findings.report("result_unmatched", entry.place, {"tube": tube})
            continue
        common = [one for one, tubes in zip(observations, named, strict=True) if not tubes]
        said = _find_said(report if not parts else {}, [*own, *common], entry.place, findings)
        line = _begin_line(entry, specimen, tube, index, findings)
        composed = None if said is None else compose_line(line, said=said, findings=findings)
        if composed is not None:
            yield composed


def _list_parts(report: Resource, index: Mapping[str, Resource]) -> list[Resource]:
    """The observations of a report that are in the file."""
    found = [_resolve(reference, report, index) for reference in _list(report, "result")]
    return [one for one in found if one is not None]


def _sort_specimens(
    report: Resource, observations: list[Resource], index: Mapping[str, Resource]
) -> tuple[dict[str, Resource], list[set[str]]]:
    """Every specimen that the report or its observations name, by its tube's barcode; and of each observation the tubes it names."""
    found: dict[str, Resource] = {}
    known: dict[str, str] = {}

    def note(reference: Resource, owner: Resource) -> str:
        target = str(reference.get("reference", ""))
        specimen = _resolve(reference, owner, index) or {}
        tube = _find_tube(specimen, reference) or known.get(target, "")
        known.setdefault(target, tube)
        found[tube] = found.get(tube) or specimen
        return tube

    for reference in _list(report, "specimen"):
        note(reference, report)
    return found, [{note(r, one) for r in _list(one, "specimen")} for one in observations]


def _begin_line(
    entry: _Entry, specimen: Resource, tube: str, index: Mapping[str, Resource], findings: Findings
) -> ResultLine:
    """What a report says of a tube besides its result."""
    report = entry.resource
    subject = next((_resolve(s, report, index) or s for s in _list(report, "subject")), {})
    performer = next((_resolve(p, report, index) or p for p in _list(report, "performer")), {})
    issued = str(report.get("issued") or report.get("effectiveDateTime") or "")
    collection = specimen.get("collection")
    collected = str(collection.get("collectedDateTime", "")) if isinstance(collection, dict) else ""
    return ResultLine(
        tube=tube,
        result="",
        name=_name(subject),
        document=choose_document(_list_identifiers(subject)),
        sampled_at=read_moment(collected, entry.place, findings),
        resulted_at=read_moment(issued, entry.place, findings),
        laboratory=str(performer.get("name") or performer.get("display") or "")
        if not isinstance(performer.get("name"), list)
        else "",
        place=entry.place,
    )


def _find_tube(specimen: Resource, reference: Resource) -> str:
    for holder, field in (
        (specimen, "accessionIdentifier"),
        (specimen, "identifier"),
        (reference, "identifier"),
    ):
        for identifier in _list(holder, field):
            if value := str(identifier.get("value", "")).strip():
                return value
    return str(reference.get("display", "")).strip()


def _list_identifiers(subject: Resource) -> Iterator[tuple[str, str]]:
    """Numbers of a patient, each with its type by HL7's table 0203."""
    for identifier in _list(subject, "identifier"):
        number = str(identifier.get("value") or "")
        if str(identifier.get("system", "")).startswith(_PASSPORT):
            yield "PPN", number
        for concept in _list(identifier, "type"):
            for coding in _list(concept, "coding"):
                yield str(coding.get("code", "")), number


def _name(subject: Resource) -> str:
    for name in _list(subject, "name"):
        given = name.get("given")
        parts = [str(name.get("family", "")), *(map(str, given) if isinstance(given, list) else ())]
        return " ".join(part for part in parts if part) or str(name.get("text", ""))
    return str(subject.get("display", ""))


def _find_said(
    concluded: Resource, observations: list[Resource], place: str, findings: Findings
) -> str | None:
    """What these observations say, else what the report concluded; None, with a problem, where they do not agree."""
    told = [text for one in observations for text in [_word_of(one)] if text]
    if not told:
        told = [t for concept in _list(concluded, "conclusionCode") for t in _texts(concept)][:1]
        told = told or [str(concluded.get("conclusion", ""))]
    known = {found for text in told if (found := find_result(text))}
    if len(known) > 1:
        findings.report("result_parts_differ", place, {"text": ", ".join(sorted(known))})
        return None
    return known.pop() if known else told[0]


def _word_of(observation: Resource) -> str:
    """The observation's value or interpretation: the first that is a known word, else the first at all."""
    texts = [
        t
        for field in ("valueCodeableConcept", "interpretation")
        for c in _list(observation, field)
        for t in _texts(c)
    ]
    texts += [str(observation[field]) for field in ("valueString",) if observation.get(field)]
    if observation.get("dataAbsentReason"):
        texts.append("invalid")
    return next((text for text in texts if find_result(text)), texts[0] if texts else "")


def _texts(concept: Resource) -> list[str]:
    codings = [str(c[f]) for c in _list(concept, "coding") for f in ("code", "display") if c.get(f)]
    return [*codings, *([str(concept["text"])] if concept.get("text") else [])]
