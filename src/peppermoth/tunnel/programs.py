"""Programs on the local proxy: from a request to a stream through a bridge."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol

from peppermoth.cloaks.machine import Buffer, Ended
from peppermoth.errors import Failure, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.client_session import ClientSession
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted, UdpWanted
from peppermoth.tunnel.lines import Line
from peppermoth.tunnel.streams import Stream, TcpStream
from peppermoth.tunnel.udp import SocksUdpPort
from peppermoth.wire import uot

OPEN_PATIENCE = 30.0  # seconds that a program waits for its target
IDLE_PATIENCE = 2 * 3600.0
HALF_CLOSED_PATIENCE = 60.0  # an answer's longest pause once the program has said all
LINGER = 2.0  # seconds that a program has to take an answer that ends its connection
_TRIES = 4
_OF_THE_BRIDGE = (Failure.BRIDGE_BUSY, Failure.BRIDGE_REJECTED)  # another may serve the stream
_EARLY = 64 * 1024  # bytes that a program may say before its target is connected
_UDP_TARGET = Address(uot.MAGIC_NAME, 0)
_NO_DESTINATION = Address("0.0.0.0", 0)  # noqa: S104 - each datagram brings its own


class Proxy(Protocol):
    """What a program's connection needs of the client."""

    loop: asyncio.AbstractEventLoop
    credentials: Credentials | None

    @property
    def failure(self) -> Failure:
        """Why no bridge serves at present."""

    def choose(self, tried: list[Line]) -> Line | None:
        """The line to try next."""

    def left(self, program: Program) -> None:
        """The program has its stream or is gone."""


class Program:
    """A program's connection until its stream is open; then the stream takes it over."""

    __slots__ = ("_ended", "_inlet", "_line", "_over", "_proxy", "_refusal", "_stream", "_tried",
                 "_tries", "_udp", "address", "carrier", "deadline", "early")  # fmt: skip

    def __init__(self, proxy: Proxy, sock: socket.socket) -> None:
        self._proxy = proxy
        self._inlet = Inlet(proxy.credentials, proxy.loop.time())
        self._line: Line | None = None
        self._stream: ProgramStream | UdpStream | None = None
        self._tried: list[Line] = []
        self._tries = 0
        self._refusal: Failure | None = None
        self._udp = False
        self._over = False
        self._ended = False
        self.address = _UDP_TARGET
        self.early = b""
        self.deadline = self._inlet.next_wakeup() or 0.0
        self.carrier = Carrier(proxy.loop, sock, self)
        self.carrier.resume()

    # The carrier's sink

    def received(self, data: memoryview) -> None:
        """Bytes of the request; what comes after its answer is thrown away."""
        if not self._over:
            self._inlet.receive_data(data, self._proxy.loop.time())
            self._turn()

    def ended(self) -> None:
        """The program left in the middle of its request, or has its answer, or said all."""
        if self._line is not None and not self._over:
            self._ended = True
            return
        if not self._over:
            self._inlet.receive_data(b"", self._proxy.loop.time())
            self._turn()
        self.carrier.close()

    def drained(self) -> None:
        """Answers are short; nothing was held back for them."""

    def lost(self, error: OSError | None) -> None:
        """The connection is closed."""
        self._proxy.left(self)
        self._give_up()

    # The request

    def _turn(self) -> None:
        wanted = False
        for event in self._inlet.events():
            match event:
                case StreamWanted(address, early):
                    wanted = True
                    self.address, self.early = address, early
                case UdpWanted():
                    wanted = self._udp = True
                    request = uot.Request(uot.Framing.ADDRESSED, _NO_DESTINATION)
                    self.early = uot.encode_request(request)
                case Outgoing(data):
                    self._more(data)
                case Ended():
                    self._over = True
        for item in self._inlet.data_to_send():
            self.carrier.write(item)
        if self._over:
            self._leave()
        elif wanted:
            self.deadline = self._proxy.loop.time() + OPEN_PATIENCE
            self._try()

    def _more(self, data: bytes) -> None:
        """The program does not wait for its target: keep what it says, in case of a retry."""
        self.early += data
        if self._stream is not None:
            self._stream.session.send(self._stream.number, data)
        if len(self.early) > _EARLY:
            self.carrier.pause()

    def _leave(self) -> None:
        # Closing at once could tear the answer away: unread bytes make a close an RST.
        self._give_up()
        self.deadline = self._proxy.loop.time() + LINGER
        self.carrier.finish()
        self.carrier.resume()

    def _give_up(self) -> None:
        """The target, if one was asked for, is wanted no longer."""
        if self._line is not None:
            self._line.forget(self)
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _try(self) -> None:
        self._tries += 1
        line = self._proxy.choose(self._tried) if self._tries <= _TRIES else None
        if line is None:
            self._refuse(self._refusal or self._proxy.failure)
            return
        self._line = line
        line.open(self)

    def too_late(self) -> None:
        """The deadline has passed."""
        if self._over:
            self.carrier.drop()
        elif self._line is None:
            self._inlet.wake(self._proxy.loop.time())
            self._turn()
        elif self._stream is None:
            self._refuse(self._refusal or Failure.BRIDGE_UNREACHABLE)
        else:
            self._refuse(Failure.TARGET_TIMEOUT)

    # What the client's sessions say about it

    def attached(self, session: ClientSession, number: int) -> Stream:
        """A session asks the bridge for the target."""
        make = UdpStream if self._udp else ProgramStream
        self._stream = stream = make(session, number)
        return stream

    def accepted(self) -> None:
        """The target is connected: answer the program and hand its connection over."""
        stream = self._stream
        if stream is None or self.carrier.closed:
            return
        self._proxy.left(self)
        if isinstance(stream, UdpStream):
            stream.serve(self.carrier, self._inlet)
        else:
            self._inlet.accept()
            for item in self._inlet.data_to_send():
                self.carrier.write(item)
            stream.inlet = None if self._inlet.transparent else self._inlet
            stream.join(self.carrier)
        if self._ended:
            stream.ended()
        self._stream = None

    def refused(self, failure: Failure) -> None:
        """The bridge cannot reach the target, or does not want to serve this user."""
        if failure in _OF_THE_BRIDGE:
            self.unserved(failure)
        else:
            self._refuse(failure)

    def _refuse(self, failure: Failure) -> None:
        if not (self._over or self.carrier.closed):
            self._inlet.refuse(failure)
            self._turn()

    def unserved(self, failure: Failure) -> None:
        """The session ended before an answer: try again, on another line if need be."""
        self._stream = None
        if self._line is not None and failure is not Failure.BRIDGE_LOST:
            self._tried.append(self._line)
        self._refusal = failure
        if not (self._over or self.carrier.closed):
            self._try()


class ProgramStream(TcpStream):
    """A program's open connection. ``inlet`` rewrites what it says, where it has to."""

    __slots__ = ("inlet",)

    def __init__(self, session: ClientSession, number: int) -> None:
        super().__init__(session, number, IDLE_PATIENCE)
        self.inlet: Inlet | None = None

    def received(self, data: memoryview) -> None:
        """Bytes from the program."""
        if self.inlet is None:
            super().received(data)
        else:
            self._through_inlet(data)

    def ended(self) -> None:
        """The program will say no more."""
        if self.inlet is None:
            super().ended()
        else:
            self._through_inlet(b"")

    def _through_inlet(self, data: Buffer) -> None:
        inlet = self.inlet
        if inlet is None:
            return
        inlet.receive_data(data, self.session.loop.time())
        for event in inlet.events():
            match event:
                case Outgoing(onward):
                    super().received(memoryview(onward))
                case Ended(""):
                    super().ended()
                case Ended():
                    self.close()

    def ended_unheard(self) -> None:
        """The bridge knows no half-closed streams: leave it open for the answer, if one is due.

        A program that has its answer has probably left; its session should not wait for long.
        """
        self.patience = LINGER if self.answered else HALF_CLOSED_PATIENCE


class UdpStream:
    """A program's UDP association: datagrams on a local port, framed in one stream."""

    __slots__ = ("_carrier", "_port", "_reader", "_stops", "number", "patience", "session",
                 "used")  # fmt: skip

    def __init__(self, session: ClientSession, number: int) -> None:
        self.session = session
        self.number = number
        self.patience = IDLE_PATIENCE
        self.used = session.loop.time()
        self._port: SocksUdpPort | None = None
        self._carrier: Carrier | None = None
        self._reader = uot.DatagramReader(uot.Framing.ADDRESSED)
        self._stops = 0

    def serve(self, carrier: Carrier, inlet: Inlet) -> None:
        """Open the local port and tell the program. The association ends with ``carrier``."""
        try:
            listen, peer = carrier.sock.getsockname()[0], carrier.sock.getpeername()[0]
            self._port = SocksUdpPort(listen, peer, 0, self._send)
        except OSError:  # no port is free, or the program is gone
            inlet.refuse(Failure.OTHER)
        else:
            inlet.accept_udp(self._port.bound)
        for item in inlet.data_to_send():
            carrier.write(item)
        self._carrier = carrier
        carrier.sink = self
        if self._port is None:
            self.close()
        else:
            carrier.resume()

    def _send(self, address: Address, payload: bytes) -> None:
        self.used = self.session.loop.time()
        if not self._stops:  # UDP may lose; it must not pile up
            frame = uot.encode_datagram(uot.Framing.ADDRESSED, address, payload)
            self.session.send(self.number, frame)

    # The control connection's sink: nothing is said on it, its end is the end

    def received(self, data: memoryview) -> None:
        """Nothing is expected here."""

    def ended(self) -> None:
        """The program ends its association."""
        self.close()

    def drained(self) -> None:
        """Nothing was held back."""

    def lost(self, error: OSError | None) -> None:
        """The program is gone."""
        self.close()

    # The session's side

    def deliver(self, data: Buffer) -> None:
        """Bytes of framed datagrams from the bridge."""
        self.used = self.session.loop.time()
        try:
            datagrams = self._reader.feed(data)
        except RemoteProtocolError:
            self.close()
            return
        for address, payload in datagrams:
            if address is not None and self._port is not None:
                self._port.reply(address, payload)

    def flush(self) -> None:
        """Datagrams left as they came."""

    def input_ended(self) -> None:
        """The bridge has no more datagrams."""
        self.close()

    def closed(self) -> None:
        """The bridge ended the association."""
        if self._port is not None:
            self._port.close()
        if self._carrier is not None:
            self._carrier.close()

    def broken(self) -> None:
        """The session ended."""
        self.closed()

    def close(self) -> None:
        """End the association at both ends."""
        self.session.close_stream(self.number)
        self.closed()

    def stop(self, reason: int) -> None:
        """Drop datagrams while the session is full."""
        self._stops |= reason

    def go(self, reason: int) -> None:
        """Take datagrams again."""
        self._stops &= ~reason
