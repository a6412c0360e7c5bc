"""The links that captures come from: what a frame carries, from whom to whom.

Formats: the LINKTYPE registry of tcpdump.org; IEEE 802.3, 802.1Q, 802.11; radiotap.org;
RFC 1661 and 1662 (PPP), 2516 (PPPoE). ``unwrap`` takes one frame to the EtherType that
it carries. Encrypted 802.11 data carries nothing that can be read. Never raises on a
frame: what is cut or malformed carries nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

IPV4: Final = 0x0800
ARP: Final = 0x0806
IPV6: Final = 0x86DD
MPLS: Final = 0x8847
ETHERNET: Final = 0x6558
"""Transparent Ethernet bridging: a whole Ethernet frame."""
PPP: Final = 0x880B
WIFI: Final = -1
"""Stands where an EtherType would: an 802.11 management frame."""
EAPOL: Final = 0x888E
PAP: Final = -2
CHAP: Final = -3
"""Stand where an EtherType would: logins of PPP."""
BESIDE_IP: Final = frozenset({ARP, WIFI, EAPOL, PAP, CHAP})
"""What is of use although it holds no packet of IP."""

VLAN_TAGS: Final = frozenset({0x8100, 0x88A8, 0x9100, 0x9200})
_PPPOE_SESSION: Final = 0x8864
_PPP_PROTOCOLS: Final = {0x21: IPV4, 0x57: IPV6, 0x281: MPLS, 0xC023: PAP, 0xC223: CHAP}
_FAMILIES: Final = {2: IPV4, 10: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}
"""Address families of IP as Linux and the BSDs number them."""


class Carried(NamedTuple):
    """What a frame carries: its EtherType and where that begins in ``data``.

    Hardware addresses are empty where the link has none. ``following`` is where the next of
    several packets in one frame begins, 0 where there is none.
    """

    ether_type: int
    data: bytes
    start: int
    source: bytes = b""
    destination: bytes = b""
    following: int = 0


def unwrap(link: int, frame: bytes) -> Carried | None:
    """What a frame of a link type carries; None where it is cut, sealed or unknown."""
    reader = _LINKS.get(link)
    return reader(frame, 0) if reader else None


def unwrap_next(carried: Carried) -> Carried | None:
    """The next packet of a frame that carries several; None behind the last."""
    return _subframe(carried.data, carried.following) if carried.following else None


def network_of(management: Carried) -> bytes:
    """The hardware address of the access point whose network an 802.11 frame is of.

    ff:ff:ff:ff:ff:ff where it is of any network.
    """
    return management.data[management.start + 16 : management.start + 22]


def is_known(link: int) -> bool:
    """Whether frames of this link type can be read."""
    return link in _LINKS


def unwrap_ethernet(frame: bytes, at: int) -> Carried | None:
    """An Ethernet frame, with tags, LLC and PPPoE taken off."""
    if len(frame) < at + 14:
        return None
    found = _typed(frame, at + 12)
    if found is None:
        return None
    ether_type, start = found
    return Carried(ether_type, frame, start, frame[at + 6 : at + 12], frame[at : at + 6])


def unwrap_ppp(frame: bytes, at: int) -> Carried | None:
    """A PPP frame, with or without its HDLC-like address and control."""
    if frame[at : at + 2] == b"\xff\x03":
        at += 2
    size = 1 if frame[at : at + 1] and frame[at] & 1 else 2
    protocol = int.from_bytes(frame[at : at + size], "big")
    if protocol not in _PPP_PROTOCOLS:
        return None
    return Carried(_PPP_PROTOCOLS[protocol], frame, at + size)


def _typed(frame: bytes, at: int) -> tuple[int, int] | None:
    """The EtherType at ``at`` and what follows, behind all tags."""
    for _ in range(_DEEPEST):
        kind = int.from_bytes(frame[at : at + 2], "big")
        at += 2
        if kind in VLAN_TAGS:
            at += 2
        elif kind < 1536:
            return _logical(frame, at)
        elif kind == _PPPOE_SESSION:
            inner = unwrap_ppp(frame, at + 6)
            return (inner.ether_type, inner.start) if inner else None
        else:
            return kind, at
    return None


def _logical(frame: bytes, at: int) -> tuple[int, int] | None:
    """LLC with SNAP (IEEE 802.2), where it carries an EtherType."""
    if frame[at : at + 3] != b"\xaa\xaa\x03" or len(frame) < at + 8:
        return None
    return int.from_bytes(frame[at + 6 : at + 8], "big"), at + 8


def _raw(frame: bytes, at: int) -> Carried | None:
    version = frame[at] >> 4 if len(frame) > at else 0
    if version not in (4, 6):
        return None
    return Carried(IPV4 if version == 4 else IPV6, frame, at)


def _loopback(frame: bytes, at: int) -> Carried | None:
    """BSD loopback: an address family, in the byte order of whoever captured."""
    family = frame[at : at + 4]
    ether_type = _FAMILIES.get(int.from_bytes(family, "big")) or _FAMILIES.get(
        int.from_bytes(family, "little")
    )
    return Carried(ether_type, frame, at + 4) if ether_type else None


def _cisco(frame: bytes, at: int) -> Carried | None:
    """Cisco HDLC: address, control, EtherType."""
    found = _typed(frame, at + 2)
    return Carried(found[0], frame, found[1]) if found else None


def _cooked(frame: bytes, at: int) -> Carried | None:
    """Linux cooked capture, version 1."""
    if len(frame) < at + 16 or (found := _typed(frame, at + 14)) is None:
        return None
    size = min(int.from_bytes(frame[at + 4 : at + 6], "big"), 8)
    source = frame[at + 6 : at + 6 + size] if size == 6 else b""
    return Carried(found[0], frame, found[1], source)


def _cooked2(frame: bytes, at: int) -> Carried | None:
    """Linux cooked capture, version 2: the EtherType comes first."""
    if len(frame) < at + 20:
        return None
    ether_type, start = int.from_bytes(frame[at : at + 2], "big"), at + 20
    if ether_type in VLAN_TAGS:
        found = _typed(frame, start + 2)
        if found is None:
            return None
        ether_type, start = found
    source = frame[at + 12 : at + 18] if frame[at + 11] == 6 else b""
    return Carried(ether_type, frame, start, source)


def _radiotap(frame: bytes, at: int) -> Carried | None:
    """802.11 behind a radiotap header, which says whether a checksum ends the frame."""
    if len(frame) < at + 8:
        return None
    length = int.from_bytes(frame[at + 2 : at + 4], "little")
    first_present = int.from_bytes(frame[at + 4 : at + 8], "little")
    present, fields = first_present, at + 8
    while present >> 31 and len(frame) >= fields + 4:
        present = int.from_bytes(frame[fields : fields + 4], "little")
        fields += 4
    if first_present & 1:  # a clock of eight bytes, aligned
        fields = fields + (at - fields) % 8 + 8
    if first_present & 2 and len(frame) > fields and frame[fields] & 0x10:
        frame = frame[:-4]
    return _wifi(frame, at + length)


def _prism(frame: bytes, at: int) -> Carried | None:
    return _wifi(frame, at + 144)


def _avs(frame: bytes, at: int) -> Carried | None:
    return _wifi(frame, at + int.from_bytes(frame[at + 4 : at + 8], "big"))


def _per_packet(frame: bytes, at: int) -> Carried | None:
    """PPI: a header that names the link type of what follows."""
    length = int.from_bytes(frame[at + 2 : at + 4], "little")
    return _nested(int.from_bytes(frame[at + 4 : at + 8], "little"), frame, at + length)


def _packet_tap(frame: bytes, at: int) -> Carried | None:
    """Apple's PKTAP, as its remote interfaces of phones give."""
    length = int.from_bytes(frame[at : at + 4], "little")
    return _nested(int.from_bytes(frame[at + 8 : at + 12], "little"), frame, at + length)


def _nested(link: int, frame: bytes, at: int) -> Carried | None:
    reader = _LINKS.get(link)
    if reader is None or reader in (_per_packet, _packet_tap):
        return None
    return reader(frame, at)


def _wifi(frame: bytes, at: int) -> Carried | None:
    """An 802.11 frame: management whole, data where it is not encrypted."""
    if len(frame) < at + 24:
        return None
    control, flags = frame[at], frame[at + 1]
    kind, subtype = control >> 2 & 3, control >> 4
    one, two, three = (frame[at + n : at + n + 6] for n in (4, 10, 16))
    if kind == 0:
        return Carried(WIFI, frame, at, two, one)
    sealed, empty = flags & 0x40, subtype & 4
    if kind != 2 or sealed or empty:
        return None
    to_network, from_network = flags & 1, flags & 2
    start = at + 24
    source, destination = two, one
    if to_network and from_network:
        source, destination = frame[start : start + 6], three
        start += 6
    elif to_network:
        destination = three
    elif from_network:
        source = three
    if subtype & 8:
        aggregated = frame[start : start + 1] and frame[start] & 0x80
        start += 2 + (4 if flags & 0x80 else 0)
        if aggregated:
            return _subframe(frame, start)
    found = _logical(frame, start)
    return Carried(found[0], frame, found[1], source, destination) if found else None


def _subframe(frame: bytes, at: int) -> Carried | None:
    """The next packet of an A-MSDU (IEEE 802.11, 9.3.2.2.2), behind its addresses and length."""
    while len(frame) >= at + 14:
        length = int.from_bytes(frame[at + 12 : at + 14], "big")
        following = at + (14 + length + 3) // 4 * 4
        found = _logical(frame, at + 14) if length else None
        if found:
            source, destination = frame[at + 6 : at + 12], frame[at : at + 6]
            return Carried(found[0], frame, found[1], source, destination, following)
        at = following
    return None


_DEEPEST: Final = 8

_LINKS: Final[dict[int, Callable[[bytes, int], Carried | None]]] = {
    0: _loopback,
    1: unwrap_ethernet,
    9: unwrap_ppp,
    12: _raw,
    14: _raw,
    50: unwrap_ppp,
    51: lambda frame, at: unwrap_ppp(frame, at + 6),
    101: _raw,
    104: _cisco,
    105: _wifi,
    108: _loopback,
    113: _cooked,
    119: _prism,
    127: _radiotap,
    163: _avs,
    192: _per_packet,
    228: _raw,
    229: _raw,
    258: _packet_tap,
    276: _cooked2,
}
"""Link types by their number in captures."""
