"""The hot path's statement, run as near to the wire as the driver goes: prepared once a connection, arrays in binary.

A cursor of Django's around one of psycopg's costs more processor time than everything else done for a scan. What they
give is kept: the transaction of the caller, Django's exceptions, and a connection that is opened when there is none.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import NamedTuple
from uuid import UUID
from weakref import WeakSet

import psycopg
from django.db import connection
from psycopg import errors
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from pratique.store.statements import RECEIVE


class Row(NamedTuple):
    """One sighting as the statement takes it."""

    id: UUID
    traveller: UUID
    custodian: UUID
    device: UUID
    by: UUID | None
    counter: int
    happened_at: datetime
    device_at: datetime
    offset_seconds: float
    handover: UUID | None


class Found(NamedTuple):
    """What the statement did with it: kept as new, and placed by the short path, which moved the traveller or not."""

    kept: bool
    placed: bool
    moved: bool


_REPEATED = Found(False, False, False)
_KEPT = Found(True, False, False)
_SEEN = Found(True, True, False)
_MOVED = Found(True, True, True)

_NAME = b"pratique_receive"
_NOT_PREPARED = b"26000"  # invalid_sql_statement_name
_prepared: "WeakSet[psycopg.Connection]" = WeakSet()

# https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES, array_send and its like
_ARRAY = Struct("!iIIii")  # dimensions, has nulls, type, length, lower bound
_UUID, _TIME, _INT8, _FLOAT8 = 2950, 1184, 20, 701  # pg_type.oid
_NULL, _LENGTH_16 = b"\xff\xff\xff\xff", b"\x00\x00\x00\x10"
_pack_int8, _pack_float8 = Struct("!iq").pack, Struct("!id").pack
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def _render_uuid(value: UUID | None) -> bytes:
    return _NULL if value is None else _LENGTH_16 + value.bytes


def _render_int8(value: int) -> bytes:
    return _pack_int8(8, value)


def _render_float8(value: float) -> bytes:
    return _pack_float8(8, value)


def _render_time(value: datetime) -> bytes:
    return _pack_int8(8, (value - _EPOCH) // _MICROSECOND)


_COLUMNS: tuple[tuple[str, int, Callable[..., bytes]], ...] = (
    ("ids", _UUID, _render_uuid),
    ("travellers", _UUID, _render_uuid),
    ("custodians", _UUID, _render_uuid),
    ("devices", _UUID, _render_uuid),
    ("bys", _UUID, _render_uuid),
    ("counters", _INT8, _render_int8),
    ("happened", _TIME, _render_time),
    ("device_at", _TIME, _render_time),
    ("offsets", _FLOAT8, _render_float8),
    ("handovers", _UUID, _render_uuid),
)
"""The statement's arrays in the order of a row's fields."""
_PLACES = {name: f"${place}" for place, (name, *_) in enumerate(_COLUMNS, 1)} | {"now": "$11", "steps": "$12"}
_SQL = re.sub(r"%\((\w+)\)s", lambda match: _PLACES[match[1]], RECEIVE).encode()
_FORMATS = [*(1 for _ in range(11)), 0]


def receive(*, rows: Sequence[Row], now: datetime, steps: str) -> dict[UUID, Found]:
    """Record rows in one statement, in the caller's transaction or one of its own; what became of each, by id.

    `steps` are the ordinary ones as PostgreSQL reads an array of texts. Raises `django.db.Error`.
    """
    parameters = [
        _ARRAY.pack(1, 1, oid, len(rows), 1) + b"".join(map(render, column))
        for (_, oid, render), column in zip(_COLUMNS, zip(*rows, strict=True), strict=True)
    ]
    parameters += [_render_time(now)[4:], steps.encode()]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        told = _run(connection.connection, parameters)
    return {row.id: told.get(row.id.bytes, _REPEATED) for row in rows}


def _run(driver: psycopg.Connection, parameters: list[bytes]) -> dict[bytes, Found]:
    if driver.autocommit:
        result = _execute_prepared(driver, parameters)
    else:
        if driver.pgconn.transaction_status == TransactionStatus.IDLE:
            # As the driver does before the first statement of a transaction.
            _check(driver, driver.pgconn.exec_(b"BEGIN"), ExecStatus.COMMAND_OK)
        # A statement that is not prepared after all would end the caller's transaction.
        result = driver.pgconn.exec_params(_SQL, parameters, None, _FORMATS, 1)
    _check(driver, result, ExecStatus.TUPLES_OK)
    found: dict[bytes, Found] = {}
    for place in range(result.ntuples):
        name = result.get_value(place, 0) or b""
        if result.get_value(place, 1) == b"\x01":
            found[name] = _MOVED if result.get_value(place, 2) == b"\x01" else _SEEN
        else:
            found.setdefault(name, _KEPT)
    return found


def _execute_prepared(driver: psycopg.Connection, parameters: list[bytes]) -> PGresult:
    """Prepare at the first time, and again when the driver has dropped all that is prepared, as it does now and then."""
    if driver in _prepared:
        result = driver.pgconn.exec_prepared(_NAME, parameters, _FORMATS, 1)
        if result.error_field(DiagnosticField.SQLSTATE) != _NOT_PREPARED:
            return result
    _check(driver, driver.pgconn.prepare(_NAME, _SQL), ExecStatus.COMMAND_OK)
    _prepared.add(driver)
    return driver.pgconn.exec_prepared(_NAME, parameters, _FORMATS, 1)


def _check(driver: psycopg.Connection, result: PGresult, wanted: ExecStatus) -> None:
    if driver.closed:
        raise psycopg.OperationalError(result.get_error_message(driver.info.encoding))
    if result.status != wanted:
        raise errors.error_from_result(result, driver.info.encoding)
