"""A case goes to the nearest hospital that takes it and has a bed; whoever has none is named with what would help, and owed one."""

import pytest

from pratique.core.duties.vocabulary import Kind
from pratique.services import care
from pratique.services.dispatch import bedless, broken, destinations, means, plans, pose
from pratique.services.dispatch.people import Remedy
from pratique.services.stay import intake
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, open_port
from .port import at
from .test_cases import owed


@pytest.fixture
def port(db):
    """Two hospitals, the nearer with two beds and the other with one; six cases wait, the first ready first."""
    port = open_port()
    port.custodians["far"] = make_id()
    models.Custodian.objects.create(
        id=port.custodians["far"],
        code="far",
        kind="hospital",
        name_zh="远",
        name_en="Far",
        place="H2",
        capacity=1,
    )
    models.Travel.objects.create(one="H2", other="KMG", minutes_min=45, minutes=55)
    models.Traveller.objects.filter(id__in=port.travellers).update(channel="symptomatic")
    for who in range(6):
        hold(port, who, minute=20 + who)
    return port


def let_go(port, *who):
    """They are cases no more."""
    models.Traveller.objects.filter(id__in=[port.travellers[n] for n in who]).update(channel="ordinary")


def bind(port, who, where):
    models.Traveller.objects.filter(id=port.travellers[who]).update(bound_id=port.custodians[where])


def close(port, where, minute=60):
    intake.close(
        facility=port.custodians[where],
        because="full",
        until=None,
        by=make_dispatcher().pk,
        now=at(minute),
        closure=None,
    )


def send(port, minute=61):
    """Where everybody goes, by number; whoever is left out with why and what would help."""
    posed = pose.pose(now=at(minute))
    names = {row["id"]: row.get("ref") for row in posed.document["locations"]}
    codes = {str(one): code for code, one in port.custodians.items()}
    numbers = {str(one): n for n, one in enumerate(port.travellers)}
    goes = {
        numbers[who]: codes.get(names.get(row["dest"]), "anywhere")
        for row in posed.document["parties"]
        for who in row["travellers"]
    }
    left = {
        numbers[str(one.subject)]: (one.because, one.remedy)
        for one in posed.left_out
        if one.sort == "traveller"
    }
    return goes, left


def test_whoever_is_bound_for_a_hospital_has_a_bed_there_before_any_is_given_to_others(port):
    let_go(port, 3, 4)
    bind(port, 5, "hospital")
    goes, left = send(port)
    assert (goes[0], goes[1], goes[5]) == ("hospital", "far", "hospital")
    assert set(left) == {2}


def test_whoever_is_bound_for_a_hospital_without_a_bed_is_left_out_with_the_beds_that_it_lacks(port):
    let_go(port, 1, 2)
    for who in (0, 3, 4, 5):
        bind(port, who, "hospital")
    goes, left = send(port)
    assert (goes[0], goes[3]) == ("hospital", "hospital")
    # One more is free further away, but somebody chose the nearer one.
    assert left == dict.fromkeys((4, 5), ("no_bed", Remedy("beds", 2, port.custodians["hospital"], 2)))
    models.Custodian.objects.filter(code="hospital").update(capacity=2 + 2)
    goes, left = send(port)
    assert [goes[who] for who in (0, 3, 4, 5)] == ["hospital"] * 4 and left == {}


def test_whoever_is_bound_for_a_place_without_cases_and_becomes_one_goes_to_hospital(port):
    let_go(port, 0, 1, 2, 3, 4, 5)
    prefecture = models.Custodian.objects.create(
        id=make_id(), code="dali", kind="exit", name_zh="大理", name_en="Dali", place="H2"
    )
    port.custodians["dali"] = prefecture.id
    for who, where in ((0, "hotel2"), (1, "dali"), (2, "hotel2")):
        bind(port, who, where)
    goes, _ = send(port)
    assert [goes[who] for who in (0, 1, 2)] == ["hotel2", "dali", "hotel2"]
    for who in (0, 1):
        swab = care.Swab(port.travellers[who], f"T{who}")
        care.take_sample(swab=swab, by=None, now=at(62))
        care.record_result(tube=swab.tube, result="positive", by=None, now=at(63))
    goes, left = send(port, 64)
    assert [goes[who] for who in (0, 1, 2)] == ["hospital", "hospital", "hotel2"] and left == {}


def test_a_case_stays_bound_for_a_facility_that_takes_cases(port):
    let_go(port, 1, 2, 3, 4, 5)
    models.Custodian.objects.filter(code="hotel2").update(attributes={"takes": "case"})
    bind(port, 0, "hotel2")
    assert send(port)[0][0] == "hotel2"


def test_the_fewest_beds_with_which_every_case_has_one_are_named_and_are_enough(port):
    _, left = send(port)
    remedy = Remedy("beds", 3, port.custodians["hospital"], 3)
    assert left == dict.fromkeys((3, 4, 5), ("no_bed", remedy))
    models.Custodian.objects.filter(code="hospital").update(capacity=2 + 2)
    assert len(send(port)[1]) == 1
    models.Custodian.objects.filter(code="hospital").update(capacity=2 + 3)
    assert send(port)[1] == {}


def test_a_hospital_that_takes_nobody_is_passed_over_until_it_is_opened(port):
    let_go(port, 1, 2, 3, 4, 5)
    assert send(port)[0][0] == "hospital"
    close(port, "hospital")
    assert send(port)[0][0] == "far"
    bind(port, 0, "hospital")
    assert send(port)[0][0] == "far"
    intake.reopen(facility=port.custodians["hospital"], by=make_dispatcher().pk, now=at(62))
    assert send(port, 63)[0][0] == "hospital"


def test_a_bed_that_becomes_free_nearer_by_changes_nothing_of_what_people_were_told(port):
    let_go(port, 3, 4, 5)
    plan = plans.propose(by=None, now=at(60), seconds=0.1)
    plans.adopt(plan=plan.id, by=make_dispatcher().pk, now=at(60))
    assert models.BoardingLine.objects.get(traveller_id=port.travellers[2]).trip.destination.code == "far"
    models.Custodian.objects.filter(code="hospital").update(capacity=3)
    assert send(port)[0][2] == "far"
    assert broken.find(posed=pose.pose(now=at(61))) == ()
    close(port, "far", 62)
    assert send(port, 63)[0][2] == "hospital"


def test_where_every_hospital_is_closed_the_nearest_one_opened_would_help(port):
    let_go(port, 2, 3, 4, 5)
    close(port, "hospital")
    close(port, "far")
    remedy = Remedy("reopen", 2, port.custodians["hospital"], 2)
    assert send(port)[1] == dict.fromkeys((0, 1), ("no_bed", remedy))


def test_whoever_comes_by_no_trip_of_the_plan_has_a_room_or_bed_already():
    counted, uncounted = (
        means.Place(make_id(), "hospital", 30, 20.0, "ordinary", free) for free in (3, None)
    )
    coming = {counted.id: 2, uncounted.id: 1}
    held = destinations.hold_for(places=[counted, uncounted], coming=coming)
    assert [place.free for place in held] == [1, None]


def test_somebody_owes_a_bed_until_there_is_one(port):
    case = port.travellers[3]
    assert "bed" not in owed(Kind.TRAVELLER, case)
    assert broken.heed(now=at(61)) == 0
    assert owed(Kind.TRAVELLER, case, 62)["bed"].owner == "duty_commander"
    assert "bed" not in owed(Kind.TRAVELLER, port.travellers[0], 62)
    told = models.Evidence.objects.filter(code=bedless.BEDLESS)
    assert told.count() == 3
    broken.heed(now=at(63))
    assert told.count() == 3
    models.Custodian.objects.filter(code="hospital").update(capacity=9)
    broken.heed(now=at(64))
    assert "bed" not in owed(Kind.TRAVELLER, case, 65)
    close(port, "hospital", 66)
    broken.heed(now=at(67))
    assert "bed" in owed(Kind.TRAVELLER, case, 68)
