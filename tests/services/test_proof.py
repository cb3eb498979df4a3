"""Whoever changes the book behind the software's back is found out."""

import pytest
from django.db import connection, transaction

from pratique.core.custody import seal as tree
from pratique.core.custody.proofs import Source
from pratique.services import flight, headcount, proof, seal
from pratique.store import models, sealed
from pratique.store.queries import entries

from .port import at


@pytest.fixture
def day(port):
    for who in range(4):
        port.send(port.told(who=who, where="hall", minute=10 + who))
        port.send(port.told(who=who, where="bus", minute=30 + who))
    seal.seal(now=at(60))
    return port


def find(name, minute=60):
    return {o.code for o in proof.prove(now=at(minute)).findings.by_proof[name]}


def behind_the_back(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        changed = cursor.rowcount
        cursor.execute("SET session_replication_role = DEFAULT")
    assert changed


def test_a_true_book_passes_every_proof(day):
    flight.count(flight=day.flight, source=Source.DOOR, heads=4, by=None, now=at(5))
    headcount.count(custodian=day.custodians["bus"], heads=4, names=day.travellers, by=None, now=at(50))
    proven = proof.prove(now=at(60))
    assert proven.findings.hold, proven.findings.objections
    assert (proven.travellers, proven.scans) == (4, 8)
    checked = seal.check()
    assert (checked.objections, checked.entries) == ((), 12)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store_position SET holder_id = (SELECT id FROM store_custodian WHERE code = 'hall') WHERE movements = 3",
        "DELETE FROM store_position WHERE traveller_id = (SELECT min(traveller_id::text)::uuid FROM store_position)",
        "UPDATE store_position SET movements = 9",
        "DELETE FROM store_scan WHERE seq = (SELECT max(seq) FROM store_scan)",
        "UPDATE store_scan SET happened_at = happened_at + interval '1 minute' WHERE counter > 3",
    ],
)
def test_a_changed_book_is_no_longer_what_the_entries_fold_to(day, statement):
    behind_the_back(statement)
    assert find("totals")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE store_scan SET device_at = device_at + interval '1 second' WHERE counter = 2",
            "seal_broken",
        ),
        ("DELETE FROM store_scan WHERE counter = 2", "seal_count_differs"),
        ("UPDATE store_scan SET seq = seq + 100 WHERE counter = 2", "seal_count_differs"),
        ("DELETE FROM store_seal", "nothing sealed"),
        ("UPDATE store_seal SET chain = root", "chain_of_seals_broken"),
    ],
)
def test_an_entry_changed_after_it_was_sealed_is_found(day, statement, code):
    behind_the_back(statement)
    checked = seal.check()
    assert {o.code for o in checked.objections} | ({"nothing sealed"} if not checked.segments else set()) >= {
        code
    }


def test_a_column_added_later_breaks_no_seal_and_is_itself_sealed(day):
    """Held against seals made before: the roots printed in bulletins must still come out."""
    columns = {m._meta.db_table: [f.column for f in m._meta.concrete_fields] for m in entries.ENTRIES}
    columns["store_scan"].append("weather")
    behind_the_back("ALTER TABLE store_scan ADD COLUMN weather text")
    try:
        assert read_root(columns) == bytes(models.Seal.objects.get().root)
        behind_the_back("UPDATE store_scan SET weather = 'rain' WHERE counter = 2")
        assert read_root(columns) != bytes(models.Seal.objects.get().root)
    finally:
        behind_the_back("ALTER TABLE store_scan DROP COLUMN weather")


def test_what_the_first_seals_cover_is_still_there_and_whatever_came_later_may_be_empty():
    for model in entries.ENTRIES:
        first = sealed.FIRST[model._meta.db_table]
        columns = {f.column: f.null for f in model._meta.concrete_fields}
        assert first <= set(columns), model
        assert all(may_be_empty for name, may_be_empty in columns.items() if name not in first), model


def read_root(columns):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        cursor.execute(entries.compose_leaves(columns), {"first": 1, "last": 10**9})
        return tree.hash_root([bytes(digest) for _, digest in cursor.fetchall()])


def test_sealing_goes_on_from_the_last_seal_and_chains(day):
    first = models.Seal.objects.get()
    assert seal.seal(now=at(61)) == []
    day.send(day.told(who=0, where="hotel", minute=80))
    (second,) = seal.seal(now=at(90))
    assert (second.number, second.first_seq) == (2, first.last_seq + 1)
    assert not seal.check().objections


def test_a_head_more_at_the_door_than_in_the_books_is_found(day):
    flight.count(flight=day.flight, source=Source.DOOR, heads=5, by=None, now=at(5))
    assert find("heads") == {"heads_differ"}


def test_a_name_called_that_the_books_have_elsewhere_is_found(day):
    headcount.count(custodian=day.custodians["bus"], heads=3, names=day.travellers[:3], by=None, now=at(50))
    assert find("headcount") == {"headcount_missing"}


def test_whoever_is_unseen_too_long_is_named(day):
    assert find("overdue", minute=30 + 90) == set()
    named = proof.prove(now=at(30 + 95)).findings.by_proof["overdue"]
    assert [o.subject for o in named] == sorted(str(t) for t in day.travellers)
