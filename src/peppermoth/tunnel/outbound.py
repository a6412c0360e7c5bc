"""TCP connections from the bridge to targets: happy eyeballs (RFC 8305).

A name's addresses are tried in order: the next one 250 ms after the last, or at
once when an attempt fails. The first to connect wins; the others are closed.
Attempts are bare non-blocking sockets watched by the event loop, without a task
or a thread for each; an IP literal never meets a resolver.

Limits: one time for all of it, lookup included (10 s by default).
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Iterable

from peppermoth.errors import CarrierError, Failure
from peppermoth.redact import Address
from peppermoth.tunnel.resolve import IpAddress
from peppermoth.tunnel.targets import FAMILIES, Targets

STAGGER = 0.25
TIMEOUT = 10.0

_FAILURES = {
    errno.ECONNREFUSED: Failure.TARGET_REFUSED,
    errno.ECONNRESET: Failure.TARGET_REFUSED,
    errno.ETIMEDOUT: Failure.TARGET_TIMEOUT,
    errno.EHOSTUNREACH: Failure.TARGET_UNREACHABLE,
    errno.ENETUNREACH: Failure.TARGET_UNREACHABLE,
    errno.ENETDOWN: Failure.TARGET_UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.TARGET_UNREACHABLE,
    errno.EAFNOSUPPORT: Failure.TARGET_UNREACHABLE,
    errno.EINVAL: Failure.TARGET_UNREACHABLE,  # a link-local address without its link
    errno.EACCES: Failure.TARGET_UNREACHABLE,  # a firewall on the bridge
    errno.EPERM: Failure.TARGET_UNREACHABLE,
    errno.EMFILE: Failure.BRIDGE_BUSY,
    errno.ENFILE: Failure.BRIDGE_BUSY,
    errno.ENOBUFS: Failure.BRIDGE_BUSY,
    errno.ENOMEM: Failure.BRIDGE_BUSY,
}
_MOST_TELLING_FIRST = (
    Failure.TARGET_REFUSED,
    Failure.TARGET_TIMEOUT,
    Failure.TARGET_UNREACHABLE,
    Failure.BRIDGE_BUSY,
    Failure.OTHER,
)
_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK}


def failure_of(number: int | None) -> Failure:
    """What an errno from connecting means to the person who asked."""
    return _FAILURES.get(number or 0, Failure.OTHER)


class Outbound:
    """Connects to targets that ``targets`` permits, within ``timeout`` seconds."""

    def __init__(self, targets: Targets, *, timeout: float = TIMEOUT) -> None:
        self._targets = targets
        self._timeout = timeout

    async def connect(self, address: Address) -> socket.socket:
        """A connected, non-blocking socket with TCP_NODELAY; the caller closes it.

        Raises CarrierError with the failure that tells most about the target.
        """
        try:
            async with asyncio.timeout(self._timeout):
                addresses = await self._targets.find(address)
                return await _Race(addresses, address.port).run()
        except TimeoutError:
            raise CarrierError(Failure.TARGET_TIMEOUT, "connect") from None


class _Race:
    """Attempts at one target; ``run`` once."""

    def __init__(self, addresses: Iterable[IpAddress], port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._left = deque(addresses)
        self._port = port
        self._decided: asyncio.Future[None] = self._loop.create_future()
        self._trying: set[socket.socket] = set()
        self._winner: socket.socket | None = None
        self._failures: list[Failure] = []
        self._stagger: asyncio.TimerHandle | None = None

    async def run(self) -> socket.socket:
        try:
            self._try_next()
            await self._decided
            if self._winner is None:
                raise CarrierError(min(self._failures, key=_MOST_TELLING_FIRST.index))
            winner, self._winner = self._winner, None
            return winner
        finally:
            self._close()

    def _try_next(self) -> None:
        """Start attempts until one is under way; without any, the race is lost."""
        if self._decided.done():
            return
        if self._stagger is not None:
            self._stagger.cancel()
        while self._left:
            try:
                self._attempt(self._left.popleft())
            except OSError as exc:
                self._failures.append(failure_of(exc.errno))
                continue
            if self._left and self._winner is None:
                self._stagger = self._loop.call_later(STAGGER, self._try_next)
            return
        if not self._trying and not self._decided.done():
            self._decided.set_result(None)

    def _attempt(self, ip: IpAddress) -> None:
        sock = socket.socket(FAMILIES[ip.version], socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = sock.connect_ex((str(ip), self._port))
            if number not in {0, *_IN_PROGRESS}:
                raise OSError(number, "connect")
        except OSError:
            sock.close()
            raise
        if _is_connected(sock):
            self._win(sock)
        else:
            self._trying.add(sock)
            self._loop.add_writer(sock, self._settle, sock)

    def _settle(self, sock: socket.socket) -> None:
        """The loop says that this attempt has come to an end."""
        if self._decided.done():
            return
        self._loop.remove_writer(sock)
        self._trying.discard(sock)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            sock.close()
            self._failures.append(failure_of(number))
            self._try_next()
        else:
            self._win(sock)

    def _win(self, sock: socket.socket) -> None:
        self._winner = sock
        self._decided.set_result(None)

    def _close(self) -> None:
        if self._stagger is not None:
            self._stagger.cancel()
        for sock in self._trying:
            self._loop.remove_writer(sock)
            sock.close()
        if self._winner is not None:
            self._winner.close()


def _is_connected(sock: socket.socket) -> bool:
    """Whether the connection stands already, as one within the machine does at once."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
