"""TCP segments that a censor forges: resets and answers in another's name (RFC 9293, 791, 8200).

Both functions take a packet of the flow, as decoded from its Ethernet frame, and give a
whole frame with right checksums: ``onward`` looks like the sender's next segment,
``reply`` like the receiver's answer.
"""

from __future__ import annotations

import struct

from peppermoth.monitor.packets import TCP, Packet

_MASK = 0xFFFFFFFF
_SYN_OR_FIN = 3


def onward(frame: bytes, packet: Packet, flags: int, payload: bytes = b"") -> bytes:
    """What the packet's sender could send in its place."""
    acknowledged = int.from_bytes(packet.header[8:12], "big")
    return _build(
        frame[:12],
        (packet.source, packet.destination),
        (packet.source_port, packet.destination_port),
        (packet.sequence, acknowledged),
        flags,
        payload,
    )


def reply(frame: bytes, packet: Packet, flags: int, payload: bytes = b"") -> bytes:
    """What the packet's receiver could answer."""
    after = packet.sequence + packet.length + (packet.flags & _SYN_OR_FIN).bit_count()
    return _build(
        frame[6:12] + frame[:6],
        (packet.destination, packet.source),
        (packet.destination_port, packet.source_port),
        (int.from_bytes(packet.header[8:12], "big"), after & _MASK),
        flags,
        payload,
    )


def _build(
    hardware: bytes,
    ends: tuple[bytes, bytes],
    ports: tuple[int, int],
    numbers: tuple[int, int],
    flags: int,
    payload: bytes,
) -> bytes:
    segment = struct.pack("!HHIIBBHHH", *ports, *numbers, 5 << 4, flags, 0xFFFF, 0, 0) + payload
    source, destination = ends
    pseudo = source + destination + struct.pack("!II", len(segment), TCP)
    total = _checksum(pseudo + segment)
    segment = segment[:16] + total.to_bytes(2, "big") + segment[18:]
    if len(source) == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, TCP, 0)
        head = head[:10] + _checksum(head + source + destination).to_bytes(2, "big")
        return hardware + b"\x08\x00" + head + source + destination + segment
    head = struct.pack("!IHBB", 6 << 28, len(segment), TCP, 64)
    return hardware + b"\x86\xdd" + head + source + destination + segment


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    data += bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
