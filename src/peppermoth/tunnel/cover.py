"""The cover: the web site that everybody sees who does not authenticate.

Three kinds behind one interface: the embedded site, a directory, or an upstream, a
real web server that speaks HTTP in clear. ``open`` gives a connection to it in
the protocol that TLS agreed on. A bridge replaces its cover by a new object;
connections already open stay with the old one until ``close``.

What an upstream speaks is asked once, by ``start``: the name in its Server field,
and whether it knows HTTP/2 in clear by prior knowledge (RFC 9113, section 3.3).
Limits: HTTP upstreams only; while one cannot be reached, visitors get error 502.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from peppermoth.redact import Address
from peppermoth.tunnel.site import EMBEDDED_SITE, SERVER, StaticSite, bad_gateway
from peppermoth.tunnel.web_server import WebServer

HTTP_1 = "http/1.1"
HTTP_2 = "h2"
PREFACE_START = b"P"
CONNECT_SECONDS = 5.0

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_EMPTY_SETTINGS = bytes.fromhex("000000040000000000")
_SETTINGS_TYPE = 4
_HEAD = b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_MAX_ANSWER = 16 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """A connection to the web server. ``said`` went out already in the visitor's name."""

    sock: socket.socket
    said: bytes = b""


class Cover(Protocol):
    """A web site for strangers."""

    @property
    def protocols(self) -> tuple[str, ...]:
        """What TLS may offer by ALPN, best first."""

    @property
    def server(self) -> str:
        """The web server's name, as in its Server field."""

    async def start(self) -> None:
        """Get ready; to be called once, before the first ``open``."""

    async def open(self, alpn: str | None) -> Opening:
        """Connect one visitor, whose TLS agreed on ``alpn`` (None: no ALPN, HTTP/1)."""

    async def close(self) -> None:
        """End what this cover still serves itself."""


class SiteCover:
    """The embedded site, or a directory, served by this process."""

    protocols: tuple[str, ...] = (HTTP_2, HTTP_1)
    server = SERVER

    def __init__(self, directory: Path | None = None) -> None:
        self._web = WebServer(StaticSite(directory or EMBEDDED_SITE))

    async def start(self) -> None:
        """Nothing to prepare."""

    async def open(self, alpn: str | None) -> Opening:
        """Connect one visitor."""
        return Opening(await self._web.visit(alpn))

    async def close(self) -> None:
        """End all visits."""
        await self._web.close()


class UpstreamCover:
    """A real web server on a clear port, and perhaps a second port for HTTP/2 in clear."""

    def __init__(self, upstream: Address, upstream_h2: Address | None = None) -> None:
        self._addresses = {HTTP_1: upstream, HTTP_2: upstream_h2 or upstream}
        self.protocols: tuple[str, ...] = (HTTP_2, HTTP_1) if upstream_h2 else (HTTP_1,)
        self.server = SERVER
        self._away = WebServer(bad_gateway)
        self._reachable = True

    async def start(self) -> None:
        """Ask the upstream for its name and whether it speaks HTTP/2 in clear."""
        answer = await self._ask(HTTP_1, _HEAD)
        self._note(reachable=bool(answer))
        self.server = server_field(answer) or SERVER
        if HTTP_2 not in self.protocols:
            answer = await self._ask(HTTP_2, _PREFACE + _EMPTY_SETTINGS)
            if answer[3:4] == bytes([_SETTINGS_TYPE]):
                self.protocols = (HTTP_2, HTTP_1)

    async def _ask(self, protocol: str, question: bytes) -> bytes:
        """The first bytes of the upstream's answer; empty if there is none in time."""
        address = self._addresses[protocol]
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(address.host, address.port)
                try:
                    writer.write(question)
                    return await reader.read(_MAX_ANSWER)
                finally:
                    writer.close()
                    with contextlib.suppress(OSError):
                        await writer.wait_closed()
        return b""

    async def open(self, alpn: str | None) -> Opening:
        """Connect one visitor; to a page of error 502 if the upstream is away."""
        protocol = HTTP_2 if alpn == HTTP_2 else HTTP_1
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                sock = await _connect(self._addresses[protocol])
        except (OSError, TimeoutError):
            self._note(reachable=False)
            return Opening(await self._away.visit(alpn))
        self._note(reachable=True)
        if protocol == HTTP_1:
            return Opening(sock)
        # Behind TLS a web server opens HTTP/2 with its settings at once; in clear, nginx
        # waits for the first byte, which is the same for all clients that mean HTTP/2.
        with contextlib.suppress(OSError):  # the relay will find out
            sock.send(PREFACE_START)
        return Opening(sock, PREFACE_START)

    def _note(self, *, reachable: bool) -> None:
        if self._reachable and not reachable:
            logger.warning("The cover's web server cannot be reached: visitors get error 502.")
        self._reachable = reachable

    async def close(self) -> None:
        """End the visits that found the upstream away."""
        await self._away.close()


async def _connect(address: Address) -> socket.socket:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    error: OSError | None = None
    for family, kind, number, _, target in found:
        sock = socket.socket(family, kind, number)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await loop.sock_connect(sock, target)
        except OSError as exc:
            sock.close()
            error = exc
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise error or OSError("no address")


def server_field(head: bytes) -> str | None:
    """The Server field of the head of an HTTP/1 response."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"server":
            return value.strip().decode("latin-1")
    return None


def make_cover(cover: Path | Address | None, cover_h2: Address | None = None) -> Cover:
    """The cover that the settings describe: a directory, an upstream, or the embedded site."""
    if isinstance(cover, Address):
        return UpstreamCover(cover, cover_h2)
    return SiteCover(cover)
