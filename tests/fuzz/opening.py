"""Headers of SYNs (``wire/opening.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.systems import from_opening
from peppermoth.wire.opening import decode_opening
from tests.monitor.frames import DEVICE, SITE, ip, tcp

PERMITTED = (RemoteProtocolError,)
OPTIONS = bytes.fromhex("020405b40402080a000000010000000001030307")
SEEDS = (ip(DEVICE, SITE, 6, tcp(50000, 443, options=OPTIONS)),)


def fuzz(data: bytes) -> None:
    """An IPv4 header and what follows it."""
    seen = decode_opening(data[:20], data[20:])
    from_opening(seen)
    if len(seen.options) > 40:
        raise AssertionError("more options than have room")
