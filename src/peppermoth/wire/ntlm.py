"""NTLM messages as far as they name somebody ([MS-NLMP], section 2.2.1).

Found in SMB, HTTP, mail and RDP, often inside SPNEGO: the signature is searched for in
the blob, so that no ASN.1 needs reading. Lengths that point outside the message raise
RemoteProtocolError.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError

SIGNATURE: Final = b"NTLMSSP\x00"
NEGOTIATE, CHALLENGE, AUTHENTICATE = 1, 2, 3
_UNICODE: Final = 1


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Who logs in: domain, user and host; ``response`` is the longer of both answers."""

    domain: str
    user: str
    host: str
    response: bytes


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server challenges with; ``target`` is its domain or name."""

    target: str
    challenge: bytes


def decode_ntlm(blob: bytes) -> Authenticate | Challenge | None:
    """The first NTLM message in a blob; None where there is none that names anybody."""
    start = blob.find(SIGNATURE)
    if start < 0:
        return None
    data = blob[start:]
    if len(data) < 32:
        raise RemoteProtocolError("an NTLM message ends too early")
    (kind,) = struct.unpack_from("<I", data, 8)
    if kind == CHALLENGE:
        (flags,) = struct.unpack_from("<I", data, 20)
        return Challenge(_text(_field(data, 12), flags), data[24:32])
    if kind != AUTHENTICATE:
        return None
    if len(data) < 64:
        raise RemoteProtocolError("an NTLM message ends too early")
    (flags,) = struct.unpack_from("<I", data, 60)
    domain, user, host = (_text(_field(data, place), flags) for place in (28, 36, 44))
    return Authenticate(domain, user, host, max(_field(data, 12), _field(data, 20), key=len))


def _field(data: bytes, place: int) -> bytes:
    size, _, offset = struct.unpack_from("<HHI", data, place)
    if offset + size > len(data):
        raise RemoteProtocolError("a length points past the end of its message")
    return data[offset : offset + size]


def _text(field: bytes, flags: int) -> str:
    return field.decode("utf-16-le" if flags & _UNICODE else "latin-1", "replace")
