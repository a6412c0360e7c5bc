"""SOCKS5 addresses, replies and datagrams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire.socks import (
    SOCKS_TYPES,
    UOT_TYPES,
    Reply,
    decode_address,
    decode_datagram,
    encode_address,
    encode_datagram,
    encode_reply,
)

ENCODED = [
    (Address("192.0.2.1", 80), "01 c0000201 0050"),
    (Address("example.com", 443), "03 0b 6578616d706c652e636f6d 01bb"),
    (Address("2001:db8::1", 65535), "04 20010db8000000000000000000000001 ffff"),
]

hosts = (
    st.ip_addresses().map(str)
    | st.from_regex(r"[a-z0-9-]{1,60}\.[a-z]{2,10}", fullmatch=True)
    | st.text(st.characters(categories=["L"]), min_size=1, max_size=40)
)
addresses = st.builds(Address, hosts, st.integers(0, 65_535))
types = st.sampled_from([SOCKS_TYPES, UOT_TYPES])


@pytest.mark.parametrize(("address", "wire"), ENCODED)
def test_addresses_have_the_published_form(address, wire):
    data = bytes.fromhex(wire)
    assert encode_address(address) == data
    assert decode_address(b"xx" + data + b"rest", 2) == (address, len(data) + 2)


def test_udp_over_tcp_numbers_the_kinds_otherwise():
    kinds = [encode_address(address, UOT_TYPES)[0] for address, _ in ENCODED]
    assert kinds == [0, 2, 1]


@given(addresses, types)
def test_an_address_survives_the_wire_and_no_part_of_it_is_one(address, kinds):
    data = encode_address(address, kinds)
    assert decode_address(data, 0, kinds) == (address, len(data))
    for end in range(len(data)):
        assert decode_address(memoryview(data)[:end], 0, kinds) is None


@pytest.mark.parametrize(
    "address",
    [
        Address("", 1),
        Address("x" * 256, 1),
        Address("\u00e9" * 128, 1),
        Address("a", -1),
        Address("a", 65_536),
    ],
)
def test_an_address_that_does_not_fit_is_our_own_mistake(address):
    with pytest.raises(LocalProtocolError):
        encode_address(address)


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"\x00", "unknown address type"),
        (b"\x02", "unknown address type"),
        (b"\xff" * 20, "unknown address type"),
        (b"\x03\x00\x00\x50", "empty host name"),
        (b"\x03\x02\xff\xfe\x00\x50", "not text"),
        (b"\x03\x03a b\x00\x50", "control characters"),
        (b"\x03\x03a\x00b\x00\x50", "control characters"),
        (b"\x03\x02a\x7f\x00\x50", "control characters"),
    ],
)
def test_a_malformed_address_is_refused(wire, reason):
    with pytest.raises(RemoteProtocolError, match=reason):
        decode_address(wire)


def test_a_reply_names_the_bound_address_or_none():
    assert encode_reply(Reply.SUCCEEDED) == bytes.fromhex("05 00 00 01 00000000 0000")
    bound = Address("::1", 1080)
    assert encode_reply(Reply.HOST_UNREACHABLE, bound) == b"\x05\x04\x00" + encode_address(bound)


@given(addresses, st.binary(max_size=100))
def test_a_datagram_survives_the_wire(address, payload):
    assert decode_datagram(encode_datagram(address, memoryview(payload))) == (address, payload)


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"\x00\x00\x00",
        b"\x00\x00\x01" + encode_address(Address("a", 1)) + b"x",
        b"\x00\x00\x00\x09" + bytes(20),
        b"\x00\x00\x00\x01\x7f\x00",
    ],
    ids=["empty", "short", "fragment", "unknown type", "cut"],
)
def test_a_datagram_that_is_none_is_dropped(wire):
    assert decode_datagram(wire) is None
