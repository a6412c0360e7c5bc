"""Captures in pcap and pcapng form (``monitor/capture.py``)."""

from __future__ import annotations

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import LARGEST_FRAME, Capture
from peppermoth.monitor.sources import Window
from tests.monitor.frames import connection, pcap, pcapng

PERMITTED = (CaptureError,)
FRAMES = connection(b"question", b"answer")[:4]
SEEDS = (pcap(FRAMES), pcap(FRAMES, order=">", nanoseconds=True), pcapng(FRAMES))


class Memory:
    """A source in memory, which gives so many bytes at a time."""

    problem = None

    def __init__(self, data: bytes, piece: int) -> None:
        self.rest = data
        self.piece = piece

    def fill(self, room: memoryview) -> int:
        """The next piece."""
        size = min(len(room), self.piece, len(self.rest))
        room[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def fuzz(data: bytes) -> None:
    """What is read is the same in pieces and whole, and lies within the capture."""
    whole, pieces = read(data, len(data) + 1), read(data, 7)
    if whole != pieces:
        raise AssertionError("a cut changes what is read")


def read(data: bytes, piece: int) -> list[object]:
    """All frames, and what was the problem."""
    capture = Capture(Window(Memory(data, piece), len(data)))
    found: list[object] = []
    for block in capture:
        for number in range(len(block)):
            frame = block.frame(number)
            if len(frame) != block.captured[number] or len(frame) > LARGEST_FRAME:
                raise AssertionError("a frame is not what its header says")
            found.append((block.first + number, frame, float(block.times[number])))
    return [*found, capture.problem]
