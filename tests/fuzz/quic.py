"""QUIC's headers, sealed packets and frames (``wire/quic.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.quic import (
    PacketType,
    decode_crypto_frames,
    decode_packets,
    initial_keys,
    is_google_version,
    is_known_version,
)
from tests.wire.quic_packets import CLIENT_FRAME, RETRY, SERVER_PACKETS, V1, V2, initial

PERMITTED = (RemoteProtocolError,)
SEEDS = (initial(CLIENT_FRAME, size=300), initial(CLIENT_FRAME, version=V2, size=300), RETRY)
SEEDS += (SERVER_PACKETS[V1], SERVER_PACKETS[V2])


def fuzz(data: bytes) -> None:
    """Packets lie one behind the other; any bytes may stand for the frames inside."""
    is_google_version(data)
    is_known_version(data)
    position = 0
    for packet in decode_packets(data):
        if packet.start != position or packet.end > len(data):
            raise AssertionError("packets overlap or leave their datagram")
        position = packet.end
        if packet.type is PacketType.INITIAL and packet.destination:
            keys, _ = initial_keys(packet.version, packet.destination)
            list(decode_crypto_frames(keys.open(data, packet)))
    if not position:
        list(decode_crypto_frames(data))
