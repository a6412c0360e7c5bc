"""What a program says to the local proxy: SOCKS5 or HTTP on one port, told by the first byte.

The machine reads one request per connection, says what is wanted and, once told
how that went, answers in the client's own protocol. It does no I/O. The two
protocols stand in ``inlet_socks`` (RFC 1928, RFC 1929) and ``inlet_http`` (RFC
9110, RFC 9112), which also holds what keeps web pages from using the port.

Invariants: bytes of a client never raise; they end in an answer and ``Ended``,
which comes at most once and last, while ``data_to_send`` may still hold the
answer. What the client says before the answer is an event, not a buffer here, so
a driver bounds it by pausing its reads. A request that is not complete
``patience`` seconds after the connection was made ends it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias

from peppermoth.cloaks.machine import Buffer, Ended, Event
from peppermoth.errors import Failure, LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.tunnel.inlet_http import ConnectRequest, ForwardedRequest, read_http
from peppermoth.tunnel.inlet_socks import Credentials, SocksRequest, read_socks
from peppermoth.wire.socks import Reply, encode_reply

PATIENCE = 30.0

_SOCKS4 = 0x04
_SOCKS5 = 0x05
_TLS_HANDSHAKE = 0x16
_NOT_SPOKEN = {
    _SOCKS4: "the client speaks SOCKS4; this proxy speaks SOCKS5 and HTTP",
    _TLS_HANDSHAKE: "the client speaks TLS to the proxy; this proxy speaks SOCKS5 and plain HTTP",
}

_Request: TypeAlias = SocksRequest | ConnectRequest | ForwardedRequest


@dataclass(frozen=True, slots=True)
class StreamWanted(Event):
    """The client wants a stream to ``address``; ``early`` is what it has for the target already.

    Answer with ``accept`` or ``refuse``.
    """

    address: Address
    early: bytes


@dataclass(frozen=True, slots=True)
class UdpWanted(Event):
    """The client wants a UDP association. Answer with ``accept_udp`` or ``refuse``."""


@dataclass(frozen=True, slots=True)
class Outgoing(Event):
    """More bytes for the target."""

    data: bytes


class Inlet:
    """One connection of a program to the local proxy, the proxy's side of it.

    ``credentials`` are the user name and password that a client must give, or None.
    ``now`` and ``patience`` are in seconds. ``transparent`` turns true once both
    directions may bypass the machine; where it stays false, only the answer's bytes
    may. ``Ended`` without a reason is the client's end of its stream.
    """

    __slots__ = (
        "_credentials",
        "_deadline",
        "_events",
        "_handshake",
        "_out",
        "_over",
        "_received",
        "_request",
        "_unanswered",
        "transparent",
    )

    def __init__(
        self, credentials: Credentials | None, now: float, patience: float = PATIENCE
    ) -> None:
        self._credentials = credentials
        self._deadline: float | None = now + patience
        self._received = bytearray()
        self._handshake: Generator[None, None, _Request] | None = None
        self._request: _Request | None = None
        self._unanswered = False
        self._over = False
        self._events: list[Event] = []
        self._out: list[bytes] = []
        self.transparent = False

    # Machine

    def receive_data(self, data: Buffer, now: float) -> None:
        """Bytes from the client; ``b""`` is the end of its stream."""
        if self._over:
            return
        if self._request is not None:
            self._pass_on(self._request, data)
        elif data:
            self._read(data)
        else:
            self._end("the client left in the middle of its request" if self._handshake else "")

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[bytes]:
        """What to write to the client since the last call."""
        out = self._out[:]
        self._out.clear()  # in place: the handshake appends to this list
        return out

    def next_wakeup(self) -> float | None:
        """When a client that has not finished its request is out of time."""
        return self._deadline

    def wake(self, now: float) -> None:
        """End the connection if its time is over."""
        if self._deadline is not None and now >= self._deadline:
            self._end("the client did not finish its request in time")

    # Verbs

    def accept(self) -> None:
        """The stream is up. Raises LocalProtocolError when none is wanted."""
        request = self._answering()
        if request.address is None:
            raise LocalProtocolError("a UDP association is accepted with accept_udp")
        if request.granted:
            self._out.append(request.granted)
        self._unanswered = False
        self.transparent = request.transparent

    def accept_udp(self, bound: Address) -> None:
        """Datagrams are taken at ``bound``. Raises LocalProtocolError when no UDP is wanted."""
        if self._answering().address is not None:
            raise LocalProtocolError("a stream is accepted with accept")
        self._out.append(encode_reply(Reply.SUCCEEDED, bound))
        self._unanswered = False

    def refuse(self, failure: Failure) -> None:
        """Tell the client why not, and end. Raises LocalProtocolError when nothing is wanted."""
        self._out.append(self._answering().refusal(failure))
        self._end(failure.value)

    # Inside

    def _answering(self) -> _Request:
        if self._request is None or not self._unanswered:
            raise LocalProtocolError("no request waits for an answer")
        return self._request

    def _read(self, data: Buffer) -> None:
        self._received += data
        if self._handshake is None:
            first = data[0]
            if first in _NOT_SPOKEN:
                self._end(_NOT_SPOKEN[first])
                return
            read = read_socks if first == _SOCKS5 else read_http
            self._handshake = read(self._received, self._out, self._credentials)
        try:
            next(self._handshake)
        except StopIteration as finished:
            self._want(finished.value)
        except RemoteProtocolError as exc:
            self._end(str(exc))

    def _want(self, request: _Request) -> None:
        self._request = request
        self._unanswered = True
        self._deadline = None
        self._received.clear()
        if request.address is None:
            self._events.append(UdpWanted())
        else:
            self._events.append(StreamWanted(request.address, request.early))
        if request.fault:
            self._end(request.fault)

    def _pass_on(self, request: _Request, data: Buffer) -> None:
        onward = request.onward(bytes(data))
        if onward:
            self._events.append(Outgoing(onward))
        if request.fault:
            self._end(request.fault)
        elif not data:
            self._end("")

    def _end(self, reason: str) -> None:
        self._over = True
        self._unanswered = False
        self._deadline = None
        self._received.clear()
        self._events.append(Ended(reason))
