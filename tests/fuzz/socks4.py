"""SOCKS4 requests (``wire/socks4.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.socks4 import decode_request

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"\4\1\0\x50\xc0\0\2\7anna\0", b"\4\1\1\xbb\0\0\0\1\0moth.example\0")


def fuzz(data: bytes) -> None:
    """A request ends where it says."""
    found = decode_request(data)
    if found is not None and decode_request(data[: found[1]]) != found:
        raise AssertionError("the request does not end where it says")
