"""Session descriptions (``wire/sdp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.sdp import MAX_MEDIA, decode_sdp
from tests.wire.signalling import SDP

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    SDP.encode(),
    b"v=0\nm=audio 9 RTP/SAVP 0\na=crypto:1 X inline:a2V5|2^20\na=fingerprint:sha-256 AA",
)


def fuzz(data: bytes) -> None:
    """Media stay within their bound."""
    if len(decode_sdp(data).media) > MAX_MEDIA:
        raise AssertionError("more media than may be")
