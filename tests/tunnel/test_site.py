"""The cover's own site: what it answers, and the files that are embedded."""

from __future__ import annotations

import asyncio
import re
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.tunnel.site import (
    EMBEDDED_SITE,
    StaticSite,
    bad_gateway,
    error_page,
    plain_http_page,
    resolve,
)
from peppermoth.tunnel.web_server import WebServer
from tests.tunnel.visits import answer, fetched, request, said, split


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
        "Server", "Date", "Content-Type", "Content-Length", "Last-Modified", "Connection",
        "ETag", "Accept-Ranges",
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
        (request(b"GET /index.html/"), b"404 Not Found"),
        (request(b"POST /none"), b"404 Not Found"),
        (request(b"GET /%00"), b"400 Bad Request"),
        (request(b"GET /%zz"), b"400 Bad Request"),
        (request(b"GET /%"), b"400 Bad Request"),
        (request(b"GET *"), b"400 Bad Request"),
        (request(b"OPTIONS *"), b"400 Bad Request"),
        (request(b"GET /../../../etc/passwd"), b"400 Bad Request"),
        (request(b"GET /%2e%2e/%2e%2e/etc/passwd"), b"400 Bad Request"),
        (request(b"GET /sheep/../../x"), b"400 Bad Request"),
        (request(b"GET http://wool.example/.."), b"400 Bad Request"),
        (request(b"POST /"), b"405 Not Allowed"),
        (request(b"PUT /none"), b"405 Not Allowed"),
        (request(b"GET /sheep"), b"301 Moved Permanently"),
        (request(b"POST /sheep"), b"301 Moved Permanently"),
    ],
)
def test_errors_come_with_the_page_of_nginx_and_end_there(run, directory, asked, status):
    line, fields, body = split(run(answer(directory, asked)))
    assert line == b"HTTP/1.1 " + status
    assert body == error_page(int(status[:3]))
    assert fields["Content-Length"] == str(len(body))
    assert fields["Server"] == "nginx"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"/", "/"),
        (b"//", "/"),
        (b"/.", "/"),
        (b"/sheep/.", "/sheep/"),
        (b"/sheep/..", "/"),
        (b"/a/../sheep//b", "/sheep/b"),
        (b"/%73heep/%2e%2e/b", "/b"),
        (b"/a%2fb", "/a/b"),
        (b"/#a", "/"),
        (b"http://wool.example", "/"),
        (b"HTTPS://wool.example/sheep", "/sheep"),
        (b"", "/"),
        (b"sheep", None),
        (b"..", None),
    ],
)
def test_a_target_leads_where_nginx_finds_it(target, path):
    assert resolve(target) == path


@given(st.binary(max_size=40))
def test_no_target_leads_out_of_the_site(target):
    path = resolve(target)
    assert path is None or (path.startswith("/") and ".." not in path.split("/"))


def test_a_refused_target_ends_the_connection_in_http1_alone(run, directory):
    asked = request(b"GET /%00").replace(b"Connection: close\r\n", b"")
    _, fields, _ = split(run(answer(directory, asked, asked)))
    assert fields["Connection"] == "close"

    async def main() -> tuple[dict[bytes, bytes], bytes]:
        server = WebServer(StaticSite(directory))
        found = await fetched(server, "/%00")
        await server.close()
        return found

    fields, body = run(main())
    assert (fields[b":status"], body) == (b"400", error_page(400))
    assert b"connection" not in fields


def test_a_directory_is_asked_for_again_with_its_slash(run, directory):
    _, fields, _ = split(run(answer(directory, request(b"GET /sheep"))))
    assert fields["Location"] == "https://wool.example/sheep/"


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
