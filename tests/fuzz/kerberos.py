"""Kerberos (``wire/kerberos.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import kerberos
from tests.wire import directories as d

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    d.ticket_request(("anna",), ("krbtgt", "MOTH"), time=b"x" * 50, host="LAPTOP"),
    d.ticket_answer("anna", b"y" * 60),
    d.ticket_error("http"),
    d.framed(d.ticket_error("http")),
)


def fuzz(data: bytes) -> None:
    """As a datagram, or behind a length."""
    kerberos.begins_kerberos(data, b"")
    kerberos.begins_framed(data, b"")
    if data[:1] == b"\0":
        kerberos.decode_framed(data)
    else:
        kerberos.decode_message(data)
