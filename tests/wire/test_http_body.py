"""Where bodies end, with h11 as a second opinion."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http import Head, RequestLine, decode_head
from peppermoth.wire.http_body import Ending, body_end, decode_chunk_size, messages


def head(*lines: str):
    return decode_head("\r\n".join([*lines, "", ""]).encode())[0]


@pytest.mark.parametrize(
    ("lines", "method", "end"),
    [
        (["GET / HTTP/1.1"], "", 0),
        (["POST / HTTP/1.1", "Content-Length: 5"], "", 5),
        (["POST / HTTP/1.1", "Content-Length: 5, 5"], "", 5),
        (["POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked"], "", Ending.CHUNKED),
        (["HTTP/1.1 200 OK", "Content-Length: 5"], "GET", 5),
        (["HTTP/1.1 200 OK", "Content-Length: 5"], "HEAD", 0),
        (["HTTP/1.1 304 Same", "Content-Length: 5"], "GET", 0),
        (["HTTP/1.1 200 OK"], "CONNECT", 0),
        (["HTTP/1.1 200 OK"], "GET", Ending.CLOSE),
    ],
)
def test_a_body_ends_where_its_head_says(lines, method, end):
    assert body_end(head(*lines), method) == end


@pytest.mark.parametrize("length", ["-1", "5x", "٣", "9" * 30])
def test_a_length_that_is_no_number_is_refused(length):
    line = RequestLine("POST", "/", "1.1")
    with pytest.raises(RemoteProtocolError):
        body_end(Head(line, (("Content-Length", length),)))


@given(st.binary(min_size=1, max_size=200))
def test_h11_s_chunks_have_the_size_that_is_read(data):
    server = h11.Connection(h11.SERVER)
    server.receive_data(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    server.next_event()
    server.send(h11.Response(status_code=200, headers=[]))
    chunk = server.send(h11.Data(data=data))
    assert decode_chunk_size(chunk.split(b"\r\n")[0]) == len(data)


@pytest.mark.parametrize("line", [b"", b"x", b"-1", b"0x5", b"1" * 16, b";a"])
def test_a_size_that_is_no_number_is_refused(line):
    with pytest.raises(RemoteProtocolError):
        decode_chunk_size(line)


def test_extensions_of_a_chunk_are_passed_over():
    assert decode_chunk_size(b"1F;name=value") == 31


def test_a_body_without_a_length_goes_on_to_the_end():
    ((_, body),) = messages(b"HTTP/1.1 200 OK\r\n\r\nall of\r\n\r\nit")
    assert body == b"all of\r\n\r\nit"


def test_a_length_that_is_none_is_no_length():
    ((_, body),) = messages(b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc")
    assert body == b"abc"


def test_a_stream_is_cut_into_messages_up_to_what_is_none():
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nmot"
    found = [body for _, body in messages(first + first + b"\x16\x03\x01\r\n\r\n" + first)]
    assert found == [b"mot", b"mot"]
