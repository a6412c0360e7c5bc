"""One connection of the client to a bridge, and the streams that programs want on it."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Protocol

from peppermoth.cloaks.anytls import Alerted, SchemeUpdated, StreamAccepted, StreamRefused
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Ended, Machine, Rejected
from peppermoth.cloaks.session import SILENT, SessionReady, StreamClosed
from peppermoth.cloaks.tls import Plaintext, Secured, Tls, Untrusted
from peppermoth.errors import Failure
from peppermoth.redact import Address
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.streams import STREAM_HANDLERS, Session, Stream
from peppermoth.wire.anytls import PaddingScheme

log = logging.getLogger(__name__)

# How other bridges word a refusal (SYNACK texts of Go programs), beside our own values.
_REFUSALS = (
    ("refused", Failure.TARGET_REFUSED),
    ("no such host", Failure.NAME_UNKNOWN),
    ("lookup", Failure.NAME_UNKNOWN),
    ("timeout", Failure.TARGET_TIMEOUT),
    ("deadline", Failure.TARGET_TIMEOUT),
    ("unreachable", Failure.TARGET_UNREACHABLE),
    ("no route", Failure.TARGET_UNREACHABLE),
)


def refusal(text: str) -> Failure:
    """What a SYNACK's text says about why the target could not be reached."""
    try:
        return Failure(text)
    except ValueError:
        lower = text.lower()
        return next((failure for part, failure in _REFUSALS if part in lower), Failure.OTHER)


class Wanted(Protocol):
    """A program that wants a stream and has no answer yet."""

    address: Address
    early: bytes

    def attached(self, session: ClientSession, number: int) -> Stream:
        """A session asks the bridge for it; what comes goes to the stream returned."""

    def accepted(self) -> None:
        """The target is connected."""

    def refused(self, failure: Failure) -> None:
        """The bridge cannot reach the target."""

    def unserved(self, failure: Failure) -> None:
        """The session ended before the bridge said anything about the target."""


class SessionOwner(Protocol):
    """Who keeps sessions and hears how they fare."""

    def make_machine(self, now: float) -> Machine:
        """The machine inside TLS."""

    def has_room(self, session: ClientSession) -> None:
        """The session can take a stream."""

    def is_ready(self, session: ClientSession, extended: bool) -> None:
        """The bridge of this session told what it speaks."""

    def scheme_updated(self, scheme: PaddingScheme) -> None:
        """Later sessions must use this scheme."""

    def lost(self, session: ClientSession, failure: Failure) -> None:
        """The session has ended."""


class ClientSession(Session):
    """A session on a connected socket. ``streams_per_session`` counts where the bridge agrees."""

    def __init__(
        self,
        owner: SessionOwner,
        tls: Tls,
        sock: socket.socket,
        streams_per_session: int,
        patience: float,
    ) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop, Layered(tls, owner.make_machine))
        self._owner = owner
        self._streams_per_session = streams_per_session
        self._capacity = 1
        self._opening: dict[int, Wanted] = {}
        self._failure = Failure.BRIDGE_UNREACHABLE  # what an end means now
        self.ready = False
        self.idle_since = loop.time()
        self.pump.carrier = Carrier(loop, sock, self.pump)
        self.pump.carrier.resume()
        self._deadline = loop.call_later(patience, self.fail, Failure.BRIDGE_UNREACHABLE)
        self.pump.turn()

    @property
    def room(self) -> bool:
        """Whether another stream may be opened here."""
        if self.over or self.inner is None or self.inner.ended:
            return False
        return len(self.streams) < self._capacity

    def attach(self, wanted: Wanted) -> None:
        """Ask the bridge for a stream to the target that is wanted."""
        now = self.loop.time()
        number = self.inner.open_stream(wanted.address, now)
        self._opening[number] = wanted
        self.add(number, wanted.attached(self, number))
        if wanted.early:
            self.inner.send_data(number, wanted.early, now)
        self.pump.soon()

    def close_stream(self, number: int) -> None:
        """As of every session; an empty one begins to be idle."""
        super().close_stream(number)
        self._left(number)

    def fail(self, failure: Failure, detail: str = "no TLS in time") -> None:
        """This session is no use: end it and its streams, and tell the owner."""
        if self.over:
            return
        log.debug("session ended: %s (%s)", failure.value, detail)
        self.over = True
        self._deadline.cancel()
        self._failure = failure
        self._owner.lost(self, failure)  # first, so that streams which try again know of it
        self.break_streams()
        self.machine.close()
        self.pump.close()

    def gone(self, error: OSError | None) -> None:
        """The connection is closed."""
        self.fail(self._failure, str(error or "closed"))
        self.break_streams()

    def break_streams(self) -> None:
        """End open streams with an error; those that only wait may try elsewhere."""
        opening, self._opening = self._opening, {}
        for number in opening:
            self.streams.pop(number, None)
        super().break_streams()
        for wanted in opening.values():
            wanted.unserved(self._failure)

    def _left(self, number: int) -> None:
        self._opening.pop(number, None)
        if not self.streams:
            self.idle_since = self.loop.time()
        if self.room:
            self._owner.has_room(self)

    # Events

    def _on_secured(self, event: Secured) -> None:
        self._deadline.cancel()
        self._failure = Failure.BRIDGE_LOST
        self.pump.carrier.bound_flight()
        self._owner.has_room(self)

    def _on_untrusted(self, event: Untrusted) -> None:
        self.fail(Failure.BRIDGE_UNTRUSTED, event.reason)

    def _on_rejected(self, event: Rejected) -> None:
        self.fail(Failure.BRIDGE_REJECTED, event.reason)

    def _on_plaintext(self, event: Plaintext) -> None:
        """What a web site goes on to say to us; nobody listens."""

    def _on_alerted(self, event: Alerted) -> None:
        self._failure = refusal(event.text)  # whose text may hold anything: it is not logged
        log.warning("The bridge ended a session: %s", self._failure.sentence)

    def _on_ended(self, event: Ended) -> None:
        # One that fell silent will not answer the next session either.
        silent = event.reason == SILENT
        self.fail(Failure.BRIDGE_UNREACHABLE if silent else self._failure, event.reason)

    def _on_ready(self, event: SessionReady) -> None:
        self._told(event.extended)

    def _told(self, extended: bool) -> None:
        if not self.ready:
            self.ready = True
            if extended:
                self._capacity = self._streams_per_session
            self._owner.is_ready(self, extended)

    def _on_scheme(self, event: SchemeUpdated) -> None:
        self._owner.scheme_updated(event.scheme)

    def _on_accepted(self, event: StreamAccepted) -> None:
        self._told(False)  # version 1 never does; its word is as good as settings
        if wanted := self._opening.pop(event.stream, None):
            wanted.accepted()

    def _on_refused(self, event: StreamRefused) -> None:
        self.streams.pop(event.stream, None)
        wanted = self._opening.pop(event.stream, None)
        self._left(event.stream)
        if wanted is not None:
            wanted.refused(refusal(event.text))

    def _on_stream_closed(self, event: StreamClosed) -> None:
        self._on_closed(event)
        self._left(event.stream)

    _handlers = STREAM_HANDLERS | {
        Secured: _on_secured,
        Untrusted: _on_untrusted,
        Rejected: _on_rejected,
        Plaintext: _on_plaintext,
        Alerted: _on_alerted,
        Ended: _on_ended,
        SessionReady: _on_ready,
        SchemeUpdated: _on_scheme,
        StreamAccepted: _on_accepted,
        StreamRefused: _on_refused,
        StreamClosed: _on_stream_closed,
    }
