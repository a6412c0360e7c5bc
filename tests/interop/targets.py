"""Targets behind a bridge: TCP sites of a few lines, one that serves exchanges, a UDP echo."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from peppermoth.redact import Address
from tests.interop.programs import ORDER, PIECE, Datagrams, digest_of, payload
from tests.interop.tunnels import LOOPBACK

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_BACKLOG = 2048


@asynccontextmanager
async def serving(
    serve: Serve, host: str = LOOPBACK, receive_buffer: int | None = None
) -> AsyncIterator[Address]:
    """A site that handles each visit with ``serve`` and then closes; visits end with the block.

    ``receive_buffer`` is how many bytes the kernel takes for a visit that does not read.
    """
    visits: set[asyncio.Task[None]] = set()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                await serve(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(visit(reader, writer))
        visits.add(task)
        task.add_done_callback(visits.discard)

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, 0), family=family, backlog=_BACKLOG)
    if receive_buffer is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    address = Address(*sock.getsockname()[:2])
    server = await asyncio.start_server(begin, sock=sock, backlog=_BACKLOG, limit=PIECE)
    try:
        yield address
    finally:
        server.close()
        for task in visits:
            task.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


class Site:
    """Serves exchanges, once it is ``willing``. ``given`` counts the bytes it got rid of."""

    address: Address

    def __init__(self) -> None:
        self.willing = asyncio.Event()
        self.visits = 0
        self.given = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One exchange: the digest of what came, then what is wanted."""
        self.visits += 1
        await self.willing.wait()
        seed, up, down = ORDER.unpack(await reader.readexactly(ORDER.size))
        writer.write(await digest_of(reader, up))
        data = memoryview(payload(seed + 1, down))
        for start in range(0, down, PIECE):
            writer.write(data[start : start + PIECE])
            await writer.drain()
            self.given += PIECE


@asynccontextmanager
async def site(host: str = LOOPBACK) -> AsyncIterator[Site]:
    """A site for exchanges with a port of its own at ``host``."""
    running = Site()
    async with serving(running.serve, host) as running.address:
        running.willing.set()
        yield running


@asynccontextmanager
async def unwilling_site() -> AsyncIterator[Site]:
    """A site that reads nothing, nor does the kernel for it, until it is ``willing``."""
    running = Site()
    async with serving(running.serve, receive_buffer=64 * 1024) as running.address:
        yield running


class Echo(Datagrams):
    """Answers every datagram with its bytes the other way round."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data[::-1], addr)
