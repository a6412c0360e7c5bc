"""Syslog (``wire/syslog.py``)."""

from __future__ import annotations

from contextlib import suppress

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.syslog import begins_syslog, decode_framed, decode_line

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    b"<34>Oct 11 22:14:15 laptop sshd[99]: text",
    b"<34>Oct 11 22:14:15 laptop sshd[99]: text\n<34>",
    b"<165>1 2003-10-11T22:14:15.003Z laptop evntslog - ID47 - text",
)


def fuzz(data: bytes) -> None:
    """What is recognised can be read, in datagrams and streams."""
    with suppress(RemoteProtocolError):
        found = decode_framed(data)
        if found is not None and not 0 < found[1] <= len(data):
            raise AssertionError("a line does not end in its stream")
    if begins_syslog(data, b"") and not decode_line(data).program:
        raise AssertionError("a line without a program")
    decode_line(data)
