"""Proofs, seals and the access log."""

from django.db import connection

from pratique.services import clock, seal


def prove(airport):
    return airport.client("auditor").post("/audit/prove/").content.decode()


def test_a_true_book_is_proved_and_its_seals_are_whole(airport):
    airport.settle(0, 1)
    seal.seal(now=clock.now())
    page = prove(airport)
    assert "Every proof holds and every seal is whole" in page
    assert "Folded again: 4 travellers, 6 scans." in page


def test_a_position_changed_by_hand_is_found(airport):
    airport.settle(0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_position SET movements = movements + 1")
    page = prove(airport)
    assert "Not everything holds" in page
    assert "position_differs" in page


def test_an_entry_changed_behind_the_seal_is_found(airport):
    airport.settle(0)
    seal.seal(now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE store_scan DISABLE TRIGGER USER")
        cursor.execute("UPDATE store_scan SET counter = counter + 100")
        cursor.execute("ALTER TABLE store_scan ENABLE TRIGGER USER")
    assert "Not everything holds" in prove(airport)


def test_the_access_log_says_who_looked_at_whom(airport):
    airport.client("screener").get(f"/travellers/{airport.port.travellers[0]}/")
    page = airport.client("auditor").get("/audit/accesses/").content.decode()
    assert "Officer screener" in page
    assert airport.code(0) in page
    assert "ZHANG" not in page
