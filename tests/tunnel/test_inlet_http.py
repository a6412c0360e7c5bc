"""HTTP as the local proxy speaks it."""

from __future__ import annotations

import base64

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import Failure
from peppermoth.redact import Address
from tests.tunnel.inlet_talk import CREDENTIALS, EXAMPLE, hear, http, request_in, say

BASIC = base64.b64encode("user:pass:wörd".encode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "CONNECT"])
def test_a_refusal_is_a_complete_answer_in_the_eyes_of_a_client(method: str) -> None:
    target = "example.com:80" if method == "CONNECT" else "http://example.com/"
    client = h11.Connection(h11.CLIENT)
    said = client.send(h11.Request(method=method, target=target, headers=[("Host", "x")]))
    heard = say(said + client.send(h11.EndOfMessage()))
    heard.inlet.refuse(Failure.TARGET_TIMEOUT)
    client.receive_data(hear(heard.inlet).sent)
    answer = client.next_event()
    assert isinstance(answer, h11.Response)
    assert answer.status_code == 504
    assert (b"connection", b"close") in list(answer.headers)
    body = b""
    while isinstance(event := client.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert (body == b"") is (method == "HEAD")
    assert b"http://" not in body  # self-contained, and it repeats no target
    assert client.trailing_data[0] == b""


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("example.com:443", EXAMPLE),
        ("192.0.2.1:80", Address("192.0.2.1", 80)),
        ("[2001:DB8::1]:8443", Address("2001:db8::1", 8443)),
        ("example.com", None),
        ("example.com:65536", None),
        ("2001:db8::1:443", None),
        ("[example.com]:443", None),
        ("u@example.com:443", None),
        (":443", None),
        ("EXAMPLE.com:443", EXAMPLE),
        ("127.1:443", None),
    ],
)
def test_connect_targets(target: str, address: Address | None) -> None:
    heard = say(http(f"CONNECT {target} HTTP/1.1", "Host: x", body=b"\x16\x03"))
    assert heard.address == address
    if address is None:
        assert heard.status == 400
        return
    assert heard.forwarded == b"\x16\x03"
    heard.inlet.accept()
    assert heard.inlet.transparent
    assert heard.inlet.data_to_send()[0].startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("target", "address", "host", "path"),
    [
        ("http://a.example/b?c=/d", Address("a.example", 80), b"a.example", b"/b?c=/d"),
        ("HTTP://a.example:81", Address("a.example", 81), b"a.example:81", b"/"),
        ("http://a.example?q", Address("a.example", 80), b"a.example", b"/?q"),
        ("http://u:p@[::1]:8080/x", Address("::1", 8080), b"[::1]:8080", b"/x"),
    ],
)
def test_an_absolute_request_is_written_anew_for_its_target(
    target: str, address: Address, host: bytes, path: bytes
) -> None:
    heard = say(http(f"GET {target} HTTP/1.1", "Host: elsewhere.example", "X-Kept: 1"))
    request, body = request_in(heard.forwarded)
    assert heard.address == address
    assert (request.method, request.target, body) == (b"GET", path, b"")
    assert list(request.headers) == [
        (b"host", host),
        (b"x-kept", b"1"),
        (b"connection", b"close"),
    ]
    heard.inlet.accept()
    assert heard.inlet.data_to_send() == []
    assert not heard.inlet.transparent


def test_what_is_for_the_proxy_stays_with_the_proxy() -> None:
    heard = say(
        http(
            "GET http://a/ HTTP/1.1",
            "Host: a",
            f"Proxy-Authorization: Basic {BASIC.decode()}",
            "Proxy-Connection: keep-alive",
            "Connection: X-Hop , keep-alive, content-length",
            "x-hop: 1",
            "Keep-Alive: 5",
            "TE: trailers",
            "Upgrade: h2c",
            "Content-Length: 2",
            "Accept: */*",
            body=b"hi",
        ),
        credentials=CREDENTIALS,
    )
    request, body = request_in(heard.forwarded)
    names = [name for name, _ in request.headers]
    assert names == [b"host", b"accept", b"content-length", b"connection"]
    assert body == b"hi"


@given(
    body=st.binary(max_size=200),
    chunks=st.integers(1, 50),
    reads=st.integers(1, 60),
)
def test_a_chunked_body_arrives_whole_and_cannot_hide_a_request(
    body: bytes, chunks: int, reads: int
) -> None:
    pieces = [body[i : i + chunks] for i in range(0, len(body), chunks)]
    coded = b"".join(b"%x;ext=1\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\nX-T: 1\r\n\r\n"
    said = http(
        "POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 7", "Transfer-Encoding: chunked"
    )
    said += coded
    heard = say(*(said[i : i + reads] for i in range(0, len(said), reads)))
    request, received = request_in(heard.forwarded)
    assert received == body
    assert b"content-length" not in dict(request.headers)
    assert heard.reason is None


@pytest.mark.parametrize("late", [False, True])
def test_a_second_request_is_never_forwarded(late: bool) -> None:
    first = http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 2", body=b"hi\r\n")
    second = http("GET http://b/ HTTP/1.1", "Host: b")
    heard = say(first, second) if late else say(first + second)
    assert request_in(heard.forwarded)[1] == b"hi"
    assert heard.reason


def test_a_body_that_breaks_off_is_not_a_clean_end() -> None:
    said = http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 5", body=b"he")
    assert say(said, b"").reason
    assert say(said, b"llo", b"").reason == ""


def test_an_old_client_is_forwarded_as_old_and_may_not_chunk() -> None:
    heard = say(http("GET http://a/ HTTP/1.0"))
    assert heard.forwarded.startswith(b"GET / HTTP/1.0\r\nHost: a\r\n")
    heard = say(http("POST http://a/ HTTP/1.0", "Transfer-Encoding: chunked"))
    assert (heard.status, heard.wanted) == (400, None)


@pytest.mark.parametrize(("target", "asked"), [("http://a", b"*"), ("http://a/", b"/")])
def test_options_for_a_whole_server_stay_so(target: str, asked: bytes) -> None:
    heard = say(http(f"OPTIONS {target} HTTP/1.1", "Host: a"))
    assert request_in(heard.forwarded)[0].target == asked


@pytest.mark.parametrize("late", [False, True])
def test_empty_lines_after_a_body_are_forgiven_and_not_forwarded(late: bool) -> None:
    said = http("POST http://a/ HTTP/1.1", "Host: a", "Content-Length: 2", body=b"hi")
    heard = say(said, b"\r\n") if late else say(said + b"\r\n")
    assert heard.forwarded.endswith(b"\r\n\r\nhi")
    assert heard.reason is None
