"""STUN and TURN (``wire/stun.py``)."""

from __future__ import annotations

from contextlib import suppress

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import stun
from tests.wire import signalling
from tests.wire.signalling import disguised

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    signalling.stun(1, (stun.USERNAME, b"a"), (stun.SOFTWARE, b"moth")),
    signalling.stun(
        0x0101, (stun.MAPPED, disguised(bytes(4), 1)), (stun.PEER, disguised(bytes(16), 2))
    ),
    b"\x40\1\0\3abc",
)


def fuzz(data: bytes) -> None:
    """Every message is asked for its addresses and texts."""
    with suppress(RemoteProtocolError):
        stun.decode_framed(data)
    if data[:1] == b"\x40":
        stun.decode_channel(data)
        return
    message = stun.decode_message(data)
    message.text(stun.USERNAME)
    for kind in (stun.MAPPED, stun.PEER):
        message.address(kind)
