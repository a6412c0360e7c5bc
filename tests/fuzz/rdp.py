"""Openings of remote desktop sessions (``wire/rdp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.rdp import chose_tls, client_name, cookie, decode_packet

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"\x03\0\0\x24\x1f\xe0\0\0\0\0\0Cookie: mstshash=anna_b\r\n",)


def fuzz(data: bytes) -> None:
    """A packet is read or refused."""
    found = decode_packet(data)
    if found is not None:
        for read in (chose_tls, client_name, cookie):
            read(found[0])
