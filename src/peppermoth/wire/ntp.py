"""NTP packets (RFC 5905), of which a client's question and a server's answer are read.

Control messages (modes 6 and 7) and broadcasts raise RemoteProtocolError.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError

CLIENT, SERVER = 3, 4
_SIZE: Final = 48
_VERSIONS: Final = range(1, 5)


@dataclass(frozen=True, slots=True)
class Packet:
    """A question or an answer; ``reference`` is where the server has its time from."""

    version: int
    mode: int
    stratum: int
    reference: str


def decode_ntp(data: bytes) -> Packet:
    """A datagram's packet. Raises RemoteProtocolError."""
    version, mode = (data[0] >> 3 & 7, data[0] & 7) if data else (0, 0)
    if len(data) < _SIZE or version not in _VERSIONS or mode not in (CLIENT, SERVER):
        raise RemoteProtocolError("not a question or an answer of NTP")
    return Packet(version, mode, data[1], _reference(data[1], data[12:16]))


def begins_ntp(client: bytes, server: bytes) -> bool:
    """Whether datagrams are NTP: of a usual size, and a stratum that exists."""
    return all(
        len(data) == _SIZE and data[0] & 7 == mode and data[0] >> 3 & 7 in (3, 4) and data[1] <= 16
        for data, mode in ((client, CLIENT), (server, SERVER))
        if data
    ) and bool(client or server)


def _reference(stratum: int, identifier: bytes) -> str:
    if stratum > 1:
        return str(ipaddress.IPv4Address(identifier))
    return identifier.rstrip(b"\x00").decode("ascii", "replace")
