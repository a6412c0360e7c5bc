"""How the decoders of this room read: a cursor over bytes that are all there, and a
reader that turns a decoder into one for a stream that arrives in pieces.

A ``StreamReader`` holds what was fed and not yet read: once it has been iterated to
the end, that is less than one value, whose size its decoder bounds. It answers the
same however the stream was cut, also where it is broken: the values before the
broken one come first, then RemoteProtocolError, and again on every later call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeAlias, TypeVar

from peppermoth.errors import RemoteProtocolError

Buffer: TypeAlias = bytes | bytearray | memoryview
T = TypeVar("T")


class Cursor:
    """A position in a complete message. Reading past its end raises RemoteProtocolError."""

    __slots__ = ("_data", "pos")

    def __init__(self, data: bytes, pos: int = 0) -> None:
        self._data = data
        self.pos = pos

    @property
    def left(self) -> int:
        """How many bytes are still unread."""
        return len(self._data) - self.pos

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        start = self.pos
        end = start + size
        if end > len(self._data):
            raise RemoteProtocolError("a length points past the end of its message")
        self.pos = end
        return self._data[start:end]

    def integer(self, size: int) -> int:
        """An unsigned integer of ``size`` bytes in network order."""
        return int.from_bytes(self.take(size))

    def vector(self, prefix: int) -> bytes:
        """Bytes that stand behind their length, itself an integer of ``prefix`` bytes."""
        start = self.pos + prefix
        end = start + int.from_bytes(self._data[self.pos : start])
        if end > len(self._data):  # or the length itself is cut
            raise RemoteProtocolError("a length points past the end of its message")
        self.pos = end
        return self._data[start:end]

    def finish(self) -> None:
        """Raise RemoteProtocolError if bytes are left."""
        if self.pos < len(self._data):
            raise RemoteProtocolError("a message is longer than what it holds")


class StreamReader(Generic[T]):
    """Values of one kind out of stream bytes in any cut.

    ``decode`` takes a buffer and returns the value at its start with the position
    after it, or None while bytes are missing.
    """

    def __init__(self, decode: Callable[[Buffer], tuple[T, int] | None]) -> None:
        self._decode = decode
        self._held = bytearray()

    @property
    def pending(self) -> int:
        """Bytes that were fed and belong to no value yet."""
        return len(self._held)

    def feed(self, data: Buffer) -> Iterator[T]:
        """Take ``data`` and yield every value that is now complete.

        The iterator may be left early; the next call goes on where it stopped.
        Raises RemoteProtocolError while iterating, where the stream is broken.
        """
        self._held += data
        return self._values()

    def _values(self) -> Iterator[T]:
        while self._held and (found := self._decode(self._held)) is not None:
            value, end = found
            del self._held[:end]
            yield value


class Pieces:
    """Bytes that arrive with their offset, in any order, also twice. What came first stays.

    ``joined`` are those from offset 0 on without a hole. Bounded: ``limit`` bytes, and
    ``MAX_WAITING`` pieces behind a hole.
    """

    MAX_WAITING = 64

    def __init__(self, limit: int) -> None:
        self.joined = bytearray()
        self._limit = limit
        self._waiting: list[tuple[int, bytes]] = []

    def add(self, offset: int, data: bytes) -> None:
        """One more piece. Raises RemoteProtocolError past a bound, and keeps what it has."""
        if offset + len(data) > self._limit:
            raise RemoteProtocolError("a piece lies behind the end of its message")
        if offset > len(self.joined):
            if len(self._waiting) == self.MAX_WAITING:
                raise RemoteProtocolError("too many pieces behind a hole")
            self._waiting.append((offset, data))
            return
        self.joined += data[len(self.joined) - offset :]
        waiting, self._waiting = sorted(self._waiting, key=lambda piece: piece[0]), []
        for start, piece in waiting:
            if start <= len(self.joined):
                self.joined += piece[len(self.joined) - start :]
            else:
                self._waiting.append((start, piece))
