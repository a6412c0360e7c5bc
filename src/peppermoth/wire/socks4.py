"""SOCKS4 and 4a requests (the memos of Y.-D. Lee), for looking on."""

from __future__ import annotations

import ipaddress
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire.reading import Buffer

VERSION: Final = 4
CONNECT: Final = 1
GRANTED: Final = 90
REPLY_SIZE: Final = 8
_LONGEST: Final = 255


class Request(NamedTuple):
    """What a client asks for, and as whom (often empty)."""

    command: int
    address: Address
    user: str


def decode_request(data: Buffer, pos: int = 0) -> tuple[Request, int] | None:
    """Read the request at ``pos``; None while bytes are missing."""
    held = bytes(data[pos : pos + 8 + 2 * (_LONGEST + 1)])
    if held and held[0] != VERSION:
        raise RemoteProtocolError("not SOCKS4")
    if len(held) < 9:
        return None
    port, raw = int.from_bytes(held[2:4], "big"), held[4:8]
    user = _string(held, 8)
    if user is None:
        return None
    host, end = str(ipaddress.ip_address(raw)), 8 + len(user) + 1
    if raw[:3] == b"\0\0\0" and raw[3]:
        name = _string(held, end)
        if name is None:
            return None
        host, end = name.decode("utf-8", "replace"), end + len(name) + 1
    return Request(held[1], Address(host, port), user.decode("utf-8", "replace")), pos + end


def _string(held: bytes, start: int) -> bytes | None:
    end = held.find(b"\0", start, start + _LONGEST + 1)
    if end < 0:
        if len(held) > start + _LONGEST:
            raise RemoteProtocolError("a SOCKS4 string is too long")
        return None
    return held[start:end]
