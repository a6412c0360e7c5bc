"""Logins of Microsoft SQL Server ([MS-TDS], sections 2.2.3.1 and 2.2.6.4).

The password of a LOGIN7 is only disguised (its nibbles swapped, then an XOR), so that
whoever reads it has it; here only its length is given. Raises RemoteProtocolError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

PRELOGIN, LOGIN = 0x12, 0x10
_FIELDS: Final = 36
"""Where a LOGIN7 lists offsets and lengths of its texts: host, user, password, program."""


class Packet(NamedTuple):
    """A packet's type and body."""

    kind: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in from which host, and how many characters the password has."""

    host: str
    user: str
    password_length: int
    program: str


def decode_packet(data: Buffer) -> tuple[Packet, int] | None:
    """The packet at the front and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    if len(data) < 8:
        return None
    end = int.from_bytes(data[2:4], "big")
    if not 8 <= end <= 0x8000 or not 1 <= data[0] <= 0x12:
        raise RemoteProtocolError("not a packet of TDS")
    return (Packet(data[0], bytes(data[8:end])), end) if len(data) >= end else None


def decode_login(body: bytes) -> Login:
    """A LOGIN7. Raises RemoteProtocolError."""
    host, user, program = (_text(body, place) for place in (0, 1, 3))
    return Login(host, user, _span(body, 2)[1], program)


def begins_tds(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with a PRELOGIN whose first option is the version."""
    return (
        len(client) > 12
        and client[0] == PRELOGIN
        and client[1] == 1
        and client[8:10] == b"\x00\x00"
        and int.from_bytes(client[2:4], "big") <= 1024
    )


def _span(body: bytes, number: int) -> tuple[int, int]:
    place = _FIELDS + 4 * number
    if len(body) < place + 4:
        raise RemoteProtocolError("a login that is cut")
    start = int.from_bytes(body[place : place + 2], "little")
    return start, int.from_bytes(body[place + 2 : place + 4], "little")


def _text(body: bytes, number: int) -> str:
    start, length = _span(body, number)
    if start + 2 * length > len(body):
        raise RemoteProtocolError("a length points past the end of its message")
    return body[start : start + 2 * length].decode("utf-16-le", "replace")
