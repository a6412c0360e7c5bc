"""Bridges as the client knows them: sessions that are reused, links that fail over.

A ``Line`` is one link with its sessions. A new stream goes to the newest session
with room; only bridges that speak our extension get several streams a session,
because only they can hold back a slow one. ``Lines`` is the ordered choice among
links: the first that works, and back to a preferred one once it has been well
for a while.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peppermoth import __version__
from peppermoth.cloaks.anytls import CLIENT_PATIENCE, AnyTlsClient
from peppermoth.cloaks.machine import Machine
from peppermoth.cloaks.padding import Draw
from peppermoth.cloaks.session import Patience
from peppermoth.cloaks.tls import Stack, Tls
from peppermoth.errors import CarrierError, Failure
from peppermoth.tunnel.client_session import ClientSession, Wanted
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.outbound import Outbound
from peppermoth.wire.anytls import DEFAULT_SCHEME, PaddingScheme, password_key

log = logging.getLogger(__name__)

_CLIENT = f"peppermoth/{__version__}"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a client uses its bridges. Times are seconds.

    ``keep_idle`` sessions stay open however long they are ``idle``. ``rest`` is how
    long a bridge that failed is not asked again, ``recheck`` how often a preferred
    one that is down is tried, ``settle`` how long it must then hold. ``patience``
    is that with a bridge that falls silent.
    """

    streams_per_session: int = 8
    dials: int = 8
    dial_timeout: float = 10.0
    idle: float = 60.0
    keep_idle: int = 0
    rest: float = 2.0
    recheck: float = 15.0
    settle: float = 30.0
    patience: Patience = CLIENT_PATIENCE


class Line:
    """One link: its sessions, the streams that wait for one, and whether it works.

    ``place`` is the link's number among the links, from 1.
    """

    def __init__(
        self,
        place: int,
        link: Link,
        stack: Stack,
        outbound: Outbound,
        draw: Draw,
        policy: Policy,
        changed: Callable[[Line], None],
    ) -> None:
        self.link = link
        self.name = f"Bridge {place} ({link.name})" if link.name else f"Bridge {place}"
        self.sessions: list[ClientSession] = []
        self.failure: Failure | None = None
        self.failed_at = -math.inf
        self.up_since: float | None = None
        self.sent = 0
        self.received = 0
        self._loop = asyncio.get_running_loop()
        self._key = password_key(link.password.reveal())
        self._stack = stack
        self._outbound = outbound
        self._draw = draw
        self._policy = policy
        self._changed = changed
        self._scheme = DEFAULT_SCHEME
        self._extended: bool | None = None
        self._version = 1
        self._waiting: deque[Wanted] = deque()
        self._dials: set[asyncio.Task[None]] = set()

    @property
    def streams(self) -> int:
        """Streams that are open or being opened."""
        return sum(len(session.streams) for session in self.sessions) + len(self._waiting)

    @property
    def down(self) -> bool:
        """Whether the last attempt failed."""
        return self.failure is not None

    @property
    def has_a_session(self) -> bool:
        """Whether a stream could be opened at once, whatever became of the last attempt."""
        return any(session.room for session in self.sessions)

    def open(self, wanted: Wanted) -> None:
        """Open a stream on the newest session with room, or on one that is then made."""
        for session in reversed(self.sessions):
            if session.room:
                session.attach(wanted)
                return
        self._waiting.append(wanted)
        self._dial_enough()

    def forget(self, wanted: Wanted) -> None:
        """The program gave up while it waited for a session."""
        if wanted in self._waiting:
            self._waiting.remove(wanted)

    def probe(self) -> None:
        """See whether the bridge works: by a new session, unless one tells already."""
        if not self._dials and (self.down or not self.sessions):
            self._dial()

    def sweep(self, now: float) -> None:
        """Close sessions that were idle too long, and idle streams. Call it every second or so."""
        for session in self.sessions:
            session.close_idle(now)
        idle = [session for session in self.sessions if session.ready and not session.streams]
        for session in idle[: max(0, len(idle) - self._policy.keep_idle)]:
            if now - session.idle_since > self._policy.idle:
                self._part(session)
                session.close()

    def close(self) -> None:
        """End everything."""
        for dial in self._dials:
            dial.cancel()
        for session in list(self.sessions):
            self._part(session)
            session.close()

    def _dial_enough(self) -> None:
        making = len(self._dials) + sum(not session.ready for session in self.sessions)
        capacity = self._policy.streams_per_session if self._extended else 1
        wanted = 1 if self._extended is None else math.ceil(len(self._waiting) / capacity)
        for _ in range(min(wanted, self._policy.dials) - making):
            self._dial()

    def _dial(self) -> None:
        dial = self._loop.create_task(self._connect())
        self._dials.add(dial)
        dial.add_done_callback(self._dials.discard)

    async def _connect(self) -> None:
        policy = self._policy
        try:
            sock = await self._outbound.connect(self.link.address)
        except CarrierError as exc:
            self._failed(Failure.BRIDGE_UNREACHABLE, exc.failure.value)
            return
        tls = Tls(self._stack, self.link.peer)
        session = ClientSession(self, tls, sock, policy.streams_per_session, policy.dial_timeout)
        self.sessions.append(session)

    def _failed(self, failure: Failure, detail: str = "") -> None:
        if not self.down:
            log.warning("%s: %s", self.name, failure.sentence)
        log.debug("bridge failed: %s (%s)", failure.value, detail)
        self._version = 1  # whoever comes up there next may be an elder one
        self.failure = failure
        self.failed_at = self._loop.time()
        self.up_since = None
        waiting, self._waiting = self._waiting, deque()
        self._changed(self)
        for wanted in waiting:
            wanted.unserved(failure)

    def _part(self, session: ClientSession) -> None:
        self.sessions.remove(session)
        self.sent += session.sent
        self.received += session.received

    # The sessions' owner

    def make_machine(self, now: float) -> Machine:
        """A client's end of an AnyTLS session."""
        patience = self._policy.patience
        return AnyTlsClient(
            self._key, self._scheme, self._draw, _CLIENT, now, patience, self._version
        )

    def has_room(self, session: ClientSession) -> None:
        """Give the session to those who wait."""
        while self._waiting and session.room:
            session.attach(self._waiting.popleft())

    def is_ready(self, session: ClientSession, extended: bool) -> None:
        """The bridge works: remember what it speaks."""
        self._extended = extended
        self._version = session.inner.version
        if self.up_since is None:
            if self.down:
                log.info("%s works again.", self.name)
            self.failure = None
            self.up_since = self._loop.time()
            self._changed(self)
        self.has_room(session)
        if self._waiting:
            self._dial_enough()

    def scheme_updated(self, scheme: PaddingScheme) -> None:
        """Sessions from now on use the bridge's padding scheme."""
        self._scheme = scheme

    def lost(self, session: ClientSession, failure: Failure) -> None:
        """A session ended by itself. One that had worked says nothing about the next.

        So the next is made at once, if this one was in use.
        """
        if session in self.sessions:
            self._part(session)
        if not session.ready or failure is not Failure.BRIDGE_LOST:
            self._failed(failure)
        elif self._waiting:
            self._dial_enough()
        elif session.streams:
            self.probe()


class Lines:
    """The links in the order of preference."""

    def __init__(self, lines: Sequence[Line], policy: Policy) -> None:
        self.lines = lines
        self._policy = policy
        self._loop = asyncio.get_running_loop()
        self._checked = self._loop.time()
        self._current = 0

    @property
    def current(self) -> Line:
        """The line that new streams go to first."""
        return self.lines[self._current]

    def choose(self, tried: Sequence[Line]) -> Line | None:
        """The line for a stream that was on ``tried`` in vain, or None when it is hopeless."""
        now = self._loop.time()
        order = [*self.lines[self._current :], *self.lines[: self._current]]
        fresh = [line for line in order if line not in tried]
        for line in fresh:
            if not line.down or line.has_a_session:
                return line
        rested = (line for line in fresh if now - line.failed_at >= self._policy.rest)
        return next(rested, None)

    def changed(self, line: Line) -> None:
        """A line went up or down: settle on the one to use."""
        if not line.down:
            # A preferred line that comes back has to hold for a while first (see sweep).
            if self.current.down:
                self._use(self.lines.index(line))
        elif line is self.current:
            up = (number for number, other in enumerate(self.lines) if not other.down)
            self._use(next(up, 0))

    def sweep(self, now: float) -> None:
        """Look after idle sessions, and after preferred lines that were down."""
        for line in self.lines:
            line.sweep(now)
        preferred = self.lines[: self._current]
        for number, line in enumerate(preferred):
            if line.up_since is not None and now - line.up_since >= self._policy.settle:
                self._use(number)
                break
        if now - self._checked >= self._policy.recheck:
            self._checked = now
            for line in preferred:
                line.probe()

    def _use(self, number: int) -> None:
        if number != self._current:
            self._current = number
            log.info("New connections go through %s.", self.current.name)

    def close(self) -> None:
        """End everything."""
        for line in self.lines:
            line.close()
