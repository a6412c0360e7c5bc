"""What a program does through a proxy: SOCKS5 streams and datagrams, and exchanges to check.

An exchange is told by its seed: what goes up and what comes down follow from it, so that
neither end has to be told what is right. The other end of it stands in ``targets``.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from peppermoth.redact import Address
from peppermoth.wire import socks
from peppermoth.wire.socks import Command, Reply
from tests.interop.tunnels import LOOPBACK

ORDER = struct.Struct(">QQQ")  # seed, bytes that come, bytes that are wanted
PIECE = 256 * 1024

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class RefusedError(Exception):
    """The proxy answered with another reply than success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.name)
        self.reply = reply


def payload(seed: int, size: int) -> bytes:
    """Bytes that are the same for the same seed and repeat nowhere."""
    return random.Random(seed).randbytes(size)


@asynccontextmanager
async def asked(
    proxy: Address, command: Command, target: Address
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter, Address]]:
    """A request that the proxy granted, and the address in its reply. Raises RefusedError."""
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port, limit=1 << 20)
    try:
        writer.write(bytes((socks.VERSION, 1, socks.NO_AUTHENTICATION)))
        writer.write(bytes((socks.VERSION, command, 0)) + socks.encode_address(target))
        assert await reader.readexactly(2) == bytes((socks.VERSION, socks.NO_AUTHENTICATION))
        _, reply, _ = await reader.readexactly(3)
        bound = b""
        while (found := socks.decode_address(bound)) is None:
            bound += await reader.readexactly(1)
        if reply != Reply.SUCCEEDED:
            raise RefusedError(Reply(reply))
        yield reader, writer, found[0]
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def stream(proxy: Address, target: Address) -> AsyncIterator[Streams]:
    """A connection to ``target`` through the proxy. Raises RefusedError."""
    async with asked(proxy, Command.CONNECT, target) as (reader, writer, _):
        yield reader, writer


async def exchange(proxy: Address, site: Address, seed: int, up: int, down: int) -> None:
    """Send ``up`` bytes to a site of ours and take ``down``; both arrive as they left."""
    async with stream(proxy, site) as (reader, writer):
        await order(writer, seed, up, down)
        assert await taken(reader, seed, up, down)
        assert not await reader.read(), "the site closes after its answer"


async def order(writer: asyncio.StreamWriter, seed: int, up: int, down: int) -> None:
    """The sending half of an exchange."""
    writer.write(ORDER.pack(seed, up, down))
    data = memoryview(payload(seed, up))
    for start in range(0, up, PIECE):
        writer.write(data[start : start + PIECE])
        await writer.drain()


async def taken(reader: asyncio.StreamReader, seed: int, up: int, down: int) -> bool:
    """The receiving half: whether both digests are right."""
    sent = hashlib.sha256(payload(seed, up)).digest()
    if await reader.readexactly(len(sent)) != sent:
        return False
    return await digest_of(reader, down) == hashlib.sha256(payload(seed + 1, down)).digest()


async def digest_of(reader: asyncio.StreamReader, size: int) -> bytes:
    """SHA-256 of the next ``size`` bytes. Raises EOFError when there are fewer."""
    digest = hashlib.sha256()
    while size:
        data = await reader.read(min(size, PIECE))
        if not data:
            raise EOFError(f"{size} bytes are missing")
        digest.update(data)
        size -= len(data)
    return digest.digest()


class Datagrams(asyncio.DatagramProtocol):
    """A UDP socket that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)


@asynccontextmanager
async def datagrams(
    make: type[Datagrams], host: str = LOOPBACK
) -> AsyncIterator[tuple[Datagrams, Address]]:
    """A UDP socket at ``host`` with a port of its own."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(make, local_addr=(host, 0))
    try:
        yield protocol, Address(*transport.get_extra_info("sockname")[:2])
    finally:
        transport.close()


@asynccontextmanager
async def association(proxy: Address) -> AsyncIterator[Association]:
    """A UDP association with the proxy, open until the block ends."""
    unknown = Address("0.0.0.0", 0)
    async with (
        asked(proxy, Command.UDP_ASSOCIATE, unknown) as (_, _, bound),
        datagrams(Datagrams) as (socket, _),
    ):
        yield Association(socket, bound)


class Association:
    """A program's end of a UDP association."""

    def __init__(self, socket: Datagrams, proxy: Address) -> None:
        self._socket = socket
        self._proxy = proxy

    async def ask(self, target: Address, question: bytes) -> tuple[Address, bytes]:
        """Send one datagram; the next one that comes, and from whom."""
        self._socket.transport.sendto(socks.encode_datagram(target, question), self._proxy)
        answer = socks.decode_datagram(await self._socket.heard.get())
        assert answer is not None
        return answer
