"""The embedded web server, spoken to over its socket pairs."""

from __future__ import annotations

import asyncio
import re
import socket
from email.utils import parsedate_to_datetime
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from peppermoth.tunnel.site import (
    EMBEDDED_SITE,
    StaticSite,
    WebServer,
    bad_gateway,
    error_page,
    plain_http_page,
)

HOST = b"Host: wool.example\r\n"


async def said(sock: socket.socket, end: bytes = b"") -> bytes:
    """What comes until ``end`` or FIN."""
    loop = asyncio.get_running_loop()
    heard = b""
    while not (end and end in heard) and (data := await loop.sock_recv(sock, 65536)):
        heard += data
    return heard


async def answer(directory: Path, *requests: bytes) -> bytes:
    """Everything that the server says to these bytes, up to its FIN."""
    server = WebServer(StaticSite(directory))
    with await server.visit("http/1.1") as sock:
        for request in requests:
            await asyncio.get_running_loop().sock_sendall(sock, request)
        heard = await said(sock)
    await server.close()
    return heard


def request(line: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join([line + b" HTTP/1.1", HOST + b"Connection: close", *fields, b"", b""])


def split(response: bytes) -> tuple[bytes, dict[str, str], bytes]:
    head, _, body = response.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status.encode(), dict(line.split(": ", 1) for line in lines), body


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<h1>Wool</h1>")
    (tmp_path / "sheep").mkdir()
    (tmp_path / "sheep" / "index.html").write_text("<h1>Sheep</h1>")
    return tmp_path


def test_a_page_has_the_fields_of_nginx_in_their_order(run, directory):
    status, fields, body = split(run(answer(directory, request(b"GET /"))))
    assert status == b"HTTP/1.1 200 OK"
    assert body == b"<h1>Wool</h1>"
    assert list(fields) == [
        "Server", "Date", "Content-Type", "Content-Length", "Last-Modified", "ETag",
        "Accept-Ranges", "Connection",
    ]  # fmt: skip
    assert fields["Server"] == "nginx"
    modified = int(parsedate_to_datetime(fields["Last-Modified"]).timestamp())
    assert fields["ETag"] == f'"{modified:x}-d"'
    assert fields["Content-Type"] == "text/html"


def test_head_is_a_page_without_its_body(run, directory):
    _, whole, _ = split(run(answer(directory, request(b"GET /"))))
    _, fields, body = split(run(answer(directory, request(b"HEAD /"))))
    assert body == b""
    assert fields["Content-Length"] == whole["Content-Length"]


@pytest.mark.parametrize("field", ["If-None-Match: {ETag}", "If-Modified-Since: {Last-Modified}"])
def test_what_has_not_changed_is_not_sent_again(run, directory, field):
    _, fields, _ = split(run(answer(directory, request(b"GET /"))))
    status, _, body = split(
        run(answer(directory, request(b"GET /", field.format(**fields).encode())))
    )
    assert (status, body) == (b"HTTP/1.1 304 Not Modified", b"")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(b"GET /none"), b"404 Not Found"),
        (request(b"GET /%00"), b"404 Not Found"),
        (request(b"GET /../../../etc/passwd"), b"404 Not Found"),
        (request(b"GET /%2e%2e/%2e%2e/etc/passwd"), b"404 Not Found"),
        (request(b"POST /"), b"405 Not Allowed"),
        (request(b"GET /sheep"), b"301 Moved Permanently"),
        (b"\x00\x01\x02\r\n\r\n", b"400 Bad Request"),
        (b"\x93\x00\x1e", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", b"505 HTTP Version Not Supported"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"400 Bad Request"),
    ],
)
def test_errors_come_with_the_page_of_nginx_and_end_there(run, directory, asked, status):
    line, fields, body = split(run(answer(directory, asked)))
    assert line == b"HTTP/1.1 " + status
    assert body == error_page(int(status[:3]))
    assert fields["Content-Length"] == str(len(body))
    assert fields["Server"] == "nginx"


def test_a_directory_is_asked_for_again_with_its_slash(run, directory):
    _, fields, _ = split(run(answer(directory, request(b"GET /sheep"))))
    assert fields["Location"] == "https://wool.example/sheep/"


def test_an_offer_to_upgrade_is_passed_over(run, directory):
    upgrade = (b"Upgrade: websocket", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
    status, _, _ = split(run(answer(directory, request(b"GET /", *upgrade))))
    assert status == b"HTTP/1.1 200 OK"


def test_one_connection_serves_many_requests(run, directory):
    first = b"GET / HTTP/1.1\r\n" + HOST + b"\r\n"
    heard = run(answer(directory, first + first, request(b"GET /sheep/")))
    assert heard.count(b"200 OK") == 3
    assert heard.count(b"Connection: keep-alive") == 2


def test_http2_begins_with_the_words_of_nginx_before_the_visitor_speaks(run, directory):
    async def main() -> bytes:
        server = WebServer(StaticSite(directory))
        with await server.visit("h2") as sock:
            heard = await said(sock, end=b"\x7f\xff\x00\x00")
        await server.close()
        return heard

    settings = "000012040000000000" + "000300000080" + "000400010000" + "000500ffffff"
    assert run(main()) == bytes.fromhex(settings + "000004080000000000" + "7fff0000")


async def fetched(server: WebServer, path: str) -> tuple[dict[bytes, bytes], bytes]:
    """A page by HTTP/2."""
    loop = asyncio.get_running_loop()
    client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
    client.initiate_connection()
    names = {":method": "GET", ":scheme": "https", ":authority": "wool.example", ":path": path}
    client.send_headers(1, list(names.items()), end_stream=True)
    fields: dict[bytes, bytes] = {}
    body = b""
    with await server.visit("h2") as sock:
        while True:
            await loop.sock_sendall(sock, client.data_to_send())
            for event in client.receive_data(await loop.sock_recv(sock, 65536)):
                match event:
                    case h2.events.ResponseReceived():
                        fields = dict(event.headers)
                    case h2.events.DataReceived():
                        body += event.data
                    case h2.events.StreamEnded():
                        return fields, body


def test_a_page_over_http2(run, directory):
    async def main() -> tuple[dict[bytes, bytes], bytes]:
        server = WebServer(StaticSite(directory))
        try:
            return await fetched(server, "/sheep/")
        finally:
            await server.close()

    fields, body = run(main())
    assert fields[b":status"] == b"200"
    assert fields[b"server"] == b"nginx"
    assert b"connection" not in fields
    assert body == b"<h1>Sheep</h1>"


def test_a_server_that_is_away_is_said_with_502_in_both_protocols(run):
    async def main() -> tuple[bytes, tuple[dict[bytes, bytes], bytes]]:
        server = WebServer(bad_gateway)
        with await server.visit(None) as sock:
            await asyncio.get_running_loop().sock_sendall(sock, request(b"GET /"))
            first = await said(sock)
        second = await fetched(server, "/")
        await server.close()
        return first, second

    first, (fields, body) = run(main())
    assert first.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")
    assert first.endswith(error_page(502))
    assert (fields[b":status"], body) == (b"502", error_page(502))


def test_closing_ends_visits_in_progress(run, directory):
    async def main() -> bytes:
        server = WebServer(StaticSite(directory))
        with await server.visit(None) as sock:
            await server.close()
            return await said(sock)

    assert run(main()) == b""


def test_the_pages_of_nginx_have_the_sizes_that_it_sends():
    assert len(error_page(404, "nginx/1.22.1")) == 153
    assert len(plain_http_page("nginx/1.22.1")) == 255


def test_every_link_of_the_embedded_site_leads_to_a_file_of_it():
    for page in EMBEDDED_SITE.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"]+)"', page.read_text()):
            found = (page.parent / link).resolve()
            assert found.is_relative_to(EMBEDDED_SITE)
            assert (found / "index.html" if link.endswith("/") else found).is_file(), link


def test_the_embedded_site_refers_to_nobody_else():
    text = "".join(path.read_text() for path in EMBEDDED_SITE.rglob("*.*") if path.is_file())
    assert set(re.findall(r"https?://[^\s\"']+", text)) <= {"http://www.w3.org/2000/svg"}
