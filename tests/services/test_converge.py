"""Two connections at once, retries, corrections in between: the tables are what the entries fold to, whatever came first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from pratique.core.answers import Refused
from pratique.services import custody, proof
from pratique.store import models
from pratique.store.ids import make_id

from .port import NOON, at, build

OFFICER = make_id()
WAYS = (
    ("hall", "bus", "hotel"),
    ("hall", "holding", "bus", "hotel2", "bus2", "hospital"),
    ("hall2", "bus2", "hotel", "released", "hall"),
    ("bus", "hospital", "nowhere"),
    ("hotel", "hall"),
)
STRUCTURAL = ("unbroken chain", "totals", "no silent skip")
EXPECTED_REFUSALS = {"dispute_unknown", "scan_id_reused", "scan_unknown", "traveller_unknown"}


def make_scans(port, random):
    """Four listed people and two strangers on their ways, some scans contradictory, one id used for two contents."""
    people = [*port.travellers[:4], make_id(), make_id()]
    port.custodians["nowhere"] = make_id()
    scans = []
    for who, traveller in enumerate(people):
        minute = 0.0
        for step in random.choice(WAYS):
            minute += random.choice((1, 3, 15, 40, 70))
            phone = random.choice(("p", "q", step))
            scans.append(
                (phone, port.told(who=0, traveller=traveller, where=step, minute=minute, phone=phone))
            )
            if who == 0 and len(scans) == 2:
                other = port.told(
                    who=0, traveller=people[5], where="hall2", minute=minute, phone=phone, id=scans[0][1].id
                )
                scans.append((phone, other))
    return people, scans


def work(port, parcels, corrections, random, barrier):
    """One connection: its parcels, each perhaps sent again, and its corrections between them."""
    barrier.wait()
    try:
        for number, (phone, batch) in enumerate(parcels):
            now = NOON + timedelta(days=1, seconds=number)
            for _ in range(random.choice((1, 1, 2))):
                custody.receive(scans=batch, device=port.phone(phone), by=None, now=now)
            if corrections and random.random() < 0.5:
                correct(corrections.pop(), now)
        for correction in corrections:
            correct(correction, NOON + timedelta(days=2))
    finally:
        connection.close()


def correct(correction, now):
    try:
        correction(now)
    except Refused as refused:
        assert refused.code in EXPECTED_REFUSALS, refused


def make_corrections(people, scans, random):
    some = [told for _, told in random.sample(scans, 6)]
    found = [
        lambda now, s=s: custody.annul(scan=s.id, by=OFFICER, because="a slip", now=now) for s in some[:2]
    ]
    found += [
        lambda now, s=s, believed=believed: custody.rule(
            scan=s.id, believed=believed, by=OFFICER, because="asked", now=now
        )
        for s, believed in zip(some[2:], (True, False, True, False), strict=True)
    ]
    found.append(
        lambda now: custody.link(
            traveller=people[4], same_as=people[random.randrange(4)], by=OFFICER, because="passport", now=now
        )
    )
    random.shuffle(found)
    return found


def split(scans, random):
    """Parcels of one phone each, in any order, some scans in several of them."""
    left = scans + random.sample(scans, len(scans) // 3)
    random.shuffle(left)
    parcels = []
    while left:
        phone = left[0][0]
        batch = [s for s in left if s[0] == phone][: random.choice((1, 2, 7))]
        for said in batch:
            left.remove(said)
        parcels.append((phone, [told for _, told in batch]))
    return parcels


def read_tables():
    return (
        list(models.Position.objects.order_by("traveller_id").values_list()),
        sorted(models.Dispute.objects.values_list("scan_id", "traveller_id", "custodian_id", "code")),
        sorted(models.Objection.objects.values_list("traveller_id", "code", "because")),
    )


@pytest.mark.parametrize("seed", range(12))
def test_two_connections_at_once_leave_the_tables_as_the_entries_fold(db, seed):
    random = Random(seed)
    port = build(travellers=4)
    people, scans = make_scans(port, random)
    for phone, _ in scans:
        port.phone(phone)
    corrections = make_corrections(people, scans, random)
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(
                work, port, split(scans, random), corrections[half::2], Random(f"{seed}/{half}"), barrier
            )
            for half in range(2)
        ]
        for job in jobs:
            job.result()
    custody.settle_pending(now=at(3000))
    found = proof.prove(now=at(3000)).findings.by_proof
    assert {name: found[name] for name in STRUCTURAL} == dict.fromkeys(STRUCTURAL, ())
    contents = {(told.id, told.traveller, told.custodian) for _, told in scans}
    assert models.Scan.objects.count() == len({told.id for _, told in scans})
    assert models.Scan.objects.count() + models.Conflict.objects.count() == len(contents)
    before = read_tables()
    custody.settle(travellers=people, now=at(3001))
    assert read_tables() == before, "folding everybody again changes nothing"
