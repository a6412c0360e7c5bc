"""The head of MongoDB's messages."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.mongodb import begins_mongodb, decode_length
from tests.wire.services import mongodb


def test_a_head_has_a_length():
    assert decode_length(mongodb(size=40)) == (40, 16)
    assert decode_length(mongodb()[:15]) is None


@pytest.mark.parametrize("wrong", [mongodb(kind=1), bytes(16), b"GET / HTTP/1.1\r\n\r\n"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_length(wrong)
    assert not begins_mongodb(wrong, b"")


def test_only_requests_begin_a_connection():
    assert begins_mongodb(mongodb(kind=2004), b"")
    assert not begins_mongodb(mongodb(answers=7), b"")
