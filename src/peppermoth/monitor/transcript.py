"""Bytes of one direction that remember which packets they came from.

Observers collect what has arrived here and take complete messages off its front, each
with its packets. Bounded: past ``limit`` bytes nothing more is taken in and
``overflowed`` is true, which an observer must treat as the end of what it can tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from peppermoth.monitor.observation import Place
from peppermoth.wire.reading import Buffer

T = TypeVar("T")

_SHORT = 512
"""So many bytes that a packet has left are copied; more are held to be taken apart in place."""


class Piece(NamedTuple):
    """Bytes of a stream, and where they stood: the packets, and the time of the first."""

    data: bytes
    packets: tuple[int, ...]
    time: float

    @property
    def text(self) -> str:
        """The bytes as text in which every byte has a character; UTF-8 where it is that."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return self.data.decode("latin-1")


def joined(pieces: Iterable[Piece]) -> Piece:
    """Pieces as one; the time is that of the first."""
    every = list(pieces)
    packets = sorted({packet for piece in every for packet in piece.packets})
    time = every[0].time if every else 0.0
    return Piece(b"".join(piece.data for piece in every), tuple(packets), time)


class Transcript:
    """A byte queue with places. ``data`` is what has arrived and was not taken."""

    __slots__ = ("_places", "_starts", "_taken", "data", "limit", "overflowed")

    def __init__(self, limit: int = 64 * 1024) -> None:
        # Most messages lie in one packet, whose bytes are held as they came: nothing is copied.
        self.data: bytes | bytearray = b""
        self.limit = limit
        self.overflowed = False
        self._starts: list[int] = []  # offsets since the first byte ever
        self._places: list[tuple[tuple[int, ...], float]] = []
        self._taken = 0

    def __len__(self) -> int:
        return len(self.data)

    def append(self, data: bytes, packets: tuple[int, ...], time: float) -> None:
        """More bytes, all from these packets; the time is that of the first."""
        if self.overflowed or not data:
            return
        held = self.data
        if len(held) + len(data) > self.limit:
            self.overflowed = True
        elif not held:
            self.data = data
            self._starts, self._places = [self._taken], [(packets, time)]
        else:
            self._starts.append(self._taken + len(held))
            self._places.append((packets, time))
            if not isinstance(held, bytearray):
                self.data = held = bytearray(held)
            held += data

    def take(self, count: int) -> Piece:
        """``count`` bytes off the front; all where there are fewer."""
        packets, time = self._places[0] if self._places else ((), 0.0)
        if len(self._places) > 1:
            end = max(bisect_left(self._starts, self._taken + count), 1)
            packets = tuple(sorted({one for place, _ in self._places[:end] for one in place}))
        return Piece(self.consume(count), packets, time)

    def read(self, decode: Callable[[Buffer], tuple[T, int] | None]) -> tuple[T, Piece] | None:
        """What a decoder of ``wire`` reads at the front, and its bytes; None while bytes miss."""
        if not self.data or (found := decode(self.data)) is None:
            return None
        value, end = found
        return value, self.take(end)

    def consume(self, count: int) -> bytes:
        """The same without their places."""
        data = self.data
        taken = bytes(data[:count])
        self._taken += len(taken)
        if len(taken) == len(data):
            self.data = b""
        elif isinstance(data, bytearray):
            del data[:count]
        else:
            rest = data[count:]
            self.data = bytearray(rest) if len(rest) > _SHORT else rest
        if len(self._places) > 1:
            passed = bisect_right(self._starts, self._taken) - 1
            del self._starts[:passed], self._places[:passed]
        return taken

    def pieces(self) -> Iterator[tuple[bytes, Place]]:
        """What is held, cut at the packets that brought it."""
        edges = [max(start - self._taken, 0) for start in self._starts] + [len(self.data)]
        for (packets, time), start, end in zip(self._places, edges, edges[1:], strict=False):
            yield bytes(self.data[start:end]), Place(packets[0], time)
