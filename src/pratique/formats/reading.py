"""What reading a document gives: what it is, whether it is accepted, what it says, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pratique.core.answers import Problem
from pratique.core.manifest.passenger_list import Flight, Leg, Listed, Manifest, list_parties
from pratique.formats.mrz import Mrz
from pratique.formats.results import ResultReport


@dataclass(frozen=True, slots=True)
class Reading:
    """One document, read.

    `format` is a name of `table.FORMATS`, empty when none was recognised. `values` is what was read: the lists of a
    manifest (one for each flight and function), a machine-readable zone, a laboratory's results, or None. What is good is kept even
    when the document is not accepted; nothing of a document that is not accepted may be taken into the books.
    """

    format: str
    accepted: bool
    values: tuple[Manifest, ...] | Mrz | ResultReport | None
    problems: tuple[Problem, ...]

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The lists read; empty when the document is none."""
        return self.values if isinstance(self.values, tuple) else ()

    @property
    def zone(self) -> Mrz | None:
        """The machine-readable zone read; None when the document is none."""
        return self.values if isinstance(self.values, Mrz) else None

    @property
    def results(self) -> ResultReport | None:
        """The laboratory's results read; None when the document is none."""
        return self.values if isinstance(self.values, ResultReport) else None

    def to_json(self) -> dict[str, Any]:
        """The reading as `pratique read --json` prints it: only strings, numbers, truth values, lists, objects."""
        values: dict[str, Any] | None = None
        if isinstance(self.values, Mrz):
            values = _describe_zone(self.values)
        elif isinstance(self.values, ResultReport):
            values = self.values.to_json()
        elif self.values is not None:
            values = _describe_lists(self.values)
        return {
            "format": self.format,
            "accepted": self.accepted,
            "values": values,
            "problems": [
                {
                    "code": problem.code,
                    "where": problem.where,
                    "message": problem.message,
                    "remedy": problem.remedy,
                }
                for problem in self.problems
            ],
        }


def _describe_lists(manifests: tuple[Manifest, ...]) -> dict[str, Any]:
    """The first flight, and everyone on any of the lists; several lists also stand one by one."""
    travellers = [person for manifest in manifests for person in manifest.travellers]
    described = {
        "flight": _describe_flight(manifests[0].flight) if manifests else None,
        "travellers": [_describe_person(person) for person in travellers],
        "parties": _describe_parties(travellers),
        "lists": [_describe_list(manifest) for manifest in manifests],
    }
    if len(manifests) > 1:
        for described_list, manifest in zip(described["lists"], manifests, strict=True):
            described_list["travellers"] = [_describe_person(person) for person in manifest.travellers]
    return described


def _describe_list(manifest: Manifest) -> dict[str, Any]:
    return {
        "flight": _describe_flight(manifest.flight),
        "function": manifest.function,
        "action": manifest.action,
        "message_reference": manifest.message_reference,
        "list_reference": manifest.list_reference,
        "sender": manifest.sender,
        "receiver": manifest.receiver,
        "sent_at": _describe_moment(manifest.sent_at),
        "passengers": {"stated": manifest.stated_passengers, "counted": manifest.counted_passengers},
        "crew": {"stated": manifest.stated_crew, "counted": manifest.counted_crew},
    }


def _describe_flight(flight: Flight) -> dict[str, Any]:
    return {**_describe_leg(flight), "legs": [_describe_leg(leg) for leg in flight.legs]}


def _describe_leg(leg: Flight | Leg) -> dict[str, Any]:
    return {
        "designator": leg.designator,
        "carrier": leg.carrier,
        "number": leg.number,
        "departure": leg.departure,
        "arrival": leg.arrival,
        "scheduled_departure_at": _describe_moment(leg.scheduled_departure_at),
        "scheduled_arrival_at": _describe_moment(leg.scheduled_arrival_at),
    }


def _describe_moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="minutes") if moment else None


def _describe_day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _describe_person(person: Listed) -> dict[str, Any]:
    return {
        "surname": person.surname,
        "given_names": person.given_names,
        "chinese_name": person.chinese_name,
        "sex": person.sex,
        "born_on": _describe_day(person.born_on),
        "nationality": person.nationality,
        "residence": person.residence,
        "birthplace": person.birthplace,
        "documents": [
            {
                "kind": document.kind,
                "number": document.number,
                "issuer": document.issuer,
                "expires_on": _describe_day(document.expires_on),
            }
            for document in person.documents
        ],
        "seat": person.seat,
        "party": person.party,
        "reference": person.reference,
        "role": person.role,
        "in_transit": person.in_transit,
        "embarked": person.embarked,
        "debarked": person.debarked,
        "cleared": person.cleared,
        "bags": {
            "pieces": person.bags.pieces,
            "weight_kg": person.bags.weight_kg,
            "tags": list(person.bags.tags),
        },
        "contact": {
            "telephone": person.contact.telephone,
            "email": person.contact.email,
            "address": person.contact.address,
        },
        "place": person.place,
    }


def _describe_parties(travellers: Iterable[Listed]) -> list[dict[str, Any]]:
    """Record locators with the travellers who share them, numbered from 0 as they stand in `travellers`."""
    people = list(travellers)
    numbers = {id(person): number for number, person in enumerate(people)}
    return [
        {"party": locator, "travellers": [numbers[id(member)] for member in members]}
        for locator, members in list_parties(travellers=people).items()
    ]


def _describe_zone(zone: Mrz) -> dict[str, Any]:
    return {
        "kind": zone.kind,
        "lines": list(zone.lines),
        "fields": {
            "document_kind": zone.document_kind,
            "issuer": zone.issuer,
            "document_number": zone.document_number,
            "surname": zone.surname,
            "given_names": zone.given_names,
            "nationality": zone.nationality,
            "sex": zone.sex,
            "born_on": _describe_day(zone.born_on),
            "born_text": zone.born_text,
            "expires_on": _describe_day(zone.expires_on),
            "optional": zone.optional,
        },
        "check_digits": dict(zone.checks),
        "suggestion": list(zone.suggestion),
    }
