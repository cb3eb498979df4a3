"""What people need on the way is in the problem as the ledger has it, and every plan meets it or says why not."""

import json
from random import Random

import pytest

from pratique.core.answers import Refused
from pratique.core.transport import check
from pratique.services import manifest as manifests
from pratique.services.dispatch import needs, plans, pose
from pratique.store import models
from pratique.store.ids import make_id

from .fleet import hold, make_dispatcher, make_party, open_port
from .port import NOON, at


@pytest.fixture
def port(db):
    return open_port()


def row_of(port, posed, *who):
    wanted = {str(port.travellers[n]) for n in who}
    return next(row for row in posed.document["parties"] if set(row["travellers"]) == wanted)


def find_ill(port, who, minute=45):
    models.Sample.objects.create(
        tube=f"T{who}", traveller_id=port.travellers[who], taken_at=at(30), result="positive", resulted_at=at(minute)
    )  # fmt: skip


def make_child(port, who):
    models.Traveller.objects.filter(id=port.travellers[who]).update(under_age=True)


def ride_together(plan):
    return {frozenset(d.travellers): d for d in plans.list_drafts(plan=plan)}


def propose(minute=60):
    return plans.propose(by=make_dispatcher().id, now=at(minute), seconds=0.1)


def test_needs_are_kept_with_the_traveller_in_one_order_and_unknown_ones_refused(port):
    who = port.travellers[0]
    assert needs.record(traveller=who, needs=["language:th", "wheelchair"]).needs == [
        "wheelchair",
        "language:th",
    ]
    with pytest.raises(Refused, match="need_unknown"):
        needs.record(traveller=who, needs=["a throne"])
    with pytest.raises(Refused, match="traveller_unknown"):
        needs.record(traveller=make_id(), needs=[])
    assert needs.record(traveller=who, needs=[]).needs == []


def test_an_infant_rides_on_a_lap_of_its_household_or_wants_a_child_seat(port):
    make_party(port, 0, 1)
    make_party(port, 2, 3, 4, name="P2")
    for infant in (1, 3, 4):
        make_child(port, infant)
        needs.record(traveller=port.travellers[infant], needs=["infant"])
    hold(port, *range(5))
    posed = pose.pose(now=at(60))
    assert "child_seats" not in row_of(port, posed, 0, 1)
    assert row_of(port, posed, 2, 3, 4)["child_seats"] == 1


def test_who_is_younger_than_two_on_a_list_is_an_infant(port):
    assert manifests._is_younger(NOON.date().replace(year=NOON.year - 1), NOON.date(), needs.INFANT_YEARS)
    assert not manifests._is_younger(NOON.date().replace(year=NOON.year - 2), NOON.date(), needs.INFANT_YEARS)
    assert not manifests._is_younger(None, NOON.date(), needs.INFANT_YEARS)


def test_a_guardian_goes_along_with_an_ill_child_and_the_others_stay_together(port):
    make_party(port, 0, 1, 2)
    make_child(port, 1)
    hold(port, 0, 1, 2)
    find_ill(port, 1)
    posed = pose.pose(now=at(60))
    family = next(row for row in posed.document["parties"] if str(port.travellers[1]) in row["travellers"])
    assert (family["cls"], family["size"], family["companions"]) == ("case", 2, 1)
    assert posed.heads == posed.in_parties + len([o for o in posed.left_out if o.sort == "traveller"])
    plan = propose()
    rides = [set(d.travellers) for d in plans.list_drafts(plan=plan)]
    with_child = next(ride for ride in rides if port.travellers[1] in ride)
    assert len(with_child) == 2 and with_child < {port.travellers[n] for n in (0, 1, 2)}
    ambulance = models.Vehicle.objects.get(kind="ambulance").id
    assert ride_together(plan)[frozenset(with_child)].vehicle == ambulance


def test_an_ill_adult_and_a_child_without_an_adult_go_alone_each(port):
    make_party(port, 0, 1)
    make_child(port, 1)
    hold(port, 0, 1)
    find_ill(port, 0)
    find_ill(port, 1)
    posed = pose.pose(now=at(60))
    assert row_of(port, posed, 0)["size"] == row_of(port, posed, 1)["size"] == 1


def test_a_wheelchair_gets_a_vehicle_with_a_place_or_the_reason_is_said(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    needs.record(traveller=port.travellers[0], needs=["wheelchair"])
    hold(port, 0, 1, 2)
    first, *others = models.Vehicle.objects.filter(kind="coach").order_by("plate")
    models.Vehicle.objects.filter(id__in=[v.id for v in others]).update(wheelchairs=0)
    ride = next(d for d in plans.list_drafts(plan=propose()) if port.travellers[0] in d.travellers)
    assert ride.vehicle == first.id
    models.Vehicle.objects.update(wheelchairs=0)
    plan = propose(61)
    (said,) = plan.unmoved
    assert (said["code"], said["remedy"]) == ("no-wheelchairs", "bring a vehicle with 1 wheelchair places")


def test_an_interpreter_rides_with_whoever_needs_one(port):
    models.Listing.objects.filter(traveller_id__in=port.travellers[3:]).update(crew=True)
    needs.record(traveller=port.travellers[0], needs=["language:my"])
    hold(port, 0, 1, 2)
    assert {row["code"] for row in propose().unmoved} == {"no-language"}
    speaker = models.Person.objects.filter(role="escort").order_by("-username").first()
    models.Person.objects.filter(pk=speaker.pk).update(speaks=["my"])
    plan = propose(61)
    ride = next(d for d in plans.list_drafts(plan=plan) if port.travellers[0] in d.travellers)
    assert plan.unmoved == [] and speaker.pk in ride.escorts


@pytest.mark.parametrize("seed", range(4))
def test_any_airport_with_needs_gives_a_plan_that_meets_them_and_is_kept(db, seed):
    rng = Random(seed)
    port = open_port(travellers=40, coaches=3, rooms=60)
    models.Person.objects.filter(role="escort").update(speaks=["th"])
    for n in range(40):
        make_party(port, n, name=f"P{n // 3}")
        hold(port, n, minute=rng.randrange(15, 55))
        if rng.random() < 0.2:
            make_child(port, n)
        if rng.random() < 0.2:
            chosen = rng.choice(["wheelchair", "infant", "language:th", "language:lo"])
            needs.record(traveller=port.travellers[n], needs=[chosen])
        if rng.random() < 0.05:
            find_ill(port, n)
    plan = propose()
    problem = plans.read_problem(plan=plan)
    assert check.breaches(problem=problem, plan=plans.read_plan(plan=plan)) == ()
    moved = {party for row in plan.trips for party in row["parties"]}
    assert moved | {row["party"] for row in plan.unmoved} == set(problem.parties)
    lao = [p.id for p in problem.parties.values() if "lo" in p.languages]
    assert not moved.intersection(lao)
    plans.adopt(plan=plan.id, by=make_dispatcher().id, now=at(61))
    again = propose(62)
    assert check.breaches(problem=plans.read_problem(plan=again), plan=plans.read_plan(plan=again)) == ()
    assert json.dumps(again.document)
