"""Whom a case of the ledger exposed: what the tables say is what the whole book says, held against the rules."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.utils.timezone import now as wall_clock

from pratique.core.answers import Refused
from pratique.core.custody import fold
from pratique.core.tracing import contacts
from pratique.core.tracing.case import Case
from pratique.core.tracing.edition import Grade
from pratique.core.tracing.presence import Who
from pratique.core.tracing.survey import Site, Survey, list_stays
from pratique.services import care, custody, duty, force, tracing
from pratique.store import models, rows
from pratique.store.ids import make_id

from .port import NOON, at
from .test_converge import make_scans

RULES = tracing.get_edition("cn-2020")
EXACT = replace(RULES, window=replace(RULES.window, whole_days=False))
LATER = at(3000)


def case_of(traveller, **more):
    return Case("C", Who(str(traveller)), onset_at=more.pop("onset_at", at(60)), **more)


def trace(traveller, *, now=LATER, rules=RULES, **more):
    return tracing.trace(case=case_of(traveller, **more), edition=rules, now=now)


def grades(answer):
    return {UUID(c.who): c.grade for c in answer.tracing.contacts}


def trace_whole_book(traveller, now, second=False):
    """The same from every entry of the book, folded, without asking the tables who was where."""
    everybody = list(models.Traveller.objects.values_list("id", flat=True))
    everybody += list(models.Scan.objects.values_list("traveller_id", flat=True).distinct())
    books = fold.fold(journal=rows.read_journal(list(set(everybody))), ground=rows.read_ground())
    opens = {
        str(f.id): f.landed_at - timedelta(hours=tracing.FLIGHT_HOURS) for f in models.Flight.objects.all()
    }
    sites = {
        c.id: Site(
            c.id, c.kind, cabin=tracing.cabin.guess(()) if c.id in opens else None, opens_at=opens.get(c.id)
        )
        for c in rows.read_ground().custodians.values()
    }
    survey = Survey(sites=sites.values(), now=now)
    for who, account in books.accounts.items():
        survey.add_stays(
            who=Who(who), stays=list_stays(movements=account.movements, sites=sites, now=now), assignments=()
        )
    whereabouts = survey.close()
    first = contacts.trace(
        case=case_of(books.read_as(str(traveller))),
        whereabouts=whereabouts,
        edition=RULES,
        zone=NOON.tzinfo,
        now=now,
    )
    ring = contacts.trace_second_ring(
        first=first, whereabouts=whereabouts, edition=RULES, isolated=find_hospital(first), now=now
    )
    return first, ring


def find_hospital(first):
    held = models.Position.objects.filter(holder_kind="hospital").values_list("traveller_id", "since_at")
    return {Who(str(who)): since for who, since in held}


def strip(found):
    return {
        (c.who, c.grade, tuple((r.rule, r.place, r.since_at, r.until_at, r.via) for r in c.reasons))
        for c in found
    }


@pytest.mark.parametrize("seed", range(12))
def test_what_the_tables_say_is_what_the_whole_book_says(port, seed):
    """Late, contradictory, reused, annulled and linked scans in any order; every traveller in turn is the case."""
    random = Random(seed)
    people, scans = make_scans(port, random)
    random.shuffle(scans)
    for number, (phone, scan) in enumerate(scans):
        now = NOON + timedelta(days=1, seconds=number)
        custody.receive(scans=[scan], device=port.phone(phone), by=None, now=now)
    for scan in random.sample([scan for _, scan in scans], 2):
        custody.annul(scan=scan.id, by=make_id(), because="mistaken", now=NOON + timedelta(days=1, hours=1))
    if seed % 2:
        custody.link(traveller=people[4], same_as=people[0], by=make_id(), because="found", now=at(2880))
    now = NOON + timedelta(days=1, hours=2)
    for traveller in people:
        first, ring = trace_whole_book(traveller, now)
        answer = tracing.trace(case=case_of(traveller), edition=RULES, now=now, second_ring=True)
        assert strip(answer.tracing.contacts) == strip(first.contacts)
        assert strip(answer.second) == strip(ring)


def sit(port, *seats, equipment="320"):
    models.Flight.objects.filter(id=port.flight).update(equipment=equipment)
    for traveller, seat in zip(port.travellers, seats, strict=True):
        models.Listing.objects.filter(traveller_id=traveller).update(seat=seat)


def test_three_rows_of_the_type_of_aircraft_without_a_row_13(port):
    sit(port, "12C", "16A", "17A", "")
    a, near, far, unknown = port.travellers
    answer = trace(a)
    assert grades(answer) == {near: Grade.CLOSE, far: Grade.GENERAL, unknown: Grade.CLOSE}
    reasons = {UUID(c.who): c.reasons[0] for c in answer.tracing.contacts}
    assert (reasons[near].rows, reasons[near].seat, reasons[unknown].seat_unknown) == (3, "16A", True)


def test_of_a_type_nobody_knows_the_rows_of_the_list_are_counted(port):
    sit(port, "10A", "20A", "30A", "44A", equipment="ZZZ")
    a, *others = port.travellers
    assert set(grades(trace(a)).values()) == {Grade.CLOSE}
    sit(port, "10A", "20A", "30A", "13Z", equipment="320")
    assert grades(trace(a)) == {others[0]: Grade.GENERAL, others[1]: Grade.GENERAL, others[2]: Grade.CLOSE}


def test_crew_on_the_list_are_staff_and_companions_are_close(port):
    sit(port, "2A", "30A", "", "29F")
    a, friend, steward, other = port.travellers
    models.Listing.objects.filter(traveller_id__in=(a, friend)).update(party="P1")
    models.Listing.objects.filter(traveller_id=steward).update(crew=True)
    answer = trace(a)
    assert grades(answer) == {friend: Grade.CLOSE, steward: Grade.CLOSE, other: Grade.GENERAL}
    assert {UUID(c.who) for c in answer.tracing.contacts if c.staff} == {steward}


def test_whoever_waits_in_the_hall_for_two_days_unseen_is_still_found(port):
    a, stuck, gone, came = port.travellers
    port.send(port.told(who=1, where="hall", minute=10), port.told(who=2, where="hall", minute=10))
    port.send(port.told(who=2, where="bus", minute=20))
    port.send(port.told(who=3, where="hall", minute=2900))
    port.send(port.told(who=0, where="hall", minute=2890))
    found = trace(a, rules=EXACT, onset_at=at(2890 + 2880))
    assert grades(found) == {stuck: Grade.GENERAL, came: Grade.GENERAL}


def test_a_scan_elsewhere_that_was_taken_back_does_not_make_somebody_gone(port):
    a, stays, *_ = port.travellers
    port.send(port.told(who=1, where="hall", minute=10))
    wrong = port.told(who=1, where="bus", minute=20)
    port.send(wrong)
    port.send(port.told(who=0, where="hall", minute=60))
    assert stays not in grades(trace(a, rules=EXACT, onset_at=at(60 + 2880)))
    custody.annul(scan=wrong.id, by=make_id(), because="mistaken", now=at(70))
    assert grades(trace(a, rules=EXACT, onset_at=at(60 + 2880)))[stays] is Grade.GENERAL


def test_of_a_facility_only_who_shares_the_room(port):
    a, mate, neighbour, _ = port.travellers
    for who in range(3):
        port.send(port.told(who=who, where="bus", minute=100 + 10 * who))
        port.send(port.told(who=who, where="hotel", minute=300))
        port.send(port.told(who=who, where="bus2", minute=2000))
    for who in (0, 1):
        port.send(port.told(who=who, where="hotel2", minute=2200))
    models.Traveller.objects.filter(id__in=(a, mate)).update(room="301")
    models.Traveller.objects.filter(id=neighbour).update(room="302")
    answer = trace(a, rules=EXACT, onset_at=at(2100 + 2880))
    rooms = [(UUID(c.who), r.rule) for c in answer.tracing.contacts for r in c.reasons if "room" in r.place]
    assert rooms == [(mate, "room")]


def deploy(person, *, post="", crew="", start=-60, end=660):
    force.deploy(
        duty=force.Duty(person.id, NOON.date(), at(start), at(end), crew=crew, shift="day", post=post)
    )
    force.attend(person=person.id, on=NOON.date(), going="in", now=at(start))


def make_people(*names):
    unit = models.Unit.objects.create(code="U1", name_zh="一分局", name_en="District 1")
    return [models.Person.objects.create(username=name, unit=unit, password="!") for name in names]


def test_staff_who_were_there_by_their_post_or_by_a_scan_are_close_contacts(port):
    posted, scanning, absent = make_people("posted", "scanning", "absent")
    deploy(posted, post="hall")
    deploy(absent, post="hall2")
    port.send(port.told(who=0, where="hall", minute=10))
    custody.receive(
        scans=[port.told(who=1, where="hall", minute=15)], device=port.phone("p"), by=scanning.id, now=at(16)
    )
    found = {UUID(c.who): c for c in trace(port.travellers[0]).tracing.contacts if c.staff}
    assert set(found) == {posted.id, scanning.id}
    assert all(c.grade is Grade.CLOSE for c in found.values())


def test_a_case_among_the_staff_exposes_the_team_of_the_shift_and_the_people_at_the_post(port):
    case, mate, other = make_people("case", "mate", "other")
    deploy(case, post="hall", crew="A")
    deploy(mate, crew="A")
    deploy(other, crew="B")
    port.send(port.told(who=0, where="hall", minute=10))
    assert grades(trace(case.id)) == {mate.id: Grade.CLOSE, port.travellers[0]: Grade.GENERAL}


def test_driver_and_escorts_of_the_trip_rode_with_the_case(port):
    driver, escort, relief, other = make_people("driver", "escort", "relief", "other")
    hotel = models.Custodian.objects.get(code="hotel")
    vehicle = models.Vehicle.objects.create(plate="云A·D0001", kind="coach", seats=20)
    trip = models.Trip.objects.create(
        id=port.custodians["bus"], vehicle=vehicle, destination=hotel, on=NOON.date(), driver=driver,
        during=(at(20), at(90)), departed_at=at(30), arrived_at=at(80), ended_at=at(85),
    )  # fmt: skip
    trip.escorts.add(escort)
    trip.reliefs.add(relief)
    models.BoardingLine.objects.create(trip=trip, traveller_id=port.travellers[0], row=1, seat="1A")
    port.send(port.told(who=0, where="bus", minute=25), port.told(who=1, where="bus", minute=26))
    found = {UUID(c.who): c for c in trace(port.travellers[0]).tracing.contacts}
    assert {driver.id, escort.id, relief.id} <= set(found) and other.id not in found
    ride = next(r for r in found[port.travellers[1]].reasons if r.rule == "vehicle-sealed")
    assert ride.until_at == at(85)  # the trip ended, although nobody has scanned them since


def test_a_positive_sample_makes_the_case_and_an_open_one_the_supposition(port):
    traveller = port.travellers[0]
    care.take_sample(swab=care.Swab(traveller, "TUBE1", day=1), by=None, now=at(30))
    assert tracing.find_case(who=traveller, now=at(50)).sampled_at is None
    supposed = tracing.find_case(who=traveller, now=at(50), supposed=True)
    assert (supposed.sampled_at, supposed.facts) == (at(30), {"positive"})
    expected = grades(tracing.trace(case=supposed, edition=RULES, now=at(50)))
    care.record_result(tube="TUBE1", result="positive", by=None, now=at(60))
    case = tracing.find_case(who=traveller, now=at(70))
    assert (case.sampled_at, case.onset_at, case.facts) == (at(30), None, {"positive"})
    assert grades(tracing.trace(case=case, edition=RULES, now=at(70))) == expected
    nobody = tracing.find_case(who=port.travellers[1], now=at(50), supposed=True)
    assert nobody.sampled_at == at(50)


def test_an_undated_case_and_unknown_rules_are_refused(port):
    with pytest.raises(Refused, match="tracing_case_undated"):
        trace(port.travellers[0], onset_at=None)
    with pytest.raises(Refused, match="tracing_rules_unknown"):
        tracing.get_edition("mars")


def test_the_answer_does_not_depend_on_how_long_ago_it_was(port):
    """Asked again a year later, the case isolated meanwhile: the same contacts."""
    port.send(port.told(who=0, where="hall", minute=10), port.told(who=1, where="hall", minute=20))
    port.send(port.told(who=0, where="bus", minute=30), port.told(who=1, where="bus", minute=31))
    isolated = {"isolated_at": at(40)}
    soon = trace(port.travellers[0], now=at(60), **isolated)
    late = trace(port.travellers[0], now=max(wall_clock(), at(500_000)), **isolated)
    assert strip(soon.tracing.contacts) == strip(late.tracing.contacts)


def lodge(port, who, room, minute):
    models.Lodging.objects.create(
        id=make_id(),
        traveller_id=port.travellers[who],
        facility_id=port.custodians["hotel"],
        room_id=room.id if room else None,
        happened_at=at(minute),
        recorded_at=at(minute),
    )


def test_rooms_count_as_they_were_given_and_a_corridor_makes_general_contacts(port):
    """One shared the room for a while, one lay on the same corridor, one in another part of the floor."""
    hotel = port.custodians["hotel"]
    rooms = {
        code: models.Room.objects.create(
            facility_id=hotel, code=code, floor=3, sort="single", beds=2, area=area
        )
        for code, area in (("301", "east"), ("305", "east"), ("310", "west"))
    }
    port.send(*(port.told(who=n, where="hotel", minute=60 + n) for n in range(4)))
    for who, code, minute in ((0, "301", 61), (1, "301", 65), (2, "305", 66), (3, "310", 67)):
        lodge(port, who, rooms[code], minute)
    lodge(port, 1, rooms["310"], 200)
    found = trace(port.travellers[0], rules=EXACT, onset_at=at(2880 + 100))
    assert grades(found) == {port.travellers[1]: Grade.CLOSE, port.travellers[2]: Grade.GENERAL}
    reason = found.tracing.contacts[0].reasons[0]
    assert (reason.rule, reason.since_at, reason.until_at) == ("room", at(100), at(200))


def open_rooms(port):
    """The first two travellers in 301, the third in 302 beside it, the fourth in 310 at the other end of the floor."""
    port.send(*(port.told(who=n, where="hotel", minute=60 + n) for n in range(4)))
    for code, area, people in (("301", "east", (0, 1)), ("302", "east", (2,)), ("310", "west", (3,))):
        room = models.Room.objects.create(
            facility_id=port.custodians["hotel"], code=code, floor=3, sort="single", beds=2, area=area
        )
        for who in people:
            lodge(port, who, room, 70)


def measure(port, who, by, minute):
    taken = care.Temperature(port.travellers[who], 36.5, False, "ear")
    return care.take_temperature(temperature=taken, by=by, now=at(minute))


def test_whoever_swabbed_or_measured_a_case_or_its_room_mate_was_in_the_room_and_others_were_on_the_floor(
    port,
):
    names = ("nurse", "sampler", "next_door", "far_end", "earlier", "mistaken")
    nurse, sampler, next_door, far_end, earlier, mistaken = make_people(*names)
    open_rooms(port)
    measure(port, 0, earlier.id, 72)
    measure(port, 0, nurse.id, 200)
    care.take_sample(swab=care.Swab(port.travellers[1], "T1"), by=sampler.id, now=at(210))
    measure(port, 2, next_door.id, 220)
    measure(port, 3, far_end.id, 225)
    wrong = measure(port, 0, mistaken.id, 230)
    duty.withdraw(evidence=wrong.id, because="another person's", by=mistaken.id, now=at(231))
    found = trace(port.travellers[0], rules=EXACT, onset_at=at(2880 + 100), now=at(3000))
    why = {UUID(c.who): (c.grade, {r.rule for r in c.reasons}) for c in found.tracing.contacts if c.staff}
    along = {"corridor", "floor-staff", "facility-staff"}
    assert why[nurse.id] == why[sampler.id] == (Grade.CLOSE, {"room", *along})
    assert why[next_door.id] == (Grade.CLOSE, along)
    assert why[far_end.id] == (Grade.CLOSE, along - {"corridor"})
    assert why.keys() == {nurse.id, sampler.id, next_door.id, far_end.id}


def test_a_case_among_the_staff_exposes_everybody_in_the_rooms_they_went_into(port):
    (nurse,) = make_people("nurse")
    open_rooms(port)
    measure(port, 0, nurse.id, 200)
    found = trace(nurse.id, rules=EXACT, onset_at=at(2880 + 100), now=at(3000))
    close = {UUID(c.who) for c in found.tracing.contacts if c.grade is Grade.CLOSE}
    assert close == set(port.travellers[:2])
