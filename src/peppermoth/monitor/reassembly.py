"""TCP's bytes in order: one ``Direction`` for each side of a connection (RFC 9293).

Out of order, repeated and overlapping segments, sequence numbers that wrap. Of bytes
that came twice the first are kept. Bytes that were not captured become a gap once the
other side has acknowledged what lies behind them, or too much waits for them. Without
a SYN the first segment seen is the beginning. Acknowledgements count where they come
with data, since mere ones are not looked at. Bounded: ``MOST_WAITING`` bytes in
``MOST_SEGMENTS`` segments wait in a direction.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from operator import itemgetter
from typing import Final, TypeAlias

from peppermoth.monitor.observation import Place

MOST_WAITING: Final = 128 * 1024
MOST_SEGMENTS: Final = 64

Piece: TypeAlias = tuple[bytes, Place] | None
"""Bytes in order with their place; None for a gap."""

_MASK: Final = 0xFFFFFFFF
_HALF: Final = 0x80000000


def distance(start: int, end: int) -> int:
    """From one sequence number to another, negative where ``end`` lies before ``start``."""
    return ((end - start + _HALF) & _MASK) - _HALF


class Direction:
    """The bytes that one side of a connection sent. ``waiting`` are segments for whose
    bytes others before them are missing; before ``heard`` the other side had everything when
    it last said so, None where it has not."""

    __slots__ = ("_expected", "_held", "_position", "heard", "waiting")

    def __init__(self) -> None:
        self._expected: int | None = None
        self._position = 0  # of the expected byte; positions do not wrap
        self.waiting: list[tuple[int, bytes, int, Place]] = []
        self.heard: int | None = None
        self._held = 0

    def begin(self, sequence: int) -> None:
        """A SYN was seen: its data begins behind ``sequence``."""
        if self._expected is None:
            self._expected = (sequence + 1) & _MASK

    def add(self, sequence: int, data: bytes, length: int, place: Place) -> Sequence[Piece]:
        """A segment of ``length`` bytes, of which ``data`` was captured; what is in order now."""
        expected = self._expected
        if expected is None:
            expected = self._expected = sequence
        ahead = distance(expected, sequence)
        if ahead == 0 and not self.waiting and len(data) == length:
            self._expected = (sequence + length) & _MASK
            self._position += length
            return ((data, place),)
        if ahead + length <= 0:
            return ()
        segment = (self._position + ahead, data, length, place)
        insort(self.waiting, segment, key=itemgetter(0))
        self._held += len(data)
        pieces = self._in_order()
        while self._held > MOST_WAITING or len(self.waiting) > MOST_SEGMENTS:
            pieces += self._over_the_gap()
        return pieces

    def skip(self, count: int) -> Sequence[Piece]:
        """The next ``count`` bytes are not wanted; what is in order behind them."""
        self._advance(self._position + count)
        return self._in_order()

    @property
    def has_begun(self) -> bool:
        """Whether anything of this side was seen."""
        return self._expected is not None

    @property
    def expected(self) -> int:
        """The sequence number of the next byte."""
        return self._expected or 0

    def acknowledged(self, number: int) -> Sequence[Piece]:
        """The other side has everything before ``number``: what is missing stays so."""
        pieces: list[Piece] = []
        while self.waiting and self._expected is not None:
            first = self.waiting[0][0] - self._position
            if distance(self._expected, number) < first:
                break
            pieces += self._over_the_gap()
        return pieces

    def rest(self) -> Sequence[Piece]:
        """The connection is over: what still waits, with its gaps."""
        pieces: list[Piece] = []
        while self.waiting:
            pieces += self._over_the_gap()
        return pieces

    def _over_the_gap(self) -> list[Piece]:
        self._advance(self.waiting[0][0])
        return [None, *self._in_order()]

    def _advance(self, position: int) -> None:
        self._expected = ((self._expected or 0) + position - self._position) & _MASK
        self._position = position

    def _in_order(self) -> list[Piece]:
        """What waits and follows without a hole."""
        pieces: list[Piece] = []
        done = 0
        for position, data, length, place in self.waiting:
            if position > self._position:
                break
            done += 1
            self._held -= len(data)
            if position + length <= self._position:
                continue
            new = data[self._position - position :]
            if new:
                pieces.append((new, place))
            if len(data) < length:
                pieces.append(None)
            self._advance(position + length)
        del self.waiting[:done]
        return pieces
