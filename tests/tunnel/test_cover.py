"""Covers: the embedded site, a directory, an upstream that is there, half there, or away."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from peppermoth.redact import Address
from peppermoth.tunnel.cover import (
    HTTP_1,
    HTTP_2,
    SiteCover,
    UpstreamCover,
    make_cover,
    server_field,
)

GET = b"GET / HTTP/1.0\r\n\r\n"
SETTINGS = bytes.fromhex("000000040000000000")


@asynccontextmanager
async def web_server(answer: Callable[[bytes], bytes]) -> AsyncIterator[Address]:
    """A server that gives one answer to the first bytes of each connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(answer(await reader.read(65536)))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Address(*server.sockets[0].getsockname())


def http_1(asked: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nDate: now\r\nSERVER: shed/3\r\n\r\n"


def both(asked: bytes) -> bytes:
    return SETTINGS if asked.startswith(b"PRI ") else http_1(asked)


async def asked(cover: SiteCover | UpstreamCover, alpn: str | None, words: bytes) -> bytes:
    """The whole answer to a visitor's words."""
    loop = asyncio.get_running_loop()
    opening = await cover.open(alpn)
    with opening.sock as sock:
        await loop.sock_sendall(sock, words)
        heard = b""
        while data := await loop.sock_recv(sock, 65536):
            heard += data
    return opening.said + heard


async def started(cover: UpstreamCover) -> tuple[tuple[str, ...], str]:
    await cover.start()
    await cover.close()
    return cover.protocols, cover.server


def test_an_upstream_is_asked_for_its_name_and_not_believed_to_speak_http2(run):
    async def main() -> tuple[tuple[str, ...], str]:
        async with web_server(http_1) as address:
            return await started(UpstreamCover(address))

    assert run(main()) == ((HTTP_1,), "shed/3")


def test_an_upstream_that_answers_a_preface_with_settings_speaks_http2(run):
    async def main() -> tuple[tuple[str, ...], str]:
        async with web_server(both) as address:
            return await started(UpstreamCover(address))

    assert run(main()) == ((HTTP_2, HTTP_1), "shed/3")


def test_a_second_port_is_the_one_for_http2(run):
    async def main() -> tuple[bytes, bytes]:
        async with web_server(lambda _: b"one") as one, web_server(lambda _: b"two") as two:
            cover = UpstreamCover(one, two)
            await cover.start()
            assert cover.protocols == (HTTP_2, HTTP_1)
            return await asked(cover, HTTP_1, GET), await asked(cover, HTTP_2, b"RI")

    assert run(main()) == (b"one", b"Ptwo")


def test_http2_is_begun_in_the_visitors_name_so_that_the_upstream_speaks_first(run):
    async def main() -> tuple[bytes, bytes]:
        async with web_server(lambda first: first) as echo:
            cover = UpstreamCover(echo, echo)
            return await asked(cover, HTTP_2, b""), await asked(cover, None, GET)

    assert run(main()) == (b"PP", GET)


def test_an_upstream_that_is_away_gives_502_and_one_sentence_without_its_address(
    run, free_port, caplog
):
    async def main() -> list[bytes]:
        cover = UpstreamCover(Address("127.0.0.1", port))
        await cover.start()
        pages = [await asked(cover, HTTP_1, GET) for _ in range(3)]
        await cover.close()
        return pages

    port = free_port()
    with caplog.at_level(logging.INFO):
        pages = run(main())
    assert all(page.startswith(b"HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n") for page in pages)
    assert len(caplog.records) == 1
    assert str(port) not in caplog.text


def test_an_upstream_that_comes_back_is_used_again(run, free_port):
    async def main() -> tuple[bytes, bytes]:
        cover = UpstreamCover(Address("127.0.0.1", port))
        away = await asked(cover, HTTP_1, GET)
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port)
        async with server:
            back = await asked(cover, HTTP_1, b"")
        await cover.close()
        return away, back

    port = free_port()
    away, back = run(main())
    assert b"502" in away
    assert back == b""


def test_the_upstreams_name_is_looked_up_and_every_address_tried(run):
    """``localhost`` may be ::1 first, where nobody listens."""

    async def main() -> bytes:
        async with web_server(lambda _: b"here") as address:
            return await asked(UpstreamCover(Address("localhost", address.port)), None, GET)

    assert run(main()) == b"here"


@pytest.mark.parametrize("alpn", [None, HTTP_1])
def test_a_directory_is_served_as_it_is(run, tmp_path: Path, alpn: str | None):
    async def main() -> bytes:
        cover = make_cover(tmp_path)
        assert isinstance(cover, SiteCover)
        await cover.start()
        page = await asked(cover, alpn, GET)
        await cover.close()
        return page

    (tmp_path / "index.html").write_text("my own site")
    assert run(main()).endswith(b"\r\n\r\nmy own site")


def test_without_a_setting_the_embedded_site_is_shown(run):
    async def main() -> bytes:
        cover = make_cover(None)
        assert isinstance(cover, SiteCover)
        page = await asked(cover, None, GET)
        await cover.close()
        return page

    assert b"<title>" in run(main())


def test_an_address_makes_an_upstream():
    assert isinstance(make_cover(Address("127.0.0.1", 80)), UpstreamCover)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n", "nginx/1.22.1"),
        (b"HTTP/1.1 200 OK\r\nserver:a b \r\n\r\n", "a b"),
        (b"HTTP/1.1 200 OK\r\nX-Server: no\r\n\r\n", None),
        (b"", None),
    ],
)
def test_the_server_field_of_a_head(head: bytes, name: str | None):
    assert server_field(head) == name
