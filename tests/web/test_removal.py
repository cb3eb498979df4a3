"""Somebody is taken elsewhere by reception's pages: to hospital and back, to another facility, with whoever shares the room."""

from django.urls import reverse

from pratique.services import clock
from pratique.services.dispatch import means
from pratique.services.stay import removal
from pratique.services.window import measures
from pratique.store import models
from pratique.store.ids import make_id
from services.doors import DAY
from services.test_way import do, list_owed

from .airport import at
from .hotel import hotel, page


def test_to_hospital_and_back_is_written_down_and_what_they_are_owed_rests_meanwhile(house):
    port, who = house.port, house.port.travellers[0]
    do(port, "screened", 59, channel="ordinary")
    client, where = house.client("reception"), reverse("removal-write", args=[who])
    told = {"transport": "ambulance", "because": "ill", "agreed_by": "Dr Li", "minutes_ago": 5}

    def go(receiver, **more):
        asked = {**told, "receiver": port.custodians[receiver], "id": make_id(), **more}
        return client.post(where, asked)

    clock.set_clock(at=at(200), speed=0)
    assert "It has happened: write it down" in page(house, "release", who).content.decode()
    assert go("hotel").status_code == 422  # they are there already
    assert go("hospital", agreed_by="").status_code == 422
    assert go("hospital", minutes_ago=500).status_code == 422  # they were seen here since
    assert models.Position.objects.get(traveller_id=who).holder_kind == "facility"
    assert go("hospital").status_code == 302
    position = models.Position.objects.get(traveller_id=who)
    assert (position.holder_kind, position.since_at) == ("hospital", at(195))
    accepted = models.HandoverEvent.objects.get(step="accepted")
    assert (accepted.because, accepted.heads) == ("ambulance; ill; Dr Li", 1)
    assert {"temperature", "removal"}.isdisjoint(list_owed(port, 0, DAY))
    (ordered,) = measures.list_orders(traveller=who)  # as any other, for their own page and their objection
    assert (ordered.word, ordered.because, ordered.ordered_at) == ("removal", "ill", at(195))
    assert ordered.receiver.id == port.custodians["hospital"]
    assert removal.find_open(traveller=who) is None
    clock.set_clock(at=at(DAY), speed=0)
    assert "resumes when they are back" in page(house, "release", who).content.decode()
    assert go("hotel").status_code == 302
    assert models.Position.objects.get(traveller_id=who).holder_id == port.custodians["hotel"]
    assert "temperature" in list_owed(
        port, 0, 2 * DAY
    )  # also where they came back to the house they had left


def test_an_ambulance_is_sent_for_somebody_it_is_owed_until_they_are_there_and_plans_leave_it_alone(house):
    port, who = house.port, house.port.travellers[0]
    ambulance = models.Vehicle.objects.create(plate="云A·D0120", kind="ambulance", seats=2)
    client, name = house.client("reception"), make_id()
    clock.set_clock(at=at(200), speed=0)
    asked = {
        "id": name, "receiver": port.custodians["hospital"], "because": "ill", "agreed_by": "Dr Li",
        "vehicle": ambulance.id, "minutes": 15,
    }  # fmt: skip
    for _ in range(2):
        assert client.post(reverse("removal-ask", args=[who]), asked).status_code == 302
    trip = models.Trip.objects.get()
    assert (trip.id, trip.vehicle_id, trip.origin_id) == (name, ambulance.id, hotel(house))
    assert [line.traveller_id for line in trip.lines.all()] == [who]
    assert means.split(opened=means.list_open())[1] == []  # no plan withdraws it
    assert "removal" in list_owed(port, 0, 201)
    for where, args in (("release", who), ("stay-facility", hotel(house)), ("trip", trip.id)):
        assert "云A·D0120" in page(house, where, args).content.decode()
    again = asked | {"id": make_id(), "receiver": port.custodians["hotel2"], "vehicle": ""}
    assert "call that off first" in client.post(reverse("removal-ask", args=[who]), again).content.decode()
    port.send(port.told(who=0, where="hospital", minute=240))
    assert "removal" not in list_owed(port, 0, 241)
    assert removal.find_open(traveller=who) is None


def test_a_vehicle_sent_for_a_guest_is_held_to_the_rules_of_every_list_and_each_breach_is_named(house):
    port, (child, mother) = house.port, house.port.travellers[:2]
    models.Traveller.objects.filter(id__in=(child, mother)).update(room="301")
    models.Traveller.objects.filter(id=child).update(under_age=True)
    models.Listing.objects.filter(traveller_id__in=(child, mother)).update(party="P1")
    make = models.Vehicle.objects.create
    van, ambulance = make(plate="V-1", kind="van", seats=6), make(plate="A-1", kind="ambulance", seats=2)
    clock.set_clock(at=at(200), speed=0)
    hospital = models.Custodian.objects.filter(id=port.custodians["hospital"])

    def ask(language="en", **more):
        asked = {
            "id": make_id(), "receiver": port.custodians["hospital"], "because": "ill", "agreed_by": "Dr Li",
            "vehicle": ambulance.id, "minutes": 0, **more,
        }  # fmt: skip
        return house.client("reception", language).post(reverse("removal-ask", args=[child]), asked)

    assert "V-1 may not carry cases" in ask(vehicle=van.id).content.decode()
    assert f"{house.code(0)} is an ill child" in ask().content.decode()
    hospital.update(capacity=1)
    assert "1 rooms or beds left, 2 are needed" in ask(along=mother).content.decode()
    hospital.update(capacity=9)
    models.Traveller.objects.filter(id=child).update(needs=["wheelchair", "language:my"])
    make(plate="A-2", kind="ambulance", seats=2, wheelchairs=0)
    refused = ask("zh-hans", along=mother, vehicle=models.Vehicle.objects.get(plate="A-2").id)
    assert "有轮椅位 0 个" in refused.content.decode()
    assert not models.Trip.objects.exists() and removal.find_open(traveller=child) is None
    assert ask(along=mother).status_code == 302, "its crew, and what they speak, is named later"


def test_called_off_the_vehicle_is_free_again_and_nothing_is_owed(house):
    port, who = house.port, house.port.travellers[0]
    van = models.Vehicle.objects.create(plate="云A·D0121", kind="van", seats=6)
    client, name = house.client("reception"), make_id()
    clock.set_clock(at=at(200), speed=0)
    asked = {
        "id": name, "receiver": port.custodians["hotel2"], "because": "contact", "agreed_by": "Reception",
        "vehicle": van.id, "minutes": 0,
    }  # fmt: skip
    client.post(reverse("removal-ask", args=[who]), asked)
    assert client.post(reverse("removal-drop", args=[name]), {"because": ""}).status_code == 409
    assert (
        client.post(reverse("removal-drop", args=[name]), {"because": "a bed here after all"}).status_code
        == 302
    )
    assert models.Trip.objects.get().withdrawn_at == at(200)
    assert "removal" not in list_owed(port, 0, 201) and removal.find_open(traveller=who) is None


def test_to_another_facility_they_are_moved_and_given_a_room_there(house):
    port, who = house.port, house.port.travellers[0]
    client, name = house.client("reception"), make_id()
    clock.set_clock(at=at(200), speed=0)
    asked = {
        "id": name, "receiver": port.custodians["hotel2"], "because": "needs", "agreed_by": "Reception",
        "vehicle": "", "minutes": 0,
    }  # fmt: skip
    client.post(reverse("removal-ask", args=[who]), asked)
    (there,) = removal.list_open(custodian=port.custodians["hotel2"], now=at(201))
    assert (there.traveller, there.trip) == (who, None)
    clock.set_clock(at=at(260), speed=0)
    assert client.post(reverse("removal-arrive", args=[name]), {"minutes_ago": "10"}).status_code == 302
    position = models.Position.objects.get(traveller_id=who)
    assert (position.holder_id, position.since_at) == (port.custodians["hotel2"], at(250))
    assert "removal" not in list_owed(port, 0, 261)
    assert client.post(reverse("removal-arrive", args=[name])).status_code == 409


def test_whoever_shares_the_room_goes_along_on_the_same_trip_and_nobody_else_may(house):
    port, (child, mother, stranger) = house.port, house.port.travellers[:3]
    models.Traveller.objects.filter(id__in=(child, mother)).update(room="301")
    ambulance = models.Vehicle.objects.create(plate="云A·D0122", kind="ambulance", seats=3)
    client, name = house.client("reception"), make_id()
    clock.set_clock(at=at(200), speed=0)
    asked = {
        "id": name, "receiver": port.custodians["hospital"], "because": "ill", "agreed_by": "Dr Li",
        "vehicle": ambulance.id, "minutes": 0,
    }  # fmt: skip
    assert "Goes along" not in page(house, "release", stranger).content.decode()
    assert house.code(1) in page(house, "release", child).content.decode().partition("Goes along")[2]
    assert client.post(reverse("removal-ask", args=[child]), asked | {"along": stranger}).status_code == 422
    assert client.post(reverse("removal-ask", args=[child]), asked | {"along": mother}).status_code == 302
    assert {line.traveller_id for line in models.Trip.objects.get().lines.all()} == {child, mother}
    beside = removal.find_open(traveller=mother)
    assert (beside.because, beside.trip.id) == ("along", name)
    assert "removal" in list_owed(port, 1, 201)
    client.post(reverse("removal-drop", args=[beside.id]), {"because": "stays with the other child"})
    assert models.Trip.objects.get().withdrawn_at is None and removal.find_open(traveller=child) is not None


def test_calling_off_a_removal_calls_it_off_for_whoever_was_to_go_along(house):
    port, (child, mother) = house.port, house.port.travellers[:2]
    models.Traveller.objects.filter(id__in=(child, mother)).update(room="301")
    client, name = house.client("reception"), make_id()
    clock.set_clock(at=at(200), speed=0)
    asked = {
        "id": name, "receiver": port.custodians["hospital"], "because": "ill", "agreed_by": "Dr Li",
        "vehicle": "", "minutes": 0, "along": mother,
    }  # fmt: skip
    assert client.post(reverse("removal-ask", args=[child]), asked).status_code == 302
    assert removal.find_open(traveller=mother) is not None
    client.post(reverse("removal-drop", args=[name]), {"because": "a doctor comes here"})
    assert removal.find_open(traveller=child) is None and removal.find_open(traveller=mother) is None
