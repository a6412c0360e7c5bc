"""A capture read by a process beside this one, so that a large one has two cores.

That process reads the file, digests it where that is wanted, and gathers the columns of
each block; this one follows the flows meanwhile. Both share memory: a ring of buffers in
which the bytes of the capture lie, and a ring of shelves for the columns. What passes
between them besides are a few numbers a block, and back from here that a block is done
with; so the other is ahead by a bounded number of blocks. The blocks are the same as read
in one process.

Worth its start for files of ``WORTH`` bytes, where there is a second core and a process
can be forked. Ctrl-C is the business of this process, and the other ends with it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from mmap import mmap
from typing import Any, Final, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import MOST_FRAMES, Block, Capture
from peppermoth.monitor.columns import Columns, common
from peppermoth.monitor.problems import Problem
from peppermoth.monitor.sources import Plain, Window

WORTH: Final = 32 * 1024 * 1024
"""The size of a file for which a second process pays."""

ROOMS: Final = 4
SHELVES: Final = 4

_OF_BLOCK: Final = ("starts", "captured", "original", "times", "links")
"""The columns of a block, in their order; those of ``Columns`` follow them on a shelf."""

_COLUMN: Final = MOST_FRAMES * 8
_SHELF: Final = _COLUMN * (len(_OF_BLOCK) + len(Columns.__slots__))
_KINDS: Final[dict[str, type]] = {"times": np.float64, "key": np.uint64}
_DONE: Final = b"."


def is_worth_it(file: Plain) -> bool:
    """Whether to read this file by a process beside this one."""
    if sys.platform != "linux" or not file.is_at_hand or file.size < WORTH:
        return False
    # A process that has threads cannot be forked safely.
    return len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


class _Shelved(NamedTuple):
    """A block that was gathered: where it lies, its first packet, how many and how many common."""

    room: int
    shelf: int
    first: int
    frames: int
    common: int


class _End(NamedTuple):
    """The capture is read. ``refused`` is why it could not be, empty where it could."""

    problem: Problem | None
    sha256: str
    refused: str


class Beside:
    """The blocks of a capture with their columns. Iterate it once; then the rest is known.

    A block is valid until the next one is asked for. Raises CaptureError where the capture
    cannot be read, also because the process beside this one has ended.
    """

    problem: Problem | None = None
    sha256 = ""

    def __init__(self, window: Window, file: Plain) -> None:
        self._memory = _Memory(window.room_size)
        told, telling = os.pipe()
        answered, answering = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.close(told)
            os.close(answering)
            _work(window, file, _Ring(self._memory, telling, answered))
        os.close(telling)
        os.close(answered)
        self._told = os.fdopen(told, "rb")
        self._answering = answering
        window.close()
        file.leave()

    def __iter__(self) -> Iterator[tuple[Block, Columns]]:
        try:
            while not isinstance(found := self._receive(), _End):
                yield self._memory.taken(found)
                os.write(self._answering, _DONE)
        except (EOFError, OSError) as error:
            raise CaptureError("The process that reads the capture has ended early.") from error
        if found.refused:
            raise CaptureError(found.refused)
        self.problem, self.sha256 = found.problem, found.sha256

    def _receive(self) -> _Shelved | _End:
        found: _Shelved | _End = pickle.load(self._told)  # noqa: S301  our own process wrote it
        return found

    def close(self) -> None:
        """Read no more."""
        if self._told.closed:
            return
        self._told.close()
        os.close(self._answering)
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


class _Memory:
    """What both processes share."""

    def __init__(self, room_size: int) -> None:
        self.rooms = [mmap(-1, room_size) for _ in range(ROOMS)]
        self._shelves = [mmap(-1, _SHELF) for _ in range(SHELVES)]

    def put(self, shelf: int, block: Block, columns: Columns) -> _Shelved:
        """Lay a block's columns on a shelf."""
        at = _Shelved(
            next(n for n, room in enumerate(self.rooms) if room is block.data),
            shelf,
            block.first,
            len(block),
            len(columns.index),
        )
        parts = [getattr(block, name) for name in _OF_BLOCK]
        parts += [getattr(columns, name) for name in Columns.__slots__]
        for view, part in zip(self._views(at), parts, strict=True):
            view[:] = part
        return at

    def taken(self, at: _Shelved) -> tuple[Block, Columns]:
        """What lies on a shelf."""
        views = self._views(at)
        of_block = [next(views) for _ in _OF_BLOCK]
        return Block(self.rooms[at.room], at.first, *of_block), Columns(*views)

    def _views(self, at: _Shelved) -> Iterator[NDArray[Any]]:
        shelf = self._shelves[at.shelf]
        names = (*_OF_BLOCK, *Columns.__slots__)
        sizes = (at.frames,) * len(_OF_BLOCK) + (at.common,) * len(Columns.__slots__)
        for number, (name, size) in enumerate(zip(names, sizes, strict=True)):
            yield np.ndarray((size,), _KINDS.get(name, np.int64), shelf, number * _COLUMN)


class _Ring:
    """Which buffers and shelves are free again: the other process has done with its blocks."""

    def __init__(self, memory: _Memory, telling: int, answered: int) -> None:
        self._memory = memory
        self._telling, self._answered = telling, answered
        self._last_in = [0] * ROOMS
        self._sent = self._done = 0

    def rooms(self) -> Iterator[mmap]:
        """Buffers one after the other, as they become free."""
        for number in count():
            self._wait(self._last_in[number % ROOMS])
            yield self._memory.rooms[number % ROOMS]

    def send(self, block: Block, columns: Columns) -> None:
        """Lay a block on a shelf, as one becomes free, and tell of it."""
        self._wait(self._sent + 1 - SHELVES)
        at = self._memory.put(self._sent % SHELVES, block, columns)
        self._sent += 1
        self._last_in[at.room] = self._sent
        self._tell(at)

    def end(self, end: _End) -> None:
        """Tell the end, and stay until nothing more comes back."""
        self._tell(end)
        self._wait(self._sent)

    def _tell(self, message: _Shelved | _End) -> None:
        os.write(self._telling, pickle.dumps(message))

    def _wait(self, block: int) -> None:
        while self._done < block:
            answers = os.read(self._answered, SHELVES)
            if not answers:
                raise EOFError
            self._done += len(answers)


def _work(window: Window, file: Plain, ring: _Ring) -> NoReturn:
    """The process beside: read to the end, or until nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with suppress(EOFError, BrokenPipeError):
            ring.end(_read(window, file, ring))
    finally:
        os._exit(0)  # without waiting for the thread that reads ahead


def _read(window: Window, file: Plain, ring: _Ring) -> _End:
    window.rooms = ring.rooms()
    try:
        capture = Capture(window)
        for block in capture:
            ring.send(block, common(block))
    except CaptureError as error:
        return _End(None, "", str(error))
    window.close()
    file.close()
    return _End(capture.problem, file.sha256, "")
