"""IP datagrams that came in fragments (RFC 791, RFC 8200 section 4.5).

Of bytes that came twice the first are kept. Bounded: at most ``MOST`` datagrams wait,
of 64 KiB each at most, the oldest give way.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

MOST: Final = 128
LARGEST: Final = 65535
MOST_PIECES: Final = 1024


class Fragments:
    """Datagrams whose fragments have come in part."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Hashable, _Datagram] = OrderedDict()

    def add(self, key: Hashable, offset: int, data: bytes, more: bool) -> bytes | None:
        """A fragment; the whole payload once nothing is missing."""
        if offset + len(data) > LARGEST:
            return None
        datagram = self._waiting.get(key)
        if datagram is None:
            datagram = self._waiting[key] = _Datagram()
            if len(self._waiting) > MOST:
                self._waiting.popitem(last=False)
        whole = datagram.add(offset, data, more)
        if whole is not None or datagram.pieces > MOST_PIECES:
            del self._waiting[key]
        return whole


class _Datagram:
    __slots__ = ("_data", "_end", "_have", "pieces")

    def __init__(self) -> None:
        self._data = bytearray()
        self._have: list[tuple[int, int]] = []  # spans, apart from each other, rising
        self._end = -1
        self.pieces = 0

    def add(self, offset: int, data: bytes, more: bool) -> bytes | None:
        self.pieces += 1
        end = offset + len(data)
        if not more:
            self._end = end
        if len(self._data) < end:
            self._data += bytes(end - len(self._data))
        position = offset
        for start, stop in self._have:
            if start > position:
                self._put(position, min(start, end), data, offset)
            position = max(position, min(stop, end))
        self._put(position, end, data, offset)
        self._have = _joined([*self._have, (offset, end)])
        if self._end >= 0 and self._have[0][0] == 0 and self._have[0][1] >= self._end:
            return bytes(self._data[: self._end])
        return None

    def _put(self, start: int, end: int, data: bytes, offset: int) -> None:
        if start < end:
            self._data[start:end] = data[start - offset : end - offset]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same bytes in spans that do not touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
