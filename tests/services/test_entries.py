"""How far the order of entries is final, with writers under way."""

import threading

import psycopg
import pytest
from django.db import connection, connections

from pratique.core.answers import Refused
from pratique.services import seal
from pratique.store import models
from pratique.store.ids import make_id
from pratique.store.queries import entries

from .port import at

WRITE = (
    "INSERT INTO store_annulment (id, happened_at, recorded_at, scan_id, because) "
    "VALUES (%s, now(), now(), %s, 'a drill') RETURNING seq"
)


def connect_beside() -> psycopg.Connection:
    """A second connection to the test's database, in a transaction of its own."""
    parameters = connection.get_connection_params()
    return psycopg.connect(
        host=parameters["host"], user=parameters["user"], dbname=parameters["dbname"], autocommit=False
    )


def write(beside: psycopg.Connection) -> int:
    row = beside.execute(WRITE, [make_id(), make_id()]).fetchone()
    assert row is not None
    return int(row[0])


def test_an_empty_book_is_final_at_nought(db):
    assert entries.find_final() == 0


def test_a_lower_number_that_commits_later_is_waited_for(port):
    with connect_beside() as slow:
        low = write(slow)
        with connect_beside() as quick:
            high = write(quick)
            quick.commit()
        assert low < high
        with pytest.raises(Refused, match="try again"):
            entries.find_final(patience_seconds=0.1)
        threading.Timer(0.3, slow.commit).start()
        assert entries.find_final() >= high
    found = entries.read_entries(after=0, upto=high, kinds=("annulment",), limit=10)
    assert [e["seq"] for e in found] == [low, high]


def is_waited_for() -> bool:
    """Whether some other connection has asked who is writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query = %s",
            [entries._WRITERS.replace("%s", "$1")],
        )
        return cursor.fetchone() is not None


def test_a_writer_is_not_held_up_while_somebody_waits_for_another(port, eventually):
    found = []

    def ask() -> None:
        found.append(entries.find_final())
        connections.close_all()

    with connect_beside() as slow, connect_beside() as quick:
        low = write(slow)
        asked = threading.Thread(target=ask)
        asked.start()
        eventually(is_waited_for, "somebody waits for the first")
        high = write(quick)
        quick.commit()
        assert asked.is_alive(), "the second was held up until the question was given up"
        slow.commit()
        asked.join()
        assert found == [low] and low < high


def test_a_number_that_was_rolled_back_holds_nothing_up(port):
    with connect_beside() as slow:
        gone = write(slow)
        slow.rollback()
    assert entries.find_final() >= gone
    assert seal.seal(now=at(30))
    assert seal.check().objections == ()


def test_readers_do_not_count_as_writers(port):
    with connect_beside() as reader:
        reader.execute("SELECT count(*) FROM store_scan")
        assert entries.find_final(patience_seconds=0.5) > 0


def test_every_table_of_entries_draws_from_the_one_sequence_and_refuses_change(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE '%_append_only'"
        )
        guarded = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_default LIKE '%store_entry_seq%'"
        )
        numbered = {row[0] for row in cursor.fetchall()}
    named = {model._meta.db_table for model in entries.ENTRIES}
    assert numbered == named
    assert named <= guarded
    assert models.Seal._meta.db_table in guarded
