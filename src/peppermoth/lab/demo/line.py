"""A line that somebody listens on: a TCP relay on loopback that keeps what passes.

It stands for the wire between a person and the Internet, where a monitor sits. It
passes on bytes, FIN and RST, and keeps of each connection what the wire shows: the
address it goes to, and both directions' bytes, as they came, with their times.

Limits: ``KEPT`` bytes for all recordings of a line together, bookkeeping included.
What comes later is passed on and counted, but not kept.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from peppermoth.errors import CarrierError
from peppermoth.redact import Address
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.listener import Listener, bind
from peppermoth.tunnel.outbound import Outbound
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.targets import Targets

LOOPBACK = Address("127.0.0.1", 0)
KEPT = 16 * 1024 * 1024

_OVERHEAD = 128  # about what keeping a segment costs beyond its bytes


class Segment(NamedTuple):
    """Bytes that came in one piece: ``at`` seconds after the connection began, up or down."""

    at: float
    up: bool
    data: bytes


@dataclass
class Conversation:
    """One TCP connection as the line saw it. Up is from the person to the server.

    ``began`` is seconds since the epoch, ``lasted`` seconds until the last byte.
    ``sent`` and ``received`` count all bytes, also those that were not kept.
    """

    server: Address
    began: float
    segments: list[Segment] = field(default_factory=list)
    sent: int = 0
    received: int = 0
    lasted: float = 0.0

    def stream(self, *, up: bool) -> bytes:
        """The kept bytes of one direction."""
        return b"".join(segment.data for segment in self.segments if segment.up is up)


class Line:
    """A recorded line. ``to`` lays it to a server; connections go into the latest ``record``."""

    def __init__(self, kept: int = KEPT) -> None:
        self._loop = asyncio.get_running_loop()
        self._outbound = Outbound(Targets(Resolver(), allow_private=True))
        self._listeners: list[Listener] = []
        self._passages: set[_Passage] = set()
        self._recording: list[Conversation] = []
        self._room = kept

    def record(self) -> list[Conversation]:
        """Begin a new recording: connections opened from now on are added to it."""
        self._recording = []
        return self._recording

    def to(self, server: Address) -> Address:
        """Where to connect in order to reach ``server`` over this line. Raises ConfigError."""

        def accepted(sock: socket.socket) -> None:
            conversation = Conversation(server, time.time())
            if self._keep(_OVERHEAD):
                self._recording.append(conversation)
            self._passages.add(_Passage(self, sock, conversation))

        listener = Listener(self._loop, bind(LOOPBACK), accepted)
        self._listeners.append(listener)
        return listener.address

    async def close(self) -> None:
        """End the line and every connection on it."""
        for listener in self._listeners:
            listener.close()
        for passage in list(self._passages):
            passage.close()
        await asyncio.sleep(0)

    # What passages ask for

    async def connect(self, server: Address) -> socket.socket:
        """A connection to the server. Raises CarrierError."""
        return await self._outbound.connect(server)

    def note(self, conversation: Conversation, up: bool, data: memoryview, at: float) -> None:
        """Count bytes that pass, and keep them while there is room."""
        conversation.lasted = at
        if up:
            conversation.sent += len(data)
        else:
            conversation.received += len(data)
        if self._keep(len(data) + _OVERHEAD):
            conversation.segments.append(Segment(at, up, bytes(data)))

    def _keep(self, cost: int) -> bool:
        """Whether there is room; once there was none, nothing more is kept, to leave no gaps."""
        self._room = self._room - cost if self._room >= cost else 0
        return self._room > 0

    def left(self, passage: _Passage) -> None:
        """A passage is over."""
        self._passages.discard(passage)


class _Passage:
    """One connection on the line: both ends, once the server is reached."""

    def __init__(self, line: Line, sock: socket.socket, conversation: Conversation) -> None:
        self._line = line
        self._conversation = conversation
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._near = _End(self._loop, sock, self._up, self._lost)
        self._ends = [self._near]
        self._opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        try:
            sock = await self._line.connect(self._conversation.server)
        except CarrierError:
            self._near.carrier.abort()
            return
        far = _End(self._loop, sock, self._down, self._lost)
        self._ends.append(far)
        self._near.other, far.other = far, self._near
        self._near.carrier.resume()
        far.carrier.resume()

    def _up(self, data: memoryview) -> None:
        self._line.note(self._conversation, True, data, self._loop.time() - self._began)

    def _down(self, data: memoryview) -> None:
        self._line.note(self._conversation, False, data, self._loop.time() - self._began)

    def _lost(self) -> None:
        if all(end.carrier.closed for end in self._ends):
            self._line.left(self)

    def close(self) -> None:
        """End it now."""
        self._opening.cancel()
        for end in self._ends:
            end.carrier.drop()


class _End:
    """A carrier's sink: what it hears goes to the other end, and so does how it closes."""

    other: _End | None = None

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        heard: Callable[[memoryview], None],
        gone: Callable[[], None],
    ) -> None:
        self.carrier = Carrier(loop, sock, self)
        self.over = False
        self._heard = heard
        self._gone = gone

    def received(self, data: memoryview) -> None:
        """Bytes for the other end."""
        self._heard(data)
        if self.other is not None:
            self.other.carrier.write(data)
            if self.other.carrier.full:
                self.carrier.pause()

    def ended(self) -> None:
        """FIN: the other end hears it; after both, the connection is over."""
        self.over = True
        if self.other is not None:
            self.other.carrier.finish()
            if self.other.over:
                self.other.carrier.close()

    def drained(self) -> None:
        """This end takes more, so the other may go on."""
        if self.other is not None:
            self.other.carrier.resume()

    def lost(self, error: OSError | None) -> None:
        """Closed: so is the other end, with RST if this one was reset."""
        if self.other is not None:
            if error is None:
                self.other.carrier.close()
            else:
                self.other.carrier.abort()
        self._gone()
