"""A visit in clear inside other links: open Wi-Fi, a mobile network, tunnels without a lock.

And what travels beside TCP and UDP.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final

from tests.monitor.frames import (
    DEVICE,
    DEVICE6,
    DEVICE_HARDWARE,
    RESOLVER,
    ROUTER_HARDWARE,
    SITE,
    SITE6,
    ethernet,
    ip,
    ipv4,
    received,
    sent,
    udp,
)  # fmt: skip
from tests.wire.logins import eapol, pap
from tests.wire.wifi_frames import element, management, simple_configuration

ENDS: Final = ("203.0.113.1", "203.0.113.2")
"""Where the tunnels begin and end, which is not at the device."""
RADIOTAP: Final = 127
"""The link type of 802.11 behind a radiotap header."""

_HEAD: Final = bytes((0, 0, 8, 0)) + bytes(4)
_SNAP: Final = b"\xaa\xaa\x03\0\0\0"


def _packet(frame: bytes) -> bytes:
    """What an Ethernet frame carries."""
    return frame[14:]


def _udp(port: int, data: bytes) -> bytes:
    return ethernet(ipv4(*ENDS, 17, udp(port, port, data)))


def _gtp(frame: bytes) -> bytes:
    packet = _packet(frame)
    return _udp(2152, struct.pack(">BBHI", 0x30, 255, len(packet), 7) + packet)


def _gre(frame: bytes) -> bytes:
    return ethernet(ipv4(*ENDS, 47, struct.pack(">HH", 0, 0x0800) + _packet(frame)))


def _vxlan(frame: bytes) -> bytes:
    return _udp(4789, b"\x08" + bytes(7) + frame)


def _pppoe(frame: bytes) -> bytes:
    packet = _packet(frame)
    head = struct.pack(">BBHH", 0x11, 0, 7, len(packet) + 2) + b"\0\x21"
    return frame[:12] + b"\x88\x64" + head + packet


CARRIERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "gtp": _gtp,
    "gre": _gre,
    "vxlan": _vxlan,
    "pppoe": _pppoe,
}
"""How an Ethernet frame of the device is carried."""


def open_wifi(frame: bytes) -> bytes:
    """A data frame of an open network behind a radiotap header, to or from the device."""
    to, source, point = frame[:6], frame[6:12], ROUTER_HARDWARE
    is_sent = source == DEVICE_HARDWARE
    addresses = point + source + to if is_sent else to + point + source
    head = bytes((0x08, 1 if is_sent else 2)) + bytes(2) + addresses + bytes(2)
    return _HEAD + head + _SNAP + frame[12:14] + _packet(frame)


def in_the_air() -> Iterator[bytes]:
    """What the device sends to find its network, behind radiotap headers."""
    says = simple_configuration(
        *((0x1021, b"Moth"), (0x1023, b"M-7")),
        (0x1042, b"canary-serial"),
        (0x1012, b"canary"),
    )
    networks = element(0, b"Moth Cafe")
    for subtype, more in ((4, says), (0, element(48, b"canary"))):
        yield _HEAD + management(subtype, networks, more, station=DEVICE_HARDWARE)


def beside() -> Iterator[bytes]:
    """Logins to the network, a ping, errors that quote the beginning of what did not arrive,
    and IPsec."""
    yield ethernet(eapol(1, b"anna.canary@moth.example"), kind=0x888E)
    yield ethernet(eapol(4, b"\x10canary-password!anna.canary"), kind=0x888E)
    said = b"\xc0\x23" + pap(b"anna.canary", b"canary-password")
    yield ethernet(struct.pack(">BBHH", 0x11, 0, 7, len(said)) + said, kind=0x8864)
    yield sent(1, b"\x08\0\0\0\0\1\0\1canary")
    quoted = ip(DEVICE, SITE, 17, udp(9, 9, b"canary"))
    yield received(1, b"\x03\x03" + bytes(6) + quoted, of=RESOLVER)
    quoted = ip(DEVICE6, SITE6, 17, udp(9, 9, b"canary"))
    yield received(58, b"\x01\x04" + bytes(6) + quoted, of=SITE6, device=DEVICE6)
    for number in range(1, 5):
        yield sent(50, struct.pack(">II", 7, number) + b"canary" * 9)
        yield received(50, struct.pack(">II", 8, number) + b"canary" * 9)
