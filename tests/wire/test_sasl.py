"""What responses of SASL mechanisms hold."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire.sasl import Login, decode_response
from tests.wire.smb_messages import ntlm_authenticate


@pytest.mark.parametrize(
    ("mechanism", "said", "turn", "login"),
    [
        ("PLAIN", b"\0anna\0word", 0, Login("anna", "word")),
        ("plain", b"boss\0\0word", 0, Login("boss", "word")),
        ("PLAIN", b"anna", 0, Login()),
        ("LOGIN", b"anna", 0, Login("anna")),
        ("LOGIN", b"word", 1, Login(password="word")),
        ("CRAM-MD5", b"anna b 0123", 0, Login("anna b", proof="0123")),
        ("DIGEST-MD5", b'username="anna",response=0123', 0, Login("anna", proof="0123")),
        ("XOAUTH2", b"user=anna\1auth=Bearer tok\1\1", 0, Login("anna", token="tok")),
        ("OAUTHBEARER", b"n,a=anna,\1auth=Bearer tok\1\1", 0, Login("anna", token="tok")),
        ("SCRAM-SHA-256", b"n,,n=anna,r=nonce", 0, Login("anna")),
        ("SCRAM-SHA-256", b"c=biws,r=nonce,p=proof", 1, Login(proof="proof")),
        (
            "NTLM",
            ntlm_authenticate("M", "anna", "PC", b"xy"),
            1,
            Login("anna", proof="7879", host="PC"),
        ),
        ("NTLM", b"NTLMSSP\0\1", 0, Login()),
        ("EXTERNAL", b"anna", 0, Login()),
    ],
)
def test_a_response_is_read_by_its_mechanism(mechanism, said, turn, login):
    assert decode_response(mechanism, base64.b64encode(said), turn) == login


def test_only_a_secret_completes_a_login():
    assert not Login("anna", host="PC").has_secret
    assert Login(token="x").has_secret


@given(st.sampled_from(["PLAIN", "LOGIN", "NTLM", "SCRAM-SHA-1"]), st.binary(max_size=200))
def test_anything_is_taken(mechanism, response):
    decode_response(mechanism, response, 0)
    decode_response(mechanism, base64.b64encode(response), 1)
