"""Heads of HTTP/1 messages for observers (``wire/http.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http import decode_head

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    b"GET /a?b=c HTTP/1.1\r\nHost: moth.example\r\nAccept: */*\r\n\r\nbody",
    b"HTTP/1.1 200 OK\nA: b\n folded\n\n<title>moth</title>",
)


def fuzz(data: bytes) -> None:
    """A head ends inside the data, and is complete exactly where it says."""
    found = decode_head(data)
    if found is None:
        return
    head, end = found
    head.field("host")
    if decode_head(data[:end]) != found or decode_head(data[: end - 1]) is not None:
        raise AssertionError("the head does not end where it says")
