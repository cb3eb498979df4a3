"""Lists come in as real messages and spreadsheets; nobody on them is lost, doubled or mixed up."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from pratique.core.answers import Refused
from pratique.core.manifest.passenger_list import Document, Flight, Leg, Listed, Manifest
from pratique.formats import paxlst_write, spreadsheet_write
from pratique.services import flight as flights
from pratique.services import identity, manifest
from pratique.store import models

from .port import at, build

LEG = Leg(
    "MU",
    "2086",
    "BKK",
    "KMG",
    scheduled_departure_at=datetime(2020, 4, 15, 9, 0),
    scheduled_arrival_at=datetime(2020, 4, 15, 12, 0),
)
STATED = Flight(**{name: getattr(LEG, name) for name in Leg.__slots__}, legs=(LEG,))


def person(number, **more):
    given = {
        "surname": f"WANG{'ABCDEFGHIJ'[number]}",
        "given_names": "XIAO",
        "sex": "F",
        "born_on": date(1980 + number, 3, 4),
        "nationality": "CHN",
        "documents": (Document("P", f"E1234567{number}", "CHN", date(2028, 1, 1)),),
        "seat": f"{10 + number}A",
        "party": f"PARTY{number // 2}",
    }
    return Listed(**(given | more))


def listing(*people, **more):
    given = {"function": "745", "message_reference": "M1", "stated_passengers": len(people), "sender": "MU"}
    return Manifest(STATED, people, **(given | more))


def file(content, name="list.edi"):
    return manifest.File(
        name, paxlst_write.write(manifest=content) if isinstance(content, Manifest) else content
    )


@pytest.fixture
def empty(db):
    return build(travellers=0, landed=False)


def take_in(content, minute=-100, **more):
    return manifest.receive(file=file(content, **more), by=None, now=at(minute))


def codes():
    return set(
        models.Listing.objects.filter(gone_version__isnull=True).values_list("traveller_id", flat=True)
    )


def test_a_list_makes_its_travellers_and_their_identities(empty):
    receipt = take_in(listing(person(0), person(1), person(2, born_on=date(2012, 1, 1))))
    (version,) = receipt.manifests
    assert (version.version, version.new, version.control_heads) == (1, 3, 3)
    assert version.flight_id == empty.flight
    (found,) = identity.find_by_document(number="E12345671")
    who = identity.read(travellers=[found], look=None)[found]
    assert (who.surname, who.born_on) == ("WANGB", date(1981, 3, 4))
    assert models.Traveller.objects.filter(under_age=True).count() == 1
    assert models.FlightCount.objects.get().heads == 3


def test_the_same_bytes_again_change_nothing(empty):
    content = listing(person(0), person(1))
    take_in(content)
    before = codes()
    receipt = take_in(content, minute=-90)
    assert receipt.repeated
    assert codes() == before
    assert models.Manifest.objects.count() == 1


def test_a_newer_version_reconciles_new_gone_and_changed(empty):
    take_in(listing(person(0), person(1), person(2)))
    first = codes()
    receipt = take_in(
        listing(person(0, seat="30C"), person(2), person(3), message_reference="M2"), minute=-50
    )
    (version,) = receipt.manifests
    assert (version.version, version.new, version.gone, version.changed, version.unsure) == (2, 1, 1, 1, 0)
    assert len(codes() & first) == 2
    assert models.Listing.objects.get(seat="30C").traveller_id in first
    assert models.Traveller.objects.count() == 4


def test_whoever_is_gone_from_the_newest_list_is_not_landed(empty):
    take_in(listing(person(0), person(1)))
    take_in(listing(person(1), message_reference="M2"), minute=-50)
    assert flights.land(flight=empty.flight, landed_at=at(0), now=at(0)) == 1


def test_a_closing_list_that_comes_after_the_landing_admits_whoever_is_new(empty):
    take_in(listing(person(0)))
    flights.land(flight=empty.flight, landed_at=at(0), now=at(0))
    take_in(listing(person(0), person(1), message_reference="M2"), minute=10)
    assert models.Position.objects.filter(holder_kind="cabin").count() == 2


def test_a_spreadsheet_and_a_message_are_the_same_list(empty):
    take_in(listing(person(0), person(1)))
    content = spreadsheet_write.write(manifest=listing(person(0), person(1)))
    receipt = manifest.receive(
        file=manifest.File("list.xlsx", content, flight=empty.flight), by=None, now=at(-50)
    )
    (version,) = receipt.manifests
    assert (version.new, version.gone) == (0, 0)


def take_in_sheet(port, minute, *people):
    content = spreadsheet_write.write(manifest=listing(*people, stated_passengers=None))
    return manifest.receive(
        file=manifest.File("list.xlsx", content, flight=port.flight), by=None, now=at(minute)
    ).manifests[0]


def test_crew_on_a_spreadsheet_stay_who_they_are_from_version_to_version(empty):
    pilot, purser = (person(n, role="crew", party="") for n in (2, 3))
    take_in_sheet(empty, -100, person(0), person(1), pilot, purser)
    assert models.Listing.objects.filter(crew=True).count() == 2
    flights.land(flight=empty.flight, landed_at=at(0), now=at(0))
    version = take_in_sheet(empty, 10, person(0, seat="30C"), person(1, role="crew"), pilot)
    assert (version.new, version.gone, version.changed) == (0, 1, 2)  # a seat, and who became crew
    assert models.Listing.objects.filter(crew=True, gone_version=None).count() == 2, (
        "the newest list says who is crew"
    )
    assert models.Position.objects.count() == models.Traveller.objects.count() == 4
    assert identity.find_by_document(number="E12345673") == [
        models.Listing.objects.get(gone_version=2).traveller_id
    ]


def list_crew():
    """Whoever the newest lists have as crew."""
    crew = models.Listing.objects.filter(crew=True, gone_version=None)
    return set(crew.values_list("traveller_id", flat=True))


def test_crew_on_a_message_stay_who_they_are_and_whoever_becomes_crew_or_a_passenger_is_a_change(empty):
    pilot, purser, steward = (person(n, role="crew", party="") for n in (2, 3, 4))
    take_in(listing(person(0), person(1), pilot, purser))
    first, crew = codes(), list_crew()
    content = listing(person(0, seat="30C"), replace(pilot, role="passenger"), purser, message_reference="M2")
    (plan,) = manifest.preview(file=file(content)).plans
    assert [[d.field for d in manifest.list_changes(pair)] for pair in plan.revision.changed] == [
        ["seat"],
        ["role"],
    ]
    (version,) = take_in(content, minute=-90).manifests
    assert (version.new, version.gone, version.changed) == (0, 1, 2)
    (flying,) = crew - list_crew()
    assert codes() < first and models.Traveller.objects.get(id=flying).channel == ""
    given = {"function": "250", "message_reference": "M3", "stated_passengers": None}
    take_in(listing(purser, steward, **given), minute=-80)
    assert len(list_crew()) == 2
    (version,) = take_in(listing(person(0), purser, message_reference="M4"), minute=-70).manifests
    assert (version.new, version.gone) == (
        0,
        1,
    )  # the pilot who flew as a passenger; the crew list has the steward
    assert len(list_crew()) == 2 and len(codes()) == 3


def test_a_spreadsheet_that_names_crew_alone_or_passengers_alone_leaves_the_others_on_the_list(empty):
    take_in_sheet(empty, -100, person(0), person(1))
    crew = take_in_sheet(empty, -90, person(2, role="crew"))
    assert (crew.crew, crew.new, crew.gone) == (True, 1, 0)
    passengers = take_in_sheet(empty, -80, person(0), person(1), person(4))
    assert (passengers.crew, passengers.new, passengers.gone) == (False, 1, 0)
    assert len(codes()) == 4


def test_a_message_for_a_flight_that_is_not_on_the_board_puts_it_there(empty):
    leg = replace(LEG, number="0777")
    other = Flight(**{name: getattr(leg, name) for name in Leg.__slots__}, legs=(leg,))
    take_in(replace(listing(person(0)), flight=other))
    assert models.Flight.objects.get(designator="MU777").manifests.count() == 1


def test_a_flight_to_another_airport_is_refused_and_takes_nobody_in(empty):
    leg = replace(LEG, arrival="PEK")
    other = Flight(**{name: getattr(leg, name) for name in Leg.__slots__}, legs=(leg,))
    with pytest.raises(Refused, match="flight_elsewhere"):
        take_in(replace(listing(person(0)), flight=other))
    assert not models.Traveller.objects.exists()


def test_a_truncated_message_read_strictly_takes_nobody_in_and_says_why(empty):
    content = paxlst_write.write(manifest=listing(*(person(n) for n in range(6))))
    half = manifest.File("half.edi", content[: len(content) // 2], strict=True)
    receipt = manifest.receive(file=half, by=None, now=at(-10))
    assert receipt.manifests == ()
    assert receipt.reading.problems
    assert not models.Traveller.objects.exists()


def test_a_wrong_control_count_is_kept_with_the_version_and_told_in_both_languages(empty):
    receipt = take_in(listing(person(0), person(1), stated_passengers=5))
    (version,) = receipt.manifests
    assert version.control_heads == 5
    (problem,) = [p for p in version.problems if "count" in p["code"]]
    assert problem["en"]["remedy"] and problem["zh"]["remedy"] != problem["en"]["remedy"]


def test_two_travellers_with_one_document_are_both_kept(empty):
    receipt = take_in(listing(person(0), person(1, documents=person(0).documents)))
    assert models.Listing.objects.count() == 2
    assert receipt.manifests[0].problems
    receipt = take_in(
        listing(person(0), person(1, documents=person(0).documents), message_reference="M2"), minute=-50
    )
    assert models.Listing.objects.filter(gone_version__isnull=True).count() == 2


def test_a_list_of_those_not_on_board_takes_them_off(empty):
    take_in(listing(person(0), person(1), person(2)))
    absent = listing(person(1), function="266", action="CLNB", message_reference="M3")
    take_in(absent, minute=-20)
    (gone,) = models.Listing.objects.filter(gone_version__isnull=False)
    assert identity.find_by_document(number="E12345671") == [gone.traveller_id]


def test_the_file_itself_is_kept_encrypted(empty):
    content = paxlst_write.write(manifest=listing(person(0)))
    receipt = manifest.receive(file=manifest.File("l.edi", content), by=None, now=at(-10))
    (version,) = receipt.manifests
    assert b"WANGA" not in bytes(version.sealed_file)
    opened = identity.open_bytes(key=version.key, sealed=bytes(version.sealed_file), about=version.id)
    assert opened == content
