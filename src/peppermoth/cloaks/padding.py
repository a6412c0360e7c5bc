"""Cutting and filling the first writes of a session after an AnyTLS padding scheme.

Each turn's frames are one *packet* of the scheme. Its line gives the plaintext
sizes of the writes; where data runs out, a waste frame fills up. Deviations from
the reference implementation: sizes are exact and inclusive, and the bridge shapes
its own direction with the same scheme.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from peppermoth.wire.anytls import CHECK, HEADER, PaddingScheme, waste

Draw: TypeAlias = Callable[[int, int], int]
"""A random whole number between two bounds, both included."""


class Padder:
    """Shapes one direction of one session. ``count`` is the number of the next packet."""

    __slots__ = ("_draw", "_scheme", "count", "done")

    def __init__(self, scheme: PaddingScheme, draw: Draw, count: int) -> None:
        self._scheme = scheme
        self._draw = draw
        self.count = count
        self.done = count >= scheme.stop

    def authentication_padding(self) -> int:
        """How many bytes of padding packet 0 carries."""
        spans = self._scheme.lines.get(0, ())
        return sum(self._draw(span.low, span.high) for span in spans if span is not CHECK)

    def shape(self, frames: bytes) -> list[bytes]:
        """The writes that carry ``frames``, which are whole frames and not empty."""
        spans = self._scheme.lines.get(self.count, ())
        self.count += 1
        self.done = self.count >= self._scheme.stop
        writes: list[bytes] = []
        start = 0
        for span in spans:
            if span is CHECK:
                if start >= len(frames):
                    break
                continue
            size = self._draw(span.low, span.high)
            piece = frames[start : start + size]
            start += len(piece)
            missing = size - len(piece)
            if missing >= HEADER.size:
                piece += waste(missing)
            if piece:
                writes.append(piece)
        if start < len(frames):
            writes.append(frames[start:])
        return writes
