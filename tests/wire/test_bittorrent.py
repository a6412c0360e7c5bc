"""BitTorrent's messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.bittorrent import (
    GREETING,
    MAX_DEPTH,
    Datagram,
    classify,
    decode_bencoded,
    decode_handshake,
    decode_table,
)

HASH = bytes(range(20))
PEER = b"-TR4060-abcdefghijkl"
HANDSHAKE = GREETING + bytes(8) + HASH + PEER
PING = b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:v4:LT\x01\x021:y1:qe"
UTP = bytes.fromhex("4100123400000001000000000010000000010000")
TRACKER = bytes.fromhex("00000417271019800000000012345678")


def encoded(value: object) -> bytes:
    """Bencoding, for round trips."""
    match value:
        case int():
            return b"i%de" % value
        case bytes():
            return b"%d:%b" % (len(value), value)
        case list():
            return b"l" + b"".join(map(encoded, value)) + b"e"
        case dict():
            return b"d" + b"".join(encoded(k) + encoded(v) for k, v in value.items()) + b"e"
    raise TypeError(value)


VALUES = st.recursive(
    st.integers(-(10**20), 10**20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.binary(max_size=8), inner),
    max_leaves=20,
).filter(lambda value: encoded(value).count(b"l") + encoded(value).count(b"d") <= MAX_DEPTH)


def test_a_handshake_names_the_peer():
    assert decode_handshake(HANDSHAKE + b"more") == (PEER, 68)
    assert all(decode_handshake(HANDSHAKE[:size]) is None for size in range(68))


def test_what_is_no_handshake_is_refused_at_once():
    with pytest.raises(RemoteProtocolError):
        decode_handshake(b"\x13BitTorment")


def test_a_message_of_the_table_tells_its_query_and_client():
    assert decode_table(PING) == ("q", "ping", b"LT\x01\x02")


@given(VALUES)
def test_bencoded_values_come_back(value):
    assert decode_bencoded(encoded(value)) == value


@pytest.mark.parametrize(
    "data",
    [b"", b"i1", b"ie", b"i--1e", b"5:four", b"-1:", b"le5", b"d1:a", b"di1ei2ee", b"l" * 50],
)
def test_broken_bencoding_is_refused(data):
    with pytest.raises(RemoteProtocolError):
        decode_bencoded(data)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (PING, Datagram.TABLE),
        (TRACKER, Datagram.TRACKER),
        (UTP, Datagram.TRANSPORT),
        (b"BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\n\r\n", Datagram.DISCOVERY),
        (PING[:-1], None),
        (TRACKER[:-1], None),
        (UTP[:-2] + b"\x00\x01", None),
        (b"", None),
        (b"de", None),
    ],
)
def test_datagrams_are_told_apart(data, what):
    assert classify(data) is what
