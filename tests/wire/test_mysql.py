"""MySQL's packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import mysql
from tests.wire.services import MY_WANTS_TLS, my_greeting, my_login, my_packet

LOGIN = my_login("anna", b"x" * 20, database="diary", plugin="mysql_native_password")[4:]


def test_a_server_greets_with_its_version():
    assert mysql.decode_greeting(my_greeting("8.0.36")[4:]) == "8.0.36"
    assert mysql.begins_mysql(b"", my_greeting())
    with pytest.raises(RemoteProtocolError):
        mysql.decode_greeting(b"\xff\x10\x04Too many connections")


def test_a_client_logs_in():
    assert mysql.decode_login(LOGIN) == mysql.Login(
        "anna", b"x" * 20, "diary", "mysql_native_password"
    )
    assert mysql.decode_login(my_login("anna", b"")[4:]) == mysql.Login("anna", b"", "", "")


def test_an_old_login_ends_its_answer_with_a_zero():
    flags = (0x0208).to_bytes(4, "little")
    body = flags + bytes(28) + b"anna\0answer\0diary\0"
    assert mysql.decode_login(body) == mysql.Login("anna", b"answer", "diary", "")


@given(st.integers(0, 40))
def test_a_login_that_is_cut_is_refused(end):
    with pytest.raises(RemoteProtocolError):
        mysql.decode_login(LOGIN[:end])


def test_a_client_may_ask_for_tls_first():
    assert mysql.asks_for_tls(MY_WANTS_TLS[4:])
    assert not mysql.asks_for_tls(LOGIN)


def test_a_server_may_ask_for_another_plugin():
    assert mysql.decode_switch(b"\xfemysql_clear_password\0") == mysql.CLEARTEXT
    assert mysql.decode_switch(b"\0\0\0\2\0") is None


def test_packets_have_length_and_number():
    assert mysql.decode_header(my_packet(3, b"abc")) == (mysql.Header(3, 3), 4)
    assert mysql.decode_header(b"abc") is None


@pytest.mark.parametrize("wrong", [b"", b"220 ftp ready\r\n", my_greeting()[:7], my_greeting("x")])
def test_other_flows_are_not_recognised(wrong):
    assert not mysql.begins_mysql(b"", wrong)
