"""MQTT 3.1, 3.1.1 and 5 packets (OASIS standards): who connects, and which topics.

Payloads are not read here. A packet is read in two steps, as payloads may be large: its
fixed header (``decode_header``), then of its ``length`` further bytes what is wanted.
Raises RemoteProtocolError.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer, Cursor

VERSIONS: Final = {3: "3.1", 4: "3.1.1", 5: "5"}
_NAMES: Final = {b"MQIsdp": 3, b"MQTT": 4}
_MAX_TOPICS: Final = 64


class Kind(enum.IntEnum):
    """Kinds of packets that are read here."""

    CONNECT = 1
    PUBLISH = 3
    SUBSCRIBE = 8
    DISCONNECT = 14


class Header(NamedTuple):
    """A packet's kind, its four flags, and how many bytes follow."""

    kind: int
    flags: int
    length: int


@dataclass(frozen=True, slots=True)
class Connect:
    """How a client introduces itself. ``password`` is None where none is sent."""

    version: int
    client: str
    user: str
    password: bytes | None
    will_topic: str = ""


def decode_header(data: Buffer) -> tuple[Header, int] | None:
    """A fixed header and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    if data and not data[0] >> 4:
        raise RemoteProtocolError("not a kind of MQTT packet")
    found = _number(bytes(data[1:5]))
    if found is None:
        return None
    length, size = found
    return Header(data[0] >> 4, data[0] & 15, length), 1 + size


def decode_connect(body: bytes) -> Connect:
    """What follows the header of CONNECT. Raises RemoteProtocolError."""
    cursor = Cursor(body)
    if cursor.vector(2) not in _NAMES:
        raise RemoteProtocolError("not MQTT")
    version, flags = cursor.integer(1) & 0x7F, cursor.integer(1)
    if version not in VERSIONS:
        raise RemoteProtocolError("an unknown version of MQTT")
    cursor.take(2)
    _pass_properties(cursor, version)
    client, will = _text(cursor), ""
    if flags & 0x04:
        _pass_properties(cursor, version)
        will = _text(cursor)
        cursor.vector(2)
    user = _text(cursor) if flags & 0x80 else ""
    return Connect(version, client, user, cursor.vector(2) if flags & 0x40 else None, will)


def decode_topics(body: bytes, version: int) -> tuple[str, ...]:
    """The topics that a SUBSCRIBE asks for. Raises RemoteProtocolError."""
    cursor = Cursor(body)
    cursor.take(2)
    _pass_properties(cursor, version)
    topics: list[str] = []
    while cursor.left and len(topics) < _MAX_TOPICS:
        topics.append(_text(cursor))
        cursor.take(1)
    return tuple(topics)


def begins_mqtt(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with CONNECT."""
    try:
        found = decode_header(client[:16]) if client[:1] == b"\x10" else None
    except RemoteProtocolError:
        return False
    if found is None:
        return False
    start = found[1]
    size = int.from_bytes(client[start : start + 2], "big")
    return client[start + 2 : start + 2 + size] in _NAMES


def _number(data: bytes) -> tuple[int, int] | None:
    """An integer of one to four bytes and its size; None while bytes are missing."""
    number = 0
    for place, octet in enumerate(data):
        number |= (octet & 0x7F) << 7 * place
        if not octet & 0x80:
            return number, place + 1
    if len(data) == 4:
        raise RemoteProtocolError("a number of more than four bytes")
    return None


def _pass_properties(cursor: Cursor, version: int) -> None:
    if version != 5:
        return
    start = cursor.pos
    found = _number(cursor.take(min(cursor.left, 4)))
    if found is None:
        raise RemoteProtocolError("properties without a length")
    length, size = found
    cursor.pos = start + size
    cursor.take(length)


def _text(cursor: Cursor) -> str:
    return cursor.vector(2).decode("utf-8", "replace")
