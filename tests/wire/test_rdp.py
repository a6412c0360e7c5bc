"""How remote desktop sessions open."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.rdp import (
    CONFIRM,
    REQUEST,
    Packet,
    chose_tls,
    client_name,
    cookie,
    decode_packet,
)

COOKIE = b"\x03\0\0\x24\x1f\xe0\0\0\0\0\0Cookie: mstshash=anna_b\r\n"
TLS = bytes.fromhex("030000130ed000001234000200080001000000")
PLAIN = bytes.fromhex("030000130ed000001234000200080000000000")


def test_a_request_may_carry_a_cookie():
    packet, end = decode_packet(COOKIE + b"rest")
    assert (packet.kind, end, cookie(packet)) == (REQUEST, len(COOKIE), "anna_b")
    assert {decode_packet(COOKIE[:end]) for end in range(len(COOKIE))} == {None}
    assert cookie(Packet(REQUEST, b"nothing")) == ""


def test_a_confirm_chooses_tls_or_not():
    assert decode_packet(TLS)[0].kind == CONFIRM
    assert chose_tls(decode_packet(TLS)[0])
    assert not chose_tls(decode_packet(PLAIN)[0])
    assert not chose_tls(Packet(CONFIRM, PLAIN[:11]))


def test_settings_name_the_client():
    name = "LAPTOP".encode("utf-16-le").ljust(32, b"\0")
    settings = b"....\x01\xc0\xd8\0\x04\0\x08\0" + bytes(16) + name
    assert client_name(Packet(0xF0, settings)) == "LAPTOP"
    assert client_name(Packet(0xF0, b"none")) == ""


@pytest.mark.parametrize("wire", [b"\x16\x03", b"\x03\x01\0\x20", b"\x03\0\0\x03"])
def test_what_is_not_tpkt_is_refused(wire):
    with pytest.raises(RemoteProtocolError):
        decode_packet(wire)
