"""Hellos and conversations to read: built by hand, or said by real TLS stacks in memory."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import NamedTuple

import utls


def vector(prefix: int, data: bytes) -> bytes:
    """``data`` behind its length."""
    return len(data).to_bytes(prefix, "big") + data


def numbers(values: Iterable[int]) -> bytes:
    """16-bit numbers, one after the other."""
    return b"".join(value.to_bytes(2, "big") for value in values)


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes((kind,)) + vector(3, body)


def record(kind: int, fragment: bytes, version: int = 0x0301) -> bytes:
    """A TLS record."""
    return bytes((kind,)) + version.to_bytes(2, "big") + vector(2, fragment)


def extension_block(extensions: Iterable[tuple[int, bytes]]) -> bytes:
    """The list of extensions at the end of a hello."""
    return vector(2, b"".join(numbers((kind,)) + vector(2, body) for kind, body in extensions))


def client_hello(
    extensions: Iterable[tuple[int, bytes]] | None = (),
    *,
    version: int = 0x0303,
    random: bytes = bytes(32),
    session_id: bytes = b"",
    ciphers: Iterable[int] = (0x1301,),
    compression: bytes = b"\x00",
) -> bytes:
    """A ClientHello message; ``extensions=None`` leaves the list out."""
    body = numbers((version,)) + random + vector(1, session_id)
    body += vector(2, numbers(ciphers)) + vector(1, compression)
    return message(1, body if extensions is None else body + extension_block(extensions))


def server_hello(
    extensions: Iterable[tuple[int, bytes]] | None = (),
    *,
    version: int = 0x0303,
    random: bytes = bytes(32),
    session_id: bytes = b"",
    cipher: int = 0x1301,
) -> bytes:
    """A ServerHello message; ``extensions=None`` leaves the list out."""
    body = numbers((version,)) + random + vector(1, session_id) + numbers((cipher,)) + b"\x00"
    return message(2, body if extensions is None else body + extension_block(extensions))


def server_name(host: bytes) -> tuple[int, bytes]:
    """The SNI extension."""
    return 0, vector(2, b"\x00" + vector(2, host))


def alpn(*protocols: bytes) -> tuple[int, bytes]:
    """The ALPN extension."""
    return 16, vector(2, b"".join(vector(1, protocol) for protocol in protocols))


def chrome_flight(preset: str, host: str = "www.example.org") -> bytes:
    """The first bytes of a client that looks like this Chrome."""
    context = utls.SSLContext(utls.PROTOCOL_TLS_CLIENT)
    context.set_fingerprint(preset)
    outgoing = utls.MemoryBIO()
    client = context.wrap_bio(utls.MemoryBIO(), outgoing, server_hostname=host)
    try:
        client.do_handshake()
    except utls.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake ended without a server")


def openssl_flight(context: ssl.SSLContext, host: str | None = "www.example.org") -> bytes:
    """The first bytes of a client of the standard library."""
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=host)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake ended without a server")


class Conversation(NamedTuple):
    """What went over the line each way, and the client that took part."""

    from_client: bytes
    from_server: bytes
    client: ssl.SSLObject


def converse(client_context: ssl.SSLContext, server_context: ssl.SSLContext) -> Conversation:
    """Shake hands, then send one word each way. A side that fails stays silent from then on."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(
        to_client, to_server_tap := ssl.MemoryBIO(), server_hostname="localhost"
    )
    server = server_context.wrap_bio(to_server, to_client_tap := ssl.MemoryBIO(), server_side=True)
    said = {client: b"", server: b""}
    done: set[ssl.SSLObject] = set()
    for _ in range(4):
        for side, tap, other in (
            (client, to_server_tap, to_server),
            (server, to_client_tap, to_client),
        ):
            try:
                side.do_handshake()
                if side not in done:
                    side.write(b"moth")
                    done.add(side)
            except ssl.SSLError:
                pass  # it wants more, or has failed and said so in an alert
            data = tap.read()
            other.write(data)
            said[side] += data
    return Conversation(said[client], said[server], client)
