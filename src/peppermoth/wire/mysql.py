"""The protocol of MySQL and MariaDB: greeting, login, queries (version 10 of it).

A packet is a length of three bytes, a number and a body. Bodies that are read whole are
bounded by the observer. Raises RemoteProtocolError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer, Cursor

QUERY: Final = 3
PREPARE: Final = 22
CLEARTEXT: Final = "mysql_clear_password"
_TLS: Final = 0x0800
_CONNECT_WITH_DB: Final = 0x0008
_PROTOCOL_41: Final = 0x0200
_SECURE: Final = 0x8000
_PLUGIN: Final = 0x0008_0000
_LENGTH_ENCODED: Final = 0x0020_0000
_LOGIN_HEAD: Final = 32
_VERSION: Final = 10


class Header(NamedTuple):
    """A packet's length and number."""

    length: int
    number: int


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in, and the answer to the server's challenge."""

    user: str
    response: bytes
    database: str
    plugin: str


def decode_header(data: Buffer) -> tuple[Header, int] | None:
    """A packet's header; None while bytes are missing."""
    if len(data) < 4:
        return None
    return Header(int.from_bytes(data[:3], "little"), data[3]), 4


def decode_greeting(body: bytes) -> str:
    """The version of the server that greets. Raises RemoteProtocolError."""
    if body[:1] != bytes((_VERSION,)):
        raise RemoteProtocolError("not a greeting of MySQL")
    return body[1:200].partition(b"\x00")[0].decode("utf-8", "replace")


def asks_for_tls(body: bytes) -> bool:
    """Whether a client's first packet ends where a login would begin: TLS comes next."""
    return len(body) == _LOGIN_HEAD and bool(int.from_bytes(body[:4], "little") & _TLS)


def decode_login(body: bytes) -> Login:
    """A client's login. Raises RemoteProtocolError."""
    cursor = Cursor(body)
    flags = int.from_bytes(cursor.take(4), "little")
    if not flags & _PROTOCOL_41:
        raise RemoteProtocolError("a login of before version 4.1")
    cursor.take(_LOGIN_HEAD - 4)
    user = _text(cursor)
    has_length = flags & (_SECURE | _LENGTH_ENCODED)
    response = cursor.vector(1) if has_length else _until_nul(cursor)
    database = _text(cursor) if flags & _CONNECT_WITH_DB and cursor.left else ""
    plugin = _text(cursor) if flags & _PLUGIN and cursor.left else ""
    return Login(user, response, database, plugin)


def decode_switch(body: bytes) -> str | None:
    """The plugin that a server asks to switch to, None in other packets."""
    if body[:1] != b"\xfe" or len(body) < 2:
        return None
    return body[1:200].partition(b"\x00")[0].decode("ascii", "replace")


def begins_mysql(client: bytes, server: bytes) -> bool:
    """Whether a server greets as MySQL does: a first packet, version 10, digits."""
    return (
        len(server) > 8
        and server[2:5] == b"\x00\x00\x0a"
        and server[5:6].isdigit()
        and b"." in server[6:9]
    )


def _until_nul(cursor: Cursor) -> bytes:
    start, rest = cursor.pos, cursor.take(cursor.left)
    found, nul, _ = rest.partition(b"\x00")
    cursor.pos = start + len(found) + len(nul)
    return found


def _text(cursor: Cursor) -> str:
    return _until_nul(cursor).decode("utf-8", "replace")
