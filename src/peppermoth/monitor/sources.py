"""Where a capture's bytes come from: a file, a pipe, either of them compressed with gzip.

A ``Window`` shows a source piece by piece in one buffer, so that a capture of any size
takes the same memory; it also computes the SHA-256 of what was read. A gzip stream is
unpacked as it is read and left off where it unpacks to absurdly much.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from typing import Final, Protocol

from peppermoth.errors import CaptureError

WINDOW: Final = 16 * 1024 * 1024
"""Bytes of a capture that are in memory at a time."""

SMALLEST: Final = 512 * 1024
"""The smallest buffer: more than the largest frame that is accepted, twice."""

MARGIN: Final = 256
"""Bytes behind the window's end that may be looked at, so that whole rows can be gathered."""

PIECE: Final = 256 * 1024
GZIP_MAGIC: Final = b"\x1f\x8b"
BOMB_SIZE: Final = 256 * 1024 * 1024
BOMB_RATIO: Final = 200


class Source(Protocol):
    """Bytes in order. ``sentence`` says why they ended early, empty where they did not."""

    sentence: str

    def fill(self, room: memoryview) -> int:
        """Put bytes at the beginning of ``room``, which stays as it is until the next call;
        how many, 0 at the end."""

    def settle(self) -> None:
        """Wait until what was given is no longer needed where it was put."""


class Plain:
    """A file or pipe as it is. ``sha256`` is the digest of all that was read of it."""

    sentence = ""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        # Hashing takes as long as all else together, and runs beside it.
        self._hasher = ThreadPoolExecutor(1)
        self._hashing: Future[None] | None = None

    def fill(self, room: memoryview) -> int:
        """Read into ``room``; how many bytes, 0 at the end. Raises CaptureError."""
        self.settle()
        try:
            size = self._file.readinto(room) or 0
        except OSError as error:
            raise CaptureError(f"The capture cannot be read: {error.strerror}.") from error
        self._hashing = self._hasher.submit(self._digest.update, room[:size])
        return size

    def close(self) -> None:
        """Read no more; but of a file that broke early the digest still covers all."""
        if self._file.closed:
            return
        if self._file.seekable():
            room = memoryview(bytearray(PIECE))
            while self.fill(room):
                pass
        self.settle()
        self._hasher.shutdown()
        self._file.close()

    def settle(self) -> None:
        """Wait until what was read is no longer needed where it was put."""
        if self._hashing is not None:
            self._hashing.result()
            self._hashing = None

    @property
    def sha256(self) -> str:
        """The digest of all that was read, in hexadecimal."""
        self.settle()
        return self._digest.hexdigest()


class Gunzip:
    """What a gzip stream holds, members one after the other (RFC 1952)."""

    def __init__(self, packed: Plain, start: bytes) -> None:
        self.sentence = ""
        self._packed = packed
        self._room = memoryview(bytearray(PIECE))
        self._input = start
        self._taken = len(start)
        self._given = 0
        self._inflate = self._member()

    @staticmethod
    def _member() -> zlib._Decompress:
        return zlib.decompressobj(wbits=31)

    def fill(self, room: memoryview) -> int:
        """Unpack into ``room``; how many bytes, 0 at the end or where the stream is broken."""
        while not self.sentence:
            if self._inflate.eof:
                if not (rest := self._inflate.unused_data or self._more()):
                    return 0
                self._input, self._inflate = rest, self._member()
            if not self._input and not self._more():
                self.sentence = "The compressed file ends too early."
                break
            try:
                data = self._inflate.decompress(self._input, len(room))
            except zlib.error:
                self.sentence = f"The compressed file is damaged near byte {self._taken}."
                break
            self._input = self._inflate.unconsumed_tail
            self._given += len(data)
            if self._given > max(BOMB_SIZE, BOMB_RATIO * self._taken):
                self.sentence = (
                    f"The compressed file unpacks to more than {BOMB_RATIO} times its size;"
                    " reading stopped there."
                )
            if data:
                room[: len(data)] = data
                return len(data)
        return 0

    def settle(self) -> None:
        """Nothing that was given is still needed."""

    def _more(self) -> bytes:
        size = self._packed.fill(self._room)
        self._taken += size
        self._input = bytes(self._room[:size])
        return self._input


class Window:
    """A source seen through one buffer.

    ``data[start:end]`` is what has been read and not yet passed; ``offset`` is the
    position of ``data[0]`` in the (unpacked) capture. ``slide`` moves on. The buffer is
    reused: what must outlive the next ``slide`` has to be copied.
    """

    def __init__(self, source: Source, size: int) -> None:
        self.data = bytearray(max(size, SMALLEST) + MARGIN)
        self.start = 0
        self.end = 0
        self.offset = 0
        self.finished = False
        self._source = source

    @property
    def sentence(self) -> str:
        """Why the source ended early; empty where it did not."""
        return self._source.sentence

    def slide(self) -> None:
        """Forget what was passed and read until the buffer is full or the source ends."""
        data, left = self.data, self.end - self.start
        self._source.settle()
        if self.start:
            data[:left] = data[self.start : self.end]
            self.offset += self.start
            self.start, self.end = 0, left
        room = memoryview(data)[: len(data) - MARGIN]
        while self.end < len(room) and not self.finished:
            size = self._source.fill(room[self.end :])
            self.end += size
            self.finished = not size

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


def open_window(path: str) -> tuple[Window, Plain]:
    """A capture by its path, or ``-`` for standard input, and its file as it lies.

    Raises CaptureError if it cannot be opened.
    """
    try:
        if path == "-":
            file: FileIO = FileIO(sys.stdin.fileno(), closefd=False)
            size = WINDOW
        else:
            # Only regular files have a size that says how much memory is worth taking.
            file = FileIO(path)
            size = min(Path(path).stat().st_size + 1, WINDOW)
    except OSError as error:
        raise CaptureError(f"The capture cannot be opened: {error.strerror}.") from error
    plain = Plain(file)
    window = Window(plain, size)
    if window.has(len(GZIP_MAGIC)) and window.data.startswith(GZIP_MAGIC):
        return Window(Gunzip(plain, bytes(window.data[: window.end])), WINDOW), plain
    return window, plain
