"""A cloak that is bad on purpose, to see whether the lab says so.

Whatever it carries is cut into frames of ``FRAME`` bytes that all begin with ``MARK``; the
rest of a frame is scrambled, though not as anybody should. It takes a connection for each
stream, and knows neither padding nor timing.

``python bad_cloak.py bridge PORT`` and ``python bad_cloak.py client HOST PORT PROXY-PORT``.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
from asyncio import StreamReader, StreamWriter
from pathlib import Path
from typing import Final

from peppermoth.lab.peers.premises import BRIDGE, CLIENT, PROXY, Premises
from peppermoth.lab.peers.table import Peer
from peppermoth.wire import socks

MARK: Final = b"\xb7"
FRAME: Final = 100
PORT: Final = 8443
_NONCE: Final = 8
_BODY: Final = FRAME - len(MARK) - _NONCE


def frame(data: bytes) -> bytes:
    """One frame for at most ``_BODY`` - 1 bytes."""
    nonce = os.urandom(_NONCE)
    body = (bytes((len(data),)) + data).ljust(_BODY, b"\0")
    return MARK + nonce + _scrambled(nonce, body)


def content(whole: bytes) -> bytes:
    """What a frame carries."""
    body = _scrambled(whole[1 : 1 + _NONCE], whole[1 + _NONCE :])
    return body[1 : 1 + body[0]]


def _scrambled(nonce: bytes, body: bytes) -> bytes:
    stream = hashlib.shake_128(b"everybody knows this" + nonce).digest(len(body))
    return bytes(a ^ b for a, b in zip(body, stream, strict=True))


async def _wrap(plain: StreamReader, framed: StreamWriter) -> None:
    while data := await plain.read(_BODY - 1):
        framed.write(frame(data))
        await framed.drain()
    framed.write_eof()


async def _unwrap(framed: StreamReader, plain: StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError):
        while True:
            plain.write(content(await framed.readexactly(FRAME)))
            await plain.drain()
    plain.write_eof()


async def _join(
    plain: tuple[StreamReader, StreamWriter], framed: tuple[StreamReader, StreamWriter]
) -> None:
    try:
        with contextlib.suppress(OSError):
            await asyncio.gather(_wrap(plain[0], framed[1]), _unwrap(framed[0], plain[1]))
    finally:
        plain[1].close()
        framed[1].close()


async def _at_bridge(reader: StreamReader, writer: StreamWriter) -> None:
    host, port = content(await reader.readexactly(FRAME)).decode().split()
    await _join(await asyncio.open_connection(host, int(port)), (reader, writer))


async def _at_client(bridge: tuple[str, int], reader: StreamReader, writer: StreamWriter) -> None:
    greeting = await reader.readexactly(2)
    await reader.readexactly(greeting[1])
    writer.write(bytes((socks.VERSION, socks.NO_AUTHENTICATION)))
    asked = await reader.readexactly(3)
    while (found := socks.decode_address(asked[3:])) is None:
        asked += await reader.readexactly(1)
    target = found[0]
    far = await asyncio.open_connection(*bridge)
    far[1].write(frame(f"{target.host} {target.port}".encode()))
    writer.write(bytes((socks.VERSION, 0, 0, 1)) + bytes(6))
    await _join((reader, writer), far)


async def _main(end: str, *given: str) -> None:
    if end == "bridge":
        server = await asyncio.start_server(_at_bridge, "0.0.0.0", int(given[0]))
    else:
        bridge = given[0], int(given[1])
        server = await asyncio.start_server(
            lambda *pair: _at_client(bridge, *pair), PROXY.host, int(given[2])
        )
    await server.serve_forever()


def _bridge(premises: Premises) -> None:
    end = premises.world.start(BRIDGE, sys.executable, Path(__file__), "bridge", str(PORT))
    end.listens(PORT)


def _client(premises: Premises) -> None:
    far = premises.bridge.ipv4, str(PORT), str(PROXY.port)
    end = premises.world.start(CLIENT, sys.executable, Path(__file__), "client", *far)
    premises.clients.append(end)
    end.listens(PROXY.port)


BAD_CLOAK: Final = Peer("bad-cloak", "a cloak that is bad on purpose", _bridge, _client)

if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
