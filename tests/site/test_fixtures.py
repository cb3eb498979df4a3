"""The fixtures other tests stand on."""

import pytest
from django.db import connection, transaction

from pratique.store.models import Unit


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_on_empty_tables(db: None, turn: int) -> None:
    assert not Unit.objects.exists()
    with transaction.atomic():
        Unit.objects.create(code="A", name_zh="甲", name_en="A")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('store_entry_seq')")
        assert cursor.fetchone() == (1,)


def test_statements_are_prepared_by_the_server(db: None) -> None:
    connection.close()
    for _ in range(3):
        Unit.objects.filter(code="A").first()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%store_unit%%'")
        assert cursor.fetchone() == (1,)
