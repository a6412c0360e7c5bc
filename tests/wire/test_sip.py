"""Messages of SIP and RTSP."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import sip
from tests.wire.signalling import SDP, answer, invite, message


def test_a_request_has_method_target_fields_and_body():
    found, end = sip.decode_message(invite() + b"next")
    assert end == len(invite())
    assert (found.protocol, found.method, found.target) == (
        "SIP", "INVITE", "sip:ben@voip.example",
    )  # fmt: skip
    assert found.is_request
    assert found.field("user-agent") == "Mothphone 3.1"
    assert found.body == SDP.encode()


def test_short_names_become_long_ones():
    found, _ = sip.decode_message(answer())
    assert (found.status, found.is_request) == (200, False)
    assert found.field("to").startswith("<sip:ben")
    assert found.field("content-type") == "application/sdp"


def test_folded_lines_and_bare_line_feeds_are_read():
    found, _ = sip.decode_message(b"OPTIONS sip:a SIP/2.0\nSubject: one\n  two\nl: 0\n\n")
    assert found.field("subject") == "one two"


@given(st.data())
def test_no_part_of_a_stream_is_a_message(data):
    end = data.draw(st.integers(0, len(invite()) - 1))
    assert sip.decode_message(invite()[:end]) is None


def test_a_datagram_ends_its_body():
    data = message("MESSAGE sip:a SIP/2.0", "f: <sip:b@c>", body="hello", length=False)
    found, _ = sip.decode_message(data, is_datagram=True)
    assert found.body == b"hello"
    found, _ = sip.decode_message(data[:30], is_datagram=True)
    assert found.method == "MESSAGE"


@pytest.mark.parametrize(
    "wrong",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x00\x01",
        b"INVITE sip:a SIP/2.0\r\nl: x\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\nl: 9999999\r\n\r\n",
        b"INVITE sip:a SIP/2.0\r\n" + b"a: b\r\n" * 4000,
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        sip.decode_message(wrong)


@pytest.mark.parametrize(
    ("value", "scheme", "user", "host", "is_number"),
    [
        ('"Anna" <sip:anna@moth.example;x=y>;tag=1', "sip", "anna", "moth.example", False),
        ("<sips:+1-555-1234@moth.example:5061>", "sips", "+1-555-1234", "moth.example:5061", True),
        ("tel:+15551234", "tel", "+15551234", "", True),
        ("<sip:anna:canary@moth.example>", "sip", "anna", "moth.example", False),
        ("<sip:moth.example>", "sip", "", "moth.example", False),
    ],
)  # fmt: skip
def test_addresses_are_taken_apart(value, scheme, user, host, is_number):
    party = sip.decode_party(value)
    assert party == sip.Party(scheme, user, host)
    assert party.is_number == is_number


def test_a_field_without_an_address_names_nobody():
    assert sip.decode_party("anonymous") is None


def test_parameters_are_quoted_or_not():
    said = sip.parameters('Digest username="anna", realm="a b", algorithm=MD5;x=1')
    assert said == {"username": "anna", "realm": "a b", "algorithm": "MD5", "x": "1"}


def test_media_between_messages_are_passed_over():
    assert sip.decode_interleaved(b"$\0\0\3abcRTSP") == (b"abc", 7)
    assert sip.decode_interleaved(b"$\0\0\3ab") is None
    with pytest.raises(RemoteProtocolError):
        sip.decode_interleaved(b"RTSP")


def test_flows_are_recognised_by_their_first_line():
    assert sip.begins_sip(invite()[:40], b"")
    assert sip.begins_sip(b"", answer())
    assert not sip.begins_rtsp(invite(), b"")
    assert sip.begins_rtsp(b"DESCRIBE rtsp://a/ RTSP/1.0\r\n", b"")
    assert not sip.begins_sip(b"GET / HTTP/1.1\r\n", b"")
