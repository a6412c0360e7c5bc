"""NetBIOS names and node statuses (``wire/netbios.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.netbios import decode_name, decode_status

PERMITTED = (RemoteProtocolError,)
SEEDS = (b"\x01" + b"MOTH".ljust(15) + b"\x00\x04\x00",)


def fuzz(data: bytes) -> None:
    """Names come out as plain text."""
    for name in decode_status(data):
        if not name.name.isascii():
            raise AssertionError("a name is not escaped")
    if len(data) == 32:
        decode_name(data.decode("latin-1"))
