"""MySQL (``wire/mysql.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import mysql
from tests.wire.services import MY_WANTS_TLS, my_greeting, my_login

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    my_greeting(),
    my_login("anna", b"x" * 20, database="diary", plugin="mysql_native_password"),
    MY_WANTS_TLS,
)


def fuzz(data: bytes) -> None:
    """As what a server says first, and as what a client does."""
    mysql.decode_header(data)
    if mysql.begins_mysql(b"", data):
        mysql.decode_greeting(data[4:])
        mysql.decode_switch(data[4:])
    elif not mysql.asks_for_tls(data[4:]):
        mysql.decode_login(data[4:])
