"""GTP's signalling of both versions."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.gtp import Subscriber, decode_gtp

IMSI, IMEI, PHONE = "262019876543210", "490154203237518", "4915100000042"


def pairs(digits: str) -> bytes:
    """Digits in pairs, the lower half first, with a filler."""
    filled = digits + "f" * (len(digits) % 2)
    return bytes.fromhex("".join(filled[n + 1] + filled[n] for n in range(0, len(filled), 2)))


def version1() -> bytes:
    body = b"\x02" + pairs(IMSI) + b"\x0e\x07"
    for kind, value in ((134, b"\x91" + pairs(PHONE)), (154, pairs(IMEI))):
        body += bytes([kind]) + len(value).to_bytes(2, "big") + value
    body = bytes(4) + body  # sequence number
    return b"\x32\x10" + len(body).to_bytes(2, "big") + bytes(4) + body


def version2() -> bytes:
    body = bytes(4) + bytes(4)  # tunnel, sequence number
    for kind, value in ((1, pairs(IMSI)), (75, pairs(IMEI)), (76, pairs(PHONE))):
        body += bytes([kind]) + len(value).to_bytes(2, "big") + b"\x00" + value
    return b"\x48\x20" + len(body).to_bytes(2, "big") + body


@pytest.mark.parametrize("message", [version1(), version2()], ids=["version 1", "version 2"])
def test_numbers_of_a_subscriber_are_read(message):
    assert decode_gtp(message) == Subscriber(IMSI, IMEI, PHONE)


@pytest.mark.parametrize("message", [version1(), version2()], ids=["version 1", "version 2"])
def test_a_message_of_another_length_is_refused(message):
    for wrong in (message[:-1], message + b"\x00"):
        with pytest.raises(RemoteProtocolError):
            decode_gtp(wrong)


@given(st.binary(max_size=100))
def test_other_bytes_are_refused_in_one_way(data):
    with suppress(RemoteProtocolError):
        decode_gtp(data)
