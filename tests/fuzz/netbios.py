"""NetBIOS names and node statuses (``wire/netbios.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.netbios import decode_datagram, decode_name, decode_status
from tests.wire.test_netbios import datagram

PERMITTED = (RemoteProtocolError,)
SEEDS = (b"\x01" + b"MOTH".ljust(15) + b"\x00\x04\x00", datagram(b"MOTH", b"WINGS"))


def fuzz(data: bytes) -> None:
    """Names come out as plain text."""
    read = decode_datagram if data[:1] in (b"\x10", b"\x11", b"\x12") else decode_status
    for name in read(data):
        if not name.name.isascii():
            raise AssertionError("a name is not escaped")
    if len(data) == 32:
        decode_name(data.decode("latin-1"))
