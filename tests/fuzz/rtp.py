"""RTP and RTCP (``wire/rtp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import rtp
from tests.wire import signalling

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    signalling.rtp(1, bytes(160)),
    signalling.rtp(1, b"src1" + b"\xbe\xde\0\1more" + bytes(30), first=0x91),
    signalling.sdes(cname="anna@laptop", tool="x"),
)


def fuzz(data: bytes) -> None:
    """What is recognised from both sides can be read."""
    rtp.begins_rtp(data, b"")
    if rtp.is_rtcp(data):
        list(rtp.decode_sdes(data))
        return
    packet = rtp.decode_rtp(data)
    rtp.sizes_fit(rtp.CODECS.get(packet.payload_type, ""), len(packet.payload))
