"""Frames and captures that the tests of the monitor make: plain builders, layer by layer."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Sequence

DEVICE = "192.168.7.20"
DEVICE6 = "2001:db8:7::20"
RESOLVER = "192.168.7.1"
SITE = "93.184.216.34"
SITE6 = "2001:db8:99::34"
DEVICE_HARDWARE = bytes.fromhex("020000000020")
ROUTER_HARDWARE = bytes.fromhex("020000000001")
BEGIN = 1_700_000_000.0

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def tcp(
    sport: int,
    dport: int,
    data: bytes = b"",
    *,
    seq: int = 0,
    ack: int = 0,
    flags: int = ACK,
    options: bytes = b"",
) -> bytes:
    """A TCP segment; checksums are zero, as with offloading."""
    size = (20 + len(options)) // 4
    numbers = (sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF)
    return struct.pack(">HHIIBBHHH", *numbers, size << 4, flags, 65535, 0, 0) + options + data


def udp(sport: int, dport: int, data: bytes) -> bytes:
    """A UDP datagram."""
    return struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data


def ipv4(
    source: str,
    destination: str,
    protocol: int,
    payload: bytes,
    *,
    options: bytes = b"",
    identification: int = 0,
    offset: int = 0,
    more: bool = False,
    total: int | None = None,
) -> bytes:
    """An IPv4 packet; ``offset`` in bytes."""
    size = 20 + len(options)
    total = size + len(payload) if total is None else total
    placing = offset // 8 | (0x2000 if more else 0)
    ends = (ipaddress.IPv4Address(source).packed, ipaddress.IPv4Address(destination).packed)
    first = struct.pack(">BBHHHBBH", 0x40 | size // 4, 0, total, identification, placing, 64,
                        protocol, 0)  # fmt: skip
    return first + b"".join(ends) + options + payload


def ipv6(source: str, destination: str, following: int, payload: bytes) -> bytes:
    """An IPv6 packet."""
    ends = (ipaddress.IPv6Address(source).packed, ipaddress.IPv6Address(destination).packed)
    return struct.pack(">IHBB", 6 << 28, len(payload), following, 64) + b"".join(ends) + payload


def ip(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    """An IP packet of the version of the addresses."""
    return (ipv6 if ":" in source else ipv4)(source, destination, protocol, payload)


def ethernet(payload: bytes, *, outgoing: bool = True, kind: int | None = None) -> bytes:
    """An Ethernet frame between the device and its router."""
    if kind is None:
        kind = 0x86DD if payload[0] >> 4 == 6 else 0x0800
    ends = (ROUTER_HARDWARE, DEVICE_HARDWARE) if outgoing else (DEVICE_HARDWARE, ROUTER_HARDWARE)
    return b"".join(ends) + kind.to_bytes(2, "big") + payload


def sent(protocol: int, payload: bytes, *, to: str = SITE, device: str = DEVICE) -> bytes:
    """A frame from the device."""
    return ethernet(ip(device, to, protocol, payload))


def received(protocol: int, payload: bytes, *, of: str = SITE, device: str = DEVICE) -> bytes:
    """A frame to the device."""
    return ethernet(ip(of, device, protocol, payload), outgoing=False)


def connection(
    request: bytes, answer: bytes, *, port: int = 80, own_port: int = 50000, size: int = 1000
) -> list[bytes]:
    """A whole TCP connection of the device: handshake, request, answer, end."""
    ours, theirs = 1000, 0xFFFFFF00  # the server's numbers wrap
    frames = [
        sent(6, tcp(own_port, port, seq=ours, flags=SYN)),
        received(6, tcp(port, own_port, seq=theirs, ack=ours + 1, flags=SYN | ACK)),
        sent(6, tcp(own_port, port, seq=ours + 1, ack=theirs + 1)),
    ]
    ours, theirs = ours + 1, theirs + 1
    for at in range(0, len(request), size):
        part = request[at : at + size]
        frames.append(sent(6, tcp(own_port, port, part, seq=ours + at, ack=theirs)))
    ours += len(request)
    for at in range(0, len(answer), size):
        part = answer[at : at + size]
        frames.append(received(6, tcp(port, own_port, part, seq=theirs + at, ack=ours)))
    theirs += len(answer)
    frames += [
        sent(6, tcp(own_port, port, seq=ours, ack=theirs, flags=FIN | ACK)),
        received(6, tcp(port, own_port, seq=theirs, ack=ours + 1, flags=FIN | ACK)),
        sent(6, tcp(own_port, port, seq=ours + 1, ack=theirs + 1)),
    ]
    return frames


def pcap(
    frames: Iterable[bytes],
    *,
    link: int = 1,
    order: str = "<",
    nanoseconds: bool = False,
    step: float = 0.001,
    snap: int = 262144,
) -> bytes:
    """A capture in pcap form, a packet every ``step`` seconds."""
    magic, unit = (0xA1B23C4D, 1e9) if nanoseconds else (0xA1B2C3D4, 1e6)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for number, frame in enumerate(frames):
        seconds, part = divmod(BEGIN + number * step, 1)
        kept = frame[:snap]
        out.append(struct.pack(order + "IIII", int(seconds), int(part * unit), len(kept),
                               len(frame)) + kept)  # fmt: skip
    return b"".join(out)


def block(kind: int, body: bytes, *, order: str = "<") -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def section(*, order: str = "<") -> bytes:
    """A pcapng section header."""
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order=order)


def option(code: int, value: bytes, *, order: str = "<") -> bytes:
    """A pcapng option."""
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(link: int = 1, *options: bytes, order: str = "<", snap: int = 0) -> bytes:
    """A pcapng interface description."""
    ends = option(0, b"", order=order) if options else b""
    body = struct.pack(order + "HHI", link, 0, snap) + b"".join(options) + ends
    return block(1, body, order=order)


def enhanced(
    frame: bytes, ticks: int, number: int = 0, *, order: str = "<", original: int | None = None
) -> bytes:
    """A pcapng packet."""
    size = len(frame) if original is None else original
    times = (ticks >> 32, ticks & 0xFFFFFFFF)
    return block(6, struct.pack(order + "IIIII", number, *times, len(frame), size) + frame,
                 order=order)  # fmt: skip


def pcapng(frames: Sequence[bytes], *, order: str = "<") -> bytes:
    """A capture in pcapng form, with the times of ``pcap``."""
    packets = (
        enhanced(frame, round((BEGIN + number * 0.001) * 1e6), order=order)
        for number, frame in enumerate(frames)
    )
    return section(order=order) + interface(order=order) + b"".join(packets)
