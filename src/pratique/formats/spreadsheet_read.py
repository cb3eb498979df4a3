"""A grid of cells as a passenger list: titles, headings, a row a traveller, total; every doubt by its cell."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pratique.core.manifest.passenger_list import Bags, Contact, Document, Flight, Listed, Role
from pratique.formats.dates import Order, find_order, read_typed_date
from pratique.formats.findings import Findings
from pratique.formats.paxlst_read import split_designator
from pratique.formats.spreadsheet_grid import NAMES, Cell, Grid, Heading, name_column, spell
from pratique.formats.spreadsheet_headings import HEADINGS, find_field, is_total
from pratique.formats.spreadsheet_values import (
    At,
    Tally,
    find_moment,
    find_role,
    guess_kind,
    read_count,
    read_country,
    read_day,
    read_document_kind,
    read_document_number,
    read_moment,
    read_sex,
    read_text,
    read_yes,
    report_unreadable,
)

_DATES = ("born_on", "document_expires_on", "visa_expires_on", "flight_on", "arrival_on")
# What neighbours may share, so that a value merged over several rows belongs to each of them.
_SHAREABLE = {
    "flight",
    "flight_on",
    "arrival_on",
    "departure",
    "arrival",
    "scheduled_departure_at",
    "scheduled_arrival_at",
    "route",
    "party",
    "nationality",
    "residence",
    "document_kind",
    "document_issuer",
    "telephone",
    "email",
    "address",
    "embarked",
    "debarked",
    "cleared",
    "role",
    "in_transit",
    "remarks",
    "sender",
    "row_number",
}
# A jump beyond this is no gap in one list, but another numbering.
_GAP_MAX = 100
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•・ ]+")
_SIGNATURE = re.compile(
    r"填表|制表|审核|复核|经办|报送|联系人|备注|说明|注[:：]|prepared|checked|signed|signature|note", re.I
)
_TITLE_FLIGHT = re.compile(r"(?<![A-Z0-9])([A-Z][A-Z0-9]|[0-9][A-Z])\s?-?([0-9]{3,4}[A-Z]?)(?![A-Z0-9])")
_TITLE_ROUTE = re.compile(r"(?<![A-Z])([A-Z]{3})\s*(?:-+>?|–|—|→|/|至|到|>)\s*([A-Z]{3})(?![A-Z])")
_TITLE_DAY = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|(?<!\d)\d{8}(?!\d)|\d{1,2}\s?[A-Z]{3}\s?\d{2,4}"
)


@dataclass(slots=True)
class Page:
    """One sheet as read. `flights` are those named in the rows, beside the travellers; `title` that of the title."""

    travellers: list[Listed] = field(default_factory=list)
    flights: list[Flight] = field(default_factory=list)
    title: Flight = Flight()
    sender: str = ""
    stated: int | None = None


@dataclass(slots=True)
class _Sheet:
    """The reader's hand in one sheet."""

    grid: Grid
    heading: Heading
    findings: Findings
    on: date | None
    columns: dict[str, int] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    nameless: set[int] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)
    role: Role = "passenger"
    title_day: date | None = None
    past_total: bool = False
    last_number: int | None = None

    def at(self, row: int, name: str) -> At | None:
        """The cell of a field in a row; None when the sheet has no such column."""
        column = self.columns.get(name)
        return None if column is None else At(self.grid, row, column, self.findings, self.tally)

    def text(self, row: int, name: str) -> str:
        """The text of a field in a row; empty when there is no such column."""
        at = self.at(row, name)
        return read_text(at) if at else ""


def read_page(*, grid: Grid, heading: Heading, findings: Findings, on: date | None) -> Page:
    """All travellers of one sheet. `on` places two-digit years when the sheet names no flight date."""
    sheet = _Sheet(grid, heading, findings, on)
    page = Page()
    _settle_columns(sheet)
    page.title, page.sender, stated = _read_titles(sheet)
    page.stated = stated
    departs_at = page.title.scheduled_departure_at or page.title.scheduled_arrival_at
    sheet.on = departs_at.date() if departs_at else sheet.title_day or on
    found = find_role(re.sub(r"名单|list|sheet", "", grid.name, flags=re.I))
    sheet.role = found[0] if found else "passenger"
    _spread_merged(sheet)
    for name in _DATES:
        if name in sheet.columns:
            cells = [
                spell(grid.get(row, sheet.columns[name])) for row in range(heading.row + 1, len(grid.rows))
            ]
            sheet.orders[name] = find_order(cells)
    for row in range(heading.row + 1, len(grid.rows)):
        _read_row(sheet, row, page)
    sheet.tally.report(grid, findings)
    if stated is not None:
        _compare_total(sheet, stated, len(page.travellers), grid.place_row(heading.row - 1))
    return page


def _settle_columns(sheet: _Sheet) -> None:
    """One column for each field; unknown, repeated and nameless ones are reported."""
    heading, grid = sheet.heading, sheet.grid
    for column, text in heading.texts.items():
        name = heading.fields.get(column)
        place = grid.place(heading.row, column)
        if name is None:
            sheet.findings.report("column_unknown", place, {"text": spell(text)})
        elif name == "full_name" and name in sheet.columns and "chinese_name" not in heading.fields.values():
            # Two columns of names: one of them holds the Chinese ones.
            other = sheet.columns["full_name"]
            if _is_han_column(sheet, column):
                sheet.columns["chinese_name"] = column
            elif _is_han_column(sheet, other):
                sheet.columns["chinese_name"], sheet.columns["full_name"] = other, column
            else:
                _report_repeated(sheet, column, other)
        elif name in sheet.columns:
            _report_repeated(sheet, column, sheet.columns[name])
        else:
            sheet.columns[name] = column
    width = max((len(row) for row in grid.rows), default=0)
    for column in range(width):
        rows = range(heading.row + 1, len(grid.rows))
        if column not in heading.texts and sum(bool(spell(grid.get(row, column))) for row in rows) > 1:
            sheet.nameless.add(column)
            sheet.findings.report("column_without_heading", f"{grid.prefix}column {name_column(column)}")


def _report_repeated(sheet: _Sheet, column: int, first: int) -> None:
    facts = {"text": spell(sheet.heading.texts[column]), "first": name_column(first)}
    sheet.findings.report("column_repeated", sheet.grid.place(sheet.heading.row, column), facts)


def _is_han_column(sheet: _Sheet, column: int) -> bool:
    texts = [spell(sheet.grid.get(row, column)) for row in range(sheet.heading.row + 1, len(sheet.grid.rows))]
    filled = [text for text in texts if text]
    return sum(bool(_HAN.search(text)) for text in filled) * 2 > len(filled)


# --- titles -----------------------------------------------------------------------------------------------------


def _read_titles(sheet: _Sheet) -> tuple[Flight, str, int | None]:
    """Flight, sender and stated number of travellers, from the rows above the headings."""
    said: dict[str, Cell] = {}
    loose: list[str] = []
    stated = None
    for row in range(sheet.heading.row):
        cells = [cell for cell in sheet.grid.rows[row] if spell(cell)]
        for number, cell in enumerate(cells):
            text = spell(cell)
            label, mark, value = text.partition(":")
            name = find_field(label)
            if mark and name and value.strip():
                said.setdefault(name, value.strip())
            elif name and number + 1 < len(cells) and not find_field(spell(cells[number + 1])):
                said.setdefault(name, cells[number + 1])
            elif found := re.search(r"(?:人数|合计|总计|共|total|pax)\D{0,8}?(\d{1,4})(?!\d)", text, re.I):
                stated = int(found.group(1))
            loose.append(text)
    return _settle_title(sheet, said, " ".join(loose)), spell(said.get("sender", "")), stated


def _settle_title(sheet: _Sheet, said: dict[str, Cell], loose: str) -> Flight:
    named = spell(said.get("flight", ""))
    found = _TITLE_FLIGHT.search(named.upper()) or (None if named else _TITLE_FLIGHT.search(loose.upper()))
    carrier, number = split_designator(found.group() if found else named)
    route = _TITLE_ROUTE.search((spell(said.get("route", "")) or loose).upper())
    days = _TITLE_DAY.findall(loose.upper())
    day = _find_day(said.get("flight_on", "")) or (read_typed_date(text=days[0]).day if days else None)
    arrival_day = _find_day(said.get("arrival_on", "")) or day
    sheet.title_day = day
    departs_at = _find_moment(said.get("scheduled_departure_at", ""), day)
    arrives_at = _find_moment(said.get("scheduled_arrival_at", ""), arrival_day)
    if day and not (departs_at or arrives_at):
        departs_at = datetime.combine(day, datetime.min.time())
    return Flight(
        carrier,
        number,
        spell(said.get("departure", "")) or (route.group(1) if route else ""),
        spell(said.get("arrival", "")) or (route.group(2) if route else ""),
        departs_at,
        arrives_at,
    )


def _find_day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else read_typed_date(text=spell(cell)).day


def _find_moment(cell: Cell, day: date | None) -> datetime | None:
    if isinstance(cell, datetime):
        return cell.replace(second=0, microsecond=0)
    return find_moment(spell(cell), day) if spell(cell) else None


# --- merged cells -----------------------------------------------------------------------------------------------


def _spread_merged(sheet: _Sheet) -> None:
    """Give a merged value to every row it covers where neighbours may share it; report every merge."""
    grid = sheet.grid
    fields = {column: name for name, column in sheet.columns.items()}
    for top, left, bottom, right in sorted(grid.merged):
        text = spell(grid.get(top, left))
        covered = [column for column in range(left, right + 1) if column in fields]
        if top <= sheet.heading.row or not covered or not text or _is_note(sheet, top):
            continue
        first, last = f"{name_column(left)}{top + 1}", f"{name_column(right)}{bottom + 1}"
        place = f"{grid.prefix}cells {first}:{last}"
        if len(covered) > 1:
            sheet.findings.report("cells_merged_across", place)
        name = fields[covered[0]]
        if bottom == top:
            continue
        chinese, english = HEADINGS[name][:2]
        if name not in _SHAREABLE:
            sheet.findings.report("cells_merged_personal", place, {"field": english, "field_zh": chinese})
            continue
        sheet.findings.report("cells_merged", place, {"text": text})
        for row in range(top + 1, min(bottom, len(grid.rows) - 1) + 1):
            cells = grid.rows[row]
            cells.extend([""] * (covered[0] + 1 - len(cells)))
            cells[covered[0]] = grid.get(top, left)


# --- rows -------------------------------------------------------------------------------------------------------


def _list_texts(sheet: _Sheet, row: int) -> list[str]:
    return [text for cell in sheet.grid.rows[row] if (text := spell(cell))]


def _is_note(sheet: _Sheet, row: int) -> bool:
    """A total, or a row with one text only: no traveller."""
    texts = _list_texts(sheet, row)
    return not texts or len(texts) == 1 or is_total(texts[0])


def _read_row(sheet: _Sheet, row: int, page: Page) -> None:
    texts = _list_texts(sheet, row)
    if not texts:
        return
    if is_total(texts[0]):
        _read_total(sheet, row, page)
        return
    if len(texts) > 1 and sum(find_field(text) is not None for text in texts) > len(texts) / 2:
        return  # the headings again, at the head of a printed page
    if len(texts) == 1 and (role := find_role(re.sub(r"名单|list", "", texts[0], flags=re.I))):
        sheet.role = role[0]
        return
    named = any(sheet.text(row, name) for name in NAMES)
    numbered = any(sign.isdigit() for sign in sheet.text(row, "document_number")) or sheet.text(
        row, "born_on"
    )
    signed = _SIGNATURE.match(texts[0]) and (sheet.past_total or ":" in texts[0])
    nameless = not numbered and (sheet.past_total or not named)
    if (len(texts) == 1 and not numbered) or signed or nameless:
        sheet.findings.report("row_left_out", sheet.grid.place_row(row))
        return
    page.travellers.append(_read_person(sheet, row))
    _report_overflow(sheet, row)
    page.flights.append(_read_flight(sheet, row))
    _follow_number(sheet, row)


def _follow_number(sheet: _Sheet, row: int) -> None:
    """Rows numbered 1, 2, 4: somebody was deleted, or lost; a list may begin again at 1."""
    text = sheet.text(row, "row_number")
    if not re.fullmatch(r"\d{1,5}", text):
        return
    number, last = int(text), sheet.last_number
    sheet.last_number = number
    if last is not None and last + 1 < number <= last + _GAP_MAX:
        missing = str(last + 1) if number == last + 2 else f"{last + 1}-{number - 1}"
        sheet.findings.report("row_numbers_gap", sheet.grid.place_row(row), {"missing": missing})


def _report_overflow(sheet: _Sheet, row: int) -> None:
    """A row that is longer than the headings: a separator inside a value moves all that follows it."""
    last = max(sheet.heading.texts)
    extra = [
        column for column in range(last + 1, len(sheet.grid.rows[row])) if spell(sheet.grid.get(row, column))
    ]
    if any(column not in sheet.nameless for column in extra):
        sheet.findings.report("row_too_long", sheet.grid.place_row(row))


def _read_total(sheet: _Sheet, row: int, page: Page) -> None:
    """The control count of a total row: the number of people where one is named, else the first not of bags."""
    bags = {sheet.columns.get(name) for name in ("bag_pieces", "bag_weight")}
    texts = [spell(cell) for column, cell in enumerate(sheet.grid.rows[row]) if column not in bags]
    whole = " ".join(text for text in texts if text)
    if re.match("小计|subtotal", whole, re.I):
        return
    people = re.findall(r"(\d{1,4})\s*(?:人|名|pax|passengers?|persons?)", whole, re.I)
    numbers = people or re.findall(r"(?<![\d.])\d{1,4}(?![\d.])", whole)
    if not numbers:
        sheet.findings.report("total_unreadable", sheet.grid.place_row(row))
        return
    sheet.past_total = True
    page.stated = int(numbers[0])
    _compare_total(sheet, page.stated, len(page.travellers), sheet.grid.place_row(row))


def _compare_total(sheet: _Sheet, stated: int, counted: int, place: str) -> None:
    if stated != counted:
        sheet.findings.report("total_wrong", place, {"stated": stated, "counted": counted})


def _read_person(sheet: _Sheet, row: int) -> Listed:
    surname, given_names, chinese_name = _read_names(sheet, row)
    at_sex, at_born = sheet.at(row, "sex"), sheet.at(row, "born_on")
    role, in_transit = _read_role(sheet, row)
    return Listed(
        surname=surname,
        given_names=given_names,
        chinese_name=chinese_name,
        sex=read_sex(at_sex) if at_sex else "",
        born_on=read_day(at_born, sheet.orders.get("born_on", ""), sheet.on, birth=True) if at_born else None,
        nationality=_read_country(sheet, row, "nationality"),
        residence=_read_country(sheet, row, "residence"),
        birthplace=sheet.text(row, "birthplace"),
        documents=_read_documents(sheet, row),
        seat=sheet.text(row, "seat").upper(),
        party=sheet.text(row, "party"),
        reference=sheet.text(row, "reference"),
        role=role,
        in_transit=in_transit,
        embarked=sheet.text(row, "embarked"),
        debarked=sheet.text(row, "debarked"),
        cleared=sheet.text(row, "cleared"),
        bags=_read_bags(sheet, row),
        contact=Contact(sheet.text(row, "telephone"), sheet.text(row, "email"), sheet.text(row, "address")),
        place=sheet.grid.place_row(row),
    )


def _read_names(sheet: _Sheet, row: int) -> tuple[str, str, str]:
    """Surname, given names and Chinese name, from one column or several."""
    surname, given = sheet.text(row, "surname"), sheet.text(row, "given_names")
    given = " ".join(part for part in (given, sheet.text(row, "middle_name")) if part)
    (chinese, beside), (han, full) = (
        _part_scripts(sheet.text(row, name)) for name in ("chinese_name", "full_name")
    )
    full, chinese = full or beside, chinese or han
    if full and not (surname or given):
        surname, given = _part_name(sheet, row, full)
    elif _HAN.search(surname + given):
        chinese = chinese or f"{surname}{given}".replace(" ", "")
        surname, given = _HAN.sub("", surname).strip(), _HAN.sub("", given).strip()
    if not (surname or chinese):
        sheet.findings.report("name_missing", sheet.grid.place_row(row))
    return surname, given, chinese


def _part_scripts(text: str) -> tuple[str, str]:
    """Chinese characters and the rest: ``张三 ZHANG/SAN`` holds two writings of one name."""
    if not _HAN.search(text):
        return "", text
    latin = re.sub(r"[()]", " ", _HAN.sub(" ", text))
    latin = " ".join(latin.split()).strip("·•・/, ")
    # A point inside a Chinese name (阿卜杜拉·买买提) parts its words and is no second writing.
    chinese = "".join(_HAN_NAME.findall(text)) if re.search("[·•・]", text) else "".join(_HAN.findall(text))
    return chinese.strip("·•・ "), latin if re.search(r"\w", latin) else ""


def _part_name(sheet: _Sheet, row: int, name: str) -> tuple[str, str]:
    for sign in ("/", ","):
        if sign in name:
            surname, _, given = name.partition(sign)
            return surname.strip(), " ".join(given.replace(sign, " ").split())
    if " " in name:
        sheet.tally.note("names_not_parted", row, sheet.columns["full_name"])
    return name, ""


def _read_role(sheet: _Sheet, row: int) -> tuple[Role, bool]:
    role, in_transit = sheet.role, False
    at_role, at_transit = sheet.at(row, "role"), sheet.at(row, "in_transit")
    if at_role and read_text(at_role):
        found = find_role(read_text(at_role))
        if found is None:
            report_unreadable(at_role, "role")
        role, in_transit = found or (role, in_transit)
    if at_transit:
        in_transit = read_yes(at_transit, "in_transit") or in_transit
    return role, in_transit


def _read_country(sheet: _Sheet, row: int, name: str) -> str:
    at = sheet.at(row, name)
    return read_country(at) if at else ""


def _read_documents(sheet: _Sheet, row: int) -> tuple[Document, ...]:
    at_number, at_kind = sheet.at(row, "document_number"), sheet.at(row, "document_kind")
    at_visa = sheet.at(row, "visa_number")
    documents = []
    number = read_document_number(at_number) if at_number else ""
    if at_number and not number:
        sheet.findings.report("document_missing", at_number.place)
    if at_number and number:
        kind = read_document_kind(at_kind) if at_kind else ""
        kind = kind or guess_kind(sheet.heading.texts[at_number.column])
        expires_on = _read_expiry(sheet, row, "document_expires_on")
        documents.append(Document(kind, number, _read_country(sheet, row, "document_issuer"), expires_on))
    visa = read_document_number(at_visa) if at_visa else ""
    if visa:
        expires_on = _read_expiry(sheet, row, "visa_expires_on")
        documents.append(Document("V", visa, _read_country(sheet, row, "visa_issuer"), expires_on))
    return tuple(documents)


def _read_expiry(sheet: _Sheet, row: int, name: str) -> date | None:
    at = sheet.at(row, name)
    return read_day(at, sheet.orders.get(name, ""), sheet.on) if at else None


def _read_bags(sheet: _Sheet, row: int) -> Bags:
    at_pieces, at_weight = sheet.at(row, "bag_pieces"), sheet.at(row, "bag_weight")
    tags = re.split(r"[\s,;/、]+", sheet.text(row, "bag_tags"))
    return Bags(
        read_count(at_pieces, "bag_pieces") if at_pieces else None,
        read_count(at_weight, "bag_weight") if at_weight else None,
        tuple(tag for tag in tags if tag),
    )


def _read_flight(sheet: _Sheet, row: int) -> Flight:
    """What a row says about its flight; all empty when it says nothing."""
    named = sheet.text(row, "flight").upper()
    carrier, number = split_designator(named) if named else ("", "")
    days = {}
    for name in ("flight_on", "arrival_on"):
        at = sheet.at(row, name)
        days[name] = read_day(at, sheet.orders.get(name, ""), sheet.on) if at else None
    moments = {}
    for name, day in (("scheduled_departure_at", "flight_on"), ("scheduled_arrival_at", "arrival_on")):
        at = sheet.at(row, name)
        moments[name] = read_moment(at, days[day] or days["flight_on"] or sheet.title_day) if at else None
    flight = Flight(
        carrier,
        number,
        sheet.text(row, "departure").upper(),
        sheet.text(row, "arrival").upper(),
        moments["scheduled_departure_at"],
        moments["scheduled_arrival_at"],
    )
    if days["flight_on"] and flight.scheduled_departure_at is None:
        flight = replace(
            flight, scheduled_departure_at=datetime.combine(days["flight_on"], datetime.min.time())
        )
    return flight


def complete(flight: Flight, other: Flight) -> Flight:
    """A flight with what it leaves open taken from another source."""
    return Flight(
        flight.carrier or other.carrier,
        flight.number or other.number,
        flight.departure or other.departure,
        flight.arrival or other.arrival,
        flight.scheduled_departure_at or other.scheduled_departure_at,
        flight.scheduled_arrival_at or other.scheduled_arrival_at,
    )
