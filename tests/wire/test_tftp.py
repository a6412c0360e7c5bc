"""TFTP requests."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.tftp import READ, WRITE, TransferRequest, decode_request


def test_requests_name_their_file():
    assert decode_request(b"\0\1boot.cfg\0OCTET\0") == TransferRequest(READ, "boot.cfg")
    assert decode_request(b"\0\2a\0netascii\0tsize\x000\0") == TransferRequest(WRITE, "a")


@pytest.mark.parametrize("datagram", [b"", b"\0\3\0\1data", b"\0\1boot", b"\0\1boot\0other\0"])
def test_anything_else_is_refused(datagram):
    with pytest.raises(RemoteProtocolError):
        decode_request(datagram)
