"""Streams of a session and the sockets they are joined to, the same at both ends.

A ``Session`` owns the pump of one connection and its streams. Back-pressure runs
both ways: a full session stops the sockets that feed it; a full socket stops the
session for a moment while it is alone there, and otherwise its stream at the peer
(``pause``). A peer that cannot be asked, or sends ``MAX_BUFFERED`` all the same, is no
longer listened to until the socket has room: memory is bounded and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Buffer, Event
from peppermoth.cloaks.session import (
    Session as SessionMachine,
)
from peppermoth.cloaks.session import (
    StreamClosed,
    StreamData,
    StreamInputEnded,
    StreamPaused,
    StreamResumed,
)
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.pump import Pump

MAX_BUFFERED = 16 * 1024 * 1024  # bytes for one slow reader: what was under way when we asked

_SHORT = 1.0  # seconds for which a full reader stops all listening; then its peer is asked

_SMALL = 4096  # bytes; what is not larger waits for the loop's other events and shares a write

# Why a source does not read. It reads when no reason is left.
BY_PEER = 1
BY_SESSION = 2


class Stream(Protocol):
    """One end of a stream, as its session sees it."""

    used: float
    patience: float

    def deliver(self, data: Buffer) -> None:
        """Bytes from the peer; the view stays valid."""

    def flush(self) -> None:
        """The turn's deliveries are complete."""

    def input_ended(self) -> None:
        """The peer sends no more but still listens."""

    def closed(self) -> None:
        """The peer closed the stream."""

    def broken(self) -> None:
        """The session ended under the stream."""

    def close(self) -> None:
        """Close both sides once everything is out."""

    def stop(self, reason: int) -> None:
        """Do not read from the source for one more reason."""

    def go(self, reason: int) -> None:
        """One reason less not to read from the source."""


class Session:
    """One connection to the peer with its streams; owner of the pump."""

    _handlers: ClassVar[dict[type[Event], Callable[[Any, Any], None]]]

    def __init__(self, loop: asyncio.AbstractEventLoop, machine: Layered) -> None:
        self.loop = loop
        self.machine = machine
        self.pump = Pump(loop, machine, self)
        self.streams: dict[int, Stream] = {}
        self._touched: list[Stream] = []
        self._held: set[int] = set()  # streams for which we do not listen
        self._asked: set[int] = set()  # streams that the peer was asked to pause
        self._congested = False
        self._asking: asyncio.TimerHandle | None = None
        self.over = False
        self.sent = 0
        self.received = 0

    @property
    def inner(self) -> Any:
        """The session machine inside TLS: an AnyTlsClient or an AnyTlsServer."""
        return self.machine.inner

    # The pump's owner

    def handle(self, event: Event) -> None:
        """Dispatch one event; what the peer said beyond the session's end is not heard."""
        if not self.over:
            self._handlers[type(event)](self, event)

    def settle(self) -> None:
        """Hand the turn's deliveries to the sockets."""
        touched, self._touched = self._touched, []
        for stream in touched:
            stream.flush()

    def congested(self, full: bool) -> None:
        """Stop or start everything that feeds this session."""
        self._congested = full
        for stream in list(self.streams.values()):
            if full:
                stream.stop(BY_SESSION)
            else:
                stream.go(BY_SESSION)

    def gone(self, error: OSError | None) -> None:
        """The connection is closed."""
        self.over = True
        self.break_streams()

    def break_streams(self) -> None:
        """End every stream with an error."""
        streams, self.streams = self.streams, {}
        for stream in streams.values():
            stream.broken()

    # What streams ask for

    def add(self, number: int, stream: Stream) -> None:
        """Take a stream into the session."""
        self.streams[number] = stream
        if self._congested:
            stream.stop(BY_SESSION)
        self._ask_held()  # who was held is not alone any more

    def close_idle(self, now: float) -> None:
        """Close the streams that nobody has used for as long as their patience lasts."""
        for stream in list(self.streams.values()):
            if now - stream.used > stream.patience:
                stream.close()

    def send(self, number: int, data: Buffer) -> None:
        """Send stream data; ``data`` is consumed before this returns."""
        size = len(data)
        self.sent += size
        inner: SessionMachine = self.inner
        if size > _SMALL:
            inner.send_data(number, data, self.loop.time())
            self.pump.turn()
        else:
            inner.send_data(number, bytes(data), self.loop.time())
            self.pump.soon()

    def end_input(self, number: int) -> bool:
        """Tell the peer that no more comes. False where it cannot be told."""
        told: bool = self.inner.end_input(number)
        self.pump.soon()
        return told

    def close_stream(self, number: int) -> None:
        """Close a stream in both directions; harmless for one that is closed already."""
        self.release(number)
        if self.streams.pop(number, None) is not None and not self.over:
            self.inner.close_stream(number)
            self.pump.soon()

    def hold(self, number: int) -> None:
        """The stream's reader is full: stop the peer's sending, or all listening if need be."""
        if len(self.streams) > 1 and self._ask(number):
            return
        self.hold_all(number)
        if self._asking is None:
            self._asking = self.loop.call_later(_SHORT, self._ask_held)

    def _ask_held(self) -> None:
        """Listen again, so that heartbeats and new streams are heard, where the peer can wait."""
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None
        if not self.over:
            for held in self._held - self._asked:
                if self._ask(held):
                    self._let_go(held)

    def _ask(self, number: int) -> bool:
        told: bool = self.inner.pause(number)
        if told:
            self._asked.add(number)
            self.pump.soon()
        return told

    def hold_all(self, number: int) -> None:
        """Do not listen to the peer until this stream's reader has room."""
        self._held.add(number)
        self.pump.carrier.pause()

    def release(self, number: int) -> None:
        """The stream's reader has room again."""
        if self.over:
            return
        self._let_go(number)
        if number in self._asked:
            self._asked.discard(number)
            self.inner.resume(number)
            self.pump.soon()

    def _let_go(self, number: int) -> None:
        if number in self._held:
            self._held.discard(number)
            if not self._held:
                self.inner.excuse(self.loop.time())
                self.pump.carrier.resume()

    def close(self) -> None:
        """Say goodbye and close; streams break."""
        if not self.over:
            self.over = True
            self.machine.close()
            self.pump.close()

    # Events of streams

    def _on_data(self, event: StreamData) -> None:
        stream = self.streams.get(event.stream)
        if stream is not None:
            self.received += len(event.data)
            stream.deliver(event.data)
            self._touched.append(stream)

    def _on_input_ended(self, event: StreamInputEnded) -> None:
        if stream := self.streams.get(event.stream):
            stream.input_ended()

    def _on_closed(self, event: StreamClosed) -> None:
        self.release(event.stream)
        if stream := self.streams.pop(event.stream, None):
            stream.closed()

    def _on_paused(self, event: StreamPaused) -> None:
        if stream := self.streams.get(event.stream):
            stream.stop(BY_PEER)

    def _on_resumed(self, event: StreamResumed) -> None:
        if stream := self.streams.get(event.stream):
            stream.go(BY_PEER)


STREAM_HANDLERS: dict[type[Event], Callable[[Any, Any], None]] = {
    StreamData: Session._on_data,
    StreamInputEnded: Session._on_input_ended,
    StreamClosed: Session._on_closed,
    StreamPaused: Session._on_paused,
    StreamResumed: Session._on_resumed,
}


class TcpStream:
    """A stream joined to a TCP socket. It is the carrier's sink.

    Until ``join`` gives it a socket it keeps what the peer sends, within bounds.
    """

    __slots__ = ("_chunks", "_holding", "_local_ended", "_remote_ended", "_stops", "answered",
                 "carrier", "number", "patience", "session", "used")  # fmt: skip

    _EARLY = 64 * 1024  # bytes kept for a socket that is not connected yet

    def __init__(self, session: Session, number: int, patience: float) -> None:
        self.session = session
        self.number = number
        self.patience = patience  # seconds without a byte after which the stream is closed
        self.carrier: Carrier | None = None
        self.used = session.loop.time()
        self.answered = False  # whether the peer spoke last
        self._chunks: list[Buffer] = []
        self._stops = 0
        self._holding = False
        self._local_ended = False
        self._remote_ended = False

    def join(self, carrier: Carrier) -> None:
        """Let the stream flow to and from a connected socket."""
        self.carrier = carrier
        carrier.sink = self
        self.flush()
        if self._remote_ended:
            carrier.finish()
        if not self._stops:
            carrier.resume()
        if self._holding and not carrier.full:
            self.drained()

    # The carrier's sink

    def received(self, data: memoryview) -> None:
        """Bytes from the socket go to the peer."""
        self.used = self.session.loop.time()
        self.answered = False
        self.session.send(self.number, data)

    def ended(self) -> None:
        """The socket will send no more."""
        self._local_ended = True
        if self._remote_ended:
            self.close()
        elif not self.session.end_input(self.number):
            self.ended_unheard()

    def ended_unheard(self) -> None:
        """The socket will send no more, and the peer knows no half-closed streams."""
        self.close()

    def drained(self) -> None:
        """The socket takes more."""
        if self._holding:
            self._holding = False
            self.session.release(self.number)

    def lost(self, error: OSError | None) -> None:
        """The socket is closed."""
        self.session.close_stream(self.number)

    # The session's side

    def deliver(self, data: Buffer) -> None:
        """Collect bytes for the socket."""
        self._chunks.append(data)

    def flush(self) -> None:
        """Write what was collected."""
        carrier = self.carrier
        if carrier is None:
            early = b"".join(self._chunks)  # views would keep alive what they were cut from
            self._chunks = [early]
            waiting, full = len(early), len(early) > self._EARLY
        else:
            self._write(carrier)
            waiting, full = carrier.buffered, carrier.full
        if full and not self._holding:
            self._holding = True
            self.session.hold(self.number)
        elif waiting > MAX_BUFFERED:
            self.session.hold_all(self.number)

    def _write(self, carrier: Carrier) -> None:
        if self._chunks:
            chunks, self._chunks = self._chunks, []
            self.used = self.session.loop.time()
            self.answered = True
            carrier.write_all(chunks)

    def input_ended(self) -> None:
        """The peer sends no more: pass on its FIN."""
        self._remote_ended = True
        if self.carrier is not None:
            self.flush()
            if self._local_ended:
                self.close()
            else:
                self.carrier.finish()

    def closed(self) -> None:
        """The peer closed the stream: close when everything is out."""
        if self.carrier is not None:
            self.flush()
            self.carrier.close()

    def broken(self) -> None:
        """The session ended: the socket ends with an error."""
        if self.carrier is not None:
            self.carrier.abort()

    def close(self) -> None:
        """Close both sides once everything is out."""
        self.session.close_stream(self.number)
        if self.carrier is not None:
            self.carrier.close()

    def stop(self, reason: int) -> None:
        """Stop reading the socket."""
        self._stops |= reason
        if self.carrier is not None:
            self.carrier.pause()

    def go(self, reason: int) -> None:
        """Read the socket again when no reason is left not to."""
        self._stops &= ~reason
        if not self._stops and self.carrier is not None:
            self.carrier.resume()
