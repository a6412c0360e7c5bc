"""One TCP connection to the bridge: a user's session, or a stranger at the cover.

Nobody learns which of the two a connection could have been. Whoever does not
authenticate with the first piece of plaintext is handed to the cover with all
that was said. Who says nothing after the handshake gets the cover too, after a
grace of half the handshake's round trip, since a web server that speaks HTTP/2
begins by itself; until it has spoken, a late user is still let in.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from functools import partial
from typing import Protocol

from peppermoth.cloaks.anytls import AnyTlsServer, Authenticated, StreamOpened
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Ended, Rejected
from peppermoth.cloaks.session import SessionReady, StreamClosed
from peppermoth.cloaks.tls import NOT_TLS, Plaintext, Secured, Tls
from peppermoth.errors import CarrierError, Failure
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.cover_relay import CoverRelay
from peppermoth.tunnel.fronts import ClearFront, TlsFront
from peppermoth.tunnel.outbound import Attempt, Outbound, Outcome
from peppermoth.tunnel.relayed_udp import RelayedUdp
from peppermoth.tunnel.service import Service
from peppermoth.tunnel.streams import STREAM_HANDLERS, Session, TcpStream
from peppermoth.tunnel.targets import Targets

log = logging.getLogger(__name__)

NGINX_READ = 16_709  # what OpenSSL reads of a socket at a time; more may stay unread: then RST
_GRACE = (0.02, 0.25)  # bounds, in seconds, of the wait for a user's first words


class Host(Protocol):
    """What a connection needs of its bridge."""

    service: Service
    outbound: Outbound
    targets: Targets

    def admit(self, connection: Connection, user: str) -> bool:
        """A user's session begins; False when there are too many."""

    def left(self, connection: Connection) -> None:
        """The connection is closed."""


class Connection(Session):
    """The bridge's end of one TCP connection."""

    def __init__(self, host: Host, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._host = host
        self._service = host.service
        super().__init__(loop, Layered(Tls(self._service.stack), self._make_machine))
        self.user: str | None = None
        self.idle_since = loop.time()
        self._began = loop.time()
        self._protocol: str | None = None
        self._relay: CoverRelay | None = None
        self._connecting: dict[int, Attempt] = {}
        self.pump.carrier = Carrier(loop, sock, self.pump)
        self.pump.carrier.read_at_most(NGINX_READ)
        self.pump.carrier.resume()
        patience = self._service.limits.handshake_timeout
        self._timer = loop.call_later(patience, self._silent)

    def _make_machine(self, now: float) -> AnyTlsServer:
        service = self._service
        draw = secrets.SystemRandom().randint
        return AnyTlsServer(service.users.find, service.scheme, draw, now)

    # The pump's owner

    def congested(self, full: bool) -> None:
        """The client takes no more, or takes more again."""
        super().congested(full)
        if self._relay is not None and not full:
            self._relay.front_drained()

    def gone(self, error: OSError | None) -> None:
        """The connection is closed."""
        self._timer.cancel()
        for attempt in self._connecting.values():
            attempt.cancel()
        super().gone(error)
        if self._relay is not None:
            self._relay.client_lost()
        self._host.left(self)

    # A stranger

    def _silent(self) -> None:
        """No handshake in time: nginx closes without a word."""
        self.over = True
        self.pump.carrier.drop()

    def _show_cover(self) -> None:
        if self._relay is None:
            cover, front = self._service.cover, TlsFront(self.machine, self.pump)
            deadline = self._began + self._service.limits.handshake_timeout
            self._relay = CoverRelay(
                self.loop, cover, front, alpn=self._protocol, deadline=deadline
            )

    def _on_rejected(self, event: Rejected) -> None:
        self._timer.cancel()
        if event.reason == NOT_TLS:
            front = ClearFront(self.pump.carrier, self.gone)
            self._relay = front.relay = CoverRelay(
                self.loop, self._service.cover, front, clear=True
            )
        self._show_cover()
        if self._relay is not None:
            self._relay.from_client(event.received)

    def _on_plaintext(self, event: Plaintext) -> None:
        if self._relay is not None:
            self._relay.from_client(event.data)

    # A user

    def _on_secured(self, event: Secured) -> None:
        self._timer.cancel()
        self._protocol = event.protocol
        trip = self.loop.time() - self._began
        low, high = _GRACE
        grace = min(max(trip / 2, low), high)
        self._timer = self.loop.call_later(grace, self._show_cover)

    def _on_authenticated(self, event: Authenticated) -> None:
        self._timer.cancel()
        self.pump.carrier.read_at_most()
        self.pump.carrier.bound_flight()
        if self._relay is not None:
            self._relay.client_lost()
            self._relay = None
        self.user = event.user
        if not self._host.admit(self, event.user):
            self.inner.alert(Failure.BRIDGE_BUSY.value)
            self.close()

    def _on_ready(self, event: SessionReady) -> None:
        """The client's settings concern the machine alone."""

    def _on_ended(self, event: Ended) -> None:
        if self.user is None and not event.reason:
            self._show_cover()
        if self._relay is not None and not event.reason:
            self._relay.client_ended()
        else:
            self.close()

    def close(self) -> None:
        """Say goodbye and close; streams break."""
        self._timer.cancel()
        super().close()

    # Streams

    def close_stream(self, number: int) -> None:
        """As of every session; a connection attempt ends with its stream."""
        super().close_stream(number)
        self._left(number)

    def _left(self, number: int) -> None:
        if attempt := self._connecting.pop(number, None):
            attempt.cancel()
        if not self.streams:
            self.idle_since = self.loop.time()

    def _on_stream_closed(self, event: StreamClosed) -> None:
        self._on_closed(event)
        self._left(event.stream)

    def _on_opened(self, event: StreamOpened) -> None:
        number, address = event.stream, event.address
        limits = self._service.limits
        if not self._welcome():
            self.inner.refuse(number, Failure.BRIDGE_REJECTED.value)
            return
        if len(self.streams) >= limits.streams_per_session:
            self.inner.refuse(number, Failure.BRIDGE_BUSY.value)
            return
        if address.host in RelayedUdp.NAMES:
            self._open_udp(number, address.host)
            return
        stream = TcpStream(self, number, limits.stream_idle_timeout)
        self.add(number, stream)
        connected = partial(self._connected, stream)
        attempt = self._host.outbound.start(address, connected)
        if number in self.streams and stream.carrier is None:
            self._connecting[number] = attempt

    def _open_udp(self, number: int, name: str) -> None:
        limits = self._service.limits
        if sum(isinstance(s, RelayedUdp) for s in self.streams.values()) >= limits.udp_per_session:
            self.inner.refuse(number, Failure.BRIDGE_BUSY.value)
            return
        idle = limits.udp_idle_timeout
        self.add(number, RelayedUdp(self, number, name, self._host.targets, idle))
        self.inner.accept(number)

    def _welcome(self) -> bool:
        """Whether the user is still one after a reload, with the same password."""
        users = self._host.service.users
        return self.user is not None and users.keep(self.user, self._service.users)

    def _connected(self, stream: TcpStream, outcome: Outcome) -> None:
        number = stream.number
        self._connecting.pop(number, None)
        if isinstance(outcome, CarrierError):
            self.streams.pop(number, None)
            self.release(number)
            self.inner.refuse(number, outcome.failure.value)
            self._left(number)
        else:
            self.inner.accept(number)
            stream.join(Carrier(self.loop, outcome, stream))
        self.pump.soon()

    _handlers = STREAM_HANDLERS | {
        Secured: _on_secured,
        Rejected: _on_rejected,
        Plaintext: _on_plaintext,
        Authenticated: _on_authenticated,
        SessionReady: _on_ready,
        StreamOpened: _on_opened,
        StreamClosed: _on_stream_closed,
        Ended: _on_ended,
    }
