"""Nobody opens a way out alone: not by naming another giver, not as crew from anywhere, not as somebody who never came."""

from dataclasses import replace
from uuid import uuid4

import pytest

from pratique.core.answers import Refused
from pratique.core.custody.handover import Step
from pratique.services import care, custody, duty, grounds, way
from pratique.services.stay import assess, death, house, onward, release, removal, rooms, ward
from pratique.store import models
from pratique.store.queries import leavings, stays

from .doors import DAY, employ, open_exits, to_hotel, walk_to
from .port import at, build
from .test_way import AFTER, TOLD, leave, offer, stay_through, swab


@pytest.fixture
def port(db):
    port = build(travellers=2)
    open_exits(port)
    return port


def link_stranger(port, who, minute):
    """A second wristband of somebody, of which it turns out that it is theirs."""
    other = uuid4()
    port.send(port.told(who=who, where="hall", minute=minute, traveller=other))
    row = models.Traveller.objects.get(id=other)
    assert not row.manifested
    told = {"by": uuid4(), "because": "the same person", "now": at(minute + 1)}
    custody.link(traveller=other, same_as=port.travellers[who], **told)
    return other


def test_nobody_offers_to_an_exit_whom_he_does_not_have(port):
    """An escort's phone says of a guest of a hotel that they come from a hall."""
    to_hotel(port, 0)
    walk_to(port, 1, ("hall", 115))
    with pytest.raises(Refused, match="offer_not_held") as refused:
        offer(port, 0, "border", 150, giver="hall")
    assert models.Traveller.objects.get(id=port.travellers[0]).code in str(refused.value)
    assert not models.HandoverEvent.objects.exists()
    assert leave(port, 0, "border", 152).state == way.CLOSED
    offer(port, 1, "border", 150)
    offer(port, 0, "bus", 153, giver="hall")  # within the loop it is the receiver's scans that say it


BROUGHT_OUT = {
    "by a trip": ("bus2", 300),
    "by way of a hall": ("hall", 300),
    "from a hospital": ("hospital", 300),
}


@pytest.mark.parametrize("how", BROUGHT_OUT)
def test_whoever_was_in_a_facility_leaves_by_an_acceptance_wherever_they_are_offered_from(port, how):
    to_hotel(port, 0)
    where, minute = BROUGHT_OUT[how]
    walk_to(port, 0, (where, minute))
    offered = offer(port, 0, "border", minute + 5, giver=where)
    assert way.list_leaving(custodian=port.custodians["border"], now=at(minute + 6)) == []
    assert leave(port, 0, "border", minute + 7, handover=offered).state == way.CLOSED
    custody.answer(
        handover_id=offered, step=Step.ACCEPTED, heads=1, because=TOLD, by=None, now=at(minute + 8)
    )
    way.heed(now=at(minute + 9))
    assert not leavings.list_open()


def test_an_honest_offer_that_comes_late_is_taken(port):
    for who in (0, 1):
        walk_to(port, who, ("hall", 20))
    assert leave(port, 0, "border", 30).state == way.CLOSED  # the phone of the hall has no network
    offer(port, 0, "border", 45)
    way.heed(now=at(46))
    assert not leavings.list_open()
    # The bus took them on, its scans have not come yet: the book knows it by what the bus accepted.
    aboard = offer(port, 1, "bus", 50)
    custody.answer(handover_id=aboard, step=Step.ACCEPTED, heads=1, because="", by=None, now=at(52))
    offer(port, 1, "border", 61, giver="bus")


def test_the_deceased_goes_by_an_acceptance_also_out_of_a_hospital(port):
    walk_to(port, 0, ("hospital", 60))
    lead, other = employ("epidemiologist"), employ("commander")
    death.certify(
        told=death.Certificate(port.travellers[0], at(DAY), "ward", "Dr Zhao", "C-1"), by=lead, now=at(DAY)
    )
    death.confirm(traveller=port.travellers[0], by=other, now=at(DAY + 5))
    death.offer(traveller=port.travellers[0], receiver=port.custodians["died"], by=lead, now=at(DAY + 10))
    assert way.list_leaving(custodian=port.custodians["died"], now=at(DAY + 11)) == []
    assert leave(port, 0, "died", DAY + 12).state == way.CLOSED


@pytest.mark.parametrize("anew", ["under the same name", "under another name"])
def test_an_offer_made_again_and_again_ends_two_hours_after_they_left_all_the_same(port, anew):
    walk_to(port, 0, ("hall", 20))
    first = offer(port, 0, "border", 25)
    assert leave(port, 0, "border", 30, handover=first).state == "moved"
    for minute in range(45, 155, 15):
        offer(port, 0, "border", minute, handover=first if anew == "under the same name" else None)
    way.heed(now=at(140))
    assert not leavings.list_open()
    way.heed(now=at(151))
    assert [row.traveller_id for row in leavings.list_open()] == [port.travellers[0]]


def be_crew(port, who=0):
    models.Listing.objects.filter(traveller_id=port.travellers[who]).update(crew=True)


def close_flight(port):
    models.Flight.objects.filter(id=port.flight).update(closed_at=at(25))


CREW_STAYS = {
    "their flight was closed before": close_flight,
    "they are a contact": lambda port: models.Traveller.objects.update(channel="contact"),
    "they are ill": lambda port: models.Traveller.objects.update(channel="symptomatic"),
    "they were tested positive": lambda port: swab(port, 5, "positive", 20),
    "they were tested positive under another wristband": lambda port: positive_as(port, link_stranger(port, 0, 10)),
    "they were taken on by a bus": lambda port: walk_to(port, 0, ("bus", 20)),
    "they are in a hotel": lambda port: to_hotel(port, 0),
    "they are in a hospital": lambda port: walk_to(port, 0, ("hospital", 25)),
    "a later list dropped them": lambda port: models.Listing.objects.update(gone_version=2),
}  # fmt: skip


def positive_as(port, who):
    care.take_sample(swab=care.Swab(who, "T-as"), by=None, now=at(12))
    care.record_result(tube="T-as", result="positive", by=None, now=at(22))


@pytest.mark.parametrize("why", CREW_STAYS)
def test_crew_do_not_leave_with_the_aircraft_from_anywhere(port, why):
    be_crew(port)
    CREW_STAYS[why](port)
    assert port.travellers[0] not in way.list_leaving(custodian=port.custodians["aircraft"], now=at(119))
    assert leave(port, 0, "aircraft", 120).state == way.CLOSED


def test_a_positive_taken_back_and_a_slip_of_the_finger_keep_no_crew_here(port):
    be_crew(port)
    swab(port, 5, "positive", 20)
    duty.withdraw(
        evidence=models.Evidence.objects.get(code="result").id, because="other", by=uuid4(), now=at(22)
    )
    (slip,) = port.send(port.told(who=0, where="bus", minute=23))
    custody.annul(scan=slip.id, by=uuid4(), because="the wrong wristband", now=at(24))
    assert leave(port, 0, "aircraft", 30).state == "moved"


def open_never_came(port):
    models.Custodian.objects.filter(code="aircraft").update(
        never_came=True, attributes={"record": "departed"}
    )


def scan_back(port, *, times, by):
    for minute in range(times):
        (scan,) = port.send(port.told(who=0, where="hall", minute=20 + minute))
        custody.annul(scan=scan.id, by=by, because="not them", now=at(50 + minute))


def attend(port, code, by, **attributes):
    told = duty.Done("traveller", str(port.travellers[0]), code, at(30), attributes)
    return duty.record(evidence=told, by=by, now=at(30))


WHO = uuid4()
HERE = {
    "screened": lambda port: attend(port, "screened", uuid4(), channel="ordinary"),
    "measured": lambda port: attend(port, "temperature", uuid4(), celsius=36.5),
    "declared at a desk": lambda port: attend(port, "declared", uuid4(), source="desk"),
    "swabbed": lambda port: swab(port, 30),
    "scanned under another wristband": lambda port: link_stranger(port, 0, 10),
    "scanned once, and somebody took that back": lambda port: scan_back(port, times=1, by=uuid4()),
    "scanned, and whoever writes them off took it back": lambda port: scan_back(port, times=2, by=WHO),
    "measured, and whoever writes them off took it back": lambda port: duty.withdraw(
        evidence=attend(port, "temperature", uuid4(), celsius=36.5).id, because="no", by=WHO, now=at(40)
    ),
}


@pytest.mark.parametrize("seen", HERE)
def test_one_person_cannot_write_off_as_never_come_who_is_here(port, seen):
    open_never_came(port)
    HERE[seen](port)
    told = port.told(who=0, where="aircraft", minute=90)
    (answer,) = custody.receive(scans=[told], device=port.phone("p"), by=WHO, now=at(91))
    assert answer.state == way.CLOSED


def test_who_only_told_of_themselves_or_was_taken_for_another_by_others_is_written_off(port):
    open_never_came(port)
    attend(port, "declared", None, source="traveller")
    attend(port, "exposed", uuid4())  # by the seat they were to sit in
    scan_back(port, times=2, by=uuid4())
    assert leave(port, 0, "aircraft", 90).state == way.UNHEARD
    (kept,) = leavings.list_open()
    word = grounds.CarrierWord(port.travellers[0], " ", at(80), "closing message")
    with pytest.raises(Refused, match="carrier_unnamed"):
        grounds.hear_carrier(word=word, by=WHO, now=at(95))
    grounds.hear_carrier(word=replace(word, said_by="Ms Li, check-in"), by=WHO, now=at(95))
    way.heed(now=at(96))
    assert leavings.list_open() == [], "who said so is on record now"
    assert kept.because == [way.UNHEARD]


def test_a_positive_under_another_wristband_of_theirs_closes_the_release(port):
    """It is found between the decision and the door that two wristbands are one person's."""
    stay_through(port)
    who = port.travellers[0]
    other = link_stranger(port, 1, 10)  # somebody else's: of no matter here
    positive_as(port, other)
    release.decide(traveller=who, by=employ("reception"), now=at(AFTER))
    assert release.look(traveller=who, now=at(AFTER + 1)).open
    theirs = uuid4()
    models.Traveller.objects.create(id=theirs, code="Y-1", manifested=False)
    care.take_sample(swab=care.Swab(theirs, "T-theirs"), by=None, now=at(AFTER - 900))
    care.record_result(tube="T-theirs", result="positive", by=None, now=at(AFTER - 600))
    assert release.look(traveller=who, now=at(AFTER + 2)).open
    custody.link(traveller=theirs, same_as=who, by=uuid4(), because="the same person", now=at(AFTER + 3))
    assert not release.look(traveller=who, now=at(AFTER + 4)).open
    assert way.list_leaving(custodian=port.custodians["released"], now=at(AFTER + 4)) == []
    assert leave(port, 0, "released", AFTER + 5).state == way.CLOSED


def test_whatever_was_done_under_a_second_wristband_was_done_for_the_person_and_stands_under_either(port):
    who, other, lead = port.travellers[0], uuid4(), employ("epidemiologist")
    hotel, hospital = port.custodians["hotel"], port.custodians["hospital"]
    for where, minute in (("hall", 20), ("bus", 60), ("hotel", 110)):
        port.send(port.told(who=0, where=where, minute=minute, traveller=other))
    models.Traveller.objects.filter(id=other).update(channel="contact")
    room = models.Room.objects.create(
        id=uuid4(), facility_id=hotel, code="301", floor=3, sort="single", beds=1
    )
    home = models.Unit.objects.create(code="5308", name_zh="普洱市", name_en="Pu'er", sort="prefecture")
    rooms.give(choice=rooms.Choice((other,), room.id), by=None, now=at(120))
    rooms.record_needs(traveller=other, told=rooms.Needs(diets=("halal",)))
    care.take_temperature(temperature=care.Temperature(other, 38.4, True, "ear"), by=None, now=at(130))
    onward.assess_home(traveller=other, by=lead, now=at(131))
    step = {"unit": home.pk, "by": lead}
    onward.step(traveller=other, step="offered", because="", **step, now=at(132))
    asked = removal.ask(asked=removal.Asked(other, hospital, "ill", "Dr Li", at(140)), by=lead, now=at(133))
    custody.link(traveller=other, same_as=who, by=uuid4(), because="the same person", now=at(150))
    rooms.heed(now=at(151))
    (guest,) = stays.list_lodgers(facility=hotel, now=at(152))
    assert (guest.traveller, guest.room.code, guest.channel) == (who, "301", "contact")
    assert (guest.diets, guest.celsius) == (("halal",), 38.4)
    (inside,) = house.read_facility(custodian=hotel, now=at(152)).rooms[0].guests
    assert inside.grade == "contact", "beside no others, though the list's own wristband was never screened"
    assert [one.held - one.free for one in stays.list_houses() if one.custodian.id == hotel] == [1]
    assert [one.traveller for one in removal.list_open(custodian=hotel, now=at(152))] == [who]
    for name in (who, other):
        assert onward.find(traveller=name).step == "offered" and onward.find_assessment(traveller=name)
        assert len(assess.list_waiting(traveller=name)) == 1
        assert removal.find_open(traveller=name).id == asked.id
    onward.step(traveller=other, step="accepted", because="Ms Li", **step, now=at(153))
    assert [one.step for one in onward.list_recent(unit=home.pk, now=at(160))] == ["accepted"]
    removal.arrive(removal=asked.id, at=at(155), by=lead, now=at(160))
    rooms.heed(now=at(161))
    room.refresh_from_db()
    assert room.state == "disinfecting" and not models.Traveller.objects.exclude(room="").exists()
    assess.discharge(traveller=other, doctor="Dr Wu", document="D-7", by=lead, now=at(170))
    (patient,) = ward.list_patients(hospital=hospital, now=at(171))
    assert (patient.traveller, patient.standing) == (who, "returns")
