"""SYNs, from their headers."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.opening import decode_opening
from tests.monitor.frames import DEVICE, DEVICE6, SITE, SITE6, ip, tcp

LINUX = bytes.fromhex("020405b40402080a000000010000000001030307")


def headers(device=DEVICE, site=SITE, options=LINUX):
    segment = tcp(50000, 443, options=options)
    packet = ip(device, site, 6, segment)
    return packet[: len(packet) - len(segment)], segment


@pytest.mark.parametrize("ends", [(DEVICE, SITE), (DEVICE6, SITE6)], ids=["ipv4", "ipv6"])
def test_a_syn_tells_its_fields_and_the_order_of_its_options(ends):
    seen = decode_opening(*headers(*ends))
    assert (seen.ttl, seen.window, seen.segment_size, seen.scale) == (64, 65535, 1460, 7)
    assert seen.options == ("mss", "sok", "ts", "nop", "ws")


@pytest.mark.parametrize(("ttl", "first"), [(64, 64), (50, 64), (65, 128), (128, 128), (250, 255)])
def test_the_first_time_to_live_is_the_next_usual_one(ttl, first):
    assert decode_opening(*headers())._replace(ttl=ttl).first_ttl == first


@pytest.mark.parametrize(
    "options", [b"\x02\x00\x01\x01", b"\x02\x01\x01\x01", b"\x02\x04\x05", b"\x03\x03\x07\x08"]
)
def test_broken_options_end_the_reading(options):
    decode_opening(*headers(options=options.ljust(4, b"\x01")))


def test_what_stands_behind_the_end_of_options_is_not_read():
    assert decode_opening(*headers(options=b"\x00\x02\x04\x05")).options == ("eol",)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_other_bytes_are_refused_in_one_way(ip_header, tcp_header):
    with suppress(RemoteProtocolError):
        decode_opening(ip_header, tcp_header)
