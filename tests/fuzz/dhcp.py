"""DHCP of both versions (``wire/dhcp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dhcp import decode_v4, decode_v6
from tests.wire.dhcp_messages import HARDWARE, message_v4, message_v6, relayed

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    message_v4((12, b"moth"), (55, b"\x01\x03"), (81, b"\x04\x00\x00\x04moth\x00"), (52, b"\x03")),
    message_v6((1, b"\x00\x03\x00\x01" + HARDWARE), (39, b"\x00\x04moth\x00"), (6, b"\x00\x17")),
    relayed(message_v6((16, b"\x00\x00\x01\x37\x00\x04moth"))),
)


def fuzz(data: bytes) -> None:
    """A message says no more than stands in it."""
    decode = decode_v6 if data[:1] < b"\x0d" and len(data) < 236 else decode_v4
    seen = decode(data)
    if 2 * len(data) < len(seen.requested) or len(seen.host_name) > len(data):
        raise AssertionError("more was read than stands there")
