"""Every URL of the product with every role, held against the one table. What is not in the table is closed."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.resolvers import URLResolver

from pratique.services import permission
from web.airport import open_airport

ARGUMENTS = {"on": "2020-04-15", "revision": 1, "kind": "pdf", "zero": "missed"}
ANSWERED_BY_THE_GATE = {401, 403}


def list_patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{entry.namespace}:" if entry.namespace else ""
            yield from list_patterns(entry, prefix + space)
        else:
            yield prefix + (entry.name or ""), entry


PATTERNS = dict(list_patterns(get_resolver()))
PAGES = {name: p for name, p in PATTERNS.items() if not name.startswith("api:")}


def find_address(name: str, pattern: URLPattern) -> str:
    wanted = pattern.pattern.converters
    return reverse(name, kwargs={key: ARGUMENTS.get(key, uuid4()) for key in wanted})


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_page_stands_behind_the_gate_and_in_the_table(name):
    endpoint = getattr(PAGES[name].callback, "endpoint", None)
    assert endpoint is not None, f"{name} answers to anybody: put it behind the gate"
    assert endpoint in permission.TABLE or endpoint in permission.NEEDS_NO_ACCOUNT


def test_the_table_names_nothing_that_is_gone():
    known = {p.callback.endpoint for p in PAGES.values()}
    spoken = {"web:names"}  # not a page: whether pages show names
    told = {e for e in permission.TABLE if not e.startswith("api:")}
    assert told - known == spoken


@pytest.fixture(scope="module")
def airport(database_of_worker):
    """One airport for the whole walk: nothing that it asks for changes anything."""
    from django.db import connection  # noqa: PLC0415 - the database is only there now

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM store_port")
        empty = cursor.fetchone()[0] == 0
    assert empty
    return open_airport()
