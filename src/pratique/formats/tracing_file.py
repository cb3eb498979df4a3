"""The file form of tracing: custody, seats, rooms, shifts and cases as one JSON object (docs/reference/tracing.md).

A row that cannot be used is left out and named; what is good is kept. Without custodians, a time zone or the time the file
speaks of there is nothing to trace, and the file is refused.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from pratique.core.custody import fold
from pratique.core.custody.entry import (
    Admission,
    Custodian,
    CustodianId,
    Ground,
    Journal,
    Kind,
    Scan,
    ScanId,
    TravellerId,
)
from pratique.core.tracing.cabin import AISLE, Cabin, Section
from pratique.core.tracing.case import Case
from pratique.core.tracing.presence import Whereabouts, Who
from pratique.core.tracing.survey import SETTINGS, Assignment, Shift, Site, Survey, list_stays
from pratique.formats.findings import Findings, Found

Name = Annotated[str, Meta(min_length=1)]
_Row = TypeVar("_Row", bound=msgspec.Struct)


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the file; a field that is not known is a fault."""


class LayoutRow(_Form, frozen=True):
    """Rows as ``[first, last, letters]``, sections as ``[name, first, last]``."""

    rows: Annotated[list[tuple[int, int, Name]], Meta(min_length=1)]
    sections: list[tuple[Name, int, int]] = []


class CustodianRow(_Form, frozen=True, rename={"from_": "from"}):
    """A custodian of the ledger."""

    id: Name
    kind: Kind
    layout: str = ""
    air: str = ""
    from_: str = ""
    until: str = ""


class ScanRow(_Form, frozen=True):
    """This custodian had this traveller, at this time; an admission says that a flight brought them."""

    traveller: Name
    custodian: Name
    at: Name
    id: str = ""


class SeatRow(_Form, frozen=True, rename={"from_": "from"}):
    """Where somebody sat, all the while or for a time."""

    traveller: Name
    custodian: Name
    seat: Name
    from_: str = ""
    until: str = ""


class RoomRow(_Form, frozen=True, rename={"from_": "from"}):
    """Where somebody was lodged."""

    traveller: Name
    custodian: Name
    room: str = ""
    corridor: str = ""
    floor: str = ""
    from_: str = ""
    until: str = ""


class CorridorRow(_Form, frozen=True):
    """Somebody opened a door onto a corridor, or was out on it until a time."""

    traveller: Name
    custodian: Name
    corridor: Name
    at: Name
    until: str = ""


class ShiftRow(_Form, frozen=True, rename={"from_": "from"}):
    """Staff at work."""

    staff: Name
    from_: Name
    until: Name
    custodian: str = ""
    team: str = ""
    section: str = ""
    room: str = ""
    corridor: str = ""
    floor: str = ""
    protection: Annotated[int, Meta(ge=0, le=3)] = 0


class CaseRow(_Form, frozen=True):
    """Somebody found infected; `onset` and `sampled` may be days."""

    id: Name
    who: Name
    onset: str = ""
    sampled: str = ""
    isolated: str = ""
    facts: frozenset[str] = frozenset()


class IsolationRow(_Form, frozen=True):
    """Since when somebody is isolated."""

    who: Name
    at: Name


@dataclass(frozen=True, slots=True)
class TracingFile:
    """What a file says: whereabouts and sites, the cases by their id, since when people are isolated, its zone and time."""

    whereabouts: Whereabouts
    sites: dict[CustodianId, Site]
    cases: dict[str, Case]
    isolated: dict[Who, datetime]
    zone: ZoneInfo
    now: datetime


TABLES = (
    "version", "zone", "now", "layouts", "custodians", "admissions", "scans", "seats", "rooms", "corridors", "parties", "shifts",
    "cases", "isolations",
)  # fmt: skip


def read(*, data: bytes) -> tuple[TracingFile | None, tuple[Found, ...]]:
    """The file, or None if it is of no use, and everything that is wrong with it."""
    findings = Findings(strict=False)
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        findings.report("tracing_not_json", "file", {"reason": error})
        return None, findings.close()
    found = _Reader(document, findings).read() if _is_form(document, findings) else None
    return found, findings.close()


def _is_form(document: Any, findings: Findings) -> bool:
    if not isinstance(document, dict) or document.get("version") != 1:
        findings.report("tracing_version", "version")
        return False
    for name in sorted(document.keys() - set(TABLES)):
        findings.report("tracing_field_unknown", name, {"field": name})
    if not document.get("custodians"):
        findings.report("tracing_empty", "custodians")
    return not findings.refused


class _Reader:
    """Reads table after table; each row alone."""

    def __init__(self, document: dict[str, Any], findings: Findings) -> None:
        self.document, self.findings = document, findings
        self.zone = ZoneInfo("UTC")
        self.now = datetime.max.replace(tzinfo=UTC)
        self.sites: dict[CustodianId, Site] = {}
        self.seen: set[str] = set()

    def read(self) -> TracingFile | None:
        try:
            self.zone = ZoneInfo(self.document.get("zone", ""))
        except (OSError, ValueError, TypeError, LookupError):
            self.findings.report("tracing_zone", "zone", {"text": self.document.get("zone", "")})
            return None
        now = self.find_time(self.document.get("now", ""), "now")
        if now is None:
            self.findings.report("tracing_without_now", "now")
            return None
        self.now = now
        self.sites = self.read_sites()
        survey = Survey(sites=self.sites.values(), now=now)
        self.survey_travellers(survey)
        for where, row in self.list_rows("shifts", ShiftRow):
            if (shift := self.read_shift(row, where)) is not None:
                self.seen.add(row.staff)
                survey.add_shift(shift=shift)
        self.survey_parties(survey)
        isolated = {}
        for where, row in self.list_rows("isolations", IsolationRow):
            at = self.find_past(row.at, f"{where}.at")
            if at is not None and self.is_seen(row.who, f"{where}.who"):
                isolated[Who(row.who)] = min(at, isolated.get(Who(row.who), at))
        return TracingFile(survey.close(), self.sites, self.read_cases(), isolated, self.zone, now)

    def list_rows(self, table: str, form: type[_Row]) -> Iterator[tuple[str, _Row]]:
        """Every row that has its form, with its place; every other is named."""
        rows = self.document.get(table, [])
        if not isinstance(rows, list):
            self.findings.report("tracing_not_a_list", table)
            return
        for number, row in enumerate(rows):
            where = f"{table}[{number}]"
            try:
                yield where, msgspec.convert(row, form)
            except msgspec.ValidationError as error:
                self.tell(where, str(error))

    def tell(self, where: str, told: str) -> None:
        """A fault of form in our own words."""
        message, _, path = told.partition(" - at `$")
        where += path.rstrip("`")
        for code, pattern in _FAULTS:
            if found := re.fullmatch(pattern, message):
                return self.findings.report(code, where, found.groupdict())
        return self.findings.report("tracing_value", where, {"text": message})

    def find_time(self, text: Any, where: str) -> datetime | None:
        """An instant, or the beginning of a day, by the file's zone where it states none."""
        try:
            at = datetime.fromisoformat(text)
        except (ValueError, TypeError):
            at = None
        if at is None or not 1900 <= at.year < 2200:
            self.findings.report("tracing_time", where, {"text": text})
            return None
        return at.replace(tzinfo=self.zone) if at.tzinfo is None else at

    def find_past(self, text: str, where: str) -> datetime | None:
        """An instant that is not after the time the file speaks of."""
        at = self.find_time(text, where)
        if at is not None and at > self.now:
            self.findings.report("tracing_later", where, {"text": text})
            return None
        return at

    def find_span(self, since: str, until: str, where: str) -> tuple[datetime | None, datetime | None] | None:
        """Beginning and end, each None where it is not stated; None if one cannot be read or they are the wrong way round."""
        ends = []
        for text, name in ((since, "from"), (until, "until")):
            at = self.find_time(text, f"{where}.{name}") if text else None
            if text and at is None:
                return None
            ends.append(at)
        if ends[0] is not None and ends[1] is not None and ends[1] < ends[0]:
            self.findings.report("tracing_order", where, {"first": since, "second": until})
            return None
        return ends[0], ends[1]

    def is_known(self, custodian: str, where: str) -> bool:
        if custodian not in self.sites:
            self.findings.report("tracing_custodian_unknown", where, {"text": custodian})
        return custodian in self.sites

    def is_seen(self, who: str, where: str) -> bool:
        if who not in self.seen:
            self.findings.report("tracing_unseen", where, {"text": who})
        return who in self.seen

    def read_sites(self) -> dict[CustodianId, Site]:
        cabins = self.read_cabins()
        found: dict[CustodianId, Site] = {}
        for where, row in self.list_rows("custodians", CustodianRow):
            span = self.find_span(row.from_, row.until, where)
            if row.id in found:
                self.findings.report("tracing_twice", f"{where}.id", {"text": row.id})
            elif span is not None:
                if row.layout and row.layout not in cabins:
                    self.findings.report("tracing_layout_unknown", f"{where}.layout", {"text": row.layout})
                if row.air not in ("", "filtered", "unfiltered", "sealed", "aired"):
                    self.findings.report("tracing_air_unknown", f"{where}.air", {"text": row.air})
                cabin, name = cabins.get(row.layout), CustodianId(row.id)
                found[name] = Site(name, row.kind, row.air, cabin, *span)
        return found

    def read_cabins(self) -> dict[str, Cabin]:
        layouts = self.document.get("layouts", {})
        if not isinstance(layouts, dict):
            self.findings.report("tracing_not_an_object", "layouts")
            return {}
        found = {}
        for name, layout in layouts.items():
            where = f"layouts.{name}"
            try:
                row = msgspec.convert(layout, LayoutRow)
            except msgspec.ValidationError as error:
                self.tell(where, str(error))
                continue
            cabin = _make_cabin(row)
            if cabin is None:
                self.findings.report("tracing_layout_faulty", where)
            else:
                found[name] = cabin
        return found

    def survey_travellers(self, survey: Survey) -> None:
        admissions = list(self.list_sightings("admissions"))
        scans = list(self.list_sightings("scans"))
        journal = Journal(
            tuple(
                Admission(TravellerId(row.traveller), CustodianId(row.custodian), at, at)
                for _, row, at in admissions
            ),
            tuple(
                Scan(ScanId(row.id or where), TravellerId(row.traveller), CustodianId(row.custodian), at, at)
                for where, row, at in scans
            ),
        )
        ground = Ground({name: Custodian(name, site.kind) for name, site in self.sites.items()})
        books = fold.fold(journal=journal, ground=ground)
        places = {row.id or where: where for where, row, _ in scans}
        for dispute in books.disputes:
            self.findings.report("tracing_disputed", places[dispute.scan], {"code": dispute.code})
        self.seen = set(books.accounts)
        assigned = self.read_assignments()
        for traveller, account in books.accounts.items():
            stays = list_stays(movements=account.movements, sites=self.sites, now=self.now)
            survey.add_stays(who=Who(traveller), stays=stays, assignments=assigned.get(traveller, ()))
        for where, row in self.list_rows("corridors", CorridorRow):
            since = self.find_past(row.at, f"{where}.at")
            until = self.find_past(row.until, f"{where}.until") if row.until else since
            if since is not None and until is not None and self.is_lodged(row, where):
                survey.add_moment(
                    who=Who(row.traveller),
                    custodian=CustodianId(row.custodian),
                    corridor=row.corridor,
                    since_at=since,
                    until_at=max(since, until),
                )

    def list_sightings(self, table: str) -> Iterator[tuple[str, ScanRow, datetime]]:
        for where, row in self.list_rows(table, ScanRow):
            at = self.find_past(row.at, f"{where}.at")
            if at is not None and self.is_known(row.custodian, f"{where}.custodian"):
                yield where, row, at

    def is_lodged(self, row: SeatRow | RoomRow | CorridorRow, where: str) -> bool:
        return self.is_known(row.custodian, f"{where}.custodian") and self.is_seen(
            row.traveller, f"{where}.traveller"
        )

    def read_assignments(self) -> dict[str, list[Assignment]]:
        found: dict[str, list[Assignment]] = {}
        for where, row in (*self.list_rows("seats", SeatRow), *self.list_rows("rooms", RoomRow)):
            span = self.find_span(row.from_, row.until, where)
            if span is None or not self.is_lodged(row, where):
                continue
            custodian = CustodianId(row.custodian)
            if isinstance(row, SeatRow):
                cabin = self.sites[custodian].cabin
                if cabin is not None and cabin.find(row.seat) is None:
                    self.findings.report("tracing_seat_unknown", f"{where}.seat", {"text": row.seat})
                one = Assignment(custodian, row.seat, "", "", "", *span)
            else:
                one = Assignment(custodian, "", row.room, row.corridor, row.floor, *span)
            found.setdefault(row.traveller, []).append(one)
        return found

    def read_shift(self, row: ShiftRow, where: str) -> Shift | None:
        span = self.find_span(row.from_, row.until, where)
        if span is None or span[0] is None or span[1] is None:
            return None
        site = self.sites.get(CustodianId(row.custodian)) if row.custodian else None
        if row.custodian and (not self.is_known(row.custodian, f"{where}.custodian") or not site):
            return None
        shared = site is not None and site.kind in SETTINGS
        return Shift(
            who=Who(row.staff),
            since_at=span[0],
            until_at=span[1],
            custodian=site.id if site and shared else None,
            team=row.team,
            section=row.section,
            room=row.room,
            corridor=row.corridor,
            floor=row.floor,
            protection=row.protection,
        )

    def survey_parties(self, survey: Survey) -> None:
        parties = self.document.get("parties", [])
        try:
            rows = msgspec.convert(parties, list[list[Name]])
        except msgspec.ValidationError as error:
            self.tell("parties", str(error))
            return
        for number, members in enumerate(rows):
            known = [Who(m) for m in members if self.is_seen(m, f"parties[{number}]")]
            survey.add_party(name=str(number), members=known)

    def read_cases(self) -> dict[str, Case]:
        found: dict[str, Case] = {}
        for where, row in self.list_rows("cases", CaseRow):
            times, faulty = [], False
            for name, text in (("onset", row.onset), ("sampled", row.sampled), ("isolated", row.isolated)):
                at = self.find_past(text, f"{where}.{name}") if text else None
                faulty |= bool(text) and at is None
                times.append(at)
            if row.id in found:
                self.findings.report("tracing_twice", f"{where}.id", {"text": row.id})
            elif times[0] is None and times[1] is None and not faulty:
                self.findings.report("tracing_case_without_date", where, {"text": row.id})
            elif not faulty and self.is_seen(row.who, f"{where}.who"):
                found[row.id] = Case(row.id, Who(row.who), times[0], times[1], times[2], row.facts)
        return found


_FAULTS = (
    ("tracing_field_missing", r"Object missing required field `(?P<field>.*)`"),
    ("tracing_field_unknown", r"Object contains unknown field `(?P<field>.*)`"),
    ("tracing_type", r"Expected `(?P<expected>.*)`, got `(?P<text>.*)`"),
    ("tracing_enum", r"Invalid enum value (?P<text>.*)"),
    ("tracing_blank", r"Expected `str` of length >= 1"),
    ("tracing_protection", r"Expected `int` [<>]= [03]"),
)
"""What msgspec says about a row, and the problem that it is."""


def _make_cabin(row: LayoutRow) -> Cabin | None:
    """The cabin of a layout; None if its rows or letters do not rise."""
    rows: dict[int, str] = {}
    for first, last, letters in row.rows:
        seats = letters.replace(AISLE, "")
        if (
            not _rises(seats)
            or not seats.isascii()
            or not seats.isupper()
            or not max(rows, default=0) < first <= last <= 999
        ):
            return None
        rows.update((number, letters) for number in range(first, last + 1))
    return Cabin(rows, tuple(Section(*section) for section in row.sections))


def _rises(letters: Sequence[str]) -> bool:
    return all(one < other for one, other in zip(letters, letters[1:], strict=False))
