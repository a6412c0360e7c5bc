"""The bridge: listens, hands each connection its own owner, reloads, drains.

What it serves is a ``Service``; a reload replaces it for new connections. Its own
public address is refused as a target like its local ones.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable

from peppermoth.errors import ConfigError
from peppermoth.redact import Address
from peppermoth.tunnel.addresses import guess_public_address
from peppermoth.tunnel.bridge_session import Connection
from peppermoth.tunnel.listener import Listener, bind
from peppermoth.tunnel.outbound import Outbound
from peppermoth.tunnel.resolve import Resolver
from peppermoth.tunnel.service import Service, load
from peppermoth.tunnel.settings import BRIDGE_PORT, UNPRIVILEGED_PORT, BridgeSettings
from peppermoth.tunnel.targets import OwnAddresses, Targets

log = logging.getLogger(__name__)

DRAIN = 5.0  # seconds that open streams have when the bridge is told to stop
_SWEEP = 5.0
_LOOK = 0.02
_RENEW = 24 * 3600.0  # how often a self-made certificate is looked at, to be renewed in time
_EVERYWHERE = "::" if socket.has_dualstack_ipv6() else "0.0.0.0"  # noqa: S104 - a public server


class Bridge:
    """A running bridge. ``start`` it on the running loop, ``stop`` it when done.

    A reload takes its settings from ``reread``, if given, and then calls ``reloaded``,
    which may raise ConfigError. Where the bridge listens does not change. Targets'
    names are looked up by ``resolver``, the system's by default.
    """

    service: Service
    outbound: Outbound
    targets: Targets

    def __init__(
        self,
        settings: BridgeSettings,
        reread: Callable[[], BridgeSettings] | None = None,
        reloaded: Callable[[], None] = lambda: None,
        resolver: Resolver | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._settings = settings
        self._reread = reread
        self._told = reloaded
        self._resolver = resolver or Resolver()
        self._listeners: list[Listener] = []
        self._connections: set[Connection] = set()
        self._loaded = self._loop.time()
        self._strangers = 0
        self._sessions: Counter[str] = Counter()
        self._sweeper: asyncio.TimerHandle | None = None
        self._reloading: asyncio.Task[None] | None = None

    @property
    def addresses(self) -> list[Address]:
        """Where it listens."""
        return [listener.address for listener in self._listeners]

    @property
    def streams(self) -> int:
        """Open streams of all users."""
        return sum(len(connection.streams) for connection in self._connections)

    async def start(self) -> None:
        """Bind and serve. Raises ConfigError."""
        sockets = self._bind()
        try:
            port = sockets[0].getsockname()[1]
            self.service = await load(self._settings, self._public_address(port))
        except BaseException:
            for sock in sockets:
                sock.close()
            raise
        self._aim()
        self._listeners = [Listener(self._loop, sock, self._accepted) for sock in sockets]
        self._sweep()

    def _aim(self) -> None:
        """Decide which targets may be reached, by the present settings."""
        public = self.service.address.ip
        own = OwnAddresses([public] if public else [])
        allow = self._settings.allow_private
        self.targets = Targets(self._resolver, allow_private=allow, own=own)
        self.outbound = Outbound(self.targets, timeout=self.service.limits.connect_timeout)

    def _bind(self) -> list[socket.socket]:
        if not self._settings.listen:
            try:
                return [bind(Address(_EVERYWHERE, BRIDGE_PORT))]
            except ConfigError:
                return [bind(Address(_EVERYWHERE, UNPRIVILEGED_PORT))]
        sockets: list[socket.socket] = []
        try:
            sockets.extend(map(bind, self._settings.listen))
        except ConfigError:
            for sock in sockets:
                sock.close()
            raise
        return sockets

    def _public_address(self, port: int) -> Address:
        if self._settings.public_host:
            return Address(self._settings.public_host, port)
        for address in self._settings.listen:
            if address.ip is not None and not address.ip.is_unspecified:
                return Address(address.host, port)
        own = guess_public_address()
        return Address(own.host if own else "127.0.0.1", port)

    def reload(self) -> None:
        """Read users, certificate, cover and padding scheme anew; open streams go on."""
        if self._reloading is None or self._reloading.done():
            self._reloading = self._loop.create_task(self._reload())

    async def _reload(self) -> None:
        self._loaded = self._loop.time()
        try:
            settings = self._reread() if self._reread is not None else self._settings
            service = await load(settings, self.service.address)
        except ConfigError as exc:
            log.error("Nothing was reloaded: %s", exc)
            return
        self._settings, self.service = settings, service
        self._aim()
        log.info("Reloaded: new connections use it, open ones go on.")
        try:
            self._told()
        except ConfigError as exc:
            log.error("%s", exc)

    async def stop(self, drain: float = DRAIN) -> None:
        """Take nothing new, give open streams ``drain`` seconds, end the rest."""
        for listener in self._listeners:
            listener.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._reloading is not None:
            self._reloading.cancel()
        deadline = self._loop.time() + drain
        await self._until(deadline, lambda: not self.streams)
        for connection in list(self._connections):
            connection.close()
        await self._until(deadline, lambda: not self._connections)  # what was written goes out
        for connection in list(self._connections):
            connection.pump.carrier.drop()
        await self.service.cover.close()

    async def _until(self, deadline: float, done: Callable[[], bool]) -> None:
        while not done() and self._loop.time() < deadline:  # noqa: ASYNC110 - a plain wait
            await asyncio.sleep(_LOOK)

    def _accepted(self, sock: socket.socket) -> None:
        if self._strangers >= self.service.limits.unauthenticated:
            sock.close()
            return
        self._strangers += 1
        self._connections.add(Connection(self, sock))

    def _sweep(self) -> None:
        self._sweeper = self._loop.call_later(_SWEEP, self._sweep)
        now = self._loop.time()
        idle = self.service.limits.session_idle_timeout
        for connection in list(self._connections):
            connection.close_idle(now)
            if connection.user and not connection.streams and now - connection.idle_since > idle:
                connection.close()
        if self.service.watch.changed() or now - self._loaded > _RENEW:
            self.reload()

    # What connections ask for

    def admit(self, connection: Connection, user: str) -> bool:
        """A stranger turns out to be a user."""
        self._strangers -= 1
        self._sessions[user] += 1
        return self._sessions[user] <= self.service.limits.sessions_per_user

    def left(self, connection: Connection) -> None:
        """The connection is closed."""
        self._connections.discard(connection)
        if connection.user is None:
            self._strangers -= 1
        else:
            self._sessions[connection.user] -= 1
            if not self._sessions[connection.user]:
                del self._sessions[connection.user]
