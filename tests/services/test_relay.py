"""People of one vehicle taken on by another: only trips that may take them are offered, and a breach is refused by name."""

import pytest

from pratique.core.answers import Refused
from pratique.services import care, transport
from pratique.services import flight as flights
from pratique.services.dispatch import boarding, needs, relay
from pratique.store import models
from pratique.store.queries import posts

from .fleet import hold, make_dispatcher, make_party, open_port
from .port import NOON, at, man


@pytest.fixture
def road(db):
    """Four of six people aboard `coach`, which has set off to the hotel."""
    port = open_port(travellers=6, coaches=1)
    hold(port, *range(6))
    port.dispatcher = make_dispatcher().id
    add_trip(port, "coach", models.Vehicle.objects.get(kind="coach"))
    aboard(port, "coach", 0, 1, 2, 3)
    report(port, "coach", "departed", 45)
    return port


def add_trip(port, name, vehicle=None, *, seats=20, kind="coach", end="hotel", minute=50):
    vehicle = vehicle or models.Vehicle.objects.create(plate=f"V-{name}", kind=kind, seats=seats)
    order = transport.Order(vehicle.id, port.custodians[end], at(minute), 120)
    port.custodians[name] = transport.plan_trip(order=order, code=f"trip:{name}").id
    return port.custodians[name]


def aboard(port, name, *who, minute=40):
    port.send(*(port.told(who=n, where=name, minute=minute) for n in who))


def report(port, name, step, minute):
    if step == "departed":
        man(port.custodians[name])
    told = transport.Report(port.custodians[name], step, because="gearbox")
    boarding.report(report=told, by=None, now=at(minute))


def against(port, name, *who):
    """What speaks against a trip for these people of the coach."""
    names = {port.travellers[n] for n in who or (0, 1, 2, 3)}
    found = relay.list_takers(giver=port.custodians["coach"], names=names, now=at(60))
    return next(one for one in found if one.trip.id == port.custodians[name]).against


def offer(port, name, *who, because="", dispatcher=False):
    names = frozenset(port.travellers[n] for n in who or (0, 1, 2, 3))
    told = relay.Relay(port.custodians["coach"], port.custodians[name], names, because)
    return relay.offer(relay=told, may_set_aside=dispatcher, by=port.dispatcher, now=at(60))


def other_flight(port, *who):
    arrival = flights.Arrival("CZ8888", "RGN", NOON.date(), NOON, arrival="KMG", seats=180)
    row = flights.schedule(arrival=arrival, now=at(-60))
    models.Traveller.objects.filter(id__in=[port.travellers[n] for n in who]).update(flight=row)


def fever(port, who, minute=46):
    told = care.Temperature(port.travellers[who], 38.2, symptomatic=True, method="forehead")
    care.take_temperature(temperature=told, by=None, now=at(minute))


def test_an_empty_coach_to_the_same_place_fits_and_stands_first_with_the_seats_that_are_left(road):
    add_trip(road, "small", seats=6)
    add_trip(road, "relief")
    found = relay.list_takers(giver=road.custodians["coach"], names=road.travellers[:4], now=at(60))
    assert [(one.trip.id, one.fits, one.seats) for one in found] == [
        (road.custodians["relief"], True, 10),
        (road.custodians["small"], False, 3),
    ]
    assert found[1].takes_some


def arrived(port):
    add_trip(port, "other")
    for step, minute in (("departed", 50), ("arrived", 55)):
        report(port, "other", step, minute)


def contacts_ride(port):
    add_trip(port, "other")
    models.Traveller.objects.filter(id=port.travellers[5]).update(channel="contact")
    aboard(port, "other", 5, minute=52)


def another_flight_rides(port):
    add_trip(port, "other")
    other_flight(port, 5)
    aboard(port, "other", 5, minute=52)


def one_of_them_is_ill(port):
    add_trip(port, "other")
    fever(port, 0)


AGAINST = {
    "it has arrived": (arrived, relay.TOO_LATE),
    "an ambulance for people who are well": (lambda p: add_trip(p, "other", kind="ambulance"), relay.CLASS),
    "a coach for somebody ill": (one_of_them_is_ill, relay.CLASS),
    "contacts ride in it": (contacts_ride, relay.MIXED),
    "three seats for four": (lambda p: add_trip(p, "other", seats=6), relay.FULL),
    "another flight rides in it": (another_flight_rides, relay.FLIGHT),
    "it goes to another hotel": (lambda p: add_trip(p, "other", end="hotel2"), relay.ELSEWHERE),
}


@pytest.mark.parametrize("why", AGAINST)
def test_what_speaks_against_a_trip_is_named_and_an_escorts_offer_refused_by_it(road, why):
    make, code = AGAINST[why]
    make(road)
    assert against(road, "other")[0] == code
    with pytest.raises(Refused, match=code):
        offer(road, "other", because="no other way")
    assert not models.HandoverEvent.objects.exists()


@pytest.mark.parametrize("why", AGAINST)
def test_a_dispatcher_sets_aside_with_a_reason_what_the_rules_name_and_never_seats_or_classes(road, why):
    make, code = AGAINST[why]
    make(road)
    if code in (relay.FLIGHT, relay.ELSEWHERE):
        with pytest.raises(Refused, match="reason_missing"):
            offer(road, "other", dispatcher=True)
        offer(road, "other", dispatcher=True, because="the only vehicle within two hours")
        assert models.HandoverEvent.objects.get().because == "the only vehicle within two hours"
    else:
        with pytest.raises(Refused, match=code):
            offer(road, "other", dispatcher=True, because="the only vehicle within two hours")


def test_whoever_is_listed_or_offered_already_takes_a_seat(road):
    add_trip(road, "other", seats=12)
    assert against(road, "other") == ()
    boarding.write_lists(lists={road.custodians["other"]: road.travellers[4:6]})
    assert against(road, "other") == ()
    models.Vehicle.objects.filter(plate="V-other").update(seats=10)
    assert against(road, "other") == (relay.FULL,)
    models.BoardingLine.objects.all().delete()
    offer(road, "other", 0, 1)
    assert against(road, "other", 2, 3) == ()
    models.Vehicle.objects.filter(plate="V-other").update(seats=6)
    assert against(road, "other", 2, 3) == (relay.FULL,)


def test_only_the_ill_one_goes_by_ambulance_and_the_guardian_of_a_child_along(road):
    fever(road, 0)
    add_trip(road, "other", kind="ambulance", seats=3, end="hospital")
    assert against(road, "other", 0) == ()
    assert relay.CLASS in against(road, "other", 0, 1)
    models.Traveller.objects.filter(id=road.travellers[0]).update(under_age=True)
    make_party(road, 0, 1)
    assert against(road, "other", 0, 1) == ()
    assert relay.CLASS in against(road, "other", 0, 1, 2)


def test_nobody_is_offered_who_is_not_aboard_and_what_is_offered_anew_stands_once(road):
    add_trip(road, "one")
    add_trip(road, "two")
    with pytest.raises(Refused, match="relay_strangers"):
        offer(road, "one", 0, 5)
    offer(road, "one")
    second = offer(road, "two", 0, 1)
    standing = posts.list_offered(post=road.custodians["coach"], now=at(61))
    assert [one.handover for one in standing] == [second]


def test_a_post_that_offers_a_case_to_a_coach_is_refused_and_anybody_else_is_not(road):
    coach = add_trip(road, "other")
    hall = road.custodians["holding"]
    relay.ask(giver=hall, receiver=coach, names=road.travellers[4:6], now=at(60))
    fever(road, 4)
    with pytest.raises(Refused, match="relay_class"):
        relay.ask(giver=hall, receiver=coach, names=road.travellers[4:6], now=at(60))


def wheelchair(port):
    needs.record(traveller=port.travellers[0], needs=["wheelchair"])


def infant(port):
    models.Traveller.objects.filter(id=port.travellers[0]).update(under_age=True)
    needs.record(traveller=port.travellers[0], needs=["infant"])


def burmese(port):
    needs.record(traveller=port.travellers[0], needs=["language:my"])


WANTED = {
    "a wheelchair": (wheelchair, "relay_wheelchairs"),
    "a child seat": (infant, "relay_child_seats"),
    "an interpreter": (burmese, "relay_language"),
}


def lacking(port, name):
    """A trip with room and without any place for needs; its crew speaks nothing else."""
    trip = add_trip(port, name)
    models.Vehicle.objects.filter(plate=f"V-{name}").update(wheelchairs=0, child_seats=0)
    return trip


@pytest.mark.parametrize("what", WANTED)
def test_what_they_need_is_asked_and_set_aside_only_where_no_trip_has_it_with_a_reason_as_evidence(
    road, what
):
    make, code = WANTED[what]
    make(road)
    lacking(road, "other")
    assert against(road, "other") == (code,)
    assert against(road, "other", 1, 2, 3) == ()
    fits = add_trip(road, "fits")
    speaker = models.Person.objects.create(username="speaker", speaks=["my"], password="!")
    models.Trip.objects.filter(id=fits).update(driver=speaker)
    because = "the bus burns, and the hotel is two hours off"
    with pytest.raises(Refused, match=f"{code}.*V-fits may take them"):
        offer(road, "other", dispatcher=True, because=because)
    models.Vehicle.objects.filter(plate="V-fits").update(seats=4)
    with pytest.raises(Refused, match=code):
        offer(road, "other", because=because)
    with pytest.raises(Refused, match="reason_missing"):
        offer(road, "other", dispatcher=True)
    assert not models.Evidence.objects.filter(code=relay.SET_ASIDE).exists()
    handover = offer(road, "other", dispatcher=True, because=because)
    told = models.Evidence.objects.get(code=relay.SET_ASIDE)
    assert (told.subject_id, told.about) == (str(road.custodians["coach"]), str(handover))
    assert told.attributes == {
        "rules": [code.removeprefix("relay_")],
        "receiver": "trip:other",
        "heads": 4,
        "because": because,
    }


def test_a_wheelchair_that_rides_already_takes_the_place_and_asks_for_none(road):
    wheelchair(road)
    needs.record(traveller=road.travellers[5], needs=["wheelchair"])
    add_trip(road, "other")
    aboard(road, "other", 5, minute=52)
    assert against(road, "other") == ("relay_wheelchairs",)
    assert against(road, "other", 1, 2, 3) == ()


def test_contacts_are_not_taken_on_to_a_place_that_does_not_take_them_whatever_the_reason(road):
    models.Traveller.objects.filter(id__in=road.travellers[:4]).update(channel="contact")
    add_trip(road, "other", end="hotel2")
    assert against(road, "other") == (relay.ACCEPTS, relay.ELSEWHERE)
    with pytest.raises(Refused, match=relay.ACCEPTS):
        offer(road, "other", dispatcher=True, because="the only vehicle within two hours")
    models.Custodian.objects.filter(code="hotel2").update(attributes={"takes": "contact"})
    assert against(road, "other") == (relay.ELSEWHERE,)
