"""A user's TLS connection to a bridge on which a test says what no client would say."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from peppermoth.cloaks.machine import Ended
from peppermoth.cloaks.tls import Plaintext, Secured, Tls, client_stack
from peppermoth.tunnel.links import Link
from peppermoth.wire.anytls import (
    DEFAULT_SCHEME,
    EXTENSION,
    HEADER,
    VERSION,
    Command,
    authentication,
    encode_settings,
    frame,
    password_key,
)
from peppermoth.wire.pins import decode_pin

_PIECE = 256 * 1024


class Frame(NamedTuple):
    """What the bridge said."""

    command: Command
    stream: int
    data: bytes


def settings(**more: str) -> bytes:
    """A right settings frame of a client of version 2, with ``more`` in it."""
    right = {"v": str(VERSION), "client": "test/1", "padding-md5": DEFAULT_SCHEME.md5}
    return frame(Command.SETTINGS, 0, encode_settings(right | more))


EXTENDED = settings(**{EXTENSION: "1"})
"""The settings of a client that can pause streams."""


class RawSession:
    """Sends what it is given, one TLS write at a time, and takes the bridge's frames apart."""

    def __init__(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert link.pin is not None
        self._reader = reader
        self._writer = writer
        self._tls = Tls(client_stack("none", decode_pin(link.pin)), link.server_name)
        self._received = bytearray()
        self._secured = False
        self._over = False

    async def handshake(self) -> None:
        """Finish the TLS handshake."""
        while not self._secured:
            await self._turn()

    async def send(self, *frames: bytes) -> None:
        """Send frames, or pieces of some, as one write; wait while the bridge takes no more."""
        self._tls.send(b"".join(frames))
        self._write()
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def next(self) -> Frame | None:
        """The bridge's next frame that is not padding; None once it has ended the session."""
        while True:
            found = self._take()
            if found is None and self._over:
                return None
            if found is None:
                await self._turn()
            elif found.command != Command.WASTE:
                return found

    async def until(self, command: Command) -> Frame | None:
        """The next frame of this command; None if the session ended without."""
        while (found := await self.next()) is not None and found.command != command:
            pass
        return found

    def drop(self) -> None:
        """End the connection with RST."""
        self._writer.transport.abort()

    def _take(self) -> Frame | None:
        if len(self._received) < HEADER.size:
            return None
        command, stream, length = HEADER.unpack_from(self._received)
        end = HEADER.size + length
        if len(self._received) < end:
            return None
        data = bytes(self._received[HEADER.size : end])
        del self._received[:end]
        return Frame(Command(command), stream, data)

    async def _turn(self) -> None:
        self._write()
        data = b""
        with contextlib.suppress(ConnectionError):
            data = await self._reader.read(_PIECE)
        self._tls.receive_data(data, 0.0)
        for event in self._tls.events():
            match event:
                case Secured():
                    self._secured = True
                case Plaintext(data):
                    self._received += data
                case Ended():
                    self._over = True
        self._write()

    def _write(self) -> None:
        for item in self._tls.data_to_send():
            self._writer.write(item)


@asynccontextmanager
async def raw_session(link: Link) -> AsyncIterator[RawSession]:
    """An authenticated session on which nothing has been said yet, not even settings."""
    reader, writer = await asyncio.open_connection(*link.address)
    session = RawSession(link, reader, writer)
    try:
        await session.handshake()
        await session.send(authentication(password_key(link.password.reveal()), 30))
        yield session
    finally:
        session.drop()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
