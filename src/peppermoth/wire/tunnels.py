"""First messages of tunnels that can be recognised: WireGuard, OpenVPN, IPsec, PPTP, L2TP.

WireGuard: the protocol paper, section 5.4, and what wireguard-go 0.0.20220316 sends.
OpenVPN: the description of its wire protocol (opcode in the upper five bits of a
message's first byte). IKE: RFC 2408 section 3.1 and RFC 7296 section 3.1; behind UDP port
4500 with ESP, RFC 3948; the names and hashes of version 1's aggressive mode, RFC 2407
section 4.6.2 and RFC 2409 section 5.4. PPTP: RFC 2637; L2TP: RFC 2661. What the messages protect is
sealed: only their outside is read.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError


class WireGuard(enum.IntEnum):
    """Kinds of WireGuard messages."""

    INITIATION = 1
    RESPONSE = 2
    COOKIE = 3
    DATA = 4


_WIREGUARD_SIZES: Final = {WireGuard.INITIATION: 148, WireGuard.RESPONSE: 92, WireGuard.COOKIE: 64}
_WIREGUARD_AROUND: Final = 32
"""Bytes around a packet: kind, receiver, counter and tag."""
_SMALLEST_MTU: Final = 1280
"""Of an interface that takes IPv6 (RFC 8200, section 5)."""


def decode_wireguard(datagram: bytes) -> WireGuard:
    """The kind of a message. Raises RemoteProtocolError for anything else.

    Packets are padded to 16 bytes, but not beyond the MTU inside: 1420 become 1452.
    """
    kind = int.from_bytes(datagram[:4], "little")
    if len(datagram) < 4 or not 1 <= kind <= 4:
        raise RemoteProtocolError("not a WireGuard message")
    found = WireGuard(kind)
    size = _WIREGUARD_SIZES.get(found)
    if not (len(datagram) == size if size else _fits_wireguard(len(datagram))):
        raise RemoteProtocolError("a WireGuard message of a wrong size")
    return found


def _fits_wireguard(length: int) -> bool:
    packet = length - _WIREGUARD_AROUND
    return packet >= 0 and (packet % 16 == 0 or packet >= _SMALLEST_MTU)


class OpenVpn(NamedTuple):
    """The outside of an OpenVPN control message.

    ``plain`` is whether nothing is wrapped around it, so that ``acknowledges``, the
    session that it answers (empty for none), can be read.
    """

    opcode: int
    session: bytes
    plain: bool
    acknowledges: bytes


RESET_CLIENT: Final = frozenset({7, 10})
RESET_SERVER: Final = 8
_CONTROL: Final = frozenset({3, 4, 5, 7, 8, 10, 11})
_RESET_SIZES: Final = range(42, 4096)
"""Of resets that are authenticated or encrypted; 14 bytes is one that is neither."""


def decode_openvpn(message: bytes) -> OpenVpn:
    """Read a control message (without the length that stands before it on TCP).

    Raises RemoteProtocolError for what cannot be one.
    """
    if len(message) < 14:
        raise RemoteProtocolError("too short for an OpenVPN message")
    opcode, session = message[0] >> 3, message[1:9]
    if opcode not in _CONTROL or message[0] & 7 or not any(session):
        raise RemoteProtocolError("not an OpenVPN control message")
    acknowledged = message[9]
    size = 10 + (4 * acknowledged + 8 if acknowledged else 0)
    number = message[size : size + 4]
    plain = acknowledged <= 8 and len(number) == 4 and number[:3] == bytes(3)
    if opcode in RESET_CLIENT:
        plain = len(message) == 14 and message[9:] == bytes(5)
        if not plain and len(message) not in _RESET_SIZES:
            raise RemoteProtocolError("an OpenVPN reset of a wrong size")
    answered = message[size - 8 : size] if plain and acknowledged else b""
    return OpenVpn(opcode, session, plain, answered)


class Ike(NamedTuple):
    """The header of an IKE message; ``version`` is 1 or 2."""

    version: int
    exchange: int
    initiator: bytes
    responder: bytes


_EXCHANGES: Final = {1: frozenset({0, 1, 2, 3, 4, 5, 6, 32, 33}), 2: frozenset(range(34, 45))}


def decode_ike(datagram: bytes) -> Ike:
    """Read a header; a marker that tells it from ESP is passed over.

    Raises RemoteProtocolError for anything else.
    """
    data = datagram[4:] if datagram[:4] == bytes(4) else datagram
    if len(data) < 28:
        raise RemoteProtocolError("too short for an IKE message")
    version, exchange = data[17] >> 4, data[18]
    if data[17] & 15 or exchange not in _EXCHANGES.get(version, ()):
        raise RemoteProtocolError("not an IKE message")
    if int.from_bytes(data[24:28], "big") != len(data) or not any(data[:8]):
        raise RemoteProtocolError("not an IKE message: its length does not fit")
    return Ike(version, exchange, data[:8], data[8:16])


class IkeIdentity(enum.IntEnum):
    """Kinds of names in IKE that are text."""

    HOST = 2
    MAIL = 3
    KEY = 11


IKE_IDENTITY, IKE_HASH = 5, 8
_AGGRESSIVE: Final = 4
_MOST_PAYLOADS: Final = 32


def aggressive_payloads(datagram: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and body of each part of a message of IKEv1's aggressive mode that is in clear.

    None of other messages. Raises RemoteProtocolError while iterating.
    """
    data = datagram[4:] if datagram[:4] == bytes(4) else datagram
    header = decode_ike(data)
    if header.version != 1 or header.exchange != _AGGRESSIVE or data[19] & 1:
        return
    kind, at = data[16], 28
    for _ in range(_MOST_PAYLOADS):
        if not kind:
            return
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if size < 4 or at + size > len(data):
            raise RemoteProtocolError("a part of an IKE message does not fit in it")
        yield kind, data[at + 4 : at + size]
        kind, at = data[at], at + size


def begins_pptp(data: bytes) -> bool:
    """Whether a side of a connection begins as PPTP's control connection."""
    return data[2:8] == b"\x00\x01\x1a\x2b\x3c\x4d" and int.from_bytes(data[:2], "big") in (156, 16)


def begins_l2tp(datagram: bytes) -> bool:
    """Whether a datagram is an L2TP control message that opens a tunnel or answers."""
    if datagram[:2] != b"\xc8\x02" or len(datagram) < 20:
        return False
    size = int.from_bytes(datagram[2:4], "big")
    message_type = datagram[12:18] == b"\x80\x08\x00\x00\x00\x00"
    return size == len(datagram) and message_type
