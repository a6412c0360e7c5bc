"""A flow's volume over time: packets and bytes of both sides in spans of some seconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from peppermoth.monitor.observe import SERIES_LIMIT, Volume

STEP: Final = 10
"""The shortest span, in seconds."""


class Series:
    """Spans of ``step`` seconds in order of time, five numbers each."""

    __slots__ = ("_begins", "_counts", "step")

    def __init__(self) -> None:
        self.step = STEP
        self._begins: array[int] = array("q")
        self._counts: array[int] = array("q")

    def add(self, span: int, speaker: int, packets: int, octets: int) -> None:
        """Count packets in the span that begins at ``span * STEP``."""
        span = span * STEP // self.step
        begins = self._begins
        at = len(begins) - 1
        if at < 0 or begins[at] != span:
            at = bisect_left(begins, span)
            if at == len(begins) or begins[at] != span:
                begins.insert(at, span)
                self._counts[4 * at : 4 * at] = array("q", (0, 0, 0, 0))
        self._counts[4 * at + speaker] += packets
        self._counts[4 * at + 2 + speaker] += octets
        if len(begins) > SERIES_LIMIT:
            self._double()

    def _double(self) -> None:
        """Twice as long spans."""
        begins, counts = self._begins, self._counts
        self._begins, self._counts = array("q"), array("q")
        self.step *= 2
        for number, begin in enumerate(begins):
            if not self._begins or self._begins[-1] != begin // 2:
                self._begins.append(begin // 2)
                self._counts.extend((0, 0, 0, 0))
            for column in range(4):
                self._counts[column - 4] += counts[4 * number + column]

    def __iter__(self) -> Iterator[tuple[float, Volume]]:
        for number, begin in enumerate(self._begins):
            one, two, three, four = self._counts[4 * number : 4 * number + 4]
            yield float(begin * self.step), Volume((one, two), (three, four))
