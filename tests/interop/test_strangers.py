"""Strangers who come and go at the bridge leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from peppermoth.lab.probing.battery import FLIGHT, HOST, LAST_GET
from peppermoth.lab.probing.probes import Hello
from peppermoth.redact import Address
from tests.conftest import open_sockets
from tests.interop.tunnels import running_bridge

ROUNDS = 20
WORDS = {
    None: (b"", b"\x16", FLIGHT, FLIGHT[:99], b"GET / HTTP/1.1\r\n" + HOST, LAST_GET, b"\0" * 9999),
    "http/1.1": (b"", b"G", LAST_GET, b"\0" * 34, b"GET /none HTTP/1.1\r\n" + HOST + b"\r\n"),
    "h2": (b"", b"P", b"\0" * 34, LAST_GET),
}


@asynccontextmanager
async def mute_server() -> AsyncIterator[Address]:
    """A web server that takes connections and says nothing until its visitor ends."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        yield Address(*server.sockets[0].getsockname())


async def visit(address: Address, alpn: str | None, words: bytes, *, rudely: bool) -> None:
    """Say something, hear a little, and leave."""
    tls = Hello(alpn=(alpn,)).context() if alpn else None
    name = "localhost" if alpn else None
    with contextlib.suppress(OSError, ssl.SSLError):
        reader, writer = await asyncio.open_connection(*address, ssl=tls, server_hostname=name)
        writer.write(words)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.03):
                await reader.read(64)
        if rudely:
            writer.transport.abort()
        writer.close()
        await writer.wait_closed()


async def settled(tasks: int, sockets: int) -> tuple[int, int]:
    """Tasks and sockets beyond these numbers, once they do not sink any more."""
    left = (0, 0)
    for _ in range(100):
        left = (len(asyncio.all_tasks()) - tasks, len(open_sockets()) - sockets)
        if max(left) <= 0:
            break
        await asyncio.sleep(0.05)
    return left


@pytest.mark.parametrize("kind", ["embedded", "mute", "away"])
def test_strangers_leave_neither_tasks_nor_sockets(run, state: Path, free_port, kind: str):
    async def main() -> None:
        async with mute_server() as mute:
            covers = {"embedded": None, "mute": mute, "away": Address("127.0.0.1", free_port())}
            cover = covers[kind]
            settings = {"cover": cover, "cover_h2": cover} if isinstance(cover, Address) else {}
            async with running_bridge(state, **settings) as (bridge, _):
                (address,) = bridge.addresses
                visits = [(alpn, words) for alpn in WORDS for words in WORDS[alpn]]
                before = len(asyncio.all_tasks()), len(open_sockets())
                for number in range(ROUNDS):
                    rudely = number % 2 == 0
                    await asyncio.gather(*(visit(address, *v, rudely=rudely) for v in visits))
                assert max(await settled(*before)) <= 0

    run(main(), timeout=60)
