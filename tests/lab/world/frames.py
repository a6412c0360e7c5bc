"""Frames for tests of the monitor: TCP and UDP as a client and a server would send them."""

from __future__ import annotations

import struct

from peppermoth.lab.world import forging
from peppermoth.monitor.open_flow import ACK, SYN
from peppermoth.monitor.packets import Decoder, Packet

CLIENT, SERVER = b"\x0a\x4d\x01\x02", b"\x0a\x4d\x04\x02"
HARDWARE = b"\x02\0\0\0\0\1\x02\0\0\0\0\2"


def tcp(
    payload: bytes = b"",
    *,
    up: bool = True,
    port: int = 40000,
    server_port: int = 443,
    flags: int = ACK,
    sequence: int = 1000,
    acknowledged: int = 2000,
) -> bytes:
    """A segment of a connection."""
    ends, ports = (CLIENT, SERVER), (port, server_port)
    if not up:
        ends, ports = ends[::-1], ports[::-1]
    seed = Packet(
        6,
        (ends,),
        *ports,
        b"",
        0,
        0,
        sequence=sequence,
        header=bytes(8) + acknowledged.to_bytes(4, "big"),
    )
    return forging.onward(HARDWARE, seed, flags, payload)


def syn(port: int = 40000, **other: int) -> bytes:
    """The first segment of a connection."""
    return tcp(flags=SYN, port=port, sequence=999, **other)


def udp(payload: bytes, *, up: bool = True, port: int = 40000, server_port: int = 53) -> bytes:
    """A datagram."""
    (source, destination), ports = (CLIENT, SERVER), (port, server_port)
    if not up:
        (source, destination), ports = (SERVER, CLIENT), ports[::-1]
    size = 8 + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + size, 0, 0, 64, 17, 0) + source + destination
    return HARDWARE + b"\x08\0" + head + struct.pack("!HHHH", *ports, size, 0) + payload


def decoded(frame: bytes) -> Packet:
    """What the monitor's own decoder reads in a frame."""
    found = Decoder().decode(1, frame, len(frame))
    assert isinstance(found, Packet)
    return found
