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
import signal
import sys
import threading
from collections.abc import Iterator
from itertools import count
from mmap import mmap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import MOST_FRAMES, Block, Capture
from peppermoth.monitor.columns import Columns, common
from peppermoth.monitor.sources import Plain, Window

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

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

    problem: str
    sha256: str
    refused: str


class Beside:
    """The blocks of a capture with their columns. Iterate it once; then the rest is known.

    A block is valid until the next one is asked for. Raises CaptureError where the capture
    cannot be read, also because the process beside this one has ended.
    """

    problem = ""
    sha256 = ""

    def __init__(self, window: Window, file: Plain) -> None:
        from multiprocessing import get_context  # takes its time to import

        context = get_context("fork")
        self._memory = _Memory(window.room_size)
        self._pipe, far = context.Pipe()
        self._process = context.Process(
            target=_work, args=(window, file, self._memory, far, self._pipe), daemon=True
        )
        self._process.start()
        far.close()
        window.close()
        file.leave()

    def __iter__(self) -> Iterator[tuple[Block, Columns]]:
        try:
            while not isinstance(found := self._pipe.recv(), _End):
                yield self._memory.taken(found)
                self._pipe.send_bytes(_DONE)
        except (EOFError, OSError) as error:
            raise CaptureError("The process that reads the capture has ended early.") from error
        if found.refused:
            raise CaptureError(found.refused)
        self.problem, self.sha256 = found.problem, found.sha256

    def close(self) -> None:
        """Read no more."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


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

    def __init__(self, memory: _Memory, pipe: Connection) -> None:
        self._memory = memory
        self._pipe = pipe
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
        self._pipe.send(at)

    def end(self, end: _End) -> None:
        """Tell the end, and stay until nothing more comes back."""
        self._pipe.send(end)
        self._wait(self._sent)

    def _wait(self, block: int) -> None:
        while self._done < block:
            self._pipe.recv_bytes()
            self._done += 1


def _work(window: Window, file: Plain, memory: _Memory, pipe: Connection, near: Connection) -> None:
    """The process beside: read to the end, or until nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    near.close()
    ring = _Ring(memory, pipe)
    window.rooms = ring.rooms()
    refused = problem = ""
    try:
        try:
            capture = Capture(window)
            for block in capture:
                ring.send(block, common(block))
            problem = capture.problem
        except CaptureError as error:
            refused = str(error)
        window.close()
        file.close()
        ring.end(_End(problem, file.sha256, refused))
    except (EOFError, ConnectionError):
        os._exit(0)  # without waiting for the thread that reads ahead
