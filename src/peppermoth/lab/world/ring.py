"""An interface's Ethernet frames, shared with the kernel: AF_PACKET with a ring (packet(7)).

A ``Ring`` (TPACKET_V2) hands over what arrives without a system call a frame, with the
kernel's own time of arrival. What is sent goes straight to the device. Linux, as root.

Limits: ``SLOTS`` frames of at most ``SLOT - 80`` bytes wait; what comes while all are
full is lost, and ``lost`` counts it.
"""

from __future__ import annotations

import mmap
import socket
import struct
from collections.abc import Iterator
from typing import Final

SLOTS: Final = 8192
SLOT: Final = 2048
_BLOCK: Final = 1 << 16

_SOL_PACKET: Final = 263
_RX_RING: Final = 5
_STATISTICS: Final = 6
_VERSION: Final = 10
_QDISC_BYPASS: Final = 20
_IGNORE_OUTGOING: Final = 23
_EVERY_PROTOCOL: Final = 0x0003
_FOR_US: Final = 1
# struct tpacket2_hdr: status, length, captured, where the frame begins, network, seconds, ns
_HEADER: Final = struct.Struct("=IIIHHII")


class Ring:
    """Receives from and sends to one interface of the network namespace it is made in."""

    def __init__(self, interface: str) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        # Version 2 of the ring is number 1.
        self._socket.setsockopt(_SOL_PACKET, _VERSION, 1)
        self._socket.setsockopt(_SOL_PACKET, _IGNORE_OUTGOING, 1)
        self._socket.setsockopt(_SOL_PACKET, _QDISC_BYPASS, 1)
        size = SLOTS * SLOT
        request = struct.pack("=IIII", _BLOCK, size // _BLOCK, SLOT, SLOTS)
        self._socket.setsockopt(_SOL_PACKET, _RX_RING, request)
        self._ring = mmap.mmap(self._socket.fileno(), size)
        self._at = 0
        self._lost = 0
        self._socket.setblocking(False)
        self._socket.bind((interface, _EVERY_PROTOCOL))

    def fileno(self) -> int:
        """For ``select``: readable when a frame waits."""
        return self._socket.fileno()

    def take(self, limit: int) -> Iterator[tuple[float, bytes]]:
        """At most ``limit`` frames that wait, each with its arrival in seconds since 1970."""
        ring, at, last = self._ring, self._at, SLOTS * SLOT
        for _ in range(limit):
            status, _, size, begin, _, seconds, nanoseconds = _HEADER.unpack_from(ring, at)
            if not status & _FOR_US:
                break
            frame = ring[at + begin : at + begin + size]
            ring[at : at + 4] = b"\0\0\0\0"
            self._at = at = (at + SLOT) % last
            yield seconds + nanoseconds * 1e-9, frame

    def send(self, frame: bytes) -> bool:
        """Put a frame on the wire; whether the device took it."""
        try:
            self._socket.send(frame)
        except OSError:  # the interface is down, or its queue full: a wire loses frames too
            return False
        return True

    @property
    def lost(self) -> int:
        """Frames that found every slot full, since the beginning."""
        # Reading the counters sets them to zero.
        _, lost = struct.unpack("=II", self._socket.getsockopt(_SOL_PACKET, _STATISTICS, 8))
        self._lost += lost
        return self._lost

    def close(self) -> None:
        """Let go of the interface."""
        self._ring.close()
        self._socket.close()
