"""NTP (``wire/ntp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ntp import begins_ntp, decode_ntp
from tests.wire.services import ntp

PERMITTED = (RemoteProtocolError,)
SEEDS = (ntp(3), ntp(4, stratum=2), ntp(4, stratum=1, reference=b"GPS\0"))


def fuzz(data: bytes) -> None:
    """What is recognised can be read."""
    if begins_ntp(data, b"") and decode_ntp(data).mode != 3:
        raise AssertionError("a question of another mode")
    decode_ntp(data)
