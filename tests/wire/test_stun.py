"""STUN and TURN."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire import stun
from tests.wire import signalling
from tests.wire.signalling import disguised


def test_attributes_are_found_behind_padding():
    message = stun.decode_message(
        signalling.stun(0x0003, (stun.SOFTWARE, b"moth1"), (stun.USERNAME, b"anna"))
    )
    assert (message.method, message.is_request) == (3, True)
    assert message.text(stun.SOFTWARE) == "moth1"
    assert message.text(stun.USERNAME) == "anna"
    assert message.first(stun.REALM) == b""


def test_the_addresses_of_rfc_5769_are_read():
    # Sections 2.2 and 2.3: a response over IPv4, and one over IPv6.
    transaction = bytes.fromhex("b7e7a701bc34d686fa87dfae")
    for value, host in [
        ("0001a147e112a643", "192.0.2.1"),
        ("0002a1470113a9faa5d3f179bc25f4b5bed2b9d9", "2001:db8:1234:5678:11:2233:4455:6677"),
    ]:
        attribute = (stun.MAPPED, bytes.fromhex(value))
        message = stun.Message(1, False, transaction, (attribute,))
        assert message.address(stun.MAPPED) == Address(host, 32853)


@given(
    st.binary(min_size=4, max_size=4) | st.binary(min_size=16, max_size=16), st.integers(0, 65535)
)
def test_an_address_survives_its_disguise(host, port):
    message = stun.decode_message(signalling.stun(0x0101, (stun.MAPPED, disguised(host, port))))
    found = message.address(stun.MAPPED)
    assert not message.is_request
    assert (found.ip.packed, found.port) == (host, port)
    assert message.address(stun.PEER) is None


@pytest.mark.parametrize("value", [b"\0", b"\0\3\0\1abcd", b"\0\2\0\1abcd"])
def test_broken_addresses_are_refused(value):
    message = stun.decode_message(signalling.stun(1, (stun.MAPPED, value)))
    with pytest.raises(RemoteProtocolError):
        message.address(stun.MAPPED)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        signalling.stun(1)[:19],
        signalling.stun(1, (6, b"abcd"))[:-1],
        signalling.stun(1).replace(b"\x21\x12", b"\x12\x21"),
        b"\xff" * 40,
    ],
)
def test_anything_else_is_refused(wrong):
    assert not stun.begins_stun(wrong, b"")
    with pytest.raises(RemoteProtocolError):
        stun.decode_message(wrong)


def test_a_channel_carries_a_datagram():
    assert stun.decode_channel(b"\x40\1\0\3abc\0") == b"abc"
    for wrong in (b"\x50\1\0\3abc", b"\x40\1\0\4abc"):
        with pytest.raises(RemoteProtocolError):
            stun.decode_channel(wrong)


@pytest.mark.parametrize(
    "data",
    [
        signalling.stun(0x0003, (stun.SOFTWARE, b"moth1")),
        b"\x40\1\0\4data",
        b"\x4f\xff\0\5datas\0\0\0",
    ],
)
def test_a_stream_has_messages_and_padded_data_of_channels(data):
    assert stun.decode_framed(data + b"more") == (data, len(data))
    assert {stun.decode_framed(data[:end]) for end in range(len(data))} == {None}


@pytest.mark.parametrize("data", [b"\x16\3\1", b"\x50\0\0\0", b"\x3f"])
def test_other_streams_are_refused(data):
    with pytest.raises(RemoteProtocolError):
        stun.decode_framed(data)
