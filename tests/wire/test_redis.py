"""Commands of Redis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.redis import begins_redis, decode_command, password_in
from tests.wire.services import redis


@given(st.lists(st.text(st.characters(codec="ascii"), max_size=40), min_size=1, max_size=6))
def test_a_command_survives_the_wire_and_no_part_of_it_is_one(words):
    data = redis(*words)
    assert decode_command(data + b"x") == (tuple(word.encode() for word in words), len(data))
    for end in range(len(data)):
        assert decode_command(data[:end]) is None


def test_a_command_may_be_a_line():
    assert decode_command(b"SET a b\r\nGET") == ((b"SET", b"a", b"b"), 9)


@pytest.mark.parametrize(
    "wrong",
    [b"*x\r\n", b"*9999999\r\n", b"*1\r\n:5\r\n", b"*1\r\n$999999999\r\n", b"x" * 5000],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_command(wrong)


@pytest.mark.parametrize(
    ("words", "login"),
    [
        (("auth", "canary"), ("", b"canary")),
        (("AUTH", "anna", "canary"), ("anna", b"canary")),
        (("HELLO", "3", "AUTH", "anna", "canary", "SETNAME", "x"), ("anna", b"canary")),
        (("HELLO", "3"), None),
        (("AUTH",), None),
        (("GET", "AUTH"), None),
        ((), None),
    ],
)
def test_passwords_are_found(words, login):
    assert password_in(tuple(word.encode() for word in words)) == login


def test_flows_are_recognised_by_an_array_that_names_a_command():
    assert begins_redis(redis("PING"), b"")
    assert begins_redis(b"AUTH canary\r\n", b"")
    assert begins_redis(b"AUTH anna canary\n", b"-WRONGPASS\r\n")
    assert not begins_redis(b"AUTH TLS\r\n", b"220 FTP\r\n")
    assert not begins_redis(b"*1\r\n", b"")
    assert not begins_redis(b"GET / HTTP/1.1\r\n", b"")
