"""Heads of HTTP/1 messages as an observer reads them, with h11 as a second opinion."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.http import MAX_HEAD, MAX_LINE, Head, RequestLine, StatusLine, decode_head

REQUEST = b"GET /a?b=c HTTP/1.1\r\nHost: moth.example\r\nAccept: */*\r\naccept: x\r\n\r\n"
RESPONSE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n"

names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,12}", fullmatch=True)
values = st.from_regex(r"([!-~]([ !-~]{0,20}[!-~])?)?", fullmatch=True)
fields = st.lists(st.tuples(names, values), max_size=8)
targets = st.from_regex(r"/[!-~]{0,30}", fullmatch=True)


def test_a_request_gives_its_line_its_fields_and_where_the_body_starts():
    head, end = decode_head(b"xx" + REQUEST + b"body", 2)
    assert head.line == RequestLine("GET", "/a?b=c", "1.1")
    assert head.fields == (("Host", "moth.example"), ("Accept", "*/*"), ("accept", "x"))
    assert end == 2 + len(REQUEST)


def test_a_response_gives_its_line():
    assert decode_head(RESPONSE + b"<title>") == (
        Head(StatusLine("1.1", 404, "Not Found"), (("Content-Type", "text/html"),)),
        len(RESPONSE),
    )


def test_a_field_is_found_by_its_name_in_any_case():
    head, _ = decode_head(REQUEST)
    assert (head.field("host"), head.field("ACCEPT"), head.field("cookie")) == (
        "moth.example",
        "*/*",
        None,
    )


@given(targets, fields)
def test_h11_s_requests_are_read_as_they_were_said(target, said):
    sent = [("Host", "moth.example"), *((f"X-{name}", value) for name, value in said)]
    request = h11.Request(method="GET", target=target, headers=sent)
    wire = h11.Connection(h11.CLIENT).send(request)
    head, end = decode_head(wire)
    assert (head.line, end) == (RequestLine("GET", target, "1.1"), len(wire))
    assert list(head.fields) == sent


@pytest.mark.parametrize("wire", [REQUEST, RESPONSE, b"\r\n\n" + REQUEST], ids=["q", "r", "late"])
def test_a_cut_head_is_waited_for(wire):
    assert {decode_head(wire[:end]) for end in range(len(wire))} == {None}
    assert decode_head(wire)[1] == len(wire)


@pytest.mark.parametrize(
    ("wire", "line", "said"),
    [
        (b"GET / HTTP/1.0\n\n", RequestLine("GET", "/", "1.0"), ()),
        (b"GET  /  HTTP/1.1 \r\nA:b\n\r\n", RequestLine("GET", "/", "1.1"), (("A", "b"),)),
        (b"HTTP/1.1 200\r\n\r\n", StatusLine("1.1", 200, ""), ()),
        (b"HTTP/1.1 200 \r\nA:\tb \r\n\n", StatusLine("1.1", 200, ""), (("A", "b"),)),
        (b"HTTP/1.1 200 OK\nA: b\r\n\t c\n\nd", StatusLine("1.1", 200, "OK"), (("A", "b c"),)),
        (b"HTTP/1.1 200 OK\nnonsense\nA: b\n\n", StatusLine("1.1", 200, "OK"), (("A", "b"),)),
        (b"HTTP/1.1 200 \xe9\nA: \xff\n\n", StatusLine("1.1", 200, "é"), (("A", "ÿ"),)),
    ],
)
def test_untidy_heads_are_read_all_the_same(wire, line, said):
    head, _ = decode_head(wire)
    assert (head.line, head.fields) == (line, said)


@pytest.mark.parametrize(
    "wire",
    [
        b"\x16\x03\x01",
        b"SSH-2.0-OpenSSH_9.2p1\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"GET /\r\n",
        b"HTTP/1.1 20 OK\r\n",
        b"INVITE sip:a@moth.example SIP/2.0\r\n",
        b"A" * 33,
        b"GET /" + b"a" * MAX_LINE,
    ],
)
def test_what_is_not_http_1_is_refused_without_waiting_for_the_end(wire):
    with pytest.raises(RemoteProtocolError, match="not HTTP/1"):
        decode_head(wire)


@pytest.mark.parametrize(
    "start", [b"GET / HTTP/1.1\r\n", b"\r\n"], ids=["fields without end", "empty lines"]
)
def test_a_head_beyond_the_limit_is_refused(start):
    endless = start + b"a:b\r\n" * MAX_HEAD if start[0:1] == b"G" else start * MAX_HEAD
    assert decode_head(endless[: MAX_HEAD - 1]) is None
    with pytest.raises(RemoteProtocolError, match="too long"):
        decode_head(endless[:MAX_HEAD])


@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda junk: REQUEST[:30] + junk))
def test_more_bytes_never_change_an_answer(data):
    answers = []
    for end in range(len(data) + 1):
        try:
            answers.append(decode_head(data[:end]))
        except RemoteProtocolError:
            answers.append("refused")
    settled = [answer for answer in answers if answer is not None]
    assert answers[len(answers) - len(settled) :] == settled
    assert all(answer == settled[0] for answer in settled)
