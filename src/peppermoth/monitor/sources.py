"""Where a capture's bytes come from: a file, a pipe, either of them compressed with gzip.

A ``Window`` shows a source piece by piece in one buffer, so that a capture of any size
takes the same memory; where it is wanted, it also computes the SHA-256 of what was read,
which takes about as long as everything else that reading does. A gzip stream is unpacked as
it is read and left off where it unpacks to absurdly much.
"""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from io import FileIO
from itertools import cycle
from mmap import mmap
from typing import Final, Protocol, TypeAlias

from peppermoth.errors import CaptureError
from peppermoth.monitor.problems import Kind, Problem

WINDOW: Final = 8 * 1024 * 1024
"""Bytes of a capture that are in memory at a time."""

SMALLEST: Final = 512 * 1024
"""The smallest buffer."""

HEADROOM: Final = 512 * 1024
"""Room before what is read, for the rest of what was read before: more than any frame."""

MARGIN: Final = 256
"""Bytes behind the window's end that may be looked at, so that whole rows can be gathered."""

Room: TypeAlias = bytearray | mmap
"""Where bytes of a capture lie."""

PIECE: Final = 256 * 1024
LARGE: Final = 1024 * 1024
"""Bytes that are worth being digested by another thread; more than a piece."""

GZIP_MAGIC: Final = b"\x1f\x8b"
BOMB_SIZE: Final = 256 * 1024 * 1024
BOMB_RATIO: Final = 200


class Source(Protocol):
    """Bytes in order. ``problem`` says why they ended early, None where they did not."""

    problem: Problem | None

    def fill(self, room: memoryview) -> int:
        """Put bytes at the beginning of ``room``; how many, 0 at the end."""


class Plain:
    """A file or pipe as it is, ``digested`` where its SHA-256 is wanted."""

    problem: Problem | None = None

    def __init__(self, file: FileIO, *, digested: bool) -> None:
        self._file = file
        self._digest = hashlib.sha256() if digested else None
        self._digester = ThreadPoolExecutor(1)
        self._digesting: Future[None] | None = None
        self._peeked = b""

    @property
    def is_at_hand(self) -> bool:
        """Whether reading never waits for anybody, as from a regular file."""
        return self._file.seekable()

    @property
    def size(self) -> int:
        """How many bytes the file has, as it lies."""
        return os.fstat(self._file.fileno()).st_size

    def fill(self, room: memoryview) -> int:
        """Read into ``room``; how many bytes, 0 at the end. Raises CaptureError.

        ``LARGE`` bytes are not to be written over before the fill behind the next one.
        """
        if self._peeked:
            size = len(self._peeked)
            room[:size], self._peeked = self._peeked, b""
            return size
        try:
            size = self._file.readinto(room) or 0
        except OSError as error:
            raise CaptureError(f"The capture cannot be read: {error.strerror}.") from error
        if self._digest is not None:
            self._digested()
            if size >= LARGE:
                self._digesting = self._digester.submit(self._digest.update, room[:size])
            else:
                self._digest.update(room[:size])
        return size

    def _digested(self) -> None:
        """Wait for what is being digested."""
        if self._digesting is not None:
            self._digesting.result()
            self._digesting = None

    def peek(self, size: int) -> bytes:
        """The first bytes, which ``fill`` gives all the same."""
        begin = bytearray(size)
        filled = 0
        while filled < size and (more := self.fill(memoryview(begin)[filled:])):
            filled += more
        self._peeked = bytes(begin[:filled])
        return self._peeked

    def close(self) -> None:
        """Read no more; but of a file that broke early the digest still covers all."""
        if not self._file.closed:
            room = memoryview(bytearray(PIECE))
            while self._digest is not None and self.is_at_hand and self.fill(room):
                pass
            self._file.close()
            self._digester.shutdown()

    def leave(self) -> None:
        """Let go of the file, which another process reads."""
        self._file.close()

    @property
    def sha256(self) -> str:
        """The digest of all that was read, in hexadecimal; empty where none was wanted."""
        self._digested()
        return self._digest.hexdigest() if self._digest is not None else ""


class Gunzip:
    """What a gzip stream holds, members one after the other (RFC 1952)."""

    def __init__(self, packed: Plain) -> None:
        self.problem: Problem | None = None
        self._packed = packed
        self._room = memoryview(bytearray(PIECE))
        self._input = b""
        self._taken = 0
        self._given = 0
        self._inflate = self._member()

    @staticmethod
    def _member() -> zlib._Decompress:
        return zlib.decompressobj(wbits=31)

    def fill(self, room: memoryview) -> int:
        """Unpack into ``room``; how many bytes, 0 at the end or where the stream is broken."""
        while not self.problem:
            if self._inflate.eof:
                if not (rest := self._inflate.unused_data or self._more()):
                    return 0
                self._input, self._inflate = rest, self._member()
            if not self._input and not self._more():
                self.problem = Problem(Kind.PACKED_CUT_OFF, {})
                break
            before = self._inflate.copy()
            try:
                data = self._inflate.decompress(self._input, len(room))
            except zlib.error:
                self.problem = Problem(Kind.PACKED_DAMAGED, {"byte": self._taken})
                data = self._up_to_damage(before, len(room))
            self._input = self._inflate.unconsumed_tail
            self._given += len(data)
            if self._given > max(BOMB_SIZE, BOMB_RATIO * self._taken):
                self.problem = Problem(Kind.PACKED_BOMB, {"times": BOMB_RATIO})
            if data:
                room[: len(data)] = data
                return len(data)
        return 0

    def _up_to_damage(self, inflate: zlib._Decompress, most: int) -> bytes:
        """What the input holds before it is damaged, as in its last checksum."""
        found = bytearray()
        with suppress(zlib.error):
            for byte in self._input:
                found += inflate.decompress(bytes((byte,)), most)
        return bytes(found[:most])

    def _more(self) -> bytes:
        size = self._packed.fill(self._room)
        self._taken += size
        self._input = bytes(self._room[:size])
        return self._input


class Window:
    """A source seen through one buffer after the other.

    ``data[start:end]`` is what has been read and not yet passed; ``offset`` is the
    position of ``data[0]`` in the (unpacked) capture. ``slide`` moves on: to another
    buffer, which is filled meanwhile where the source is at hand (``ahead``). Buffers
    are used again: what must outlive the next ``slide`` has to be copied. ``rooms`` gives
    them, each of ``room_size`` bytes and zero at first.
    """

    def __init__(self, source: Source, size: int, *, ahead: bool = False) -> None:
        self.data: Room = bytearray()
        self.start = 0
        self.end = 0
        self.offset = 0
        self.finished = False
        self._source = source
        self._size = max(size, SMALLEST)
        self.room_size = HEADROOM + self._size + MARGIN
        self.rooms: Iterator[Room] = cycle((bytearray(self.room_size), bytearray(self.room_size)))
        self._spare: Room = self.data
        self._reader = ThreadPoolExecutor(1) if ahead else None
        self._coming: Future[int] | None = None

    @property
    def problem(self) -> Problem | None:
        """Why the source ended early; None where it did not."""
        return self._source.problem

    def slide(self) -> None:
        """Forget what was passed and go on to what comes next.

        At most ``HEADROOM`` bytes may be left that were not passed.
        """
        left, position = self.data[self.start : self.end], self.offset + self.start
        if self._coming is None:
            self._spare = next(self.rooms)
        size = self._coming.result() if self._coming else self._fill()
        self.data = self._spare
        self.start, self.end = HEADROOM - len(left), HEADROOM + size
        self.data[self.start : HEADROOM] = left
        self.offset = position - self.start
        self.finished = size < self._size
        self._coming = None
        if self._reader and not self.finished:
            self._spare = next(self.rooms)
            self._coming = self._reader.submit(self._fill)

    def close(self) -> None:
        """Read no further ahead."""
        if self._reader:
            self._reader.shutdown()

    def _fill(self) -> int:
        """Fill the spare buffer behind its headroom; how many bytes there were."""
        room = memoryview(self._spare)[HEADROOM : HEADROOM + self._size]
        filled = 0
        while filled < self._size and (size := self._source.fill(room[filled:])):
            filled += size
        return filled

    def has(self, size: int) -> bool:
        """Whether ``size`` more bytes are there, reading on if need be."""
        if self.end - self.start < size and not self.finished:
            self.slide()
        return self.end - self.start >= size

    def skip(self, size: int) -> bool:
        """Pass ``size`` bytes, however many; whether they were there."""
        while size:
            if not self.has(1):
                return False
            step = min(size, self.end - self.start)
            self.start += step
            size -= step
        return True


def open_window(path: str, *, digested: bool = False) -> tuple[Window, Plain]:
    """A capture by its path, or ``-`` for standard input, and its file as it lies.

    ``digested`` is whether its SHA-256 is wanted. Raises CaptureError if it cannot be opened.
    """
    try:
        if path == "-":
            file: FileIO = FileIO(sys.stdin.fileno(), closefd=False)
            size = WINDOW
        else:
            # Only regular files have a size that says how much memory is worth taking.
            file = FileIO(path)
            size = min(os.fstat(file.fileno()).st_size + 1, WINDOW)
    except OSError as error:
        raise CaptureError(f"The capture cannot be opened: {error.strerror}.") from error
    plain = Plain(file, digested=digested)
    begin = plain.peek(len(GZIP_MAGIC))
    source = Gunzip(plain) if begin == GZIP_MAGIC else plain
    return Window(source, size, ahead=plain.is_at_hand), plain
