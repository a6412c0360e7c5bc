"""IP datagrams that came in fragments (RFC 791, RFC 8200 section 4.5).

Of bytes that came twice the first are kept. Bounded: at most ``MOST`` datagrams wait,
of 64 KiB each at most, the oldest give way. Only the first fragment says what a datagram
is of (its ports); octets of others wait for it, and are not counted where it never comes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, NamedTuple

MOST: Final = 128
LARGEST: Final = 65535
MOST_PIECES: Final = 1024


class Fragment(NamedTuple):
    """``data`` is what was captured of its ``size`` bytes, ``octets`` the length of its packet."""

    offset: int
    data: bytes
    size: int
    octets: int
    more: bool


class Arrived(NamedTuple):
    """What a fragment leads to.

    ``whole`` is the payload of its datagram once nothing is missing, ``begin`` what was
    captured of its first fragment, empty while that is missing. ``octets`` are those that
    can be counted now, as it is known what they are of.
    """

    whole: bytes | None
    begin: bytes
    octets: int


class Fragments:
    """Datagrams whose fragments have come in part."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Hashable, _Datagram] = OrderedDict()

    def add(self, key: Hashable, fragment: Fragment) -> Arrived:
        """A fragment of the datagram that has this key."""
        datagram = self._waiting.get(key)
        if datagram is None:
            datagram = self._waiting[key] = _Datagram()
            if len(self._waiting) > MOST:
                self._waiting.popitem(last=False)
        arrived = datagram.add(fragment)
        if arrived.whole is not None or datagram.pieces > MOST_PIECES:
            del self._waiting[key]
        return arrived


class _Datagram:
    __slots__ = ("_begin", "_data", "_end", "_have", "_octets", "pieces")

    def __init__(self) -> None:
        self._begin = b""
        self._octets = 0
        self._data = bytearray()
        self._have: list[tuple[int, int]] = []  # spans, apart from each other, rising
        self._end = -1
        self.pieces = 0

    def add(self, fragment: Fragment) -> Arrived:
        self.pieces += 1
        if not fragment.offset:
            self._begin = fragment.data
        octets = self._octets + fragment.octets
        self._octets = 0 if self._begin else octets
        cut = len(fragment.data) != fragment.size
        if cut or fragment.offset + fragment.size > LARGEST:
            return Arrived(None, self._begin, octets)
        whole = self._join(fragment.offset, fragment.data, fragment.more)
        return Arrived(whole, self._begin, octets)

    def _join(self, offset: int, data: bytes, more: bool) -> bytes | None:
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
