"""A flight comes, is counted, and cannot be closed while anybody of it is open."""

from datetime import timedelta
from uuid import UUID

import pytest

from pratique.core.answers import Refused
from pratique.core.custody.proofs import Source
from pratique.services import custody, flight, proof
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import flights, tower

from .port import NOON, at, build

OFFICER = UUID(int=7)


def bring(port, who, *ways):
    for minute, where in ways:
        port.send(port.told(who=who, where=where, minute=minute))


def test_a_flight_cannot_close_while_somebody_is_open_and_says_who(port):
    for who in range(3):
        bring(port, who, (10, "hall"), (30, "bus"), (80, "hotel"))
    code = models.Traveller.objects.get(id=port.travellers[3]).code
    with pytest.raises(Refused, match=f"1 open: {code}"):
        flight.close(flight=port.flight, by=OFFICER, now=at(100))
    bring(port, 3, (95, "hall"), (101, "bus"), (150, "hospital"))
    assert flight.close(flight=port.flight, by=OFFICER, now=at(160)).closed_at == at(160)


def test_no_flight_closes_over_a_count_that_differs_before_it_is_said_why_and_who_landed_by_two(port):
    for who in range(4):
        bring(port, who, (10, "hall"), (30, "bus"), (80, "hotel"))
    counted = {Source.DOOR: 5, Source.CARRIER: 4, Source.VEHICLE: 3}
    for source, heads in counted.items():
        flight.count(flight=port.flight, source=source, heads=heads, by=OFFICER, now=at(90))
    assert list_alarms(91) == ["heads_differ"]
    close = {"flight": port.flight, "by": OFFICER, "now": at(100)}
    with pytest.raises(Refused, match="flight_counts_differ") as refused:
        flight.close(**close)
    assert refused.value.told == {"counts": ("door 5 / 4", "vehicle 3 / 4")}
    why = {Source.DOOR: "an infant was counted twice", Source.VEHICLE: "one boarded after the count"}
    for second in (None, OFFICER):
        with pytest.raises(Refused, match="flight_count_by_one"):
            flight.close(**close, settled=flight.Settled(why, second))
    assert not models.FlightDifference.objects.exists()
    flight.close(**close, settled=flight.Settled(why, UUID(int=8)))
    kept = models.FlightDifference.objects.values_list("source", "heads", "booked", "second_id")
    assert set(kept) == {("door", 5, 4, UUID(int=8)), ("vehicle", 3, 4, None)}
    assert [one.told is not None for one in flight.list_figures(flight=port.flight)] == [True, False, True]


def list_alarms(minute):
    """What the tower says of the flight's counts, as `pratique verify` judges them."""
    shown = [
        e.code for e in tower.list_exceptions(now=at(minute)) if e.code in ("heads_differ", "counts_differ")
    ]
    proven = {o.code for o in proof.prove(now=at(minute)).findings.by_proof["heads"]}
    assert set(shown) == proven
    return shown


def test_the_tower_alarms_where_all_counts_agree_and_the_book_has_another_number(port):
    for source in (Source.DOOR, Source.CARRIER):
        flight.count(flight=port.flight, source=source, heads=3, by=OFFICER, now=at(20))
    assert list_alarms(21) == ["heads_differ"], "the book has four"
    for heads in (
        5,
        4,
    ):  # counted again within one instant: the one that was written later counts, everywhere
        for source in (Source.DOOR, Source.CARRIER):
            flight.count(flight=port.flight, source=source, heads=heads, by=OFFICER, now=at(30))
    assert list_alarms(31) == [] and not any(one.differs for one in flight.list_figures(flight=port.flight))
    flight.count(flight=port.flight, source=Source.CONTROL, heads=5, by=OFFICER, now=at(40))
    assert list_alarms(41) == ["counts_differ"]


def test_the_latest_word_on_when_a_flight_comes_counts_until_it_has_landed(port):
    def expect(flight_id, at_minute, now=0):
        return flight.expect(flight=flight_id, estimated_at=at(at_minute), by=OFFICER, now=at(now))

    known = flight.Arrival("CA1", "BKK", NOON.date(), at(120), "KMG", "CCA1", "333", 250)
    later = flight.schedule(arrival=known, now=at(0)).id
    assert expect(later, 300).due_at == at(300)
    assert expect(later, 150).due_at == at(150)
    for code, minute, now in (("expected_in_past", 30, 31), ("expected_far", 120 + 3 * 1440 + 1, 0)):
        with pytest.raises(Refused, match=code):
            expect(later, minute, now)
    flight.schedule(arrival=flight.Arrival("CA1", "BKK", NOON.date(), at(125)), now=at(1))
    row = models.Flight.objects.get(id=later)
    assert (row.arrival, row.callsign, row.equipment, row.seats) == ("KMG", "CCA1", "333", 250)
    assert (row.scheduled_at, row.due_at) == (at(125), at(150))
    with pytest.raises(Refused, match="flight_landed"):
        expect(port.flight, 300)
    told = models.Access.objects.filter(what="flight expected", person_id=OFFICER)
    assert [one.because[:3] for one in told] == ["CA1", "CA1"]


def test_a_flight_a_day_late_stays_on_the_tower_and_is_listed_on_the_day_it_comes(port):
    late = flight.schedule(arrival=flight.Arrival("CA1", "BKK", NOON.date(), at(120)), now=at(0)).id
    now = at(1440 + 300)
    assert str(late) not in {row.flight for row in tower.list_rows(now=now)}
    flight.expect(flight=late, estimated_at=at(1440 + 360), by=OFFICER, now=at(600))
    assert str(late) in {row.flight for row in tower.list_rows(now=now)}
    assert late in {one.id for one in flights.list_flights(on=NOON.date() + timedelta(days=1))}


def test_somebody_in_dispute_is_open_even_in_a_facility(port):
    for who in range(4):
        bring(port, who, (10, "hall"), (30, "bus"), (80, "hotel"))
    port.send(port.told(who=0, where="hall", minute=85, phone="x"), phone="x")
    assert flight.list_open(flight=port.flight) == [port.travellers[0]]


def test_a_flight_that_has_not_landed_cannot_close(db):
    port = build(landed=False)
    with pytest.raises(Refused, match="flight_not_landed"):
        flight.close(flight=port.flight, by=OFFICER, now=at(0))
    assert len(flight.list_open(flight=port.flight)) == 3


def test_landing_twice_admits_nobody_twice(port):
    assert flight.land(flight=port.flight, landed_at=NOON, now=at(1)) == 0
    assert models.Admission.objects.count() == 4


def test_another_landing_corrects_the_first_with_a_reason_and_both_stay_in_the_book(port):
    again = {"flight": port.flight, "landed_at": at(-10), "by": OFFICER, "now": at(1)}
    with pytest.raises(Refused, match="landed_already"):
        flight.land(**again)
    assert models.Flight.objects.get(id=port.flight).landed_at == NOON
    assert flight.land(**again, because="the tower's log") == 4
    assert models.Position.objects.get(traveller_id=port.travellers[0]).since_at == at(-10)
    assert models.Admission.objects.count() == 8
    told = models.Access.objects.get(what="landing corrected", person_id=OFFICER)
    assert told.because == "MU2086 2020-04-15 11:50 (2020-04-15 12:00): the tower's log"


def test_a_flight_that_has_landed_or_is_closed_is_scheduled_by_nobody(port):
    row = models.Flight.objects.get(id=port.flight)
    again = flight.Arrival(row.designator, row.departure, row.on, at(90))
    with pytest.raises(Refused, match="flight_landed"):
        flight.schedule(arrival=again, now=at(5))
    models.Flight.objects.update(closed_at=at(6))
    with pytest.raises(Refused, match="flight_closed"):
        flight.schedule(arrival=again, now=at(7))
    assert models.Flight.objects.get(id=port.flight).scheduled_at == row.scheduled_at


def test_whoever_was_scanned_before_the_landing_was_entered_is_where_they_were_scanned(db):
    port = build(landed=False)
    port.send(port.told(who=0, where="hall", minute=5))
    flight.land(flight=port.flight, landed_at=at(0), now=at(20))
    assert port.where(0) == "hall"
    assert not models.Objection.objects.exists()


def test_somebody_unlisted_of_a_known_flight_counts_as_open_there(port):
    stranger = make_id()
    custody.register_unlisted(
        traveller=stranger, flight=port.flight, who=custody.identity.Identity(surname="DOE"), now=at(5)
    )
    port.send(port.told(who=0, traveller=stranger, where="hall", minute=10))
    assert stranger in flight.list_open(flight=port.flight)
