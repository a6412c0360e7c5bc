from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dtls import MAX_MESSAGES, MessageReader, decode_records
from peppermoth.wire.hello import decode_client_hello
from peppermoth.wire.ja4 import ja4
from tests.wire.dtls_packets import DTLS_1_2, pieces, record, with_cookie
from tests.wire.hellos import client_hello, message, server_name

HELLO = client_hello([server_name(b"moth.example")], version=DTLS_1_2)


@given(st.lists(st.integers(1, 80), max_size=6), st.randoms(), st.booleans())
def test_a_hello_is_whole_however_it_is_cut_ordered_and_repeated(cuts, order, one_datagram):
    parts = pieces(with_cookie(HELLO, b"cookie"), cuts)
    parts += parts[:2]
    order.shuffle(parts)
    datagrams = [record(part) for part in parts]
    if one_datagram:
        datagrams = [b"".join(datagrams)]
    reader = MessageReader()
    told = [seen for datagram in datagrams for seen in reader.feed(datagram)]
    assert [seen.data for seen in told] == [HELLO]


def test_the_hello_is_read_as_that_of_tls():
    (seen,) = MessageReader().feed(record(pieces(with_cookie(HELLO), ())[0]))
    hello = decode_client_hello(seen.data)
    assert hello.server_name == "moth.example"
    assert ja4(hello, "d").startswith("dd2d")


def test_the_newest_version_of_dtls_has_the_lowest_number():
    offer = client_hello([(43, b"\x04\xfe\xfd\xfe\xfc")], version=DTLS_1_2)
    assert decode_client_hello(offer).version == 0xFEFC


def test_sealed_records_are_not_read():
    part = pieces(with_cookie(HELLO), ())[0]
    assert list(MessageReader().feed(record(part, epoch=1) + b"\x2csealed as 1.3 does")) == []


@pytest.mark.parametrize(
    "broken", [b"\x16\x03\x03" + bytes(20), b"\x99\xfe\xfd" + bytes(20), b"\x16"]
)
def test_other_bytes_are_refused(broken):
    with pytest.raises(RemoteProtocolError):
        list(decode_records(broken))


def test_a_piece_outside_its_message_is_refused():
    part = bytearray(pieces(message(2, bytes(10)), ())[0])
    part[3] = 4
    with pytest.raises(RemoteProtocolError):
        list(MessageReader().feed(record(bytes(part))))


def test_messages_are_bounded():
    reader = MessageReader()
    for number in range(MAX_MESSAGES):
        list(reader.feed(record(pieces(message(2, bytes(9)), (4,), number)[0])))
    with pytest.raises(RemoteProtocolError):
        list(reader.feed(record(pieces(message(2, bytes(9)), (4,), MAX_MESSAGES)[0])))
