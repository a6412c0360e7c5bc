"""Ends of HTTP/1 bodies (``wire/http_body.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http import decode_head
from peppermoth.wire.http_body import body_end, decode_chunk_size

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (
    b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n",
)


def fuzz(data: bytes) -> None:
    """A length is never negative."""
    found = decode_head(data)
    end = body_end(found[0]) if found else decode_chunk_size(data)
    if isinstance(end, int) and end < 0:
        raise AssertionError("a length below zero")
