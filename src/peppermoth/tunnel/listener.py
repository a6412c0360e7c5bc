"""Listening sockets: bound with a sentence when they cannot be, accepted in batches."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable

from peppermoth.errors import ConfigError
from peppermoth.redact import Address

_BACKLOG = 1024
_BATCH = 64  # connections taken in one event, so that a flood cannot starve the others

_MEANINGS = {
    errno.EADDRINUSE: "another program already listens there; stop it or choose another port",
    errno.EACCES: "this port needs more rights; choose one above 1023",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


def bind(address: Address) -> socket.socket:
    """A listening socket at an IP address or a local name. Raises ConfigError.

    ``[::]`` takes IPv4 as well.
    """
    host, port = address
    try:
        family, _, _, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        sock = socket.create_server(where[:2], family=family, backlog=_BACKLOG, dualstack_ipv6=both)
    except OSError as exc:
        meaning = _MEANINGS.get(exc.errno or 0, exc.strerror or "unknown error")
        raise ConfigError(f"Cannot listen on {address.text}: {meaning}.") from exc
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the accepted ones inherit it
    return sock


class Listener:
    """Hands every connection to ``accepted`` as a non-blocking socket with TCP_NODELAY."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        accepted: Callable[[socket.socket], None],
    ) -> None:
        self._loop = loop
        self._sock = sock
        self._accepted = accepted
        host, port = sock.getsockname()[:2]
        self.address = Address(host, port)
        loop.add_reader(sock.fileno(), self._accept)

    def _accept(self) -> None:
        for _ in range(_BATCH):
            try:
                sock, _ = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # out of descriptors: let some close, then look again
                self._loop.remove_reader(self._sock.fileno())
                self._loop.call_later(1.0, self._look_again)
                return
            sock.setblocking(False)
            self._accepted(sock)

    def _look_again(self) -> None:
        if self._sock.fileno() != -1:
            self._loop.add_reader(self._sock.fileno(), self._accept)

    def close(self) -> None:
        """Take no more connections."""
        if self._sock.fileno() != -1:
            self._loop.remove_reader(self._sock.fileno())
            self._sock.close()
