"""DTLS records and handshake messages in pieces (``wire/dtls.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dtls import MessageReader
from peppermoth.wire.hello import decode_client_hello
from peppermoth.wire.tls import HandshakeType
from tests.wire.dtls_packets import DTLS_1_2, pieces, record, with_cookie
from tests.wire.hellos import client_hello, server_name

PERMITTED = (RemoteProtocolError,)
_HELLO = with_cookie(client_hello([server_name(b"moth.example")], version=DTLS_1_2), b"cookie")
SEEDS = (
    b"".join(record(piece) for piece in pieces(_HELLO, ())),
    b"".join(record(piece) for piece in reversed(pieces(_HELLO, (20, 50)))),
)


def fuzz(data: bytes) -> None:
    """A datagram twice tells each message once."""
    reader = MessageReader()
    for message in reader.feed(data):
        if message.type == HandshakeType.CLIENT_HELLO:
            decode_client_hello(message.data)
    if list(reader.feed(data)):
        raise AssertionError("a message was told twice")
