"""SOCKS4 requests."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire.socks4 import Request, decode_request

PLAIN = b"\4\1\0\x50\xc0\0\2\7anna\0"
NAMED = b"\4\1\1\xbb\0\0\0\1\0moth.example\0"


@pytest.mark.parametrize(
    ("wire", "request_"),
    [
        (PLAIN, Request(1, Address("192.0.2.7", 80), "anna")),
        (NAMED, Request(1, Address("moth.example", 443), "")),
    ],
    ids=["4", "4a"],
)
def test_a_request_has_address_and_user(wire, request_):
    assert decode_request(wire + b"rest") == (request_, len(wire))
    assert {decode_request(wire[:end]) for end in range(len(wire))} == {None}


@pytest.mark.parametrize("wire", [b"\5", PLAIN[:8] + b"a" * 300, NAMED[:9] + b"a" * 300])
def test_what_is_not_socks4_is_refused(wire):
    with pytest.raises(RemoteProtocolError):
        decode_request(wire)
