"""A TCP socket on the event loop, with exact control of writes and of how it ends.

asyncio's transports merge small writes and hide how a connection closes; a cloak
needs both. A carrier therefore reads and writes the socket itself, through
``add_reader`` and ``add_writer``, which was also the faster way in measurements.

Invariants: all carriers of a loop share one read buffer, so ``received`` must
consume its view before it returns. Nothing is buffered while the kernel takes
what is written; past ``HIGH`` bytes of backlog ``full`` is true and the owner
stops its sources until ``drained`` is called. A backlog keeps little more memory
alive than its bytes, however small the pieces are and whatever they were cut from.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from peppermoth.cloaks.machine import Buffer

READ_SIZE = 256 * 1024
HIGH = 256 * 1024
LOW = 64 * 1024
CLOSE_PATIENCE = 30.0  # seconds without a byte taken, after which what is left is dropped
_BATCH = 64  # buffers in one gathered write; far below every system's IOV_MAX
_SMALL = 4096  # bytes; pieces of a backlog are joined up to this size
_SHARE = 8  # a view of less than this part of a buffer is copied, rather than keep all of it
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on with zero seconds: close() sends RST

# What may be under way on a socket that carries several streams: the receiver's window,
# and what the sender's kernel keeps beyond what it has sent. Where a system has no such
# option, its own limits hold.
_FLIGHT = (("TCP_WINDOW_CLAMP", 4 * 1024 * 1024), ("TCP_NOTSENT_LOWAT", 512 * 1024))

_buffers: dict[asyncio.AbstractEventLoop, memoryview] = {}


def read_buffer(loop: asyncio.AbstractEventLoop) -> memoryview:
    """The one buffer into which everything on this loop is read."""
    buffer = _buffers.get(loop)
    if buffer is None:
        for closed in [other for other in _buffers if other.is_closed()]:
            del _buffers[closed]
        buffer = _buffers[loop] = memoryview(bytearray(READ_SIZE))
    return buffer


class Sink(Protocol):
    """Who owns a carrier and hears what happens on it."""

    def received(self, data: memoryview) -> None:
        """Bytes arrived; the view is valid only during the call."""

    def ended(self) -> None:
        """The peer sent FIN; writing is still possible."""

    def drained(self) -> None:
        """The backlog fell below ``LOW`` after the carrier had been full."""

    def lost(self, error: OSError | None) -> None:
        """The carrier is closed: by ``error``, or as ordered when it is None. The last call."""


class Carrier:
    """One connected, non-blocking stream socket. Reading starts with ``resume()``."""

    __slots__ = (
        "_backlog",
        "_buffer",
        "_closing",
        "_eof",
        "_fd",
        "_finishing",
        "_loop",
        "_was_full",
        "buffered",
        "closed",
        "reading",
        "sink",
        "sock",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket.socket, sink: Sink) -> None:
        self._loop = loop
        self.sock = sock
        self.sink = sink
        self._fd = sock.fileno()
        self._buffer = read_buffer(loop)
        self._backlog: deque[memoryview] = deque()
        self.buffered = 0
        self.closed = False
        self.reading = False
        self._eof = False
        self._finishing = False
        self._closing = False
        self._was_full = False

    def bound_flight(self) -> None:
        """Bound what the kernels at both ends may hold of what is sent to this socket."""
        for name, value in _FLIGHT:
            option = getattr(socket, name, None)
            if option is not None:
                with contextlib.suppress(OSError):
                    self.sock.setsockopt(socket.IPPROTO_TCP, option, value)

    @property
    def full(self) -> bool:
        """Whether sources of this carrier should stop."""
        return self.buffered >= HIGH

    # Reading

    def read_at_most(self, size: int = READ_SIZE) -> None:
        """Take ``size`` bytes in one read. What a peer left unread makes a close an RST."""
        self._buffer = read_buffer(self._loop)[:size]

    def resume(self) -> None:
        """Start or go on reading."""
        if not (self.reading or self._eof or self.closed or self._closing):
            self.reading = True
            self._loop.add_reader(self._fd, self._readable)

    def pause(self) -> None:
        """Stop reading; the kernel's window then slows the peer."""
        if self.reading:
            self.reading = False
            self._loop.remove_reader(self._fd)

    def _readable(self) -> None:
        try:
            count = self.sock.recv_into(self._buffer)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as exc:
            self._shut(exc)
            return
        if count:
            self.sink.received(self._buffer[:count])
        else:
            self._eof = True
            self.pause()
            self.sink.ended()

    # Writing

    def write(self, data: Buffer) -> None:
        """Write ``data`` as one unit, at once unless a backlog waits before it."""
        if self.closed or self._finishing or self._closing:
            return
        sent = 0
        if not self._backlog:
            try:
                sent = self.sock.send(data)
            except (BlockingIOError, InterruptedError):
                pass
            except OSError as exc:
                self._fail_soon(exc)
                return
            if sent == len(data):
                return
        self._queue(memoryview(data)[sent:])

    def write_all(self, chunks: Sequence[Buffer]) -> None:
        """Write several pieces whose boundaries do not matter, in as few calls as possible."""
        if len(chunks) == 1 or self._backlog:
            for chunk in chunks:
                self.write(chunk)
        elif chunks:
            for start in range(0, len(chunks), _BATCH):
                self._gather([memoryview(chunk) for chunk in chunks[start : start + _BATCH]])

    def _gather(self, views: list[memoryview]) -> None:
        if self._backlog or self.closed or self._finishing or self._closing:
            for view in views:
                self.write(view)
            return
        try:
            sent = _send_views(self.sock, views)
        except (BlockingIOError, InterruptedError):
            sent = 0
        except OSError as exc:
            self._fail_soon(exc)
            return
        for view in views:
            if sent >= len(view):
                sent -= len(view)
            else:
                self._queue(view[sent:])
                sent = 0

    def _queue(self, view: memoryview) -> None:
        backlog = self._backlog
        self.buffered += len(view)
        if not backlog:
            self._loop.add_writer(self._fd, self._writable)
        elif len(backlog[-1]) + len(view) <= _SMALL:
            view = memoryview(b"".join((backlog.pop(), view)))
        # A view of the shared read buffer will be overwritten.
        if not view.readonly or len(view) * _SHARE < memoryview(view.obj).nbytes:
            view = memoryview(bytes(view))
        backlog.append(view)
        if self.buffered >= HIGH:
            self._was_full = True

    def _writable(self) -> None:
        backlog = self._backlog
        views = [view for view, _ in zip(backlog, range(_BATCH), strict=False)]
        try:
            sent = _send_views(self.sock, views)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as exc:
            self._shut(exc)
            return
        self.buffered -= sent
        while sent:
            size = len(backlog[0])
            if sent < size:
                backlog[0] = backlog[0][sent:]
                break
            backlog.popleft()
            sent -= size
        if not backlog:
            self._loop.remove_writer(self._fd)
            if self._closing:
                self._shut(None)
                return
            if self._finishing:
                self._send_fin()
        if self._was_full and self.buffered <= LOW:
            self._was_full = False
            self.sink.drained()

    # Ending

    def finish(self) -> None:
        """Send FIN once the backlog is out; reading goes on."""
        if self._finishing or self.closed or self._closing:
            return
        self._finishing = True
        if not self._backlog:
            self._send_fin()

    def _send_fin(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close once the backlog is out, or when the peer takes no more of it.

        Nothing more is read; ``lost(None)`` follows.
        """
        if self.closed or self._closing:
            return
        self.pause()
        self._closing = True
        if self._backlog:
            self._loop.call_later(CLOSE_PATIENCE, self._look, self.buffered)
        else:
            self._shut(None)

    def _look(self, before: int) -> None:
        """Whether the peer has taken something lately of what is left."""
        if 0 < self.buffered < before:
            self._loop.call_later(CLOSE_PATIENCE, self._look, self.buffered)
        else:
            self.drop()

    def abort(self) -> None:
        """Close now with RST, dropping the backlog; ``lost(None)`` follows."""
        if not self.closed:
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._shut(None)

    def drop(self) -> None:
        """Close now, dropping the backlog, with whatever the kernel then sends."""
        self._shut(None)

    def _fail_soon(self, error: OSError) -> None:
        # The owner is in the middle of a turn: tell it when it is done.
        self._closing = True
        self.pause()
        self._loop.call_soon(self._shut, error)

    def _shut(self, error: OSError | None) -> None:
        if self.closed:
            return
        self.pause()
        if self._backlog:
            self._loop.remove_writer(self._fd)
            self._backlog.clear()
            self.buffered = 0
        self.closed = True
        self.sock.close()
        sink = self.sink
        del self.sink  # it holds this carrier: without the cycle both go at once
        sink.lost(error)


if hasattr(socket.socket, "sendmsg"):

    def _send_views(sock: socket.socket, views: list[memoryview]) -> int:
        return sock.sendmsg(views)

else:  # Windows

    def _send_views(sock: socket.socket, views: list[memoryview]) -> int:
        return sock.send(b"".join(views))
