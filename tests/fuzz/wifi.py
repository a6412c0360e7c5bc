"""802.11 management frames (``wire/wifi.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.wifi import decode_management
from tests.wire.wifi_frames import element, management, simple_configuration

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    management(4, element(0, b"moth"), simple_configuration((0x1021, b"Moth"), (0x1023, b"M-7"))),
    management(0, element(0, b"moth"), flags=0x80),
)


def fuzz(data: bytes) -> None:
    """A network's name is at most 32 bytes long."""
    if len(decode_management(data).network.encode()) > 64:
        raise AssertionError("a network's name is too long")
