"""One frame to the innermost packet that it carries, through every tunnel around it.

Formats: RFC 791 (IPv4), 8200 (IPv6), 9293 (TCP), 768 (UDP), 2784 and 2890 (GRE), 7348
(VXLAN), 8926 (Geneve), 4380 (Teredo), 4213 (6in4), 3032 (MPLS), 3378 (EtherIP), 4302 (AH); 3GPP
TS 29.281 (GTP-U); ERSPAN as draft-foschiano-erspan has it.

Never raises on a frame. What is cut short keeps its true ``length`` and the bytes that
were captured. At most ``DEEPEST`` layers are followed. A tunnel in which
nothing can be read is a packet itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from peppermoth.monitor import link
from peppermoth.monitor.fragments import Fragment, Fragments

DEEPEST: Final = 12
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58

PROTOCOLS: Final = {
    1: "icmp",
    TCP: "tcp",
    UDP: "udp",
    47: "gre",
    50: "esp",
    ICMPV6: "icmpv6",
    132: "sctp",
}
"""How flows of an IP protocol are called; others by ``ip-`` and their number."""


@dataclass(slots=True)
class Packet:
    """The innermost packet of a frame.

    ``layers`` are the addresses of all IP headers, outermost first; the last is its own.
    ``payload`` is what was captured of its ``length`` bytes behind the transport header;
    ``octets`` the length of the IP packet. ``ip`` and ``header`` are the raw headers.
    ``sequence`` and ``flags`` are TCP's, the hardware addresses the link's.
    """

    protocol: int
    layers: tuple[tuple[bytes, bytes], ...]
    source_port: int
    destination_port: int
    payload: bytes
    length: int
    octets: int
    outer: tuple[str, ...] = ()
    sequence: int = 0
    flags: int = 0
    ip: bytes = b""
    header: bytes = b""
    source_hardware: bytes = b""
    destination_hardware: bytes = b""

    @property
    def source(self) -> bytes:
        """The sender's address, 4 or 16 bytes."""
        return self.layers[-1][0]

    @property
    def destination(self) -> bytes:
        """The receiver's address, 4 or 16 bytes."""
        return self.layers[-1][1]

    @property
    def transport(self) -> str:
        """What flows of this protocol are called."""
        return PROTOCOLS.get(self.protocol) or f"ip-{self.protocol}"


class Decoder:
    """Decodes frames one after the other; fragments wait in it for their rest."""

    def __init__(self) -> None:
        self._fragments = Fragments()

    def decode(self, link_type: int, frame: bytes, original: int) -> Packet | link.Carried | None:
        """The innermost packet; what is of use beside IP as it is carried; else None.

        ``original`` is the frame's length on the line.
        """
        return next(self.decode_all(link_type, frame, original), None)

    def decode_all(
        self, link_type: int, frame: bytes, original: int
    ) -> Iterator[Packet | link.Carried]:
        """All innermost packets of a frame, which are several on some links."""
        carried = link.unwrap(link_type, frame)
        while carried is not None:
            found = self._follow(carried, original - len(frame))
            if found is not None:
                yield found
            carried = link.unwrap_next(carried)

    def _follow(self, carried: link.Carried, missing: int) -> Packet | link.Carried | None:
        if carried.ether_type in link.BESIDE_IP:
            return carried
        walk = _Walk(self._fragments, carried.data, missing)
        packet = walk.follow(carried.ether_type, carried.start)
        if packet is not None:
            packet.source_hardware = carried.source
            packet.destination_hardware = carried.destination
        return packet


class _Walk:
    """The way through one frame. ``missing`` is how much of the frame was not captured."""

    def __init__(self, fragments: Fragments, data: bytes, missing: int) -> None:
        self._fragments = fragments
        self._data = data
        self._missing = max(missing, 0)
        self._layers: tuple[tuple[bytes, bytes], ...] = ()
        self._outer: tuple[str, ...] = ()
        self._depth = 0

    def follow(self, ether_type: int, at: int) -> Packet | None:
        """The innermost packet of what begins at ``at``."""
        self._depth += 1
        if self._depth > DEEPEST:
            return None
        match ether_type:
            case link.IPV4:
                return self._ipv4(at)
            case link.IPV6:
                return self._ipv6(at)
            case link.MPLS | 0x8848:
                return self._mpls(at)
            case link.ETHERNET | 0x88BE | 0x22EB:
                carried = link.unwrap_ethernet(self._data, at)
            case link.PPP:
                carried = link.unwrap_ppp(self._data, at)
            case _:
                return None
        if carried is None:
            return None
        return self.follow(carried.ether_type, carried.start)

    def _inside(self, name: str, ether_type: int, at: int) -> Packet | None:
        self._outer = (*self._outer, name)
        return self.follow(ether_type, at)

    def _mpls(self, at: int) -> Packet | None:
        """Labels up to the bottom of the stack, then IP by its version, or Ethernet."""
        data = self._data
        while len(data) >= at + 5 and not data[at + 2] & 1:
            at += 4
        at += 4
        version = data[at] >> 4 if len(data) > at else -1
        if version == 4:
            return self.follow(link.IPV4, at)
        if version == 6:
            return self.follow(link.IPV6, at)
        return self.follow(link.ETHERNET, at + 4 if version == 0 else at)

    def _ipv4(self, at: int) -> Packet | None:
        data = self._data
        if len(data) < at + 20 or data[at] >> 4 != 4:
            return None
        size = (data[at] & 15) * 4
        present = len(data) - at + self._missing
        total = int.from_bytes(data[at + 2 : at + 4], "big") or present
        if size < 20 or total < size or len(data) < at + size:
            return None
        # A packet longer than its frame lost its end elsewhere.
        octets = total
        protocol = data[at + 9]
        self._layers = (*self._layers, (data[at + 12 : at + 16], data[at + 16 : at + 20]))
        header = data[at : at + size]
        placing = int.from_bytes(data[at + 6 : at + 8], "big")
        offset, more = (placing & 0x1FFF) * 8, bool(placing & 0x2000)
        if offset or more:
            key = (data[at + 4 : at + 6], protocol, self._layers)
            piece = data[at + size : at + total]
            fragment = Fragment(offset, piece, total - size, octets, more)
            return self._fragment(key, header, protocol, fragment)
        return self._transport(protocol, header, at + size, at + total, octets)

    def _ipv6(self, at: int) -> Packet | None:
        data = self._data
        if len(data) < at + 40 or data[at] >> 4 != 6:
            return None
        length = int.from_bytes(data[at + 4 : at + 6], "big")
        end = at + 40 + length if length else len(data) + self._missing
        octets = end - at
        self._layers = (*self._layers, (data[at + 8 : at + 24], data[at + 24 : at + 40]))
        following, position = data[at + 6], at + 40
        for _ in range(DEEPEST):
            if following == _FRAGMENT:
                if len(data) < position + 8:
                    return None
                placing = int.from_bytes(data[position + 2 : position + 4], "big")
                offset, more = placing & 0xFFF8, bool(placing & 1)
                following, begin = data[position], position + 8
                if offset or more:
                    key = (data[position + 4 : position + 8], self._layers)
                    fragment = Fragment(offset, data[begin:end], end - begin, octets, more)
                    return self._fragment(key, data[at:position], following, fragment)
                position = begin
            elif following in _EXTENSIONS:
                if len(data) < position + 2:
                    return None
                if following == _AH:
                    self._outer = (*self._outer, "ah")
                unit, extra = _EXTENSIONS[following]
                following, position = data[position], position + (data[position + 1] + extra) * unit
            else:
                break
        if position > end:
            return None
        return self._transport(following, data[at:position], position, end, octets)

    def _fragment(
        self, key: tuple[object, ...], header: bytes, protocol: int, fragment: Fragment
    ) -> Packet | None:
        """Wait for the other fragments; what the first one is of is known from its ports."""
        whole, begin, octets = self._fragments.add(key, fragment)
        if whole is None:
            if not begin:
                return None
            has_ports = protocol in _WITH_PORTS and len(begin) >= 4
            source, destination = _ports(begin, 0) if has_ports else (0, 0)
            return Packet(
                protocol, self._layers, source, destination, b"", 0, octets, self._outer, ip=header
            )
        self._data, self._missing = whole, 0
        packet = self._transport(protocol, header, 0, len(whole), len(whole) + len(header))
        if packet is not None:
            packet.octets = octets
        return packet

    def _transport(self, protocol: int, ip: bytes, at: int, end: int, octets: int) -> Packet | None:
        data = self._data
        tunnel = _TUNNELS.get(protocol)
        if tunnel is not None and (inner := self._attempt(partial(self._tunnel, tunnel, at))):
            return inner
        if protocol == _AH and (
            inner := self._attempt(partial(self._authenticated, ip, at, end, octets))
        ):
            return inner
        source = destination = sequence = flags = 0
        size = 0
        if protocol == TCP:
            if len(data) < at + 20 or end < at + 20:
                return None
            size = (data[at + 12] >> 4) * 4
            if size < 20 or at + size > end:
                return None
            sequence = int.from_bytes(data[at + 4 : at + 8], "big")
            flags = data[at + 13]
        elif protocol in _WITH_PORTS:
            size = 8 if protocol == UDP else 12
            if len(data) < at + size or end < at + size:
                return None
            if protocol == UDP:
                length = int.from_bytes(data[at + 4 : at + 6], "big")
                if 8 <= length < end - at:
                    end = at + length
        if size:
            source, destination = _ports(data, at)
        for port in (destination, source) if protocol == UDP else ():
            reader = _UDP_TUNNELS.get(port)
            found = reader(data, at + 8) if reader else None
            if found is not None and (inner := self._attempt(partial(self._inside, *found))):
                return inner
        begin = at + size
        return Packet(
            protocol,
            self._layers,
            source,
            destination,
            data[begin:end],
            end - begin,
            octets,
            self._outer,
            sequence,
            flags,
            ip,
            data[at:begin],
        )

    def _authenticated(self, ip: bytes, at: int, end: int, octets: int) -> Packet | None:
        """What stands behind an authentication header, which hides nothing."""
        self._depth += 1
        if len(self._data) < at + 12 or self._depth > DEEPEST:
            return None
        self._outer = (*self._outer, "ah")
        unit, extra = _EXTENSIONS[_AH]
        begin = at + (self._data[at + 1] + extra) * unit
        return self._transport(self._data[at], ip, begin, end, octets) if begin <= end else None

    def _tunnel(self, name: str, at: int) -> Packet | None:
        match name:
            case "gre":
                return self._gre(at)
            case "ipip":
                return self._inside(name, link.IPV4, at)
            case "6in4":
                return self._inside(name, link.IPV6, at)
            case "mpls":
                return self._inside(name, link.MPLS, at)
            case _:
                return self._inside(name, link.ETHERNET, at + 2)

    def _gre(self, at: int) -> Packet | None:
        data = self._data
        if len(data) < at + 4:
            return None
        flags, more_flags = data[at], data[at + 1]
        kind = int.from_bytes(data[at + 2 : at + 4], "big")
        at += 4
        if more_flags & 7 == 1:  # PPTP: an acknowledgement instead of a checksum, and last
            at += 4 * bool(flags & 0x20) + 4 * bool(flags & 0x10) + 4 * bool(more_flags & 0x80)
            return self._inside("gre", kind, at)
        at += 4 * bool(flags & 0xC0) + 4 * bool(flags & 0x20) + 4 * bool(flags & 0x10)
        if kind == 0x88BE and flags & 0x10:  # ERSPAN type II; type I has no header
            return self._inside("erspan", link.ETHERNET, at + 8)
        if kind == 0x88BE:
            return self._inside("erspan", link.ETHERNET, at)
        if kind == 0x22EB:
            has_more = len(data) > at + 11 and data[at + 11] & 1
            return self._inside("erspan", link.ETHERNET, at + (20 if has_more else 12))
        return self._inside("gre", kind, at)

    def _attempt(self, follow: Callable[[], Packet | None]) -> Packet | None:
        """The packet in a tunnel; None where none can be read, and nothing has changed then."""
        before = self._layers, self._outer, self._depth, self._data, self._missing
        packet = follow()
        if packet is None:
            self._layers, self._outer, self._depth, self._data, self._missing = before
        return packet


def _ports(data: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")


_Tunnelled = tuple[str, int, int] | None
"""A tunnel's name, the EtherType that it carries, and where that begins."""


def _vxlan(data: bytes, at: int) -> _Tunnelled:
    if len(data) < at + 8 or not data[at] & 8:
        return None
    return "vxlan", link.ETHERNET, at + 8


def _geneve(data: bytes, at: int) -> _Tunnelled:
    if len(data) < at + 8 or data[at] >> 6:
        return None
    kind = int.from_bytes(data[at + 2 : at + 4], "big")
    return "geneve", kind, at + 8 + (data[at] & 0x3F) * 4


def _gtp(data: bytes, at: int) -> _Tunnelled:
    """GTP-U version 1, a user's packet (message type 255) behind its extension headers."""
    if len(data) < at + 9 or data[at] >> 4 != 3 or data[at + 1] != 255:
        return None
    start = at + 8
    if data[at] & 7:
        start += 4
        following = data[start - 1] if data[at] & 4 and len(data) >= start else 0
        for _ in range(DEEPEST):
            if not following or len(data) <= start or not data[start]:
                break
            start += data[start] * 4
            following = data[start - 1] if len(data) >= start else 0
    version = data[start] >> 4 if len(data) > start else 0
    return ("gtp", link.IPV4 if version == 4 else link.IPV6, start) if version in (4, 6) else None


def _teredo(data: bytes, at: int) -> _Tunnelled:
    """Teredo: IPv6 behind an optional authentication and origin."""
    if data[at : at + 2] == b"\x00\x01" and len(data) >= at + 4:
        at += 4 + data[at + 2] + data[at + 3] + 9
    if data[at : at + 2] == b"\x00\x00":
        at += 8
    return ("teredo", link.IPV6, at) if len(data) >= at + 40 and data[at] >> 4 == 6 else None


_UDP_TUNNELS: Final = {2152: _gtp, 3544: _teredo, 4789: _vxlan, 6081: _geneve, 8472: _vxlan}
TUNNEL_PORTS: Final = frozenset(_UDP_TUNNELS)
"""UDP ports of GTP-U, Teredo, VXLAN (IANA's and Linux's) and Geneve."""

_TUNNELS: Final = {4: "ipip", 41: "6in4", 47: "gre", 97: "etherip", 137: "mpls"}
"""IP protocols that carry further packets."""
_WITH_PORTS: Final = frozenset({TCP, UDP, 132})
_FRAGMENT: Final = 44
_AH: Final = 51
_EXTENSIONS: Final = {0: (8, 1), 43: (8, 1), _AH: (4, 2), 60: (8, 1), 135: (8, 1)}
"""Extension headers: the unit of their length, and what is added to it."""
