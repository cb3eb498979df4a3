"""A list written by hand is held to every rule that a plan's trip is held to; each breach is refused by name with what to do."""

from random import Random

import pytest

from pratique.core.answers import Refused
from pratique.core.tracing.case import Case
from pratique.core.tracing.edition import Grade
from pratique.core.tracing.presence import Who
from pratique.core.transport import check
from pratique.core.transport.plan import Plan, Trip
from pratique.services import flight as flights
from pratique.services import tracing, transport
from pratique.services.dispatch import listing, needs, people, pose
from pratique.services.dispatch.draft import Names
from pratique.services.stay import intake, rooms
from pratique.store import models
from pratique.web.refusals import REFUSALS

from .fleet import hold, make_dispatcher, make_party, open_port
from .port import NOON, at

OF_LISTS = {
    f"transport-{code}"
    for code in ("mixed", "kind", "capacity", "seats", "wheelchairs", "child-seats", "language")
    + ("destination", "accepts", "rooms")
}
"""What the checker of plans has against a trip that is a matter of its list."""


@pytest.fixture
def port(db):
    """Six people in the holding area; by hand a coach of 20 seats to the hotel and an ambulance of two to the hospital."""
    found = open_port(coaches=1)
    hold(found, *range(6))
    plan_by_hand(found, "coach", "hotel")
    plan_by_hand(found, "ambulance", "hospital")
    return found


def plan_by_hand(port, kind, end, escorts=()):
    vehicle = models.Vehicle.objects.filter(kind=kind).order_by("plate").first()
    order = transport.Order(vehicle.id, port.custodians[end], at(100), 120, escorts=tuple(escorts))
    port.custodians[kind] = transport.plan_trip(order=order, code=f"trip:{kind}").id


def write(port, *who, on="coach"):
    listing.write(trip=port.custodians[on], names=[port.travellers[n] for n in who], now=at(60))
    return set(
        models.BoardingLine.objects.filter(trip=port.custodians[on]).values_list("traveller_id", flat=True)
    )


def change(port, who, **to):
    models.Traveller.objects.filter(id=port.travellers[who]).update(**to)


def need(port, who, *words):
    needs.record(traveller=port.travellers[who], needs=list(words))


def make_ill(port, who):
    models.Sample.objects.create(
        tube=f"T{who}", traveller_id=port.travellers[who], taken_at=at(30), result="positive", resulted_at=at(45)
    )  # fmt: skip


def other_flight(port):
    arrival = flights.Arrival("CZ8888", "RGN", NOON.date(), NOON, arrival="KMG", seats=180)
    change(port, 1, flight=flights.schedule(arrival=arrival, now=at(-60)))


def set_hotel(port, **to):
    models.Custodian.objects.filter(code="hotel").update(**to)


def close_hotel(port):
    by = make_dispatcher().id
    there = port.custodians["hotel"]
    intake.close(facility=there, because="no water", until=None, by=by, now=at(50), closure=None)


def bind(port):
    people.bind(traveller=port.travellers[1], custodian=port.custodians["hotel2"])


def crowd(port):
    models.Vehicle.objects.filter(kind="coach").update(seats=2)


def two_wheelchairs(port):
    need(port, 0, "wheelchair")
    need(port, 1, "wheelchair")


def an_infant_without_a_lap(port):
    change(port, 1, under_age=True)
    need(port, 1, "infant")
    models.Vehicle.objects.update(child_seats=0)


BREACHES = {
    "a case on a coach": (lambda p: make_ill(p, 1), "list_class", "vehicle_kinds"),
    "a contact among others": (lambda p: change(p, 1, channel="contact"), "list_mixed", "codes"),
    "two flights": (other_flight, "list_flight", "codes"),
    "somebody decided that one goes elsewhere": (bind, "list_bound", "bound"),
    "a hotel for contacts": (lambda p: set_hotel(p, attributes={"takes": "contact"}), "list_accepts", "instead"),
    "a hotel that takes nobody": (close_hotel, "list_shut", "instead"),
    "one room for two": (lambda p: set_hotel(p, capacity=1), "list_rooms", "instead"),
    "a household in part": (lambda p: make_party(p, 1, 2), "list_household", "codes"),
    "a seat for two": (crowd, "list_full", "over"),
    "two wheelchairs": (two_wheelchairs, "list_wheelchairs", "there"),
    "an infant without a lap": (an_infant_without_a_lap, "list_child_seats", "there"),
    "a language that nobody speaks": (lambda p: need(p, 1, "language:my"), "list_language", "languages"),
}  # fmt: skip


@pytest.mark.parametrize("why", BREACHES)
def test_every_breach_is_refused_by_name_with_what_to_do_and_nothing_is_written(port, why):
    make, code, tells = BREACHES[why]
    assert write(port, 0, 1) == set(port.travellers[:2])
    make(port)
    with pytest.raises(Refused) as refused:
        write(port, 0, 1, 3)
    assert refused.value.code == code and tells in refused.value.told
    assert "{" not in REFUSALS[code].en.format(**refused.value.told)
    assert "{" not in REFUSALS[code].zh.format(**refused.value.told)
    assert models.BoardingLine.objects.count() == 2


def test_who_differs_and_which_place_instead_are_told(port):
    change(port, 1, channel="contact")
    with pytest.raises(Refused) as refused:
        write(port, 0, 1, 2)
    code = models.Traveller.objects.get(id=port.travellers[1]).code
    assert refused.value.told == {"codes": (code,), "cls": "contact", "others": "ordinary"}
    change(port, 1, channel="")
    close_hotel(port)
    with pytest.raises(Refused, match="no water") as refused:
        write(port, 0)
    assert [one.code for one in refused.value.told["instead"]] == ["hotel2"]
    models.Custodian.objects.filter(code="hotel2").update(capacity=0)
    with pytest.raises(Refused) as refused:
        write(port, 0)
    assert refused.value.told["instead"] == ()


def test_rooms_that_other_lists_have_taken_are_not_there_and_children_share_one(port):
    set_hotel(port, capacity=2)
    models.Vehicle.objects.create(plate="V-2", kind="coach", seats=20)
    change(port, 1, under_age=True)
    make_party(port, 0, 1)
    write(port, 0, 1)
    second = models.Vehicle.objects.get(plate="V-2")
    order = transport.Order(second.id, port.custodians["hotel"], at(100), 120)
    port.custodians["second"] = transport.plan_trip(order=order, code="trip:second").id
    with pytest.raises(Refused, match="list_rooms") as refused:
        write(port, 2, 3, on="second")
    assert (refused.value.told["free"], refused.value.told["wanted"]) == (1, 2)
    assert len(write(port, 2, on="second")) == 1


def test_an_ill_child_rides_in_the_ambulance_with_one_guardian_and_nobody_else(port):
    for who in (0, 1):
        change(port, who, under_age=True)
    make_party(port, 0, 1, 2, 3)
    make_ill(port, 0)
    with pytest.raises(Refused, match="list_guardian"):
        write(port, 0, on="ambulance")
    for others in ((0, 1), (0, 2, 3), (0, 4)):
        with pytest.raises(Refused, match="list_class"):
            write(port, *others, on="ambulance")
    assert write(port, 0, 3, on="ambulance") == {port.travellers[0], port.travellers[3]}
    told = {c.traveller: c for c in listing.list_candidates(trip=port.custodians["ambulance"], now=at(60))}
    assert {one for one in told if told[one].goes_along} == set(port.travellers[2:4])
    # Whoever stays of the household still rides together.
    with pytest.raises(Refused, match="list_household"):
        write(port, 1)
    assert len(write(port, 1, 2)) == 2


def test_tracing_finds_the_guardian_who_rode_with_an_ill_child_by_the_vehicle_they_shared(port):
    change(port, 0, under_age=True)
    rooms.record_needs(traveller=port.travellers[0], told=rooms.Needs(guardian=port.travellers[1]))
    make_ill(port, 0)
    write(port, 0, 1, on="ambulance")
    port.send(*(port.told(who=n, where="ambulance", minute=100) for n in (0, 1)))
    port.send(*(port.told(who=n, where="hospital", minute=140) for n in (0, 1)))
    ill = Case("C", Who(str(port.travellers[0])), onset_at=at(45))
    answer = tracing.trace(case=ill, edition=tracing.get_edition("cn-2020"), now=at(200))
    (found,) = [one for one in answer.tracing.contacts if one.who == str(port.travellers[1])]
    assert found.grade == Grade.CLOSE
    assert str(port.custodians["ambulance"]) in {str(reason.place) for reason in found.reasons}


def test_a_recorded_guardian_goes_along_before_any_other_adult_and_a_child_without_one_alone(port):
    change(port, 0, under_age=True)
    make_ill(port, 0)
    assert write(port, 0, on="ambulance") == {port.travellers[0]}
    make_party(port, 0, 1)
    rooms.record_needs(traveller=port.travellers[0], told=rooms.Needs(guardian=port.travellers[5]))
    models.BoardingLine.objects.all().delete()
    posed = pose.pose(now=at(60))
    (row,) = [r for r in posed.document["parties"] if str(port.travellers[0]) in r["travellers"]]
    assert (set(row["travellers"]), row["companions"]) == (
        {str(port.travellers[0]), str(port.travellers[5])},
        1,
    )
    with pytest.raises(Refused, match="list_class"):
        write(port, 0, 1, 5, on="ambulance")
    assert write(port, 0, 5, on="ambulance") == {port.travellers[0], port.travellers[5]}


def test_a_case_bound_for_a_hotel_before_may_be_listed_for_the_hospital_and_not_for_that_hotel(port):
    bind(port)
    make_ill(port, 1)
    assert write(port, 1, on="ambulance") == {port.travellers[1]}
    trip = models.Trip.objects.filter(id=port.custodians["ambulance"])
    trip.update(destination_id=port.custodians["hotel2"])
    with pytest.raises(Refused, match="list_accepts"):
        write(port, 1, on="ambulance")


def test_crews_and_people_in_transit_are_on_no_list(port):
    models.Listing.objects.filter(traveller_id=port.travellers[0]).update(crew=True)
    with pytest.raises(Refused, match="listed_elsewhere"):
        write(port, 0)


def test_whoever_is_aboard_already_stays_on_a_list_that_is_written_anew(port):
    write(port, 0, 1)
    port.send(port.told(who=0, where="coach", minute=59))
    assert write(port, 2) == {port.travellers[0], port.travellers[2]}


@pytest.mark.parametrize("seed", range(3))
def test_a_list_is_refused_just_where_the_checker_of_plans_has_something_against_it(db, seed):
    """Any people at all put on a trip by hand: what the core's checker finds in the problem of this moment decides."""
    rng = Random(seed)
    port = open_port(travellers=14, coaches=1, rooms=5)
    models.Custodian.objects.filter(code="hotel2").update(attributes={"takes": "contact"})
    models.Vehicle.objects.filter(kind="coach").update(seats=rng.choice([8, 20]))
    hold(port, *range(14))
    for n in range(14):
        make_party(port, n, name=f"P{n // 2}")
        if rng.random() < 0.1:
            make_ill(port, n)
        change(port, n, under_age=rng.random() < 0.3, channel=rng.choice(["", "", "", "contact"]))
        if rng.random() < 0.15:
            need(port, n, rng.choice(["wheelchair", "infant", "language:th"]))
        if rng.random() < 0.1:
            people.bind(traveller=port.travellers[n], custodian=port.custodians["hotel"])
    speaker = models.Person.objects.filter(role="escort").first()
    models.Person.objects.filter(pk=speaker.pk).update(speaks=["th"])
    end = rng.choice(["hotel", "hotel", "hotel2"])
    plan_by_hand(port, "coach", end, escorts=[speaker.pk] if rng.random() < 0.5 else [])
    posed = pose.pose(now=at(60))
    names = Names(posed.document)
    seen = set()
    for _ in range(10):
        parties = rng.sample(sorted(names.parties), rng.choice([1, 1, 2, 3]))
        chosen = frozenset().union(*(names.parties[one] for one in parties))
        if rng.random() < 0.2:
            chosen = frozenset(rng.sample(sorted(chosen), max(1, len(chosen) - 1)))
        seen.add(expect(port, posed, names, chosen, end) == "")
    assert seen == {True, False}


def expect(port, posed, names, chosen, end):
    """What the checker has against it, after the list was held against that."""
    own = models.Trip.objects.get(id=port.custodians["coach"])
    vehicle = next(number for number, ref in names.vehicles.items() if ref == own.vehicle_id)
    crew = {ref: number for number, ref in names.crew.items()}
    dest = next(number for number, ref in names.places.items() if ref == port.custodians[end])
    parties = names.list_parties(chosen)
    whole = frozenset().union(*(names.parties[one] for one in parties)) == chosen
    escorts = tuple(crew[one] for one in own.escorts.values_list("id", flat=True))
    trip = Trip(posed.problem.not_before_at, vehicle, dest, parties, (), escorts)
    found = check.breaches(problem=posed.problem, plan=Plan((trip,))) if whole else ()
    against = sorted({one.code for one in found} & OF_LISTS) if whole else ["torn apart"]
    try:
        listing.write(trip=own.id, names=chosen, now=at(60))
    except Refused as refused:
        assert against, f"refused ({refused}), and the checker has nothing against it"
        return refused.code
    models.BoardingLine.objects.all().delete()
    assert not against, against
    return ""
