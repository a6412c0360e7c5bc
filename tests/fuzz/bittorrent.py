"""BitTorrent's datagrams and handshake (``wire/bittorrent.py``)."""

from __future__ import annotations

from contextlib import suppress

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.bittorrent import Datagram, classify, decode_handshake, decode_table
from tests.wire.test_bittorrent import HANDSHAKE, PING, TRACKER, UTP

PERMITTED = (RemoteProtocolError,)
SEEDS = (PING, UTP, TRACKER, HANDSHAKE)


def fuzz(data: bytes) -> None:
    """What is said to be a message of the table can be read as one."""
    if classify(data) is Datagram.TABLE:
        decode_table(data)
    with suppress(RemoteProtocolError):
        decode_handshake(data)
