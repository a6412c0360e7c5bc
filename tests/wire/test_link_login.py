"""Logins to a network in frames of the link."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.link_login import Login, decode_chap, decode_eapol, decode_pap
from tests.wire.logins import IMSI, OPERATOR, chap, eapol, identity, pap, sim_identity


@pytest.mark.parametrize(
    ("frame", "login"),
    [
        (identity("anna@moth.example"), Login("anna@moth.example")),
        (identity("anna") + b"padding of Ethernet", Login("anna")),
        (eapol(4, b"\x03abcanna"), Login("anna", proof=b"abc")),
        *[(sim_identity("0" + IMSI, method), Login("0" + IMSI)) for method in (18, 23, 50)],
    ],
)
def test_eap_names_who_asks(frame, login):
    assert decode_eapol(frame) == login


def test_ppp_names_who_asks_with_a_password_or_a_proof():
    assert decode_pap(pap(b"anna", b"canary")) == Login("anna", password=b"canary")
    assert decode_chap(chap(b"anna", b"p" * 16)) == Login("anna", proof=b"p" * 16)


@pytest.mark.parametrize(
    ("user", "number"),
    [
        ("0" + IMSI + OPERATOR, IMSI),
        ("1" + IMSI, IMSI),
        ("6" + IMSI + OPERATOR, IMSI),
        ("2" + IMSI + OPERATOR, ""),  # a pseudonym
        ("0" + IMSI + "@moth.example", ""),
        ("anna", ""),
    ],
)
def test_a_subscriber_stands_behind_a_digit(user, number):
    assert Login(user).subscriber == number


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x02\x03\x00\x01x",  # a key
        eapol(1, b"who?", code=1),
        eapol(25, b"sealed"),
        eapol(18, b"\x0a\0\0"),
        eapol(18, b"\x0a\0\0\x0e\0"),
        identity("anna")[:-1],
    ],
)
def test_anything_else_is_refused(frame):
    with pytest.raises(RemoteProtocolError):
        decode_eapol(frame)


@pytest.mark.parametrize("packet", [b"", pap(b"anna", b"canary")[:-1], chap(b"anna", b"x")])
def test_what_is_no_request_of_pap_is_refused(packet):
    with pytest.raises(RemoteProtocolError):
        decode_pap(packet)
