"""SOCKS5 addresses and datagrams (``wire/socks.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire import socks

PERMITTED = (RemoteProtocolError,)
SEEDS = tuple(
    socks.encode_address(Address(host, 443)) + b"payload"
    for host in ("192.0.2.7", "2001:db8::7", "moth.example")
)


def fuzz(data: bytes) -> None:
    """Whatever decodes must decode to the same value once encoded again."""
    found = socks.decode_address(data)
    if found is None:
        return
    address, end = found
    if socks.decode_datagram(b"\x00\x00\x00" + data) != (address, data[end:]):
        raise AssertionError("a datagram reads the address differently")
    again = socks.encode_address(address)
    if end > len(data) or socks.decode_address(again) != (address, len(again)):
        raise AssertionError("the address does not survive a round trip")
