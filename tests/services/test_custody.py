"""Scans come in, in every order and shape, and the books stay true."""

from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from pratique.core.answers import Refused
from pratique.core.custody.handover import State, Step
from pratique.services import custody, proof
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, at, build

OFFICER = UUID(int=7)


def prove(minute=600):
    return proof.prove(now=at(minute)).findings.by_proof


def test_landing_puts_everybody_on_the_list_into_the_cabin(port):
    assert [port.where(n) for n in range(4)] == ["cabin"] * 4


def test_custody_changes_when_the_receiver_scans(port):
    (outcome,) = port.send(port.told(who=0, where="hall", minute=10))
    assert outcome.state == "moved"
    assert port.where(0) == "hall"


def test_seeing_somebody_again_where_they_are_moves_nobody(port):
    port.send(port.told(who=0, where="hall", minute=10))
    (outcome,) = port.send(port.told(who=0, where="hall", minute=12))
    position = models.Position.objects.get(traveller_id=port.travellers[0])
    assert (outcome.state, position.since_at, position.seen_at) == ("seen", at(10), at(12))


def test_sending_again_is_harmless(port):
    scan = port.told(who=0, where="hall", minute=10)
    port.send(scan)
    assert [o.state for o in port.send(scan, heard=30)] == ["repeated"]
    assert models.Scan.objects.count() == 1


def test_a_scan_twice_in_one_batch_is_one_scan(port):
    scan = port.told(who=0, where="hall", minute=10)
    assert [o.state for o in port.send(scan, scan)] == ["moved", "repeated"]
    assert models.Scan.objects.count() == 1


def test_a_batch_moves_one_traveller_several_times(port):
    scans = [port.told(who=0, where=w, minute=m) for w, m in (("hall", 10), ("bus", 20), ("hotel", 60))]
    assert [o.state for o in port.send(*scans)] == ["moved"] * 3
    assert port.where(0) == "hotel"


def test_a_late_scan_finds_its_place(port):
    port.send(port.told(who=0, where="hotel", minute=60, phone="hotel"), phone="hotel")
    late = port.send(
        port.told(who=0, where="hall", minute=10), port.told(who=0, where="bus", minute=20), heard=300
    )
    assert {o.state for o in late} == {"folded"}
    assert port.where(0) == "hotel"
    position = models.Position.objects.get(traveller_id=port.travellers[0])
    assert position.movements == 4
    assert not models.Objection.objects.exists()


def test_a_person_in_two_far_places_is_disputed_not_believed(port):
    port.send(port.told(who=0, where="hall", minute=10))
    (outcome,) = port.send(port.told(who=0, where="hotel", minute=12, phone="x"), phone="x")
    assert outcome.state == "two_places"
    assert port.where(0) == "hall"
    assert models.Dispute.objects.get().code == "two_places"


def test_a_ruling_settles_a_dispute_either_way(port):
    port.send(port.told(who=0, where="hall", minute=10))
    scan = port.told(who=0, where="hotel", minute=12, phone="x")
    port.send(scan, phone="x")
    custody.rule(scan=scan.id, believed=True, by=OFFICER, because="seen on camera", now=at(20))
    assert port.where(0) == "hotel"
    custody.annul(scan=scan.id, by=OFFICER, because="camera showed somebody else", now=at(30))
    assert port.where(0) == "hall"
    assert not models.Dispute.objects.exists()


def test_one_id_with_two_contents_is_kept_twice_and_believed_never(port):
    name = make_id()
    port.send(port.told(who=0, where="hall", minute=10, id=name))
    (outcome,) = port.send(port.told(who=1, where="hall", minute=11, id=name))
    assert outcome.state == "scan_id_reused"
    assert (port.where(0), port.where(1)) == ("cabin", "cabin")
    assert models.Conflict.objects.count() == 1
    with pytest.raises(Refused, match="scan_id_reused"):
        custody.rule(scan=name, believed=True, by=OFFICER, because="x", now=at(20))


def test_a_scan_for_nobody_on_the_list_is_kept_and_the_person_gets_a_code(port):
    stranger = make_id()
    (outcome,) = port.send(port.told(who=0, traveller=stranger, where="hall", minute=10))
    assert outcome.remarks == ("unmanifested",)
    row = models.Traveller.objects.get(id=stranger)
    assert (row.manifested, len(row.code)) == (False, 8)


def test_a_stranger_who_turns_out_to_be_listed_is_read_as_that_traveller(port):
    stranger = make_id()
    port.send(port.told(who=0, traveller=stranger, where="hall", minute=10))
    custody.link(traveller=stranger, same_as=port.travellers[0], by=OFFICER, because="passport", now=at(15))
    assert port.where(0) == "hall"
    assert not models.Objection.objects.exists()
    assert not models.Position.objects.filter(traveller_id=stranger).exists()
    port.send(port.told(who=0, traveller=stranger, where="bus", minute=20))
    assert port.where(0) == "bus"
    assert not any(prove(30).values())


def test_a_scan_at_an_unknown_post_is_kept_and_disputed(port):
    port.custodians["nowhere"] = make_id()
    (outcome,) = port.send(port.told(who=0, where="nowhere", minute=10))
    assert outcome.state == "custodian_unknown"
    assert port.where(0) == "cabin"


def test_a_clock_two_hours_fast_is_corrected_by_the_measured_offset(port):
    told = port.told(who=0, where="hall", minute=130, offset_seconds=7200.0)
    port.send(told, heard=11)
    assert models.Scan.objects.get().happened_at == at(10)


def test_a_clock_that_claims_the_future_is_held_to_the_servers_time(port):
    port.send(port.told(who=0, where="hall", minute=130), heard=11)
    assert models.Scan.objects.get().happened_at == at(11)


def test_the_counter_of_a_device_rules_over_its_clock(port):
    later = port.told(who=0, where="bus", minute=5, counter=9)
    port.send(port.told(who=0, where="hall", minute=20, counter=8), heard=30)
    port.send(later, heard=31)
    assert port.where(0) == "bus"


def test_only_the_phone_that_made_a_scan_can_undo_it_and_only_for_a_while(port):
    scan = port.told(who=0, where="hall", minute=10)
    port.send(scan)
    with pytest.raises(Refused, match="scan_of_other_device"):
        custody.undo(scan=scan.id, device=port.phone("other"), by=OFFICER, now=at(11))
    with pytest.raises(Refused, match="undo_too_late"):
        custody.undo(scan=scan.id, device=port.phone("p"), by=OFFICER, now=at(30))
    custody.undo(scan=scan.id, device=port.phone("p"), by=OFFICER, now=at(12))
    assert port.where(0) == "cabin"
    assert models.Scan.objects.filter(id=scan.id).exists()


def test_the_database_itself_refuses_to_change_an_entry(port):
    port.send(port.told(who=0, where="hall", minute=10))
    for statement in ("UPDATE store_scan SET counter = 5", "DELETE FROM store_scan"):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as c,
        ):
            c.execute(statement)


def test_a_server_that_died_between_recording_and_folding_catches_up(port):
    custody.mark_pending({port.travellers[0]})
    models.Position.objects.filter(traveller_id=port.travellers[0]).delete()
    assert prove()["no silent skip"]
    assert custody.settle_pending(now=at(1)) == 1
    assert not any(prove(1).values())


def test_a_handover_closes_only_when_both_counts_and_the_names_agree(port):
    name, two = make_id(), tuple(port.travellers[:2])
    port.send(*(port.told(who=n, where="hall", minute=10) for n in range(2)))
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], heads=2, names=two)
    custody.offer(handover_id=name, offer=offer, by=OFFICER, now=at(15))
    port.send(port.told(who=0, where="bus", minute=16, handover=name))
    after = custody.answer(handover_id=name, step=Step.ACCEPTED, heads=2, because="", by=OFFICER, now=at(17))
    assert after.state is State.ACCEPTED
    assert {o.code for o in after.objections} == {"handover_counts_differ", "handover_missing"}
    port.send(port.told(who=1, where="bus", minute=18, handover=name))
    assert custody.find_handover(handover_id=name, now=at(19)).state is State.CLOSED


def test_an_offer_nobody_answers_lapses_and_can_still_be_accepted(port):
    name = make_id()
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], heads=0, deadline_minutes=10)
    custody.offer(handover_id=name, offer=offer, by=OFFICER, now=at(0))
    assert custody.find_handover(handover_id=name, now=at(11)).state is State.LAPSED
    after = custody.answer(handover_id=name, step=Step.ACCEPTED, heads=0, because="", by=None, now=at(12))
    assert after.state is State.CLOSED


def test_declining_needs_a_reason_and_a_closed_handover_takes_no_step(port):
    name = make_id()
    offer = custody.Offer(port.custodians["hall"], port.custodians["bus"], heads=1)
    custody.offer(handover_id=name, offer=offer, by=None, now=at(0))
    with pytest.raises(Refused, match="reason_missing"):
        custody.answer(handover_id=name, step=Step.DECLINED, heads=None, because=" ", by=None, now=at(1))
    custody.answer(
        handover_id=name, step=Step.DECLINED, heads=None, because="bus is full", by=None, now=at(2)
    )
    with pytest.raises(Refused, match="handover_step_refused"):
        custody.answer(handover_id=name, step=Step.ACCEPTED, heads=1, because="", by=None, now=at(3))


def test_a_batch_that_is_too_large_is_refused_whole(port):
    scans = [port.told(who=0, where="hall", minute=10) for _ in range(501)]
    with pytest.raises(Refused, match="batch_too_large"):
        port.send(*scans)
    assert models.Scan.objects.count() == 0


WAYS = (
    ("hall", "bus", "hotel"),
    ("hall", "holding", "bus", "hotel2", "bus2", "hospital"),
    ("hall2", "bus2", "hotel", "released"),
    ("bus", "hospital"),
    ("hotel", "hall"),
    ("released", "hall", "hotel2"),
)


@pytest.mark.parametrize("seed", range(25))
def test_any_order_repetition_and_batching_gives_the_same_books_and_sql_equals_the_fold(db, seed):
    """The same scans, told by phones in any order, split into any batches, some twice: one and the same book."""
    random = Random(seed)
    port = build(travellers=6)
    scans: list[tuple[str, custody.Told]] = []
    for who in range(6):
        minute = 0.0
        for step in random.choice(WAYS):
            minute += random.choice((3, 15, 40, 70))
            phone = random.choice(("p", "q", step))
            scans.append((phone, port.told(who=who, where=step, minute=minute, phone=phone)))
            if random.random() < 0.3:
                scans.append((phone, port.told(who=who, where=step, minute=minute + 2, phone=phone)))
    books = []
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE store_scan, store_position, store_dispute, store_objection, store_pending"
            )
        custody.settle(travellers=port.travellers, now=NOON)
        deliveries = scans + random.sample(scans, len(scans) // 3)
        random.shuffle(deliveries)
        while deliveries:
            phone = deliveries[0][0]
            batch = [s for p, s in deliveries if p == phone][: random.choice((1, 2, 7))]
            for told in batch:
                deliveries.remove((phone, told))
            custody.receive(scans=batch, device=port.phone(phone), by=None, now=NOON + timedelta(days=1))
        found = prove(24 * 60)
        assert not found["totals"] and not found["unbroken chain"] and not found["no silent skip"]
        books.append(
            (
                list(
                    models.Position.objects.order_by("traveller_id").values_list(
                        "traveller_id", "holder_id", "since_at", "seen_at", "scan_id", "movements"
                    )
                ),
                sorted(models.Dispute.objects.values_list("scan_id", "code")),
                sorted(models.Objection.objects.values_list("traveller_id", "code", "because")),
            )
        )
    assert books[0] == books[1]
