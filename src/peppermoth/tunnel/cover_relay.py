"""Joins one stranger with the cover: bytes both ways, and every way of closing.

What the stranger said first is replayed; the web server's answer, its FIN or RST
and its silence are passed on. Behind TLS one thing more is visible: nginx says
close_notify before its FIN, unless the client left first or let it wait in vain in
the middle of something. ``finish(polite)`` tells the front which of the two it is.

Limits: ``HIGH`` bytes wait each way; a relay without traffic ends after
``IDLE_SECONDS``, and ``ORPHAN_SECONDS`` after the web server's FIN. What a stranger
still says after the page for HTTP in clear is thrown away for ``LINGER_SECONDS``,
nginx's default.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Protocol

from peppermoth.cloaks.machine import Buffer
from peppermoth.tunnel.carrier import HIGH, Carrier
from peppermoth.tunnel.clear_answer import ClearAnswer
from peppermoth.tunnel.cover import HTTP_2, Cover

IDLE_SECONDS = 600.0
ORPHAN_SECONDS = 60.0
LINGER_SECONDS = 5.0
SHORTEST_TIMEOUT = 0.5  # seconds; those of nginx are whole ones
RECORD_SIZE = 16 * 1024  # nginx fills a TLS record before it sends it

_RESET_CHECK_SECONDS = 0.01  # a reset by a server on this machine has arrived by then
_GOAWAY = bytes.fromhex("0000080700000000000000000000000000")  # HTTP/2: no stream, no error
_PREFACE_LINE = 16  # nginx compares the first line of HTTP/2's preface in one piece


class Front(Protocol):
    """The stranger's side, which the bridge gives."""

    @property
    def full(self) -> bool:
        """Whether the web server should wait."""

    def write(self, data: Buffer) -> None:
        """Bytes for the stranger; the view is valid only during the call."""

    def finish(self, polite: bool) -> None:
        """Send FIN, behind TLS after close_notify if ``polite``; reading goes on."""

    def close(self) -> None:
        """Close the socket, with whatever the kernel then sends."""

    def abort(self) -> None:
        """Close the socket with RST."""

    def pause(self) -> None:
        """Stop reading."""

    def resume(self) -> None:
        """Go on reading."""


class CoverRelay:
    """One stranger at the cover. It is the sink of the web server's carrier.

    ``alpn`` is what TLS agreed on; ``clear`` says that there is no TLS at all. A
    stranger who has not said a word by ``deadline`` on the loop's clock is sent away:
    nginx counts from the moment it accepted the connection.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        cover: Cover,
        front: Front,
        *,
        alpn: str | None = None,
        clear: bool = False,
        deadline: float | None = None,
    ) -> None:
        self._loop = loop
        self._front = front
        self._clear = ClearAnswer(cover.server) if clear else None
        self._upstream: Carrier | None = None
        self._waiting: list[bytes] = []  # said before the web server was there
        self._waiting_size = 0
        self._repeat = _Repeat(b"")
        self._client_spoke_last = False
        self._client_ended = False
        self._upstream_ended = False
        self._discarding = False
        self._over = False
        self._traffic = loop.time()
        self._timer = loop.call_later(IDLE_SECONDS, self._look)
        self._goodbye = _GOAWAY if alpn == HTTP_2 else b""
        self._deadline = None if deadline is None else loop.call_at(deadline, self._send_away)
        self._opening = loop.create_task(self._open(cover, alpn), name="cover opening")

    async def _open(self, cover: Cover, alpn: str | None) -> None:
        try:
            opening = await cover.open(alpn)
        except OSError:  # out of descriptors
            self._end(self._front.abort)
            return
        if self._over:
            opening.sock.close()
            return
        self._repeat = _Repeat(opening.said)
        upstream = self._upstream = Carrier(self._loop, opening.sock, self)
        upstream.read_at_most(RECORD_SIZE)
        for data in self._waiting:
            self._to_upstream(upstream, data)
        self._waiting.clear()
        if self._client_ended:
            upstream.finish()
        if not self._front.full:
            upstream.resume()
        if self._waiting_size >= HIGH and not upstream.full:
            self._front.resume()

    # From the stranger

    def from_client(self, data: Buffer) -> None:
        """Bytes of the stranger, first those that were received before the cover was chosen."""
        if self._over or self._discarding or not data:
            return
        self._traffic = self._loop.time()
        self._client_spoke_last = True
        self._heard()
        if self._clear is not None:
            self._clear.asked(data)
        if self._upstream is None:
            self._waiting.append(bytes(data))
            self._waiting_size += len(data)
            if self._waiting_size >= HIGH:
                self._front.pause()
            return
        self._to_upstream(self._upstream, data)
        if self._upstream_ended:
            # Nobody reads after its FIN: learn of a reset caused by these bytes.
            self._loop.call_later(_RESET_CHECK_SECONDS, self._check_reset)

    def _heard(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _send_away(self) -> None:
        self._front.write(self._goodbye)
        self._front.finish(True)
        self._end(self._front.close)

    def _to_upstream(self, upstream: Carrier, data: Buffer) -> None:
        upstream.write(self._repeat.without(data))
        if upstream.full:
            self._front.pause()

    def client_ended(self) -> None:
        """The stranger's FIN, or its close_notify."""
        if self._over or self._client_ended:
            return
        self._client_ended = True
        self._heard()
        if self._upstream_ended or self._discarding:
            self._end(self._front.close)
        elif self._upstream is not None:
            self._upstream.finish()

    def client_lost(self) -> None:
        """The stranger's connection is gone."""
        if not self._over:
            self._over = True
            self._timer.cancel()
            self._heard()
            if self._upstream is not None:
                self._upstream.abort()

    def front_drained(self) -> None:
        """The front is not full any more."""
        if self._upstream is not None and not self._over:
            self._upstream.resume()

    # From the web server

    def received(self, data: memoryview) -> None:
        """Bytes for the stranger."""
        self._traffic = self._loop.time()
        self._client_spoke_last = False
        clear = self._clear
        self._front.write(data if clear is None else clear.answer(data))
        if clear is not None and clear.replaced:
            self._close_for_the_server(clear.more)
        elif self._front.full and self._upstream is not None:
            self._upstream.pause()

    def _close_for_the_server(self, more: bool) -> None:
        """Close as nginx does after its page; the web server itself awaits a next request."""
        if not more or self._client_ended:
            self._end(self._front.close)
            return
        self._discarding = True
        self._front.finish(False)
        self._front.resume()
        self._end_after(LINGER_SECONDS)
        if self._upstream is not None:
            self._upstream.drop()

    def ended(self) -> None:
        """The web server's FIN."""
        self._upstream_ended = True
        if self._clear is not None:
            self._front.write(self._clear.rest())
        waited = self._loop.time() - self._traffic
        gave_up = self._client_spoke_last and waited >= SHORTEST_TIMEOUT
        self._front.finish(not self._client_ended and not gave_up)
        if self._client_ended:
            self._end(self._front.close)
        else:
            self._end_after(ORPHAN_SECONDS)

    def drained(self) -> None:
        """The web server takes bytes again."""
        if not self._over:
            self._front.resume()

    def lost(self, error: OSError | None) -> None:
        """The connection to the web server is gone."""
        if error is not None:
            self._end(self._front.abort)

    # Ending

    def _end(self, close: Callable[[], None]) -> None:
        if not self._over:
            self._over = True
            self._timer.cancel()
            self._heard()
            if self._upstream is not None:
                self._upstream.drop()
            close()

    def _end_after(self, seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._end, self._front.close)

    def _check_reset(self) -> None:
        upstream = self._upstream
        if upstream is None or self._over:
            return
        if upstream.closed or upstream.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._end(self._front.abort)

    def _look(self) -> None:
        left = self._traffic + IDLE_SECONDS - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._end(self._front.close)


class _Repeat:
    """Takes out of the stranger's bytes what the web server was told before.

    A stranger who begins otherwise does not speak HTTP/2: the web server must not
    take the rest of its first line for the rest of a preface.
    """

    def __init__(self, said: bytes) -> None:
        self._said = said
        self._spoil = 0

    def without(self, data: Buffer) -> Buffer:
        """What is left of ``data`` to be sent."""
        if self._said:
            if bytes(data[:1]) != self._said:
                self._spoil = _PREFACE_LINE - 1
            self._said = b""
            data = data[1:]
        if self._spoil:
            count = min(self._spoil, len(data))
            self._spoil -= count
            data = bytes(count) + bytes(data[count:])
        return data
