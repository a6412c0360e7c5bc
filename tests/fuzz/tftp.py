"""TFTP requests (``wire/tftp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.tftp import decode_request

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"\0\1boot.cfg\0octet\0",)


def fuzz(data: bytes) -> None:
    """A request is read or refused."""
    decode_request(data)
