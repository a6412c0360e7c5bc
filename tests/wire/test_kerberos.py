"""Kerberos: who wants which ticket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import kerberos
from peppermoth.wire.kerberos import Message, decode_message
from tests.wire import directories as d

ASKS = d.ticket_request(("anna",), ("krbtgt", "MOTH.EXAMPLE"), time=b"x" * 50, host="LAPTOP")
FOR_SERVICE = d.ticket_request((), ("cifs", "files.moth.example"), kind=12)
ANSWER = d.ticket_answer("anna", b"y" * 60)
REFUSAL = d.ticket_error("http")


def test_a_request_names_client_service_realm_and_host():
    assert decode_message(ASKS) == Message(
        kerberos.AS_REQ, "anna", "krbtgt/MOTH.EXAMPLE", "MOTH.EXAMPLE", b"x" * 50, ("LAPTOP",)
    )


def test_a_request_with_a_ticket_names_the_service_alone():
    message = decode_message(FOR_SERVICE)
    assert (message.kind, message.client) == (kerberos.TGS_REQ, "")
    assert message.service == "cifs/files.moth.example"


def test_an_answer_names_the_client_and_holds_what_its_password_opens():
    message = decode_message(ANSWER)
    assert (message.client, message.guessable) == ("anna", b"y" * 60)


def test_an_error_names_the_service():
    assert decode_message(REFUSAL).service == "http/host.moth.example"


@given(st.data())
def test_no_part_of_a_message_is_one(draw):
    end = draw.draw(st.integers(0, len(ASKS) - 1))
    with pytest.raises(RemoteProtocolError):
        decode_message(ASKS[:end])
    assert kerberos.decode_framed(d.framed(ASKS)[: end + 4]) is None


def test_a_stream_has_lengths_in_front():
    data = d.framed(ASKS)
    assert kerberos.decode_framed(data + b"more") == (ASKS, len(data))
    with pytest.raises(RemoteProtocolError):
        kerberos.decode_framed(b"\xff" * 8)


def test_it_is_recognised_by_its_first_bytes():
    assert kerberos.begins_kerberos(ASKS, b"")
    assert kerberos.begins_kerberos(b"", REFUSAL)
    assert kerberos.begins_framed(d.framed(ASKS)[:20], b"")
    assert not kerberos.begins_framed(ASKS, b"")
    assert not kerberos.begins_kerberos(d.snmp(0, "public"), b"")
    assert not kerberos.begins_kerberos(b"", b"")
    assert not kerberos.begins_kerberos(b"moth", b"")
    assert not kerberos.begins_kerberos(ASKS[:-1], b"")
