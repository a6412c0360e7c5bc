"""The head of MongoDB's messages, and the steps of a login in them."""

from __future__ import annotations

import struct

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.mongodb import HEAD, Step, begins_mongodb, decode_head, decode_step
from tests.see.documents import bson, op_msg
from tests.wire.services import mongodb


def test_a_head_has_a_length():
    assert decode_head(mongodb(size=40)) == ((40, 2013), 16)
    assert decode_head(mongodb()[:15]) is None


@pytest.mark.parametrize("wrong", [mongodb(kind=1), bytes(16), b"GET / HTTP/1.1\r\n\r\n"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_head(wrong)
    assert not begins_mongodb(wrong, b"")


def test_only_requests_begin_a_connection():
    assert begins_mongodb(mongodb(kind=2004), b"")
    assert not begins_mongodb(mongodb(answers=7), b"")


def message(document):
    """OP_MSG with this document."""
    return struct.pack("<IB", 0, 0) + document


def element(kind, name, value):
    return bytes((kind,)) + name.encode() + b"\0" + value


def document(*elements):
    body = b"".join(elements) + b"\0"
    return struct.pack("<I", 4 + len(body)) + body


FIRST = {"saslStart": 1, "mechanism": "PLAIN", "payload": b"\0anna\0secret"}
STEP = Step("PLAIN", b"\0anna\0secret")


def test_a_login_is_read_in_both_kinds_of_message():
    assert decode_step(2013, op_msg(1, 0, **FIRST)[HEAD:]) == STEP
    query = struct.pack("<I", 0) + b"admin.$cmd\0" + struct.pack("<II", 0, 1) + bson(**FIRST)
    assert decode_step(2004, query) == STEP
    later = bson(saslContinue=1, conversationId=1, payload=b"c=biws")
    assert decode_step(2013, message(later)) == Step("", b"c=biws")


def test_a_login_may_stand_in_the_greeting_behind_values_of_every_kind():
    others = [
        element(1, "a", bytes(8)),
        element(4, "b", document(element(10, "0", b""))),
        element(8, "c", b"\1"),
        element(18, "d", bytes(8)),
    ]
    greeting = document(*others, element(3, "speculativeAuthenticate", bson(**FIRST)))
    assert decode_step(2013, message(greeting)) == STEP
    assert decode_step(2013, message(document(*others))) is None


def test_what_is_compressed_or_no_command_is_not_read():
    assert decode_step(2012, bytes(40)) is None
    assert decode_step(2013, struct.pack("<IB", 0, 1) + bytes(40)) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        bytes(4),
        document(element(99, "a", bytes(8))),
        document(element(2, "a", struct.pack("<I", 1 << 30))),
        document(element(3, "a", struct.pack("<I", 3))),
        document(*(element(10, "a", b"") for _ in range(300))),
        document()[:-1] + b"\x0aa",
    ],
)
def test_a_broken_document_is_refused(broken):
    with pytest.raises(RemoteProtocolError):
        decode_step(2013, message(broken))
