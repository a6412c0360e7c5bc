"""How a remote desktop session opens ([MS-RDPBCGR], sections 2.2.1.1 to 2.2.1.3).

TPKT (RFC 1006) around X.224: the request with its cookie, the answer that chooses TLS
or not, and the client's name in the settings that follow without TLS.
"""

from __future__ import annotations

import re
import struct
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

REQUEST, CONFIRM = 0xE0, 0xD0
_COOKIE: Final = re.compile(rb"Cookie: mstshash=([^\r\n]{1,200})\r\n")
_CORE: Final = re.compile(rb"\x01\xc0..[\x01-\x20]\0\x08\0", re.DOTALL)  # type, length, version
_NAME_AT: Final = 24


class Packet(NamedTuple):
    """An X.224 packet: its kind and all its bytes."""

    kind: int
    data: bytes


def decode_packet(data: Buffer, pos: int = 0) -> tuple[Packet, int] | None:
    """Read the packet at ``pos``; None while bytes are missing."""
    head = bytes(data[pos : pos + 4])
    if not b"\x03\x00".startswith(head[:2]):
        raise RemoteProtocolError("not TPKT")
    if len(head) < 4:
        return None
    size = int.from_bytes(head[2:], "big")
    if size < 7:
        raise RemoteProtocolError("a TPKT packet is too short")
    if len(data) < pos + size:
        return None
    packet = bytes(data[pos : pos + size])
    return Packet(packet[5] & 0xF0, packet), pos + size


def cookie(packet: Packet) -> str:
    """The user or host that a connection request names; empty where it names none."""
    found = _COOKIE.search(packet.data)
    return found[1].decode("utf-8", "replace") if found else ""


def chose_tls(packet: Packet) -> bool:
    """Whether a connection confirm chooses a protocol inside TLS."""
    data = packet.data
    return len(data) >= 19 and data[11] == 2 and struct.unpack_from("<I", data, 15)[0] != 0


def client_name(packet: Packet) -> str:
    """The name of the client's computer in its settings; empty where there is none."""
    found = _CORE.search(packet.data)
    name = packet.data[found.start() + _NAME_AT :][:32] if found else b""
    return name.decode("utf-16-le", "replace").partition("\x00")[0]
