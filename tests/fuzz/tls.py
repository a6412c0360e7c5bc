"""Records, handshake messages and alerts (``wire/tls.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.tls import HandshakeMessage, HandshakeType, LineReader, decode_certificates
from tests.wire.hellos import client_hello, message, record, vector

PERMITTED = (RemoteProtocolError,)
CERTIFICATES = message(11, vector(3, vector(3, b"leaf") + vector(3, b"issuer")))
SEEDS = (
    record(22, client_hello([(21, bytes(20))])) + record(20, b"\x01") + record(22, bytes(40)),
    record(22, CERTIFICATES) + record(21, b"\x02\x28") + record(23, b"sealed"),
)


def fuzz(data: bytes) -> None:
    """The stream cut in two must read as it does whole, up to the place where it breaks."""
    half = len(data) // 2
    whole, cut = read(data), read(data[:half], data[half:])
    if whole != cut:
        raise AssertionError("a cut changes what is read")
    for thing in whole:
        if isinstance(thing, HandshakeMessage) and thing.type == HandshakeType.CERTIFICATE:
            decode_certificates(thing.data)


def read(*pieces: bytes) -> list[object]:
    """Everything that a line reader sees, and what stopped it."""
    reader, seen = LineReader(), []
    try:
        for piece in pieces:
            seen.extend(reader.feed(piece))
    except RemoteProtocolError as broken:
        seen.append(str(broken))
    return seen
