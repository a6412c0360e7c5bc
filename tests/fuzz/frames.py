"""Frames of every link, one by one and as columns (``monitor/packets.py``, ``columns.py``)."""

from __future__ import annotations

import struct

import numpy as np

from peppermoth.monitor import link
from peppermoth.monitor.capture import Block
from peppermoth.monitor.columns import as_packet, common
from peppermoth.monitor.packets import Decoder
from peppermoth.monitor.sources import MARGIN
from tests.monitor.frames import DEVICE, SITE, ethernet, ipv4, ipv6, sent, tcp, udp

PERMITTED = ()
LINKS = [number for number in range(300) if link.is_known(number)]


def _on_ethernet(frame: bytes) -> bytes:
    return bytes([LINKS.index(1)]) + frame


_PACKET = b"\xaa\xaa\x03\0\0\0\x08\0" + ipv4(SITE, DEVICE, 17, udp(1, 2, b"part"))
_PART = bytes(12) + len(_PACKET).to_bytes(2, "big") + _PACKET
SEEDS = (
    _on_ethernet(sent(6, tcp(50000, 443, b"hello", options=bytes(4)))),
    _on_ethernet(
        ethernet(ipv6("fe80::1", "fe80::2", 0, b"\x2c\0" + bytes(6) + b"\x11" + bytes(40)))
    ),
    _on_ethernet(sent(47, b"\0\0\x08\0" + ipv4(SITE, DEVICE, 17, udp(1, 2, b"x")))),
    _on_ethernet(sent(17, udp(2152, 2152, struct.pack(">BBHI", 0x34, 255, 0, 1) + bytes(40)))),
    bytes([LINKS.index(127)]) + b"\0\0\x08\0\0\0\0\0\x40\0" + bytes(40),
    bytes([LINKS.index(105)]) + b"\x88\x01" + bytes(22) + b"\x80\0" + _PART + bytes(2) + _PART,
    _on_ethernet(ethernet(ipv4(DEVICE, SITE, 17, udp(1, 2, bytes(8)), more=True))),
)


def fuzz(data: bytes) -> None:
    """Nothing raises, and columns say what the decoder says."""
    if not data:
        return
    number, frame = LINKS[data[0] % len(LINKS)], data[1:]
    found = list(Decoder().decode_all(number, frame, len(frame)))
    if len(found) > 1 + len(frame) // 16:
        raise AssertionError("more packets than a frame can carry")
    decoded = found[0] if found else None
    one = np.ones(1, dtype=np.int64)
    block = Block(
        bytearray(frame + bytes(MARGIN)),
        1,
        0 * one,
        len(frame) * one,
        len(frame) * one,
        np.zeros(1),
        number * one,
    )
    columns = common(block)
    if len(columns.index) and as_packet(block, columns, 0) != decoded:
        raise AssertionError("columns and decoder disagree")
