"""A relay on the line between client and bridge: it counts, records, and can cut."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from peppermoth.redact import Address
from peppermoth.tunnel.links import Link
from peppermoth.wire.tls import ContentType, RecordReader
from tests.interop.tunnels import LOOPBACK

_PIECE = 256 * 1024
_RECORDED = 16 * 1024  # bytes kept of each connection: its beginning is what tests read


_SEAL = 17  # a tag of 16 bytes and the record's true type


@dataclass
class Connection:
    """One TCP connection that went through the relay, and how the client began it."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    sent: bytearray = field(default_factory=bytearray)

    def sealed_sizes(self) -> list[int]:
        """Plaintext sizes of the client's encrypted TLS 1.3 records after its Finished."""
        records = RecordReader().feed(bytes(self.sent))
        sealed = [r.length for r in records if r.type == ContentType.APPLICATION_DATA]
        return [length - _SEAL for length in sealed[1:]]


class Relay:
    """Passes TCP connections on to a bridge; ``link`` is the bridge's link with the relay in it.

    ``connections`` are all there were, in their order.
    """

    link: Link

    def __init__(self, to: Address) -> None:
        self._to = to
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []

    def cut(self) -> None:
        """End every connection on both sides at once, with RST."""
        for connection in self.connections:
            for writer in connection.writers:
                writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its beginning to its end."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            far, onward = await asyncio.open_connection(self._to.host, self._to.port)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection((writer, onward))
        self.connections.append(connection)
        await asyncio.gather(
            _copy(reader, onward, connection.sent), _copy(far, writer, bytearray(_RECORDED))
        )

    async def ended(self) -> None:
        """Cut what is left and wait until it is gone."""
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks)


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, record: bytearray
) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_PIECE):
            record += data[: max(0, _RECORDED - len(record))]
            writer.write(data)
            await writer.drain()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def relay(link: Link) -> AsyncIterator[Relay]:
    """A relay to the bridge of a link, on a port of its own."""
    running = Relay(link.address)
    server = await asyncio.start_server(running.serve, LOOPBACK, 0)
    address = Address(LOOPBACK, server.sockets[0].getsockname()[1])
    running.link = dataclasses.replace(link, address=address)
    try:
        yield running
    finally:
        server.close()
        await running.ended()
