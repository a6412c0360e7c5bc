"""The protocol of PostgreSQL, version 3: who opens which database, how, and queries.

The first message of a client has no type; all others have a type of one byte and a
length. ``decode_opening`` and ``decode_header`` read a stream's front, the other
functions whole bodies. Raises RemoteProtocolError.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

MAX_OPENING: Final = 10_000
MAX_MESSAGE: Final = 1 << 30
_CANCEL, _SSL, _GSS = 80877102, 80877103, 80877104
_MAX_FIELDS: Final = 64


class Wish(enum.Enum):
    """What a connection may ask for in its first message instead of opening a database."""

    TLS = _SSL
    GSS = _GSS
    CANCEL = _CANCEL


class Way(enum.IntEnum):
    """How a server asks who is there."""

    DONE = 0
    CLEARTEXT = 3
    MD5 = 5
    SASL = 10
    SASL_CONTINUES = 11


@dataclass(frozen=True, slots=True)
class Startup:
    """Who opens which database; ``program`` is what the client calls itself."""

    user: str
    database: str
    program: str


class Header(NamedTuple):
    """A message's type, one byte, and how many bytes follow."""

    kind: bytes
    length: int


def decode_opening(data: Buffer) -> tuple[Startup | Wish, int] | None:
    """A client's first message and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    if len(data) < 8:
        return None
    end, code = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    if not 8 <= end <= MAX_OPENING:
        raise RemoteProtocolError("a first message of no usable length")
    if code in (_SSL, _GSS, _CANCEL):
        return (Wish(code), end) if len(data) >= end else None
    if code >> 16 != 3:
        raise RemoteProtocolError("not version 3 of PostgreSQL's protocol")
    if len(data) < end:
        return None
    texts = [text.decode("utf-8", "replace") for text in bytes(data[8:end]).split(b"\x00")]
    said = dict(zip(texts[: 2 * _MAX_FIELDS : 2], texts[1 : 2 * _MAX_FIELDS : 2], strict=False))
    user = said.get("user", "")
    return Startup(user, said.get("database", user), said.get("application_name", "")), end


def decode_header(data: Buffer) -> tuple[Header, int] | None:
    """Type and length of a later message; None while bytes are missing.

    Raises RemoteProtocolError for a length that no message has.
    """
    if len(data) < 5:
        return None
    length = int.from_bytes(data[1:5], "big") - 4
    if not 0 <= length < MAX_MESSAGE:
        raise RemoteProtocolError("a message of no usable length")
    return Header(bytes(data[:1]), length), 5


def query_of(kind: bytes, body: bytes) -> bytes:
    """The text of a simple query (``Q``) or of one that is prepared (``P``)."""
    fields = body.split(b"\x00", 2)
    return fields[1] if kind == b"P" and len(fields) > 1 else fields[0]


def begins_postgresql(client: bytes, server: bytes) -> bool:
    """Whether a connection begins as PostgreSQL's do."""
    if len(client) < 8 or client[:2] != b"\x00\x00":
        return False
    code = int.from_bytes(client[4:8], "big")
    size = int.from_bytes(client[:4], "big")
    if code in (_SSL, _GSS):
        return size == 8
    return code == _CANCEL or (code >> 16 == 3 and code & 0xFFFF < 3 and b"user\x00" in client[8:])
