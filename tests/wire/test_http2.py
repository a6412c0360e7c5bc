"""Frames and fields of HTTP/2, said by h2."""

from __future__ import annotations

import h2.connection
import hpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http2 import (
    HEAD_SIZE,
    PREFACE,
    FieldReader,
    Flag,
    FrameHead,
    Type,
    content,
    decode_frame_head,
    table_size,
)


def test_what_h2_says_first_is_a_preface_and_settings():
    connection = h2.connection.H2Connection()
    connection.initiate_connection()
    wire = connection.data_to_send()
    assert wire.startswith(PREFACE)
    head, pos = decode_frame_head(wire, len(PREFACE))
    assert (head.type, head.stream, pos) == (Type.SETTINGS, 0, len(PREFACE) + HEAD_SIZE)
    assert table_size(wire[pos : pos + head.length]) == 4096


def test_a_cut_head_is_waited_for():
    assert {decode_frame_head(bytes(end)) for end in range(HEAD_SIZE)} == {None}


names = st.from_regex(r"[a-z][a-z-]{0,9}", fullmatch=True)


@given(st.lists(st.lists(st.tuples(names, names), max_size=5), max_size=5))
def test_blocks_of_fields_are_decompressed_in_order(lists):
    encoder, reader = hpack.Encoder(), FieldReader()
    for fields in lists:
        assert reader.fields(encoder.encode(fields)) == tuple(fields)


def test_a_larger_table_must_have_been_allowed():
    encoder = hpack.Encoder()
    encoder.header_table_size = 8192
    block = encoder.encode([("a", "b")])
    with pytest.raises(RemoteProtocolError):
        FieldReader().fields(block)
    reader = FieldReader()
    reader.allow_table(8192)
    assert reader.fields(block) == (("a", "b"),)


def test_a_bomb_is_refused():
    encoder = hpack.Encoder()
    block = encoder.encode([("a", "b" * 4000)]) + b"\xbe" * 1000
    with pytest.raises(RemoteProtocolError):
        FieldReader().fields(block)


@pytest.mark.parametrize(
    ("kind", "flags", "payload", "inside"),
    [
        (Type.HEADERS, 0, b"block", b"block"),
        (Type.HEADERS, Flag.PADDED, b"\x02block\0\0", b"block"),
        (Type.HEADERS, Flag.PRIORITY, b"12345block", b"block"),
        (Type.HEADERS, Flag.PADDED | Flag.PRIORITY, b"\x0112345block\0", b"block"),
        (Type.PUSH_PROMISE, 0, b"1234block", b"block"),
        (Type.CONTINUATION, Flag.PADDED, b"block", b"block"),
        (Type.DATA, Flag.PADDED, b"\x09ab", b""),
    ],
)
def test_padding_and_prefixes_are_no_content(kind, flags, payload, inside):
    assert content(FrameHead(len(payload), kind, flags, 1), payload) == inside


def test_a_frame_too_short_for_its_prefixes_is_refused():
    with pytest.raises(RemoteProtocolError):
        content(FrameHead(3, Type.HEADERS, Flag.PRIORITY, 1), b"123")
