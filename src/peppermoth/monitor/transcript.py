"""Bytes of one direction that remember which packets they came from.

Observers collect what has arrived here, read complete messages off its front and
name the packets of each. Bounded: past ``limit`` bytes nothing more is taken and
``overflowed`` is true, which an observer must treat as the end of what it can tell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from peppermoth.monitor.observation import Place


class Transcript:
    """A byte queue with places. ``data`` is what has arrived and was not consumed."""

    __slots__ = ("_places", "_starts", "_taken", "data", "limit", "overflowed")

    def __init__(self, limit: int = 64 * 1024) -> None:
        self.data = bytearray()
        self.limit = limit
        self.overflowed = False
        self._starts: list[int] = []  # offsets since the first byte ever
        self._places: list[Place] = []
        self._taken = 0

    def __len__(self) -> int:
        return len(self.data)

    def append(self, data: bytes, place: Place) -> None:
        """More bytes, all from one packet."""
        if self.overflowed or not data:
            return
        if len(self.data) + len(data) > self.limit:
            self.overflowed = True
            return
        self._starts.append(self._taken + len(self.data))
        self._places.append(place)
        self.data += data

    def places(self, start: int, end: int) -> tuple[Place, ...]:
        """Where the bytes from ``start`` to ``end`` of ``data`` came from."""
        if len(self._places) == 1:
            return tuple(self._places)
        first = bisect_right(self._starts, self._taken + start) - 1
        last = bisect_right(self._starts, self._taken + max(start, end - 1)) - 1
        return tuple(self._places[max(first, 0) : last + 1])

    def packets(self, start: int, end: int) -> tuple[int, ...]:
        """The numbers of the packets that hold these bytes, rising and without repetition."""
        return tuple(sorted({place.packet for place in self.places(start, end)}))

    def pieces(self) -> Iterator[tuple[bytes, Place]]:
        """What is held, cut at the packets that brought it."""
        edges = [max(start - self._taken, 0) for start in self._starts] + [len(self.data)]
        for place, start, end in zip(self._places, edges, edges[1:], strict=False):
            yield bytes(self.data[start:end]), place

    def consume(self, count: int) -> bytes:
        """Take ``count`` bytes off the front."""
        taken = bytes(self.data[:count])
        del self.data[:count]
        self._taken += len(taken)
        if len(self._places) > 1:
            keep = max(bisect_right(self._starts, self._taken) - 1, 0)
            del self._starts[:keep], self._places[:keep]
        return taken
