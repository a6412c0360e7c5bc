"""Both hellos, every property of them, and JA4 (``wire/hello.py``, ``wire/ja4.py``)."""

from __future__ import annotations

import inspect

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.hello import (
    ClientHello,
    ServerHello,
    decode_client_hello,
    decode_server_hello,
    first_client_hello,
)
from peppermoth.wire.ja4 import extension_order, ja4, ja4_raw
from tests.wire.hellos import alpn, chrome_flight, client_hello, server_hello, server_name

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    chrome_flight("chrome:stable")[5:],
    client_hello([server_name(b"moth.example"), alpn(b"h2", b"http/1.1")]),
    server_hello([(43, b"\x03\x04"), (51, b"\x00\x18")]),
)


def fuzz(data: bytes) -> None:
    """A hello that decodes has properties that do not raise, and a name at the place it gives."""
    if data[:1] == b"\x02":
        read_all(decode_server_hello(data))
        return
    if data[:1] == b"\x16":
        first_client_hello(data)
        return
    hello = decode_client_hello(data)
    read_all(hello)
    extension_order(hello)
    if ja4(hello).split("_")[0] != ja4_raw(hello).split("_")[0]:
        raise AssertionError("JA4 and its raw form disagree")
    span = hello.server_name_span
    if span and data[slice(*span)].decode("ascii", "backslashreplace") != hello.server_name:
        raise AssertionError("the host name is elsewhere")


def read_all(hello: ClientHello | ServerHello) -> None:
    """Ask for everything that it can tell."""
    inspect.getmembers(hello)
