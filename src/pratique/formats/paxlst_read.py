"""What a PAXLST message says, segment by segment.

Sources: UN/EDIFACT PAXLST, directories D.98B to D.13B; the WCO/IATA/ICAO guide; for ``PAXLST:001:000`` the United
States Customs form in use before 2002. Qualifiers stand in the tables below.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from pratique.core.manifest.passenger_list import (
    Bags,
    Contact,
    Document,
    Flight,
    Leg,
    Listed,
    Role,
    Sex,
)
from pratique.formats.dates import has_expected_length, read_edifact_moment
from pratique.formats.edifact import Segment
from pratique.formats.edifact_envelope import Message
from pratique.formats.findings import Findings

# NAD party qualifiers (code list 3035) that stand for a person on board: role, in transit.
PERSONS: dict[str, tuple[Role, bool]] = {
    "FL": ("passenger", False),
    "FM": ("crew", False),
    "DDU": ("passenger", True),
    "DDT": ("crew", True),
    "VW": ("crew", False),
}
# PDT statuses of PAXLST 001:000.
_STATUSES: dict[str, tuple[Role, bool]] = {
    "PAX": ("passenger", False),
    "CRW": ("crew", False),
    "ITI": ("passenger", True),
}
# LOC place qualifiers (code list 3227) of a flight's stops.
_DEPARTURES = {"125", "5"}
_ARRIVALS = {"87", "130", "8"}
_CALLS = {"92", "PT"}
_SEXES: dict[str, Sex] = {"M": "M", "F": "F", "X": "X", "U": "", "1": "M", "2": "F"}
_IGNORED = {"CTA", "GEI", "GIS", "EMP", "CPI", "QTY", "GID", "UNS", "AUT", "ATT", "COM", "RFF"}
_DESIGNATOR = re.compile(r"([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})\s*-?\s*0*([0-9]{1,4}[A-Z]?)")
_POUND_KG = 0.45359237
_BAG_TAGS_MAX = 99


@dataclass(slots=True)
class _Stop:
    """One airport of the route, as LOC names it."""

    kind: str
    airport: str
    country: str = ""
    arrives_at: datetime | None = None
    departs_at: datetime | None = None


@dataclass(slots=True)
class _Course:
    """One TDT with the stops under it."""

    carrier: str
    number: str
    stops: list[_Stop] = field(default_factory=list)


@dataclass(slots=True)
class _Paper:
    """A document while its segments come in; `empty` when DOC names neither type nor number."""

    kind: str
    number: str
    issuer: str = ""
    expires_on: date | None = None

    def freeze(self) -> Document:
        return Document(self.kind, self.number, self.issuer, self.expires_on)


@dataclass(slots=True)
class _Person:
    """A traveller while his segments come in."""

    place: str
    role: Role
    in_transit: bool
    surname: str
    given_names: str
    address: str = ""
    telephone: str = ""
    email: str = ""
    sex: Sex = ""
    born_on: date | None = None
    nationality: str = ""
    places: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    papers: list[_Paper] = field(default_factory=list)
    pieces: int | None = None
    weight_kg: int | None = None
    tags: list[str] = field(default_factory=list)

    def freeze(self) -> Listed:
        return Listed(
            surname=self.surname,
            given_names=self.given_names,
            sex=self.sex,
            born_on=self.born_on,
            nationality=self.nationality,
            residence=self.places.get("174", ""),
            birthplace=self.places.get("180", ""),
            documents=tuple(paper.freeze() for paper in self.papers if paper.kind or paper.number),
            seat=self.references.get("SEA", ""),
            party=self.references.get("AVF", ""),
            reference=self.references.get("ABO", ""),
            role=self.role,
            in_transit=self.in_transit,
            embarked=self.places.get("178", ""),
            debarked=self.places.get("179", ""),
            cleared=self.places.get("22", ""),
            bags=Bags(self.pieces, self.weight_kg, tuple(self.tags)),
            contact=Contact(self.telephone, self.email, self.address),
            place=self.place,
        )


@dataclass(slots=True)
class Content:
    """One message as read: the parts of a `Manifest`, before split messages are put together again."""

    message: Message
    flight: Flight = Flight()
    travellers: tuple[Listed, ...] = ()
    function: str = ""
    action: str = ""
    list_reference: str = ""
    stated_passengers: int | None = None
    stated_crew: int | None = None
    # Where each of the two is stated.
    passengers_place: str = ""
    crew_place: str = ""


@dataclass(slots=True)
class _Reading:
    """Where the reader stands in a message."""

    findings: Findings
    content: Content
    on: date | None
    old: bool
    repetition: str
    courses: list[_Course] = field(default_factory=list)
    people: list[_Person] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    # The group the reader is in: nothing yet, a flight, a person, a document of his.
    within: str = ""


def read_content(
    *, message: Message, sent_at: datetime | None, repetition: str, findings: Findings
) -> Content:
    """One PAXLST message; every field that cannot be read is reported and left empty, never guessed.

    `sent_at` is the interchange's own date: it places two-digit years until the flight's date is known.
    """
    on = sent_at.date() if sent_at else None
    reading = _Reading(findings, Content(message), on, message.release == "000", repetition)
    for segment in message.segments:
        step = _STEPS.get(segment.tag)
        if step is not None:
            step(reading, segment)
        elif segment.tag not in _IGNORED:
            reading.unknown[segment.tag] += 1
    for tag, count in reading.unknown.items():
        if re.fullmatch(r"[A-Z]{3}", tag):
            findings.report("segment_unknown", message.place, {"tag": tag, "count": count})
    content = reading.content
    content.flight = _settle_flight(reading)
    content.travellers = tuple(person.freeze() for person in reading.people)
    return content


def split_designator(text: str, carrier: str = "") -> tuple[str, str]:
    """Carrier and number of a flight designator: ``MU2086``, ``UA0989``, ``A92707``; the number without zeros."""
    plain = re.sub(r"\s+", "", text.upper())
    if carrier and plain.startswith(carrier):
        rest = plain[len(carrier) :]
        if re.fullmatch(r"[0-9]{1,4}[A-Z]?", rest):
            return carrier, rest.lstrip("0") or "0"
    if found := _DESIGNATOR.fullmatch(plain):
        return found.group(1), found.group(2)
    if re.fullmatch(r"[0-9]{1,4}[A-Z]?", plain):
        return carrier, plain.lstrip("0") or "0"
    return carrier, plain


def _take_bgm(reading: _Reading, segment: Segment) -> None:
    reading.content.function = segment.get_value(0)
    # Carriers put their action code (C, CL, CLOB, XF ...) where a document number is due.
    named = segment.get_value(1)
    if re.fullmatch(r"[A-Z]{1,4}", named):
        reading.content.action = named
    else:
        reading.content.list_reference = named


def _take_tdt(reading: _Reading, segment: Segment) -> None:
    reading.within = "flight"
    # 34: a flight that is overflown by, not flown; its stops belong to no leg.
    if segment.get_value(0) == "34":
        reading.within = ""
        return
    named = segment.get_value(3 if reading.old else 4)
    carrier = named.upper() if re.fullmatch(r"[A-Za-z0-9]{2,3}", named) else ""
    carrier, number = split_designator(segment.get_value(1), carrier)
    reading.courses.append(_Course(carrier or named, number))


def _take_nad(reading: _Reading, segment: Segment) -> None:
    qualifier = segment.get_value(0).upper()
    if qualifier not in PERSONS:
        named = segment.get_value(3) or segment.get_value(2)
        if qualifier == "MS" or not reading.courses or not named:
            reading.within = ""
            return
        reading.findings.report("person_kind_unknown", segment.place, {"code": qualifier})
    role, in_transit = PERSONS.get(qualifier, ("passenger", False))
    names = [part.strip() for part in (segment.elements[3] if len(segment.elements) > 3 else [])]
    if not any(names):
        names = [segment.get_value(2)]
    # The sixth component of C080 is a format code, not a name.
    surname, given_names = _read_name(reading, segment, names[:5])
    address = ", ".join(part for part in (segment.get_value(number) for number in (4, 5, 6, 7, 8)) if part)
    reading.people.append(_Person(segment.place, role, in_transit, surname, given_names, address))
    reading.within = "person"


def _read_name(reading: _Reading, segment: Segment, names: list[str]) -> tuple[str, str]:
    surname, given_names = names[0], " ".join(part for part in names[1:] if part)
    if surname and not given_names:
        surname, stroke, given_names = (part.strip() for part in surname.partition("/"))
        if not stroke:
            reading.findings.report("given_names_missing", segment.place)
    if not surname:
        reading.findings.report("name_missing", segment.place)
    return surname, given_names


def _take_att(reading: _Reading, segment: Segment) -> None:
    if reading.within not in ("person", "document") or segment.get_value(0) not in ("2", ""):
        return
    text = (segment.get_value(2) or segment.get_value(2, 3)).upper()
    value = re.split(r"[*" + re.escape(reading.repetition.strip() or "*") + "]", text)[0]
    if value[:1] in _SEXES and (len(value) == 1 or value in ("MALE", "FEMALE")):
        reading.people[-1].sex = _SEXES[value[0]]
    elif value:
        reading.findings.report("sex_unreadable", segment.place, {"text": value})


def _take_dtm(reading: _Reading, segment: Segment) -> None:
    qualifier, value, code = (segment.get_value(0, number) for number in (0, 1, 2))
    if not value and len(segment.elements) > 1:
        # DTM+132+020131+2200+M10, and the slip of a + for a :
        value = segment.get_value(1) + (segment.get_value(2) if reading.old else "")
        code = "" if reading.old else segment.get_value(1, 1)
    wanted = {"": (), "flight": ("189", "232", "132", "136", "133")}.get(reading.within, ("329", "36"))
    if qualifier not in wanted or not value:
        return
    moment = read_edifact_moment(value=value, code=code, on=reading.on, birth=qualifier == "329")
    if moment is None:
        reading.findings.report("date_unreadable", segment.place, {"text": value})
        return
    if not has_expected_length(value=value, code=code):
        reading.findings.report("date_format_wrong", segment.place, {"text": value, "code": code})
    _put_moment(reading, qualifier, moment)


def _put_moment(reading: _Reading, qualifier: str, moment: datetime) -> None:
    if qualifier == "329":
        reading.people[-1].born_on = moment.date()
    elif qualifier == "36":
        if reading.people[-1].papers:
            reading.people[-1].papers[-1].expires_on = moment.date()
    elif reading.courses and reading.courses[-1].stops:
        stop = reading.courses[-1].stops[-1]
        if qualifier in ("189", "136"):
            stop.departs_at = moment
        else:
            stop.arrives_at = moment
    elif qualifier in ("232", "132") and reading.courses:
        reading.courses[-1].stops.append(_Stop("87", "", arrives_at=moment))


def _take_loc(reading: _Reading, segment: Segment) -> None:
    qualifier, value = segment.get_value(0), segment.get_value(1)
    if reading.within == "flight" and reading.courses:
        kind = qualifier.lstrip("0") or qualifier
        if kind in _DEPARTURES | _ARRIVALS | _CALLS:
            country, airport = (value[:2], value[2:]) if reading.old and len(value) == 5 else ("", value)
            reading.courses[-1].stops.append(_Stop(kind, airport, country))
        return
    if reading.within not in ("person", "document"):
        return
    person = reading.people[-1]
    if qualifier == "91":
        # 163 is a subdivision of a state; the state itself follows in a segment of its own.
        if person.papers and (segment.get_value(1, 1) != "163" or not person.papers[-1].issuer):
            person.papers[-1].issuer = value
    elif qualifier == "180":
        person.places["180"] = ", ".join(part for part in (segment.get_value(1, 3), value) if part)
    else:
        person.places[qualifier] = value


def _take_mea(reading: _Reading, segment: Segment) -> None:
    if reading.within not in ("person", "document"):
        return
    measure, unit = segment.get_value(0), segment.get_value(2)
    text = segment.get_value(2, 1) or unit
    if not re.fullmatch(r"[0-9]{1,6}([.,][0-9]+)?", text):
        if text:
            reading.findings.report("number_unreadable", segment.place, {"text": text})
        return
    amount = float(text.replace(",", "."))
    if measure == "CT":
        reading.people[-1].pieces = round(amount)
    elif measure == "WT":
        reading.people[-1].weight_kg = round(amount * _POUND_KG) if unit == "LBR" else round(amount)


def _take_ftx(reading: _Reading, segment: Segment) -> None:
    tag, count = segment.get_value(3), segment.get_value(3, 1)
    if reading.within not in ("person", "document") or segment.get_value(0) != "BAG":
        return
    if not tag or tag.upper() in ("NULL", "NONE", "NIL"):
        return
    reading.people[-1].tags.append(tag)
    serial = re.search(r"[0-9]+$", tag)
    if serial and re.fullmatch(r"[0-9]{1,2}", count):
        # The first tag and how many follow it in order.
        stem, digits = tag[: serial.start()], serial.group()
        for step in range(1, min(int(count), _BAG_TAGS_MAX)):
            reading.people[-1].tags.append(f"{stem}{int(digits) + step:0{len(digits)}d}")


def _take_com(reading: _Reading, segment: Segment) -> None:
    if reading.within not in ("person", "document"):
        return
    person = reading.people[-1]
    for element in segment.elements:
        way, code = element[0].strip(), element[1].strip() if len(element) > 1 else ""
        if code in ("TE", "AL") and not person.telephone:
            person.telephone = way
        elif code == "EM":
            person.email = way


def _take_nat(reading: _Reading, segment: Segment) -> None:
    if reading.within in ("person", "document"):
        reading.people[-1].nationality = segment.get_value(1)


def _take_rff(reading: _Reading, segment: Segment) -> None:
    code, value = segment.get_value(0), segment.get_value(0, 1)
    if reading.within in ("person", "document"):
        reading.people[-1].references.setdefault(code, value)
    elif code == "TN":
        reading.content.list_reference = value


def _take_doc(reading: _Reading, segment: Segment) -> None:
    if reading.within not in ("person", "document"):
        return
    reading.within = "document"
    reading.people[-1].papers.append(_Paper(segment.get_value(0), segment.get_value(1)))


def _take_cnt(reading: _Reading, segment: Segment) -> None:
    kind, text = segment.get_value(0), segment.get_value(0, 1)
    if kind not in ("41", "42"):
        return
    if not text and segment.get_value(1):
        text = segment.get_value(1)
        reading.findings.report("count_badly_written", segment.place, {"kind": kind, "stated": text})
    if not re.fullmatch(r"[0-9]{1,6}", text):
        reading.findings.report("count_unreadable", segment.place, {"kind": kind, "stated": text})
    elif kind == "42":
        reading.content.stated_passengers, reading.content.passengers_place = int(text), segment.place
    else:
        reading.content.stated_crew, reading.content.crew_place = int(text), segment.place


def _take_pdt(reading: _Reading, segment: Segment) -> None:
    """A whole traveller in one segment, as PAXLST 001:000 has it."""
    role, in_transit = _STATUSES.get(segment.get_value(2), ("passenger", False))
    if segment.get_value(2) and segment.get_value(2) not in _STATUSES:
        reading.findings.report("person_kind_unknown", segment.place, {"code": segment.get_value(2)})
    names = [segment.get_value(1, number) for number in range(3)]
    surname, given_names = _read_name(reading, segment, names)
    person = _Person(segment.place, role, in_transit, surname, given_names)
    kind, stroke, number = segment.get_value(0).partition("/")
    kind, number = (kind, number) if stroke else ("", kind)
    paper = _Paper(kind, number, segment.get_value(0, 2))
    person.papers.append(paper)
    reading.people.append(person)
    reading.within = "person"
    for text, birth in ((segment.get_value(0, 1), False), (segment.get_value(1, 3), True)):
        moment = read_edifact_moment(value=text, code="101", on=reading.on, birth=birth) if text else None
        if text and moment is None:
            reading.findings.report("date_unreadable", segment.place, {"text": text})
        elif moment and birth:
            person.born_on = moment.date()
        elif moment:
            paper.expires_on = moment.date()
    person.sex = _SEXES.get(segment.get_value(1, 4).upper(), "")
    person.places["178"] = segment.get_value(3)[2:]
    person.places["179"] = segment.get_value(3, 1)[2:]


_STEPS = {
    "BGM": _take_bgm,
    "TDT": _take_tdt,
    "NAD": _take_nad,
    "ATT": _take_att,
    "DTM": _take_dtm,
    "LOC": _take_loc,
    "MEA": _take_mea,
    "FTX": _take_ftx,
    "COM": _take_com,
    "NAT": _take_nat,
    "RFF": _take_rff,
    "DOC": _take_doc,
    "CNT": _take_cnt,
    "PDT": _take_pdt,
}


def _settle_flight(reading: _Reading) -> Flight:
    legs: list[tuple[Leg, _Stop, _Stop]] = []
    for course in reading.courses:
        legs.extend(_list_legs(course))
    if not legs:
        course = reading.courses[-1] if reading.courses else _Course("", "")
        if not course.number and not course.carrier:
            reading.findings.report("flight_missing", reading.content.message.place)
        arrival = course.stops[-1] if course.stops else _Stop("", "")
        return Flight(course.carrier, course.number, "", arrival.airport, None, arrival.arrives_at)
    crossing = [leg for leg, start, end in legs if _crosses_border(start, end)]
    leg = crossing[-1] if crossing else legs[-1][0]
    if not leg.number:
        reading.findings.report("flight_missing", reading.content.message.place)
    return Flight(
        leg.carrier,
        leg.number,
        leg.departure,
        leg.arrival,
        leg.scheduled_departure_at,
        leg.scheduled_arrival_at,
        tuple(leg for leg, _, _ in legs),
    )


def _crosses_border(start: _Stop, end: _Stop) -> bool:
    if start.country and end.country:
        return start.country != end.country
    return start.kind in _DEPARTURES and end.kind in _ARRIVALS


def _list_legs(course: _Course) -> list[tuple[Leg, _Stop, _Stop]]:
    """The legs between the stops; a call (LOC+92) ends one leg and begins the next, or is written once for each."""
    legs = []
    start: _Stop | None = None
    last: _Stop | None = None
    for stop in course.stops:
        begins = stop.kind in _DEPARTURES or (
            stop.kind in _CALLS and start is None and (last is None or stop.arrives_at is None)
        )
        if begins:
            start = stop
            continue
        origin = start or last
        if origin is not None:
            leg = Leg(
                course.carrier,
                course.number,
                origin.airport,
                stop.airport,
                origin.departs_at,
                stop.arrives_at,
            )
            legs.append((leg, origin, stop))
        last = stop
        start = stop if stop.kind in _CALLS and stop.departs_at is not None else None
    return legs
