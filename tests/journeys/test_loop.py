"""The whole loop worked by hand: from a list that is handed in to a flight that is closed, each role at its desk."""

from dataclasses import replace

import pytest

from pratique.core.manifest.passenger_list import Document, Flight, Listed, Manifest
from pratique.formats import paxlst_write
from pratique.services import identity, proof
from pratique.store import models
from pratique.store.ids import make_id
from services.port import NOON, at, man
from web.airport import PASSWORD

pytestmark = pytest.mark.browser

PEOPLE = (
    Listed("LI", "NA", documents=(Document("P", "G11111111", "CHN"),), seat="1A", sex="F"),
    Listed("WU", "FANG", documents=(Document("P", "G22222222", "CHN"),), seat="1B", sex="F"),
    Listed("TRAN", "VAN NAM", documents=(Document("P", "C3333333", "VNM"),), seat="2A", sex="M"),
)
SPREADSHEET = (
    "flight,date,departure,arrival,surname,given names,sex,birth date,nationality,passport,seat\n"
    "KY3022,2020-04-15,VTE,KMG,LI,NA,F,1990-13-45,CHN,G11111111,1A\n"
    "KY3022,2020-04-15,VTE,KMG,WU,FANG,F,1990-01-02,CHN,G22222222,1B\n"
)


def write_message() -> bytes:
    """What the airline sends at closing, as a PAXLST message: one more person than the spreadsheet had."""
    moments = {
        "scheduled_departure_at": NOON.replace(tzinfo=None),
        "scheduled_arrival_at": at(60).replace(tzinfo=None),
    }
    flight = Flight("KY", "3022", "VTE", "KMG", **moments)
    people = tuple(replace(p, born_on=NOON.date().replace(year=1990)) for p in PEOPLE)
    manifest = Manifest(flight, people, function="745", message_reference="1", sender="KY", receiver="KMG",
                        sent_at=NOON.replace(tzinfo=None), stated_passengers=3)  # fmt: skip
    return paxlst_write.write(manifest=manifest)


def hand_in(page, name, content):
    page.set_input_files("#id_file", {"name": name, "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Look at it").click()


def test_a_flight_from_its_first_list_to_its_closing(visit):
    day = visit()
    page, places = day.page, day.airport.port.custodians
    bus = models.Vehicle.objects.create(id=make_id(), plate="YA-001", kind="coach", seats=40)

    # the screening lead signs in and hands in the first list, a spreadsheet with a fault
    day.go("/lists/")
    page.fill("#id_username", "screener")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    hand_in(page, "list.csv", SPREADSHEET.encode())
    page.get_by_text("1 problem; what is good is kept").wait_for()
    assert "H2" in page.locator(".problem-where").first.inner_text()
    page.get_by_role("button", name="Take it in").click()
    page.get_by_text("Taken in: 2 people on the list.").wait_for()

    # then the airline's own message
    page.get_by_role("link", name="Hand in a list").first.click()
    hand_in(page, "closing.edi", write_message())
    page.get_by_text("TRAN VAN NAM").wait_for()
    page.get_by_role("button", name="Take it in").click()
    page.get_by_text("Taken in: 3 people on the list.").wait_for()

    # it lands; heads are counted at the door
    day.set_clock(70)
    page.reload()
    page.get_by_role("button", name="It has landed").click()
    page.get_by_text("3 people are now held by the cabin").wait_for()
    page.select_option("#count-source", "door")
    page.fill("#count-heads", "3")
    page.get_by_role("button", name="Enter the count").click()
    page.get_by_text("The count is in the book").wait_for()
    flight = models.Flight.objects.get(designator="KY3022")
    codes = list(
        models.Traveller.objects.filter(flight=flight).order_by("code").values_list("code", flat=True)
    )

    # the hall receives them, one by the number of the passport, and calls the roll
    day.set_clock(80)
    day.stand_at(places["hall"], "screener")
    day.scan(*codes[:2])
    last = models.Traveller.objects.get(code=codes[2])
    document = next(p.documents[0].number for p in PEOPLE if names(last) == p.surname)
    page.fill("#scanned", document)
    page.press("#scanned", "Enter")
    page.locator("#verdict[data-verdict=good]", has_text=codes[2]).wait_for()
    page.get_by_role("button", name="Headcount").click()
    for code in codes:
        page.locator("#count-list label", has_text=code).click()
    page.get_by_role("button", name="State the count").click()
    page.locator("#count-result", has_text="The count agrees").wait_for()

    # the dispatcher plans a trip
    day.sit_down("dispatcher")
    day.go("/trips/")
    page.select_option("#id_vehicle", str(bus.id))
    page.select_option("#id_destination", str(places["hotel"]))
    page.get_by_role("button", name="Plan it").click()
    page.get_by_text("People can be handed to it now").wait_for()
    trip = models.Trip.objects.get().id

    # the hall hands over, the escort counts and takes them aboard, and leaves
    day.stand_at(places["hall"], "screener")
    hand_over(page, trip, 3)
    day.set_clock(90)
    day.stand_at(trip, "escort")
    receive(day, codes)
    man(trip)
    day.go(f"/trips/{trip}/")
    page.get_by_text("3 / 40").wait_for()
    page.locator("summary", has_text="It has departed").click()
    page.get_by_role("button", name="Yes, it has set off").click()
    day.set_clock(130)
    page.locator("summary", has_text="It has arrived").click()
    page.get_by_role("button", name="Yes, it is there").click()
    page.get_by_text("3 people are still aboard by the book").wait_for()

    # at the facility: handed over again, received, counted
    day.stand_at(trip, "escort")
    hand_over(page, places["hotel"], 3)
    day.set_clock(140)
    day.stand_at(places["hotel"], "reception")
    receive(day, codes)
    day.sit_down("escort")
    day.go(f"/trips/{trip}/")
    page.get_by_role("button", name="End the trip").click()
    page.get_by_text("0 / 40").wait_for()
    page.get_by_text("3 alighted").wait_for()

    # the commander closes the flight; the book is true
    day.sit_down("commander")
    day.go(f"/flights/{flight.id}/")
    page.get_by_role("button", name="Close the flight").click()
    page.get_by_text("The flight is closed. Nobody of it is open.").wait_for()
    assert models.HandoverEvent.objects.filter(step="offered").count() == 2
    objections = proof.prove(now=at(141)).findings.by_proof
    about = {o.subject for one in objections.values() for o in one}
    assert not about & {
        str(flight.id),
        *map(str, models.Traveller.objects.filter(flight=flight).values_list("id", flat=True)),
    }


def names(traveller):
    return identity.read(travellers=[traveller.id], look=None)[traveller.id].surname


def hand_over(page, receiver, heads):
    page.get_by_role("button", name="Hand over").click()
    page.select_option("#offer-receiver", str(receiver))
    page.get_by_role("button", name="Tick all").click()
    page.locator("#offer-count", has_text=f"{heads} / {heads}").wait_for()
    page.get_by_role("button", name="Offer", exact=True).evaluate(
        "it => (it.click(), it.click())"
    )  # once is enough
    page.locator("#verdict-word", has_text="Offered").wait_for()


def receive(day, codes):
    day.page.get_by_role("button", name="Receive", exact=True).click()
    day.scan(*codes)
    day.page.locator("#receiving-count", has_text=f"{len(codes)} / {len(codes)}").wait_for()
    day.page.get_by_role("button", name="Accept").first.click()
    day.page.fill("#answer-heads", str(len(codes)))
    day.page.locator("#answer-send").click()
    day.page.locator("#verdict-word", has_text="the handover is complete").wait_for()
