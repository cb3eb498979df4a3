"""Somebody of a convoy falls ill on the long way: the nearest hospital, and an ambulance that meets them."""

from pratique.services.convoy import course, rescue
from pratique.store import models
from pratique.store.ids import make_id

from .journey import refusal
from .port import at


def fall_ill(journey, who=0, stop="rest:b", minute=170):
    told = course.Incident("ill", "feverish", stop=stop, traveller=journey.port.travellers[who], celsius=38.4)
    return course.report(convoy=journey.convoy, told=told, by=journey.leader.pk, now=at(minute))


def call(journey, incident, minute=175, meets="rest:b, gate 2"):
    told = rescue.Call(journey.port.custodians["hospital"], meets, "Dr Li, 0877-1200000")
    return rescue.call(
        convoy=journey.convoy, incident=incident.id, told=told, by=journey.leader.pk, now=at(minute)
    )


def test_the_nearest_hospital_is_named_with_its_minutes_ahead_or_back(journey):
    journey.set_off()
    found = journey.read(170)[0]
    (back,) = rescue.list_near(convoy=found, stop="rest:b", now=at(170))
    way_out = models.Travel.objects.get(one="H1", other="KMG").minutes
    assert (back.minutes, back.back) == (115 + way_out, True)
    make = models.Custodian.objects.create
    make(id=make_id(), code="h2", kind="hospital", name_zh="普洱医院", name_en="Pu'er hospital", place="H2")
    models.Travel.objects.create(one="H2", other=journey.puer.place, minutes_min=10, minutes=10)
    assert [one.hospital.code for one in rescue.list_near(convoy=found, stop="rest:d", now=at(400))] == [
        "h2",
        "hospital",
    ]


def test_an_ambulance_is_called_for_the_ill_one_alone_and_owed_until_it_has_them(journey):
    journey.set_off()
    incident = fall_ill(journey)
    call(journey, incident)
    event = models.HandoverEvent.objects.get(step="offered")
    assert event.names == [str(journey.port.travellers[0])]
    assert refusal(call, journey, incident) == "ambulance_called"
    assert journey.owed(180)["ambulance"] == [False]
    assert journey.owed(236)["ambulance"] == [True]
    assert rescue.heed(now=at(237)) == 0
    journey.port.send(journey.port.told(who=0, where="hospital", minute=240, handover=event.handover_id))
    assert rescue.heed(now=at(241)) == 1
    assert "ambulance" not in journey.owed(242)


def test_a_child_goes_with_one_adult_of_its_party_and_nobody_else(journey):
    journey.set_off()
    own = journey.port.travellers
    models.Traveller.objects.filter(id=own[0]).update(under_age=True)
    models.Listing.objects.filter(traveller_id__in=own[:2]).update(party="P1")
    call(journey, fall_ill(journey))
    assert set(models.HandoverEvent.objects.get(step="offered").names) == {str(own[0]), str(own[1])}


def test_a_call_says_where_they_meet_and_is_for_somebody_reported_ill(journey):
    journey.set_off()
    incident = fall_ill(journey)
    assert refusal(call, journey, incident, meets=" ") == "reason_missing"
    told = course.Incident("road_closed", "landslide")
    other = course.report(convoy=journey.convoy, told=told, by=None, now=at(172))
    assert refusal(call, journey, other) == "incident_unknown"
