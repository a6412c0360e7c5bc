"""Logins to a network (``wire/link_login.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.link_login import decode_chap, decode_eapol, decode_pap
from tests.wire.logins import IMSI, chap, identity, pap, sim_identity

PERMITTED = (RemoteProtocolError,)
_DECODERS = (decode_eapol, decode_pap, decode_chap)
SEEDS = (
    b"\0" + identity("0" + IMSI),
    b"\0" + sim_identity("anna"),
    b"\1" + pap(b"anna", b"canary"),
    b"\2" + chap(b"anna", b"canary"),
)


def fuzz(data: bytes) -> None:
    """The first byte picks the decoder; a subscriber's number is of digits."""
    login = _DECODERS[data[0] % 3 if data else 0](data[1:])
    if login.subscriber and not login.subscriber.isdigit():
        raise AssertionError("a number is not of digits")
