"""Captures in pcap and pcapng form (``monitor/capture.py``)."""

from __future__ import annotations

import struct

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import LARGEST_FRAME, Capture
from peppermoth.monitor.problems import Kind, Problem
from peppermoth.monitor.sources import Window
from tests.monitor.frames import block, connection, enhanced, interface, pcap, pcapng, section

PERMITTED = (CaptureError,)
FRAMES = connection(b"question", b"answer")[:4]
MIXED = (
    section()
    + block(10, b"secrets")
    + interface(1, snap=60)
    + enhanced(FRAMES[0], 5)
    + block(4, b"names")
    + block(3, struct.pack("<I", 40) + bytes(40))
    + interface(101)
    + block(2, struct.pack("<HHIIII", 1, 0, 0, 7, 20, 20) + bytes(20))
    + section(order=">")
    + interface(147, order=">")
    + enhanced(FRAMES[1], 9, order=">")
)
SEEDS = (pcap(FRAMES), pcap(FRAMES, order=">", nanoseconds=True), pcapng(FRAMES), MIXED)


class Memory:
    """A source in memory, which gives so many bytes at a time."""

    def __init__(self, data: bytes, piece: int, problem: Problem | None) -> None:
        self.problem = problem
        self.rest = data
        self.piece = piece

    def fill(self, room: memoryview) -> int:
        """The next piece."""
        size = min(len(room), self.piece, len(self.rest))
        room[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def fuzz(data: bytes) -> None:
    """What is read is the same in pieces, whole and from a broken source, within the capture."""
    whole, pieces = read(data, len(data) + 1), read(data, 7)
    if read(data, len(data) + 1, Problem(Kind.PACKED_CUT_OFF, {}))[:-1] != whole[:-1]:
        raise AssertionError("a broken source changes what is read")
    if whole != pieces:
        raise AssertionError("a cut changes what is read")


def read(data: bytes, piece: int, problem: Problem | None = None) -> list[object]:
    """All frames, and what was the problem."""
    capture = Capture(Window(Memory(data, piece, problem), len(data)))
    found: list[object] = []
    for shown in capture:
        for number in range(len(shown)):
            frame = shown.frame(number)
            if len(frame) != shown.captured[number] or len(frame) > LARGEST_FRAME:
                raise AssertionError("a frame is not what its header says")
            found.append((shown.first + number, frame, float(shown.times[number])))
    return [*found, capture.problem]
