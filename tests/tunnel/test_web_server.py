"""The web server without a port: broken requests, greetings, goodbyes, in nginx's words."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from peppermoth.tunnel.site import StaticSite, bad_request_page, error_page
from peppermoth.tunnel.web_server import MAX_HEAD, MAX_LINE, WebServer
from tests.tunnel.visits import HOST, answer, request, said, split

TOO_LARGE = bad_request_page("Request Header Or Cookie Too Large")
GREETING = bytes.fromhex(
    "000012040000000000"
    + "000300000080"
    + "000400010000"
    + "000500ffffff"
    + "000004080000000000"
    + "7fff0000"
)
GOAWAY = bytes.fromhex("000008070000000000" + "0000000000000001")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<h1>Wool</h1>")
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"\x00\x01\x02\r\n\r\n", b"400 Bad Request"),
        (b"\x93\x00\x1e", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", b"505 HTTP Version Not Supported"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400 Bad Request"),
        (b"5", b"400 Bad Request"),
        (b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n", b"400 Bad Request"),
        (b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", b"405 Not Allowed"),
        (b"GET /" + bytes([97]) * MAX_LINE, b"414 Request-URI Too Large"),
    ],
)
def test_what_is_refused_gets_the_page_of_nginx_and_the_end(run, directory, asked, status):
    line, fields, body = split(run(answer(directory, asked)))
    assert line == b"HTTP/1.1 " + status
    assert body == error_page(int(status[:3]))
    assert fields["Content-Length"] == str(len(body))
    assert fields["Server"] == "nginx"


@pytest.mark.parametrize(
    "fields",
    [
        [b"X: " + bytes([97]) * MAX_LINE],
        [b"X: " + bytes([97]) * (MAX_LINE // 2)] * 9,
        [b"X: a"] * (MAX_HEAD // 2),
    ],
)
def test_a_head_that_is_too_large_is_refused_as_nginx_refuses_it(run, directory, fields):
    line, _, body = split(run(answer(directory, request(b"GET /", *fields))))
    assert line == b"HTTP/1.1 400 Bad Request"
    assert body == TOO_LARGE


def test_an_offer_to_upgrade_is_passed_over(run, directory):
    upgrade = (b"Upgrade: websocket", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    status, _, _ = split(run(answer(directory, request(b"GET /", *upgrade))))
    assert status == b"HTTP/1.1 200 OK"


def test_one_connection_serves_many_requests(run, directory):
    first = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    heard = run(answer(directory, first + first, request(b"GET /")))
    assert heard.count(b"200 OK") == 3
    assert heard.count(b"Connection: keep-alive") == 2


async def left_after(directory: Path, words: bytes) -> bytes:
    """What a visitor hears who says these words and ends."""
    server = WebServer(StaticSite(directory))
    with await server.visit(None) as sock:
        await asyncio.get_running_loop().sock_sendall(sock, words)
        sock.shutdown(socket.SHUT_WR)
        heard = await said(sock)
    await server.close()
    return heard


def test_who_ends_after_a_request_still_gets_the_answer(run, directory):
    assert run(left_after(directory, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n")).endswith(b"Wool</h1>")


@pytest.mark.parametrize("words", [b"", b"G", b"GET / HTTP/1.1\r\n" + HOST])
def test_who_ends_before_a_request_is_whole_gets_the_same(run, directory, words):
    assert run(left_after(directory, words)) == b""


def test_a_refusal_is_heard_though_much_more_was_said(run, directory):
    """Bytes left unread would make a reset of the end, and lose the page."""
    heard = run(answer(directory, b"\x01" * 500_000))
    assert heard.endswith(error_page(400))


def test_http2_begins_with_the_words_of_nginx_before_the_visitor_speaks(run, directory):
    async def main() -> bytes:
        server = WebServer(StaticSite(directory))
        with await server.visit("h2") as sock:
            heard = await said(sock, end=b"\x7f\xff\x00\x00")
        await server.close()
        return heard

    assert run(main()) == GREETING


@pytest.mark.parametrize("words", [bytes(34), b"GET / HTTP/1.1\r\n\r\n"])
def test_who_does_not_speak_http2_is_told_so_and_left(run, directory, words):
    async def main() -> bytes:
        server = WebServer(StaticSite(directory))
        with await server.visit("h2") as sock:
            await asyncio.get_running_loop().sock_sendall(sock, words)
            heard = await said(sock)
        await server.close()
        return heard

    assert run(main()) == GREETING + GOAWAY


def test_closing_ends_visits_in_progress(run, directory):
    async def main() -> bytes:
        server = WebServer(StaticSite(directory))
        with await server.visit(None) as sock:
            await server.close()
            return await said(sock)

    assert run(main()) == b""
