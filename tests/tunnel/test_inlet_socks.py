"""SOCKS5 as the local proxy speaks it."""

from __future__ import annotations

import pytest

from peppermoth.cloaks.machine import Ended
from peppermoth.redact import Address
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted, UdpWanted
from peppermoth.wire.socks import Reply, decode_address
from tests.tunnel.inlet_talk import CREDENTIALS, EXAMPLE, GREETING, TO_EXAMPLE, hear, login, say

SUCCEEDED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


def test_socks_handshake_reply_and_early_bytes() -> None:
    inlet = Inlet(None, now=0.0)
    inlet.receive_data(GREETING, 0.0)
    assert hear(inlet).sent == b"\x05\x00"
    inlet.receive_data(TO_EXAMPLE + b"early", 0.0)
    inlet.receive_data(b" bird", 0.0)
    assert inlet.events() == [StreamWanted(EXAMPLE, b"early"), Outgoing(b" bird")]
    assert not inlet.transparent
    inlet.accept()
    assert inlet.transparent
    assert inlet.data_to_send() == [SUCCEEDED]


def test_socks_udp_reply_names_the_bound_address_and_the_connection_only_keeps_it() -> None:
    heard = say(GREETING, b"\x05\x03\x00\x01" + bytes(6), b"ignored")
    assert heard.events == [UdpWanted()]
    heard.inlet.accept_udp(Address("127.0.0.1", 5353))
    reply = heard.inlet.data_to_send()[0]
    assert reply[:3] == b"\x05\x00\x00"
    assert decode_address(reply, 3) == (Address("127.0.0.1", 5353), len(reply))
    heard.inlet.receive_data(b"ignored", 1.0)
    heard.inlet.receive_data(b"", 1.0)
    assert heard.inlet.events() == [Ended()]


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        (b"\x05\x02\x00\x01" + bytes(6), Reply.COMMAND_NOT_SUPPORTED),
        (b"\x05\x01\x00\x09", Reply.ADDRESS_TYPE_NOT_SUPPORTED),
        (b"\x04\x01\x00\x01" + bytes(6), Reply.GENERAL_FAILURE),
        (b"\x05\x01\x00\x03\x01\x00\x00\x50", Reply.GENERAL_FAILURE),
    ],
)
def test_socks_requests_that_cannot_be_served_get_their_code(asked: bytes, reply: Reply) -> None:
    heard = say(GREETING + asked)
    assert heard.sent[2:4] == bytes((5, reply))
    assert heard.reason


@pytest.mark.parametrize(
    ("user", "password", "status"),
    [
        (b"user", "pass:wörd".encode(), 0),
        (b"user", b"wrong", 1),
        (b"other", "pass:wörd".encode(), 1),
        (b"user:pass", "wörd".encode(), 1),
        (b"", b"", 1),
    ],
)
def test_socks_password(user: bytes, password: bytes, status: int) -> None:
    heard = say(login(user, password) + TO_EXAMPLE, credentials=CREDENTIALS)
    assert heard.sent == b"\x05\x02\x01" + bytes((status,))
    assert (heard.address == EXAMPLE) is (status == 0)
    assert (heard.reason is None) is (status == 0)


def test_socks_without_a_password_is_refused_where_one_is_set() -> None:
    heard = say(GREETING, credentials=CREDENTIALS)
    assert heard.sent == b"\x05\xff"
    assert heard.reason


def test_a_password_message_of_another_version_is_wrong() -> None:
    right = login(b"user", "pass:wörd".encode())
    heard = say(right[:3] + b"\x02" + right[4:], credentials=CREDENTIALS)
    assert heard.sent == b"\x05\x02\x01\x01"
    assert heard.reason
