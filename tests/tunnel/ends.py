"""Real sockets with somebody at their ends, and sessions joined over them."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any

from peppermoth.cloaks.anytls import (
    AnyTlsClient,
    AnyTlsServer,
    Authenticated,
    StreamAccepted,
    StreamOpened,
)
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Ended, Event
from peppermoth.cloaks.session import SessionReady
from peppermoth.cloaks.tls import Secured, Tls, client_stack, server_stack
from peppermoth.redact import Address
from peppermoth.tunnel.carrier import Carrier
from peppermoth.tunnel.streams import STREAM_HANDLERS, Session, TcpStream
from peppermoth.wire.anytls import DEFAULT_SCHEME
from tests.cloaks.tls_talk import pin_of
from tests.conftest import Certificate
from tests.tunnel.waiting import until

TARGET = Address("example.org", 443)
KEY = bytes(32)
Pair = tuple[socket.socket, socket.socket]
SMALL = 64 * 1024  # socket buffers, so that a test need not fill megabytes


@contextlib.contextmanager
def tcp_pair(size: int | None = SMALL) -> Iterator[Pair]:
    """Two connected TCP sockets that do not block, with kernel buffers of about ``size``."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as one:
        for sock in (listener, one) if size else ():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)
        one.connect(listener.getsockname())
        with listener.accept()[0] as other:
            for sock in (one, other):
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield one, other


async def read_all(sock: socket.socket, size: int | None = None) -> bytes:
    """Everything up to the peer's FIN, or ``size`` bytes."""
    loop, pieces, count = asyncio.get_running_loop(), [], 0
    while size is None or count < size:
        piece = await loop.sock_recv(sock, 256 * 1024)
        if not piece:
            break
        pieces.append(piece)
        count += len(piece)
    return b"".join(pieces)


def push(sock: socket.socket, data: bytes) -> int:
    """Write what the kernel takes at once; returns how much that was."""
    try:
        return sock.send(data)
    except BlockingIOError:
        return 0


async def push_until_stuck(sock: socket.socket, limit: int) -> int:
    """Write zeros until nothing is taken for a while, or the limit is reached."""
    total = idle = 0
    while idle < 50 and total < limit:
        sent = push(sock, bytes(64 * 1024))
        total += sent
        idle = 0 if sent else idle + 1
        await asyncio.sleep(0 if sent else 0.004)
    return total


class End(Session):
    """One end of a session; ``sockets`` are what its streams are joined to, in order."""

    def __init__(self, sock: socket.socket, tls: Tls, make: Callable[[float], Any]) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(loop, Layered(tls, make))
        self.sockets: list[socket.socket] = []
        self.tcp: list[TcpStream] = []
        self.reported: list[Event] = []
        self.pump.carrier = Carrier(loop, sock, self.pump)
        self.carrier = self.pump.carrier
        self.carrier.resume()
        self.pump.turn()

    def saw(self, kind: type[Event]) -> bool:
        return any(type(event) is kind for event in self.reported)

    def open(self, sock: socket.socket) -> TcpStream:
        """Ask for a stream and join it to a socket."""
        stream = self._stream(self.inner.open_stream(TARGET, self.loop.time()))
        stream.join(Carrier(self.loop, sock, stream))
        self.pump.turn()
        return stream

    def _stream(self, number: int) -> TcpStream:
        stream = TcpStream(self, number, 60.0)
        self.add(number, stream)
        self.tcp.append(stream)
        return stream

    def _on_opened(self, event: StreamOpened) -> None:
        stream = self._stream(event.stream)
        self.inner.accept(event.stream)
        if self.sockets:
            stream.join(Carrier(self.loop, self.sockets.pop(0), stream))

    def _on_ended(self, event: Ended) -> None:
        self.reported.append(event)
        self.close()

    def _note(self, event: Event) -> None:
        self.reported.append(event)

    _handlers = STREAM_HANDLERS | {
        StreamOpened: _on_opened,
        Ended: _on_ended,
        Secured: _note,
        SessionReady: _note,
        Authenticated: _note,
        StreamAccepted: _note,
    }


async def joined(
    certificate: Certificate, one: socket.socket, other: socket.socket, far: type[End] = End
) -> tuple[End, End]:
    """A client's and a bridge's end of one session, both ready."""

    def make_client(now: float) -> AnyTlsClient:
        return AnyTlsClient(KEY, DEFAULT_SCHEME, random.Random(1).randint, "test/1", now)

    def make_server(now: float) -> AnyTlsServer:
        return AnyTlsServer({KEY: "anna"}.get, DEFAULT_SCHEME, random.Random(2).randint, now)

    server = far(other, Tls(server_stack(str(certificate.cert), str(certificate.key))), make_server)
    client = End(one, Tls(client_stack(pin=pin_of(certificate)), "localhost"), make_client)
    await until(lambda: client.saw(SessionReady) and server.saw(SessionReady))
    return client, server
