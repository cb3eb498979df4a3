"""A manifest as a PAXLST message, with the habits of real senders on request.

Source: the WCO/IATA/ICAO guide to PAXLST (UN/EDIFACT directories D.02B to D.13B).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from pratique.core.manifest.passenger_list import Document, Flight, Leg, Listed, Manifest
from pratique.formats.edifact import STANDARD, Separators, compose

_NAMES_PER_PARTY = 5
_QUALIFIERS = {
    ("passenger", False): "FL",
    ("crew", False): "FM",
    ("passenger", True): "DDU",
    ("crew", True): "DDT",
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a sender writes: the message is the same, the habits differ.

    `wrap_columns` breaks lines at that width wherever it falls (0: never); `break_after_segment` puts each segment
    on a line of its own. `heading` and `footer` are lines around the interchange, as a teletype network adds them.
    With `travellers_per_message` the list is split over several messages (UNH marked ``01:C`` ... ``07:F``), with
    `parts_apart` each in an interchange of its own.
    """

    directory: str = "05B"
    separators: Separators = STANDARD
    service_string: bool = True
    group: bool = True
    break_after_segment: bool = False
    wrap_columns: int = 0
    heading: str = ""
    footer: str = ""
    travellers_per_message: int = 0
    parts_apart: bool = False


TELETYPE = Style(
    wrap_columns=64,
    heading="\x01QK KMGAPXS\r\n.MUCKMTS 150421\r\n\x02",
    footer="\r\n\x03\r\n\r\n 15APR20 0421Z\r\n",
)

Segments = list[tuple[str, list[Iterable[str] | str]]]


def write(*, manifest: Manifest, style: Style = Style()) -> bytes:
    """The manifest as PAXLST, UTF-8 (which is ASCII for any message a carrier may send).

    A Chinese name has no place in PAXLST and is not written; all else that `read` understands is.
    """
    parts = list(_split(manifest.travellers, style.travellers_per_message))
    messages = [
        _compose_message(manifest, travellers, number, len(parts), style)
        for number, travellers in enumerate(parts, start=1)
    ]
    interchanges = [[message] for message in messages] if style.parts_apart else [messages]
    return "".join(_compose_interchange(manifest, inside, style) for inside in interchanges).encode()


def _split(travellers: tuple[Listed, ...], size: int) -> Iterator[tuple[Listed, ...]]:
    if not size or not travellers:
        yield travellers
        return
    for start in range(0, len(travellers), size):
        yield travellers[start : start + size]


def _compose_interchange(manifest: Manifest, messages: list[Segments], style: Style) -> str:
    reference = manifest.message_reference or "1"
    sent_at = manifest.sent_at or manifest.flight.scheduled_departure_at
    stamp = [f"{sent_at:%y%m%d}", f"{sent_at:%H%M}"] if sent_at else []
    segments = [segment for message in messages for segment in message]
    plain = all(
        part.isascii()
        for _, elements in segments
        for element in elements
        for part in ([element] if isinstance(element, str) else element)
    )
    sender, receiver = [manifest.sender], [manifest.receiver]
    heading: Segments = [
        ("UNB", [["UNOA" if plain else "UNOY", "4"], sender, receiver, stamp, reference, "", "APIS"])
    ]
    ending: Segments = [("UNZ", [str(1 if style.group else len(messages)), reference])]
    if style.group:
        group = ["UN", ["D", style.directory]]
        heading.append(("UNG", ["PAXLST", sender, receiver, stamp, reference, *group]))
        ending.insert(0, ("UNE", [str(len(messages)), reference]))
    return _lay_out([*heading, *segments, *ending], style)


def _lay_out(segments: Segments, style: Style) -> str:
    texts = [compose(tag=tag, elements=elements, separators=style.separators) for tag, elements in segments]
    if style.service_string:
        texts.insert(0, style.separators.advice)
    body = ("\r\n" if style.break_after_segment else "").join(texts)
    if style.wrap_columns:
        width = style.wrap_columns
        body = "\r\n".join(body[start : start + width] for start in range(0, len(body), width))
    return f"{style.heading}{body}{style.footer}"


def _compose_message(
    manifest: Manifest, travellers: tuple[Listed, ...], number: int, count: int, style: Style
) -> Segments:
    reference = manifest.message_reference or "1"
    if count > 1:
        reference = f"{reference}-{number:02d}"
    sequence = [f"{number:02d}", *({1: ["C"], count: ["F"]}.get(number, []))] if count > 1 else []
    flight = manifest.flight
    stamp = f"{flight.scheduled_departure_at:/%y%m%d/%H%M}" if flight.scheduled_departure_at else ""
    segments: Segments = [
        (
            "UNH",
            [reference, ["PAXLST", "D", style.directory, "UN", "IATA"], flight.designator + stamp, sequence],
        ),
        ("BGM", [manifest.function or "745", manifest.action]),
    ]
    if manifest.list_reference:
        segments.append(("RFF", [["TN", manifest.list_reference]]))
    segments.append(("NAD", ["MS", "", "", manifest.sender]))
    segments.extend(_compose_flight(flight))
    for person in travellers:
        segments.extend(_compose_person(person))
    segments.extend(_compose_counts(manifest, travellers, count))
    segments.append(("UNT", [str(len(segments) + 1), reference]))
    return segments


def _compose_counts(manifest: Manifest, travellers: tuple[Listed, ...], parts: int) -> Segments:
    """CNT as stated by the manifest when it is one message; the real count of each part otherwise."""
    crew = sum(person.role == "crew" for person in travellers)
    passengers = len(travellers) - crew
    if parts == 1:
        passengers = passengers if manifest.stated_passengers is None else manifest.stated_passengers
        crew = crew if manifest.stated_crew is None else manifest.stated_crew
    counts: Segments = []
    if passengers or not crew:
        counts.append(("CNT", [["42", str(passengers)]]))
    if crew:
        counts.append(("CNT", [["41", str(crew)]]))
    return counts


def _compose_flight(flight: Flight) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    legs = flight.legs or (
        Leg(
            flight.carrier,
            flight.number,
            flight.departure,
            flight.arrival,
            flight.scheduled_departure_at,
            flight.scheduled_arrival_at,
        ),
    )
    for leg in legs:
        crosses = (leg.departure, leg.arrival) == (flight.departure, flight.arrival)
        yield "TDT", ["20", leg.designator, "", "", leg.carrier]
        yield "LOC", ["125" if crosses else "92", leg.departure]
        yield from _compose_moment("189", leg.scheduled_departure_at)
        yield "LOC", ["87" if crosses else "92", leg.arrival]
        yield from _compose_moment("232", leg.scheduled_arrival_at)


def _compose_moment(
    qualifier: str, moment: datetime | None
) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    if moment is not None:
        yield "DTM", [[qualifier, f"{moment:%y%m%d%H%M}", "201"]]


def _compose_day(qualifier: str, day: date | None) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    if day is not None:
        yield "DTM", [[qualifier, f"{day.year:04d}{day:%m%d}", "102"]]


def _compose_person(person: Listed) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    given = person.given_names.split(" ", _NAMES_PER_PARTY - 2) if person.given_names else []
    yield (
        "NAD",
        [
            _QUALIFIERS[person.role, person.in_transit],
            "",
            "",
            [person.surname, *given],
            person.contact.address,
        ],
    )
    if person.sex:
        yield "ATT", ["2", "", person.sex]
    yield from _compose_day("329", person.born_on)
    yield from _compose_bags(person)
    for code, airport in (("22", person.cleared), ("178", person.embarked), ("179", person.debarked)):
        if airport:
            yield "LOC", [code, airport]
    if person.residence:
        yield "LOC", ["174", person.residence]
    if person.birthplace:
        yield "LOC", ["180", ["", "", "", person.birthplace]]
    ways = ((person.contact.telephone, "TE"), (person.contact.email, "EM"))
    if any(way for way, _ in ways):
        yield "COM", [[way, code] for way, code in ways if way]
    if person.nationality:
        yield "NAT", ["2", person.nationality]
    for code, value in (("AVF", person.party), ("ABO", person.reference), ("SEA", person.seat)):
        if value:
            yield "RFF", [[code, value]]
    for document in person.documents:
        yield from _compose_document(document)


def _compose_bags(person: Listed) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    if person.bags.pieces is not None:
        yield "MEA", ["CT", "", ["", str(person.bags.pieces)]]
    if person.bags.weight_kg is not None:
        yield "MEA", ["WT", "", ["KGM", str(person.bags.weight_kg)]]
    for tag in person.bags.tags:
        yield "FTX", ["BAG", "", "", tag]


def _compose_document(document: Document) -> Iterator[tuple[str, list[Iterable[str] | str]]]:
    kind = [document.kind, "110", "111"] if document.kind else ""
    yield "DOC", [kind, document.number]
    yield from _compose_day("36", document.expires_on)
    if document.issuer:
        yield "LOC", ["91", document.issuer]
