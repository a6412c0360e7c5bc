"""STUN and TURN messages, and TURN's channels (RFC 8489, 8656; RFC 5389's cookie).

Messages of RFC 3489, without the cookie, are not read. Attributes are given as far as
they name somebody. Raises RemoteProtocolError for anything else.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire.reading import Buffer, Cursor

COOKIE: Final = 0x2112A442
CHANNELS: Final = range(0x4000, 0x5000)
USERNAME, INTEGRITY, PEER, REALM, MAPPED, SOFTWARE = 0x06, 0x08, 0x12, 0x14, 0x20, 0x8022
DATA: Final = 0x13
INTEGRITY_SHA256: Final = 0x1C
_HEADER: Final = 20
_MAX_ATTRIBUTES: Final = 64


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``method`` (1 is a binding), whether it asks, and its attributes."""

    method: int
    is_request: bool
    transaction: bytes
    attributes: tuple[tuple[int, bytes], ...]

    def first(self, kind: int) -> bytes:
        """The first attribute of a kind, empty where there is none."""
        return next((value for found, value in self.attributes if found == kind), b"")

    def text(self, kind: int) -> str:
        """The same as text."""
        return self.first(kind).decode("utf-8", "replace")

    def address(self, kind: int) -> Address | None:
        """The address in an attribute of the XOR kind. Raises RemoteProtocolError."""
        value = self.first(kind)
        if not value:
            return None
        cursor = Cursor(value, 1)
        family, port = cursor.integer(1), cursor.integer(2) ^ COOKIE >> 16
        if family not in (1, 2):
            raise RemoteProtocolError("an address of an unknown family")
        size = 4 if family == 1 else 16
        mask = COOKIE.to_bytes(4, "big") + self.transaction
        octets = bytes(a ^ b for a, b in zip(cursor.take(size), mask, strict=False))
        return Address(str(ipaddress.ip_address(octets)), port)


def decode_message(data: bytes) -> Message:
    """A datagram's message. Raises RemoteProtocolError."""
    if not begins_stun(data, b""):
        raise RemoteProtocolError("not STUN")
    cursor = Cursor(data)
    kind, length = cursor.integer(2), cursor.integer(2)
    cursor.take(4)
    transaction = cursor.take(12)
    body = Cursor(cursor.take(length))
    attributes: list[tuple[int, bytes]] = []
    while body.left and len(attributes) < _MAX_ATTRIBUTES:
        found = body.integer(2)
        value = body.vector(2)
        body.take(min(-len(value) % 4, body.left))
        attributes.append((found, value))
    method = kind & 0xF | kind >> 1 & 0x70 | kind >> 2 & 0xF80
    return Message(method, not kind & 0x0100, transaction, tuple(attributes))


def decode_channel(data: bytes) -> bytes:
    """What a TURN channel carries in a datagram. Raises RemoteProtocolError."""
    cursor = Cursor(data)
    if cursor.integer(2) not in CHANNELS:
        raise RemoteProtocolError("not a channel's data")
    return cursor.vector(2)


def decode_framed(data: Buffer) -> tuple[bytes, int] | None:
    """The message or channel's data at the front of a stream (RFC 8489, section 6.2.2; RFC 8656,
    section 12.5) and where it ends; None while bytes are missing. Raises RemoteProtocolError.
    """
    head = bytes(data[:4])
    if head and not (head[0] < 4 or head[0] << 8 in CHANNELS):
        raise RemoteProtocolError("neither STUN nor a channel's data")
    if len(head) < 4:
        return None
    length = int.from_bytes(head[2:], "big")
    end = _HEADER + length if head[0] < 4 else 4 + length + -length % 4
    return (bytes(data[:end]), end) if len(data) >= end else None


def begins_stun(client: bytes, server: bytes) -> bool:
    """Whether a datagram of either side is STUN, by its cookie and length."""
    return any(
        len(data) >= _HEADER
        and data[0] < 4
        and data[4:8] == COOKIE.to_bytes(4, "big")
        and int.from_bytes(data[2:4], "big") + _HEADER <= len(data)
        for data in (client, server)
    )
