"""PostgreSQL (``wire/postgresql.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import postgresql
from tests.wire.services import PG_CANCEL, PG_WANTS_TLS, pg_message, pg_startup

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    pg_startup(user="anna", database="diary"),
    PG_WANTS_TLS,
    PG_CANCEL,
    pg_message(b"P", b"name\0SELECT\0"),
)


def fuzz(data: bytes) -> None:
    """As the first message, and as a later one."""
    postgresql.begins_postgresql(data, b"")
    if data[:1] == b"\0":
        postgresql.decode_opening(data)
        return
    found = postgresql.decode_header(data)
    if found:
        postgresql.query_of(found[0].kind, data[found[1] :])
