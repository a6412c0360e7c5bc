"""TCP connections from the bridge to targets: happy eyeballs (RFC 8305).

A name's addresses are tried in order: the next one 250 ms after the last, or at
once when an attempt fails. The first to connect wins; the others are closed.
Attempts are bare non-blocking sockets watched by the event loop, without a task
or a thread for each; an IP literal never meets a resolver, and costs no task at all.

Limits: one time for all of it, lookup included (10 s by default).
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import deque
from collections.abc import Callable

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


Outcome = socket.socket | CarrierError
Done = Callable[[Outcome], None]


class Outbound:
    """Connects to targets that ``targets`` permits, within ``timeout`` seconds."""

    def __init__(self, targets: Targets, *, timeout: float = TIMEOUT) -> None:
        self._targets = targets
        self._timeout = timeout

    def start(self, address: Address, done: Done) -> Attempt:
        """Begin to connect. ``done`` is called once, perhaps before this returns.

        It gets a connected, non-blocking socket with TCP_NODELAY, which it must
        close, or the failure that tells most about the target.
        """
        return Attempt(self._targets, address, self._timeout, done)

    async def connect(self, address: Address) -> socket.socket:
        """As ``start``, for those who wait. Raises CarrierError."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        attempt = self.start(address, future.set_result)
        try:
            outcome = await asyncio.shield(future)
        except asyncio.CancelledError:
            attempt.cancel()
            if future.done() and isinstance(made := future.result(), socket.socket):
                made.close()  # it came in the moment in which nobody wanted it any more
            raise
        if isinstance(outcome, CarrierError):
            raise outcome
        return outcome


class Attempt:
    """One target: its lookup if it is a name, then the race between its addresses."""

    __slots__ = ("_done", "_failures", "_finding", "_left", "_loop", "_over", "_port", "_stagger",
                 "_timer", "_trying")  # fmt: skip

    def __init__(self, targets: Targets, address: Address, timeout: float, done: Done) -> None:
        self._loop = asyncio.get_running_loop()
        self._port = address.port
        self._done = done
        self._over = False
        self._left: deque[IpAddress] = deque()
        self._trying: set[socket.socket] = set()
        self._failures: list[Failure] = []
        self._finding: asyncio.Task[None] | None = None
        self._stagger: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        try:
            ip = targets.literal(address)
        except CarrierError as exc:
            self._finish(exc)
            return
        if ip is None:
            self._finding = self._loop.create_task(self._find(targets, address))
        else:
            self._left.append(ip)
            self._try_next()
        if not self._over:
            self._timer = self._loop.call_later(timeout, self._too_late)

    def cancel(self) -> None:
        """Give up; ``done`` is not called any more."""
        if not self._over:
            self._clear()

    async def _find(self, targets: Targets, address: Address) -> None:
        try:
            self._left.extend(await targets.find(address))
        except CarrierError as exc:
            self._finish(exc)
        else:
            self._try_next()

    def _try_next(self) -> None:
        """Start attempts until one is under way; without any, the race is lost."""
        if self._stagger is not None:
            self._stagger.cancel()
        while self._left:
            try:
                self._attempt(self._left.popleft())
            except OSError as exc:
                self._failures.append(failure_of(exc.errno))
                continue
            if self._left and not self._over:
                self._stagger = self._loop.call_later(STAGGER, self._try_next)
            return
        if not self._trying:
            self._finish(CarrierError(min(self._failures, key=_MOST_TELLING_FIRST.index)))

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
            self._finish(sock)
        else:
            self._trying.add(sock)
            self._loop.add_writer(sock, self._settle, sock)

    def _settle(self, sock: socket.socket) -> None:
        """The loop says that this attempt has come to an end."""
        self._loop.remove_writer(sock)
        self._trying.discard(sock)
        number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            sock.close()
            self._failures.append(failure_of(number))
            self._try_next()
        else:
            self._finish(sock)

    def _too_late(self) -> None:
        self._finish(CarrierError(Failure.TARGET_TIMEOUT, "connect"))

    def _finish(self, outcome: Outcome) -> None:
        self._clear()
        self._done(outcome)

    def _clear(self) -> None:
        self._over = True
        for timer in (self._stagger, self._timer):
            if timer is not None:
                timer.cancel()
        if self._finding is not None and self._finding is not asyncio.current_task():
            self._finding.cancel()
        for sock in self._trying:
            self._loop.remove_writer(sock)
            sock.close()
        self._trying.clear()


def _is_connected(sock: socket.socket) -> bool:
    """Whether the connection stands already, as one within the machine does at once."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
