"""Where a capture's bytes come from: a file, a pipe, either of them compressed with gzip.

A ``Window`` shows a source piece by piece in one buffer, so that a capture of any size
takes the same memory; it also computes the SHA-256 of what was read. A gzip stream is
unpacked as it is read and left off where it unpacks to absurdly much.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, Final, Protocol

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

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end."""


class Plain:
    """A file or pipe as it is."""

    sentence = ""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end. Raises CaptureError."""
        try:
            data = self._file.read(size)
        except OSError as error:
            raise CaptureError(f"The capture cannot be read: {error.strerror}.") from error
        self.digest.update(data)
        return data


class Gunzip:
    """What a gzip stream holds, members one after the other (RFC 1952)."""

    def __init__(self, packed: Plain, start: bytes) -> None:
        self.sentence = ""
        self._packed = packed
        self._input = start
        self._taken = len(start)
        self._given = 0
        self._inflate = self._member()

    @staticmethod
    def _member() -> zlib._Decompress:
        return zlib.decompressobj(wbits=31)

    def read(self, size: int) -> bytes:
        """At most ``size`` unpacked bytes; none at the end or where the stream is broken."""
        while not self.sentence:
            if self._inflate.eof:
                self._input = self._inflate.unused_data or self._packed.read(PIECE)
                if not self._input:
                    return b""
                self._inflate = self._member()
            if not self._input:
                self._input = self._packed.read(PIECE)
                self._taken += len(self._input)
                if not self._input:
                    self.sentence = "The compressed file ends too early."
                    break
            try:
                data = self._inflate.decompress(self._input, size)
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
                return data
        return b""


class Window:
    """A source seen through one buffer.

    ``data[start:end]`` is what has been read and not yet passed; ``offset`` is the
    position of ``data[0]`` in the (unpacked) capture. ``slide`` moves on. The buffer is
    reused: what must outlive the next ``slide`` has to be copied.
    """

    def __init__(self, source: Source, size: int = WINDOW, begin: bytes = b"") -> None:
        self.data = bytearray(max(size, SMALLEST) + MARGIN)
        self.data[: len(begin)] = begin
        self.start = 0
        self.end = len(begin)
        self.offset = 0
        self.finished = False
        self._source = source

    @property
    def sentence(self) -> str:
        """Why the source ended early; empty where it did not."""
        return self._source.sentence

    def slide(self) -> None:
        """Forget what was passed and read until the buffer is full or the source ends."""
        data = self.data
        room = len(data) - MARGIN
        left = self.end - self.start
        if self.start:
            data[:left] = data[self.start : self.end]
            self.offset += self.start
            self.start, self.end = 0, left
        while self.end < room and not self.finished:
            piece = self._source.read(min(room - self.end, PIECE))
            data[self.end : self.end + len(piece)] = piece
            self.end += len(piece)
            self.finished = not piece

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
            file, size = sys.stdin.buffer, WINDOW
        else:
            # Only regular files have a size that says how much memory is worth taking.
            file = io.open(path, "rb")  # noqa: UP020, SIM115
            size = Path(path).stat().st_size or WINDOW
    except OSError as error:
        raise CaptureError(f"The capture cannot be opened: {error.strerror}.") from error
    plain = Plain(file)
    begin = b""
    while len(begin) < len(GZIP_MAGIC) and (piece := plain.read(PIECE)):
        begin += piece
    if begin.startswith(GZIP_MAGIC):
        return Window(Gunzip(plain, begin)), plain
    return Window(plain, min(size, WINDOW), begin), plain
