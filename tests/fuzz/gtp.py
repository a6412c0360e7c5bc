"""Signalling of mobile networks (``wire/gtp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.gtp import decode_gtp

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    bytes.fromhex("4820001400000000000000000100080062021089674523f1"),
    bytes.fromhex("3210000d000000000000000002620210896745f3f1"),
)


def fuzz(data: bytes) -> None:
    """Numbers are digits."""
    for number in decode_gtp(data):
        if number and not number.isdigit():
            raise AssertionError("a number is not of digits")
