"""SQL Server's logins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import tds
from tests.wire import services
from tests.wire.services import TDS_PRELOGIN, tds_login

LOGIN = tds_login("LAPTOP", "anna", "canary", "Mothreport")


def test_a_login_names_host_user_and_program_but_not_the_password():
    packet, end = tds.decode_packet(LOGIN)
    assert (packet.kind, end) == (tds.LOGIN, len(LOGIN))
    assert tds.decode_login(packet.body) == tds.Login("LAPTOP", "anna", 6, "Mothreport")


@given(st.integers(0, len(LOGIN) - 1))
def test_no_part_of_a_packet_is_one(end):
    assert tds.decode_packet(LOGIN[:end]) is None
    if end < len(LOGIN) - 8:
        with pytest.raises(RemoteProtocolError):
            tds.decode_login(LOGIN[8:][:end])


@pytest.mark.parametrize("wrong", [bytes(8), b"\x12\1\0\7\0\0\0\0", b"GET / HTTP"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        tds.decode_packet(wrong)
    assert not tds.begins_tds(wrong, b"")


def test_connections_begin_with_versions():
    assert tds.begins_tds(TDS_PRELOGIN, b"")
    assert not tds.begins_tds(services.tds(0x12, b"\1\0\x0b\0\6"), b"")
