"""Tags of XMPP streams (``wire/xmpp.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.xmpp import decode_tag

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"<?xml version='1.0'?><stream:stream to='a'><auth mechanism=\"PLAIN\">AGE=</auth>",)


def fuzz(data: bytes) -> None:
    """Tags follow one another to the end."""
    pos = 0
    while (found := decode_tag(data, pos)) is not None:
        if found[1] <= pos:
            raise AssertionError("a tag without bytes")
        pos = found[1]
