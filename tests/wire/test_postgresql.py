"""PostgreSQL's messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import postgresql
from peppermoth.wire.postgresql import Startup, Wish
from tests.wire.services import PG_CANCEL, PG_WANTS_TLS, pg_message, pg_startup

OPENING = pg_startup(user="anna", database="diary", application_name="psql")


def test_a_client_opens_a_database():
    assert postgresql.decode_opening(OPENING + b"x") == (
        Startup("anna", "diary", "psql"), len(OPENING),
    )  # fmt: skip


def test_a_database_is_called_like_its_user_unless_said():
    startup, _ = postgresql.decode_opening(pg_startup(user="anna"))
    assert startup.database == "anna"


@pytest.mark.parametrize(
    ("data", "wish"),
    [
        (PG_WANTS_TLS, Wish.TLS),
        (PG_CANCEL, Wish.CANCEL),
        (bytes.fromhex("0000000804d21630"), Wish.GSS),
    ],
)
def test_a_client_may_wish_for_something_else_first(data, wish):
    assert postgresql.decode_opening(data) == (wish, len(data))
    assert postgresql.begins_postgresql(data, b"")


@given(st.integers(0, len(OPENING) - 1))
def test_no_part_of_an_opening_is_one(end):
    assert postgresql.decode_opening(OPENING[:end]) is None


@pytest.mark.parametrize("wrong", [bytes(8), b"\0\0\0\x08\0\2\0\0", b"GET / HTTP/1.1\r\n"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        postgresql.decode_opening(wrong)
    assert not postgresql.begins_postgresql(wrong, b"")


def test_messages_have_type_and_length():
    data = pg_message(b"Q", b"SELECT 1\0")
    assert postgresql.decode_header(data) == (postgresql.Header(b"Q", 9), 5)
    assert postgresql.decode_header(data[:4]) is None
    with pytest.raises(RemoteProtocolError):
        postgresql.decode_header(b"Q\0\0\0\0")


def test_queries_are_found_in_both_messages_that_hold_them():
    assert postgresql.query_of(b"Q", b"SELECT 1\0") == b"SELECT 1"
    assert postgresql.query_of(b"P", b"name\0SELECT $1\0\0\0") == b"SELECT $1"


def test_it_is_recognised_by_its_opening():
    assert postgresql.begins_postgresql(OPENING[:20], b"")
    assert not postgresql.begins_postgresql(OPENING[:7], b"")
