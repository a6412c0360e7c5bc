"""First messages of tunnels, and what only looks a little like them."""

from __future__ import annotations

from contextlib import nullcontext, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.tunnels import (
    WireGuard,
    aggressive_payloads,
    begins_l2tp,
    begins_pptp,
    decode_ike,
    decode_openvpn,
    decode_wireguard,
)
from tests.wire import tunnel_messages as made


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (made.WIREGUARD_INITIATION, WireGuard.INITIATION),
        (made.WIREGUARD_RESPONSE, WireGuard.RESPONSE),
        (made.WIREGUARD_DATA, WireGuard.DATA),
        (b"\x03\x00\x00\x00" + bytes(60), WireGuard.COOKIE),
    ],
)
def test_wireguards_messages_have_their_sizes(message, kind):
    assert decode_wireguard(message) is kind
    for wrong in (
        message[:-1],
        message + b"\x00",
        b"\x05" + message[1:],
        b"\x01\x01" + message[2:],
    ):
        with pytest.raises(RemoteProtocolError):
            decode_wireguard(wrong)


@pytest.mark.parametrize(
    ("length", "fits"),
    [(31, False), (32, True), (33, False), (1311, False), (1312, True), (1452, True)],
)
def test_wireguards_data_is_padded_to_16_bytes_but_not_beyond_the_mtu(length, fits):
    message = (made.WIREGUARD_DATA[:4] + bytes(length))[:length]
    with nullcontext() if fits else pytest.raises(RemoteProtocolError):
        assert decode_wireguard(message) is WireGuard.DATA


def test_openvpns_answer_names_the_session_it_answers():
    reset, answer = decode_openvpn(made.OPENVPN_RESET), decode_openvpn(made.OPENVPN_ANSWER)
    assert (reset.opcode, reset.session, reset.plain) == (7, made.SESSION, True)
    assert (answer.opcode, answer.acknowledges) == (8, made.SESSION)


def test_a_wrapped_message_of_openvpn_tells_only_its_kind():
    reset = decode_openvpn(made.OPENVPN_WRAPPED)
    assert (reset.opcode, reset.plain, reset.acknowledges) == (7, False, b"")


@pytest.mark.parametrize(
    "message",
    [
        made.OPENVPN_RESET[:-1],
        made.OPENVPN_RESET + b"\x00",
        b"\x39" + made.OPENVPN_RESET[1:],
        b"\x38" + bytes(13),
        b"\x30" + made.OPENVPN_RESET[1:],
    ],
    ids=["short", "long", "second key", "no session", "data"],
)
def test_what_cannot_begin_openvpn_is_refused(message):
    with pytest.raises(RemoteProtocolError):
        decode_openvpn(message)


@pytest.mark.parametrize(("version", "exchange"), [(1, 2), (1, 4), (2, 34)])
@pytest.mark.parametrize("marker", [False, True])
def test_ike_is_read_with_and_without_its_marker(version, exchange, marker):
    seen = decode_ike(made.ike(version, exchange, marker=marker))
    assert (seen.version, seen.exchange, seen.initiator) == (version, exchange, made.SESSION)


@pytest.mark.parametrize(
    "message", [made.ike(1, 34), made.ike(2, 2), made.ike(3, 34), made.ike(2, 34)[:-1], bytes(40)]
)
def test_what_is_not_ike_is_refused(message):
    with pytest.raises(RemoteProtocolError):
        decode_ike(message)


def test_the_parts_of_an_aggressive_message_are_read_unless_it_is_sealed():
    parts = ((1, b"proposal"), (5, b"\x03\0\0\0anna"), (8, b"hash"))
    assert tuple(aggressive_payloads(made.aggressive(*parts))) == parts
    assert not list(aggressive_payloads(made.aggressive(*parts, flags=1)))
    assert not list(aggressive_payloads(made.ike(1, 2)))
    broken = bytearray(made.aggressive(*parts))
    broken[31] = 200
    with pytest.raises(RemoteProtocolError):
        list(aggressive_payloads(bytes(broken)))


def test_pptp_and_l2tp_begin_in_their_own_ways():
    assert begins_pptp(made.PPTP)
    assert begins_l2tp(made.L2TP)
    assert not begins_pptp(made.L2TP)
    assert not begins_l2tp(made.PPTP)
    assert not begins_l2tp(made.L2TP + b"\x00")


@pytest.mark.parametrize("decode", [decode_wireguard, decode_openvpn, decode_ike])
@given(data=st.binary(max_size=200))
def test_other_bytes_are_refused_in_one_way(decode, data):
    with suppress(RemoteProtocolError):
        decode(data)
